"""What: no line of hidden/ stands in what leaves it: notebook, data, facts.

Why: a reference, a rubric or a holdout that is read beforehand measures nothing.
Wrong: a level of the rubric quoted in part two.
Right: other words, or the line in hidden/ alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from grader.authoring.checks.hidden_files import rows_in
from grader.authoring.checks.looking import Text, cells_of, copied, markers_are_fine, part_one
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.leaks import hidden_lines, is_telling
from grader.authoring.problem import Problem


def find(room: Room) -> Iterator[Problem]:
    """Yield each text with such a line."""
    if not markers_are_fine(room):
        return
    texts = [*part_one(room), *cells_of(room, 2), *_facts(room)]
    remedy = "reword one of the two; what stays may not leave, not even by copy"
    yield from copied(texts, chain(hidden_lines(room.cells, room.hidden), _held(room)), remedy)


def _held(room: Room) -> Iterator[tuple[str, str]]:
    """Yield the telling texts of rows that nobody is given."""
    for file in room.hidden:
        if file.place.endswith(".jsonl"):
            for row in rows_in(file):
                for value in row.values():
                    if isinstance(value, str) and is_telling(value):
                        yield value.strip(), file.place


def _facts(room: Room) -> Iterator[Text]:
    for fact in room.facts.facts if room.has("facts") else ():
        yield Text(f"proctor/facts.toml, {fact.id!r}", f"{fact.topic}\n{fact.answer}")


RULE = Rule("leaked-hidden", find, needs=("cells", "hidden"))
