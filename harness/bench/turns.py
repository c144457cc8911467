"""The proctor and LiteLLM Proxy asked in turns, so that a noisy minute falls on both.

Runs on the trusted side, all of it on loopback. A figure is the median of its rounds, and every
answer that was counted has to stand in its gateway's ledger. A proxy that cannot be had leaves
our figures alone and says why.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click

from harness.bench.gateways import Gateway, litellm_proxy, proctor, upstream
from harness.bench.instant import PIECES
from harness.bench.load import MARK, Plan, Told
from harness.cli.places import checkout
from harness.core.errors import EnvironmentLacks, OursToFix

CALLERS = (1, 16, 64)
PLAIN, STREAMED, THROUGH = "plain", "streamed", "through"
MOST_ENDS = 3
"""A peer that ends by itself more often than this is not measured."""
_PROMPT = "Sort this letter into one of the three kinds and say in one word which. " * 8


@dataclass(frozen=True)
class Size:
    """How long is measured.

    Attributes:
        rounds: how often the gateways take turns at each case.
        seconds: of each turn.
        warm_up_s: of a turn before the first round, which is not counted.
    """

    rounds: int
    seconds: float
    warm_up_s: float


USUAL, QUICK = Size(rounds=3, seconds=4.0, warm_up_s=1.5), Size(1, 1.5, 0.5)


@dataclass(frozen=True)
class Case:
    """One way to ask.

    Attributes:
        kind: plain, streamed (about 24 pieces), or through to the upstream.
        callers: connections at once.
    """

    kind: str
    callers: int

    def __str__(self) -> str:
        return f"{self.kind}, c={self.callers}"


CASES = tuple(Case(kind, many) for kind in (PLAIN, STREAMED, THROUGH) for many in CALLERS)


@dataclass
class Measured:
    """What was measured of one gateway.

    Attributes:
        gateway: which.
        idle_mb: resident memory once it was ready.
        loaded_mb: the most after any turn.
        answers: how many there were, warm-up included.
        told: each round's, by case.
        cpu_ms: its process's time for an answer, in milliseconds, of each round, by case.
        again: starts it again when it has ended by itself; None where that is a defect of ours.
        ends: how it ended by itself, each time, in words.
        failed: why it is measured no further; empty while it is.
    """

    gateway: Gateway
    idle_mb: float
    loaded_mb: float = 0.0
    answers: int = 0
    told: dict[Case, list[Told]] = field(default_factory=dict)
    cpu_ms: dict[Case, list[float]] = field(default_factory=dict)
    again: Callable[[], Gateway] | None = None
    ends: list[str] = field(default_factory=list)
    failed: str = ""

    def turn(self, case: Case, seconds: float, *, is_kept: bool = True) -> None:
        """Ask it for a while; a peer that ends by itself is started again and asked anew.

        Args:
            case: how.
            seconds: for how long.
            is_kept: whether it counts for the figures.

        Raises:
            OursToFix: the proctor did not answer each time as it should; of a peer it is noted.
        """
        try:
            told, cpu_s = self._answered(case, seconds)
        except (OursToFix, EnvironmentLacks) as problem:
            if self.again is None:
                raise
            self.failed = str(problem)
            _say(f"{self.gateway.name} is measured no further: {self.failed}")
            return
        if is_kept:
            self.told.setdefault(case, []).append(told)
            self.cpu_ms.setdefault(case, []).append(cpu_s / told.answers * 1000)
            _say(f"{self.gateway.name}, {case}: {told.per_s:.0f} answers/s")

    def _answered(self, case: Case, seconds: float) -> tuple[Told, float]:
        while True:
            try:
                return _turn(self, case, seconds)
            except OursToFix:
                how = self.gateway.how_it_ended()
                if self.again is None or not how or len(self.ends) == MOST_ENDS:
                    raise
                self.ends.append(f"{how} at {case}")
                _say(f"{self.gateway.name} ended by itself ({how}); it is started again")
                self.gateway = self.again()

    def per_s(self, case: Case) -> float:
        """Median of the rounds' answers a second."""
        return statistics.median(one.per_s for one in self.told[case])

    def p50_ms(self, case: Case) -> float:
        """Median of the rounds' medians."""
        return statistics.median(one.p50_ms for one in self.told[case])

    def p99_ms(self, case: Case) -> float:
        """Median of the rounds' 99th percentiles."""
        return statistics.median(one.p99_ms for one in self.told[case])

    def cpu_of(self, case: Case) -> float:
        """Median of the rounds' processor time for an answer, in milliseconds."""
        return statistics.median(self.cpu_ms[case])

    def span(self, case: Case) -> str:
        """The slowest and the fastest round, in answers a second."""
        rates = [one.per_s for one in self.told[case]]
        return f"{min(rates):.0f}–{max(rates):.0f}/s"


