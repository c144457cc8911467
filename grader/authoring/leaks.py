"""The last look before anything leaves: does a photograph hold what it must not.

Runs in T. The allow-list is the wall; this is the alarm behind it, for what an author copied by
hand from one side to the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grader.authoring.data_card import Given
from grader.authoring.facts import FactSheet
from grader.authoring.folder import CANARY, Exercise, Hidden
from grader.authoring.solutions import cut, solution_lines
from grader.authoring.source import Cell
from grader.authoring.tools import telling_texts
from grader.errors import NotReleasable
from harness.proctor.tools.sheet import ToolSheet

TELLING_CHARS = 40
"""A line shorter than this (an import, a bracket) may stand on both sides by chance."""


def refuse_leaks(exercise: Exercise, files: Mapping[str, bytes], *, is_candidates: bool) -> None:
    """Let files pass only if nothing secret stands in them.

    Args:
        exercise: the exercise they were made of.
        files: name to bytes.
        is_candidates: whether candidates can read them, or the proctor alone.

    Raises:
        NotReleasable: a canary, or a telling line of something that stays.
    """
    cells = exercise.cells
    secret = {**dict(hidden_lines(cells, exercise.hidden)), **dict(solutions_lines(cells))}
    if is_candidates:
        secret |= dict(facts_lines(exercise.facts))
        secret |= dict(tools_lines(exercise.tools, exercise.given))
        secret |= dict(part_two_lines(cells))
    for name, data in sorted(files.items()):
        text = plain(data.decode("utf-8"))
        if exercise.canary in text or CANARY.search(text):
            raise NotReleasable.at(name, "a canary stands in it", "take the hidden text out")
        for line, place in secret.items():
            if plain(line) in text:
                raise NotReleasable.at(
                    name,
                    f"it would hold a line of {place}: {line[:60]!r}",
                    "reword one of the two; what stays may not leave, not even by copy",
                )


Telling = Iterator[tuple[str, str]]
"""Lines that must not stand elsewhere, each with its place."""


def hidden_lines(cells: Sequence[Cell], hidden: Sequence[Hidden]) -> Telling:
    """Yield the telling lines of hidden/ that no cell shows anyhow."""
    shown = {line.strip() for cell in cells for line in cut(cell).splitlines()}
    for one in hidden:
        for line in one.data.decode("utf-8", "replace").splitlines():
            if is_telling(line) and line.strip() not in shown:
                yield line.strip(), one.place


def solutions_lines(cells: Sequence[Cell]) -> Telling:
    """Yield the telling lines of the author's own solutions."""
    for cell in cells:
        for line in solution_lines(cell):
            if is_telling(line):
                yield line.strip(), f"the solution in {cell.place}"


def facts_lines(facts: FactSheet) -> Telling:
    """Yield the telling lines of what the stakeholder says when asked."""
    for fact in facts.facts:
        for line in fact.answer.splitlines():
            if is_telling(line):
                yield line.strip(), f"proctor/facts.toml, {fact.id!r}"


def tools_lines(tools: ToolSheet, given: Sequence[Given]) -> Telling:
    """Yield the telling lines that tools answer with and that no data file shows anyhow."""
    public = [plain(one.data.decode("utf-8")) for one in given]
    for name, text in telling_texts(tools):
        if is_telling(text) and not any(text in shown for shown in public):
            yield text.strip(), f"what the tool {name!r} answers from"


def part_two_lines(cells: Sequence[Cell]) -> Telling:
    """Yield the telling lines of part two."""
    for cell in cells:
        if cell.part == 2:
            for line in cut(cell).splitlines():
                if is_telling(line):
                    yield line.strip(), f"part two, {cell.place}"


def is_telling(line: str) -> bool:
    """Whether a line is long enough that it stands on both sides by copying alone."""
    return len(line.strip()) >= TELLING_CHARS


def plain(text: str) -> str:
    """Undo what JSON does to quotes and line ends, so that one spelling is looked for."""
    return text.replace('\\"', '"').replace("\\\\", "\\")
