"""A browser's message is read strictly; what is off is refused, never half believed."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.lab.errors import RefusedMessage
from harness.lab.frames import V1, read_frame
from tests.lab.running import legacy_request


def binary(channel: str, *parts: object, buffers: tuple[bytes, ...] = ()) -> bytes:
    pieces = [channel.encode(), *(json.dumps(part).encode() for part in parts), *buffers]
    offsets = [8 * (len(pieces) + 2)]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    return struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets) + b"".join(pieces)


HEADER = {"msg_id": "m-1", "msg_type": "execute_request", "session": "s"}
CONTENT = {"code": "1 + 1"}


def test_both_protocols_read_to_the_same_frame() -> None:
    new = read_frame(binary("shell", HEADER, {}, {"cellId": "c-1"}, CONTENT), subprotocol=V1)
    old = read_frame(
        json.dumps(legacy_request("1 + 1", cell_id="c-1") | {"header": HEADER, "content": CONTENT}),
        subprotocol=None,
    )

    assert new == old
    assert (new.kind, new.msg_id, new.cell_id) == ("execute_request", "m-1", "c-1")


def test_binary_buffers_are_kept() -> None:
    header = HEADER | {"msg_type": "comm_msg"}
    frame = read_frame(
        binary("shell", header, {}, {}, {"comm_id": "x"}, buffers=(b"abc", b"de")), subprotocol=V1
    )

    assert frame.buffers == b"abcde"
    assert frame.kind == "comm_msg"


def test_a_cell_id_that_cannot_be_recorded_is_none() -> None:
    frame = read_frame(binary("shell", HEADER, {}, {"cellId": "a b\n"}, CONTENT), subprotocol=V1)

    assert frame.cell_id is None


@pytest.mark.parametrize(
    ("channel", "header", "content", "words"),
    [
        ("iopub", HEADER, CONTENT, "closed here"),
        ("control", HEADER, CONTENT, "closed here"),
        ("shell", HEADER | {"msg_type": "debug_request"}, CONTENT, "closed here"),
        ("control", HEADER | {"msg_type": "debug_request"}, CONTENT, "closed here"),
        ("shell", HEADER | {"msg_type": "apply_request"}, CONTENT, "closed here"),
        ("shell", HEADER | {"msg_type": 7}, CONTENT, "no type"),
        ("shell", HEADER | {"msg_id": "a b"}, CONTENT, "no id"),
        ("shell", HEADER | {"msg_id": "x" * 200}, CONTENT, "no id"),
        ("shell", {}, CONTENT, "no channel or no type"),
        ("shell", HEADER, {}, "no source"),
        ("shell", HEADER, {"code": ["x"]}, "no source"),
        ("shell", HEADER, {"code": "x" * ((1 << 20) + 1)}, "longer than"),
    ],
)
def test_what_may_not_go_to_a_kernel_is_refused(
    channel: str, header: dict[str, object], content: dict[str, object], words: str
) -> None:
    with pytest.raises(RefusedMessage, match=words):
        read_frame(binary(channel, header, {}, {}, content), subprotocol=V1)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x01",
        struct.pack("<Q", 1 << 60),
        struct.pack("<3Q", 2, 24, 24),
        struct.pack("<7Q", 6, 56, 40, 60, 70, 80, 90),
        binary("shell", HEADER, {}, {}, CONTENT)[:-1],
        binary("shell", HEADER, {}, {}, CONTENT) + b"x",
        binary("shell", [], {}, {}, CONTENT),
        binary("shell", HEADER, {}, {}, "text"),
        binary("shell", HEADER),
    ],
)
def test_broken_framing_is_refused(raw: bytes) -> None:
    with pytest.raises(RefusedMessage):
        read_frame(raw, subprotocol=V1)


@given(st.binary(max_size=400))
def test_no_bytes_do_anything_but_be_refused_or_read(raw: bytes) -> None:
    for subprotocol in (V1, None):
        with pytest.raises(RefusedMessage):
            read_frame(raw, subprotocol=subprotocol)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"header":1}', "[" * 100_000])
def test_json_that_is_no_message_is_refused(text: str) -> None:
    with pytest.raises(RefusedMessage):
        read_frame(text, subprotocol=None)
