"""What a chat decided, a line for each decision, and an order freed of words on its form alone.

Runs in the model worker; pure; the text is hostile and capped. What fools it: a decision that is
taken back later.
"""

from __future__ import annotations

import re

from harness.models.skills.chat_logs import turns_of
from harness.models.skills.rewriting_forms import begun

_ASKED = re.compile(
    r"\bdecisions? only\b|\bonly (?:the )?decisions?\b|"
    r"\b(?:only |just )?what (?:was|were|has been) (?:decided|agreed)\b|"
    r"\bdecisions (?:taken|made|reached)\b",
    re.I,
)
_FORM_ALONE = re.compile(
    r"\(?\b(?:start|begin)(?:ing)? (?:each|every)(?: one| bullet| line| point)? with "
    r"[\"'“`]?[-*•][ ]?[\"'”`]?\)?",
    re.I,
)
_COUNTED = re.compile(r"\b(?:exactly|precisely)(?= \w{1,6} (?:short )?bullet)", re.I)
_AGREES = re.compile(
    r"^(?:ok(?:ay)?|agreed|fine|deal|great|right|done|perfect|good|yes|sure|alright|settled)\b"
    r"[,.:!]?\s{0,2}(?:so |then |let['’]s (?:go with |take |do |use )?|we(?:['’]ll| will) )?",
    re.I,
)
_SETTLES = re.compile(
    r"\b(?:it is|then)\W*$|^(?:so )?(?:let['’]s (?:go with|take|do|use)|we(?:['’]ll| will) "
    r"(?:go with|take|use|do)|decided|going with|go with)\b",
    re.I,
)
_TAIL = re.compile(r"(?:,? (?:then|it is|by me|with me|for me))+$", re.I)
_CHOICE = re.compile(r"\b([\w-]{2,30}) or ([\w-]{2,30})(?=\W|$)")
_ASK_LEAD = re.compile(
    r"^(?:so |and |ok |well )?(?:(?:do|shall|should|can|will|could) we )?(?:have )?", re.I
)


def asks_decided(order: str) -> bool:
    """Whether an order wants what was decided and no more."""
    return _ASKED.search(order) is not None


def formless(order: str) -> str:
    """An order without words that say how a bullet looks; of decisions, how many exactly."""
    said = _FORM_ALONE.sub(" ", order)
    return _COUNTED.sub(" ", said) if asks_decided(order) else said


def decided(text: str, most: int) -> list[str]:
    """The decisions of a chat in order, at most so many; none for a text that is no chat.

    Args:
        text: of the prompt, whatever it is.
        most: 0 for all of them.
    """
    out: list[str] = []
    choices: list[str] = []
    for turn in turns_of(text):
        for piece in re.split(r"(?<=[.!?])\s+", turn.said):
            if piece.endswith("?"):
                choices.append(piece)
            elif line := _settled(piece, choices):
                out.append(line)
    return out[:most] if most else out


def _settled(piece: str, choices: list[str]) -> str:
    """A sentence that settles something, without the words that only agree; empty for another."""
    agrees = _AGREES.match(piece)
    if not agrees and not _SETTLES.search(piece.rstrip(" .!")):
        return ""
    said = piece[agrees.end() :] if agrees else _SETTLES.sub("", piece, count=1)
    said = _TAIL.sub("", said.strip(" .!,"))
    if not re.search(r"\w{2}", said) or len(said.split()) > 20:
        return ""
    for ask in reversed(choices):
        mark = _CHOICE.search(ask)
        if mark and said.lower() in (mark[1].lower(), mark[2].lower()):
            told = f"{ask[: mark.start()]}{said}{ask[mark.end() :]}"
            return begun(_ASK_LEAD.sub("", told, count=1).rstrip(" ?"))
    return begun(said)
