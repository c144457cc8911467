"""Amounts in another unit: metres in feet, hours in minutes, money by a rate that the text gives.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from harness.models.skills.reckoning_figures import Figure, figures, plain, with_unit
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_units import Unit, convert, unit_named


def conversion(ask: str, text: str) -> Worked | None:
    """A quantity in another unit, or in another money by the rate that the text gives."""
    target = _target(ask)
    if target is None:
        return None
    found = figures(f"{text}\n{ask}")
    if target.measures == "money":
        return _exchange(target, found, ask)
    if any(f.unit == target for f in found if f.start <= len(text)):
        return None
    same = [f for f in found if f.measures == target.measures and f.unit and f.unit != target]
    if target.measures == "time":
        same = [f for f in same if f.unit and convert(f.value, f.unit, target) is not None]
    joined = _compound(found, target, f"{text}\n{ask}")
    if joined is not None:
        whole, shown = joined
        said = with_unit(whole, Figure(whole, target, "", 0, 0, "", target.name))
        return Worked(
            said, shown, with_unit(whole + 60, Figure(whole, target, "", 0, 0, "", target.name))
        )
    if not same:
        return None
    source = same[0] if len({f.unit for f in same}) == 1 or len(same) == 1 else None
    if source is None or source.unit is None:
        return None
    value = convert(source.value, source.unit, target)
    if value is None:
        return None
    if re.search(r"\bhours? and (?:the )?minutes?\b|\bhours?, minutes?\b", ask, re.I):
        minutes = convert(source.value, source.unit, unit_named("minute") or target) or Fraction(0)
        return Worked(spoken_minutes(int(minutes)), f"{plain(minutes)} minutes")
    like = Figure(
        value,
        target,
        "",
        0,
        0,
        "",
        target.short if target.short and _is_short(ask, target) else target.name,
    )
    wrong = Figure(value, target, "", 0, 0, "", like.written)
    return Worked(
        with_unit(value, like),
        f"{plain(source.value)} {source.written}",
        with_unit(value * 10, wrong),
    )


def _compound(found: Sequence[Figure], target: Unit, text: str) -> tuple[Fraction, str] | None:
    """`3 hours and 25 minutes` as one quantity in the unit asked for."""
    for a, b in pairwise(found):
        if a.unit is None or b.unit is None or a.unit == b.unit or a.measures != target.measures:
            continue
        if b.measures != a.measures or not re.fullmatch(r",? ?(?:and )?", text[a.end : b.start]):
            continue
        first, second = convert(a.value, a.unit, target), convert(b.value, b.unit, target)
        if first is not None and second is not None:
            return first + second, f"{plain(first)} + {plain(second)}"
    return None


def _is_short(ask: str, target: Unit) -> bool:
    return bool(re.search(rf"\b{re.escape(target.short)}\b", ask))


def _target(ask: str) -> Unit | None:
    """The unit that a question wants a quantity in."""
    patterns = (
        r"\bhow many ([a-zäöü°]+2?)(?: (?:is|are|does|do|was|were|would|long|far|"
        r"heavy|make|in)\b|\?|\W*$)",
        r"\b(?:convert|change|turn|put|express|give)\b.{1,80}\b(?:in(?:to)?|to|as) ([a-z°]+2?)\b",
        r"\b(?:what|how (?:much|far|long|heavy))\b.{0,40}\bin ([a-z°]+2?)\W*$",
        r"\bin (hours) and minutes\b",
        r"^\W*(?:and |so )?in ([a-z°]+2?)\W*$",
    )
    for pattern in patterns:
        for mark in re.finditer(pattern, ask, re.I):
            unit = unit_named(mark[1])
            if unit is not None:
                return unit
    return None


def _exchange(target: Unit, found: Sequence[Figure], ask: str) -> Worked | None:
    """By a rate such as "one crown is worth 0.08 euros"."""
    money = [f for f in found if f.measures == "money"]
    for a, b in pairwise(money):
        if a.unit == b.unit or a.unit is None or b.unit is None or not a.value or not b.value:
            continue
        if target not in (a.unit, b.unit) or 1 not in (a.value, b.value):
            continue
        sources = [f for f in money if f not in (a, b) and f.unit != target]
        if len(sources) != 1:
            continue
        per = b.value / a.value if target == b.unit else a.value / b.value
        value = sources[0].value * per
        like = b if target == b.unit else a
        wrong = sources[0].value / per
        return Worked(
            with_unit(value, like),
            f"{plain(sources[0].value)} × {float(per):g}",
            with_unit(wrong, like),
        )
    return None


def spoken_minutes(minutes: int) -> str:
    """A duration in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    said = [f"{hours} hour{'s' if hours != 1 else ''}"] if hours else []
    said += [f"{rest} minute{'s' if rest != 1 else ''}"] if rest or not hours else []
    return " ".join(said)
