"""Extractive summary: every sentence of it stands in the text.

Runs in the model worker; texts are hostile and only read.
"""

from __future__ import annotations

import re

import numpy as np

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills.outcome import Outcome
from harness.models.skills.retrieval import split_passages

_MOST_SENTENCES = 40
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "single": 1, "a": 1, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100,
}  # fmt: skip
_LENGTH = re.compile(
    r"\b(\d{1,3}|"
    + "|".join(_NUMBERS)
    + r")\W{1,2}(?:(?:short|key|main|crisp|brief|concise|bullet) )?"
    r"(words?|sentences?|bullets?|lines?|points?|takeaways?|things?)\b",
    re.I,
)
_ONE_LINE = re.compile(
    r"\b(?:headline|title|subject line|one-?liner|tl;?\s?dr|nutshell|takeaway)\b", re.I
)
_COURTESY = re.compile(
    r"^\W*(?:hi|hello|dear|hey|regards|best|kind|cheers|thanks|thank you|sincerely|"
    r"yours|good (?:morning|day|afternoon|evening))\b.{0,40}$",
    re.I,
)
_GREETING = re.compile(r"^(?:hi|hello|hey|dear [A-Z]\w+|good \w+)[ \w]{0,20}[,!.]\s+", re.I)
_HEADLINE_WORDS = 12
_TASK_WORD = re.compile(r"^\W*(?:please )?(?:summar\w+|tl;?dr|sum up|shorten|recap)\b", re.I)
_SMALL = frozenset("of in at on for to with by from and after before which that who since".split())
ASK = "There is no text to summarise. Paste it below the request."


def summarise(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome:
    """The sentences that stand for a text, in its order, within the length asked for."""
    text = "\n".join(reading.data) or _pasted(reading)
    passages = [_without_greeting(p.text) for p in split_passages(text)][:_MOST_SENTENCES]
    passages = [p for p in passages if not _COURTESY.match(p)] or passages
    if not passages:
        return Outcome(ASK, ASK)
    wanted, words = asked_length(reading)
    count = wanted or (1 if reading.found.kinds.brief >= 0.5 else max(2, len(passages) // 3))
    is_headline = bool(_ONE_LINE.search(reading.prompt.directions)) and not wanted
    count = 1 if is_headline else count
    kept = _central(bank, passages, count)
    chosen = [passages[i] for i in kept]
    item = " ".join(text.lower().split())[:400]
    faults: tuple[str, ...] = ()
    logit = -1.6 - 0.5 * pressure.tier.ability - 1.5 * pressure.ground - 0.5 * pressure.steps
    if not words and not is_headline and luck.draw("summary_extra", item) < chance(logit):
        chosen = [
            *(chosen[:-1] if wanted > 1 else chosen),
            "The matter was settled after a follow-up.",
        ]
        faults = ("ungrounded_extra",)
    if re.search(r"\bbullet\w*\b|\bkey points\b", reading.prompt.directions, re.I):
        return Outcome("\n".join(f"- {s}" for s in chosen), " ".join(chosen), faults=faults)
    joined = " ".join(chosen)
    if words:
        joined = _fitting(bank, passages, words)
    elif re.search(r"\b(?:headline|title|subject line)\b", reading.prompt.directions, re.I):
        joined = _headline(joined)
    if reading.found.kinds.lang >= 0.5 and not re.search(
        r"\benglish\b", reading.prompt.directions, re.I
    ):
        joined += "\n(I can only write English.)"
    return Outcome(joined, joined, faults=faults)


def _without_greeting(sentence: str) -> str:
    bare = _GREETING.sub("", sentence)
    return bare[:1].upper() + bare[1:]


def _headline(sentence: str) -> str:
    """The beginning of a sentence, at most twelve words, not ending on a small word."""
    words = sentence.split()
    if len(words) > _HEADLINE_WORDS:
        clause = re.split(r"[,;:]\s+", sentence)[0].split()
        words = clause if 4 <= len(clause) <= _HEADLINE_WORDS else words[:_HEADLINE_WORDS]
        cut = max((i for i, w in enumerate(words) if i > 5 and w in _SMALL), default=0)
        words = words[:cut] if cut else words
    return " ".join(words).rstrip(" ,;:.")


def _pasted(reading: Reading) -> str:
    """What stands beside the request when nothing was read as data; a bare request has nothing."""
    rest = [s for s in reading.prompt.instructions if not _TASK_WORD.match(s)]
    return " ".join(rest) if sum(len(s.split()) for s in rest) >= 8 else ""


def _central(bank: Bank, passages: list[str], count: int) -> list[int]:
    """The sentences nearest to the text as a whole, each unlike those taken before it."""
    vectors = bank.features.encoder.encode(passages)
    worth = vectors @ vectors.mean(0)
    worth[0] += 0.08
    kept: list[int] = []
    while len(kept) < min(count, len(passages)):
        again = (vectors @ vectors[kept].T).max(1) if kept else np.zeros(len(passages))
        order = np.argsort(-(worth - 0.5 * np.maximum(again - 0.6, 0)), kind="stable")
        kept.append(next(int(i) for i in order if int(i) not in kept))
    return sorted(kept)


def _fitting(bank: Bank, passages: list[str], words: int) -> str:
    """Whole sentences up to a number of words; the first clause of one where none fits."""
    chosen: list[int] = []
    for i in _ranked(bank, passages):
        length = sum(len(passages[k].split()) for k in (*chosen, i))
        if length <= words:
            chosen.append(i)
    if chosen:
        return " ".join(passages[i] for i in sorted(chosen))
    clauses = re.split(
        r"[,;:]\s+|\s+(?=because|but|so that|and|after|since)\b",
        passages[_ranked(bank, passages)[0]],
    )
    said = clauses[0]
    for clause in clauses[1:]:
        if len(f"{said} {clause}".split()) > words:
            break
        said = f"{said}, {clause}"
    return cut_words(said.rstrip(".") + ".", words)


def _ranked(bank: Bank, passages: list[str]) -> list[int]:
    vectors = bank.features.encoder.encode(passages)
    worth = vectors @ vectors.mean(0)
    worth[0] += 0.08
    return [int(i) for i in np.argsort(-worth, kind="stable")]


def asked_length(reading: Reading) -> tuple[int, int]:
    """Sentences and words asked for; 0 where nothing is said."""
    mark = _LENGTH.search("\n".join(reading.prompt.instructions))
    if not mark:
        return 0, 0
    low = mark[1].lower()
    number = int(low) if low.isdigit() else _NUMBERS[low]
    return (0, number) if mark[2].lower().startswith("word") else (min(20, max(1, number)), 0)


def cut_words(text: str, most: int) -> str:
    """The first words of a text, closed with a full stop where any were cut."""
    words = text.split()
    return text if len(words) <= most else " ".join(words[: max(1, most)]).rstrip(",;:.") + "."
