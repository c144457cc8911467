"""Which facts a question asks for: what is learnt from the author's phrasings, and their words.

Runs in zone G; pure values. Each fact is a class with examples (phrasings, and for less its cues,
topic and answer), and so is what stands on no sheet (asides). Three scores a class - a linear head
on the encoder's vectors, the mean likeness of the likest three examples, the mean overlap of rare
words with the likest three - are weighed with four numbers into shares of belief. What fools it:
a question beside the sheet in the words of a fact, and a fact asked for by what the answer implies.

The four numbers were fitted by scripts/fit_matching.py on tests/fixtures/paraphrases/dev.jsonl,
questions by writers who had seen neither cues nor phrasings; the card beside them has all figures.
On as many questions kept apart and run once, the right fact comes for 85 of 100 and a wrong one for
5; wanted are 90 and 3. Without an encoder it is about 49 and 5.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from operator import mul

from harness.proctor.asides import ASIDES
from harness.proctor.leaning import readings_of, understand
from harness.proctor.photographs import Fact, FactSheet
from harness.proctor.questions import alone, is_asked, is_for_everything

THRESHOLD = 0.40
"""Share of belief from which a fact is told."""
NEAR = 0.20
"""Share from which, when nothing is told, a topic may be named. On the two files of dev questions
19 in 47 of those were the fact that was asked for; at 0.12 it was 23 in 74."""
MOST_FACTS, MOST_NEAREST = 2, 2
TOO_MANY = 4
"""A question with two cues each of so many facts is a request for everything."""
RIDGE = 0.5
"""How strongly the head is held to zero; see Worker.learn()."""
BESIDE = 0.3
"""How much a cue, a topic or a sentence of the answer counts beside a phrasing."""
_LIKEST = 3
_WEIGHTS, _ASIDE = (7.5, 2.8, 3.1), 2.55
"""Of head, likeness and words; and what is added for the class of no fact."""
_BY_WORDS, _ASIDE_BY_WORDS, _THRESHOLD_BY_WORDS = 8.3, 1.84, 0.55
"""The same without an encoder."""
_NAMED = 6.0
"""Added for a fact whose topic stands in a question as we name it ourselves: as good as certain."""
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")

Vector = Sequence[float]
Words = tuple[str, ...]
Scores = tuple[float, float, float]


@dataclass(frozen=True)
class Match:
    """What a question asks for.

    Attributes:
        facts: to be told, at most two, the best; in the order in which they were asked for.
        nearest: not certain enough to be told, whose topics may be named; at most two.
        is_everything: it asks for all there is.
        unheard: of several questions at once, where facts are told, those that none answers.
        doubtful: those of which it is not certain that what is told answers them.
        later: those that a fact would answer that is not told because two are.
        ranked: every fact with its share of belief from 0 to 1, the best first.
    """

    facts: tuple[Fact, ...] = ()
    nearest: tuple[Fact, ...] = ()
    is_everything: bool = False
    unheard: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    ranked: tuple[tuple[Fact, float], ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Example:
    """One text that stands for a class.

    Attributes:
        text: the words.
        of: number of the fact; the number after the last is no fact.
        weight: how much it counts when the head is learnt.
    """

    text: str
    of: int
    weight: float


@dataclass(frozen=True)
class Learnt:
    """What the encoder made of a sheet.

    Attributes:
        vectors: a unit vector for each example, in order.
        mean: of all examples.
        head: for each class, a direction.
    """

    vectors: Sequence[Vector]
    mean: Vector
    head: Sequence[Vector]


class Matcher:
    """Matches questions with one fact sheet.

    Args:
        sheet: what the stakeholder knows.
    """

    def __init__(self, sheet: FactSheet) -> None:
        self._facts = sheet.facts
        self._none = len(sheet.facts)
        self.examples = tuple(_examples(sheet))
        self._topics = [words_of(fact.topic) for fact in sheet.facts]
        self._cues = [{words_of(cue) for cue in fact.cues} - {()} for fact in sheet.facts]
        self._rarity, self._bags = self._weigh_words()

    @property
    def texts(self) -> list[str]:
        """What the encoder is asked for, in order."""
        return [example.text for example in self.examples]

    def match(self, parts: Sequence[str], learnt: Learnt | None, asked: Sequence[Vector]) -> Match:
        """Return what a question asks for.

        Args:
            parts: the question as parts_of() gives it.
            learnt: of this sheet; None to match by words alone.
            asked: a unit vector for each of readings_of(parts); none to match by words alone.
        """
        whole = " ".join(parts)
        if is_for_everything(whole) or self._has_cues_of_many(whole):
            return Match(is_everything=True)
        texts, told = readings_of(parts), THRESHOLD
        if learnt is None:
            shares, told = {one: self._shares_by_words(one) for one in texts}, _THRESHOLD_BY_WORDS
        else:
            shares = {
                text: self._shares_learnt(text, learnt, vector)
                for text, vector in zip(texts, asked, strict=True)
            }
        return self._choose(parts, understand(parts, shares, told=told, near=NEAR), told)

    def scores(self, question: str, learnt: Learnt, asked: Vector) -> list[Scores]:
        """Return head, likeness and overlap of words for each class, that of no fact last."""
        likeness = self._likest(sum(map(mul, vector, asked)) for vector in learnt.vectors)
        aside = [one - mean for one, mean in zip(asked, learnt.mean, strict=True)]
        heads = [sum(map(mul, direction, aside)) for direction in learnt.head]
        return list(zip(heads, likeness, self.word_scores(question), strict=True))

    def word_scores(self, question: str) -> list[float]:
        """Return from 0 to 1, for each class, how much of its words stands in a question."""
        asked = self._bag(question)
        return self._likest(
            sum(weight * bag[word] for word, weight in asked.items() if word in bag)
            for bag in self._bags
        )

    def _shares_learnt(self, text: str, learnt: Learnt, vector: Vector) -> list[float]:
        weighed = [sum(map(mul, _WEIGHTS, one)) for one in self.scores(text, learnt, vector)]
        return _shares(self._with_named(text, weighed), _ASIDE)

    def _shares_by_words(self, question: str) -> list[float]:
        weighed = [_BY_WORDS * one for one in self.word_scores(question)]
        return _shares(self._with_named(question, weighed), _ASIDE_BY_WORDS)

    def _with_named(self, question: str, weighed: Sequence[float]) -> list[float]:
        """Return the classes' weights, raised where a topic of several words stands whole."""
        words = words_of(question)
        raised = list(weighed)
        for number, topic in enumerate(self._topics):
            if len(topic) > 1 and _stands_in(topic, words):
                raised[number] += _NAMED
        return raised

    def _choose(
        self, parts: Sequence[str], of_parts: Sequence[Sequence[float]], threshold: float
    ) -> Match:
        best = [max(shares) for shares in zip(*of_parts, strict=True)][: self._none]
        order = sorted(zip(best, self._facts, strict=True), key=lambda pair: -pair[0])
        ranked = tuple((fact, share) for share, fact in order)
        told = [self._facts.index(fact) for fact, share in ranked if share >= threshold]
        if told:
            kept = _kept(told, of_parts, threshold)
            unheard: list[str] = []
            doubtful: list[str] = []
            later: list[str] = []
            for part, shares in zip(parts, of_parts, strict=True):
                share = max(shares[number] for number in kept)
                if not is_asked(part) or share >= threshold:
                    continue
                has_fact = max(shares[: self._none]) >= threshold
                kind = later if has_fact else doubtful if share >= NEAR else unheard
                kind.append(alone(part))
            return Match(
                self._as_asked(kept, of_parts),
                unheard=tuple(unheard),
                doubtful=tuple(doubtful),
                later=tuple(later),
                ranked=ranked,
            )
        near = tuple(fact for fact, share in ranked if share >= NEAR)
        return Match(nearest=near[:MOST_NEAREST], ranked=ranked)

    def _as_asked(
        self, kept: Iterable[int], of_parts: Sequence[Sequence[float]]
    ) -> tuple[Fact, ...]:
        """Return facts in the order of the parts that ask for them; in one part, the best first."""

        def place(number: int) -> tuple[int, float]:
            shares = [part[number] for part in of_parts]
            return shares.index(max(shares)), -max(shares)

        return tuple(self._facts[number] for number in sorted(kept, key=place))

    def _has_cues_of_many(self, question: str) -> bool:
        words = words_of(question)
        longest = max((len(cue) for cues in self._cues for cue in cues), default=0)
        there = {
            words[start : start + length]
            for length in range(1, longest + 1)
            for start in range(len(words) - length + 1)
        }
        return sum(len(cues & there) > 1 for cues in self._cues) >= TOO_MANY

    def _likest(self, values: Iterable[float]) -> list[float]:
        """Return for each class the mean of its examples' highest values."""
        of_class: list[list[float]] = [[] for _ in range(self._none + 1)]
        for example, value in zip(self.examples, values, strict=True):
            of_class[example.of].append(value)
        return [sum(nlargest(_LIKEST, one)) / min(_LIKEST, len(one)) for one in of_class]

    def _weigh_words(self) -> tuple[dict[str, float], list[dict[str, float]]]:
        """Return how rare each word is among the classes, and each example's words by that."""
        classes: dict[str, set[int]] = {}
        for example in self.examples:
            for word in _telling(example.text):
                classes.setdefault(word, set()).add(example.of)
        count = self._none + 1
        self._rarity = {word: math.log(1 + count / len(of)) for word, of in classes.items()}
        return self._rarity, [self._bag(example.text) for example in self.examples]

    def _bag(self, text: str) -> dict[str, float]:
        weights = {word: self._rarity[word] for word in _telling(text) if word in self._rarity}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {word: weight / length for word, weight in weights.items()}


