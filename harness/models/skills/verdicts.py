"""The word for a verdict: the prompt's own, its scale, or supported and unsupported.

Runs in the model worker; the text is hostile and only read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.reading import Reading

_SCALE = re.compile(
    r"\b(?:from |between )?(?:a )?(?:scale (?:of|from) )?(\d{1,2})\s*(?:to|-|–|and|through|\.\.)\s*"
    r"(\d{1,3})\b",
    re.I,
)
_RATES = re.compile(r"\b(?:rate|score|scale|points?|stars|grade|marks?)\b", re.I)
_ASKS_CONTRADICTION = re.compile(
    r"\b(?:does|do|is|are|whether|if)\b[^.?\n]{0,60}\b(?:contradict\w*|hallucinat\w+|unfaithful|"
    r"inconsistent|conflict\w*)\b",
    re.I,
)


def verdict_word(reading: Reading, *, is_backed: bool, share: float, is_denied: bool) -> str:
    """The prompt's own word for a verdict, or supported and unsupported.

    Args:
        reading: the prompt, understood.
        is_backed: whether every claim holds.
        share: share of the claims that hold, 0 to 1.
        is_denied: the source says otherwise, rather than nothing.
    """
    text = reading.prompt.directions
    scale = _SCALE.search(text)
    if scale and _RATES.search(text) and int(scale[1]) < int(scale[2]) <= 100:
        low, high = int(scale[1]), int(scale[2])
        return str(round(low + (high - low) * (1.0 if is_backed else 0.75 * share)))
    names = [label.name for label in reading.labels]
    chosen = fitting(names, is_backed=is_backed, share=share, is_denied=is_denied)
    if chosen:
        return chosen
    if _ASKS_CONTRADICTION.search(text):
        return "no" if is_backed else "yes"
    for good, bad in _PAIRS:
        if re.search(rf"\b{good}\b", text, re.I) and re.search(rf"\b{bad}\b", text, re.I):
            if not is_backed and 0 < share < 1 and re.search(r"\bpartial(ly)?\b", text, re.I):
                return "Partial"
            word = good if is_backed else bad
            shown = re.search(rf"\b{word}\b", text, re.I)
            return shown[0] if shown else word
    return "supported" if is_backed else "unsupported"


_PAIRS = (
    ("pass", "fail"), ("yes", "no"), ("supported", "unsupported"), ("supported", "not supported"),
    ("good", "bad"), ("true", "false"), ("correct", "incorrect"), ("correct", "wrong"),
    ("right", "wrong"), ("faithful", "unfaithful"), ("faithful", "hallucinated"), ("ok", "not ok"),
    ("accurate", "inaccurate"), ("valid", "invalid"), ("fine", "off"), ("yea", "nah"), ("y", "n"),
    ("grounded", "ungrounded"), ("entailed", "contradicted"), ("consistent", "inconsistent"),
    ("holds", "fails"), ("accept", "reject"), ("borne out", "not borne out"), ("1", "0"),
)  # fmt: skip
_GOOD = re.compile(
    r"^(?:pass\w*|yes|y|t|s|yea|yep|supported|good|true|correct|right|faithful|ok(?:ay)?|"
    r"accurate|valid|"
    r"fine|grounded|entail\w*|consistent|holds?|accept\w*|borne out|backed|match\w*|"
    r"sound|clean|full\w*)$",
    re.I,
)
_MIDDLE = re.compile(r"partial|partly|mixed|drift|some|incomplete|mostly", re.I)
_SILENT = re.compile(
    r"not enough|not in (?:the )?(?:source|text)|\bopen\b|neutral|unclear|unverifi\w+|not "
    r"(?:mentioned|stated|found|given)|unknown|"
    r"can(?:not|'t) (?:tell|say)|insufficient|silent|no (?:info|evidence)|undetermined|"
    r"neither|^[un?]$",
    re.I,
)
_DENIED = re.compile(
    r"contradict\w*|refut\w*|false|wrong|incorrect|conflict\w*|opposite|^[fc]$|^no$", re.I
)


def fitting(names: Sequence[str], *, is_backed: bool, share: float, is_denied: bool) -> str:
    """The offered label that fits, empty when the labels are no verdicts."""
    good = [n for n in names if _GOOD.match(n.strip().replace("_", " "))]
    bad = [n for n in names if n not in good]
    if not good or not bad:
        return ""
    if is_backed:
        return good[0]
    middle = [n for n in bad if _MIDDLE.search(n)]
    silent = [n for n in bad if _SILENT.search(n)]
    denied = [n for n in bad if _DENIED.search(n)]
    if middle and 0 < share < 1:
        return middle[0]
    if silent and not is_denied:
        return silent[0]
    plain = [n for n in bad if n not in middle and n not in silent]
    return (denied if denied and is_denied else plain or bad)[0]
