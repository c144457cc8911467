"""What type of value a field's name asks for, and that value out of a text, by role and place.

Runs in the model worker; the text is hostile and capped. Comes before values.py: it answers where
a name says the type (a number of nights, an age, a room, a date with a role), and leaves the rest.
"""

from __future__ import annotations

import re

from harness.models.skills.fields import Field
from harness.models.skills.names import NAME
from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_dates import Moment, moments
from harness.models.skills.reckoning_figures import Figure, figures, plain
from harness.models.skills.retrieval import content_words

_MOST_CHARS = 4_000
_NUMBERED = re.compile(
    r"\b(room|platform|gate|flat|table|seat|bus|line|floor|page|unit|track|desk|"
    r"locker|cabin|pier|hall|berth|"
    r"suite|apartment|house|zimmer|gleis|habitaci[oó]n|chambre)\b(?: ?(?:number|"
    r"no|nr|nummer|nombre|numero|número))?\.?$",
    re.I,
)
_AGE = re.compile(r"^(?:age|alter|edad|years old|âge)$")
_QUANTITY = re.compile(
    r"^(?:qty|quantity|count|amount of .*|number of .*|how many.*|no of .*|pieces|"
    r"menge|anzahl|cantidad|quantité|units)$"
)
_ITEM = re.compile(
    r"^(?:items?|products?|articles?|goods|things?|artikel|produkt|producto|article|ordered)$"
)
_UNITS = {
    "weight": "mass",
    "mass": "mass",
    "gewicht": "mass",
    "peso": "mass",
    "length": "length",
    "height": "length",
    "width": "length",
    "depth": "length",
    "distance": "length",
    "duration": "time",
    "size": "area",
    "area": "area",
    "capacity": "volume",
    "volume": "volume",
    "temperature": "temperature",
    "power": "power",
    "noise": "sound",
    "speed": "speed",
}
_COUNTED = {
    "population": "people inhabitants residents",
    "inhabitants": "inhabitants people",
    "guests": "guests people persons",
    "party size": "people guests persons",
    "staff": "staff people employees",
    "crew": "crew people sailors",
    "capacity": "people seats guests passengers",
    "seats": "seats people places",
    "passengers": "passengers people",
    "employees": "employees people staff",
    "attendees": "people attendees",
    "members": "members people",
    "visitors": "visitors people guests",
}
_ROLES: tuple[tuple[str, str], ...] = (
    (
        r"arriv|check.?in|llegada|ankunft|arrivée",
        r"arriv\w*|have it|reach\w*|check\w* in|get\w* (?:there|here|in)|land\w*|"
        r"come\w*|from|deliver\w*|be with you|llego|komme|starting",
    ),
    (
        r"depart|check.?out|salida|abfahrt|abreise|leav",
        r"depart\w*|leav\w*|left|check\w* out|until|till|to|go\w* (?:home|back)|"
        r"set\w* off|salgo|reise",
    ),
    (
        r"deliver|ship|dispatch|sent",
        r"deliver\w*|ship\w*|dispatch\w*|sent|send\w*|have it|bring\w*|left us",
    ),
    (
        r"due|deadline|pay|settle|until|by when|expir|frist|end",
        r"due|by|before|until|no later than|pay\w*|settle\w*|deadline|expir\w*|at the "
        r"latest|ends?|clos\w*|return\w*|till|to|bis",
    ),
    (r"order|purchas|bought|booking|booked", r"order\w*|bought|purchas\w*|placed|booked|of"),
    (r"birth|born|geburt", r"born|birth\w*|birthday|geboren"),
    (
        r"start|begin|from|opening|since|beginn",
        r"start\w*|begin\w*|from|open\w*|since|on view|ab|von",
    ),
    (r"issue|dated|written|invoice date|sign", r"dated|issued|written|of|signed"),
    (
        r"meeting|appointment|visit|event|hearing|exam",
        r"meet\w*|appointment|visit\w*|event|hearing|exam\w*|takes? place|held",
    ),
)


