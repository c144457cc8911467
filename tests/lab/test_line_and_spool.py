"""Nothing recorded is lost: not while the proctor is away, not when the server is killed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.bench.jupyter_wire import Notebook
from harness.lab.spool import SYNC_AFTER_S, Spool
from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import Lab


def line(ident: str, kind: str = "status", **payload: object) -> bytes:
    return json.dumps({"id": ident, "kind": kind, "payload": payload}).encode()


def test_a_spool_keeps_events_in_order_over_a_restart(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in range(50):
        spool.append(f"e-{number}", line(f"e-{number}"))
    spool.settle([f"e-{number}" for number in range(0, 50, 2)])
    spool.close()
    again = Spool(tmp_path)

    assert list(again.pending) == [f"e-{number}" for number in range(50)]
    assert again.read("e-7") == line("e-7")
    again.close()


def test_a_settled_spool_leaves_no_file_behind(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in range(300):
        spool.append(f"e-{number}", line(f"e-{number}", text="x" * 10_000))
    spool.settle([f"e-{number}" for number in range(300)])
    spool.close()

    assert not list(tmp_path.glob("*.jsonl"))
    assert spool.waiting_bytes == 0


def test_a_torn_last_line_is_set_aside_and_the_rest_is_kept(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append("whole", line("whole"))
    spool.append("torn", line("torn", text="y" * 100))
    spool.close()
    segment = next(tmp_path.glob("*.jsonl"))
    segment.write_bytes(segment.read_bytes()[:-40])
    again = Spool(tmp_path)

    assert list(again.pending) == ["whole"]
    assert len(list((tmp_path / "refused").iterdir())) == 1
    again.close()


def test_a_blob_stays_until_the_last_save_that_names_it_is_settled(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    name = spool.put_blob(b"bytes")
    for ident in ("one", "two"):
        spool.append(ident, line(ident, "save", sha256=name), blob=name)
    spool.settle(["one"])
    held = spool.blob_path(name)
    spool.settle(["two"])

    assert held is not None
    assert spool.blob_path(name) is None
    spool.close()


def test_what_the_disk_will_not_take_is_kept_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:10]))
    spool.append("full-disk", line("full-disk"))
    monkeypatch.undo()
    spool.append("after", line("after"))

    assert spool.read("full-disk") == line("full-disk")
    assert spool.read("after") == line("after")
    spool.close()


def synced(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return a list that grows by the time of each sync to the disk."""
    times: list[float] = []
    real = os.fdatasync

    def noted(handle: int) -> None:
        times.append(time.monotonic())
        real(handle)

    monkeypatch.setattr(os, "fdatasync", noted)
    return times


def test_only_what_the_proctor_does_not_have_in_time_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = synced(monkeypatch)

    async def wait_for_a_sync() -> None:
        while not times:
            await asyncio.sleep(0.01)

    async def act() -> tuple[int, int]:
        spool = Spool(tmp_path)
        spool.append("settled", line("settled"))
        spool.settle(["settled"])
        await asyncio.sleep(4 * SYNC_AFTER_S)
        unneeded = len(times)
        spool.append("settled late", line("settled late"))
        spool.append("waits", line("waits"))
        spool.settle(["settled late"])
        await asyncio.wait_for(wait_for_a_sync(), 20)
        needed = len(times)
        spool.close()
        return unneeded, needed

    assert asyncio.run(act()) == (0, 1)


def test_without_a_loop_a_spool_syncs_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = synced(monkeypatch)
    spool = Spool(tmp_path)
    spool.append("one", line("one"))
    deadline = time.monotonic() + 20
    while not times and time.monotonic() < deadline:
        time.sleep(0.01)

    assert times
    spool.close()


def quick(lab: Lab) -> Notebook:
    """Open the notebook, without a long farewell later."""
    notebook = lab.notebook()
    notebook._socket.close_timeout = 0.2
    return notebook


def test_cells_run_while_the_proctor_is_away_and_are_told_when_it_is_back(
    start: Callable[[], Lab], own_proctor: FakeProctor
) -> None:
    notebook = quick(start())
    own_proctor.stop()
    began = time.monotonic()
    replies = [notebook.run(f"print({n})", cell_id=f"away-{n}") for n in range(5)]
    took = time.monotonic() - began
    own_proctor.start()
    own_proctor.wait_for(lambda event: event.cell_id == "away-4" and event.kind == "execute_input")
    notebook.close()

    sources = [event.payload["source"] for event in own_proctor.of("execute_request")]
    assert [reply.text for reply in replies] == [f"{n}\n" for n in range(5)]
    assert sources == [f"print({n})" for n in range(5)]
    assert took < 5
    assert len(own_proctor.of("session_start")) == 2


def test_saves_arrive_in_their_order_though_the_first_ones_bytes_take_longer(
    start: Callable[[], Lab], own_proctor: FakeProctor
) -> None:
    lab = start()
    own_proctor.blob_waits[hashlib.sha256(b"first").hexdigest()] = 1.0
    for text in ("first", "second"):
        lab.ask("PUT", "/api/contents/a.txt", {"type": "file", "format": "text", "content": text})
    first, second = (hashlib.sha256(text).hexdigest() for text in (b"first", b"second"))
    own_proctor.wait_for(lambda event: event.payload.get("sha256") == second)

    saves = [(one.payload.get("path"), one.payload["sha256"]) for one in own_proctor.of("save")]
    of_a = [sha256 for path, sha256 in saves if path == "a.txt"]
    assert of_a == [first, second], saves


