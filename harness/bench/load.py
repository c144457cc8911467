"""`python -m harness.bench.load`: callers that ask again as soon as they are answered.

Runs as a process of its own, so that it takes no time from whom it measures. One JSON object
on stdin says whom to ask and how (Plan), one on stdout says what came back (Told). It speaks
just enough HTTP/1.1 to know where an answer ends; anything but a whole 200 is counted as bad.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

import uvloop

MARK = "0000000000"
"""Stands in the body where each request gets a number of its own: no two are equal."""
_END_OF_HEAD, _END_OF_CHUNKS = b"\r\n\r\n", b"\r\n0\r\n\r\n"
_LATE_S = 60.0


@dataclass(frozen=True)
class Plan:
    """What is asked.

    Attributes:
        port: on 127.0.0.1.
        tokens: callers take turns with these passes.
        body: of each request; MARK in it is replaced by its number.
        callers: connections at once.
        seconds: for how long new requests are begun.
        first: number of the first request; a later plan begins above an earlier one's.
    """

    port: int
    tokens: tuple[str, ...]
    body: str
    callers: int
    seconds: float
    first: int = 0


@dataclass(frozen=True)
class Told:
    """What came back.

    Attributes:
        answers: whole answers with status 200.
        seconds: from the first request to the last answer.
        p50_ms: half the answers took no longer, in milliseconds; 0 if there are none.
        p99_ms: 99 of 100 took no longer.
        bad: what else came, by status or by what broke, and how often.
        sample: the first answer's body, as it came.
    """

    answers: int
    seconds: float
    p50_ms: float
    p99_ms: float
    bad: dict[str, int]
    sample: str

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


@dataclass
class _Run:
    """All callers of one plan."""

    plan: Plan
    until: float
    over: asyncio.Future[None]
    asked: int = 0
    left: int = 0
    last: float = 0.0
    took_s: list[float] = field(default_factory=list)
    bad: Counter[str] = field(default_factory=Counter)
    sample: bytes = b""

    def leave(self) -> None:
        """Take word that one caller asks no more."""
        self.left -= 1
        if self.left == 0 and not self.over.done():
            self.over.set_result(None)


class _Caller(asyncio.Protocol):
    """One connection: asks, waits for the whole answer, asks again."""

    def __init__(self, run: _Run, number: int) -> None:
        self._run = run
        token = run.plan.tokens[number % len(run.plan.tokens)]
        self._before, self._after = _cut(run.plan, token)
        self._got = bytearray()
        self._ends_at = -1  # bytes of the whole answer; 0 where chunks say it
        self._began = 0.0
        self._is_over = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        got = self._got
        got += data
        if self._ends_at < 0:
            self._read_head()
        if self._ends_at > 0:
            is_whole = len(got) >= self._ends_at
        else:
            is_whole = self._ends_at == 0 and got.endswith(_END_OF_CHUNKS)
        if is_whole:
            self._take()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._is_over:
            self._run.bad["hung up"] += 1
            self._leave()

    def _ask(self) -> None:
        run = self._run
        number = str(run.plan.first + run.asked).zfill(len(MARK)).encode()
        run.asked += 1
        self._got.clear()
        self._ends_at = -1
        self._began = time.perf_counter()
        self._transport.write(self._before + number + self._after)

    def _read_head(self) -> None:
        end = self._got.find(_END_OF_HEAD)
        if end < 0:
            return
        head = bytes(self._got[:end]).lower()
        at = head.find(b"content-length:")
        stated = head[at + 15 :].split(b"\r\n", 1)[0] if at >= 0 else None
        self._ends_at = 0 if stated is None else end + len(_END_OF_HEAD) + int(stated)

    def _take(self) -> None:
        now, run, got = time.perf_counter(), self._run, self._got
        run.last = now
        if got.startswith(b"HTTP/1.1 200 ") and (self._ends_at or b"data: [DONE]" in got[-80:]):
            run.took_s.append(now - self._began)
        else:
            run.bad[bytes(got[:12]).decode("latin-1")] += 1
        if not run.sample:
            run.sample = bytes(got)
        if now < run.until:
            self._ask()
        else:
            self._is_over = True
            self._transport.close()
            self._leave()

    def _leave(self) -> None:
        self._is_over = True
        self._run.leave()


def _cut(plan: Plan, token: str) -> tuple[bytes, bytes]:
    """Return a whole request, before and after its number."""
    body = plan.body.encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n"
        f"authorization: Bearer {token}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    ).encode()
    before, _, after = body.partition(MARK.encode())
    return head + before, after


async def ask_all(plan: Plan) -> Told:
    """Ask as a plan says and return what came back."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    run = _Run(plan, began + plan.seconds, loop.create_future(), left=plan.callers)
    for number in range(plan.callers):

        def caller(number: int = number) -> _Caller:
            return _Caller(run, number)

        try:
            await loop.create_connection(caller, "127.0.0.1", plan.port)
        except OSError:
            run.bad["no connection"] += 1
            run.leave()
    try:
        async with asyncio.timeout(plan.seconds + _LATE_S):
            await run.over
    except TimeoutError:
        run.bad["no answer"] += run.left
    return _told(run, began)


def _told(run: _Run, began: float) -> Told:
    took = sorted(run.took_s)
    return Told(
        answers=len(took),
        seconds=max(run.last, run.until) - began,
        p50_ms=statistics.median(took) * 1000 if took else 0.0,
        p99_ms=took[int(len(took) * 0.99)] * 1000 if took else 0.0,
        bad=dict(run.bad),
        sample=run.sample.decode("utf-8", "replace"),
    )


def main() -> None:
    """Read the plan, ask, tell."""
    given = json.loads(sys.stdin.readline())
    plan = Plan(**{**given, "tokens": tuple(given["tokens"])})
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        told = runner.run(ask_all(plan))
    sys.stdout.write(json.dumps(asdict(told)) + "\n")


if __name__ == "__main__":
    main()
