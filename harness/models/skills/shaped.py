"""Work that the wording of the whole prompt settles, whatever the reading took its parts for.

Runs in the model worker; the text is hostile, each piece of work caps it. A note of absence, rows
told in prose, what suits all.
"""

from __future__ import annotations

import re

from harness.models.reading import Reading
from harness.models.skills import making_series, table_told
from harness.models.skills.finding_logged import rows_safe_for
from harness.models.skills.finding_suited import suited
from harness.models.skills.making_absence import absence
from harness.models.skills.making_csv import rows_told
from harness.models.skills.outcome import Outcome

_CORRECTS = tuple(
    (
        re.compile(
            rf"^\W*(?:(?:{polite})\W+)?(?:{verbs})\b(?![^\n]{{0,60}}\b(?:{english})\b)", re.I
        ),
        name,
    )
    for polite, verbs, english, name in (
        ("per favore", "correggi|correggere|correggete", "inglese", "Italian"),
        ("por favor", "corrige|corrija|corregir", "inglés|inglesa", "Spanish"),
        ("s'il te plaît|s'il vous plaît", "corrigez|corriger", "anglais|anglaise", "French"),
    )
)


def by_wording(reading: Reading) -> Outcome | None:
    """What the wording settles; None where another skill is to answer.

    Args:
        reading: the prompt or conversation, understood.
    """
    messages = reading.talk or reading.prompt.messages
    fit = suited(messages)
    if fit is not None:
        return Outcome(fit, fit.rstrip("."), task="qa")
    if len(messages) != 1 or reading.again is not None:
        return None
    said = messages[0][1]
    safe = rows_safe_for(said)
    if safe is not None:
        return Outcome(safe, safe.rstrip("."), task="qa")
    tongue = next((name for cue, name in _CORRECTS if cue.match(said)), "")
    if tongue and len(said) < 3_000:
        declined = f"I cannot correct {tongue}: I only write English."
        return Outcome(declined, declined, task="chat")
    made = absence(said) or rows_told(said) or table_told.told(said)
    if made is None and reading.said:  # a row that ends open looks like a message cut off
        made = making_series.continued(said)
    return None if made is None else Outcome(made, made, task="chat")
