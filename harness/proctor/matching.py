"""Which facts a question asks for: the encoder's likeness and the author's cues, averaged.

Runs in zone G; pure values. The question is a candidate's and bounded by the caller. What
fools it: a question that is about nothing on the sheet and happens to use the words of a cue.

The figures were fitted once, on the phrasings of two fact sheets of eight facts with fifteen
phrasings each and on 25 questions about nothing on either; tests/proctor/test_stakeholder.py
holds them: the right fact for at least 90 of 100, a wrong one for at most 3. They flatter: on two
sheets not fitted on the right fact came for 73 and 78 of 100, a wrong one for 3 and 2.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from harness.proctor.photographs import Fact, FactSheet

THRESHOLD = 0.45
"""Score from which a fact is told."""
SECOND_SHARE = 0.90
"""A second fact is told when it scores at least this much of the first."""
NEAR = 0.15
"""How far below the threshold a topic may lie and still be named."""
MOST_FACTS, MOST_NEAREST = 2, 2
TOO_MANY = 4
"""So many facts over the threshold are a request for everything."""
_LIKE_AT_MOST = 0.60
_CUES_FULL = 3.0
_UNIQUE = math.log(9)
"""Weight of a cue that one fact alone has, fitted on sheets of eight facts."""
_BEST_CUES = 3
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_EVERYTHING = re.compile(
    r"\b(?:tell|give|show|send|list)\b.{0,20}\b(?:everything|all (?:of )?(?:you|the|your)\b.{0,12}"
    r"\b(?:know|facts?|topics?|information|info|details?|answers?|requirements?))"
    r"|\b(?:everything|all|anything|what) (?:that )?you know\b"
    r"|\bwhat (?:do you|can you|topics do you|facts do you|topics can you) (?:know|have|tell me|"
    r"speak to)\s*\??$"
    r"|\b(?:anything|something|what|everything) else\b.{0,20}\b(?:know|tell)\b"
    r"|\banything (?:that )?i (?:should|need to|ought to|must) know\b"
)

Vector = Sequence[float]
Words = tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """What a question asks for.

    Attributes:
        facts: to be told, the best first; at most two.
        nearest: not certain enough to be told, whose topics may be named; at most two.
        is_everything: it asks for all there is.
    """

    facts: tuple[Fact, ...] = ()
    nearest: tuple[Fact, ...] = ()
    is_everything: bool = False


class Matcher:
    """Matches questions with one fact sheet.

    Args:
        sheet: what the stakeholder knows.
    """

    def __init__(self, sheet: FactSheet) -> None:
        self._facts = sheet.facts
        self._cues = [{words_of(cue) for cue in fact.cues} - {()} for fact in sheet.facts]
        counts: dict[Words, int] = {}
        for cues in self._cues:
            for cue in cues:
                counts[cue] = counts.get(cue, 0) + 1
        total = len(sheet.facts)
        unique = math.log(1 + total)  # a cue of one fact alone weighs the same on any sheet
        self._weights = {
            cue: _UNIQUE * math.log(1 + total / count) / unique * (1 + 0.5 * (len(cue) - 1))
            for cue, count in counts.items()
        }

    def match(
        self, question: str, vectors: Sequence[Sequence[Vector]] | None, asked: Vector | None
    ) -> Match:
        """Return what a question asks for.

        Args:
            question: in the candidate's words.
            vectors: for each fact, in order, a unit vector for each of its cues; None to match
                by cues alone.
            asked: the question's unit vector; None to match by cues alone.
        """
        if _EVERYTHING.search(" ".join(question.lower().split())):
            return Match(is_everything=True)
        scores = self.cue_scores(question)
        if vectors is not None and asked is not None:
            likeness = [_likeness(of_fact, asked) for of_fact in vectors]
            scores = [(like + cue) / 2 for like, cue in zip(likeness, scores, strict=True)]
        return self._choose(scores)

    def cue_scores(self, question: str) -> list[float]:
        """Return from 0 to 1, for each fact, how much of its cues stands in a question."""
        words = words_of(question)
        there = {
            words[start : start + length]
            for length in {len(cue) for cue in self._weights}
            for start in range(len(words) - length + 1)
        }
        sums = (sum(self._weights[cue] for cue in cues & there) for cues in self._cues)
        return [1 - math.exp(-found / _CUES_FULL) for found in sums]

    def _choose(self, scores: list[float]) -> Match:
        ranked = sorted(zip(scores, self._facts, strict=True), key=lambda pair: -pair[0])
        best = ranked[0][0]
        over = [fact for score, fact in ranked if score >= THRESHOLD]
        if len(over) >= TOO_MANY and ranked[TOO_MANY - 1][0] >= SECOND_SHARE * best:
            return Match(is_everything=True)
        if over:
            told = [f for s, f in ranked if s >= THRESHOLD and s >= SECOND_SHARE * best]
            return Match(facts=tuple(told[:MOST_FACTS]))
        near = [fact for score, fact in ranked if score >= THRESHOLD - NEAR]
        return Match(nearest=tuple(near[:MOST_NEAREST]))


def words_of(text: str) -> Words:
    """Return a text's words, lower-case, each reduced to what its forms have in common."""
    return tuple(_stem(word) for word in _WORD.findall(text.lower().replace("’", "'")))


def _stem(word: str) -> str:
    """Return a word without its plural, -ing, -ed or final e; crude on purpose."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            word = word[: -len(ending)]
            if word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    else:
        if len(word) > 3 and word.endswith("es") and word[-3] in "sxzh":
            word = word[:-2]
        elif len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
            word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _likeness(of_fact: Sequence[Vector], asked: Vector) -> float:
    """Return from 0 to 1 how like a question is to a fact's cues that are most like it."""
    likest = sorted((sum(map(mul, cue, asked)) for cue in of_fact), reverse=True)[:_BEST_CUES]
    mean: float = sum(likest) / len(likest)
    return min(1.0, max(0.0, mean / _LIKE_AT_MOST))
