"""Whether two statements under marks of their own can both be true.

Runs in the model worker; the text is hostile: capped, every repeat is bounded. The two stand as in
judge_same. They exclude each other where one denies the other, names another figure, day or name
in the same place, shuts what the other opens, or has an exception to the other's "all". What fools
it: a contradiction that only knowledge of the world shows.
"""

from __future__ import annotations

import json
import re

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.needles import has_any
from harness.models.reading import Reading
from harness.models.skills.claims import findings, opposed
from harness.models.skills.judge_alike import differs_in_a_word, is_opposed
from harness.models.skills.judge_form import offered
from harness.models.skills.judge_same import two_of
from harness.models.skills.outcome import Outcome
from harness.models.skills.record_form import fields_of, sketch_in
from harness.models.skills.retrieval import content_words, stem

_MOST_CHARS = 3_000
_NEEDLES = ("consisten", "contradict", "compatible", "be true", "conflict", "agree", "clash",
            "disagree", "be right", "both true")  # fmt: skip
_ASKS = re.compile(
    r"\b(?:(?:in)?consisten(?:t|cy)|contradict\w*|(?:in)?compatible|conflict\w*|clash\w*|"
    r"(?:dis)?agrees?|both(?: \w+){0,2} be (?:true|right|correct)|both true)\b",
    re.I,
)
_SOURCED = re.compile(
    r"(?:^|\n)\W{0,3}(?:source|context|document|policy|article|passage|claim|answer|summary|"
    r"premise|hypothesis)[^\n:]{0,12}:",
    re.I,
)
_CHOOSES = re.compile(r"\bwhich\b|\bsource\b|\b[AB12] or [AB12]\b", re.I)
_ASKS_FACT = re.compile(r"(?:^|[.!?\n]\s{0,3})(?:when|what|who|where|how)\b[^.?\n]{3,120}\?", re.I)
_EXCLUDES = r"contradict(?:ory|ion|s|ing)?|inconsistent|incompatible|conflict(?:ing|s)?|disagree"
_FITS = r"consistent|compatible|agree|no[ _-]?contradiction|no[ _-]?conflict|ok|fine|neutral"
_NO_CLASH = re.compile(
    r"\b(?:consistent|compatible|agrees?|both(?: \w+){0,2} be (?:true|right)|both true)\b"
)
_WHY = re.compile(r"\b(?:why|reason\w*|explain|explanation|because|justify)\b", re.I)
_SHUT = re.compile(
    r"\b(?:closed|shut|cannot|can['’]t|not allowed|may not|must not|forbidden|banned|prohibited|"
    r"no \w+ (?:may|is|are)|not open|out of (?:order|service)|unavailable|cancel\w+|sold out)\b",
    re.I,
)
_OPEN = re.compile(
    r"\b(?:you (?:can|may)|(?:is|are|stays?) open|opens? (?:at|from)|from \d|welcome|allowed to|"
    r"may (?:use|visit|enter|bring)|took place|takes place|running|available|in use|"
    r"worked|works)\b",
    re.I,
)
_ALL = re.compile(
    r"\b(?:all|every|each|always|everyone|everybody|never|nobody|no one|none|no)\b", re.I
)
_LATE = re.compile(r"\b(?:delayed|late|overdue|behind schedule|missed)\b", re.I)
_PROMPT = re.compile(r"\b(?:on time|punctual\w*|in time|on schedule|early)\b", re.I)
_BUT = re.compile(r"\b(?:only|except|apart from|not|cannot)\b|n['’]t\b", re.I)
_FIGURE = re.compile(
    r"\d+(?:[.,:]\d+)*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
    re.I,
)
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-ZÀ-Ý][a-zà-ÿ]{2,20}\b")
_LEAST_LIKE = 0.3


