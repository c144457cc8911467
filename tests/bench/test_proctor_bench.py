"""The bench of the proctor: a real one, measured; a peer that fails; and what is told of both."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from harness.bench import turns
from harness.bench.gateways import Gateway
from harness.bench.instant import NAME, PIECES
from harness.bench.instant_proctor import ARGV
from harness.bench.load import Told
from harness.bench.proctor import figures_of
from harness.bench.turns import (
    PLAIN,
    STREAMED,
    THROUGH,
    Case,
    Measured,
    Run,
    Size,
    check_ledger,
    run,
)
from harness.core.errors import EnvironmentLacks, OursToFix
from harness.proctor.worker import Worker
from tests.conftest import ROOT

SHORT = Size(rounds=1, seconds=0.3, warm_up_s=0.1)
FEW = tuple(Case(kind, 2) for kind in (PLAIN, STREAMED, THROUGH))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_the_instant_model_speaks_the_workers_wire() -> None:
    worker, listed = Worker(ARGV), list[object]()

    async def take(models: list[object]) -> None:
        listed.extend(models)

    worker.start(take)
    try:
        answer = await worker.chat(NAME, [{"role": "user", "content": "?"}], {})
        count = await worker.count(NAME, [{"role": "user", "content": "?"}])
    finally:
        await worker.close()

    assert len(listed) == 1 and count > 0
    assert len(answer["choices"][0]["text"].split()) == PIECES


def test_the_real_proctor_is_measured_and_its_ledger_holds_every_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def cannot(*_: object) -> Path:
        raise EnvironmentLacks("it could not be installed")

    monkeypatch.setattr(turns, "litellm_proxy", cannot)
    done = run(SHORT, cases=FEW)  # raises if an answer is wrong or a row is missing

    assert done.peer is None and done.why_alone == "it could not be installed"
    assert all(done.ours.per_s(case) > 0 for case in FEW)
    assert done.ours.loaded_mb >= done.ours.idle_mb > 10
    found = figures_of(done, cases=FEW)
    by_name = {one.name: one for one in found}
    plain = by_name["plain, c=2, answers/s"]
    assert plain.peer is None and plain.ratio is None and not plain.met
    assert all("no peer: it could not be installed" in one.how for one in found[:-1])


def told(per_s: float, p50_ms: float) -> Told:
    return Told(round(per_s), 1.0, p50_ms, 2 * p50_ms, {}, "")


def measured(gateway: Gateway, rate: float, p50_ms: float) -> Measured:
    one = Measured(gateway, idle_mb=50.0, loaded_mb=55.0, answers=9)
    one.told = {case: [told(rate, p50_ms), told(rate / 2, p50_ms), told(rate * 2, p50_ms)]
                for case in FEW}  # fmt: skip
    one.cpu_ms = {case: [1.0] for case in FEW}
    return one


@contextmanager
def responder() -> Iterator[Gateway]:
    """A gateway that is a bare responder: it answers, and keeps no ledger."""
    argv = [sys.executable, "-m", "harness.bench.responder"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        yield Gateway(
            name="fake", port=int(process.stdout.readline()), process=process, ready_s=0.5,
            tokens=("a",), instant=NAME, through="through", ledger=Path("none"), settled="",
        )  # fmt: skip
        process.kill()


@pytest.mark.parametrize(("rate", "is_met"), [(2_000.0, True), (1_980.0, False)])
def test_a_target_that_names_the_peer_is_met_by_the_medians_alone(
    rate: float, is_met: bool
) -> None:
    with responder() as gateway:
        ours = measured(gateway, rate, 1.0 if is_met else 1.01)
        peer = measured(gateway, 100.0, 10.0)
    done = Run(SHORT, ours, peer, "", told(9_000, 1.0))
    found = {one.name: one for one in figures_of(done, cases=FEW)}

    assert found["plain, c=2, answers/s"].met is is_met
    assert found["plain, c=2, p50 ms"].met is is_met
    assert found["through, c=2, answers/s"].met  # five times is enough
    assert found["proctor idle, MB"].met and found["proctor ready, s"].met
    assert "50–200/s" in found["plain, c=2, answers/s"].how


def test_a_peer_that_ends_by_itself_is_started_again_and_told_of() -> None:
    case = Case(PLAIN, 2)
    with responder() as first, responder() as second:
        peer = measured(first, 1.0, 1.0)
        peer.told, peer.again = {}, lambda: second
        first.process.kill()
        first.process.wait()
        peer.turn(case, 0.2)

    assert len(peer.told[case]) == 1 and peer.gateway is second
    assert peer.ends == ["signal 9 at plain, c=2"] and not peer.failed


def test_a_peer_that_answers_wrongly_is_measured_no_further_and_a_defect_of_ours_is_raised() -> (
    None
):
    case = Case(STREAMED, 1)
    with responder() as gateway:
        peer, ours = measured(gateway, 1.0, 1.0), measured(gateway, 1.0, 1.0)
        peer.again = lambda: gateway
        wrong = replace(gateway, port=1)  # nobody is there
        peer.gateway = ours.gateway = wrong
        peer.turn(case, 0.2)

        with pytest.raises(OursToFix, match="no connection"):
            ours.turn(case, 0.2)
    assert "no connection" in peer.failed and peer.ends == []


def test_an_answer_without_its_row_is_no_answer(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite"
    with sqlite3.connect(ledger) as base:
        base.execute("CREATE TABLE calls(id)")
        base.executemany("INSERT INTO calls VALUES (?)", [(n,) for n in range(8)])
    base.close()
    with responder() as gateway:
        one = measured(replace(gateway, ledger=ledger, settled="SELECT count(*) FROM calls"), 1, 1)

        with pytest.raises(OursToFix, match="9 answers and 8 rows"):
            check_ledger(one)
    one.answers = 8
    check_ledger(one)


def test_nothing_that_a_candidate_or_an_operator_starts_leads_to_the_instant_model() -> None:
    zones = ("core", "kernel", "lab", "sandbox", "proctor", "models", "hub", "cli")
    sources = [path for zone in zones for path in (ROOT / "harness" / zone).rglob("*.py")]

    assert len(sources) > 100
    assert [path for path in sources if "harness.bench" in path.read_text(encoding="utf-8")] == []
