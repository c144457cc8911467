"""The routes of the candidate's pages on the real server: good, hostile, and with no proctor."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from harness.core.packages import read_phrases
from harness.lab.errors import RefusedRequest
from harness.lab.submit_api import all_sent
from tests.lab.asked_proctor import AskedProctor, name_of, refusal
from tests.lab.fake_proctor import LAB_TOKEN
from tests.lab.running import BROWSER_TOKEN, Lab

API = "/audition/api"
TOLD = ("purse", "models", "questions", "hypotheses", "receipts")
GETS = ("sitting", "clock", *[f"{name}/practice" for name in TOLD], "versions/practice",
        "given/practice", "record", "ask/q-1", "packages", "system-check")  # fmt: skip
POSTS: dict[str, Any] = {
    "clock/start": {"exercise": "practice"},
    "ask": {"exercise": "practice", "question": "Who?"},
    "hypotheses": {"exercise": "practice", "text": "Perhaps."},
    "submit": {"exercise": "practice"},
    "versions/practice/restore": {"sha256": "0" * 64},
}
WHOSE = f"Bearer {LAB_TOKEN}"


@pytest.fixture(scope="module")
def proctor() -> Iterator[AskedProctor]:
    fake = AskedProctor()
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(autouse=True)
def _fresh(lab: Lab, proctor: AskedProctor) -> None:
    proctor.wait_for(lambda event: event.kind == "save")
    proctor.says.clear()
    proctor.asked.clear()
    proctor.pieces, proctor.parts_delivered = [], 1


def raw(
    lab: Lab, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and bytes of an answer to a request as it stands here."""
    host = lab.url.removeprefix("http://").split("/", 1)[0]
    connection = http.client.HTTPConnection(host, timeout=60)
    usual = {"Authorization": f"token {BROWSER_TOKEN}"}
    try:
        connection.request(method, f"{API}/{path}", body=body, headers=usual | headers)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("name", ["sitting", *[f"{name}/practice" for name in TOLD]])
def test_what_the_proctor_tells_is_handed_on_as_it_is_and_kept_nowhere(
    lab: Lab, proctor: AskedProctor, name: str
) -> None:
    status, headers, body = raw(lab, "GET", name)

    assert (status, json.loads(body)) == (200, {"path": f"/s/{name}"})
    assert headers["cache-control"] == "no-store"
    assert proctor.asked == [("GET", f"/s/{name}", None, WHOSE)]


@pytest.mark.parametrize(("path", "body", "door"), [
    ("clock/start", {"exercise": "practice"}, "/s/start"),
    ("clock/pause", {}, "/s/pause"),
    ("ask", {"exercise": "practice", "question": "Who?"}, "/s/ask"),
    ("hypotheses", {"exercise": "practice", "text": "Perhaps."}, "/s/hypotheses"),
    ("hypotheses", {"exercise": "practice", "id": "h1", "status": "refuted"}, "/s/hypotheses"),
    ("submit", {"exercise": "practice"}, "/s/submit"),
])  # fmt: skip
def test_what_a_person_does_is_put_to_the_proctor_in_these_words(
    lab: Lab, proctor: AskedProctor, path: str, body: Any, door: str
) -> None:
    answer = lab.ask("POST", f"{API}/{path}", body)

    assert answer == (200, {"path": door})
    assert proctor.asked[-1] == ("POST", door, body, WHOSE)


def test_a_question_that_waits_is_asked_for_by_its_id(lab: Lab, proctor: AskedProctor) -> None:
    proctor.says["GET", "/s/ask/q-12ab"] = (202, {"id": "q-12ab", "waiting": "q-12ab"})

    assert lab.ask("GET", f"{API}/ask/q-12ab") == (200, {"id": "q-12ab", "waiting": "q-12ab"})


@pytest.mark.parametrize("path", [*[f"{name}/practice" for name in TOLD], "sitting"])
def test_a_refusal_is_told_in_the_proctors_words(
    lab: Lab, proctor: AskedProctor, path: str
) -> None:
    proctor.says["GET", f"/s/{path}"] = (404, refusal("not_found"))

    assert lab.ask("GET", f"{API}/{path}") == (404, refusal("not_found"))


