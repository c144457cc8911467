"""What: each fact can be asked for in at least fifteen ways, and has cues that say something.

Why: a fact that only its author's words reach is a question of luck.
Wrong: two phrasings; cues that are blank, or stand in another fact as well.
Right: fifteen phrasings in different voices, two cues or more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from grader.authoring.checks.looking import words
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

FEWEST_CUES = 2


def find(room: Room) -> Iterator[Problem]:
    """Yield each fact that is hard to ask for."""
    wanted = room.grade.phrasings
    whose = Counter(
        cue for fact in room.facts.facts for cue in {one.strip().casefold() for one in fact.cues}
    )
    for fact in room.facts.facts:
        place = f"proctor/facts.toml, {fact.id!r}"
        if len(fact.phrasings) < wanted:
            what = f"it has {len(fact.phrasings)} phrasings"
            yield Problem(place, what, f"write {wanted} or more, in different voices")
        cues = {one.strip().casefold() for one in fact.cues if words(one)}
        if len(cues) < FEWEST_CUES:
            yield Problem(place, f"it has {len(cues)} cues that say something", "write two or more")
        for cue in sorted(cue for cue in cues if whose[cue] > 1):
            what = f"the cue {cue!r} points to another fact as well"
            yield Problem(place, what, "keep it where it fits best", "warning")


RULE = Rule("facts-askable", find, needs=("facts",))
