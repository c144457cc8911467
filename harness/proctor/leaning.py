"""A part of a question that leans on the part before: "and how often may that happen?".

Runs in zone G; pure. By itself such a part calls for whatever fact its filling is like, so it is
read with the part before as well. What fools it: "it" that points at nothing ("how long does it
take?"), and two parts that are both about things on no sheet, in the words of a fact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from harness.proctor.questions import alone

_BORNE_OUT, _BORNE_OUT_BARE = 0.15, 0.4
"""The share that a fact needs, read with the part before, of what the facts told there leave; the
second for a part that names nothing itself. Tried by hand on 150 questions in two parts."""
_WORD = re.compile(r"[a-z]+")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)]*\s")
_POINTS_BACK = frozenset(
    "that this it its they them their those these he him his she her hers".split()
)
_FILLING = _POINTS_BACK | frozenset(
    "a an the and or but so if as than then there here how what which who whom whose when where "
    "why is are was were be been being do does did done can could may might must shall should will "
    "would have has had i we you us me my our your of in on at to for from by with without about "
    "after before per not no any some all each every one ones more most less least only also too "
    "very just really still often much many long good bad high low big large small happen happens "
    "happened take takes took taken come comes came go goes went get gets got give given make "
    "makes made mean means need needs know known knows see sees seen say says said want wants "
    "look looks like wait waits waited last work works day week month year time times roughly "
    "approximately exactly usually normally typically currently today now ever average".split()
)
"""Words that name no thing: a part of them alone does not say what is asked."""


def leans(part: str) -> bool:
    """Return whether a part says only with the part before what it asks: "that", or no noun.

    What a second sentence points back at may stand in the first.
    """
    first = _SENTENCE_END.split(part.lower(), maxsplit=1)[0]
    return not _POINTS_BACK.isdisjoint(_WORD.findall(first)) or not _names_something(part)


def with_before(parts: Sequence[str]) -> list[str | None]:
    """Return for each part what it is together with what it leans on; None where it does not."""
    together: list[str | None] = []
    for number, part in enumerate(parts):
        if number and leans(part):
            before = together[-1] or parts[number - 1]
            together.append(f"{before.rstrip(' ?')}, and {alone(part)}")
        else:
            together.append(None)
    return together


def readings_of(parts: Sequence[str]) -> list[str]:
    """Return every text to be understood: the parts, then those that lean, with what is before."""
    return [*parts, *(text for text in with_before(parts) if text is not None)]


def understand(
    parts: Sequence[str], shares: Mapping[str, Sequence[float]], *, told: float, near: float
) -> list[list[float]]:
    """Return for each part the classes' shares of belief, what it leans on considered.

    Args:
        parts: of one question, in order.
        shares: of each of readings_of(parts), from 0 to 1; that of no fact last.
        told: share from which a fact is told.
        near: share from which a part is taken to be about it.
    """
    found: list[list[float]] = []
    for part, text in zip(parts, with_before(parts), strict=True):
        own = list(shares[part])
        if text is not None:
            before = {number for number, share in enumerate(found[-1][:-1]) if share >= told}
            least = _BORNE_OUT if _names_something(part) else _BORNE_OUT_BARE
            own = _together(own, shares[text], before, (least, told, near))
        found.append(own)
    return found


def _together(
    own: Sequence[float],
    both: Sequence[float],
    before: set[int],
    bounds: tuple[float, float, float],
) -> list[float]:
    """Return the shares of a part that leans.

    A fact that its own words call for stays if the reading with the part before bears it out. A
    fact that the part before is told counts in full if its own words are near it too; else it is
    doubtful whether it answers this part.
    """
    least, told, near = bounds
    left = 1 - sum(both[number] for number in before)
    shares = list(both)
    for number, (one, two) in enumerate(zip(own[:-1], both[:-1], strict=True)):
        if number in before:
            shares[number] = max(one, two) if one >= near else min(two, near)
        elif one >= told and two >= least * left:
            shares[number] = one
    return shares


def _names_something(part: str) -> bool:
    return not _FILLING.issuperset(_WORD.findall(part.lower()))
