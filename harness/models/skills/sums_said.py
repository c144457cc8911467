"""The value of a small sum as people type it: "24 + 21", "3 times 18", "15% of 80".

Runs in the model worker; pure; the text is hostile, so it is parsed and never evaluated.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from fractions import Fraction

_MOST_CHARS = 80
_MOST = 10**12
_WORDS = (
    (r"(?<=\d)\s*(?:×|x|times|multiplied by)\s*(?=[\d(])", " * "),
    (r"÷|\bdivided by\b", " / "),
    (r"−|\bminus\b", " - "),
    (r"\bplus\b", " + "),
    (r"(\d+(?:\.\d+)?)\s*% of\s*", r"\1 / 100 * "),
    (r"(?<=\d),(?=\d{3}(?!\d))", ""),
)
_OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def result_of(text: str) -> Fraction | None:
    """The value of a sum; None where the text is no small sum."""
    low = text.strip(" ,.=?").lower()
    if not low or len(low) > _MOST_CHARS:
        return None
    for pattern, put in _WORDS:
        low = re.sub(pattern, put, low)
    try:
        return _value(ast.parse(low.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError, MemoryError):
        return None


def shown(value: Fraction) -> str:
    """A number in figures, with at most two places."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _value(node: ast.expr) -> Fraction:
    """The number of a sum.

    Raises:
        ValueError: anything but numbers, brackets and the four operations, or too big a number.
    """
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        found = Fraction(str(node.value))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        found = -_value(node.operand)
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        found = _OPERATIONS[type(node.op)](_value(node.left), _value(node.right))
    else:
        raise ValueError("no small sum")
    if abs(found) > _MOST:
        raise ValueError("too big")
    return found
