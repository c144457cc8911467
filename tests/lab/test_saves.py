"""Every save is an event that names its bytes, and the proctor has the bytes first."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

import nbformat

from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import EMPTY, Lab


def saved(proctor: FakeProctor, path: str) -> bytes:
    """Wait for the last save of a path and return the bytes it names."""
    event = proctor.wait_for(lambda event: event.kind == "save" and event.payload["path"] == path)
    event = [e for e in proctor.of("save") if e.payload["path"] == path][-1]
    data = proctor.blobs[str(event.payload["sha256"])]
    assert event.payload["size_bytes"] == len(data)
    return data


def test_each_exercises_notebook_is_recorded_as_laid_out(lab: Lab, proctor: FakeProctor) -> None:
    first = proctor.wait_for(lambda event: event.kind == "save")

    assert first.payload["path"] == "practice/practice.ipynb"
    assert first.exercise == "practice"
    assert proctor.blobs[str(first.payload["sha256"])] == EMPTY.encode()


def test_a_saved_notebook_arrives_as_the_bytes_on_disk(lab: Lab, proctor: FakeProctor) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 'ä'", id="c1")])
    body = {"type": "notebook", "format": "json", "content": notebook}
    status, model = lab.ask("PUT", "/api/contents/practice/mine.ipynb", body)
    data = saved(proctor, "practice/mine.ipynb")

    assert status == 201 and model["name"] == "mine.ipynb"
    assert data == (lab.work / "practice" / "mine.ipynb").read_bytes()
    assert json.loads(data)["cells"][0]["source"] == ["x = 'ä'"]


def test_a_notebook_reads_back_as_it_was_saved(lab: Lab) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Plan", id="p")])
    lab.ask("PUT", "/api/contents/back.ipynb", {"type": "notebook", "content": notebook})
    _, model = lab.ask("GET", "/api/contents/back.ipynb?type=notebook&content=1&hash=1")

    assert model["content"]["cells"][0]["source"] == "# Plan"
    data = (lab.work / "back.ipynb").read_bytes()
    assert model["hash"] == hashlib.sha256(data).hexdigest()


def test_text_and_bytes_are_saved_and_served_unchanged(lab: Lab, proctor: FakeProctor) -> None:
    raw = bytes(range(256))
    content = base64.b64encode(raw).decode()
    lab.ask(
        "PUT", "/api/contents/raw.bin", {"type": "file", "format": "base64", "content": content}
    )
    lab.ask("PUT", "/api/contents/a.txt", {"type": "file", "format": "text", "content": "eins\n"})

    assert saved(proctor, "raw.bin") == raw
    assert saved(proctor, "a.txt") == b"eins\n"
    assert lab.ask("GET", "/files/a.txt") == (200, "eins\n")


def test_an_upload_in_pieces_is_one_save(lab: Lab, proctor: FakeProctor) -> None:
    for chunk, text in ((1, "one "), (2, "two "), (-1, "three")):
        body = {"type": "file", "format": "text", "content": text, "chunk": chunk}
        status, _ = lab.ask("PUT", "/api/contents/pieces.txt", body)
        assert status in (200, 201)

    assert saved(proctor, "pieces.txt") == b"one two three"
    paths = [event.payload["path"] for event in proctor.of("save")]
    assert paths.count("pieces.txt") == 1


def test_a_deleted_notebook_is_on_record_and_is_no_save_of_nothing(
    lab: Lab, proctor: FakeProctor
) -> None:
    lab.ask("PUT", "/api/contents/gone.txt", {"type": "file", "format": "text", "content": "kept"})
    kept = saved(proctor, "gone.txt")
    status, _ = lab.ask("DELETE", "/api/contents/gone.txt")
    told = proctor.wait_for(
        lambda event: (
            event.kind == "other_request" and event.payload.get("msg_type") == "contents_delete"
        )
    )

    assert status == 204
    assert told.payload["path"] == "gone.txt"
    assert kept == b"kept"
    assert not (lab.work / "gone.txt").exists()


def test_a_rename_is_on_record_with_the_state_under_its_new_name(
    lab: Lab, proctor: FakeProctor
) -> None:
    body = {"type": "file", "format": "text", "content": "moves"}
    lab.ask("PUT", "/api/contents/practice/old.txt", body)
    lab.ask("PATCH", "/api/contents/practice/old.txt", {"path": "practice/new.txt"})
    told = proctor.wait_for(lambda event: event.payload.get("msg_type") == "contents_rename")

    assert (told.payload["path"], told.payload["new_path"]) == (
        "practice/old.txt",
        "practice/new.txt",
    )
    assert saved(proctor, "practice/new.txt") == b"moves"


def test_a_checkpoint_is_kept_outside_the_work_folder_and_brought_back(
    lab: Lab, proctor: FakeProctor
) -> None:
    def put(text: str) -> None:
        body = {"type": "file", "format": "text", "content": text}
        lab.ask("PUT", "/api/contents/practice/c.txt", body)

    put("first")
    status, made = lab.ask("POST", "/api/contents/practice/c.txt/checkpoints")
    put("second")
    lab.ask("POST", f"/api/contents/practice/c.txt/checkpoints/{made['id']}")

    assert status == 201
    assert (lab.work / "practice" / "c.txt").read_text(encoding="utf-8") == "first"
    assert not list((lab.work / "practice").glob(".*"))


def test_what_is_no_notebook_is_not_saved_as_one(lab: Lab, proctor: FakeProctor) -> None:
    for content in ("text", ["list"], {"cells": 7}, None):
        body = {"type": "notebook", "content": content}
        status, _ = lab.ask("PUT", "/api/contents/no.ipynb", body)
        assert status == 400

    assert not (lab.work / "no.ipynb").exists()


def test_a_deeply_nested_notebook_written_by_a_kernel_is_refused_and_hurts_nothing(
    lab: Lab,
) -> None:
    deep = '{"cells":[],"metadata":{"x":' + "[" * 100_000 + "]" * 100_000 + "}}"
    (lab.work / "deep.ipynb").write_text(deep, encoding="utf-8")
    status, answer = lab.ask("GET", "/api/contents/deep.ipynb?content=1")

    assert status == 400
    assert "cannot be read as a notebook" in str(answer)
    assert lab.ask("GET", "/api/status")[0] == 200


def test_saves_of_one_file_in_one_moment_are_all_recorded_in_the_order_of_the_disk(
    lab: Lab, proctor: FakeProctor
) -> None:
    path = "practice/burst.txt"

    def save(number: int) -> int:
        content = f"{number}\n" * (1 if number % 2 else 200_000)  # large ones take longer to hash
        body = {"type": "file", "format": "text", "content": content}
        return lab.ask("PUT", f"/api/contents/{path}", body)[0]

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(save, range(48)))
    on_disk = hashlib.sha256((lab.work / path).read_bytes()).hexdigest()
    deadline = time.monotonic() + 15
    while len(told := [e for e in proctor.of("save") if e.payload["path"] == path]) < 48:
        assert time.monotonic() < deadline, len(told)
        time.sleep(0.05)

    assert set(answers) <= {200, 201}
    assert len({event.payload["sha256"] for event in told}) == 48
    assert told[-1].payload["sha256"] == on_disk  # what stands last on record is what is there
