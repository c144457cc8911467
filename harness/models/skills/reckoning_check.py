"""Whether a total that a message states is what its items come to.

Runs in the model worker; pure; the message is hostile: capped, every repeat is bounded. What fools
it: a discount or tax on a line of its own.
"""

from __future__ import annotations

import re
from decimal import Decimal

_MOST_CHARS = 2_000
_ASKS = re.compile(
    r"\b(?:adds? up|add(?:ed|s)? (?:it |this )?(?:up )?(?:right|correctly)|check (?:the|"
    r"my|this) (?:sum|total|"
    r"maths?|arithmetic|bill|receipt|addition)|(?:sum|total|bill|receipt|addition)s?\b[^.?\n]{0,20}\b"
    r"(?:right|correct|ok|wrong|off)|(?:is|does) (?:the|this|my)\b[^.?\n]{0,24}\b(?:total|sum)\b)",
    re.I,
)
_TABLE_ASKS = re.compile(
    r"\b(?:anything|something|what(?:['’]s| is)?) (?:wrong|off)\b|\b(?:sums?|totals?|"
    r"maths?|figures)\b",
    re.I,
)
_WHAT = re.compile(
    r"\b(?:what|how much|how many)\b[^.?\n]{0,12}\b(?:is|are|does|do|will)\b(?! (?:wrong|off))",
    re.I,
)
_MONEY = r"[€$£]?\s?(?P<{0}>\d{{1,7}}(?:[.,]\d{{3}})*(?:[.,]\d{{1,2}})?)(?![\d%])"
_TOTAL = re.compile(
    r"\b(?:total|sum|altogether|in all|amount due|grand total)\b[^\d\n€$£]{0,20}"
    + _MONEY.format("t"),
    re.I,
)
_EQUATION = re.compile(
    r"(?P<left>\d[\d.,]*(?:\s?\+\s?\d[\d.,]*){1,20})\s?=\s?(?P<right>\d[\d.,]*\d|\d)"
)
_TIMES = re.compile(
    r"(?P<a>\d{1,5}(?:[.,]\d{1,2})?)\s?(?:x|×|\*|@|at|times)\s?[€$£]?(?P<b>\d{1,6}(?:[.,]\d{1,2})?)",
    re.I,
)
_AMOUNT = re.compile(_MONEY.format("n"))
_OTHER = re.compile(r"%|\b(?:discount|less|minus|off|vat|tax|credit|deposit|refund)\b", re.I)


def checked(said: str) -> str | None:
    """The verdict on a total with what the items come to; None where no total is to be checked."""
    if _WHAT.search(said):
        return None
    if (
        len(said) > _MOST_CHARS
        or sum(c.isdigit() for c in said) < 3
        or not (
            _ASKS.search(said) or (said.count("|") >= 8 and _TABLE_ASKS.search(said.split("|")[0]))
        )
    ):
        return None
    if said.count("|") >= 8 and (found := _table(said)):
        return found
    if mark := _EQUATION.search(said):
        parts = [_value(n) for n in re.split(r"\s?\+\s?", mark["left"])]
        return _verdict(sum(parts, Decimal(0)), _value(mark["right"]), "the numbers come")
    totals = [m for m in _TOTAL.finditer(said)]
    if not totals or _OTHER.search(said):
        return None
    total = totals[-1]
    body = f"{said[: total.start()]}\n{said[total.end() :]}"
    items = [
        item
        for piece in re.split(r"\n|,\s|;\s|\band\b", body)
        if (item := _item(piece)) is not None
    ]
    if len(items) < 2:
        return None
    return _verdict(sum(items, Decimal(0)), _value(total["t"]), "the items come")


def _table(said: str) -> str:
    """The rows of a table where count and price do not make the sum; empty for another table."""
    rows = [[c.strip() for c in line.strip().strip("|").split("|")]
            for line in said.split("\n") if line.count("|") >= 3]  # fmt: skip
    rows = [row for row in rows if not all(re.fullmatch(r"[-: ]*", cell) for cell in row)]
    body = [row for row in rows[1:] if len(row) >= 4]
    real, stated = Decimal(0), None
    wrong: list[str] = []
    for row in body:
        figures = [_value(c) if re.fullmatch(r"[€$£]?\s?\d[\d.,]*", c) else None for c in row]
        if re.match(r"(?:grand )?total|sum\b", row[0], re.I):
            stated = next((f for f in figures[::-1] if f is not None), None)
            continue
        if len(figures) < 4 or None in figures[1:4]:
            return ""
        count, price, line = (f or Decimal(0) for f in figures[1:4])
        real += count * price
        if count * price != line:
            wrong.append(f"{row[0]}: {row[1]} x {row[2]} is {count * price}, not {row[3]}")
    if stated is not None and stated != real:
        wrong.append(f"total: the items come to {real}, not {stated}")
    if not body or not real:
        return ""
    return f"Yes, {'; '.join(wrong)}." if wrong else "No, the sums are right."


def _item(piece: str) -> Decimal | None:
    """What one item costs: a product, else the last amount that it names."""
    if mark := _TIMES.search(piece):
        return _value(mark["a"]) * _value(mark["b"])
    amounts = [m["n"] for m in _AMOUNT.finditer(piece)]
    return _value(amounts[-1]) if amounts and re.search(r"[^\W\d_]", piece) else None


def _value(figure: str) -> Decimal:
    bare = figure.strip().rstrip(".,")
    if re.search(r"[.,]\d{3}$", bare):
        bare = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", bare)
    return Decimal(bare.replace(",", "."))


def _verdict(real: Decimal, stated: Decimal, subject: str) -> str:
    shown = [f"{n:.2f}" if n % 1 or stated % 1 else f"{n:.0f}" for n in (real, stated)]
    if real == stated:
        return f"Yes, {subject} to {shown[0]}."
    return f"No, {subject} to {shown[0]}, not {shown[1]}."
