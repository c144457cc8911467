"""The values of a record's fields, each by what its name asks for: labels first, then cues.

Runs in the model worker; the text is hostile and only read. Every value stands in the text, or is
a truth that it tells; what is not there is None. Words are compared, no pattern is made of names.
What fools it: two values of one kind that only their meaning tells apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from harness.models.skills import record_names as names
from harness.models.skills.fields import Field
from harness.models.skills.reckoning_figures import SMALL
from harness.models.skills.record_source import SILENT, Number, Source, Word, labelled, source_of
from harness.models.skills.record_wants import UNITS, Want
from harness.models.skills.retrieval import stem
from harness.models.skills.shapes import BROKEN

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,20}){1,4}")
_PHONE = re.compile(r"(?<![\w.,-])\+?\(?\d[\d /()-]{5,18}\d(?![\w-]|[.,]\d)")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"')]{2,200}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?")
_CURRENCY = re.compile(
    r"[€$£]|\b(?:EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK|CZK|HUF|JPY|CAD|AUD|INR|euros?|dollars?|pounds?|francs?)\b",
    re.I,
)
_CODES = {"€": "EUR", "$": "USD", "£": "GBP", "eu": "EUR", "do": "USD", "po": "GBP", "fr": "CHF"}
_CODE = re.compile(
    r"(?:(?=[\w-]*\d)[A-Z]{1,6}-?\d[\w/-]*|\d[\w]*(?:[-/][\w]+)*|[A-Z]{2,6}(?:-[A-Z0-9]+){1,3})(?!\w)"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?\d{1,3})?\b")
_NOT = frozenset(
    "not no never without excluding except none nor neither cannot isn't aren't don't doesn't n't".split()
)
_TRUE = re.compile(r"^(?:yes|true|y|ja|included|required|available|x|1)\b", re.I)
_FALSE = re.compile(r"^(?:no|not|none|false|n|nein|0|without)\b", re.I)
_SAID_AS = {
    "refund": ("money back", "reimburs", "refund"),
    "callback": ("call me", "call us", "call back", "phone me", "ring me", "ring back"),
    "remote": ("home office", "from home", "remote"),
    "urgent": ("urgent", "asap", "immediately", "right away", "emergency"),
    "free": ("free of charge", "no charge", "for free", "free"),
    "furnished": ("furnish",),
    "discount": ("% off", "discount", "reduced", "half price"),
    "pets": ("pets", "dogs", "cats", "animals"),
}
_COLOURS = frozenset(
    "black white red green blue yellow brown grey gray silver gold orange purple pink beige navy turquoise cream "
    "violet ivory maroon teal bronze".split()
)
_RANGE = re.compile(r"\s{0,2}(?:-|–|to|and|bis|until)\s{0,2}(?:[€$£]\s?)?$")


def value_for(source: Source, want: Want) -> object:
    """The value of one field: SILENT where it is not there, None where this cannot tell."""
    said = labelled(source, want)
    if want.kind == "truth":
        return _truth(source, want, said)
    if want.kind == "options":
        return _option(source, want, said)
    finder = _FINDERS.get(want.kind)
    return finder(source, want, said) if finder else names.phrase(source, want, said)


def _truth(source: Source, want: Want, said: str | None) -> object:
    if said is not None and (_TRUE.match(said) or _FALSE.match(said)):
        return bool(_TRUE.match(said))
    low = source.text.lower()
    for word in want.words:
        for way in _SAID_AS.get(word, ()):
            at = low.find(way)
            if at >= 0:
                return not _is_denied(source, at)
    for word in want.words[::-1]:
        target = stem(word)
        found = next((w for w in source.words if w.stem == target or _kin(w.stem, target)), None)
        if found:
            return not _is_denied(source, found.start) and not _is_un(found.text, word)
    return SILENT


def _kin(one: str, other: str) -> bool:
    """Stems that differ in a short ending or in "un-"."""
    one = one[2:] if one.startswith("un") and not other.startswith("un") else one
    short = min(len(one), len(other))
    return short >= 5 and one[:short] == other[:short] and abs(len(one) - len(other)) <= 3


def _is_un(text: str, word: str) -> bool:
    return text.lower().startswith("un") and not word.startswith("un")


def _is_denied(source: Source, at: int) -> bool:
    """Whether a negation stands in the same clause before or right behind an offset."""
    before = re.split(r"[.!?;:\n]|,| but | and ", source.text[max(0, at - 70) : at].lower())
    clause = before[-1] if before else ""
    if not clause.strip() and len(before) > 1 and re.search(r"\b(?:not|no)\s*$", before[-2]):
        return True
    words = re.findall(r"[a-z']+", clause.replace("’", "'"))
    if any(w in _NOT or w.endswith("n't") for w in words[-6:]):
        return True
    behind = re.split(r"[.!?;\n,]", source.text[at : at + 60].lower().replace("’", "'"))[0]
    return re.search(r"\b(?:is|are|was|were|has|have|does|do|will|can|:)\s?(?:not|no|n't)\b|n't\b|\bnot (?:included|allowed|required|"
                     r"available|possible|needed|permitted)", behind) is not None  # fmt: skip


def _option(source: Source, want: Want, said: str | None) -> object:
    for text in (said or "", source.text):
        low = text.lower()
        hits = [o for o in want.field.options if o.lower().replace("_", " ") in low]
        if len(hits) == 1:
            return hits[0]
        stems = {w.stem for w in source.words} if text is source.text else set()
        hits = [o for o in want.field.options if stem(o.lower()) in stems]
        if len(hits) == 1:
            return hits[0]
    return None


def _number(source: Source, want: Want, said: str | None) -> object:
    if said is not None and want.units:
        held = [
            n
            for n in source.numbers
            if n.unit.rstrip("s") in want.units and source.text[n.start : n.end] in said
        ]
        if held:
            return _typed(want, held[0].value)
    if said is not None:
        found = _numbers_in(said)
        if found:
            at = -1 if want.bound == "max" else 0
            return _typed(want, found[at])
    if {"year", "years", "period"} & set(want.words):
        spell = _SPELL.search(source.text) if want.field.kind == "text" else None
        return spell[0] if spell else _year(source, want)
    if "pressure" in want.words and want.field.kind == "text":
        pair = re.search(r"\b\d{2,3}/\d{2,3}\b", source.text)
        if pair:
            return pair[0]
    best = _best_number(source, want)
    if best is None:
        return None if "age" in want.words else SILENT
    return _measure(source, want, best) or _typed(want, best.value)


def _measure(source: Source, want: Want, best: Number) -> str:
    """A number with its unit where its field is a text; empty where the bare number is wanted."""
    name = want.field.name.lower()
    is_bare = want.field.kind != "text" or name.rsplit("_", 1)[-1] in UNITS or want.bound
    if is_bare or not best.unit or best.unit.rstrip("s") not in _ALL_UNITS | {"mg", "mcg", "°c"}:
        return ""
    if set(want.words) & {
        "age",
        "quantity",
        "qty",
        "count",
        "stars",
        "pages",
        "nights",
        "days",
        "hours",
        "minutes",
        "months",
        "years",
        "weeks",
    }:
        return ""
    mark = re.match(r"\s?[^\s,.;()]{1,12}", source.text[best.end :])
    return source.text[best.start : best.end] + (mark[0] if mark else "")


def _typed(want: Want, value: float | int) -> object:
    return (
        int(value)
        if want.field.kind == "integer" or (float(value).is_integer() and isinstance(value, int))
        else value
    )


def _numbers_in(said: str) -> list[float | int]:
    return [n.value for n in source_of(said).numbers]


_SPELL = re.compile(
    r"\b(?:1[89]|20)\d\d\s?(?:-|–|to)\s?(?:(?:1[89]|20)\d\d|present|now|today)\b", re.I
)


def _year(source: Source, want: Want) -> object:
    cues = {s for s in want.stems if s != stem("year")} | {
        stem(w) for w in ("built", "founded", "since", "model")
    }
    found = [
        (i, w) for i, w in enumerate(source.words) if re.fullmatch(r"(?:1[5-9]|20)\d\d", w.text)
    ]
    if not found:
        return SILENT
    near = [
        w for i, w in found if any(source.words[j].stem in cues for j in range(max(0, i - 4), i))
    ]
    return int((near or [w for _, w in found])[0].text)


def _best_number(source: Source, want: Want) -> Number | None:
    """The number that stands nearest to the field's words, in its unit."""
    scored = []
    for order, number in enumerate(source.numbers):
        score = _score(source, want, number)
        if score > 0:
            scored.append((score, -order, number))
    if want.bound:
        ranged = _range(source, want)
        if ranged is not None:
            return ranged
    return max(scored, key=lambda row: row[:2])[2] if scored else None


