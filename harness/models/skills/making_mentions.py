"""Where a text names people, firms, places and numbers, and which of them an order means.

Runs in the model worker; pure, linear in the text. What fools it: a place that is not behind in, at
or from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.models.skills.rewriting_names import names_in

_KINDS: tuple[tuple[str, str], ...] = (
    ("email", r"e-?mails?(?: address(?:es)?)?|mail address(?:es)?"),
    ("phone", r"(?:tele)?phone(?: (?:numbers?|nrs?\.?|nos?\.?))?|telephones?|mobile "
r"numbers?|phones|tel\.? (?:numbers?|nrs?)"),
    ("iban", r"ibans?|bank (?:account|details)\w*|account numbers?|card numbers?|credit cards?"),
    ("url", r"urls?|links?|web ?sites?|web addresses"),
    ("address", r"street addresses|street names?|postal addresses|home addresses|addresses"),
    ("date", r"dates?"),
    ("time", r"times?(?: of day)?"),
    ("amount", r"amounts?(?: of money)?|prices?|sums?(?: of money)?|money"),
    ("place", r"places?|towns?|cities|city|locations?|place[- ]names?|villages?|countries"),
    ("company", r"compan(?:y|ies)(?:['’]s)?(?: names?)?|firms?|organi[sz]ations?|"
r"businesses|employers?"),
    ("person", r"(?:personal |people['’]?s? |persons?['’]? |first |last |full |private "
r"|customers?['’]? |patients?['’]? |employees?['’]? |all )*names?(?: of "
r"(?:people|persons|the people))?|people|persons?|individuals?|everyone|"
r"customers?|patients?|employees?|guests?|tenants?|speakers?"),
    ("number", r"(?:all )?numbers?|digits?|figures?"),
)  # fmt: skip


_COMPANY = re.compile(
    r"\b(?:[A-ZÀ-Ý][\w'’-]* )*[A-ZÀ-Ý][\w'’-]*,? (?:& (?:Sons?|Co\.?|"
    r"Daughters?|Partners?|Brothers|[A-ZÀ-Ý]\w+)|and Sons|Ltd\.?|Limited|"
    r"GmbH|AG|Inc\.?|LLC|Corp\.?|PLC|KG|S\.?A\.?|B\.?V\.?|Co\.|Works|Bank|"
    r"Group|Labs|Systems|Solutions|Foods|Logistics|Industries|Motors|"
    r"Airlines?|Insurance|Brewery|Bakery|Studios?|Press|Media|Partners|"
    r"Holdings?|Consulting|Trading|Energy|Telecom|University|College|Museum|"
    r"Institute|Hospital|Clinic|School|Hotel|Club|Council|Association|"
    r"Society|Foundation|Library|Theatre|Orchestra|Ferry Company|"
    r"Company)\b(?! (?:said|told)\b)"
)


_TOWN = re.compile(
    r"\b(?:in|at|from|near|to|of|via|towards|around|outside|across|through|"
    r"leave|leaves|left|reach|reached|visit|visited|lives? in)\s+(?:the )?$"
)


_TOWN_FRONT = re.compile(
    r"\b(?:Port|Saint|St\.?|San|Santa|New|Upper|Lower|North|South|East|West|"
    r"Mount|Lake|Bad|Fort|Cape|Great|Little|Old)$"
)


_PATTERNS = {
    "email": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}"),
    "phone": re.compile(r"(?<![\w.,#€$£-])\+?\(?\d{2,5}\)?(?:[ /.-]?\(?\d{2,5}\)?){1,6}(?![\w])"),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b|"
r"\b(?:\d{4}[ -]){3}\d{4}\b|\b\d{8,18}\b"),
    "url": re.compile(r"\bhttps?://[^\s\"'<>]{1,200}|\bwww\.[\w./-]{3,120}"),
    "address": re.compile(r"\b\d{1,4}[a-z]? (?:[A-Z][\w'’-]+ ){1,3}(?:Street|Road|Lane|Avenue|"
r"Square|Way|Drive|Close|Row|Court|Place|St|Rd|Ave)\b\.?|"
r"\b[A-Z][\w'’-]*(?:straße|strasse|weg|gasse|platz|allee) "
r"\d{1,4}[a-z]?\b|\b(?:[A-Z][\w'’-]+ ){1,3}(?:Street|Road|Lane|Avenue|"
r"Square|Way|Drive) \d{1,4}[a-z]?\b"),
    "date": re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|"
r"sep|oct|nov|dec)[a-z]{0,6}(?:,? \d{4})?\b|\b(?:january|february|march|"
r"april|may|june|july|august|september|october|november|december) "
r"\d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?\b|\b\d{4}-\d\d-\d\d\b|"
r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b", re.I),
    "time": re.compile(r"\b\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?\b|\b\d{1,2} ?[ap]\.?m\b\.?", re.I),
    "amount": re.compile(r"[€$£] ?\d+(?:[.,]\d+)*|\b\d+(?:[.,]\d+)* ?(?:€|\$|£|euros?|dollars?|"
r"pounds?|crowns?|francs?|cents?|eur|usd|gbp)\b", re.I),
    "number": re.compile(r"(?<![\w])\d+(?:[.,:]\d+)*(?!\w)"),
}  # fmt: skip


_TAKEN_FOR = (
    "email",
    "url",
    "iban",
    "address",
    "phone",
    "amount",
    "date",
    "time",
    "company",
    "person",
    "place",
    "number",
)


_ROLE = re.compile(
    r"^(?:Driver|Captain|Nurse|Teacher|Manager|Chef|Pupil|Patient|Tenant|"
    r"Customer|Dear|Coach|Officer|Doctor|Professor|Colleague|Agent|Clerk|"
    r"Guard|Pilot|Engineer|Inspector|Witness|Judge|Uncle|Aunt|Hi|Hello) "
)


_GIVEN = re.compile(
    r"\b(?:told|gave|handed|hands|said|wrote|spoke|sent|lent|sold|showed|"
    r"paid|passed|talked|promised|owes|give|tell|write|send|belongs|married|"
    r"thanks|related|introduced|reports?|daughter|son|wife|husband|brother|"
    r"sister|mother|father|friend|instead)\b[^.]{0,40}$"
)


_PRONOUNS = frozenset(
    "i he she it they we you his her their our my your this that there here what who".split()
)


@dataclass(frozen=True)
class Found:
    """One mention of something to be hidden."""

    start: int
    end: int
    kind: str
    who: str


def kinds_in(asked: str) -> list[str]:
    """The kinds of things that a piece of an order names, in its order."""
    found: list[tuple[int, str]] = []
    for kind, pattern in _KINDS:
        mark = re.search(rf"\b(?:{pattern})\b", asked, re.I)
        if mark:
            found.append((mark.start(), kind))
            asked = asked[: mark.start()] + " " * len(mark[0]) + asked[mark.end() :]
    return [kind for _, kind in sorted(found)]


def mentions(text: str, kinds: Sequence[str], spared: str) -> list[Found]:
    """What is to be hidden in a text, in order; what an order spares is left out."""
    taken: list[Found] = []
    names = [
        n
        for n in re.findall(
            r"[\"“']([^\"”']{2,40})[\"”']|\b([A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+)*)", spared
        )
        for n in n
        if n
    ]
    kept = [
        n
        for n in names
        if n in text and n.lower() not in ("keep", "leave", "dates", "do", "the", "companies")
    ]
    guards = re.findall(r"\b(\w+) (?:numbers?|ids?|codes?|nos?)\b", spared)
    for kind in _TAKEN_FOR:
        found = (
            _people(text, taken, kind == "person") if kind in ("person", "place", "company") else []
        )
        if kind in ("person", "place", "company"):
            found = [f for f in found if f.kind == kind]
        else:
            found = [Found(m.start(), m.end(), kind, m[0]) for m in _PATTERNS[kind].finditer(text)]
            if kind == "phone":
                found = [
                    f
                    for f in found
                    if len(re.sub(r"\D", "", f.who)) >= 7 or f.who.startswith(("0", "+", "("))
                ]
            found = [
                f
                for f in found
                if not any(
                    re.search(
                        rf"\b{re.escape(g)}\w*(?: (?:number|no\.?|id|code))?[ :#]*$",
                        text[max(0, f.start - 40) : f.start],
                        re.I,
                    )
                    for g in guards
                )
            ]
        for one in found:
            if any(one.start < t.end and t.start < one.end for t in taken):
                continue
            taken.append(one)
    return sorted(
        (
            f
            for f in taken
            if f.kind in kinds
            and f.who not in kept
            and not any(f.who in k or k in f.who for k in kept)
        ),
        key=lambda f: f.start,
    )


def _people(text: str, taken: Sequence[Found], people: bool) -> list[Found]:
    """Companies, people and places by their capitals."""
    out = [Found(m.start(), m.end(), "company", m[0]) for m in _COMPANY.finditer(text)]
    blank = list(text)
    for one in (*out, *taken):
        blank[one.start : one.end] = "x" * (one.end - one.start)
    rest = "".join(blank)
    for full in names_in(rest):
        name = _ROLE.sub("", full)
        if not name or name.split()[0].lower() in _PRONOUNS:
            continue
        for mark in re.finditer(rf"(?<![\w]){re.escape(name)}(?![\w])", rest):
            start = mark.start()
            title = re.search(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? $", rest[max(0, start - 6) : start])
            start -= len(title[0].lstrip()) if title else 0
            if any(start < o.end and o.start < mark.end() for o in out) or re.match(
                r" ?\d", rest[mark.end() :]
            ):
                continue
            is_place = not title and bool(
                _TOWN_FRONT.match(name.split()[0])
                or (
                    _TOWN.search(before := rest[max(0, start - 12) : start])
                    and not _is_person(name, rest)
                    and not (
                        re.search(r"\b(?:to|of|via) $", before)
                        and (" " in name or _GIVEN.search(rest[max(0, start - 60) : start]))
                    )
                )
            )
            out.append(Found(start, mark.end(), "place" if is_place else "person", mark[0]))
    spans = [(o.start, o.end) for o in out]
    for mark in re.finditer(
        r"(?<=\b(?:in|at|to|of) )[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+)*|"
        r"(?<=\bfrom )[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+)*",
        rest,
    ):
        if not any(s < mark.end() and mark.start() < e for s, e in spans) and not re.match(
            r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|"
            r"April|May|June|July|August|September|October|November|December",
            mark[0],
        ):
            out.append(Found(mark.start(), mark.end(), "place", mark[0]))
    return out


def _is_person(name: str, text: str) -> bool:
    """Whether a name also stands where only people do: at the front of a verb, behind a title."""
    first = re.escape(name.split()[0])
    return bool(
        re.search(
            rf"(?:^|[.!?] |, |and ){first}(?: [A-Z]\w+)? (?:said|says|told|asked|"
            r"wrote|called|left|shrugged|paid|came|went|met|will|did|has|had|is|was|"
            r"agreed|refused|answered|sent|signed|laughed|replied|knows|knew|wants|"
            rf"wanted|took|saw|gave)\b|\b(?:Mr|Mrs|Ms|Dr|Prof)\.? {first}",
            text,
        )
    )
