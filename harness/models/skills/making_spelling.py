"""Words that no list knows, put right by the nearest word that one does.

Runs in the model worker; pure. The list is the encoder's own: about twenty thousand whole words,
the commonest first. What fools it: names in small letters and rare words without a near neighbour.
"""

from __future__ import annotations

import re
from functools import cache

from harness.models.encoder import DATA
from harness.models.skills import english as en
from harness.models.vocabulary import Vocabulary, vocabulary_of

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST = 4
_LONGEST = 18
_ENDINGS = (
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "ly",
    "er",
    "ers",
    "est",
    "ness",
    "ment",
    "able",
    "less",
    "y",
    "'s",
    "’s",
)
_CAPITAL = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january "
    "february march april june july august september october november "
    "december".split()
)


class _Ranks:
    """Whole words and how common they are, the lower the commoner."""

    def get(self, word: str, otherwise: int) -> int:
        found = _words().get(word) if self._is_whole(word) else None
        return otherwise if found is None else found

    def __contains__(self, word: str) -> bool:
        return self._is_whole(word) and word in _words()

    def _is_whole(self, word: str) -> bool:
        return len(word) >= 2 and word.isascii() and word.isalpha() and word.islower()


_RANKS = _Ranks()


def _words() -> Vocabulary:
    return vocabulary_of(DATA / "vocab.txt")


def is_known(word: str) -> bool:
    """Whether a word, or what it is formed from, is on the list."""
    low = word.lower()
    ranks = _RANKS
    if low in ranks or en.is_base(low) or en.lemma_of(low, "s", "past", "part", "ing"):
        return True
    for ending in _ENDINGS:
        stem = low.removesuffix(ending)
        if stem != low and len(stem) >= (4 if ending in ("ing", "ed", "er", "y", "d") else 3):
            if stem in ranks and not (ending == "s" and re.search(r"(?:x|ch|sh|ss)$", stem)):
                return True
            if stem + "e" in ranks and ending in ("ed", "ing", "er", "able", "est", "ers"):
                return True
            if (
                len(stem) > 3
                and stem[-1] == stem[-2]
                and stem[:-1] in ranks
                and ending in ("ed", "ing", "er")
            ):
                return True
            if stem.endswith("i") and stem[:-1] + "y" in ranks:
                return True
    return any(
        low.startswith(p) and low[len(p) :] in ranks
        for p in ("un", "re", "non", "pre", "over", "out", "mis", "sub", "inter")
        if len(low) - len(p) > 4
    )


def respelt(text: str) -> str:
    """The text with its unknown words put right; names and words with digits are left alone."""
    return re.sub(r"(?<![\w@/.#-])[A-Za-z]{3,}(?![\w@/-]|\.\w)", _right, text)


def _right(mark: re.Match[str]) -> str:
    word = mark[0]
    low = word.lower()
    at_front = (
        not mark.string[: mark.start()].strip()
        or mark.string[: mark.start()].rstrip()[-1:] in '.!?:"“'
    )
    if (not _SHORTEST <= len(word) <= _LONGEST) or is_known(word) or _is_doer(low):
        return word
    if word[0].isupper() and not at_front and not (word.isupper() and len(word) > 4):
        near = _nearest(low)
        return near.capitalize() if near in _CAPITAL else word
    near = _nearest(low)
    if not near:
        return word
    if near in _CAPITAL:
        return near.capitalize()
    return near.upper() if word.isupper() else near.capitalize() if word[0].isupper() else near


def _is_doer(low: str) -> bool:
    """Whether a word is a known verb with -er behind it: "dryer", "climbers"."""
    mark = re.fullmatch(r"(?P<stem>[a-z]{3,12})ers?", low)
    if mark is None:
        return False
    stem = mark["stem"]
    is_short = re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", stem) is not None  # "runer"
    return (is_known(stem) and not is_short) or is_known(f"{stem}e")


@cache
def _nearest(low: str) -> str:
    """The likeliest word that a slip of the pen turns into this one; empty where there is none."""
    if re.search(r"(?:x|ch|sh|ss)s$", low) and low[:-1] in _RANKS:
        return low[:-1] + "es"
    for size in (1, 2):
        found = _at(low, size)
        if found:
            return found
    return ""


def _cost(word: str, low: str, rank: int) -> float:
    same = word[:1] == low[:1]
    letters = sorted(word) == sorted(low)
    doubled = re.sub(r"(.)\1", r"\1", word) == re.sub(r"(.)\1", r"\1", low)
    rest = iter(word)
    short = len(low) < len(word) and all(sign in rest for sign in low)
    return (
        rank
        - 12_000 * short
        - 14_000 * letters
        - 9_000 * doubled
        + 9_000 * (not same)
        + 1_500 * abs(len(word) - len(low))
    )


def _at(low: str, size: int) -> str:
    if size == 1:
        near = {w for w in _edits(low) if is_listed(w)}
    else:
        if len(low) < 6 or not "a" <= low[0] <= "z":
            return ""
        near = {
            w
            for w in _words().matching(low[0].encode() + rb"[a-z]{4,}")
            if abs(len(w) - len(low)) <= 2 and _within_two(w, low)
        }
    return min(near, key=lambda w: (_cost(w, low, _RANKS.get(w, 25_000)), w), default="")


def is_listed(word: str) -> bool:
    """Whether a word is on the list, or the plural, past or -ing form of one that is."""
    return (
        word in _RANKS
        or bool(en.lemma_of(word, "s", "past", "part", "ing"))
        or (word.endswith("ly") and word[:-2] in _RANKS)
    )


def _edits(low: str) -> set[str]:
    cuts = [(low[:i], low[i:]) for i in range(len(low) + 1)]
    out = {a + b[1:] for a, b in cuts if b}
    out |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    out |= {a + c + b[1:] for a, b in cuts if b for c in _LETTERS}
    out |= {a + c + b for a, b in cuts for c in _LETTERS}
    return out - {low}


def _within_two(word: str, low: str) -> bool:
    """Whether at most two letters are put in, taken out, changed or swapped."""
    before: list[int] = []
    last = list(range(len(low) + 1))
    for i, sign in enumerate(word, 1):
        row = [i]
        for j, other in enumerate(low, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (sign != other))
            if before and i > 1 and j > 1 and sign == low[j - 2] and word[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > 2:
            return False
        before, last = last, row
    return last[-1] <= 2
