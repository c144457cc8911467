"""Find people, places and firms in a text, by how they are written.

Runs in the model worker; the text is hostile, patterns are bounded.
"""

from __future__ import annotations

import re

NAME = r"[A-ZÀ-Ý][a-zà-ÿ]+(?:-[A-ZÀ-Ý][a-zà-ÿ]+)?"
_FULL = rf"{NAME}(?: (?:van|von|de|da|del)? ?{NAME}){{1,2}}"
_SIGNED = (
    rf"(?i:regards|cheers|thanks|best(?: wishes)?|sincerely|yours)[,.!]?\s+({NAME}(?: {NAME})?)"
)
_CALLED = (
    rf"(?i:\bname(?: is|'s)|\bi am|\bi'm|\bthis is|\bcalled|\bdear|\bsoy|\bme llamo|\bnombre es|"
    rf"\bich bin|\bhier ist|\bich heiße|\bname ist|\bm['’]appelle|\bje suis)\s+({_FULL}|{NAME})|"
    rf"(?i:\bfrom)\s+({_FULL})"
)
_NAMED = rf"(?<![\w'’-])(?!(?:On|At|In|After|Before|Every|Last|Next) [A-Z][a-z]+day\b)({_FULL})\b"
_TITLED = rf"\b((?:Mr|Ms|Mrs|Dr|Prof|Mayor|Minister|President|Director)\.? {NAME}(?: {NAME})?)"
_ACTS = r" (?:will|would|should|must|has|sends?|fix\w*|writes?|calls?|said|asked|wants?|takes?)\b"
NOT_NAMES = frozenset(
    "The A An I We You He She It They This That These Those My Our Your His Her Its There Here Now "
    "Hello Hi Dear Best Regards Cheers Thanks Thank Kind Please Could Can Would Will One Two Three "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May "
    "June July August September October November December New If When But And Or So In On At For "
    "From To With After Before Also Not No Yes Critics Mayor Mr Ms Mrs Dr Total Note Notes Subject "
    "Guten Tag Morgen Abend Hallo Hola Bonjour Buenas Buenos Ich Wir Sie Order "
    "Invoice Customer Agent Team Sir Madam EUR USD Re What Who Where Why How".split()
)
_PLACE = (
    r"\b(?:in|at|to|near|from|of|via|towards|outside|around|faces the|à|nach|aus|"
    r"en|desde)\s+(?:the )?"
    r"((?:[A-ZÀ-Ý][a-zà-ÿ]+)(?: (?:am |upon )?[A-ZÀ-Ý][a-zà-ÿ]+)?)"
)
_FIRM = (
    r"\b((?:[A-ZÀ-Ý][\w&'-]* ){1,4}(?:Ltd|GmbH|Inc|AG|LLC|SE|Corp|PLC|plc|Co|Group|Bank|Company|"
    r"Studio|Hotel|Café|Cafe|Bakery|Store|Shop)\b\.?)"
)


def person(text: str) -> str | None:
    """The person whom a text is from or about; None when none is named."""
    for shape in (
        _CALLED,
        _SIGNED,
        _TITLED,
        rf"\b({_FULL})\b",
        rf"^({NAME})(?= (?:will|fixes|sends))",
    ):
        for mark in re.finditer(shape, text):
            said = next(g for g in mark.groups() if g)
            if said.split()[0] not in NOT_NAMES or shape is _TITLED:
                return said
    for mark in re.finditer(rf"\b{NAME}\b", text):
        if mark[0] not in NOT_NAMES and re.match(
            _ACTS,
            text[mark.end() :],
        ):
            return mark[0]
    return None


def people(text: str) -> dict[str, None]:
    """Everybody who is named, in the order of how surely they are people, each once."""
    out: dict[str, None] = {}
    for shape in (_TITLED, _NAMED, _CALLED, _SIGNED):
        for mark in re.finditer(shape, text):
            said = next(g for g in mark.groups() if g)
            words = [w for w in said.split() if w not in NOT_NAMES or w == words_first(said)]
            words = [w for w in words if w.rstrip(".") not in NOT_NAMES]
            name = " ".join(words)
            if len(words) >= 1 and not any(name in known for known in out):
                out[name] = None
    for mark in re.finditer(
        rf"\b({NAME})\b(?={_ACTS}| and {NAME} (?:will|said))",
        text,
    ):
        if mark[1] not in NOT_NAMES and not any(mark[1] in known for known in out):
            out[mark[1]] = None
    return out


def all_people(text: str) -> list[str]:
    """Everybody named in a short text, single names too, in its order."""
    known = [name for name in people(text)]
    if len(text) > 2_000:
        return known
    places_ = {m[1] for m in re.finditer(_PLACE, text)}
    found: dict[str, int] = {name: text.find(name) for name in known}
    for mark in re.finditer(rf"(?<![\w'’-]){NAME}(?![\w'’-])", text):
        is_known = any(mark[0] in name for name in found)
        if mark[0] in NOT_NAMES or mark[0] in places_ or is_known:
            continue
        is_first = re.search(r"(?:^|[.!?:\n\"“]\s*)$", text[: mark.start()]) is not None
        if not is_first or re.match(
            r" [a-z]{2,}(?:ed|s)\b| (?:and|told|gave|met|said)\b", text[mark.end() :]
        ):
            found[mark[0]] = mark.start()
    return sorted(found, key=lambda name: found[name])


def words_first(name: str) -> str:
    """The first word of a name."""
    return name.split()[0]


def places(text: str) -> dict[str, None]:
    """Every place that something is in, at or from, in the order of the text, each once."""
    known = people(text)
    found = [m[1] for m in re.finditer(_PLACE, text)]
    return {
        place: None
        for place in found
        if place.split()[0] not in NOT_NAMES
        and not any(place in name for name in known if " " in name)
    }


def firm(text: str) -> str | None:
    """The firm that a text is from or about; None when none is named."""
    mark = re.search(_FIRM, text)
    if mark:
        return mark[1].strip()
    first = text.strip().split("\n", 1)[0].strip(" *#=-")
    if "\n" in text.strip() and 0 < len(first) <= 40 and not re.search(r"\d|:", first):
        return first
    mark = re.search(
        r"\b(?:from|at|by|of|says|writes|said)\s+((?:[A-ZÀ-Ý][\w&'-]+)(?: "
        r"[A-ZÀ-Ý][\w&'-]+){0,3})",
        text,
    )
    return mark[1] if mark and mark[1].split()[0] not in NOT_NAMES else None


def firms(text: str) -> list[str]:
    """Every firm that is named as one, each once."""
    return list(dict.fromkeys(m[1] for m in re.finditer(_FIRM, text)))
