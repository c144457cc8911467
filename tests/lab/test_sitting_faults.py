"""Browser, kernel, server and proctor die at random during sittings: nothing accepted is lost."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.lab.sitting_faults import WAYS, Found, Sitting
from tests.workspace import started

pytestmark = pytest.mark.sandbox
EXERCISES = ("eval-design", "practice")
SHORT, WHOLE = 2, 50


def play(folder: Path, rounds: int, log: Path, *, first_seed: int = 1) -> list[Found]:
    """Play rounds, two in a sitting; each goes into the log as it ends."""
    found: list[Found] = []
    log.parent.mkdir(parents=True, exist_ok=True)
    wanted = [word for slug in EXERCISES for word in ("--exercise", slug)]
    with log.open("w", encoding="utf-8") as file:
        for seed in range(first_seed, first_seed + rounds, len(EXERCISES)):
            here = folder / f"sitting-{seed}"
            here.mkdir()
            with started(here, *wanted, "--minutes", "60") as lab:
                for more, slug in enumerate(EXERCISES[: first_seed + rounds - seed]):
                    found.append(Sitting(lab, seed + more, slug).play())
                    file.write(
                        json.dumps({**asdict(found[-1]), "sound": found[-1].is_sound}) + "\n"
                    )
                    file.flush()
    return found


def kills_of(found: list[Found]) -> list[dict[str, Any]]:
    return [kill for one in found for kill in one.kills]


def tell(found: list[Found], log: Path) -> str:
    """Return the figures of a run as a table."""
    lines = [f"{len(found)} rounds, {len(kills_of(found))} kills; log {log}"]
    for who, how in WAYS:
        mine = [k for k in kills_of(found) if (k["who"], k["how"]) == (who, how.name)]
        cells, whole = (sorted(kill[key] for kill in mine) for key in
                        ("next_cell_s", "record_whole_s"))  # fmt: skip
        if mine:
            lines.append(
                f"| {who} | {how.name} | {len(mine)} | {cells[len(cells) // 2]:.1f} | "
                f"{cells[-1]:.1f} | {whole[-1]:.1f} |"
            )
    told = sum((Counter(one.told) for one in found), Counter[str]())
    lines.append(f"told: {dict(told)}; lost: {[lost for one in found for lost in one.lost]}")
    away, given = (sum(getattr(one, key) for one in found) for key in ("away_s", "given_back_s"))
    return "\n".join([*lines, f"away {away:.0f} s, given back {given:.0f} s"])


@pytest.mark.timeout(600)
def test_two_rounds_of_deaths_in_a_sitting_lose_nothing_that_was_accepted(
    tmp_path: Path, candidate_python: Path
) -> None:
    found = play(tmp_path, SHORT, tmp_path / "deaths.jsonl", first_seed=1)

    assert [one for one in found if not one.is_sound] == []
    assert all(one.kills for one in found)
    assert all(value for one in found for value in one.told.values())


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_fifty_rounds_of_deaths_in_a_sitting_lose_nothing_that_was_accepted(
    tmp_path: Path, candidate_python: Path
) -> None:
    log = ROOT / ".audition" / "soak" / "sittings.jsonl"
    found = play(tmp_path, WHOLE, log)
    print(tell(found, log))  # noqa: T201

    assert [one for one in found if not one.is_sound] == []
    assert {(kill["who"], kill["how"]) for kill in kills_of(found)} == {
        (who, how.name) for who, how in WAYS
    }
