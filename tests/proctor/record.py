"""A candidate's server as small as it can be, on the real wires, and the journal read back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from websockets.asyncio.client import ClientConnection, connect

from harness.core.journal import Break, open_link, read_chain
from harness.core.records import Event, Head
from harness.proctor.witness import read_head_lines, read_lines
from tests.proctor.builders import Up

PLAN = "%%plan\nRead the six first, label them by hand, then compare."
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "id": "a", "source": "# hello", "metadata": {}},
        {
            "cell_type": "code",
            "id": "b",
            "source": ["def classify(text):\n", "    return 'question'\n"],
            "outputs": [],
            "execution_count": None,
            "metadata": {"audition": {"kind": "artefact", "name": "sorter", "part": 2}},
        },
    ],
}


def an_event(name: str, kind: str = "execute_request", **about: Any) -> dict[str, Any]:
    """An announcement; about goes over its fields."""
    usual = {
        "id": name,
        "at": "2026-03-01T09:00:00.000000Z",
        "kind": kind,
        "exercise": "practice",
        "kernel_id": "k-1",
        "cell_id": f"cell-{name}",
        "msg_id": f"m-{name}",
        "payload": {"source": f"print({name!r})"},
    }
    return usual | about


def a_save(name: str, data: bytes, **about: Any) -> dict[str, Any]:
    """The save of these bytes as the practice's own notebook."""
    payload = {
        "path": "practice/practice.ipynb",
        "sha256": hashlib.sha256(data).hexdigest(),
        "size_bytes": len(data),
    }
    place = {"kernel_id": None, "cell_id": None, "msg_id": None}
    return an_event(name, "save", payload=payload | about, **place)


@dataclass
class Line:
    """One socket, and what was said on it."""

    socket: ClientConnection
    received: list[str] = field(default_factory=list)
    durable: list[str] = field(default_factory=list)
    refused: list[tuple[str | None, dict[str, Any]]] = field(default_factory=list)

    async def send(self, *messages: Any) -> None:
        """Send events, or raw text or bytes as they are."""
        for message in messages:
            is_raw = isinstance(message, str | bytes)
            await self.socket.send(message if is_raw else json.dumps(message))

    async def hear(self, answers: int) -> None:
        """Listen until so many more events have been made durable or refused."""
        until = len(self.durable) + len(self.refused) + answers
        while len(self.durable) + len(self.refused) < until:
            word = json.loads(await self.socket.recv())
            if "received" in word:
                self.received.append(word["received"])
            elif "durable" in word:
                self.durable += word["durable"]
            else:
                self.refused.append((word["refused"], word["error"]))

    async def keep(self, *messages: Any, answers: int | None = None) -> None:
        """Send, and wait for the last word on each event; one a message if nothing is said."""
        await self.send(*messages)
        await self.hear(len(messages) if answers is None else answers)

    @property
    def codes(self) -> list[str]:
        return [error["code"] for _, error in self.refused]


@asynccontextmanager
async def line(up: Up, token: str | None = None) -> AsyncIterator[Line]:
    """The candidate's server's line to the history."""
    headers = {"Authorization": f"Bearer {token or up.card.lab_token}"}
    url = up.url.replace("http", "ws", 1) + "/s/history"
    async with connect(url, additional_headers=headers, max_size=None) as socket:
        yield Line(socket)


async def put(up: Up, data: bytes) -> int:
    """Hand over a blob; return the status."""
    async with up.lab as client:
        name = hashlib.sha256(data).hexdigest()
        return (await client.put(f"/s/blobs/{name}", content=data)).status_code


async def save(up: Up, name: str, data: bytes) -> None:
    """Hand over a notebook's bytes and announce the save."""
    assert await put(up, data) in (200, 201)
    async with line(up) as to:
        await to.keep(a_save(name, data))
        assert to.durable == [name], to.refused


def as_bytes(notebook: Any = NOTEBOOK) -> bytes:
    return json.dumps(notebook).encode()


async def raw_journal(up: Up) -> bytes:
    """journal.jsonl as it stands."""
    session = up.card.session

    def job(connection: Connection) -> bytes:
        return b"".join(read_lines(connection, session, last_seq=1 << 60))

    return await up.service.writer.read(job)


async def journal(up: Up, *kinds: str) -> list[Event]:
    """The journal's events, opened, of these kinds or of all; the chain must hold."""
    links = list(read_chain(await raw_journal(up), session=up.card.session))
    assert not [found for found in links if isinstance(found, Break)]
    key = up.service.sessions.key(up.card.session)
    events = [open_link(found, key) for found in links if not isinstance(found, Break)]
    return [event for event in events if not kinds or event.kind in kinds]


async def heads(up: Up) -> list[Head]:
    """The signed heads, oldest first."""
    session = up.card.session
    data = await up.service.writer.read(lambda c: read_head_lines(c, session, last_seq=1 << 60))
    return [Head.model_validate_json(body) for body in data.splitlines()]
