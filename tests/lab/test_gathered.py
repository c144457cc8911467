"""Frames that are gathered: one write, in order, nothing lost, and none waits for long."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
from tornado.iostream import IOStream, StreamClosedError

from harness.lab.connection import is_end
from harness.lab.gathered import GATHER_BYTES, GatheredStream


class Counted(IOStream):
    """A stream that counts how often it is written to."""

    writes = 0

    def write(self, data: bytes | memoryview) -> asyncio.Future[None]:
        self.writes += 1
        return super().write(data)


def _with_a_stream(
    act: Callable[[GatheredStream, Counted, IOStream], Awaitable[None]],
) -> None:
    async def both() -> None:
        ours, theirs = socket.socketpair()
        stream, other = Counted(ours), IOStream(theirs)
        try:
            await asyncio.wait_for(act(GatheredStream(stream), stream, other), 20)
        finally:
            stream.close()
            other.close()

    asyncio.run(both())


def test_what_is_written_in_one_moment_goes_as_one_and_in_its_order() -> None:
    async def act(gathered: GatheredStream, stream: Counted, other: IOStream) -> None:
        sent = [gathered.write(data) for data in (b"busy ", b"input ", b"result")]
        assert stream.writes == 0
        await asyncio.gather(*sent)
        assert await other.read_bytes(17) == b"busy input result"
        assert stream.writes == 1

    _with_a_stream(act)


def test_what_ends_a_cell_takes_all_before_it_along_at_once() -> None:
    async def act(gathered: GatheredStream, stream: Counted, other: IOStream) -> None:
        gathered.write(b"result ")
        gathered.hurry()
        gathered.write(b"idle")
        gathered.flush()
        assert stream.writes == 1  # in the same turn of the loop
        gathered.flush()
        gathered.hurry()
        assert stream.writes == 1  # there is nothing to send
        assert await other.read_bytes(11) == b"result idle"

    _with_a_stream(act)


def test_much_at_once_is_not_held() -> None:
    async def act(gathered: GatheredStream, stream: Counted, other: IOStream) -> None:
        gathered.write(b"x" * GATHER_BYTES)
        assert stream.writes == 1
        assert len(await other.read_bytes(GATHER_BYTES)) == GATHER_BYTES

    _with_a_stream(act)


def test_closing_sends_what_waits() -> None:
    async def act(gathered: GatheredStream, _: Counted, other: IOStream) -> None:
        sent = gathered.write(b"goodbye")
        gathered.close()
        await sent
        assert await other.read_until_close() == b"goodbye"
        with pytest.raises(StreamClosedError):
            await gathered.write(b"too late")

    _with_a_stream(act)


def test_who_wrote_is_told_when_it_closed_before_it_went() -> None:
    async def act(gathered: GatheredStream, stream: Counted, _: IOStream) -> None:
        sent = gathered.write(b"lost")
        stream.close()
        with pytest.raises(StreamClosedError):
            await sent

    _with_a_stream(act)


@pytest.mark.parametrize(
    ("content", "ends"),
    [
        (b'{"execution_state": "idle"}', True),
        (b'{"execution_state":"busy"}', False),
        (b'{"name": "stdout", "text": "' + b"x" * 300 + b' \\"idle\\""}', False),
    ],
)
def test_the_word_that_a_cell_has_ended_is_known(content: bytes, ends: bool) -> None:
    assert is_end([b"kernel", b"<IDS|MSG>", b"sig", b"{}", b"{}", b"{}", content]) is ends