def test_what_a_cell_gives_travels_together_and_its_request_goes_ahead(
    start: Callable[[], Lab], own_proctor: FakeProctor
) -> None:
    notebook = quick(start())
    notebook.run("1")
    before = len(own_proctor.messages)
    notebook.run("print('a')\n2", cell_id="both")
    own_proctor.wait_for(lambda event: event.cell_id == "both" and event.kind == "execute_reply")
    notebook.close()

    sent = [[json.loads(one) for one in m.split("\n")] for m in own_proctor.messages[before:]]
    mine = [event for message in sent for event in message if event["cell_id"] == "both"]
    asked = next(m for m in sent if any(event["kind"] == "execute_request" for event in m))
    assert asked[-1]["kind"] == "execute_request"
    assert len([m for m in sent if any(event["cell_id"] == "both" for event in m)]) < len(mine)


def test_a_server_that_starts_without_its_proctor_finds_it_later(
    start: Callable[[], Lab], own_proctor: FakeProctor
) -> None:
    own_proctor.stop()
    lab = start()
    _, alone = lab.ask("GET", "/audition/api/status")
    own_proctor.start()
    own_proctor.wait_for(lambda event: event.kind == "save")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        _, together = lab.ask("GET", "/audition/api/status")
        if together["exercise_titles"] and together["unsent"] == 0:
            break
        time.sleep(0.1)

    assert alone["connected"] is False and alone["exercise_titles"] == {}
    assert together["connected"] is True
    assert together["exercise_titles"] == {"practice": "Practice"}


def test_a_proctor_that_says_nothing_delays_cells_once_and_little(
    start: Callable[[], Lab], own_proctor: FakeProctor
) -> None:
    notebook = quick(start())
    own_proctor.speaks = False
    began = time.monotonic()
    for number in range(10):
        notebook.run(f"print({number})")
    took = time.monotonic() - began
    notebook.close()

    assert took < 2.5


def test_a_killed_server_loses_nothing_that_was_spooled(
    start: Callable[[], Lab], own_proctor: FakeProctor, tmp_path: Path
) -> None:
    lab = start()
    own_proctor.wait_for(lambda event: event.kind == "session_start")
    own_proctor.stop()
    notebook = quick(lab)
    for number in range(5):
        notebook.run(f"kept = {number}", cell_id=f"kept-{number}")
    content = {"type": "file", "format": "text", "content": "saved while away"}
    lab.ask("PUT", "/api/contents/practice/away.txt", content)
    lab.stop(signal.SIGKILL)
    notebook._socket.close()
    own_proctor.start()
    again = start()
    saved = own_proctor.wait_for(
        lambda event: event.kind == "save" and event.payload["path"] == "practice/away.txt"
    )
    own_proctor.wait_for(lambda event: event.cell_id == "kept-4")
    again.stop()

    sources = [event.payload["source"] for event in own_proctor.of("execute_request")]
    assert sources == [f"kept = {number}" for number in range(5)]
    assert own_proctor.blobs[str(saved.payload["sha256"])] == b"saved while away"
    assert not list((tmp_path / "spool").glob("*.jsonl"))


def test_an_event_the_proctor_refuses_is_kept_aside_and_holds_nothing_up(
    start: Callable[[], Lab], own_proctor: FakeProctor, tmp_path: Path
) -> None:
    own_proctor.takes = lambda event: event.cell_id != "refused-cell"
    lab = start()
    notebook = quick(lab)
    refused = notebook.run("print('runs all the same')", cell_id="refused-cell")
    notebook.run("1", cell_id="next-cell")
    own_proctor.wait_for(
        lambda event: event.cell_id == "next-cell" and event.kind == "execute_reply"
    )
    notebook.close()
    lab.stop()

    aside = [path.read_text(encoding="utf-8") for path in (tmp_path / "spool/refused").iterdir()]
    assert refused.text == "runs all the same\n"
    assert any("runs all the same" in text for text in aside)
    assert not list((tmp_path / "spool").glob("*.jsonl"))


def test_a_save_whose_bytes_were_lost_on_the_way_is_handed_over_again(
    start: Callable[[], Lab], own_proctor: FakeProctor, tmp_path: Path
) -> None:
    own_proctor.loses = 2
    lab = start()
    saved = own_proctor.wait_for(lambda event: event.kind == "save")
    lab.stop()

    assert own_proctor.arrivals.count(saved.id) >= 2 and own_proctor.loses == 0
    assert saved.payload["sha256"] in own_proctor.blobs
    assert list((tmp_path / "spool/refused").iterdir()) == []
    assert not list((tmp_path / "spool").glob("*.jsonl"))


def test_sigterm_ends_the_server_in_time_with_everything_told(
    start: Callable[[], Lab], own_proctor: FakeProctor
) -> None:
    lab = start()
    notebook = quick(lab)
    code = "import signal, time\nsignal.signal(15, lambda *a: None)\ntime.sleep(60)"
    notebook._send("shell", "execute_request", {"code": code}, {"cellId": "stubborn"})
    own_proctor.wait_for(lambda event: event.kind == "execute_input")
    took = lab.stop()
    notebook._socket.close()

    assert took < 8
    assert own_proctor.events[-1].kind == "kernel_stop"
    assert lab.process is not None and lab.process.returncode == 0
