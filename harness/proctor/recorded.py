"""What was recorded up to a signed head, read for one submission.

Runs in zone G, in the writer's readers. Sizes are asked for before anything is read, because
all of it is held in memory at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from harness.core.errors import BadJournal, OursToFix
from harness.core.records import Call
from harness.core.seal import ContentKey
from harness.core.submission import open_call
from harness.proctor.errors import Refusal
from harness.proctor.tables import calls, entries
from harness.proctor.witness import read_events, read_head_lines, read_lines

MOST_JOURNAL_BYTES = 256 << 20
"""Journal and ledger together; the archive's form ends at twice that."""
SANDBOXED = ("bwrap+cgroup", "bwrap+rlimits")
"""Rungs, the strongest first; any other word is no sandbox."""


@dataclass(frozen=True)
class Recorded:
    """What was read of the record up to a head.

    Attributes:
        journal: journal.jsonl.
        heads: heads.jsonl.
        calls: the session's ledger, oldest first.
        rung: the weakest rung that any of its kernels ran on.
        is_self_attested: whether the record is no more than the candidate's word.
    """

    journal: bytes
    heads: bytes
    calls: tuple[Call, ...]
    rung: str
    is_self_attested: bool


def read_record(connection: Connection, session: str, last_seq: int, key: ContentKey) -> Recorded:
    """Return a session's record up to one of its entries.

    Args:
        connection: any.
        session: whose.
        last_seq: the last entry that belongs in.
        key: the candidate's.

    Raises:
        OursToFix: an entry or a call does not open.
    """
    rows = connection.execute(
        select(calls.c.sealed)
        .where(calls.c.session == session)
        .order_by(calls.c.at, calls.c.key, calls.c.occurrence)
    ).scalars()
    try:
        rung, is_self_attested = _sandbox(connection, session, last_seq, key)
        return Recorded(
            journal=b"".join(read_lines(connection, session, last_seq=last_seq)),
            heads=read_head_lines(connection, session, last_seq=last_seq),
            calls=tuple(open_call(row, key) for row in rows),
            rung=rung,
            is_self_attested=is_self_attested,
        )
    except BadJournal as problem:
        raise OursToFix(f"the record of {session} does not open: {problem}") from problem


def _sandbox(
    connection: Connection, session: str, last_seq: int, key: ContentKey
) -> tuple[str, bool]:
    """Return the weakest rung any kernel ran on, and whether the record is a mere claim.

    It is one as soon as a single kernel ran without a sandbox, or nobody said that one did.
    """
    where = entries.c.kind.in_(("session_start", "kernel_start")) & (entries.c.seq <= last_seq)
    rungs: list[str] = []
    is_claim = False
    for event in read_events(connection, session, key, where=where):
        rung, word = event.payload.get("rung"), event.payload.get("self_attested")
        if event.kind == "session_start" or rung is not None or word is not None:
            rungs.append(rung if isinstance(rung, str) else "unknown")
            is_claim = is_claim or word is not False
    unsandboxed = [rung for rung in rungs if rung not in SANDBOXED]
    if unsandboxed or not rungs:
        return (unsandboxed[0][:40] if unsandboxed else "unknown"), True
    return max(rungs, key=SANDBOXED.index), is_claim


def refuse_too_large(connection: Connection, session: str) -> None:
    """Refuse to submit out of a record that a submission could not hold.

    Raises:
        Refusal: 413.
    """
    sizes = [
        connection.execute(
            select(func.coalesce(func.sum(func.length(column)), 0)).where(
                table.c.session == session
            )
        ).scalar_one()
        for table, column in ((entries, entries.c.body), (calls, calls.c.sealed))
    ]
    if sum(sizes) > MOST_JOURNAL_BYTES:
        raise too_large()


def too_large() -> Refusal:
    """Return the refusal of a record that no submission can hold."""
    return Refusal(
        "The record of this session is larger than a submission may be. Your work is saved with "
        "us: tell the organiser.",
        status=413,
        code="record_too_large",
    )
