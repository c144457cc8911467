"""The one way out: from the sandbox's loopback to the proctor's door, said by us."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.sandbox.splice import MOST_CONNECTIONS, Splice
from tests.sandbox.kernels import Cell, started

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(120)]

ASK = (
    "import http.client\n"
    "c = http.client.HTTPConnection('127.0.0.1', 4000, timeout=10)\n"
    "c.request('POST', '/echo', body=b'x' * {size}, headers={{'Authorization': 'Bearer forged'}})\n"
    "r = c.getresponse(); body = r.read(); print(r.status, len(body), r.getheader('x-who'))"
)


class Door:
    """A small real upstream: reads the greeting, answers each request with its body's size."""

    def __init__(self, path: Path) -> None:
        self.path, self.greetings = path, []  # type: ignore[var-annotated]
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._up.wait(10)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        async def serve() -> None:
            self._server = await asyncio.start_unix_server(self._answer, str(self.path))
            self._up.set()

        self._loop.run_until_complete(serve())
        self._loop.run_forever()
        self._server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeting = await reader.readline()
        self.greetings.append(greeting)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                body = await reader.readexactly(size)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nx-who: " + greeting.split()[1] + b"\r\ncontent-length: "
                    + str(len(body)).encode() + b"\r\n\r\n" + body
                )  # fmt: skip
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    made = Door(tmp_path / "door.sock")
    yield made
    made.close()


def test_every_connection_says_whose_kernel_it_is_whatever_the_kernel_says(
    tmp_path: Path, candidate_python: Path, door: Door
) -> None:
    async def main() -> None:
        async with started(
            tmp_path, candidate_python, upstream=door.path, kernel_token="tok"
        ) as cell:
            small = await cell.run(ASK.format(size=3))
            large = await cell.run(ASK.format(size=3_000_000))
            kernel = cell.manager.provisioner.kernel_id

            assert small.text.split() == ["200", "3", "tok"], small
            assert large.text.split() == ["200", "3000000", "tok"], large
            assert set(door.greetings) == {f"AUDITION/1 tok {kernel}\n".encode()}
            assert "tok" not in (await cell.run("import os; print(dict(os.environ))")).text.split()

    asyncio.run(main())


def test_fifty_connections_at_once_are_all_answered(
    tmp_path: Path, candidate_python: Path, door: Door
) -> None:
    many = (
        "import http.client, concurrent.futures as cf\n"
        "def one(n):\n"
        "    c = http.client.HTTPConnection('127.0.0.1', 4000, timeout=20)\n"
        "    c.request('POST', '/', body=b'y' * n); return len(c.getresponse().read())\n"
        "with cf.ThreadPoolExecutor(50) as pool:\n"
        "    print(list(pool.map(one, range(1, 51))) == list(range(1, 51)))"
    )

    async def main() -> None:
        async with started(
            tmp_path, candidate_python, upstream=door.path, kernel_token="tok"
        ) as cell:
            assert (await cell.run(many)).text.strip() == "True"

    asyncio.run(main())


def test_a_proctor_that_is_away_is_said_in_words_and_worth_a_retry(
    tmp_path: Path, candidate_python: Path
) -> None:
    ask = (
        "import http.client\n"
        "c = http.client.HTTPConnection('127.0.0.1', 4000, timeout=10)\n"
        "c.request('POST', '/v1/chat/completions', body=b'x' * 100_000)\n"
        "r = c.getresponse(); print(r.status, r.getheader('x-should-retry'), r.read().decode())"
    )

    async def main() -> None:
        async with started(
            tmp_path, candidate_python, upstream=tmp_path / "nobody.sock", kernel_token="tok"
        ) as cell:
            found = await cell.run(ask)

            assert found.text.startswith("503 true"), found
            assert "this call is not charged" in found.text

    asyncio.run(main())


def test_the_line_works_after_a_restart(tmp_path: Path, candidate_python: Path, door: Door) -> None:
    async def act(cell: Cell) -> None:
        await cell.manager.restart_kernel(now=True)
        await cell.client.wait_for_ready(timeout=60)
        assert (await cell.run(ASK.format(size=3))).text.split()[0] == "200"

    async def main() -> None:
        async with started(
            tmp_path, candidate_python, upstream=door.path, kernel_token="tok"
        ) as cell:
            await act(cell)

    asyncio.run(main())


