"""Dates, times, weekdays and sums of money taken out of a text, each written as the order asks.

Runs in the model worker; pure, linear in the text. An order for all of a kind ("find the dates and
write them as YYYY-MM-DD") gives a list of values, and no sentence of the text. What fools it: an
order for a choice among them that is told in a form of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.models.skills.answering_absent import words_for_absence
from harness.models.skills.making_dates import dates_in, form_asked
from harness.models.skills.making_items import Items
from harness.models.skills.reckoning_dates import WEEKDAYS, clock, moments
from harness.models.skills.reckoning_figures import figures, plain

_MOST = 8_000
_MOST_ORDER = 400
_VERB = (
    r"(?:extract|pull(?: out)?|list|find|give me|get|collect|pick(?: out)?|copy|show(?: me)?|"
    r"return|output|write(?: down| out)?|name|take(?: out)?|fetch|grab|note(?: down)?|identify)"
)
_KINDS = (
    ("date", r"(?:calendar )?dates"),
    ("weekday", r"(?:weekdays|days of the week)"),
    ("time", r"(?:clock )?times(?: of day)?"),
    ("money", r"(?:prices|amounts(?: of money)?|sums(?: of money)?|money amounts|costs)"),
)
_EVERY = r"(?:all(?: of)?(?: the)?|every|each|any|the|only the|just the|all)"
_NAMES = "|".join(pattern for _, pattern in _KINDS)
_ONE = "date|time|weekday|price|amount|sum"
_ORDERED = re.compile(
    rf"(?:^|[.!?:\n…,]\s*|\b(?:please|pls|and|only|just|can you|could you|would you|then) )"
    rf"(?:(?:{_VERB} (?:me |us )?(?:{_EVERY} )?|(?:all|just|only)(?: the)? )"
    rf"(?P<what>(?:{_NAMES})(?:(?:, | and |, and )(?:{_NAMES}))?)|"
    rf"(?:{_VERB} (?:me |us )?)?(?:every|each|any) (?:single )?(?P<one>{_ONE}))\b"
    rf"(?P<tail>[^\n]{{0,200}})"
    rf"|\b(?:which|what)(?: are the)? (?P<asked>{_NAMES})\b(?P<rest>[^\n]{{0,160}})",
    re.I,
)
_PLAIN_TAIL = re.compile(
    r"^(?:\W*$|\s*[.:;…(]|\s*,? (?:and|then) (?:write|give|put|convert|format|show|list|return|"
    r"output|"
    r"state|print|turn|express|render|sort|order|them)\b|"
    r"\s*,? (?:(?:that|which) )?(?:are |is |do(?:es)? |was |were )?(?:mentioned|given|named|"
    r"stated|found|occur|appear|contained|there|you (?:can )?(?:find|see)|"
    r"in (?:it|the (?:text|note|mail|message|letter|notice|order|paragraph|following|article|"
    r"sentence|following text)|this|here|iso|24|12|euros?|cents?|dd|yyyy|mm|order|chronolog)|"
    r"from (?:it|this|the (?:text|note|mail|message|letter|notice|following|article))|"
    r"as\b|written|the text|this|one per line|each on|separated|sorted|only|format|like\b)|"
    r",\s*(?:as|in|iso|dd|yyyy|mm|24|12|hh|one|each|sorted|earliest|oldest|newest|latest|chronolog|separated|comma|"
    r"format|written|using|no|nothing|without|with|cheapest|lowest|highest|numbers)\b)",
    re.I,
)
_CHOOSES = re.compile(
    r"\b(?:json|yaml|csv|table|schema|how many|count|replace|remove|mask|redact|before|after|"
    r"above|below|under|over|between|later than|earlier than|more than|less than|who|whose|"
    r"total|average|(?:events?|names?|places?|items?) (?:and|with)|with (?:the|their|what)|"
    r"what (?:happens|for))\b|\{",
    re.I,
)
_EARLIEST = re.compile(
    r"\b(?:chronological\w*|earliest first|oldest first|(?:sort|order)(?:ed)? by date|"
    r"(?:in )?(?:ascending|date) order|sorted|lowest first|cheapest first|smallest first)\b",
    re.I,
)
_LATEST = re.compile(
    r"\b(?:latest first|newest first|most recent first|descending|highest first|"
    r"dearest first|largest first|reverse chronological\w*)\b",
    re.I,
)
_IN_CENTS = re.compile(r"\b(?:in|as|to) (?:euro ?|whole )?(?:cents|pence)\b", re.I)
_BARE_SUM = re.compile(
    r"\b(?:numbers? only|only the numbers?|just the numbers?|as (?:plain |bare )?numbers|"
    r"digits only|(?:without|no|drop the|omit the|leave out the) (?:\w+ )?"
    r"(?:currenc\w+|signs?|symbols?|units?|euros?))\b",
    re.I,
)
_OF_24 = re.compile(r"\b24[- ]?(?:h\b|hours?\b|hr\b)|\bhh:mm\b|\bmilitary time\b", re.I)
_OF_12 = re.compile(r"\b12[- ]?(?:h\b|hours?\b|hr\b)|\b(?:am ?(?:/|and|or) ?pm)\b", re.I)
_AT_HOUR = re.compile(r"\b(?:at|from|until|till|opens|closes|and|to)\s$", re.I)


@dataclass(frozen=True)
class _Taken:
    """One value of a text: where it stands, how it is written, and what it is sorted by."""

    start: int
    said: str
    rank: float


def taken(asked: str, text: str) -> str | None:
    """Everything of the kinds that an order names, in its form; None where it names none.

    Args:
        asked: the order, "…" where the text stood.
        text: what it is to be taken from.
    """
    if len(asked) > _MOST_ORDER or len(text) > _MOST or not text.strip():
        return None
    mark = _ORDERED.search(asked)
    if mark is None or _CHOOSES.search(words_out(asked)):
        return None
    what, tail = mark["what"] or mark["one"] or mark["asked"], mark["tail"] or mark["rest"] or ""
    kinds = [kind for kind, name in _KINDS if re.search(rf"\b(?:{name})", f"{what}s", re.I)]
    if not kinds or not _PLAIN_TAIL.match(tail):
        return None
    found = sorted((one for kind in kinds for one in _FINDERS[kind](asked, text)), key=_by_place)
    if not found:
        return words_for_absence(asked) or None
    if _LATEST.search(asked):
        found = sorted(found, key=lambda one: -one.rank)
    elif _EARLIEST.search(asked):
        found = sorted(found, key=lambda one: one.rank)
    values = tuple(dict.fromkeys(one.said for one in found))
    return Items(values, ", " if mark["asked"] else "\n").written(asked)


_ABSENCE = re.compile(
    r"\b(?:if|when|where|in case|otherwise|should)\b[^.;\n]{0,60}\b(?:no|none|not|nothing|"
    r"otherwise|"
    r"isn|aren)\b[^.\n]{0,80}",
    re.I,
)


def words_out(asked: str) -> str:
    """An order without what it says of a text that has none of it."""
    return _ABSENCE.sub(" ", asked)


def _by_place(one: _Taken) -> int:
    return one.start


def _dates(asked: str, text: str) -> list[_Taken]:
    form = form_asked(asked)
    return [
        _Taken(start, form(*day) if form and day[0] else text[start:end].strip(" .,"), _rank(day))
        for start, end, day in dates_in(text, asked)
    ]


def _rank(day: tuple[int, int, int]) -> float:
    return day[0] * 400.0 + day[1] * 32 + day[2]


def _weekdays(_: str, text: str) -> list[_Taken]:
    shape = rf"\b({'|'.join(WEEKDAYS)})s?\b"
    return [
        _Taken(m.start(), m[1].capitalize(), float(WEEKDAYS.index(m[1].lower())))
        for m in re.finditer(shape, text, re.I)
    ]


def _times(asked: str, text: str) -> list[_Taken]:
    out = []
    for moment in moments(text, bare=True):
        is_bare = moment.text.isalnum() and not re.search(r"[ap]m|noon|mid", moment.text, re.I)
        if moment.kind != "time" or (
            is_bare and not _AT_HOUR.search(text[max(0, moment.start - 12) : moment.start])
        ):
            continue
        said = moment.text
        if _OF_24.search(asked):
            said = clock(moment.at)
        elif _OF_12.search(asked):
            hour, minute = moment.at // 60 % 24, moment.at % 60
            said = f"{hour % 12 or 12}:{minute:02d} {'am' if hour < 12 else 'pm'}"
        out.append(_Taken(moment.start, said, float(moment.at)))
    return out


def _sums(asked: str, text: str) -> list[_Taken]:
    out = []
    for one in figures(text):
        if one.measures != "money":
            continue
        said = text[one.start : one.end].strip()
        if _IN_CENTS.search(asked):
            is_small = one.written.lower() in ("cents", "cent", "pence")
            said = plain(one.value if is_small else one.value * 100)
        elif _BARE_SUM.search(asked):
            said = plain(one.value, cents="." in said or re.search(r"\d,\d\d\b", said) is not None)
        out.append(_Taken(one.start, said, float(one.value)))
    return out


_FINDERS: dict[str, Callable[[str, str], list[_Taken]]] = {
    "date": _dates,
    "weekday": _weekdays,
    "time": _times,
    "money": _sums,
}
