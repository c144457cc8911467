"""Items of an exercise: how hard each is, whether it tells people apart, and what to do with it.

Runs in T; pure. An item is a measure that counts, or a planted fault. It tells people apart when
those who do well on the rest do well on it: the correlation of an item with the mean of the others
(item-rest; Henrysson 1963, "Correction of item-total correlations").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from grader.authoring.calibrate_lines import wilson
from grader.authoring.stats_reading import Sat

FEWEST = 10
"""With fewer sittings no correlation is given and no item is judged."""
STEADY = 30
"""With fewer, what is said of an item may turn with the next sittings."""
FLOOR, CEILING = 0.05, 0.95
LOOSE = 0.15
"""Below this correlation an item tells nobody apart."""
PARTS = {
    "mutation": ("J", "G", "rho", "A"),
    "fields": ("J", "G", "rho", "A"),
    "promptfix": ("V", "EP", "net", "S"),
    "cost": ("A", "RG", "DR", "OP"),
    "triage": ("RC", "CT", "tau", "VF"),
    "data": ("F", "KP", "EF", "C", "RG", "RL"),
}
"""By scorer, the measures that are better when they are higher; of another scorer all are taken."""
WORDS = {
    "J": "faults caught, less false alarms", "G": "number falls for faults",
    "rho": "number follows what users pay", "A": "own labels are right",
    "V": "verdicts on recorded answers", "EP": "quotes that prove them",
    "net": "gained by the mended prompt", "S": "little changed without a reason",
    "RG": "range", "DR": "drivers", "OP": "plan",
    "RC": "causes found", "CT": "harm contained in time", "tau": "plan's order",
    "VF": "fixes that work",
    "F": "planted defects found", "KP": "sound rows left alone", "EF": "and what they do",
    "C": "corrected number", "RL": "wrong labels named first",
}  # fmt: skip
"""Measures in a few words; A of a cost exercise is its estimate."""
Advice = Literal["keep", "drop", "rewrite"]
_frozen = ConfigDict(frozen=True, extra="forbid")


class Item(BaseModel):
    """One measure or one planted fault over all sittings."""

    model_config = _frozen

    name: str
    """J, or M01."""
    kind: Literal["part", "fault"]
    """A measure, or a planted fault."""
    about: str
    """What it is, in a few words."""
    n: int = Field(ge=0)
    """Sittings in which it has a value."""
    of: int = Field(ge=0)
    """Sittings in all."""
    mean: float | None
    """0 to 1, higher is better; of a fault the share of runs that refused it. None of none."""
    spread: float | None
    """Standard deviation; None with fewer than two."""
    floor: float | None
    """Share of sittings at most .05."""
    ceiling: float | None
    """Share at least .95."""
    survived: int | None
    """Of a fault: sittings that let it through in every run."""
    low: float | None
    """Lower end of the 95% interval: of a part's mean (t), of a fault's share that let it live
    (Wilson)."""
    high: float | None
    """Upper end."""
    rest: float | None
    """Item-rest correlation; None with fewer than FEWEST, or where nothing differs."""
    rest_low: float | None
    """Lower end of its 95% interval, by Fisher's transformation."""
    rest_high: float | None
    """Upper end."""
    rest_says: str
    """The correlation in words, or why there is none."""
    advice: Advice
    """What to do."""
    why: str
    """The reason."""


def items_of(sat: Sequence[Sat]) -> list[Item]:
    """Return the measures, then the planted faults, each over all sittings.

    Args:
        sat: sittings of one exercise in one version; may be empty.
    """
    parts = {name: [_part(one, name) for one in sat] for name in _names(sat)}
    faults: dict[str, list[float | None]] = {}
    about: dict[str, str] = {}
    for place, one in enumerate(sat):
        for run in one.score.runs:
            if run.group == "mutant":
                about.setdefault(run.id, run.about)
                row = faults.setdefault(run.id, [None] * len(sat))
                row[place] = _refused(run.seeds)
    found = [
        _item(name, "part", _words(name, sat), values, parts) for name, values in parts.items()
    ]
    return found + [_item(id_, "fault", about[id_], faults[id_], faults) for id_ in sorted(faults)]


def _names(sat: Sequence[Sat]) -> list[str]:
    names: list[str] = []
    for one in sat:
        wanted = PARTS.get(one.score.scorer, tuple(one.score.components))
        names += [name for name in wanted if name in one.score.components]
    return list(dict.fromkeys(names))


def _words(name: str, sat: Sequence[Sat]) -> str:
    if name == "A" and any(one.score.scorer == "cost" for one in sat):
        return "estimate"
    return WORDS.get(name, name)


