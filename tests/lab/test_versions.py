"""Versions: listed from the record, put back without losing what was there, wherever it ends."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Configurable

from harness.core.clock import SystemClock
from harness.lab.announce import Recorder
from harness.lab.beneath import Beneath
from harness.lab.contents import WorkContents
from harness.lab.errors import NoAnswer, RefusedRequest
from harness.lab.saves import Saves
from harness.lab.spool import Spool
from harness.lab.versions import Restored, Restoring, given_cells, list_versions
from tests.lab.asked_proctor import AskedProctor, name_of, refusal
from tests.lab.running import EMPTY, Lab, free_port

PATH, SLUG = "practice/practice.ipynb", "practice"
API = "/audition/api/versions/practice"
OLD, NEW = EMPTY.encode(), b'{"cells": [], "metadata": {"new": 1}, "nbformat": 4}'


class Told:
    """A proctor that knows these saves, and says part two when it may."""

    def __init__(self, *saves: tuple[bytes, str | None], path: str = PATH, parts: int = 1) -> None:
        self.blobs = {name_of(data): data for data, _ in saves}
        self.parts, self.asked = parts, [""]
        self.saves: Any = [
            {"id": f"s{n}", "at": f"2026-01-01T00:00:0{n}.000000Z", "path": path, "label": label,
             "sha256": name_of(data), "size_bytes": len(data), "received_at": "x"}
            for n, (data, label) in enumerate(saves)
        ]  # fmt: skip

    async def get(self, path: str, *, timeout_s: float = 20.0) -> Any:
        self.asked.append(path)
        if path == "/session":
            return {"exercises": [{"card": {"slug": SLUG}, "parts_delivered": self.parts}]}
        if path == f"/s/parts/{SLUG}/2":
            return {"cells": [{"id": "p2", "cell_type": "code", "source": ["a\n", "b"]}]}
        assert path == f"/s/saves/{SLUG}"
        return {"saves": self.saves}

    async def blob(self, name: str) -> bytes:
        return self.blobs[name]


def test_versions_are_newest_first_and_equal_saves_in_a_row_are_one() -> None:
    other = {"id": "x", "at": "2026-01-01T00:00:09.000000Z", "path": "practice/notes.ipynb",
             "label": None, "sha256": "0" * 64, "size_bytes": 1}  # fmt: skip
    told = Told((OLD, "as given"), (OLD, None), (NEW, None), (NEW, None), (NEW, "before restore"),
                (OLD, "as given"), (NEW, None))  # fmt: skip
    told.saves.insert(3, other)
    found = asyncio.run(list_versions(told, SLUG))

    seen = [(one.sha256, one.since[-9:-8], one.at[-9:-8], one.label) for one in found]
    assert seen == [
        (name_of(NEW), "6", "6", None), (name_of(OLD), "5", "5", None),
        (name_of(NEW), "2", "3", "before restore"), (name_of(OLD), "0", "1", "as given"),
    ]  # fmt: skip
    assert found[0].bytes == len(NEW)


@pytest.mark.parametrize("saves", [None, 7, [7], [{}], [{"id": "a", "at": 5}]])
def test_a_list_of_saves_that_is_none_is_no_list(saves: Any) -> None:
    told = Told()
    told.saves = saves
    with pytest.raises(NoAnswer):
        asyncio.run(list_versions(told, SLUG))


def test_cells_as_given_hold_part_two_only_once_it_is_there() -> None:
    notebook = json.loads(EMPTY)
    notebook["cells"] = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# one\n", "two"]}
    ]
    early = Told((json.dumps(notebook).encode(), "as given"), (NEW, None))
    late = Told((json.dumps(notebook).encode(), "as given"), parts=2)
    one = {"id": "a", "cell_type": "markdown", "source": "# one\ntwo"}

    assert asyncio.run(given_cells(early, SLUG)) == [one]
    assert f"/s/parts/{SLUG}/2" not in early.asked, "asking for it would deliver it"
    assert asyncio.run(given_cells(late, SLUG)) == [
        one, {"id": "p2", "cell_type": "code", "source": "a\nb"}
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff"])
def test_a_first_version_that_is_no_notebook_is_told_to_be_none(data: bytes) -> None:
    with pytest.raises(RefusedRequest):
        asyncio.run(given_cells(Told((data, "as given")), SLUG))
    with pytest.raises(RefusedRequest):
        asyncio.run(given_cells(Told((NEW, None)), SLUG))


class Died(BaseException):
    """The server's end, in the middle."""


class Place(Configurable):  # type: ignore[misc]  # untyped to us
    """What our contents manager needs of our server."""


