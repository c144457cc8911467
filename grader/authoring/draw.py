"""The numbers of a cost exercise, drawn from its own files: a metered day and what tools answer.

Runs in T, on the author's machine. hidden/cost.toml says what is true, hidden/draw.toml how a day
is drawn from the messages of public/ and what hidden/messages.csv notes of each. The same folder
gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from grader.authoring.draw_forms import (
    Draw,
    Message,
    check_prompts,
    read_form,
    read_messages,
    read_text,
)
from grader.authoring.draw_trial import trial_sheet
from grader.scoring.cost_truth import STAGES, CostSheet
from harness.core.errors import BadExercise

NOWHERE = 9_999_999
HEAD = ("kind", "lang", "tokens", "quoted", "at", "at_stripped", "rank",
        "tries1", "tries2", "tries3", "out1", "out2", "out3")  # fmt: skip


def draw_tables(folder: Path) -> dict[str, str]:
    """Return path below the folder to text, for each of the four files.

    Args:
        folder: the exercise's.

    Raises:
        BadExercise: a file is not there, cannot be read, or does not fit the others.
    """
    sheet, draw = read_form(folder, "cost.toml", CostSheet), read_form(folder, "draw.toml", Draw)
    check_prompts(folder, sheet, draw)
    messages = read_messages(folder, sheet, draw)
    generator = np.random.default_rng(draw.seed)
    opened = [_row(one, sheet, draw, generator) for one in messages]
    day = _day(messages, sheet, draw, generator)
    canary = read_text(folder / "hidden" / "cost.toml").split("\n")[0]
    return {
        "hidden/day.csv": f"{canary}\n" + _csv([HEAD, *day]),
        "proctor/tools/meter.csv": _csv(_meter(opened, sheet, generator)),
        "proctor/tools/try_plan.csv": _csv(_trial(opened, sheet, draw, generator)),
        "proctor/tools/try_plan.toml": trial_sheet(sheet),
    }


def _row(
    one: Message, sheet: CostSheet, draw: Draw, generator: np.random.Generator
) -> dict[str, int | str]:
    tries, out = [], []
    for stage in STAGES:
        told = sheet.stages[stage]
        tries.append(1 + int(generator.random() < told.retries))
        spread = np.exp(generator.normal(0, draw.out_sigma) - draw.out_sigma**2 / 2)
        out.append(max(8, round(told.out * float(spread))))
    at, stripped = one.reach(sheet.own_kind)
    place = float(generator.random())
    rank = 1 if one.kind == sheet.own_kind else _rank(place, draw)
    numbers = (one.tokens, one.quoted, at, stripped, rank, *tries, *out)
    return dict(zip(HEAD, (one.kind[0], "en", *numbers), strict=True))


def _rank(place: float, draw: Draw) -> int:
    low, before = 0, 0.0
    for high, share in draw.ranks:
        if place < share:
            return low + 1 + int((high - low) * (place - before) / (share - before))
        low, before = high, share
    return low


def _day(
    messages: list[Message], sheet: CostSheet, draw: Draw, generator: np.random.Generator
) -> list[list[int | str]]:
    """Return the day's rows; ranks are spread evenly, or a search's loss would be a day's luck."""
    rows: list[list[int | str]] = []
    for kind, share in draw.kinds.items():
        written = [one for one in messages if one.kind == kind]
        count = round(share * draw.rows)
        if not written and count:
            raise BadExercise(f"hidden/draw.toml, kinds: no message is {kind!r}; write one")
        places = (generator.permutation(count) + 0.5) / max(1, count)
        lost = round(draw.in_history * count) if kind == "thread" else 0
        for number in range(count):
            one = written[number % len(written)]
            stretch = float(np.exp(generator.normal(0, draw.jitter) - draw.jitter**2 / 2))
            tokens, quoted = round(one.tokens * stretch), round(one.quoted * stretch)
            row = _row(Message(kind, tokens, quoted, one.is_at_end), sheet, draw, generator)
            if kind != sheet.own_kind:
                row["rank"] = _rank(float(places[number]), draw)
            if number < lost:
                row |= {"at": tokens, "at_stripped": NOWHERE}
            rows.append(list(row.values()))
    return [rows[int(place)] for place in generator.permutation(len(rows))]


def _meter(
    rows: list[dict[str, int | str]], sheet: CostSheet, generator: np.random.Generator
) -> Iterable[Iterable[object]]:
    yield ("stage", "mail_id", "tokens_in", "tokens_out", "tries", "latency_s")
    for n, stage in enumerate(STAGES, 1):
        for number, row in enumerate(rows, 1):
            tries, out = int(row[f"tries{n}"]), int(row[f"out{n}"])
            sent = sheet.stages[stage].fixed + int(row["tokens"])
            wait_s = tries * (0.6 + out / 80 + sent / 20_000) * generator.uniform(0.85, 1.3)
            yield (stage, number, tries * sent, tries * out, tries, f"{wait_s:.1f}")


def _trial(
    rows: list[dict[str, int | str]], sheet: CostSheet, draw: Draw, generator: np.random.Generator
) -> Iterable[Iterable[object]]:
    """Yield the labelled messages: counts, where the large model is right, even draws of luck."""
    count = len(rows)
    luck = [(generator.permutation(count) + 0.5) / count for _ in STAGES]
    bases = []
    for place, stage in enumerate(STAGES):
        calm = [n for n in range(count) if luck[place][n] > 0.3]
        off = set(generator.choice(calm, draw.wrong.get(stage, 0), replace=False).tolist())
        bases.append([int(n not in off) for n in range(count)])
    yield ("automatic", *HEAD[2:], "base1", "base2", "base3", "draw1", "draw2", "draw3")
    for n, row in enumerate(rows):
        is_own = int(row["kind"] == sheet.own_kind[0])
        numbers = [row[name] for name in HEAD[2:]]
        yield (is_own, *numbers, *(base[n] for base in bases), *(f"{one[n]:.4f}" for one in luck))


def _csv(rows: Iterable[Iterable[Any]]) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue()
