"""A browser's websocket message, read strictly: which channel, which request, what in it.

Runs in zone S. Every byte is a stranger's: offsets, sizes, encodings and types are checked
before Jupyter's own reader, which checks none of them, may see the message.
"""

from __future__ import annotations

import itertools
import json
import struct
from dataclasses import dataclass, field
from typing import Any

from harness.core.records import ServerKind
from harness.lab.announce import identifier
from harness.lab.errors import RefusedMessage

V1 = "v1.kernel.websocket.jupyter.org"
MAX_MESSAGE_BYTES = 10 << 20
"""The largest message that goes on to a kernel."""
MAX_SOURCE_BYTES = 1 << 20
"""The longest source of one cell, and the most of anything else in a message: both are recorded
whole, because a kernel can be made to run whatever it is sent."""
_MAX_PARTS = 64

PASSED: dict[str, frozenset[str]] = {
    "shell": frozenset(
        {
            "execute_request", "complete_request", "inspect_request", "history_request",
            "is_complete_request", "comm_info_request", "comm_open", "comm_msg", "comm_close",
            "kernel_info_request",
        }
    ),
    "control": frozenset(
        {
            "interrupt_request", "shutdown_request", "kernel_info_request",
            "create_subshell_request", "delete_subshell_request", "list_subshell_request",
        }
    ),
    "stdin": frozenset({"input_reply"}),
}  # fmt: skip
"""What may go on to a kernel, by channel; the rest is refused. An execute_request on the
control channel is refused too: ipykernel would run it, past the queue of cells."""

_OWN_KIND: dict[str, ServerKind] = {
    "execute_request": "execute_request", "complete_request": "complete_request",
    "inspect_request": "inspect_request", "comm_open": "comm_open", "comm_msg": "comm_msg",
    "comm_close": "comm_close", "interrupt_request": "interrupt_request",
    "shutdown_request": "shutdown_request", "input_reply": "input_reply",
}  # fmt: skip


_HEADER = frozenset({"msg_id", "msg_type", "username", "session", "date", "version"})
_METADATA = frozenset({"cellId", "recordTiming", "trusted", "deletedCells"})
_EXECUTE = frozenset(
    {"code", "silent", "store_history", "allow_stdin", "stop_on_error", "user_expressions"}
)
_LONGEST_PLAIN = 128
"""A usual field that is longer, or no plain value, is recorded like an unusual one."""


@dataclass(frozen=True)
class Frame:
    """One message from the browser.

    Attributes:
        channel: shell, control or stdin.
        msg_type: the protocol's name of it.
        msg_id: its id, fit for the record.
        client: the browser's session id.
        cell_id: the cell JupyterLab names, if it does.
        header: the whole header.
        content: the whole content.
        buffers: the binary buffers behind it, joined.
        beside: whatever else it has that a kernel could read: unusual fields of header, parent
            header, metadata and content. Mostly empty.
    """

    channel: str
    msg_type: str
    msg_id: str
    client: str
    cell_id: str | None
    header: dict[str, Any]
    content: dict[str, Any]
    buffers: bytes = b""
    beside: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> ServerKind:
        """The record's word for it."""
        return _OWN_KIND.get(self.msg_type, "other_request")


def read_frame(raw: str | bytes, *, subprotocol: str | None) -> Frame:
    """Return the message in a websocket frame.

    Args:
        raw: the frame as it came.
        subprotocol: the one agreed on; None is the old one, JSON.

    Raises:
        RefusedMessage: it cannot be read, is too large, or may not go to a kernel.
    """
    if len(raw) > MAX_MESSAGE_BYTES:
        raise RefusedMessage(
            f"a message of {len(raw)} bytes is longer than {MAX_MESSAGE_BYTES}; send less at once",
            {"size_bytes": len(raw)},
        )
    try:
        channel, parts, buffers = _split_v1(raw) if subprotocol == V1 else _split_json(raw)
    except (ValueError, KeyError, TypeError, struct.error, RecursionError) as problem:
        about = {"size_bytes": len(raw)}
        raise RefusedMessage(f"a message cannot be read: {problem}", about) from problem
    frame = _checked(channel, parts, buffers)
    _check_rest(frame, len(raw))
    return frame


