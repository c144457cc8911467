"""Rounds of faults on a purse for twenty: calls at once, clients that leave, kill -9, restarts.

Each round is drawn from its seed. In some, two candidates share a hiring round whose cap pays for
thirty; in some, the clock is paused and goes on. The proctor is a real process and dies by real
signals; every kill is written down. What has to hold is read from the store, not from what clients
saw.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
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

from harness.core.clock import SystemClock
from harness.proctor import tables
from harness.proctor.database import database, reading_engine
from tests.proctor.builders import ask, operator_token, settings_for

LAUNCH = Path(__file__).with_name("launch.py")
CALLS, PAID_FOR, ROUND_FOR, MINUTES = 200, 20, 30, 60
ONE_CALL = Decimal("0.0000018")  # "go": 8 tokens in, 1 out, by the price of sim-small
PURSE = {"usd": str(PAID_FOR * ONE_CALL), "calls": 100_000, "calls_per_minute": 100_000}
GIVES_UP_S = 15.0
"""How long a client asks again, and how long a kill waits for calls to be under way."""
KINDS = ("plain", "stream", "leaves the stream", "leaves at once", "retries")


@dataclass
class Found:
    """What a round came to.

    Attributes:
        seed: of the round.
        kills: at which second of the round the proctor was killed, and how many calls were open.
        statuses: rows of the ledger by status.
        spent_usd: what the settled rows cost, the most of any purse.
        over_usd: by how much a purse or the round's cap is exceeded; 0 is what has to be.
        round_usd: what is charged to the round's cap; None where there is no round.
        pauses: how often the clock stood still.
        lost: calls whose answer began and that have no row.
        unsettled: calls whose whole answer arrived and whose row is not settled.
        still_open: rows that are open at the end.
        purse_differs: whether a purse says another sum than the rows.
        time_differs: whether a box gained more or less than what was paused and away.
    """

    seed: int
    kills: list[dict[str, float]] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    spent_usd: Decimal = Decimal(0)
    over_usd: Decimal = Decimal(0)
    round_usd: Decimal | None = None
    pauses: int = 0
    lost: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    still_open: int = 0
    purse_differs: bool = False
    time_differs: bool = False

    @property
    def is_sound(self) -> bool:
        return not (
            self.over_usd or self.lost or self.unsettled or self.still_open or self.purse_differs
            or self.time_differs
        )  # fmt: skip


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

    def rows(self, session: str, table: Any = tables.calls) -> list[Any]:
        """The ledger of a session, or another table of its, as it lies on disk."""
        where = database(self._settings.proctor, self.home / "proctor", "witness")
        engine = reading_engine(where) if where.is_shared else create_engine(
            f"sqlite:///{where.path}"
        )  # fmt: skip
        query = select(table).where(table.c.session == session)
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
        seed: draws who calls how, who leaves when, whether two share a round, whether the clock is
            paused, and whether and when the proctor is killed.
    """
    draw, found = random.Random(seed), Found(seed)
    is_shared, is_paused = draw.random() < 0.4, draw.random() < 0.5
    with proctor.operator() as operator:
        cards = _open_round(operator, f"r{seed}") if is_shared else [_open_alone(operator)]
    begun, whole = set[str](), set[str]()
    limits = httpx.Limits(max_connections=CALLS + 8)
    async with httpx.AsyncClient(timeout=20, limits=limits) as client:
        calls = [
            asyncio.create_task(_call(
                client, proctor, cards[n % len(cards)]["kernel_token"],
                (draw.choice(KINDS), draw.random()), begun, whole,
            ))
            for n in range(CALLS)
        ]  # fmt: skip
        still = [
            asyncio.create_task(_pauses(client, proctor, card, random.Random(draw.random())))
            for card in cards if is_paused
        ]  # fmt: skip
        if draw.random() < 0.4:
            after = (draw.randrange(PAID_FOR), draw.uniform(0.0, 0.03))
            await _kill(proctor, cards, calls, after, found)
        await asyncio.gather(*calls, *still)
        budgets = [await _settled(client, proctor, card) for card in cards]
    for card, budget in zip(cards, budgets, strict=True):
        _judge(found, proctor.rows(card["session"]), budget)
        _judge_time(found, proctor, card["session"])
    rows = [row for card in cards for row in proctor.rows(card["session"])]
    status = {row.id: row.status for row in rows}
    found.lost = sorted(begun - set(status))
    found.unsettled = sorted(call for call in whole if status.get(call) != "settled")
    if is_shared:
        _judge_round(found, proctor, f"r{seed}", rows)
    return found


def _open_alone(operator: httpx.Client) -> dict[str, Any]:
    body = {"exercises": ["practice"], "minutes": MINUTES}
    card: dict[str, Any] = operator.post("/sessions", json=body).json()
    return card


def _open_round(operator: httpx.Client, name: str) -> list[dict[str, Any]]:
    """Two candidates of one round, whose cap pays for less than both of their purses."""
    body = {"round": name, "exercises": ["practice"], "minutes": MINUTES,
            "cap": {"usd": str(ROUND_FOR * ONE_CALL)}}  # fmt: skip
    operator.post("/rounds", json=body)
    who = {"candidates": [f"{name} a", f"{name} b"]}
    cards = []
    for one in operator.post(f"/rounds/{name}/invites", json=who).json()["invites"]:
        sitting = operator.post("/sittings", json={"secret": one["secret"]}).json()
        path = f"/sittings/{sitting['sitting']}/session"
        cards.append(operator.post(path, json={}).json())
    return cards