def _score(source: Source, want: Want, number: Number) -> float:
    units = want.units
    unit = number.unit.rstrip("s") if number.unit not in ("s", "°") else number.unit
    is_counted = bool({"quantity", "qty", "count", "many"} & set(want.words))
    if units and number.unit and unit not in units and unit in _ALL_UNITS:
        return 0.0
    if number.is_money and want.kind != "money":
        return 0.0
    score = 2.5 if units and (unit in units or number.unit in units) else 0.0
    before = _words_before(source, number)
    behind = source.words[number.at : number.at + 3]
    own = next((w for w in behind if w.stem in want.stems), None)
    if any(w.stem in want.stems for w in before):
        score += 3.0 - 0.4 * min(
            (len(before) - i for i, w in enumerate(before) if w.stem in want.stems), default=0
        )
    elif own and not re.search(r"[.;:\n(]", source.text[number.end : own.start]):
        score += 2.4
    if want.kind == "money":
        if score and not number.is_money:
            score -= 1.0
        elif not score and number.is_money:
            score = (
                0.6
                if len([n for n in source.numbers if n.is_money]) == 1 or _is_plain(want)
                else 0.0
            )
    if "age" in want.words and not units:
        score = _age_score(source, number)
    if (
        not score
        and want.stems & _PARTY
        and re.search(r"\b(?:for|of)\s$", source.text[: number.start])
        and isinstance(number.value, int)
    ):
        score = 1.2
    if is_counted and not score and not number.is_money and _counts(source, number):
        score = 1.0
    return score


