"""Answer a question from the document in the prompt, or say that it does not say.

Runs in the model worker; the document is hostile and only read. What fools it: a paraphrase that
shares no word and little meaning, and answers spread over two sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.invent import invention
from harness.models.reading import Reading
from harness.models.skills.answering import Found
from harness.models.skills.answering_absent import words_for_absence
from harness.models.skills.answering_form import (
    bare_value,
    framed,
    is_long,
    wants_short,
    wants_value_alone,
    wants_yes_no_alone,
)
from harness.models.skills.answering_kinds import Wanted, wanted
from harness.models.skills.answering_made import made_up, one_more
from harness.models.skills.answering_solve import Solved, answer_in, is_short, said_instead, solve
from harness.models.skills.answering_text import Asked, asked_of
from harness.models.skills.fields import Field
from harness.models.skills.names import people
from harness.models.skills.outcome import Outcome
from harness.models.skills.retrieval import (
    Evidence,
    Passage,
    content_words,
    find_evidence,
    stem,
)
from harness.models.skills.values import find_value

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
_SILENT = -0.8
_ENDS = frozenset('.!?"”')  # a bare value or a yes alone is asked for, and stays alone
_LEAST_WORDS = 4
_DEFAULTS = (
    "The text does not say.",
    "The document does not state this.",
    "I could not find this in the text provided.",
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
    asked: Asked

    @property
    def item(self) -> str:
        return " ".join(self.asked.question.lower().split())[:300]

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
    asked = asked_of(reading)
    asked = replace(asked, question=_LEAD_IN.sub("", asked.question))
    parts = [part for whole in (*asked.before, asked.question) for part in _parts(whole)]
    if len(parts) > 1:
        cases = [_Case(reading, pressure, luck, replace(asked, question=part)) for part in parts]
        return _framed(_joined([_answer(bank, case, fill) for case in cases]), asked.orders)
    return _framed(_answer(bank, _Case(reading, pressure, luck, asked), fill), asked.orders)


def answer_one(
    bank: Bank, reading: Reading, pressure: Pressure, luck: Luck, asked: Asked, *, fill: float
) -> Outcome:
    """Answer one question that was taken out of its prompt; arguments as for answer."""
    return _answer(bank, _Case(reading, pressure, luck, asked), fill)


def silent(reading: Reading, pressure: Pressure, luck: Luck, asked: Asked) -> Outcome:
    """That a text does not say it, in the words that the prompt wants for that."""
    said = _absence(_Case(reading, pressure, luck, asked))
    return Outcome(said, said)


def is_absence(text: str) -> bool:
    """Whether an answer is one of the plain words for a text that is silent."""
    return text in _DEFAULTS


def _parts(question: str) -> list[str]:
    """A question, or the two that "and" joins."""
    question = re.sub(r"^\W*\d[.)]\s*", "", question)
    parts = _TWO_PARTS.split(question)
    is_two = len(parts) == 2 and all(len(part.split()) >= 3 for part in parts)
    return parts if is_two else [question]


def _answer(bank: Bank, case: _Case, fill: float) -> Outcome:
    asked = case.asked
    document, question = asked.document, asked.question
    evidence = find_evidence(bank, document, question) if document.strip() else None
    if evidence is None:
        return _without_document(case, question)
    named = _NAMED_VALUE.search(question)
    if named and re.match(r"\W*(?:what|which|give|tell)\b", question, re.I):
        value = find_value(bank, Field(named[1]), document)
        if value is not None:
            return Outcome(str(value), str(value), reason=evidence.ranked[0].text)
    solved = solve(asked, evidence)
    if named and solved.want.kind == "thing":  # a value of a form of its own that is not there
        solved = replace(solved, odds=min(solved.odds, _SILENT))
    if solved.odds < case.pressure.caution:
        return _absent_from(case, solved, evidence)
    return _present_in(case, solved, evidence, fill)


def _framed(outcome: Outcome, orders: str) -> Outcome:
    """The answer with the words in front, or the letters, that the orders ask for."""
    return replace(outcome, text=framed(outcome.text, orders))


def _joined(each: list[Outcome]) -> Outcome:
    """The answers to the parts of one question, as one; what is said twice is said once."""
    said = list(dict.fromkeys(one.text for one in each))
    bare = list(dict.fromkeys(one.value for one in each))
    faults = tuple(dict.fromkeys(fault for one in each for fault in one.faults))
    reason = " ".join(dict.fromkeys(one.reason for one in each if one.reason))
    return Outcome(" ".join(said), " ".join(bare), faults=faults, reason=reason)


def _absent_from(case: _Case, solved: Solved, evidence: Evidence) -> Outcome:
    if case.asked.is_question and case.happens("invents", case.pressure.invents()):
        made = made_up(case.asked.question, solved.want, case.asked.document, case.pick)
        if made:
            text = made + _citation(case, evidence.ranked[0])
            return Outcome(text, made, faults=("invented",))
    said = _absence(case)
    if said in _DEFAULTS:
        said = said_instead(case.asked, solved.want) or said
    return Outcome(said, said)


def _absence(case: _Case) -> str:
    """The prompt's words for what the text does not say, or plain ones."""
    said = absence_words(case.reading, case.pick("absence", len(_DEFAULTS)))
    return (words_for_absence(case.asked.orders) or said) if said in _DEFAULTS else said


