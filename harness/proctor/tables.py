"""The proctor's two databases: what each table holds, and in which version of that form.

Runs in zone G. `witness` is pseudonymous and sealed: prompts, sources and answers stand in
`sealed` and `body` columns under the candidate's key. `identity` alone knows who somebody is
and holds the content keys. Money is Decimal, times are aware UTC; both are kept as text.

Whoever changes a table raises the version and adds a script to migrations/, which
`python -m scripts.new_form witness WHAT` drafts; a test says what the scripts lack.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

from harness.core.clock import to_wire

WITNESS_VERSION = 4
IDENTITY_VERSION = 1
_SCRIPTS = Path(__file__).parent / "migrations"
_Count = BigInteger().with_variant(Integer, "sqlite")  # Postgres' own Integer ends at 2 ** 31

witness = MetaData(info={"migrations": _SCRIPTS / "witness"})
"""Everything pseudonymous: sessions, ledger, journal, saves, submissions."""
identity = MetaData(info={"migrations": _SCRIPTS / "identity"})
"""Who is who, and the content keys."""


class Moment(TypeDecorator[dt.datetime]):
    """An aware time, kept in its one spelling, so that text order is time order."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> str | None:
        """Return the one spelling."""
        return None if value is None else to_wire(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Return the aware time."""
        return None if value is None else dt.datetime.fromisoformat(value)


class Money(TypeDecorator[Decimal]):
    """US dollars, exact."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Return the plain digits."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the exact value."""
        return None if value is None else Decimal(value)


def _session() -> Column[str]:
    return Column("session", String(128), ForeignKey("sessions.id"), nullable=False)


witness_schema = Table("schema_version", witness, Column("version", Integer, nullable=False))
identity_schema = Table("schema_version", identity, Column("version", Integer, nullable=False))

sessions = Table(
    "sessions",
    witness,
    Column("id", String(128), primary_key=True),
    Column("candidate", String(128), nullable=False),  # pseudonymous; the name is in identity
    Column("level", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
)

owners = Table(
    "owners",
    witness,
    Column("id", String(128), primary_key=True),  # new with each start: nobody is the same again
    Column("home", String(64), nullable=False),  # whose home it runs on
    Column("seen_at", DateTime(timezone=True), nullable=False),  # by the database's own clock
    Column("until", DateTime(timezone=True), nullable=False),
)
"""Proctors that are at work on a shared database; not used on SQLite."""

leases = Table(
    "leases",
    witness,
    Column("session", String(128), ForeignKey("sessions.id"), primary_key=True),
    Column("owner", String(128)),  # of owners; None when it was given up
    Column("given_up_at", DateTime(timezone=True)),
    Index("leases_by_owner", "owner"),
)
"""Whose each session is; not used on SQLite."""

session_exercises = Table(
    "session_exercises",
    witness,
    _session(),
    Column("slug", String(40), nullable=False),
    Column("position", Integer, nullable=False),
    Column("card", String, nullable=False),  # ExerciseCard JSON, this session's minutes in it
    Column("opened_at", Moment),
    Column("ends_at", Moment),
    Column("hard_end_at", Moment),
    Column("parts_delivered", Integer, nullable=False, default=1),
    Column("closed_at", Moment),  # when the proctor submitted it by itself
    UniqueConstraint("session", "slug"),
)

tokens = Table(
    "tokens",
    witness,
    Column("sha256", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    _session(),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Index("tokens_by_session", "session"),
)

calls = Table(
    "calls",
    witness,
    Column("id", String(128), primary_key=True),
    _session(),
    Column("exercise", String(40)),
    Column("at", Moment, nullable=False),
    Column("alias", String(128), nullable=False),
    Column("key", String(80), nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("http_status", Integer),
    Column("reserved_usd", Money, nullable=False),
    Column("reserved_tokens", _Count, nullable=False, default=0),
    Column("cost_usd", Money),
    Column("tokens", _Count),
    Column("sealed", LargeBinary, nullable=False),  # the ledger line of seal_call()
    UniqueConstraint("session", "key", "occurrence"),
    Index("calls_by_session", "session", "exercise", "at"),
    Index("calls_by_status", "status"),
)

purses = Table(
    "purses",
    witness,
    _session(),
    Column("exercise", String(40), nullable=False),
    Column("usd_spent", Money, nullable=False),
    Column("calls_made", Integer, nullable=False),
    Column("tokens_used", _Count, nullable=False),
    Column("last_call_usd", Money),
    UniqueConstraint("session", "exercise"),
)

overruns = Table(
    "overruns",
    witness,
    Column("call", String(128), primary_key=True),  # what a provider took above, by call
    Column("session", String(128)),
    Column("round", String(40)),
    Column("alias", String(128), nullable=False),
    Column("usd", Money, nullable=False),
    Column("at", Moment, nullable=False),
    Column("opened_at", Moment),  # the route was opened again
    Column("acknowledged_at", Moment),  # taken off the operator's reserve
)

round_releases = Table(
    "round_releases",
    witness,
    Column("call", String(128), ForeignKey("calls.id"), primary_key=True),  # never settled
    Column("round", String(40), nullable=False),
    Column("at", Moment, nullable=False),  # from when it is no longer charged to the round
)

pauses = Table(
    "pauses",
    witness,
    Column("id", String(128), primary_key=True),
    _session(),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outage_s", Float, nullable=False, default=0.0),  # of it, given back as an outage
    Index("pauses_by_session", "session"),
)

prices = Table(
    "prices",
    witness,
    Column("name", String(128), primary_key=True),
    Column("is_simulated", Boolean, nullable=False),
    Column("window", Integer, nullable=False),
    Column("usd_in_per_million", Money, nullable=False),
    Column("usd_out_per_million", Money, nullable=False),
    Column("first_token_s", Float, nullable=False),
    Column("tokens_per_s", Float, nullable=False),
)

entries = Table(
    "entries",
    witness,
    _session(),
    Column("seq", Integer, nullable=False),
    Column("id", String(128), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("exercise", String(40)),
    Column("kernel_id", String(128)),
    Column("cell_id", String(128)),
    Column("msg_id", String(128)),
    Column("at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),  # Link.body: the entry's canonical bytes
    UniqueConstraint("session", "seq"),
    UniqueConstraint("session", "id"),
    Index("entries_by_kind", "session", "kind", "exercise"),
)

heads = Table(
    "heads",
    witness,
    _session(),
    Column("seq", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", LargeBinary, nullable=False),  # Head.to_bytes()
    UniqueConstraint("session", "seq"),
)

blobs = Table(
    "blobs",
    witness,
    _session(),
    Column("id", String(64), nullable=False),  # ContentKey.blob_id(): a keyed hash
    Column("size_bytes", Integer, nullable=False),
    Column("path", String, nullable=False),  # below home/proctor/blobs; the bytes are sealed
    Column("at", Moment, nullable=False),
    UniqueConstraint("session", "id"),
)

saves = Table(
    "saves",
    witness,
    _session(),
    Column("seq", Integer, nullable=False),  # of the save entry
    Column("exercise", String(40)),
    Column("path", String, nullable=False),
    Column("blob", String(64), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("session", "seq"),
    Index("saves_by_exercise", "session", "exercise", "seq"),
)

tool_uses = Table(
    "tool_uses",
    witness,
    _session(),
    Column("exercise", String(40), nullable=False),
    Column("tool", String(40), nullable=False),
    Column("uses", Integer, nullable=False),
    Column("minutes", Money, nullable=False),  # simulated ones, exact like money
    UniqueConstraint("session", "exercise", "tool"),
)

tool_settings = Table(
    "tool_settings",
    witness,
    _session(),
    Column("exercise", String(40), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # component to key to value
    UniqueConstraint("session", "exercise"),
)

submissions = Table(
    "submissions",
    witness,
    Column("id", String(128), primary_key=True),
    _session(),
    Column("exercise", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("path", String, nullable=False),  # below home/proctor/submissions
    Column("size_bytes", Integer, nullable=False),
    Column("receipt", LargeBinary, nullable=False),  # Receipt.to_bytes()
    Column("is_automatic", Boolean, nullable=False, default=False),
    UniqueConstraint("session", "exercise", "number"),
)

hypotheses = Table(
    "hypotheses",
    witness,
    _session(),
    Column("id", String(128), nullable=False),
    Column("exercise", String(40)),
    Column("at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # text and status under the candidate's key
    UniqueConstraint("session", "id"),
)

candidates = Table(
    "candidates",
    identity,
    Column("id", String(128), primary_key=True),
    Column("name", String, unique=True),  # as the operator wrote it; None when nobody said
    Column("content_key", LargeBinary),  # None once destroyed
    Column("created_at", Moment, nullable=False),
)

accommodations = Table(
    "accommodations",
    identity,
    Column("candidate", String(128), primary_key=True),
    Column("extra_time", String(8), nullable=False),  # a factor of the box, "1.25"
    Column("set_at", Moment, nullable=False),
)
"""Here alone: neither the record nor a submission says whose box was longer."""
