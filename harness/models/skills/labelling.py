"""Label what a prompt holds: one text, several numbered ones, or a text on a scale of numbers.

Runs in the model worker; the text is hostile and only read. One label of a set is given by
classify.py; this does what is around it, and says how sure it is where that is asked. What fools
it: irony, and scales of something that is neither good or bad nor named.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from harness.models.faults import Luck, Pressure
from harness.models.features import Bank
from harness.models.labels import Label, humanise
from harness.models.menu_words import less_the_menu
from harness.models.reading import Reading
from harness.models.shift import shift_of
from harness.models.skills.acts import does, feels_both, leans
from harness.models.skills.classify import Scores, classify
from harness.models.skills.label_senses import senses
from harness.models.skills.labelling_beside import value_beside
from harness.models.skills.labelling_cases import as_shown
from harness.models.skills.labelling_forms import form_leans
from harness.models.skills.labelling_rest import beside_all, with_plain_rest
from harness.models.skills.labelling_rows import laid_out
from harness.models.skills.labelling_scale import NO_WHY, WHY, because, rated
from harness.models.skills.labelling_several import several_labels
from harness.models.skills.making_categories import member_of
from harness.models.skills.outcome import Outcome

_CONFIDENCE = re.compile(
    r"\b(?:confidence|how (?:sure|certain|confident)|certainty|probability|percent(?:age)? sure)\b",
    re.I,
)
_JSON = re.compile(r"\bjson\b|\byaml\b|\{", re.I)
_WHY_OF_MENU = re.compile(
    r"^\W*why (?:is|are|was|were|do|does|did|has|have)\b[^?\n]{4,160}\?", re.I
)
"""A menu's own question, which asks for no reason beside the label."""
_BARE = re.compile(
    r"\b(?:one|single|a) (?:word|letter|label)\b|\b(?:label|tag|word|letter|code|category|number|"
    r"name)s? (?:only|alone)\b|"
    r"\b(?:only|just|nothing but|no more than) (?:with )?(?:the |a |one )?(?:\w+ )?(?:label|word|"
    r"letter|code|category|number|name)\b|"
    r"\b(?:answer|reply|respond|write|give|say)\b[^.\n]{0,12}\b(?:with |in )?(?:the|a|its|"
    r"one) (?:number|letter|code|digit|word|"
    r"label|name) (?:of|for|that|only|alone)\b|\bnur mit\b|\bsolo con\b|\buniquement\b|\bsólo\b|"
    r"\bnothing else\b|\bno (?:explanation|reason|comment|other)\w*|\band nothing\b|\bwithout "
    r"(?:an? )?(?:explanation|reason|comment)",
    re.I,
)
_MEMBER = 10.0
"""What it is worth that a written list of a category holds the word to be labelled."""
_ACTS = 3.0
"""How many margins a clear word for what a text does is worth."""
_REST = re.compile(
    r"^(?:other\w*|sonstig\w*|ander\w*|otr[oa]s?|autres?|altro|inne|none\w*|misc\w*|n/?a|"
    r"unknown|neither|nothing|general)$",
    re.I,
)
_DASHED = re.compile(r"\b(?:a dash|a hyphen|dash and|hyphen and)\b", re.I)
_YES_NO = frozenset({"yes", "no", "true", "false"})
_META = re.compile(
    r"^(?:an? |the )?(?:(?:mails?|messages?|texts?|notes?|letters?|reviews?|tickets?|ones?) "
    r"(?:that|which|who|about|from|in which) )?"
    r"(?:(?:somebody|someone|a (?:customer|guest|user|client|caller|person|tenant|patient)|"
    r"the (?:customer|writer|sender|guest|user|client|caller|text|mail|message|author)|it|they) "
    r"(?:is |are |has |have )?)?(?:about )?",
    re.I,
)


