"""What comes next in a row of numbers, letters, days or months, and what a shown function gives.

Runs in the model worker; pure. A rule is taken only if it fits everything that is shown.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from fractions import Fraction

from harness.models.skills.making_functions import is_number, value_at
from harness.models.skills.reckoning_figures import plain

_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_LETTERS = list("abcdefghijklmnopqrstuvwxyz")
_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split()
_CYCLES: tuple[tuple[Sequence[str], bool], ...] = (
    (_DAYS, True),
    (_MONTHS, True),
    (["spring", "summer", "autumn", "winter"], True),
    (_WORDS, False),
    (_ROMAN, False),
    (_LETTERS, False),
    (["north", "east", "south", "west"], True),
    (["do", "re", "mi", "fa", "sol", "la", "ti"], True),
)
_ASKS = re.compile(
    r"\b(?:next|continue|continues|what comes|follows?|go(?:es)? on|"
    r"complete|missing|carry on|extend)\b|\?|\.\.\.|…|_{1,5}\s*$|,\s*$",
    re.I,
)
_HOW_MANY = re.compile(
    r"\bnext (?P<n>two|three|four|five|\d)\b|\b(?P<m>two|three|four|five|"
    r"\d) (?:more|further)\b|\b(?P<k>two|three|four|five) (?:terms|numbers|"
    r"items|elements)\b",
    re.I,
)
_NUMBER = r"-?\d{1,12}(?:\.\d{1,6})?(?:/\d{1,6})?"
_ITEM = (
    rf"(?:{_NUMBER}(?![\w-])|[A-Za-z]{{1,4}}\d{{1,4}}(?:-?[A-Za-z]{{1,3}}\d{{"
    rf"0,3}})?|[A-Za-z]{{1,12}}|\d{{1,4}}-?[A-Za-z]{{1,4}}\d{{0,4}})"
)
_ROW = re.compile(
    rf"(?<![\w.])(?P<row>{_ITEM}(?:(?:[ \t]*,[ \t]*(?:and )?|[ \t]*;[ \t]*|[ "
    rf"\t]+[-–>→/|]+>?[ \t]*|[ \t]+|[ \t]*\n){_ITEM}){{2,30}})"
)
_BLANK = re.compile(r"^\W*(?:\?|_+|\.{2,3}|…|\[\s?\]|x\b)")


def continued(said: str) -> str | None:
    """What comes next, or in the gap, of a row that a message shows; None where it shows none."""
    if len(said) > 600 or not _ASKS.search(said):
        return None
    marks = [m for line in (said, *said.split("\n")) for m in _ROW.finditer(line)]
    for mark in sorted(marks, key=lambda m: -len(m["row"])):
        row = [p for p in re.split(r"\s*[,;]\s*(?:and )?|\s+[-–>→/|]+>?\s*|\s+", mark["row"]) if p]
        is_words = all(re.fullmatch(r"[A-Za-z]{2,}", p) for p in row)
        if is_words and not any(
            _place(cycle, p.lower()) is not None for cycle, _ in _CYCLES for p in row[:1]
        ):
            continue
        at = said.find(mark["row"])
        before, after = said[:at], said[at + len(mark["row"]) :]
        if any(re.fullmatch(r"[A-Za-z]{2,}", p) for p in row) and not is_words:
            continue
        is_bare = not re.search(
            r"\w{3}",
            re.sub(
                r"\b(?:what|comes?|next|continue|me|pls|same|style|nothing|else|items?|"
                r"the|this|series|sequence|pattern|number|row|is|in|find|give|which|"
                r"follows|missing|one|letter|term|two|three|of|and|please|just|only|"
                r"answer|then|goes|after|list|complete|fill|with|numbers|items|terms|"
                r"more|element)\b",
                "",
                before + after,
                flags=re.I,
            ),
        )
        if not is_bare and not re.search(
            r"\b(?:next|continue|series|sequence|pattern|missing|comes after|goes on|follows)\b",
            said,
            re.I,
        ):
            continue
        gap = re.match(
            r"\s*[,;]?\s*(?:\?|_+|\.{2,3}|…|\[ ?\])\s*[,;]\s*(?P<rest>"
            + _ITEM
            + r"(?:\s*[,;]\s*"
            + _ITEM
            + r")*)",
            after,
        )
        if gap:
            found = _in_gap(row, re.split(r"\s*[,;]\s*", gap["rest"]))
            if found:
                return found
        many = _HOW_MANY.search(before + " " + after)
        count = 1
        if many:
            word = next(g for g in many.groups() if g).lower()
            count = int(word) if word.isdigit() else _WORDS.index(word) + 1
        out = next_of(row, min(count, 10))
        if out:
            return ", ".join(out)
    return None


def _in_gap(front: list[str], back: list[str]) -> str | None:
    """The one item that lets the front go on into the back."""
    if all(map(is_number, front + back)) and len(front) + len(back) >= 3:
        values = [*(Fraction(p) for p in front), None, *(Fraction(p) for p in back)]
        at = len(front)
        if len(front) >= 2:
            said = next_of(front, 1 + len(back))
            if said and said[1:] == back:
                return said[0]
        known = [(Fraction(i), v) for i, v in enumerate(values) if v is not None]
        value = value_at([([x], y) for x, y in known], [Fraction(at)])
        return None if value is None else plain(value)
    said = next_of(front, 1 + len(back))
    return said[0] if said and [s.lower() for s in said[1:]] == [b.lower() for b in back] else None


def _place(cycle: Sequence[str], word: str) -> int | None:
    if word in cycle:
        return list(cycle).index(word)
    if len(word) >= 3 and len(cycle[0]) > 5:
        return next((i for i, name in enumerate(cycle) if name.startswith(word)), None)
    return None


def next_of(row: Sequence[str], count: int) -> list[str] | None:
    """The next items of a row; None where no rule fits all of it."""
    if len(row) < 3:
        return None
    if all(re.fullmatch(_NUMBER, p) and "/" not in p for p in row):
        values = _numbers([Fraction(p) for p in row], count)
        return [plain(v) for v in values] if values else None
    for cycle, wraps in _CYCLES:
        places = [_place(cycle, p.lower()) for p in row]
        if all(p is not None for p in places):
            steps = _steps([p for p in places if p is not None], count, len(cycle) if wraps else 0)
            if steps and all(0 <= at < len(cycle) for at in steps):
                return [_like(cycle[at], row) for at in steps]
    runs = [re.findall(r"[A-Za-z]+|\d+|[^A-Za-z\d]+", p) for p in row]
    if len({tuple(_sort(r) for r in run) for run in runs}) == 1 and len(runs[0]) > 1:
        out: list[list[str]] = []
        for column in zip(*runs, strict=True):
            if len(set(column)) == 1:
                out.append([column[0]] * count)
                continue
            found = next_of(column, count)
            if found is None:
                return _alternating(row, count)
            width = len(column[0]) if any(c.startswith("0") for c in column) else 0
            out.append([f.zfill(width) for f in found])
        return ["".join(p) for p in zip(*out, strict=True)]
    return _alternating(row, count)


def _sort(run: str) -> str:
    return "a" if run.isalpha() else "1" if run.isdigit() else run


def _alternating(row: Sequence[str], count: int) -> list[str] | None:
    """Two rows that take turns, or a pattern that comes again."""
    for size in range(1, len(row) // 2 + 1):
        if all(p == row[i % size] for i, p in enumerate(row)):
            return [row[(len(row) + k) % size] for k in range(count)]
    if len(row) < 6:
        return None
    halves = [row[0::2], row[1::2]]
    nexts = [next_of(h, count) for h in halves]
    if not all(nexts):
        return None
    used = [0, 0]
    out = []
    for k in range(count):
        which = (len(row) + k) % 2
        out.append((nexts[which] or [])[used[which]])
        used[which] += 1
    return out


def _like(name: str, row: Sequence[str]) -> str:
    """The name as long and with the capitals of the others."""
    short = len(row[0]) == len(row[-1]) == 3 and len(name) > 3
    said = name[:3] if short else name
    return said.upper() if row[0].isupper() else said.capitalize() if row[0][0].isupper() else said


def _steps(places: Sequence[int], count: int, around: int) -> list[int] | None:
    gaps = [b - a for a, b in itertools.pairwise(places)]
    if around:
        gaps = [g % around for g in gaps]
    if len(set(gaps)) == 1:
        out, at = [], places[-1]
        for _ in range(count):
            at = (at + gaps[0]) % around if around else at + gaps[0]
            out.append(at)
        return out
    if not around and len(places) >= 4:
        found = _numbers([Fraction(p) for p in places], count)
        return [int(f) for f in found] if found and all(f.denominator == 1 for f in found) else None
    return None


def _numbers(row: list[Fraction], count: int) -> list[Fraction] | None:
    gaps = [b - a for a, b in itertools.pairwise(row)]
    if len(set(gaps)) == 1:
        return [row[-1] + gaps[0] * k for k in range(1, count + 1)]
    if all(row) and len({b / a for a, b in itertools.pairwise(row)}) == 1:
        ratio = row[1] / row[0]
        return [row[-1] * ratio**k for k in range(1, count + 1)]
    if len(row) >= 4 and all(row[i] == row[i - 1] + row[i - 2] for i in range(2, len(row))):
        out = list(row)
        for _ in range(count):
            out.append(out[-1] + out[-2])
        return out[len(row) :]
    if len(row) >= 4:
        deeper = (
            _numbers(gaps, count)
            if len(gaps) >= 3 and len(row) <= 40 and not _is_turning(row)
            else None
        )
        if deeper:
            out = [row[-1]]
            for gap in deeper:
                out.append(out[-1] + gap)
            return out[1:]
        for times in (2, 3):
            plus = {b - times * a for a, b in itertools.pairwise(row)}
            if len(plus) == 1:
                out = [row[-1]]
                for _ in range(count):
                    out.append(out[-1] * times + next(iter(plus)))
                return out[1:]
    if len(row) >= 5:
        primes = [
            Fraction(p)
            for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)
        ]
        if row[0] in primes and row == primes[primes.index(row[0]) :][: len(row)]:
            at = primes.index(row[0]) + len(row)
            return primes[at : at + count] or None
    for size in range(1, len(row) // 2 + 1):
        if all(v == row[i % size] for i, v in enumerate(row)):
            return [row[(len(row) + k) % size] for k in range(count)]
    if len(row) >= 6:
        halves = [_numbers(row[0::2], count), _numbers(row[1::2], count)]
        if halves[0] and halves[1]:
            out = []
            used = [0, 0]
            for k in range(count):
                which = (len(row) + k) % 2
                out.append((halves[which] or [])[used[which]])
                used[which] += 1
            return out
    return None


def _is_turning(row: Sequence[Fraction]) -> bool:
    signs = {(b > a) for a, b in itertools.pairwise(row)}
    return len(signs) > 1
