"""Sessions: opened by the operator, one for each sitting, known by a pseudonymous id.

Runs in zone G. What a session may do is read from the photographs once, when it is opened, and
kept with it: an exercise that changes later changes no session that has begun.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, func, insert, select

from harness.core.card import ExerciseCard, Slug, tell_validation
from harness.core.clock import Clock
from harness.core.errors import BadExercise
from harness.core.records import ExerciseState, SessionCard
from harness.core.seal import ContentKey
from harness.proctor import words
from harness.proctor.deadline import Deadlines
from harness.proctor.errors import Refusal
from harness.proctor.identity import Identity
from harness.proctor.leases import Leases
from harness.proctor.tables import live_sessions, session_exercises, sessions, submissions
from harness.proctor.tokens import Tokens
from harness.proctor.writer import Writer

if TYPE_CHECKING:
    from harness.proctor.aliases import Aliases
    from harness.proctor.photographs import Photographs
    from harness.proctor.witness import Witness

Level = Literal["mid", "senior"]
NO_NUL = r"^[^\x00]*$"
"""Postgres keeps no text with a NUL in it, so none is taken on either engine."""


class Wanted(BaseModel):
    """What the operator asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    candidate: Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)] | None = None
    """Who sits, as the operator writes it; kept in identity alone. None for nobody named."""
    exercises: tuple[Slug, ...] = Field(min_length=1, max_length=20)
    """In the order they are given."""
    level: Level = "mid"
    """Which bar applies."""
    minutes: int | None = Field(default=None, ge=1, le=600)
    """Box of each exercise instead of its own; None leaves each its own."""
    live: bool = False
    """Whether questions go to a live interviewer first."""


@dataclass(frozen=True)
class Opened:
    """A session as it stays: what is fixed when it is opened.

    Attributes:
        id: pseudonymous.
        candidate: pseudonymous.
        level: mid or senior.
        created_at: when.
        cards: its exercises, in order, minutes as they apply here.
        is_live: whether its questions go to a live interviewer first.
    """

    id: str
    candidate: str
    level: Level
    created_at: dt.datetime
    cards: tuple[ExerciseCard, ...]
    is_live: bool = False


@dataclass(frozen=True)
class SessionParts:
    """What sessions are made of.

    Attributes:
        writer: of the witness.
        clock: where time comes from.
        identity: candidates and their keys.
        tokens: the passes.
        deadlines: the boxes.
        photographs: the exercises.
        aliases: models an exercise may have beside its own.
        witness: the journal.
        leases: whose each session is.
    """

    writer: Writer
    clock: Clock
    identity: Identity
    tokens: Tokens
    deadlines: Deadlines
    photographs: Photographs
    aliases: Aliases
    witness: Witness
    leases: Leases


