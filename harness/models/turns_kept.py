"""A list that is kept over turns, and what is asked of a row of numbers in the last answer.

Runs in the model worker (zone G); pure; the text is hostile and capped; every repeat is bounded.
What fools it: an item that is worded like an order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from harness.models.turns_tally import figures_of, shown

_MOST_TURN = 300
_FIGURE_LIST = re.compile(r"\d[\d.]*(?:, ?\d[\d.]*)+")


def listed_figures(answer: str, turn: str) -> str:
    """What is asked of a row of numbers in the last answer; empty where nothing is."""
    row = _FIGURE_LIST.search(answer)
    if row is None or len(turn) > _MOST_TURN or len(answer) > _MOST_TURN:
        return ""
    figures = figures_of(row[0])
    wanted = (
        (r"\b(?:sum|total|add(?:ed)? up)\b", "sum", sum(figures, Decimal(0))),
        (r"\b(?:average|mean)\b", "average", sum(figures, Decimal(0)) / len(figures)),
        (r"\b(?:largest|biggest|highest|maximum|max|greatest)\b", "largest", max(figures)),
        (r"\b(?:smallest|lowest|minimum|min|least)\b", "smallest", min(figures)),
        (r"\bhow many\b", "count", Decimal(len(figures))),
    )
    found = [(turn.lower().find(m[0].lower()), name, value) for p, name, value in wanted
             if (m := re.search(p, turn, re.I))]  # fmt: skip
    if not found or not re.search(r"\?|^\W*(?:what|which|give|tell|and)\b", turn, re.I):
        return ""
    if len(found) == 1:
        return f"{shown(found[0][2])}."
    return ", ".join(f"{name} {shown(value)}" for _, name, value in sorted(found)) + "."


_KEEPS_LIST = re.compile(r"\b(?:list|to-?dos?|basket|cart|packing)\b", re.I)
_PUT_ON = re.compile(
    r"\b(?:add|put(?: on)?|also|plus|and also|"
    r"include)\b:?\s+(?P<what>[^.?!;\n]{2,60})",
    re.I,
)
_TAKEN_OFF = re.compile(
    r"\b(?:done with|finished|remove|delete|drop|cross (?:out|off)|tick off|strike|without|scratch|"
    r"no more|forget)\b:?\s+(?:the )?(?P<what>[^.?!;\n]{2,60})",
    re.I,
)


def kept_list(pairs: Sequence[tuple[str, str]], turn: str) -> str:
    """A list that is kept over turns after the last one, and how many it holds where asked."""
    if not pairs or len(turn) > _MOST_TURN or not _KEEPS_LIST.search(pairs[0][0]):
        return ""
    head, sign, listed = pairs[-1][1].strip().rpartition(": ")
    items = [
        one.strip(" .")
        for one in re.split(r",\s+|\s+and\s+|\n[-*•]?\s?", listed)
        if one.strip(" .")
    ]
    if len(items) < 1 + (not sign) or "?" in listed or any(len(one.split()) > 6 for one in items):
        return ""
    kept = list(items)
    for part in re.split(
        r"[.;!?]\s*|,?\s(?:and|then)\s(?=(?:add|remove|drop|put|show|delete|tell|"
        r"what|how|list)\b)",
        turn,
    ):
        if off := _TAKEN_OFF.search(part):
            gone = _stems(off["what"])
            kept = [one for one in kept if not gone & _stems(one)]
        elif on := _PUT_ON.search(part):
            what = re.sub(
                r"\s+(?:(?:to|on) (?:(?:the |my )?[\w-]*list|it)|too|as well)(?: too)?$",
                "",
                on["what"].strip(),
            )
            kept += [one.strip() for one in re.split(r",\s+|\s+and\s+", what) if one.strip()]
    asks = re.search(r"\bhow many\b", turn, re.I)
    shows = re.search(r"\b(?:show|what(?:['’]s| is| are)?|list|left|now|tell)\b", turn, re.I)
    if kept == items and not (asks and shows):
        return ""
    said = f"{head}{sign}{', '.join(kept)}"
    return f"{said} ({len(kept)})" if asks else said


def _stems(text: str) -> set[str]:
    return {
        re.sub(r"(?:ing|ed|s)$", "", word) for word in re.findall(r"[a-zà-ÿ]{3,}", text.lower())
    }
