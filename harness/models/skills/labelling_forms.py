"""Labels that name the form of a sentence: question or command, past or future, fact or opinion.

Runs in the model worker; pure; the text is hostile and capped. Such labels are told apart by the
sentence itself, not by likeness. Only where all labels of a set name forms of one family does this
say anything. What fools it: irony, and commands in the form of a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from harness.models.labels import Label, humanise
from harness.models.skills import english as en

_MOST = 600
_FAMILIES: dict[str, dict[str, str]] = {
    "sentence": {
        "question": r"questions?|interrogatives?|asks?|asking|enquir\w+|inquir\w+",
        "command": r"commands?|imperatives?|orders?|instructions?|requests?|demands?",
        "exclamation": r"exclamations?|exclamatory|exclaim\w*|outcry",
        "statement": r"statements?|declaratives?|assertions?|states?|information|tells? a fact",
    },
    "tense": {
        "past": r"past|past tense|happened|before|yesterday|already happened",
        "present": r"present|present tense|now|today|happening now",
        "future": r"future|future tense|will happen|tomorrow|planned",
    },
    "stance": {
        "fact": r"facts?|factual|objective|verifiable",
        "opinion": r"opinions?|subjective|personal view|views?|judge?ments?|beliefs?",
    },
    "voice": {"active": r"active|active voice", "passive": r"passive|passive voice"},
    "parity": {"even": r"even|even numbers?", "odd": r"odd|odd numbers?|uneven"},
    "number": {"singular": r"singular", "plural": r"plural"},
    "polarity": {
        "affirmative": r"affirmative|affirmed",
        "negated": r"negated|negative sentence|negation|denied|denial",
    },
}
_ASKS = re.compile(
    r"^\W*(?:(?:and|so|but|ok|hey|well)\W+)?(?:who|whom|whose|what|when|where|why|how|which)\b|"
    r"^\W*(?:is|are|was|were|am|do|does|did|has|have|had|will|would|can|could|shall|should|may|"
    r"might|must|isn't|aren't|don't|doesn't|didn't|hasn't|haven't|won't|can't|any(?:one|body))\s+"
    r"(?:you|i|we|they|he|she|it|there|this|that|these|those|the|an?|my|your|our|his|her|their|"
    r"any\w*|some\w*|every\w*|[A-Z]\w+)\b",
    re.I,
)
_REQUESTS = re.compile(
    r",? (?:will|would|can|could) you\b[^?]{0,12}\?\W*$|^\W*(?:please|kindly|let'?s|do not|don'?t|"
    r"never|always|no \w+ing)\b|^\W*(?:could|can|would|will) you (?:please |kindly |just )?\w+",
    re.I,
)
_EXCLAIMS = re.compile(
    r"^\W*(?:what an? |how \w+ (?:is|are|you|this|that|it)\b|wow|ouch|hooray|oh no)|!\W*$", re.I
)
_FUTURE = re.compile(
    r"\b(?:will|won't|shall|'ll|(?:am|is|are|'m|'s|'re) (?:about|going) to|tomorrow|next (?:week|"
    r"month|year|spring|summer|autumn|winter|\w+day)|(?:is|are) (?:due|to be|set|scheduled)|plans? "
    r"to|intends? to)\b|\b(?:we|i|they|he|she|you)'ll\b",
    re.I,
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|went|ago|yesterday|last (?:week|month|year|night|spring|summer|autumn|"
    r"winter|\w+day)|used to|wasn't|weren't|didn't|in (?:1\d|20[01])\d\d)\b",
    re.I,
)
_OPINES = re.compile(
    r"\b(?:i (?:think|believe|feel|find|love|hate|like|prefer|guess|doubt|hope|would say)|in my "
    r"(?:opinion|view)|if you ask me|should(?:n't)?|ought|best|worst|ugl(?:y|iest|ier)|beautiful|"
    r"pretti(?:est|er)|nic(?:e|est|er)|wonderful|terrible|awful|horrible|lovely|great(?:est)?|"
    r"amazing|boring|bor(?:ed)?|interesting|delicious|tasty|tastier|tastiest|disgusting|overrated|"
    r"underrated|too (?:\w+)|better|worse|good|bad|stupid|silly|charming|perfect|disappointing|"
    r"fun(?:nier|niest|ny)?|annoying|exciting|fantastic|brilliant|dreadful|waste|deserves?|"
    r"impressive|clumsy|easy|easiest|hardest|difficult|favou?rite|everyone loves|nobody needs|"
    r"must-\w+|lovel(?:y|ier|iest)|\w{3,}iest|most \w+|comfortable|cos(?:y|iest)|dull(?:est)?|"
    r"elegant|shame)\b",
    re.I,
)
_HARD = re.compile(r"\d|\b(?:was|were) (?:born|built|founded|opened|signed)\b|\bcapital of\b", re.I)
_PASSIVE = re.compile(
    r"\b(?:am|is|are|was|were|be|been|being|get|gets|got)\s+(?:\w+ly |not |never |already |being )?"
    r"(?:\w{2,}ed|\w+en|built|made|held|sent|sold|told|found|lost|kept|paid|brought|bought|cut|"
    r"put|read|done|run|won|led|left|met|set|hit|struck|taught|caught|thrown|drawn|grown|known|"
    r"shown|flown|sung|begun|hung)\b(?! (?:at|with|of)\b)",
    re.I,
)
_DENIES = re.compile(
    r"\b(?:not|never|no|nobody|nothing|none|neither|hardly|cannot)\b|n['’]t\b", re.I
)
_CLEAR = 12.0


def form_leans(labels: Sequence[Label], text: str) -> NDArray[np.float64] | None:
    """What the form of a text adds to each label, in margins; None where labels name no forms.

    Args:
        labels: the offered ones.
        text: to be labelled.
    """
    found = _family(tuple((humanise(one.name), one.definition.lower()) for one in labels))
    if found is None:
        return None
    family, kinds = found
    said = " ".join(text[:_MOST].split())
    kind = _TELLS[family](said, kinds)
    return _CLEAR * np.array([float(one == kind) for one in kinds]) if kind else None


@cache
def _kinds() -> dict[str, dict[str, re.Pattern[str]]]:
    return {
        family: {
            kind: re.compile(
                rf"^(?:(?:an?|the|in|about|is|are|it|it's|ends? (?:as|with)|has|of|gives?|makes?|"
                rf"expresses?|"
                rf"states?)\s+){{0,3}}(?:{words})(?:\s+(?:tense|sentences?|voice|form|number))?$"
            )
            for kind, words in kinds.items()
        }
        for family, kinds in _FAMILIES.items()
    }


@lru_cache(maxsize=16)
def _family(labels: tuple[tuple[str, str], ...]) -> tuple[str, tuple[str, ...]] | None:
    """The family whose kinds all labels name, and the kind of each label."""
    for family, kinds in _kinds().items():
        named: list[str] = []
        for name, meaning in labels:
            words = [meaning.strip(" .")] if meaning else [name]
            words = words if len(name) <= 3 else [*words, name]
            kind = next((k for k, p in kinds.items() if any(p.match(w) for w in words)), "")
            named.append(kind)
        if all(named) and len(set(named)) == len(named) >= 2:
            return family, tuple(named)
    return None


def _sentence(said: str, kinds: Sequence[str]) -> str:
    """Question, command, exclamation or statement."""
    asks = said.rstrip(" \"”')").endswith("?") or bool(_ASKS.match(said))
    if "command" in kinds and (_REQUESTS.search(said) or (not asks and _is_command(said))):
        return "command"
    if "exclamation" in kinds and _EXCLAIMS.search(said) and not said.rstrip().endswith("?"):
        return "exclamation"
    if asks and "question" in kinds:
        return "question"
    return "statement" if "statement" in kinds else ""


def _is_command(said: str) -> bool:
    """Whether a sentence begins with the base form of a verb and names nobody who does it."""
    words = en.tokens(said)
    if not words or not en.is_base(words[0]):
        return False
    behind = words[1].lower() if len(words) > 1 else ""
    if any(form == "s" for _, form in en.forms().get(behind, ())):
        return False  # "paint dries": somebody does it
    return behind not in ("is", "are", "was", "were", "has", "had", "will", "can") and not (
        words[0].lower() in ("will", "may", "can", "mark") and behind in ("is", "was")
    )


def _tense(said: str, _kinds: Sequence[str]) -> str:
    if _FUTURE.search(said):
        return "future"
    if _PAST.search(said):
        return "past"
    words = en.tokens(said)
    seen = en.verbs(words)
    return "past" if any(verb.form == "past" for verb in seen[:1]) else "present"


def _stance(said: str, _kinds: Sequence[str]) -> str:
    if _OPINES.search(said) and not (_HARD.search(said) and not re.search(r"\bi \w+", said, re.I)):
        return "opinion"
    return "fact"


def _voice(said: str, _kinds: Sequence[str]) -> str:
    return "passive" if _PASSIVE.search(said) else "active"


def _parity(said: str, _kinds: Sequence[str]) -> str:
    number = re.fullmatch(r"-?(\d{1,15})", said.replace(",", "").replace(" ", ""))
    return ("even" if int(number[1]) % 2 == 0 else "odd") if number else ""


def _number(said: str, _kinds: Sequence[str]) -> str:
    words = re.findall(r"[A-Za-z]+", said.lower())
    if not 1 <= len(words) <= 3:
        return ""
    last = words[-1]
    is_many = last in en.plurals().values() or bool(re.search(r"[^su]s$", last))
    return "plural" if is_many else "singular"


def _polarity(said: str, _kinds: Sequence[str]) -> str:
    return "negated" if _DENIES.search(said) else "affirmative"


_TELLS: dict[str, Callable[[str, Sequence[str]], str]] = {
    "sentence": _sentence,
    "tense": _tense,
    "stance": _stance,
    "voice": _voice,
    "parity": _parity,
    "number": _number,
    "polarity": _polarity,
}
