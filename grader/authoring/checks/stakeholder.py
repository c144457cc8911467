"""What: card and fact sheet name the same person.

Why: the notebook says "ask Ines" and somebody else would answer.
Wrong: `stakeholder = "Ines"` on the card, `stakeholder = "Inez"` in facts.toml.
Right: one name.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield where the two differ."""
    if room.facts.stakeholder != room.card.stakeholder:
        yield Problem(
            "proctor/facts.toml",
            f"stakeholder is {room.facts.stakeholder!r}",
            f"exercise.toml says {room.card.stakeholder!r}; give both one name",
        )


RULE = Rule("stakeholder", find, needs=("card", "facts"))