def typed_value(field: Field, text: str) -> tuple[bool, object]:
    """Whether a field's name says its type, and its value then, None where the text is silent.

    Args:
        field: one without inner fields.
        text: what it is taken from.
    """
    text = text[:_MOST_CHARS]
    plain_name = re.sub(r"[_-]+", " ", field.name).strip().lower()
    unit = re.search(
        r"\b(kg|g|km|m|cm|mm|min|minutes|hours|days|eur|euros?|litres|l|m2|c)$", plain_name
    )
    base = plain_name[: unit.start()].strip() if unit and unit.start() else plain_name
    numbered = _NUMBERED.search(base)
    if numbered:
        return True, _numbered(numbered[1], text)
    if _AGE.match(base):
        return True, _age(text)
    if _QUANTITY.match(base):
        found = _quantity(text)
        return True, None if found is None else _number(found)
    if _ITEM.match(base) and field.kind != "list":
        found = _quantity(text)
        if found is not None and found.noun:
            return True, thing_behind(text, found)
        return False, None
    if re.fullmatch(
        r"(?:current |present |new |home )?(?:city|town|place|residence|location|"
        r"village|ciudad|stadt|ville|ort)",
        base,
    ):
        lives = re.search(
            rf"\b(?:mov(?:ed|es|ing)\b.{{0,60}}?\bto|lives? in|living in|based in|resident "
            rf"(?:of|in)|wohne? in|vivo en|j'habite à)\s(?:the \w+ of )?({NAME}(?: "
            rf"{NAME})?)",
            text,
        )
        if lives:
            return True, lives[1]
    for name, measures in _UNITS.items():
        if name in base.split():
            same = [f for f in figures(text) if f.measures == measures]
            if same:
                best = _nearest(base, text, same)
                return True, _number(best) if unit or field.kind != "text" else text[
                    best.start : best.end
                ].strip()
            return (True, None) if field.kind in ("number", "integer") else (False, None)
    if re.fullmatch(
        r"(?:amount|price|cost|total|sum|fee|deposit|rent|fare|betrag|preis|importe)", base
    ):
        found_all = figures(text)
        bare = [f for f in found_all if f.unit is None and not f.noun]
        if len(bare) == 1 and not any(f.measures == "money" for f in found_all):
            said = text[bare[0].start : bare[0].end].strip()
            return True, _number(bare[0]) if field.kind in ("number", "integer") else said
    if base in _COUNTED or re.fullmatch(
        r"(?:nights|floors|rooms|persons|people|chairs|copies|pages|hours|days|weeks|"
        r"tickets|children|adults|bedrooms|beds)",
        base,
    ):
        wanted = {root(w) for w in _COUNTED.get(base, base).split()} | {root(base)}
        same = [f for f in figures(text) if _is_of(f, wanted)] or _behind_name(base, text)
        return True, _number(same[0]) if same else None
    if re.search(r"\byear\b|\bbuilt\b|\bfounded\b", base) and field.kind != "list":
        years = re.findall(r"\b(?:1[5-9]|20)\d\d\b", text)
        return True, (
            int(years[0]) if field.kind in ("integer", "number") else years[0]
        ) if years else None
    return _moment_of(base, text)


def _number(figure: Figure) -> object:
    return int(figure.value) if figure.value.denominator == 1 else float(plain(figure.value))


def _is_of(f: Figure, wanted: set[str]) -> bool:
    nouns = {root(w) for w in f.noun.split()} | ({root(f.unit.name)} if f.unit else set())
    return bool(nouns & wanted)


def _behind_name(base: str, text: str) -> list[Figure]:
    """`a crew of 9`, `population: 3300`."""
    mark = re.search(
        rf"\b{re.escape(base.rstrip('s'))}s?\b(?:\s(?:of|is|was|are))?[:\s]{{1,3}}(?=\S)",
        text,
        re.I,
    )
    found = figures(text)
    return [f for f in found if mark and 0 <= f.start - mark.end() <= 8][:1]


def _numbered(kind: str, text: str) -> str | None:
    """`room 214`, `platform 4`, and a bare number where Spanish leaves the word out."""
    also = {"habitación": "habitación|cuarto|la", "zimmer": "Zimmer", "room": "room|suite"}
    words = also.get(kind.lower(), re.escape(kind))
    mark = re.search(
        rf"\b(?:{words})\b(?: (?:number|no\.?|nr\.?|número))? ?#?([A-Z]?\d{{1,5}}[A-Za-z]?)\b",
        text,
        re.I,
    )
    return mark[1] if mark else None


