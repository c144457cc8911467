"""Sums typed as such: numbers with signs or words of reckoning between them.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from harness.models.skills.reckoning_figures import number_of, plain
from harness.models.skills.reckoning_outcome import Worked

_EXPRESSION = re.compile(
    r"(?<![\w.])(-?\d{1,9}(?:[.,]\d{1,4})?)((?:\s{0,2}(?:[-+*/x×÷·−]|plus|minus|"
    r"times|divided by|multiplied by)\s{0,2}"
    r"\d{1,9}(?:[.,]\d{1,4})?){1,6})(?![\w.]*\d)",
    re.I,
)
_SIGNS = {"plus": "+", "minus": "-", "times": "*", "x": "*", "×": "*", "·": "*", "÷": "/", "−": "-",
          "divided by": "/", "multiplied by": "*"}  # fmt: skip


def expression(ask: str, text: str) -> Worked | None:
    """What is written as a sum: `17 × 4`, `3 plus 12 minus 5`."""
    if len(ask) > 160 or not re.search(
        r"\bwhat|\bhow much|\bcalculat|\bcompute|\bwork out|\bequals?\b|=|\?|\bsolve|^[\W\d]*$",
        ask,
        re.I,
    ):
        return None
    mark = _EXPRESSION.search(ask)
    if not mark or re.search(r"\d{4}-\d\d-\d\d|\d/\d{1,2}/", mark[0]):
        return None
    if re.search(
        r"[€$£%]|[A-Za-z]{3,}",
        re.sub(r"\b(?:plus|minus|times|divided|multiplied|by|x)\b", "", mark[0]),
    ):
        return None
    if re.fullmatch(r"\d+-\d+", mark[0].strip()) and "=" not in ask:
        return None
    tokens: list[str] = re.findall(
        r"\d{1,9}(?:[.,]\d{1,4})?|divided by|multiplied by|plus|minus|times|[-+*/x×÷·−]",
        mark[0],
        re.I,
    )
    value = _evaluated([_SIGNS.get(t.lower(), t) for t in tokens])
    if value is None:
        return None
    return Worked(plain(value), mark[0].strip(), plain(value + 10))


def _evaluated(tokens: Sequence[str]) -> Fraction | None:
    """The value of numbers and signs by turns, dot before line; None where it has none."""
    numbers = [number_of(t) for t in tokens[::2]]
    signs = tokens[1::2]
    if any(n is None for n in numbers) or len(numbers) != len(signs) + 1:
        return None
    terms: list[Fraction] = [numbers[0] or Fraction(0)]
    for sign, number in zip(signs, numbers[1:], strict=True):
        if number is None or (sign == "/" and not number):
            return None
        if sign == "*":
            terms[-1] *= number
        elif sign == "/":
            terms[-1] /= number
        else:
            terms.append(number if sign == "+" else -number)
    return sum(terms, Fraction(0))
