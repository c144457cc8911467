"""The one way out: from the sandbox's loopback to the proctor's door, said by us."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

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
