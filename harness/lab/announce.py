"""Announcements: what the server saw, made into one line, spooled, and sent.

Runs in zone S on the event loop. Content comes from the browser and from hostile kernels;
whatever has no canonical JSON form is made to have one, so that nothing is ever unrecordable.
"""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from harness.core.canonical import canonical_json
from harness.core.clock import Clock, to_wire
from harness.core.errors import BadJournal
from harness.core.records import ServerKind
from harness.lab.line import Line
from harness.lab.spool import Spool

RECEIVED_WITHIN_S = 0.25
"""How long a request waits for the proctor's word before it goes on without."""
MAX_DEPTH = 40
"""How deep a payload may nest; what is deeper is kept as text."""
SPOOL_FULL_BYTES = 256 << 20
"""Beyond this much unsent, outputs are counted instead of kept; requests and saves never are."""

_SLUG = re.compile(r"[a-z][a-z0-9-]{1,39}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:\-]{1,128}")


class Recorder:
    """Takes what happened and sees to it that the proctor learns of it.

    Attributes:
        clock: the server's time.
    """

    def __init__(self, spool: Spool, clock: Clock) -> None:
        self.clock = clock
        self._spool = spool
        self._line: Line | None = None
        self._boot, self._count = uuid.uuid4().hex[:16], 0

    def speak_on(self, line: Line) -> None:
        """Send everything noted from now on over this line, besides spooling it."""
        self._line = line

    @property
    def is_full(self) -> bool:
        """Whether so much waits that outputs are only counted."""
        return self._spool.waiting_bytes > SPOOL_FULL_BYTES

    def note(
        self,
        kind: ServerKind,
        payload: Mapping[str, Any],
        *,
        exercise: str | None = None,
        place: Mapping[str, str | None] | None = None,
    ) -> str:
        """Record one thing and return the announcement's id.

        Args:
            kind: what it is.
            payload: plain JSON values; what JSON cannot say is spelled out.
            exercise: slug it belongs to.
            place: kernel_id, cell_id and msg_id, as far as they apply.
        """
        self._count += 1
        ident = f"{self._boot}-{self._count}"
        where = place or {}
        # A dict of Announcement's fields, not an Announcement: seven of these are made a cell.
        # tests/lab/test_announce.py holds the two to each other.
        event = {
            "id": ident,
            "at": to_wire(self.clock.now()),
            "kind": kind,
            "exercise": exercise,
            "kernel_id": where.get("kernel_id"),
            "cell_id": where.get("cell_id"),
            "msg_id": where.get("msg_id"),
            "payload": payload,
        }
        line = _one_line(event)
        blob = payload.get("sha256") if kind == "save" else None
        self._spool.append(ident, line, blob=blob)
        if self._line is not None:
            self._line.send(ident, line)
        return ident

    async def received(self, ident: str) -> None:
        """Wait until the proctor holds an announcement, a quarter of a second at most."""
        if self._line is not None:
            await self._line.received(ident, within_s=RECEIVED_WITHIN_S)


def exercise_of(path: str) -> str | None:
    """Return the slug of the exercise a path lies in: its first folder; None outside any."""
    parts = PurePosixPath(path.strip("/")).parts
    return parts[0] if len(parts) > 1 and _SLUG.fullmatch(parts[0]) else None


def identifier(value: object) -> str | None:
    """Return the value if it can stand as an id in the record, else None."""
    return value if isinstance(value, str) and _IDENTIFIER.fullmatch(value) else None


def _one_line(event: dict[str, Any]) -> bytes:
    try:
        line = canonical_json(event)
        if line.count(b"{") + line.count(b"[") <= MAX_DEPTH:
            return line
        payload = event["payload"]
        if _depth_is_fine(payload, MAX_DEPTH):
            return line
    except BadJournal:
        pass
    return canonical_json(event | {"payload": plain(event["payload"])})


def _depth_is_fine(value: object, left: int) -> bool:
    if isinstance(value, dict):
        return left > 0 and all(_depth_is_fine(item, left - 1) for item in value.values())
    if isinstance(value, list | tuple):
        return left > 0 and all(_depth_is_fine(item, left - 1) for item in value)
    return True


def plain(value: object, left: int = MAX_DEPTH) -> Any:
    """Return a value with a canonical JSON form: no NaN, no lone surrogates, not too deep.

    Args:
        value: anything.
        left: how many more levels it may have.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if left <= 0:
        return plain(f"nested too deep to be kept as it is ({type(value).__name__})")
    if isinstance(value, Mapping):
        return {str(plain(str(key))): plain(item, left - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, left - 1) for item in value]
    return plain(str(value))
