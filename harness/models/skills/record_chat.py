"""A record's values in a chat: what one side asks for and the other gives, and what a set offers.

Runs in the model worker; the text is hostile and capped. Words are compared, no pattern is made of
them. What fools it: an answer that comes more than one turn later.
"""

from __future__ import annotations

import re
from itertools import pairwise

from harness.models.skills.chat_logs import Turn, turns_of
from harness.models.skills.fields import Field
from harness.models.skills.record_source import SILENT, Source
from harness.models.skills.record_wants import Want
from harness.models.skills.retrieval import stem

_HAS_NOT = re.compile(
    r"\b(?:no idea|not sure|don['’]?t|do not|can['’]?t|cannot|haven['’]?t|never|unknown|"
    r"no clue|sorry)\b|^(?:no|none|nope)\b",
    re.I,
)
_FILLER = re.compile(
    r"^(?:(?:it|that|this)(?:['’]s| is| was)|they are|i(?:['’]m| am)|my \w+ is|yes|ok(?:ay)?|uh|um|"
    r"sure|the|an?|hi|hello)\b[,:]?\s*",
    re.I,
)
_OFFERED = re.compile(
    r"\b(?:from|of|in|among|out of) (?:this|these|the|the following) "
    r"(?:set|list|options|values|choices)\b[^:\n]{0,30}:\s*(?P<list>[^\n.;]{3,400})",
    re.I,
)
_MOST_ANSWER = 6


def answered(source: Source, want: Want) -> object:
    """What the next turn gives where one asks for a field; None where nobody asks for it.

    Args:
        source: a text, read; only a chat has turns.
        want: the field, by what its name asks for.
    """
    if "?" not in source.text or source.text.count("\n") < 2:
        return None
    turns = turns_of(source.text)
    for turn, behind in pairwise(turns):
        if behind.who == turn.who or not _asks_for(turn, want):
            continue
        said = behind.said
        if _HAS_NOT.search(said):
            return SILENT
        first = re.split(r"[,;!?]\s|\.\s|\.$|\s[-–]\s", said)[0].strip()
        first = _FILLER.sub("", _FILLER.sub("", first)).strip(" .\"'")
        return first if 0 < len(first.split()) <= _MOST_ANSWER else None
    return None


def is_chat(source: Source) -> bool:
    """Whether a text's labels are the names of those who speak."""
    if source.text.count("\n") < 2 or len(source.pairs) < 3:
        return False
    labels = {label for label, _ in source.pairs}
    return len(labels) < len(source.pairs) and "?" in source.text and bool(turns_of(source.text))


def _asks_for(turn: Turn, want: Want) -> bool:
    """Whether a turn asks for a field: by its last word, or by its first where that is loose."""
    for piece in re.findall(r"[^.!?]{2,200}\?", turn.said):
        held = {stem(w) for w in re.findall(r"[^\W_]+", piece.lower())}
        own = [stem(w) for w in want.words]
        loose = stem(want.head) in _LOOSE and own[0] in held
        if own and (all(s in held for s in own) or loose):
            return True
    return False


_LOOSE = frozenset(map(stem, "model make name type number code id version kind size".split()))


def members(order: str, field: Field, source: Source) -> list[str] | None:
    """Of a set that an order lists for a list of values, those that a text holds, as it lists them.

    Args:
        order: what says which set.
        field: the list.
        source: the text, read.
    """
    if ":" not in order or field.inner:
        return None
    mark = _OFFERED.search(order)
    names = [] if mark is None else _listed(mark["list"])
    if len(names) < 2:
        return None
    held = [word.stem for word in source.words]
    return [name for name in names if _stands(name, held)]


def _listed(said: str) -> list[str]:
    parts = [p.strip(" \"'`[]") for p in re.split(r",\s*(?:and |or )?|\s+(?:and|or)\s+", said)]
    return [p for p in parts if 0 < len(p.split()) <= 4][:40]


def _stands(name: str, held: list[str]) -> bool:
    """Whether the words of a name stand side by side in a text."""
    own = [stem(w) for w in re.findall(r"[^\W_]+", name.lower())]
    return bool(own) and any(held[i : i + len(own)] == own for i in range(len(held)))


def singular(name: str) -> str:
    """A name of a thing whose last word is in the singular, in small letters where it was so."""
    if name.endswith(("ss", "us", "is")):
        return name
    for ending, put in (("ies", "y"), ("oes", "o"), ("ches", "ch"), ("shes", "sh"), ("xes", "x")):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name[: -len(ending)] + put
    for ending, put in (("sses", "ss"), ("aves", "af"), ("s", "")):
        if name.endswith(ending) and len(name) > 3:
            return name[: -len(ending)] + put
    return name
