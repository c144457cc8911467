"""The pieces of a sentence that can answer a kind of question: names, places, colours, figures.

Runs in the model worker; the text is hostile, patterns are bounded and run on one sentence.
"""

from __future__ import annotations

import re

from harness.models.skills.answering_figures import (
    MONTH,
    NUMBER,
    SEASON,
    WEEKDAY,
    Span,
    figures_for,
    marks,
)
from harness.models.skills.answering_kinds import Wanted
from harness.models.skills.names import NOT_NAMES

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
    rf"(?:{_TITLE})?[A-ZÀ-ÞŁŚŻ][\w’'-]+(?: (?:(?:van|von|de|da|del|der|du|"
    rf"la) )?[A-ZÀ-ÞŁŚŻ][\w’'-]+){{0,3}}"
)
_AT_PLACE = re.compile(r"\b(?:in|at|of|from|near|around|the|via|towards)$", re.I)
_ACTS = re.compile(
    r" (?:is|was|has|will|and|can|does|"
    r"[a-z]+s(?! (?:are|is|were|was|have|must|can|will)\b)|[a-z]+ed|,)"
)
_TONGUE = re.compile(
    r"(?:Engl|Span|Swed|Dan|Finn|Pol|Turk|Ir|Scott|Brit|Jew|Kurd)ish|(?:Chin|Japan|Portugu|"
    r"Vietnam)ese|"
    r"(?:Ital|Norweg|Russ|Hungar|Ukrain|Roman|Bulgar|Eston|Latv|Lithuan|Pers)ian|French|German|"
    r"Dutch|"
    r"Greek|Czech|Welsh|Latin|Arabic|Hebrew|Thai|Hindi|Korean|Icelandic|Croatian|Serbian"
)
_FROM_TO = re.compile(r"\bfrom [\w'’ -]{1,40} to$", re.I)
_ROLE = re.compile(
    r"\b(?:the|a|an|our|his|her|their)\s(?:[a-z-]+ ){0,2}(?:[a-z]+(?:er|or|i(?:st|an)|man|woman|"
    r"keeper|"
    r"warden|ian|ant|ent)|cook|guide|nurse|chef|clerk|guard|head|staff|coach|chair|janitor|verger|"
    r"council|committee|team|company|mayor|captain|pilot|mother|father|sister|brother|aunt|uncle|"
    r"police|boss|owner|landlady|landlord|neighbours?)s?\b"
)
_COLOUR = re.compile(
    r"\b(?:(?:light|dark|pale|deep|bright|navy|sky) )?(?:red|green|blue|yellow|white|black|"
    r"gr[ea]y|"
    r"brown|orange|purple|pink|violet|silver|gold(?:en)?|beige|cream|turquoise|scarlet|crimson|"
    r"maroon|teal|olive|sand|ochre|amber|ivory|copper|lilac|mauve|navy)"
    r"(?:(?:,| and|,? and) (?:red|green|blue|yellow|white|black|gr[ea]y|brown|orange|purple|pink|"
    r"silver|gold|olive|cream))?\b",
    re.I,
)
_OFTEN = re.compile(
    r"\b(?:once|twice|(?:two|three|four|five|six|seven|ten|\d{1,3}) times)(?: (?:an?|per|every|"
    r"each) "
    rf"(?:{NUMBER} )?\w+)?|\bevery (?:other |second |third |{NUMBER} )?\w+|\b(?:daily|weekly|"
    rf"monthly|yearly|hourly|annually|fortnightly|nightly|never|always)\b|\bon {WEEKDAY}\b",
    re.I,
)
_MADE = re.compile(r"\b(?:made|built|carved|woven|cast|knitted|cut|consists?|"
    r"out) (?:out )?(?:of|from) "
                   r"([\w -]{2,40}?)(?=[,.;]| and |$| with )", re.I)  # fmt: skip
_OF = re.compile(r"\b(?:of|from) ([a-z]+(?: [a-z]+)?)(?=[,.;]|$)")
_CALLED = re.compile(
    r"\b(?i:called|named|known as|titled|entitled|nicknamed|title is|name is|name:|goes by)\s"
    r"[\"“']?(?:(?:the|The|a|A) )?([A-ZÀ-Þ\"“'][\w’' -]{1,60}?)(?=[\"”',.;]| and | has | is |"
    r" was |"
    r" in | on | from |$)"
)
_QUOTED = re.compile(r"[\"“]([^\"”]{2,80})[\"”]")


