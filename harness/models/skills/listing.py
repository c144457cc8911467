"""List what a prompt asks for out of running text: things, people, places, addresses, colours.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re

from harness.models.skills.corrections import corrected
from harness.models.skills.names import NAME, people
from harness.models.skills.reckoning_brief import Brief, sentences_of
from harness.models.skills.reckoning_dates import WEEKDAYS, moments
from harness.models.skills.reckoning_figures import figures
from harness.models.skills.reckoning_order import laid_out
from harness.models.skills.shapes import EMAIL, MONEY, PHONE, URL

_MOST = 60
_LONGEST = 3_000
_LISTS = re.compile(
    r"^\W*(?:please |now |can you |could you |just )?(?:list|name|write|give|show|"
    r"make|note|tell|find|which|what|liste|nenne|zähle|"
    r"enumera|lista|énumère|bullet\w*|shopping list|collect|pull|get)\b",
    re.I,
)
_MANY = re.compile(
    r"\b(?:all|every|each|list\w*|bullet\w*|alle|todos|todas|tous|toutes)\b|"
    r"\bwhich (?:\w+ )?\w+s\b|\bwhich (?:cities|people|"
    r"countries)\b|\bwhat (?:do|does|did|must|should|is|are|"
    r"else)\b.{0,30}\b(?:need\w*|buy|bring|pack|missing|have to|get|take|order\w*|"
    r"eat|sell)\b",
    re.I,
)
_THINGS = re.compile(
    r"\b(?:ingredients?|items?|things?|products?|tools?|goods|groceries|shopping|"
    r"needed?|buy|bring|pack|objects?|animals?|"
    r"fruits?|vegetables?|materials?|supplies|equipment|dishes|instruments?|"
    r"zutaten|ingredientes|ingrédients|gifts|presents|"
    r"prizes|parts|courses|toppings|flowers|plants|birds|missing|sells?|books|subjects|topics)\b",
    re.I,
)
_PEOPLE = re.compile(
    r"\b(?:people|persons?|names?|speakers?|guests?|participants?|attendees|"
    r"members|personen|personas|players|authors|"
    r"children|customers|everyone|everybody)\b",
    re.I,
)
_PLACES = re.compile(
    r"\b(?:cit(?:y|ies)|towns?|places?|countries|villages?|locations?|stops?|"
    r"städte|orte|ciudades|villes)\b",
    re.I,
)
_PLACE = re.compile(
    rf"\b(?:in|at|to|near|from|of|via|for|through|towards|outside|around|and|or|"
    rf"nach|aus|von|über|en|desde|hasta|à|de|reach\w*|visit\w*|left|leaving|"
    rf"cross\w*)\s"
    rf"(?:the )?({NAME}(?: {NAME})?)"
)
_COLOURS = re.compile(
    r"\b(?:red|blue|green|yellow|orange|purple|violet|pink|brown|black|white|"
    r"gr[ae]y|silver|gold(?:en)?|turquoise|beige|crimson|"
    r"scarlet|ivory|maroon|navy|teal|lilac)\b",
    re.I,
)
_HAVE = re.compile(
    r"\b(?:already|have bought|i'?ve bought|bought|we have|i have|got enough|in "
    r"stock|don'?t need|not need\w*|no need|is there|"
    r"enough|haben wir|ya tenemos|has been bought|is bought|left over)\b",
    re.I,
)
_NEED = re.compile(
    r"\b(?:need\w*|buy|missing|still|lack\w*|short of|want|require|brauch\w+|"
    r"faltan?|necesit\w+|il faut)\b",
    re.I,
)
_LEAD = re.compile(
    r"^.{0,120}?\b(?:need(?:s|ed)?|buy|bring|take|takes|want|wants|are|is|were|"
    r"with|of|have|has|had|sells?|sold|use|uses|packed|pack|ordered|order|get|"
    r"braucht(?: man)?|nimm|necesita\w*|faut|contains?|includes?|holds?|offers?|"
    r"put in|add|serve[sd]?|bought|found|saw|grow|grows|from|"
    r"man braucht|require[sd]?|lack|missing|missing are)\b:?\s+(?=\S)",
    re.I,
)
_ARTICLE = re.compile(
    r"^(?:and |und |y |et |or |some |also |then |the |an? |eine?n? |una? |des |du |de la )+", re.I
)


def listed(brief: Brief) -> str | None:
    """The list that a prompt asks for, in the form it asks for; None where it asks for none."""
    for ask in brief.asks[:3]:
        if not _LISTS.search(ask) or not _asks_many(ask, brief):
            continue
        if re.search(
            r"\bjson\b|\bcsv\b|\btable\b|\byaml\b|\bhow many\b|\{", brief.directions, re.I
        ):
            return None
        text = corrected(brief.beside(ask))
        found = _found(ask, text) if len(text) <= _LONGEST else []
        if len(found) >= 2 or (found and re.search(r"\b(?:all|every|each|list)\b", ask, re.I)):
            names = list(dict.fromkeys(found))[:_MOST]
            return _written(ask, brief.directions, names)
    return None


def _asks_many(ask: str, brief: Brief) -> bool:
    """Whether an order is for all of something, and not for what was promised or said of it."""
    is_many = _MANY.search(ask) or re.search(r"\bbullet|\bnumbered\b", brief.directions[:400], re.I)
    of_telling = r"\b(?:that|which) (?:was|were)\b|\bwith who\b"
    return bool(is_many) and not re.search(of_telling, ask, re.I)


def _written(ask: str, directions: str, names: list[str]) -> str:
    """In the asked form; lines for an order, one line for a question."""
    if re.search(r"\balphabet\w*|\bsorted\b|\ba (?:to|-) ?z\b", directions, re.I):
        names = sorted(names, key=str.lower)
    form = f"{ask} {directions[:2_000]}"
    said = laid_out(form, names)
    if re.search(r"\bcomma|\bsemicolon|\bone line\b|\bsingle line\b", form, re.I) or "\n" in said:
        return said
    return said if ask.rstrip().endswith("?") else "\n".join(names)


def _found(ask: str, text: str) -> list[str]:
    """Everything of the asked kind, in the order of the text."""
    for word, shape in (
        (r"e-?mails?(?: addresses)?\b|correos|courriels", EMAIL),
        (r"phone|telephone", PHONE),
        (r"urls?\b|links?\b|websites?", URL),
    ):
        if re.search(rf"\b(?:{word})", ask, re.I):
            return [m[0].strip(" .,") for m in re.finditer(shape, text)]
    if re.search(r"\bcolou?rs?\b", ask, re.I):
        return [m[0].lower() for m in _COLOURS.finditer(text)]
    if re.search(r"\b(?:dates?|deadlines?)\b", ask, re.I):
        return [m.text for m in moments(text) if m.kind == "date"]
    if re.search(r"\b(?:weekdays|days)\b", ask, re.I):
        return [m[0] for m in re.finditer(rf"\b(?:{'|'.join(WEEKDAYS)})\b", text, re.I)]
    if re.search(r"\btimes\b", ask, re.I):
        return [m.text for m in moments(text) if m.kind == "time"]
    if re.search(r"\b(?:prices|amounts|sums)\b", ask, re.I):
        return [m[0].strip() for m in re.finditer(MONEY, text)] or [
            text[f.start : f.end] for f in figures(text)
        ]
    if re.search(r"\bnumbers\b", ask, re.I) and not re.search(r"\bnumbers? of\b", ask, re.I):
        return [text[f.start : f.end] for f in figures(text)]
    if _PLACES.search(ask):
        known = {name for name in people(text) if " " in name}
        marks = [m[1] for m in _PLACE.finditer(text)]
        return [
            p for p in marks if not any(p in name for name in known) and p.lower() not in WEEKDAYS
        ]
    is_mixed = re.search(r"\b(?:and|with) (?:who|what|when|where|how)\b", ask, re.I)
    if _PEOPLE.search(ask) and not _THINGS.search(ask) and not is_mixed:
        named = list(people(text))
        return sorted(named, key=text.find)
    if _THINGS.search(ask):
        return _things(ask, text)
    return []


def _things(ask: str, text: str) -> list[str]:
    """The things that a text enumerates; without those it says are there, where needs are asked."""
    wants_needs = bool(_NEED.search(ask))
    out: list[str] = []
    for sentence in sentences_of(text):
        if wants_needs and _HAVE.search(sentence) and not re.search(r"\bstill\b", sentence, re.I):
            continue
        bullet = re.match(r"\s*(?:[-*•]|\d{1,2}[.)])\s+(.+)$", sentence)
        if bullet:
            out.append(bullet[1].strip(" ."))
            continue
        parts = re.split(r",\s+|\s(?:and|und|y|et|or)\s", sentence.strip(' .!"”»'))
        lead = _LEAD.match(sentence)
        if len(parts) < 2 and not (lead and wants_needs):
            continue
        start = _LEAD.match(parts[0])
        if not start:
            # the order of a clause ahead of it, "for the yard we lack rope"
            first = next((i for i, p in enumerate(parts) if _LEAD.match(p)), None)
            start = _LEAD.match(parts[first]) if first is not None else None
            parts = parts[first:] if first is not None else parts
        parts[0] = _LEAD.sub("", parts[0], count=1)
        names = [_ARTICLE.sub("", p.strip(' .:"“”')) for p in parts]
        if not start and any(len(n.split()) > 4 for n in names):
            kept = [_LEAD.sub("", n, count=1) for n in names]
            names = [n for n in kept if len(n.split()) <= 4]
        out += [
            n
            for n in names
            if n
            and len(n.split()) <= 6
            and not re.match(r"(?:we|i|you|it|they|then|stir|mix)\b", n, re.I)
        ]
    return out
