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
from harness.lab.gathered import GatheredStream
from harness.lab.tap import frames_of, object_of
from harness.lab.watch import KernelWatch

MAX_WAITING_MESSAGES = 2000
"""How many messages of one browser may wait to be passed on."""
MAX_WAITING_BYTES = 64 << 20
"""How many bytes of them."""
NUDGES_S = (0.02, 0.05, 0.1, 0.2, 0.3)
"""When a kernel is asked for a sign of life besides Jupyter's own asking, which comes at once,
mostly before the subscription to its answer stands, and then not for half a second."""
ASKS_AGAIN_S = 0.5
"""How often a kernel is asked what it speaks, until it says so."""
STATUS_BYTES = 200
"""How long a kernel's word on its state is at most."""
SETTLES_S = 1.0
"""How long a browser has for its first words with a kernel before it hears that it is new."""
TOO_FAST = (
    "This cell prints more at once than a page can show, so part of it is left out here. The cell "
    "itself goes on. Print less, or write to a file and look at parts."
)
"""Said instead of Jupyter's words, which name settings that nobody here can change."""


class RecordedConnection(ZMQChannelsWebsocketConnection):  # type: ignore[misc]  # untyped to us
    """Jupyter's connection, with the recorder in between."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._waiting: asyncio.Queue[str | bytes] = asyncio.Queue()
        self._waiting_bytes = 0
        self._passing: asyncio.Task[None] | None = None
        self._told: set[str] = set()
        self._spoken: str | None = None
        self._stream: GatheredStream | None = None
        self._has_left = False

    def write_stderr(self, error_message: str, parent_header: Any) -> None:
        """Say below a cell that part of what it prints is left out."""
        words = TOO_FAST if error_message.lstrip().startswith("IOPub") else error_message
        super().write_stderr(words, parent_header)

    @property
    def subprotocol(self) -> str | None:
        """What this browser speaks; known still when it has left and its last words wait."""
        return self._spoken or super().subprotocol

    @property
    def watch(self) -> KernelWatch | None:
        """The watch over this kernel; None once it has ended."""
        watches: dict[str, KernelWatch] = self.multi_kernel_manager._watches
        return watches.get(self.kernel_id)

    def connect(self) -> Any:
        """Connect to the kernel's channels."""
        self._spoken = super().subprotocol
        for before in tuple(self.multi_kernel_manager.browsers[self.kernel_id]):
            if before.session_key == self.session_key:  # its line broke, and it has not heard yet
                before.disconnect()
        connected = super().connect()
        if connected is not None:
            # Without it a cell takes 48 ms instead of 5: Nagle waits for a delayed ACK.
            self.websocket_handler.set_nodelay(True)
            wire = self.websocket_handler.ws_connection
            self._stream = wire.stream = GatheredStream(wire.stream)
            self.multi_kernel_manager.browsers[self.kernel_id].add(self)
            self._note_name()
            if self.multi_kernel_manager.news_for(self.kernel_id, self.session_key):
                # cells that ran when the server before us ended get no answer any more
                connected.add_done_callback(lambda _: self._tell_soon())
        return connected

    def create_stream(self) -> None:
        """Open the channels; streams that this browser left here go on where they were."""
        kept = self.multi_kernel_manager.given_back(self.kernel_id, self.session_key)
        for channel in ("iopub", "shell", "control", "stdin"):
            connect = getattr(self.kernel_manager, f"connect_{channel}")
            stream = kept.get(channel) or connect(identity=self.session.bsession)
            self.channels[channel] = stream
            stream.channel = channel

    def _note_name(self) -> None:
        """Record what the browser calls itself: the kernel reads it in every message of ours."""
        watch, name = self.watch, str(self.session.session)
        if watch is not None and name not in watch.browsers:
            watch.browsers.add(name)
            named = {"msg_type": "browser_connected", "from": "browser", "session_id": name}
            watch.note("other_request", named)

    def request_kernel_info(self) -> Any:
        """Ask the kernel what it speaks, again and again until it answers.

        Jupyter asks once and waits a minute: a kernel that died before it answered would keep
        every browser from the one that came after it.
        """
        answered = super().request_kernel_info()
        if self.kernel_info_channel is not None:  # else another browser's request is under way
            asyncio.get_running_loop().create_task(self._ask_again(self.kernel_info_channel))
        return answered

    async def _ask_again(self, asker: Any) -> None:
        while not self._kernel_info_future.done():
            await asyncio.sleep(ASKS_AGAIN_S)
            self._ask(asker)

    def nudge(self) -> Any:
        """Ask the kernel for a sign of life; returns a future that is done when it came."""
        alive = super().nudge()
        if not alive.done():
            asker = self.kernel_manager.connect_control()
            later = asyncio.get_running_loop().call_later
            timers = [later(after_s, self._ask, asker) for after_s in NUDGES_S]
            alive.add_done_callback(lambda _: _let_go(asker, timers))
        return alive

    def _ask(self, asker: Any) -> None:
        if not asker.closed():
            self.session.send(asker, "kernel_info_request")

    def _tell_soon(self) -> None:
        asyncio.get_running_loop().call_later(SETTLES_S, self._tell_restart)

    def _tell_restart(self) -> None:
        try:
            self._send_status_message("restarting")
        except Exception:  # it may have left again
            self.log.info("a browser could not be told that its kernel is new")

    def disconnect(self) -> None:
        """Let go of the kernel's channels, once."""
        if self._has_left:
            return
        self._has_left = True
        manager = self.multi_kernel_manager
        manager.browsers[self.kernel_id].discard(self)
        if manager._kernel_connections.get(self.kernel_id, 0) > 1:
            # the last one's are kept by buffering
            manager.left(self.kernel_id, self.channels, self.session_key)
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
        if watch is not None and watch.to_tell and channel == "iopub":
            self._tell_late(watch, outgoing_msg)
        super().handle_outgoing_message(stream, outgoing_msg)
        if self._stream is not None:
            self._hasten(self._stream, str(channel), outgoing_msg)

    def _hasten(self, stream: GatheredStream, channel: str, message: list[Any]) -> None:
        """Send at once what ends a cell or asks a person; what is to end it follows its reply."""
        if channel == "shell":
            stream.hurry()
        elif channel != "iopub" or is_end(message):
            stream.flush()

    def _tell_late(self, watch: KernelWatch, message: list[Any]) -> None:
        """Say why a cell was stopped, before the error that it stopped with, or its end."""
        try:
            header, parent, _, content = (object_of(part) for part in frames_of(message)[:4])
            is_end = content.get("execution_state") == "idle" or header.get("msg_type") == "error"
            words = watch.to_tell.get(str(parent.get("msg_id"))) if is_end else None
            if words is not None and parent["msg_id"] not in self._told:
                self._told.add(parent["msg_id"])
                self.write_stderr(words, parent)
        except Exception:  # a hostile message must not keep itself from the browser
            self.log.info("a browser could not be told of a cell's time")

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
            self.multi_kernel_manager.withdrawn(self.kernel_id, frame.msg_id)
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


def is_end(message: list[Any]) -> bool:
    """Tell whether a message may say that a cell has ended: nobody has to wait for more."""
    content = bytes(message[-1])
    return len(content) < STATUS_BYTES and b'"idle"' in content


def _let_go(asker: Any, timers: list[asyncio.TimerHandle]) -> None:
    for timer in timers:
        timer.cancel()
    asker.close()