@pytest.mark.parametrize("path", ["clock/start", "ask", "hypotheses", "submit"])
def test_so_is_one_to_what_a_person_does(lab: Lab, proctor: AskedProctor, path: str) -> None:
    door = {"clock/start": "/s/start"}.get(path, f"/s/{path}")
    proctor.says["POST", door] = (403, refusal("session_deadline_exceeded"))

    assert lab.ask("POST", f"{API}/{path}", POSTS[path]) == (
        403, refusal("session_deadline_exceeded")
    )  # fmt: skip


@pytest.mark.parametrize(("answer", "status"), [
    ((200, b"<html>"), 503), ((200, []), 503), ((200, b"[" * 90_000), 503), ((200, b""), 503),
    ((500, b"boom"), 502), ((302, b""), 503),
])  # fmt: skip
def test_an_answer_that_is_none_is_not_handed_on(
    lab: Lab, proctor: AskedProctor, answer: tuple[int, Any], status: int
) -> None:
    proctor.says["GET", "/s/purse/practice"] = proctor.says["POST", "/s/ask"] = answer
    found = [lab.ask("GET", f"{API}/purse/practice"), lab.ask("POST", f"{API}/ask", POSTS["ask"])]

    assert [one[0] for one in found] == [status, status]
    assert all(one[1]["error"]["message"] for one in found)


def test_nobody_without_the_login_gets_or_does_anything(lab: Lab, proctor: AskedProctor) -> None:
    found = {lab.ask("GET", f"{API}/{path}", token="")[0] for path in GETS}
    found |= {lab.ask("POST", f"{API}/{path}", body, token="x")[0] for path, body in POSTS.items()}
    found.add(lab.ask("GET", f"{API}/nothing", token="")[0])

    assert found == {403} and proctor.asked == []


def test_a_page_elsewhere_with_the_login_cookie_does_nothing(
    lab: Lab, proctor: AskedProctor
) -> None:
    host = lab.url.removeprefix("http://").split("/", 1)[0]
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", f"/lab?token={BROWSER_TOKEN}")
    login = connection.getresponse()
    login.read()
    cookie = "; ".join(one.split(";", 1)[0] for one in login.headers.get_all("Set-Cookie", []))
    connection.close()
    found = [
        raw(lab, "POST", path, json.dumps(body).encode(), Authorization="", Cookie=cookie)
        for path, body in POSTS.items()
    ]

    assert {status for status, _, _ in found} == {403}
    assert all("_xsrf" in json.loads(data)["error"]["message"] for _, _, data in found)
    assert proctor.asked == []


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b"7", b"{}", b"\xff\xfe", b"[" * 9_000, b'{"exercise": 7}',
    b'{"exercise": "../practice"}', b'{"exercise": "practice", "exercise": "practice"}',
    b'{"exercise": "practice", "more": 1}', b'{"exercise": ["practice"], "question": "x"}',
    b'{"exercise": "practice", "question": {}, "text": 5}', b'{"exercise": NaN}',
    b'{"exercise": "practice", "question": "\\ud800", "text": "\\ud800"}',
    b'{"sha256": "../../etc/passwd"}', b'{"sha256": "ABC"}', b'{"sha256": 7}',
])  # fmt: skip
def test_a_body_that_cannot_be_used_goes_no_further(
    lab: Lab, proctor: AskedProctor, path: str, body: bytes
) -> None:
    status, _, data = raw(lab, "POST", path, body)

    assert status == 400 and json.loads(data)["error"]["code"] == "refused"
    assert proctor.asked == []


@pytest.mark.parametrize("path", POSTS)
def test_a_body_that_is_too_long_goes_no_further(
    lab: Lab, proctor: AskedProctor, path: str
) -> None:
    status, _, data = raw(lab, "POST", path, b" " * ((64 << 10) + 1))

    assert status == 413 and json.loads(data)["error"]["code"] == "refused"
    assert proctor.asked == []


