"""The pieces of a sentence that can answer a kind of question: names, amounts, times, places.

Runs in the model worker; the text is hostile, patterns are bounded and run on one sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.skills.answering_kinds import MONEY_UNITS, Wanted, unit_pattern
from harness.models.skills.names import NOT_NAMES

_SMALL = "one|two|three|four|five|six|seven|eight|nine"
_WORDS = (
    rf"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:{_SMALL}))?|ten|eleven|"
    rf"twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|{_SMALL}|"
    r"half an?|half|a dozen|a quarter|a hundred|a thousand|an? (?=hour|minute|day|week|month|year)"
)
NUMBER = (
    rf"(?:\d{{1,3}}(?:[,. ]\d{{3}}){{1,3}}(?!\d)|\d{{1,9}}(?:[.,]\d{{1,3}})?|(?:\b(?:{_WORDS}))"
    r"(?: hundred| thousand| million)?(?: and a half)?)"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
)
_DATE = (
    rf"(?:the )?\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?|\b{_MONTH} \d{{1,2}}"
    r"(?:st|nd|rd|th)?(?!\d|:)(?:,? \d{4})?|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
)
_CLOCK = (
    r"\b\d{1,2}[:.]\d{2}(?!\d)(?:\s?(?:am|pm|a\.m\.|p\.m\.|h|uhr)\b)?|"
    r"\b\d{1,2}\s?(?:am|pm|a\.m\.|p\.m\.|o'clock|uhr|hrs)(?!\w)|"
    r"\b(?:half past|(?:a )?quarter (?:past|to)|(?:five|ten|twenty) (?:past|to)) \w+|"
    r"\b(?:noon|midday|midnight)\b|"
    rf"(?<=\bat )(?:\d{{1,2}}|{_SMALL}|ten|eleven|twelve)\b(?![ ]?(?:%|[a-z]{{3,}}ees?\b)|[.,:]\d)|"
    rf"(?<=\bfrom )\d{{1,2}}(?= (?:to|until|till)\b)|(?<=\bby )(?:\d{{1,2}}|{_SMALL}|ten)\b(?!\s?[a-z])|"
    r"(?<=until )\d{1,2}\b(?! [a-z]{3,})|(?<=till )\d{1,2}\b|(?<= to )\d{1,2}(?=\W*$)"
)
_SEASON = r"\b(?:spring|summer|autumn|winter|easter|christmas|whitsun|today|tomorrow|tonight)\b"
_RELATIVE = (
    rf"\b(?:at the end of|in|within|after|before|on the (?:first|second|third|fourth|last) \w+ of|"
    rf"(?:first|second|third|last|every) (?:{_WEEKDAY})(?: of)?) ?(?:the |each |every )?"
    rf"(?:month|year|week|{_MONTH}|{NUMBER} (?:days?|weeks?|months?|years?|hours?|minutes?))"
)
_TIMES: dict[str, str] = {
    "clock": _CLOCK,
    "weekday": rf"\b(?:every |each )?(?:first |second |third |last )?{_WEEKDAY}(?: (?:to|and|until) "
    rf"{_WEEKDAY})?(?: (?:mornings?|afternoons?|evenings?|nights?))?\b",
    "date": _DATE,
    "year": r"\b(?:1[0-9]|20|21)\d\d\b(?! (?:m|km|kg|people|metres|g|crowns|euros)\b)",
    "month": rf"\b(?:(?:early|mid|late)[- ])?{_MONTH}(?: \d{{4}})?",
    "season": _SEASON,
    "relative": _RELATIVE,
}
_WHEN_ORDER = ("date", "weekday", "clock", "relative", "month", "year", "season")
_ARTICLE = r"(?:the |a |an |our |his |her |their |its |my |your )?"
_WHERE = re.compile(
    r"\b(?:in front of|next to|close to|on top of|at the (?:back|end|side|foot|top|bottom) of|"
    r"opposite|behind|beside|beneath|under(?:neath)?|above|below|inside|outside|between|near|"
    r"along|across from|around|upstairs in|downstairs in|in|at|on|to|by|from|into|onto|over|"
    rf"through|via)\s{_ARTICLE}(?:[\w'’-]+)(?: (?!(?:and|but|which|that|who|is|are|was|were|for|"
    r"from|until|after|before|every|each|has|have|had|with|because|when|where|will|can|must|may|"
    r"on|to|by|at)\b)[\w'’-]+){0,7}",
    re.I,
)
_PLACE_WORD = re.compile(
    r"\b(?:upstairs|downstairs|outside|indoors|outdoors|next door|abroad|at home)\b", re.I
)
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Lady|Lord|Warden|Captain|Sister|Father|Pastor|Professor|Mayor|"
    r"Sergeant|Chef|Nurse|Aunt|Uncle|Judge|Coach|Inspector|Dame)\.? "
)
_NAME = re.compile(
    rf"(?:{_TITLE})?[A-ZÀ-ÞŁŚŻ][\w’'-]+(?: (?:(?:van|von|de|da|del|der|du|la) )?[A-ZÀ-ÞŁŚŻ][\w’'-]+){{0,3}}"
)
_AT_PLACE = re.compile(r"\b(?:in|at|of|from|near|around|the|via|towards)$", re.I)
_FROM_TO = re.compile(r"\bfrom [\w'’ -]{1,40} to$", re.I)
_ROLE = re.compile(
    r"\b(?:the|a|an|our|his|her|their)\s(?:[a-z-]+ ){0,2}(?:[a-z]+(?:er|or|ist|man|woman|keeper|"
    r"warden|ian|ant|ent)|cook|guide|nurse|chef|clerk|guard|head|staff|coach|chair|janitor|verger|"
    r"council|committee|team|company|mayor|captain|pilot|mother|father|sister|brother|aunt|uncle|"
    r"police|boss|owner|landlady|landlord|neighbours?)s?\b"
)
_COLOUR = re.compile(
    r"\b(?:(?:light|dark|pale|deep|bright|navy|sky) )?(?:red|green|blue|yellow|white|black|gr[ea]y|"
    r"brown|orange|purple|pink|violet|silver|gold(?:en)?|beige|cream|turquoise|scarlet|crimson|"
    r"maroon|teal|olive|sand|ochre|amber|ivory|copper|lilac|mauve|navy)"
    r"(?:(?:,| and|,? and) (?:red|green|blue|yellow|white|black|gr[ea]y|brown|orange|purple|pink|"
    r"silver|gold|olive|cream))?\b",
    re.I,
)
_OFTEN = re.compile(
    r"\b(?:once|twice|(?:two|three|four|five|six|seven|ten|\d{1,3}) times)(?: (?:an?|per|every|each) "
    rf"(?:{NUMBER} )?\w+)?|\bevery (?:other |second |third |{NUMBER} )?\w+|\b(?:daily|weekly|"
    rf"monthly|yearly|hourly|annually|fortnightly|nightly|never|always)\b|\bon {_WEEKDAY}\b",
    re.I,
)
_MADE = re.compile(r"\b(?:made|built|carved|woven|cast|knitted|cut|consists?|out) (?:out )?(?:of|from) "
                   r"([\w -]{2,40}?)(?=[,.;]| and |$| with )", re.I)  # fmt: skip
_OF = re.compile(r"\b(?:of|from) ([a-z]+(?: [a-z]+)?)(?=[,.;]|$)")
_CALLED = re.compile(
    r"\b(?i:called|named|known as|titled|entitled|nicknamed|title is|name is|name:|goes by)\s"
    r"[\"“']?(?:(?:the|The|a|A) )?([A-ZÀ-Þ\"“'][\w’' -]{1,60}?)(?=[\"”',.;]| and | has | is | was |"
    r" in | on | from |$)"
)
_QUOTED = re.compile(r"[\"“]([^\"”]{2,80})[\"”]")
_FREE = r"\bfree(?: of charge)?\b(?! (?:entry|time|day)s?\b)|\bwithout charge\b|\bfor nothing\b"


@dataclass(frozen=True)
class Span:
    """A piece of a sentence.

    Attributes:
        prior: how likely a piece of such a form is what is asked, beside its place.
    """

    start: int
    end: int
    text: str
    prior: float = 0.0


def spans_for(want: Wanted, sentence: str) -> list[Span]:
    """The pieces of a sentence that are of the kind that is wanted, in order."""
    text = sentence[:1_200]
    if want.kind == "person":
        return _people(text)
    if want.kind == "amount":
        return _amounts(want, text)
    if want.kind == "money":
        return _money(text)
    if want.kind == "when":
        return _times(want, text)
    if want.kind == "where":
        return _places(text)
    if want.kind == "colour":
        return _marks(_COLOUR, text)
    if want.kind == "often":
        return _marks(_OFTEN, text)
    if want.kind == "made":
        return _groups(_MADE, text, 0.5) + _groups(_OF, text, 0.0)
    if want.kind == "called":
        return _groups(_CALLED, text, 0.6) + _groups(_QUOTED, text, 0.2)
    return []


def _marks(pattern: re.Pattern[str], text: str, prior: float = 0.0) -> list[Span]:
    return [Span(m.start(), m.end(), m[0].strip(), prior) for m in pattern.finditer(text)]


def _groups(pattern: re.Pattern[str], text: str, prior: float) -> list[Span]:
    return [Span(m.start(1), m.end(1), m[1].strip(), prior) for m in pattern.finditer(text)]


def people(text: str) -> list[Span]:
    """The names of people in a sentence, places left out as far as they stand behind "in"."""
    return [one for one in _people(text) if one.prior >= 0]


def _people(text: str) -> list[Span]:
    out: list[Span] = []
    for mark in _NAME.finditer(text):
        start, words = mark.start(), mark[0].split()
        while words and words[0].strip("'’") in NOT_NAMES:
            if re.fullmatch(_TITLE.strip(" ").replace(r"\.? ", r"\.?"), words[0]):
                break
            start += len(words[0]) + 1
            words = words[1:]
        if not words or re.fullmatch(rf"(?:{_WEEKDAY}|{_MONTH})", words[0], re.I):
            continue
        name = re.sub(r"['’]s$", "", " ".join(words))
        before = text[:start].rstrip()
        titled = bool(re.match(_TITLE, name))
        if not titled and (_AT_PLACE.search(before) or _FROM_TO.search(before)):
            continue
        alone = start == 0 and len(words) == 1 and not re.match(
            r" (?:is|was|has|will|and|can|does|[a-z]+s|[a-z]+ed|,)", text[start + len(name):]
        )  # fmt: skip
        out.append(Span(start, start + len(name), name, -0.35 if alone else 0.3))
    if not any(one.prior > 0 for one in out):
        out += _marks(_ROLE, text, 0.05)
    return out


def _amounts(want: Wanted, text: str) -> list[Span]:
    out: list[Span] = []
    taken: list[tuple[int, int]] = [m.span() for m in re.finditer(_DATE, text, re.I)]
    taken += [m.span() for m in re.finditer(r"\b\d{1,2}:\d\d\b", text)]
    for rank, family in enumerate(want.units):
        if family in ("", "age"):
            pattern = rf"(?<![\w.,]){NUMBER}(?![\w%])"
        else:
            pattern = (
                rf"(?<![\w.,])(?:up to |about |around |at most |at least |between )?{NUMBER}"
                rf"(?:(?: to |-|–| by | x | and ){NUMBER})?[ -]?(?:{unit_pattern(family)})(?!\w)"
                r"(?: (?:a|per|an|each) (?:second|minute|hour|day|night|week|month|year)\b)?"
                r"(?: (?:and a half|long|away)\b)?"
            )
        for mark in re.finditer(pattern, text, re.I):
            if any(mark.start() < b and a < mark.end() for a, b in taken):
                continue
            taken.append(mark.span())
            out.append(_counted(want, text, mark, -0.1 * rank))
    return sorted(out, key=lambda one: one.start)


def _counted(want: Wanted, text: str, mark: re.Match[str], prior: float) -> Span:
    """A number, with the unit that follows it and the thing it counts where that is asked."""
    after = text[mark.end() : mark.end() + 40]
    unit = re.match(rf"[ -]?(?:{unit_pattern('')})(?!\w)", after, re.I)
    end = mark.end() + (unit.end() if unit else 0)
    if re.fullmatch(r"(?:1[6-9]|20)\d\d", mark[0]) and not unit:
        prior -= 0.5
    if "age" in want.units:
        prior += 0.3 if re.match(r"[ -]years?|[.,;]|\s*$", after, re.I) else 0.0
        prior += (
            0.2
            if re.search(r"\b(?:from|age[ds]?|under|over|is|at)\W*$", text[: mark.start()])
            else 0
        )
    if re.match(r" of (?:the|them|these|which|whom|his|her|their|our)\b", after, re.I):
        prior -= 0.25  # a part of what is counted
    if want.noun:
        stem = want.noun[:-1] if len(want.noun) > 3 else want.noun
        if re.match(rf"[ -](?:[\w'-]+[ -]){{0,2}}{re.escape(stem)}", after, re.I):
            prior += 0.25
        elif re.match(rf".{{0,20}} of {re.escape(stem)}", after, re.I):
            prior += 0.25
    return Span(mark.start(), end, text[mark.start() : end].strip(), prior)


def _money(text: str) -> list[Span]:
    signed = rf"[€$£]\s?{NUMBER}|{NUMBER}\s?(?:[€$£]|(?:{MONEY_UNITS})\b)"
    out = _marks(re.compile(rf"(?<![\w.,])(?:{signed})", re.I), text, 0.4)
    out += _marks(re.compile(_FREE, re.I), text, 0.1)
    taken = [(one.start, one.end) for one in out]
    other = rf"(?<![\w.,:]){NUMBER}(?![\w%:]|[ -]?(?:{unit_pattern('mass')}|{unit_pattern('length')}|" \
            rf"{unit_pattern('volume')}|{unit_pattern('span')}|{_MONTH})(?!\w))"  # fmt: skip
    cued = r"\b(?:costs?|pays?|paid|for|is|are|fees?(?: of)?|prices?|another|extra|charged?|deposit(?: of)?|" \
           r"fined?|from|rents?|:)\W{0,3}$"  # fmt: skip
    for mark in re.finditer(other, text, re.I):
        if any(mark.start() < b and a < mark.end() for a, b in taken):
            continue
        if re.search(cued, text[: mark.start()], re.I):
            out.append(Span(mark.start(), mark.end(), mark[0].strip(), 0.0))
    return sorted(out, key=lambda one: one.start)


def _times(want: Wanted, text: str) -> list[Span]:
    out: list[Span] = []
    names = want.units or _WHEN_ORDER
    for rank, name in enumerate(names):
        for mark in re.finditer(_TIMES[name], text, re.I):
            if name == "month" and not mark[0].strip()[:1].isupper():
                continue
            if any(mark.start() < one.end and one.start < mark.end() for one in out):
                continue
            out.append(Span(mark.start(), mark.end(), mark[0].strip(), -0.03 * rank))
    return sorted(out, key=lambda one: one.start)


def _places(text: str) -> list[Span]:
    out: list[Span] = []
    moved = re.search(r"\b(?:moved?|relocated|transferred|shifted|gone)\b", text, re.I)
    for mark in _WHERE.finditer(text):
        words = mark[0].split()
        inner = " ".join(words[1:])
        if re.match(
            rf"(?:the |a )?(?:{_WEEKDAY}|{_MONTH}|\d|{NUMBER}\b|{_SEASON}|year|charge|foot)",
            inner,
            re.I,
        ):
            continue
        prior = -0.25 if words[0].lower() in ("to", "from", "by", "through", "over") else 0.1
        if moved:
            prior = {"from": -0.6, "to": 0.6, "into": 0.6}.get(words[0].lower(), prior)
        prior += 0.1 if len(words) > 2 else 0.0
        out.append(Span(mark.start(), mark.end(), mark[0].strip(" ,."), prior))
    return out + _marks(_PLACE_WORD, text, 0.2)
