"""The record of a triage exercise's probes: what its tools would have answered.

Runs in T, on the author's machine, for `draw_triage`. hidden/probes/<name>/uses.toml
lists uses of tools; what comes of each is worked out by the proctor's own kinds, so that a probe's
record is what a session's is.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.authoring.folder import Exercise
from grader.authoring.tools import declared
from harness.core.canonical import canonical_json
from harness.core.errors import AuditionError, BadExercise
from harness.core.records import Call, Usage
from harness.proctor.tools.kinds import answer, price
from harness.proctor.tools.request import read_use
from harness.proctor.tools.sheet import Check, Kind, Menu, Plain

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""As in submissions that are made of plain files: nobody knows when such work was done."""
_FIRST_S, _EACH_S = 600, 45
_frozen = ConfigDict(frozen=True, extra="forbid")


class One(BaseModel):
    """One use of a tool."""

    model_config = _frozen

    tool: str
    """Which."""
    args: dict[str, Any] = {}
    """By name; a check of a menu by its title."""


class Uses(BaseModel):
    """uses.toml."""

    model_config = _frozen

    suspects_first: bool = True
    """Whether the cell with SUSPECTS was run before the first use."""
    use: tuple[One, ...] = Field(default=(), max_length=200)
    """In order."""


def probe_records(exercise: Exercise) -> dict[str, str]:
    """Return path to text of each probe's ledger.jsonl and journal.jsonl.

    Args:
        exercise: as it is now, its tools drawn.

    Raises:
        BadExercise: a use that the tools refuse.
    """
    found = {}
    for one in exercise.hidden:
        if not one.place.endswith("/uses.toml"):
            continue
        folder = one.place.removesuffix("/uses.toml")
        try:
            uses = Uses.model_validate(tomllib.loads(one.data.decode("utf-8")))
            rows = [call.to_value() for call in _calls(exercise, uses)]
        except (AuditionError, ValidationError, tomllib.TOMLDecodeError, KeyError) as problem:
            raise BadExercise(f"{one.place}: {str(problem)[:300]}; mend it there") from problem
        canary = {"canary": exercise.canary}
        found[f"{folder}/ledger.jsonl"] = _lines([canary, *rows])
        ran = {"kind": "cell_exec", "t": 300 if uses.suspects_first else 9_000,
               "cell_id": "suspects", "source": "SUSPECTS = …", "status": "ok"}  # fmt: skip
        found[f"{folder}/journal.jsonl"] = _lines([canary, ran])
    return found


def _calls(exercise: Exercise, uses: Uses) -> Iterator[Call]:
    state: dict[str, dict[str, Plain]] = exercise.tools.start
    gone, limit = Decimal(0), exercise.card.purse.minutes or Decimal(0)
    for number, one in enumerate(uses.use):
        kind = exercise.tools.tools[one.tool]
        use = read_use(declared(exercise.card, one.tool), one.args)
        found = _check(kind, use.arguments)
        took = price(kind, use, found)
        done = answer(kind, use, state, found)
        state = done.settings or state
        gone += took.minutes
        if gone > limit:
            raise BadExercise(f"use {number + 1} ends at minute {gone:f}, and there are {limit:f}")
        yield Call(
            id=f"call-{number + 1}", session="probe", exercise=None,
            at=BEGINNING + timedelta(seconds=_FIRST_S + _EACH_S * number), kernel_id=None,
            cell_id=None, msg_id=None, alias=f"tool:{one.tool}", route="tool",
            key="k1:" + hashlib.sha256(canonical_json(use.canonical)).hexdigest(), occurrence=0,
            status="settled", http_status=200, streamed=False, reserved_usd=Decimal(0),
            usage=Usage(prompt_tokens=0, completion_tokens=0, cost_usd=Decimal(0)),
            request=use.canonical,
            response={"tool": one.tool, "result": done.result, "took": took.to_value(),
                      "minutes_left": f"{limit - gone:f}"},
        )  # fmt: skip


def _check(kind: Kind, arguments: dict[str, Any]) -> Check | None:
    if not isinstance(kind, Menu):
        return None
    wish = arguments[kind.by]
    for check in kind.checks:
        if check.title == wish:
            return check
    raise BadExercise(f"no check of the menu is called {wish[:80]!r}")


def _lines(rows: list[dict[str, Any]]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False, sort_keys=True)}\n" for row in rows)
