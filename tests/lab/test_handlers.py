"""The extension's routes on the real server: what they give, and to whom they give nothing."""

from __future__ import annotations

import hashlib
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.lab.handlers import LINE_DOWN, MAX_BODY_BYTES, labextensions_path
from tests.lab.fake_proctor import LAB_TOKEN, FakeProctor
from tests.lab.parts_proctor import PLAN_FIRST, part_cells
from tests.lab.running import BROWSER_TOKEN, EMPTY, Lab

PARTS, STATUS = "/audition/api/parts", "/audition/api/status"
CLOCK = "/audition/api/clock"
PATH = {"path": "practice/practice.ipynb"}


class GivingProctor(FakeProctor):
    """A proctor that gives part two when it may.

    Attributes:
        answer: status and body for the door of parts.
        asked: slugs it was asked for.
        clock: status and body for the clock's doors.
        clocked: which of them were used, with what pass.
    """

    def __init__(self) -> None:
        super().__init__()
        self.answer: tuple[int, Any] = (200, {"cells": part_cells()})
        self.asked: list[str] = []
        self.clock: tuple[int, Any] = (200, {"pause_left_s": 600.0})
        self.clocked: list[tuple[str, str | None]] = []

    async def _clock(self, request: Request) -> Response:
        self.clocked.append((request.url.path, request.headers.get("authorization")))
        status, body = self.clock
        if isinstance(body, bytes):
            return Response(body, status_code=status)
        return JSONResponse(body, status_code=status)

    async def _part(self, request: Request) -> Response:
        self.asked.append(request.path_params["slug"])
        status, body = self.answer
        if isinstance(body, bytes):
            return Response(body, status_code=status)
        return JSONResponse(body, status_code=status)


@pytest.fixture(scope="module")
def proctor() -> Iterator[GivingProctor]:
    fake = GivingProctor()
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(autouse=True)
def _fresh(lab: Lab, proctor: GivingProctor) -> None:
    """An empty notebook, and a proctor that gives."""
    proctor.answer = (200, {"cells": part_cells()})
    proctor.asked.clear()
    proctor.clock = (200, {"pause_left_s": 600.0})
    proctor.clocked.clear()
    place = _notebook(lab)
    if place.is_symlink() or place.exists():
        place.unlink()
    place.write_text(EMPTY, encoding="utf-8")


def _notebook(lab: Lab) -> Path:
    return lab.work / "practice" / "practice.ipynb"


