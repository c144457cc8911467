"""Reckon with the figures of a prompt: sums, counts, comparisons, conversions, dates, order.

Runs in the model worker; the text is hostile and capped. The result is right unless a slip is
drawn, a fault that smaller tiers have and that "step by step" holds down. Where a sum is asked for
and the text does not show of what, the answer says so and names the figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from harness.models.faults import Luck, Pressure, chance
from harness.models.reading import Reading
from harness.models.skills import (
    reckoning_choices,
    reckoning_conversion,
    reckoning_counts,
    reckoning_expression,
    reckoning_percent,
    reckoning_rates,
    reckoning_sums,
    reckoning_times,
)
from harness.models.skills.chat_logs import said_by_asked
from harness.models.skills.outcome import Outcome
from harness.models.skills.reckoning_brief import Brief
from harness.models.skills.reckoning_figures import figures
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.tables import find_table

Way = Callable[[str, str], Worked | None]
_WAYS: tuple[Way, ...] = (
    reckoning_expression.expression,
    reckoning_conversion.conversion,
    reckoning_times.duration,
    reckoning_times.weekday,
    reckoning_times.shift,
    reckoning_percent.percent,
    reckoning_sums.average,
    reckoning_choices.order,
    reckoning_choices.choice,
    reckoning_rates.product,
    reckoning_rates.shared,
    reckoning_sums.difference,
    reckoning_sums.total,
    reckoning_counts.count_marks,
    reckoning_counts.count,
)
_SURE = (
    reckoning_expression.expression,
    reckoning_choices.order,
    reckoning_sums.average,
    reckoning_counts.count_marks,
    reckoning_counts.count,
)
"""What is done even where a prompt was read as another task than question or extraction."""
_LONG = 800
_IN_ASK: tuple[Way, ...] = (
    reckoning_expression.expression,
    reckoning_conversion.conversion,
    reckoning_times.duration,
    reckoning_times.weekday,
    reckoning_times.shift,
)
"""What a question may hold all figures of itself."""
_OF_LONG: tuple[Way, ...] = (
    reckoning_choices.order,
    reckoning_sums.average,
    reckoning_sums.total,
    reckoning_counts.count_marks,
)
"""Where a long text seldom leads astray: ordinary questions about documents are not reckoned."""
_TWO = re.compile(r",? and (?=(?:which|who|what|how|when)\b)", re.I)
BARE = re.compile(
    r"\b(?:number|figure|digits?|value|name|date|amount|result|answer|total|sum|"
    r"order|time)s? (?:only|alone)\b|"
    r"\b(?:only|just|nothing but) (?:with )?(?:the |a )?(?:\w+ )?(?:number|figure|"
    r"digits?|value|name|date|amount|result|answer|total|sum|label)\b|"
    r"\b(?:one|single) (?:word|number|figure)\b|\bnothing else\b|\bno "
    r"(?:explanation|words|text|reason|units?)\b",
    re.I,
)
_NUMBER_ALONE = re.compile(
    r"\b(?:numbers?|figures?|digits?) only\b|\b(?:only|just|nothing but) (?:with "
    r")?(?:the |a |one )?(?:number|figure|digits?)\b|"
    r"\b(?:one|single) (?:number|figure)\b|\bno units?\b|\bdigits\b",
    re.I,
)
_MUST_ADD = re.compile(r"\b(?:total|sum|add up|altogether|all together|average|in all)\b", re.I)


_IN_ADVANCE = re.compile(
    r"\bhow (?:long|early|many \w+) (?:before|after|beforehand|in advance)\b", re.I
)


def reckon(brief: Brief, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """The result that a prompt asks for, or None where it asks for no reckoning.

    Args:
        brief: what the prompt gives to reckon with.
        reading: the prompt, understood.
        pressure: what the prompt does to the tier's faults.
        luck: the seeded luck of this sample.
    """
    is_other = reading.task in ("classify", "judge", "rewrite", "summarise")
    is_sorted = reading.task == "classify" and len(reading.labels) >= 2
    if is_sorted and len(brief.whole) > 600:
        return None
    ways = (reckoning_choices.order,) if is_sorted else _SURE if is_other else _WAYS
    found = work_out(brief, ways)
    if found is None:
        return None if is_other else _not_clear(brief)
    ask, worked = found
    if "×" in worked.working and _IN_ADVANCE.search(ask):
        return None  # a time that the text tells, and no product
    item = " ".join(f"{ask} {worked.bare}".lower().split())[:300]
    slips = bool(worked.slip) and luck.draw("reckons", item) < chance(pressure.misreckons())
    bare = worked.slip if slips else worked.bare
    faults = ("misreckoned",) if slips else ()
    text = _said(brief, worked, bare, is_slip=slips, steps=reading.found.kinds.steps >= 0.5)
    if _NUMBER_ALONE.search(brief.directions):
        number = re.search(r"-?\d+(?:[.:]\d+)*", bare)
        bare = text = number[0] if number else bare
    return Outcome(text, bare, faults=faults, task="qa")


def work_out(brief: Brief, ways: Sequence[Way] = _WAYS) -> tuple[str, Worked] | None:
    """The first asking sentence that can be worked out, and its result."""
    for ask in brief.asks:
        text = _material(brief, ask)
        parts = _TWO.split(ask)
        each = [_first(part, text, ways) for part in parts] if len(parts) == 2 else []
        if len(each) == 2 and each[0] is not None and each[1] is not None:
            return ask, _both(each[0], each[1])
        worked = _first(ask, text, ways)
        if worked is not None:
            return ask, worked
    return None


def _first(ask: str, text: str, ways: Sequence[Way]) -> Worked | None:
    """What the first way gives that fits a question; of a long text only what cannot mislead."""
    if len(text) > _LONG and find_table(text) is None:
        in_itself = next((worked for way in _IN_ASK if (worked := way(ask, "")) is not None), None)
        if in_itself is not None:
            return in_itself
        ways = [way for way in ways if way in _OF_LONG]
    return next((worked for way in ways if (worked := way(ask, text)) is not None), None)


def _both(one: Worked, two: Worked) -> Worked:
    """The answers to the two halves of a question."""
    sentence = " ".join(w.sentence or f"{w.bare[:1].upper()}{w.bare[1:]}." for w in (one, two))
    return Worked(f"{one.bare}; {two.bare}", "", f"{two.bare}; {one.bare}", sentence)


def _material(brief: Brief, ask: str) -> str:
    """The text beside the question; with a table in it, the prompt as it stands."""
    if find_table(brief.whole) is not None:
        return brief.whole.replace(ask, "", 1)
    return said_by_asked(ask, brief.beside(ask))


def _said(brief: Brief, worked: Worked, bare: str, *, is_slip: bool, steps: bool) -> str:
    """One short line, bare where that is asked for, with the working where steps are."""
    if BARE.search(brief.directions) or "\n" in bare:
        return bare
    if steps and worked.working:
        return f"1. I take {worked.working}.\n2. That is {bare}.\nAnswer: {bare}"
    if worked.sentence and not is_slip:
        return worked.sentence
    said = f"{bare[:1].upper()}{bare[1:]}"
    if worked.working and not is_slip:
        return f"{said} ({worked.working})."
    return said if "," in said else f"{said}."


def _not_clear(brief: Brief) -> Outcome | None:
    """Where a sum is asked for and it cannot be seen of what: the figures, and a question back."""
    for ask in brief.asks[:2]:
        text = brief.beside(ask)
        found = figures(text)
        is_short = len(text) < 600 and len(ask.split()) <= 12
        is_sum = _MUST_ADD.search(ask) and not reckoning_sums.NO_SUM.search(ask)
        is_sum = is_sum and not reckoning_sums.POLAR.match(ask)
        if is_sum and is_short and len(found) >= 2 and "?" in ask + text[-3:]:
            if re.search(r"\b(?:total|sum|average)\b\W{1,3}(?:\w+\W{1,3}){0,4}\d", text, re.I):
                return None
            seen = [text[f.start : f.end].strip() for f in found[:6]]
            listed = f"{', '.join(seen[:-1])} and {seen[-1]}"
            said = (
                f"I can't tell which figures are meant: I see {listed}. Tell me which ones to take."
            )
            return Outcome(said, said, task="qa")
    return None
