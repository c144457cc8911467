"""Answers that no text backs, in the manner of the text: the kind fits, the nouns are borrowed.

Runs in the model worker; pure. A made-up answer of another kind than asked, or in words that have
nothing to do with the text, would give itself away at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from harness.models.skills.answering import sentence
from harness.models.skills.answering_kinds import Wanted
from harness.models.skills.answering_spans import people
from harness.models.skills.retrieval import STOP, split_passages
from harness.models.skills.units import MONEY_UNITS
from harness.models.skills.wording import ASKING

Pick = Callable[[str, int], int]
_NOUN = re.compile(
    r"\b(?:the|a|an|our|its|their|his|her)\s((?:[a-zà-ÿ]{3,18}[ -])?[a-zà-ÿ]{3,18})"
    r"(?=[.,;:!?]|\s(?:is|are|was|were|has|have|in|on|at|of|from|for|to|and|by|with|will|can|"
    r"that|which)\b)"
)
_NAMES = (
    "Martin Vogel",
    "Anna Lindqvist",
    "Peter Hale",
    "Clara Dorsey",
    "Tom Ferris",
    "Ruth Amsel",
)
_MONTHS = ("March", "May", "June", "September", "October")
_DAYS = ("Monday", "Tuesday", "Thursday", "Friday", "Saturday")
_COLOURS = ("dark green", "grey", "blue", "white", "red")
_STUFFS = ("oak", "steel", "pine", "linen", "aluminium")
_TITLES = ("The Old Mill", "Harbour Light", "The Red Door", "Greenfield")
_UNIT_VALUES: dict[str, tuple[str, ...]] = {
    "mass": ("1.4 kg", "3.2 kg", "850 g"),
    "length": ("1.8 metres", "45 cm", "3 kilometres"),
    "volume": ("2 litres", "20 litres", "half a litre"),
    "noise": ("52 dB", "about 60 dB", "45 dB"),
    "heat": ("18 degrees", "25 degrees", "about 40 degrees"),
    "speed": ("25 km/h", "40 km/h", "110 km/h"),
    "span": ("two hours", "three days", "about two weeks", "45 minutes"),
    "area": ("40 square metres", "2 hectares", "18 m2"),
    "share": ("12 percent", "about 2 percent", "35 percent"),
    "age": ("34", "16", "52"),
    "power": ("60 watts", "2 kW", "230 volts"),
}
_REASONS = ("because of the weather", "to save money", "because too few people came", "for safety")
_EXTRAS: dict[str, tuple[str, str]] = {
    "polar": ("Exceptions are possible.", "This has been so for some years."),
    "person": ("This has been so for some years.", "Somebody else steps in during the holidays."),
    "amount": ("The figure is rounded.", "It can vary a little."),
    "money": ("Reductions are possible.", "It is expected to rise next year."),
    "when": ("It is best to be there early.", "It may change at short notice."),
    "where": ("It is easy to find.", "There are signs to it."),
    "why": ("This had been expected for some time.", "It was decided at short notice."),
}
_OTHER_EXTRAS = ("This has been so for some years.", "Most people know this already.")


def made_up(question: str, want: Wanted, document: str, pick: Pick) -> str:
    """A confident answer of the wanted kind to a question that the text leaves open.

    Empty where the text has no noun to make one of.

    Args:
        question: what is asked.
        want: what the question asks for.
        document: whose nouns are borrowed.
        pick: seeded choice: name and count in, index out.
    """
    if want.kind in ("thing", "list", "manner") and not nouns(document):
        return ""
    if want.kind == "polar":
        return _yes_or_no(question, pick)
    if want.kind == "choice":
        return sentence(_one(want.options, "option", pick))
    return sentence(_value(question.lower(), want, document, pick))


def one_more(want: Wanted, pick: Pick) -> str:
    """A sentence that sounds like the text, fits the kind of answer and stands nowhere in it."""
    return _one(_EXTRAS.get(want.kind, _OTHER_EXTRAS), "extra", pick)


def nouns(text: str) -> list[str]:
    """Things that a text speaks of, in lower case, each once."""
    found = [" ".join(m[1].split()) for m in _NOUN.finditer(text[:6_000])]
    return [one for one in dict.fromkeys(found) if one.split()[-1] not in STOP | ASKING][:20]


def _noun(document: str, pick: Pick) -> str:
    known = nouns(document)
    return known[pick("noun", len(known))] if known else ""


def _value(low: str, want: Wanted, document: str, pick: Pick) -> str:
    number = 2 + pick("number", 29)
    noun = _noun(document, pick)
    if want.kind == "person":
        asked = set(low.split())
        told = [one for part in split_passages(document[:6_000]) for one in people(part.text)]
        known = [one.text for one in told if one.prior > 0.2]
        known = [name for name in known if not set(name.lower().split()) & asked]
        return _one(tuple(dict.fromkeys(known)) or _NAMES, "person", pick)
    if want.kind == "money":
        money = re.search(rf"[€$£]|\b(?:{MONEY_UNITS})\b", document, re.I)
        value = _one((f"{number}", f"{number * 5}", f"{number}.50"), "money", pick)
        sign = money[0] if money else "euros"
        return f"{sign}{value}" if sign in "€$£" else f"{value} {sign}"
    if want.kind == "amount":
        family = next((unit for unit in want.units if unit in _UNIT_VALUES), "")
        if family:
            return _one(_UNIT_VALUES[family], "measure", pick)
        return f"{number} {want.noun}" if want.noun.endswith("s") else str(number)
    if want.kind == "often":
        return _one(("once a week", "twice a year", "every two months"), "often", pick)
    if want.kind == "when":
        return _when(want, number, pick)
    if want.kind == "where":
        place = _one(("next to the {}", "in front of the {}", "behind the {}"), "place", pick)
        return place.format(noun or "main entrance")
    if want.kind == "why":
        return f"because of the {noun}" if noun and pick("why", 2) else _one(_REASONS, "why", pick)
    if want.kind == "colour":
        return _one(_COLOURS, "colour", pick)
    if want.kind == "made":
        return _one(_STUFFS, "stuff", pick)
    if want.kind == "called":
        return _one(_TITLES, "title", pick)
    known = nouns(document)
    if want.kind == "list" and len(known) > 1:
        first = pick("noun", len(known) - 1)
        return f"the {known[first]} and the {known[first + 1]}"
    if want.kind == "manner":
        return f"with the {noun}" if noun else "step by step"
    return (
        f"the {noun}"
        if noun
        else _one(("a small one", "the usual one", "the first one"), "thing", pick)
    )


def _when(want: Wanted, number: int, pick: Pick) -> str:
    unit = want.units[0] if want.units else ""
    hour, month = 7 + pick("hour", 13), _one(_MONTHS, "month", pick)
    if unit == "clock":
        return f"at {hour}:00"
    if unit == "weekday":
        return f"on {_one(_DAYS, 'day', pick)}"
    if unit == "year":
        return f"in {1990 + number}"
    if unit == "month":
        return f"in {month}"
    if unit == "date":
        return f"on {number if number < 29 else 14} {month}"
    return _one((f"in {month}", f"at {hour}:00", f"on {_one(_DAYS, 'day', pick)}"), "when", pick)


def _yes_or_no(question: str, pick: Pick) -> str:
    if pick("yes", 3) == 0:
        return "No."
    if re.match(r"\W*(?:can|could|may)\b", question, re.I):
        return _one(("Yes, that is possible.", "Yes."), "tail", pick)
    if re.match(r"\W*(?:must|should)\b", question, re.I):
        return _one(("Yes, that is required.", "Yes."), "tail", pick)
    return "Yes."


def _one(options: Sequence[str], name: str, pick: Pick) -> str:
    return options[pick(name, len(options))]
