"""Which cell a kernel is running now, by what its server announced.

Runs in zone G, in the event loop alone. Requests are announced before the kernel gets them, so
a call that arrives finds its cell here. What a kernel says of itself (busy, idle, replies) can
be forged by the code in it: it moves the pointer among the kernel's own requests, never beyond.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from harness.core.records import Announcement
from harness.proctor.tables import entries, sessions
from harness.proctor.writer import Writer

MOST_KERNELS = 64
"""Kernels remembered for each session; the one heard of longest ago is forgotten first."""
RECENT = dt.timedelta(hours=24)
"""A session heard of no later than this before the newest one has no kernel any more."""
MOST_WAITING = 10_000
"""Requests that may wait on one kernel; the oldest is forgotten first."""
_ENDS = frozenset({"kernel_restart", "kernel_died", "kernel_stop"})
_PLACE = ("kind", "exercise", "kernel_id", "cell_id", "msg_id")
_KEPT_KINDS = ("execute_request", "execute_reply", "kernel_start", *sorted(_ENDS))


@dataclass(frozen=True)
class Place:
    """Where a call comes from; None for what is not known.

    Attributes:
        exercise: slug of the notebook that the kernel serves.
        kernel_id: the kernel.
        cell_id: the cell that runs.
        msg_id: its execute request.
    """

    exercise: str | None = None
    kernel_id: str | None = None
    cell_id: str | None = None
    msg_id: str | None = None


@dataclass(frozen=True)
class _Request:
    place: Place
    subshell: str | None


@dataclass
class _Kernel:
    """What one kernel has been given to run and has not ended."""

    exercise: str | None = None
    waiting: OrderedDict[str, _Request] = field(default_factory=OrderedDict)

    def ask(self, msg_id: str, request: _Request) -> None:
        """Take a request; one that is there already stays where it is."""
        self.waiting.setdefault(msg_id, request)
        if len(self.waiting) > MOST_WAITING:
            self.waiting.popitem(last=False)

    def begin(self, msg_id: str) -> None:
        """Take word that a request has begun: those before it on the same line are over."""
        begun = self.waiting.get(msg_id)
        if begun is None:
            return
        if msg_id == next(iter(self.waiting)):
            return
        for other, request in list(self.waiting.items()):
            if other == msg_id:
                return
            if request.subshell == begun.subshell:
                del self.waiting[other]

    def end(self, msg_id: str) -> None:
        """Take word that a request has ended."""
        self.waiting.pop(msg_id, None)

    def now(self) -> Place | None:
        """Return the place of what runs; None when nothing does."""
        return next(iter(self.waiting.values())).place if self.waiting else None


class Running:
    """Every kernel of every session, by what it runs."""

    def __init__(self) -> None:
        self._kernels: dict[str, OrderedDict[str, _Kernel]] = {}

    async def load(self, writer: Writer, only: Collection[str] | None = None) -> None:
        """Take up what was running when the proctor ended; kernels outlive it.

        Args:
            writer: of the witness.
            only: sessions whose kernels are taken up; None takes up all.
        """

        def job(connection: Connection) -> None:
            for session in _recent(connection):
                if only is not None and session not in only:
                    continue
                query = select(entries).where(
                    entries.c.session == session,
                    entries.c.kind.in_(_KEPT_KINDS),
                    entries.c.kernel_id.is_not(None),
                )
                columns = query.with_only_columns(*(entries.c[name] for name in _PLACE))
                for row in connection.execute(columns.order_by(entries.c.seq)):
                    place = Place(row.exercise, row.kernel_id, row.cell_id, row.msg_id)
                    self._move(session, row.kind, place, {})

        await writer.read(job)

    def take(self, session: str, event: Announcement) -> None:
        """Follow one announcement; it may come twice."""
        if event.kernel_id is not None:
            place = Place(event.exercise, event.kernel_id, event.cell_id, event.msg_id)
            self._move(session, event.kind, place, event.payload)

    def place(self, session: str, kernel_id: str | None) -> Place:
        """Return where a call that arrives now comes from.

        Args:
            session: whose call.
            kernel_id: the kernel on whose line it came; None when it came on no kernel's line,
                which happens without a sandbox alone: then it is the one kernel that runs
                something, and nobody's when several do.
        """
        kernels = self._kernels.get(session, OrderedDict())
        if kernel_id is None:
            return _only_one(list(kernels.values()))
        kernel = kernels.get(kernel_id)
        if kernel is None:
            return Place(kernel_id=kernel_id)
        return kernel.now() or Place(exercise=kernel.exercise, kernel_id=kernel_id)

    def is_busy(self, session: str) -> bool:
        """Tell whether any kernel of a session has been given something that has not ended."""
        return any(kernel.now() is not None for kernel in self._kernels.get(session, {}).values())

    def _move(self, session: str, kind: str, place: Place, payload: Mapping[str, object]) -> None:
        assert place.kernel_id is not None
        kernel = self._kernel(session, place.kernel_id)
        kernel.exercise = place.exercise or kernel.exercise
        if kind in _ENDS or kind == "kernel_start":
            kernel.waiting.clear()
            if kind == "kernel_stop":
                del self._kernels[session][place.kernel_id]
        elif place.msg_id is None:
            return
        elif kind == "execute_request":
            subshell = payload.get("subshell_id")
            told = subshell if isinstance(subshell, str) else None
            kernel.ask(place.msg_id, _Request(place, told))
        elif kind == "execute_input" or (kind == "status" and _is(payload, "busy")):
            kernel.begin(place.msg_id)
        elif kind == "execute_reply" or (kind == "status" and _is(payload, "idle")):
            kernel.end(place.msg_id)

    def _kernel(self, session: str, kernel_id: str) -> _Kernel:
        kernels = self._kernels.setdefault(session, OrderedDict())
        kernel = kernels.setdefault(kernel_id, _Kernel())
        kernels.move_to_end(kernel_id)
        if len(kernels) > MOST_KERNELS:
            kernels.popitem(last=False)
        return kernel


def _recent(connection: Connection) -> list[str]:
    """Return the sessions that may still have kernels."""
    last = (
        select(entries.c.received_at)
        .where(entries.c.session == sessions.c.id)
        .order_by(entries.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    heard = connection.execute(select(sessions.c.id, last)).all()
    times = [at for _, at in heard if at is not None]
    return [name for name, at in heard if at is not None and at >= max(times) - RECENT]


def _is(payload: Mapping[str, object], state: str) -> bool:
    return payload.get("execution_state") == state


def _only_one(kernels: list[_Kernel]) -> Place:
    """Return the place of the one kernel that runs something, or what all have in common."""
    places = [place for kernel in kernels if (place := kernel.now()) is not None]
    if len(places) == 1:
        return places[0]
    exercises = {kernel.exercise for kernel in kernels}
    return Place(exercise=exercises.pop() if len(exercises) == 1 else None)
