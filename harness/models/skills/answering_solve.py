"""The answer to one question from one text, whatever kind it is of, and the odds that it is one.

Runs in the model worker; the text is hostile. Of a long text only the passages found before are
looked at, and the whole sentence is the answer; of a short one the piece that is asked for is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.models.skills.answering import (
    Found,
    Look,
    find_piece,
    find_sentence,
    place_of,
    sentence,
)
from harness.models.skills.answering_kinds import Wanted, wanted
from harness.models.skills.answering_polar import decide
from harness.models.skills.answering_reasons import (
    find_by_property,
    find_list,
    find_reason,
    nothing_said,
)
from harness.models.skills.answering_sets import find_excluded
from harness.models.skills.answering_sources import weigh
from harness.models.skills.answering_text import Asked
from harness.models.skills.names import person
from harness.models.skills.retrieval import Evidence, Passage, split_passages

SHORT_TEXT = 14
_SHORT_CHARS = 4_000
_SURE, _STEEP = 0.36, 4.0
_SILENT, _APART = -0.8, 0.15
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_NTH = re.compile(
    rf"\b({'|'.join(_PLACES)}|last)\s(?:\w+ )?(?:step|point|item|rule|line|entry|thing|task|"
    rf"bullet)\b",
    re.I,
)
_SENDER = re.compile(
    r"^\W*who\b.{0,20}\b(?:wrote|writes?|sent|sends|signed|sender|author)\b.{0,20}"
    r"\b(?:this|mail|e-?mail|letter|message|note|text|review)\b",
    re.I,
)
_ITEMS = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[-*•])[ \t]+(\S[^\n]{0,300})$", re.M)
_NEEDS_A_PIECE = frozenset(
    {"person", "amount", "money", "when", "often", "colour", "made", "called", "why"}
)


@dataclass(frozen=True)
class Solved:
    """What a text says to a question.

    Attributes:
        found: the answer; None where no piece of the text is of its kind.
        want: what the question asks for.
        odds: log-odds that the text answers at all.
    """

    found: Found | None
    want: Wanted
    odds: float


def is_short(document: str) -> bool:
    """Whether a text is read piece by piece."""
    return len(document) <= _SHORT_CHARS and len(split_passages(document)) <= SHORT_TEXT


def solve(asked: Asked, evidence: Evidence) -> Solved:
    """The answer to what is asked, and how likely the text holds one.

    Args:
        asked: the question with its text.
        evidence: the passages found for it.
    """
    want = wanted(asked.question)
    step = _nth(asked)
    if step is not None:
        return Solved(step, want, _STEEP * (step.sure - _SURE))
    if not is_short(asked.document):
        near = evidence.ranked[:1] if want.kind == "polar" else evidence.ranked
        found = _from(near, evidence.ranked, asked, want)
        return Solved(found, want, evidence.answers)
    passages = split_passages(asked.document)
    found = _weighed(asked, evidence, want) or _from(passages, evidence.ranked, asked, want)
    return Solved(found, want, _odds(found, want, evidence))


def _weighed(asked: Asked, evidence: Evidence, want: Wanted) -> Found | None:
    """The answer of several sources; of times like is held against like."""
    said = f"{asked.orders}\n{asked.question}"
    wants = [want]
    if want.kind == "when" and not want.units:
        wants = [replace(want, units=(one,)) for one in ("clock", "date", "weekday", "month")]
    agreed: Found | None = None
    for one in wants:

        def solve_one(text: str, one: Wanted = one) -> Found | None:
            return _from(split_passages(text), evidence.ranked, asked, one)

        found, is_one = weigh(asked.document, said, solve_one)
        if found is not None and not is_one:
            return found
        agreed = agreed or found
    return agreed if want.units or len(wants) == 1 else None


def _nth(asked: Asked) -> Found | None:
    """The step or point of a numbered list that a question names by its place."""
    mark = _NTH.search(asked.question)
    items = _ITEMS.findall(asked.document[:_SHORT_CHARS])
    if not mark or len(items) < 2:
        return None
    place = len(items) if mark[1].lower() == "last" else 1 + _PLACES.index(mark[1].lower())
    if place > len(items):
        return None
    value = items[place - 1].strip()
    return Found(sentence(value), value.rstrip("."), Passage(value, "", ""), 1.0)


def said_instead(asked: Asked, want: Wanted) -> str:
    """What a short text says instead of the reason asked for; empty where it says nothing."""
    if want.kind != "why" or not is_short(asked.document):
        return ""
    return nothing_said(Look(asked.question, split_passages(asked.document)))


def answer_in(passage: Passage, asked: Asked, want: Wanted) -> Found:
    """What a single passage would answer, be it the wrong one."""
    found = _from((passage,), (passage,), asked, want)
    return found or Found(sentence(passage.text), passage.text, passage, 0.0)


def _odds(found: Found | None, want: Wanted, evidence: Evidence) -> float:
    if found is None:
        return min(evidence.answers, _SILENT) if want.kind in _NEEDS_A_PIECE else evidence.answers
    if want.kind in _NEEDS_A_PIECE and found.sure < _APART:
        return min(evidence.answers, _SILENT)
    return max(evidence.answers, _STEEP * (found.sure - _SURE))


def _from(
    passages: Sequence[Passage], ranked: Sequence[Passage], asked: Asked, want: Wanted
) -> Found | None:
    look = Look(asked.question, passages, ranked)
    if _SENDER.search(asked.question):
        name = person("\n".join(one.text for one in passages))
        if name:
            return Found(sentence(name), name, passages[-1], 1.0)
    if want.is_negative:
        found = find_excluded(look, want)
        if found is not None:
            return found
    if want.kind == "polar":
        verdict = decide(look, asked.told)
        if verdict is None:
            return None
        word = "Yes" if verdict.is_yes else "No"
        return Found(f"{word}. {sentence(verdict.source.text)}", word, verdict.source, verdict.sure)
    if want.kind == "why":
        return find_reason(look)
    if want.kind == "choice":
        return _option(look, want)
    if want.kind == "list":
        if want.noun == "who":
            found = find_list(look, want.noun) or find_piece(look, replace(want, kind="person"))
        else:
            found = find_by_property(look) or find_list(look, want.noun)
        return found or find_sentence(look)
    if want.kind == "manner":
        return find_sentence(look, is_cut=False)
    found = find_piece(look, want)
    return found or (None if want.kind in _NEEDS_A_PIECE else find_sentence(look))


def _option(look: Look, want: Wanted) -> Found | None:
    """Which of the offered things the text speaks of nearest to the rest of the question."""
    best: tuple[float, str, int] | None = None
    asked = look.question
    for option in want.options:
        bare = asked
        for other in want.options:
            bare = bare.replace(other, " ")
        inner = Look(f"{bare} {option}", look.passages)
        for number in range(len(look.passages)):
            near = _closeness(bare, option, inner, number)
            if near and (best is None or near > best[0] + 1e-6):
                best = (near, option, number)
    if best is None:
        return find_sentence(look)
    passage = look.passages[best[2]]
    return Found(sentence(best[1]), best[1], passage, look.coverage(best[2]))


def _closeness(bare: str, option: str, look: Look, number: int) -> float:
    span = place_of(look.passages[number].text, option)
    if span is None:
        return 0.0
    return Look(bare, look.passages).meets(number, span)
