"""A kernel's wire messages, split and read for Jupyter's own bookkeeping.

Runs in zone S. The signature is not checked: the kernel holds the key, so it proves nothing
about the code in it, and the sockets lie where no one else can reach them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

_DELIMITER = b"<IDS|MSG>"


def frames_of(message: list[Any]) -> list[bytes]:
    """Return header, parent header, metadata, content and buffers of a message.

    Args:
        message: as it came from the socket: identities, delimiter, signature, then these.

    Raises:
        ValueError: it has no delimiter or too few parts.
    """
    parts = [bytes(part) for part in message]
    start = parts.index(_DELIMITER) + 2
    if len(parts) < start + 4:
        raise ValueError("a kernel's message has too few parts")
    return parts[start:]


def object_of(data: bytes) -> dict[str, Any]:
    """Return the JSON object in bytes; an empty one if there is none."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def activity_of(
    header: dict[str, Any],
    parent: dict[str, Any],
    content: bytes,
    state: str | None,
    is_tracked: Callable[[Any], bool],
) -> tuple[str | None, bool]:
    """Return the kernel's new state, or None, and whether this counts as activity.

    The rules are jupyter_server's (MappingKernelManager.start_watching_activity).

    Args:
        header: of the message.
        parent: header of the message it answers.
        content: as JSON bytes.
        state: the state so far.
        is_tracked: whether a message type counts as the user's activity.
    """
    msg_type, asked = header.get("msg_type"), parent.get("msg_type")
    is_activity = is_tracked(msg_type) or is_tracked(asked) or state == "busy"
    if msg_type != "status":
        return None, is_activity
    said = object_of(content).get("execution_state")
    if said not in ("busy", "idle", "starting"):
        return None, is_activity
    if is_tracked(asked):
        return said, is_activity
    if state == "starting" and said != "starting":
        return "idle", is_activity
    return None, is_activity
