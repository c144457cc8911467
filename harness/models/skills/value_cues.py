"""Values that a text gives by the way it speaks: "X here", "order QX-5519", "you need a, b and c".

Runs in the model worker; the text is hostile: capped, every pattern is bounded. Only what is cued
is given; all else is left to likeness (values).
"""

from __future__ import annotations

import re

from harness.models.skills import english as en
from harness.models.skills.fields import Field
from harness.models.skills.reckoning_figures import number_of, plain

_MOST_CHARS = 8_000
_NAME = (
    r"[A-ZÀ-Ý][\w'’-]+(?: (?:van |von |de |da |del |der |den |la |bin |al )?[A-ZÀ-Ý][\w'’-]+){0,3}"
)
_FULL = (
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?[A-ZÀ-Ý][\w'’-]+(?: (?:van |von |de |da "
    r"|del |der |den |la |bin |al )?[A-ZÀ-Ý][\w'’-]+){1,3}"
)
_CODE = re.compile(
    r"(?<![\w-])(?:(?=[A-Z0-9/_-]*\d)[A-Z]{1,6}[-_/ ]?\d[\w/-]*|"
    r"[A-Z]{2,6}(?:-[A-Z0-9]+){1,3}|#\s?\d[\w-]*|\d{2,8}-\d{2,8}|"
    r"\d{4,12})(?![\w-])"
)
_CODED = re.compile(
    r"^(?P<of>[\w ]*?) ?(?:no\.?|nr\.?|number|num|id|code|ref|reference|"
    r"sku)$|^(?:order|claim|invoice|ticket|booking|case|sku|policy|contract|"
    r"shipment|tracking|flight|model|serial|isbn)$"
)
_NO_CODE = re.compile(
    r"phone|mobile|tel|room|house|fax|platform|gate|table|seat|floor|zip|"
    r"post|people|guests|count|persons|iban|account|page"
)
_PERSON = re.compile(
    r"^(?:full |customer'?s? |client |contact |sender |guest |caller |"
    r"author |tenant |buyer |patient |applicant |person(?:'?s)? |employee "
    r")?name$|^(?:customer|sender|author|contact(?: person)?|caller|guest|"
    r"applicant|buyer|client|patient|signed by|reporter|tenant|requester|"
    r"organi[sz]er|host|from)$"
)
_PLACE = re.compile(r"^(?:city|town|village|place|residence|location|venue|home ?town)$")
_TITLE = re.compile(
    r"^(?:title|event|event name|topic|course|workshop|talk|book|film|movie|song|headline)$"
)
_LISTS = re.compile(
    r"^(?:pets|ingredients|items|materials|tools|things|products|toppings|"
    r"equipment|supplies|instruments|animals|fruits?|vegetables|colou?rs|"
    r"parts|to bring|shopping)$"
)
_CUES = (
    r"(?:need|needs|have|has|['’]ve|with|bring|includes?|including|"
    r"contains?|takes?|use|got|own|owns|keeps?|buy|of|:)"
)
_STOP_ITEM = re.compile(
    r"^(?:hope|i|we|they|he|she|it|that|which|but|because|so|please|then|if|"
    r"when|is|are|was|not|all|who|where|done|feeds|serves|thanks?|thank)\b",
    re.I,
)
_MEASURES = {
    "minutes": r"min(?:ute)?s?",
    "hours": r"h(?:ou)?rs?",
    "days": r"days?",
    "weeks": r"weeks?",
    "serves": r"people|persons?|servings?|portions?|guests?",
    "servings": r"people|persons?|servings?|portions?",
    "portions": r"people|persons?|servings?|portions?",
    "pages": r"pages?",
    "seats": r"seats?",
}
_SERVES = r"(?:feeds|serves|for|makes(?: enough for)?|enough for)"
_SILENT = object()
_TIME = r"\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?"


def cued(field: Field, text: str) -> tuple[bool, object]:
    """Whether the text gives a field's value by a cue, and the value.

    Args:
        field: one without inner fields.
        text: what it is taken from.
    """
    text = text[:_MOST_CHARS]
    base = re.sub(r"[_-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", field.name)).strip().lower()
    if field.options or field.kind in ("boolean", "object"):
        return False, None
    for find in (
        _headed,
        _coded,
        _measured,
        _person,
        _place,
        _titled,
        _listed,
        _travelled,
        _currency,
        _owned,
    ):
        found = find(base, field, text)
        if found is not None:
            return True, None if found is _SILENT else found
    return False, None


