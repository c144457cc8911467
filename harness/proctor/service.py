"""The proctor as one object: what it is made of, how it starts, how it ends.

Runs in zone G, one process for one home, held by a lock. Starting reads what was kept and
closes what a crash left open; ending finishes what was begun and signs the last head.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import fcntl
import logging
import os
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from harness.core.card import tell_validation
from harness.core.clock import Clock, SystemClock
from harness.core.errors import AuditionError
from harness.core.seal import ContentKey
from harness.core.settings import ProctorSettings, Settings
from harness.proctor import words
from harness.proctor.absences import Absences, Books
from harness.proctor.access import Access
from harness.proctor.accounts import Limits
from harness.proctor.aliases import Aliases
from harness.proctor.blobs import Blobs
from harness.proctor.database import database
from harness.proctor.deadline import Deadlines
from harness.proctor.desk import Desk
from harness.proctor.draining import Draining
from harness.proctor.embedded_aliases import EmbeddedAliases
from harness.proctor.errors import StoreUnusable
from harness.proctor.identity import Identity
from harness.proctor.interviewers import Interviewers
from harness.proctor.invites import Invites
from harness.proctor.leases import Leases
from harness.proctor.ledger import abandon_open
from harness.proctor.live import Live
from harness.proctor.mending import Mender
from harness.proctor.outage import Alive, Away, give_back
from harness.proctor.overruns import Overruns
from harness.proctor.parts import Parts
from harness.proctor.pauses import Pauses
from harness.proctor.pausing import Pausing
from harness.proctor.photographs import Photographs
from harness.proctor.prices import Prices
from harness.proctor.providers import Providers
from harness.proctor.purse import Purse
from harness.proctor.round_purses import RoundPurses
from harness.proctor.round_tables import ROUNDS_VERSION, store
from harness.proctor.rounds import Rounds
from harness.proctor.running import Running
from harness.proctor.sessions import SessionParts, Sessions
from harness.proctor.shelf import Shelf
from harness.proctor.signer import Signer
from harness.proctor.stakeholder import Stakeholders
from harness.proctor.submissions import Sources, Submissions
from harness.proctor.tables import WITNESS_VERSION, witness
from harness.proctor.tokens import Tokens
from harness.proctor.tools.using import Toolbox
from harness.proctor.trial_call import Trials
from harness.proctor.witness import Witness
from harness.proctor.worker import Worker
from harness.proctor.writer import Writer

_LAST_EVENTS_WITHIN_S = 5.0
_log = logging.getLogger(__name__)


class Service:
    """Everything the routes work with.

    Args:
        settings: home and the proctor's own.
        clock: where time comes from; None is the machine's.
        worker: the model; None is the embedded one.
        draining: whether we are ending; None makes one that nobody has begun.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        worker: Worker | None = None,
        draining: Draining | None = None,
    ) -> None:
        self.settings = settings
        self.folder = _private_folder(settings.home / "proctor")
        self.overruns = Overruns(settings.proctor.reserve_usd)
        self.providers = Providers(settings.provider_models, self.overruns)
        self.photographs = Photographs(settings.proctor.photographs)
        self.embedded = EmbeddedAliases(settings.embedded_models, self.photographs)
        self._lock = hold_home(self.folder)
        self.clock = clock or SystemClock()
        self.signer = Signer(self.folder / "keys", self.clock)
        self.worker = worker or Worker()
        own = settings.proctor
        self.writer = Writer(database(own, self.folder, "witness"), witness, WITNESS_VERSION)
        self.leases = Leases(self.writer, self.folder / "proctor.id")
        self.identity = Identity(database(own, self.folder, "identity"), self.clock)
        self.tokens = Tokens(self.writer, self.folder / "operator.token")
        self.access = Access(self.tokens, self.leases.owns)
        self.draining = draining or Draining(settings.proctor.drain_s)
        self.histories: set[asyncio.Task[Any]] = set()
        self.pauses = Pauses(self.writer, self.clock, self._pause_allowance)
        self.deadlines = Deadlines(self.writer, self.clock, self._extra_time, self.pauses)
        self.purse = Purse(self.writer, self.clock, _session_limits(settings.proctor))
        self.prices = Prices(self.writer)
        self.aliases = Aliases(self.photographs, self.prices, self.providers, self.embedded)
        self.witness = Witness(
            self.writer,
            self.clock,
            self.signer,
            self._key,
            head_every_s=settings.proctor.head_every_s,
        )
        self.running = Running()
        self.pausing = Pausing(
            pauses=self.pauses,
            deadlines=self.deadlines,
            running=self.running,
            witness=self.witness,
            writer=self.writer,
            clock=self.clock,
        )
        self.sessions = Sessions(
            SessionParts(
                writer=self.writer,
                clock=self.clock,
                identity=self.identity,
                tokens=self.tokens,
                deadlines=self.deadlines,
                photographs=self.photographs,
                aliases=self.aliases,
                witness=self.witness,
                leases=self.leases,
            )
        )
        self.mender = Mender(self.writer, self.witness, self._key)
        self.desk = Desk(
            clock=self.clock,
            sessions=self.sessions,
            running=self.running,
            deadlines=self.deadlines,
            purse=self.purse,
            aliases=self.aliases,
            worker=self.worker,
            providers=self.providers,
            writer=self.writer,
            witness=self.witness,
            mender=self.mender,
            simulates_latency=settings.proctor.simulate_latency,
        )
        self.trials = Trials(self.desk)
        self.tools = Toolbox(self.desk, self.photographs)
        self.blobs = Blobs(self.folder / "blobs", self.writer, self.clock, self._key)
        self.parts = Parts(self.writer, self.witness, self.photographs, self.clock, self._key)
        self.stakeholders = Stakeholders(
            self.writer, self.photographs, self.worker, Shelf(self.folder / "vectors")
        )
        self.interviewers = Interviewers(self.writer, self.clock)
        self.live = Live(
            self.writer, self.clock, self.witness, self.sessions, self.stakeholders,
            within_s=settings.proctor.live_answer_within_s,
        )  # fmt: skip
        self.submissions = Submissions(
            self.folder / "submissions",
            Sources(
                writer=self.writer,
                witness=self.witness,
                sessions=self.sessions,
                deadlines=self.deadlines,
                blobs=self.blobs,
                clock=self.clock,
                signer=self.signer,
            ),
        )
        self._rounds_writer = Writer(database(own, self.folder, "rounds"), store, ROUNDS_VERSION)
        self.round_purses = RoundPurses(
            self._rounds_writer, self.writer, self.clock, self.purse
        )  # fmt: skip
        self.rounds = Rounds(
            self._rounds_writer, self.clock, self.photographs, self.sessions, self.writer,
            self.round_purses,
        )  # fmt: skip
        self.invites = Invites(self._rounds_writer, self.clock, self.identity, self.rounds)
        self.alive = Alive(self.folder / "alive", self.clock)
        self.absences = Absences(
            Books(self.deadlines, self.pauses, self.witness, self.writer, self.clock, self._key)
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Read what was kept, close what a crash left open, start what runs beside requests."""
        taken = await self.leases.begin()
        await self.tokens.load()
        await self.prices.load()
        await self.interviewers.load()
        await self.overruns.load(self.writer, self.clock, self.folder / "overruns.json")
        await self._take_up(taken)
        self.worker.start(self.prices.take)
        self.providers.start()
        self._tasks = [
            asyncio.create_task(self.witness.run(), name="heads"),
            asyncio.create_task(self.live.run(), name="live questions"),
            asyncio.create_task(self.deadlines.run(self._submit, self._tick), name="deadlines"),
            asyncio.create_task(self.mender.run(), name="mending"),
            asyncio.create_task(self.leases.run(self._adopt), name="leases"),
        ]
        if any(one.revoked_since for one in self.signer.ring.keys):  # perhaps while we were away
            vouching = asyncio.create_task(self.witness.countersign_quietly(), name="countersign")
            self._tasks.append(vouching)

    async def _adopt(self, taken: dict[str, float]) -> None:
        """Take up sessions that another proctor has left; their passes may be newer than ours."""
        await self.tokens.load(taken)
        await self._take_up(taken)
        _log.warning("%s sessions of another proctor are ours now", len(taken))

    async def _take_up(self, taken: dict[str, float] | None) -> None:
        """Read sessions, close what was left open in them, give back the time nobody was there.

        Args:
            taken: sessions with the seconds for which nobody was there; None for all there are,
                with the last sign of life in the home.
        """
        await self.identity.load()
        for part in (
            self.deadlines, self.pauses, self.purse, self.tools.accounts, self.sessions,
            self.witness, self.live,
        ):  # fmt: skip
            await part.load(taken)
        await self.running.load(self.writer, taken)
        abandoned = await self.writer.do(
            lambda connection: abandon_open(connection, self._key, self.witness, taken)
        )
        await self.round_purses.load(taken)
        now = self.clock.now()
        last = self.alive.last()
        gaps = [(None, last)] if taken is None else [
            ([name], now - dt.timedelta(seconds=away_s)) for name, away_s in taken.items()
        ]  # fmt: skip
        moved = 0
        for only, since in gaps:
            moved += await give_back(
                self.deadlines,
                self.pauses,
                self.witness,
                self.writer,
                last=since,
                now=now,
                only=only,
            )
        if moved:
            _log.warning("%s boxes end later by the time we were away", moved)
        await self.absences.begin(taken)
        if abandoned:
            _log.warning("%s calls were found open and are abandoned", abandoned)

    async def give_back_outage(self, body: object) -> int:
        """Give the time back in which the hub was away; no second is given twice.

        Args:
            body: the operator's JSON (Away).

        Returns:
            How many boxes end later.

        Raises:
            Refusal: 400 for times that cannot be.
        """
        try:
            away = Away.model_validate(body)
        except ValidationError as problem:
            told = tell_validation(problem)
            raise words.bad_value(f"The outage cannot be used: {told}.") from problem
        now = self.clock.now()
        if not away.since <= away.until <= now:
            raise words.bad_value("An outage ends after it began and not in the future.")
        return await self.absences.give(away.since, away.until, why="hub")

    async def stop(self) -> None:
        """Finish what was begun, sign the last heads, close every file. Twice is fine."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.histories:  # what they hold in memory is committed before the store closes
            await asyncio.wait(self.histories, timeout=_LAST_EVENTS_WITHIN_S)
        await self.live.close()
        await self.stakeholders.close()
        await self.worker.close()
        await self.providers.close()
        await asyncio.gather(*self.desk.ending, return_exceptions=True)
        await self.witness.close()
        await self.leases.close()
        await self.writer.close()
        await self._rounds_writer.close()
        await self.identity.close()
        self._lock.close()

    async def _tick(self) -> None:
        try:
            await self.absences.tick()
        except AuditionError as problem:
            _log.warning("lost time could not be given back yet: %s", problem)
        if not self.draining.is_on:  # who comes for something new is sent away: that is time lost
            self.alive.note()
        self.pausing.end_overdue()

    def _pause_allowance(self, session: str) -> dt.timedelta:
        own = self.round_purses.pause_allowance(session)
        return dt.timedelta(minutes=self.settings.proctor.pause_minutes) if own is None else own

    def _extra_time(self, session: str) -> Decimal:
        return self.identity.extra_time(self.sessions.get(session).candidate)

    def _key(self, session: str) -> ContentKey:
        return self.sessions.key(session)

    async def _submit(self, session: str, exercise: str) -> None:
        await self.live.settle(session, exercise)
        await self.submissions.take(session, exercise, is_automatic=True)


def _session_limits(own: ProctorSettings) -> Limits:
    return Limits(
        usd=own.session_usd,
        tokens=own.session_tokens,
        calls=own.session_calls,
        calls_per_minute=own.session_calls_per_minute,
    )


def _private_folder(path: Path) -> Path:
    """Return a folder that only we may enter, made if missing."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.chmod(0o700)
    except OSError as problem:
        raise StoreUnusable(f"{path} cannot be made or kept private: {problem}") from problem
    return path


def hold_home(folder: Path) -> IO[bytes]:
    """Hold the home for this process: two witnesses would fork every chain.

    Raises:
        StoreUnusable: another one holds it.
    """
    file = os.fdopen(os.open(folder / "proctor.lock", os.O_RDWR | os.O_CREAT, 0o600), "wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        file.close()
        raise StoreUnusable(
            f"another proctor is at work on {folder}; end it, or choose another home"
        ) from problem
    return file
