"""The stakeholder of an exercise: answers from the fact sheet, and from nothing else.

Runs in zone G. A question is a candidate's text and never an instruction; what comes back was
written by the exercise's author. Never volunteers, never says that a question was good.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from harness.core.errors import AuditionError
from harness.proctor import words
from harness.proctor.matching import Match, Matcher, Vector
from harness.proctor.notes import Notepad, append, refuse_flood
from harness.proctor.photographs import Photographs
from harness.proctor.running import Place
from harness.proctor.worker import Worker
from harness.proctor.writer import Writer

LONGEST_QUESTION = 1_000
UNKNOWN = "I do not know. Take an assumption and write it down."
WHAT_FOR = "What do you need it for?"
_TEXTS_AT_ONCE = 32
"""So few that a model call waits hardly longer for the worker."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Known:
    """One fact sheet, ready to be asked."""

    matcher: Matcher
    cues: tuple[tuple[str, ...], ...]


class Stakeholders:
    """The stakeholder of every exercise.

    Args:
        writer: of the witness.
        photographs: the exercises.
        worker: the encoder.
    """

    def __init__(self, writer: Writer, photographs: Photographs, worker: Worker) -> None:
        self._writer, self._photographs, self._worker = writer, photographs, worker
        self._sheets: dict[str, _Known] = {}
        self._vectors: dict[str, list[list[Vector]]] = {}
        self._turn = asyncio.Lock()
        self._warming: dict[str, asyncio.Task[None]] = {}

    def warm(self, exercise: str) -> None:
        """Begin to make an exercise's vectors, so that the first question need not wait."""
        if exercise not in self._warming:
            self._warming[exercise] = asyncio.create_task(self._warm(exercise), name="facts")

    async def close(self) -> None:
        """End what warm() began. Twice is fine."""
        for task in self._warming.values():
            task.cancel()
        await asyncio.gather(*self._warming.values(), return_exceptions=True)

    async def answer(self, book: Notepad, place: Place, question: object) -> dict[str, Any]:
        """Answer a question, and put both on record.

        Args:
            book: where it is written.
            place: the cell it came from, its exercise known.
            question: as it came.

        Raises:
            Refusal: 400, it is no question; 429, there were too many.
        """
        assert place.exercise is not None
        text = read_question(question)
        await self._writer.read(lambda c: refuse_flood(c, book.session, "ask"))
        match, matched_by = await self._match(place.exercise, text)
        said = tell(match)
        payload = {
            "question": text,
            "facts": [fact.id for fact in match.facts],
            "nearest": [fact.id for fact in match.nearest],
            "text": said,
            "matched_by": matched_by,
        }

        def job(connection: Connection) -> None:
            append(connection, book, place, ("ask", payload))

        await self._writer.do(job)
        return {
            "answers": [{"topic": fact.topic, "answer": fact.answer} for fact in match.facts],
            "nearest": [fact.topic for fact in match.nearest],
            "text": said,
        }

    async def _match(self, exercise: str, question: str) -> tuple[Match, str]:
        """Return what a question asks for, and by what that was found."""
        sheet = self._sheet(exercise)
        try:
            vectors = await self._vectors_of(exercise, sheet)
            asked = (await self._worker.encode([question]))[0]
        except AuditionError as problem:
            _log.warning("a question is matched by cues alone: %s", type(problem).__name__)
            return sheet.matcher.match(question, None, None), "cues alone"
        return sheet.matcher.match(question, vectors, asked), "encoder and cues"

    def _sheet(self, exercise: str) -> _Known:
        sheet = self._sheets.get(exercise)
        if sheet is None:
            facts = self._photographs.facts(exercise)
            cues = tuple(fact.cues for fact in facts.facts)
            sheet = self._sheets[exercise] = _Known(Matcher(facts), cues)
        return sheet

    async def _warm(self, exercise: str) -> None:
        try:
            await self._vectors_of(exercise, self._sheet(exercise))
        except AuditionError as problem:  # whoever asks first meets it again, and is told
            _log.warning("%s: the facts are not ready: %s", exercise, type(problem).__name__)

    async def _vectors_of(self, exercise: str, sheet: _Known) -> list[list[Vector]]:
        """Return a vector for each cue of each fact, computed once."""
        async with self._turn:
            known = self._vectors.get(exercise)
            if known is None:
                flat = [cue for cues in sheet.cues for cue in cues]
                found: list[Vector] = []
                for start in range(0, len(flat), _TEXTS_AT_ONCE):
                    found += await self._worker.encode(flat[start : start + _TEXTS_AT_ONCE])
                rest = iter(found)
                known = [[next(rest) for _ in cues] for cues in sheet.cues]
                self._vectors[exercise] = known
            return known


def read_question(question: object) -> str:
    """Return a question that can be answered.

    Raises:
        Refusal: 400, it is no text, blank, or too long.
    """
    if not isinstance(question, str):
        raise words.bad_value('"question" should be a text.', param="question")
    if not question.strip():
        raise words.bad_value(
            'There is no question yet. Write one, for example "Who reads the answers?".',
            param="question",
        )
    if len(question) > LONGEST_QUESTION:
        raise words.bad_value(
            f"The question has {len(question)} characters; at most {LONGEST_QUESTION} are read. "
            "Ask one thing at a time.",
            param="question",
        )
    return question


def tell(match: Match) -> str:
    """Return the answer in words."""
    if match.is_everything:
        return WHAT_FOR
    if match.facts:
        return " ".join(fact.answer for fact in match.facts)
    if not match.nearest:
        return UNKNOWN
    topics = " · ".join(fact.topic for fact in match.nearest)
    return f"{UNKNOWN} Nearest topics I can speak to: {topics}."
