"""Whether a text holds no figure of the kind that a question asks for, so that it is silent on it.

Runs in the model worker; the text is hostile and capped, patterns are bounded. Only what is sure:
an amount asked of a text without any figure, an age where no age is told, a year told of other
things alone.
"""

from __future__ import annotations

import re

from harness.models.reading import Reading
from harness.models.skills.answering_absent import words_for_absence
from harness.models.skills.finding_parts import Case

_MOST = 3_000
_AMOUNT = re.compile(
    r"^\W*(?:and |so |but )?(?:how (?:many|much|long|far|tall|heavy|big|old|often)|what time|"
    r"(?:in )?(?:what|which) year)\b",
    re.I,
)
_FIGURE = re.compile(
    r"\d|\b(?:no|none|nothing|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"[a-z]{3,5}teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|dozen|"
    r"half|quarter|both|pair|couple|single|free|noon|midnight|all|every|several|few|once|twice|"
    r"daily|weekly|always|never|whole|an? (?:hour|day|week|month|year|minute|metre|mile|"
    r"kilo)\w*)\b",
    re.I,
)
_AGE = re.compile(
    r"\(\d{1,3}\)|, \d{1,3}\b|\b(?:old|aged?|ages|born|birthday|years?|turn(?:s|ed|ing)|"
    r"months?|teen\w*|in (?:her|his|"
    r"their) "
    r"\w+ies|[a-z]+-year)\b",
    re.I,
)
_YEAR = re.compile(r"\b1[0-9]\d\d\b|\b20\d\d\b")
_OF_THING = re.compile(
    r"\b(?:was|were|did|is)\s+(?:the |an? |its? |their |his |her )?(?P<what>[\w' -]{3,40}?)\s+"
    r"(?P<verb>[a-z]{3,20})\W*$",
    re.I,
)
_POINTS_BACK = re.compile(r"^\W*(?:it|he|she|they|this|that|its|his|her|there)\b", re.I)


def lacks_figure(ask: str, text: str) -> bool:
    """Whether a text surely has no figure for a question.

    Args:
        ask: the question.
        text: what it is asked of.
    """
    if not _AMOUNT.match(ask) or len(text) > _MOST or len(text.split()) < 4:
        return False
    if not _FIGURE.search(text):
        return True
    if re.match(r"\W*(?i:how old (?:is|was|are|were)) (?:[A-Z]|he\b|she\b)", ask):
        return not _AGE.search(text) and not _YEAR.search(text)
    return bool(re.match(r"\W*(?:in )?(?:what|which) year\b", ask, re.I)) and _of_others(ask, text)


def _of_others(ask: str, text: str) -> bool:
    """Whether all years of a text stand in sentences that name neither thing nor deed."""
    thing = _OF_THING.search(ask)
    if thing is None:
        return False
    words = [w for w in re.findall(r"[a-z]{3,}", thing["what"].lower()) if w not in ("the", "and")]
    words = [re.sub(r"s$", "", w) for w in words[-2:]]
    stem = thing["verb"].lower()[:4]
    sentences = [s for s in re.split(r"(?<=[.!?;])\s+|\n+", text) if s.strip()]
    told = [s for s in sentences if _YEAR.search(s)]
    if not told or any(_POINTS_BACK.match(s) for s in told):
        return False
    elsewhere = any(all(w in s.lower() for w in words) for s in sentences if s not in told)
    return (
        bool(words)
        and elsewhere
        and not any(any(w in s.lower() for w in words) or stem in s.lower() for s in told)
    )


def allows_absence(reading: Reading, case: Case) -> bool:
    """Whether a prompt says what to answer where the text is silent."""
    is_asked = reading.found.kinds.abstain >= _TOLD or reading.stance.admit_absence > 0
    return is_asked or bool(words_for_absence(all_orders(case)))


def all_orders(case: Case) -> str:
    """What a prompt says of the form, wherever it stands."""
    return f"{case.whole[:_MOST_TOLD]}\n{case.orders}"


def with_absence(case: Case) -> str:
    """What a prompt says of the form, with its words for absence wherever they stand."""
    if words_for_absence(case.orders) or not (said := words_for_absence(case.whole[:_MOST_TOLD])):
        return case.orders
    return f'{case.orders}\nIf it is not there, say "{said}".'


_TOLD = 0.5
_MOST_TOLD = 4_000
