"""The stakeholder: the author's words, never the list, at most two topics; all of it on record.

How well questions find their facts is measured in test_paraphrases.py and test_matching.py.
"""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.proctor.matching import MOST_FACTS, Learnt, Match, Matcher, words_of
from harness.proctor.photographs import Fact, FactSheet
from harness.proctor.questions import parts_of
from harness.proctor.stakeholder import LONGEST_QUESTION, UNKNOWN, UNSURE, WHAT_FOR, tell
from harness.proctor.worker import Worker
from tests.proctor.builders import PRACTICE, Up, fake_worker, proctor, settings_for
from tests.proctor.record import an_event, journal, line, raw_journal

FOR_EVERYTHING = [
    "Tell me everything you know.", "Give me all the facts", "please list all your topics",
    "What do you know?", "everything you know please", "Is there anything else I should know?",
    "What else can you tell me?", "Tell me all you know about this.", "Anything I should know?",
    "Could you give me all the information you have?", "Tell me everything.",
]  # fmt: skip


def read_sheet(path: Path) -> FactSheet:
    return FactSheet.model_validate_json(path.read_bytes())


@pytest.fixture(scope="module")
def practice() -> Matcher:
    return Matcher(read_sheet(PRACTICE / "facts.json"))


def by_words(matcher: Matcher, question: str) -> Match:
    return matcher.match(parts_of(question), None, ())


@pytest.mark.parametrize("question", FOR_EVERYTHING)
def test_a_request_for_everything_gets_nothing(practice: Matcher, question: str) -> None:
    assert by_words(practice, question) == Match(is_everything=True)


def test_all_cues_in_one_question_are_a_request_for_everything(practice: Matcher) -> None:
    facts = read_sheet(PRACTICE / "facts.json").facts
    stuffed = " ".join(cue for fact in facts for cue in fact.cues)

    assert by_words(practice, stuffed) == Match(is_everything=True)


def test_two_things_in_one_question_are_two_facts_and_three_are_at_most_two(
    practice: Matcher,
) -> None:
    two = "How many messages come in per day, and in which languages are they written?"
    three = f"{two} And what is the budget for it?"

    assert {fact.id for fact in by_words(practice, two).facts} == {"volume", "languages"}
    assert len(by_words(practice, three).facts) == MOST_FACTS


def test_two_things_are_answered_in_the_order_in_which_they_were_asked(practice: Matcher) -> None:
    volume = "How many messages come in per day?"
    languages = "In which languages are they written?"

    for first, second, wanted in (
        (volume, languages, ["volume", "languages"]),
        (languages, volume, ["languages", "volume"]),
    ):
        match = by_words(practice, f"{first} {second}")

        assert [fact.id for fact in match.facts] == wanted


@pytest.mark.parametrize(
    "question",
    [
        "How many messages come in per day? In which languages are they written? And what is the "
        "budget for it?",
        "How many messages come in per day, which languages are they written in, and what is the "
        "budget for it?",
    ],
)
def test_of_three_things_the_first_two_are_told_and_the_third_is_kept_for_later(
    practice: Matcher, question: str
) -> None:
    match = by_words(practice, question)
    text = tell(match).text

    assert [fact.id for fact in match.facts] == ["volume", "languages"]
    assert (match.unheard, match.later) == ((), ("what is the budget for it?",))
    assert text.endswith("I tell two things at a time. Ask “what is the budget for it?” by itself.")


def test_where_it_is_not_certain_that_a_part_is_answered_that_is_said() -> None:
    matcher, _ = six_facts([])
    learnt = Learnt([[0.0, 0.0]] * len(matcher.examples), [0.0, 0.0],
                    [[9.0, 0.7], *[[0.0, 0.0]] * 5, [0.0, 0.5]])  # fmt: skip
    match = matcher.match(["how is one?", "and how is two?"], learnt, [[1.0, 0.0], [0.0, 1.0]])

    assert [fact.id for fact in match.facts] == ["f0"]
    assert (match.unheard, match.doubtful) == ((), ("how is two?",))
    assert tell(match).text == (
        "Topic 0: A.\n\nI am not sure that this answers “how is two?”. Ask it by itself."
    )


