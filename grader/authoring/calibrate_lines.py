"""What a calibration says: shares with counts and intervals, and the band each should lie in.

Runs in T; pure. A band is where an exercise still tells people apart: below it there is nothing to
find, above it nothing works.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

_frozen = ConfigDict(frozen=True, extra="forbid")
Where = Literal["in the band", "above", "below"]
FEW_ROWS = 20
"""With fewer rows a share says little, and that is said."""


class Band(BaseModel):
    """Where a share should lie, and what to do where it does not."""

    model_config = _frozen

    low: float = Field(ge=0, le=1)
    """The least."""
    high: float = Field(ge=0, le=1)
    """The most."""
    source: str
    """Where the bounds come from."""
    if_above: str
    """What to do above it."""
    if_below: str
    """What to do below it."""

    def where(self, share: float) -> Where:
        """Return where a share lies; the bounds belong to the band."""
        if share > self.high:
            return "above"
        return "below" if share < self.low else "in the band"


class Line(BaseModel):
    """One share."""

    model_config = _frozen

    name: str
    """Stable word for machines."""
    what: str
    """What is counted, in words."""
    count: int = Field(ge=0)
    """How many of them."""
    of: int = Field(ge=0)
    """Of how many; 0 where there was none to ask."""
    value: float | None
    """The share, 0 to 1; None of none."""
    low: float
    """Wilson's 95% interval, lower end."""
    high: float
    """Its upper end."""
    band: Band | None = None
    """Where it should lie; None where nothing is asked."""
    where: Where | None = None
    """Where it lies; None without a band or a share."""
    says: str
    """The sentence that is printed."""


class Fault(BaseModel):
    """What the reference's suite made of one planted fault over this model's answers."""

    model_config = _frozen

    id: str
    """M01, B4."""
    about: str
    """What it does."""
    group: str
    """mutant, counted or shown."""
    verdict: str
    """ship, no_ship or error."""
    headline: float | None
    """The suite's number; None where it gave none."""
    shows_on: int
    """Of the texts the suite asked, how many came out otherwise."""
    came: Literal["killed", "lower number", "survived", "passed", "false alarm", "error"]
    """killed: refused, where the bare model is shipped; lower number: both refused, and the number
    fell; passed and false alarm are a harmless model's."""


class Stage(BaseModel):
    """One stage of a pipeline on this model, beside the exercise's own figures."""

    model_config = _frozen

    name: str
    """S1."""
    calls: int
    """How many mails were asked."""
    tokens_in: float
    """Mean a call, on this model."""
    tokens_out: float
    """Mean a call, on this model."""
    usd: float
    """Mean a call, at this model's price."""
    own_tokens_in: float | None
    """Mean a try by the exercise's meter on the same mails; None where it has none."""
    own_tokens_out: float | None
    """Likewise of the answer."""
    own_usd: float | None
    """Mean a try at the exercise's own prices."""
    says: str
    """The sentence that is printed."""


def line(
    name: str, what: str, count: int, of: int, band: Band | None = None, *, rows: str = "rows"
) -> Line:
    """Return a share with its interval, its place against the band, and its sentence.

    Args:
        name: stable word for machines.
        what: what is counted, to begin a sentence with.
        count: how many.
        of: of how many; may be 0.
        band: where it should lie.
        rows: what is counted.
    """
    low, high = wilson(count, of)
    if not of:
        return Line(name=name, what=what, count=0, of=0, value=None, low=low, high=high, band=band,
                    says=f"{what}: there are no such {rows}")  # fmt: skip
    share = count / of
    told = f"{what}: {count} of {of} ({share:.0%}, 95% interval {low:.0%} to {high:.0%})"
    where = band.where(share) if band is not None else None
    if band is not None:
        told += f"; {_placed(band, share, (low, high))}"
    if of < FEW_ROWS:
        told += f"; only {of} {rows}, so this is a rough guess"
    return Line(name=name, what=what, count=count, of=of, value=round(share, 4), low=round(low, 4),
                high=round(high, 4), band=band, where=where, says=told)  # fmt: skip


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share; all there is where nothing was counted.

    Source: Wilson (1927), by scipy.stats.binomtest.
    """
    from scipy.stats import binomtest

    if not of:
        return 0.0, 1.0
    found = binomtest(count, of).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def _placed(band: Band, share: float, spread: Sequence[float]) -> str:
    asked = f"{band.low:.0%} to {band.high:.0%}"
    where = band.where(share)
    if where == "above":
        return f"above the band {asked}: {band.if_above}"
    if where == "below":
        return f"below the band {asked}: {band.if_below}"
    if spread[0] < band.low or spread[1] > band.high:
        return f"in the band {asked}, though the interval reaches out of it: nothing to do yet"
    return f"in the band {asked}: nothing to do"
