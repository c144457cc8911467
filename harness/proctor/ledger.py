"""The ledger: a row for each model call, there before the model is asked.

Runs in zone G, inside the writer's jobs. The row's columns say what is needed to count; all that
was said lies sealed under the candidate's key, in the very bytes a submission will carry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from harness.core.errors import AuditionError
from harness.core.records import Call
from harness.core.seal import ContentKey
from harness.core.submission import open_call, seal_call
from harness.proctor.leases import owned_only
from harness.proctor.prepared import Prepared
from harness.proctor.tables import calls

if TYPE_CHECKING:
    from harness.proctor.witness import Witness

KeyOf = Callable[[str], ContentKey]
"""Session to content key; raises when the key was destroyed."""

_COUNT_EQUAL = Prepared(
    select(func.coalesce(func.max(calls.c.occurrence) + 1, 0))
    .select_from(calls)
    .where(calls.c.session == bindparam("of"), calls.c.key == bindparam("same"))
)
"""They are numbered without gaps, and the last one is found without reading the others."""
_OPEN = Prepared(
    insert(calls),
    ("id", "session", "exercise", "at", "alias", "key", "occurrence", "status", "reserved_usd",
     "reserved_tokens", "sealed"),
)  # fmt: skip
_CLOSE = Prepared(
    update(calls).where(calls.c.id == bindparam("of")),
    ("status", "http_status", "cost_usd", "tokens", "sealed"),
)


def open_row(connection: Connection, call: Call, key: ContentKey, reserved_tokens: int) -> Call:
    """Write a call's row as open and return the call with its occurrence.

    Args:
        connection: the writer's, inside a job.
        call: status open; its occurrence is set here, in the order of arrival.
        key: the candidate's.
        reserved_tokens: tokens set aside.
    """
    [(before,)] = _COUNT_EQUAL.run(connection, of=call.session, same=call.key)
    counted = call.model_copy(update={"occurrence": before})
    _OPEN.run(
        connection,
        id=call.id,
        session=call.session,
        exercise=call.exercise,
        at=call.at,
        alias=call.alias,
        key=call.key,
        occurrence=before,
        status=call.status,
        reserved_usd=call.reserved_usd,
        reserved_tokens=reserved_tokens,
        sealed=seal_call(counted, key),
    )
    return counted


def close_row(connection: Connection, call: Call, key: ContentKey) -> bytes:
    """Write how a call ended and return its canonical bytes.

    Args:
        connection: the writer's, inside a job.
        call: settled, failed or abandoned.
        key: the candidate's.
    """
    usage, plain = call.usage, call.to_bytes()
    _CLOSE.run(
        connection,
        of=call.id,
        status=call.status,
        http_status=call.http_status,
        cost_usd=usage.cost_usd if usage else Decimal(0),
        tokens=usage.prompt_tokens + usage.completion_tokens if usage else 0,
        sealed=seal_call(call, key, plain),
    )
    return plain


def witness_call(
    connection: Connection, witness: Witness, call: Call, understood: Any = None,
    *, plain: bytes | None = None,
) -> None:  # fmt: skip
    """Put a call's end into the journal, bound to the cell that made it.

    Args:
        connection: the writer's, inside a job.
        witness: writes the journal.
        call: settled, failed or abandoned.
        understood: the embedded model's reading of the prompt; None if there is none.
        plain: the call's canonical bytes, where they are at hand.
    """
    value = call.to_value()
    shown = ("key", "occurrence", "alias", "route", "status", "http_status", "streamed",
             "usage", "latency_s")  # fmt: skip
    digest = hashlib.sha256(call.to_bytes() if plain is None else plain).hexdigest()
    payload: dict[str, Any] = {"call": call.id, "call_sha256": digest}
    payload |= {name: value[name] for name in shown}
    if understood is not None:
        payload["understood"] = understood
    witness.append(
        connection,
        call.session,
        "tool_call" if call.is_tool else "llm_call",
        payload,
        at=call.at,
        exercise=call.exercise,
        kernel_id=call.kernel_id,
        cell_id=call.cell_id,
        msg_id=call.msg_id,
    )


def abandon_open(
    connection: Connection, key_of: KeyOf, witness: Witness, only: Collection[str] | None = None
) -> int:
    """Mark every call found open as abandoned: the proctor ended before it did.

    What it had set aside was never written to a purse, so it is the candidate's again.

    Args:
        connection: the writer's, inside a job.
        key_of: session to content key.
        witness: writes the journal.
        only: sessions whose calls are looked at; None looks at all.

    Returns:
        How many there were.
    """
    query = select(calls.c.id, calls.c.session, calls.c.sealed).where(calls.c.status == "open")
    rows = owned_only(connection.execute(query.order_by(calls.c.at, calls.c.id)).all(), only)
    for row in rows:
        abandon_row(connection, row, key_of, witness)
    return len(rows)


def abandon_row(connection: Connection, row: Any, key_of: KeyOf, witness: Witness) -> None:
    """Mark one open call as abandoned.

    Args:
        connection: the writer's, inside a job.
        row: its id, session and sealed.
        key_of: session to content key.
        witness: writes the journal.
    """
    try:
        key = key_of(row.session)
        call = open_call(row.sealed, key).model_copy(update={"status": "abandoned"})
    except AuditionError:  # the key is gone or the row does not open: its status still counts
        where = calls.c.id == row.id
        connection.execute(update(calls).where(where).values(status="abandoned"))
        return
    close_row(connection, call, key)
    witness_call(connection, witness, call)
