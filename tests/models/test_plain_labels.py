"""Labels, texts and ways out that a prompt's form leaves no doubt of, and what lies beside them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.engine import Engine
from harness.models.guidance import guidance_of
from harness.models.reading import Reading
from harness.models.request import ChatReply
from harness.models.skills.reckoning_sums import average

Ask = Callable[..., ChatReply]


def _read(engine: Engine, *texts: str) -> Reading:
    roles = ("system", "user") if len(texts) == 2 else ("user",)
    return engine.read(tuple(zip(roles, texts, strict=True)))


def _said(ask: Ask, prompt: str) -> str:
    return ask(prompt).choices[0].text


def test_a_numbered_menu_offers_numbers_and_its_why_asks_for_no_reason(
    engine: Engine, ask: Ask
) -> None:
    prompt = (
        "Why does the member write to the rowing club?\n1 to join\n2 to pay a fee\n3 to report "
        'damage to a boat\nNumber only.\n\nMember: "the hull of the green boat is damaged"\n'
    )
    reading = _read(engine, prompt)

    assert reading.task == "classify"
    assert [label.name for label in reading.labels] == ["1", "2", "3"]
    assert _said(ask, prompt) == "3"


def test_labels_in_a_row_beside_a_text_are_no_question_to_the_text(engine: Engine) -> None:
    prompt = (
        "Entry of a lock keeper:\n\n07:10 gate 2 slow, water 40 cm above the mark\n\nWhich level? "
        "calm | watch | alarm\nAnswer with one word."
    )
    reading = _read(engine, prompt)

    assert reading.task == "classify"
    assert [label.name for label in reading.labels] == ["calm", "watch", "alarm"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Please send my money back, the tent came torn.", '{"refund": true}'),
        ("The tent is lovely and we slept well in it.", '{"refund": false}'),
    ],
)
def test_a_choice_of_true_and_false_is_given_as_json_writes_it(
    ask: Ask, text: str, said: str
) -> None:
    prompt = (
        'Does the camper\'s message ask for a refund? Return JSON {"refund": true} or '
        f'{{"refund": false}}.\n\nMessage: "{text}"'
    )

    assert _said(ask, prompt) == said


def test_an_order_behind_the_text_is_not_the_text(engine: Engine) -> None:
    prompt = (
        "Sort the question of a zoo's visitor into prices, feeding, toilets or parking.\n\n"
        "Question: Where can we leave the car? We come by motorway.\n\nReply with the category "
        "name only."
    )

    assert _read(engine, prompt).data == ("Where can we leave the car? We come by motorway.",)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hola, quiero una habitación para dos noches con vistas al mar, gracias.", "es"),
        ("Guten Tag, ich habe eine Frage zu der Rechnung, bitte rufen Sie mich an.", "de"),
    ],
)
def test_the_code_of_a_language_is_given_where_the_code_is_asked(
    ask: Ask, text: str, code: str
) -> None:
    prompt = f"Give the ISO 639-1 code of the language of this mail, nothing else.\n\n{text}"

    assert _said(ask, prompt) == code


def test_yes_or_no_about_a_message_is_said_once(ask: Ask) -> None:
    prompt = (
        "Does the writer of this message want to cancel their course? yes/no only.\n\n"
        '"Hi, can I bring my own clay on Monday? And where do we park? See you there!"'
    )

    assert _said(ask, prompt) in ("yes", "no")


def test_codes_in_the_system_message_sort_whatever_is_said(engine: Engine) -> None:
    system = (
        "Sort reports about the harbour.\n\nH1: a boat is sinking\nH2: a light is out\nH3: a "
        "quarrel about a berth\n\nOutput only the code."
    )
    reading = _read(engine, system, "On the north pier the lamp has been out since Friday.")

    assert reading.task == "classify"
    assert [label.name for label in reading.labels] == ["H1", "H2", "H3"]


def test_a_condition_in_a_system_message_may_tell_a_fact() -> None:
    told = guidance_of(
        "Facts of a mill. If the water rises over 3 metres, a bell rings. If you are asked for "
        "prices, say nothing. When they do not say it, write the word NONE."
    )

    assert any("a bell rings" in fact for fact in told.facts)
    assert not any("prices" in fact for fact in told.facts)
    assert not told.secrets


@pytest.mark.parametrize(
    "order",
    ["If the answer is not there, reply exactly: NOT THERE", "If it is missing, write NO WORD."],
)
def test_a_plain_way_out_is_read_as_one(engine: Engine, order: str) -> None:
    prompt = (
        f"You help visitors of a mill. {order}\n\nContext:\nThe mill was built in 1812 by two "
        "brothers. It has three wheels.\n\nQuestion: Who owns the mill?"
    )
    reading = _read(engine, prompt)

    assert reading.stance.admit_absence > 0
    assert reading.found.kinds.abstain >= 0.5


def test_what_a_sign_means_is_the_clause_about_that_sign(ask: Ask) -> None:
    prompt = (
        "Context: The oven beeps at the end. A green lamp means that the door is locked, while a "
        "flashing green lamp means that the water tank must be filled. It weighs 30 kilograms.\n"
        "Q: what does it mean when the green lamp is flashing?\nA:"
    )

    assert "tank must be filled" in _said(ask, prompt)


def test_to_mean_is_no_mean() -> None:
    text = "Lamp 2 blinks for 4 minutes, lamp 3 for 6 minutes."

    assert average("What does it mean when lamp 3 blinks?", text) is None
    assert average("What is the mean of the minutes?", text) is not None


def test_how_rude_is_high_for_a_rude_text(ask: Ask) -> None:
    prompt = 'On a scale from 1 to 5, how rude is this note? Just the number.\n\n"{}"'

    harsh = int(_said(ask, prompt.format("Shut up, you lazy idiots, this is nonsense.")))
    kind = int(_said(ask, prompt.format("Thank you so much, could you please call me back?")))

    assert harsh > kind