def _kept(told: Sequence[int], of_parts: Sequence[Sequence[float]], threshold: float) -> list[int]:
    """Return two at most of the facts that could be told: a part's own before a second of it."""
    own = [max(told, key=shares.__getitem__) for shares in of_parts]
    asked = [one for one, shares in zip(own, of_parts, strict=True) if shares[one] >= threshold]
    return list(dict.fromkeys([*asked, *told]))[:MOST_FACTS]


def words_of(text: str) -> Words:
    """Return a text's words, lower-case, each reduced to what its forms have in common."""
    return tuple(_stem(word) for word in _WORD.findall(text.lower().replace("’", "'")))


def _examples(sheet: FactSheet) -> Iterable[Example]:
    for number, fact in enumerate(sheet.facts):
        yield from (Example(text, number, 1.0) for text in fact.phrasings)
        beside = [*fact.cues, fact.topic, fact.answer, *_SENTENCE.split(fact.answer)]
        yield from (Example(text, number, BESIDE) for text in beside if text)
    yield from (Example(text, len(sheet.facts), 1.0) for text in (*ASIDES, *sheet.asides))


def _shares(weighed: Sequence[float], aside: float) -> list[float]:
    """Return the classes' shares of belief, 1 together; the last class is no fact."""
    logits = [*weighed[:-1], weighed[-1] + aside]
    most = max(logits)
    powers = [math.exp(one - most) for one in logits]
    return [one / sum(powers) for one in powers]


def _stands_in(part: Words, words: Words) -> bool:
    length = len(part)
    return any(words[start : start + length] == part for start in range(len(words) - length + 1))


def _telling(text: str) -> set[str]:
    return set(words_of(text)) - _STOP


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


_STOP = frozenset(
    words_of(
        "a an the is are was were be been do does did i you we they it he she of to in on at for "
        "with and or if that this these those my your our their me us them what which who whom how "
        "when where why can could may might should shall would will must have has had any some "
        "there not no as by from about so just than then into"
    )
)
