"""How near two words are in meaning: the same, of one sense, opposite, or one misspelt.

Runs in the model worker; words are hostile and only compared. Senses stand in data/senses.toml.
What fools it: a word with two senses ("last" night, "lasts" an hour).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from harness.models.encoder import DATA
from harness.models.skills.retrieval import content_words, stem

SAME, SENSE, BEGINNING, MISSPELT = 1.0, 0.8, 0.9, 0.85
_TYPO_LEAST, _TYPO_LONG = 4, 8
_MOST_WORDS = 60
_KEPT_WORDS = 4_096
# words of a question that name the kind of answer or nothing at all
ASKING = frozenset(
    """time day date year month week hour much many kind sort type name named exactly please only
    one ones thing things anything something anyone someone anybody somebody everybody whole still
    also just now again really reason say says said tell guide text notice sheet list according
    going going by actually ever yes no number figure amount value which long often far soon
    short answer word words sentence end give state find out nothing
    else based contact today nowadays currently""".split()
)
_SMALL_WORDS = ("they", "does", "there", "what", "when", "which", "where", "that")
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+){0,4}")


@dataclass(frozen=True)
class Senses:
    """Groups of words of one sense, and pairs of groups that exclude one another."""

    groups: dict[str, frozenset[int]]
    sides: dict[str, frozenset[tuple[int, int]]]


@cache
def senses() -> Senses:
    """The senses read from their file."""
    raw = tomllib.loads((DATA / "senses.toml").read_text(encoding="utf-8"))
    groups: dict[str, set[int]] = {}
    for number, line in enumerate(raw["same"].strip().splitlines()):
        for word in line.split():
            groups.setdefault(_root(word), set()).add(number)
            groups.setdefault(word, set()).add(number)
    sides: dict[str, set[tuple[int, int]]] = {}
    for number, line in enumerate(raw["opposite"].strip().splitlines()):
        for side, words in enumerate(line.split("|")):
            for word in words.split():
                for form in (word, stem(word)):
                    sides.setdefault(form, set()).add((number, side))
    return Senses(
        {word: frozenset(found) for word, found in groups.items()},
        {word: frozenset(found) for word, found in sides.items()},
    )


@lru_cache(maxsize=_KEPT_WORDS)
def _groups_of(word: str) -> frozenset[int]:
    known = senses().groups
    forms = (word, stem(word), _root(word))
    return frozenset().union(*(known.get(form, frozenset()) for form in forms))


@lru_cache(maxsize=_KEPT_WORDS)
def _sides_of(word: str) -> frozenset[tuple[int, int]]:
    known = senses().sides
    return known.get(word, frozenset()) | known.get(stem(word), frozenset())


def nearness(asked: str, held: str) -> float:
    """How far one word stands for another, 0 to 1; both in lower case."""
    if asked == held or _root(asked) == _root(held):
        return SAME
    if asked.isdigit() or held.isdigit():
        return 0.0
    if len(asked) >= 6 and len(held) >= 6 and asked[:5] == held[:5]:
        return BEGINNING
    if _groups_of(asked) & _groups_of(held):
        return SENSE
    if is_misspelt(asked, held) or is_misspelt(_root(asked), _root(held)):
        return MISSPELT
    return 0.0


@lru_cache(maxsize=_KEPT_WORDS)
def _root(word: str) -> str:
    """A stem that also meets "runs" with "run"."""
    short = len(word) == 4 and word.endswith("s") and not word.endswith("ss")
    agent = len(word) >= 6 and word.endswith(("er", "or", "ers", "ors"))
    if agent:  # "builder" meets "build"
        return stem(word.rstrip("s")[:-2])
    return word[:-1] if short else stem(word)


def is_misspelt(one: str, other: str) -> bool:
    """Whether two words are apart by a slip of the pen: one letter, or two in long words."""
    shorter = min(len(one), len(other))
    most = 2 if shorter >= _TYPO_LONG else 1
    if shorter < _TYPO_LEAST or abs(len(one) - len(other)) > most or one[0] != other[0]:
        return False
    if shorter < 5 and one[-1] != other[-1]:
        return False
    return _distance(one[:30], other[:30], most) <= most


def _distance(one: str, other: str, most: int) -> int:
    """Edits between two words, a swap of neighbours counting one; more than most is most + 1."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def key_words(question: str) -> list[str]:
    """The words of a question that say what it is about, each once."""
    found = content_words(question)[:_MOST_WORDS]
    bare = [word for word in found if word not in ASKING and not _is_slip(word)]
    return list(dict.fromkeys(bare or found))


def _is_slip(word: str) -> bool:
    """Whether a word is a misspelt one that means nothing by itself, such as "they"."""
    return any(sorted(word) == sorted(one) or is_misspelt(word, one) for one in _SMALL_WORDS)


def coverage(asked: Iterable[str], held: Iterable[str]) -> float:
    """The share of the asked words for which the held words have one; 0 where nothing is asked."""
    words = list(asked)
    pool = list(dict.fromkeys(held))[:200]
    if not words:
        return 0.0
    return sum(max((nearness(w, h) for h in pool), default=0.0) for w in words) / len(words)


def are_opposite(asked: Iterable[str], held: Iterable[str]) -> bool:
    """Whether one text has the opposite of a word of the other, and not that word itself."""
    mine = {place for word in asked for place in _sides_of(word)}
    theirs = {place for word in held for place in _sides_of(word)}
    return any((n, 1 - side) in theirs and (n, side) not in theirs for n, side in mine)
