"""What a round may spend in all, on the command line: its options, and its card in words.

Runs on the operator's machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import click

from harness.core.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])
_NO_LIMIT = "none"
_OPTIONS = (
    ("usd", "US dollars all candidates may spend together, or none."),
    ("tokens", "Prompt and answer tokens likewise."),
    ("calls", "Model calls likewise."),
    ("calls_per_minute", "Calls that may begin in any minute likewise."),
)


def cap_options(command: F) -> F:
    """Give a command the options that bound a round."""
    for name, about in reversed(_OPTIONS):
        option = click.option(f"--{name.replace('_', '-')}", name, metavar="N", help=about)
        command = option(command)
    return command


def read_cap(given: Mapping[str, str | None]) -> dict[str, Any]:
    """Return what was named of a cap, in plain JSON values; "none" is None.

    Raises:
        UsageError: not a number.
    """
    return {name: _read(name, text) for name, text in given.items() if text is not None}


def tell_card(card: Mapping[str, Any]) -> list[str]:
    """Return what a round may spend, has spent and has set aside, a line each."""
    cap, purse = card["round"]["cap"], card["purse"]
    lines = [
        f"round {card['round']['round']}: {card['round']['pause_minutes']} minutes of pause each",
        _line("usd", "$", cap["usd"], purse["usd_spent"], purse["usd_reserved"]),
        _line("tokens", "", cap["tokens"], purse["tokens_spent"], purse["tokens_reserved"]),
        _line("calls", "", cap["calls"], purse["calls_made"], purse["calls_open"]),
    ]
    if cap["calls_per_minute"] is not None:
        lines.append(f"  a minute: {cap['calls_per_minute']} calls at most")
    if purse["calls_unsettled"]:
        lines.append(
            f"  set aside and never settled: {_calls(purse['calls_unsettled'])}, "
            f"${purse['usd_unsettled']}, {purse['tokens_unsettled']} tokens; still charged "
            f"(audition round release {card['round']['round']})"
        )
    lines += [
        f"  released {one['at']}: {_calls(one['calls'])}, ${one['usd']}, {one['tokens']} tokens"
        for one in card["releases"]
    ]
    lines += [f"  set {one['at']}: {_values(one['values'])}" for one in card["changes"]]
    return lines


def _line(name: str, sign: str, limit: Any, spent: Any, reserved: Any) -> str:
    of = "no limit" if limit is None else f"of {sign}{limit}"
    return f"  {name}: {sign}{spent} {of}, {sign}{reserved} set aside by calls under way"


def _calls(count: int) -> str:
    return f"{count} call{'' if count == 1 else 's'}"


def _values(values: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {_NO_LIMIT if value is None else value}" for name, value in values.items()
    )


def _read(name: str, text: str) -> str | int | None:
    if text.strip().lower() == _NO_LIMIT:
        return None
    try:
        if name == "usd":
            return format(Decimal(text), "f")
        return int(text)
    except (ValueError, InvalidOperation) as problem:
        raise UsageError(
            f"--{name.replace('_', '-')} {text!r} is no number; give one, or none"
        ) from problem
