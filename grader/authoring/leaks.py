"""The last look before anything leaves: does a photograph hold what it must not.

Runs in T. The allow-list is the wall; this is the alarm behind it, for what an author copied by
hand from one side to the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.authoring.folder import CANARY, Exercise
from grader.authoring.solutions import cut, solution_lines
from grader.authoring.tools import telling_texts
from grader.errors import NotReleasable

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
    secret = dict(_hidden_lines(exercise))
    if is_candidates:
        secret |= dict(_proctors_lines(exercise))
    for name, data in sorted(files.items()):
        text = _plain(data.decode("utf-8"))
        if exercise.canary in text or CANARY.search(text):
            raise NotReleasable.at(name, "a canary stands in it", "take the hidden text out")
        for line, place in secret.items():
            if _plain(line) in text:
                raise NotReleasable.at(
                    name,
                    f"it would hold a line of {place}: {line[:60]!r}",
                    "reword one of the two; what stays may not leave, not even by copy",
                )


def _hidden_lines(exercise: Exercise) -> Iterator[tuple[str, str]]:
    shown = {line.strip() for cell in exercise.cells for line in cut(cell).splitlines()}
    for one in exercise.hidden:
        for line in one.data.decode("utf-8", "replace").splitlines():
            if _is_telling(line) and line.strip() not in shown:
                yield line.strip(), one.place
    for cell in exercise.cells:
        for line in solution_lines(cell):
            if _is_telling(line):
                yield line.strip(), f"the solution in {cell.place}"


def _proctors_lines(exercise: Exercise) -> Iterator[tuple[str, str]]:
    for fact in exercise.facts.facts:
        for line in fact.answer.splitlines():
            if _is_telling(line):
                yield line.strip(), f"proctor/facts.toml, {fact.id!r}"
    public = [_plain(one.data.decode("utf-8")) for one in exercise.given]
    for name, text in telling_texts(exercise.tools):
        if _is_telling(text) and not any(text in given for given in public):
            yield text.strip(), f"what the tool {name!r} answers from"
    for cell in exercise.cells:
        if cell.part == 2:
            for line in cut(cell).splitlines():
                if _is_telling(line):
                    yield line.strip(), f"part two, {cell.place}"


def _is_telling(line: str) -> bool:
    return len(line.strip()) >= TELLING_CHARS


def _plain(text: str) -> str:
    """Undo what JSON does to quotes and line ends, so that one spelling is looked for."""
    return text.replace('\\"', '"').replace("\\\\", "\\")
