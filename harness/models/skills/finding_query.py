"""Ask rows: which of them are meant, and how many, how much, which most, first, when.

Runs in the model worker; the text is hostile and capped. A question is read as a filter (its words
that only some rows hold, a range, a negation) and one thing to do with the rows that pass.
"""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction

from harness.models.skills.finding_cases import joined
from harness.models.skills.finding_filter import WORD, names_of, rows_meant, rows_under
from harness.models.skills.finding_rows import LEVELS, Row, Rows, alike
from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_figures import plain
from harness.models.skills.reckoning_outcome import Worked

_COUNT = re.compile(
    r"\b(?:how many|how often|number of|count|wie ?viele|combien de|cuánt[oa]s)\b", re.I
)
_SUM = re.compile(
    r"\b(?:total|sum|altogether|in all|together|how much|insgesamt|zusammen|en total)\b", re.I
)
_MEAN = re.compile(r"\b(?:average|avg|mean|durchschnitt\w*|moyenne|promedio)\b", re.I)
_MOST = re.compile(
    r"\b(?:(?<!at )most|highest|largest|biggest|longest|greatest|maximum|max|dearest|best|"
    r"oldest|heaviest|"
    r"top|hottest|warmest|meisten|höchste\w*|más)\b",
    re.I,
)
_LEAST = re.compile(
    r"\b(?:(?<!at )least|fewest|lowest|smallest|shortest|minimum|cheapest|youngest|lightest|"
    r"worst|coldest|"
    r"wenigsten|niedrigste\w*|menos)\b",
    re.I,
)
_FIRST = re.compile(r"\b(?:first|earliest|erste\w*|premi[eè]re?|primer[oa]?)\b", re.I)
_LAST = re.compile(r"\b(?:last|latest|most recent|letzte\w*|derni[eè]re?|últim[oa])\b", re.I)
_TIME = re.compile(
    r"\b(?:what time|which times?|when|at what|what date|which day|wann|quand|cuándo)\b", re.I
)
_LISTS = re.compile(r"\W*(?:please )?(?:list|extract|collect)\b", re.I)
_DETAIL = re.compile(r"\b(?:code|reason|message|cause|why|error was|went wrong)\b", re.I)
_THOSE = re.compile(r"\b(?:those|them|these|that day|that month|of which)\b", re.I)


def query(ask: str, rows: Rows, text: str, before: tuple[str, ...] = ()) -> Worked | None:
    """The answer to a question on rows; None where it is none.

    Args:
        ask: the question.
        rows: what it is asked of.
        text: all that stands around them.
        before: the questions before it, whose rows "those" means.
    """
    held = list(rows.rows)
    is_narrowed = False
    earlier = next(
        (rest for one in before[::-1] if (rest := rows_meant(one, rows, held))[1] and rest[0]), None
    )
    if earlier and _THOSE.search(ask):
        held, is_narrowed = earlier
    kept, is_filtered = rows_meant(ask, rows, held)
    if earlier and not is_filtered and not is_narrowed:  # "and at what time?"
        kept, is_filtered = earlier
    is_filtered = is_filtered or is_narrowed
    balance = _balance(ask, rows, text)
    if balance is not None:
        return balance
    compared = rows_under(ask, rows, held)
    if compared is not None:
        kept, is_filtered = compared, True
    if not kept:
        return None
    if _COUNT.search(ask) and not _is_of_column(ask, rows):
        if not is_filtered and not _is_of_rows(ask, rows):
            return None
        names = names_of(ask, rows, kept) if re.search(r"\b(?:which|whose|who)\b", ask) else ""
        return Worked(f"{len(kept)}: {names}" if names else str(len(kept)), "", str(len(kept) + 1))
    most, least = _MOST.search(ask), _LEAST.search(ask)
    if (most or least) and re.search(
        r"\b(?:which|who|what|whose|wer|welche\w*|qui|quel\w*|qué|name)\b", ask, re.I
    ):
        return _extreme(ask, rows, kept, is_filtered=is_filtered, falls=bool(most))
    if _MEAN.search(ask) or _SUM.search(ask):
        return _total(ask, rows, kept, is_mean=bool(_MEAN.search(ask)))
    if not is_filtered or (not rows.header and _LISTS.match(ask)):
        return None
    if _FIRST.search(ask) or _LAST.search(ask):
        kept = [kept[0] if _FIRST.search(ask) else kept[-1]]
    if _DETAIL.search(ask) and len(kept) == 1 and not rows.header:
        return _detail(ask, kept[0])
    if _TIME.search(ask) and all(row.stamp for row in kept) and len(kept) <= 12:
        return Worked(joined([row.stamp for row in kept]), "", rows.rows[0].stamp)
    return _asked_cells(ask, rows, kept)


def _balance(ask: str, rows: Rows, text: str) -> Worked | None:
    """What is there in the end: what it began with, all that came in, less all that went out."""
    inward, outward = (
        rows.column({"in", "income", "received"}),
        rows.column({"out", "spent", "paid"}),
    )
    if (
        inward is None
        or outward is None
        or not re.search(r"\b(?:end|left|balance|now|after)\b", ask, re.I)
    ):
        return None
    start = re.search(
        r"\b(?:start\w*|began|beg[iu]n\w*|opening)\b[^\n]{0,40}?(\d+(?:[.,]\d+)?)", text, re.I
    )
    first = Fraction(start[1].replace(",", ".")) if start else Fraction(0)
    came = sum((n for n in rows.numbers(inward) if n is not None), Fraction(0))
    went = sum((n for n in rows.numbers(outward) if n is not None), Fraction(0))
    value = first + came - went
    return Worked(
        plain(value), f"{plain(first)} + {plain(came)} - {plain(went)}", plain(came - went)
    )