@pytest.mark.parametrize("path", [
    "purse/", "purse/..", "purse/%2e%2e", "purse/practice/../x", "purse/Practice", "purse/a%2fb",
    "purse/practice%00", "purse/-x", "versions/../restore", "given/x/y", "ask/..", "ask/q.1",
    "nothing", "sitting/practice", "", "purse/" + "x" * 60,
])  # fmt: skip
def test_an_address_that_is_none_of_ours_leads_nowhere(
    lab: Lab, proctor: AskedProctor, path: str
) -> None:
    status, _, data = raw(lab, "GET", path)

    assert status in (400, 404) and b"Traceback" not in data
    assert proctor.asked == []


def test_looking_does_nothing_and_doing_shows_nothing(lab: Lab, proctor: AskedProctor) -> None:
    found = [lab.ask("GET", f"{API}/{path}")[0] for path in ("submit", "clock/start", "ask")]
    found += [lab.ask("POST", f"{API}/{path}", {})[0] for path in ("sitting", "record", "packages")]

    assert set(found) <= {404, 405} and proctor.asked == []


def test_with_the_proctor_away_each_says_so_and_comes_back(lab: Lab, proctor: AskedProctor) -> None:
    proctor.stop()
    try:
        lasting = ("packages", "system-check")
        got = {path: lab.ask("GET", f"{API}/{path}") for path in GETS if path not in lasting}
        done = {path: lab.ask("POST", f"{API}/{path}", body) for path, body in POSTS.items()}
        check = lab.ask("GET", f"{API}/system-check")[1]["steps"]
        assert lab.ask("GET", f"{API}/packages")[0] == 200
    finally:
        proctor.start()
    deadline = time.monotonic() + 30
    while lab.ask("GET", "/audition/api/status")[1]["connected"] is not True:
        assert time.monotonic() < deadline
        time.sleep(0.1)

    for path, (status, body) in {**got, **done}.items():
        assert (status, body["error"]["code"]) == (503, "line_down"), path
        assert "The line is down" in body["error"]["message"] or path in (
            "ask", "hypotheses", "submit", "ask/q-1"
        ), path  # fmt: skip
    assert [(one["name"], one["state"]) for one in check if one["state"] == "fail"] == [
        ("proctor", "fail"), ("model", "fail")
    ]  # fmt: skip
    assert lab.ask("GET", f"{API}/sitting")[0] == 200


def test_the_packages_are_those_that_are_there(lab: Lab) -> None:
    found = lab.ask("GET", f"{API}/packages")[1]["packages"]

    worth_knowing = [one["name"] for one in found if one["what"]]
    assert worth_knowing == [name for name in read_phrases() if name in worth_knowing]
    assert {"pandas", "matplotlib", "openai"} <= set(worth_knowing)
    assert all(one["version"][0].isdigit() for one in found)
    assert [one["what"] for one in found[len(worth_knowing) :]] == [""] * (
        len(found) - len(worth_knowing)
    )


def test_a_submission_waits_for_what_was_saved_before_it(lab: Lab, proctor: AskedProctor) -> None:
    cells = {"cells": [], "metadata": {"n": 1}, "nbformat": 4, "nbformat_minor": 5}
    model = {"type": "notebook", "format": "json", "content": cells}
    lab.ask("PUT", "/api/contents/practice/practice.ipynb", model)
    status, _ = lab.ask("POST", f"{API}/submit", {"exercise": "practice"})
    saves = [event.payload["sha256"] for event in proctor.of("save")]

    assert status == 200
    assert proctor.paths() == ["/s/clock", "/s/submit"]
    assert name_of((lab.work / "practice" / "practice.ipynb").read_bytes()) in saves


class Sending:
    """A spool that has been emptied after some looks at it, while more comes in."""

    def __init__(self, *, looks: int) -> None:
        self.looks = looks

    @property
    def pending(self) -> list[str]:
        self.looks -= 1
        return (["before"] if self.looks > 0 else []) + [f"later-{self.looks}"]


