"""The stakeholder: the right fact for most ways to ask, a wrong one hardly ever, never the list.

The figures are taken with the real encoder in its own process, on the practice's fact sheet and
on another one, of another kind of exercise. The phrasings of both were written before anything
was fitted, and matching never sees them; whoever wrote the cues knew them, though, so this is
what a sheet reaches whose author has worked on it. First drafts stand in test_matching.py.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.proctor.matching import MOST_FACTS, MOST_NEAREST, Match, Matcher, words_of
from harness.proctor.photographs import Fact, FactSheet
from harness.proctor.stakeholder import LONGEST_QUESTION, UNKNOWN, WHAT_FOR
from harness.proctor.worker import Worker
from tests.proctor.builders import PRACTICE, Up, fake_worker, proctor, settings_for
from tests.proctor.record import an_event, journal, line, raw_journal

HOTELS = Path(__file__).parent / "facts" / "hotels.json"
ABOUT_NOTHING = [
    "What colour is the sky?", "Who won the match yesterday?", "Can you write the code for me?",
    "Tell me a joke.", "asdfgh", "How do I install pandas?", "What is your favourite dish?",
    "Where can I park my bicycle?", "Is the moon made of cheese?", "How old are you?",
    "Which Python version is used here?", "Does the notebook save by itself?", "Hello there",
    "What is the capital of France?", "Do you like your job?", "Are you a robot?", "Is there tea?",
    "Which model is the best one?", "What temperature should I set?", "Will it rain tomorrow?",
    "Who is the mayor of the town?", "What does the building look like?", "Do you sing?",
    "Which library draws charts?", "Would you marry me?",
]  # fmt: skip
FOR_EVERYTHING = [
    "Tell me everything you know.", "Give me all the facts", "please list all your topics",
    "What do you know?", "everything you know please", "Is there anything else I should know?",
    "What else can you tell me?", "Tell me all you know about this.", "Anything I should know?",
    "Could you give me all the information you have?", "Tell me everything.",
]  # fmt: skip


def read_sheet(path: Path) -> FactSheet:
    return FactSheet.model_validate_json(path.read_bytes())


@dataclass(frozen=True)
class Asked:
    """One fact sheet, and the real encoder's vectors of all that is asked about it."""

    sheet: FactSheet
    cues: list[list[list[float]]]
    questions: dict[str, list[float]]

    def match(self, question: str, *, by_cues_alone: bool = False) -> Match:
        matcher = Matcher(self.sheet)
        if by_cues_alone:
            return matcher.match(question, None, None)
        return matcher.match(question, self.cues, self.questions[question])

    def figures(self, **how: bool) -> tuple[float, float]:
        """Recall, and the share of questions that got a fact which is not theirs."""
        right = wrong = total = 0
        for fact in self.sheet.facts:
            for phrasing in fact.phrasings:
                told = [found.id for found in self.match(phrasing, **how).facts]
                right += fact.id in told
                wrong += any(name != fact.id for name in told)
                total += 1
        return right / total, wrong / total


async def encode(sheets: list[FactSheet]) -> list[Asked]:
    async def no_prices(models: list[Any]) -> None:
        return None

    worker = Worker()
    worker.start(no_prices)
    try:
        made = []
        for sheet in sheets:
            cues = [await worker.encode(list(fact.cues)) for fact in sheet.facts]
            questions = [p for fact in sheet.facts for p in fact.phrasings]
            questions += ABOUT_NOTHING
            vectors = await worker.encode(questions)
            made.append(Asked(sheet, cues, dict(zip(questions, vectors, strict=True))))
        return made
    finally:
        await worker.close()


@pytest.fixture(scope="module")
def both() -> Iterator[list[Asked]]:
    sheets = [read_sheet(PRACTICE / "facts.json"), read_sheet(HOTELS)]
    yield asyncio.run(encode(sheets))


def test_each_fact_is_asked_for_in_fifteen_ways(both: list[Asked]) -> None:
    counts = [len(set(fact.phrasings)) for asked in both for fact in asked.sheet.facts]

    assert len(counts) == 16 and set(counts) == {15}


@pytest.mark.parametrize("which", [0, 1], ids=["practice", "hotels"])
def test_nine_in_ten_ways_to_ask_find_their_fact_and_three_in_a_hundred_a_wrong_one(
    both: list[Asked], which: int
) -> None:
    recall, wrong = both[which].figures()

    assert recall >= 0.90, recall
    assert wrong <= 0.03, wrong


@pytest.mark.parametrize("which", [0, 1], ids=["practice", "hotels"])
def test_cues_alone_still_find_most(both: list[Asked], which: int) -> None:
    recall, wrong = both[which].figures(by_cues_alone=True)

    assert recall >= 0.85, recall
    assert wrong <= 0.05, wrong


def test_what_is_about_nothing_on_the_sheet_gets_no_fact(both: list[Asked]) -> None:
    got = [(q, m.facts[0].id) for asked in both for q in ABOUT_NOTHING
           if (m := asked.match(q)).facts]  # fmt: skip
    near = [len(asked.match(question).nearest) for asked in both for question in ABOUT_NOTHING]

    assert len(got) <= 2, got
    assert max(near) <= MOST_NEAREST


@pytest.mark.parametrize("question", FOR_EVERYTHING)
def test_a_request_for_everything_gets_nothing(both: list[Asked], question: str) -> None:
    for asked in both:
        assert asked.match(question, by_cues_alone=True) == Match(is_everything=True)


