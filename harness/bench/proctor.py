"""`audition bench proctor`: the proctor beside LiteLLM Proxy with the same duties, in one run.

Runs on the trusted side. Each figure stands beside its target of DESIGN; without a peer a target
that names it is not met, and the figure says why there is none.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from harness.bench.figures import Figure, figure
from harness.bench.turns import CASES, QUICK, THROUGH, USUAL, Case, Run, run
from harness.core.settings import Settings

TIMES, TIMES_THROUGH, SHARE_OF_P50 = 20, 5, 10
MOST_MB, MOST_READY_S = 60, 1
_CEILING_TIMES = 2


def measure_proctor(settings: Settings, *, is_quick: bool = False) -> list[Figure]:
    """Return the proctor's figures.

    Args:
        settings: not used; every area takes them.
        is_quick: one short round, for a first look.

    Raises:
        OursToFix: the proctor answered something else, or a ledger lacks an answer.
        EnvironmentLacks: the proctor or the upstream does not start.
    """
    return figures_of(run(QUICK if is_quick else USUAL))


def figures_of(run: Run, *, cases: Sequence[Case] = CASES) -> list[Figure]:
    """Return every figure of a run: starts first, then each case, then the load's own.

    Args:
        run: done.
        cases: those it measured.
    """
    told = [one for case in cases for one in _of_case(run, case)]
    return [*_of_starts(run), *told, _of_load(run, max(map(run.ours.per_s, cases)))]


def _of_starts(run: Run) -> list[Figure]:
    ours, peer = run.ours, run.peer
    alone = _alone(run)
    return [
        figure(
            "proctor ready, s", ours=ours.gateway.ready_s,
            peer=peer.gateway.ready_s if peer else None, target=f"< {MOST_READY_S} s",
            met=ours.gateway.ready_s < MOST_READY_S,
            how=f"from its start until it answers health, one start{alone}",
        ),
        figure(
            "proctor idle, MB", ours=ours.idle_mb, peer=peer.idle_mb if peer else None,
            target=f"≤ {MOST_MB} MB", met=ours.idle_mb <= MOST_MB,
            how=f"resident memory of the process that takes requests, when it is ready{alone}",
        ),
        figure(
            "proctor under load, MB", ours=ours.loaded_mb, peer=peer.loaded_mb if peer else None,
            target=f"≤ {MOST_MB} MB", met=ours.loaded_mb <= MOST_MB,
            how=f"the most after any turn, {ours.answers} answers in all{alone}",
        ),
    ]  # fmt: skip


def _of_case(run: Run, case: Case) -> list[Figure]:
    ours, peer = run.ours, run.peer
    times, share = (TIMES_THROUGH,) * 2 if case.kind == THROUGH else (TIMES, SHARE_OF_P50)
    rate, p50 = ours.per_s(case), ours.p50_ms(case)
    how = f"{run.size.rounds} × {run.size.seconds:g} s"
    if peer is None:
        spans, tails = ours.span(case), f"{ours.p99_ms(case):.3g} ms"
        cpu = f"{ours.cpu_of(case):.3g} ms"
    else:
        spans = f"{ours.span(case)} against {peer.span(case)}"
        tails = f"{ours.p99_ms(case):.3g} against {peer.p99_ms(case):.3g} ms"
        cpu = f"{ours.cpu_of(case):.3g} against {peer.cpu_of(case):.3g} ms"
    end = f"on {os.cpu_count()} cores, which are noisy{_alone(run)}"
    return [
        figure(
            f"{case}, answers/s", ours=rate, peer=peer.per_s(case) if peer else None,
            target=f"≥ {times}× the peer",
            met=peer is not None and rate >= times * peer.per_s(case),
            how=f"{how} in turns, {spans}, processor time a call {cpu}, {end}",
        ),
        figure(
            f"{case}, p50 ms", ours=p50, peer=peer.p50_ms(case) if peer else None,
            target=f"≤ 1/{share} of the peer",
            met=peer is not None and p50 * share <= peer.p50_ms(case),
            how=f"{how} in turns, p99 {tails}, {end}",
        ),
    ]  # fmt: skip


def _of_load(run: Run, fastest: float) -> Figure:
    return figure(
        "the load alone, answers/s", ours=run.ceiling.per_s, peer=None,
        target=f"≥ {_CEILING_TIMES}× the proctor",
        met=run.ceiling.per_s >= _CEILING_TIMES * fastest,
        how="64 callers against a bare responder: above it nothing could be measured",
    )  # fmt: skip


def _alone(run: Run) -> str:
    if run.peer is None:
        return f"; no peer: {run.why_alone}"
    return f"; the peer ended by itself: {', '.join(run.peer.ends)}" if run.peer.ends else ""
