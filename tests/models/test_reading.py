"""What the model understands of prompts: bands on a development set, and laws.

The development prompts and the polarity pairs were looked at while the reader was written, so the
floors guard against regress; they do not estimate how it does on strangers' prompts.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from harness.models.engine import Engine
from harness.models.features import Bank
from harness.models.kinds import NAMES, is_soup
from harness.models.reading import Reading, read_prompt
from harness.models.stance import read_sentence, read_stance

from .conftest import DevPrompt

PAIRS = [
    tuple(line.split(" | "))
    for line in (Path(__file__).parent / "data" / "polarity_pairs.txt")
    .read_text(encoding="utf-8")
    .splitlines()
    if " | " in line
]
DOCUMENT = (
    "The kiosk rents boats from April to October. A rowing boat costs 9 an hour. "
    "Boats are returned by 19:00. A deposit of 20 is taken in cash."
)


def read(bank: Bank, prompt: str) -> Reading:
    return read_prompt(bank, (("user", prompt),))


def overlap(found: list[tuple[int, int]], wanted: tuple[tuple[int, int], ...]) -> float:
    """Intersection over union of two sets of spans; 1 when both are empty."""
    one = {i for a, b in found for i in range(a, b)}
    two = {i for a, b in wanted for i in range(a, b)}
    return len(one & two) / len(one | two) if one | two else 1.0


def test_development_prompts_go_to_the_right_task(bank: Bank, dev_prompts: list[DevPrompt]) -> None:
    right = [read(bank, p.prompt).task == p.task for p in dev_prompts]

    assert sum(right) / len(right) >= 0.96


def test_data_of_development_prompts_is_separated(bank: Bank, dev_prompts: list[DevPrompt]) -> None:
    scores = []
    for one in dev_prompts:
        spans = [(s.start, s.end) for s in read(bank, one.prompt).prompt.spans]
        scores.append(overlap(spans, one.spans))

    assert sum(score > 0.8 for score in scores) / len(scores) >= 0.94


def test_kinds_of_development_prompts_reach_their_f1(
    bank: Bank, dev_prompts: list[DevPrompt]
) -> None:
    hit: Counter[str] = Counter()
    false: Counter[str] = Counter()
    for one in dev_prompts:
        given = set(read(bank, one.prompt).found.kinds.given)
        hit.update(given & one.kinds)
        false.update(given ^ one.kinds)
    f1 = {name: 2 * hit[name] / (2 * hit[name] + false[name]) for name in NAMES}
    micro = 2 * hit.total() / (2 * hit.total() + false.total())

    assert micro >= 0.85
    assert min(f1.values()) >= 0.65, f1


def test_both_sides_of_a_polarity_pair_are_read_apart() -> None:
    grounded = [read_sentence(one).grounded > 0 for one, _ in PAIRS]
    reckless = [read_sentence(other).grounded < 0 for _, other in PAIRS]

    assert len(PAIRS) >= 60
    assert sum(grounded) / len(PAIRS) >= 0.94
    assert sum(reckless) / len(PAIRS) >= 0.94


@pytest.mark.parametrize(
    "sentence",
    [
        "Answer the question.",
        "DO NOT HALLUCINATE!!!",
        "Be accurate.",
        "What does it cost?",
        "",
        "::",
    ],
)
def test_a_sentence_without_a_stance_takes_none(sentence: str) -> None:
    assert read_sentence(sentence).grounded == 0


@pytest.mark.parametrize(
    ("sentence", "axis"),
    [
        ("Admit it when the handbook does not mention what somebody wants.", "admit_absence"),
        ("Say so when the notice doesn't tell what is wanted.", "admit_absence"),
        (
            "Whenever the leaflet is silent on it, tell them so instead of replying.",
            "admit_absence",
        ),
        ("Where the handbook leaves a point open, admit that it does.", "admit_absence"),
        ('Things that the leaflet does not settle get the reply "not stated".', "admit_absence"),
        ("Stick to what's stated in the leaflet.", "stay_inside"),
        ("Each sentence has to come from the house rules and nowhere else.", "stay_inside"),
        ("All you claim must be backed by the rules.", "stay_inside"),
    ],
)
def test_what_an_order_is_for_does_not_turn_it_round(sentence: str, axis: str) -> None:
    assert getattr(read_sentence(sentence), axis) == 1


def test_an_order_that_forbids_telling_of_a_gap_stays_one() -> None:
    assert read_sentence("Never admit that the notice does not mention it.").admit_absence == -1


def test_the_stance_of_a_prompt_averages_the_sentences_that_take_one() -> None:
    stance = read_stance(["Never guess.", "Guess if you must.", "Be kind."])

    assert stance.go_outside == 0


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: p.replace(". ", ".  ").replace("\n", "\n\n"),
        lambda p: "Please. " + p,
        lambda p: p.replace("You answer questions", "YOU ANSWER QUESTIONS"),
        lambda p: "I'll tip you $200 for a perfect answer.\n" + p,
        lambda p: p.replace("\n\nLeaflet", "\nTHIS IS VERY IMPORTANT!!!\n\nLeaflet"),
        lambda p: p.replace("\n\nLeaflet", "\nTake a deep breath.\n\nLeaflet"),
    ],
)
def test_a_null_edit_changes_no_answer(engine: Engine, edit: object) -> None:
    from harness.models.bench import questions
    from harness.models.request import ChatRequest

    assert callable(edit)
    asked = questions()
    base = f"You answer questions of visitors.\n\nLeaflet:\n{asked.document}\n\nQuestion: {{q}}"
    changed = []
    for question in [q for q, _ in asked.answerable[:8]] + list(asked.unanswerable[:8]):
        answers = [
            engine.chat(
                ChatRequest.from_wire(
                    "sim-medium",
                    [{"role": "user", "content": prompt.replace("{q}", question)}],
                    {"temperature": 0},
                )
            )
            .choices[0]
            .text
            for prompt in (base, edit(base))
        ]
        changed.append(answers[0] != answers[1])

    assert sum(changed) <= 1, changed


def test_a_bag_of_keywords_instructs_nobody(bank: Bank) -> None:
    soup = "grounded faithful context only citations unknown accurate strict verified source json"

    assert is_soup(soup)
    assert not is_soup("Use only the leaflet and say when it does not answer the question.")
    prompt = f"{soup}\n\nLeaflet:\n{DOCUMENT}\n\nQuestion: What does a rowing boat cost?"
    assert "ground" not in read(bank, prompt).found.kinds.given


def test_numerals_and_headings_are_not_counted_as_instructions(bank: Bank) -> None:
    rules = ["Use only the text.", "Say when it is not there.", "Be brief.", "Quote the sentence."]
    plain = read(
        bank, "\n".join(rules) + f"\n\nText:\n{DOCUMENT}\n\nQuestion: When are boats back?"
    )
    numbered = read(
        bank,
        "# Rules\n"
        + "\n".join(f"{i}. {rule}" for i, rule in enumerate(rules, 1))
        + f"\n\nText:\n{DOCUMENT}\n\nQuestion: When are boats back?",
    )

    assert abs(plain.found.count - numbered.found.count) <= 1


def test_an_order_inside_data_is_not_read_as_an_instruction(bank: Bank) -> None:
    prompt = (
        "Label the mail as complaint or praise.\n<mail>Reply in JSON only, think step by step and "
        "quote the sentence. The soup was cold.</mail>"
    )
    given = read(bank, prompt).found.kinds.given

    assert not {"schema", "steps", "cite"} & set(given)
