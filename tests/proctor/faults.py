"""Rounds of faults on a purse for twenty: calls at once, clients that leave, kill -9, restarts.

Each round is drawn from its seed. The proctor is a real process and dies by real signals; every
kill is written down. What has to hold is read from the store, not from what clients saw.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine, select

from harness.proctor import tables
from harness.proctor.database import database, reading_engine
from tests.proctor.builders import ask, operator_token, settings_for

LAUNCH = Path(__file__).with_name("launch.py")
CALLS, PAID_FOR = 200, 20
ONE_CALL = Decimal("0.0000018")  # "go": 8 tokens in, 1 out, by the price of sim-small
PURSE = {"usd": str(PAID_FOR * ONE_CALL), "calls": 100_000, "calls_per_minute": 100_000}
KINDS = ("plain", "stream", "leaves the stream", "leaves at once", "retries")


@dataclass
class Found:
    """What a round came to.

    Attributes:
        seed: of the round.
        kills: at which second of the round the proctor was killed, and how many calls were open.
        statuses: rows of the ledger by status.
        spent_usd: what the settled rows cost.
        over_usd: by how much that is above the purse; 0 is what has to be.
        lost: calls whose answer began and that have no row.
        unsettled: calls whose whole answer arrived and whose row is not settled.
        still_open: rows that are open at the end.
        purse_differs: whether the purse says another sum than the rows.
    """

    seed: int
    kills: list[dict[str, float]] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    spent_usd: Decimal = Decimal(0)
    over_usd: Decimal = Decimal(0)
    lost: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    still_open: int = 0
    purse_differs: bool = False

    @property
    def is_sound(self) -> bool:
        return not (
            self.over_usd or self.lost or self.unsettled or self.still_open or self.purse_differs
        )


class Proctor:
    """A proctor of its own process that can be killed and started again.

    Args:
        folder: where its home and its photographs lie.
    """

    def __init__(self, folder: Path) -> None:
        settings = settings_for(folder, purse=PURSE)
        self._settings, self._folder = settings, folder
        self.home = settings.home
        self.address = ""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and learn where it listens."""
        argv = [
            sys.executable,
            str(LAUNCH),
            str(self.home),
            str(self._settings.proctor.photographs),
        ]
        env = os.environ | {"AUDITION_PROCTOR__DATABASE": self._settings.proctor.database}
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=log, env=env)
        assert self.process.stdout is not None
        self.address = str(json.loads(self.process.stdout.readline())["address"])

    def kill(self) -> None:
        """Kill it as a machine does that loses power."""
        assert self.process is not None and self.process.stdout is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)
        self.process.stdout.close()

    def operator(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {operator_token(self._settings)}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=30)

    def rows(self, session: str) -> list[Any]:
        """The ledger of a session, as it lies on disk."""
        where = database(self._settings.proctor, self.home / "proctor", "witness")
        engine = reading_engine(where) if where.is_shared else create_engine(
            f"sqlite:///{where.path}"
        )  # fmt: skip
        query = select(tables.calls).where(tables.calls.c.session == session)
        try:
            with engine.connect() as connection:
                return list(connection.execute(query))
        finally:
            engine.dispose()


@contextmanager
def proctor_process(folder: Path) -> Iterator[Proctor]:
    """A proctor that has ended when the block is left."""
    one = Proctor(folder)
    one.start()
    try:
        yield one
    finally:
        one.kill()


async def one_round(proctor: Proctor, seed: int) -> Found:
    """Play one round and look at what it left.

    Args:
        proctor: up.
        seed: draws who calls how, who leaves when, and whether and when the proctor is killed.
    """
    draw, found = random.Random(seed), Found(seed)
    with proctor.operator() as operator:
        card = operator.post("/sessions", json={"exercises": ["practice"]}).json()
    begun, whole = set[str](), set[str]()
    async with httpx.AsyncClient(
        headers={"Authorization": f"Bearer {card['kernel_token']}"}, timeout=20,
        limits=httpx.Limits(max_connections=CALLS),
    ) as client:  # fmt: skip
        calls = [
            asyncio.create_task(
                _call(client, proctor, draw.choice(KINDS), draw.random(), begun, whole)
            )
            for _ in range(CALLS)
        ]
        if draw.random() < 0.4:
            await _kill(proctor, calls, draw.uniform(0.02, 0.5), found)
        await asyncio.gather(*calls)
        budget = await _settled(client, proctor, card["session"])
    _judge(found, proctor.rows(card["session"]), budget, begun, whole)
    return found


async def _call(
    client: httpx.AsyncClient, proctor: Proctor, kind: str, luck: float,
    begun: set[str], whole: set[str],
) -> None:  # fmt: skip
    """One client: it may read all, leave in the middle, or ask again when it is told to."""
    body = ask("go", max_tokens=1, stream="stream" in kind)
    for attempt in range(3 if kind == "retries" else 1):
        headers = {"x-stainless-retry-count": str(attempt)}
        try:
            async with asyncio.timeout(luck / 20 if kind == "leaves at once" else 20):
                url = f"{proctor.address}/v1/chat/completions"
                async with client.stream("POST", url, json=body, headers=headers) as answer:
                    if answer.status_code == 200:
                        begun.add(answer.headers["x-call-id"])
                    if kind == "leaves the stream" and luck < 0.7:
                        return
                    text = "".join([piece async for piece in answer.aiter_text()])
                if answer.status_code == 200 and (not body["stream"] or "[DONE]" in text):
                    whole.add(answer.headers["x-call-id"])
                if answer.status_code < 500:
                    return
        except (httpx.HTTPError, TimeoutError):
            pass
        await asyncio.sleep(0.05 * luck)


async def _kill(
    proctor: Proctor, calls: list[asyncio.Task[None]], after_s: float, found: Found
) -> None:
    began = time.monotonic()
    await asyncio.sleep(after_s)
    under_way = sum(not call.done() for call in calls)
    await asyncio.to_thread(proctor.kill)
    await asyncio.to_thread(proctor.start)
    found.kills.append({"at_s": round(time.monotonic() - began, 3), "clients_waiting": under_way})


async def _settled(client: httpx.AsyncClient, proctor: Proctor, session: str) -> dict[str, Any]:
    """Return the purse once no call is under way any more."""
    give_up = time.monotonic() + 20
    while True:
        with suppress(httpx.HTTPError):
            budget: dict[str, Any] = (await client.get(f"{proctor.address}/k/budget")).json()
            is_open = any(row.status == "open" for row in proctor.rows(session))
            if not is_open and Decimal(budget["usd_reserved"]) == 0:
                return budget
        assert time.monotonic() < give_up, f"calls are still open in {session}"
        await asyncio.sleep(0.05)


def _judge(
    found: Found, rows: list[Any], budget: dict[str, Any], begun: set[str], whole: set[str]
) -> None:
    status = {row.id: row.status for row in rows}
    found.statuses = Counter(status.values())
    found.spent_usd = sum((row.cost_usd for row in rows), Decimal(0))
    found.over_usd = max(Decimal(0), found.spent_usd - Decimal(budget["usd_limit"]))
    found.lost = sorted(begun - set(status))
    found.unsettled = sorted(call for call in whole if status.get(call) != "settled")
    found.still_open = found.statuses["open"]
    found.purse_differs = Decimal(budget["usd_spent"]) != found.spent_usd
