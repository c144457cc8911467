"""The tape's door: the proctor's routes for a kernel, answered from the record.

Runs in T, in threads of the replay. What comes in is a hostile kernel's: bodies are capped and
parsed, nothing in them is followed. Behind walls the line is a unix socket and begins with the
line of the kernel's splice; on the bottom rung it is a port on loopback.
"""

from __future__ import annotations

import json
import logging
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from grader.attempt import Attempt, tool_took
from grader.records import Miss
from grader.replay.tape import Take, Tape, note_key
from harness.core.canonical import parse_json
from harness.core.errors import BadJournal
from harness.core.records import Budget, Call, ExerciseState, SessionCard
from harness.proctor.embeddings import as_numbered, read_embeddings
from harness.proctor.errors import Refusal
from harness.proctor.response_events import RESPONSES
from harness.proctor.responses import read_response_request
from harness.proctor.spelling import CHAT, Spelling, as_events
from harness.proctor.tools.handlers import listing
from harness.proctor.tools.request import find_tool, read_use
from harness.proctor.wire import CALL_ID_HEADER, Asked, read_chat

LARGEST_BODY_BYTES = 4 << 20
LINE_WITHIN_S = 30.0
_log = logging.getLogger(__name__)
_Answer = tuple[int, Any, dict[str, str]]


class Answers:
    """What each route answers.

    Args:
        attempt: the submission.
        tape: its exchanges.
    """

    def __init__(self, attempt: Attempt, tape: Tape) -> None:
        self._attempt, self._tape = attempt, tape

    def get(self, path: str) -> _Answer:
        """Answer a GET."""
        card = self._attempt.card
        models = card.models if card else ()
        if path == "/v1/models":
            rows = [{"id": name, "object": "model", "created": 0} for name in models]
            return 200, {"object": "list", "data": rows}, {}
        if path == "/session" and card is not None:
            state = ExerciseState(card=card, parts_delivered=2)
            first = self._attempt.events[0].received_at if self._attempt.events else None
            made = SessionCard(
                session=self._attempt.about.session,
                level="mid",
                created_at=first or self._attempt.receipt.at,
                exercises=(state,),
            )
            return 200, made.to_value(), {}
        if path == "/k/budget" and card is not None:
            return 200, self._budget().to_value(), {}
        if path == "/tools" and card is not None:
            used = self._budget().minutes_used or Decimal(0)
            return 200, listing(card, card.tools, used), {}
        return self._nowhere(path)

    def post(self, path: str, body: Any, call_id: str | None = None) -> _Answer:
        """Answer a POST of JSON; call_id is what its caller named the call by, if it did."""
        if path == "/v1/chat/completions":
            return self._chat(partial(read_chat, body, call_id=call_id))
        if path == "/v1/responses":
            read = partial(read_response_request, body, call_id=call_id)
            return self._chat(read, RESPONSES)
        if path == "/v1/embeddings":
            return self._embeddings(body, call_id)
        if path.startswith("/tools/"):
            return self._tool(unquote(path.removeprefix("/tools/")), body, call_id)
        if path == "/k/ask":
            return self._note("ask", {"question": body.get("question")})
        if path == "/k/hypothesis":
            asked = {"text": body.get("text"), "status": body.get("status", "open")}
            return self._note("hypothesis", asked)
        if path == "/k/check":
            return 200, {}, {}
        if path == "/k/submit":
            return 200, self._attempt.receipt.to_value(), {}
        return self._nowhere(path)

    def _chat(self, read: Callable[[], Asked], spelling: Spelling = CHAT) -> _Answer:
        try:
            asked = read()
        except Refusal as no:
            return no.status, _error(str(no), no.code or "bad_request"), {}
        call, headers = self._played(asked)
        if call is None:
            return _not_recorded()
        status, told = call.http_status or 200, dict(call.response or {})
        if status == 200 and asked.is_streamed:
            text = as_events(spelling, asked, told).decode()
            return 200, text, headers | {"content-type": "text/event-stream"}
        if status == 200 and told.get("error"):  # a stream that was cut: whole it never was
            is_over = "session_deadline_exceeded" in str(told["error"])
            return 403 if is_over else 502, {"error": told["error"]}, headers
        return status, spelling.whole(asked, told) if status == 200 else told, headers

    def _embeddings(self, body: Any, call_id: str | None) -> _Answer:
        try:
            asked, as_numbers = read_embeddings(body, call_id=call_id)
        except Refusal as no:
            return no.status, _error(str(no), no.code or "bad_request"), {}
        call, headers = self._played(asked)
        if call is None:
            return _not_recorded()
        status, told = call.http_status or 200, call.response or {}
        return status, as_numbered(told) if status == 200 and as_numbers else told, headers

    def _played(self, asked: Asked) -> tuple[Call | None, dict[str, str]]:
        """Return the recorded call for a request and its headers; None for a miss."""
        played = self._tape.play(asked.key, "chat", asked.canonical)
        if isinstance(played, Miss):
            return None, {}
        call = played.call
        assert call is not None
        cost = call.usage.cost_usd if call.usage else Decimal(0)
        return call, {"x-cost-usd": format(cost, "f"), "x-call-id": call.id}

    def _tool(self, name: str, body: Any, call_id: str | None) -> _Answer:
        card = self._attempt.card
        try:
            use = read_use(find_tool(card.tools if card else (), name), body, call_id=call_id)
        except Refusal as no:
            return no.status, _error(str(no), no.code or "bad_request"), {}
        played = self._tape.play(use.key, "tool", use.canonical)
        if isinstance(played, Miss):
            return _not_recorded()
        assert played.call is not None
        return 200, played.answer, {"x-call-id": played.call.id, "x-cost-usd": "0"}

    def _note(self, what: str, asked: Any) -> _Answer:
        played = self._tape.play(note_key(what, asked), what, asked)
        return (200, played.answer, {}) if isinstance(played, Take) else _not_recorded()

    def _budget(self) -> Budget:
        """The purse as the record has it when the running cell was last run."""
        card = self._attempt.card
        assert card is not None
        msg_id = self._tape.msg_id
        seqs = [e.seq for e in self._attempt.events if e.msg_id == msg_id and msg_id]
        ats = [e.at for e in self._attempt.events if e.seq in seqs[-1:]]
        calls = [c for c in self._attempt.calls if c.usage and (not ats or c.at <= ats[-1])]
        spent = [c.usage for c in calls if c.usage]
        took = [tool_took(c) for c in calls if c.is_tool]
        return Budget(
            exercise=card.slug,
            usd_limit=card.purse.usd,
            usd_spent=sum((u.cost_usd for u in spent), Decimal(0)),
            usd_reserved=Decimal(0),
            calls_limit=card.purse.calls,
            calls_made=len(calls) - len(took) + sum(one.calls for one in took),
            tokens_limit=card.purse.tokens,
            tokens_used=sum(u.prompt_tokens + u.completion_tokens for u in spent),
            last_call_usd=spent[-1].cost_usd if spent else None,
            minutes_limit=card.purse.minutes,
            minutes_used=(
                None
                if card.purse.minutes is None
                else sum((one.minutes for one in took), Decimal(0))
            ),
        )

    def _nowhere(self, path: str) -> _Answer:
        self._tape.play(f"path:{path[:200]}", path[:100], {})
        return _not_recorded()


