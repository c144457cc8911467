"""Time in which we were away is the candidate's: what ran when we ended moves on by as much.

Runs in zone G. A sign of life is left every second; who starts next reads it.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Connection

from harness.core.clock import Clock, to_wire
from harness.proctor.deadline import Deadlines, keep_ends
from harness.proctor.pauses import NONE, Pause, Pauses, as_outage, keep_as_it_is, within
from harness.proctor.witness import Witness
from harness.proctor.writer import Writer

SHORTEST = dt.timedelta(seconds=1)
"""A gap up to this is the pace of the signs, not an outage."""
_LONGEST_SIGN = 64
Why = Literal["proctor", "hub", "server"]
_log = logging.getLogger(__name__)


class Alive:
    """The sign of life.

    Args:
        path: home/proctor/alive.
        clock: where time comes from.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path, self._clock = path, clock

    def note(self) -> None:
        """Leave a sign; whether that succeeds stops nobody."""
        part = self._path.with_suffix(".part")
        try:
            with open(part, "w", encoding="ascii", opener=_for_us_alone) as file:
                file.write(to_wire(self._clock.now()))
            part.replace(self._path)
        except OSError as problem:
            _log.warning("no sign of life could be left: %s", problem)

    def last(self) -> dt.datetime | None:
        """Return the last sign; None if there is none that can be read."""
        try:
            with self._path.open("rb") as file:
                at = dt.datetime.fromisoformat(file.read(_LONGEST_SIGN + 1).decode("ascii"))
        except (OSError, ValueError):
            return None
        return at if at.tzinfo is not None else None


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


class Away(BaseModel):
    """Since when and until when the hub was away, as it tells when it is back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: AwareDatetime
    """Its last sign of life."""
    until: AwareDatetime
    """When it could be reached again."""


@dataclass(frozen=True)
class _Back:
    """What one outage gives back.

    Attributes:
        moved: session and exercise to by how much its box ends later.
        pauses: each pause of which a part was an outage, as it stands then.
    """

    moved: dict[tuple[str, str], dt.timedelta]
    pauses: list[Pause]


async def give_back(
    deadlines: Deadlines, pauses: Pauses, witness: Witness, writer: Writer, *,
    last: dt.datetime | None, now: dt.datetime, only: Collection[str] | None = None,
    why: Why = "proctor",
) -> int:  # fmt: skip
    """Move the ends of boxes that ran when we ended; the journal says by how much.

    What lay in a pause too is given back once: as an outage, which takes nothing of the allowance.

    Args:
        deadlines: loaded.
        pauses: loaded.
        witness: loaded.
        writer: of the witness.
        last: the last sign of life.
        now: the time.
        only: sessions whose boxes are moved; None moves all.
        why: who was away.

    Returns:
        How many boxes were moved.
    """
    if last is None:
        return 0
    back = _found(deadlines, pauses, last, now, only)
    boxes = {key: deadlines.move(*key, by) for key, by in back.moved.items()}
    before = [_as_it_was(pauses, one) for one in back.pauses]
    for one in back.pauses:
        pauses.put(one)

    def job(connection: Connection) -> None:
        for one in back.pauses:
            keep_as_it_is(connection, one)
        for (session, exercise), away in back.moved.items():
            keep_ends(connection, session, exercise, boxes[session, exercise])
            # not the new end: with it a reader could work out whose box is longer
            payload = {"away_s": round(away.total_seconds(), 1), "why": why}
            witness.append(connection, session, "time_back", payload, at=now, exercise=exercise)

    if not boxes and not back.pauses:
        return 0
    try:
        await writer.do(job)
    except BaseException:
        for key, by in back.moved.items():
            deadlines.move(*key, -by)
        for was in before:
            pauses.put(was)
        raise
    return len(boxes)


def _found(
    deadlines: Deadlines, pauses: Pauses, last: dt.datetime, now: dt.datetime,
    only: Collection[str] | None,
) -> _Back:  # fmt: skip
    moved: dict[tuple[str, str], dt.timedelta] = {}
    touched: set[str] = set()
    for session, exercise in deadlines.running():
        if only is not None and session not in only:
            continue
        box = deadlines.box(session, exercise)
        assert box.opened_at is not None and box.hard_end_at is not None
        since = max(last, box.opened_at)
        away = now - since
        was_over = last - pauses.stood_still(session, last) >= box.hard_end_at
        if away <= SHORTEST or was_over:
            continue
        touched.add(session)
        over = sum((within(one, since, now) for one in pauses.ended(session)), NONE)
        if away - over > NONE:
            moved[session, exercise] = away - over
    refunds = [
        _refund(one, last, now) for session in sorted(touched) for one in pauses.ended(session)
    ]
    refunds += [
        _refund(one, last, now)
        for one in pauses.all_open()
        if one.session in touched and not _had_run_out(pauses, one, last)
    ]
    return _Back(moved, [one for one in refunds if one is not None])


def _refund(pause: Pause, last: dt.datetime, now: dt.datetime) -> Pause | None:
    shared = within(pause, last, now)
    return as_outage(pause, shared) if shared > NONE else None


def _had_run_out(pauses: Pauses, pause: Pause, at: dt.datetime) -> bool:
    counted = pause.counted(at)
    return counted > NONE and pauses.stood_still(pause.session, at) < counted


def _as_it_was(pauses: Pauses, changed: Pause) -> Pause:
    held = [*pauses.ended(changed.session), *pauses.all_open()]
    return next(one for one in held if one.id == changed.id)
