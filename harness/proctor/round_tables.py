"""The proctor's third database: rounds, invites and sittings.

Runs in zone G. No name stands here: candidates have pseudonymous ids, links are kept as hashes.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, UniqueConstraint

from harness.proctor.tables import Moment

ROUNDS_VERSION = 2
store = MetaData(info={"migrations": Path(__file__).parent / "migrations" / "rounds"})

Table("schema_version", store, Column("version", Integer, nullable=False))

rounds = Table(
    "rounds",
    store,
    Column("name", String(40), primary_key=True),
    Column("created_at", Moment, nullable=False),
    Column("body", String, nullable=False),  # Round JSON
)

round_changes = Table(
    "round_changes",
    store,
    Column("n", Integer, primary_key=True),
    Column("round", String(40), ForeignKey("rounds.name"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", String, nullable=False),  # RoundChange JSON
)

invites = Table(
    "invites",
    store,
    Column("id", String(40), primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("round", String(40), ForeignKey("rounds.name"), nullable=False),
    Column("candidate", String(128), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
    Index("invites_by_candidate", "round", "candidate"),
)

sittings = Table(
    "sittings",
    store,
    Column("id", String(40), primary_key=True),
    Column("round", String(40), ForeignKey("rounds.name"), nullable=False),
    Column("candidate", String(128), nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("session", String(128), unique=True),
    UniqueConstraint("round", "candidate"),
)