def _checked(channel: object, parts: dict[str, dict[str, Any]], buffers: bytes) -> Frame:
    header, content = parts["header"], parts["content"]
    msg_type, msg_id = header.get("msg_type"), identifier(header.get("msg_id"))
    about = {"channel": str(channel)[:40], "msg_type": str(msg_type)[:80]}
    about["msg_id"] = str(header.get("msg_id"))[:128]
    if not isinstance(channel, str) or not isinstance(msg_type, str):
        raise RefusedMessage("a message names no channel or no type", about)
    if msg_id is None:
        raise RefusedMessage("a message has no id that can be recorded", about)
    if msg_type not in PASSED.get(channel, frozenset()):
        raise RefusedMessage(f"{msg_type[:80]} on {channel[:40]} is closed here", about)
    if msg_type == "execute_request":
        _check_source(content.get("code"), about)
    return Frame(
        channel=channel,
        msg_type=msg_type,
        msg_id=msg_id,
        client=str(header.get("session", ""))[:128],
        cell_id=identifier(parts["metadata"].get("cellId")),
        header=header,
        content=content,
        buffers=buffers,
        beside=_beside(parts, msg_type),
    )


def _check_source(code: object, about: dict[str, Any]) -> None:
    if not isinstance(code, str):
        raise RefusedMessage("an execute_request has no source", about)
    size = len(code.encode("utf-8", "replace"))
    if size > MAX_SOURCE_BYTES:
        raise RefusedMessage(
            f"a cell of {size} bytes is longer than {MAX_SOURCE_BYTES}; put the data into a file",
            about | {"size_bytes": size},
        )


def _check_rest(frame: Frame, size: int) -> None:
    """Refuse what could not be recorded whole beside the source."""
    if frame.msg_type == "execute_request":
        expressions = frame.content.get("user_expressions")
        if not (frame.beside or frame.buffers or expressions):
            return
        size = len(json.dumps([frame.beside, expressions])) + len(frame.buffers)
    if size > MAX_SOURCE_BYTES:
        about = {"channel": frame.channel, "msg_type": frame.msg_type, "msg_id": frame.msg_id}
        raise RefusedMessage(
            f"a message of {size} bytes is longer than {MAX_SOURCE_BYTES}; use a file instead",
            about | {"size_bytes": size},
        )


def _beside(parts: dict[str, dict[str, Any]], msg_type: str) -> dict[str, Any]:
    """Return the fields that a client of the protocol does not send, by the part they are in."""
    header = _HEADER | {"subshell_id"}
    usual = {"header": header, "parent_header": header, "metadata": _METADATA}
    if msg_type == "execute_request":
        usual["content"] = _EXECUTE
    found = {
        part: {
            key: value
            for key, value in parts[part].items()
            if key not in names or (part != "content" and not _is_plain(value))
        }
        for part, names in usual.items()
    }
    return {part: unusual for part, unusual in found.items() if unusual}


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_PLAIN
    return value is None or isinstance(value, bool | int | float) or value == []


def _split_v1(raw: str | bytes) -> tuple[object, dict[str, dict[str, Any]], bytes]:
    if not isinstance(raw, bytes):
        raise ValueError("it is text where the agreed protocol is binary")
    (count,) = struct.unpack_from("<Q", raw)
    if not 6 <= count <= _MAX_PARTS:
        raise ValueError(f"it says it has {count} parts")
    offsets = struct.unpack_from(f"<{count}Q", raw, 8)
    ends_well = offsets[0] == 8 * (count + 1) and offsets[-1] == len(raw)
    if not ends_well or any(a > b for a, b in itertools.pairwise(offsets)):
        raise ValueError("its offsets do not fit its length")
    pieces = [raw[a:b] for a, b in itertools.pairwise(offsets)]
    names = ("header", "parent_header", "metadata", "content")
    parts = {name: _object(piece) for name, piece in zip(names, pieces[1:5], strict=True)}
    return pieces[0].decode("utf-8"), parts, b"".join(pieces[5:])


def _split_json(raw: str | bytes) -> tuple[object, dict[str, dict[str, Any]], bytes]:
    buffers = b""
    text: str | bytes = raw
    if isinstance(raw, bytes):
        (count,) = struct.unpack_from("!I", raw)
        if not 1 <= count <= _MAX_PARTS:
            raise ValueError(f"it says it has {count} parts")
        offsets = [*struct.unpack_from(f"!{count}I", raw, 4), len(raw)]
        if offsets[0] != 4 * (count + 1) or any(a > b for a, b in itertools.pairwise(offsets)):
            raise ValueError("its offsets do not fit its length")
        text, buffers = raw[offsets[0] : offsets[1]], raw[offsets[1] :]
    whole = _object(text)
    names = ("header", "parent_header", "metadata", "content")
    parts = {name: whole.get(name) for name in names}
    for name, part in parts.items():
        if not isinstance(part, dict):
            raise ValueError(f"its {name} is no object")
    return whole.get("channel"), parts, buffers  # type: ignore[return-value]  # checked above


def _object(text: str | bytes) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("a part of it is no object")
    return value
