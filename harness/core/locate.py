"""Find the one altered byte in data whose CRC-32 is known, and prove it by restoring it.

Runs in T. A CRC is linear: the difference between the CRC stated and the CRC found depends
only on which byte was changed, and how. Running the register backwards from the end names
every candidate position; a candidate counts only if restoring it satisfies the caller's
own proof (a SHA-256 or a signature), so a coincidence cannot point at the wrong byte.
Source: Ross Williams, A Painless Guide to CRC Error Detection Algorithms (1993).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

_POLYNOMIAL = 0xEDB88320


def _table() -> list[int]:
    rows = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (_POLYNOMIAL if value & 1 else 0)
        rows.append(value)
    return rows


_FORWARD = _table()
_BY_TOP = {row >> 24: (index, row) for index, row in enumerate(_FORWARD)}
_CHANGE = {row: index for index, row in enumerate(_FORWARD) if index}


def locate_byte(data: bytes, stated_crc: int, *, proves: Callable[[bytes], bool]) -> int | None:
    """Return the offset of the one byte that was altered; None if it was more than one.

    Args:
        data: the altered bytes.
        stated_crc: CRC-32 of the bytes before they were altered.
        proves: tells whether restored bytes are the original ones.
    """
    difference = zlib.crc32(data) ^ stated_crc
    for offset in range(len(data) - 1, -1, -1):
        change = _CHANGE.get(difference)
        if change is not None:
            restored = data[:offset] + bytes([data[offset] ^ change]) + data[offset + 1 :]
            if proves(restored):
                return offset
        index, row = _BY_TOP[difference >> 24]
        difference = (((difference ^ row) << 8) & 0xFFFFFFFF) | index
    return None