async def handed(splice: Splice) -> int:
    """Hand a listener to a splice as a sandbox does; return its port."""
    splice.start()
    with socket.socket() as listener, socket.socket(socket.AF_UNIX) as out:
        listener.bind(("127.0.0.1", 0))
        listener.listen(300)
        out.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(out, str(splice.control))
        socket.send_fds(out, [b"L"], [listener.fileno()])
        assert await asyncio.wait_for(loop.sock_recv(out, 1), 5) == b"k"
        return int(listener.getsockname()[1])


def test_an_answer_still_comes_to_who_has_said_all_and_no_connection_is_left(
    tmp_path: Path,
) -> None:
    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.read()
        await asyncio.sleep(0.1)
        writer.write(asked.upper())
        writer.close()

    async def main() -> tuple[bytes, int]:
        async with await asyncio.start_unix_server(late, str(tmp_path / "door")):
            splice = Splice(tmp_path / "control", tmp_path / "door", b"hello\n")
            port = await handed(splice)
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"question")
            writer.write_eof()
            answer = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            await asyncio.sleep(0.1)
            left = len(splice._open)
            await splice.stop()
            return answer, left

    assert asyncio.run(main()) == (b"HELLO\nQUESTION", 0)


def test_a_kernel_that_breaks_off_ends_its_call_at_the_proctor(tmp_path: Path) -> None:
    async def main() -> bool:
        ended = asyncio.Event()

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()  # comes back when the line is closed, and no answer was given
            ended.set()
            writer.close()

        async with await asyncio.start_unix_server(silent, str(tmp_path / "door")):
            splice = Splice(tmp_path / "control", tmp_path / "door", b"hello\n")
            port = await handed(splice)
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"question")
            await asyncio.sleep(0.1)
            at_once = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            writer.transport.abort()  # a reset, not an end
            await asyncio.wait_for(ended.wait(), 5)
            await asyncio.sleep(0.1)
            left = len(splice._open)
            await splice.stop()
            return left == 0

    assert asyncio.run(main())


def test_more_connections_than_the_cap_are_closed_and_the_rest_go_on(tmp_path: Path) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    async def main() -> tuple[int, int]:
        async with await asyncio.start_unix_server(echo, str(tmp_path / "door"), backlog=300):
            splice = Splice(tmp_path / "control", tmp_path / "door", b"hello\n")
            port = await handed(splice)
            ends = [await asyncio.open_connection("127.0.0.1", port) for _ in range(270)]
            heard = [await asyncio.wait_for(_line(reader), 10) for reader, _ in ends]
            for _, writer in ends:
                writer.close()
            await splice.stop()
            return heard.count(b"hello\n"), heard.count(b"")

    assert asyncio.run(main()) == (MOST_CONNECTIONS, 270 - MOST_CONNECTIONS)


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readline()
    except ConnectionError:
        return b""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_listener_handed_out_by_another_user_is_not_taken(tmp_path: Path) -> None:
    give = (
        "import os, socket, sys\nout = socket.socket(socket.AF_UNIX)\n"
        "os.setgroups([]); os.setresgid(4242, 4242, 4242); os.setresuid(4242, 4242, 4242)\n"
        "out.connect('control'); listener = socket.create_server(('127.0.0.1', 0))\n"
        "socket.send_fds(out, [b'L'], [listener.fileno()]); print(out.recv(1))"
    )
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)

        async def main() -> str:
            splice = Splice(Path(name) / "control", tmp_path / "door", b"hello\n")
            splice.start()
            done = await asyncio.to_thread(
                subprocess.run, ["python3", "-c", give], cwd=name, capture_output=True, text=True
            )
            is_taken = splice._server is not None
            await splice.stop()
            return f"{is_taken} {done.stdout}{done.stderr}"

        assert asyncio.run(main()).startswith(("False b''", "False Traceback"))


def test_a_message_that_is_no_handle_is_survived(tmp_path: Path) -> None:
    async def main() -> bool:
        splice = Splice(tmp_path / "control", tmp_path / "door", b"hello\n")
        splice.start()
        _, writer = await asyncio.open_unix_connection(str(splice.control))
        writer.write(b"L")
        await writer.drain()
        await asyncio.sleep(0.1)
        is_taken = splice._server is not None
        writer.close()
        await splice.stop()
        return is_taken

    assert not asyncio.run(main())
