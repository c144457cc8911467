"""Rows in SPEC 0.5's fields into the events and calls of a record.

Runs in T. A row's values are claims of whoever wrote the file. Fields that have no place in an
event are kept in its payload under "told", a kind we do not know as `other_request`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from harness.core.canonical import canonical_json
from harness.core.card import tell_validation
from harness.core.errors import BadJournal, UsageError
from harness.core.records import Call, Event, Usage

BEGINNING = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""Where a `t` in seconds counts from: nobody knows when such work was done."""
_OUTSIDE = re.compile(r"[^A-Za-z0-9_.:\-]")
_PLAIN = {"ask": "ask", "hypothesis": "hypothesis", "check": "check", "submit": "submit",
          "session_start": "session_start"}  # fmt: skip
_ADDRESS = {"kind", "t", "seq", "session", "cell_id", "prev_hash", "exercise"}


_Made = tuple[str, dt.datetime, str | None, str | None, dict[str, Any]]
"""Kind, time, cell, request, payload."""


@dataclass(frozen=True)
class Adapted:
    """Rows as a record holds them.

    Attributes:
        events: without seq's gaps, in file order.
        calls: in file order.
    """

    events: tuple[Event, ...]
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Whose:
    """Whose record it is.

    Attributes:
        session: pseudonymous id.
        exercise: slug.
    """

    session: str
    exercise: str


def adapt(
    journal: Sequence[dict[str, Any]], ledger: Sequence[dict[str, Any]] | None, whose: Whose
) -> Adapted:
    """Return events and calls.

    Args:
        journal: rows in SPEC 0.5's fields.
        ledger: rows of a ledger of its own; None lets the journal's llm_call rows stand for it.
        whose: session and exercise, which replace what the rows say.

    Raises:
        UsageError: a row that cannot be placed: no kind, a time that is none, a call without a
            model.
    """
    opened = {"exercises": [{"slug": whose.exercise}], "unrecorded": True}
    made: list[_Made] = [("session_open", BEGINNING, None, None, opened)]
    calls: list[Call] = []
    at = BEGINNING
    for number, row in enumerate(journal, 1):
        at = max(at, _time(row, at, number))
        msg_id = f"row-{number}"
        cell = _name(row.get("cell_id") or row.get("grade_id"))
        if row.get("kind") == "llm_call" and ledger is None:
            calls.append(_call(row, len(calls), (at, cell, msg_id), whose))
        made += [(kind, at, cell, msg_id, load) for kind, load in _payloads(row, number)]
    for number, row in enumerate(ledger or (), 1):
        calls.append(_ledger_call(row, number, len(calls), whose))
    return Adapted(tuple(_events(made, whose)), tuple(_count_equal(calls)))


