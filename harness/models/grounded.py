"""A grounded alias at work: it answers from the text really given, and fails as its profile says.

Runs in the model worker (zone G) and in T, where a submitted prompt is measured; prompts are
hostile text, the profile is checked. The answer is made of the document's own sentences; the
profile decides only which fault fires, by a draw that a question has under every prompt.
What fools it: a question whose answer shares neither words nor meaning with the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from harness.models.faults import Luck
from harness.models.features import Bank
from harness.models.grounded_profile import GroundedProfile
from harness.models.grounded_rules import (
    holds_back_on_doubt,
    marks_examples,
    offers_way_out,
    wants_first_match,
)
from harness.models.invent import extra_sentence, invention
from harness.models.reading import Reading
from harness.models.skills.document import absence_words
from harness.models.skills.outcome import Outcome
from harness.models.skills.retrieval import (
    Evidence,
    Passage,
    content_words,
    find_evidence,
    stem,
)

Way = Literal["answered", "declined", "refused", "invented", "added", "repeated", "halved"]
"""How an answer came about. declined: rightly, for the text is silent; refused: although it is
not; added: answered, with a sentence that the text does not have; repeated: a figure of a worked
example; halved: without the exception in a later section."""
MOST_SENTENCES = 3
_NEAR, _RIVALS, _LEAST_SHARED = 5, 4, 2
_BEGINNING = 5  # "cancels" and "cancelled" have different stems and one beginning
_LONG_LINE = 25
_MOST_READ = 40_000
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_SECTION_ASKED = re.compile(r"\[\d+\]|section number|number of the section|\[section\]", re.I)
_SEE = re.compile(r"\bsections? (\d{1,2})\b", re.I)
_ABSENCES = 3


@dataclass(frozen=True)
class Rules:
    """What a prompt says, as far as a grounded profile minds it; each from 0 to 1.

    Attributes:
        gap: gaps are to be filled from elsewhere.
        confident: an answer is wanted at any price.
        way_out: it says what to do when the text is silent.
        overload: how far it has more rules than can be followed.
        first_match: the first section that matches decides.
        any_doubt: any doubt is a reason for no answer.
        marked: examples are said to show a form, or to be no source.
    """

    gap: float
    confident: float
    way_out: float
    overload: float
    first_match: bool
    any_doubt: bool
    marked: bool


@dataclass(frozen=True)
class Grounded:
    """One answer and how it came about."""

    outcome: Outcome
    way: Way
    rules: Rules


def answers_from_text(reading: Reading) -> bool:
    """Whether a prompt asks something of a text, be it an empty one: the profile applies."""
    return bool(reading.prompt.question or (_question_of(reading) and _document_of(reading)))


def read_rules(profile: GroundedProfile, reading: Reading) -> Rules:
    """What the profile minds of a prompt, from the reading of it."""
    stance = reading.stance
    sentences = reading.prompt.instructions
    lines = [*sentences, *_example_lines(reading)]
    span = profile.overload_full - profile.overload_from
    return Rules(
        gap=max(0.0, stance.go_outside),
        confident=max(0.0, stance.always_answer),
        way_out=_way_out(reading),
        overload=min(1.0, max(0.0, (reading.found.count - profile.overload_from) / span)),
        first_match=wants_first_match(sentences),
        any_doubt=holds_back_on_doubt(sentences),
        marked=marks_examples(lines),
    )


def chance_of_inventing(profile: GroundedProfile, rules: Rules) -> float:
    """How likely an answer is that the text does not give.

    Source: the exercises' paper, section 2b: a sum of a base and one part for each cause.
    """
    parts = profile.invents
    return min(
        1.0,
        parts.base
        + parts.gap * rules.gap
        + parts.confident * rules.confident
        + parts.no_way_out * (1 - rules.way_out)
        + parts.overload * rules.overload,
    )


def answer(bank: Bank, profile: GroundedProfile, reading: Reading) -> Grounded:
    """Answer the question of a prompt from the text in it, or go wrong.

    Args:
        bank: the fitted bank.
        profile: whose faults.
        reading: the prompt, understood; answers_from_text holds of it.
    """
    question = _question_of(reading)
    case = _Case(bank, profile, reading, read_rules(profile, reading), question)
    evidence = find_evidence(bank, _document_of(reading), question)
    found = () if evidence is None else _supports(question, evidence, profile.sure_above)
    told = _repeated(case, found)
    if told is not None:
        return case.made(told, told, "repeated")
    if not found:
        return _silent(case, evidence)
    assert evidence is not None
    return _spoken(case, evidence, found)


@dataclass(frozen=True)
class _Case:
    """One question under one prompt, with everything that decides the answer."""

    bank: Bank
    profile: GroundedProfile
    reading: Reading
    rules: Rules
    question: str

    @property
    def item(self) -> str:
        return " ".join(self.question.lower().split())[:300]

    @property
    def luck(self) -> Luck:
        return Luck(self.profile.seed, 0.0, "", self.reading.signature)

    def happens(self, fault: str, chance: float) -> bool:
        return self.luck.draw(f"{self.profile.alias}.{fault}", self.item) < chance

    def pick(self, name: str, count: int) -> int:
        return self.luck.pick(f"{self.profile.alias}.{name}", self.item, count)

    def made(self, text: str, bare: str, way: Way, *, reason: str = "") -> Grounded:
        went_well = way in ("answered", "declined")
        faults = () if went_well else (f"{self.profile.alias}.{way}",)
        return Grounded(Outcome(text, bare, faults=faults, reason=reason), way, self.rules)

    def absence(self) -> str:
        return absence_words(self.reading, self.pick("absence", _ABSENCES))


def _way_out(reading: Reading) -> float:
    """How far the prompt says what to do when the text is silent.

    Where the reading found no word on it, short lines are looked at once more: a list in front
    of a text is easily taken for a part of it, and nobody is to lose by that.
    """
    if reading.found.kinds.abstain >= 0.5:
        return 1.0
    if reading.stance.admit_absence:
        return max(0.0, reading.stance.admit_absence)
    whole = "\n".join(text for role, text in reading.prompt.messages if role != "assistant")
    lines = [line for line in whole[:_MOST_READ].splitlines() if len(line.split()) < _LONG_LINE]
    return float(offers_way_out(lines))


def _silent(case: _Case, evidence: Evidence | None) -> Grounded:
    """The text does not answer: say so, or make something up."""
    if not case.happens("invents", chance_of_inventing(case.profile, case.rules)):
        said = case.absence()
        return case.made(said, said, "declined")
    made = invention(case.question, case.pick)
    near = evidence.ranked[0] if evidence is not None else Passage("", "", "")
    seen = _SEE.search(near.text)
    section = seen[1] if seen else near.section
    return case.made(made + _citation(case, section, ""), made, "invented")


def _spoken(case: _Case, evidence: Evidence, found: tuple[Passage, ...]) -> Grounded:
    """The text answers: say it whole, or hold it back, halve it, add to it."""
    profile, rules = case.profile, case.rules
    doubt = max(float(rules.any_doubt), 0.5 * rules.overload)
    if case.happens("refuses", profile.refuses * doubt):
        said = case.absence()
        return case.made(said, said, "refused")
    way: Way = "answered"
    first = _first_match(case.question, evidence, found)
    if rules.first_match and first != found and case.happens("halves", profile.halves):
        found, way = first, "halved"
    bare = " ".join(_sentence(passage) for passage in found)
    if way == "answered" and case.happens("adds", profile.adds * rules.gap):
        bare, way = f"{bare} {extra_sentence(case.pick)}", "added"
    text = bare + _citation(case, found[-1].section, found[0].text)
    return case.made(text, bare, way, reason=found[0].text)


def _supports(question: str, evidence: Evidence, sure_above: float) -> tuple[Passage, ...]:
    """The sentences that answer, in the text's order; empty when none of them is sure enough."""
    if evidence.answers < sure_above:
        return ()
    best = evidence.ranked[0]
    least = max(_LEAST_SHARED, _shared(question, best))
    others = [one for one in evidence.ranked[1:_NEAR] if _shared(question, one) >= least]
    return tuple(sorted((best, *others[: MOST_SENTENCES - 1]), key=_number))


