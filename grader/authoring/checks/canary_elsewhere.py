"""What: no canary stands outside hidden/.

Why: where it stands, something hidden was copied to.
Wrong: a file of hidden/ pasted whole into the scenario.
Right: the canary in hidden/ alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.looking import Text, line_of, public_texts
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.folder import CANARY
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield each text with a canary, of whatever exercise."""
    for text in _outside(room):
        match = CANARY.search(text.text)
        if match is not None:
            where = text.place
            if text.has_lines:
                where += f", line {line_of(text.text, match.group())}"
            yield Problem(where, "a canary stands in it", "take the hidden text out")


def _outside(room: Room) -> Iterator[Text]:
    for cell in room.cells if room.has("cells") else ():
        yield Text(cell.place, cell.text)
    yield from public_texts(room)
    if room.has("card"):
        yield Text("exercise.toml", room.card.model_dump_json())
    if room.has("facts"):
        for fact in room.facts.facts:
            yield Text(f"proctor/facts.toml, {fact.id!r}", fact.model_dump_json())
    if room.has("tools"):
        yield Text("proctor/tools", room.tools.model_dump_json())


RULE = Rule("canary-elsewhere", find)
