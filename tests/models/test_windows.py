"""A prompt cut to the window: what is left fits, ends as it did, and says where it came from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.models import tokens
from harness.models.errors import BadRequest, ContextTooLong
from harness.models.request import ChatReply, ChatRequest
from harness.models.windows import fitted

Ask = Callable[..., ChatReply]
ROLES = st.sampled_from(["system", "user", "assistant"])
TEXTS = st.one_of(st.text(max_size=60), st.integers(0, 400).map("word ".__mul__))
FILLER = "The club also keeps a shed for the garden tools of its members. " * 900


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(ROLES, TEXTS), min_size=1, max_size=7), st.integers(64, 300))
def test_what_is_left_fits_and_is_the_end_of_what_was_sent(
    messages: list[tuple[str, str]], most: int
) -> None:
    found = fitted(tuple(messages), most)

    assert tokens.count_prompt(found.messages) <= most
    assert found.places[-1][0] == len(messages) - 1
    for (role, text), (number, cut) in zip(found.messages, found.places, strict=True):
        assert (role, messages[number][1][cut:]) == (messages[number][0], text)
    if tokens.count_prompt(messages) <= most:
        assert found.messages == tuple(messages)


def test_the_oldest_turns_go_first_and_system_messages_stay() -> None:
    turns = (("system", "Be brief."), *(("user", f"turn {n} " + "so " * 90) for n in range(5)))

    found = fitted(turns, 220)

    assert [number for number, _ in found.places] == [0, 4, 5]
    assert all(cut == 0 for _, cut in found.places)


def test_a_fact_that_was_cut_off_is_not_found_and_one_that_was_not_is(ask: Ask) -> None:
    asked = "\n\nQuestion: What does a locker cost?"
    told = "Answer only from the notice; reply 'not stated' if it does not say.\n\nNotice: "
    fact = "A locker costs 14 crowns a month. "

    early = ask(told + fact + FILLER + asked, model="sim-small", truncation="auto")
    late = ask(told + FILLER + fact + asked, model="sim-small", truncation="auto")

    assert "14" not in early.choices[0].text
    assert "14" in late.choices[0].text
    assert early.usage.prompt_tokens < 8_192
    with pytest.raises(ContextTooLong):
        ask(told + fact + FILLER + asked, model="sim-small")


def test_what_was_read_as_data_lies_where_it_lay_in_what_was_sent(ask: Ask) -> None:
    text = f"<doc>{FILLER}The gate shuts at nine.</doc>\nWhen does the gate shut?"

    spans = ask(text, model="sim-small", truncation="auto").understood.data_spans

    assert spans
    assert all("gate shuts at nine" in text[start:end] for _, start, end in spans[-1:])


def test_a_prompt_that_fits_is_left_alone_and_a_wild_max_tokens_is_refused(ask: Ask) -> None:
    whole, cut = (ask("hello", truncation=how) for how in ("disabled", "auto"))

    assert (whole.usage, whole.understood) == (cut.usage, cut.understood)
    with pytest.raises(ContextTooLong):
        ask("hello", model="sim-small", truncation="auto", max_tokens=8_190)
    with pytest.raises(BadRequest) as caught:
        ChatRequest.from_wire(
            "sim-small", [{"role": "user", "content": "x"}], {"truncation": "early"}
        )
    assert caught.value.param == "truncation"


def test_old_turns_that_go_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    count = tokens.count
    monkeypatch.setattr(tokens, "count", lambda text: counted.append(len(text)) or count(text))
    old = [("user", "word " * 2_000)] * 390

    found = fitted((*old, ("user", "and now?")), 200)

    assert [number for number, _ in found.places] == [390]
    assert sum(counted) < 30_000
