"""What a list is found to be: the item at a place, how often each comes, what is missing, groups.

Runs in the model worker; pure.
"""

from __future__ import annotations

import re
from collections import Counter

from harness.models.skills.making_items import Items, items_in
from harness.models.skills.reckoning_figures import whole_number

_PLACES = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
    "sixth": 6,
    "last": -1,
    "second to last": -2,
    "penultimate": -2,
    "middle": 0,
}
_PLACE = "|".join(sorted(_PLACES, key=len, reverse=True))
_ITEM = re.compile(
    rf"\b(?:the )?(?P<n>{_PLACE}) (?:item|entry|element|one|bullet|"
    r"point|thing|value|number)\b(?!s)",
    re.I,
)
_EACH = re.compile(
    r"\bhow (?:often|many times) (?:does |do )?(?:each|every)\b|\bcount "
    r"(?:each|every|how often each|how many times each|the occurrences)\b|"
    r"\bfrequenc\w+|\btally\b|\bhow many of each\b",
    re.I,
)
_MOST = re.compile(
    r"\b(?:most (?:often|frequent\w*|common)|appears? (?:the )?most|occurs? (?:the )?most)\b", re.I
)
_MISSING = re.compile(
    r"\bmissing\b[^.\n]{0,30}?(?P<a>-?\d{1,4}) (?:to|through|-|–|and) "
    r"(?P<b>-?\d{1,4})|\bfrom (?P<c>-?\d{1,4}) to "
    r"(?P<d>-?\d{1,4})\b[^.\n]{0,20}\bmissing\b",
    re.I,
)
_ROTATE = re.compile(
    r"\brotate\b[^.\n]{0,30}?\b(?P<way>left|right)(?: by (?P<n>\d|one|two|three))?", re.I
)
_BY_LETTER = re.compile(
    r"\bgroup\w*\b[^.\n]{0,40}\bby\b[^.\n]{0,20}\b(?P<key>first letter|"
    r"initial|starting letter|length|number of letters|last letter)\b",
    re.I,
)
_NAMES = re.compile(
    r"\b(?:swap|switch|exchange|reverse|flip)\b[^.\n]{0,20}\b(?:first|given|"
    r"last|family)\b[^.\n]{0,20}\bnames?\b|\blast,? "
    r"first\b[^.\n]{0,12}\b(?:to|into|->|→)\b[^.\n]{0,4}\bfirst last\b|"
    r"\bfirst last\b[^.\n]{0,12}\b(?:to|into|->|→)\b[^.\n]{0,4}\blast,? "
    r"first\b",
    re.I,
)
_HASHTAGS = re.compile(r"\bhash ?tags?\b", re.I)


def told(asked: str, text: str) -> str | None:
    """A fact of the list, or the list told by it; None where the order wants none."""
    if not text.strip() or len(text) > 6_000 or len(asked) > 300:
        return None
    if _NAMES.search(asked):
        return _renamed(asked, text)
    wants_words = bool(_MOST.search(asked) or _EACH.search(asked))
    found = items_in(text, words=wants_words or bool(_BY_LETTER.search(asked)))
    if found is None or len(found.parts) < 2:
        return None
    parts = list(found.parts)
    if wants_words:
        counts = Counter(p.lower() for p in parts)
        if _MOST.search(asked):
            return max(counts, key=lambda w: counts[w])
        return "\n".join(f"{word}: {number}" for word, number in counts.items())
    missing = _MISSING.search(asked)
    if missing:
        first, last = int(missing["a"] or missing["c"]), int(missing["b"] or missing["d"])
        held = {int(p) for p in re.findall(r"-?\d+", text)}
        out = [str(n) for n in range(first, min(last, first + 500) + 1) if n not in held]
        return ", ".join(out) or "None."
    if any(len(p.split()) > 8 for p in parts) and found.glue != "\n":
        return None
    rotate = _ROTATE.search(asked)
    if rotate:
        by = whole_number(rotate["n"] or "1")
        by = by % len(parts) if rotate["way"].lower() == "left" else -by % len(parts)
        return Items((*parts[by:], *parts[:by]), found.glue, found.mark).written(asked)
    group = _BY_LETTER.search(asked)
    if group:
        return _grouped(parts, group["key"].lower())
    if _HASHTAGS.search(asked) and re.search(
        r"\b(?:make|turn|convert|as|into|create|write)\b", asked, re.I
    ):
        tags = ["#" + re.sub(r"\W+", "", p.title() if " " in p else p) for p in parts]
        return " ".join(tags)
    at = _ITEM.search(asked)
    if at and not re.search(r"\b(?:remove|delete|drop|replace|change|without)\b", asked, re.I):
        place = _PLACES[at["n"].lower()]
        index = len(parts) // 2 if place == 0 else place - 1 if place > 0 else len(parts) + place
        return parts[index] if 0 <= index < len(parts) else None
    return None


def _grouped(parts: list[str], key: str) -> str:
    groups: dict[str, list[str]] = {}
    for part in parts:
        name = (
            str(len(part))
            if "len" in key or "number" in key
            else part[-1].upper()
            if "last" in key
            else part[0].upper()
        )
        groups.setdefault(name, []).append(part)
    return "\n".join(f"{name}: {', '.join(held)}" for name, held in sorted(groups.items()))


def _renamed(asked: str, text: str) -> str | None:
    """Names turned round: "Holm, Anna" is "Anna Holm" and the other way."""
    to_comma = re.search(r"\b(?:to|into|->|→)\W{0,6}last,? first\b", asked, re.I)
    lines = [line for line in re.split(r"\n|;\s*", text.strip().rstrip(".")) if line.strip()]
    glue = "\n" if "\n" in text.strip() else "; "
    if all(
        re.fullmatch(r"\s*[^,\n]{1,40},\s*[^,\n]{1,40}\s*", line) for line in lines
    ) and ";" in text + "\n".join(lines[1:]) + (";" if len(lines) == 1 else ""):
        pairs = [tuple(p.strip() for p in line.split(",")) for line in lines]
        if not all(" " in p[0] and " " in p[1] for p in pairs):
            return glue.join(f"{first} {last}" for last, first in pairs)
    found = items_in(text, words=False)
    names = list(found.parts) if found else [text.strip()]
    if not all(len(n.split()) >= 2 for n in names):
        return None
    turned = [
        f"{n.split()[-1]}, {' '.join(n.split()[:-1])}"
        if to_comma
        else f"{n.split()[-1]} {' '.join(n.split()[:-1])}"
        for n in names
    ]
    glue = "; " if to_comma and found and found.glue == ", " else found.glue if found else ""
    return glue.join(turned)