def agree(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """The verdict on two statements, in the words offered; None where none asks for it."""
    messages = reading.prompt.messages
    if len(messages) > 2 or sum(len(text) for _, text in messages) > _MOST_CHARS:
        return None
    whole = "\n\n".join(text for _, text in messages)
    if not has_any(whole, _NEEDLES) or not _ASKS.search(whole) or _SOURCED.search(whole):
        return None
    found = two_of(whole, _ASKS)
    if found is None:
        return None
    one, other, order = found
    if _CHOOSES.search(order) or _ASKS_FACT.search(order):
        return None
    item = " ".join(whole.lower().split())[:300]
    slips = luck.draw("misjudges", item) < chance(pressure.misjudges())
    clash = excludes(bank, one, other) != slips
    word = _word(order, clash=clash)
    reason = (
        f"One says “{one.strip(' .')}”, the other “{other.strip(' .')}”."
        if clash
        else "Both can be true at once."
    )
    faults = ("misjudged",) if slips else ()
    at = sketch_in(order)
    fields = fields_of(order[at[0] : at[1]]) if at is not None else ()
    if fields:
        is_clash = re.search(_EXCLUDES, fields[0].name, re.I) is not None
        first: object = (clash == is_clash) if fields[0].kind == "boolean" else word
        record = {f.name: first if f is fields[0] else reason for f in fields}
        return Outcome(json.dumps(record, ensure_ascii=False), word, record, faults, task="judge")
    said = f"{word}. {reason}" if _WHY.search(order) else word
    return Outcome(said, word, {"confidence": 0.85}, faults, reason, task="judge")


def excludes(bank: Bank, one: str, other: str) -> bool:
    """Whether two statements cannot both be true."""
    one, other = one[:600], other[:600]
    vectors = bank.features.encoder.encode([one, other])
    like = float(vectors[0] @ vectors[1])
    stems = [{stem(w) for w in content_words(_FIGURE.sub(" ", text))} for text in (one, other)]
    shared = len(stems[0] & stems[1]) / max(1, min(map(len, stems)))
    if like < _LEAST_LIKE and shared < 0.3:
        return False
    figures = [{m[0].lower() for m in _FIGURE.finditer(text)} for text in (one, other)]
    is_near = not any(figures) or like > 0.6 or len(stems[0] & stems[1]) > 1
    for here, there in ((one, other), (other, one)):
        if _SHUT.search(here) and _OPEN.search(there) and not _SHUT.search(there):
            return True
        is_late = _LATE.search(there) and not _PROMPT.search(there)
        if _PROMPT.search(here) and is_late and (_ALL.search(here) or shared >= 0.3):
            return True
        if _ALL.search(here) and _BUT.search(there) and not _BUT.search(here) and shared >= 0.3:
            return True
        is_about = like > 0.35 and shared > 0 and (is_near or opposed(here, there))
        if is_about and any(found.is_denied for found in findings(bank, here, there)):
            return True
    if all(figures) and not figures[0] & figures[1] and (shared > 0.5 or like > 0.7):
        return True
    names = [set(_NAME.findall(text)) for text in (one, other)]
    if all(names) and names[0] != names[1] and differs_in_a_word(one, other):
        return True
    return like > 0.4 and is_opposed(one, other)


def _word(order: str, *, clash: bool) -> str:
    """The word that the order offers; yes and no by what is asked, where it offers none."""
    mine, theirs = (_EXCLUDES, _FITS) if clash else (_FITS, _EXCLUDES)
    beside = re.search(
        rf"\b(?:{mine})\b[\"”'’]?[^.?\n]{{0,24}}(?:\bor\b|/|,|\|)[^.?\n]{{0,24}}\b(?:{theirs})\b|"
        rf"\b(?:{theirs})\b[\"”'’]?[^.?\n]{{0,24}}(?:\bor\b|/|,|\|)[^.?\n]{{0,24}}\b(?:{mine})\b",
        order,
        re.I,
    )
    if beside and (word := re.search(rf"\b(?:{mine})\b", beside[0], re.I)):
        return word[0]
    polar = offered(order)
    good, bad = (polar.good, polar.bad) if polar and polar.bad else ("Yes", "No")
    asked = re.search(r"[^.?\n]{0,160}\?|[^.\n]{0,160}\b(?:whether|if)\b[^.\n]{0,160}", order)
    asks_fit = _NO_CLASH.search((asked[0] if asked else order).lower()) is not None
    asks_fit = asks_fit and not re.search(r"\b(?:inconsistent|incompatible|disagree)\b", order)
    return good if clash != asks_fit else bad
