"""Labels told as branches are read in any order of words; rules that sort nothing are not."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from harness.models.branches import branches, noun_branches
from harness.models.engine import Engine
from harness.models.request import ChatReply

Ask = Callable[..., ChatReply]
TRAYS = [("repair", "something is broken"), ("order", "somebody wants to buy")]


@pytest.mark.parametrize(
    "told",
    [
        "If something is broken, say repair. If somebody wants to buy, say order. Else other.",
        "If something is broken: repair. If somebody wants to buy: order. Otherwise: other.",
        "If something is broken -> repair\nIf somebody wants to buy -> order\nOtherwise -> other",
        "Answer repair if something is broken, order if somebody wants to buy, "
        "and other otherwise.",
        "Say repair when something is broken; say order when somebody wants to buy; "
        "say other in all other cases.",
        "When something is broken the answer is repair. When somebody wants to buy the answer is "
        "order. In all other cases it is other.",
        'If something is broken, answer "repair"; if somebody wants to buy, answer "order"; for '
        'everything else answer "other".',
    ],
)
def test_branches_are_read_in_any_order_of_their_words(told: str) -> None:
    found = branches(told + "\n\nMessage: the kettle leaks")

    assert [(one.name, one.meaning) for one in found] == [*TRAYS, ("other", "something else")]
    assert told[found[0].start : found[-1].end] in told


@pytest.mark.parametrize(
    "told",
    [
        "If the text does not say it, say so.",
        "If the notice is silent, say nothing; if it speaks of it, quote it.",
        "Answer yes if it is open, otherwise no.",
        "When you are done, write it down. If in doubt, ask me.",
        "If a then b, " * 400,
        "",
    ],
)
def test_rules_that_name_no_labels_are_no_branches(told: str) -> None:
    assert branches(told) == ()


def test_a_message_is_sorted_by_the_branches_that_were_told(ask: Ask) -> None:
    order = (
        "If something is broken: repair. If somebody wants to buy: order. Otherwise: other. Answer "
        "with the one word only.\n\nMessage: "
    )

    said = [
        ask(order + text, model="sim-large").choices[0].text
        for text in ("my kettle is broken, it leaks", "I would like to buy two kettles")
    ]

    assert said == ["repair", "order"]


NOUNS = ["damage", "visit", "greeting"]
NOTES = {
    "damage": "The gutter is broken and water drips on the stairs.",
    "visit": "We would like to visit the museum with twelve children on Friday.",
    "greeting": "Merry Christmas to all of you!",
}


@pytest.mark.parametrize(
    "told",
    [
        "If something leaks, drips or is broken it is a damage. If a group wants to come, visit or "
        "book a tour it is a visit. Otherwise it is a greeting. Answer with one word.",
        "If something leaks, drips or is broken, then it is a damage. If a group wants to come, "
        "visit or book a tour, then it is a visit. In all other cases it is a greeting. One word.",
        "When something leaks, drips or is broken, that's a damage; when a group wants to come, "
        "visit or book a tour, that's a visit; anything else is a greeting. Reply with one word.",
        "We sort the post.\n- If something leaks, drips or is broken, call it a damage.\n- If a "
        "group wants to come, visit or book a tour, call it a visit.\n- Otherwise call it a "
        "greeting.\nGive the label only.",
        "It is a damage if something leaks, drips or is broken. It is a visit if a group wants to "
        "come, visit or book a tour. Everything else is a greeting. Answer with one word.",
        "It's a damage if something leaks, drips or is broken, a visit if a group wants to come, "
        "visit or book a tour, and a greeting otherwise. Just the label.",
        "If something leaks, drips or is broken it counts as a damage, whatever else is said. If a "
        "group wants to come, visit or book a tour it counts as a visit. Otherwise it counts as a "
        "greeting. If both apply it is a damage. Answer with one word.",
        "If something leaks, drips or is broken it is a damage, else if a group wants to come, "
        "visit or book a tour it is a visit, else it is a greeting. Answer with one word.",
        "If something leaks, drips or is broken, answer damage. If a group wants to come, visit or "
        "book a tour, the message is a visit. If none of this fits it is a greeting. One word.",
    ],
)
@pytest.mark.parametrize("as_system", [False, True])
def test_conditions_name_the_labels_and_their_verbs_do_not(
    engine: Engine, told: str, as_system: bool
) -> None:
    for note in NOTES.values():
        alone = (("system", told), ("user", note))
        reading = engine.read(alone if as_system else (("user", f"{told}\n\nMessage: {note}"),))

        assert (reading.task, [one.name for one in reading.labels]) == ("classify", NOUNS)
        assert reading.data == (note,)
        assert "leaks, drips or is broken" in reading.labels[0].definition


@pytest.mark.parametrize(
    ("told", "text", "names"),
    [
        (
            "Pupils write to the office. If they lost, found or left something it is a lost item. "
            "If they are ill, late or away it is an absence. Otherwise it is a question. Answer "
            "with the label only.",
            "I have a cold and stay at home today.",
            ["lost item", "absence", "question"],
        ),
        (
            "If the reader praises, thanks or greets us it is praise. If they moan, grumble or "
            "swear it is a complaint. If neither, it is a note. One word.",
            "The bus never came and I am soaked!",
            ["praise", "complaint", "note"],
        ),
        (
            "Otherwise unsure? Read twice. If a plant is eaten, yellow or wilting it is a pest. If "
            "someone wants seeds, soil or pots it is an order. Answer with one word.",
            "Twenty bags of soil, please.\nAnd do send the bill along.",
            ["pest", "order"],
        ),
    ],
)
def test_conditions_of_other_subjects_name_their_labels_too(
    engine: Engine, told: str, text: str, names: list[str]
) -> None:
    for prompt in (
        f"{told}\n\n{text}",
        f"{told}\n\n<mail>\n{text}\n</mail>",
        f"{text}\n\n{told}",
        f'{told}\n\n"{text}"',
    ):
        reading = engine.read((("user", prompt),))

        assert [one.name for one in reading.labels] == names
        assert reading.data == (text,)


def test_words_that_a_message_or_a_condition_quotes_are_not_the_text(engine: Engine) -> None:
    told = (
        'If the writer says "please call me back" or wants, needs or asks a thing it is a call. '
        "Otherwise it is a note. Answer with one word.\n\nMessage: "
    )
    text = 'The sign at the gate says "closed until next spring" in red letters.'
    reading = engine.read((("user", told + text),))

    assert ([one.name for one in reading.labels], reading.data) == (["call", "note"], (text,))


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        (
            "Sort this as damage, visit, bill or greeting. If something leaks, drips or is broken "
            "it is a damage. If a group wants to come, visit or book it is a visit. One word.\n\n"
            "Message: The gutter drips.",
            ["damage", "visit", "bill", "greeting"],
        ),
        (
            "Answer with D for a damage, V for a visit or G for a greeting. If something leaks, "
            "drips or is broken it is a damage. If a group wants to come, visit or book a tour it "
            "is a visit. Otherwise it is a greeting.\n\nMessage: The gutter drips.",
            ["D", "V", "G"],
        ),
        (
            "Labels: roof, garden, kitchen.\nIf something leaks, drips or is broken it is a job. "
            "Otherwise it is a note. One label only.\n\nMessage: The gutter drips.",
            ["roof", "garden", "kitchen"],
        ),
        (
            "Is this message glad, sad or angry? One word.\n\nMessage: If it is dry it is a joy, "
            "otherwise it is a chore.",
            ["glad", "sad", "angry"],
        ),
        (
            "Reply with fetch, keep or return. If a book is new it is a loan, if it is old it is a "
            "gift.\n\nMessage: Please put the atlas aside for me.",
            ["fetch", "keep", "return"],
        ),
    ],
)
def test_a_list_of_choices_beside_conditions_wins(
    engine: Engine, prompt: str, names: list[str]
) -> None:
    reading = engine.read((("user", prompt),))

    assert (reading.task, [one.name for one in reading.labels]) == ("classify", names)


@pytest.mark.parametrize(
    "prompt",
    [
        "Rules: If a book is late, torn or wet it is a case for the desk. If it is lost it is a "
        "loss. Otherwise it is a loan.\n\nQuestion: What is a lost book?\nAnswer:",
        "Summarise: If it rains it is a pity. If it snows it is a joy. Otherwise it is a bore. We "
        "go out all the same.",
        "Rewrite politely: If you are late it is a problem. If you are early it is a wonder.",
        "Draft a reply. If the guest moans it is a case for Ann. If not it is a case for Bo.\n\n"
        "Message: The tap drips.",
    ],
)
def test_conditions_in_other_work_sort_nothing(engine: Engine, prompt: str) -> None:
    assert engine.read((("user", prompt),)).task != "classify"


def test_conditions_that_a_system_message_tells_in_passing_make_no_router(engine: Engine) -> None:
    told = (
        "You are the desk of a team that only speaks of books. If a book is late it is a case for "
        "Ann. If it is lost it is a loss. Otherwise it is a loan."
    )

    assert engine.read((("system", told), ("user", "Good morning!"))).task != "classify"


def test_a_message_is_sorted_by_what_its_conditions_name(ask: Ask) -> None:
    told = (
        "If something leaks, drips or is broken it is a damage, whatever else is said. If a group "
        "wants to come, visit or book a tour it is a visit. Otherwise it is a greeting. Answer "
        "with one word.\n\nMessage: "
    )

    assert [ask(told + note).choices[0].text for note in NOTES.values()] == NOUNS


@pytest.mark.parametrize(
    "piece", ["if it is a ", "it is a b if c, d or ", "a, ", "otherwise it is a ", "if a, b or c "]
)
def test_conditions_without_an_end_are_read_in_no_time(piece: str) -> None:
    started = time.perf_counter()
    noun_branches(piece * 2_000)

    assert time.perf_counter() - started < 0.5
