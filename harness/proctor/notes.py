"""What the candidate puts on record by a call: ideas, and what check() found.

Runs in zone G. Both come from a kernel and are claims; they are bounded in size and number,
so that a loop in a cell fills no disk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from harness.core.canonical import canonical_json, parse_json
from harness.core.clock import Clock, to_wire
from harness.core.records import Entry
from harness.core.seal import ContentKey
from harness.proctor import words
from harness.proctor.errors import Refusal
from harness.proctor.running import Place
from harness.proctor.tables import entries, hypotheses
from harness.proctor.witness import Witness

STATUSES = ("open", "supported", "refuted")
LONGEST_TEXT = 4_000
MOST_OF_A_KIND = 2_000
"""How many ideas, checks and questions one session may have, of each."""
MOST_PROBLEMS, LONGEST_PROBLEM = 200, 2_000
_ID = re.compile(r"h[1-9][0-9]{0,5}")


@dataclass(frozen=True)
class Idea:
    """A hypothesis as it was sent.

    Attributes:
        text: the words; None to leave those of an earlier one.
        status: open, supported or refuted; None to leave it, or open for a new one.
        id: of an earlier one; None for a new one.
    """

    text: str | None
    status: str | None
    id: str | None


def read_idea(body: dict[str, Any]) -> Idea:
    """Return the hypothesis in a body.

    Raises:
        Refusal: 400 naming what cannot be used.
    """
    text, status, name = body.get("text"), body.get("status"), body.get("id")
    if text is not None and (not isinstance(text, str) or not text.strip()):
        raise words.bad_value('"text" should be the idea in words.', param="text")
    if text is None and name is None:
        raise words.bad_value('There is no idea yet: "text" is missing.', param="text")
    if text is not None and len(text) > LONGEST_TEXT:
        raise words.bad_value(
            f'"text" has {len(text)} characters; at most {LONGEST_TEXT} are kept.', param="text"
        )
    if status is not None and status not in STATUSES:
        raise words.bad_value('"status" is "open", "supported" or "refuted".', param="status")
    if name is not None and (not isinstance(name, str) or not _ID.fullmatch(name)):
        raise words.bad_value('"id" is the name of an earlier idea, such as "h1".', param="id")
    return Idea(text=text, status=status, id=name)


@dataclass(frozen=True)
class Notepad:
    """Where notes are written, and under whose key.

    Attributes:
        witness: the journal.
        clock: where time comes from.
        session: whose.
        key: the candidate's.
        origin: where the words came from when no kernel sent them: "panel", the candidate's own
            pages. None for a kernel, whose place says which cell.
    """

    witness: Witness
    clock: Clock
    session: str
    key: ContentKey
    origin: str | None = None


def note_idea(connection: Connection, book: Notepad, place: Place, idea: Idea) -> dict[str, Any]:
    """Write a new idea, or what became of an earlier one; return its id and the time.

    Args:
        connection: the writer's, inside a job.
        book: where it is written.
        place: the cell it came from, its exercise known.
        idea: what was sent.

    Raises:
        Refusal: 404, no idea has that id; 429, there are too many.
    """
    refuse_flood(connection, book.session, "hypothesis")
    mine = hypotheses.c.session == book.session
    at = book.clock.now()
    if idea.id is None:
        count = connection.execute(select(func.count()).select_from(hypotheses).where(mine))
        name = f"h{count.scalar_one() + 1}"
        value = {"text": idea.text, "status": idea.status or "open"}
        row = {"session": book.session, "id": name, "exercise": place.exercise, "at": at}
        sealed = _seal(book, name, value)
        connection.execute(insert(hypotheses).values(row | {"sealed": sealed}))
    else:
        name = idea.id
        value = _open(connection, book, name)
        value |= {k: v for k, v in (("text", idea.text), ("status", idea.status)) if v is not None}
        earlier = update(hypotheses).where(mine, hypotheses.c.id == name)
        connection.execute(earlier.values(sealed=_seal(book, name, value)))
    payload = {"id": name, "is_new": idea.id is None, **value}
    made = append(connection, book, place, ("hypothesis", payload))
    return {"id": name, "at": to_wire(made.at)}


def note_check(connection: Connection, book: Notepad, place: Place, problems: list[str]) -> None:
    """Write down what check() says it found: the kernel's claim.

    Args:
        connection: the writer's, inside a job.
        book: where it is written.
        place: the cell it came from, its exercise the one that was checked.
        problems: as read_problems() gives them.

    Raises:
        Refusal: 429, there are too many.
    """
    refuse_flood(connection, book.session, "check")
    append(connection, book, place, ("check", {"problems": problems, "is_claim": True}))


def read_problems(body: dict[str, Any]) -> list[str]:
    """Return the problems in a body.

    Raises:
        Refusal: 400, they are no list of texts, too many, or too long.
    """
    problems = body.get("problems")
    if not isinstance(problems, list) or not all(isinstance(one, str) for one in problems):
        raise words.bad_value('"problems" should be a list of texts.', param="problems")
    if len(problems) > MOST_PROBLEMS or any(len(one) > LONGEST_PROBLEM for one in problems):
        raise words.bad_value(
            f'"problems" holds at most {MOST_PROBLEMS} texts of {LONGEST_PROBLEM} characters.',
            param="problems",
        )
    return problems


def append(
    connection: Connection, book: Notepad, place: Place, what: tuple[str, dict[str, Any]]
) -> Entry:
    """Chain what was told, bound to the cell it came from if one did; return its entry.

    Args:
        connection: the writer's, inside a job.
        book: where it is written.
        place: where it came from.
        what: kind and payload.
    """
    kind, payload = what
    if book.origin is not None:
        payload = payload | {"from": book.origin}
    made = book.witness.append(
        connection,
        book.session,
        kind,
        payload,
        at=book.clock.now(),
        exercise=place.exercise,
        kernel_id=place.kernel_id,
        cell_id=place.cell_id,
        msg_id=place.msg_id,
    )
    return made.entry


def open_idea(sealed: bytes, session: str, name: str, key: ContentKey) -> dict[str, Any]:
    """Return an idea's text and status.

    Args:
        sealed: as it is kept.
        session: whose.
        name: its id.
        key: the candidate's.
    """
    found: dict[str, Any] = parse_json(
        key.open(sealed, place=_place(session, name)), what="an idea"
    )
    return found


def refuse_elsewhere(connection: Connection, session: str, exercise: str, name: str) -> None:
    """Refuse an idea's name that is none of this exercise's.

    Raises:
        Refusal: 404.
    """
    mine = (hypotheses.c.session == session) & (hypotheses.c.exercise == exercise)
    query = select(hypotheses.c.id).where(mine, hypotheses.c.id == name)
    if connection.execute(query).scalar_one_or_none() is None:
        raise words.not_found(f"idea {name}")


def refuse_flood(connection: Connection, session: str, kind: str) -> None:
    """Refuse one more of a kind that a session has too many of.

    Raises:
        Refusal: 429.
    """
    mine = (entries.c.session == session) & (entries.c.kind == kind)
    count = connection.execute(select(func.count()).select_from(entries).where(mine)).scalar_one()
    if count >= MOST_OF_A_KIND:
        raise Refusal(
            f"This session has {MOST_OF_A_KIND} of these on record, and no more are taken. "
            "Cells, models and submit() still work.",
            status=429,
            code="too_many_notes",
        )


def _open(connection: Connection, book: Notepad, name: str) -> dict[str, Any]:
    where = (hypotheses.c.session == book.session) & (hypotheses.c.id == name)
    sealed = connection.execute(select(hypotheses.c.sealed).where(where)).scalar_one_or_none()
    if sealed is None:
        raise words.not_found(f"idea {name}")
    return open_idea(sealed, book.session, name, book.key)


def _seal(book: Notepad, name: str, value: dict[str, Any]) -> bytes:
    return book.key.seal(canonical_json(value), place=_place(book.session, name))


def _place(session: str, name: str) -> str:
    return f"{session}|hypothesis|{name}"
