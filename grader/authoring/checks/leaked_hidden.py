"""What: no line of hidden/ stands in what leaves it: notebook, data, facts.

Why: a reference, a rubric or a holdout that is read beforehand measures nothing.
Wrong: a level of the rubric quoted in part two.
Right: other words, or the line in hidden/ alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.hidden_files import held_texts
from grader.authoring.checks.looking import Text, cells_of, copied, markers_are_fine, part_one
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.leaks import hidden_lines, is_telling
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield each text with such a line."""
    if not markers_are_fine(room):
        return
    later = [*cells_of(room, 2), *_facts(room)]
    remedy = "reword one of the two; what stays may not leave, not even by copy"
    yield from copied([*part_one(room), *later], hidden_lines(room.cells, room.hidden), remedy)
    # messages in data files are for `holdout-distance`, which finds their twins as well
    yield from copied([*cells_of(room, 1), *later], _held(room), remedy)


def _held(room: Room) -> Iterator[tuple[str, str]]:
    """Yield the telling texts of the holdout."""
    for _, place, text in held_texts(room):
        if is_telling(text):
            yield text.strip(), place


def _facts(room: Room) -> Iterator[Text]:
    for fact in room.facts.facts if room.has("facts") else ():
        yield Text(f"proctor/facts.toml, {fact.id!r}", f"{fact.topic}\n{fact.answer}")


RULE = Rule("leaked-hidden", find, needs=("cells", "hidden"))