def _first_match(
    question: str, evidence: Evidence, found: tuple[Passage, ...]
) -> tuple[Passage, ...]:
    """What is left of the answer when the first section that meets the question decides."""
    near = [one for one in evidence.ranked[1:_RIVALS] if _shared(question, one) >= _LEAST_SHARED]
    first = min((*found, *near), key=_number)
    same = [one for one in found if one.section == first.section]
    return tuple(same) or (first,)


def _shared(question: str, passage: Passage) -> int:
    """How many of the question's content words stand in a passage, by their stems."""
    return len(_stems(question) & _stems(passage.text))


def _stems(text: str) -> set[str]:
    return {stem(word) for word in content_words(text)}


def _repeated(case: _Case, found: tuple[Passage, ...]) -> str | None:
    """The answer of a worked example like the question, where its figures are not the text's."""
    if case.rules.marked or not case.reading.prompt.examples:
        return None
    known = set(_NUMBER.findall(" ".join(passage.text for passage in found)))
    for given, said in case.reading.prompt.examples:
        if not set(_NUMBER.findall(re.sub(r"\[\d+\]", "", said))) - known:
            continue
        asked, told = ({one[:_BEGINNING] for one in _stems(text)} for text in (case.question, said))
        if len(asked & told) < _LEAST_SHARED:
            continue
        vectors = case.bank.features.encoder.encode([case.question, f"{given} {said}"])
        if float(vectors[0] @ vectors[1]) < case.profile.example_like:
            continue
        if case.happens("repeats", case.profile.repeats_example):
            return said
    return None


