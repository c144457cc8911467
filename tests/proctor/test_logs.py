"""The log of a real proctor, after words were put through every door it has: none is in it."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import BaseRoute, Route, WebSocketRoute
from websockets.asyncio.client import connect

from harness.proctor.app import routes
from tests.proctor.builders import ask, operator_token, settings_for
from tests.proctor.record import a_save, an_event
from tests.proctor.test_recovery import LAUNCH, open_session, process
from tests.proctor.upstream import SECRET, upstream

pytestmark = pytest.mark.anyio

WORD = "CANARYWORD"
"""Stands in every prompt, answer, name, question, file, path, header and token that is sent."""


def bodies() -> list[Any]:
    """What is sent to each door that takes a body: good, half good, broken."""
    messages = [{"role": "user", "content": WORD}]
    return [
        {"model": "sim-small", "messages": messages},
        {"model": "sim-small", "messages": messages, "stream": True},
        {"model": "sim-small", "messages": [{"role": "user", "content": "too long"}]},
        {"model": "sim-small", "input": WORD}, {"model": "sim-embed", "input": WORD},
        {"model": WORD, "messages": messages}, {"model": "sim-small", "messages": [WORD]},
        {"model": "theirs", "messages": messages}, {WORD: WORD},
        {"question": WORD}, {"text": WORD, "status": "open"}, {"text": WORD, "status": WORD},
        {"exercise": WORD}, {"exercise": "practice", "problems": [{"cell": WORD, "say": WORD}]},
        {"exercises": ["practice"], "candidate": WORD}, {"exercises": [WORD], "candidate": WORD},
        {"name": WORD, "exercises": ["practice"]}, {"candidates": [WORD]}, {"secret": WORD},
        {"key": WORD, "since": WORD}, {"since": WORD, "until": WORD},
        WORD, [WORD], f"{{{WORD}".encode(), b"\xff" + WORD.encode(), b"",
    ]  # fmt: skip


def path_of(route: Route | WebSocketRoute) -> str:
    """A path that the route takes, with a word wherever one fits."""
    return "/".join(WORD if part.startswith("{") else part for part in route.path.split("/"))


async def through_every_door(client: httpx.AsyncClient, route: Route) -> None:
    for method in sorted((route.methods or set()) - {"HEAD"}):
        for body in bodies() if method != "GET" else [b""]:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            path = f"{path_of(route)}?q={WORD}"
            answer = await client.request(method, path, content=content)
            if answer.status_code in (401, 403):  # not this pass's door: one try is enough
                break


async def on_the_line(address: str, token: str) -> None:
    """Events of a hostile server's, and lines that are turned away."""
    url = address.replace("http", "ws", 1) + f"/s/history?{WORD}"
    async with connect(url, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
        events = [
            an_event("e1", payload={"source": WORD}), an_event("e1", payload={"source": WORD * 2}),
            an_event(WORD, kind=WORD), a_save("s1", b"x", path=f"{WORD}/{WORD}.ipynb"),
            {WORD: WORD}, an_event("e2", at=WORD),
        ]  # fmt: skip
        for event in events:
            await socket.send(json.dumps(event))
        await socket.send("{" + WORD)
        await socket.send(WORD.encode())
        await asyncio.sleep(0.3)
    for bad in (WORD, token + WORD):
        with pytest.raises(Exception, match="401"):
            async with connect(url, additional_headers={"Authorization": f"Bearer {bad}"}):
                pass


def is_http(route: BaseRoute) -> bool:
    return isinstance(route, Route)


async def test_no_word_that_goes_through_any_door_is_in_the_log(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    key_file = tmp_path / "key"
    key_file.write_text(SECRET)
    key_file.chmod(0o600)
    async with upstream(status=401, body={"error": {"message": f"{WORD} {SECRET}"}}) as up:
        theirs = {"url": up.url, "model": WORD, "key_file": str(key_file), "window": 8192,
                  "usd_in_per_million": "1", "usd_out_per_million": "1"}  # fmt: skip
        argv = (str(LAUNCH), str(settings.home), str(settings.proctor.photographs), "", "5",
                json.dumps({"theirs": theirs}))  # fmt: skip
        with process(*argv, cwd=tmp_path) as (running, word):
            address, pass_ = word["address"], operator_token(settings)
            card = await asyncio.to_thread(open_session, address, pass_)
            headers = {"user-agent": WORD, "x-call-id": WORD, "cookie": WORD, f"x-{WORD}": WORD}
            tokens = [pass_, card["lab_token"], card["kernel_token"], WORD]
            for token in tokens:
                about = headers | {"Authorization": f"Bearer {token}"}
                async with httpx.AsyncClient(base_url=address, headers=about, timeout=60) as client:
                    for route in routes():
                        if isinstance(route, Route) and route.path != "/keys/operator":
                            await through_every_door(client, route)
                    await client.get(f"/{WORD}")
                    await client.request("DELETE", f"/sessions/{WORD}")
                    for said in ("nonsense", "die"):
                        await client.post("/v1/chat/completions", json=ask(f"{said}", user=WORD))
            about = {"Authorization": f"Bearer {pass_}"}
            httpx.post(f"{address}/keys/operator", json={}, headers=about).raise_for_status()
            tokens.append(operator_token(settings))
            await on_the_line(address, card["lab_token"])
            reader, writer = await asyncio.open_connection(*address[7:].split(":"))
            writer.write(f"{WORD} /{WORD} HTTP/9\r\n{WORD}\r\n\r\n".encode())
            await reader.read(1000)
            writer.close()
            running.send_signal(signal.SIGTERM)
            out, err = await asyncio.to_thread(running.communicate, None, 30)
    log = (settings.home / "proctor" / "log.jsonl").read_text()
    told = [json.loads(line) for line in log.splitlines()]
    seen = {one["route"] for one in told if one["event"] == "request"}

    for secret in (WORD, SECRET, *tokens, "WORDCANARY", "practice.ipynb", "Traceback"):
        assert secret not in log + out.decode() + err.decode()
    assert seen >= {route.path for route in routes() if isinstance(route, Route | WebSocketRoute)}
    assert {one["status"] for one in told if one["event"] == "request"} >= {
        101, 200, 201, 400, 401, 403, 404, 405, 502, 503,
    }  # fmt: skip
    assert all({"at", "level", "event"} <= set(one) for one in told)
    mine = [one for one in told if one.get("session") == card["session"]]
    assert {one["role"] for one in mine} == {"lab", "kernel"}
    assert any(one.get("call", "").startswith("call-") for one in mine)
    assert told[-1]["said"] == "ended in order"
