"""What the candidate's own pages show of the record: questions, ideas, receipts, the last call.

Runs in zone G, inside the writer's readers. All of it is the candidate's own: questions with what
was answered, never which facts were matched; ideas as they stand now; receipts as they were signed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from harness.core.canonical import parse_json
from harness.core.clock import to_wire
from harness.core.records import Event, Receipt
from harness.core.seal import ContentKey
from harness.proctor.notes import open_idea
from harness.proctor.tables import calls, entries, hypotheses, questions, submissions
from harness.proctor.tools.request import ALIAS
from harness.proctor.witness import read_events

TopicOf = Callable[[str], str]
"""Id of a fact to its topic, in words the candidate may see."""


@dataclass(frozen=True)
class Whose:
    """Whose record is read.

    Attributes:
        session: the session.
        exercise: one of its exercises.
        key: the candidate's.
    """

    session: str
    exercise: str
    key: ContentKey


def list_questions(connection: Connection, whose: Whose, topic_of: TopicOf) -> list[dict[str, Any]]:
    """Return every question of an exercise with its answer, oldest first.

    Args:
        connection: any.
        whose: whose questions.
        topic_of: names the topics that were said to be near.

    Returns:
        {"id", "at", "question", "answer", "nearest"}; the answer is None while a person has it.
    """
    where = (entries.c.kind == "ask") & (entries.c.exercise == whose.exercise)
    found = [
        (event.at, _by_sheet(event, topic_of))
        for event in read_events(connection, whose.session, whose.key, where=where)
        if event.payload.get("live") is not True  # these stand in the table, waiting or answered
    ]
    found += _live(connection, whose)
    return [value for _, value in sorted(found, key=lambda pair: pair[0])]


def question_value(
    name: str, at: dt.datetime, question: str, answer: dict[str, Any] | None
) -> dict[str, Any]:
    """Return one question as the candidate's pages show it.

    Args:
        name: its id.
        at: when it was asked.
        question: the words.
        answer: as it goes to a kernel; None while a person has the question.
    """
    told = answer or {}
    return {
        "id": name,
        "at": to_wire(at),
        "question": question,
        "answer": told.get("text"),
        "nearest": list(told.get("nearest", ())),
    }


def list_ideas(connection: Connection, whose: Whose) -> list[dict[str, Any]]:
    """Return every idea of an exercise as it stands now, oldest first.

    Args:
        connection: any.
        whose: whose ideas.
    """
    mine = (hypotheses.c.session == whose.session) & (hypotheses.c.exercise == whose.exercise)
    query = select(hypotheses).where(mine).order_by(hypotheses.c.at)
    found = [
        {
            "id": row.id,
            "at": to_wire(row.at),
            **open_idea(row.sealed, row.session, row.id, whose.key),
        }
        for row in connection.execute(query)
    ]
    return sorted(found, key=lambda idea: int(idea["id"].removeprefix("h")))


def list_receipts(connection: Connection, session: str, exercise: str) -> list[dict[str, Any]]:
    """Return the receipts of an exercise, oldest first."""
    mine = (submissions.c.session == session) & (submissions.c.exercise == exercise)
    query = select(submissions.c.receipt).where(mine).order_by(submissions.c.number)
    bodies = connection.execute(query).scalars()
    return [Receipt.model_validate_json(body).to_value() for body in bodies]


def last_receipts(connection: Connection, session: str) -> dict[str, Receipt]:
    """Return the newest receipt of each exercise that was submitted, by slug."""
    query = select(submissions.c.receipt).where(submissions.c.session == session)
    bodies = connection.execute(query.order_by(submissions.c.number)).scalars()
    receipts = [Receipt.model_validate_json(body) for body in bodies]
    return {receipt.exercise: receipt for receipt in receipts}


def last_call(connection: Connection, session: str, exercise: str) -> dict[str, Any] | None:
    """Return the last model call that was paid for; None before the first."""
    mine = (calls.c.session == session) & (calls.c.exercise == exercise)
    paid = (calls.c.status == "settled") & calls.c.alias.not_like(f"{ALIAS}%")
    query = select(calls.c.alias, calls.c.cost_usd, calls.c.at).where(mine, paid)
    row = connection.execute(query.order_by(calls.c.at.desc(), calls.c.id).limit(1)).one_or_none()
    if row is None:
        return None
    return {"model": row.alias, "usd": format(row.cost_usd, "f"), "at": to_wire(row.at)}


def _by_sheet(event: Event, topic_of: TopicOf) -> dict[str, Any]:
    load = event.payload
    near = load.get("nearest")
    answer = {
        "text": str(load.get("text") or ""),
        "nearest": [topic_of(str(one)) for one in near] if isinstance(near, list) else [],
    }
    return question_value(event.id, event.at, str(load.get("question") or ""), answer)


def _live(connection: Connection, whose: Whose) -> list[tuple[dt.datetime, dict[str, Any]]]:
    mine = (questions.c.session == whose.session) & (questions.c.exercise == whose.exercise)
    found = []
    for row in connection.execute(select(questions).where(mine)):
        asked = _opened(whose, "question", row.id, row.sealed)
        answer = None
        if row.answered_at is not None:
            answer = _opened(whose, "answer", row.id, row.sealed_answer)["value"]
        found.append((row.at, question_value(row.id, row.at, str(asked["question"]), answer)))
    return found


def _opened(whose: Whose, what: str, name: str, sealed: bytes) -> dict[str, Any]:
    plain = whose.key.open(sealed, place=f"{whose.session}|{what}|{name}")
    found: dict[str, Any] = parse_json(plain, what=f"a {what}")
    return found
