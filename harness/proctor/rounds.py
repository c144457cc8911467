"""Rounds and the sittings in them: made by the operator, begun by a link, kept for good.

Runs in zone G. A round fixes exercises, versions, level and box, so that everybody in it sits the
same; a sitting has one session, opened when its server is first started.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy import Connection, insert, select, update

from harness.core.card import tell_validation
from harness.core.clock import Clock
from harness.core.errors import BadExercise
from harness.core.records import SessionCard
from harness.core.rounds import Round, RoundExercise, Sitting
from harness.proctor import words
from harness.proctor.errors import Refusal
from harness.proctor.round_tables import rounds, sittings
from harness.proctor.sessions import Sessions, Wanted
from harness.proctor.submissions import list_rows
from harness.proctor.writer import Writer

if TYPE_CHECKING:
    from harness.proctor.photographs import Photographs
    from harness.proctor.round_purses import RoundPurses

_FIELDS = ("round", "level", "minutes", "days", "pause_minutes", "cap", "live", "staff")


class Rounds:
    """Every round and sitting.

    Args:
        store: writer of the rounds' database.
        clock: where time comes from.
        photographs: the exercises.
        sessions: where a sitting's session is opened.
        witness: writer of the witness, for what was submitted.
        purses: what all who sit a round may spend together.
    """

    def __init__(
        self, store: Writer, clock: Clock, photographs: Photographs, sessions: Sessions,
        witness: Writer, purses: RoundPurses,
    ) -> None:  # fmt: skip
        self._store, self._clock, self._photographs = store, clock, photographs
        self._sessions, self._witness, self._purses = sessions, witness, purses
        self._opening = asyncio.Lock()

    async def make(self, body: object) -> Round:
        """Make a round and return it.

        Args:
            body: the operator's JSON: round, exercises (slugs), and where wanted level, minutes,
                days, pause_minutes, cap, live, staff.

        Raises:
            Refusal: 400 for a value that cannot be used, 404 for an exercise that is not here,
                409 for a name that is taken.
        """
        made = self._read(body)
        row = {"name": made.round, "created_at": made.created_at,
               "body": made.to_bytes().decode()}  # fmt: skip

        def job(connection: Connection) -> bool:
            known = select(rounds.c.name).where(rounds.c.name == made.round)
            if connection.execute(known).scalar_one_or_none() is not None:
                return False
            connection.execute(insert(rounds).values(row))
            return True

        if not await self._store.do(job):
            raise Refusal(
                f"There is a round {made.round!r} already. Choose another name; what is in it "
                "stays as it is.",
                status=409,
                code="round_exists",
            )
        self._purses.hold(made)
        return made

    async def get(self, name: str) -> Round:
        """Return one round.

        Raises:
            Refusal: 404, there is no such round.
        """
        query = select(rounds.c.body).where(rounds.c.name == name)
        body = await self._store.read(lambda c: c.execute(query).scalar_one_or_none())
        if body is None:
            raise words.not_found(f"round {name[:60]!r}")
        return Round.model_validate_json(body)

    async def every(self) -> list[Round]:
        """Return every round, oldest first."""
        query = select(rounds.c.body).order_by(rounds.c.created_at, rounds.c.name)
        bodies = await self._store.read(lambda c: c.execute(query).scalars().all())
        return [Round.model_validate_json(body) for body in bodies]

    async def sittings(self) -> list[Sitting]:
        """Return every sitting with what was submitted in it, oldest first."""
        query = select(sittings).order_by(sittings.c.begun_at, sittings.c.id)
        rows = await self._store.read(lambda c: c.execute(query).all())
        staffed = {held.round for held in await self.every() if held.staff}
        handed_in: dict[str, list[str]] = {}
        for row in await self._witness.read(list_rows):
            handed_in.setdefault(row["session"], []).append(row["submission"])
        return [
            Sitting(
                sitting=row.id, round=row.round, candidate=row.candidate, begun_at=row.begun_at,
                session=row.session, submissions=tuple(handed_in.get(row.session, ())),
                staff=row.round in staffed,
            )
            for row in rows
        ]  # fmt: skip

    async def open_session(self, sitting: str) -> SessionCard:
        """Return a sitting's session with fresh tokens; it is opened if there is none yet.

        Raises:
            Refusal: 404, there is no such sitting; 409, an exercise is here in another version.
        """
        async with self._opening:  # two starts of one server open one session
            row = await self.find(sitting)
            if row.session is not None:
                return await self._sessions.renew_tokens(row.session)
            held = await self.get(row.round)
            for one in held.exercises:
                self._check_version(one)
            wanted = Wanted(
                exercises=tuple(one.slug for one in held.exercises),
                level=held.level, minutes=held.minutes, live=held.live,
            )  # fmt: skip
            card = await self._sessions.open_for(row.candidate, wanted)
            mine = (sittings.c.id == sitting) & sittings.c.session.is_(None)
            opened = update(sittings).where(mine).values(session=card.session)
            if not await self._store.do(lambda c: c.execute(opened).rowcount):
                raise words.session_elsewhere()  # another proctor was a moment before us
            self._purses.hold(held)  # another proctor may have made it
            self._purses.join(card.session, row.round)
        return card

    async def find(self, sitting: str) -> Sitting:
        """Return one sitting.

        Raises:
            Refusal: 404, there is no such sitting.
        """
        found = [one for one in await self.sittings() if one.sitting == sitting]
        if not found:
            raise words.not_found(f"sitting {sitting[:60]!r}")
        return found[0]

    def _check_version(self, one: RoundExercise) -> None:
        here = self._version(one.slug)
        if here != one.version:
            raise Refusal(
                f"This round sits {one.slug} {one.version}, and {here} lies here. Put the round's "
                "version back, or make a new round.",
                status=409,
                code="exercise_changed",
            )

    def _version(self, slug: str) -> str:
        try:
            return self._photographs.card(slug).version
        except BadExercise as problem:
            raise Refusal(str(problem), status=500, code="bad_exercise") from problem

    def _read(self, body: object) -> Round:
        if not isinstance(body, dict):
            raise words.bad_value("The round is not an object.")
        value = {key: body[key] for key in body if key in _FIELDS}
        unknown = set(body) - set(value) - {"exercises"}
        slugs = body.get("exercises")
        if unknown or not isinstance(slugs, list) or not all(isinstance(s, str) for s in slugs):
            told = f"unknown: {', '.join(sorted(map(str, unknown)))}" if unknown else (
                "exercises is a list of slugs")  # fmt: skip
            raise words.bad_value(f"The round cannot be made: {told[:200]}.")
        if len(set(slugs)) < len(slugs):
            raise words.bad_value("An exercise is named twice. Name each once.", param="exercises")
        try:
            Wanted.model_validate({"exercises": slugs})
            held = [RoundExercise(slug=slug, version=self._version(slug)) for slug in slugs]
            return Round.model_validate(
                value | {"exercises": tuple(held), "created_at": self._clock.now()}
            )
        except ValidationError as problem:
            told = tell_validation(problem)
            raise words.bad_value(f"The round cannot be made: {told}.") from problem
