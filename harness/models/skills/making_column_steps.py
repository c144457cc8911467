"""Columns of a table renamed, put in another order, or reckoned from others.

Runs in the model worker; pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from harness.models.skills.reckoning_figures import number_of, plain

Rows = list[dict[str, object]]
_Q = r"[\"'“‘`]?"
_COLUMN = r"(?:columns?|headers?|fields?|keys?)"
_RENAME = re.compile(
    rf"\b(?:rename|call|change|replace)\b(?: the)?(?: {_COLUMN})?(?: name)? "
    rf"{_Q}(?P<a>[\w ]{{1,30}}?){_Q} "
    rf"(?:to|as|into|with|by|->|→) {_Q}(?P<b>[\w ]{{1,30}}?){_Q}(?=[\s.,:;…]|$)",
    re.I,
)
_SWAP = re.compile(
    r"\b(?:swap|switch|exchange|reverse|flip)\b(?: the)?(?: order of)?(?: "
    rf"the)?(?: two| both)? (?:{_COLUMN}\b|.{{0,40}}\b{_COLUMN}\b)",
    re.I,
)
_ADD = re.compile(
    rf"\b(?:add|append|insert|with)\b[^.\n]{{0,16}}?\bcolumns? (?:called |"
    rf"named |for )?(?:the )?{_Q}(?P<name>[\w ]{{2,24}}?){_Q}(?=\s*[(:=,]|"
    rf"\s+(?:which|that|with|as|being|of|…)|\s*$)(?P<how>[^.\n]{{0,80}})",
    re.I,
)
_OPERATIONS: tuple[tuple[str, Callable[[Fraction, Fraction], Fraction]], ...] = (
    (r"[x×*·]|times|multiplied by", lambda a, b: a * b),
    (r"\+|plus|and", lambda a, b: a + b),
    (r"-|−|–|minus|less", lambda a, b: a - b),
    (r"/|÷|divided by|per", lambda a, b: a / b),
)


def column_steps(rows: Rows, names: Sequence[str], asked: str) -> tuple[Rows, bool]:
    """The rows with columns renamed, swapped or added, and whether any step was ordered."""
    rename = _RENAME.search(asked)
    old = _same(rename["a"], names) if rename else ""
    if rename and old:
        return [{(rename["b"] if k == old else k): v for k, v in row.items()} for row in rows], True
    if _SWAP.search(asked) and len(names) >= 2:
        held = [n for n in names if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", asked, re.I)]
        first, second = (held[0], held[1]) if len(held) >= 2 else (names[0], names[-1])
        turn = {first: second, second: first}
        order = [turn.get(n, n) for n in names]
        return [{n: row.get(n, "") for n in order} for row in rows], True
    add = _ADD.search(asked)
    if add:
        reckoned = _reckoned(rows, names, add["name"].strip(), add["how"])
        if reckoned is not None:
            return reckoned, True
    return rows, False


def _same(said: str, names: Sequence[str]) -> str:
    low = re.sub(r"^(?:column|header|field) ", "", said.strip().lower())
    return next((n for n in names if n.lower() == low), "")


def _reckoned(rows: Rows, names: Sequence[str], name: str, how: str) -> Rows | None:
    """A new column from two others; None where the order does not say how."""
    for pattern, work in _OPERATIONS:
        mark = re.search(
            rf"{_Q}(?P<a>[\w ]+?){_Q}\s*(?:{pattern})\s*{_Q}(?P<b>[\w ]+?){_Q}\s*(?:[).,…]|$)",
            how,
            re.I,
        )
        if mark is None:
            continue
        words = [
            re.sub(r"^.*\b(?:is|as|being|of|which|the|for|each|row|product|sum)\s+", "", mark[k])
            for k in "ab"
        ]
        first, second = (_same(w, names) for w in words)
        if not first or not second:
            continue
        out: Rows = []
        for row in rows:
            values = [number_of(str(row.get(n, "")).strip("€$£ ")) for n in (first, second)]
            if None in values or (work is _OPERATIONS[3][1] and not values[1]):
                return None
            places = max(
                len(m[1]) if (m := re.search(r"[.](\d+)$", str(row.get(n, "")))) else 0
                for n in (first, second)
            )
            value = work(*[v for v in values if v is not None])
            out.append({**row, name: f"{float(value):.{places}f}" if places else plain(value)})
        return out
    return None
