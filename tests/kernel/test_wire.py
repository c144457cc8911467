"""The one place that speaks HTTP: every refusal in its words, and nothing else believed."""

from __future__ import annotations

import dataclasses
import socket

import pytest

from harness.kernel import words
from harness.kernel.errors import LineDown, Misuse, NoLine, Refused
from harness.kernel.wire import NO_KEY, Line, open_line
from tests.kernel.conftest import Serve
from tests.kernel.fake_proctor import Says, refuses

CATALOGUE = [
    (401, "invalid_api_key", "This session's pass is no longer good. Reload the page."),
    (429, "insufficient_quota", "The purse of exercise practice is empty ($0.50 of $0.50 spent)."),
    (429, "insufficient_quota", "This call could cost up to $0.20, and $0.10 is left."),
    (404, "model_not_found", 'There is no model "gpt" in this exercise.'),
    (403, "session_deadline_exceeded", "Exercise practice is over, so models no longer answer."),
    (403, "session_paused", "You have paused, so models wait."),
    (400, "unsupported_parameter", '"logit_bias" is not offered here.'),
    (400, "unsupported_content", "Models here cannot open links or files."),
    (400, "context_length_exceeded", "The prompt has 9000 tokens and sim-small reads 8000."),
    (503, "route_closed", "sim-large is closed for a moment while a person looks at it."),
    (409, "plan_first", "Write your plan first."),
]


@pytest.mark.parametrize(("status", "code", "message"), CATALOGUE)
def test_a_refusal_comes_in_the_proctors_own_words_and_once(
    serve: Serve, status: int, code: str, message: str
) -> None:
    proctor = serve(lambda asked: refuses(status, code, message))

    with pytest.raises(Refused) as caught:
        open_line().post("/k/ask", {})
    assert (str(caught.value), caught.value.status, caught.value.code) == (message, status, code)
    assert len(proctor.asked) == 1


@pytest.mark.parametrize("status", [429, 503, 504])
def test_what_may_be_tried_again_is_tried_three_times(serve: Serve, status: int) -> None:
    said = refuses(status, "later", "Wait.", x_should_retry="true", retry_after="0")
    proctor = serve(lambda asked: said)

    with pytest.raises(Refused, match="Wait"):
        open_line().get("/k/budget")
    assert len(proctor.asked) == 3


def test_what_comes_right_at_the_second_try_is_an_answer(serve: Serve) -> None:
    said = [
        refuses(503, "later", "Wait.", x_should_retry="true", retry_after="0"),
        Says({"fine": "yes"}),
    ]
    serve(lambda asked: said.pop(0))

    assert open_line().get("/x").text("fine") == "yes"


@pytest.mark.parametrize("after", ["soon", "-5", "nan"])
def test_an_odd_time_to_wait_is_taken_as_a_short_one(serve: Serve, after: str) -> None:
    said = [
        refuses(503, "later", "Wait.", x_should_retry="true", retry_after=after),
        Says({"fine": "yes"}),
    ]
    serve(lambda asked: said.pop(0))

    assert open_line().get("/x").text("fine") == "yes"


@pytest.mark.parametrize(
    "says",
    [
        Says(raw=b"<html>Please sign in</html>"),
        Says(raw=b""),
        Says(raw=b"null"),
        Says(raw=b"[" * 100_000),
        Says(raw=b"\xff\xfe"),
        Says({"moved": 1}, status=302, headers={"Location": "http://127.0.0.1:1/"}),
        Says(raw=b"<html>Bad gateway</html>", status=502),
        Says({"error": {"message": 7}}, status=500),
        Says({"error": "text"}, status=418),
        Says([1], status=500),
    ],
)
def test_something_else_in_the_proctors_place_is_called_so(serve: Serve, says: Says) -> None:
    serve(lambda asked: says)

    with pytest.raises(LineDown) as caught:
        open_line().get("/k/budget")
    assert str(caught.value) == words.NOT_THE_PROCTOR


@pytest.mark.parametrize("status", sorted(words.BY_STATUS))
def test_a_status_without_words_gets_ours(serve: Serve, status: int) -> None:
    serve(lambda asked: Says(raw=b"no", status=status))

    with pytest.raises(Refused) as caught:
        open_line().get("/x")
    assert str(caught.value) == words.BY_STATUS[status]


def test_an_answer_too_large_to_be_one_is_not_read_to_its_end(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.kernel.wire.MAX_ANSWER_BYTES", 1000)
    serve(lambda asked: Says("x" * 2000))

    with pytest.raises(LineDown, match="form this notebook cannot read"):
        open_line().get("/x")


def test_a_line_that_is_down_says_so_and_what_is_safe() -> None:
    with pytest.raises(LineDown) as caught:
        Line("http://127.0.0.1:1").get("/x")
    assert str(caught.value) == words.LINE_DOWN
    assert "Your notebook is safe" in words.LINE_DOWN


def test_a_proctor_that_is_silent_is_not_waited_for_for_ever(serve: Serve) -> None:
    proctor = serve(lambda asked: Says({}, pause_s=30))

    with pytest.raises(LineDown, match="no answer in 0 seconds"):
        Line(proctor.address, timeout_s=0.2).get("/x")


def test_bytes_that_are_no_http_are_a_line_that_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        def babble() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"\x00\x01 220 smtp ready\r\n\r\n")

        thread = threading.Thread(target=babble)
        thread.start()
        with pytest.raises(LineDown):
            Line(f"http://127.0.0.1:{server.getsockname()[1]}", timeout_s=5).get("/x")
        thread.join()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1:4000", "http://", "file:///etc/passwd", "http://h:port/", "ftp://h", "http://[x"],
)
def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(NoLine, match="which is no address"):
        Line(address).get("/x")


def test_without_an_address_the_way_to_one_is_told() -> None:
    with pytest.raises(NoLine, match="AUDITION_URL is not set"):
        open_line()


def test_the_token_goes_along_and_the_word_for_no_key_does_not(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    proctor = serve(lambda asked: Says({}))
    open_line().get("/x")

    assert proctor.last.headers["authorization"] == "Bearer kernel-token"

    monkeypatch.setenv("OPENAI_API_KEY", NO_KEY)
    open_line().get("/x")

    assert "authorization" not in proctor.last.headers


def test_a_path_in_the_address_is_kept(serve: Serve) -> None:
    proctor = serve(lambda asked: Says({}))
    dataclasses.replace(open_line(), address=proctor.address + "/below/").get("/x")

    assert proctor.last.path == "/below/x"


@pytest.mark.parametrize("body", [{"x": float("nan")}, {"x": {1, 2}}, {"x": b"bytes"}])
def test_what_has_no_json_form_is_not_sent(serve: Serve, body: object) -> None:
    proctor = serve(lambda asked: Says({}))

    with pytest.raises(Misuse, match="This cannot be sent"):
        open_line().post("/x", body)
    assert proctor.asked == []


def test_a_body_that_holds_itself_is_not_sent() -> None:
    body: list[object] = []
    body.append(body)

    with pytest.raises(Misuse):
        Line("http://127.0.0.1:1").post("/x", body)