async def _pauses(
    client: httpx.AsyncClient, proctor: Proctor, card: dict[str, Any], draw: random.Random
) -> None:
    """The panel: stops the clock now and then, and lets it go on, whatever dies meanwhile."""
    headers = {"Authorization": f"Bearer {card['lab_token']}"}
    taken, give_up = 0, time.monotonic() + GIVES_UP_S
    while taken < 3 and time.monotonic() < give_up:
        for act in ("pause", "resume"):
            await asyncio.sleep(draw.uniform(0.0, 0.08))
            with suppress(httpx.HTTPError):
                url = f"{proctor.address}/s/{act}"
                answer = await client.post(url, json={}, headers=headers)
                taken += act == "pause" and answer.status_code == 200


async def _call(
    client: httpx.AsyncClient, proctor: Proctor, token: str, how: tuple[str, float],
    begun: set[str], whole: set[str],
) -> None:  # fmt: skip
    """One client: it may read all, leave in the middle, or ask again when it is told to."""
    kind, luck = how
    body = ask("go", max_tokens=1, stream="stream" in kind)
    give_up = time.monotonic() + (GIVES_UP_S if kind == "retries" else 0.0)
    for attempt in itertools.count():
        headers = {"Authorization": f"Bearer {token}", "x-stainless-retry-count": str(attempt)}
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
        if time.monotonic() >= give_up:
            return
        await asyncio.sleep(0.05 + 0.2 * luck)


async def _kill(
    proctor: Proctor, cards: list[dict[str, Any]], calls: list[asyncio.Task[None]],
    after: tuple[int, float], found: Found,
) -> None:  # fmt: skip
    """Kill it once so many calls stand in the ledger, and so much later; start it again."""
    began, (count, wait_s) = time.monotonic(), after
    while sum(len(proctor.rows(card["session"])) for card in cards) < count:
        if time.monotonic() > began + GIVES_UP_S or all(call.done() for call in calls):
            break
        await asyncio.sleep(0.002)
    await asyncio.sleep(wait_s)
    under_way = sum(not call.done() for call in calls)
    await asyncio.to_thread(proctor.kill)
    await asyncio.to_thread(proctor.start)
    found.kills.append({"at_s": round(time.monotonic() - began, 3), "clients_waiting": under_way})


async def _settled(
    client: httpx.AsyncClient, proctor: Proctor, card: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    """Return the purse once no call is under way any more and the clock goes."""
    give_up = time.monotonic() + 20
    kernel = {"Authorization": f"Bearer {card['kernel_token']}"}
    lab = {"Authorization": f"Bearer {card['lab_token']}"}
    while True:
        with suppress(httpx.HTTPError):
            clock = await client.post(f"{proctor.address}/s/resume", json={}, headers=lab)
            answer = await client.get(f"{proctor.address}/k/budget", headers=kernel)
            budget: dict[str, Any] = answer.json()
            is_open = any(row.status == "open" for row in proctor.rows(card["session"]))
            if not is_open and clock.status_code == 200 and Decimal(budget["usd_reserved"]) == 0:
                return budget
        assert time.monotonic() < give_up, f"calls are still open in {card['session']}"
        await asyncio.sleep(0.05)


def _judge(found: Found, rows: list[Any], budget: dict[str, Any]) -> None:
    """Look at one candidate's purse."""
    statuses = Counter(row.status for row in rows)
    spent = sum((row.cost_usd for row in rows), Decimal(0))
    found.statuses += statuses
    found.spent_usd = max(found.spent_usd, spent)
    found.over_usd += max(Decimal(0), spent - Decimal(budget["usd_limit"]))
    found.still_open += statuses["open"]
    found.purse_differs |= Decimal(budget["usd_spent"]) != spent


def _judge_round(found: Found, proctor: Proctor, name: str, rows: list[Any]) -> None:
    """Look at the cap: what was settled, and what was set aside when the proctor was killed."""
    spent = sum((row.cost_usd for row in rows), Decimal(0))
    lost = [row.reserved_usd for row in rows if row.status == "abandoned"]
    with proctor.operator() as operator:
        card = operator.get(f"/rounds/{name}").json()
    purse = card["purse"]
    found.round_usd = spent + sum(lost, Decimal(0))
    found.over_usd += max(Decimal(0), found.round_usd - Decimal(card["round"]["cap"]["usd"]))
    found.purse_differs |= (
        Decimal(purse["usd_spent"]) != spent
        or Decimal(purse["usd_unsettled"]) != sum(lost, Decimal(0))
        or purse["calls_unsettled"] != len(lost)
        or Decimal(purse["usd_reserved"]) != 0
    )


def _judge_time(found: Found, proctor: Proctor, session: str) -> None:
    """Look at the box: it gained what was paused and, after a kill, what was away; no more."""
    with proctor.operator() as operator:
        state = operator.get(f"/sessions/{session}").json()["exercises"][0]
    if state["opened_at"] is None:
        return
    opened, ends = (dt.datetime.fromisoformat(state[name]) for name in ("opened_at", "ends_at"))
    rows = proctor.rows(session, tables.pauses)
    paused = sum(
        (row.ended_at - row.began_at - dt.timedelta(seconds=row.outage_s) for row in rows),
        dt.timedelta(0),
    )
    gained = ends - opened - dt.timedelta(minutes=MINUTES)
    away = gained - paused
    is_right = away == dt.timedelta(0) if not found.kills else (
        dt.timedelta(0) <= away and gained <= SystemClock().now() - opened)  # fmt: skip
    found.pauses += len(rows)
    found.time_differs |= not is_right
