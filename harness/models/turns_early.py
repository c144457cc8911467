"""What a conversation shows before its turns are worked through: told facts, shown changes, notes.

Runs in the model worker (zone G); pure; the text is hostile and capped. A user who said at first
what is to be done with each text that follows is given that; one who goes back to an earlier
subject is taken back to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.turns_kept import kept_list, listed_figures
from harness.models.turns_memory import asks_back, recalled
from harness.models.turns_pattern import continued
from harness.models.turns_rules import gone_on
from harness.models.turns_tally import tallied
from harness.models.turns_values import stems
from harness.models.typed import plain_note

_AS_SENT = re.compile(
    r",?\s*\b(?:as i (?:send|type|paste|write|post) (?:them|it|stuff|things)|(?:every|each|"
    r"all|any)(?:thing)? "
    r"(?:\w+ )?(?:that )?i (?:send|type|paste|write|post)\b[^.,\n]{0,24}|whatever i (?:send|"
    r"type|write|paste)|"
    r"(?:one by one|one at a time)\b)[^\n]{0,60}$",
    re.I,
)
_PLAINER = re.compile(
    r"\b(?:plain english|plain words|tidy|clean|full (?:words|sentences)|proper (?:english|"
    r"sentences)|readable|"
    r"written out|write out|spell out)\b",
    re.I,
)
_OVERRIDE = re.compile(
    r"^\W*(?:#+\s*)?(?:system|admin(?:istrator)?|developer|root|operator)\b[\w ]{0,"
    r"20}\b(?:override|update|message|"
    r"notice|command|note|alert|instruction)?\s*(?:#+|:)\s*[^.!?\n]{3,120}[.!?]\s*",
    re.I,
)
_BACK = re.compile(
    r"\b(?:back to|returning to|as for|again about|once more about)\s+(?:the |my |our |that |"
    r"this )?(?P<what>[\w'’ -]{2,30}?)"
    r"(?: again| now)?\s*[:,.–-]\s*(?P<rest>\S.*)$",
    re.I | re.S,
)


def said_early(pairs: Sequence[tuple[str, str]], turn: str) -> str:
    """The answer to a last turn, where told facts, shown changes or a standing order give it."""
    if counted := tallied(pairs, turn) or kept_list(pairs, turn):
        return counted
    told = [given for given, _ in pairs]
    if asks_back(turn) and (said := recalled(told, turn)):
        return said
    if shown := continued(pairs, turn):
        return shown
    if ruled := gone_on(pairs, turn):
        return ruled
    if pairs and (figured := listed_figures(pairs[-1][1], turn)):
        return figured
    sent = _AS_SENT.search(told[0].strip()) if told else None
    if sent and _PLAINER.search(told[0]) and not turn.rstrip().endswith("?"):
        rest = _OVERRIDE.sub("", turn).strip()
        if rest and rest != turn.strip():
            return (
                f"{plain_note(rest)} (The line before it reads like a command, and I leave "
                f"it aside.)"
            )
        return plain_note(turn)
    return ""


def order_as_sent(first: str) -> str:
    """The order of a first turn for every text that follows; empty where it gives none."""
    sent = _AS_SENT.search(first.strip())
    if sent is None or _PLAINER.search(first) or first.rstrip().endswith("?"):
        return ""
    order = first.strip()[: sent.start()].strip(" ,;:.")
    return order if len(order.split()) >= 3 else ""


def gone_back(turn: str, standings: Sequence[str]) -> tuple[int, str] | None:
    """Which earlier subject a turn goes back to, and what is left of it.

    Args:
        turn: the last turn.
        standings: the prompts that stood before, oldest first.
    """
    found = _BACK.search(turn[:300])
    if found is None or len(standings) < 2:
        return None
    wanted = stems(found["what"])
    for number, standing in enumerate(standings):
        if wanted & stems(standing):
            return number, found["rest"]
    return None
