"""The operator's reserve: what providers took above what was set aside, and what it closes.

Runs in zone G. The candidate pays what was set aside; what is above is charged here, in a row of
its own, written in the same commit as the call's. A route that took more is closed until the
operator opens it; when the reserve is used up every route is, until it is acknowledged.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from harness.core.clock import Clock
from harness.core.records import Call
from harness.proctor.tables import overruns
from harness.proctor.writer import Writer

DEFAULT_RESERVE_USD = Decimal(5)
_NOTHING = Decimal(0)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Overrun:
    """What one call took above.

    Attributes:
        call: its id; for what an older proctor kept in a file, "before" and the alias.
        session: whose call; None for those.
        round: of the session; None where there is none.
        alias: the route.
        usd: US dollars above what was set aside.
        at: when.
        opened_at: when the operator opened the route after it.
        acknowledged_at: when the operator took it off the reserve.
    """

    call: str
    session: str | None
    round: str | None
    alias: str
    usd: Decimal
    at: dt.datetime
    opened_at: dt.datetime | None = None
    acknowledged_at: dt.datetime | None = None


class Overruns:
    """What was taken above, by alias and round, and which routes it closes.

    Args:
        reserve_usd: how much the operator bears before every route closes.
    """

    def __init__(self, reserve_usd: Decimal = DEFAULT_RESERVE_USD) -> None:
        self._reserve_usd = reserve_usd
        self._total: dict[tuple[str, str | None], tuple[int, Decimal]] = {}
        self._closed: set[str] = set()
        self._used = _NOTHING
        self._store: tuple[Writer, Clock] | None = None

    async def load(self, writer: Writer, clock: Clock, old_file: Path) -> None:
        """Read what was taken; call it once before anything else.

        Args:
            writer: of the witness.
            clock: where time comes from.
            old_file: home/proctor/overruns.json of an older proctor; its content moves into the
                database and the file goes.
        """
        self._store = writer, clock
        old = read_old(old_file, clock.now())
        if old is not None:
            await writer.do(lambda connection: _keep_new(connection, old))
            old_file.unlink(missing_ok=True)
        rows = await writer.read(lambda c: c.execute(select(overruns)).mappings().all())
        for row in rows:
            self._take(Overrun(**row))

    def is_closed(self, alias: str) -> bool:
        """Tell whether a route is closed, for its own sake or because the reserve is used up."""
        return alias in self._closed or self.is_used_up

    @property
    def is_used_up(self) -> bool:
        """Whether the operator's reserve is used up."""
        return self._used >= self._reserve_usd

    def total_usd(self, alias: str) -> Decimal:
        """Return what a route took above, US dollars, since ever."""
        return sum((usd for (name, _), (_, usd) in self._total.items() if name == alias), _NOTHING)

    def note(self, call: Call, round_: str | None, usd: Decimal) -> Overrun:
        """Close a route at once and return the row that keep_overrun() writes.

        Args:
            call: whose usage was above what was set aside.
            round_: of its session.
            usd: by how much.
        """
        one = Overrun(call.id, call.session, round_, call.alias, usd, call.at)
        _log.error("provider of %s took more than was set aside; its route is closed", call.alias)
        self._take(one)
        if self.is_used_up:
            _log.error("the operator's reserve is used up; every provider's route is closed")
        return one

    async def open(self, alias: str) -> None:
        """Open a route again; the operator has looked. A used-up reserve keeps it closed."""
        which = (overruns.c.alias == alias) & overruns.c.opened_at.is_(None)
        was = alias in self._closed
        self._closed.discard(alias)  # first: what comes while we write closes it again
        try:
            await self._update(which, "opened_at")
        except BaseException:
            self._closed |= {alias} if was else set()
            raise

    async def acknowledge(self) -> None:
        """Take what was borne so far off the reserve: it is whole again."""
        was, self._used = self._used, _NOTHING
        try:
            await self._update(overruns.c.acknowledged_at.is_(None), "acknowledged_at")
        except BaseException:
            self._used += was
            raise

    def listed(self) -> dict[str, Any]:
        """Return the reserve and what was taken by alias and round, plain JSON values."""
        rows = sorted(self._total.items(), key=lambda item: (item[0][0], item[0][1] or ""))
        return {
            "limit_usd": format(self._reserve_usd, "f"),
            "used_usd": format(self._used, "f"),
            "is_used_up": self.is_used_up,
            "overruns": [
                {"alias": alias, "round": round_, "calls": calls, "usd": format(usd, "f")}
                for (alias, round_), (calls, usd) in rows
            ],
        }

    def _take(self, one: Overrun) -> None:
        calls, usd = self._total.get((one.alias, one.round), (0, _NOTHING))
        self._total[one.alias, one.round] = (calls + 1, usd + one.usd)
        if one.opened_at is None:
            self._closed.add(one.alias)
        if one.acknowledged_at is None:
            self._used += one.usd

    async def _update(self, which: Any, column: str) -> None:
        if self._store is None:
            return
        writer, clock = self._store
        values = {column: clock.now()}
        await writer.do(lambda c: c.execute(update(overruns).where(which).values(values)) and None)


def keep_overrun(connection: Connection, one: Overrun) -> None:
    """Write an overrun's row, inside a job of the writer."""
    connection.execute(insert(overruns).values(vars(one)))


def read_old(path: Path, now: dt.datetime) -> list[Overrun] | None:
    """Return what an older proctor kept in its file; what it had opened is acknowledged.

    None if there is no such file, or it cannot be read: that is told, and it stays.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        closed = set(map(str, value["closed"]))
        total = {str(alias): Decimal(usd) for alias, usd in value["total_usd"].items()}
        return list(_from_old(total, closed, now))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidOperation):
        _log.error("%s cannot be read; routes that were closed in it are open", path)
        return None


def _keep_new(connection: Connection, old: list[Overrun]) -> None:
    known = set(connection.execute(select(overruns.c.call)).scalars())
    for one in old:
        if one.call not in known:  # moved already, and ended before the file was gone
            keep_overrun(connection, one)


def _from_old(
    total: dict[str, Decimal], closed: set[str], now: dt.datetime
) -> Iterable[Overrun]:  # fmt: skip
    for alias in sorted({*total, *closed}):
        seen = None if alias in closed else now
        usd = total.get(alias, _NOTHING)
        if not usd.is_finite() or usd < 0:
            raise ValueError("an overrun is an amount")
        yield Overrun(f"before:{alias}", None, None, alias, usd, now, seen, seen)
