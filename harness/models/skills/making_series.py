"""What comes next in a row of numbers, letters, days or months, and what a shown function gives.

Runs in the model worker; pure. A rule is taken only if it fits everything that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from harness.models.skills.reckoning_figures import plain

_NAME = r"(?P<name>[A-Za-z][\w-]{0,20})"
_CALL = re.compile(rf"{_NAME}\s?\(\s*(?P<args>-?\d[\d.]*(?:\s*,\s*-?\d[\d.]*){{0,2}})\s*\)\s*(?:=|->|→|is|gives|:)\s*(?P<out>-?\d[\d.]*|\?|_+|…|\.{{3}})?")
_OPERATOR = re.compile(r"(?<![\w.])(?P<a>-?\d{1,6})\s*(?P<name>[@#$%&~◊★⊕⊗∘*?]|[a-z]{2,12})\s*(?P<b>-?\d{1,6})\s*(?:=|->|→)\s*(?P<out>-?\d{1,9}|\?|_+)?(?![\w.])", re.I)
_ARROW = re.compile(r"(?:^|[\n,;])\s*(?P<a>-?\d[\d.]*)\s*(?:->|=>|→|:|=|becomes|gives)\s*(?P<out>-?\d[\d.]*|\?|_+)?(?=\s*(?:[\n,;]|$))")
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = "january february march april may june july august september october november december".split()
_LETTERS = list("abcdefghijklmnopqrstuvwxyz")
_WORDS = "one two three four five six seven eight nine ten eleven twelve".split()
_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split()
_CYCLES: tuple[tuple[Sequence[str], bool], ...] = ((_DAYS, True), (_MONTHS, True), (["spring", "summer", "autumn", "winter"], True), (_WORDS, False), (_ROMAN, False), (_LETTERS, False), (["north", "east", "south", "west"], True), (["do", "re", "mi", "fa", "sol", "la", "ti"], True))  # fmt: skip
_ASKS = re.compile(r"\b(?:next|continue|continues|what comes|follows?|go(?:es)? on|complete|missing|carry on|extend)\b|\?|\.\.\.|…|_{1,5}\s*$|,\s*$", re.I)
_HOW_MANY = re.compile(r"\bnext (?P<n>two|three|four|five|\d)\b|\b(?P<m>two|three|four|five|\d) (?:more|further)\b|\b(?P<k>two|three|four|five) (?:terms|numbers|items|elements)\b", re.I)
_NUMBER = r"-?\d{1,12}(?:\.\d{1,6})?(?:/\d{1,6})?"
_ITEM = rf"(?:{_NUMBER}(?![\w-])|[A-Za-z]{{1,4}}\d{{1,4}}(?:-?[A-Za-z]{{1,3}}\d{{0,3}})?|[A-Za-z]{{1,12}}|\d{{1,4}}-?[A-Za-z]{{1,4}}\d{{0,4}})"
_ROW = re.compile(rf"(?<![\w.])(?P<row>{_ITEM}(?:(?:[ \t]*,[ \t]*(?:and )?|[ \t]*;[ \t]*|[ \t]+[-–>→/|]+>?[ \t]*|[ \t]+|[ \t]*\n){_ITEM}){{2,30}})")
_BLANK = re.compile(r"^\W*(?:\?|_+|\.{2,3}|…|\[\s?\]|x\b)")


def called(said: str) -> str | None:
    """The value of a made-up function or operator from its other values; None where none is shown."""
    if len(said) > 1_500:
        return None
    calls = list(_CALL.finditer(said))
    if len(calls) >= 3:
        known = [([Fraction(a) for a in _args(m["args"])], Fraction(m["out"])) for m in calls if _is_number(m["out"])]
        asked = [m for m in calls if not _is_number(m["out"])]
        if asked and len(known) >= 2 and len({m["name"].lower() for m in calls}) == 1:
            values = [_value(known, [Fraction(a) for a in _args(m["args"])]) for m in asked]
            return _told([plain(v) for v in values if v is not None], len(asked))
    marks = list(_OPERATOR.finditer(said))
    if len(marks) >= 3 and len({m["name"].lower() for m in marks}) == 1:
        known = [([Fraction(m["a"]), Fraction(m["b"])], Fraction(m["out"])) for m in marks if _is_number(m["out"])]
        asked = [m for m in marks if not _is_number(m["out"])]
        if asked and len(known) >= 2:
            values = [_value(known, [Fraction(m["a"]), Fraction(m["b"])]) for m in asked]
            return _told([plain(v) for v in values if v is not None], len(asked))
    arrows = list(_ARROW.finditer(said))
    if len(arrows) >= 3 and len(arrows) * 2 >= len([p for p in re.split(r"[\n,;]", said) if p.strip()]):
        known = [([Fraction(m["a"])], Fraction(m["out"])) for m in arrows if _is_number(m["out"])]
        asked = [m for m in arrows if not _is_number(m["out"])]
        if len(asked) == 1 and len(known) >= 2:
            value = _value(known, [Fraction(asked[0]["a"])])
            return None if value is None else plain(value)
    return None


def _told(values: list[str], wanted: int) -> str | None:
    return ", ".join(values) if len(values) == wanted else None


def _args(said: str) -> list[str]:
    return [a.strip() for a in said.split(",")]


def _is_number(said: str | None) -> bool:
    return said is not None and bool(re.fullmatch(r"-?\d+(?:\.\d+)?", said))


def _value(known: Sequence[tuple[list[Fraction], Fraction]], at: list[Fraction]) -> Fraction | None:
    """What the simplest rule that fits all of the known gives."""
    if any(len(args) != len(at) for args, _ in known):
        return None
    rules = _of_two(known) if len(at) == 2 else _of_one([(a[0], out) for a, out in known]) if len(at) == 1 else []
    for rule in rules:
        try:
            if all(rule(args) == out for args, out in known):
                return rule(at)
        except (ZeroDivisionError, OverflowError):
            continue
    return None


def _of_one(known: Sequence[tuple[Fraction, Fraction]]) -> list[Callable[[list[Fraction]], Fraction]]:
    (x0, y0), (x1, y1) = known[0], known[1]
    rules: list[Callable[[list[Fraction]], Fraction]] = []
    if x0 and y0 / x0 * x1 == y1:
        rules.append(lambda a: a[0] * y0 / x0)
    if len(known) >= 3 or (x1 != x0 and ((y1 - y0) / (x1 - x0)).denominator == 1):
        for plus in (y0 - x0**2,):
            rules.append(lambda a, plus=plus: a[0] ** 2 + plus)  # type: ignore[misc]
    if x1 != x0:
        slope = (y1 - y0) / (x1 - x0)
        rules.append(lambda a: y0 + slope * (a[0] - x0))
    rules += [
        lambda a: a[0] ** 2 + (y0 - x0**2),
        lambda a: a[0] ** 3 + (y0 - x0**3),
        lambda a: a[0] ** 2 + a[0] + (y0 - x0**2 - x0),
        lambda a: a[0] ** 2 - a[0] + (y0 - x0**2 + x0),
        lambda a: Fraction(2) ** int(a[0]) + (y0 - Fraction(2) ** int(x0)) if abs(a[0]) < 64 and a[0].denominator == 1 else Fraction(-1),
        lambda a: a[0] * (a[0] + 1) / 2 + (y0 - x0 * (x0 + 1) / 2),
        lambda a: Fraction(sum(map(int, re.findall(r"\d", plain(a[0]))))),
        lambda a: Fraction(plain(abs(a[0])).replace(".", "")[::-1]),
        lambda a: Fraction(len(plain(a[0]))),
    ]
    if x0:
        rules.append(lambda a: a[0] ** 2 * y0 / x0**2)
    if len(known) >= 3:
        rules.append(lambda a: _through(known[:3], a[0]))
    return rules


def _through(points: Sequence[tuple[Fraction, Fraction]], x: Fraction) -> Fraction:
    """The parabola through three points, at x."""
    total = Fraction(0)
    for i, (xi, yi) in enumerate(points):
        term = yi
        for j, (xj, _) in enumerate(points):
            if i != j:
                term *= (x - xj) / (xi - xj)
        total += term
    return total


def _of_two(known: Sequence[tuple[list[Fraction], Fraction]]) -> list[Callable[[list[Fraction]], Fraction]]:
    basic: list[Callable[[Fraction, Fraction], Fraction]] = [
        lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a - b, lambda a, b: b - a,
        lambda a, b: abs(a - b), lambda a, b: a / b, lambda a, b: max(a, b), lambda a, b: min(a, b),
        lambda a, b: a * a + b * b, lambda a, b: a * a - b * b, lambda a, b: a * b + a + b,
        lambda a, b: a * b + a, lambda a, b: a * b + b, lambda a, b: a * b - a, lambda a, b: a * b - b,
        lambda a, b: (a + b) * 2, lambda a, b: 2 * a + b, lambda a, b: a + 2 * b, lambda a, b: a * a + b,
        lambda a, b: a + b * b, lambda a, b: (a + b) ** 2, lambda a, b: (a + b) / 2, lambda a, b: 3 * a + b,
        lambda a, b: a + 3 * b, lambda a, b: 2 * a - b, lambda a, b: 2 * a + 3 * b, lambda a, b: 3 * a + 2 * b,
        lambda a, b: a % b, lambda a, b: a**int(b) if 0 <= b <= 12 else Fraction(-1),
        lambda a, b: Fraction(int(f"{int(a)}{abs(int(b))}")), lambda a, b: a * b - a - b, lambda a, b: 2 * a * b,
    ]  # fmt: skip
    rules: list[Callable[[list[Fraction]], Fraction]] = []
    for rule in basic:
        rules.append(lambda a, rule=rule: rule(a[0], a[1]))  # type: ignore[misc]
    for rule in basic:
        try:
            args, out = known[0]
            shift = out - rule(args[0], args[1])
        except ZeroDivisionError:
            continue
        rules.append(lambda a, rule=rule, shift=shift: rule(a[0], a[1]) + shift)  # type: ignore[misc]
    return rules


def continued(said: str) -> str | None:
    """What comes next, or in the gap, of a row that a message shows; None where it shows none."""
    if len(said) > 600 or not _ASKS.search(said):
        return None
    marks = [m for line in (said, *said.split("\n")) for m in _ROW.finditer(line)]
    for mark in sorted(marks, key=lambda m: -len(m["row"])):
        row = [p for p in re.split(r"\s*[,;]\s*(?:and )?|\s+[-–>→/|]+>?\s*|\s+", mark["row"]) if p]
        is_words = all(re.fullmatch(r"[A-Za-z]{2,}", p) for p in row)
        if is_words and not any(_place(cycle, p.lower()) is not None for cycle, _ in _CYCLES for p in row[:1]):
            continue
        at = said.find(mark["row"])
        before, after = said[:at], said[at + len(mark["row"]) :]
        if any(re.fullmatch(r"[A-Za-z]{2,}", p) for p in row) and not is_words:
            continue
        is_bare = not re.search(r"\w{3}", re.sub(r"\b(?:what|comes?|next|continue|me|pls|same|style|nothing|else|items?|the|this|series|sequence|pattern|number|row|is|in|find|give|which|follows|missing|one|letter|term|two|three|of|and|please|just|only|answer|then|goes|after|list|complete|fill|with|numbers|items|terms|more|element)\b", "", before + after, flags=re.I))
        if not is_bare and not re.search(r"\b(?:next|continue|series|sequence|pattern|missing|comes after|goes on|follows)\b", said, re.I):
            continue
        gap = re.match(r"\s*[,;]?\s*(?:\?|_+|\.{2,3}|…|\[ ?\])\s*[,;]\s*(?P<rest>" + _ITEM + r"(?:\s*[,;]\s*" + _ITEM + r")*)", after)
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
    if all(map(_is_number, front + back)) and len(front) + len(back) >= 3:
        values = [Fraction(p) for p in front] + [None] + [Fraction(p) for p in back]  # type: ignore[list-item]
        at = len(front)
        if len(front) >= 2:
            said = next_of(front, 1 + len(back))
            if said and said[1:] == back:
                return said[0]
        known = [(Fraction(i), v) for i, v in enumerate(values) if v is not None]
        value = _value([([x], y) for x, y in known], [Fraction(at)])
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
            found = _steps([p for p in places if p is not None], count, len(cycle) if wraps else 0)
            if found and all(0 <= f < len(cycle) for f in found):
                return [_like(cycle[f], row) for f in found]
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
    gaps = [b - a for a, b in zip(places, places[1:], strict=False)]
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
    gaps = [b - a for a, b in zip(row, row[1:], strict=False)]
    if len(set(gaps)) == 1:
        return [row[-1] + gaps[0] * k for k in range(1, count + 1)]
    if all(row) and len({b / a for a, b in zip(row, row[1:], strict=False)}) == 1:
        ratio = row[1] / row[0]
        return [row[-1] * ratio**k for k in range(1, count + 1)]
    if len(row) >= 4 and all(row[i] == row[i - 1] + row[i - 2] for i in range(2, len(row))):
        out = list(row)
        for _ in range(count):
            out.append(out[-1] + out[-2])
        return out[len(row) :]
    if len(row) >= 4:
        deeper = _numbers(gaps, count) if len(gaps) >= 3 and len(row) <= 40 and not _is_turning(row) else None
        if deeper:
            out = [row[-1]]
            for gap in deeper:
                out.append(out[-1] + gap)
            return out[1:]
        factors = {(b - c) for a, b, c in ((a, b, 0) for a, b in zip(row, row[1:], strict=False))}
        del factors
        for times in (2, 3):
            plus = {b - times * a for a, b in zip(row, row[1:], strict=False)}
            if len(plus) == 1:
                out = [row[-1]]
                for _ in range(count):
                    out.append(out[-1] * times + next(iter(plus)))
                return out[1:]
    if len(row) >= 5:
        primes = [Fraction(p) for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)]
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
    signs = {(b > a) for a, b in zip(row, row[1:], strict=False)}
    return len(signs) > 1
