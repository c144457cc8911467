"""Label what a prompt holds: one text, several numbered ones, or a text on a scale of numbers.

Runs in the model worker; the text is hostile and only read. One label of a set is given by
classify.py; this does what is around it, and says how sure it is where that is asked. What fools
it: irony, and scales of something that is neither good or bad nor named.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache

import numpy as np

from harness.models.encoder import DATA
from harness.models.faults import Luck, Pressure
from harness.models.features import Bank
from harness.models.labels import Label, humanise
from harness.models.menu_words import less_the_menu
from harness.models.reading import Reading
from harness.models.scales import Scale
from harness.models.shift import shift_of
from harness.models.skills.acts import does, feeling, feels_both, leans
from harness.models.skills.classify import Scores, classify, several_labels
from harness.models.skills.labelling_cases import as_shown
from harness.models.skills.labelling_replies import worth
from harness.models.skills.outcome import Outcome

_CONFIDENCE = re.compile(
    r"\b(?:confidence|how (?:sure|certain|confident)|certainty|probability|percent(?:age)? sure)\b",
    re.I,
)
_JSON = re.compile(r"\bjson\b|\byaml\b|\{", re.I)
_WHY = re.compile(r"\b(?:reason\w*|why|because|explain\w*|justif\w+|explanation)\b", re.I)
_WHY_OF_MENU = re.compile(
    r"^\W*why (?:is|are|was|were|do|does|did|has|have)\b[^?\n]{4,160}\?", re.I
)
"""A menu's own question, which asks for no reason beside the label."""
_NO_WHY = re.compile(
    r"\b(?:no|without|not|don'?t|never|skip)\b[^.\n]{0,20}\b(?:reason|expla|why|justif|comment)",
    re.I,
)
_STRONG = re.compile(
    r"!|\b(?:never again|ever|best|worst|disgrac\w*|outrag\w*|furious|horr\w+|awful|terribl\w*|"
    r"perfect\w*|"
    r"wonderful|fantastic|superb|spotless|divine|brilliant|dreadful|scandal\w*|unacceptable|hate|"
    r"love|"
    r"fourth time|third time|again and again|rude|filthy|disgust\w*|delight\w*|magnificent)\b",
    re.I,
)
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
_GOOD = "excellent, delighted, very good, happy, calm, satisfied"
_BAD = "terrible, disgusted, very bad, unhappy, furious, awful"
_NEGATIVE_WORDS = re.compile(
    r"\b(?:angry|upset|annoyed|rude|sad|unhappy|bad|negative|toxic|frustrated|dissatisfied|"
    r"disappointed)\b",
    re.I,
)
_URGENT_END = re.compile(
    r"\b(?:worst|critical|urgent|now|at once|immediate\w*|highest|severe|emergency|down|blocker|"
    r"top|most)\b",
    re.I,
)
_URGENT_WORDS = re.compile(r"\b(?:urgent|serious|severe|critical|important|pressing)\b", re.I)


def give_label(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome:
    """The label, number or list of labels that a prompt asks for."""
    if reading.items:
        return _each(bank, reading, pressure, luck)
    told = _WHY_OF_MENU.sub(" ", reading.prompt.directions[:8_000])
    told = less_the_menu(told, reading.labels)
    if reading.scale is not None:
        return _rated(bank, reading, reading.scale)
    if len(reading.labels) < 2:
        return classify(bank, reading, pressure, luck)
    spoken = _spoken_out(reading)
    if spoken is not reading:
        return _shortened(give_label(bank, spoken, pressure, luck), reading.labels)
    readable = _sensed(_readable(reading))
    every = several_labels(bank, readable, less_the_menu(_told(reading), reading.labels))
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
        _BARE.search(beside)
        or (len(last.split()) <= 24 and _BARE.search(last))
        or (is_short and not _WHY.search(beside) and not reading.coded)
    ):
        outcome = replace(outcome, text=outcome.value, reason="")
    wants_why = bool(_WHY.search(told)) and not _NO_WHY.search(told)
    if wants_why and not outcome.reason:
        outcome = replace(outcome, reason=_because(bank, reading, outcome.value))
    if wants_why and outcome.reason and not _JSON.search(told):
        mark = " - " if _DASHED.search(told) else "\n"
        said = f"{outcome.value}{mark}{outcome.reason}"
        outcome = replace(outcome, text=said, value=said, reason="")
    if _CONFIDENCE.search(told) and not _JSON.search(told):
        sure = f" (confidence {outcome.fields.get('confidence', 0.8)})"
        outcome = replace(outcome, text=outcome.text + sure, value=outcome.value + sure)
    return outcome


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


@cache
def _senses() -> dict[str, str]:
    """What usual names of labels stand for, by the name as words."""
    held = tomllib.loads((DATA / "label_senses.toml").read_text(encoding="utf-8"))
    return {str(name): str(sense) for name, sense in held.items()}


_NONE = "none of these, something else"