_ALL_UNITS = frozenset(
    "km/h kph km mm cm m kg g mg ml l c f bar kw kwh mb gb ms s sec min h hr hour day week month year % percent "
    "degree minute second litre metre gram kilogram °c ° eur usd gbp".split()
)


_PARTY = frozenset(map(stem, "guests people persons party pax diners covers".split()))


def _is_plain(want: Want) -> bool:
    return want.words in (
        ("price",),
        ("amount",),
        ("total",),
        ("cost",),
        ("total", "amount"),
        ("sum",),
        ("fee",),
        ("value",),
    )


def _age_score(source: Source, number: Number) -> float:
    if not 0 < number.value < 120 or not isinstance(number.value, int):
        return 0.0
    before = source.text[max(0, number.start - 14) : number.start]
    behind = source.text[number.end : number.end + 14]
    if re.match(r"[ -]?years?\b|[ -]?yo\b", behind) or re.search(
        r"\baged? $|\bage[:=]? ?$", before, re.I
    ):
        return 3.0
    return (
        2.0
        if re.search(r"[A-ZÀ-Ý][\w'’-]+,? \(?$", before) and re.match(r"[,.);]", behind)
        else 0.0
    )


def _counts(source: Source, number: Number) -> bool:
    """Whether a number has a thing behind it, and is no measure."""
    behind = source.words[number.at : number.at + 1]
    return (
        isinstance(number.value, int)
        and bool(behind)
        and behind[0].start - number.end == 1
        and behind[0].text[0].islower()
        and behind[0].text.lower().rstrip("s") not in _ALL_UNITS
        and behind[0].text.lower()
        not in ("of", "in", "on", "at", "and", "or", "came", "with", "from", "to", "is", "was")
    )