def _age(text: str) -> object:
    mark = re.search(
        r"\b(?:aged?|[Ii] am|[Ii]['’]m|turn(?:s|ed|ing)?|is|bin|tengo)\s(\d{1,3})\b(?!\s?(?:€|"
        r"euro|km|kg|%|:|min|m\b))|"
        r"\b(\d{1,3})[- ]years?(?:[- ]old)?\b|[A-ZÀ-Ý][a-zà-ÿ]+,? \(?(\d{1,3})(?=[,).;]| and\b)",
        text,
        re.I if not re.search(r"[A-Z]", text) else 0,
    )
    found = next((g for g in mark.groups() if g), None) if mark else None
    return int(found) if found and 0 < int(found) < 120 else None


def _quantity(text: str) -> Figure | None:
    """The first count of things; measures of time are none."""
    found = [f for f in figures(text) if f.unit is None and f.noun]
    orders = [
        f
        for f in found
        if re.search(
            r"\b(?:order|like|want|need|buy|bought|send|take|have|book|reserve)\w*\b[^.\n]{0,30}$",
            text[: f.start],
            re.I,
        )
    ]
    return next(iter(orders or found), None)


def thing_behind(text: str, figure: Figure) -> str:
    """The thing that a figure counts, up to where its phrase ends."""
    mark = re.match(
        r"[ -]?(?:pairs? of |x )?((?:[^\W\d_][\w'’-]*)(?: (?!(?:for|from|in|at|to|on|"
        r"and|or|of us|please|with|as|by|that|which|"
        r"instead|but|is|are|each|this|next|until)\b)[^\W\d_][\w'’-]*){0,3})",
        text[figure.end : figure.end + 80],
    )
    return mark[1] if mark else figure.noun


def _nearest(base: str, text: str, same: list[Figure]) -> Figure:
    cues = {root(w) for w in content_words(base)}

    def nearness(f: Figure) -> tuple[int, int]:
        around = content_words(text[max(0, f.start - 40) : f.end + 20])
        return sum(root(w) in cues for w in around), -f.start

    return max(same, key=nearness)


def _moment_of(base: str, text: str) -> tuple[bool, object]:
    """A date or time by its role, where there are several to choose among."""
    wants_date = bool(re.search(r"\bdate\b|\bday\b|deadline|datum|fecha|\bdue\b", base))
    wants_time = bool(
        re.search(
            r"\btimes?\b|uhrzeit|\bhora\b|\bheure\b|\barrives?\b|\bdeparts?\b|\bleaves\b", base
        )
    )
    role = next((cue for name, cue in _ROLES if re.search(name, base)), None)
    if not (
        wants_date
        or wants_time
        or (
            role
            and re.fullmatch(
                r"(?:start|end|arrival|departure|check ?in|check ?out|until|due|from|to|"
                r"deadline|begin\w*)",
                base,
            )
        )
    ):
        return False, None
    found = moments(text)
    dates = [m for m in found if m.kind == "date"]
    times = [m for m in found if m.kind == "time"]
    same = times if wants_time and times else dates or ([] if wants_date else times)
    if not same:
        return False, None
    if len(same) == 1 and role is None:
        return True, same[0].text
    if role is None:
        return False, None
    best = max(same, key=lambda m: (_plays(role, text, m), -m.start))
    hits = _plays(role, text, best)
    if not hits and len(same) > 1:
        return False, None
    if not hits and _is_other_end(base, text, best):
        return True, None
    return True, best.text


_ENDS = (
    (
        re.compile(r"^(?:end|until|due|expir\w*|to|deadline)\b"),
        r"from|since|starts?|starting|begins?|on and after",
    ),
    (re.compile(r"^(?:start|begin\w*|from)\b"), r"until|till|by|ends?|ending|expires?"),
)


def _is_other_end(base: str, text: str, moment: Moment) -> bool:
    """Whether the only date of a text is the other end of what a field asks for."""
    before = text[max(0, moment.start - 24) : moment.start]
    return any(
        asks.match(base) and re.search(rf"\b(?:{cues})\b[^.;,\n]{{0,12}}$", before, re.I)
        for asks, cues in _ENDS
    )


def _plays(role: str, text: str, moment: Moment) -> float:
    """How near before a date the words of a role stand."""
    before = re.split(r"[.!?;\n]", text[max(0, moment.start - 70) : moment.start])[-1]
    behind = re.split(r"[.!?;,\n]", text[moment.end : moment.end + 30])[0]
    marks = list(re.finditer(rf"\b(?:{role})\b", before, re.I))
    if marks:
        return 1.0 + 1.0 / (1 + len(before) - marks[-1].end()) + 0.1 * len(marks)
    return 0.5 if re.search(rf"\b(?:{role})\b", behind, re.I) else 0.0
