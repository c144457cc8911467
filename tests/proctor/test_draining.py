"""A proctor that is told to end: what is under way is whole, nothing new begins, then the end."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from harness.core.journal import Break, head_holds, read_chain
from harness.core.records import Head
from harness.core.settings import Settings
from harness.proctor import tables
from tests.proctor.builders import ask, operator_token, proctor, settings_for
from tests.proctor.record import an_event, journal, raw_journal
from tests.proctor.test_recovery import LAUNCH, open_session, process, stored

pytestmark = pytest.mark.anyio


@dataclass
class Running:
    """A proctor of its own process with a session."""

    process: subprocess.Popen[bytes]
    address: str
    card: dict[str, Any]

    def http(self, token: str | None = None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token or self.card['kernel_token']}"}
        return httpx.AsyncClient(base_url=self.address, headers=headers, timeout=30)

    async def ended(self) -> int:
        return await asyncio.to_thread(self.process.wait, 20)


@asynccontextmanager
async def running(
    settings: Settings, tmp_path: Path, drain_s: float = 20
) -> AsyncIterator[Running]:
    argv = (str(LAUNCH), str(settings.home), str(settings.proctor.photographs), "simulate",
            str(drain_s))  # fmt: skip
    with process(*argv, cwd=tmp_path) as (started, word):
        card = await asyncio.to_thread(open_session, word["address"], operator_token(settings))
        up = Running(started, word["address"], card)
        async with up.http() as client:  # the model is there
            await client.post("/v1/chat/completions", json=ask("go"))
        yield up


async def begun(client: httpx.AsyncClient, body: dict[str, Any]) -> asyncio.Task[httpx.Response]:
    """A call whose row is on disk."""
    return asyncio.create_task(client.post("/v1/chat/completions", json=body))


async def until(found: Any) -> None:
    for _ in range(400):
        if found():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen")


def statuses(home: Path) -> list[str]:
    return sorted(row.status for row in stored(home, tables.calls))


async def test_a_stream_under_way_ends_whole_and_nothing_new_is_begun(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with running(settings, tmp_path) as up, up.http() as client, up.http() as other:
        pieces: list[str] = []
        said = " ".join(f"w{number}" for number in range(1200))  # three seconds long
        body = ask(said, stream=True)
        async with client.stream("POST", "/v1/chat/completions", json=body) as answer:
            lines = answer.aiter_lines()
            pieces.append(await anext(lines))
            up.process.send_signal(signal.SIGTERM)
            await until(lambda: not httpx.get(f"{up.address}/readyz").json()["open"])
            ready = httpx.get(f"{up.address}/readyz")
            refused = await other.post("/v1/chat/completions", json=ask("late"))
            session = await other.post(
                "/sessions", json={"exercises": ["practice"]},
                headers={"Authorization": f"Bearer {operator_token(settings)}"},
            )  # fmt: skip
            pieces += [line async for line in lines]
        code = await up.ended()
    told = [json.loads(line[6:]) for line in pieces if line.startswith("data: {")]
    text = "".join(one["choices"][0]["delta"].get("content", "") for one in told)

    assert text == said.upper() and "data: [DONE]" in pieces
    assert ready.status_code == 503
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "restarting")
    assert refused.headers["x-should-retry"] == "true"
    assert 1 <= int(refused.headers["retry-after"]) <= 11
    assert session.status_code == 503
    assert code == 0
    assert statuses(settings.home) == ["settled", "settled"]


async def test_a_call_that_takes_longer_is_given_back_on_record_and_the_exit_is_in_order(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path)
    async with running(settings, tmp_path, drain_s=0.3) as up, up.http() as client:
        call = await begun(client, ask("sleep 30"))
        await until(lambda: "open" in statuses(settings.home))
        up.process.send_signal(signal.SIGTERM)
        code = await up.ended()
        (gone,) = await asyncio.gather(call, return_exceptions=True)
    async with proctor(settings) as again:
        budget = again.service.purse.budget(
            up.card["session"], again.service.sessions.card(up.card["session"], "practice")
        )

    assert code == 0
    assert isinstance(gone, httpx.HTTPError) or gone.status_code >= 500
    assert statuses(settings.home) == ["failed", "settled"]  # not left open for the next start
    assert (budget.usd_reserved, budget.calls_made) == (0, 1)


async def test_a_second_signal_ends_at_once_and_keeps_what_is_committed(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with running(settings, tmp_path, drain_s=600) as up, up.http() as client:
        call = await begun(client, ask("sleep 60"))
        await until(lambda: "open" in statuses(settings.home))
        up.process.send_signal(signal.SIGTERM)
        await until(lambda: not httpx.get(f"{up.address}/readyz").json()["open"])
        assert up.process.poll() is None
        began = time.monotonic()
        up.process.send_signal(signal.SIGTERM)
        code = await up.ended()
        took_s = time.monotonic() - began
        await asyncio.gather(call, return_exceptions=True)

    assert code == 0 and took_s < 20
    assert statuses(settings.home) == ["failed", "settled"]


async def test_events_that_were_received_are_committed_and_the_last_head_covers_them(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path)
    async with running(settings, tmp_path) as up:
        url = up.address.replace("http", "ws", 1) + "/s/history"
        headers = {"Authorization": f"Bearer {up.card['lab_token']}"}
        received = set()
        async with connect(url, additional_headers=headers) as socket, up.http() as client:
            call = await begun(client, ask("sleep 1"))
            await until(lambda: "open" in statuses(settings.home))
            for number in range(100):
                await socket.send(json.dumps(an_event(f"e{number}")))
            up.process.send_signal(signal.SIGTERM)
            await until(lambda: not httpx.get(f"{up.address}/readyz").json()["open"])
            for number in range(100, 300):  # the line stays open as long as a call is under way
                await socket.send(json.dumps(an_event(f"e{number}")))
            with pytest.raises(InvalidStatus) as refused:
                async with connect(url, additional_headers=headers):
                    pass
            with pytest.raises(ConnectionClosed):
                while True:
                    word = json.loads(await socket.recv())
                    received |= {word["received"]} if "received" in word else set()
            answered = await call
        code = await up.ended()
    async with proctor(settings) as again:
        public = again.service.signer.public
        again.card = again.card.model_copy(update={"session": up.card["session"]})
        kept = {event.id for event in await journal(again, "execute_request")}
        chain = list(read_chain(await raw_journal(again), session=up.card["session"]))
    heads = [Head.model_validate_json(row.body) for row in stored(settings.home, tables.heads)
             if row.session == up.card["session"]]  # fmt: skip

    assert (code, answered.status_code) == (0, 200)
    assert refused.value.response.status_code == 503
    assert len(received) >= 100 and received <= kept
    assert not any(isinstance(link, Break) for link in chain)
    assert max(head.seq for head in heads) == len(chain) - 1
    assert all(head_holds(head, public) for head in heads)