def _words_before(source: Source, number: Number) -> list[Word]:
    """Up to five words of its clause before a number, none from before the number before it."""
    first = source.index_at(number.start)
    out: list[Word] = []
    edge = number.start
    for word in source.words[max(0, first - 5) : first][::-1]:
        between = source.text[word.end : edge]
        if word.text[0].isdigit() or word.text.lower() in SMALL:
            after = source.text[word.end : number.start].split(",")
            return (
                out[::-1] if len(after) == 1 and not out else _behind_comma(source, word, out[::-1])
            )
        if re.search(r"[.!?;\n]\s", between) or ("," in between and len(out) > 1):
            break
        out.append(word)
        edge = word.start
    return out[::-1]


def _behind_comma(source: Source, digit: Word, out: list[Word]) -> list[Word]:
    """Of the words behind another number those that a comma parts from it."""
    edge = digit.end
    for i, word in enumerate(out):
        if (
            re.search(r"[,;/|\n]|\band\b", source.text[edge : word.start])
            or word.text.lower() == "and"
        ):
            return out[i:]
        edge = word.end
    return []


def _range(source: Source, want: Want) -> Number | None:
    """One end of "7,000 to 9,500" and "62,000-75,000"."""
    for one, other in zip(source.numbers, source.numbers[1:], strict=False):
        if _RANGE.fullmatch(source.text[one.end : other.start]):
            return other if want.bound == "max" else one
    return None


def _money(source: Source, want: Want, said: str | None) -> object:
    as_number = want.is_number
    if said is not None:
        amount = re.search(
            r"(?:[€$£]|\b[A-Z]{3}\b)?\s?\d[\d.,' ]*\d?(?:\s?(?:[€$£]|[A-Z]{3}\b|euros?\b|dollars?\b|pounds?\b))?",
            said,
        )
        values = _numbers_in(said)
        if values and not as_number and amount and want.field.kind == "text":
            return amount[0].strip(" .,") if re.search(r"[A-Za-z€$£]", amount[0]) else values[0]
        if values:
            return values[-1 if want.bound == "max" else 0]
        return (
            None if not as_number and len(said.split()) > 3 else said if not as_number else SILENT
        )
    best = _best_number(source, want)
    if best is None:
        is_free = re.search(
            r"\b(?:entry|admission|it|entrance)?\s?is free\b|\bfree (?:entry|admission|of charge)\b",
            source.text,
            re.I,
        )
        return SILENT if not is_free else (0 if as_number else "free")
    if as_number or not best.is_money or want.bound:
        return best.value
    return source.text[best.span[0] : best.span[1]].strip()


_HOURS = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*(?:\s?(?:-|–|to|and|,)\s?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*)?,?\s)?(?:from )?"
    r"\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]m)?\s?(?:-|–|to|until)\s?\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]m)?"
)
_EARLIER = frozenset("start begin from opens opening open starts begins".split())
_LATER = frozenset("end until closes closing close to ends finish".split())
_ROLE_CUES: tuple[tuple[frozenset[str], re.Pattern[str]], ...] = (
    (frozenset("start begin beginning from arrival checkin opening opens since starts begins arrives".split()),
     re.compile(r"\b(?:from|start\w*|begin\w*|since|arriv\w*|open\w*|commenc\w*|check\w* in)\b", re.I)),
    (frozenset("end until ending to departure departs checkout expiry expires expiration closing closes ends return".split()),
     re.compile(r"\b(?:until|till|to|end\w*|expir\w*|through|depart\w*|leav\w*|close\w*|return\w*|check\w* out)\b", re.I)),
    (frozenset("due deadline payable".split()),
     re.compile(r"\b(?:by|due|before|until|no later than|deadline|latest|pay\w*|apply|at the latest)\b", re.I)),
    (frozenset("eta delivery arrival expected".split()),
     re.compile(r"\b(?:expected|arriv\w*|deliver\w*|eta|reach\w*|due)\b", re.I)),
    (frozenset("birth born dob birthday".split()), re.compile(r"\b(?:born|birth\w*|dob)\b", re.I)),
    (frozenset("order ordered purchase purchased booking".split()),
     re.compile(r"\b(?:order\w*|bought|purchas\w*|booked|placed)\b", re.I)),
    (frozenset("issue issued invoice signed signature".split()),
     re.compile(r"\b(?:dated|issued|signed|invoice|of)\b", re.I)),
)  # fmt: skip


