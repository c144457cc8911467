"""A purse for twenty under 200 callers, leavers, pauses, retry storms and kill -9: none over."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.proctor.faults import (
    ONE_CALL,
    PAID_FOR,
    ROUND_FOR,
    Found,
    one_round,
    proctor_process,
)

SHORT, ON_POSTGRES, WHOLE = 8, 2, 1_000


def play(folder: Path, rounds: int, log: Path, *, first_seed: int = 1) -> list[Found]:
    """Play rounds on one home; each kill and each finding goes into the log as it happens."""
    found = []
    log.parent.mkdir(parents=True, exist_ok=True)
    with proctor_process(folder) as proctor, log.open("w", encoding="utf-8") as file:
        for seed in range(first_seed, first_seed + rounds):
            one = asyncio.run(one_round(proctor, seed))
            found.append(one)
            line = {
                "seed": seed, "kills": one.kills, "rows": one.statuses, "sound": one.is_sound,
                "spent_usd": str(one.spent_usd), "over_usd": str(one.over_usd),
                "round_usd": str(one.round_usd), "pauses": one.pauses,
            }  # fmt: skip
            file.write(json.dumps(line) + "\n")
            file.flush()
    return found


def hold(found: list[Found]) -> Counter[str]:
    """Every round has to be sound, and the run has to have been one: kills, leavers, refusals."""
    statuses: Counter[str] = sum((one.statuses for one in found), Counter())

    assert [one for one in found if not one.is_sound] == []
    assert all(one.spent_usd <= PAID_FOR * ONE_CALL for one in found)
    assert max(one.spent_usd for one in found) == PAID_FOR * ONE_CALL  # it was spent to the end
    assert any(one.kills for one in found) and any(one.pauses for one in found)
    charged = [one.round_usd for one in found if one.round_usd is not None]
    assert max(charged) == ROUND_FOR * ONE_CALL  # and so was a round's cap
    return statuses


def tell(found: list[Found], log: Path) -> str:
    """Return the figures of a run in one line."""
    kills = sum(len(one.kills) for one in found)
    shared = sum(one.round_usd is not None for one in found)
    pauses = sum(one.pauses for one in found)
    over = sum((one.over_usd for one in found), Decimal(0))
    rows = dict(sum((one.statuses for one in found), Counter()))
    return (
        f"{len(found)} rounds, {shared} of two candidates under a cap, {kills} kills, "
        f"{pauses} pauses, rows {rows}, ${over} over; log {log}"
    )


@pytest.mark.timeout(600)
def test_rounds_of_faults_leave_no_cent_over_and_no_call_lost(tmp_path: Path) -> None:
    statuses = hold(play(tmp_path, SHORT, tmp_path / "kills.jsonl"))
    lines = (tmp_path / "kills.jsonl").read_text().splitlines()

    assert len(lines) == SHORT and statuses["settled"] > SHORT


@pytest.mark.timeout(300)
def test_rounds_of_faults_on_postgres_leave_no_cent_over_and_no_call_lost(
    tmp_path: Path, database_url: str
) -> None:
    hold(play(tmp_path, ON_POSTGRES, tmp_path / "kills.jsonl", first_seed=8))  # each has a kill


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_a_hundred_rounds_of_faults_on_postgres_leave_no_cent_over_and_no_call_lost(
    tmp_path: Path, database_url: str
) -> None:
    found = play(tmp_path, 100, ROOT / ".audition" / "soak" / "faults-postgres.jsonl")
    statuses = hold(found)
    print(f"100 rounds, {sum(len(one.kills) for one in found)} kills, rows {dict(statuses)}")  # noqa: T201


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_a_thousand_rounds_of_faults_leave_no_cent_over_and_no_call_lost(tmp_path: Path) -> None:
    log = ROOT / ".audition" / "soak" / "faults.jsonl"
    found = play(tmp_path, WHOLE, log)
    statuses = hold(found)
    assert statuses["abandoned"] > 0  # some kills met calls under way
    print(tell(found, log))  # noqa: T201