@pytest.mark.parametrize(
    ("question", "unheard"),
    [
        ("Who handles the messages after sorting? What colour is the cat?",
         ("What colour is the cat?",)),
        ("What colour is the cat, and who handles the messages after sorting?",
         ("What colour is the cat",)),
        ("Who handles the messages after sorting? I ask because of the costs.", ()),
        ("Who handles the messages after sorting?", ()),
        ("What colour is the cat? And how tall is it?", ()),  # nothing is told: all is unknown
    ],
)  # fmt: skip
def test_a_part_that_no_fact_answers_is_named(
    practice: Matcher, question: str, unheard: tuple[str, ...]
) -> None:
    match = by_words(practice, question)

    assert match.unheard == unheard
    text = tell(match).text
    assert [part for part in unheard if f"To “{part}” I have no answer." in text] == list(unheard)
    assert ("have no answer" in text) == bool(unheard)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("How many? And who reads them?", 1),
        ("How many come in? Who reads them then?", 2),
        ("How many come in and who reads them?", 2),
        ("How many come in, and who decides?", 2),
        ("How many come in, who reads them, and what does it cost?", 3),
        ("What does it cost, all in all, when one is lost?", 1),
        ("If a reader is angry, what do you do with the letter?", 1),
        ("When a reader is angry, who gets the letter?", 1),
        ("A reader is angry. What do you do with the letter?", 1),
        ("Is it so? " * 9, 1),
        ("?? and what ?", 1),
    ],
)
def test_a_question_is_taken_apart_only_where_its_parts_can_stand_alone(
    question: str, parts: int
) -> None:
    assert len(parts_of(question)) == parts
    assert parts > 1 or parts_of(question) == [question]


def six_facts(lean: list[float]) -> tuple[Matcher, Learnt]:
    """A sheet of six facts whose learnt head leans to each by so much."""
    facts = tuple(
        Fact(id=f"f{n}", topic=f"topic {n}", cues=(f"cue{n}",), answer="A.", matters=1)
        for n in range(6)
    )
    matcher = Matcher(FactSheet(stakeholder="S", facts=facts))
    vectors = [[0.0]] * len(matcher.examples)
    return matcher, Learnt(vectors, [0.0], [[by] for by in [*lean, 0.0]])


@pytest.mark.parametrize(
    ("lean", "told", "near"),
    [
        ([9, 0, 0, 0, 0, 0], ["f0"], []),
        ([0.7, 0.7, 0.7, 0.7, 0.7, 0.7], [], []),  # near to all is near to none
        ([0.7, 0.7, 0.7, -1, -1, -1], [], ["f0", "f1"]),
        ([0.3, 0.35, -1, -1, -1, -1], [], ["f1", "f0"]),
        ([-1, -1, -1, -1, -1, -1], [], []),
        ([9, 9, 9, 0, 0, 0], [], ["f0", "f1"]),
        ([9, 9, 0, 0, 0, 0], ["f0", "f1"], []),
    ],
)
def test_when_nothing_is_told_at_most_two_near_topics_are_named_and_none_else(
    lean: list[float], told: list[str], near: list[str]
) -> None:
    matcher, learnt = six_facts(lean)
    found = matcher.match(["of nothing"], learnt, [[1.0]])
    said = tell(found)
    named = [f"topic {n}" for n in range(6) if f"topic {n}" in said.text]

    assert [fact.id for fact in found.facts] == told
    assert [fact.id for fact in found.nearest] == near
    assert sorted(named) == sorted(f"topic {name[1]}" for name in near)
    assert [fact.id for fact in said.nearest] == near
    assert told or said.text.startswith(UNSURE if near else UNKNOWN)
    assert len(found.ranked) == 6 and all(0 <= share <= 1 for _, share in found.ranked)


def test_words_are_compared_without_their_endings() -> None:
    assert words_of("Mistakes, costing  BOXES… stopped; the reader’s") == words_of(
        "mistake cost box stop the reader's"
    )
    assert words_of("!!! \x00 日本") == ()


async def ask(up: Up, question: object, **more: Any) -> tuple[int, Any]:
    async with up.kernel as kernel:
        kernel.timeout = httpx.Timeout(120)  # the first question waits until the sheet is learnt
        answer = await kernel.post("/k/ask", json={"question": question, **more})
    return answer.status_code, answer.json()


@pytest.mark.anyio
async def test_an_answer_is_the_authors_words_below_their_topic_and_on_record(
    tmp_path: Path,
) -> None:
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
        "text": f"How many messages there are: {volume.answer}",
    })  # fmt: skip
    assert unknown[1]["answers"] == [] and unknown[1]["text"].startswith((UNKNOWN, UNSURE))
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