def _moment(source: Source, want: Want, said: str | None) -> object:
    has_times = any(m.kind == "time" for m in source.moments)
    kind = "time" if want.kind == "time" or (want.kind == "when" and has_times) else "date"
    if "hours" in want.words and (hours := _HOURS.search(source.text)):
        return hours[0].strip()
    same = [m for m in source.moments if m.kind == kind]
    if kind == "date" and not same:
        same = [m for m in source.moments if m.kind == "weekday"]
    own = [cue for name, cue in _ROLE_CUES if name & set(want.words)]
    if said is not None:
        held = [m for m in same if m.text in said]
        if held:
            is_last = bool(_LATER & set(want.words)) and len(held) > 1
            return held[-1 if is_last else 0].text
        if kind == "date" and not same:
            return said if len(said.split()) <= 4 else SILENT
    if not same:
        day = re.search(
            r"\b(?:tomorrow|today|yesterday|(?:next|this|last) (?:week|month|year|\w+day)|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b",
            source.text,
            re.I,
        )
        return day[0] if day and kind == "date" else SILENT
    for first, last in zip(same, same[1:], strict=False):
        if _RANGE.fullmatch(source.text[first.end : last.start]) and set(want.words) & (
            _EARLIER | _LATER
        ):
            return (last if set(want.words) & _LATER else first).text
    if not own:
        return same[0].text
    scored = [(_cue_before(source, m.start, own), m) for m in same]
    best = max(scored, key=lambda row: row[0])
    if best[0] > 0:
        return best[1].text
    others = [cue for name, cue in _ROLE_CUES if not name & set(want.words)]
    free = [m for _, m in scored if not _cue_before(source, m.start, others)]
    return free[0].text if len(free) == 1 and len(same) == 1 else SILENT


def _when(source: Source, want: Want, said: str | None) -> object:
    """A date or a time, whichever there is; what no cue tells is left open."""
    found = _moment(source, want, said)
    return None if found is SILENT else found


def _cue_before(source: Source, at: int, cues: Sequence[re.Pattern[str]]) -> float:
    before = re.split(r"[.!?;\n]\s|\n", source.text[max(0, at - 60) : at])[-1]
    ends = [m.end() for cue in cues for m in cue.finditer(before)]
    return 1.0 + 1.0 / (1 + len(before) - max(ends)) if ends else 0.0


def _coded(source: Source, want: Want, said: str | None) -> object:
    if "iban" in want.words:
        mark = _IBAN.search(source.text)
        return mark[0] if mark else SILENT
    if said is not None:
        mark = _CODE.search(said)
        if mark and mark.start() <= 8:
            return _plain_code(want, mark[0])
        return said if len(said.split()) <= 3 else SILENT
    if part := names.in_address(source, want.words[0] if want.words[0] == "house" else want.head):
        return part
    own = want.stems - {stem(w) for w in ("number", "no", "id", "code", "ref", "reference", "nr")}
    own = own | ({stem("parcel"), stem("shipment")} if stem("tracking") in own else set())
    for i, word in enumerate(source.words):
        if word.stem not in own and not (
            not own and word.text.lower() in ("id", "ref", "code", "reference")
        ):
            continue
        j = i + 1
        while j < len(source.words) and source.words[j].text.lower().strip(".") in (
            "no",
            "nr",
            "number",
            "id",
            "code",
            "ref",
            "is",
            "reference",
            "was",
        ):
            j += 1
        if j < len(source.words):
            between = re.sub(
                r"\b(?:no|nr|ref)\.", "", source.text[word.end : source.words[j].start], flags=re.I
            )
            mark = _CODE.match(source.text, source.words[j].start)
            if mark and len(between) <= 24 and not re.search(r"[.!?;\n]\s", between):
                return _plain_code(want, mark[0])
    return SILENT if own else None


