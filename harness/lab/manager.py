"""Kernels: how many, how they begin and end, and the tap on what they publish.

Runs in zone S on the event loop. The tap is the server's own subscription, so outputs are
recorded whether or not a browser is there. It takes the place of Jupyter's own activity
watch, which reads every message a second time.
"""

from __future__ import annotations

import asyncio
import stat
import uuid
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import zmq.constants
from jupyter_core.utils import ensure_async
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError

from harness.core.settings import SandboxSettings
from harness.lab.announce import exercise_of
from harness.lab.lingering import Lingering
from harness.lab.overtime import TIME, Overtime, words_for_ended
from harness.lab.tap import activity_of, frames_of
from harness.lab.watch import Caps, KernelWatch
from harness.sandbox.spare import SpareKernel

MAX_KERNELS = 4
"""How many notebooks may have a kernel at once."""
SETTLE_S = 2.0
"""How long the end of a kernel waits for a start of it that is still under way."""
PREPARE_AFTER_S = 3.0
"""From the start of a kernel to the preparation of the next: the first one goes first."""
STARTING = "starting"
"""A kernel in this state is asked for a sign of life before a browser may send it a cell;
Jupyter leaves a kernel that died busy in "busy", and the first cell is lost."""
RECONNECT_MS, RECONNECT_MOST_MS = 10, 100
"""How soon a socket tries again that found no kernel at its address, and how seldom after a while.
We connect while a kernel still begins, and ZeroMQ's own tenth of a second and more is a part of
each start; one that is gone for good is asked no oftener than by ZeroMQ's own."""
MAX_BUFFERED_BYTES = 8 << 20
"""How much is kept for a browser that left; the record has its own copy."""

GAVE_UP = (
    "The kernel stopped several times in a row and was not started again. Your notebook and files "
    "are safe; restart it in the toolbar."
)


