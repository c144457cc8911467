"""Which rows a question is about: its words that only some rows hold, a range, a denial.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re

from harness.models.skills.finding_cases import joined
from harness.models.skills.finding_intervals import in_units, intervals, kind_of
from harness.models.skills.finding_rows import Row, Rows, alike
from harness.models.skills.finding_rules import amount_for
from harness.models.skills.reckoning_brief import root
from harness.models.skills.retrieval import STOP
from harness.models.skills.wording import is_misspelt

WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+){0,4}")
_STILL = re.compile(
    r"\b(?:still|left|remaining|unclaimed|outstanding|open|not yet|noch|encore|todavía)\b", re.I
)
_GONE = re.compile(
    r"\b(?:claimed|sold|done|returned|paid|cancelled|canceled|gone|closed|taken|resolved|"
    r"collected|picked up|used)\b",
    re.I,
)
_UNDER = re.compile(
    r"\b(?:below|under|less than|short of|beneath)\s(?:the|their|its|his|her)\s(\w+)", re.I
)
_OVER = re.compile(r"\b(?:above|over|more than|beyond)\s(?:the|their|its|his|her)\s(\w+)", re.I)
_VERSUS = re.compile(
    r"\b(less|fewer|lower|smaller|worse|more|higher|larger|better)\b(?: \w+){0,2}? (?:in|on|"
    r"for) (\w+) than (?:in |on |for )?(\w+)",
    re.I,
)
_LOSS = re.compile(r"\b(?:lose|lost|loss|deficit|in the red)\b", re.I)
_NOT = re.compile(r"\b(?:not|no|without|isn['’]t|aren['’]t|non|except|nicht|kein\w*)\b", re.I)
_IDLE = frozenset(
    """line lines row rows entry entries item items thing things list table log total sum average
    first last most least highest lowest number count time times many much which what when who
    together
    earn earned happen occur occurred there box report reported take took had has""".split()
)

_YES, _NO = (
    frozenset(("yes", "y", "ja", "true", "oui", "sí", "x", "✓")),
    frozenset(("no", "n", "nein", "false", "non", "-", "")),
)


def rows_meant(ask: str, rows: Rows, held: list[Row]) -> tuple[list[Row], bool]:
    """The rows that a question is about, and whether it narrows them down at all."""
    kept = held
    narrowed = False
    for word, negated in _terms(ask):
        flag = _flag(word, rows)
        if flag is not None:
            wanted = _NO if negated else _YES
            kept = [row for row in kept if row.cells[flag].strip().lower() in wanted]
            narrowed = True
            continue
        hit = [row for row in rows.rows if any(_same(word, other) for other in row.words)]
        if not hit or len(hit) == len(rows.rows):
            continue
        own = [row for row in kept if (row in hit) != negated]
        if own or negated:
            kept, narrowed = own, True
    state = re.search(r"\bstill (\w+)", ask, re.I)
    if state and not rows.header and len({row.name for row in kept}) < len(rows.rows):
        last = {row.name: row for row in rows.rows}
        held_on = [r for r in last.values() if any(_same(state[1].lower(), w) for w in r.words)]
        if held_on:
            return held_on, True
    stock = next(
        (
            rows.column({w})
            for w in ("stock", "qty", "quantity", "available")
            if rows.column({w}) is not None
        ),
        None,
    )
    if (
        stock is not None
        and re.search(r"\bin stock\b|\bavailable\b|\bleft\b", ask, re.I)
        and not re.search(r"\bhow many\b", ask, re.I)
    ):
        amounts = dict(zip(rows.rows, rows.numbers(stock), strict=True))
        kept, narrowed = [r for r in kept if (amounts[r] or 0) > 0], True
    if _STILL.search(ask) and any(_GONE.search(row.text) for row in kept):
        kept, narrowed = [row for row in kept if not _GONE.search(row.text)], True
    for limit in intervals(ask)[:2]:
        at = _limited(ask, rows, limit.start)
        numbers = dict(zip(rows.rows, rows.numbers(at), strict=True))
        if limit.unit and not rows.header:  # in units of their own
            held_in = {
                row: amount_for(row.text, kind_of(limit.unit), limit.unit) for row in rows.rows
            }
            numbers = {
                row: in_units(told[0], told[1], limit.unit) if told else None
                for row, told in held_in.items()
            }
        inside = [r for r in kept if (n := numbers.get(r)) is not None and limit.holds(n)]
        if any(n is not None for n in numbers.values()):
            kept, narrowed = inside, True
    return kept, narrowed


def rows_under(ask: str, rows: Rows, held: list[Row]) -> list[Row] | None:
    """The rows in which one column is under another, where a question names a limit or a loss."""
    numeric = rows.numeric()
    versus = _VERSUS.search(ask)
    if rows.header and versus:
        one, two = rows.column({versus[2].lower()}), rows.column({versus[3].lower()})
        if one is not None and two is not None and one != two:
            one_held, two_held = rows.numbers(one), rows.numbers(two)
            is_less = bool(re.match(r"less|fewer|lower|smaller|worse", versus[1], re.I))
            return [
                r
                for r, x, y in zip(rows.rows, one_held, two_held, strict=True)
                if r in held and x is not None and y is not None and (x < y if is_less else x > y)
            ]
    mark = _UNDER.search(ask) or _OVER.search(ask)
    loss = _LOSS.search(ask)
    if not rows.header or len(numeric) < 2 or not (mark or loss):
        return None
    if mark:
        limit = rows.column({mark[1].lower()})
        others = [at for at in numeric if at != limit]
        is_under = bool(_UNDER.search(ask))
        pair: tuple[int | None, int | None] = (others[0], limit)
        pair = pair if is_under else (limit, others[0])
    else:
        pair = (
            rows.column({"in", "income", "revenue", "takings"}),
            rows.column({"out", "costs", "spent", "expenses"}),
        )
    less, more = pair
    if less is None or more is None or less not in numeric or more not in numeric:
        return None
    low, high = (dict(zip(rows.rows, rows.numbers(at), strict=True)) for at in (less, more))
    return [r for r in held if (a := low[r]) is not None and (b := high[r]) is not None and a < b]


def _limited(ask: str, rows: Rows, start: int) -> int | None:
    """The column that a range is about: the one named nearest before it, or the only one."""
    numeric = rows.numeric()
    near = re.split(r"\band\b|,", ask[:start])[-1]
    before = [w.lower() for w in WORD.findall(near)][::-1]
    behind = [w.lower() for w in WORD.findall(ask[start:])]
    for word in (*before, *behind):
        at = rows.column({word})
        if at is not None and at in numeric:
            return at
    return numeric[0] if numeric else None


def _terms(ask: str) -> list[tuple[str, bool]]:
    """The words of a question that may tell rows apart, and whether each is denied."""
    out: list[tuple[str, bool]] = []
    limits = [(one.start, one.end) for one in intervals(ask)]
    for mark in list(WORD.finditer(ask))[:40]:
        word = re.sub(r"['’]s$", "", mark[0].lower())
        if word in STOP or word in _IDLE or len(word) < 2:
            continue
        if any(a <= mark.start() < b for a, b in limits):
            continue
        before = ask[max(0, mark.start() - 22) : mark.start()]
        out.append((word, bool(_NOT.search(before.split(",")[-1].split(" and ")[-1]))))
    return out


def _same(word: str, other: str) -> bool:
    if word.endswith("ves") and len(word) > 4:
        word = f"{word[:-3]}f"
    if word == other or root(word) == root(other) or alike(other, word):
        return True
    return len(word) > 4 and word.isalpha() and is_misspelt(word, other)


def _flag(word: str, rows: Rows) -> int | None:
    """A column of yes and no that a word names."""
    at = rows.column({word, root(word)})
    if at is None:
        return None
    cells = {row.cells[at].strip().lower() for row in rows.rows if at < len(row.cells)}
    return at if cells <= _YES | _NO and len(cells) > 1 else None


def names_of(ask: str, rows: Rows, kept: list[Row]) -> str:
    """The names of some rows as an enumeration, each once."""
    return joined(list(dict.fromkeys(row.name for row in kept)))