def give_label(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome:
    """The label, number or list of labels that a prompt asks for."""
    if reading.items:
        return _each(bank, reading, pressure, luck)
    directions = _told(reading) if reading.bound else reading.prompt.directions
    told = less_the_menu(_WHY_OF_MENU.sub(" ", directions[:8_000]), reading.labels)
    if reading.scale is not None:
        return rated(bank, reading, reading.scale)
    if len(reading.labels) < 2:
        return classify(bank, reading, pressure, luck)
    if rest := beside_all(reading):
        return Outcome(rest.name, rest.name)
    spoken = _spoken_out(reading)
    if spoken is not reading:
        return _shortened(give_label(bank, spoken, pressure, luck), reading.labels)
    readable = _sensed(_readable(with_plain_rest(reading) if reading.bound else reading))
    every = several_labels(bank, _readable(reading), less_the_menu(_told(reading), reading.labels))
    if every is not None:
        return every
    outcome = classify(bank, readable, pressure, luck, lean=_lean(_readable(reading)))
    meant = next((one.definition for one in reading.labels if one.name == outcome.value), "")
    if readable.labels != reading.labels and not reading.coded:
        outcome = replace(outcome, reason="")
    if {humanise(one.name) for one in reading.labels} <= _YES_NO:
        outcome = replace(outcome, text=outcome.value)
    if reading.coded and meant:
        outcome = replace(outcome, reason=f"It matches the definition: {meant}.")
    last = reading.prompt.messages[-1][1].strip().split("\n")[-1]
    last = re.sub(r"[\"“'][^\"”\n]{12,}[\"”']", " ", last)
    beside = _told(reading)
    is_short = len(beside.split()) <= 12 and len(reading.prompt.messages) == 1
    if (
        reading.bound
        or _BARE.search(beside)
        or (len(last.split()) <= 24 and _BARE.search(last))
        or (is_short and not WHY.search(beside) and not reading.coded)
    ):
        outcome = replace(outcome, text=outcome.value, reason="")
    wants_why = bool(WHY.search(told)) and not NO_WHY.search(told)
    if wants_why and not outcome.reason:
        outcome = replace(outcome, reason=because(bank, reading, outcome.value))
    if wants_why and outcome.reason and not _JSON.search(told):
        mark = " - " if _DASHED.search(told) else "\n"
        said = f"{outcome.value}{mark}{outcome.reason}"
        outcome = replace(outcome, text=said, value=said, reason="")
    if _CONFIDENCE.search(told) and not _JSON.search(told):
        sure = f" (confidence {_worded(outcome.fields.get('confidence', 0.8), told)})"
        outcome = replace(outcome, text=outcome.text + sure, value=outcome.value + sure)
    value = "" if _JSON.search(told) or reading.bound else value_beside(beside, _text(reading))
    if value:
        said = f"{outcome.value}, {value}"
        outcome = replace(outcome, text=said, value=said, reason="")
    return outcome


def _text(reading: Reading) -> str:
    return "\n".join(reading.data).strip()


_SAID_SHORT = {
    "y": "yes",
    "n": "no",
    "ja": "yes",
    "nein": "no",
    "sí": "yes",
    "si": "yes",
    "oui": "yes",
    "non": "no",
}


def _spoken_out(reading: Reading) -> Reading:
    """Yes and no for labels that stand for them: Y and N, ja and nein."""
    names = [one.name.lower() for one in reading.labels]
    if len(names) != 2 or not {_SAID_SHORT.get(name, "") for name in names} == {"yes", "no"}:
        return reading
    labels = tuple(replace(one, name=_SAID_SHORT[one.name.lower()]) for one in reading.labels)
    return replace(reading, labels=labels)


def _shortened(outcome: Outcome, labels: tuple[Label, ...]) -> Outcome:
    """An outcome with the prompt's own words for yes and no."""
    back = {_SAID_SHORT[one.name.lower()]: one.name for one in labels}
    value = back.get(outcome.value.lower(), outcome.value)
    text = re.sub(
        rf"(?<!\w){re.escape(outcome.value)}(?!\w)", lambda _: value, outcome.text, count=1
    )
    return replace(outcome, text=text, value=value)


def _worded(sure: object, told: str) -> str:
    """A confidence in the words or the unit that the order shows."""
    share = float(sure) if isinstance(sure, int | float) else 0.8
    if re.search(r"\bhigh\b", told, re.I) and re.search(r"\blow\b", told, re.I):
        return "high" if share >= 0.85 else "medium" if share >= 0.6 else "low"
    if re.search(r"%|\bper ?cent\w*", told):
        return f"{round(100 * share)}%"
    return str(sure)


def _told(reading: Reading) -> str:
    """The prompt less the text to be labelled."""
    told = "\n".join(text for role, text in reading.prompt.messages if role != "assistant")[:8_000]
    for text in reading.data:
        told = told.replace(text, " ")
    return told


def _readable(reading: Reading) -> Reading:
    """Labels told apart by their meanings alone, where their names are codes."""
    if not reading.coded:
        return reading
    return replace(
        reading,
        labels=tuple(
            replace(one, definition=_META.sub("", one.definition)) for one in reading.labels
        ),
    )


_NONE = "none of these, something else"


def _widened(label: Label) -> Label:
    """A label whose definition is a usual word, with what that word stands for."""
    parts = [p.strip() for p in re.split(r",|/|\bor\b|\band\b", label.definition.lower())]
    found = [senses()[p] for p in parts if p in senses()]
    return replace(label, definition=", ".join([label.definition, *found[:2]])) if found else label


def _sensed(reading: Reading) -> Reading:
    """Labels of usual names with what these stand for, where the prompt hardly explains them."""
    reading = replace(
        reading,
        labels=tuple(
            replace(one, definition=_NONE) if _REST.match(one.name) and not one.definition else one
            for one in reading.labels
        ),
    )
    if all(
        0 < len(one.definition.split()) <= 3 for one in reading.labels if not _REST.match(one.name)
    ):
        return replace(reading, labels=tuple(map(_widened, reading.labels)))
    if any(one.definition or one.examples for one in reading.labels if not _REST.match(one.name)):
        return reading
    known = senses()
    inside = [one for one in reading.labels if not _REST.match(one.name)]
    if sum(humanise(one.name) in known for one in inside) * 2 < len(inside) or len(inside) < 2:
        return reading
    return replace(
        reading,
        labels=tuple(
            one
            if _REST.match(one.name)
            else replace(one, definition=known.get(humanise(one.name), humanise(one.name)))
            for one in reading.labels
        ),
    )


def _lean(reading: Reading) -> Scores:
    """What the words of a text add to each label, in margins."""
    text = "\n".join(reading.data)
    names = {humanise(one.name) for one in reading.labels}
    if names <= _YES_NO:
        subject = " ".join(
            one.definition for one in reading.labels if humanise(one.name) in ("yes", "true")
        )
        told = does(
            subject or reading.question or " ".join(reading.prompt.instructions)[:600], text
        )
        agree = [1.0 if humanise(one.name) in ("yes", "true") else -1.0 for one in reading.labels]
        return np.array(agree) * _ACTS * (told or 0.0)
    formed = form_leans(reading.labels, text)
    if formed is not None:
        return formed
    if len(text.split()) <= 2:
        member = member_of([f"{one.name} {one.definition}" for one in reading.labels], text)
        if member is not None:
            return np.array([_MEMBER * (n == member) for n in range(len(reading.labels))])
    acts: Scores = _ACTS * leans(reading.labels, text, whole=not reading.coded)
    mixed = [humanise(one.name) in ("mixed", "mix", "both") for one in reading.labels]
    return acts + _ACTS * np.array(mixed, np.float64) if any(mixed) and feels_both(text) else acts


def _each(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome:
    """One label for each text, under its number."""
    lines: list[str] = []
    names: list[str] = []
    faults: list[str] = []
    told = "\n".join(t for role, t in reading.prompt.messages if role != "assistant")[:8_000]
    for _, text in reading.items:
        told = told.replace(text, " ")
    wants_why = bool(WHY.search(told))
    sign = "" if "table" in told or "column" in told else _sign(told)
    for mark, text in reading.items:
        shift = shift_of(bank.features.encoder.tokenizer, text, is_sorted=True)
        alone = replace(reading, items=(), data=(text,))
        one = give_label(bank, alone, pressure.on(shift.total), luck)
        name = one.value if wants_why else one.value.partition("\n")[0]
        names.append(name)
        lines.append(f"{mark} {name}" if not sign else f"{_NUMBER.sub('', mark)}{sign}{name}")
        faults.extend(one.faults)
    plain = "\n".join(lines) if sign or wants_why else laid_out(told, reading.items, names)
    said = as_shown(plain, reading, names)
    done = Outcome(said, said, {"labels": names}, tuple(dict.fromkeys(faults)))
    return replace(done, task="classify") if said[:1] in ("[", "{") else done


_NUMBER = re.compile(r"[^\w]+")
_SIGN = re.compile(
    r"\b(?:number|letter|no\.?|nr|n|id|line|item|#)(?P<sign> ?(?:[:=|–-]|->|=>|→|,|tab) ?)(?:the )?"
    r"(?:label|category|class|tag|word|letter|verdict|code|mark)\b|"
    r"(?:^|[\s(\"“'])\(?1(?P<shown> ?(?:[:=|–-]|->|=>|→) ?)[A-Z][A-Z_]+\b",
    re.I,
)


def _sign(told: str) -> str:
    """What is to stand between number and label, where the prompt shows it; else empty."""
    found = _SIGN.search(told)
    return (found["sign"] or found["shown"]) if found else ""