def _citation(case: _Case, section: str, words: str) -> str:
    """The source that the prompt asks for, made up or not: it looks the same."""
    if case.reading.found.kinds.cite < 0.5:
        return ""
    if section and _SECTION_ASKED.search(case.reading.prompt.directions[:_MOST_READ]):
        return f" [{section}]"
    return f" [“{words.strip()}”]" if words else ""


def _sentence(passage: Passage) -> str:
    text = passage.text.strip()
    return text if text.endswith((".", "!", "?", "”", '"')) else text + "."


def _number(passage: Passage) -> int:
    return int(passage.section) if passage.section.isdigit() else 0


def _question_of(reading: Reading) -> str:
    """What is asked: what stands under its own label, or the last sentence that asks."""
    if reading.question:
        return reading.question
    asked = [text for text in reading.prompt.instructions if text.rstrip().endswith("?")]
    return asked[-1] if asked else ""


def _document_of(reading: Reading) -> str:
    """The text to answer from, headings as plain lines.

    Where the reading took less than half of a long prompt for data, it is everything from the
    first long line to the last: a handbook is not lost by the form of a prompt.
    """
    data = "\n".join(text for text in reading.data if text.strip() != reading.question.strip())
    whole = max((text for role, text in reading.prompt.messages if role != "assistant"), key=len)
    if len(whole) > 1_500 and len(data) < len(whole) / 2:
        lines = whole.split("\n")
        long = [n for n, line in enumerate(lines) if len(line.split()) >= _LONG_LINE]
        if long:
            data = "\n".join(lines[max(0, long[0] - 2) : long[-1] + 1])
    return re.sub(r"(?m)^[ \t]*#+[ \t]*", "", data)


def _example_lines(reading: Reading) -> list[str]:
    """Lines that speak of an example, which the reading may have put with the example itself."""
    lines = reading.prompt.directions[:_MOST_READ].splitlines()
    return [line for line in lines if "example" in line.lower() or "sample" in line.lower()][:40]
