"""The kernels' door: one line, then HTTP that no header can turn into somebody else's."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from harness.core.doors import doors_folder
from harness.proctor.kernel_door import MOST_LINES
from tests.proctor.builders import Up, ask, proctor, settings_for

pytestmark = pytest.mark.anyio


async def say(up: Up, *pieces: bytes, pause_s: float = 0.0) -> bytes:
    """Send pieces to the door and return all it answers until it closes."""
    reader, writer = await asyncio.open_unix_connection(str(up.address.kernel_socket))
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def line(up: Up, kernel_id: str = "kernel-1") -> bytes:
    return f"AUDITION/1 {up.card.kernel_token} {kernel_id}\n".encode()


def http(method: str, path: str, body: object = None, **headers: str) -> bytes:
    data = b"" if body is None else json.dumps(body).encode()
    head = [f"{method} {path} HTTP/1.1", "host: x", "connection: close"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head += [f"content-length: {len(data)}", "", ""]
    return "\r\n".join(head).encode() + data


async def test_a_kernel_needs_no_secret_behind_its_line(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        body = ask("hello")
        answer = await say(up, line(up) + http("POST", "/v1/chat/completions", body))
        calls = await up.calls()

    assert answer.startswith(b"HTTP/1.1 200") and b"HELLO" in answer
    assert [call.kernel_id for call in calls] == ["kernel-1"]


async def test_the_line_may_come_byte_by_byte(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        whole = line(up) + http("GET", "/session")
        answer = await say(up, *(whole[i : i + 1] for i in range(len(whole))))

    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("header", ["nobody", "OPERATOR"])
async def test_a_header_changes_nothing_about_who_asks(tmp_path: Path, header: str) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        token = (up.service.folder / "operator.token").read_text().strip()
        bearer = f"Bearer {token if header == 'OPERATOR' else header}"
        own = await say(up, line(up) + http("GET", "/session", authorization=bearer))
        others = await say(up, line(up) + http("GET", "/sessions", authorization=bearer))

    assert own.startswith(b"HTTP/1.1 200")
    assert others.startswith(b"HTTP/1.1 403")


async def test_many_requests_may_follow_one_line(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        one = http("GET", "/session").replace(b"connection: close\r\n", b"")
        answer = await say(up, line(up) + one + one + http("GET", "/session"))

    assert answer.count(b"HTTP/1.1 200") == 3


async def test_a_stream_goes_through_the_door(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        body = ask("long", stream=True)
        answer = await say(up, line(up) + http("POST", "/v1/chat/completions", body))

    assert b"text/event-stream" in answer and b"data: [DONE]" in answer


NOT_OURS = [
    b"\n", b"GET /session HTTP/1.1\r\n\r\n", b"AUDITION/1 wrong kernel-1\n",
    b"AUDITION/1\n", b"AUDITION/2 {token} kernel-1\n", b"AUDITION/1 {token}\n",
    b"AUDITION/1 {token} kernel 1\n", b"AUDITION/1 {token} ../../x\n",
    b"AUDITION/1  {token} kernel-1\n", b"audition/1 {token} kernel-1\n",
    b"AUDITION/1 {lab} kernel-1\n", b"AUDITION/1 {operator} kernel-1\n",
    b"AUDITION/1 {token} " + b"k" * 129 + b"\n", b"x" * 5000, b"\x00\xff\xfe\n",
    b"AUDITION/1 {token} kernel-1" + b" " * 600 + b"\n",
]  # fmt: skip


async def test_a_line_that_is_not_ours_is_answered_and_closed(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        operator = (up.service.folder / "operator.token").read_bytes().strip()
        lab, kernel = str(up.card.lab_token).encode(), str(up.card.kernel_token).encode()
        lines = [
            first.replace(b"{token}", kernel).replace(b"{lab}", lab)
            .replace(b"{operator}", operator)
            for first in NOT_OURS
        ]  # fmt: skip
        answers = [await say(up, first, http("GET", "/session")) for first in lines]

    parts = [answer.partition(b"\r\n\r\n") for answer in answers]
    assert {head.partition(b"\r\n")[0] for head, _, _ in parts} == {b"HTTP/1.1 401 Unauthorized"}
    assert {json.loads(body)["error"]["code"] for _, _, body in parts} == {"invalid_api_key"}


async def test_one_kernel_cannot_take_every_connection(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        other = await up.service.sessions.open({"exercises": ["practice"]})
        held = [
            await asyncio.open_unix_connection(str(up.address.kernel_socket))
            for _ in range(MOST_LINES)
        ]
        for _, writer in held:
            writer.write(line(up))
        await asyncio.sleep(0.3)
        one_more = await say(up, line(up) + http("GET", "/session"))
        others = f"AUDITION/1 {other.kernel_token} k2\n".encode()
        neighbour = await say(up, others + http("GET", "/session"))
        for _, writer in held:
            writer.close()

    assert one_more == b""
    assert neighbour.startswith(b"HTTP/1.1 200")


async def test_what_is_no_http_is_told_in_the_words_every_error_has(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        answer = await say(up, line(up) + b"\x16\x03\x01 hello\r\n\r\n")

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request")
    assert json.loads(body)["error"]["message"] == "What came is not an HTTP request."


async def test_a_line_that_does_not_end_is_not_waited_for(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        answer = await say(up, b"AUDITION/1 ")

    assert answer.startswith(b"HTTP/1.1 401 ")


async def test_a_replaced_pass_ends_a_line_that_is_open(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        reader, writer = await asyncio.open_unix_connection(str(up.address.kernel_socket))
        one = http("GET", "/session").replace(b"connection: close\r\n", b"")
        writer.write(line(up) + one)
        before = await reader.readuntil(b"\r\n")
        await up.service.sessions.renew_tokens(up.card.session)
        writer.write(http("GET", "/session"))
        rest = await asyncio.wait_for(reader.read(), 10)
        writer.close()

    assert before.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 401" in rest


async def test_a_head_that_does_not_end_is_cut_off(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        flood = [b"x-filler: " + b"y" * 8000 + b"\r\n"] * 60
        answer = await say(up, line(up) + b"GET /session HTTP/1.1\r\nhost: x\r\n", *flood)
        one_header = await say(up, line(up) + b"GET / HTTP/1.1\r\nx: ", *[b"y" * 60_000] * 20)
        trailers = [b"x-filler: " + b"y" * 8000 + b"\r\n"] * 20
        chunked = http("POST", "/v1/chat/completions", transfer_encoding="chunked")
        chunked = chunked.replace(b"content-length: 0\r\n", b"") + b"2\r\n{}\r\n0\r\n"
        trailed = await say(up, line(up) + chunked, *trailers, b"\r\n")
        still_up = await say(up, line(up) + http("GET", "/session"))

    assert answer == one_header == b""
    assert trailed.startswith(b"HTTP/1.1 400")
    assert still_up.startswith(b"HTTP/1.1 200")


def test_a_home_too_deep_for_a_socket_gets_a_private_one_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90) / "proctor"
    doors, other = doors_folder(deep), doors_folder(deep / "other")

    assert doors_folder(tmp_path / "p") == tmp_path / "p" / "doors"
    assert len(str(doors / "kernel.sock")) <= 100
    assert doors == doors_folder(deep) != other
    assert doors.parent.stat().st_mode & 0o077 == 0
    for folder in (doors, other):
        folder.rmdir()
        folder.parent.rmdir()


async def test_the_labs_socket_takes_the_labs_token_and_no_line(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        transport = httpx.AsyncHTTPTransport(uds=str(up.address.lab_socket))
        async with httpx.AsyncClient(transport=transport, base_url="http://proctor") as client:
            pass_ = {"Authorization": f"Bearer {up.card.lab_token}"}
            mine = await client.get("/session", headers=pass_)
            nobody = await client.get("/session")
            operators = await client.get("/sittings", headers=pass_)

    assert mine.status_code == 200 and mine.json()["session"] == up.card.session
    assert nobody.status_code == 401 and operators.status_code == 403