def _headed(base: str, field: Field, text: str) -> object:
    """Who gets a mail, what it is about, and what somebody does for a living."""
    if field.kind == "list":
        return None
    if re.fullmatch(r"recipient|to|addressee|receiver", base):
        mark = re.search(r"(?:^|\n)\s*to:\s*([^\n]{2,60})", text, re.I) or re.match(
            rf"\s*(?:[Dd]ear|[Hh]i|[Hh]ello) ({_NAME})", text
        )
        return mark[1].strip(" ,") if mark else None
    if base in ("subject", "subject line"):
        mark = re.search(r"(?:^|\n)\s*(?:subject|re|betreff):\s*([^\n]{2,100})", text, re.I)
        has_head = re.search(r"(?:^|\n)\s*(?:from|to):", text, re.I)
        return mark[1].strip() if mark else _SILENT if has_head else None
    if re.fullmatch(r"job|profession|occupation|trade|job title", base):
        mark = re.search(
            r"\b(?:is|was|works as|as) (?:an? )((?!man\b|woman\b)[a-z]+(?: "
            r"[a-z]+er\b)?)|, an? ([a-z]+),|, ([a-z]+(?:er|or|ist|ian|man|cher|"
            r"smith))\.?\s*$",
            text,
        )
        return next((g for g in mark.groups() if g), None) if mark else None
    return None


def _coded(base: str, field: Field, text: str) -> object:
    mark = _CODED.match(base)
    if mark is None or _NO_CODE.search(base) or field.kind == "list" or "number of" in base:
        return None
    of = (mark.groupdict().get("of") or base).strip().split()
    codes = list(_CODE.finditer(text))
    for word in of[:2]:
        near = re.search(
            rf"\b{re.escape(word)}\w*(?: (?:no\.?|nr\.?|number|id|code|is|was|"
            rf"the))*\W{{0,4}}(?P<code>{_CODE.pattern})",
            text,
            re.I,
        )
        if near:
            return _typed(field, near["code"].lstrip("# "))
    different = list(dict.fromkeys(m[0] for m in codes if not re.fullmatch(r"(?:19|20)\d\d", m[0])))
    return (
        _typed(field, different[0].lstrip("# "))
        if len(different) == 1 and re.search(r"[A-Z#]|\d{5}", different[0])
        else None
    )


def _typed(field: Field, said: str) -> object:
    return int(said) if field.kind in ("number", "integer") and said.isdigit() else said


def _measured(base: str, field: Field, text: str) -> object:
    """A number beside its unit, "35 minutes", or beside the field's own word, "Total 46.70"."""
    if field.kind == "list":
        return None
    unit = _MEASURES.get(base)
    if unit:
        mark = re.search(rf"(\d[\d.,]*)[ -]?(?:{unit})\b", text, re.I) or (
            re.search(rf"\b{_SERVES} (\d{{1,3}})\b", text, re.I)
            if base in ("serves", "servings", "portions")
            else None
        )
        return _number(mark[1]) if mark else None
    if base in ("total", "subtotal", "deposit", "tax", "vat", "discount", "tip", "balance", "fee"):
        mark = re.search(rf"\b{base}\b[^\d\n]{{0,60}}?(\d[\d.,]*\d|\d)", text, re.I) or re.search(
            rf"\b{base}\b\D{{0,16}}?(\d[\d.,]*\d|\d)", text, re.I
        )
        return (
            _number(mark[1])
            if mark and field.kind in ("number", "integer")
            else mark[1]
            if mark
            else None
        )
    if base == "age":
        mark = re.search(
            rf"\b(\d{{1,3}}) years old|\baged? (\d{{1,3}})\b|\b(?:{_NAME}|here)(?:, |"
            rf" \()(\d{{1,3}})[,)]|\bturn(?:s|ed|ing) (\d{{1,3}})\b|\b{_NAME} is "
            rf"(\d{{1,3}})\b(?! ?(?:%|km|cm|kg|euro))",
            text,
        )
        return int(next(g for g in mark.groups() if g)) if mark else None
    return None


