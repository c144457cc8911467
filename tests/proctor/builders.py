"""A real proctor on loopback, over a fake model worker that is a real process."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import openai
from sqlalchemy import select

from harness.core.clock import Clock
from harness.core.records import Call, SessionCard
from harness.core.settings import ProctorSettings, Settings
from harness.core.submission import open_call
from harness.proctor import tables
from harness.proctor.server import Address, Doors
from harness.proctor.service import Service
from harness.proctor.worker import Worker

FAKE = Path(__file__).with_name("fake_worker.py")
database_url = ""
"""Where settings_for() keeps the store; the fixture `store` sets it. Empty is SQLite."""
PRACTICE = Path(tables.__file__).parent / "photographs" / "practice"


def fake_worker(*args: str, **about: Any) -> Worker:
    """A client of the fake worker."""
    return Worker((sys.executable, str(FAKE), *args), **about)


def photographs(folder: Path, slugs: tuple[str, ...] = ("practice",), **card: Any) -> Path:
    """Photographs like the practice's, each with these fields of its card changed."""
    for slug in slugs:
        shutil.copytree(PRACTICE, folder / slug)
        path = folder / slug / "card.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"slug": slug} | card))
    return folder


def settings_for(tmp_path: Path, slugs: tuple[str, ...] = ("practice",), **card: Any) -> Settings:
    """Settings of a home below tmp_path, without simulated latency."""
    root = tmp_path / "photographs"
    root = root if root.exists() else photographs(root, slugs, **card)
    own = ProctorSettings(simulate_latency=False, photographs=root, database=database_url)
    return Settings(home=tmp_path / "home", proctor=own)


@dataclass
class Up:
    """A proctor that listens, and one session of its."""

    service: Service
    address: Address
    card: SessionCard

    @property
    def url(self) -> str:
        return self.address.url

    def http(self, token: str | None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=30)

    @property
    def kernel(self) -> httpx.AsyncClient:
        return self.http(self.card.kernel_token)

    @property
    def lab(self) -> httpx.AsyncClient:
        return self.http(self.card.lab_token)

    @property
    def operator(self) -> httpx.AsyncClient:
        return self.http(operator_token(self.service.settings))

    def openai(self, **about: Any) -> openai.AsyncOpenAI:
        key = about.pop("api_key", self.card.kernel_token)
        return openai.AsyncOpenAI(base_url=f"{self.url}/v1", api_key=key, **about)

    async def calls(self) -> list[Call]:
        """The ledger, opened."""
        key = self.service.sessions.key(self.card.session)
        query = select(tables.calls.c.sealed).order_by(tables.calls.c.at, tables.calls.c.id)
        rows = await self.service.writer.read(lambda c: c.execute(query).scalars().all())
        return [open_call(row, key) for row in rows]

    async def budget(self) -> dict[str, Any]:
        async with self.kernel as client:
            found: dict[str, Any] = (await client.get("/k/budget")).json()
        return found


def operator_token(settings: Settings) -> str:
    return (settings.home / "proctor" / "operator.token").read_text().strip()


@asynccontextmanager
async def proctor(
    settings: Settings, *, worker: Worker | None = None, clock: Clock | None = None, **wanted: Any
) -> AsyncIterator[Up]:
    """A proctor with one session open; wanted goes into POST /sessions."""
    service = Service(settings, clock=clock, worker=worker or fake_worker())
    doors = Doors(service)
    try:
        await service.start()
        address = await doors.open(0)
        card = await service.sessions.open({"exercises": ["practice"], **wanted})
        yield Up(service, address, card)
    finally:
        await doors.close()
        await service.stop()


def ask(text: str, model: str = "sim-small", **more: Any) -> dict[str, Any]:
    """A chat body."""
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}
