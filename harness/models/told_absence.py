"""What a prompt plainly wants said where its text is silent: words of its own, or null.

Runs in the model worker (zone G); pure; the text is hostile, capped, and every repeat is bounded.
Aliases of exercises do not come here. The network that reads the stance of a free prompt now and
then overlooks "if it is not there, reply exactly: …", whose form leaves no doubt.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.reading import Reading
from harness.models.skills.answering_absent import words_for_absence
from harness.models.skills.outcome import Outcome

_MOST_CHARS = 8_000
_MOST_WORDS_CHARS = 120
_UNSAID = re.compile(
    r"\b(?:never|not|don['’]t|avoid|without) (?:\w{1,12} )?(?:say|saying|reply|answer|write|"
    r"tell)\b",
    re.I,
)
_NULL = re.compile(
    r"\b(?:if|when|where|otherwise|else|unless)\b[^{}\n]{0,90}\{\s{0,3}[\"'](?P<key>\w{1,30})[\"']"
    r"\s{0,3}:\s{0,3}null\s{0,3}\}",
    re.I,
)


def with_told_absence(reading: Reading) -> Reading:
    """The reading with the stance towards gaps that its form leaves no doubt of.

    Args:
        reading: the prompt, understood.
    """
    if reading.task != "qa" or not reading.data:
        return reading
    reading = _with_words_behind_colon(reading)
    kinds, stance = reading.found.kinds, reading.stance
    if stance.admit_absence > 0 and kinds.abstain >= 0.5:
        return reading
    told = reading.prompt.directions[:_MOST_CHARS]
    if _UNSAID.search(told) or not words_for_absence(told):
        return reading
    found = replace(reading.found, kinds=replace(kinds, abstain=1.0))
    return replace(reading, found=found, stance=replace(stance, admit_absence=1.0))


def _with_words_behind_colon(reading: Reading) -> Reading:
    """The reading without the words to be said in its data: "reply exactly: Ask at the desk."."""
    spans = reading.prompt.spans
    if len(spans) < 2 or len(spans) != len(reading.data):
        return reading
    last = spans[-1]
    said = reading.prompt.messages[last.message][1]
    if last.end - last.start > _MOST_WORDS_CHARS or not said[: last.start].rstrip(' "“').endswith(
        ":"
    ):
        return reading
    line = said[: last.end].rsplit("\n", 1)[-1]
    if not words_for_absence(line):
        return reading
    return replace(
        reading, prompt=replace(reading.prompt, spans=spans[:-1]), data=reading.data[:-1]
    )


def as_null(outcome: Outcome, reading: Reading) -> Outcome:
    """A record with null, where the text is silent and the prompt shows that record for it.

    Args:
        outcome: what the work came to.
        reading: the prompt, understood.
    """
    told = reading.prompt.directions[:_MOST_CHARS]
    if "null" not in told or outcome.faults:
        return outcome
    mark = _NULL.search(told)
    if mark is None or outcome.value.strip(" .").lower() not in (mark["key"].lower(), "null"):
        return outcome
    return replace(outcome, text=f'{{"{mark["key"]}": null}}', task="qa")
