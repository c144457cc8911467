"""What kind of value a field's name asks for: the words that name it and its shape.

Runs in the model worker; the names are hostile and short. Kinds are few: a truth, a number, money,
a date, a time, a person, a firm, a place, a code, an address of mail or web, or a phrase.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.skills.fields import WORDS_FOR, Field
from harness.models.skills.retrieval import stem

UNITS: dict[str, tuple[str, ...]] = {
    "kmh": ("km/h", "kph"),
    "km": ("km", "kilometre", "kilometer"),
    "mm": ("mm", "millimetre", "millimeter"),
    "cm": ("cm", "centimetre", "centimeter"),
    "m": ("m", "metre", "meter"),
    "kg": ("kg", "kilo", "kilogram"),
    "g": ("g", "gram"),
    "mg": ("mg", "milligram"),
    "ml": ("ml", "millilitre", "milliliter"),
    "l": ("l", "litre", "liter"),
    "c": ("c", "°c", "°", "degree", "celsius"),
    "f": ("f", "°f", "fahrenheit"),
    "celsius": ("c", "°c", "°", "degree", "celsius"),
    "bar": ("bar",),
    "kw": ("kw", "kilowatt"),
    "kwh": ("kwh",),
    "mb": ("mb",),
    "gb": ("gb",),
    "ms": ("ms", "millisecond"),
    "s": ("s", "sec", "second"),
    "sec": ("s", "sec", "second"),
    "seconds": ("s", "sec", "second"),
    "min": ("min", "minute"),
    "mins": ("min", "minute"),
    "minutes": ("min", "minute"),
    "hours": ("h", "hr", "hour"),
    "days": ("day",),
    "weeks": ("week",),
    "months": ("month", "mo"),
    "years": ("year", "yr"),
    "calories": ("kcal", "calorie", "cal"),
    "pct": ("%", "percent"),
    "percent": ("%", "percent"),
    "percentage": ("%", "percent"),
    "sqm": ("m2", "m²", "sqm"),
    "m2": ("m2", "m²", "sqm"),
}
_CURRENCIES = frozenset("eur usd gbp chf euro euros dollars pounds pln sek nok dkk jpy".split())
_SMALL = frozenset("of the a an is has are was in to by for and or no nr any at on".split())
_AUX = frozenset(
    "required requested included allowed available needed wanted given possible necessary offered "
    "covers covered accepts accepted flag has is can needs need was are".split()
)
_PERSON = frozenset(
    "name author owner contact tenant landlord customer patient sender recipient speaker artist "
    "operator "
    "assignee manager hirer donor buyer seller client guest applicant teacher doctor person "
    "caller reporter "
    "requester organizer organiser host employee candidate reviewer writer driver captain coach "
    "nurse agent "
    "lender borrower witness director chair instructor user passenger student lawyer judge editor "
    "engineer "
    "addressee signatory inspector technician user winner lecturer".split()
)
_FIRM = frozenset(
    "company vendor merchant supplier shop store employer affiliation carrier organisation "
    "organization "
    "airline school "
    "institution manufacturer publisher restaurant hotel bank insurer team club agency firm "
    "courier".split()
)
_PLACE = frozenset(
    "city town country location venue place origin destination village street region station port "
    "address "
    "from to where headquarters hq seat".split()
)
_DATE = frozenset(
    "date deadline due eta day expiry expires born birthday birth dob when expiration "
    "departed".split()
)
_TIME = frozenset("time hour clock".split())
_LASTS = frozenset(
    "duration runtime time length wait delay cooking prep preparation travel walk drive ride play "
    "baking running".split()
)
_WHEN = frozenset(
    "opens closes opening closing departs arrives departure arrival start end starts ends begins "
    "checkin checkout pickup "
    "until".split()
)
_MONEY = frozenset(
    "price cost fee rent salary amount total subtotal tax vat tip deposit rate fare budget "
    "discount balance paid "
    "fine wage refund charge sum value premium payment shipping bill donation".split()
)
_NUMBER = frozenset(
    "age quantity qty count stars pulse score weight height width length depth distance duration "
    "temperature "
    "temp speed pressure humidity capacity floors rooms bedrooms beds seats nights guests people "
    "persons pages "
    "participants attendees year months weeks days hours minutes mileage population area size "
    "number_of "
    "calories kcal employees founded established built servings portions dose voltage power "
    "rating percentage percent".split()
)
_CODE = frozenset(
    "id number no code ref reference tracking sku iban flight gate room serial plate invoice "
    "ticket order account "
    "booking policy licence license registration batch lot po case claim isbn zip postcode "
    "platform seat".split()
)
_FREE = frozenset(
    "problem issue complaint message description summary reason cause request note notes comment "
    "symptom symptoms "
    "finding diagnosis error details instructions question wish next_step".split()
)

_TRUTH = re.compile(
    r"^(?:is|has|was|needs|can|wants|includes|allows)_|\w_(?:required|requested|included|allowed|"
    r"available|accepted|needed)$",
    re.I,
)
_NO_MONEY = frozenset(
    "method type status terms name date currency means reference number id frequency reason".split()
)


@dataclass(frozen=True)
class Want:
    """What one field asks for.

    Attributes:
        words: the words of its name that tell it from others, lower case.
        stems: the same, by stem.
        head: the word that says what it is.
        kind: truth, number, money, date, time, when, person, firm, place, code, currency, email,
            phone, url, stamp, options, free or phrase.
        units: how its unit may be written; empty for any.
        bound: "min" or "max" where a range is parted; else empty.
        is_number: whether the value is to be a JSON number.
    """

    field: Field
    words: tuple[str, ...]
    stems: frozenset[str]
    head: str
    kind: str
    units: tuple[str, ...] = ()
    bound: str = ""
    is_number: bool = False


def want_of(field: Field) -> Want:
    """What a field asks for, by its name and kind."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", field.name).replace("-", "_").lower()
    name = WORDS_FOR.get(name.replace("_", " "), name)
    words = [w for w in re.split(r"[\s_]+", name) if w]
    bound = next((w[:3] for w in words if w in ("min", "max", "minimum", "maximum")), "")
    if bound == "min" and len(words) > 1 and words[-1] == "min" and set(words) & _LASTS:
        bound = ""
    if len(words) > 1 and bound:
        words = [w for w in words if not re.fullmatch(r"(?:min|max)(?:imum)?", w)]
    units: tuple[str, ...] = ()
    has_currency = len(words) > 1 and words[-1] in _CURRENCIES
    if has_currency:
        words.pop()
    elif words and words[-1] in UNITS and (len(words) > 1 or len(words[-1]) > 3):
        units = UNITS[words[-1]]
        words = words[:-1] or words
    told = [w for w in words if w not in _SMALL] or words or ["value"]
    kind = _kind(field, told, units, has_currency=has_currency)
    if kind in ("phrase", "place") and field.kind == "text" and not field.options:
        is_since = len(words) > 1 and words[-1] in (
            "from",
            "until",
            "since",
            "on",
            "till",
            "through",
        )
        kind = "date" if is_since else "when" if set(told) & _WHEN else kind
        told = [*told, words[-1]] if is_since else told
    if kind == "truth":
        told = [w for w in told if w not in _AUX] or told
    if not units and set(told) & {"dose", "dosage", "strength"}:
        units = ("mg", "ml", "mcg", "µg", "g", "iu")
    is_number = field.kind in ("number", "integer") or has_currency or kind == "number"
    return Want(
        field, tuple(told), frozenset(map(stem, told)), told[-1], kind, units, bound, is_number
    )


