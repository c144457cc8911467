"""What tells a saved version from the one before it: by cell, read once, never trusted."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import pytest

from harness.lab.changes import MOST_BYTES, MOST_CELLS, MOST_KEPT_CELLS, MOST_READ, NOTHING, Changes
from harness.lab.errors import NoAnswer, ProctorSaidNo


@dataclass(frozen=True)
class One:
    """A version in a list."""

    sha256: str
    bytes: int = 10


class Told:
    """A proctor that has these files, and counts how often it is asked."""

    def __init__(self, **files: bytes | Exception) -> None:
        self.files, self.asked = files, 0

    async def blob(self, name: str) -> bytes:
        self.asked += 1
        found = self.files[name]
        if isinstance(found, Exception):
            raise found
        return found


def cell(ident: str, source: str, *, run: int | None = None, kind: str = "code") -> dict[str, Any]:
    outputs = (
        [] if run is None else [{"output_type": "stream", "name": "stdout", "text": [str(run)]}]
    )
    return {"id": ident, "cell_type": kind, "source": [source], "execution_count": run,
            "outputs": outputs}  # fmt: skip


def notebook(*cells: Any) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()


def told(now: bytes, before: bytes) -> str | None:
    door = Told(now=now, before=before)
    return asyncio.run(Changes().tell(door, [One("now"), One("before")]))[0]


A, B, C = cell("a", "1"), cell("b", "2"), cell("c", "3")


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ([cell("a", "x"), cell("b", "y", run=1), C], "2 cells changed, 1 run"),
        ([cell("a", "1", run=2), B, C], "1 cell run"),
        ([A, cell("n", "new"), cell("m", "new"), C], "2 cells added, 1 removed"),
        ([cell("n", "new", run=1), A, B, C], "1 cell added, 1 run"),
        ([cell("a", "1", kind="markdown"), B, C], "1 cell changed"),
        ([B, A, C], "order changed"),
        ([A, B, C, cell("n", " \n")], NOTHING),
        ([cell("n", ""), A, B, C, cell("m", "new")], "1 cell added"),
        ([cell("a", ""), B, C], "1 cell changed"),
        ([A, B, C], NOTHING),
    ],
)
def test_it_says_how_many_cells_changed_came_went_and_ran(now: list[Any], words: str) -> None:
    assert told(notebook(*now), notebook(A, B, C)) == words


def test_what_ran_and_came_out_leaves_texts_and_code_as_they_are() -> None:
    files = {"plain": notebook(A, B), "run": notebook(cell("a", "1", run=4), B),
             "turned": notebook(B, A), "other": notebook(A, C),
             "longer": notebook(A, B, cell("n", "")),
             "emptied": notebook(A, cell("b", ""))}  # fmt: skip
    changes, versions = Changes(), [One(name) for name in files]
    assert changes.texts(versions[0]) is None
    asyncio.run(changes.tell(Told(**files), versions))
    plain, run, turned, other, longer, emptied = map(changes.texts, versions)

    assert plain == run == longer
    assert plain != emptied
    assert len({plain, turned, other}) == 3


def test_an_empty_cell_that_went_or_moved_is_no_change() -> None:
    empty = cell("n", "")
    assert told(notebook(A, B), notebook(A, empty, B)) == NOTHING
    assert told(notebook(empty, A, B), notebook(A, B, empty)) == NOTHING


def test_what_came_out_after_a_save_in_the_midst_of_a_run_is_no_second_run() -> None:
    begun = {**cell("a", "1", run=1), "outputs": []}
    ended = cell("a", "1", run=1)
    assert told(notebook(begun), notebook(A)) == "1 cell run"
    assert told(notebook(ended), notebook(begun)) == "1 cell with new output"
    ended_and_more = [ended, cell("b", "2", run=2)]
    assert told(notebook(*ended_and_more), notebook(begun, B)) == "1 cell run, 1 with new output"
    other = cell("a", "another text", run=1)  # after a restart of the kernel
    assert told(notebook(other), notebook(begun)) == "1 cell changed, 1 run"


def test_an_output_that_was_taken_away_is_told() -> None:
    assert told(notebook(A), notebook(cell("a", "1", run=1))) == "1 cell now without output"


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"[]", b"7", b"\xff", b'{"cells": 7}', b"[" * 100_000, b'{"cells": [[1]]}'],
)
def test_what_is_no_notebook_is_told_nothing_of(broken: bytes) -> None:
    assert told(broken, notebook(A)) in (None, "1 cell removed")
    assert told(notebook(A), broken) in (None, "1 cell added")


def test_each_version_is_read_once_and_a_long_list_little_by_little() -> None:
    names = [f"v{n}" for n in range(MOST_READ + 4)]
    door, changes = Told(**{name: notebook(cell("a", name)) for name in names}), Changes()
    versions = [One(name) for name in names]
    first = asyncio.run(changes.tell(door, versions))
    asked = door.asked
    second = asyncio.run(changes.tell(door, versions))

    assert asked == MOST_READ and door.asked == len(names)
    assert first == ["1 cell changed"] * (MOST_READ - 1) + [None] * 5
    assert second == ["1 cell changed"] * (len(names) - 1) + [None]


def test_one_that_is_too_large_to_read_is_like_itself_alone() -> None:
    small, large, larger = One("a"), One("b", MOST_BYTES + 1), One("c", MOST_BYTES + 2)
    changes, proctor = Changes(), Told(a=notebook(cell("one", "1")))

    assert changes.texts(large) is None  # nobody has looked yet
    asyncio.run(changes.tell(proctor, [larger, large, small]))
    assert len({changes.texts(one) for one in (small, large, larger)}) == 3
    assert None not in {changes.texts(one) for one in (small, large, larger)}


def test_many_versions_of_many_cells_take_no_more_than_so_much() -> None:
    full = [cell(f"c{n}", "x") for n in range(MOST_CELLS)]
    names = [f"v{n}" for n in range(MOST_KEPT_CELLS // MOST_CELLS + 20)]
    files = {name: notebook(*full[1:], cell("own", name)) for name in names}
    changes, door = Changes(), Told(**files, more=notebook(*full, cell("one", "too many")))
    for name in names:
        asyncio.run(changes.tell(door, [One(name)]))

    known = [name for name in names if changes.texts(One(name)) is not None]
    assert known == names[-(MOST_KEPT_CELLS // MOST_CELLS) :]
    assert asyncio.run(changes.tell(door, [One("more"), One(names[-1])]))[0] is None


def test_what_the_proctor_does_not_give_is_asked_for_again_only_when_it_was_away() -> None:
    away, gone = NoAnswer("away"), ProctorSaidNo("no", 404)
    door, changes = Told(away=away, gone=gone, old=notebook(A)), Changes()
    for name in ("away", "gone"):
        assert asyncio.run(changes.tell(door, [One(name), One("old")]))[0] is None
    door.files |= {"away": notebook(A, B), "gone": notebook(A, B)}

    assert asyncio.run(changes.tell(door, [One("away"), One("old")]))[0] == "1 cell added"
    assert asyncio.run(changes.tell(door, [One("gone"), One("old")]))[0] is None