class RecordedKernels(AsyncMappingKernelManager):  # type: ignore[misc]  # untyped to us
    """Jupyter's kernel manager, under watch. `parent` is our server."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.context.setsockopt(zmq.constants.RECONNECT_IVL, RECONNECT_MS)
        self.context.setsockopt(zmq.constants.RECONNECT_IVL_MAX, RECONNECT_MOST_MS)
        self._watches: dict[str, KernelWatch] = {}
        self._lingering: dict[str, Lingering] = {}
        self.browsers: defaultdict[str, set[Any]] = defaultdict(set)
        self._overtime: Overtime | None = None
        self.spare_kernel: SpareKernel | None = None
        self.returned: dict[str, set[str]] = {}

    @property
    def watches(self) -> dict[str, KernelWatch]:
        """The watches, by kernel."""
        return self._watches

    def prepare_spare(self) -> None:
        """Have a kernel prepared for the next start, if that is wanted here."""
        if self.spare_kernel is not None:
            self.spare_kernel.prepare()

    async def bring_back(self, kernel_id: str, path: str, **kwargs: Any) -> None:
        """Start a kernel under the id of one that ended with the server before us.

        Args:
            kernel_id: the id, from our own note.
            path: API path of its notebook.
            **kwargs: as for a start.
        """
        self.tell_gone(kernel_id, path)
        self.returned[kernel_id] = set()
        await self._async_start_kernel(kernel_id=kernel_id, path=path.rpartition("/")[0], **kwargs)

    def tell_gone(self, kernel_id: str, path: str) -> None:
        """Record that a kernel ended with the server before us."""
        place = {"kernel_id": kernel_id, "cell_id": None, "msg_id": None}
        self.parent.recorder.note(
            "kernel_died", {"reason": "the server ended"}, exercise=exercise_of(path), place=place
        )

    def news_for(self, kernel_id: str, session_key: str) -> bool:
        """Tell whether a browser has yet to hear, for the first time, that this kernel is new."""
        told = self.returned.get(kernel_id)
        if told is None or session_key in told:
            return False
        told.add(session_key)
        return True

    def watch_of(self, kernel_id: str) -> KernelWatch:
        """Return the watch over a kernel."""
        return self._watches[kernel_id]

    def moved(self, kernel_id: str, path: str) -> None:
        """Take note of which notebook a kernel serves, at first and whenever that changes."""
        watch = self._watches.get(kernel_id)
        if watch is None:
            return
        watch.exercise = exercise_of(path)
        serves = {"msg_type": "kernel_notebook", "from": "browser", "path": path}
        watch.note("other_request", serves)

    async def _async_start_kernel(
        self, *, kernel_id: str | None = None, path: str | None = None, **kwargs: Any
    ) -> str:
        """Start a kernel for a notebook in the folder `path`; an id is ours to choose."""
        if len(self._kernels) >= MAX_KERNELS:
            raise HTTPError(
                409, f"{MAX_KERNELS} notebooks have a kernel already; shut one down first"
            )
        if kernel_id not in self.returned or kernel_id in self._watches:
            kernel_id = str(uuid.uuid4())
        given = self.parent.given
        if self._overtime is None:
            self._overtime = Overtime(self, given.sandbox.cell_minutes)
            self._overtime.start()
        self._watches[kernel_id] = KernelWatch(
            self.parent.recorder,
            kernel_id,
            exercise=exercise_of(f"{path or ''}/x"),
            caps=Caps(given.output_message_bytes, given.output_cell_bytes),
        )
        try:
            await super()._async_start_kernel(kernel_id=kernel_id, path=path, **kwargs)
        except BaseException:
            del self._watches[kernel_id]
            raise
        self._lingering[kernel_id] = Lingering(self._watches[kernel_id])
        self._watches[kernel_id].note("kernel_start", {"folder": path or ""})
        asyncio.get_running_loop().call_later(PREPARE_AFTER_S, self.prepare_spare)
        kernel = self._kernels[kernel_id]
        self.add_restart_callback(kernel_id, partial(self._died, kernel_id, kernel))
        self.add_restart_callback(kernel_id, partial(self._gave_up, kernel_id), "dead")
        return kernel_id

    start_kernel = _async_start_kernel

    async def _async_shutdown_kernel(
        self, kernel_id: str, now: bool = False, restart: bool = False
    ) -> Any:
        """End a kernel."""
        try:
            await self._settle(kernel_id)
            done = await super()._async_shutdown_kernel(kernel_id, now=now, restart=restart)
        except Exception:  # it was being started again by itself at this very moment
            self.log.warning("kernel %s did not end at once; trying again", kernel_id)
            await asyncio.sleep(0.5)
            await self._settle(kernel_id)
            done = await super()._async_shutdown_kernel(kernel_id, now=True, restart=restart)
        watch = self._forget(kernel_id)
        if watch is not None:
            watch.note("kernel_stop", watch.unkept())
        self.browsers.pop(kernel_id, None)
        return done

    shutdown_kernel = _async_shutdown_kernel

    async def _async_restart_kernel(self, kernel_id: str, now: bool = False) -> Any:
        """Restart a kernel because the browser asked for it."""
        self._check_kernel_id(kernel_id)
        self._watches[kernel_id].note("kernel_restart", {"automatic": False})
        self._watches[kernel_id].take_open()
        answered = await super()._async_restart_kernel(kernel_id, now=now)
        self._kernels[kernel_id].execution_state = STARTING
        self._kernels[kernel_id].start_restarter()  # which has ended if the kernel kept dying
        asyncio.get_running_loop().call_later(PREPARE_AFTER_S, self.prepare_spare)
        return answered

    restart_kernel = _async_restart_kernel

    async def interrupt_kernel(self, kernel_id: str) -> None:
        """Interrupt a kernel because the browser asked for it."""
        self._check_kernel_id(kernel_id)
        announced = self._watches[kernel_id].note("interrupt_request", {"from": "browser"})
        await self.parent.recorder.received(announced)
        await ensure_async(super().interrupt_kernel(kernel_id))

    async def interrupt_late(self, kernel_id: str, msg_id: str) -> None:
        """Interrupt a kernel because its cell ran too long."""
        watch = self._watches[kernel_id]
        why = {"from": "server", "why": TIME, "minutes": self.parent.given.sandbox.cell_minutes}
        watch.note("interrupt_request", why, msg_id=msg_id)
        await ensure_async(super().interrupt_kernel(kernel_id))

    def end_late(self, kernel_id: str) -> None:
        """End a kernel that no interrupt stops; it is started again by itself."""
        self._kernels[kernel_id].provisioner.end_for(TIME)

    def start_watching_activity(self, kernel_id: str) -> None:
        """Subscribe to what a kernel publishes: for the record, and for Jupyter's busy dot."""
        kernel = self._kernels[kernel_id]
        kernel.reason = ""
        kernel.last_activity = utcnow()
        kernel._activity_stream = kernel.connect_iopub()
        watch = self._watches[kernel_id]

        def tap(message: list[Any]) -> None:
            try:
                parts = frames_of(message)
                header, parent = watch.published(parts)
                self._note_activity(kernel, header, parent, parts[3])
            except Exception:  # a hostile message must not end the tap
                self.log.exception("a message of kernel %s could not be recorded", kernel_id)

        kernel._activity_stream.on_recv(tap)

    def start_buffering(self, kernel_id: str, session_key: str, channels: dict[str, Any]) -> None:
        """Keep what a kernel answers while no browser is there, and record it meanwhile."""
        super().start_buffering(kernel_id, session_key, channels)
        info = self._kernel_buffers.get(kernel_id)
        if info is None:
            return
        watch, kept = self._watches.get(kernel_id), [0]
        for channel, stream in channels.items():
            stream.on_recv(_buffering(channel, info["buffer"], watch, kept))

    def stop_buffering(self, kernel_id: str) -> None:
        """Forget what was kept for a browser that left; a reply still awaited is recorded."""
        if info := self._kernel_buffers.get(kernel_id):
            self.left(kernel_id, info["channels"], info["session_key"])
        super().stop_buffering(kernel_id)

    def left(self, kernel_id: str, channels: dict[str, Any], browser: str) -> None:
        """Take over from a browser's channels, which are about to be closed, what is awaited.

        Args:
            kernel_id: the kernel.
            channels: name of each channel and its stream; what is taken over is removed.
            browser: its session key.
        """
        if lingering := self._lingering.get(kernel_id):
            lingering.take(channels, browser)

    def given_back(self, kernel_id: str, browser: str) -> dict[str, Any]:
        """Return the streams of a browser that comes back, by channel; there may be none.

        Args:
            kernel_id: the kernel.
            browser: its session key.
        """
        lingering = self._lingering.get(kernel_id)
        return lingering.give_back(browser) if lingering else {}

    def withdrawn(self, kernel_id: str, msg_id: str) -> None:
        """Take note that an announced message was not passed on, and wait for no reply to it.

        Args:
            kernel_id: the kernel.
            msg_id: of the message.
        """
        if watch := self._watches.get(kernel_id):
            watch.withdrawn(msg_id)
        if lingering := self._lingering.get(kernel_id):
            lingering.settle()

    def cwd_for_path(self, path: str, **kwargs: Any) -> str:
        """Return the notebook's exercise folder; the sandbox makes of it a place inside.

        Args:
            path: API path of the folder the notebook lies in.
            **kwargs: what Jupyter passes besides.
        """
        folder = Path(self.root_dir) / (exercise_of(f"{path}/x") or "")
        try:
            is_folder = stat.S_ISDIR(folder.lstat().st_mode)  # a link there is a kernel's doing
        except OSError:
            is_folder = False
        return str(folder if is_folder else self.root_dir)

    async def _settle(self, kernel_id: str) -> None:
        """Wait until a start or restart under way has ended, two seconds at most.

        Jupyter's shutdown asks a start that has not ended for its exception, and fails.
        """
        kernel = self._kernels.get(kernel_id)
        if kernel is None:
            return
        ready = kernel.ready
        future = ready if isinstance(ready, asyncio.Future) else asyncio.wrap_future(ready)
        if not future.done():
            await asyncio.wait([future], timeout=SETTLE_S)

    def _note_activity(
        self, kernel: Any, header: dict[str, Any], parent: dict[str, Any], content: bytes
    ) -> None:
        state, is_activity = activity_of(
            header, parent, content, kernel.execution_state, self.track_message_type
        )
        if is_activity:
            self.last_kernel_activity = kernel.last_activity = utcnow()
        if state is not None:
            kernel.execution_state = state

    def _died(self, kernel_id: str, kernel: Any) -> None:
        """Record that a kernel ended by itself; Jupyter starts it again next."""
        kernel.execution_state = STARTING
        watch = self._watches.get(kernel_id)
        if watch is not None:
            reason = reason_of(kernel)
            watch.note("kernel_died", {"reason": reason})
            watch.note("kernel_restart", {"automatic": True})
            words, ran = words_for_end(reason, self.parent.given.sandbox), watch.take_open()
            self._lingering[kernel_id].end()
            for browser in tuple(self.browsers[kernel_id]):
                browser.tell_end(words, ran)
            asyncio.get_running_loop().call_later(PREPARE_AFTER_S, self.prepare_spare)

    def _handle_kernel_died(self, kernel_id: str) -> None:
        """Keep a kernel that is not started again: its session lives, and can restart it."""

    def _gave_up(self, kernel_id: str) -> None:
        """Record that a kernel kept dying and is not started again, and say so.

        Its watch stays: the toolbar's restart begins anew.
        """
        watch = self._watches.get(kernel_id)
        if watch is not None:
            watch.note("kernel_stop", {"reason": "it kept dying", **watch.unkept()})
            for browser in tuple(self.browsers[kernel_id]):
                browser.tell_end(GAVE_UP, watch.take_open())

    def _forget(self, kernel_id: str) -> KernelWatch | None:
        """Let go of what belongs to a kernel that ended for good; return its watch."""
        if lingering := self._lingering.pop(kernel_id, None):
            lingering.end()
        self.returned.pop(kernel_id, None)
        self.parent.returning.forget(kernel_id)
        return self._watches.pop(kernel_id, None)