def _kind(field: Field, words: list[str], units: tuple[str, ...], *, has_currency: bool) -> str:
    held, head = set(words), words[-1]
    is_told = field.kind == "text" and not field.options
    if field.kind == "boolean" or (is_told and len(words) > 1 and _TRUTH.search(field.name)):
        return "truth"
    if field.options:
        return "options"
    for kind, pattern in (
        ("email", r"e_?mail|mail"),
        ("phone", r"phone|telephone|mobile|tel|fax"),
        ("url", r"url|link|website|homepage"),
        ("stamp", r"timestamp"),
        ("currency", r"currency"),
    ):
        if any(re.fullmatch(pattern, w.rstrip("s")) for w in held):
            return kind
    is_number = field.kind in ("number", "integer")
    is_day = head == "date" or (held & _DATE and not held & _MONEY)
    if is_day and not units and not is_number:
        return "date"
    if held & _TIME and not units and not is_number:
        return "time"
    if has_currency or (held & _MONEY and not units and head not in _NO_MONEY):
        return "money"
    if units or is_number or held & _NUMBER:
        return "number"
    if held & _CODE and not held & {"name", "type"}:
        return "code"
    if head in _FREE:
        return "free"
    for kind, names in (("firm", _FIRM), ("place", _PLACE), ("person", _PERSON)):
        if head in names:
            return kind
    if head == "name" and held & _FIRM:
        return "firm"
    return "phrase"
