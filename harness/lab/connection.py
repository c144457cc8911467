"""A browser's websocket to a kernel: announced first, then passed on.

Runs in zone S on the event loop. Messages of one browser keep their order; each waits for the
proctor's word, a quarter of a second at most, and nothing else waits with it.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from harness.lab.errors import RefusedMessage
from harness.lab.frames import V1, read_frame
from harness.lab.tap import frames_of
from harness.lab.watch import KernelWatch

MAX_WAITING_MESSAGES = 2000
"""How many messages of one browser may wait to be passed on."""
MAX_WAITING_BYTES = 64 << 20
"""How many bytes of them."""


class RecordedConnection(ZMQChannelsWebsocketConnection):  # type: ignore[misc]  # untyped to us
    """Jupyter's connection, with the recorder in between."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._waiting: asyncio.Queue[str | bytes] = asyncio.Queue()
        self._waiting_bytes = 0
        self._passing: asyncio.Task[None] | None = None

    @property
    def watch(self) -> KernelWatch | None:
        """The watch over this kernel; None once it has ended."""
        watches: dict[str, KernelWatch] = self.multi_kernel_manager._watches
        return watches.get(self.kernel_id)

    def connect(self) -> Any:
        """Connect to the kernel's channels."""
        connected = super().connect()
        if connected is not None:
            # Without it a cell takes 48 ms instead of 5: Nagle waits for a delayed ACK.
            self.websocket_handler.set_nodelay(True)
            self.multi_kernel_manager.browsers[self.kernel_id].add(self)
        return connected

    def disconnect(self) -> None:
        """Let go of the kernel's channels."""
        manager = self.multi_kernel_manager
        manager.browsers[self.kernel_id].discard(self)
        if manager._kernel_connections.get(self.kernel_id, 0) > 1:
            manager.left(self.kernel_id, self.channels)  # the last one's are kept by buffering
        super().disconnect()

    def tell_end(self, words: str, parents: list[dict[str, Any]]) -> None:
        """Say below the cell that ran why its kernel ended, and let it and those behind it end.

        Args:
            words: what happened, what is safe, the next step.
            parents: the requests under way, the running one first; may be empty.
        """
        try:
            self.write_stderr(words, parents[0] if parents else {})
            for parent in parents:
                self._end_cell(words, parent)
        except Exception:  # the browser may be gone: then there is no one to tell
            self.log.info("a browser could not be told of a kernel's end")

    def handle_incoming_message(self, incoming_msg: str | bytes) -> None:
        """Take a message from the browser; it is passed on when its turn comes."""
        size = len(incoming_msg)
        if (
            self._waiting.qsize() >= MAX_WAITING_MESSAGES
            or self._waiting_bytes + size > MAX_WAITING_BYTES
        ):
            self._refuse(RefusedMessage("too many messages at once", {"size_bytes": size}))
            return
        self._waiting_bytes += size
        self._waiting.put_nowait(incoming_msg)
        if self._passing is None or self._passing.done():
            self._passing = asyncio.get_running_loop().create_task(self._pass_on())

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Take a message from the kernel: what IOPub carries is recorded by the tap."""
        channel = getattr(stream, "channel", stream)
        watch = self.watch
        if channel != "iopub" and watch is not None:
            try:
                watch.answered(str(channel), frames_of(outgoing_msg))
            except Exception:  # recording must not keep a reply from the browser
                self.log.exception("a reply of kernel %s could not be recorded", self.kernel_id)
        super().handle_outgoing_message(stream, outgoing_msg)

    async def _pass_on(self) -> None:
        """Announce and forward all that waits, in order, then end."""
        while not self._waiting.empty():
            raw = self._waiting.get_nowait()
            self._waiting_bytes -= len(raw)
            try:
                await self._announce_and_forward(raw)
            except RefusedMessage as no:
                self._refuse(no)
            except Exception:  # one message must not end the connection
                self.log.exception("a message to kernel %s was not passed on", self.kernel_id)

    async def _announce_and_forward(self, raw: str | bytes) -> None:
        watch = self.watch
        if watch is None:
            return
        frame = read_frame(raw, subprotocol=self.subprotocol)
        announced = watch.request(frame)
        await self.multi_kernel_manager.parent.recorder.received(announced)
        if not self.channels:
            raise RefusedMessage(
                "the browser left before it was passed on", {"msg_id": frame.msg_id}
            )
        super().handle_incoming_message(raw)

    def _refuse(self, no: RefusedMessage) -> None:
        """Record a message that is not passed on, and say so where the browser shows it."""
        watch = self.watch
        if watch is not None:
            watch.refused(no)
        about = no.about
        parent: dict[str, Any] = {k: about[k] for k in ("msg_id", "msg_type") if k in about}
        try:
            self.write_stderr(f"Not passed on to the kernel: {no}", parent)
            if about.get("msg_type") == "execute_request":
                self._end_cell(str(no), parent)
        except Exception:  # the browser may be gone: then there is no one to tell
            self.log.info("a browser could not be told of a refused message")

    def _end_cell(self, why: str, parent: dict[str, Any]) -> None:
        """Let a refused cell end in the browser, which waits for a reply and for idle."""
        error = {"status": "error", "ename": "NotPassedOn", "evalue": why, "traceback": []}
        for channel, msg_type, content in (
            ("shell", "execute_reply", error),
            ("iopub", "status", {"execution_state": "idle"}),
        ):
            message = self.session.msg(msg_type, content=content, parent=parent)
            self._send_own(channel, message)

    def _send_own(self, channel: str, message: dict[str, Any]) -> None:
        if self.subprotocol == V1:
            data = serialize_msg_to_ws_v1(message, channel, self.session.pack)
            self.write_message(data, binary=True)
        else:
            self.write_message(json.dumps(message | {"channel": channel}, default=str))
