"""The values of a text: days, dates, times, numbers, names; and its words cut to their stems.

Runs in the model worker (zone G); the text is hostile; patterns are lists of words or bounded.
"""

from __future__ import annotations

import re

_NO_NAME = (
    r"(?<![\w'’])(?!(?:Yesterday|Today|Tomorrow|Tonight|Once|In|On|At|The|An?|When|While|After|"
    r"Before|"
    r"Every|There|Dear|Please|Come|His|Her|Their|Our|My|This|That|It|He|She|They|We|You|I|From|To|"
    r"For|With|By|If|Is|Are|Was|Were|Do|Does|Did|Who|What|Where|Which|How|Why|No|Yes|And|But|Or)\b)"
)
_DAYS = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tue|wed|thu|fri|sat|sun|montags?|dienstags?|"
    r"mittwochs?|donnerstags?|freitags?|samstags?|sonntags?|lunes|martes|miércoles|jueves|viernes|"
    r"sábados?|domingos?|weekends?|weekdays?"
)
_MONTHS = r"january|february|march|april|may|june|july|august|september|october|november|december"
_WORDS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|ninety|hundred"
)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("day", re.compile(rf"\b(?:{_DAYS})\b", re.I)),
    ("date", re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTHS})\b", re.I)),
    (
        "month",
        re.compile(
            r"\b(?:January|February|March|April|May|June|July|August|September|"
            r"October|"
            r"November|December)\b"
        ),
    ),
    (
        "time",
        re.compile(
            r"\b\d{1,2}[:.]\d\d\b(?:\s?[ap]\.?m\b\.?)?|\b\d{1,2}\s?[ap]\.?m\b\.?|"
            r"\bnoon\b|\bmidnight\b",
            re.I,
        ),
    ),
    ("number", re.compile(rf"\b\d[\d,.]*\d\b|\b\d\b|\b(?:{_WORDS})\b", re.I)),
    ("name", re.compile(_NO_NAME + r"\b[A-ZÀ-Þ][\w'’-]{1,24}(?: [A-ZÀ-Þ][\w'’-]{1,24}){0,3}")),
)
COMMON = frozenset(
    "the a an is are was were be been has have had now it its they them of to in on at for from "
    "by with "
    "and or but not no this that these those there then so as will would can could do does did "
    "just "
    "since today also again instead we i you he she".split()
)


def stems(text: str) -> set[str]:
    """The words of a text that carry meaning, cut to their stems."""
    words = re.findall(r"[\w'’-]+", text.lower())
    return {w.rstrip("s")[:6] for w in words if w not in COMMON}


def values(text: str) -> list[tuple[str, int, int]]:
    """(kind, start, end) of the values of a text, in order, none inside another."""
    taken: list[tuple[str, int, int]] = []
    for kind, pattern in _KINDS:
        for found in pattern.finditer(text[:20_000]):
            start, end = found.span()
            if not any(start < e and end > s for _, s, e in taken):
                taken.append((kind, start, end))
    return sorted(taken, key=lambda one: one[1])


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of the sentences, table rows and clauses behind a semicolon."""
    out, at = [], 0
    for cut in re.finditer(r"(?<=[.!?;])\s+|\n+", text):
        if cut.start() > at:
            out.append((at, cut.start()))
        at = cut.end()
    return [*out, (at, len(text))] if at < len(text) else out