def _plain_code(want: Want, said: str) -> object:
    return int(said) if want.field.kind in ("number", "integer") and said.isdigit() else said


def _currency(source: Source, want: Want, said: str | None) -> object:
    mark = _CURRENCY.search(said or "") or _CURRENCY.search(source.text)
    if not mark:
        return SILENT
    low = mark[0].lower()
    return _CODES.get(low) or (mark[0].upper() if len(low) == 3 else _CODES.get(low[:2], mark[0]))


def _matched(pattern: re.Pattern[str]) -> Callable[[Source, Want, str | None], object]:
    def find(source: Source, want: Want, said: str | None) -> object:
        mark = pattern.search(said or "") or pattern.search(source.text)
        return mark[0].rstrip(".,") if mark else SILENT

    return find


def _free(source: Source, want: Want, said: str | None) -> object:
    if said is None and want.head == "message":
        log = _STAMP.search(source.text)
        mark = re.search(r":\s+(\S[^\n]{4,300})", source.text[log.end() :]) if log else None
        return mark[1] if mark else None
    if said is None and want.stems & _TROUBLE:
        pieces = re.split(r"(?<=[.!?])\s+|\n", source.text)
        told = [p for p in pieces if len(p.split()) > 2 and not _NO_TROUBLE.search(p)]
        broken = [p for p in told if BROKEN.search(p)]
        if len(broken) == 1 or len(told) == 1:
            return (broken or told)[0].strip(" .")
    return said


_TROUBLE = frozenset(map(stem, "problem issue complaint symptom fault defect reason".split()))
_NO_TROUBLE = re.compile(
    r"\b(?:my name is|this is|i am|please|thank\w*|regards|call me|could you|can you|dear|hello|hi|we want|i want|"
    r"i would|bought|ordered on|customer no|account no)\b",
    re.I,
)
_FINDERS: Mapping[str, Callable[[Source, Want, str | None], object]] = {
    "number": _number,
    "money": _money,
    "date": _moment,
    "time": _moment,
    "when": _when,
    "code": _coded,
    "currency": _currency,
    "email": _matched(_EMAIL),
    "phone": _matched(_PHONE),
    "url": _matched(_URL),
    "stamp": _matched(_STAMP),
    "free": _free,
    "person": names.person,
    "firm": names.firm,
    "place": names.place,
}


def one_shape(order: str, source: Source) -> list[str] | None:
    """All values of the one shape that an order names without a key: "all e-mail addresses"."""
    mark = re.search(
        r"\b(?:all|every|each|any|the)\b[^.\n]{0,30}?\b(e-?mails?|phone|telephone|urls?|links?|dates?|times?)\b",
        order,
        re.I,
    )
    return list_of(source, Field(mark[1].replace("-", ""))) if mark else None


def list_of(source: Source, field: Field) -> list[str] | None:
    """All addresses or numbers of one shape; None for a list of another sort."""
    low = field.name.lower()
    for kind in ("date", "time"):
        if kind in low.split("_") or f"{kind}s" in low.split("_"):
            return list(dict.fromkeys(m.text for m in source.moments if m.kind == kind))
    for name, pattern in (
        ("mail", _EMAIL),
        ("phone", _PHONE),
        ("tel", _PHONE),
        ("url", _URL),
        ("link", _URL),
    ):
        if name in low:
            return list(dict.fromkeys(m[0].rstrip(".,") for m in pattern.finditer(source.text)))
    return None
