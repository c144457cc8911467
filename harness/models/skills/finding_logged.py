"""What lines of a log or list come to: tries before a success, lines that keep two conditions.

Runs in the model worker; the text is hostile and capped, patterns are bounded.
"""

from __future__ import annotations

import re

from harness.models.skills.finding_cases import joined
from harness.models.skills.finding_intervals import intervals, value_of
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.tables import find_table

_MOST = 6_000
_BEFORE = re.compile(
    r"\b(?:before|until|till)\b[^?]{0,20}\b(?:got in|logged in|made it|succeed\w*|worked|passed|"
    r"came through|it was ok|went through|was accepted|let in)\b",
    re.I,
)
_FAILS = re.compile(r"\b(?:fail\w*|denied|error|wrong|refused|rejected|declined|timeout)\b", re.I)
_WORKS = re.compile(
    r"\b(?:ok|okay|success\w*|passed|accepted|granted|logged in|done|delivered)\b", re.I
)
_LINE = re.compile(
    r"^[ \t]*(?:[-*•] )?(?P<name>[A-ZÀ-Þ][\w' -]{1,30}): (?P<rest>[^\n]{3,200})$", re.M
)
_AND = re.compile(
    r"\b(?:and|with|who have|that have|has|have) (?:also )?(?:an? |the |its own "
    r")?(?P<what>[a-z]{3,20})\W*$",
    re.I,
)
_SHUNS = re.compile(
    r"\b(?:allergic to|intolerant (?:to|of)|(?:can['’]?t|cannot|can not|don['’]?t|do not) "
    r"(?:have|eat|"
    r"take|use|want|need|drink)|without|no)\s+(?:any )?(?P<what>[a-z]{3,20})",
    re.I,
)
_PLAIN_NO = frozenset(("no", "none", "-", "–", "0", "n", "free", "nein", "non"))
_PLAIN_YES = frozenset(("yes", "y", "x", "ja", "oui", "sí", "✓"))


def tries_before(ask: str, text: str) -> Worked | None:
    """How many tries of one of a log failed before the first that did not."""
    if not re.search(r"\bhow (?:many|often)\b", ask, re.I) or not _BEFORE.search(ask):
        return None
    lines = [line for line in text[:_MOST].splitlines() if line.strip()]
    words = {w.lower() for w in re.findall(r"[A-Za-z][\w-]{1,20}", text[:_MOST])}
    names = [
        w
        for w in re.findall(r"[A-Za-z][\w-]{2,20}", ask)
        if w.lower() in words and not _FAILS.match(w) and not _WORKS.match(w)
    ]
    about = [w for w in names if 0 < sum(_has(w, line) for line in lines) < len(lines)]
    if len(about) != 1 or len(lines) < 3:
        return None
    own = [line for line in lines if _has(about[0], line)]
    good = next((n for n, line in enumerate(own) if _WORKS.search(line)), None)
    if good is None:
        return None
    count = sum(bool(_FAILS.search(line)) for line in own[:good])
    every = sum(bool(_FAILS.search(line)) for line in own)
    return Worked(str(count), "", str(every if every != count else count + 1))


def lines_with(ask: str, text: str) -> Worked | None:
    """How many, or which, lines "Name: 1,500 seats, bar" are in a bound and have a thing."""
    lines = list(_LINE.finditer(text[:_MOST]))
    thing, bounds = _AND.search(ask), intervals(ask)
    if len(lines) < 3 or thing is None or len(bounds) != 1:
        return None
    what = re.escape(thing["what"].lower().rstrip("s"))
    kept: list[str] = []
    for line in lines:
        cells = [c.strip() for c in re.split(r",\s+|;\s*", line["rest"])]
        figure = next((m for c in cells if (m := re.match(r"[€$£]?(\d[\d.,]*)", c))), None)
        value = value_of(figure[1]) if figure else None
        if value is None:
            return None
        has = any(re.match(rf"(?!no |without |not ).*\b{what}", c, re.I) for c in cells)
        if has and bounds[0].holds(value):
            kept.append(line["name"])
    if not any(re.search(rf"\b{what}", line["rest"], re.I) for line in lines):
        return None
    if re.search(r"\bhow many\b", ask, re.I):
        return Worked(str(len(kept)), joined(kept) if kept else "", str(len(kept) + 1))
    return (
        Worked(joined(kept) if kept else "None", "", "")
        if re.search(r"\b(?:which|what|list|name)\b", ask, re.I)
        else None
    )


def rows_safe_for(said: str) -> str | None:
    """The rows of a table whose cells suit what the asker tells of himself."""
    table = find_table(said[:_MOST])
    if table is None or len(table.rows) < 2 or len(said) > _MOST:
        return None
    told = said[: table.start] + "\n" + said[table.end :]
    if not re.search(r"\b(?:what|which)\b[^?]{0,40}\b(?:i|we)\b[^?]{0,30}\?", told, re.I):
        return None
    own = " ".join(
        s
        for s in re.split(r"(?<=[.!?])\s+|\n", told)
        if re.search(r"\b(?:I|we)(?:['’]m| am| are| can|['’]re| do)?\b", s) and "?" not in s
    )
    shuns = {m["what"].lower().rstrip("s") for m in _SHUNS.finditer(own)}
    wants: list[tuple[int, bool]] = []
    for at, name in enumerate(table.header[1:], 1):
        low = name.strip().lower().rstrip("s")
        if len(low) < 3:
            continue
        if any(low == s or s in low.split() for s in shuns):
            wants.append((at, False))
        elif re.search(rf"\b{re.escape(low)}s?\b", own, re.I):
            wants.append((at, True))
    if not wants or not own:
        return None
    cells = {row[at].strip().lower() for row in table.rows for at, _ in wants if at < len(row)}
    if not cells & (_PLAIN_NO | _PLAIN_YES):
        return None
    fit = [
        row[0].strip()
        for row in table.rows
        if all(row[at].strip().lower() in (_PLAIN_YES if yes else _PLAIN_NO) for at, yes in wants)
    ]
    said_fit = f"the {joined(fit)}" if fit else "none of them"
    return f"{said_fit[:1].upper()}{said_fit[1:]}."


def _has(word: str, line: str) -> bool:
    return bool(re.search(rf"\b{re.escape(word)}\b", line, re.I))
