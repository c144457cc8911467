"""llm(): text that knows what it cost, and never becomes markup."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from harness.kernel import llm
from harness.kernel.errors import LlmError
from harness.kernel.llm import Answer, TokenCount
from tests.kernel.conftest import Serve
from tests.kernel.fake_proctor import Says, refuses


def answers(text: Any = "question", **more: Any) -> Says:
    value = {
        "model": "sim-medium",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 12, "completion_tokens": 3},
    }
    return Says(value | more, headers={"x-cost-usd": "0.000120"})


def test_an_answer_is_text_and_knows_what_it_took(serve: Serve) -> None:
    proctor = serve(lambda asked: answers())
    answer = llm("Sort this.", model="sim-small", temperature=0, seed=7)

    assert answer == "question"
    assert answer.upper() == "QUESTION"
    assert answer.usage == TokenCount(12, 3)
    assert answer.cost_usd == Decimal("0.000120")
    assert answer.describe_cost() == "sim-medium · 12 tokens read, 3 written · $0.000120"
    assert proctor.last.path == "/v1/chat/completions"
    assert proctor.last.body == {
        "model": "sim-small",
        "messages": [{"role": "user", "content": "Sort this."}],
        "temperature": 0,
        "seed": 7,
    }


def test_messages_go_as_they_are(serve: Serve) -> None:
    proctor = serve(lambda asked: answers())
    messages = [{"role": "system", "content": "Short."}, {"role": "user", "content": "Hello"}]
    llm(messages)

    assert proctor.last.body["messages"] == messages


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "$x^2$",
        "`code`",
        "\\(x\\)",
        "</pre><img src=x onerror=y>",
        "a&b",
    ],
)
def test_shown_it_is_never_markup(text: str) -> None:
    answer = Answer(text, usage=TokenCount(1, 1), cost_usd=None, model="<b>m</b>")
    inside = answer._repr_markdown_().split('wrap">', 1)[1].split("</pre>", 1)[0]

    assert not set("<>$\\`") & set(inside)
    assert "<b>" not in answer._repr_markdown_()


def test_a_copy_still_knows_what_it_took() -> None:
    answer = Answer("x", usage=TokenCount(1, 2), cost_usd=Decimal("0.1"), model="m")
    again = copy.deepcopy(answer)

    assert (again, again.usage, again.cost_usd, again.model) == (
        "x",
        answer.usage,
        Decimal("0.1"),
        "m",
    )


@pytest.mark.parametrize("cost", ["", "free", "NaN", "Infinity"])
def test_a_price_that_is_none_is_none(serve: Serve, cost: str) -> None:
    serve(lambda asked: Says(answers().value, headers={"x-cost-usd": cost}))

    assert llm("x").cost_usd is None


def test_a_refusal_is_an_error_with_its_words_code_and_status(serve: Serve) -> None:
    serve(lambda asked: refuses(429, "insufficient_quota", "The purse is empty."))

    with pytest.raises(LlmError) as caught:
        llm("x")
    assert str(caught.value) == "The purse is empty."
    assert (caught.value.status, caught.value.code) == (429, "insufficient_quota")
    assert caught.value._render_traceback_() == ["LlmError: The purse is empty."]


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"choices": []},
        {"choices": [{}], "usage": {}},
        {"choices": [{"message": {"content": "x"}}]},
        {"choices": [{"message": {"content": "x"}}], "usage": {"prompt_tokens": "many"}},
        "text",
    ],
)
def test_an_answer_in_another_form_is_told(serve: Serve, value: Any) -> None:
    serve(lambda asked: Says(value))

    with pytest.raises(LlmError, match="in a form llm"):
        llm("x")


def test_an_answer_without_text_is_told(serve: Serve) -> None:
    serve(lambda asked: answers(None))

    with pytest.raises(LlmError, match="without text"):
        llm("x")


@pytest.mark.parametrize("prompt", [None, 5, b"bytes", {"role": "user", "content": "x"}])
def test_what_is_no_prompt_is_told_before_it_is_sent(serve: Serve, prompt: Any) -> None:
    proctor = serve(lambda asked: answers())

    with pytest.raises(LlmError, match="takes a text or a list of messages"):
        llm(prompt)
    assert proctor.asked == []


@pytest.mark.parametrize("params", [{"stream": True}, {"n": 2}])
def test_streams_and_several_answers_are_for_the_usual_client(params: dict[str, Any]) -> None:
    with pytest.raises(LlmError, match="one whole answer"):
        llm("x", **params)


def test_without_a_line_and_with_what_cannot_be_sent_it_is_an_llm_error_too(serve: Serve) -> None:
    with pytest.raises(LlmError, match="AUDITION_URL is not set"):
        llm("x")
    serve(lambda asked: answers())
    with pytest.raises(LlmError, match="cannot be sent"):
        llm("x", temperature=float("nan"))
