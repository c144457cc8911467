"""Server-sent events of somebody else's, read within bounds.

Runs in zone G. Only the data of events is of use here; names, ids and comments are passed over.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable

from harness.proctor.errors import Refusal

MOST_LINE_BYTES = 1 << 20
MOST_BYTES = 16 << 20
"""Of one stream: an answer of a hundred thousand tokens in chunks of one."""


async def read_events(
    reads: AsyncIterator[bytes], too_long: Callable[[], Refusal]
) -> AsyncGenerator[list[bytes], None]:
    """Yield the data of whole events, as many at once as one read brought; an open rest is dropped.

    Args:
        reads: the body as it comes.
        too_long: what to raise for a line or a stream beyond the bounds.

    Raises:
        Refusal: too_long's.
    """
    rest, taken, data = b"", 0, list[bytes]()
    async for read in reads:
        taken += len(read)
        if taken > MOST_BYTES:
            raise too_long()
        *lines, rest = (rest + read).split(b"\n")
        if len(rest) > MOST_LINE_BYTES:
            raise too_long()
        found: list[bytes] = []
        for line in lines:
            line = line.removesuffix(b"\r")
            if not line and data:
                found.append(b"\n".join(data))
                data = []
            elif line.startswith(b"data:"):
                data.append(line[5:].removeprefix(b" "))
        if found:
            yield found
