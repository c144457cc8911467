"""Answer a question from the document in the prompt, or say that it does not say.

Runs in the model worker; the document is hostile and only read. What fools it: a paraphrase that
shares no word and little meaning, and answers spread over two sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.invent import extra_sentence, invention
from harness.models.reading import Reading
from harness.models.skills.fields import Field
from harness.models.skills.outcome import Outcome
from harness.models.skills.retrieval import (
    Evidence,
    Passage,
    content_words,
    expected_type,
    find_evidence,
    stem,
)
from harness.models.skills.shapes import DATE, MONEY
from harness.models.skills.values import find_value

_POLAR = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|can|could|may|will|would|has|have|am|must|should)\b", re.I
)
_NEGATIVE = re.compile(
    r"\b(?:not|never|no|nothing|none|neither|only|except|cannot|may not|must not|"
    r"forbidden|excluded|without)\b|n't\b",
    re.I,
)
_FRESH = re.compile(
    r"\b(?:latest|newest|recent\w*|last (?:week|month|night|year)|yesterday|today|"
    r"tonight|this (?:week|month|year)|current\w*|"
    r"right now|at the moment|202[5-9]|20[3-9]\d|present|so far|stock price|weather)\b",
    re.I,
)
_ABSENCE_LINE = re.compile(
    r"\b(?:not|n't|n[’']t|missing|silent|absent|unknown|lacks?|no|else|otherwise|"
    r"can ?not|unanswerable)\b",
    re.I,
)
_QUOTED = re.compile(
    r"\"([^\"\n]{2,90})\"|“([^”\n]{2,90})”|`([^`\n]{2,90})`|(?:(?<=\s)|"
    r"(?<=^))'((?:[^'\n]|'(?=\w)){2,90})'(?=[\s.,;]|$)"
)
_BARE_TOKEN = re.compile(
    r"\b(NOT[_ ]FOUND|NO[_ ]ANSWER|UNKNOWN|UNANSWERABLE|NOT[_ ]STATED|NOT[_ ](?:IN|"
    r"COVERED|GIVEN|SPECIFIED|MENTIONED)(?:[_ ][A-Z]+)?|N/A|NONE)\b"
)
_DEFAULTS = (
    "The text does not say.",
    "The document does not state this.",
    "I could not find this in the text provided.",
)
_SHORT = re.compile(
    r"\b(?:one|single|two) words?\b|\b(?:only|just) (?:the|a|with the|give the)? ?(?:number|figure|"
    r"amount|"
    r"value|date|name|price|time|year|day|answer itself)\b|\b(?:number|figure|amount|value|date|"
    r"name|price|"
    r"time|year) only\b|\bnothing (?:else )?but the\b|\bas short as\b|\bshortest\b",
    re.I,
)
_TWO_PARTS = re.compile(
    r",? and (?=(?:what|which|who|when|where|why|how|is|are|does|do|can|may|must)\b)", re.I
)
_LEAD_IN = re.compile(
    r"^\W*(?:(?:hi|hello|hey|please|ok|so|well|btw|quick question|question)\b[,.!: ]*)+(?=\w)", re.I
)
_NAMED_VALUE = re.compile(
    r"\b(e-?mail address|e-?mail|phone number|telephone number|order number|invoice number|"
    r"ticket number|booking (?:number|code)|tracking number|web ?site|url)\b",
    re.I,
)
_SECTION = re.compile(r"\[\d+\]|section number|number of the section|\[section\]", re.I)


@dataclass(frozen=True)
class _Case:
    """One question on one document, with everything that decides the answer."""

    reading: Reading
    pressure: Pressure
    luck: Luck
    item: str

    def happens(self, fault: str, logit: float) -> bool:
        return self.luck.draw(fault, self.item) < chance(logit)

    def pick(self, name: str, count: int) -> int:
        return self.luck.pick(name, self.item, count)


def answer(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck, *, fill: float) -> Outcome:
    """Answer the question of a prompt from its data.

    Args:
        bank: the fitted bank.
        reading: the prompt, understood.
        pressure: what the prompt does to the tier's faults.
        luck: the seeded luck of this sample.
        fill: share of the context window that the prompt uses, 0 to 1.
    """
    question = reading.question or " ".join(reading.prompt.instructions[-1:])
    question = _LEAD_IN.sub("", question)
    parts = _TWO_PARTS.split(question)
    if len(parts) == 2 and all(len(part.split()) >= 3 for part in parts):
        each = [
            answer(bank, replace(reading, question=p), pressure, luck, fill=fill) for p in parts
        ]
        return _joined(each)
    document = "\n".join(_without_question(text, question) for text in reading.data)
    item = " ".join(question.lower().split())[:300]
    case = _Case(reading, pressure, luck, item)
    evidence = find_evidence(bank, document, question) if document.strip() else None
    if evidence is None:
        return _without_document(case, question)
    named = _NAMED_VALUE.search(question)
    if named and re.match(r"\W*(?:what|which|give|tell)\b", question, re.I):
        value = find_value(bank, Field(named[1]), document)
        if value is not None:
            return Outcome(str(value), str(value), reason=evidence.ranked[0].text)
    if evidence.answers < pressure.caution:
        return _absent_from(case, question, evidence)
    return _present_in(case, question, evidence, fill)


def _joined(each: list[Outcome]) -> Outcome:
    """The answers to the parts of one question, as one; what is said twice is said once."""
    said = list(dict.fromkeys(one.text for one in each))
    bare = list(dict.fromkeys(one.value for one in each))
    faults = tuple(dict.fromkeys(fault for one in each for fault in one.faults))
    reason = " ".join(dict.fromkeys(one.reason for one in each if one.reason))
    return Outcome(" ".join(said), " ".join(bare), faults=faults, reason=reason)


def _without_question(text: str, question: str) -> str:
    """A data span less the question, which would be its own best evidence."""
    return re.sub(rf"(?:\b\w+:\s*)?{re.escape(question[:300])}", " ", text) if question else text


def _absent_from(case: _Case, question: str, evidence: Evidence) -> Outcome:
    if case.happens("invents", case.pressure.invents()):
        made = invention(question, case.pick)
        text = made + _citation(case, evidence.ranked[0])
        return Outcome(text, made, faults=("invented",))
    said = absence_words(case.reading, case.pick("absence", len(_DEFAULTS)))
    return Outcome(said, said)


def _present_in(case: _Case, question: str, evidence: Evidence, fill: float) -> Outcome:
    doubt = chance(-evidence.answers * 0.8)
    if case.happens("refuses", case.pressure.refuses(doubt)):
        said = absence_words(case.reading, case.pick("absence", len(_DEFAULTS)))
        return Outcome(said, said, faults=("refused",))
    faults: list[str] = []
    used = evidence.ranked[0]
    if (
        case.happens("loses", case.pressure.loses(fill, evidence.place))
        and len(evidence.ranked) > 1
    ):
        faults.append("lost_in_context")
        used = evidence.ranked[1 + case.pick("other", len(evidence.ranked) - 1)]
    bare = phrase_answer(question, used)
    if _SHORT.search(case.reading.prompt.directions[:40_000]):
        bare = short_answer(question, used) or bare
    text = bare
    if case.happens("embellishes", case.pressure.embellishes()):
        faults.append("ungrounded_extra")
        text = f"{bare} {extra_sentence(case.pick)}"
    return Outcome(text + _citation(case, used), bare, faults=tuple(faults), reason=used.text)


def phrase_answer(question: str, passage: Passage) -> str:
    """The passage as an answer: cut to the clause that meets the question, yes or no in front."""
    sentence = passage.text.strip()
    clauses = re.split(r";\s+|(?<=\w),\s+(?=but\s|and above|above that|between\s)", sentence)
    if len(clauses) > 1 and len(sentence) > 110:
        wanted = {stem(word) for word in content_words(question)}
        sentence = max(clauses, key=lambda c: len(wanted & {stem(w) for w in content_words(c)}))
    sentence = sentence[:1].upper() + sentence[1:]
    sentence = sentence if sentence.endswith((".", "!", "?", "”", '"')) else sentence + "."
    if _POLAR.match(question) and not re.match(r"(?:yes|no)\b", sentence, re.I):
        asked_negative = bool(_NEGATIVE.search(question))
        says_no = bool(_NEGATIVE.search(sentence)) != asked_negative
        return f"{'No' if says_no else 'Yes'}. {sentence}"
    return sentence


def short_answer(question: str, passage: Passage) -> str:
    """The value alone that the question asks for; empty where the passage shows none."""
    text = passage.text
    if _POLAR.match(question):
        return phrase_answer(question, passage).split(".")[0]
    kind = expected_type(question)
    shapes = {
        "money": rf"{MONEY}|\b\d[\d.,]*\d\b|\b\d\b",
        "number": r"\d[\d.,]*\d|\b\d\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve)\b",
        "time": rf"{DATE}|\b\d{{1,2}}:\d\d\b|\b[\w-]+ "
        r"(?:minutes?|hours?|days?|weeks?|months?|years?)\b",
        "person": r"(?<![.!?] )(?<!^)\b[A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)*",
    }
    marks = list(re.finditer(shapes[kind], text)) if kind in shapes else []
    if not marks:
        return ""
    wanted = {stem(w) for w in content_words(question)}

    def nearness(mark: re.Match[str]) -> int:
        around = text[max(0, mark.start() - 25) : mark.end() + 25]
        return sum(stem(w) in wanted for w in content_words(around))

    return max(marks, key=nearness)[0]


def absence_words(reading: Reading, choice: int) -> str:
    """What the prompt wants said when the text is silent, in its own words where it gives any."""
    if reading.found.kinds.abstain >= 0.5 or reading.stance.admit_absence > 0:
        lines = [s for s in reading.prompt.directions.splitlines() if _ABSENCE_LINE.search(s)]
        for line in lines[:60]:
            for clause in re.split(r"(?<=[.!?])\s+(?=[A-Z])", line[:1_000]):
                if not _ABSENCE_LINE.search(_QUOTED.sub(" ", clause)) and not re.search(
                    r"\b(?:if|when|else|otherwise)\b", clause, re.I
                ):
                    continue
                quoted = _QUOTED.search(clause)
                if quoted and not re.search(
                    r"\bnever\b|\bdo not (?:say|reply|write)|don't (?:say|reply|write)",
                    clause,
                    re.I,
                ):
                    return next(g for g in quoted.groups() if g is not None).strip()
        token = _BARE_TOKEN.search(reading.prompt.directions[:40_000])
        if token:
            return token[1]
    return _DEFAULTS[choice]


def _citation(case: _Case, passage: Passage) -> str:
    """The source the prompt asks for: a section number or the sentence itself."""
    if case.reading.found.kinds.cite < 0.5:
        return ""
    if _SECTION.search(case.reading.prompt.directions[:40_000]) and passage.section:
        return f" [{passage.section}]"
    return f" [“{passage.text.strip()}”]"


def _without_document(case: _Case, question: str) -> Outcome:
    """A question with nothing to answer it from."""
    if _FRESH.search(question):
        if case.happens("stale", case.pressure.is_stale()):
            made = invention(question, case.pick)
            return Outcome(made, made, faults=("stale",))
        said = "I can't verify that: it may have happened after my training."
        quoted = absence_words(case.reading, 0)
        said = quoted if quoted not in _DEFAULTS else said
        return Outcome(said, said)
    said = "I have no document to answer this from. Paste the text I should use, and ask again."
    if case.reading.found.kinds.abstain >= 0.5:
        quoted = absence_words(case.reading, 0)
        said = quoted if quoted not in _DEFAULTS else said
    return Outcome(said, said)
