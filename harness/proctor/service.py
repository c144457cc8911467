"""The proctor as one object: what it is made of, how it starts, how it ends.

Runs in zone G, one process for one home, held by a lock. Starting reads what was kept and
closes what a crash left open; ending finishes what was begun and signs the last head.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from decimal import Decimal
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from harness.core.card import tell_validation
from harness.core.clock import Clock, SystemClock
from harness.core.seal import ContentKey
from harness.core.settings import Settings
from harness.core.signing import SigningKey
from harness.proctor import words
from harness.proctor.access import Access
from harness.proctor.aliases import Aliases
from harness.proctor.blobs import Blobs
from harness.proctor.deadline import Deadlines
from harness.proctor.desk import Desk
from harness.proctor.errors import StoreUnusable
from harness.proctor.identity import Identity
from harness.proctor.interviewers import Interviewers
from harness.proctor.invites import Invites
from harness.proctor.ledger import abandon_open
from harness.proctor.live import Live
from harness.proctor.outage import Alive, Away, give_back
from harness.proctor.overruns import Overruns
from harness.proctor.parts import Parts
from harness.proctor.photographs import Photographs
from harness.proctor.prices import Prices
from harness.proctor.providers import Providers
from harness.proctor.purse import Purse
from harness.proctor.round_tables import ROUNDS_VERSION, store
from harness.proctor.rounds import Rounds
from harness.proctor.running import Running
from harness.proctor.sessions import SessionParts, Sessions
from harness.proctor.stakeholder import Stakeholders
from harness.proctor.submissions import Sources, Submissions
from harness.proctor.tables import WITNESS_VERSION, witness
from harness.proctor.tokens import Tokens
from harness.proctor.witness import Witness
from harness.proctor.worker import Worker
from harness.proctor.writer import Writer

_log = logging.getLogger(__name__)


class Service:
    """Everything the routes work with.

    Args:
        settings: home and the proctor's own.
        clock: where time comes from; None is the machine's.
        worker: the model; None is the embedded one.
    """

    def __init__(
        self, settings: Settings, *, clock: Clock | None = None, worker: Worker | None = None
    ) -> None:
        self.settings = settings
        self.folder = _private_folder(settings.home / "proctor")
        self.providers = Providers(settings.models, Overruns(self.folder / "overruns.json"))
        self._lock = _lock(self.folder)
        self.clock = clock or SystemClock()
        self.signer = SigningKey.load_or_make(self.folder / "keys")
        self.worker = worker or Worker()
        self.writer = Writer(self.folder / "witness.sqlite", witness, WITNESS_VERSION)
        self.identity = Identity(self.folder / "identity.sqlite", self.clock)
        self.tokens = Tokens(self.writer, self.folder / "operator.token")
        self.access = Access(self.tokens)
        self.deadlines = Deadlines(self.writer, self.clock, self._extra_time)
        self.purse = Purse(self.writer, self.clock)
        self.prices = Prices(self.writer)
        self.photographs = Photographs(settings.proctor.photographs)
        self.aliases = Aliases(self.photographs, self.prices, self.providers)
        self.witness = Witness(
            self.writer,
            self.clock,
            self.signer,
            self._key,
            head_every_s=settings.proctor.head_every_s,
        )
        self.running = Running()
        self.sessions = Sessions(
            SessionParts(
                writer=self.writer,
                clock=self.clock,
                identity=self.identity,
                tokens=self.tokens,
                deadlines=self.deadlines,
                photographs=self.photographs,
                providers=self.providers,
                witness=self.witness,
            )
        )
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
            simulates_latency=settings.proctor.simulate_latency,
        )
        self.blobs = Blobs(self.folder / "blobs", self.writer, self.clock, self._key)
        self.parts = Parts(self.writer, self.witness, self.photographs, self.clock, self._key)
        self.stakeholders = Stakeholders(self.writer, self.photographs, self.worker)
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
        self._rounds_writer = Writer(self.folder / "rounds.sqlite", store, ROUNDS_VERSION)
        self.rounds = Rounds(
            self._rounds_writer, self.clock, self.photographs, self.sessions, self.writer
        )
        self.invites = Invites(self._rounds_writer, self.clock, self.identity, self.rounds)
        self.alive = Alive(self.folder / "alive", self.clock)
        self._covered_until = self.clock.now()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Read what was kept, close what a crash left open, start what runs beside requests."""
        for part in (
            self.identity,
            self.tokens,
            self.deadlines,
            self.purse,
            self.prices,
            self.sessions,
            self.witness,
            self.interviewers,
            self.live,
        ):
            await part.load()
        await self.running.load(self.writer)
        abandoned = await self.writer.do(
            lambda connection: abandon_open(connection, self._key, self.witness)
        )
        moved = await give_back(
            self.deadlines, self.witness, self.writer,
            last=self.alive.last(), now=self.clock.now(),
        )  # fmt: skip
        self._covered_until = self.clock.now()
        if moved:
            _log.warning("%s boxes end later by the time we were away", moved)
        if abandoned:
            _log.warning("%s calls were found open and are abandoned", abandoned)
        self.worker.start(self.prices.take)
        self._tasks = [
            asyncio.create_task(self.witness.run(), name="heads"),
            asyncio.create_task(self.live.run(), name="live questions"),
            asyncio.create_task(
                self.deadlines.run(self._submit, self.alive.note), name="deadlines"
            ),
        ]

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
        since = max(away.since, self._covered_until)
        if since >= away.until:
            return 0
        self._covered_until = away.until
        moved = await give_back(
            self.deadlines, self.witness, self.writer, last=since, now=away.until
        )
        _log.warning("the hub was away; %s boxes end later", moved)
        return moved

    async def stop(self) -> None:
        """Finish what was begun, sign the last heads, close every file. Twice is fine."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.live.close()
        await self.stakeholders.close()
        await self.worker.close()
        await self.providers.close()
        await asyncio.gather(*self.desk.ending, return_exceptions=True)
        await self.witness.close()
        await self.writer.close()
        await self._rounds_writer.close()
        await self.identity.close()
        self._lock.close()

    def _extra_time(self, session: str) -> Decimal:
        return self.identity.extra_time(self.sessions.get(session).candidate)

    def _key(self, session: str) -> ContentKey:
        return self.sessions.key(session)

    async def _submit(self, session: str, exercise: str) -> None:
        await self.live.settle(session, exercise)
        await self.submissions.take(session, exercise, is_automatic=True)


def _private_folder(path: Path) -> Path:
    """Return a folder that only we may enter, made if missing."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.chmod(0o700)
    except OSError as problem:
        raise StoreUnusable(f"{path} cannot be made or kept private: {problem}") from problem
    return path


def _lock(folder: Path) -> IO[bytes]:
    """Hold the home for this process: two witnesses would fork every chain."""
    file = os.fdopen(os.open(folder / "proctor.lock", os.O_RDWR | os.O_CREAT, 0o600), "wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        file.close()
        raise StoreUnusable(
            f"another proctor is at work on {folder}; end it, or choose another home"
        ) from problem
    return file