@dataclass(frozen=True)
class Run:
    """One whole measurement.

    Attributes:
        size: how long it was.
        ours: the proctor.
        peer: LiteLLM Proxy; None where it could not be had.
        why_alone: why there is no peer; empty where there is one.
        ceiling: what the load reaches against the bare responder.
    """

    size: Size
    ours: Measured
    peer: Measured | None
    why_alone: str
    ceiling: Told


def run(size: Size, *, with_peer: bool = True, cases: Sequence[Case] = CASES) -> Run:
    """Measure once.

    Args:
        size: how long.
        with_peer: whether LiteLLM Proxy is measured beside it.
        cases: in the order they are asked in each round.

    Raises:
        OursToFix: the proctor answered something else, or a ledger lacks an answer.
        EnvironmentLacks: the proctor or the upstream does not start.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = stack.enter_context(upstream())
        ceiling = ask(Plan(port, ("none",), body_of("none", is_streamed=False), 64, size.seconds))
        ours = _ready(stack.enter_context(proctor(_new(folder / "ours"), port)))
        peer: Measured | None = None
        why = "it was not asked for"
        if with_peer:
            try:
                peer = _peer(stack, _new(folder / "peer"), port)
            except EnvironmentLacks as problem:
                why = str(problem)
                _say(f"without a peer: {why}")
        _take_turns(size, [ours] if peer is None else [ours, peer], cases)
        if peer is not None and peer.failed:
            why = peer.failed
            peer = None
        return Run(size, ours, peer, "" if peer else why, ceiling)


def _take_turns(size: Size, both: Sequence[Measured], cases: Sequence[Case]) -> None:
    """Warm up, ask in rounds, and look into the ledgers."""
    for number in range(size.rounds + 1):
        _say(f"round {number} of {size.rounds}" if number else "warming up")
        for case in cases:
            for one in both:
                if not one.failed:
                    seconds = size.seconds if number else size.warm_up_s
                    one.turn(case, seconds, is_kept=number > 0)
    for one in both:
        if not one.failed:
            check_ledger(one)


def _peer(stack: ExitStack, folder: Path, port: int) -> Measured:
    """Start LiteLLM Proxy.

    Raises:
        EnvironmentLacks: it cannot be had.
    """
    _say("LiteLLM Proxy is started; the first time it is installed, some minutes")

    def start() -> Gateway:
        return stack.enter_context(litellm_proxy(folder, port))

    measured = _ready(start())
    measured.again = start
    return measured


def ask(plan: Plan) -> Told:
    """Have the load ask from a process of its own.

    Raises:
        OursToFix: it broke.
    """
    done = subprocess.run(
        [sys.executable, "-m", "harness.bench.load"], input=json.dumps(asdict(plan)) + "\n",
        capture_output=True, text=True, cwd=checkout(), check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise OursToFix(f"the bench's load broke: {done.stderr[-500:]}")
    return Told(**json.loads(done.stdout))


def body_of(model: str, *, is_streamed: bool) -> str:
    """Return a request of about 700 bytes with MARK in it."""
    message = {"role": "user", "content": f"Letter {MARK}. {_PROMPT}"}
    body = {"model": model, "messages": [message], "max_tokens": 256, "temperature": 0}
    return json.dumps(body | ({"stream": True} if is_streamed else {}))


def _ready(gateway: Gateway) -> Measured:
    return Measured(gateway, idle_mb=gateway.resident_mb())


def _turn(one: Measured, case: Case, seconds: float) -> tuple[Told, float]:
    """Ask one gateway for a while; return what came and its process's time, in seconds.

    Raises:
        OursToFix: it did not answer every time, or not as it should.
    """
    gateway = one.gateway
    model = gateway.through if case.kind == THROUGH else gateway.instant
    body = body_of(model, is_streamed=case.kind == STREAMED)
    plan = Plan(gateway.port, gateway.tokens, body, case.callers, seconds, first=one.answers)
    before = gateway.cpu_s()
    told = ask(plan)
    pieces = told.sample.count("instantaneous")
    if told.bad or pieces != PIECES:
        raise OursToFix(
            f"{gateway.name}, {case}: {told.bad or f'{pieces} of {PIECES} words'}; "
            f"the first answer begins {told.sample[:600]!r}"
        )
    one.answers += told.answers
    one.loaded_mb = max(one.loaded_mb, gateway.resident_mb())
    return told, gateway.cpu_s() - before


def check_ledger(one: Measured) -> None:
    """Hold the answers against the ledger: what is fast and not written is not fast.

    Raises:
        OursToFix: an answer that was counted has no row.
    """
    rows = one.gateway.rows()
    is_whole = rows >= one.answers if one.ends else rows == one.answers
    if not is_whole:
        raise OursToFix(f"{one.gateway.name}: {one.answers} answers and {rows} rows in its ledger")


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _say(text: str) -> None:
    click.echo(f"[bench] {text}", err=True)