def _post(lab: Lab, body: bytes, **headers: str) -> tuple[int, Any]:
    """Return status and answer of a POST with these very bytes."""
    host = lab.url.removeprefix("http://").split("/", 1)[0]
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        connection.request("POST", PARTS, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_the_status_says_how_the_record_stands(lab: Lab, proctor: GivingProctor) -> None:
    proctor.wait_for(lambda event: event.kind == "save")
    status, body = lab.ask("GET", STATUS)

    assert status == 200
    assert isinstance(body.pop("unsent"), int)
    assert body == {
        "session": "s-1", "rung": "none", "self_attested": True, "connected": True,
        "exercise_titles": {"practice": "Practice"},
    }  # fmt: skip


def test_part_two_is_added_to_the_saved_notebook_once_and_the_save_is_recorded(
    lab: Lab, proctor: GivingProctor
) -> None:
    first = lab.ask("POST", PARTS, PATH)
    data = _notebook(lab).read_bytes()
    second = lab.ask("POST", PARTS, PATH)
    name = hashlib.sha256(data).hexdigest()
    event = proctor.wait_for(lambda e: e.kind == "save" and e.payload["sha256"] == name)

    assert (first, second) == ((200, {"added": 3, "part": 2}), (200, {"added": 0, "part": 2}))
    assert [cell["id"] for cell in json.loads(data)["cells"]] == ["p2-head", "p2-suite", "p2-words"]
    assert _notebook(lab).read_bytes() == data == proctor.blobs[name]
    assert event.exercise == "practice"


def test_before_the_plan_the_proctors_refusal_is_handed_on_with_its_words(
    lab: Lab, proctor: GivingProctor
) -> None:
    error = {"message": PLAN_FIRST, "type": "x", "param": None, "code": "plan_first"}
    proctor.answer = (409, {"error": error})
    answer = lab.ask("POST", PARTS, PATH)

    assert answer == (409, {"error": error})
    assert _notebook(lab).read_text(encoding="utf-8") == EMPTY


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ((200, b"<html>"), 503), ((200, {}), 503), ((200, {"cells": [7]}), 503), ((200, []), 503),
        ((200, b"[" * 100_000), 503), ((500, b"boom"), 502), ((409, b""), 502), ((302, b""), 503),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_the_proctors_changes_nothing(
    lab: Lab, proctor: GivingProctor, answer: tuple[int, Any], status: int
) -> None:
    proctor.answer = answer
    found, body = lab.ask("POST", PARTS, PATH)

    assert found == status
    assert body["error"]["message"]
    assert _notebook(lab).read_text(encoding="utf-8") == EMPTY


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b"null", 400), (b"{}", 400), (b"\xff\xfe", 400),
        (b'{"path": 7}', 400), (b'{"path": ["practice/practice.ipynb"]}', 400),
        (b'{"path": "practice/practice.ipynb", "part": 3}', 400), (b"[" * 4000, 400),
        (b'{"path": "' + b"x" * 400 + b'"}', 400), (b" " * (MAX_BODY_BYTES + 1), 413),
        (b'{"path": "other/other.ipynb"}', 404), (b'{"path": "../practice/practice.ipynb"}', 404),
        (b'{"path": "/etc/passwd"}', 404), (b'{"path": "practice/practice.ipynb\\u0000"}', 404),
    ],
)  # fmt: skip
def test_a_request_that_names_no_notebook_of_an_exercise_is_refused_unasked(
    lab: Lab, proctor: GivingProctor, body: bytes, status: int
) -> None:
    found, answer = _post(lab, body, Authorization=f"token {BROWSER_TOKEN}")

    assert found == status
    assert json.loads(answer)["error"]["code"] == "refused"
    assert proctor.asked == []


@pytest.mark.parametrize(
    "content", [b"", b"not JSON", b"\x00\xff", b"[" * 50_000, b'{"cells": 1}', b"[]", b'"text"']
)
def test_what_is_no_notebook_is_refused_and_left_alone(lab: Lab, content: bytes) -> None:
    _notebook(lab).write_bytes(content)
    status, body = lab.ask("POST", PARTS, PATH)

    assert status == 400
    assert "practice/practice.ipynb" in body["error"]["message"]
    assert str(lab.folder) not in body["error"]["message"]
    assert _notebook(lab).read_bytes() == content