class Workshop:
    """A work folder, its spool and its contents manager, as the server has them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.work = folder, folder / "work"
        (self.work / SLUG).mkdir(parents=True)
        self.notebook = self.work / PATH
        self.notebook.write_bytes(NEW)
        self.spool = Spool(folder / "spool")
        self.recorder = Recorder(self.spool, SystemClock())
        place = Place()
        place.work = Beneath(self.work, owner=None)
        place.private = folder / "home"
        place.saves = Saves(self.recorder, self.spool, place.work)
        self.contents = WorkContents(parent=place)
        self.place = place

    def restore(self, told: Told) -> Restored:
        return asyncio.run(Restoring(told).restore(SLUG, name_of(OLD), self.contents))

    def recorded(self) -> list[dict[str, Any]]:
        """The saves on disk, as the next start finds them, each with its bytes there."""
        fresh = Spool(self.folder / "spool")
        found = [json.loads(fresh.read(ident)) for ident in fresh.pending]
        for event in found:
            assert fresh.blob_path(event["payload"]["sha256"]) is not None
        fresh.close()
        return [event["payload"] for event in found]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    made = Workshop(tmp_path)
    yield made
    made.spool.close()


def test_what_was_there_is_kept_first_and_the_old_bytes_are_back(shop: Workshop) -> None:
    done = shop.restore(Told((OLD, "as given"), (NEW, None)))
    saves = shop.recorded()

    assert done == Restored(path=PATH, kept_sha256=name_of(NEW))
    assert shop.notebook.read_bytes() == OLD
    assert [(one["sha256"], one.get("label")) for one in saves] == [
        (name_of(NEW), "before restore"), (name_of(OLD), None)
    ]  # fmt: skip


@pytest.mark.parametrize("at", range(7))
@pytest.mark.parametrize("is_done", [False, True])
def test_wherever_it_ends_nothing_is_lost(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, at: int, is_done: bool
) -> None:
    steps = 0

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **more: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == at + 1 and not is_done:
                raise Died
            made = real(*args, **more)
            if steps == at + 1:
                raise Died
            return made

        return step

    for owner, name in (
        (shop.spool, "put_blob"), (shop.recorder, "note"), (shop.spool, "sync"),
        (shop.place.work, "make_folder"), (shop.place.work, "write"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, dying(getattr(owner, name)))
    with pytest.raises(Died):
        shop.restore(Told((OLD, "as given"), (NEW, None)))
    there, saves = shop.notebook.read_bytes(), shop.recorded()

    assert there in (OLD, NEW)
    assert there == NEW or (name_of(NEW), "before restore") in [
        (one["sha256"], one.get("label")) for one in saves
    ]
    assert [one.name for one in (shop.work / SLUG).iterdir()] == ["practice.ipynb"]


def test_every_step_was_one_of_those(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []

    def counting(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **more: counted.append(name) or real(*args, **more)

    for owner, name in (
        (shop.spool, "put_blob"), (shop.recorder, "note"), (shop.spool, "sync"),
        (shop.place.work, "make_folder"), (shop.place.work, "write"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, counting(name, getattr(owner, name)))
    shop.restore(Told((OLD, "as given")))

    assert counted == ["put_blob", "note", "sync", "make_folder", "write", "put_blob", "note"]


def test_a_notebook_that_changes_while_it_is_kept_is_kept_again(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = [b"second", b"third"]
    real = shop.spool.sync

    def change() -> None:
        real()
        if later:
            shop.notebook.write_bytes(later.pop(0))

    monkeypatch.setattr(shop.spool, "sync", change)
    done = shop.restore(Told((OLD, "as given")))

    assert done.kept_sha256 == name_of(b"third") and shop.notebook.read_bytes() == OLD
    kept = [one["sha256"] for one in shop.recorded() if one.get("label")]
    assert kept == [name_of(data) for data in (NEW, b"second", b"third")]


def test_a_notebook_that_never_stands_still_is_left_alone(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(100))
    change = lambda: shop.notebook.write_bytes(b"v%d" % next(numbers)) and None  # noqa: E731
    monkeypatch.setattr(shop.spool, "sync", change)
    with pytest.raises(RefusedRequest) as no:
        shop.restore(Told((OLD, "as given")))

    assert no.value.status == 409 and shop.notebook.read_bytes().startswith(b"v")


def test_a_folder_that_was_wiped_is_made_again(shop: Workshop) -> None:
    shutil.rmtree(shop.work / SLUG)

    assert shop.restore(Told((OLD, "as given"))).kept_sha256 is None
    assert shop.notebook.read_bytes() == OLD


def test_a_link_is_replaced_and_not_followed(shop: Workshop, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"secret")
    shop.notebook.unlink()
    shop.notebook.symlink_to(outside)
    done = shop.restore(Told((OLD, "as given")))

    assert done.kept_sha256 is None and outside.read_bytes() == b"secret"
    assert not shop.notebook.is_symlink() and shop.notebook.read_bytes() == OLD


@pytest.mark.parametrize("what", ["folder", "linked folder"])
def test_what_stands_in_the_way_is_told_and_left(shop: Workshop, tmp_path: Path, what: str) -> None:
    shutil.rmtree(shop.work / SLUG)
    if what == "folder":
        shop.notebook.mkdir(parents=True)
    else:
        (tmp_path / "elsewhere").mkdir()
        (shop.work / SLUG).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RefusedRequest):
        shop.restore(Told((OLD, "as given")))

    assert not list((tmp_path / "elsewhere").glob("*"))


def test_a_version_of_another_notebook_or_of_none_is_not_put_back(shop: Workshop) -> None:
    for told in (Told((OLD, None), path="practice/notes.ipynb"), Told((NEW, None)), Told()):
        with pytest.raises(RefusedRequest) as no:
            shop.restore(told)
        assert no.value.status == 404
    assert shop.notebook.read_bytes() == NEW and shop.recorded() == []


@pytest.fixture
def own_proctor() -> Iterator[AskedProctor]:
    fake = AskedProctor(free_port())
    fake.start()
    yield fake
    fake.stop()


def versions(lab: Lab) -> list[dict[str, Any]]:
    status, body = lab.ask("GET", API)
    assert status == 200, body
    found: list[dict[str, Any]] = body["versions"]
    return found


def test_on_the_real_server_a_version_comes_back_and_both_stay_listed(
    start: Callable[[], Lab], own_proctor: AskedProctor
) -> None:
    lab = start()
    own_proctor.wait_for(lambda event: event.kind == "save")
    notebook = lab.work / "practice" / "practice.ipynb"
    first = versions(lab)[-1]
    notebook.write_bytes(NEW)
    own_proctor.blob_waits[name_of(NEW)] = 0.7  # the list has to wait for what is on its way
    status, done = lab.ask("POST", f"{API}/restore", {"sha256": first["sha256"]})
    found = versions(lab)

    assert (status, done) == (200, {"path": PATH, "kept_sha256": name_of(NEW)})
    assert notebook.read_bytes() == OLD
    assert [(one["sha256"], one["label"]) for one in found] == [
        (name_of(OLD), None), (name_of(NEW), "before restore"), (name_of(OLD), "as given")
    ]  # fmt: skip
    assert lab.ask("POST", f"{API}/restore", {"sha256": "0" * 64})[0] == 404
    own_proctor.says["GET", f"/s/blobs/{name_of(NEW)}"] = (500, refusal("internal"))
    assert lab.ask("POST", f"{API}/restore", {"sha256": name_of(NEW)})[0] == 500
    assert notebook.read_bytes() == OLD


def test_on_the_real_server_a_look_inside_tells_what_differs_and_changes_nothing(
    start: Callable[[], Lab], own_proctor: AskedProctor
) -> None:
    lab = start()
    own_proctor.wait_for(lambda event: event.kind == "save")
    notebook = lab.work / "practice" / "practice.ipynb"
    first = versions(lab)[-1]["sha256"]
    mine = {**json.loads(EMPTY), "cells": [{"cell_type": "raw", "id": "a", "metadata": {},
                                            "source": ["one\n", "two"]}]}  # fmt: skip
    notebook.write_text(json.dumps(mine))
    status, told = lab.ask("GET", f"{API}/{first}")
    unknown = lab.ask("GET", f"{API}/{'0' * 64}")[0]
    stranger = lab.ask("GET", f"{API}/{first}", token="")[0]
    notebook.write_bytes(b"no notebook")
    broken = lab.ask("GET", f"{API}/{first}")[0]
    notebook.unlink()
    gone = lab.ask("GET", f"{API}/{first}")

    lines = [{"sign": "-", "text": "one"}, {"sign": "-", "text": "two"}]
    cell = {"state": "removed", "number": 1, "cell_type": "raw", "lines": lines, "left_out": 0}
    assert status == 200
    assert told == {"cells": [cell], "left_out": 0, "same": 0, "is_reordered": False}
    assert (unknown, stranger, broken) == (404, 403, 400)
    assert gone == (200, {"cells": [], "left_out": 0, "same": 0, "is_reordered": False})
    assert len(versions(lab)) == 1


@pytest.mark.parametrize("seed", range(2))
def test_a_server_killed_in_mid_restore_leaves_both_versions_somewhere(
    start: Callable[[], Lab], own_proctor: AskedProctor, seed: int
) -> None:
    """Real SIGKILLs at seeded moments; what a cell wrote and nobody saved is what could be lost."""
    dice, lab = random.Random(seed), start()
    own_proctor.wait_for(lambda event: event.kind == "save")
    notebook = lab.work / "practice" / "practice.ipynb"
    for n in range(2):
        mine = NEW + b" " * n + bytes(str(seed), "ascii")
        notebook.write_bytes(mine)
        asking = threading.Thread(target=_try_restore, args=(lab, name_of(OLD)), daemon=True)
        asking.start()
        time.sleep(dice.uniform(0.0, 0.06))
        lab.stop(signal.SIGKILL)
        asking.join(10)
        there = notebook.read_bytes()
        lab = start()
        if there != mine:
            kept = own_proctor.wait_for(
                lambda e, mine=mine: e.payload.get("sha256") == name_of(mine)
            )  # type: ignore[misc]
            assert kept.payload["label"] == "before restore"
            assert own_proctor.blobs[name_of(mine)] == mine
        assert there in (OLD, mine)


def _try_restore(lab: Lab, sha256: str) -> None:
    try:
        lab.ask("POST", f"{API}/restore", {"sha256": sha256})
    except OSError:
        return
