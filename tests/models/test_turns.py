"""Follow-ups: what is left to be read when a turn is put into what went before."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.models.engine import Engine
from harness.models.reading import Reading
from harness.models.request import ChatReply, ChatRequest
from harness.models.turns_cues import cue_of, renamed
from harness.models.turns_facts import edited, updated
from harness.models.turns_forms import relisted, reshaped

Talk = Callable[..., Reading]
Say = Callable[..., ChatReply]


def _messages(turns: tuple[str, ...], system: str) -> list[dict[str, str]]:
    first = [{"role": "system", "content": system}] if system else []
    roles = ("user", "assistant")
    return first + [{"role": roles[i % 2], "content": text} for i, text in enumerate(turns)]


@pytest.fixture(scope="module")
def talk(engine: Engine) -> Talk:
    """What is read of a conversation, user and assistant by turns."""

    def run(*turns: str, system: str = "") -> Reading:
        return engine.read(tuple((m["role"], m["content"]) for m in _messages(turns, system)))

    return run


@pytest.fixture(scope="module")
def say(engine: Engine) -> Say:
    """The reply to a conversation at temperature 0."""

    def run(*turns: str, system: str = "") -> ChatReply:
        wire = _messages(turns, system)
        return engine.chat(ChatRequest.from_wire("sim-medium", wire, {"temperature": 0}))

    return run


HOURS = "The baths of Ulm Street open at 7 on Monday and at 9 on Sunday."


def test_swapped_names_change_places_everywhere() -> None:
    text = "Monday: Orla Penn. Tuesday: Bram Cole."

    assert updated(text, "Orla and Bram have swapped days.") == (
        "Monday: Bram Cole. Tuesday: Orla Penn."
    )


def test_a_changed_value_takes_the_place_of_one_of_its_kind() -> None:
    text = "A day ticket costs 14. The bath opens at 8:30."

    assert updated(text, "Update: a day ticket is 16 now.") == (
        "A day ticket costs 16. The bath opens at 8:30."
    )
    assert "9:15" in updated(text, "The bath opens at 9:15 instead.")


def test_what_is_said_instead_goes_into_the_last_answer() -> None:
    assert edited("Come on Saturday at 4 pm!", "It's on Sunday, not Saturday.") == (
        "Come on Sunday at 4 pm!"
    )
    assert edited("Yesterday Emil sang.", "Call him Otto please") == "Yesterday Otto sang."
    assert edited("Yesterday Emil sang.", "And what did he sing?") == ""


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        ("as bullets please", "- elm\n- oak\n- ash"),
        ("number them", "1. elm\n2. oak\n3. ash"),
        ("one line, semicolons", "elm; oak; ash"),
        ("as a JSON array", '["elm", "oak", "ash"]'),
        ("alphabetically", "ash, elm, oak"),
        ("in capitals", "ELM, OAK, ASH"),
    ],
)
def test_a_list_is_given_another_form(order: str, wanted: str) -> None:
    assert reshaped("elm, oak, ash", order) == wanted


def test_items_come_and_go() -> None:
    assert relisted("- elm\n- oak", "add beech to the list") == "- elm\n- oak\n- beech"
    assert relisted("elm, oak, ash", "remove the second one") == "elm, ash"
    assert relisted("elm, oak", "add a reason") == ""


@pytest.mark.parametrize(
    "turn",
    [
        "from now on call early DAWN and late DUSK",
        "use DAWN for early and DUSK for late",
        "rename early to DAWN, late to DUSK",
        "say DAWN instead of early and DUSK instead of late",
        "use the labels DAWN and DUSK",
        "early = DAWN, late = DUSK",
    ],
)
def test_labels_get_other_names(turn: str) -> None:
    assert renamed(turn, ("early", "late")) == {"early": "DAWN", "late": "DUSK"}


def test_a_text_that_names_labels_renames_nothing() -> None:
    assert renamed("The early train was late, we had tea.", ("early", "late")) == {}


@pytest.mark.parametrize(
    ("turn", "move"),
    [
        ("Update: it moved to Friday.", "update"),
        ("I meant the second row", "meant"),
        ("sorry, Tuesday", "meant"),
        ("and on Sunday?", "about"),
        ("That's wrong, look again.", "push"),
        ("Are you sure?", "push"),
        ("why?", "why"),
        ("Forget that. Who wrote it?", "drop"),
        ("New task: sort these mails.", "new"),
        ("And this one: the roof leaks", "next"),
        ("¿y este? «No hay agua»", "next"),
    ],
)
def test_words_tell_the_move(turn: str, move: str) -> None:
    cue = cue_of(turn)

    assert cue is not None and cue.move == move


def test_another_question_is_put_to_the_same_text(talk: Talk) -> None:
    read = talk(f"{HOURS} When do they open on Monday?", "At 7.", "and on Sunday?")

    assert read.task == "qa"
    assert read.question == "When do they open on Sunday?"
    assert "at 9 on Sunday" in " ".join(read.data)


def test_the_next_text_keeps_order_and_labels(talk: Talk) -> None:
    read = talk('ripe or unripe? "It is still green."', "unripe", 'Next: "Soft and sweet."')

    assert [label.name for label in read.labels] == ["ripe", "unripe"]
    assert [text.strip('"') for text in read.data] == ["Soft and sweet."]


def test_a_system_message_with_bare_texts_stays_as_it_is(talk: Talk) -> None:
    system = "Classify each message as fruit or tool. Answer with the label only."
    read = talk("a rusty saw", "tool", "three ripe figs", system=system)

    assert not read.talk
    assert read.prompt.examples == (("a rusty saw", "tool"),)


def test_small_talk_before_a_task_does_not_hide_it(talk: Talk) -> None:
    read = talk("hello!", "Hello. What shall we do?", f"{HOURS} When do they open on Sunday?")

    assert read.task == "qa"
    assert read.question == "When do they open on Sunday?"


def test_renamed_labels_are_answered_with_from_then_on(say: Say) -> None:
    first = 'good or bad review? "The best pie in town!"'
    turns = (
        first,
        "good",
        "call good YES and bad NO from now on",
        "YES",
        'next: "Cold and stale."',
    )

    assert "NO" in say(*turns).choices[0].text


def test_a_doubted_right_answer_is_kept_and_no_label_is_given(say: Say) -> None:
    said = say('urgent or routine? "Gas leaks in the hall!"', "urgent", "Are you sure?")

    assert "urgent" in said.choices[0].text
    assert "again" in said.choices[0].text


def test_thanks_are_met_with_a_courtesy(say: Say) -> None:
    said = say('urgent or routine? "Gas leaks in the hall!"', "urgent", "great, thanks a lot!")

    assert said.understood.task == "chat"
    assert "welcome" in said.choices[0].text


def test_a_resolved_conversation_points_into_what_was_sent(say: Say) -> None:
    turns = (f"{HOURS} When do they open on Monday?", "At 7.", "and on Sunday?")
    said = say(*turns)

    assert said.understood.data_spans
    for message, start, end in said.understood.data_spans:
        assert 0 <= start < end <= len(turns[message])


PIECES = st.sampled_from(
    'no, |wrong |update: |and |"|“|?|:|\n|1. |a or b|call | as |instead of |next: |as JSON|'
    "forget that. |I meant |Bo Lee |7 |\x00|{|(".split("|")
)
TURN = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=25).map("".join))


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(turns=st.lists(TURN, min_size=3, max_size=5))
def test_any_conversation_gets_some_answer(say: Say, turns: list[str]) -> None:
    reply = say(*(turns if len(turns) % 2 else turns[:-1]))

    assert reply.choices[0].text
    for message, start, end in reply.understood.data_spans:
        assert 0 <= start < end <= len(turns[message])


@pytest.mark.parametrize(
    "piece", ["no, ", "and ", '"a', "call a B ", "a, ", "x or ", "1) a ", "A = b, ", "if a say B, "]
)
def test_a_long_turn_costs_little(say: Say, piece: str) -> None:
    long = piece * (4_000 // len(piece))
    before = time.process_time()
    say(f"{HOURS} When do they open?", "At 7.", long)
    say(long, "yes", "and this one: " + long)

    assert time.process_time() - before < 6
