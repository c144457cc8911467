"""A text read once for all fields of a record: its labelled values, its words, its numbers.

Runs in the model worker; the text is hostile and capped, every repeat is bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.skills.reckoning_dates import Moment, moments
from harness.models.skills.reckoning_figures import SMALL
from harness.models.skills.record_wants import Want
from harness.models.skills.retrieval import stem

SILENT = object()
"""Said of a field whose kind is sure and that the text does not fill."""

_MOST_CHARS = 6_000
_MOST_WORDS = 1_200
_LABELLED = re.compile(
    r"(?:^|[\n;|]|"
    r"(?<=[.,!?])[ \t])[ \t]{0,6}(?:[-*•][ \t]{0,2})?\**"
    r"(?P<label>[A-Za-z][\w./&'()-]{0,20}(?:[ ][\w./&'()-]{1,20}){0,4}?)\**"
    r"(?:[ \t]{0,2}:(?!//)(?!\d)\**|[ \t]{0,2}\.{3,60}|[ \t]{1,3}=|\t)[ \t]{0,4}(?=\S)",
)
_WORD = re.compile(r"[^\W_](?:[\w'’&/-]*\w)?(?:\.(?=\w))?|[€$£%]")
_NUMBER = re.compile(
    r"(?<![\w.,:/])-?(?:\d{1,3}(?:[,'’ ]\d{3})+(?:\.\d{1,2})?|"
    r"\d{1,12}(?:[.,]\d{1,3})?)(?![\w]*[:/]\d)"
)
_UNIT = re.compile(r"[ -]?(km/h|[€$£%]|°\s?[CF]?|[A-Za-zµ²]{1,12}2?)")
_SAME = (
    frozenset("location place venue where address site".split()),
    frozenset("date when day dated issued".split()),
    frozenset("payment paid pay".split()),
    frozenset("vendor supplier seller merchant shop store company firm".split()),
    frozenset("customer client buyer purchaser name".split()),
    frozenset("name event title subject".split()),
    frozenset("phone tel telephone mobile".split()),
    frozenset("due deadline payable".split()),
    frozenset("price cost fee rate charge".split()),
    frozenset("artist author painter by creator".split()),
    frozenset("role position job post title".split()),
    frozenset("number no nr id code ref reference #".split()),
    frozenset("quantity qty amount count".split()),
    frozenset("problem issue complaint fault error".split()),
    frozenset("recipient to addressee".split()),
    frozenset("sender from author".split()),
    frozenset("start begin from starts begins".split()),
    frozenset("end until ends to".split()),
    frozenset("temp temperature".split()),
    frozenset("level severity".split()),
    frozenset("colour color".split()),
    frozenset("topic subject talk about theme".split()),
)
_CLASSES = [frozenset(map(stem, words)) for words in _SAME]


@dataclass(frozen=True)
class Word:
    """One word of a text and where it stands."""

    text: str
    stem: str
    start: int
    end: int


@dataclass(frozen=True)
class Number:
    """One number of a text that is no part of a date, a time or a code.

    Attributes:
        unit: the word or sign beside it, lower case; empty for none.
        is_money: whether a currency stands at it.
        span: it with its unit or sign.
        at: the index of the first word behind it.
    """

    value: float | int
    unit: str
    is_money: bool
    start: int
    end: int
    span: tuple[int, int]
    at: int


@dataclass(frozen=True)
class Source:
    """A text and what was found in it."""

    text: str
    pairs: tuple[tuple[str, str], ...]
    words: tuple[Word, ...]
    numbers: tuple[Number, ...]
    moments: tuple[Moment, ...]

    @property
    def is_labelled(self) -> bool:
        """Whether most lines stand under labels of their own."""
        lines = [line for line in self.text.split("\n") if line.strip()]
        return len(self.pairs) >= 2 and len(self.pairs) * 2 > len(lines)

    def index_at(self, offset: int) -> int:
        """The index of the first word that begins at an offset or behind it."""
        return next((i for i, w in enumerate(self.words) if w.start >= offset), len(self.words))


def source_of(text: str) -> Source:
    """A text, read."""
    text = text[:_MOST_CHARS]
    words = tuple(
        Word(m[0], stem(m[0].lower()), m.start(), m.end())
        for m in list(_WORD.finditer(text))[:_MOST_WORDS]
    )
    when = tuple(moments(text))
    return Source(text, tuple(_pairs(text)), words, tuple(_numbers(text, words, when)), when)


def _pairs(text: str) -> list[tuple[str, str]]:
    """(label, value) for each `Label: value`; a value ends where its line or the next does."""
    marks = list(_LABELLED.finditer(text))
    out: list[tuple[str, str]] = []
    for i, mark in enumerate(marks):
        stop = marks[i + 1].start() if i + 1 < len(marks) else len(text)
        line = text.find("\n", mark.end())
        stop = min(stop, line) if line >= 0 else stop
        value = text[mark.end() : stop]
        value = re.split(r"(?<=[a-z\d)]{2})\.\s+(?=[A-Z])|;\s", value)[0].strip(" .,;|*\t")
        if value:
            out.append((mark["label"].strip(), value))
    return out


_SIGNS = "€$£"
_MONEY_WORDS = frozenset(
    "eur usd gbp chf pln sek nok dkk czk huf jpy cad aud inr euro euros dollar dollars pound "
    "pounds crowns francs "
    "cents zloty € $ £".split()
)


def _numbers(text: str, words: tuple[Word, ...], when: tuple[Moment, ...]) -> list[Number]:
    out: list[Number] = []
    for mark in _NUMBER.finditer(text):
        start, end = mark.span()
        if any(m.start < end and start < m.end for m in when):
            continue
        if re.match(r"[A-Za-z]{1,3}-?\d|-\d{1,12}-|\s\d{4}\b", text[end : end + 12]):
            continue
        if mark[0].startswith("-") and start and text[start - 1].isalnum():
            continue
        value = value_of(mark[0])
        if value is None:
            continue
        behind = _UNIT.match(text, end)
        unit = re.sub(r"\s", "", behind[1].lower()) if behind else ""
        front = re.search(r"(?:[€$£]|\b(?:[A-Z]{3}))\s?$", text[max(0, start - 4) : start])
        sign = front[0].strip().lower() if front else ""
        is_money = unit in _MONEY_WORDS or sign in _MONEY_WORDS
        left = start - len(front[0]) if front and sign in _MONEY_WORDS else start
        right = behind.end() if behind and unit in _MONEY_WORDS else end
        at = next((i for i, w in enumerate(words) if w.start >= end), len(words))
        out.append(Number(value, unit, is_money, start, end, (left, right), at))
    out += _spelt(text, words)
    return sorted(out, key=lambda n: n.start)[:120]


_SPELT = {w: n for w, n in SMALL.items() if w not in ("zero", "one", "sieben", "once")}


def _spelt(text: str, words: tuple[Word, ...]) -> list[Number]:
    """Small numbers in words, and a dozen."""
    out = []
    for i, word in enumerate(words):
        low = word.text.lower()
        value = 12 if low == "dozen" else _SPELT.get(low)
        is_first = i == 0 or re.search(r"[.!?\n]", text[words[i - 1].end : word.start]) is not None
        if value is None or (word.text[0].isupper() and not is_first):
            continue
        unit = (
            words[i + 1].text.lower()
            if i + 1 < len(words) and words[i + 1].start == word.end + 1
            else ""
        )
        span = (word.start, word.end)
        out.append(Number(value, unit, unit in _MONEY_WORDS, word.start, word.end, span, i + 1))
    return out


def value_of(said: str) -> float | int | None:
    """A number as it is written: thousands marked or not, a point or a comma before decimals."""
    digits = re.sub(r"['’ ]", "", said.strip())
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)", digits):
        digits = digits.replace(".", "").replace(",", ".")
    digits = digits.replace(",", ".")
    try:
        value = float(digits)
    except ValueError:
        return None
    return int(value) if "." not in digits else value


def labelled(source: Source, want: Want) -> str | None:
    """The value under the label that names a field best; None where no label does."""
    best: tuple[float, str] | None = None
    for label, value in source.pairs:
        stems = [stem(w) for w in re.findall(r"[^\W_]+", label.lower())]
        stems = [s for s in stems if s not in _WEAK] or stems
        score = _alike(want, stems)
        if score > 0 and (best is None or score > best[0]):
            best = score, value
    return best[1] if best else None


_WEAK = frozenset("the a of your our by in on at is".split())


def _alike(want: Want, stems: list[str]) -> float:
    """How well a label's words name a field; 0 where they do not."""
    wanted = list(dict.fromkeys(stem(w) for w in want.words))
    met = [s for s in wanted if s in stems]
    near = [s for s in wanted if s not in met and any(_same(s, label) for label in stems)]
    all_met = len(met) + len(near) == len(wanted)
    label_met = all(any(s == w or _same(s, w) for w in wanted) for s in stems)
    head_met = stem(want.head) in met or stem(want.head) in near
    if all_met and label_met:
        return 3.0 + len(met)
    if all_met and len(stems) <= 4:
        return 2.0 + len(met) - 0.3 * len(stems)
    if (
        label_met
        and (met or near)
        and (head_met or want.kind in ("number", "money", "date", "phrase", "person"))
    ):
        return 1.0 + len(met) + 0.5 * len(near)
    return 0.0


def _same(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in _CLASSES)
