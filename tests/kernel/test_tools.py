"""tools: the exercise's instruments as functions, with prices and in plain words."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from harness.kernel import tools as shared
from harness.kernel.errors import LineDown, Misuse, NoLine, NoTool, Refused
from harness.kernel.tools import Tools
from tests.kernel.conftest import Serve
from tests.kernel.fake_proctor import Asked, Says, refuses

METER = {
    "name": "meter", "summary": "Tokens of one stage on one mail.", "price": "1 call",
    "most": 500, "example": 'tools.meter("S1", 3)', "arguments": [
        {"name": "stage", "type": "string", "choices": ["S1", "S2"], "about": "which prompt"},
        {"name": "mail", "type": "integer", "minimum": 1, "maximum": 200},
        {"name": "dry", "type": "boolean", "default": False}],
}  # fmt: skip
LIST = {"exercise": "practice", "minutes_left": "18", "tools": [METER]}
USED = {
    "tool": "meter", "result": {"tokens_in": 912, "note": "<b>$x$</b>"},
    "took": {"calls": 1, "tokens": 0, "minutes": "2"}, "minutes_left": "16",
}  # fmt: skip


def answer(asked: Asked) -> Says:
    return Says(LIST if asked.path == "/tools" else USED)


def test_a_tool_is_called_like_a_function(serve: Serve) -> None:
    proctor, tools = serve(answer), Tools()
    found = tools.meter("S1", 3)
    same = tools["meter"](stage="S1", mail=3, dry=True)

    assert [one.path for one in proctor.asked] == ["/tools", "/tools/meter", "/tools/meter"]
    assert proctor.asked[1].body == {"stage": "S1", "mail": 3}
    assert proctor.last.body == {"stage": "S1", "mail": 3, "dry": True}
    assert found == same == {"tokens_in": 912, "note": "<b>$x$</b>"}
    told = "(1 call and 2 simulated minutes; 16 simulated minutes left)"
    assert repr(found).splitlines()[-1] == told


def test_what_comes_back_is_shown_escaped(serve: Serve) -> None:
    serve(answer)
    shown = Tools().meter("S1", 3)._repr_html_()

    assert "<b>" not in shown and "$" not in shown and '<th scope="row"' in shown


def test_shown_it_lists_every_tool_with_its_price(serve: Serve) -> None:
    serve(answer)

    assert repr(Tools()).splitlines() == [
        "tools.meter(stage, mail, dry=False): 1 call",
        "    Tokens of one stage on one mail.",
        "    stage: text: S1, S2. which prompt",
        "    mail: a whole number from 1 to 200",
        "    dry: True or False",
        '    for example tools.meter("S1", 3)',
        "18 simulated minutes are left. They are a price: you do not wait for them.",
    ]
    assert str(inspect.signature(Tools().meter)) == "(stage, mail, dry=False)"
    assert [tool.name for tool in Tools()] == dir(Tools()) == ["meter"]


def test_an_exercise_without_tools_says_so(serve: Serve) -> None:
    serve(lambda asked: Says({"exercise": "x", "minutes_left": None, "tools": []}))

    assert repr(Tools()) == "It has none at the moment."
    with pytest.raises(NoTool, match="no tool 'meter' in this exercise"):
        Tools().meter  # noqa: B018
    assert not hasattr(Tools(), "meter")


def test_a_tool_that_comes_with_part_two_is_found_without_a_new_import(serve: Serve) -> None:
    lists = [LIST | {"tools": []}, LIST]
    serve(lambda asked: Says(lists.pop(0) if asked.path == "/tools" else USED))
    tools = Tools()

    assert not hasattr(tools, "meter")
    assert tools.meter("S1", 1)["tokens_in"] == 912


def test_what_a_notebook_asks_of_every_object_costs_no_request(serve: Serve) -> None:
    proctor, tools = serve(answer), Tools()

    assert not hasattr(tools, "_repr_html_") and not hasattr(tools, "_ipython_display_")
    assert proctor.asked == []


def test_too_many_values_and_one_given_twice_are_told_before_anything_is_sent(
    serve: Serve,
) -> None:
    proctor, tools = serve(answer), Tools()
    with pytest.raises(Misuse, match=r"4 values, more than it takes:\ntools.meter\(stage"):
        tools.meter("S1", 3, True, 9)
    with pytest.raises(Misuse, match="given stage twice"):
        tools.meter("S1", stage="S2")
    with pytest.raises(Misuse, match="cannot be sent"):
        tools.meter("S1", object())

    assert [one.path for one in proctor.asked] == ["/tools"]


def test_numbers_of_numpy_and_tuples_are_plain_numbers_and_lists(serve: Serve) -> None:
    import numpy as np

    proctor = serve(answer)
    Tools().meter(stage=("S1", {"a": np.float64(0.5)}), mail=np.int64(3))

    assert proctor.last.body == {"stage": ["S1", {"a": 0.5}], "mail": 3}


def test_a_refusal_is_the_proctors_own_words(serve: Serve) -> None:
    no = refuses(429, "insufficient_quota", "meter would take 2 simulated minutes, and 1 is left.")
    serve(lambda asked: Says(LIST) if asked.path == "/tools" else no)
    with pytest.raises(Refused, match="and 1 is left") as problem:
        Tools().meter("S1", 3)

    assert (problem.value.status, problem.value.code) == (429, "insufficient_quota")


STRANGE: list[Any] = [
    {}, [], 7, {"result": [1]}, {"result": None}, {"result": {"a": 1}, "took": 3},
]  # fmt: skip


@pytest.mark.parametrize("value", STRANGE)
def test_an_answer_in_another_form_is_a_line_that_is_down(serve: Serve, value: Any) -> None:
    serve(lambda asked: Says(LIST if asked.path == "/tools" else value))
    tools = Tools()
    if value == STRANGE[-1]:  # the price is missing and the result is there: it is given
        assert tools.meter("S1", 3) == {"a": 1}
        return
    with pytest.raises(LineDown, match="No answer of meter"):
        tools.meter("S1", 3)


@pytest.mark.parametrize("rows", [[7], [{"name": "x"}], [METER | {"arguments": [{}]}]])
def test_a_list_in_another_form_is_a_line_that_is_down(serve: Serve, rows: Any) -> None:
    serve(lambda asked: Says(LIST | {"tools": rows}))

    with pytest.raises(LineDown, match="a list of tools"):
        Tools()()


def test_without_a_line_it_says_so() -> None:
    with pytest.raises(NoLine):
        repr(shared)
    assert dir(shared) == []