def _not_recorded() -> _Answer:
    message = "This was not asked in the session, so there is no answer to it on record."
    return 409, _error(message, "not_recorded"), {}


def _error(message: str, code: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "replay", "param": None, "code": code}}


class _Handler(BaseHTTPRequestHandler):
    """One connection of a kernel."""

    protocol_version = "HTTP/1.1"
    timeout = LINE_WITHIN_S
    answers: Answers
    begins_with_line = True

    def setup(self) -> None:
        """Read the splice's line first, where there is one."""
        super().setup()
        if self.begins_with_line and not self.rfile.readline(512).startswith(b"AUDITION/1 "):
            self.close_connection = True
            self.rfile.close()

    def handle(self) -> None:
        """Serve it, unless its line was none."""
        if not self.rfile.closed:
            try:
                super().handle()
            except (OSError, ValueError):  # the kernel went away in the middle
                _log.debug("a kernel's connection ended early")

    def do_GET(self) -> None:
        """Answer a GET."""
        self._say(*self.answers.get(self.path.split("?")[0]))

    def do_POST(self) -> None:
        """Answer a POST of JSON."""
        try:
            size = int(self.headers.get("content-length") or "-1")
        except ValueError:
            size = -1
        if not 0 <= size <= LARGEST_BODY_BYTES:
            self.close_connection = True
            self._say(413, _error("The request is too large, or has no length.", "too_large"), {})
            return
        try:
            body = parse_json(self.rfile.read(size), what="the request")
        except BadJournal as problem:
            self._say(400, _error(str(problem)[:300], "bad_request"), {})
            return
        if not isinstance(body, dict):
            self._say(400, _error("The request is no JSON object.", "bad_request"), {})
            return
        call_id = self.headers.get(CALL_ID_HEADER)
        self._say(*self.answers.post(self.path.split("?")[0], body, call_id))

    def _say(self, status: int, value: Any, headers: dict[str, str]) -> None:
        data = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        given = {"content-type": "application/json", **headers}
        if status >= 400:
            given["x-should-retry"] = "false"
        self.send_response_only(status)
        for name, text in given.items():
            self.send_header(name, text)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: requests are a candidate's."""


class _Unix(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


class _Tcp(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def opened(answers: Answers, socket: Path | None) -> Iterator[str]:
    """Serve for as long as the block lasts; yields the http address on the bottom rung, or "".

    Args:
        answers: what is answered.
        socket: unix socket to listen on; None takes a port on loopback.
    """
    kind: Callable[..., Any] = _Tcp if socket is None else _Unix
    own = {"answers": answers, "begins_with_line": socket is not None}
    place: Any = ("127.0.0.1", 0) if socket is None else str(socket)
    server = kind(place, type("_Bound", (_Handler,), own))
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield "" if socket is not None else f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
