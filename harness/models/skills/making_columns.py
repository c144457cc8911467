"""Lines without a header read as a table, by the columns that an order names.

Runs in the model worker; the text is hostile: sizes are capped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.skills.making_records import Records

_HEAD = re.compile(
    r"\b(?:cols?|columns?|headers?|header line|header row|headings?|keys?|"
    r"with(?! (?:the )?(?:cols?|columns?|headers?|keys?|headings?)))\b(?!\W{0,3}order)"
    r"(?: (?:line|row|names?(?=:| are)|are|is|with|of))*\W{1,3}(?P<names>[^\n.]{3,120}?)"
    r"(?=,? (?:sorted|ordered|sort|in descending|in ascending)\b|\s*(?:…|\n|"
    r"[.)](?:\s|$)|$|[:)]\s*(?:…|$)))",
    re.I,
)


def columns_named(asked: str) -> list[str]:
    """The columns that an order names behind "columns", "header", "keys" or "with"."""
    named = _HEAD.search(asked)
    parts = re.split(r"\s*[|,;/]\s*|\s+and\s+", named["names"]) if named else []
    return [n for part in parts if (n := part.strip(" \"'“”`()"))]


def with_columns(asked: str, text: str) -> Records | None:
    """Lines without a header, where the order names the columns."""
    names = columns_named(asked)
    lines = [
        re.sub(r"^\s*(?:[-*•]|\d{1,3}[.)])\s+", "", line).strip()
        for line in text.split("\n")
        if line.strip()
    ]
    if not 2 <= len(names) <= 12 or len(lines) < 2 or any(len(n.split()) > 3 for n in names):
        return None
    rows: list[dict[str, object]] = []
    for line in lines[:200]:
        cells = next(
            (
                c
                for c in (
                    re.split(p, line)
                    for p in (
                        r"\s*\|\s*",
                        r"\s*;\s*",
                        r"\t+",
                        r"\s*,\s*|\s+[-–—]\s+",
                        r"\s*[,:]\s*|\s+[-–—]\s+|\s+\(|\)",
                        r"\s+",
                    )
                )
                if len([x for x in c if x]) == len(names)
            ),
            None,
        )
        cells = cells or _by_nouns(line, names)
        if cells is None:
            return None
        cells = [x for x in cells if x]
        if [c.lower() for c in cells] == [n.lower() for n in names]:
            continue
        rows.append({n: _without_noun(c.strip(), n) for n, c in zip(names, cells, strict=True)})
    return Records(rows, "plain", tuple(names)) if rows else None


def _by_nouns(line: str, names: Sequence[str]) -> list[str] | None:
    """The cells of "Sunniva van 3, 14 stops" under Driver, Van, Stops."""
    out = []
    for name in names[1:]:
        bare = re.escape(name.lower().rstrip("s"))
        mark = re.search(rf"\b{bare}s?\W{{0,2}}(\d[\d.,]*)|(\d[\d.,]*) ?{bare}s?\b", line, re.I)
        if mark is None:
            return None
        out.append((mark[1] or mark[2]).rstrip(".,"))
        line = line[: mark.start()] + line[mark.end() :]
    return [line.strip(" ,;:-–—"), *out] if line.strip(" ,;:-–—") else None


def _without_noun(cell: str, name: str) -> str:
    """The cell without the noun of its column: "van 3" under Van is "3"."""
    bare = re.escape(name.lower().rstrip("s"))
    said = re.sub(rf"^{bare}s?\s+(?=\d)|(?<=\d)\s+{bare}s?$", "", cell, flags=re.I)
    return said or cell
