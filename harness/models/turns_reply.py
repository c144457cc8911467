"""What a conversation does to a reply: the names it agreed on, and where its data stands.

Runs in the model worker (zone G); pure.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.labels import humanise
from harness.models.reading import Reading
from harness.models.skills.outcome import Outcome


def called(outcome: Outcome, reading: Reading) -> Outcome:
    """An outcome with the labels called as the user wants them called."""
    if not reading.renames:
        return outcome
    known = {humanise(old): new for old, new in reading.renames}
    names = sorted((old for old, _ in reading.renames), key=len, reverse=True)
    pattern = r"(?<![\w-])(?:" + "|".join(re.escape(name) for name in names) + r")(?![\w-])"

    def put(text: str) -> str:
        return re.sub(pattern, lambda m: known.get(humanise(m[0]), m[0]), text, flags=re.I)

    first, *rest = outcome.text.split("\n")
    fields = {
        name: [put(str(one)) for one in held]
        if name == "labels" and isinstance(held, list)
        else held
        for name, held in outcome.fields.items()
    }
    text = "\n".join([put(first), *rest])
    return replace(outcome, text=text, value=put(outcome.value), fields=fields)


def places_of(reading: Reading) -> tuple[tuple[int, int, int], ...]:
    """(message, start, end) of the data in the conversation that a prompt was made of.

    What a correction has changed stands nowhere in it and is left out.
    """
    out: list[tuple[int, int, int]] = []
    for text in reading.data:
        for number in range(len(reading.talk) - 1, -1, -1):
            at = reading.talk[number][1].find(text)
            if at >= 0:
                out.append((number, at, at + len(text)))
                break
    return tuple(out)