def _widened(label: Label) -> Label:
    """A label whose definition is a usual word, with what that word stands for."""
    parts = [p.strip() for p in re.split(r",|/|\bor\b|\band\b", label.definition.lower())]
    senses = [_senses()[p] for p in parts if p in _senses()]
    return (
        replace(label, definition=", ".join([label.definition, *senses[:2]])) if senses else label
    )


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
    known = _senses()
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
    wants_why = bool(_WHY.search(told))
    sign = _sign(told)
    for mark, text in reading.items:
        shift = shift_of(bank.features.encoder.tokenizer, text, is_sorted=True)
        alone = replace(reading, items=(), data=(text,))
        one = give_label(bank, alone, pressure.on(shift.total), luck)
        name = one.value if wants_why else one.value.partition("\n")[0]
        names.append(name)
        lines.append(f"{mark} {name}" if not sign else f"{_NUMBER.sub('', mark)}{sign}{name}")
        faults.extend(one.faults)
    said = as_shown("\n".join(lines), reading, names)
    return Outcome(said, said, {"labels": names}, tuple(dict.fromkeys(faults)))


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


def _because(bank: Bank, reading: Reading, name: str) -> str:
    """The part of the text that speaks most for a label."""
    text = "\n".join(reading.data)[:3_000]
    parts = [p.strip() for p in re.split(r"(?<=[.!?;])\s+|\n+", text) if len(p.split()) >= 2][:12]
    if not parts:
        return ""
    meant = next(
        (f"{one.name}: {one.definition}" for one in reading.labels if one.name == name), name
    )
    rows = bank.features.encoder.encode([meant, *parts])
    best = parts[int((rows[1:] @ rows[0]).argmax())].strip(' "“”')
    return f"Reason: it says “{best}”"


def _rated(bank: Bank, reading: Reading, scale: Scale) -> Outcome:
    """A number on the scale, never one outside it."""
    text = "\n".join(reading.data)[:3_000]
    answered = worth(reading, scale)
    share = _share(bank, scale, text) if answered is None else answered
    number = scale.low + round(share * (scale.high - scale.low))
    number = max(scale.low, min(scale.high, int(number)))
    unit = f" {scale.unit}{'' if number == 1 else 's'}" if scale.unit else ""
    told = reading.prompt.directions[:8_000]
    reason = (
        _because(bank, reading, str(number))
        if _WHY.search(told) and not _NO_WHY.search(told)
        else ""
    )
    return Outcome(f"{number}{unit}", str(number), {"confidence": 0.8}, (), reason)


def _share(bank: Bank, scale: Scale, text: str) -> float:
    """Where a text lies between the ends of a scale, 0 to 1."""
    if _URGENT_WORDS.search(scale.subject):
        share = _urgency(bank, text)
        return 1 - share if _URGENT_END.search(scale.low_means) else share
    good = _goodness(bank, text)
    if scale.low_means and scale.high_means:
        ends = _pole(bank, scale.high_means) - _pole(bank, scale.low_means)
        if abs(ends) < _SAME_ENDS:
            rows = bank.features.encoder.encode([text[:1_200], scale.low_means, scale.high_means])
            return float(1 / (1 + np.exp(-12 * (rows[0] @ rows[2] - rows[0] @ rows[1]))))
        return good if ends > 0 else 1 - good
    one = scale.low_means or scale.high_means
    if one:
        is_good = _pole(bank, one) > 0
        is_high = is_good if scale.high_means else not is_good
        return good if is_high else 1 - good
    if _NEGATIVE_WORDS.search(scale.subject):
        return 1 - good
    return good


_SAME_ENDS = 0.05


def _pole(bank: Bank, meaning: str) -> float:
    """Above 0 for words of praise, below for words of blame."""
    if re.match(r"(?:best|highest|top|most)\b", meaning):
        return 1.0
    if re.match(r"(?:worst|lowest|bottom|least)\b", meaning):
        return -1.0
    rows = bank.features.encoder.encode([meaning, _GOOD, _BAD])
    return float(rows[0] @ rows[1] - rows[0] @ rows[2])


def _goodness(bank: Bank, text: str) -> float:
    """How pleased a text sounds, 0 to 1, further from the middle the stronger its words."""
    parts = [p for p in re.split(r"(?<=[.!?;])\s+|\n+", text) if len(p) > 8][:10]
    texts = [text[:1_200], *(parts if len(parts) > 1 else [])]
    odds = bank.heads.log_odds(bank.features.rows(texts), "concept.")
    names = bank.heads.after("concept.")
    up = np.maximum(odds[:, names.index("positive")], odds[:, names.index("praise")])
    down = np.maximum(odds[:, names.index("negative")], odds[:, names.index("complaint")])
    lean = np.clip(up - down, -6, 6)
    rows = bank.features.encoder.encode([*texts, _GOOD, _BAD])
    lean = lean + 6 * (rows[:-2] @ rows[-2] - rows[:-2] @ rows[-1])
    mean = float(0.5 * lean[0] + 0.5 * lean[1:].mean()) if len(lean) > 1 else float(lean[0])
    felt = feeling(text)
    mean = 5 * felt + 0.2 * mean if felt else mean
    strong = 1 + 0.35 * min(3, len(_STRONG.findall(text)))
    return float(1 / (1 + np.exp(-0.7 * strong * mean)))


def _urgency(bank: Bank, text: str) -> float:
    odds = bank.heads.log_odds(bank.features.rows([text[:1_200]]), "concept.")[0]
    names = bank.heads.after("concept.")
    lean = float(odds[names.index("urgent")] - odds[names.index("low")])
    told = leans((Label("urgent"), Label("routine")), text)
    lean = 0.5 * lean + 7 * float(told[0] - told[1])
    return float(1 / (1 + np.exp(-0.6 * lean)))
