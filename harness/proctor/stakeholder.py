"""The stakeholder of an exercise: answers from the fact sheet, and from nothing else.

Runs in zone G. A question is a candidate's text and never an instruction; what comes back was
written by the exercise's author. Never volunteers, never says that a question was good.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from harness.core.errors import AuditionError
from harness.core.records import Entry
from harness.proctor import words
from harness.proctor.leaning import leans, readings_of
from harness.proctor.matching import RIDGE, Learnt, Match, Matcher
from harness.proctor.notes import Notepad, append, refuse_flood
from harness.proctor.photographs import Fact, FactSheet, Photographs
from harness.proctor.questions import parts_of
from harness.proctor.running import Place
from harness.proctor.shelf import Shelf, pack, unpack
from harness.proctor.worker import Worker
from harness.proctor.writer import Writer

LONGEST_QUESTION = 1_000
UNKNOWN = "I do not know. Take an assumption and write it down."
UNSURE = (
    "I have no sure answer to that. Ask about a topic near it, or take an assumption and write it "
    "down."
)
UNHEARD = (
    "To “{}” I have no answer. Ask it in other words, or take an assumption and write it down."
)
DOUBTFUL = "I am not sure that this answers “{}”. Ask it by itself."
DOUBTFUL_HALF = "I am not sure that this answers “{}”. Ask it in full, by itself."
"""Of what cannot be asked by itself as it stands, such as "how often may that happen?"."""
LATER = "I tell two things at a time. Ask “{}” by itself."
WHAT_FOR = "What do you need it for?"
_TEXTS_AT_ONCE = 8
"""So few that a model call waits hardly longer for the worker."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """What the fact sheet has on a question.

    Attributes:
        match: which facts it asks for.
        by: how that was found: "encoder and cues", or "cues alone".
    """

    match: Match
    by: str


@dataclass(frozen=True)
class Said:
    """What a question is answered with, by the sheet or by a person.

    Attributes:
        text: the words.
        facts: the facts in it; none in words that somebody typed.
        nearest: facts whose topics are named; at most two.
    """

    text: str
    facts: tuple[Fact, ...] = ()
    nearest: tuple[Fact, ...] = ()

    def to_kernel(self) -> dict[str, Any]:
        """Return it as it goes to whoever asked."""
        return {
            "answers": [{"topic": fact.topic, "answer": fact.answer} for fact in self.facts],
            "nearest": [fact.topic for fact in self.nearest],
            "text": self.text,
        }

    def to_record(self, question: str) -> dict[str, Any]:
        """Return it as it stands in the journal, with the question."""
        return {
            "question": question,
            "facts": [fact.id for fact in self.facts],
            "nearest": [fact.id for fact in self.nearest],
            "text": self.text,
        }


@dataclass(frozen=True)
class Answered:
    """A question that was answered at once.

    Attributes:
        id: of its entry in the journal.
        at: when.
        question: the words.
        said: what was answered.
    """

    id: str
    at: dt.datetime
    question: str
    said: Said


@dataclass(frozen=True)
class _Known:
    """One fact sheet, ready to be asked."""

    sheet: FactSheet
    matcher: Matcher


class Stakeholders:
    """The stakeholder of every exercise.

    Args:
        writer: of the witness.
        photographs: the exercises.
        worker: the encoder.
        shelf: where vectors are kept.
    """

    def __init__(
        self, writer: Writer, photographs: Photographs, worker: Worker, shelf: Shelf
    ) -> None:
        self._writer, self._photographs = writer, photographs
        self._worker, self._shelf = worker, shelf
        self._sheets: dict[str, _Known] = {}
        self._learnt: dict[str, Learnt] = {}
        self._turn = asyncio.Lock()
        self._warming: dict[str, asyncio.Task[None]] = {}

    def warm(self, exercise: str) -> None:
        """Begin to learn an exercise's sheet, so that the first question need not wait."""
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
        return (await self.answer_on_record(book, place, question)).said.to_kernel()

    async def answer_on_record(self, book: Notepad, place: Place, question: object) -> Answered:
        """Do the same, and say under which name it stands in the journal."""
        assert place.exercise is not None
        text = read_question(question)
        await self._writer.read(lambda c: refuse_flood(c, book.session, "ask"))
        found = await self.find(place.exercise, text)
        said = tell(found.match)
        payload = said.to_record(text) | {"matched_by": found.by, "answered_by": "simulated"}

        def job(connection: Connection) -> Entry:
            return append(connection, book, place, ("ask", payload))

        entry = await self._writer.do(job)
        return Answered(entry.id, entry.at, text, said)

    async def find(self, exercise: str, question: str) -> Found:
        """Return what the fact sheet has on a question; waits for the encoder.

        Raises:
            Refusal: 404, the exercise has no fact sheet.
        """
        known = self._known(exercise)
        try:
            learnt = await self._learn(exercise, known)
            parts = parts_of(question)
            asked = await self._worker.encode(readings_of(parts))
        except AuditionError as problem:
            _log.warning("a question is matched by cues alone: %s", type(problem).__name__)
            return self.find_by_cues(exercise, question)
        return Found(known.matcher.match(parts, learnt, asked), "encoder and cues")

    def find_by_cues(self, exercise: str, question: str) -> Found:
        """Return what the cues alone find: at once, and less.

        Raises:
            Refusal: 404, the exercise has no fact sheet.
        """
        return Found(
            self._known(exercise).matcher.match(parts_of(question), None, ()), "cues alone"
        )

    def sheet(self, exercise: str) -> FactSheet:
        """Return the fact sheet of an exercise.

        Raises:
            Refusal: 404, it has none.
        """
        return self._known(exercise).sheet

    def _known(self, exercise: str) -> _Known:
        known = self._sheets.get(exercise)
        if known is None:
            sheet = self._photographs.facts(exercise)
            known = self._sheets[exercise] = _Known(sheet, Matcher(sheet))
        return known

    async def _warm(self, exercise: str) -> None:
        try:
            await self._learn(exercise, self._known(exercise))
        except AuditionError as problem:  # whoever asks first meets it again, and is told
            _log.warning("%s: the facts are not ready: %s", exercise, type(problem).__name__)

    async def _learn(self, exercise: str, known: _Known) -> Learnt:
        """Return what the encoder makes of a sheet, learnt once."""
        async with self._turn:
            learnt = self._learnt.get(exercise)
            if learnt is None:
                learnt = self._learnt[exercise] = await learn(
                    self._worker, known.matcher, self._shelf
                )
            return learnt


