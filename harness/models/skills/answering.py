"""The piece of a text that answers a question, with how sure that is.

Runs in the model worker; the text is hostile, and only the best passages of it are looked at.
A piece of the wanted kind counts by how near it stands to the words of the question, across as
few clauses as possible. What fools it: a question whose words stand nearer to another value.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from harness.models.skills.answering_figures import Span
from harness.models.skills.answering_kinds import Wanted
from harness.models.skills.answering_spans import spans_for
from harness.models.skills.retrieval import STOP, Passage
from harness.models.skills.wording import SAME, WORD, are_opposite, key_words, nearness

_CLAUSE = re.compile(r"[,;:]|\b(?:and|but|while|whereas|which|that)\b|\bwho\b| [-–] ")
_CLAUSE_COST = 4.0
_REACH = 4.5
_BEFORE, _BACK = 0.35, 0.7
_REFERS = re.compile(r"\b(?:it|they|he|she|this|these|his|her|its|their)\b", re.I)
_PRIOR = 0.35
_FIRST, _SECOND = 0.12, 0.06
_MOST_SPANS = 40
_SHORT_CLAUSE = 9
_NOW = re.compile(
    r"\b(?:now|since|instead|new|in the end|finally|current\w*|moved to|postponed to|put off "
    r"(?:until|to|till)|brought forward to|delayed until)\b",
    re.I,
)
_ONCE = re.compile(
    r"\b(?:had (?:been|planned|meant|wanted)|originally|was to|were to|(?:was|were) meant to|"
    r"should have|"
    r"used to|initially|formerly|"
    r"at first|previously|no longer|old|until last)\b",
    re.I,
)
_PAST_ASKED = re.compile(
    r"\b(?:originally|first|formerly|previously|before|used to|initially|old|planned|at first)\b",
    re.I,
)
_NOW_ASKED = re.compile(
    r"\b(?:now|today|nowadays|these days|currently|at present|this year)\b", re.I
)
_TURN = 0.3
_PARTS = re.compile(
    r";\s+|,\s+(?:and |but |while )?(?=(?:the|her|his|its|their|our|my)\s)|"
    r"\s(?:while|but|whereas)\s"
)
_LEAST_CLAUSE, _MET = 3, 0.6
_QUALIFIES, _UNMET, _AGAINST = 1.6, 0.7, 0.35
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_JOINS = re.compile(r"^[ ,]*(?:at|on|from|in the|the|and(?: at| again at)?)?[ ,]*$", re.I)
_TINY, _LONE = 3, 0.5
_NAMELESS = 0.7


@dataclass(frozen=True)
class Found:
    """An answer that a text gives.

    Attributes:
        text: the answer as a short sentence.
        value: the bare answer.
        source: the passage it stands in.
        sure: 0 to 1, how much of the question the passage takes up.
    """

    text: str
    value: str
    source: Passage
    sure: float


class Look:
    """A question held against the passages of a text, in the text's order.

    Args:
        question: what is asked.
        passages: the text's own order.
        ranked: the same passages or some of them, best first.
    """

    def __init__(
        self, question: str, passages: Sequence[Passage], ranked: Sequence[Passage] = ()
    ) -> None:
        self.question = question
        self.passages = tuple(passages)[:60]
        self._ranked = tuple(ranked)
        self.keys = key_words(question)[:16]
        self._words = [[m[0].lower() for m in WORD.finditer(_full(p))][:160] for p in self.passages]
        near = [[self._best(key, words) for key in self.keys] for words in self._words]
        self._near = np.array(near or [[0.0] * len(self.keys)], np.float32)
        seen = (self._near > 0.5).sum(0)
        worth = np.maximum(np.log((len(self.passages) + 1) / (seen + 0.5)) + 0.5, 0.2)
        worth *= np.array([_QUALIFIES if _narrows(key) else 1.0 for key in self.keys])
        met = worth[seen > 0]
        worth[seen == 0] = _UNMET * float(met.mean() if len(met) else 1.0)
        self.worth = worth.astype(np.float32)

    @staticmethod
    def _best(key: str, words: Sequence[str]) -> float:
        return max((nearness(key, word) for word in words if word not in STOP), default=0.0)

    def _carry(self, number: int) -> float:
        """How much of the passage before counts for a passage: more where it says "it"."""
        return _BACK if _REFERS.search(self.passages[number].text[:160]) else _BEFORE

    def coverage(self, number: int) -> float:
        """How much of the question a passage takes up, the one before it helping a little."""
        if not self.keys:
            return 0.0
        own = self._near[number]
        if number > 0:
            own = np.maximum(own, self._carry(number) * self._near[number - 1])
        return float((own * self.worth).sum() / self.worth.sum())

    def best(self) -> int:
        """The number of the passage that takes up most of the question."""
        return max(range(len(self.passages)), key=lambda n: (self.coverage(n) + self.lead(n), -n))

    def lead(self, number: int) -> float:
        """What the order by meaning adds for a passage."""
        passage = self.passages[number]
        if self._ranked[:1] == (passage,):
            return _FIRST
        return _SECOND if passage in self._ranked[1:2] else 0.0

    def meets(self, number: int, span: Span) -> float:
        """How near the words of the question stand to a piece of a passage, 0 to about 1."""
        text = self.passages[number].text
        tokens = [t for t in WORD.finditer(text) if t[0].lower() not in STOP][:160]
        starts = [t.start() for t in tokens]
        edges = [m.start() for m in _CLAUSE.finditer(text)]
        left, right = bisect_left(starts, span.start), bisect_left(starts, span.end)
        total = 0.0
        before = dict(zip(self.keys, self._near[max(0, number - 1)], strict=True))
        for key, worth, whole in zip(self.keys, self.worth, self._near[number], strict=True):
            best = _BEFORE * 0.5 * whole
            for at, token in enumerate(tokens):
                near = nearness(key, token[0].lower())
                if not near:
                    continue
                away = float(left - at if at < left else max(0, at - right + 1))
                low, high = sorted((token.start(), span.start))
                away += _CLAUSE_COST * (bisect_left(edges, high) - bisect_left(edges, low))
                best = max(best, near / (1 + away / _REACH))
            if number > 0:
                best = max(best, 0.6 * self._carry(number) * float(before[key]))
            total += float(worth) * best
        around = _clause_at(text, edges, span)
        against = are_opposite(self.keys, [m[0].lower() for m in WORD.finditer(around)])
        score = total / float(self.worth.sum() or 1.0) - _AGAINST * against
        if not _PAST_ASKED.search(self.question):
            now = 2 * _TURN if _NOW_ASKED.search(self.question) else _TURN
            score += now * bool(_NOW.search(around) or text.startswith("Since ")) - _TURN * bool(
                _ONCE.search(around)
            )
        return score


def _clause_at(text: str, edges: Sequence[int], span: Span) -> str:
    """The clause of a sentence in which a piece of it stands."""
    at = bisect_left(edges, span.start + 1)
    first = edges[at - 1] if at else 0
    later = [edge for edge in edges[at:] if edge >= span.end]
    return text[first : later[0] if later else len(text)]


def _narrows(key: str) -> bool:
    """Whether a word tells one case from another: a day, a number."""
    return key.isdigit() or key.removesuffix("s") in DAYS


def _full(passage: Passage) -> str:
    return f"{passage.heading} {passage.text}".strip()


def pick(look: Look, want: Wanted) -> tuple[int, Span, float] | None:
    """The best piece of the wanted kind: its passage's number, itself, and how well it meets."""
    best: tuple[float, int, Span] | None = None
    asked = {m[0].lower() for m in WORD.finditer(look.question)}
    days = [day for day in DAYS if want.kind == "when" and {day, f"{day}s"} & asked]
    told = {n for n, one in enumerate(look.passages) if any(d in one.text.lower() for d in days)}
    told = {n for n in told if len(spans_for(want, look.passages[n].text)) > 1}
    for number, passage in enumerate(look.passages):
        if told and number not in told:
            continue  # another sentence tells of the day that is asked for
        lead = look.lead(number) + 0.15 * look.coverage(number)
        for span in spans_for(want, passage.text)[:_MOST_SPANS]:
            words = [m[0].lower() for m in WORD.finditer(span.text) if m[0].lower() not in STOP]
            if words and all(word in asked or _says_day(word, asked) for word in words):
                continue
            if want.kind == "person" and all(_is_asked(word, look.keys) for word in words):
                continue
            score = look.meets(number, span) + _PRIOR * span.prior + lead
            if best is None or score > best[0] + 1e-6:
                best = (score, number, span)
    return None if best is None else (best[1], best[2], best[0])


