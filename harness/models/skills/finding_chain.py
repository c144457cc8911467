"""Things that hold things that hold things: "a tray holds 12 buns and a rack takes 20 trays".

Runs in the model worker; pure; the text is hostile and capped, every pattern is bounded. What holds
what is read as steps, and the question is answered along two steps or more; one step alone is
other modules' work. "6 trips a day" is a step from days to trips.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_figures import number_of, plain
from harness.models.skills.reckoning_outcome import Worked

_MOST = 1_200
_MOST_STEPS = 6
_N = (
    r"(?P<n>\d[\d.,]{0,9}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"thirteen|fourteen|fifteen|sixteen|eighteen|twenty|thirty|forty|fifty|hundred|a dozen)"
)
_HOLDS = (
    r"(?:holds?|has|have|contains?|takes?|carries|carry|seats?|fits?|packs?|makes?|gives?|yields?|"
    r"includes?|consists? of|is made (?:up )?of|needs?|uses?|stores?|with|of|comes with)"
)
_THING = r"[a-z][\w'-]{1,20}"
_STEP = re.compile(
    rf"\b(?:an?|each|every|one|the|per)\s(?:[a-z-]{{2,14}} )??(?P<outer>{_THING})\s(?:can )?"
    rf"{_HOLDS}\s(?:about |up to |exactly |room for )?{_N}\s(?:[a-z-]{{2,14}} )??"
    rf"(?P<inner>{_THING})(?=[.,;:?!)]|\s(?:and|each|in|on|per|while|but|to|at|for)\b|\s*$)",
    re.I,
)
_THERE = re.compile(
    rf"\b{_N}\s(?P<inner>{_THING})\s(?:fit |go |come |are |stand )?"
    rf"(?:in(?:to)?|on(?:to)?|to|per|for)\s(?:an?|each|every|one|the)?\s?(?P<outer>{_THING})\b",
    re.I,
)
_OFTEN = re.compile(
    rf"\b(?:makes?|does|goes|runs?)\s{_N}\s(?P<trip>trips?|runs?|rounds?|tours?|journeys?|flights?|"
    r"crossings?|rides?|sailings?|shifts?|batches|times)\s(?:an?|per|each|every)\s(?P<outer>[a-z]{3,8})\b",
    re.I,
)
_ASKS = re.compile(
    rf"^\W*(?:and |so |then )?how many (?P<inner>{_THING})\b(?P<middle>[^?]{{0,60}}?)"
    rf"\b(?:(?P<k>\d[\d.,]{{0,9}}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    rf"twenty|thirty|forty|fifty|each|every|the|per)\s)(?:full |such |of (?:these|the) )?"
    rf"(?P<outer>{_THING})\b",
    re.I,
)
_NEEDED = re.compile(
    r"\b(?:needed?|needs?|required?|necessary|must|have to|take|does it take)\b", re.I
)
_OTHER = re.compile(
    r"\b(?:left|remain\w*|broken?|empty|half|more|fewer|less|already|sold|used|except|"
    r"percent|%|spare|missing|instead)\b",
    re.I,
)


@dataclass(frozen=True)
class _Step:
    """One outer thing holds so many inner ones."""

    outer: str
    inner: str
    number: Fraction


def held_in_all(ask: str, text: str) -> Worked | None:
    """How many of the innermost things so many of the outermost hold, or the other way round.

    Args:
        ask: the question.
        text: what tells how many of one another holds.
    """
    asked = _ASKS.match(ask)
    if asked is None or len(text) > _MOST or _OTHER.search(f"{text} {ask}"):
        return None
    steps = _steps(text)
    if len(steps) < 2:
        return None
    inner, outer = _stem(asked["inner"]), _stem(asked["outer"])
    count = _value(asked["k"])
    if count is None:
        return None
    down = _path(steps, outer, inner)
    if len(down) >= 2:
        factors = [*(step.number for step in reversed(down)), *([count] if count != 1 else [])]
        value = _product(factors)
        noun = asked["inner"]
        last = _product(factors[:-1])
        return Worked(
            f"{plain(value)} {noun}", " × ".join(map(plain, factors)), f"{plain(last)} {noun}"
        )
    up = _path(steps, inner, outer)
    if len(up) >= 2 and _NEEDED.search(ask):
        each = _product([step.number for step in up])
        whole = Fraction(ceil(count / each))
        working = f"{plain(count)} / ({' × '.join(plain(step.number) for step in up)})"
        return Worked(f"{plain(whole)} {asked['inner']}", working, plain(whole + 1))
    return None


def _steps(text: str) -> list[_Step]:
    """What holds what; of one pair the first is taken."""
    out: list[_Step] = []
    trips: list[tuple[str, Fraction]] = []
    for mark in list(_OFTEN.finditer(text))[:_MOST_STEPS]:
        number = _value(mark["n"])
        if number is not None:
            trips.append((_stem(mark["outer"]), number))
    for mark in [*_STEP.finditer(text), *_THERE.finditer(text)][: 2 * _MOST_STEPS]:
        number = _value(mark["n"])
        outer, inner = _stem(mark["outer"]), _stem(mark["inner"])
        if number is None or outer == inner or any(s.inner == inner for s in out):
            continue
        out.append(_Step(outer, inner, number))
    if len(out) == 1 and len(trips) == 1:  # so many at a time, so many times a day
        once = out[0]
        return [_Step("a time", once.inner, once.number), _Step(trips[0][0], "a time", trips[0][1])]
    return out[:_MOST_STEPS]


def _stem(word: str) -> str:
    """The root of a noun; shelves and shelf have one."""
    low = word.lower()
    return f"{low[:-3]}f" if low.endswith("ves") else root(low)


def _path(steps: list[_Step], outer: str, inner: str) -> list[_Step]:
    """The steps that lead from a thing to what it holds in the end, the outermost first."""
    at = outer
    taken: list[_Step] = []
    while at != inner and len(taken) <= len(steps):
        step = next((s for s in steps if s.outer == at and s not in taken), None)
        if step is None:
            return []
        taken.append(step)
        at = step.inner
    return taken if at == inner else []


def _value(said: str) -> Fraction | None:
    low = said.lower().strip()
    if low in ("a", "an", "one", "each", "every", "the", "per"):
        return Fraction(1)
    return Fraction(12) if low == "a dozen" else number_of(low.strip(".,"))


def _product(factors: list[Fraction]) -> Fraction:
    value = Fraction(1)
    for factor in factors:
        value *= factor
    return value
