"""What: every model on the card is an embedded tier, or the alias of the exercise's profile.

Why: a model that no proctor knows is an error in a candidate's first call.
Wrong: `models = ["sim-huge"]`, or a profile whose alias is not on the card.
Right: sim-small, sim-medium, sim-large, sim-embed, and the profile's alias.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from harness.models.tiers import EMBEDDER, TIERS

EMBEDDED = (*TIERS, EMBEDDER)


def find(room: Room) -> Iterator[Problem]:
    """Yield models that are not there, and a profile that nobody can call."""
    alias = room.profile.alias if room.profile is not None else None
    for name in room.card.models:
        if name not in (*EMBEDDED, alias):
            yield Problem(
                "exercise.toml, models",
                f"{name!r} is neither a tier ({', '.join(EMBEDDED)}) nor the profile's alias",
                "name a tier, or write proctor/profile.toml for it",
            )
    if alias is not None and alias not in room.card.models:
        what = f"its alias {alias!r} is not on the card"
        yield Problem("proctor/profile.toml", what, "add it to models")


RULE = Rule("models", find, needs=("card", "profile"))