def test_all_cues_in_one_question_are_a_request_for_everything(both: list[Asked]) -> None:
    for asked in both:
        stuffed = " ".join(cue for fact in asked.sheet.facts for cue in fact.cues)

        assert asked.match(stuffed, by_cues_alone=True) == Match(is_everything=True)


def test_two_things_in_one_question_are_at_most_two_facts(both: list[Asked]) -> None:
    question = "How many messages come in per day, and in which language are they: English, Polish?"
    told = [fact.id for fact in both[0].match(question, by_cues_alone=True).facts]

    assert set(told) == {"volume", "languages"} and len(told) == MOST_FACTS


def test_a_topic_just_under_the_threshold_is_named_and_never_more_than_two() -> None:
    facts = tuple(
        Fact(id=f"f{n}", topic=f"topic {n}", cues=("alpha", f"w{n}", "x y"), answer="A.", matters=1)
        for n in range(6)
    )
    matcher = Matcher(FactSheet(stakeholder="S", facts=facts))
    unit, aside = [1.0, 0.0], [0.83, 0.55]
    vectors = [[unit], [unit], [unit], [[0.0, 1.0]], [[0.0, 1.0]], [[0.0, 1.0]]]
    found = matcher.match("nothing of it", vectors, [0.48, 0.1])

    assert found.facts == () and [fact.id for fact in found.nearest] == ["f0", "f1"]
    assert matcher.match("nothing", vectors, [0.0, 0.0]) == Match()
    assert matcher.match("w1", vectors, aside).facts[0].id == "f1"


def test_words_are_compared_without_their_endings() -> None:
    assert words_of("Mistakes, costing  BOXES… stopped; the reader’s") == words_of(
        "mistake cost box stop the reader's"
    )
    assert words_of("!!! \x00 日本") == ()


async def ask(up: Up, question: object, **more: Any) -> tuple[int, Any]:
    async with up.kernel as kernel:
        answer = await kernel.post("/k/ask", json={"question": question, **more})
    return answer.status_code, answer.json()


@pytest.mark.anyio
async def test_an_answer_is_the_authors_words_and_on_record(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path), worker=Worker()) as up, line(up) as to:
        await to.keep(an_event("a"))
        known = await ask(up, "How many messages do you get?")
        unknown = await ask(up, "Is the moon made of cheese?")
        everything = await ask(up, "Tell me everything you know.")
        events = await journal(up, "ask")

    facts = {fact.id: fact for fact in read_sheet(PRACTICE / "facts.json").facts}
    volume = facts["volume"]
    assert known == (200, {
        "answers": [{"topic": volume.topic, "answer": volume.answer}], "nearest": [],
        "text": volume.answer,
    })  # fmt: skip
    assert unknown[1]["answers"] == [] and unknown[1]["text"].startswith(UNKNOWN)
    assert len(unknown[1]["nearest"]) <= 2
    assert everything[1] == {"answers": [], "nearest": [], "text": WHAT_FOR}
    assert [event.payload["facts"] for event in events] == [["volume"], [], []]
    assert {event.payload["matched_by"] for event in events} == {"encoder and cues"}
    assert events[0].payload["question"] == "How many messages do you get?"
    assert (events[0].cell_id, events[0].exercise) == ("cell-a", "practice")


@pytest.mark.anyio
async def test_what_is_no_question_is_told_so_and_nothing_changes(tmp_path: Path) -> None:
    bad: list[Any] = ["", "  \n", None, 7, ["x"], {"q": "x"}, "x" * (LONGEST_QUESTION + 1), True]
    async with proctor(settings_for(tmp_path)) as up:
        before = await raw_journal(up)
        answers = [await ask(up, question) for question in bad]
        answers.append(await ask(up, "why?", hint="x"))
        async with up.kernel as kernel:
            raw = [
                (await kernel.post("/k/ask", content=data)).status_code
                for data in (b"", b"{", b"[]", b'{"question": "\\ud800"}', b"\xff", b"[" * 9999)
            ]
        after = await raw_journal(up)

    assert {status for status, _ in answers} == {400}
    assert all(said["error"]["message"] for _, said in answers)
    assert set(raw) == {400}
    assert before == after


@pytest.mark.anyio
async def test_while_the_model_loads_a_question_waits_and_without_one_cues_decide(
    tmp_path: Path,
) -> None:
    loading, gone = fake_worker("0.6"), Worker(("/bin/false",), ready_within_s=0.2)
    async with proctor(settings_for(tmp_path / "a"), worker=loading) as up:
        waited = await ask(up, "What may it cost per month?")
        by = [event.payload["matched_by"] for event in await journal(up, "ask")]
    async with proctor(settings_for(tmp_path / "b"), worker=gone) as up:
        alone = await ask(up, "What may it cost per month, what is your budget?")
        by += [event.payload["matched_by"] for event in await journal(up, "ask")]

    assert waited[0] == 200
    assert [row["topic"] for row in alone[1]["answers"]] == ["what it may cost"]
    assert by == ["encoder and cues", "cues alone"]


@pytest.mark.anyio
async def test_an_exercise_without_a_fact_sheet_says_so(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    (tmp_path / "photographs" / "practice" / "facts.json").unlink()
    async with proctor(settings) as up:
        status, said = await ask(up, "why?")

    assert status == 404 and "facts.json" in json.dumps(said)
