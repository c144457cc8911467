"""What LiteLLM Proxy is given so that it has the proctor's duties.

Runs in the proxy's own environment, copied beside its configuration: it imports nothing of ours.
A pass for each session, a deadline, a purse that is set aside and settled, and a ledger row in
SQLite, committed with synchronous=FULL before the answer leaves. One commit a call: the proctor
makes two, chains and seals, so what differs is to the proxy's good.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import queue
import sqlite3
import threading
import time
from typing import Any

from litellm import CustomLLM
from litellm.integrations.custom_logger import CustomLogger
from litellm.proxy._types import ProxyException, UserAPIKeyAuth
from litellm.types.utils import GenericStreamingChunk, Usage

GIVEN: dict[str, Any] = json.loads(os.environ["BENCH_PEER"])  # noqa: TID251  no settings here
"""sessions: token to session; ledger: path; text and its tokens; prices in USD a token."""
MOST_IN_A_BATCH = 256
DDL = """CREATE TABLE IF NOT EXISTS calls(
  id INTEGER PRIMARY KEY, session TEXT, alias TEXT, request TEXT, response TEXT, streamed INT,
  prompt_tokens INT, completion_tokens INT, cost_usd REAL, began REAL, ended REAL)"""
INSERT = "INSERT INTO calls VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class Ledger:
    """One writer thread, many rows a commit."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=self._run, daemon=True).start()

    async def write(self, row: tuple[Any, ...]) -> None:
        """Return once the row is committed."""
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        self._queue.put((row, future, loop))
        await future

    def _run(self) -> None:
        base = sqlite3.connect(self._path, isolation_level=None)
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        base.execute(DDL)
        while True:
            batch = [self._queue.get()]
            while len(batch) < MOST_IN_A_BATCH:
                try:
                    batch.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            base.execute("BEGIN")
            base.executemany(INSERT, [row for row, _, _ in batch])
            base.execute("COMMIT")
            batch[0][2].call_soon_threadsafe(_resolve, [future for _, future, _ in batch])


def _resolve(futures: list[Any]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


class Session:
    """One candidate's purse and deadline."""

    def __init__(self, name: str) -> None:
        self.name, self.ends_at = name, time.time() + 86_400
        self.limit_usd, self.spent_usd, self.reserved_usd = 1e6, 0.0, 0.0


SESSIONS = {
    hashlib.sha256(token.encode()).hexdigest(): Session(name)
    for token, name in GIVEN["sessions"].items()
}
BY_NAME = {session.name: session for session in SESSIONS.values()}
LEDGER = Ledger(GIVEN["ledger"])


async def user_api_key_auth(request: Any, api_key: str) -> UserAPIKeyAuth:
    """Let in who holds a session's pass, until its deadline."""
    session = SESSIONS.get(hashlib.sha256(api_key.encode()).hexdigest())
    if session is None:
        raise ProxyException("not a good pass", "auth", "key", 401)
    if time.time() >= session.ends_at:
        raise ProxyException("the time is over", "auth", "key", 403)
    return UserAPIKeyAuth(api_key=api_key, user_id=session.name)


class Duties(CustomLogger):  # type: ignore[misc]  # not installed here
    """Sets aside before a call; settles and writes down before its answer leaves."""

    async def async_pre_call_hook(
        self, user_api_key_dict: UserAPIKeyAuth, cache: Any, data: dict[str, Any], call_type: str
    ) -> dict[str, Any]:
        """Set the worst case aside."""
        session = BY_NAME[str(user_api_key_dict.user_id)]
        size = sum(len(str(message["content"])) for message in data["messages"])
        worst = size * GIVEN["usd_in"] + data.get("max_tokens", 4096) * GIVEN["usd_out"]
        if session.spent_usd + session.reserved_usd + worst > session.limit_usd:
            raise ProxyException("the purse is empty", "insufficient_quota", "budget", 429)
        session.reserved_usd += worst
        data.setdefault("metadata", {})["bench"] = (worst, time.time())
        return data

    async def async_post_call_success_hook(
        self, data: dict[str, Any], user_api_key_dict: UserAPIKeyAuth, response: Any
    ) -> Any:
        """Settle an answer that goes out whole."""
        usage = response.usage
        told = response.model_dump_json()
        await self._settle(data, user_api_key_dict, told, usage.prompt_tokens,
                           usage.completion_tokens, streamed=0)  # fmt: skip
        return response

    async def async_post_call_streaming_iterator_hook(
        self, user_api_key_dict: UserAPIKeyAuth, response: Any, request_data: dict[str, Any]
    ) -> Any:
        """Settle an answer that goes out in pieces, before its end."""
        pieces: list[str] = []
        async for piece in response:
            for choice in piece.choices:
                pieces.append(choice.delta.content or "")
            yield piece
        counts = GIVEN["prompt_tokens"], GIVEN["completion_tokens"]
        await self._settle(request_data, user_api_key_dict, "".join(pieces), *counts, streamed=1)

    async def _settle(
        self, data: dict[str, Any], who: UserAPIKeyAuth, told: str, prompt: int, completed: int,
        *, streamed: int,
    ) -> None:  # fmt: skip
        session = BY_NAME[str(who.user_id)]
        worst, began = data["metadata"]["bench"]
        cost = prompt * GIVEN["usd_in"] + completed * GIVEN["usd_out"]
        session.reserved_usd -= worst
        session.spent_usd += cost
        request = json.dumps({"model": data["model"], "messages": data["messages"]})
        row = (session.name, data["model"], request, told, streamed, prompt, completed, cost,
               began, time.time())  # fmt: skip
        await LEDGER.write(row)


class Instant(CustomLLM):  # type: ignore[misc]
    """A model that has answered before it was asked."""

    async def acompletion(self, *args: Any, **kwargs: Any) -> Any:
        """Return the text."""
        response = kwargs["model_response"]
        response.choices[0].message.content = GIVEN["text"]
        response.choices[0].finish_reason = "stop"
        response.usage = Usage(
            prompt_tokens=GIVEN["prompt_tokens"], completion_tokens=GIVEN["completion_tokens"],
            total_tokens=GIVEN["prompt_tokens"] + GIVEN["completion_tokens"],
        )  # fmt: skip
        return response

    async def astreaming(self, *args: Any, **kwargs: Any) -> Any:
        """Yield the text word by word."""
        words = GIVEN["text"].split(" ")
        for number, word in enumerate(words):
            is_last = number == len(words) - 1
            yield GenericStreamingChunk(
                text=word if number == 0 else f" {word}", is_finished=is_last,
                finish_reason="stop" if is_last else "", index=0, tool_use=None, usage=None,
            )  # fmt: skip


duties = Duties()
instant = Instant()
