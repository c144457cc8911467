"""Two works on one text: a summary for each of several readers, or a summary and a reply.

Runs in the model worker; the text is hostile: capped, every repeat is bounded. Each part is done as
if it were asked for alone. What fools it: parts that build on each other.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.faults import Luck, Pressure
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills import digest, making_replies
from harness.models.skills.outcome import Outcome

_MOST_CHARS = 7_000
_PART = re.compile(
    r"(?P<name>[A-Za-z][\w -]{1,28}?) ?\((?P<size>(?:one|two|three|four|1|2|3|4|5)[ -](?:short )?"
    r"(?:sentences?|bullets?(?: points?)?|lines?))\)",
    re.I,
)
_LEADS = re.compile(r"^(?:and|for|the|one|a|an|then|two|summar\w+)\b[ :]*", re.I)
_THEN = re.compile(
    r",?\s+(?:and )?then (?=(?:write|draft|reply|respond|answer|compose|give)\b)|"
    r",?\s+and (?=(?:write|draft|compose) (?:an? )?(?:\w+ ){0,2}(?:reply|response|answer)\b)",
    re.I,
)
_SUMS_UP = re.compile(r"\b(?:tl;?dr|summar\w+|sum (?:this|it|that) up|gist|headline|title)\b", re.I)


def in_parts(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """Each part that an order names, under each other; None where it names one work alone."""
    messages = reading.prompt.messages
    if [role for role, _ in messages] != ["user"] or len(messages[0][1]) > _MOST_CHARS:
        return None
    order, gap, text = messages[0][1].strip().partition("\n\n")
    if not gap or len(order.split()) > 45 or not _SUMS_UP.search(order) or len(text.split()) < 15:
        return None

    def alone(told: str) -> Reading:
        prompt = replace(reading.prompt, messages=(("user", f"{told}\n\n{text}"),))
        return replace(reading, task="summarise", prompt=prompt)

    parts = [
        (_LEADS.sub("", m["name"].rpartition(":")[2].strip()), m["size"])
        for m in _PART.finditer(order)
    ]
    if len(parts) >= 2:
        made = [digest.digest(bank, alone(f"Summarise in {s}:"), pressure, luck) for _, s in parts]
        if all(made):
            said = "\n\n".join(
                f"{_LEADS.sub('', name).strip()}:"
                f"{chr(10) if '- ' in one.text[:2] else ' '}{one.text}"
                for (name, _), one in zip(parts, made, strict=True)
                if one
            )
            faults = tuple(fault for one in made if one for fault in one.faults)
            return Outcome(said, said, faults=faults, task="chat")
    both = _THEN.split(order, maxsplit=1)
    if len(both) != 2:
        return None
    short = digest.digest(bank, alone(f"{both[0].strip(' .:')}:"), pressure, luck)
    reply = making_replies.replied(alone(both[1].strip(" .:")))
    if short is None or reply is None:
        return None
    said = f"{short.text}\n\n{reply}"
    return Outcome(said, said, faults=short.faults, task="chat")