def test_only_what_was_unsent_when_it_was_pressed_is_waited_for() -> None:
    spool = Sending(looks=5)
    asyncio.run(all_sent(spool, within_s=10))

    assert spool.looks <= 0


def test_a_submission_without_the_last_saves_is_not_made() -> None:
    with pytest.raises(RefusedRequest) as no:
        asyncio.run(all_sent(Sending(looks=1 << 30), within_s=0.1))

    assert no.value.status == 503 and "Nothing is lost" in str(no.value)


def test_the_record_is_handed_on_whole_as_a_download(lab: Lab, proctor: AskedProctor) -> None:
    pieces = [bytes([n]) * 300_000 for n in range(40)]
    proctor.pieces = [*pieces]
    status, headers, data = raw(lab, "GET", "record")

    assert (status, data) == (200, b"".join(pieces))
    assert headers["content-disposition"] == 'attachment; filename="audition-record-s-1.zip"'
    assert headers["content-type"] == "application/zip" and headers["cache-control"] == "no-store"


def test_a_record_that_was_cut_short_does_not_end_as_if_it_were_whole(
    lab: Lab, proctor: AskedProctor
) -> None:
    proctor.pieces = [b"x" * 100_000, RuntimeError("cut")]
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        raw(lab, "GET", "record")

    proctor.pieces = [b"whole"]
    assert raw(lab, "GET", "record")[2] == b"whole"


def test_a_record_that_is_refused_is_refused_in_words(lab: Lab, proctor: AskedProctor) -> None:
    proctor.says["GET", "/s/record"] = (410, refusal("erased"))

    assert lab.ask("GET", f"{API}/record") == (410, refusal("erased"))


def test_the_system_check_really_starts_a_kernel_that_is_none_of_the_candidates(
    lab: Lab, proctor: AskedProctor
) -> None:
    time.sleep(5.2)  # what was found is told again for 5 seconds
    (lab.work / "sitecustomize.py").write_text("raise SystemExit('the candidate ran')")
    status, body = lab.ask("GET", f"{API}/system-check")
    event = proctor.wait_for(lambda e: e.payload.get("msg_type") == "system_check")
    kernels = lab.ask("GET", "/api/kernels")[1]
    (lab.work / "sitecustomize.py").unlink()

    assert status == 200
    assert [one["name"] for one in body["steps"]] == ["server", "proctor", "kernel", "model"]
    assert all(one["state"] in ("good", "slow") for one in body["steps"]), body
    assert body["steps"][2]["ms"] > 0 and all(one["words"] for one in body["steps"])
    assert event.kind == "other_request" and event.exercise is None and event.kernel_id is None
    assert kernels == [] and proctor.of("kernel_start") == []
    assert list((lab.folder / "home" / "checks").iterdir()) == []
    assert ("POST", "/s/model-check", {}, WHOSE) in proctor.asked


def test_a_providers_model_is_not_said_to_have_been_called(lab: Lab, proctor: AskedProctor) -> None:
    before = proctor.says.get(("POST", "/s/model-check"))
    told = {}
    for model in (None, "sim-small"):
        time.sleep(5.2)
        proctor.says["POST", "/s/model-check"] = (200, {"model": model, "ms": 1.0})
        told[model] = lab.ask("GET", f"{API}/system-check")[1]["steps"][3]["words"]
    if before is not None:
        proctor.says["POST", "/s/model-check"] = before

    assert "was not called" in told[None]
    assert told["sim-small"] == "Answered a test call. Not charged to you."


def test_a_model_that_does_not_answer_fails_the_check_in_the_proctors_words(
    lab: Lab, proctor: AskedProctor
) -> None:
    time.sleep(5.2)
    proctor.says["POST", "/s/model-check"] = (503, refusal("upstream_error"))
    steps = lab.ask("GET", f"{API}/system-check")[1]["steps"]
    again = lab.ask("GET", f"{API}/system-check")[1]["steps"]

    assert (steps[3]["state"], steps[3]["words"]) == ("fail", "No, and here is why.")
    assert again == steps, "within seconds it is not checked anew"
