"""Arithmetic over one row: `min(email_tokens, args["longest"]) * price / 1e6`, and no more.

Runs in zone G and in authoring. The text is an exercise author's; the values are a candidate's
arguments. Names, numbers, texts, comparisons, and/or/not, if-else, fields by name and six
functions; no attribute, no call of anything else, no loop, no power: what a formula takes is
bounded by its length.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

LONGEST = 1_000
Env = Mapping[str, Any]
Run = Callable[[Env], Any]


class BadFormula(ValueError):
    """The text is no formula that is taken here; the message says why."""


class NoNumber(ArithmeticError):
    """A formula came to nothing with these values; the message says where."""


def read_formula(text: str) -> Run:
    """Return a formula as a function of its names' values.

    Args:
        text: the formula.

    Raises:
        BadFormula: it is too long, no expression, or holds something that is not offered.
    """
    if len(text) > LONGEST:
        raise BadFormula(f"it has {len(text)} characters; at most {LONGEST} are taken")
    try:
        return _read(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        if isinstance(problem, BadFormula):
            raise
        raise BadFormula(f"{text[:60]!r} is no expression ({problem})") from problem


def names_in(text: str) -> frozenset[str]:
    """Return the names a formula reads; it has to be one."""
    tree = ast.parse(text.strip(), mode="eval")
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = (n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called)
    return frozenset(node.id for node in names)


def steps_in(text: str) -> int:
    """Return how many steps a formula takes for one row; it has to be one."""
    return sum(isinstance(node, ast.expr) for node in ast.walk(ast.parse(text.strip())))


def _read(node: ast.expr) -> Run:
    reader = _READERS.get(type(node))
    if reader is None:
        raise BadFormula(f"{ast.unparse(node)[:60]!r} is not offered in a formula")
    return reader(node)


def _name(node: Any) -> Run:
    name = node.id

    def run(env: Env) -> Any:
        try:
            return env[name]
        except KeyError:
            raise NoNumber(f"there is no {name}") from None

    return run


def _constant(node: Any) -> Run:
    value = node.value
    if not isinstance(value, int | float | str):
        raise BadFormula(f"{value!r} is neither a number nor a text")
    return lambda env: value


def _field(node: Any) -> Run:
    whole = _read(node.value)
    if not isinstance(node.slice, ast.Constant) or not isinstance(node.slice.value, str):
        raise BadFormula(f"{ast.unparse(node)[:60]!r}: a field is named by a text")
    name = node.slice.value

    def run(env: Env) -> Any:
        found = whole(env)
        if not isinstance(found, Mapping) or name not in found:
            raise NoNumber(f"there is no {name}")
        return found[name]

    return run


def _arithmetic(node: Any) -> Run:
    how = _OPERATORS.get(type(node.op))
    if how is None:
        raise BadFormula(f"{ast.unparse(node)[:60]!r} is not offered in a formula")
    left, right = _read(node.left), _read(node.right)
    return lambda env: _finite(how, _number(left(env)), _number(right(env)))


def _sign(node: Any) -> Run:
    inner = _read(node.operand)
    if isinstance(node.op, ast.Not):
        return lambda env: not inner(env)
    if isinstance(node.op, ast.USub):
        return lambda env: -_number(inner(env))
    raise BadFormula(f"{ast.unparse(node)[:60]!r} is not offered in a formula")


def _logic(node: Any) -> Run:
    parts = [_read(one) for one in node.values]
    if isinstance(node.op, ast.And):
        return lambda env: all(part(env) for part in parts)
    return lambda env: any(part(env) for part in parts)


def _compare(node: Any) -> Run:
    how = _COMPARISONS.get(type(node.ops[0])) if len(node.ops) == 1 else None
    if how is None:
        raise BadFormula(f"{ast.unparse(node)[:60]!r}: compare two values, by = < > or in")
    left, right = _read(node.left), _read(node.comparators[0])

    def run(env: Env) -> bool:
        try:
            return bool(how(left(env), right(env)))
        except TypeError as problem:
            raise NoNumber(str(problem)) from problem

    return run


def _choice(node: Any) -> Run:
    test, yes, no = _read(node.test), _read(node.body), _read(node.orelse)
    return lambda env: yes(env) if test(env) else no(env)


def _call(node: Any) -> Run:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    how = _FUNCTIONS.get(name)
    if how is None or node.keywords or not node.args:
        raise BadFormula(f"functions are {', '.join(_FUNCTIONS)}, with their values in brackets")
    parts = [_read(one) for one in node.args]
    if name not in ("min", "max") and len(parts) != 1:
        raise BadFormula(f"{name} takes one value")
    if name in ("min", "max") and len(parts) < 2:
        raise BadFormula(f"{name} takes two values or more")
    return lambda env: _finite(how, *(_number(part(env)) for part in parts))


def _number(value: Any) -> Any:
    if not isinstance(value, int | float):
        raise NoNumber(f"{str(value)[:40]!r} is no number")
    return value


def _finite(how: Callable[..., Any], *values: Any) -> Any:
    try:
        found = how(*values)
        if math.isfinite(found):
            return found
    except (ArithmeticError, ValueError) as problem:
        raise NoNumber(str(problem)) from problem
    raise NoNumber("a number becomes too large")


_READERS: dict[type[ast.expr], Callable[[Any], Run]] = {
    ast.Name: _name, ast.Constant: _constant, ast.Subscript: _field, ast.BinOp: _arithmetic,
    ast.UnaryOp: _sign, ast.BoolOp: _logic, ast.Compare: _compare, ast.IfExp: _choice,
    ast.Call: _call,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}  # fmt: skip
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min, "max": max, "abs": abs, "round": round, "floor": math.floor, "ceil": math.ceil,
}  # fmt: skip