def spans_for(want: Wanted, sentence: str) -> list[Span]:
    """The pieces of a sentence that are of the kind that is wanted, in order."""
    text = sentence[:1_200]
    if want.kind == "person":
        return _people(text)
    if want.kind in ("amount", "money", "when"):
        return figures_for(want, text)
    if want.kind == "where":
        return _places(text)
    if want.kind == "colour":
        return marks(_COLOUR, text)
    if want.kind == "often":
        return marks(_OFTEN, text)
    if want.kind == "made":
        return _groups(_MADE, text, 0.5) + _groups(_OF, text, 0.0)
    if want.kind == "called":
        told = _groups(_CALLED, text, 0.6) + _groups(_QUOTED, text, 0.2)
        return told or _apposed(want.noun, text) or _people(text)
    if want.kind == "thing" and len(want.noun) > 2:
        return _labelled(want.noun, text)
    return []


def _apposed(noun: str, text: str) -> list[Span]:
    """The names that stand right behind a thing ("two boats, the Heron and the Gull")."""
    stem = re.escape(noun[:-1] if noun.endswith("s") else noun)
    one = r"(?:the )?[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){0,2}"
    shape = re.compile(rf"\b{stem}s?,? ({one}(?:(?:, | and ){one}){{0,5}})") if stem else _CALLED
    return _groups(shape, text, 0.4)


def _labelled(noun: str, text: str) -> list[Span]:
    """The things of one sort in a sentence, told apart by a number, name or word."""
    name = re.escape(noun)
    behind = rf"\b{name}s? (?:\d{{1,4}}[a-z]?|[A-Z]|[A-ZÀ-Þ][\w'’-]+)\b"
    before = rf"\b(?!(?:the|a|an|our|each|every|which|what|this|that|no|any)\b)[\w'’-]+ {name}\b"
    out = marks(re.compile(behind), text, 0.3)
    more = (
        rf"\b{name}s? (?:for|of|with|about|on|from|to) (?:the |an? )?[\w'’-]+"
        r"(?: (?!and\b|or\b|but\b|is\b|was\b|were\b|are\b|has\b|will\b|for\b)[\w'’-]+){0,3}"
    )
    out += marks(re.compile(more, re.I), text, 0.15)
    taken = [(one.start, one.end) for one in out]
    for one in marks(re.compile(before, re.I), text, 0.1):
        if not any(one.start < b and a < one.end for a, b in taken):
            out.append(one)
    return sorted(out, key=lambda one: one.start)


def _groups(pattern: re.Pattern[str], text: str, prior: float) -> list[Span]:
    return [Span(m.start(1), m.end(1), m[1].strip(), prior) for m in pattern.finditer(text)]


_OF_PLACES = frozenset("Mount Mt Lake River Port Cape Fort Isle Castle Street North South".split())


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
        if not words or re.fullmatch(rf"(?:{WEEKDAY}|{MONTH})", words[0], re.I):
            continue
        if words[0] in _OF_PLACES and len(words) > 1:
            continue
        name = re.sub(r"['’]s$", "", " ".join(words))
        before = text[:start].rstrip()
        titled = bool(re.match(_TITLE, name))
        if not titled and (_AT_PLACE.search(before) or _FROM_TO.search(before)):
            continue
        alone = start == 0 and len(words) == 1 and not _ACTS.match(text[len(name) :])
        if not alone and not _TONGUE.fullmatch(words[0]) and not name.startswith(("I'", "I’")):
            out.append(Span(start, start + len(name), name, 0.3))
    if not any(one.prior > 0 for one in out):
        out += marks(_ROLE, text, 0.05)
    return out


def _places(text: str) -> list[Span]:
    out: list[Span] = []
    moved = re.search(r"\b(?:moved?|relocated|transferred|shifted|gone)\b", text, re.I)
    for mark in _WHERE.finditer(text):
        words = mark[0].split()
        inner = " ".join(words[1:])
        if re.match(
            rf"(?:the |a )?(?:{WEEKDAY}|{MONTH}|\d|{NUMBER}\b|{SEASON}|year|charge|foot)",
            inner,
            re.I,
        ):
            continue
        prior = -0.25 if words[0].lower() in ("to", "from", "by", "through", "over") else 0.1
        if moved:
            prior = {"from": -0.6, "to": 0.35, "into": 0.35}.get(words[0].lower(), prior)
        prior += 0.1 if len(words) > 2 else 0.0
        place = _trimmed(mark[0])
        out.append(Span(mark.start(), mark.start() + len(place), place.strip(" ,."), prior))
    return out + marks(_PLACE_WORD, text, 0.2)


def _trimmed(place: str) -> str:
    """A place with a name, less what follows the name ("on Elm Row uses flour")."""
    mark = re.match(r"[a-z][a-z ]*? (?:the )?[A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*)*", place)
    return mark[0] if mark and re.match(r" [a-z]+s\b", place[mark.end() :]) else place
