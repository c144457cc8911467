"""Rows told in running text, a clause or a line each: "Pia (34) lives in Orb, Rolf (29) in Esk".

Runs in the model worker; the text is hostile and capped, every repeat is bounded. A clause with a
name begins a row, one without fills what the row before still lacks; a verb may be left out. What
fools it: a clause that names two things, and figures told in another order than their columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from harness.models.skills.names import NOT_NAMES
from harness.models.skills.reckoning_dates import WEEKDAYS
from harness.models.skills.reckoning_figures import SMALL
from harness.models.skills.record_names import NAME
from harness.models.skills.record_source import Number, Source, source_of
from harness.models.skills.record_wants import Want

_MOST_CHARS = 4_000
_MOST_ROWS = 40
_MOST_PIECE = 300
_FIGURED = frozenset(("number", "money", "time", "date", "when"))
_CLAUSE = re.compile(
    r"[.!?;](?:\s{1,3}|$)|,\s{1,3}(?:(?:and|while|but|whereas|then)\s{1,3})?(?!\d{3}\b)|"
    r"\s{1,3}(?:and|while|but|whereas)\s{1,3}"
)
_MARK = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_NAMED = re.compile(NAME)
_PLACE = re.compile(rf"\b(?:in|at|from|near|to|of) (?:the )?({NAME})")
_HEAD = re.compile(
    r"\s{0,3}([A-Za-zÀ-ÿ][\w'’ -]{1,40}?)\s{0,2}(?:[–—:@(|]|\s-\s|,(?=\s)|\s(?=[€$£]?\d))"
)
_NOUN = re.compile(
    r"(?:^\W*(?!(?:the|an?|each|and)\b)|\b(?i:the|an?|each|every|our|per|"
    r"for)\s)(?P<noun>[a-zà-ÿ][\w-]{1,20}(?: (?!is\b|are\b|was\b|"
    r"were\b|costs?\b|has\b|had\b|at\b|for\b|on\b|in\b|of\b)[a-zà-ÿ][\w-]{1,20}){0,2})"
    r"(?=\s(?:is|are|was|were|costs?|has|had|weighs?|takes?|seats?|holds?|at|for|on|only|about|just|"
    r"[€$£]?\d)|\s{0,2}[:–@])"
)
_COUNTED = re.compile(
    r"\W*(?:(?:and|about|some|only|just|another) )?(?P<count>\d{1,6}|"
    r"[a-z]{3,9}) (?P<noun>[a-zà-ÿ][\w-]{1,24}(?: [a-zà-ÿ][\w-]{1,20}){0,2})$"
)
_NONE = re.compile(r"\b(?:none|nothing|nil|zero|sold out|out of stock|none left)\b|\bno \w+$", re.I)
_OF_LAST = (
    (re.compile(r"\bhalf (?:of that|that|as (?:many|much|long)|the (?:time|amount|"
        r"number))\b", re.I), 0.5),
    (re.compile(r"\b(?:twice|double) (?:that|as (?:many|much|long)|the (?:time|amount|"
        r"number))\b", re.I), 2.0),
    (re.compile(r"\b(?:the same|just as (?:many|much|long)|as (?:many|much))\b", re.I), 1.0),
)  # fmt: skip
_DAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})s?\b", re.I)
_AFTER_IN = re.compile(r"\b(?:in|at|from|reaches|leaves) (?:the )?$", re.I)
_STOCKED = frozenset("stock quantity qty left count available".split())


def told_rows(wants: Sequence[Want], text: str) -> list[dict[str, object]]:
    """One row for each thing that a text tells figures of; empty where it tells of less than two.

    Args:
        wants: what the columns ask for: one name, and figures, days or places.
        text: where the rows are told.
    """
    wants = _columns(wants)
    named = [w for w in wants if w.kind not in _FIGURED]
    places = [w for w in named[1:] if w.kind == "place"]
    if (
        not named
        or named[0].kind == "code"
        or len(named) - len(places) != 1
        or not 2 <= len(wants) <= 5
    ):
        return []
    if len(text) > _MOST_CHARS or len(named) == len(wants):
        return []
    lines = [line for line in text.split("\n") if re.search(r"\w", line)]
    is_lined = len(lines) >= 2
    pieces = lines if is_lined else _CLAUSE.split(text)
    rows: list[dict[str, object]] = []
    for piece in pieces[: 3 * _MOST_ROWS]:
        piece = _MARK.sub("", piece).strip()[:_MOST_PIECE]
        if not piece:
            continue
        source = source_of(piece)
        name = _name(source, named[0], is_lined=is_lined)
        last = rows[-1] if rows else {}
        if name:
            rows.append({w.field.name: None for w in wants} | {named[0].field.name: name})
        elif not rows:
            continue
        open_wants = [w for w in wants if rows[-1][w.field.name] is None]
        found = _figures(open_wants, source, last)
        for want in places:
            at = [m[1] for m in _PLACE.finditer(piece) if m[1] != name]
            found |= {want.field.name: at[0]} if at else {}
        for key, value in found.items():
            if rows[-1][key] is None:
                rows[-1][key] = value
    full = [r for r in rows if any(v is not None for k, v in r.items() if k != named[0].field.name)]
    return full[:_MOST_ROWS] if len(full) >= 2 and len(full) * 2 > len(rows) else []


_TELLS = frozenset(
    "what task action item role job title note reason description status problem state colour "
    "color message text comment topic subject issue".split()
)


def _columns(wants: Sequence[Want]) -> list[Want]:
    """The columns with what plain names take: "smith, nails, shed" a number and a place."""
    rest = [replace(w, kind="number") if w.kind == "code" else w for w in wants[1:]]
    if not any(w.kind in ("number", "money", "time") for w in rest):
        plain = [w for w in rest if w.kind == "phrase" and w.head not in _TELLS]
        counts = [w for w in plain if w.head.endswith("s") or len(wants) == 2]
        rest = (
            [replace(w, kind="number") if w is counts[0] else w for w in rest] if counts else rest
        )
    is_open = [w.kind in ("phrase", "firm") and w.head not in _TELLS for w in rest]
    rest = [replace(w, kind="place") if o else w for w, o in zip(rest, is_open, strict=True)]
    return [*wants[:1], *rest]


def _figures(wants: Sequence[Want], source: Source, last: dict[str, object]) -> dict[str, object]:
    """The figures of a piece by column."""
    piece = source.text
    out: dict[str, object] = {}
    free = list(source.numbers)
    figured = [w for w in wants if w.kind in ("number", "money")]
    in_order = len(figured) > 1 and len(figured) == len(free) and not any(map(_is_year, figured))
    for want in wants:
        key = want.field.name
        if want.kind in ("time", "date", "when"):
            kinds = ("time", "date") if want.kind == "when" else (want.kind,)
            same = [m.text for m in source.moments if m.kind in kinds]
            day = _DAY.search(piece) if want.kind != "time" and not same else None
            if same or day:
                out[key] = same[0] if same else day[0] if day else None
            continue
        if want.kind not in ("number", "money"):
            continue
        number = free[0] if in_order and free else _fitting(want, free, wants)
        if number is not None:
            free.remove(number)
            out[key] = _signed(piece, number)
            continue
        before = last.get(key)
        share = next((by for shape, by in _OF_LAST if shape.search(piece)), None)
        if share is not None and isinstance(before, int | float):
            value = before * share
            out[key] = int(value) if float(value).is_integer() else value
        elif _NONE.search(piece) and (want.kind == "number" or not source.numbers):
            is_stock = bool(set(want.words) & _STOCKED)
            if is_stock or not re.search(r"sold out|out of stock", piece, re.I):
                out[key] = 0
    return out


def _fitting(want: Want, free: Sequence[Number], wants: Sequence[Want]) -> Number | None:
    """The number of a piece that a column takes: sums for money, the others for counts."""
    years = [n for n in free if n.value in range(1500, 2101) and len(str(n.value)) == 4]
    if _is_year(want):
        return years[0] if years else None
    if any(map(_is_year, wants)):
        free = [n for n in free if n not in years]
    has_both = {"money", "number"} <= {w.kind for w in wants}
    if want.units:
        own = [n for n in free if n.unit.rstrip("s") in want.units or n.unit in want.units]
        if own:
            return own[0]
    if not has_both:
        return free[0] if free else None
    is_sum = [n.is_money or isinstance(n.value, float) for n in free]
    sums = [n for n, is_money in zip(free, is_sum, strict=True) if is_money]
    counts = [n for n, is_money in zip(free, is_sum, strict=True) if not is_money]
    if want.kind == "money":
        return sums[0] if sums else None
    return counts[0] if counts else None


def _is_year(want: Want) -> bool:
    return "year" in want.words or "built" in want.words or "founded" in want.words


def _signed(piece: str, number: Number) -> object:
    """The value, less than none behind "minus" or before "below"."""
    is_below = re.search(r"\b(?:minus|negative)\s$", piece[: number.start], re.I)
    is_below = is_below or re.match(r"\s?(?:degrees? )?below\b", piece[number.end :], re.I)
    return -number.value if is_below and number.value > 0 else number.value


def _name(source: Source, want: Want, *, is_lined: bool) -> str:
    """What a piece is about: a name, the head of a line, or the noun before its verb."""
    piece = source.text
    if is_lined and (head := _HEAD.match(piece)):
        return head[1].strip()
    names = [(_bare(m[0]), m.start()) for m in _NAMED.finditer(piece)]
    names = [(name, at) for name, at in names if name and not _DAY.fullmatch(name)]
    if names:
        is_place = want.kind == "place"
        told = [name for name, at in names if bool(_AFTER_IN.search(piece[:at])) == is_place]
        return (told or [name for name, _ in names])[0]
    if not source.numbers and not source.moments:
        return ""
    counted = _COUNTED.match(piece)
    noun = counted if counted and _is_number(counted["count"]) else _NOUN.search(piece)
    return noun["noun"] if noun else ""


def _is_number(word: str) -> bool:
    return word.isdigit() or word in SMALL or word == "dozen"


def _bare(name: str) -> str:
    """A name without the small words that stand with a capital before it."""
    words = name.split()
    while words and (
        words[0] in NOT_NAMES or words[0].lower() in ("the", "in", "at", "on", "only")
    ):
        words = words[1:]
    return re.sub(r"['’]s$", "", " ".join(words))