def _says_day(word: str, asked: set[str]) -> bool:
    """Whether a word is the day that a question names: "Sundays" for Sunday."""
    bare = word.removesuffix("s")
    return bare in DAYS and (bare in asked or f"{bare}s" in asked)


def _is_asked(word: str, keys: Sequence[str]) -> bool:
    return any(nearness(key, word) >= SAME for key in keys)


def find_piece(look: Look, want: Wanted) -> Found | None:
    """A person, amount, time, place, colour or name that answers; None where there is none."""
    if not look.passages:
        return None
    picked = pick(look, want)
    if picked is None:
        return _until(look, want)
    number, span, _ = picked
    whole = look.passages[number].text
    value = (_whole_time(whole, want, span, look.keys) if want.kind == "when" else span.text).strip(
        " ,;:"
    )
    text = whole if _is_plain(whole) else value
    sure = look.coverage(number)
    if _is_lone(look, want):
        sure = max(sure, _LONE)
    if want.noun == "name":  # any name is what is asked for
        sure = max(sure, _NAMELESS)
    return Found(sentence(text), value, look.passages[number], sure)


def _until(look: Look, want: Wanted) -> Found | None:
    """How long by its end, where the text gives no length."""
    if "span" not in want.units:
        return None
    picked = pick(look, Wanted("when"))
    if picked is None:
        return None
    number, span, _ = picked
    text = look.passages[number].text
    if not re.search(r"\b(?:until|till|up to|through)\s(?:the )?$", text[: span.start], re.I):
        return None
    value = f"until {span.text}"
    return Found(sentence(value), value, look.passages[number], look.coverage(number))


