"""Which of several rules under their head a text keeps, where the prompt asks for that.

Runs in the model worker; the text is hostile: capped, every repeat is bounded. The rules stand in a
list or between commas under `Rules:`, `Instruction:` and the like, the text under a head of its own
or in quotes. What fools it: a rule that no word, count or feature of a text shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.models.faults import Luck, Pressure, chance
from harness.models.needles import has_any
from harness.models.reading import Reading
from harness.models.skills import requirements
from harness.models.skills.judge_form import Judged, offered, parted
from harness.models.skills.outcome import Outcome

_MOST_CHARS = 5_000
_NEEDLES = ("rule", "instruction", "requirement", "criteri", "guideline", "condition", "constraint")
_NAMES = (
    r"(?:rules?|instructions?|requirements?|criteri(?:a|on)|guidelines?|conditions?|constraints?|"
    r"prompt|brief)"
)
_DONE = (
    r"(?:broken|violated|met|kept|followed|missing|missed|fulfil+ed|satisfied|obeyed|ignored|"
    r"respected|fails?|failed|breaks?|unmet)"
)
_ASKS = re.compile(
    rf"\b(?:follow|meet|keep|break|violate|obey|satisf(?:y|ie)|fulfil+|respect|comply|stick|ignore)"
    rf"\w{{0,3}}\b[^.?\n]{{0,30}}\b{_NAMES}|\b{_NAMES}\b[^.?\n:]{{0,40}}\b{_DONE}\b|"
    rf"\b(?:per|each|every|for each) (?:rule|requirement|criterion|condition|instruction)\b",
    re.I,
)
_WHICH = re.compile(
    r"\b(?:which|what|list|name)\b[^.?\n]{0,40}\b(?:broken|violated|missing|missed|not|ignored|"
    r"fails?|failed|breaks?|violates?|unmet)\b",
    re.I,
)
_EACH = re.compile(
    r"\b(?:each|every|per (?:rule|requirement|criterion)|one by one|per line)\b", re.I
)
_MARK = re.compile(r"(?:^|(?<=[\s:,;.]))(?:\(?(\d{1,2}|[a-h])[).]|[-*•])[ \t]{1,3}(?=\S)", re.M)
_AND = re.compile(
    r"[;,]\s+(?:and\s+)?|\s+and\s+(?=(?:no|at|end|start|begin|use|mention|keep|name)\b)"
)
_HOLDS = re.compile(r"\b(?:mention|name|include|contain)s?\b", re.I)
_OFFERED = (
    ("PASS", "FAIL"), ("pass", "fail"), ("met", "not met"), ("yes", "no"), ("ok", "not ok"),
    ("kept", "broken"),
)  # fmt: skip


@dataclass(frozen=True)
class _Rules:
    """Rules by their marks, the text that they are for, and the order."""

    items: tuple[tuple[str, str], ...]
    body: str
    order: str


def ruled(reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """Which rules a text keeps, in the form asked for; None where nobody asks for that."""
    messages = reading.prompt.messages
    if len(messages) > 2 or sum(len(text) for _, text in messages) > _MOST_CHARS:
        return None
    whole = "\n\n".join(text for _, text in messages)
    if not has_any(whole, _NEEDLES) or not _ASKS.search(whole):
        return None
    found = _rules_of(parted(whole))
    if found is None or not _ASKS.search(found.order):
        return None
    is_one_word = not (_EACH.search(found.order) or _WHICH.search(found.order))
    if is_one_word and offered(found.order):
        return None  # one verdict in the words of the prompt
    met = [requirements.satisfies(rule, found.body) for _, rule in found.items]
    item = " ".join(whole.lower().split())[:300]
    slips = luck.draw("misjudges", item) < chance(pressure.misjudges() - 1.0)
    if slips:
        met[-1] = not met[-1]
    said, value = _told(found, met)
    faults = ("misjudged",) if slips else ()
    return Outcome(said, value, {}, faults, task="qa")


def _rules_of(judged: Judged) -> _Rules | None:
    if not judged.rule or not judged.said:
        return None
    items = _listed(judged.rule)
    seen = [requirements.has_rule(rule) or bool(_HOLDS.search(rule)) for _, rule in items]
    if not items or not any(seen):
        return None
    kept = tuple(pair for pair, is_seen in zip(items, seen, strict=True) if is_seen)
    return _Rules(kept, judged.said, judged.order)


def _listed(told: str) -> tuple[tuple[str, str], ...]:
    """(mark, rule) of a list, or of what stands between commas."""
    marks = list(_MARK.finditer(told))
    if len(marks) >= 2:
        ends = [*(m.start() for m in marks[1:]), len(told)]
        found = [
            (m[1] or str(i), told[m.end() : end].strip(" ,;.\n"))
            for i, (m, end) in enumerate(zip(marks, ends, strict=True), 1)
        ]
    else:
        parts = [p.strip(" .\n") for p in _AND.split(told.strip().splitlines()[0])]
        found = [(str(i), part) for i, part in enumerate(parts, 1)]
    return tuple((mark, re.sub(r"\s+and$", "", rule)) for mark, rule in found if len(rule) > 2)[:12]


def _told(rules: _Rules, met: Sequence[bool]) -> tuple[str, str]:
    """The answer and its bare value."""
    pairs = list(zip(rules.items, met, strict=True))
    broken = [(mark, rule) for (mark, rule), ok in pairs if not ok]
    if _EACH.search(rules.order):
        good, bad = next(
            (p for p in _OFFERED if all(re.search(rf"\b{w}\b", rules.order) for w in p)),
            ("met", "not met"),
        )
        lines = [f"{mark}. {rule}: {good if ok else bad}" for (mark, rule), ok in pairs]
        said = "\n".join(lines)
        return said, said
    named = "; ".join(f"{mark} ({rule})" if len(pairs) > 1 else rule for mark, rule in broken)
    if _WHICH.search(rules.order):
        said = f"Not kept: {named}." if broken else "None, all of them are kept."
        return said, said
    breaks = re.search(r"\b(?:break|violat|ignor)\w*\b", rules.order, re.I) is not None
    word = "Yes" if bool(broken) == breaks else "No"
    return f"{word}. " + (f"Not kept: {named}." if broken else "All of it is kept."), word