class Sessions:
    """Every session.

    Args:
        parts: what they are made of.
    """

    def __init__(self, parts: SessionParts) -> None:
        self._parts = parts
        self._opened: dict[str, Opened] = {}

    async def load(self, only: Collection[str] | None = None) -> None:
        """Read every session; call it once before anything else.

        Args:
            only: the sessions that are read; None reads all.
        """
        order = select(session_exercises).order_by(session_exercises.c.position)
        rows, cards, live = await self._parts.writer.read(
            lambda c: (
                c.execute(select(sessions)).all(),
                c.execute(order).all(),
                set(c.execute(select(live_sessions.c.session)).scalars()),
            )
        )
        by_session: dict[str, list[ExerciseCard]] = {}
        for row in cards:
            card = ExerciseCard.model_validate_json(row.card)
            by_session.setdefault(row.session, []).append(card)
        for row in rows:
            if only is not None and row.id not in only:
                continue
            mine = tuple(by_session.get(row.id, ()))
            self._opened[row.id] = Opened(
                row.id, row.candidate, row.level, row.created_at, mine, row.id in live
            )

    def get(self, session: str) -> Opened:
        """Return what is fixed about a session; callable from any thread.

        Raises:
            Refusal: 404, there is no such session.
        """
        found = self._opened.get(session)
        if found is None:
            raise words.not_found(f"session {session[:60]!r}")
        return found

    def key(self, session: str) -> ContentKey:
        """Return the content key of a session's candidate; callable from any thread.

        Raises:
            Refusal: no such session, or its candidate was erased.
        """
        return self._parts.identity.key(self.get(session).candidate)

    def card(self, session: str, exercise: str) -> ExerciseCard:
        """Return one exercise of a session, with the minutes that apply in it.

        Raises:
            Refusal: 404, the session does not have it.
        """
        cards = self.get(session).cards
        for card in cards:
            if card.slug == exercise:
                return card
        names = ", ".join(card.slug for card in cards)
        raise words.not_found(f"exercise {exercise[:60]!r}; this session has {names}")

    def card_at(self, session: str, exercise: str | None) -> ExerciseCard:
        """Return the exercise a call belongs to: its place's, or the first where none is known.

        Raises:
            Refusal: 404, the session does not have it.
        """
        return self.card(session, exercise) if exercise else self.get(session).cards[0]

    async def open(self, body: object) -> SessionCard:
        """Open a session and return its card with both tokens.

        Args:
            body: the operator's JSON.

        Raises:
            Refusal: 400 for a value that cannot be used, 404 for an exercise that is not here.
        """
        wanted = _read_wanted(body)
        self._cards_for(wanted)  # refused before anybody is written down
        candidate = await self._parts.identity.find_or_make(wanted.candidate)
        return await self.open_for(candidate, wanted)

    async def open_for(self, candidate: str, wanted: Wanted) -> SessionCard:
        """Open a session of a candidate who is known, and return its card with both tokens.

        Args:
            candidate: the pseudonymous id.
            wanted: what is sat; the name in it is not looked at.

        Raises:
            Refusal: 404 for an exercise that is not here.
        """
        cards = self._cards_for(wanted)
        opened = Opened(
            id=f"s-{secrets.token_hex(8)}",
            candidate=candidate,
            level=wanted.level,
            created_at=self._parts.clock.now(),
            cards=cards,
            is_live=wanted.live,
        )
        self._opened[opened.id] = opened  # the journal's first entry needs its key
        try:
            await self._parts.writer.do(lambda connection: self._write(connection, opened))
        except BaseException:
            del self._opened[opened.id]
            raise
        self._parts.leases.add(opened.id)
        for card in cards:
            self._parts.deadlines.add(opened.id, card)
        return await self.renew_tokens(opened.id)

    async def renew_tokens(self, session: str) -> SessionCard:
        """Return a session's card with fresh tokens; the old ones are no longer good.

        Raises:
            Refusal: 404, there is no such session.
        """
        self.get(session)
        pair = await self._parts.tokens.renew(session, self._parts.clock.now())
        card = await self.describe(session)
        return card.model_copy(update={"lab_token": pair.lab, "kernel_token": pair.kernel})

    async def describe(self, session: str) -> SessionCard:
        """Return a session's card as it stands, without tokens.

        Raises:
            Refusal: 404, there is no such session.
        """
        opened = self.get(session)
        states = await self._parts.writer.read(lambda c: _read_states(c, opened))
        return SessionCard(
            session=opened.id, level=opened.level, created_at=opened.created_at, exercises=states
        )

    async def list(self) -> list[SessionCard]:
        """Return every session's card without tokens, oldest first."""
        ordered = sorted(self._opened.values(), key=lambda opened: (opened.created_at, opened.id))
        return [await self.describe(opened.id) for opened in ordered]

    def _cards_for(self, wanted: Wanted) -> tuple[ExerciseCard, ...]:
        return tuple(self._card_for(slug, wanted) for slug in wanted.exercises)

    def _card_for(self, slug: str, wanted: Wanted) -> ExerciseCard:
        try:
            card = self._parts.photographs.card(slug)
            self._parts.photographs.profile(slug)  # a broken one is told here, not at a call
        except BadExercise as problem:
            raise Refusal(str(problem), status=500, code="bad_exercise") from problem
        own = [name for name in self._parts.aliases.of_exercise(slug) if name not in card.models]
        minutes = wanted.minutes or card.minutes
        return card.model_copy(update={"minutes": minutes, "models": (*card.models, *own)})

    def _write(self, connection: Connection, opened: Opened) -> None:
        connection.execute(
            insert(sessions).values(
                id=opened.id,
                candidate=opened.candidate,
                level=opened.level,
                created_at=opened.created_at,
            )
        )
        self._parts.leases.take_new(connection, opened.id)
        rows = [
            {
                "session": opened.id,
                "slug": card.slug,
                "position": position,
                "card": card.model_dump_json(by_alias=True),
                "parts_delivered": 1,
            }
            for position, card in enumerate(opened.cards)
        ]
        connection.execute(insert(session_exercises), rows)
        if opened.is_live:
            connection.execute(insert(live_sessions).values(session=opened.id))
        payload = {
            "level": opened.level,
            "exercises": [
                {"slug": card.slug, "version": card.version, "minutes": card.minutes}
                for card in opened.cards
            ],
            **({"live": True} if opened.is_live else {}),
        }
        self._parts.witness.append(
            connection, opened.id, "session_open", payload, at=opened.created_at
        )


def _read_wanted(body: object) -> Wanted:
    try:
        wanted = Wanted.model_validate(body)
    except ValidationError as problem:
        told = tell_validation(problem)
        raise words.bad_value(f"The session cannot be opened: {told}.") from problem
    if len(set(wanted.exercises)) < len(wanted.exercises):
        raise words.bad_value("An exercise is named twice. Name each once.", param="exercises")
    return wanted


def _read_states(connection: Connection, opened: Opened) -> tuple[ExerciseState, ...]:
    mine = session_exercises.c.session == opened.id
    rows = {row.slug: row for row in connection.execute(select(session_exercises).where(mine))}
    count = select(submissions.c.exercise, func.count()).group_by(submissions.c.exercise)
    found = connection.execute(count.where(submissions.c.session == opened.id))
    counted: dict[str, int] = {exercise: number for exercise, number in found}
    return tuple(
        ExerciseState(
            card=card,
            opened_at=rows[card.slug].opened_at,
            ends_at=rows[card.slug].ends_at,
            hard_end_at=rows[card.slug].hard_end_at,
            parts_delivered=rows[card.slug].parts_delivered,
            submissions=counted.get(card.slug, 0),
        )
        for card in opened.cards
    )
