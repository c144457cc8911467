"""What of a kernel's message is kept: whole if small, else head and tail with what was cut.

Runs in zone S. Everything here was written by a kernel, which may be hostile: it is a claim,
and it is capped before it is parsed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

PARSE_AT_MOST_BYTES = 1 << 20
"""A larger message is not parsed on the event loop; its first bytes are kept as text."""
EVENTS_A_CELL = 1000
"""How many outputs of one cell are kept one by one."""


@dataclass
class Account:
    """How much of one request's outputs was kept.

    Attributes:
        kept_bytes: kept so far.
        kept_events: how many outputs.
        cut_bytes: size of what was only counted.
        cut_events: how many outputs that were.
    """

    kept_bytes: int = 0
    kept_events: int = 0
    cut_bytes: int = 0
    cut_events: int = 0

    def takes(
        self, size_bytes: int, *, limit_bytes: int, limit_events: int, whole_bytes: int = 0
    ) -> bool:
        """Count an output; False when it is not to be kept.

        Args:
            size_bytes: what would be kept of it.
            limit_bytes: of all outputs together.
            limit_events: likewise, how many.
            whole_bytes: its size, where that is more: so much is missing if it is not kept.
        """
        fits = self.kept_bytes + size_bytes <= limit_bytes and self.kept_events < limit_events
        if fits:
            self.kept_bytes += size_bytes
            self.kept_events += 1
        else:
            self.count(max(size_bytes, whole_bytes))
        return fits

    def count(self, size_bytes: int) -> None:
        """Count an output that is not kept."""
        self.cut_bytes += size_bytes
        self.cut_events += 1

    def report(self) -> dict[str, int]:
        """Return what was not kept since the last report; empty if all was."""
        if not self.cut_events:
            return {}
        cut = {"events": self.cut_events, "size_bytes": self.cut_bytes}
        self.cut_events = self.cut_bytes = 0
        return cut


def capped(msg_type: str, content: bytes, *, limit_bytes: int) -> dict[str, Any]:
    """Return a payload for one message's content.

    Args:
        msg_type: the protocol's name.
        content: its content as JSON bytes, as the kernel sent it.
        limit_bytes: how much of it is kept.
    """
    if len(content) > PARSE_AT_MOST_BYTES:
        return {"text": _halves(content, limit_bytes), "cut": _cut(content, limit_bytes)}
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        return {"unreadable": content[:1024].decode("utf-8", "replace"), "cut": _cut(content, 1024)}
    if len(content) <= limit_bytes:
        return value
    if msg_type == "stream":
        text = str(value.get("text", "")).encode("utf-8", "replace")
        kept = {"name": value.get("name"), "text": _halves(text, limit_bytes)}
    elif isinstance(value.get("data"), dict):
        kept = value | {"data": _lighter(value["data"], limit_bytes), "metadata": {}}
    else:
        kept = {"text": _halves(content, limit_bytes)}
    return kept | {"cut": _cut(content, limit_bytes)}


def size_of(payload: dict[str, Any]) -> int:
    """Return about how large a payload is, in bytes, without writing it out twice."""
    return len(json.dumps(payload, ensure_ascii=False, default=str).encode("utf-8", "replace"))


def _lighter(data: dict[str, Any], limit_bytes: int) -> dict[str, Any]:
    """Return a mime bundle in which the heaviest kinds are told, not kept."""
    left, kept = limit_bytes, {}
    for mime, value in sorted(data.items(), key=lambda item: len(str(item[1]))):
        raw = (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "replace")
        if len(raw) <= left:
            kept[mime], left = value, left - len(raw)
        elif mime == "text/plain":
            kept[mime], left = _halves(raw, left), 0
        else:
            kept[mime] = {"size_bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
    return kept


def _halves(data: bytes, limit_bytes: int) -> str:
    half = limit_bytes // 2
    if len(data) <= limit_bytes:
        return data.decode("utf-8", "replace")
    head, tail = data[:half].decode("utf-8", "replace"), data[-half:].decode("utf-8", "replace")
    return f"{head}\n[{len(data) - 2 * half} bytes cut]\n{tail}"


def _cut(content: bytes, limit_bytes: int) -> dict[str, Any]:
    return {
        "size_bytes": len(content),
        "kept_bytes": min(len(content), limit_bytes),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
