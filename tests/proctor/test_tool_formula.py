"""Formulas of a trial: arithmetic over a row and nothing that reaches further."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.proctor.tools.formula import BadFormula, NoNumber, names_in, read_formula

ENV = {"a": 3, "b": 0.5, "kind": "mail", "args": {"plan": {"stages": ["S1"], "k": 4}}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a * b + 1", 2.5),
        ("-a // 2", -2),
        ("min(a, args['plan']['k'], 9)", 3),
        ("a if kind == 'mail' else 0", 3),
        ("'S1' in args['plan']['stages'] and not a > 4", True),
        ("a < 1 or b", True),
        ("round(a / 2) + ceil(b) + floor(b) + abs(-a)", 6),
        ("(a > 2) * 10", 10),
    ],
)
def test_it_counts(text: str, value: object) -> None:
    assert read_formula(text)(ENV) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "a +", "a; b", "import os", "a.real", "().__class__", "a ** 9", "a << 9", "lambda: 1",
        "[a for a in b]", "open('x')", "min(a)", "round(a, 2, 3)", "min(a, key=b)",
        "args[kind]", "args[0]", "a < b < 3", "f'{a}'", "None", "b'x'", "1j", "{a: b}", "[a]",
        "(a := 3)", "x" * 1001, "(" * 400 + "a" + ")" * 400, "\x00", "__import__('os')",
    ],
)  # fmt: skip
def test_what_is_no_formula_is_refused_when_it_is_read(text: str) -> None:
    with pytest.raises(BadFormula):
        read_formula(text)


@pytest.mark.parametrize(
    "text",
    ["c + 1", "min + 1", "a / 0", "a % 0", "kind * 3", "kind < a", "args['no']", "kind['x']",
     "a in b", "1e308 * 1e308", "1e308 * 10"],
)  # fmt: skip
def test_what_comes_to_no_number_says_so(text: str) -> None:
    with pytest.raises(NoNumber):
        read_formula(text)(ENV)


def test_it_tells_which_names_it_reads() -> None:
    assert names_in("min(a, b) if args['k'] else c") == {"a", "b", "args", "c"}


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab01+-*/%()<>=.,'[] ifelsenotandorminmaxargs", max_size=40))
def test_any_text_is_a_formula_or_a_bad_one(text: str) -> None:
    try:
        run = read_formula(text)
    except BadFormula:
        return
    try:
        run(ENV)
    except NoNumber:
        return
