"""What a rule shown by examples may take from its input: letters, words, counts, dates, numbers.

Runs in the model worker; pure, bounded by the length of one input.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from harness.models.skills import english as en
from harness.models.skills.making_counts import syllables, words_of
from harness.models.skills.reckoning_figures import plain

Feature = Callable[[str], str]
_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_WORDED = re.compile(
    r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\.?(?: of)? (?P<m>[A-Za-z]{3,9})\.?,? "
    r"(?P<y>\d{4})|(?P<m2>[A-Za-z]{3,9})\.? (?P<d2>\d{1,2})(?:st|nd|rd|"
    r"th)?,? (?P<y2>\d{4})"
)
_DIGITS = re.compile(
    r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})|"
    r"(?P<d2>\d{1,2})[-/.](?P<m2>\d{1,2})[-/.](?P<y2>\d{4})"
)
_WORDS_OF_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve "
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
).split()


def date_in(text: str) -> tuple[int, int, int] | None:
    """Year, month and day of the first full date of a text, the day before the month in digits."""
    mark = _WORDED.search(text)
    if mark:
        name = (mark["m"] or mark["m2"]).lower()
        month = next((i for i, m in enumerate(_MONTHS, 1) if m.startswith(name[:3])), 0)
        if month:
            return int(mark["y"] or mark["y2"]), month, int(mark["d"] or mark["d2"])
    mark = _DIGITS.search(text)
    if mark:
        year, month, day = (int(mark[k] or mark[k + "2"]) for k in "ymd")
        if 1 <= month <= 12 and 1 <= day <= 31:
            return year, month, day
    return None


def _word(at: int) -> Feature:
    def feature(text: str) -> str:
        held = words_of(text)
        return held[at] if -len(held) <= at < len(held) else ""

    return feature


def _field(mark: str, at: int) -> Feature:
    def feature(text: str) -> str:
        held = [p.strip() for p in re.split(mark, text)]
        return held[at] if len(held) > 1 and -len(held) <= at < len(held) else ""

    return feature


def _first(number: int) -> Feature:
    return lambda text: text[:number]


def _last(number: int) -> Feature:
    return lambda text: text[-number:]


def _of(inner: Feature, outer: Feature) -> Feature:
    return lambda text: outer(found) if (found := inner(text)) else ""


def _date(write: Callable[[int, int, int], str]) -> Feature:
    def feature(text: str) -> str:
        found = date_in(text)
        return write(*found) if found else ""

    return feature


def _number(change: Callable[[Fraction], Fraction]) -> Feature:
    def feature(text: str) -> str:
        marks = re.findall(r"-?\d{1,12}(?:\.\d{1,6})?", text)
        return plain(change(Fraction(marks[0]))) if len(marks) == 1 else ""

    return feature


def _times(by: int) -> Callable[[Fraction], Fraction]:
    return lambda number: number * by


def _plus(by: int) -> Callable[[Fraction], Fraction]:
    return lambda number: number + by


def _over(by: int) -> Callable[[Fraction], Fraction]:
    return lambda number: number / by


def _initials(glue: str) -> Feature:
    return lambda text: glue.join(w[0].upper() for w in words_of(text))


def plural(word: str) -> str:
    """The plural of an English noun, by the common rules."""
    odd = {
        "mouse": "mice",
        "goose": "geese",
        "foot": "feet",
        "tooth": "teeth",
        "man": "men",
        "woman": "women",
        "child": "children",
        "person": "people",
        "ox": "oxen",
        "sheep": "sheep",
        "fish": "fish",
        "deer": "deer",
    }
    low = word.lower()
    if low in odd:
        return odd[low]
    if re.search(r"(?:s|x|z|ch|sh)$", low):
        return word + "es"
    if re.search(r"[^aeiou]y$", low):
        return word[:-1] + "ies"
    if re.search(r"[^f]fe?$", low) and low not in ("roof", "belief", "chief", "chef", "cliff"):
        return re.sub(r"fe?$", "ves", word)
    return word + ("es" if re.search(r"(?:hero|potato|tomato|echo)$", low) else "s")


def past(word: str) -> str:
    """The past of an English verb; empty for a word that is none."""
    low = word.lower()
    return en.past(low) if re.fullmatch(r"[a-z]{2,20}", low) and en.is_base(low) else ""


_DAYS = "mon tue wed thu fri sat sun".split()


def _hour(text: str) -> str:
    mark = re.match(r"(\d{1,2})\b", text)
    return _WORDS_OF_NUMBERS[int(mark[1])] if mark and int(mark[1]) <= 20 else ""


def _amount(text: str) -> str:
    found = re.findall(r"\d+(?:[.,]\d+)*", text)
    return str(found[0]) if len(found) == 1 else ""


def _camel(text: str) -> str:
    held = words_of(re.sub(r"[_-]", " ", text))
    return "".join([held[0].lower(), *[w.capitalize() for w in held[1:]]]) if len(held) > 1 else ""


def _pascal(text: str) -> str:
    held = words_of(re.sub(r"[_-]", " ", text))
    return "".join(w.capitalize() for w in held) if len(held) > 1 else ""


def _snake(glue: str) -> Feature:
    def feature(text: str) -> str:
        said = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", re.sub(r"[_-]", " ", text))
        held = [w.lower() for w in said.split()]
        return glue.join(held) if len(held) > 1 else ""

    return feature


def _count(pattern: str) -> Feature:
    return lambda text: str(len(re.findall(pattern, text, re.I)))


FEATURES: tuple[Feature, ...] = (
    lambda t: t,
    str.upper,
    str.lower,
    str.title,
    str.capitalize,
    lambda t: t[::-1],
    lambda t: t[::-1].upper(),
    lambda t: t[::-1].capitalize(),
    lambda t: " ".join(reversed(t.split())),
    lambda t: re.sub(r"[aeiou]", "", t, flags=re.I),
    lambda t: re.sub(r"[aeiou]", "", t, flags=re.I).upper(),
    lambda t: "".join(re.findall(r"[aeiou]", t, re.I)),
    lambda t: "".join(sorted(t.lower().replace(" ", ""))),
    lambda t: "".join(c * 2 for c in t),
    lambda t: "-".join(t),
    lambda t: "-".join(t.upper()),
    lambda t: " ".join(t),
    lambda t: ".".join(t),
    lambda t: t.replace(" ", "_"),
    lambda t: t.replace(" ", "-"),
    lambda t: t.replace(" ", ""),
    lambda t: t.swapcase(),
    lambda t: t[1:] + t[:1],
    lambda t: t[1:],
    lambda t: t[:-1],
    lambda t: t[-1:] + t[1:-1] + t[:1] if len(t) > 1 else "",
    _camel,
    _pascal,
    _snake("_"),
    _snake("-"),
    lambda t: _snake("_")(t).upper(),
    plural,
    lambda t: plural(t).capitalize(),
    past,
    _date(lambda y, m, d: f"{y:04d}-{m:02d}-{d:02d}"),
    _date(lambda y, m, d: _MONTHS[m - 1].capitalize()),
    _date(lambda y, m, d: _MONTHS[m - 1][:3].capitalize()),
    _date(lambda y, m, d: _MONTHS[m - 1][:3].upper()),
    _date(lambda y, m, d: f"{y:04d}"),
    _date(lambda y, m, d: f"{m:02d}"),
    _date(lambda y, m, d: f"{d:02d}"),
    _date(lambda y, m, d: str(d)),
    _date(lambda y, m, d: str(m)),
    _date(lambda y, m, d: f"{y % 100:02d}"),
    *(_word(at) for at in (0, 1, 2, 3, -1, -2)),
    *(_of(_word(at), str.upper) for at in (0, 1, 2, -1)),
    *(_of(_word(at), str.lower) for at in (0, 1, 2, -1)),
    *(_of(_word(at), str.capitalize) for at in (0, 1, 2, -1)),
    *(
        _field(mark, at)
        for mark in (r",", r";", r"\|", r":", r" - |-", r"/", r"@", r"\.")
        for at in (0, 1, 2, -1)
    ),
    *(_of(_field(r",", at), str.upper) for at in (0, 1)),
    *(_initials(glue) for glue in ("", ".", ". ", "-", " ")),
    _amount,
    lambda t: _amount(t).replace(".", ","),
    lambda t: _amount(t).replace(",", "."),
    lambda t: "".join(re.findall(r"\d", t)),
    lambda t: re.sub(r"[\d\W]+", "", t) if re.search(r"\d", t) else "",
    lambda t: str(len(t)),
    lambda t: str(len(re.sub(r"\s", "", t))),
    lambda t: str(len(t) - 2) if len(t) > 2 else "",
    lambda t: str(len(words_of(t))),
    _count(r"[aeiou]"),
    _count(r"[b-df-hj-np-tv-z]"),
    lambda t: str(sum(syllables(w) for w in words_of(t))),
    *(_first(n) for n in (3, 2, 4, 5)),
    *(_of(_first(n), str.upper) for n in (3, 2, 4)),
    *(_last(n) for n in (3, 2, 4)),
    lambda t: t[:1],
    lambda t: t[:1].upper(),
    lambda t: t[:1].lower(),
    lambda t: t[-1:],
    lambda t: t[-1:].upper(),
    lambda t: t[1:2],
    *(_of(_word(at), lambda w: w[:1].upper()) for at in (0, 1, -1)),
    *(_of(_word(at), lambda w: w[:1].lower()) for at in (0, 1, -1)),
    *(_of(_word(at), lambda w: w[:3].upper()) for at in (0, 1, -1)),
    *(_of(_word(at), lambda w: str(len(w))) for at in (0, 1, -1)),
    lambda t: str(ord(t[0].lower()) - 96) if t[:1].isalpha() else "",
    _hour,
    lambda t: str(_DAYS.index(t.lower()[:3]) + 1) if t.lower()[:3] in _DAYS else "",
    lambda t: _WORDS_OF_NUMBERS[int(t)] if t.isdigit() and int(t) <= 20 else "",
    lambda t: str(_WORDS_OF_NUMBERS.index(t.lower())) if t.lower() in _WORDS_OF_NUMBERS else "",
    *(_number(_times(k)) for k in (2, 3, 4, 5, 10, 100, 1000, 60)),
    *(_number(_plus(k)) for k in (*range(1, 13), *range(-12, 0), 20, 100)),
    *(_number(_over(k)) for k in (2, 10, 100, 1000, 60)),
    _number(lambda n: n * n),
    _number(lambda n: n * n + 1),
    _number(lambda n: n * 2 + 1),
    _number(lambda n: n * 2 - 1),
    _number(lambda n: n**3 if abs(n) < 10**6 else n),
)
