"""One kernel under watch: its announced requests, and what came back for each.

Runs in zone S on the event loop. Requests are the browser's and certain; everything a kernel
sends can be forged by the code in it, and is kept as its claim.
"""

from __future__ import annotations

import base64
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.core.records import ServerKind
from harness.lab.announce import Recorder, identifier
from harness.lab.errors import RefusedMessage
from harness.lab.frames import Frame
from harness.lab.payloads import EVENTS_A_CELL, Account, capped, size_of
from harness.lab.tap import object_of

REMEMBERED = 20_000
"""How many requests of one kernel are remembered."""
STRAY_EVENTS = 10_000
"""How many events that answer no request are kept one by one, in a kernel's life."""

_FROM_KERNEL: dict[str, ServerKind] = {
    "stream": "stream", "execute_result": "execute_result", "display_data": "display_data",
    "update_display_data": "update_display_data", "error": "error",
    "clear_output": "clear_output", "comm_open": "comm_open", "comm_msg": "comm_msg",
    "comm_close": "comm_close",
}  # fmt: skip


@dataclass
class Request:
    """A message that went to the kernel.

    Attributes:
        msg_type: what it asked.
        cell_id: for which cell.
        source: for an execute_request, its source.
        parent: what an answer of ours names as the message it answers.
        was_run: whether the kernel said that it ran it.
        account: what of its outputs was kept.
    """

    msg_type: str
    cell_id: str | None = None
    source: str | None = None
    parent: dict[str, Any] = field(default_factory=dict)
    was_run: bool = False
    account: Account = field(default_factory=Account)


@dataclass(frozen=True)
class Caps:
    """How much of outputs is recorded.

    Attributes:
        message_bytes: of one message.
        cell_bytes: of all messages that answer one request.
    """

    message_bytes: int
    cell_bytes: int


