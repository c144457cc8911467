"""The values of a record's fields, each by what its name asks for: labels first, then cues.

Runs in the model worker; the text is hostile and only read. Every value stands in the text, or is
a truth that it tells; what is not there is None. Words are compared, no pattern is made of names.
What fools it: two values of one kind that only their meaning tells apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from harness.models.skills import record_names as names
from harness.models.skills.fields import Field
from harness.models.skills.record_figures import money, number
from harness.models.skills.record_moments import moment, when
from harness.models.skills.record_source import SILENT, Source, labelled
from harness.models.skills.record_wants import Want
from harness.models.skills.retrieval import stem
from harness.models.skills.shapes import BROKEN

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,20}){1,4}")
_PHONE = re.compile(r"(?<![\w.,-])\+?\(?\d[\d /()-]{5,18}\d(?![\w-]|[.,]\d)")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"')]{2,200}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?")
_CURRENCY = re.compile(
    r"[€$£]|\b(?:EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK|CZK|HUF|JPY|CAD|AUD|INR|euros?|dollars?|pounds?|"
    r"francs?)\b",
    re.I,
)
_CODES = {"€": "EUR", "$": "USD", "£": "GBP", "eu": "EUR", "do": "USD", "po": "GBP", "fr": "CHF"}
_CODE = re.compile(
    r"(?:(?=[\w-]*\d)[A-Z]{1,6}-?\d[\w/-]*|\d[\w]*(?:[-/][\w]+)*|"
    r"[A-Z]{2,6}(?:-[A-Z0-9]+){1,3})(?!\w)"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?\d{1,3})?\b")
_NOT = frozenset(
    "not no never without excluding except none nor neither cannot isn't aren't don't doesn't "
    "n't".split()
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
    "black white red green blue yellow brown grey gray silver gold orange purple pink beige navy "
    "turquoise cream "
    "violet ivory maroon teal bronze".split()
)


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
    return re.search(r"\b(?:is|are|was|were|has|have|does|do|will|can|:)\s?(?:not|no|n't)\b|n't\b|"
    r"\bnot (?:included|allowed|required|"
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


def _coded(source: Source, want: Want, said: str | None) -> object:
    if "iban" in want.words:
        mark = _IBAN.search(source.text)
        return mark[0] if mark else SILENT
    if shaped := _shaped(source, want, said):
        return shaped
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
                more = _MORE_PLATE.match(source.text, mark.end()) if own & _PLATES else None
                return f"{mark[0]}{more[0]}" if more else _plain_code(want, mark[0])
    return SILENT if own else None


_PLATES = frozenset(map(stem, "plate plates registration licence license".split()))
_MORE_PLATE = re.compile(r" (?:[A-Z]{1,3}|\d{1,4})(?: ?\d{1,4})?\b")
_FLIGHT = re.compile(r"\b[A-Z]{2} ?\d{2,4}\b")
_SHOWN = re.compile(
    r"\b(?:shows?|showing|says?|displays?|reads?|flashes|flashing|throws?|gives?) "
    r"(?:me )?(?:the )?(?:code |error )?(?P<code>[A-Z]{1,4}-?\d{1,5})\b"
)


def _shaped(source: Source, want: Want, said: str | None) -> str:
    """A flight by its shape, the code of a fault by what shows it; empty for none."""
    if want.words == ("flight",) or want.words[0] == "flight":
        mark = _FLIGHT.search(said or "") or _FLIGHT.search(source.text)
        return mark[0] if mark else ""
    if said is None and want.head == "code" and want.words[0] in ("error", "fault", "alarm"):
        mark = _SHOWN.search(source.text)
        return mark["code"] if mark else ""
    return ""


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
        if len(told) == 1 and not broken and (last := names.last_part(source.text)):
            return last
        if len(broken) == 1 or len(told) == 1:
            return (broken or told)[0].strip(" .")
    return said


_TROUBLE = frozenset(map(stem, "problem issue complaint symptom fault defect reason".split()))
_NO_TROUBLE = re.compile(
    r"\b(?:my name is|this is|i am|please|thank\w*|regards|call me|could you|can you|dear|hello|"
    r"hi|we want|i want|"
    r"i would|bought|ordered on|customer no|account no)\b",
    re.I,
)
_FINDERS: Mapping[str, Callable[[Source, Want, str | None], object]] = {
    "number": number,
    "money": money,
    "date": moment,
    "time": moment,
    "when": when,
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
        r"\b(?:all|every|each|any|the|of|only)\b[^.\n]{0,30}?\b(e-?mails?|phone|telephone|urls?|links?|"
        r"dates?|times?)\b",
        order,
        re.I,
    )
    return list_of(source, Field(mark[1].replace("-", ""))) if mark else None


_CODED = re.compile(
    r"\b(?:order|invoice|account|ticket|parcel|booking|customer|article|item|reference|ref|case|id|"
    r"number of|box)\b[^\w\n]{0,3}(?:(?:no|nr|number|id|#)\b\W{0,3})?$",
    re.I,
)


def _is_coded(text: str, mark: re.Match[str], name: str) -> bool:
    """Whether what looks like a telephone number is told to be that of an order or the like."""
    return name in ("phone", "tel") and bool(
        _CODED.search(text[max(0, mark.start() - 30) : mark.start()])
    )


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
            marks = [
                m for m in pattern.finditer(source.text) if not _is_coded(source.text, m, name)
            ]
            return list(dict.fromkeys(m[0].rstrip(".,").strip(" ") for m in marks))
    return None
