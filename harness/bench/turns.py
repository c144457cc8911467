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
    """

    gateway: Gateway
    idle_mb: float
    loaded_mb: float = 0.0
    answers: int = 0
    told: dict[Case, list[Told]] = field(default_factory=dict)

    def per_s(self, case: Case) -> float:
        """Median of the rounds' answers a second."""
        return statistics.median(one.per_s for one in self.told[case])

    def p50_ms(self, case: Case) -> float:
        """Median of the rounds' medians."""
        return statistics.median(one.p50_ms for one in self.told[case])

    def p99_ms(self, case: Case) -> float:
        """Median of the rounds' 99th percentiles."""
        return statistics.median(one.p99_ms for one in self.told[case])

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


def run(size: Size, *, with_peer: bool = True) -> Run:
    """Measure once.

    Args:
        size: how long.
        with_peer: whether LiteLLM Proxy is measured beside it.

    Raises:
        OursToFix: the proctor answered something else, or a ledger lacks an answer.
        EnvironmentLacks: the proctor or the upstream does not start.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = stack.enter_context(upstream())
        ceiling = ask(Plan(port, ("none",), body_of("none", is_streamed=False), 64, size.seconds))
        ours = _ready(stack.enter_context(proctor(_new(folder / "ours"), port)))
        peer, why = None, "it was not asked for"
        if with_peer:
            _say("LiteLLM Proxy is started; the first time it is installed, some minutes")
            try:
                peer = _ready(stack.enter_context(litellm_proxy(_new(folder / "peer"), port)))
                why = ""
            except EnvironmentLacks as problem:
                why = str(problem)
                _say(f"without a peer: {why}")
        both = [one for one in (ours, peer) if one is not None]
        for case in CASES:
            for one in both:
                _turn(one, case, size.warm_up_s)
        for number in range(size.rounds):
            for case in CASES:
                told = [_turn(one, case, size.seconds) for one in both]
                for one, came in zip(both, told, strict=True):
                    one.told.setdefault(case, []).append(came)
                rates = " against ".join(f"{came.per_s:.0f}" for came in told)
                _say(f"round {number + 1} of {size.rounds}, {case}: {rates} answers/s")
        for one in both:
            _check_ledger(one)
        return Run(size, ours, peer, why, ceiling)


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


def _turn(one: Measured, case: Case, seconds: float) -> Told:
    """Ask one gateway for a while; it has to answer every time, and as it should."""
    gateway = one.gateway
    model = gateway.through if case.kind == THROUGH else gateway.instant
    body = body_of(model, is_streamed=case.kind == STREAMED)
    plan = Plan(gateway.port, gateway.tokens, body, case.callers, seconds, first=one.answers)
    told = ask(plan)
    pieces = told.sample.count("instantaneous")
    if told.bad or pieces != PIECES:
        raise OursToFix(
            f"{gateway.name}, {case}: {told.bad or f'{pieces} of {PIECES} words'}; "
            f"the first answer begins {told.sample[:600]!r}"
        )
    one.answers += told.answers
    one.loaded_mb = max(one.loaded_mb, gateway.resident_mb())
    return told


def _check_ledger(one: Measured) -> None:
    """Every answer that was counted has its row: what is fast and not written is not fast."""
    rows = one.gateway.rows()
    if rows != one.answers:
        raise OursToFix(f"{one.gateway.name}: {one.answers} answers and {rows} rows in its ledger")


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _say(text: str) -> None:
    click.echo(f"[bench] {text}", err=True)