class KernelWatch:
    """What passes to and from one kernel, told to the recorder.

    Attributes:
        exercise: slug of the notebook it serves; None outside any.
        kernel_id: its id.
        running: by request, since when it runs (monotonic seconds), as the kernel says.
        to_tell: by request, words that stand at its cell before its error or its end.
        browsers: what those that were connected call themselves; on record once each.
    """

    def __init__(
        self, recorder: Recorder, kernel_id: str, *, exercise: str | None, caps: Caps
    ) -> None:
        self.exercise, self.kernel_id = exercise, kernel_id
        self._recorder, self._caps = recorder, caps
        self._requests: OrderedDict[str, Request] = OrderedDict()
        self._replies: OrderedDict[str, None] = OrderedDict()
        self.running: dict[str, float] = {}
        self.to_tell: dict[str, str] = {}
        self.browsers: set[str] = set()
        self._stray = Account()
        self._open: OrderedDict[str, Request] = OrderedDict()
        self._unanswered: OrderedDict[str, None] = OrderedDict()

    def note(
        self,
        kind: ServerKind,
        payload: dict[str, Any],
        *,
        msg_id: str | None = None,
        cell_id: str | None = None,
    ) -> str:
        """Record something about this kernel and return the announcement's id.

        Args:
            kind: what it is.
            payload: plain values.
            msg_id: the request it belongs to.
            cell_id: the cell it belongs to.
        """
        place = {"kernel_id": self.kernel_id, "cell_id": cell_id, "msg_id": msg_id}
        return self._recorder.note(kind, payload, exercise=self.exercise, place=place)

    def request(self, frame: Frame) -> str:
        """Announce a browser's message and return the announcement's id.

        Args:
            frame: the message.

        Raises:
            RefusedMessage: its id was used before, so that its outputs could not be told apart.
        """
        if frame.msg_id in self._requests:
            about = {"channel": frame.channel, "msg_type": frame.msg_type, "msg_id": frame.msg_id}
            raise RefusedMessage("a message's id was used before", about)
        source = frame.content["code"] if frame.msg_type == "execute_request" else None
        parent = {"msg_id": frame.msg_id, "msg_type": frame.msg_type}
        asked = Request(frame.msg_type, frame.cell_id, source, parent)
        self._requests[frame.msg_id] = asked
        if frame.msg_type == "execute_request":
            self._open[frame.msg_id] = asked
            self._unanswered[frame.msg_id] = None
        if len(self._requests) > REMEMBERED:
            gone, _ = self._requests.popitem(last=False)
            self._open.pop(gone, None)
            self._unanswered.pop(gone, None)
        payload = self._asked(frame)
        return self.note(frame.kind, payload, msg_id=frame.msg_id, cell_id=frame.cell_id)

    def withdrawn(self, msg_id: str) -> None:
        """Take note that an announced message was not passed on: no reply will come.

        Args:
            msg_id: of the message.
        """
        self._open.pop(msg_id, None)
        self._unanswered.pop(msg_id, None)

    def refused(self, no: RefusedMessage) -> None:
        """Record a message that does not go on."""
        about = no.about
        self.note(
            "refused_message", {"why": str(no), **about}, msg_id=identifier(about.get("msg_id"))
        )

    def published(self, parts: Sequence[bytes]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Take one IOPub message; return its header and its parent's, read but not believed.

        Args:
            parts: header, parent header, metadata, content and buffers, as JSON bytes.
        """
        header, parent = object_of(parts[0]), object_of(parts[1])
        msg_type, msg_id = header.get("msg_type"), identifier(parent.get("msg_id"))
        asked = self._requests.get(msg_id or "")
        if msg_type == "status":
            if parent.get("msg_type") == "execute_request" and asked is not None:
                self._status(object_of(parts[3]), msg_id, asked)
        elif msg_type == "execute_input":
            self._input(parts[3], msg_id, asked)
        elif msg_type in _FROM_KERNEL:
            self._output(str(msg_type), parts[3], msg_id, asked)
        return header, parent

    def answered(self, channel: str, parts: Sequence[bytes]) -> None:
        """Take one message of the shell, control or stdin channel.

        Args:
            channel: which.
            parts: header, parent header, metadata, content and buffers, as JSON bytes.
        """
        header = object_of(parts[0])
        msg_type, own = header.get("msg_type"), str(header.get("msg_id"))[:128]
        if msg_type not in ("execute_reply", "input_request") or own in self._replies:
            return
        self._replies[own] = None
        if len(self._replies) > 1000:
            self._replies.popitem(last=False)
        msg_id = identifier(object_of(parts[1]).get("msg_id"))
        asked = self._requests.get(msg_id or "")
        content = capped(msg_type, parts[3], limit_bytes=self._caps.message_bytes)
        if msg_type == "execute_reply":
            self._unanswered.pop(msg_id or "", None)
            names = ("status", "execution_count", "ename", "evalue", "cut")
            content = {name: content[name] for name in names if name in content}
            content["started"] = object_of(parts[2]).get("started")
        account = asked.account if asked else self._stray
        if account.takes(size_of(content), limit_bytes=1 << 24, limit_events=STRAY_EVENTS):
            cell_id = asked.cell_id if asked else None
            self.note(msg_type, content, msg_id=msg_id, cell_id=cell_id)

    def take_open(self) -> list[dict[str, Any]]:
        """Return what answers to requests under way name as their parent, and forget those.

        For a kernel that ended: it can say neither busy nor idle of them any more.
        """
        parents = [asked.parent for asked in self._open.values()]
        self._open.clear()
        self._unanswered.clear()
        self.running.clear()
        self.to_tell.clear()
        return parents

    @property
    def awaits_reply(self) -> bool:
        """Whether a cell was sent whose reply has not come."""
        return bool(self._unanswered)

    def unkept(self) -> dict[str, Any]:
        """Return what was only counted and belongs to no cell, for the kernel's last event."""
        cut = self._stray.report()
        return {"unkept": cut} if cut else {}

    def _asked(self, frame: Frame) -> dict[str, Any]:
        content = frame.content
        common: dict[str, Any] = {"msg_type": frame.msg_type, "client": frame.client}
        if frame.header.get("subshell_id"):
            common["subshell_id"] = str(frame.header["subshell_id"])[:128]
        if frame.beside:
            common["beside"] = frame.beside
        if frame.buffers:
            common["buffers"] = base64.b64encode(frame.buffers).decode("ascii")
        if frame.msg_type == "execute_request":
            keys = ("silent", "store_history", "allow_stdin", "stop_on_error", "user_expressions")
            return common | {"source": content["code"]} | {k: content.get(k) for k in keys}
        return common | {"from": "browser", "content": content}

    def _status(self, content: dict[str, Any], msg_id: str | None, asked: Request) -> None:
        state = content.get("execution_state")
        if asked.msg_type != "execute_request" or state not in ("busy", "idle"):
            return
        if state == "idle":
            self._open.pop(str(msg_id), None)
            self.running.pop(str(msg_id), None)
        elif msg_id in self._open:
            self.running.setdefault(str(msg_id), time.monotonic())
        payload: dict[str, Any] = {"execution_state": state}
        cut = asked.account.report()
        if state == "idle" and cut:
            payload["unkept"] = cut
        # A kernel may claim a thousand ends of one cell: they count as its outputs do.
        if asked.account.takes(40, limit_bytes=1 << 24, limit_events=EVENTS_A_CELL + 10):
            self.note("status", payload, msg_id=msg_id, cell_id=asked.cell_id)

    def _input(self, content: bytes, msg_id: str | None, asked: Request | None) -> None:
        value = capped("execute_input", content, limit_bytes=self._caps.message_bytes)
        source, count = value.get("code"), value.get("execution_count")
        whole = object_of(content).get("code") if "cut" in value else source
        why = _why_self(asked, whole)
        if why is None and asked is not None:
            asked.was_run = True
            self.note(
                "execute_input", {"execution_count": count}, msg_id=msg_id, cell_id=asked.cell_id
            )
            return
        payload = {"why": why, "source": source or value.get("text"), "execution_count": count}
        payload |= {"cut": value["cut"]} if "cut" in value else {}
        if self._stray.takes(
            size_of(payload), limit_bytes=self._caps.cell_bytes * 16, limit_events=STRAY_EVENTS
        ):
            self.note("self_executed", payload, msg_id=msg_id)

    def _output(
        self, msg_type: str, content: bytes, msg_id: str | None, asked: Request | None
    ) -> None:
        account = asked.account if asked else self._stray
        limits = {"limit_bytes": self._caps.cell_bytes, "limit_events": EVENTS_A_CELL}
        size = min(len(content), self._caps.message_bytes)
        if self._recorder.is_full:
            account.count(len(content))
            return
        if not account.takes(size, whole_bytes=len(content), **limits):
            return
        payload = capped(msg_type, content, limit_bytes=self._caps.message_bytes)
        if msg_type.startswith("comm_"):
            payload = {"from": "kernel", "content": payload}
        cell_id = asked.cell_id if asked else None
        self.note(_FROM_KERNEL[msg_type], payload, msg_id=msg_id, cell_id=cell_id)


def _why_self(asked: Request | None, source: object) -> str | None:
    if asked is None or asked.msg_type != "execute_request":
        return "no request of the browser asked for it"
    if asked.was_run:
        return "the request had been run before"
    if source != asked.source:
        return "the source is not the one that was sent"
    return None