def _number(said: str) -> object:
    value = number_of(said.strip(".,"))
    if value is None:
        return said
    return int(value) if value.denominator == 1 else float(plain(value))


def _person(base: str, field: Field, text: str) -> object:
    if field.kind == "list" or not _PERSON.match(base):
        return None
    if base == "from" and not re.search(r"(?:^|\n)\s*from:", text, re.I):
        return None
    for pattern in (
        rf"\b({_FULL}) (?:here|speaking|writing)\b",
        rf"(?:^|\n)\s*(?:from|name|sender|customer|contact|client):\s*({_NAME})",
        rf"\b(?:this is|I['’]m|I am|my name is|name['’]?s|called|named) ({_NAME})",
        r"(?:regards|best|cheers|yours|sincerely|thanks|thank you|wishes|"
        rf"greetings|love)[,.!]?\s+({_NAME})\s*$",
        r"\b(?:order|invoice|booking|ticket|reservation|bill|receipt|"
        rf"claim)\b[^.\n]{{0,30}}?\b(?:for|from|by|of) ({_FULL})",
        rf"[—–-]\s*({_FULL})(?:, [a-z]+)?\s*$",
    ):
        mark = re.search(pattern, text, re.I if pattern.startswith("(?:regards") else 0)
        if mark and mark[1].split()[0] not in (
            "The",
            "A",
            "We",
            "My",
            "Not",
            "Sorry",
            "Very",
            "So",
            "Writing",
            "Looking",
        ):
            return mark[1]
    return None


def _place(base: str, field: Field, text: str) -> object:
    if field.kind == "list" or not _PLACE.match(base):
        return None
    for pattern in (
        rf"\b(?:for|from|by) {_FULL}, ({_NAME})(?=[:.;\n,]|$)",
        r"\b(?:flat|house|home|shop|office|lives?|living|based|meet\w*|held|"
        rf"takes? place|resident) (?:is )?(?:in|at) (?:the )?({_NAME})",
    ):
        mark = re.search(pattern, text)
        if mark:
            return mark[1]
    return None


def _titled(base: str, field: Field, text: str) -> object:
    if base == "name" and field.kind != "list":
        lead = re.match(r"\s*([^,.:;!?\n]{3,40}?)(?=[,:])", text)
        is_thing = lead and not re.search(r"[A-ZÀ-Ý]\w+ [A-ZÀ-Ý]|\b(?:hi|hello|dear|i)\b", text)
        return lead[1] if lead and is_thing and not en.verbs(en.tokens(lead[1])) else None
    if field.kind == "list" or not _TITLE.match(base):
        return None
    quoted = re.search(r"[\"“«„]([^\"”»“\n]{3,80})[\"”»“]", text)
    if quoted:
        return quoted[1]
    bare = re.sub(
        r"^(?:notice|event|title|news|flyer|poster|announcement|note):\s*",
        "",
        text.strip(),
        flags=re.I,
    )
    mark = re.match(r"([A-ZÀ-Ý][^.!?:;,\n–]{3,60})(?=[.!:;\n–])", bare)
    return (
        mark[1].strip()
        if mark and 1 < len(mark[1].split()) <= 8 and not en.verbs(en.tokens(mark[1]))
        else None
    )


