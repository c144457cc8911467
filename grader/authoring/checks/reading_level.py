"""What: texts can be read by a working adult whose first language is another.

Why: the work is measured, and not the English. A warning: only a person can judge a text.
Wrong: sentences of forty long words.
Right: grade 12 or lower by Flesch and Kincaid, whole and for each cell of 30 words or more.
Source: Kincaid et al. 1975, grade = .39 words a sentence + 11.8 syllables a word - 15.59.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.authoring.checks.looking import is_english, prose, words
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

HIGHEST = 12.0
FEWEST_WORDS = 30
_SENTENCE = re.compile(r"[.!?:]+(?=\s|$)|\n\s*\n|\n\s*(?:[-*>#]|\d+\.)\s")
_CODE = re.compile(r"`[^`\n]*`|\([^)\s]*\)|https?://\S+")
_VOWELS = re.compile(r"[aeiouyäöüáéíóúàèìòù]+", re.IGNORECASE)


def find(room: Room) -> Iterator[Problem]:
    """Yield each cell that is harder to read; the formula is for English alone."""
    if not is_english(room):
        return
    for cell in room.cells:
        text = _CODE.sub(" it ", prose(cell))
        if len(words(text)) < FEWEST_WORDS:
            continue
        level = grade_level(text)
        if level > HIGHEST:
            yield Problem(
                cell.place,
                f"its reading level is {level:.0f}, where {HIGHEST:.0f} is a school's last year",
                "use shorter sentences and plainer words",
                "warning",
            )


def grade_level(text: str) -> float:
    """Return the school grade by Flesch and Kincaid; 0 of a text without words."""
    said = words(text)
    if not said:
        return 0.0
    sentences = sum(1 for one in _SENTENCE.split(text) if words(one or ""))
    syllables = sum(map(_syllables, said))
    return 0.39 * len(said) / max(1, sentences) + 11.8 * syllables / len(said) - 15.59


def _syllables(word: str) -> int:
    """Return about how many syllables an English word has: groups of vowels, a mute e left out."""
    groups = len(_VOWELS.findall(word))
    is_mute = word.lower().endswith("e") and not word.lower().endswith(("le", "ee")) and groups > 1
    return max(1, groups - is_mute)


RULE = Rule("reading-level", find, needs=("cells",))