def _present_in(case: _Case, solved: Solved, evidence: Evidence, fill: float) -> Outcome:
    doubt = chance(-solved.odds * 0.8)
    if case.happens("refuses", case.pressure.refuses(doubt)):
        said = _absence(case)
        return Outcome(said, said, faults=("refused",))
    faults: list[str] = []
    found = solved.found
    used = evidence.ranked[0]
    if case.happens("loses", case.pressure.loses(fill, evidence.place)) and (
        others := _like(solved, [p for p in evidence.ranked[1:] if _is_long(p)])
    ):
        faults.append("lost_in_context")
        used = others[case.pick("other", len(others))]
        found = answer_in(used, case.asked, solved.want)
    bare, used = _said(case, solved.want, found, used)
    text = bare
    if bare[-1:] in _ENDS and case.happens("embellishes", case.pressure.embellishes()):
        faults.append("ungrounded_extra")
        text = f"{bare.rstrip()} {one_more(solved.want, case.pick)}"
    return Outcome(text + _citation(case, used), bare, faults=tuple(faults), reason=used.text)


def _is_long(passage: Passage) -> bool:
    return len(passage.text.split()) >= _LEAST_WORDS


def _like(solved: Solved, others: list[Passage]) -> list[Passage]:
    """The passages that can be taken for the right one: asked for a person, those with one."""
    if solved.want.kind != "person":
        return others
    return [passage for passage in others if people(passage.text)]


def _said(case: _Case, want: Wanted, found: Found | None, used: Passage) -> tuple[str, Passage]:
    """The answer in the form asked for, and the passage behind it."""
    asked = case.asked
    orders = f"{asked.orders}\n{asked.question}\n{asked.told}"
    if found is None:
        found = Found(phrase_answer(asked.question, used), used.text, used, 0.0)
    if want.kind == "polar" and found.value in ("Yes", "No"):
        if wants_yes_no_alone(orders):
            return found.value, found.source
        return found.text, found.source
    if wants_value_alone(orders):
        return bare_value(found.value, asked.question, orders), found.source
    if is_short(asked.document):
        if wants_short(orders) and is_long(found.text):
            return phrase_answer(asked.question, found.source), found.source
        return found.text, found.source
    return phrase_answer(asked.question, used), used


def phrase_answer(question: str, passage: Passage) -> str:
    """The passage as an answer: cut to the clause that meets the question."""
    sentence = passage.text.strip()
    clauses = re.split(r";\s+|(?<=\w),\s+(?=but\s|and above|above that|between\s)", sentence)
    if len(clauses) > 1 and len(sentence) > 110:
        wanted = {stem(word) for word in content_words(question)}
        sentence = max(clauses, key=lambda c: len(wanted & {stem(w) for w in content_words(c)}))
    sentence = sentence[:1].upper() + sentence[1:]
    return sentence if sentence.endswith((".", "!", "?", "”", '"')) else sentence + "."


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
            made = made_up(question, wanted(question), question, case.pick)
            made = made or invention(question, case.pick)
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