def _listed(base: str, field: Field, text: str) -> object:
    last = base.split()[-1] if base else ""
    if field.kind == "list" and not field.inner and last.endswith("s"):
        numbered = re.search(
            rf"\b{last[:-1]}s? ((?:[A-Z]?\d[\w-]*|[A-Z]\d*)(?:(?:, | and | & |, and "
            rf")(?:[A-Z]?\d[\w-]*|[A-Z]\d*)){{0,20}})(?!\w)",
            text,
            re.I,
        )
        if numbered:
            return [
                _typed(Field("", "integer"), p)
                for p in re.split(r",\s*(?:and )?|\s+and\s+|\s*&\s*", numbered[1])
            ]
    if field.inner or not (_LISTS.match(base) and field.kind in ("list", "text")):
        return None
    best: list[str] = []
    for mark in re.finditer(rf"(?<![\w]){_CUES}[ \t\n]+(?=\w)|['’]ve |:\s", text):
        rest = re.split(r"[.;!?\n]", text[mark.end() : mark.end() + 400])[0]
        parts: list[str] = []
        for part in re.split(r",\s*(?:and\s+)?|\s+and\s+|\s*&\s*", rest):
            if not part.strip() or _STOP_ITEM.match(part.strip()) or len(part.split()) > 6:
                break
            parts.append(re.sub(r"^(?:an?|the|some|a few|also|plus) ", "", part.strip()))
        if len(parts) > len(best):
            best = parts
    return best if len(best) >= 2 or (best and field.kind == "list") else None


def _travelled(base: str, field: Field, text: str) -> object:
    """Where and when a journey begins and ends."""
    if field.kind == "list":
        return None
    place = "city|station|place"
    patterns = {
        rf"from|origin|start|(?:departure|from) (?:{place})": rf"\bfrom ({_NAME})",
        rf"to|destination|goal|(?:arrival|to) (?:{place})": (
            rf"\b(?:to|into|for|reaches|towards) ({_NAME})"
        ),
        r"departure|departs|departure time|leaves|dep": (
            rf"\b(?:depart\w*|leav\w+|starts?|sets off|dep\.?)[^.\n]{{0,40}}?\b({_TIME})"
            rf"|\b[Tt]he ({_TIME}) (?:from|to|train|bus|ferry)"
        ),
        r"arrival|arrives|arrival time|arr": (
            r"\b(?:arriv\w*|gets? (?:in|into|to)|reach\w+|arr\.?|due)\b"
            rf"[^.\n]{{0,40}}?\b({_TIME})"
        ),
    }
    for names, pattern in patterns.items():
        if re.fullmatch(names, base):
            mark = re.search(pattern, text)
            return next((g for g in mark.groups() if g), None) if mark else None
    return None


def _currency(base: str, field: Field, text: str) -> object:
    if base != "currency":
        return None
    for code, pattern in (
        ("EUR", r"€|\beuros?\b|\bEUR\b"),
        ("USD", r"\$|\bdollars?\b|\bUSD\b"),
        ("GBP", r"£|\bpounds?\b|\bGBP\b"),
        ("CHF", r"\bCHF\b|\bfrancs?\b"),
    ):
        if re.search(pattern, text, re.I):
            return code
    return None


def _owned(base: str, field: Field, text: str) -> object:
    """What stands behind the field's own word where that is a verb: bring, wear."""
    if (
        field.kind == "list"
        or " " in base
        or not en.is_base(base)
        or base
        in (
            "name",
            "date",
            "place",
            "time",
            "cost",
            "order",
            "need",
            "contact",
            "work",
            "book",
            "email",
            "phone",
            "address",
            "total",
            "rate",
            "price",
            "number",
            "age",
            "note",
            "report",
            "start",
            "end",
        )
    ):
        return None
    mark = re.search(rf"\b{base}(?:s|ing)?\b(?: along)? ([^.,;!?\n]{{2,60}})", text, re.I)
    return mark[1].strip() if mark else None