def _payloads(row: dict[str, Any], number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    kind = row.get("kind")
    if not isinstance(kind, str) or not kind:
        raise UsageError(f"journal.jsonl, entry {number}: it has no kind")
    if kind == "cell_exec":
        yield from _cell(row)
    elif kind == "llm_call":
        told = {k: v for k, v in row.items() if k not in _ADDRESS}
        yield "llm_call", {"alias": str(row.get("model", "")), "told": told}
    elif kind in _PLAIN:
        yield _PLAIN[kind], {k: v for k, v in row.items() if k not in _ADDRESS}
    else:
        yield "other_request", {"told_kind": kind, "told": {**row}}


def _cell(row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A run of a cell: what was asked, what it showed, how it ended."""
    own = {"source", "output", "status", "ename"}
    told = {k: v for k, v in row.items() if k not in own | _ADDRESS}
    status = str(row.get("status") or ("error" if row.get("ename") else "ok"))
    yield "execute_request", {"source": str(row.get("source") or ""), "told": told}
    if row.get("output") is not None:
        yield "stream", {"name": "stdout", "text": str(row["output"])}
    if row.get("ename"):
        yield "error", {"ename": str(row["ename"]), "evalue": "", "traceback": []}
    yield "execute_reply", {"status": status}


def _call(
    row: dict[str, Any], number: int, place: tuple[dt.datetime, str | None, str], whose: Whose
) -> Call:
    model = row.get("model")
    if not isinstance(model, str) or not model:
        raise UsageError(f"journal.jsonl: llm_call {number + 1} names no model")
    messages = row.get("messages")
    text = row.get("prompt") or row.get("template") or row.get("messages_sha") or ""
    request: dict[str, Any] = {
        "model": model,
        "messages": messages if isinstance(messages, list) else [{"role": "user", "content": text}],
    }
    answer = row.get("answer", row.get("output"))
    at, cell, msg_id = place
    return Call(
        id=_name(row.get("call_id")) or f"call-{number + 1}",
        session=whose.session,
        exercise=whose.exercise,
        at=at,
        kernel_id=None,
        cell_id=cell,
        msg_id=msg_id,
        alias=model,
        route="simulated",
        key="k1:" + hashlib.sha256(canonical_json(request)).hexdigest(),
        occurrence=0,
        status="settled",
        http_status=200,
        streamed=False,
        reserved_usd=Decimal(0),
        usage=_usage(row, number),
        request=request,
        response=None if answer is None else _answer(str(answer)),
    )


def _answer(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}


def _usage(row: dict[str, Any], number: int) -> Usage | None:
    if row.get("tokens_in") is None and row.get("cost") is None:
        return None
    try:
        return Usage(
            prompt_tokens=int(row.get("tokens_in") or 0),
            completion_tokens=int(row.get("tokens_out") or 0),
            cost_usd=Decimal(str(row.get("cost") or 0)),
        )
    except (ValidationError, ValueError, TypeError, InvalidOperation) as problem:
        raise UsageError(
            f"journal.jsonl: llm_call {number + 1}: tokens and cost should be numbers from 0"
        ) from problem


def _ledger_call(row: dict[str, Any], number: int, count: int, whose: Whose) -> Call:
    """A ledger row: a whole Call, or the few fields that the journal's llm_call has."""
    if "request" not in row:
        at = _time(row, BEGINNING, number)
        cell = _name(row.get("cell_id"))
        return _call(row, count, (at, cell, f"ledger-{number}"), whose)
    try:
        return Call.from_value(row | {"session": whose.session, "exercise": whose.exercise})
    except ValidationError as problem:
        raise UsageError(f"ledger.jsonl, entry {number}: {tell_validation(problem)}") from problem


def _count_equal(calls: list[Call]) -> Iterator[Call]:
    seen: dict[str, int] = {}
    for call in calls:
        yield call.model_copy(update={"occurrence": seen.get(call.key, 0)})
        seen[call.key] = seen.get(call.key, 0) + 1


def _events(made: list[_Made], whose: Whose) -> Iterator[Event]:
    for seq, (kind, at, cell, msg_id, payload) in enumerate(made):
        try:
            canonical_json(payload)
            yield Event.from_value({
                "session": whose.session, "seq": seq, "id": f"entry-{seq}", "at": at,
                "received_at": at, "kind": kind, "exercise": whose.exercise, "cell_id": cell,
                "msg_id": msg_id, "payload": payload,
            })  # fmt: skip
        except (ValidationError, BadJournal) as problem:
            raise UsageError(f"journal.jsonl: a {kind} cannot be kept: {problem}") from problem


def _time(row: dict[str, Any], before: dt.datetime, number: int) -> dt.datetime:
    """Return a row's time: seconds or ISO 8601; without one that of the row before."""
    t = row.get("t")
    if t is None:
        return before
    try:
        if isinstance(t, bool):
            raise ValueError("a truth value")
        if isinstance(t, (int, float)):
            return BEGINNING + dt.timedelta(seconds=float(t))
        at = dt.datetime.fromisoformat(str(t).replace("Z", "+00:00"))
        return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError) as problem:
        raise UsageError(
            f"journal.jsonl, entry {number}: t is {str(t)[:40]!r}; write seconds, or a time as "
            "2026-01-31T10:00:00Z"
        ) from problem


def _name(value: object) -> str | None:
    """Return a value as an identifier: foreign characters replaced, at most 128; None for none."""
    if value is None or value == "":
        return None
    return _OUTSIDE.sub("_", str(value))[:128]