def test_a_link_out_of_the_work_folder_is_neither_read_nor_written(
    lab: Lab, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.ipynb"
    outside.write_text(EMPTY, encoding="utf-8")
    _notebook(lab).unlink()
    _notebook(lab).symlink_to(outside)
    status, _ = lab.ask("POST", PARTS, PATH)

    assert status in (400, 403, 404)
    assert outside.read_text(encoding="utf-8") == EMPTY


def test_a_notebook_that_was_renamed_is_told_to_be_missing(lab: Lab) -> None:
    _notebook(lab).unlink()
    status, body = lab.ask("POST", PARTS, PATH)

    assert status == 404
    assert "practice/practice.ipynb" in body["error"]["message"]


def test_without_the_browsers_token_nothing_is_told_or_done(
    lab: Lab, proctor: GivingProctor
) -> None:
    told, _ = lab.ask("GET", STATUS, token="")
    done, _ = lab.ask("POST", PARTS, PATH, token="")
    wrong, _ = lab.ask("POST", PARTS, PATH, token="wrong")

    assert {told, done, wrong} == {403}
    assert proctor.asked == []


def test_a_foreign_page_that_has_the_login_cookie_cannot_ask_for_part_two(
    lab: Lab, proctor: GivingProctor
) -> None:
    host = lab.url.removeprefix("http://").split("/", 1)[0]
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", f"/lab?token={BROWSER_TOKEN}")
    login = connection.getresponse()
    login.read()
    cookies = [value.split(";", 1)[0] for value in login.headers.get_all("Set-Cookie", [])]
    connection.close()
    body, cookie = json.dumps(PATH).encode(), "; ".join(cookies)
    foreign, _ = _post(lab, body, Cookie=cookie, Origin="http://elsewhere.example")
    unmarked, answer = _post(lab, body, Cookie=cookie)

    assert any(cookie.startswith("username-") for cookie in cookies)
    assert (foreign, unmarked) == (404, 403)
    assert b"_xsrf" in answer
    assert proctor.asked == []


def test_other_methods_are_closed(lab: Lab) -> None:
    found = {lab.ask("GET", PARTS)[0], lab.ask("DELETE", PARTS)[0], lab.ask("POST", STATUS, {})[0]}

    assert found <= {404, 405}


def test_the_built_extension_is_found_and_served_by_jupyterlab(lab: Lab) -> None:
    package = json.loads(
        (Path(labextensions_path()) / "@audition/lab/package.json").read_text(encoding="utf-8")
    )
    load = package["jupyterlab"]["_build"]["load"]
    status, entry = lab.ask("GET", f"/lab/extensions/@audition/lab/{load}")
    _, page = lab.ask("GET", "/lab")

    assert status == 200 and "@audition/lab" in entry
    assert load in page


def test_with_the_proctor_away_the_answer_says_that_work_goes_on(
    lab: Lab, proctor: GivingProctor
) -> None:
    proctor.stop()
    try:
        status, body = lab.ask("POST", PARTS, PATH)
    finally:
        proctor.start()

    assert status == 503
    assert body["error"]["message"] == LINE_DOWN
    assert _notebook(lab).read_text(encoding="utf-8") == EMPTY


def test_the_clock_is_shown_stopped_and_let_go_on_by_the_proctors_word(
    lab: Lab, proctor: GivingProctor
) -> None:
    answers = [
        lab.ask("GET", CLOCK),
        lab.ask("POST", f"{CLOCK}/pause", {}),
        lab.ask("POST", f"{CLOCK}/resume", {}),
    ]

    assert answers == [(200, {"pause_left_s": 600.0})] * 3
    whose = f"Bearer {LAB_TOKEN}"
    assert proctor.clocked == [(f"/s/{act}", whose) for act in ("clock", "pause", "resume")]


def test_a_pause_that_is_refused_is_told_in_the_proctors_words(
    lab: Lab, proctor: GivingProctor
) -> None:
    error = {"message": "A cell is running.", "type": "x", "param": None, "code": "cell_running"}
    proctor.clock = (409, {"error": error})

    assert lab.ask("POST", f"{CLOCK}/pause", {}) == (409, {"error": error})


@pytest.mark.parametrize(
    ("answer", "status"),
    [((200, b"<html>"), 503), ((200, []), 503), ((200, b"[" * 90_000), 503), ((500, b"x"), 502)],
)
def test_a_clock_that_cannot_be_read_is_no_clock(
    lab: Lab, proctor: GivingProctor, answer: tuple[int, Any], status: int
) -> None:
    proctor.clock = answer

    assert lab.ask("GET", CLOCK)[0] == status


def test_looking_stops_no_clock_and_nobody_without_the_token_does(
    lab: Lab, proctor: GivingProctor
) -> None:
    found = [
        lab.ask("GET", f"{CLOCK}/pause")[0],
        lab.ask("POST", CLOCK, {})[0],
        lab.ask("POST", f"{CLOCK}/submit", {})[0],
        lab.ask("POST", f"{CLOCK}/pause", {}, token="")[0],
        lab.ask("GET", CLOCK, token="wrong")[0],
    ]

    assert found == [405, 405, 404, 403, 403]
    assert proctor.clocked == []