def _is_of_column(ask: str, rows: Rows) -> bool:
    """Whether "how many" counts what a column has figures of."""
    noun = re.search(r"\b(?:how many|wie ?viele|cuánt[oa]s|combien de) (\w+)", ask, re.I)
    at = rows.column({noun[1].lower(), root(noun[1])}) if noun else None
    return at is not None and at in rows.numeric()


def _is_of_rows(ask: str, rows: Rows) -> bool:
    noun = re.search(r"\bhow many (\w+)", ask, re.I)
    head = rows.header[0].lower() if rows.header else ""
    return bool(noun) and (
        noun is not None and root(noun[1]) in (root(head), "line", "row", "entry", "item")
    )


def _value_column(ask: str, rows: Rows) -> int | None:
    words = {w.lower() for w in WORD.findall(ask)}
    numeric = rows.numeric()
    named = [
        at
        for at in numeric
        if any(
            alike(p, w)
            for p in WORD.findall(rows.header[at].lower())
            for w in words | {root(w) for w in words}
        )
    ]
    return named[0] if named else numeric[-1] if numeric else None


def _key(ask: str, rows: Rows) -> int | None:
    """The column whose cells a question asks for."""
    noun = re.search(r"\b(?:which|what|whose|welche[rsnm]?|quel(?:le)?s?|qué) (\w+)", ask, re.I)
    return rows.column({noun[1].lower(), root(noun[1])}) if noun else None


def _extreme(
    ask: str, rows: Rows, kept: list[Row], *, is_filtered: bool, falls: bool
) -> Worked | None:
    """The name with the most or least: of figures, or of rows where there are none."""
    at = _value_column(ask, rows)
    numbers = dict(zip(rows.rows, rows.numbers(at), strict=True))
    key = _key(ask, rows) or 0
    score: Counter[str] = Counter()
    sums: dict[str, Fraction] = {}
    has_figures = at is not None or (
        not is_filtered and all(n is not None for n in numbers.values())
    )
    for row in kept:
        name = row.cells[key].strip() if rows.header and key < len(row.cells) else row.name
        score[name] += 1
        sums[name] = sums.get(name, Fraction(0)) + (numbers.get(row) or 0)
    if not has_figures:
        if not is_filtered and len(score) == len(kept):
            return None
        sums = {name: Fraction(n) for name, n in score.items()}
    if len(sums) < 2 and not is_filtered:
        return None
    ranked = sorted(sums, key=lambda name: sums[name], reverse=falls)
    best = ranked[0]
    return Worked(best, "", ranked[1] if len(ranked) > 1 else "", f"{best} ({plain(sums[best])}).")


def _total(ask: str, rows: Rows, kept: list[Row], *, is_mean: bool) -> Worked | None:
    at = _value_column(ask, rows)
    numbers = dict(zip(rows.rows, rows.numbers(at), strict=True))
    held = [n for row in kept if (n := numbers.get(row)) is not None]
    if len(held) < 1 or (at is None and len(held) < len(kept)):
        return None
    total = sum(held, Fraction(0))
    value = total / len(held) if is_mean else total
    working = " + ".join(map(plain, held)) if 1 < len(held) <= 8 else ""
    working = f"({working}) / {len(held)}" if is_mean and working else working
    everything = sum((n for n in numbers.values() if n is not None), Fraction(0))
    return Worked(plain(value), working, plain(everything if everything != value else value + 10))


def _asked_cells(ask: str, rows: Rows, kept: list[Row]) -> Worked | None:
    """The names, or the asked cells, of the rows that pass."""
    if not re.search(
        r"\b(?:which|who|whose|what|list|name|welche\w*|wer|quel\w*|qui|qué|quién\w*)\b", ask, re.I
    ):
        return None
    if len(kept) > 12:
        return None
    key = _key(ask, rows)
    if rows.header:
        if key is None and not re.match(
            r"\W*(?:\w+ )?(?:which|who|whose|list|name|welche|wer|qui|quel|quién)", ask, re.I
        ):
            return None
        names = [row.cells[key if key is not None else 0].strip() for row in kept]
        return Worked(joined(list(dict.fromkeys(names))), "", rows.rows[0].name)
    return Worked(names_of(ask, rows, kept), "", rows.rows[0].name)


def _detail(ask: str, row: Row) -> Worked | None:
    """The code or the message of a line of a log."""
    if re.search(r"\bcode\b", ask, re.I):
        code = re.search(
            r"\b[A-Z]{1,4}-?\d{1,5}\b|\b\d{3,5}\b",
            row.text.replace(row.stamp, " ", 1).replace(row.name, " ", 1),
        )
        return Worked(code[0], "", "") if code else None
    behind = row.text.rsplit(": ", 1)
    rest = (
        behind[1]
        if len(behind) == 2
        else " ".join(c for c in row.cells if c != row.name and c.lower() not in LEVELS)
    )
    return Worked(rest.strip(), "", "") if rest.strip() else None
