"""Yes or no by a range of things that are named by number ("halls 1 to 4", "pages 10-20").

Runs in the model worker; the text is hostile and capped, patterns are bounded.
"""

from __future__ import annotations

import re

from harness.models.skills.answering_polar import agrees
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_sums import POLAR

_NAMED = re.compile(
    r"\b(?P<what>[a-z]{3,15}?)(?:s|es)? (?:from )?(?P<a>\d{1,4}) ?(?:to|-|–|through|until) "
    r"?(?P<b>\d{1,4})\b",
    re.I,
)


def within_named(ask: str, text: str) -> Worked | None:
    """Whether what a rule says of some numbered things holds for the one that is asked about."""
    if not POLAR.match(ask):
        return None
    for sentence in re.split(r"(?<=[a-z\d])[.;]\s+|\n", text):
        mark = _NAMED.search(sentence)
        if not mark or int(mark["a"]) >= int(mark["b"]):
            continue
        rest = f"{text.replace(sentence, ' ', 1)} {ask}"
        case = re.search(
            rf"\b{re.escape(mark['what'])}s? (?:no\.? ?|number )?(\d{{1,4}})\b", rest, re.I
        )
        if not case:
            continue
        inside = int(mark["a"]) <= int(case[1]) <= int(mark["b"])
        word = "Yes" if inside == agrees(ask, sentence) else "No"
        said = f"{word}: {sentence.strip(' .')}."
        return Worked(word, "", "No" if word == "Yes" else "Yes", said)
    return None
