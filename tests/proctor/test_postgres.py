"""A proctor on Postgres: lost servers, killed proctors, two proctors on one store."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import event, select, text

from harness.bench.postgres import Postgres
from harness.core.journal import Break, read_chain
from harness.core.settings import ProctorSettings, Settings
from harness.proctor import leases, tables
from harness.proctor.command import proctor as proctor_command
from harness.proctor.command import serve
from harness.proctor.database import NAMES, database, role_of
from harness.proctor.errors import LeaseLost, StoreUnusable
from harness.proctor.listing import hand_out, read_rows
from harness.proctor.round_tables import ROUNDS_VERSION, store
from harness.proctor.service import Service
from harness.proctor.witness import read_lines
from harness.proctor.writer import Writer
from tests.proctor.builders import Up, ask, fake_worker, operator_token, proctor, settings_for
from tests.proctor.record import as_bytes, save
from tests.proctor.test_recovery import LAUNCH, open_session, process

pytestmark = pytest.mark.anyio
LONG_AGO = "2020-01-01T00:00:00Z"


async def ledger(up: Up) -> list[Any]:
    query = select(tables.calls).order_by(tables.calls.c.at, tables.calls.c.id)
    return await up.service.writer.read(lambda c: list(c.execute(query)))


async def is_whole(up: Up) -> list[str]:
    """What is wrong with chain, purse and ledger of the session; nothing if they agree."""
    session = up.card.session
    lines = await up.service.writer.read(lambda c: b"".join(read_lines(c, session, last_seq=10**6)))
    rows, budget = await ledger(up), await up.budget()
    spent = sum((row.cost_usd for row in rows if row.status == "settled"), Decimal(0))
    purse = await up.service.writer.read(lambda c: c.execute(select(tables.purses)).one_or_none())
    wrong = [one.why for one in read_chain(lines, session=session) if isinstance(one, Break)]
    wrong += [f"{row.id} is open" for row in rows if row.status == "open"]
    if Decimal(budget["usd_spent"]) != spent or Decimal(budget["usd_reserved"]) != 0:
        wrong.append(f"the purse says {budget['usd_spent']} and the ledger {spent}")
    if (purse.usd_spent if purse else 0) != spent:
        wrong.append(f"the row of the purse says {purse and purse.usd_spent}, not {spent}")
    return wrong


def fail_a_commit(up: Up, how: Callable[[Any], None], *, after: int = 0) -> None:
    """Let the line be cut in the next COMMIT of the witness, or in one after that."""
    left = [after]

    def cut(connection: Any) -> None:
        left[0] -= 1
        if left[0] == -1:
            driver = connection.connection.driver_connection
            how(driver)
            driver.close()

    event.listen(up.service.writer._engine, "commit", cut)


@pytest.mark.parametrize(
    ("how", "status"),
    [(lambda driver: driver.commit(), "settled"), (lambda driver: None, "abandoned")],
    ids=["it-took-place", "it-did-not"],
)
async def test_a_commit_whose_end_nobody_heard_forks_neither_chain_nor_purse(
    tmp_path: Path, database_url: str, how: Callable[[Any], None], status: str
) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.kernel as kernel:
        await kernel.post("/v1/chat/completions", json=ask("one"))
        asking = asyncio.create_task(
            kernel.post("/v1/chat/completions", json=ask("sleep 0.5"), timeout=30)
        )
        while not any(row.status == "open" for row in await ledger(up)):
            await asyncio.sleep(0.01)
        fail_a_commit(up, how)
        told = await asking
        during = await up.budget()
        await up.service.mender.mend()
        again = await kernel.post("/v1/chat/completions", json=ask("sleep 0.5"))
        rows = await ledger(up)

        assert told.status_code == 503 and told.headers["x-should-retry"] == "true"
        assert during["calls_made"] == 2  # charged until the store says otherwise
        assert again.status_code == 200
        assert [row.status for row in rows] == ["settled", status, "settled"]
        assert [row.occurrence for row in rows] == [0, 0, 1]
        assert await is_whole(up) == []


async def test_a_submission_whose_commit_nobody_heard_still_has_its_file(
    tmp_path: Path, database_url: str
) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up, up.lab as lab, up.operator as operator:
        await save(up, "s-1", as_bytes())
        fail_a_commit(up, lambda driver: driver.commit(), after=1)
        told = await lab.post("/s/submit", json={"exercise": "practice"})
        second = await lab.post("/s/submit", json={"exercise": "practice"})
        rows = read_rows(up.service.folder, own=settings.proctor)
        first = await operator.get(f"/submissions/{rows[0]['submission']}")
        size = hand_out(
            up.service.folder, rows[0]["submission"], tmp_path / "s.zip", own=settings.proctor
        )

    assert (told.status_code, second.status_code, first.status_code) == (503, 201, 200)
    assert [row["number"] for row in rows] == [1, 2]
    assert (tmp_path / "s.zip").read_bytes() == first.content and size == len(first.content)


async def test_a_server_that_is_killed_in_mid_call_loses_nothing_that_was_told(
    tmp_path: Path, postgres: Postgres, database_url: str
) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.kernel as kernel:
        url = "/v1/chat/completions"
        paid = await kernel.post(url, json=ask("one"))
        asking = [
            asyncio.create_task(kernel.post(url, json=ask("sleep 0.5", user=f"{n}"), timeout=30))
            for n in range(3)
        ]
        while sum(row.status == "open" for row in await ledger(up)) < 3:
            await asyncio.sleep(0.01)
        postgres.kill()
        cut = await asyncio.gather(*asking)
        unready = await kernel.get("/readyz")
        health = await kernel.get("/healthz")
        new = await kernel.post(url, json=ask("two"))
        await asyncio.to_thread(postgres.start)
        await up.service.mender.mend()
        later = await kernel.post(url, json=ask("three"))

        assert paid.status_code == later.status_code == health.status_code == 200
        assert {one.status_code for one in (*cut, new, unready)} == {503}
        assert [row.status for row in await ledger(up)] == [
            "settled",
            *["abandoned"] * 3,
            "settled",
        ]
        assert await is_whole(up) == []


async def test_a_proctor_killed_in_mid_call_is_followed_by_one_that_knows_all(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITION_PROCTOR__DATABASE", database_url)
    settings = settings_for(tmp_path)
    argv = (str(LAUNCH), str(settings.home), str(settings.proctor.photographs))
    with process(*argv, cwd=tmp_path) as (killed, word):
        card = open_session(word["address"], operator_token(settings))
        headers = {"Authorization": f"Bearer {card['kernel_token']}"}
        with httpx.Client(base_url=word["address"], headers=headers, timeout=30) as client:
            client.post("/v1/chat/completions", json=ask("paid for"))
            with pytest.raises(httpx.TimeoutException):
                client.post("/v1/chat/completions", json=ask("sleep 60"), timeout=1.0)
        killed.send_signal(signal.SIGKILL)
        killed.wait(10)
    async with proctor(settings) as up:
        mine = up.card
        up.card = mine.model_copy(
            update={"session": card["session"], "kernel_token": card["kernel_token"]}
        )
        rows = [row for row in await ledger(up) if row.session == card["session"]]
        budget = await up.budget()
        async with up.kernel as kernel:
            called = await kernel.post("/v1/chat/completions", json=ask("go on"))
        wrong = await is_whole(up)

    assert not list(settings.home.rglob("*.sqlite"))
    assert [row.status for row in rows] == ["settled", "abandoned"]
    assert budget["calls_made"] == 1 and called.status_code == 200
    assert wrong == []


def elsewhere(settings: Settings, tmp_path: Path) -> Settings:
    """Another home on the same database."""
    return settings.model_copy(update={"home": tmp_path / "elsewhere"})


async def test_two_proctors_never_serve_one_session(tmp_path: Path, database_url: str) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as first:
        token = first.card.kernel_token
        async with proctor(elsewhere(settings, tmp_path)) as second:
            async with second.http(token) as astray, first.kernel as home:
                refused = await astray.post("/v1/chat/completions", json=ask("hello"))
                served = await home.post("/v1/chat/completions", json=ask("hello"))
            shown = second.service.sessions.list()
            assert [card.session for card in await shown] == [second.card.session]
            assert await is_whole(first) == [] and await second.service.leases.close() is None

    assert refused.status_code == 503 and refused.headers["x-should-retry"] == "true"
    assert refused.json()["error"]["code"] == "session_elsewhere"
    assert served.status_code == 200


async def take_over(service: Service) -> None:
    """What a proctor does every few seconds, now."""
    taken = await service.writer.do(service.leases._renew)
    await service._adopt(taken)
    service.leases._owned |= set(taken)


async def test_a_session_given_up_at_drain_is_taken_up_with_purse_chain_and_clock(
    tmp_path: Path, database_url: str
) -> None:
    settings = settings_for(tmp_path, minutes=30)
    async with proctor(elsewhere(settings, tmp_path)) as second:
        async with proctor(settings) as first, first.kernel as kernel:
            await kernel.post("/v1/chat/completions", json=ask("one"))
            before, card = await first.budget(), first.card
            ends = first.service.deadlines.box(card.session, "practice").ends_at
        await take_over(second.service)
        second.card = card
        async with second.kernel as kernel:
            called = await kernel.post("/v1/chat/completions", json=ask("one"))
        box = second.service.deadlines.box(card.session, "practice")
        rows = [row for row in await ledger(second) if row.session == card.session]

        assert before["calls_made"] == 1 and called.status_code == 200
        assert [(row.occurrence, row.status) for row in rows] == [(0, "settled"), (1, "settled")]
        assert ends is not None and box.ends_at is not None and box.ends_at >= ends
        assert await is_whole(second) == []


async def test_a_proctor_that_was_thought_dead_writes_nothing_more(
    tmp_path: Path, database_url: str, postgres: Postgres
) -> None:
    settings = settings_for(tmp_path)
    name = database_url.split("/")[3].partition("?")[0]
    async with proctor(settings) as first, proctor(elsewhere(settings, tmp_path)) as second:
        async with first.kernel as kernel, first.lab as lab:
            asking = asyncio.create_task(
                kernel.post("/v1/chat/completions", json=ask("sleep 0.5"), timeout=30)
            )
            while not any(row.status == "open" for row in await ledger(first)):
                await asyncio.sleep(0.01)
            with postgres.superuser(name) as boss:
                overdue = "UPDATE witness.owners SET until = %s WHERE id = %s"
                boss.execute(overdue, [LONG_AGO, first.service.leases.owner])
            await take_over(second.service)
            answers = [
                await asking,
                await kernel.post("/v1/chat/completions", json=ask("two")),
                await lab.post("/s/submit", json={"exercise": "practice"}),
            ]
        with pytest.raises(LeaseLost, match="taken over"):
            await first.service.writer.do(lambda connection: None)
        second.card = first.card
        rows = [row for row in await ledger(second) if row.session == first.card.session]

        assert [one.status_code for one in answers] == [503, 503, 503]
        assert [row.status for row in rows] == ["abandoned"]
        assert await is_whole(second) == []


async def test_a_proctor_that_lost_its_sessions_ends_and_says_so(
    tmp_path: Path, database_url: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "_RENEW_S", 0.05)
    settings = settings_for(tmp_path)
    serving = asyncio.create_task(serve(settings, 0, worker=fake_worker()))
    while not (settings.home / "proctor" / "address").exists():
        await asyncio.sleep(0.02)
    with postgres.superuser(database_url.split("/")[3].partition("?")[0]) as boss:
        boss.execute("DELETE FROM witness.owners")

    with pytest.raises(StoreUnusable, match="another proctor has taken our sessions over"):
        await serving
    assert not (settings.home / "proctor" / "address").exists()


@pytest.mark.parametrize("name", NAMES)
async def test_each_role_reads_its_own_schema_and_no_other(
    tmp_path: Path, database_url: str, name: str
) -> None:
    async with proctor(settings_for(tmp_path)):
        pass
    table = {"witness": "calls", "identity": "candidates", "rounds": "invites"}
    with psycopg.connect(database_url, user=role_of(name), autocommit=True) as connection:
        for other in NAMES:
            query = f"SELECT count(*) FROM {other}.{table[other]}"
            if other == name:
                connection.execute(query)
                continue
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(query)
        for forbidden in ("CREATE TABLE public.x (n int)", "SET ROLE postgres", "CREATE SCHEMA x"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)


async def test_roles_that_are_not_apart_are_refused_at_the_start(
    tmp_path: Path, database_url: str, postgres: Postgres
) -> None:
    with postgres.superuser(database_url.split("/")[3].partition("?")[0]) as boss:
        boss.execute("GRANT USAGE ON SCHEMA identity TO audition_witness")

    where = database(settings_for(tmp_path).proctor, tmp_path, "witness")
    with pytest.raises(StoreUnusable, match="can read the schema identity too"):
        Writer(where, tables.witness, tables.WITNESS_VERSION)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("postgresql://boss:hunter2@localhost/audition", "names a user"),
        ("postgresql://localhost/audition?password=hunter2", "names a user"),
        ("postgresql://localhost/audition?user=hunter2", "names a user"),
        ("postgresql://localhost", "should be"),
        ("mysql://hunter2/audition", "should be"),
        ("postgresql://[hunter2/audition", "is not a URL"),
        ("hunter2", "should be"),
    ],
)
async def test_an_address_that_cannot_be_is_refused_and_not_repeated(
    tmp_path: Path, url: str, word: str
) -> None:
    with pytest.raises(StoreUnusable, match=word) as caught:
        database(ProctorSettings(database=url), tmp_path, "witness")

    assert "hunter2" not in str(caught.value)


async def test_a_password_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    passfile = tmp_path / "pgpass"
    own = ProctorSettings(database="postgresql://localhost/audition", database_passfile=passfile)
    with pytest.raises(StoreUnusable, match="cannot be read"):
        database(own, tmp_path, "witness")
    passfile.write_text("*:*:*:*:hunter2\n")
    passfile.chmod(0o644)

    with pytest.raises(StoreUnusable, match="chmod 600") as caught:
        database(own, tmp_path, "witness")
    assert "hunter2" not in str(caught.value)


async def test_the_password_comes_from_the_file_and_is_in_no_message(
    tmp_path: Path, postgres: Postgres
) -> None:
    url, passfile = postgres.database(), tmp_path / "pgpass"
    own = ProctorSettings(database=url, database_passfile=passfile)
    rules = postgres.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    with postgres.superuser() as boss:
        boss.execute("ALTER ROLE audition_rounds PASSWORD 'hunter2'")
        try:
            rules.write_text("local all audition_rounds scram-sha-256\n" + before)
            boss.execute("SELECT pg_reload_conf()")
            for word in ("wrong-hunter3", "hunter2"):
                passfile.write_text(f"*:*:*:audition_rounds:{word}\n")
                passfile.chmod(0o600)
                where = database(own, tmp_path, "rounds")
                if word == "hunter2":
                    await Writer(where, store, ROUNDS_VERSION).close()
                    continue
                with pytest.raises(StoreUnusable, match="password authentication failed") as no:
                    Writer(where, store, ROUNDS_VERSION)
                assert "hunter" not in str(no.value)
        finally:
            rules.write_text(before)
            boss.execute("SELECT pg_reload_conf()")


async def test_no_server_and_no_schema_are_told_in_words(
    tmp_path: Path, postgres: Postgres
) -> None:
    bare = postgres.url("postgres")
    nowhere = f"postgresql:///audition?host={tmp_path}"
    for url, word in ((nowhere, "cannot be opened"), (bare, "is not there")):
        where = database(ProctorSettings(database=url), tmp_path, "witness")
        with pytest.raises(StoreUnusable, match=word) as caught:
            Writer(where, tables.witness, tables.WITNESS_VERSION)
        assert "--print-roles" in str(caught.value)


def test_the_sql_for_the_roles_is_printed_and_may_run_twice(postgres: Postgres) -> None:
    printed = CliRunner().invoke(proctor_command, ["--print-roles"])
    name = postgres.database().split("/")[3].partition("?")[0]
    with postgres.superuser(name) as boss:
        boss.execute(printed.output.encode())
        owners = boss.execute(
            "SELECT nspname, nspowner::regrole::text FROM pg_namespace WHERE nspname = ANY(%s)",
            [list(NAMES)],
        ).fetchall()

    assert printed.exit_code == 0 and "PASSWORD '" not in printed.output
    assert sorted(owners) == sorted((name, role_of(name)) for name in NAMES)


async def test_durable_commits_are_asked_for_whatever_the_server_does_by_itself(
    tmp_path: Path, database_url: str, postgres: Postgres
) -> None:
    with postgres.superuser() as boss:
        boss.execute("ALTER ROLE audition_witness SET synchronous_commit = off")
    try:
        async with proctor(settings_for(tmp_path)) as up:
            shown = await up.service.writer.do(
                lambda c: c.execute(text("SHOW synchronous_commit")).scalar_one()
            )
    finally:
        with postgres.superuser() as boss:
            boss.execute("ALTER ROLE audition_witness RESET synchronous_commit")

    assert shown == "on"