def reason_of(kernel: Any) -> str:
    """Return why a kernel ended, as far as the sandbox knows."""
    reason = getattr(getattr(kernel, "provisioner", None), "ended_because", None)
    return str(reason or "unknown")


def words_for_end(reason: str, limits: SandboxSettings) -> str:
    """Return what a candidate reads when a kernel ended: what happened, what is safe, what next.

    Args:
        reason: the sandbox's word.
        limits: what the kernel was allowed.
    """
    safe = "Your notebook and files are safe; a new kernel is there: run the cells above again."
    if reason == "memory":
        size = limits.memory_bytes / (1 << 30)
        return (
            f"This cell needed more than {size:g} GB of memory, so the kernel was stopped. {safe}"
        )
    if reason == TIME:
        return f"{words_for_ended(limits.cell_minutes)} {safe}"
    if reason == "folder":
        size = limits.folder_bytes >> 20
        return (
            f"The work folder is full ({size} MB), so the kernel was stopped. Delete a file you "
            f"made; given files can always be reset. {safe}"
        )
    return f"The kernel stopped by itself. {safe}"


def _buffering(
    channel: str, buffer: list[Any], watch: KernelWatch | None, kept: list[int]
) -> Callable[[list[Any]], None]:
    def keep(message: list[Any]) -> None:
        if channel != "iopub" and watch is not None:
            watch.answered(channel, frames_of(message))
        size = sum(len(part) for part in message)
        if kept[0] + size <= MAX_BUFFERED_BYTES:
            kept[0] += size
            buffer.append((channel, message))

    return keep