def _part(sat: Sat, name: str) -> float | None:
    component = sat.score.components.get(name)
    return None if component is None else component.value


def _refused(seeds: Sequence[str]) -> float | None:
    runs = [one for one in seeds if one != "error"]
    return sum(one == "no_ship" for one in runs) / len(runs) if runs else None


def _item(
    name: str, kind: Literal["part", "fault"], about: str, values: Sequence[float | None],
    every: Mapping[str, Sequence[float | None]],
) -> Item:  # fmt: skip
    known = [one for one in values if one is not None]
    count = len(known)
    survived = sum(one == 0 for one in known) if kind == "fault" else None
    low, high = wilson(survived, count) if survived is not None else _within(known)
    rest, spread, says = _item_rest(name, values, every)
    made = {
        "name": name, "kind": kind, "about": about, "n": count, "of": len(values),
        "mean": float(np.mean(known)) if known else None,
        "spread": float(np.std(known, ddof=1)) if count > 1 else None,
        "floor": sum(one <= FLOOR for one in known) / count if known else None,
        "ceiling": sum(one >= CEILING for one in known) / count if known else None,
        "survived": survived,
        "low": low if known else None, "high": high if known else None,
        "rest": rest, "rest_low": spread[0], "rest_high": spread[1], "rest_says": says,
    }  # fmt: skip
    advice, why = _advice(made)
    return Item.model_validate({**made, "advice": advice, "why": why})


def mean_interval(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Return the 95% interval of a mean, by Student's t; None with fewer than two values."""
    from scipy.stats import t

    if len(values) < 2:
        return None, None
    half = float(t.ppf(0.975, len(values) - 1)) * float(np.std(values, ddof=1)) / len(values) ** 0.5
    mean = float(np.mean(values))
    return mean - half, mean + half


def _within(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Return the interval of a mean of shares; a share lies between 0 and 1."""
    low, high = mean_interval(values)
    return None if low is None else max(0.0, low), None if high is None else min(1.0, high)


def _item_rest(
    name: str, values: Sequence[float | None], every: Mapping[str, Sequence[float | None]]
) -> tuple[float | None, tuple[float | None, float | None], str]:
    from scipy.stats import pearsonr

    own, others = [], []
    for place, value in enumerate(values):
        rest = [
            v for other, row in every.items() if other != name and (v := row[place]) is not None
        ]
        if value is not None and rest:
            own.append(value)
            others.append(float(np.mean(rest)))
    none: tuple[None, None] = (None, None)
    if len(own) < FEWEST:
        return None, none, f"too few: {len(own)} sittings, {FEWEST} are needed"
    if np.ptp(own) < 1e-9 or np.ptp(others) < 1e-9:
        return None, none, "none: there is no difference to go by"
    found = pearsonr(own, others)
    spread = found.confidence_interval(0.95)
    low, high = float(spread.low), float(spread.high)
    says = f"{found.statistic:+.2f} ({low:+.2f} to {high:+.2f}, n = {len(own)})"
    return float(found.statistic), (low, high), says


def _advice(made: Mapping[str, object]) -> tuple[Advice, str]:
    """Return what to do with an item, the first reason that holds."""
    n, of = int(str(made["n"])), int(str(made["of"]))
    if of < FEWEST:
        return "keep", f"{of} sittings say nothing yet; {FEWEST} are needed to judge an item"
    if n < of / 2:
        return "rewrite", f"it has a value in {n} of {of} sittings: what it needs is not asked for"
    reason = _reason(made, n)
    if n < STEADY:
        return reason[0], f"{reason[1]}; with {n} sittings this may still turn"
    return reason


def _reason(made: Mapping[str, object], n: int) -> tuple[Advice, str]:
    floor, ceiling = float(str(made["floor"])), float(str(made["ceiling"]))
    if made["kind"] == "fault" and (lived := int(str(made["survived"])) / n) >= CEILING:
        return (
            "rewrite",
            f"{lived:.0%} let it live: nothing in the data leads there, or it is unfair",
        )
    if floor >= CEILING:
        return (
            "rewrite",
            f"{floor:.0%} are at the floor: too hard, or nobody knows it is asked",
        )
    if ceiling >= CEILING:
        return "drop", f"{ceiling:.0%} are at the ceiling: it tells nobody apart"
    rest = made["rest"]
    if rest is None:
        return "drop", "it tells nobody apart: there is no difference to go by"
    if float(str(rest)) < 0:
        return "rewrite", "who does well on the rest does worse here: look at what it rewards"
    if float(str(rest)) < LOOSE:
        return "rewrite", "it has next to nothing to do with the rest: it measures something else"
    return "keep", "it tells people apart, as the rest does"
