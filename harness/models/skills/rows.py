"""Rows of a list out of running text: one for each thing with its time, date, number or price.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.skills.field_types import thing_behind
from harness.models.skills.fields import Field
from harness.models.skills.reckoning_dates import Moment, moments
from harness.models.skills.reckoning_figures import Figure, figures, plain

_MOST_ROWS = 40
_CAPITALS = re.compile(
    r"(?:[A-ZÀ-Ý][\w'’&-]*)(?: (?:&|of|am|de|the|van|von|upon|"
    r"[A-ZÀ-Ý][\w'’&-]*))*(?<!of)(?<!the)(?<!de)\b"
)
_TIME = re.compile(r"\btime|arriv|depart|leaves|\bat\b|start|begin|hour|clock|when", re.I)
_DATE = re.compile(r"\bdate|\bday\b|due|until|deadline|when|born|birth|founded|built|year", re.I)
_MONEY = re.compile(r"price|cost|fee|amount|fare|rent|paid|sum|preis|precio|total", re.I)
_COUNT = re.compile(r"qty|quantity|count|number|amount|how many|pieces|stock|menge|anzahl", re.I)
_SURE_COUNT = re.compile(r"qty|quantity|count|number of|how many|pieces|menge|anzahl", re.I)
_NOT_NAMES = frozenset(
    "the a an on in at then and we i it for from after before first next last my our".split()
)


def rows_of(fields: Sequence[Field], text: str) -> list[dict[str, object]]:
    """One record for each thing of a text that has the figures the fields want; else empty.

    Args:
        fields: of one row; the first that is no figure is taken for the thing's name.
        text: what they are taken from.
    """
    kinds = [_kind(field) for field in fields]
    if kinds.count("name") != 1 or len(fields) < 2 or len(text) > 5_000 or "other" in kinds:
        return []
    when = moments(text)
    amounts: list[Figure | Moment] = sorted(
        [*figures(text, [(m.start, m.end) for m in when]), *when], key=lambda a: a.start
    )
    wanted = [k for k in kinds if k != "name"]
    out: list[dict[str, object]] = []
    last_end = 0
    for amount in amounts:
        before = text[last_end : amount.start]
        kind = _fits(amount, wanted)
        if not kind:
            if isinstance(amount, Moment):
                last_end = amount.end
            continue
        name = _name(before, text, amount, kind)
        last_end = amount.end
        at = kinds.index(kind)
        value = _value(amount, fields[at])
        if not name and out and out[-1][fields[at].name] is None:
            out[-1][fields[at].name] = value
        elif name:
            row: dict[str, object] = {field.name: None for field in fields}
            row[fields[kinds.index("name")].name] = name
            row[fields[at].name] = value
            out.append(row)
        if len(out) >= _MOST_ROWS:
            break
    return out if len(out) >= 2 else []


def _kind(field: Field) -> str:
    name = field.name.replace("_", " ")
    if field.kind in ("list", "object", "boolean") or field.options:
        return "other"
    if _SURE_COUNT.search(name):
        return "count"
    if _MONEY.search(name):
        return "money"
    if _TIME.search(name):
        return "time"
    if _DATE.search(name):
        return "date"
    if field.kind in ("number", "integer") or _COUNT.search(name):
        return "number"
    if re.search(
        r"\bage\b|weight|length|height|depth|seats|population|score|points|goals|"
        r"speed|size|people|distance|"
        r"capacity|platform|room|km|kg|minutes|hours",
        name,
        re.I,
    ):
        return "number"
    if re.search(
        r"\b(?:who|owner|assignee|task|action|what|reason|note|description|mayor|"
        r"author|by|status|colou?r|"
        r"role|title|person|city|town|country|window)\b",
        name,
        re.I,
    ):
        return "name" if re.search(r"\b(?:person|who|city|town|country)\b", name, re.I) else "other"
    return "name"


def _fits(amount: Figure | Moment, wanted: Sequence[str]) -> str:
    """The kind of field that an amount fills; empty for none."""
    if isinstance(amount, Moment):
        same = [
            k
            for k in wanted
            if k == amount.kind or (k in ("time", "date") and amount.kind in ("time", "date"))
        ]
        exact = [k for k in same if k == amount.kind]
        return (exact or same[:1] or [""])[0]
    if amount.measures == "money":
        return (
            "money"
            if "money" in wanted
            else "number"
            if "number" in wanted and "count" not in wanted
            else ""
        )
    if amount.unit is None and amount.noun and "count" in wanted:
        return "count"
    for kind in ("number", "money", "count"):
        if kind in wanted:
            return kind
    return ""


def _name(before: str, text: str, amount: Figure | Moment, kind: str) -> str:
    """What an amount belongs to: the thing it counts, else the last name or noun before it."""
    if kind == "count" and isinstance(amount, Figure):
        return re.sub(
            r"^(?:(?:pieces|units|pcs|packs|boxes|items)\.? )?(?:of|x) ",
            "",
            thing_behind(text, amount),
        )
    piece = re.split(r"\n|[.!?;]\s+(?=[A-Z])", before)[-1]
    names = [m[0] for m in _CAPITALS.finditer(piece)]
    names = [re.sub(r"^(?:The|A|An|Then|And|On|In|At|For|From|We|My|Our) ", "", n) for n in names]
    names = [n for n in names if n.lower() not in _NOT_NAMES]
    if names:
        return names[-1]
    mark = re.search(
        r"(?:\b(?:the|an?|our|die|der|das|el|la|los|las|le)\s|^[\W_]*(?:and |und |y |"
        r"et )?)((?:[^\W\d_][\w'’-]* ?){1,4})",
        piece,
        re.I,
    )
    if not mark:
        return ""
    words: list[str] = []
    for word in mark[1].split():
        if re.fullmatch(
            r"(?:is|are|was|were|costs?|seats?|at|for|holds?|weighs?|has|have|takes?|to|"
            r"with|by|on|in|and|"
            r"kostet|cuesta|coûte|sells?|scored?|got|made|of|from|plus|then|reaches)",
            word,
            re.I,
        ):
            break
        words.append(word)
    while words and words[0].lower() in ("the", "a", "an", "and", "our", "then", "plus", "for"):
        words.pop(0)
    return " ".join(words)


def bracketed_rows(fields: Sequence[Field], text: str) -> list[dict[str, object]]:
    """Rows of names with something in brackets behind each: "Ines Orbach (Museum of Brell)"."""
    if len(fields) != 2 or any(f.kind not in ("text", "") or f.options for f in fields):
        return []
    found = list(
        re.finditer(
            r"([A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+){0,3}) \(([^()\n]{2,60})\)", text[:5_000]
        )
    )
    if len(found) < 2:
        return []
    return [{fields[0].name: m[1], fields[1].name: m[2]} for m in found[:_MOST_ROWS]]


def bullet_rows(fields: Sequence[Field], text: str, order: str) -> list[dict[str, object]]:
    """Rows of lines such as `- mend the gate (Ida): open`, those of the state an order asks for."""
    wanted = [
        "task"
        if re.search(r"task|what|action|item|todo|title|name", f.name, re.I)
        else "who"
        if re.search(r"who|owner|person|assignee|by|responsible", f.name, re.I)
        else "state"
        if re.search(r"stat", f.name, re.I)
        else ""
        for f in fields
    ]
    if not all(wanted) or len(set(wanted)) != len(wanted):
        return []
    out: list[dict[str, object]] = []
    is_open = re.search(
        r"\b(?:not (?:yet )?(?:finished|done|completed?)|unfinished|open|pending|"
        r"incomplete|still to)\b",
        order,
        re.I,
    )
    is_done = not is_open and re.search(r"\b(?:finished|done|completed?|closed)\b", order, re.I)
    for line in (raw[:200].strip() for raw in text[:20_000].splitlines()[:200]):
        mark = re.match(
            r"\s*(?:[-*•]|"
            r"\d{1,2}[.)])?\s*(\S[^()\[\]\n]{1,80}?)\s*[(\[]([^)\]\n]{1,40})[)\]]\s*(?:[:–"
            r"-]\s*(\w[\w ]{0,30}))?\s*$",
            line,
        )
        if not mark:
            continue
        state = (mark[3] or "").strip()
        is_finished = (
            bool(re.search(r"\b(?:done|finished|completed?|closed|ok)\b", state, re.I))
            and "not" not in state
        )
        if (is_open and is_finished) or (is_done and not is_finished):
            continue
        held = {"task": mark[1], "who": mark[2], "state": state or None}
        out.append({f.name: held[kind] for f, kind in zip(fields, wanted, strict=True)})
    return out[:_MOST_ROWS]


def name_in(piece: str) -> str:
    """The first name in a sentence that is written with a capital; empty for none."""
    for mark in _CAPITALS.finditer(piece):
        name = re.sub(
            r"^(?:The|A|An|Then|And|On|In|At|For|From|We|My|Our|To|With|It|There|This|If|"
            r"When)(?: |$)",
            "",
            mark[0],
        )
        if name:
            return name
    return ""


def _value(amount: Figure | Moment, field: Field) -> object:
    if isinstance(amount, Moment):
        return amount.text
    if amount.value.denominator == 1:
        return int(amount.value)
    return float(plain(amount.value))
