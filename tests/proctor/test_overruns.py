"""The operator's reserve: what providers take above is charged there, and closes what it must."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from harness.core.clock import SteppedClock
from harness.proctor.models_command import models as models_command
from harness.proctor.overruns import read_old
from harness.proctor.tables import calls, overruns
from tests.proctor.builders import Up, ask, proctor
from tests.proctor.test_levels import sit, with_own
from tests.proctor.test_providers import with_model
from tests.proctor.upstream import good, upstream

pytestmark = pytest.mark.anyio

OVER = {"prompt_tokens": 50_000, "completion_tokens": 50_000}  # $0.60 by the prices of `house`


async def call(up: Up, token: str | None, **more: Any) -> int:
    async with up.http(token) as kernel:
        body = ask("hello there", model="house", max_tokens=10) | more
        return (await kernel.post("/v1/chat/completions", json=body)).status_code


async def reserve(up: Up) -> dict[str, Any]:
    async with up.operator as operator:
        found: dict[str, Any] = (await operator.get("/models")).json()["reserve"]
    return found


async def test_an_overrun_stands_in_a_row_by_alias_and_round_beside_its_call(
    tmp_path: Path,
) -> None:
    async with upstream(body=good(**OVER)) as there:
        settings = with_model(tmp_path, there.url)
        async with proctor(settings) as up, up.operator as operator:
            body = {"round": "spring", "exercises": ["practice"]}
            await operator.post("/rounds", json=body)
            (card,) = await sit(operator, "spring", "Ada")
            status = await call(up, card["kernel_token"])
            told = await reserve(up)
            (row,) = await up.service.writer.read(lambda c: c.execute(select(overruns)).all())
            (paid,) = await up.service.writer.read(lambda c: c.execute(select(calls)).all())
            shown = (await operator.get("/rounds/spring")).json()["purse"]
        async with proctor(settings) as up:
            kept = await reserve(up)

    above = Decimal("0.6") - paid.reserved_usd
    assert status == 200
    assert (row.call, row.session, row.round) == (paid.id, card["session"], "spring")
    assert (row.alias, row.usd, row.opened_at) == ("house", above, None)
    assert told["overruns"] == [
        {"alias": "house", "round": "spring", "calls": 1, "usd": str(above)}
    ]  # fmt: skip
    assert (told["limit_usd"], told["used_usd"], told["is_used_up"]) == ("5", str(above), False)
    assert kept == told
    assert Decimal(shown["usd_spent"]) == paid.cost_usd == paid.reserved_usd  # not the round's


async def test_a_reserve_that_is_used_up_closes_every_route_until_it_is_acknowledged(
    tmp_path: Path,
) -> None:
    async with upstream(body=good(**OVER)) as there:
        settings = with_model(tmp_path, there.url)
        other = settings.models["house"].model_copy(update={"model": "other"})
        settings = settings.model_copy(update={"models": {**settings.models, "home": other}})
        settings = with_own(settings, reserve_usd=Decimal("1"))
        async with proctor(settings) as up, up.operator as operator:
            token = up.card.kernel_token
            statuses = [await call(up, token), await call(up, token)]
            await operator.post("/models/house/open", json={})
            statuses += [await call(up, token), await call(up, token, model="home")]
            opened = (await operator.post("/models/house/open", json={})).json()
            full = await reserve(up)
        async with proctor(settings) as up, up.operator as operator:
            token = up.card.kernel_token
            closed = [await call(up, token), await call(up, token, model="home")]
            empty = (await operator.post("/reserve/acknowledge", json={})).json()
            there.body = good()
            again = [await call(up, token), await call(up, token, model="home")]
            async with up.kernel as kernel, up.lab as lab:
                strangers = [await c.post("/reserve/acknowledge", json={}) for c in (kernel, lab)]

    assert statuses == [200, 503, 200, 503]  # the second overrun fills it: other routes close too
    assert opened["closed"] is True and full["is_used_up"] is True
    assert Decimal(full["used_usd"]) >= 1
    assert closed == [503, 503] and again == [200, 200]
    assert (empty["used_usd"], empty["is_used_up"]) == ("0", False)
    assert empty["overruns"][0]["calls"] == 2  # what was taken stays on record
    assert {answer.status_code for answer in strangers} == {403}


async def test_what_an_older_proctor_kept_in_a_file_moves_into_the_database_once(
    tmp_path: Path,
) -> None:
    settings = with_model(tmp_path, "http://127.0.0.1:9/v1")
    folder = settings.home / "proctor"
    folder.mkdir(parents=True)
    old = folder / "overruns.json"
    value = json.dumps({"total_usd": {"house": "0.25", "gone": "0.10"}, "closed": ["house"]})
    old.write_text(value)
    async with proctor(settings) as up:
        first = await reserve(up)
        listed = up.service.providers.listed()
    old.write_text(value)  # it ended between the commit and the end of the file
    async with proctor(settings) as up:
        second = await reserve(up)

    assert first == second and not old.exists()
    assert (listed[0]["closed"], listed[0]["overrun_usd"]) == (True, "0.25")
    assert first["used_usd"] == "0.25"  # what was opened had been looked at
    assert {row["alias"] for row in first["overruns"]} == {"house", "gone"}


BROKEN = [
    b"", b"[]", b"{", b'{"closed": 1}', b"\xff", b'{"total_usd": {"a": "NaN"}, "closed": []}',
    b'{"total_usd": {"a": "-1"}, "closed": []}', b'{"total_usd": 5, "closed": []}',
]  # fmt: skip


async def test_a_file_that_cannot_be_read_stops_nobody_and_stays(tmp_path: Path) -> None:
    path, found = tmp_path / "overruns.json", []
    for data in BROKEN:
        path.write_bytes(data)
        found.append(read_old(path, SteppedClock().now()))

    assert found == [None] * len(BROKEN) and path.exists()


async def test_the_operator_sees_the_reserve_and_makes_it_whole_by_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITION_HOME", str(tmp_path / "home"))
    async with upstream(body=good(**OVER)) as there:
        settings = with_own(with_model(tmp_path, there.url), reserve_usd=Decimal("0.5"))
        async with proctor(settings) as up:
            (settings.home / "proctor" / "address").write_text(up.url)
            monkeypatch.chdir(tmp_path)

            async def models(*flags: str) -> str:
                done = await asyncio.to_thread(CliRunner().invoke, models_command, list(flags))
                assert done.exit_code == 0, done.output
                return done.output

            empty = await models()
            await call(up, up.card.kernel_token)
            full = await models()
            whole = await models("--acknowledge", "--open", "house")
            value = json.loads(await models("--json"))

    assert "reserve" not in empty and "house  open" in empty
    assert "every route is closed until --acknowledge" in full and "no round" in full
    assert "reserve: $0 of $0.5 used\n" in whole and "house  open" in whole
    assert value["reserve"]["is_used_up"] is False and value["models"][0]["name"] == "house"
