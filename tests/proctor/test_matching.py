"""Matching on fact sheets that nothing was fitted on: what an author's first draft gets.

`hotels` (eight facts), `night-line` (six) and `vans` (five) have ten or fifteen phrasings a fact.
Here every second one is an example, and the others are asked: 0.91 right and 0.02 wrong on
hotels, 0.79 and 0.10 on night-line, 0.84 and 0.08 on vans, whose facts have five examples.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.bench.stakeholder import Asked, measure
from harness.models.encoder import Encoder
from harness.models.learning import learn_head
from harness.proctor.leaning import readings_of
from harness.proctor.matching import RIDGE, Learnt, Matcher
from harness.proctor.photographs import Fact, FactSheet, Photographs
from harness.proctor.questions import parts_of

FACTS = Path(__file__).parent / "facts"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def learn(matcher: Matcher, encoder: Encoder) -> Learnt:
    examples = matcher.examples
    vectors = encoder.encode([one.text for one in examples])
    mean, head = learn_head(
        vectors, [one.of for one in examples], [one.weight for one in examples], ridge=RIDGE
    )
    return Learnt(vectors.tolist(), mean.tolist(), head.T.tolist())


def figures(sheet: FactSheet, encoder: Encoder | None) -> tuple[float, float]:
    """Share of questions that got their fact, and of those that got another one."""
    halves = [fact.model_copy(update={"phrasings": fact.phrasings[::2]}) for fact in sheet.facts]
    matcher = Matcher(sheet.model_copy(update={"facts": tuple(halves)}))
    learnt = learn(matcher, encoder) if encoder else None
    right = wrong = total = 0
    for fact in sheet.facts:
        for phrasing in fact.phrasings[1::2]:
            parts = parts_of(phrasing)
            asked = encoder.encode(readings_of(parts)).tolist() if encoder else ()
            told = [found.id for found in matcher.match(parts, learnt, asked).facts]
            right += fact.id in told
            wrong += any(name != fact.id for name in told)
            total += 1
    return right / total, wrong / total


@pytest.mark.parametrize("name", ["hotels", "night-line", "vans"])
def test_a_sheet_nothing_was_fitted_on_is_still_of_use(encoder: Encoder, name: str) -> None:
    sheet = FactSheet.model_validate_json((FACTS / f"{name}.json").read_bytes())
    right, wrong = figures(sheet, encoder)
    alone, wrong_alone = figures(sheet, None)

    assert right >= 0.75, right
    assert wrong <= 0.11, wrong
    assert alone >= 0.45, alone
    assert wrong_alone <= 0.14, wrong_alone


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 20])
def test_without_an_encoder_a_lone_cue_tells_its_fact_or_names_it_and_no_other(count: int) -> None:
    facts = tuple(
        Fact(id=f"f{n}", topic="a topic", cues=(f"cue{n}", "shared"), answer="A.", matters=1)
        for n in range(count)
    )
    matcher = Matcher(FactSheet(stakeholder="S", facts=facts))
    found = matcher.match(["What about cue0?"], None, ())

    assert [fact.id for fact in (*found.facts, *found.nearest)] == ["f0"]
    assert found.facts or count > 5  # the more facts there are, the less one word tells
    assert matcher.match(["What about nothing?"], None, ()).facts == ()


def test_a_topic_that_we_name_is_told_when_it_is_asked_for_by_that_name() -> None:
    photographs = Photographs()
    asked = [
        Asked(slug, fact.id, form.format(fact.topic))
        for slug in ("practice", "eval-design", "hallucination-debug", "cost-estimate")
        for fact in photographs.facts(slug).facts
        for form in ("Can you tell me about this: {}?", "and {}?")  # the panel's button; a half
    ]
    found = measure(asked)["ours", "all"]

    assert (found.asked, found.right, found.wrong) == (len(asked), len(asked), 0)


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("How many come in, and may I keep the messages?", 2),
        ("What does a mistake cost and has there been a serious incident?", 2),
        ("Are the twelve typical and can the model be slow?", 2),
        ("What about customers who write and have a bug?", 1),
        ("What about people who cancel and did not pay?", 1),
    ],
)
def test_a_question_is_split_where_a_second_one_begins(question: str, count: int) -> None:
    assert len(parts_of(question)) == count


@pytest.fixture(scope="module")
def learnt(encoder: Encoder) -> dict[str, tuple[Matcher, Learnt]]:
    slugs = ("practice", "eval-design")
    matchers = {slug: Matcher(Photographs().facts(slug)) for slug in slugs}
    return {slug: (matcher, learn(matcher, encoder)) for slug, matcher in matchers.items()}


@pytest.mark.parametrize(
    ("slug", "question", "told"),
    [
        ("practice", "What is a complaint, for you?", ["mixed"]),
        ("practice", "When is something a complaint in your eyes?", ["mixed"]),
        ("practice", "how would you define a request", ["mixed"]),
        ("practice", "What is the worst mistake?", ["mistakes"]),
        ("practice", "What is a missed complaint to you?", ["mistakes"]),
        ("practice", "How is a complaint handled?", ["trays"]),
        ("eval-design", "When is something a bug in your eyes?", ["f15"]),
        ("eval-design", "what is a bug, for you?", ["f15"]),
        ("eval-design", "What is a feature, for you?", ["f15"]),
        ("eval-design", "What would you say a question is?", ["f15"]),
        ("eval-design", "How are multi-intent messages defined?", ["f06"]),
        ("eval-design", "What is praise, for you?", ["f07"]),
        ("eval-design", "What does a missed bug cost?", ["f02"]),
    ],
)
def test_a_question_for_a_definition_gets_no_other_fact(
    encoder: Encoder,
    learnt: dict[str, tuple[Matcher, Learnt]],
    slug: str,
    question: str,
    told: list[str],
) -> None:
    matcher, made = learnt[slug]
    match = matcher.match([question], made, encoder.encode([question]).tolist())

    assert question not in matcher.texts  # else it shows nothing
    assert [fact.id for fact in match.facts] == told


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the labels?",
        "Who labels the messages for the eval?",
        "Who labelled the messages in the export?",
        "How high must the share of caught bugs be for you to go live?",
        "Which accuracy would convince you to go live?",
        "What does a minute of the on-call engineer cost, and what a minute of a support person?",
        "What does an hour of the on-call engineer cost?",
        "Who makes the final call on shipping?",
        "What does the consumer do with a label it does not know?",
    ],
)
def test_what_is_on_no_sheet_gets_no_fact_that_has_its_words(
    encoder: Encoder, learnt: dict[str, tuple[Matcher, Learnt]], question: str
) -> None:
    matcher, made = learnt["eval-design"]
    parts = parts_of(question)
    match = matcher.match(parts, made, encoder.encode(readings_of(parts)).tolist())

    assert not set(parts) & set(matcher.texts)  # else it shows nothing
    assert match.facts == ()
