"""Prices a candidate's own plan_call over the open mails; people judge what it does to quality.

Runs in T; the function runs in the sandbox and hands back plain values, which are claims: a call
with fewer tokens is priced as that call.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from grader.attempt import Attempt
from grader.records import Component
from grader.scoring.arena import Arena
from grader.scoring.cost_claims import read_number
from grader.scoring.cost_truth import STAGES, CostSheet, Truth
from grader.scoring.measures import component
from harness.proctor.tools.sheet import Table

FUNCTION = "plan_call"


def price_own(attempt: Attempt, arena: Arena, truth: Truth) -> Component:
    """Return PC: the share of the open mails' cost that plan_call saves; it is in no index.

    Args:
        attempt: for the exercise's open mails and its meter.
        arena: the cells, loaded.
        truth: prices.
    """
    asked = _calls(attempt, truth.sheet)
    if not asked:
        return component(None, "there are no open mails here to price it over")
    answers = arena.call(FUNCTION, [[mail, stage, call] for mail, stage, call, _ in asked])
    if isinstance(answers, str):
        return Component(value=None, status="error", why=f"plan_call: {answers}"[:600])
    was = sum(_usd(call, row, truth.sheet) or 0.0 for _, _, call, row in asked)
    now, unread = 0.0, 0
    for (_, _, call, row), answer in zip(asked, answers, strict=True):
        usd = 0.0 if answer is None else _usd(answer, row, truth.sheet)
        unread += usd is None
        now += (_usd(call, row, truth.sheet) or 0.0) if usd is None else usd
    skipped = sum(answer is None for answer in answers)
    why = f"over {len(asked)} calls of the open mails, {skipped} left out; quality is for people"
    if unread:
        why += f"; {unread} answers could not be read and count as sketched"
    return component(1 - now / was, why)


def _calls(
    attempt: Attempt, sheet: CostSheet
) -> list[tuple[dict[str, Any], str, dict[str, Any], dict[str, float]]]:
    """Return (mail, stage, call as sketched, metered row) for each open mail and stage."""
    exercise, names = attempt.exercise, sheet.own_logic
    if exercise is None or names is None:
        return []
    data = next((one.data for one in exercise.given if one.said.name == names.mails), None)
    table = exercise.tools.tools.get(names.meter)
    if data is None or not isinstance(table, Table):
        return []
    metered = {(str(row["stage"]), int(row["mail_id"])): row for row in table.rows}
    found = []
    for mail in csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")):
        for stage in STAGES:
            row = metered.get((stage, int(mail["mail_id"])))
            if row is None:
                continue
            tries, fixed = float(row["tries"]), sheet.stages[stage].fixed
            call = {
                "model": sheet.base, "email_tokens": float(row["tokens_in"]) / tries - fixed,
                "prompt_tokens": float(fixed), "cached": False, "batch": False,
            }  # fmt: skip
            found.append(
                (mail, stage, call, {"tries": tries, "out": float(row["tokens_out"]) / tries})
            )
    return found


def _usd(call: Any, row: Mapping[str, float], sheet: CostSheet) -> float | None:
    """Return what a call costs; None when it cannot be read."""
    if not isinstance(call, Mapping) or call.get("model") not in sheet.prices:
        return None
    mail, prompt = read_number(call.get("email_tokens")), read_number(call.get("prompt_tokens"))
    if mail is None or prompt is None or mail < 0 or prompt < 0:
        return None
    rates = sheet.prices[call["model"]]
    fixed = rates.in_
    if call.get("cached") is True:
        fixed = sheet.cache_hit * rates.cached + (1 - sheet.cache_hit) * rates.in_
    usd = (prompt * fixed + mail * rates.in_ + row["out"] * rates.out) / 1e6
    return row["tries"] * usd * (sheet.batch_factor if call.get("batch") is True else 1.0)
