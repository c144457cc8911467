"""Cuts the author's solutions out of a cell, and refuses whatever only looks like a marker.

Runs in T. A misspelt marker would ship the answer to every candidate, so a line that comes near
one stops the release.
"""

from __future__ import annotations

import re
import unicodedata

from grader.authoring.source import Cell
from grader.errors import NotReleasable

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
CODE_STUB, TEXT_STUB = "# your code here", "*Write here.*"
_TARGETS = (
    "beginsolution", "endsolution", "beginhiddentests", "endhiddentests",
    "beginmarkscheme", "endmarkscheme",
)  # fmt: skip
_EDGES = ("begin", "begins", "start", "starts", "end", "ends", "stop", "stops", "finish")
_NEAR = 2
_FENCED = re.compile(r"(?:#{2,}|={2,})\s*(.*?)[#=\s]*$")
_HAS_SOLUTION = ("artefact", "text")


def cut(cell: Cell) -> str:
    """Return the cell's text with each solution replaced by a stub.

    Raises:
        NotReleasable: a marker is misspelt, unbalanced, or in a cell that is not written in.
    """
    kept: list[str] = []
    opened_at = 0
    regions = 0
    for number, line in enumerate(cell.text.splitlines(), 1):
        marker = line.strip()
        if marker == BEGIN and not opened_at:
            opened_at, regions = number, regions + 1
            stub = CODE_STUB if cell.cell_type == "code" else TEXT_STUB
            kept.append(line[: len(line) - len(line.lstrip())] + stub)
        elif marker == END and opened_at:
            opened_at = 0
        elif marker in (BEGIN, END):
            raise _refusal(cell, number, line, "does not pair with the marker before it")
        elif resembles_marker(line):
            raise _refusal(cell, number, line, "resembles a marker and is none")
        elif not opened_at:
            kept.append(line)
    if opened_at:
        raise _refusal(cell, opened_at, BEGIN, "is never closed")
    _check_regions(cell, regions)
    return "\n".join(kept)


def solution_lines(cell: Cell) -> tuple[str, ...]:
    """Return the lines that cut() takes out."""
    inside, found = False, []
    for line in cell.text.splitlines():
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside:
            found.append(line)
    return tuple(found)


def resembles_marker(line: str) -> bool:
    """Tell whether a reader could take the line for a solution, test or scheme marker."""
    words = _words(line)
    if any(target in "".join(words) for target in _TARGETS):
        return True
    if len(words) <= 4 and (_is_near("".join(words)) or _speaks_of_an_edge(words)):
        return True
    fenced = _FENCED.search(line)
    return fenced is not None and _fence_resembles(_words(fenced.group(1)))


def _fence_resembles(words: list[str]) -> bool:
    """Behind ## or == a line is short and deliberate: look closer there."""
    for size in (1, 2, 3):
        for start in range(len(words) - size + 1):
            if _is_near("".join(words[start : start + size])):
                return True
    return len(words) <= 3 and any(_distance(word, "solution") <= _NEAR for word in words)


def _speaks_of_an_edge(words: list[str]) -> bool:
    """A short line that names a solution and where it begins or ends is meant as a marker."""
    return any(_distance(word, "solution") <= _NEAR for word in words) and any(
        _distance(word, edge) <= 1 for word in words for edge in _EDGES
    )


def _words(line: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", line).casefold()
    plain = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    return re.findall(r"[^\W_]+", plain)


def _is_near(text: str) -> bool:
    return any(_distance(text, target) <= _NEAR for target in _TARGETS)


def _distance(one: str, other: str) -> int:
    """Return the edit distance; anything clearly larger than _NEAR is cut short."""
    if abs(len(one) - len(other)) > _NEAR:
        return _NEAR + 1
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1]


def _check_regions(cell: Cell, regions: int) -> None:
    if regions and cell.mark.kind not in _HAS_SOLUTION:
        raise NotReleasable.at(
            cell.place,
            f"a solution stands in a {cell.mark.kind} cell",
            "mark the cell as artefact or text, or take the solution out",
        )
    if not regions and cell.mark.kind == "artefact":
        raise NotReleasable.at(
            cell.place,
            "an artefact cell has no marked solution, so all of it would ship",
            f"put the answer between {BEGIN} and {END}",
        )


def _refusal(cell: Cell, number: int, line: str, what: str) -> NotReleasable:
    return NotReleasable.at(
        f"{cell.place}, line {number}",
        f"{line.strip()[:60]!r} {what}",
        f"a solution stands between exactly {BEGIN!r} and {END!r}; "
        "reword the line if it is neither, and keep tests and schemes in hidden/",
    )
