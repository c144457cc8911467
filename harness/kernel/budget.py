"""`budget`: what is left in the purse. Runs in K; the figures are the proctor's own."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from harness.kernel import words
from harness.kernel.errors import LineDown
from harness.kernel.wire import open_line


@dataclass(frozen=True, repr=False)
class Purse:
    """What is left of one exercise's purse.

    Attributes:
        limit_usd: all there was, in US dollars.
        spent_usd: spent so far.
        reserved_usd: set aside by calls under way.
        calls_limit: all calls there were.
        calls_made: calls so far.
        last_call_usd: price of the last call; None before the first.
        minutes_limit: all simulated minutes there were; None where no tool takes any.
        minutes_used: those that tools took.
    """

    limit_usd: Decimal
    spent_usd: Decimal
    reserved_usd: Decimal
    calls_limit: int
    calls_made: int
    last_call_usd: Decimal | None = None
    minutes_limit: Decimal | None = None
    minutes_used: Decimal = Decimal(0)

    @property
    def left_usd(self) -> Decimal:
        """US dollars that are neither spent nor set aside, never below 0."""
        return max(self.limit_usd - self.spent_usd - self.reserved_usd, Decimal(0))

    @property
    def calls_left(self) -> int:
        """Calls still to make."""
        return max(self.calls_limit - self.calls_made, 0)

    @property
    def minutes_left(self) -> Decimal | None:
        """Simulated minutes still to take; None where no tool takes any."""
        if self.minutes_limit is None:
            return None
        return max(self.minutes_limit - self.minutes_used, Decimal(0))

    def __repr__(self) -> str:
        """Return the purse in one line of words."""
        return " · ".join(f"{label}: {value}" for label, value in self._rows())

    def _repr_html_(self) -> str:
        """Return the purse as a small table, every figure with its words.

        JupyterLab sets what stands between two dollar signs as a formula, but in this class.
        """
        rows = "".join(
            f'<tr><th scope="row" style="text-align: left">{label}</th><td>{value}</td></tr>'
            for label, value in self._rows()
        )
        return (
            f'<table class="mathjax_ignore"><caption>Purse</caption><tbody>{rows}</tbody></table>'
        )

    def _rows(self) -> list[tuple[str, str]]:
        whole = _dollars(self.limit_usd, ROUND_FLOOR)
        rows = [
            ("Left", f"{_dollars(self.left_usd, ROUND_FLOOR)} of {whole}"),
            ("Spent", _dollars(self.spent_usd, ROUND_CEILING)),
        ]
        if self.reserved_usd > 0:
            rows.append(
                ("Set aside by calls under way", _dollars(self.reserved_usd, ROUND_CEILING))
            )
        rows.append(("Calls left", f"{self.calls_left} of {self.calls_limit}"))
        if self.last_call_usd is not None:
            rows.append(("Last call", _price(self.last_call_usd)))
        if self.minutes_limit is not None:
            told = f"{self.minutes_left:f} of {self.minutes_limit:f}"
            rows.append(("Simulated minutes left", told))
        return rows


def budget() -> Purse:
    """Return what is left in the purse of this exercise.

    Raises:
        Refused: the proctor said no.
        LineDown: the proctor does not answer.
    """
    value = open_line().get("/k/budget").value
    try:
        last, minutes = value.get("last_call_usd"), value.get("minutes_limit")
        return Purse(
            limit_usd=_read_amount(value["usd_limit"]),
            spent_usd=_read_amount(value["usd_spent"]),
            reserved_usd=_read_amount(value["usd_reserved"]),
            calls_limit=int(value["calls_limit"]),
            calls_made=int(value["calls_made"]),
            last_call_usd=None if last is None else _read_amount(last),
            minutes_limit=None if minutes is None else _read_amount(minutes),
            minutes_used=_read_amount(value.get("minutes_used") or 0),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as problem:
        raise LineDown(words.STRANGE_ANSWER.format(missing="a purse")) from problem


def _read_amount(value: Any) -> Decimal:
    amount = Decimal(str(value))
    if not amount.is_finite():
        raise ValueError("an amount is finite")
    return amount


def _price(usd: Decimal) -> str:
    """Return what a call cost, to two figures that matter, as the panel does: "$0.000034"."""
    if usd <= 0 or usd >= Decimal("0.1"):
        return f"${usd:.2f}"
    return f"${usd:.{1 - usd.adjusted()}f}"


def _dollars(amount: Decimal, rounding: str) -> str:
    """Return dollars with two decimals, four where two would hide what is there.

    What is left is rounded down, as in the panel, and what is spent up: both make the whole.
    """
    shown = amount.quantize(Decimal("0.0001"), rounding=rounding)
    return f"${shown:.2f}" if shown == shown.quantize(Decimal("0.01")) else f"${shown:.4f}"
