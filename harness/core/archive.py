"""The one byte form of a submission: a zip with nothing left to choose.

Runs in G (writes) and T (reads). Stored, not compressed; names sorted; one fixed time; no
extra fields; so equal contents are equal bytes, and a reader can encode again and compare.
What it reads is hostile: nothing is extracted to disk and no name is followed.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.core.errors import BadSubmission

MAX_ARCHIVE_BYTES = 512 << 20
MAX_MEMBERS = 20_000
_NAME = re.compile(r"[a-z0-9][a-z0-9_\-]*(/[a-z0-9][a-z0-9_\-]*)*(\.[a-z0-9]+)+")

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_VERSION, _MADE_BY, _DATE = 20, (3 << 8) | 20, (0 << 9) | (1 << 5) | 1
_MODE = 0o100600 << 16


@dataclass(frozen=True)
class Span:
    """Where a member's bytes stand in the archive.

    Attributes:
        name: the member.
        start: offset of its first byte.
        size_bytes: how many there are.
        crc: the CRC-32 that the archive states for them.
    """

    name: str
    start: int
    size_bytes: int
    crc: int


def encode_archive(members: Mapping[str, bytes]) -> bytes:
    """Return the canonical archive of these members.

    Args:
        members: name to bytes; names are lower-case ASCII with an ending, "/" between folders.

    Raises:
        BadSubmission: a name that the form does not allow, too many or too large.
    """
    if sum(map(len, members.values())) > MAX_ARCHIVE_BYTES or len(members) > MAX_MEMBERS:
        raise BadSubmission(
            f"a submission may have {MAX_MEMBERS} members and {MAX_ARCHIVE_BYTES >> 20} MiB; "
            f"this one has {len(members)} members"
        )
    out, directory = bytearray(), bytearray()
    for name in sorted(members):
        check_name(name)
        data, raw = members[name], name.encode("ascii")
        crc, size, offset = zlib.crc32(data), len(data), len(out)
        fields = (0, 0, 0, _DATE, crc, size, size, len(raw), 0)
        out += _LOCAL.pack(b"PK\3\4", _VERSION, *fields) + raw + data
        directory += (
            _CENTRAL.pack(b"PK\1\2", _MADE_BY, _VERSION, *fields, 0, 0, 0, _MODE, offset) + raw
        )
    end = _END.pack(b"PK\5\6", 0, 0, len(members), len(members), len(directory), len(out), 0)
    return bytes(out + directory + end)


def check_name(name: str) -> None:
    """Refuse a member name that another system could read as something else.

    Raises:
        BadSubmission: absolute, upward, upper-case, doubled dots, foreign characters, too long.
    """
    if len(name) > 200 or not _NAME.fullmatch(name):
        raise BadSubmission(f"{name[:80]!r} is not a name that a submission may hold")


def read_archive(data: bytes) -> dict[str, bytes]:
    """Return the members of a canonical archive.

    Raises:
        BadSubmission: anything but the canonical bytes; says at which byte they first differ.
    """
    members = {span.name: data[span.start : span.start + span.size_bytes] for span in spans(data)}
    offset = first_difference(data, encode_archive(members))
    if offset is not None:
        raise BadSubmission(f"the archive is not in its one form: byte {offset} differs")
    return members


def spans(data: bytes) -> list[Span]:
    """Return where each member stands, by the local headers, checked as they are walked.

    Raises:
        BadSubmission: the walk breaks off; names the byte.
    """
    return list(_walk(data))


def _walk(data: bytes) -> Iterator[Span]:
    if len(data) > MAX_ARCHIVE_BYTES + (64 << 20):
        raise BadSubmission(f"the archive has {len(data)} bytes; at most 512 MiB are read")
    at, last = 0, ""
    while data[at : at + 4] == b"PK\3\4":
        if at + _LOCAL.size > len(data):
            raise BadSubmission(f"the archive is cut short at byte {len(data)}")
        fields = _LOCAL.unpack_from(data, at)
        crc, size, name_size = fields[6], fields[7], fields[9]
        start = at + _LOCAL.size + name_size
        name = data[at + _LOCAL.size : start].decode("ascii", "replace")
        check_name(name)
        if name <= last:
            raise BadSubmission(f"{name!r} stands twice or out of order, at byte {at}")
        if start + size > len(data):
            raise BadSubmission(f"{name} is cut short: byte {len(data)} is the last")
        yield Span(name=name, start=start, size_bytes=size, crc=crc)
        at, last = start + size, name


def directory_spans(data: bytes) -> list[Span]:
    """Return where each member stands by the directory at the end, whatever stands before.

    A second witness beside the local headers, for telling where an archive was altered.

    Raises:
        BadSubmission: the directory cannot be read.
    """
    try:
        (_, _, _, _, count, size, _, _) = _END.unpack_from(data, len(data) - _END.size)
        at, found = len(data) - _END.size - size, []
        for _ in range(min(count, MAX_MEMBERS)):
            fields = _CENTRAL.unpack_from(data, at)
            crc, length, name_size, offset = fields[7], fields[8], fields[10], fields[16]
            name = data[at + _CENTRAL.size : at + _CENTRAL.size + name_size].decode("ascii")
            check_name(name)
            start = offset + _LOCAL.size + name_size
            found.append(Span(name=name, start=start, size_bytes=length, crc=crc))
            at += _CENTRAL.size + name_size
        return found
    except (struct.error, UnicodeDecodeError) as problem:
        raise BadSubmission(f"the archive's directory cannot be read: {problem}") from problem


def first_difference(left: bytes, right: bytes) -> int | None:
    """Return the offset of the first byte in which two byte strings differ; None if equal."""
    if left == right:
        return None
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[:middle] == right[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
