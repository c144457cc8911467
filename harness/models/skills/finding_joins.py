"""Two sentences joined by what both speak of, where the one asked about holds no answer itself.

Runs in the model worker; the text is hostile and capped. The sentence that takes up most of the
question gives the link, another that shares a word with it gives the piece of the wanted kind.
"""

from __future__ import annotations

import re

from harness.models.skills.answering_kinds import Wanted, wanted
from harness.models.skills.answering_spans import spans_for
from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.retrieval import STOP
from harness.models.skills.wording import WORD, key_words, nearness

_SENTENCE = re.compile(r"(?<=[a-z\d\"”)])[.!]\s+(?=[A-ZÀ-Þ\"“])|\n+")
_NUMBERED = re.compile(r"\b(?:which|what) ([a-z]+)\b", re.I)
_KINDS = frozenset(("person", "amount", "money", "when", "where", "colour", "called"))
_MOST = 12
_SAME = 0.8


def joined_facts(ask: str, text: str) -> Worked | None:
    """The answer that two sentences give together; None where one holds it, or none does.

    Args:
        ask: the question.
        text: what it is asked of; only short texts are looked at.
    """
    parts = [s.strip(' ."“”') for s in _SENTENCE.split(text) if len(s.split()) >= 3]
    want = wanted(ask)
    if not 2 <= len(parts) <= _MOST:
        return None
    keys = key_words(ask)
    met = [_met(keys, part) for part in parts]
    order = sorted(range(len(parts)), key=lambda n: (-len(met[n]), n))
    first = order[0]
    if not met[first] or (len(met[first]) == len(keys) and _pieces(ask, want, parts[first], keys)):
        return None
    if _pieces(ask, want, parts[first], keys):
        return None
    links = _links(parts[first], keys)
    for other in order[1:]:
        shared = links & {root(w) for w in _words(parts[other])}
        found = _pieces(ask, want, parts[other], keys) if shared else []
        if found:
            return Worked(found[0], "", "", "")
    return None


def _pieces(ask: str, want: Wanted, sentence: str, keys: list[str]) -> list[str]:
    """What of a sentence is of the wanted kind and is not asked about itself."""
    named = _NUMBERED.search(ask)
    if named:
        noun = re.escape(root(named[1].lower()))
        marks = re.findall(rf"\b{noun}\w* (?:number |no\. ?)?(\d+|[A-Z]\b)", sentence, re.I)
        return [f"{named[1]} {mark}" for mark in marks[:1]]
    if want.kind not in _KINDS:
        return []
    out: list[str] = []
    for span in spans_for(want, sentence):
        words = [m[0].lower() for m in WORD.finditer(span.text)]
        if words and not all(
            any(nearness(k, w) >= _SAME for k in keys) or w in STOP for w in words
        ):
            out.append(span.text)
    return out


def _met(keys: list[str], sentence: str) -> list[str]:
    held = _words(sentence)
    return [key for key in keys if any(nearness(key, word) >= _SAME for word in held)]


def _links(sentence: str, keys: list[str]) -> set[str]:
    """The words of a sentence by which another may be joined to it."""
    out = {root(w) for w in _words(sentence) if len(w) > 2}
    return {w for w in out if not any(nearness(key, w) >= _SAME for key in keys)}


def _words(text: str) -> list[str]:
    return [m[0].lower() for m in WORD.finditer(text) if m[0].lower() not in STOP]
