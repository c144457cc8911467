"""What a session's tools have taken: uses, simulated minutes; and the settings they changed.

Runs in zone G. Uses and minutes are set aside before a tool works and counted with the row of
the ledger in one job, as the purse does: nothing is over, whoever runs beside whom. Calls and
tokens that a tool costs are the purse's own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select, update

from harness.core.canonical import canonical_json, parse_json
from harness.core.card import ExerciseCard
from harness.core.seal import ContentKey
from harness.core.tools import Took, Tool
from harness.proctor.tables import tool_settings, tool_uses
from harness.proctor.tools import words as tool_words
from harness.proctor.tools.kinds import State
from harness.proctor.tools.sheet import Plain
from harness.proctor.writer import Writer

_NOTHING = Decimal(0)
Key = tuple[str, str]
"""Session and exercise."""


@dataclass
class _Taken:
    """What one tool took in one session, and what is set aside for it."""

    uses: int = 0
    minutes: Decimal = _NOTHING
    uses_held: int = 0
    minutes_held: Decimal = _NOTHING


@dataclass
class _Account:
    """All tools of one exercise in one session."""

    tools: dict[str, _Taken] = field(default_factory=dict)

    def minutes(self, *, with_held: bool) -> Decimal:
        """Return the minutes that all tools took."""
        share = 1 if with_held else 0
        return sum((t.minutes + share * t.minutes_held for t in self.tools.values()), _NOTHING)


@dataclass(frozen=True)
class Held:
    """What was set aside for one use; to be counted or released exactly once.

    Attributes:
        session: whose.
        exercise: of which exercise.
        tool: which tool.
        minutes: simulated minutes.
    """

    session: str
    exercise: str
    tool: str
    minutes: Decimal


class ToolAccounts:
    """The tools' accounts of every session.

    Args:
        writer: of the witness.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._accounts: dict[Key, _Account] = {}
        self._settings: dict[Key, State] = {}

    async def load(self, only: Collection[str] | None = None) -> None:
        """Read what was counted; what was only set aside is not there, and so is given back.

        Args:
            only: sessions whose accounts are read anew; None reads all.
        """
        rows = await self._writer.read(lambda c: c.execute(select(tool_uses)).all())
        for known in [*self._accounts, *self._settings]:
            if only is None or known[0] in only:
                self._accounts.pop(known, None)
                self._settings.pop(known, None)
        for row in rows:
            if only is None or row.session in only:
                account = self._accounts.setdefault((row.session, row.exercise), _Account())
                account.tools[row.tool] = _Taken(uses=row.uses, minutes=row.minutes)

    def hold(self, session: str, card: ExerciseCard, tool: Tool, took: Took) -> Held:
        """Set one use aside.

        Raises:
            Refusal: 429, the tool was used as often as it may be, or the minutes do not suffice.
        """
        account = self._accounts.setdefault((session, card.slug), _Account())
        taken = account.tools.setdefault(tool.name, _Taken())
        if taken.uses + taken.uses_held >= tool.most:
            raise tool_words.tool_used_up(tool.name, tool.most)
        limit = card.purse.minutes or _NOTHING
        left = limit - account.minutes(with_held=True)
        if took.minutes > max(left, _NOTHING):
            raise tool_words.minutes_used_up(
                tool.name, takes=took.minutes, left=max(left, _NOTHING), limit=limit
            )
        taken.uses_held += 1
        taken.minutes_held += took.minutes
        return Held(session, card.slug, tool.name, took.minutes)

    def release(self, held: Held) -> None:
        """Give a use back: it did not happen."""
        taken = self._accounts[held.session, held.exercise].tools[held.tool]
        taken.uses_held -= 1
        taken.minutes_held -= held.minutes

    def count(self, held: Held) -> dict[str, Any]:
        """Count a use and return the row that keep() writes, in the order of counting."""
        self.release(held)
        taken = self._accounts[held.session, held.exercise].tools[held.tool]
        taken.uses += 1
        taken.minutes += held.minutes
        return _row(held, taken)

    def undo(self, held: Held) -> dict[str, Any]:
        """Take back what was counted and return the row; it was not written."""
        taken = self._accounts[held.session, held.exercise].tools[held.tool]
        taken.uses -= 1
        taken.minutes -= held.minutes
        return _row(held, taken)

    def minutes_used(self, session: str, card: ExerciseCard) -> Decimal:
        """Return the simulated minutes that were taken."""
        account = self._accounts.get((session, card.slug), _Account())
        return account.minutes(with_held=False)

    async def settings(self, key: ContentKey, at: Key, start: State) -> State:
        """Return the settings as they are.

        Args:
            key: the candidate's.
            at: session and exercise.
            start: as a session begins.
        """
        if at not in self._settings:
            where = (tool_settings.c.session == at[0]) & (tool_settings.c.exercise == at[1])
            query = select(tool_settings.c.sealed).where(where)
            sealed = await self._writer.read(lambda c: c.execute(query).scalar_one_or_none())
            found = start if sealed is None else _open(sealed, key, at)
            self._settings.setdefault(at, found)
        return self._settings[at]

    def forget_settings(self, at: Key) -> None:
        """Read the settings anew when they are next asked for."""
        self._settings.pop(at, None)

    def take_settings(self, at: Key, settings: State) -> None:
        """Have these settings from now on; they are on disk already."""
        self._settings[at] = settings


def _row(held: Held, taken: _Taken) -> dict[str, Any]:
    return {
        "session": held.session, "exercise": held.exercise, "tool": held.tool,
        "uses": taken.uses, "minutes": taken.minutes,
    }  # fmt: skip


def keep(connection: Connection, row: dict[str, Any]) -> None:
    """Write what count() returned, inside a job of the writer."""
    own = {name: row[name] for name in ("session", "exercise", "tool")}
    where = [tool_uses.c[name] == value for name, value in own.items()]
    values = {"uses": row["uses"], "minutes": row["minutes"]}
    if connection.execute(update(tool_uses).where(*where).values(**values)).rowcount == 0:
        connection.execute(insert(tool_uses).values(**row))


def keep_settings(
    connection: Connection, key: ContentKey, at: Key, settings: dict[str, dict[str, Plain]]
) -> None:
    """Write the settings as they become, sealed, inside a job of the writer."""
    sealed = key.seal(canonical_json(settings), place=_place(at))
    where = (tool_settings.c.session == at[0]) & (tool_settings.c.exercise == at[1])
    if connection.execute(update(tool_settings).where(where).values(sealed=sealed)).rowcount == 0:
        connection.execute(
            insert(tool_settings).values(session=at[0], exercise=at[1], sealed=sealed)
        )


def _open(sealed: bytes, key: ContentKey, at: Key) -> State:
    found: State = parse_json(key.open(sealed, place=_place(at)), what="a tool's settings")
    return found


def _place(at: Key) -> str:
    return f"{at[0]}|tool settings|{at[1]}"
