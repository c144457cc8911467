"""Questions that go to a person first: kept until answered, answered once, given to who asked.

Runs in zone G. A question is on disk before anybody is shown it, and its answer, whoever gave
it, in the same commit as the journal's entry: the first answer is the only one. Who asks and
who answers may go away and come back, and so may we. When nobody answers in time the fact
sheet does. What a candidate wrote and what an interviewer typed are sealed like all content.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, insert, select, update

from harness.core.canonical import canonical_json, parse_json
from harness.core.clock import Clock, to_wire
from harness.core.errors import AuditionError
from harness.proctor import words
from harness.proctor.errors import Refusal
from harness.proctor.leases import owned_only
from harness.proctor.live_questions import Answer, Question
from harness.proctor.notes import Notepad, append, refuse_flood
from harness.proctor.running import Place
from harness.proctor.stakeholder import Found, Said, Stakeholders, read_question, tell
from harness.proctor.tables import questions
from harness.proctor.writer import Writer

if TYPE_CHECKING:
    from harness.proctor.sessions import Sessions
    from harness.proctor.witness import Witness

MOST_OPEN = 20
"""Questions of one session that may wait at once."""
SIMULATED = "simulated"
_TICK_S = 1.0
_KEPT = dt.timedelta(hours=24)
"""So long an answer that nobody took is held ready for the same question."""
_log = logging.getLogger(__name__)

Gone = Callable[[], Awaitable[bool]]


class Live:
    """Every question that is with an interviewer, and the last ones that were.

    Args:
        writer: of the witness.
        clock: where time comes from.
        witness: the journal.
        sessions: whose key seals what.
        stakeholders: the fact sheets.
        within_s: how long a person has.
    """

    def __init__(
        self, writer: Writer, clock: Clock, witness: Witness, sessions: Sessions,
        stakeholders: Stakeholders, *, within_s: float,
    ) -> None:  # fmt: skip
        self._writer, self._clock, self._witness = writer, clock, witness
        self._sessions, self._stakeholders = sessions, stakeholders
        self.within_s = within_s
        self._questions: dict[str, Question] = {}
        self._turn = asyncio.Lock()
        self._boot, self._count = secrets.token_hex(4), 0
        self._changed = asyncio.Event()
        self._waited_for: set[str] = set()
        self._is_closing = False

    async def load(self, only: Collection[str] | None = None) -> None:
        """Take up what was on its way when the proctor ended; sessions are loaded already.

        Args:
            only: sessions whose questions are read; None reads all.
        """
        since = self._clock.now() - _KEPT
        wanted = questions.c.answered_at.is_(None) | (questions.c.answered_at > since)
        query = select(questions).where(wanted).order_by(questions.c.at)
        rows = await self._writer.read(lambda c: c.execute(query).all())
        for row in owned_only(rows, only):
            with suppress(AuditionError):  # whose key is gone is nobody's question any more
                self._add(self._open(row))

    async def run(self) -> None:
        """Have the fact sheet answer what nobody did in time, until cancelled."""
        while True:
            self._tick()
            await asyncio.sleep(_TICK_S)

    def release(self) -> None:
        """Let go of everybody who waits: we are ending."""
        self._is_closing = True
        for question in self._questions.values():
            question.ended.set()
        self._change()

    async def close(self) -> None:
        """End what was begun. Twice is fine."""
        self.release()
        tasks = [
            task for one in self._questions.values() for task in (one.looking, one.closing) if task
        ]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def put(self, book: Notepad, place: Place, text: object) -> Question:
        """Put a question before the interviewers and return it, kept.

        The same words, asked again while nobody has taken the answer, are the same question.

        Args:
            book: where its answer will be written.
            place: the cell it came from, its exercise known.
            text: as it came.

        Raises:
            Refusal: 400, it is no question; 404, there is no fact sheet; 429, too many.
        """
        asked, now = read_question(text), self._clock.now()
        assert place.exercise is not None
        self._stakeholders.sheet(place.exercise)
        async with self._turn:
            known = self._asked_before(book.session, place.exercise, asked)
            if known is not None:
                return known
            await self._writer.read(lambda c: refuse_flood(c, book.session, "ask"))
            if len([one for one in self.open() if one.session == book.session]) >= MOST_OPEN:
                raise words.too_many_questions(MOST_OPEN)
            made = Question(
                f"q-{secrets.token_hex(8)}", book.session, place, asked, now,
                now + dt.timedelta(seconds=self.within_s), origin=book.origin,
            )  # fmt: skip
            plain = {"question": asked} | ({"from": book.origin} if book.origin else {})
            sealed = book.key.seal(canonical_json(plain), place=_place(made))
            row = {
                "id": made.id, "session": made.session, "exercise": made.exercise,
                "kernel_id": place.kernel_id, "cell_id": place.cell_id, "msg_id": place.msg_id,
                "at": made.at, "until": made.until, "sealed": sealed,
            }  # fmt: skip
            await self._writer.do(lambda c: c.execute(insert(questions).values(row)) and None)
            self._add(made)
        return made

    async def find(self, session: str, name: str) -> Question:
        """Return a question of a session, also one that was answered long ago.

        Raises:
            Refusal: 404, the session asked no such question.
        """
        known = self._questions.get(name)
        if known is None:
            query = select(questions).where(questions.c.id == name)
            row = await self._writer.read(lambda c: c.execute(query).one_or_none())
            known = self._open(row) if row is not None else None
        if known is None or known.session != session:
            raise words.not_found(f"question {name[:60]!r}")
        return known

    async def wait(self, question: Question, within_s: float, is_gone: Gone) -> None:
        """Wait until a question is answered, whoever asked has gone, or we are ending.

        Args:
            question: as find() or put() gave it.
            within_s: how long at most.
            is_gone: tells whether the kernel hung up.
        """
        until = asyncio.get_running_loop().time() + within_s
        question.polls += 1
        try:
            while question.answer is None and not self._is_closing:
                left = until - asyncio.get_running_loop().time()
                if left <= 0 or await is_gone():
                    return
                with suppress(TimeoutError):
                    await asyncio.wait_for(question.ended.wait(), min(left, _TICK_S))
        finally:
            question.polls -= 1
            question.heard_at = self._clock.now()

    async def deliver(self, question: Question) -> None:
        """Note that who asked is given the answer."""
        if question.is_delivered:
            return
        at = {"delivered_at": self._clock.now()}
        mine = update(questions).where(questions.c.id == question.id).values(**at)
        await self._writer.do(lambda c: c.execute(mine) and None)
        question.is_delivered = True

    async def answer(self, name: str, by: str, said: Callable[[Question], Said]) -> Answer:
        """Answer a question, if nobody has yet.

        Args:
            name: of the question.
            by: the interviewer's id.
            said: makes the answer of the question.

        Raises:
            Refusal: 404, it is none that waits; 409, somebody else was first; what said raises.
        """
        question = self._questions.get(name)
        if question is None:
            raise words.not_found(f"question {name[:60]!r}")
        made = said(question)
        kept = question.answer or await self._keep(question, made, by)
        if kept.by != by or kept.value["text"] != made.text:  # a double click is no second answer
            raise words.answered_already(by_sheet=kept.by == SIMULATED, by_you=kept.by == by)
        return kept

    async def settle(self, session: str, exercise: str) -> None:
        """Have the fact sheet answer what waits in an exercise: it is being submitted."""
        for one in self.open():
            if (one.session, one.exercise) == (session, exercise):
                found = one.found or self._stakeholders.find_by_cues(exercise, one.text)
                await self._keep(one, tell(found.match), SIMULATED, found)

    def open(self) -> list[Question]:
        """Return the questions that wait, oldest first."""
        return [one for one in self._questions.values() if one.answer is None]

    def recent(self, most: int) -> list[Question]:
        """Return the last questions that were answered, newest first."""
        done = [(one.answer.at, n, one) for n, one in enumerate(self._questions.values())
                if one.answer is not None]  # fmt: skip
        return [one for _, _, one in sorted(done, reverse=True)[:most]]

    @property
    def version(self) -> str:
        """Another one whenever what interviewers see has changed."""
        return f"{self._boot}.{self._count}"

    async def change(self, seen: str, within_s: float) -> None:
        """Wait until the version is another than the one seen, or we are ending."""
        until = asyncio.get_running_loop().time() + within_s
        while seen == self.version and not self._is_closing:
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)

    def _asked_before(self, session: str, exercise: str, text: str) -> Question | None:
        for one in self._questions.values():
            is_same = (one.session, one.exercise, one.text.split()) == (
                session, exercise, text.split()
            )  # fmt: skip
            if is_same and not one.is_delivered:
                return one
        return None

    def _add(self, question: Question) -> None:
        if question.answer is None:
            question.looking = asyncio.create_task(self._look(question), name="suggestion")
        self._questions[question.id] = question
        self._change()

    def _change(self) -> None:
        self._count += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _look(self, question: Question) -> None:
        """Look for what the fact sheet has on a question."""
        try:
            question.found = await self._stakeholders.find(question.exercise, question.text)
        except AuditionError as problem:
            _log.warning("a question has no suggestion: %s", type(problem).__name__)
        self._change()

    def _tick(self) -> None:
        now = self._clock.now()
        for one in self.open():
            if now >= one.until and (one.closing is None or one.closing.done()):
                one.closing = asyncio.create_task(self._by_sheet(one), name="late question")
        waited_for = {one.id for one in self.open() if one.is_waited_for(now)}
        if waited_for != self._waited_for:
            self._waited_for = waited_for
            self._change()
        for name, one in list(self._questions.items()):
            if one.answer is not None and now - one.answer.at > _KEPT:
                del self._questions[name]

    async def _by_sheet(self, question: Question) -> None:
        """Answer from the fact sheet; a failure is tried again with the next tick."""
        try:
            if question.looking is not None:
                await asyncio.shield(question.looking)
            if question.found is not None:
                await self._keep(question, tell(question.found.match), SIMULATED, question.found)
        except Refusal:  # the candidate's key is gone: there is nobody to answer
            self._questions.pop(question.id, None)
            self._change()
        except AuditionError as problem:
            _log.warning("a question waits on: %s", type(problem).__name__)

    async def _keep(
        self, question: Question, said: Said, by: str, found: Found | None = None
    ) -> Answer:
        """Keep an answer and its entry in one commit; return the answer that counts."""
        book = replace(self._book(question.session), origin=question.origin)
        kept = Answer(
            by, self._clock.now(), said.to_kernel() | {"live": True},
            tuple(fact.id for fact in said.facts),
        )  # fmt: skip
        payload = self._payload(question, said, kept, found or question.found)
        plain = {"by": by, "value": kept.value, "facts": list(kept.facts)}
        values = {
            "answered_at": kept.at, "answered_by": by,
            "sealed_answer": book.key.seal(canonical_json(plain), place=_answer_place(question)),
        }  # fmt: skip
        mine = questions.c.id == question.id
        waits = mine & questions.c.answered_at.is_(None)

        def job(connection: Connection) -> Answer:
            done = connection.execute(update(questions).where(waits).values(**values))
            if done.rowcount == 1:
                append(connection, book, question.place, ("ask", payload))
                return kept
            return _read_answer(connection.execute(select(questions).where(mine)).one(), book)

        counts = await self._writer.do(job)
        if question.answer is None:
            question.answer = counts
            question.ended.set()
            self._change()
        return question.answer

    def _payload(
        self, question: Question, said: Said, kept: Answer, found: Found | None
    ) -> dict[str, Any]:
        by_sheet = kept.by == SIMULATED
        match = found.match if found else None
        suggested = [fact.id for fact in match.facts] if match else None
        return said.to_record(question.text) | {
            "live": True,
            "answered_by": SIMULATED if by_sheet else "live",
            "asked_at": to_wire(question.at),
            "matched_by": found.by if found else None,
            "suggested": suggested,
            **({} if by_sheet else {"interviewer": kept.by}),
        }

    def _book(self, session: str) -> Notepad:
        return Notepad(self._witness, self._clock, session, self._sessions.key(session))

    def _open(self, row: Row[Any]) -> Question:
        """Return the question in a row.

        Raises:
            Refusal: its candidate's key is gone.
        """
        book = self._book(row.session)
        place = Place(row.exercise, row.kernel_id, row.cell_id, row.msg_id)
        made = Question(row.id, row.session, place, "", row.at, row.until)
        plain = parse_json(book.key.open(row.sealed, place=_place(made)), what="a question")
        made.text, made.origin = str(plain["question"]), plain.get("from")
        if row.answered_at is not None:
            made.answer = _read_answer(row, book)
            made.is_delivered = row.delivered_at is not None
            made.ended.set()
        return made


def _read_answer(row: Row[Any], book: Notepad) -> Answer:
    sealed_at = f"{row.session}|answer|{row.id}"
    plain = parse_json(book.key.open(row.sealed_answer, place=sealed_at), what="an answer")
    return Answer(row.answered_by, row.answered_at, plain["value"], tuple(plain["facts"]))


def _place(question: Question) -> str:
    return f"{question.session}|question|{question.id}"


def _answer_place(question: Question) -> str:
    return f"{question.session}|answer|{question.id}"