async def learn(worker: Worker, matcher: Matcher, shelf: Shelf) -> Learnt:
    """Return what the encoder makes of a matcher's sheet.

    Raises:
        ProctorAway: the model worker is gone or slow.
    """
    texts = matcher.texts
    packed = await asyncio.to_thread(shelf.find, texts)
    if packed is None:
        vectors: list[list[float]] = []
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            vectors += await worker.encode(texts[start : start + _TEXTS_AT_ONCE])
        packed = await asyncio.to_thread(pack, vectors)
        await asyncio.to_thread(shelf.keep, texts, packed)
    classes = [example.of for example in matcher.examples]
    weights = [example.weight for example in matcher.examples]
    mean, head = await worker.learn(packed, classes, weights, ridge=RIDGE)
    return Learnt(await asyncio.to_thread(unpack, packed), mean, head)


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


def tell(match: Match) -> Said:
    """Return what the fact sheet says to a match."""
    if match.is_everything:
        return Said(WHAT_FOR)
    if match.facts:
        said = tell_facts(match.facts)
        open_ones = [
            *((DOUBTFUL_HALF if leans(part) else DOUBTFUL).format(part) for part in match.doubtful),
            *(UNHEARD.format(part) for part in match.unheard),
            *(LATER.format(part) for part in match.later),
        ]
        return replace(said, text="\n\n".join([said.text, *open_ones]))
    if not match.nearest:
        return Said(UNKNOWN)
    topics = " · ".join(fact.topic for fact in match.nearest)
    return Said(f"{UNSURE} Nearest topics I can speak to: {topics}.", nearest=match.nearest)


def tell_facts(facts: tuple[Fact, ...]) -> Said:
    """Return these facts, told in the author's words, a paragraph each.

    Each says what it is about: a question may have meant another thing, or a second one.
    """
    told = (f"{fact.topic[:1].upper()}{fact.topic[1:]}: {fact.answer}" for fact in facts)
    return Said("\n\n".join(told), facts)
