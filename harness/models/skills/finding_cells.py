"""The cell of a table whose row and column a question both names: "a medium parcel to zone B".

Runs in the model worker; the text is hostile and capped. What fools it: a row that is named by
something that its first cell does not say.
"""

from __future__ import annotations

import re

from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.retrieval import STOP
from harness.models.skills.tables import Table, find_table

_COUNTS = re.compile(
    r"\b(?:how many (?:rows|lines|of)|total|sum|average|most|least|highest|lowest|cheapest|dearest|"
    r"all|every|each|which|who|list|difference|more|less|cheaper|dearer|than|together)\b",
    re.I,
)
_ASKS = re.compile(
    r"^\W*(?:and |so )?(?:what(?:['’]?s)?|how (?:much|many|long|far|old)|when|where|give|tell|find|"
    r"look up|price|cost)\b",
    re.I,
)
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+){0,3}")


def cell_asked(ask: str, whole: str) -> Worked | None:
    """The one cell that a question names by row and column; None where it names none or several.

    Args:
        ask: the question.
        whole: the prompt with its table.
    """
    if not _ASKS.match(ask) or _COUNTS.search(ask):
        return None
    if not any(sign in whole for sign in "|;\t,"):
        return None
    table = find_table(whole)
    if table is None or table.is_blank or len(table.header) < 3 or len(table.rows) < 2:
        return None
    said = [w.lower() for w in _WORD.findall(ask)]
    row = _only([_row_met(said, ask, row, table) for row in table.rows])
    column = _only([_met(said, name) if n else 0.0 for n, name in enumerate(table.header)])
    if row is None or column is None:
        return None
    cell = table.rows[row][column].strip()
    other = table.rows[row - 1][column].strip()
    return Worked(cell, "", other) if cell else None


def _row_met(said: list[str], ask: str, row: tuple[str, ...], table: Table) -> float:
    """How well a question names a row: by its first cell, of one letter behind its header only."""
    first = row[0].strip()
    if len(first) <= 2:
        head = re.escape(table.header[0].strip())
        bare = re.escape(first)
        return float(bool(re.search(rf"\b{head}s?\W{{1,2}}{bare}\b", ask, re.I))) or float(
            bool(re.search(rf"(?<!\w){bare}(?!\w)", ask)) and first not in ("A", "I", "a", "i")
        )
    return _met(said, first)


def _met(said: list[str], name: str) -> float:
    """The share of a name's words that a question says."""
    words = [w.lower() for w in _WORD.findall(re.sub(r"\([^()]*\)", "", name))]
    words = [w for w in words if w not in STOP] or words
    forms = {form for w in said for form in (w, w.removesuffix("s"), f"{w}s")}
    return sum(w in forms for w in words) / len(words) if words else 0.0


def _only(scores: list[float]) -> int | None:
    """The place of the best score, where it is at least half and no other is as good."""
    best = max(scores, default=0.0)
    return scores.index(best) if best >= 0.5 and scores.count(best) == 1 else None
