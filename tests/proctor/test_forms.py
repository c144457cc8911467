"""Forms of the databases: scripts and tables say the same, and an old home goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from harness.core.journal import Break, read_chain
from harness.proctor.copying import FORMS
from harness.proctor.database import NAMES, Database, writing_engine
from harness.proctor.forms import revision, upgrade
from harness.proctor.tables import WITNESS_VERSION
from harness.proctor.witness import read_lines
from tests.proctor.builders import ask, proctor, settings_for

pytestmark = pytest.mark.anyio


@contextmanager
def begun(where: Database) -> Iterator[Connection]:
    engine = writing_engine(where)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@pytest.mark.both_stores
@pytest.mark.parametrize("name", NAMES)
def test_the_scripts_lead_to_the_very_tables_this_program_writes(
    tmp_path: Path, store: str, name: str
) -> None:
    metadata, version = FORMS[name]
    with begun(Database(name, tmp_path / "x.sqlite", store)) as connection:
        upgrade(connection, metadata)
        marks = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
        lacking = compare_metadata(MigrationContext.configure(connection), metadata)

    assert lacking == []
    assert marks == [revision(version)]


LATER = {
    "witness": (
        "leases", "owners", "tool_uses", "tool_settings", "overruns", "round_releases", "pauses",
        "live_sessions", "questions", "interviewers",
    ),
    "identity": (),
    "rounds": ("round_changes",),
}  # fmt: skip
"""Tables that came with later forms."""


def make_old(folder: Path) -> None:
    """Bring a home into the form it had before alembic."""
    for name, later in LATER.items():
        with sqlite3.connect(folder / f"{name}.sqlite") as connection:
            for table in (*later, "alembic_version"):
                connection.execute(f"DROP TABLE {table}")
            connection.execute("UPDATE schema_version SET version = 1")
        connection.close()


async def test_a_home_from_before_alembic_is_taken_over_and_goes_on(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings, candidate="Ada Example") as up, up.kernel as kernel:
        await kernel.post("/v1/chat/completions", json=ask("one"))
        before, card = await up.budget(), up.card
    make_old(settings.home / "proctor")
    async with proctor(settings, candidate="Ada Example") as up:
        candidate = up.service.sessions.get(up.card.session).candidate
        up.card = card
        kept = up.service.sessions.get(card.session).candidate
        after = await up.budget()
        async with up.kernel as kernel:
            called = await kernel.post("/v1/chat/completions", json=ask("one"))
        lines = await up.service.writer.read(
            lambda c: b"".join(read_lines(c, card.session, last_seq=10**6))
        )
        calls = await up.calls()
    chain = list(read_chain(lines, session=card.session))
    with sqlite3.connect(settings.home / "proctor" / "witness.sqlite") as connection:
        marks = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        noted = connection.execute("SELECT version FROM schema_version").fetchall()
    connection.close()

    assert after == before and called.status_code == 200 and candidate == kept
    assert sorted(call.occurrence for call in calls) == [0, 1]
    assert len(chain) > 2 and not any(isinstance(found, Break) for found in chain)
    assert (marks, noted) == ([(revision(WITNESS_VERSION),)], [(WITNESS_VERSION,)])