def _is_lone(look: Look, want: Wanted) -> bool:
    """Whether a tiny text has one time or amount at all, which is then what is meant."""
    if len(look.passages) > _TINY or want.kind not in ("when", "amount", "money", "often"):
        return False
    spans = [one for passage in look.passages for one in spans_for(want, passage.text)]
    sure = [one for one in spans if one.prior > 0]
    return len(sure or spans) == 1


def _whole_time(text: str, want: Wanted, span: Span, asked: Sequence[str]) -> str:
    """A time with the day or the hour that stands right beside it."""
    if want.units:
        return span.text
    start, end = span.start, span.end
    for other in spans_for(want, text):
        if nearness_to(other.text, asked):
            continue
        if other.end <= start and _JOINS.match(text[other.end : start]):
            start = other.start
        elif other.start >= end and _JOINS.match(text[end : other.start]):
            end = other.end
    return text[start:end]


def _is_plain(text: str) -> bool:
    """Whether a sentence is one short clause, so that it is an answer as it stands."""
    return len(text.split()) <= _SHORT_CLAUSE and not _CLAUSE.search(text)


def find_sentence(look: Look, *, is_cut: bool = True) -> Found | None:
    """The sentence that takes up most of the question, or the clause of it that does."""
    if not look.passages:
        return None
    number = look.best()
    passage = look.passages[number]
    value = passage.text.strip()
    value = _own_clause(look, value) if is_cut else value
    return Found(sentence(value), value, passage, look.coverage(number))


def _own_clause(look: Look, text: str) -> str:
    """The one clause of a sentence that meets the question, where the others are clauses too."""
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    if len(parts) < 2 or min(len(part.split()) for part in parts) < _LEAST_CLAUSE:
        return text
    words = [[m[0].lower() for m in WORD.finditer(part)] for part in parts]
    met = [sum(max(map(partial(nearness, key), held)) for key in look.keys) for held in words]
    best = max(range(len(parts)), key=lambda n: met[n])
    return (
        parts[best] if met.count(met[best]) == 1 and met[best] >= _MET * max(1, sum(met)) else text
    )


def sentence(value: str) -> str:
    """A value as a sentence of its own."""
    value = " ".join(value.split()).strip(" ,;")
    if value.count('"') % 2:
        value = value.strip('"').strip()
    value = value[:1].upper() + value[1:]
    return value if value.endswith((".", "!", "?", "”", '"')) else value + "."


def nearness_to(text: str, asked: Sequence[str]) -> bool:
    """Whether a piece of text says a word that is asked about anyway."""
    return any(nearness(key, m[0].lower()) > 0.5 for m in WORD.finditer(text) for key in asked)


def place_of(text: str, words: str) -> Span | None:
    """Where a text speaks of some words, by the last of them that it has."""
    tokens = list(WORD.finditer(text))[:160]
    for word in reversed([m[0].lower() for m in WORD.finditer(words)]):
        if word in STOP:
            continue
        for token in tokens:
            if nearness(word, token[0].lower()) > 0.5:
                return Span(token.start(), token.end(), token[0])
    return None
