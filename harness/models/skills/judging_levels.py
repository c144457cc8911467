"""Levels of a rubric: which of them a reply comes to.

Runs in the model worker; the text is hostile and only read.
"""

from __future__ import annotations

import re

from harness.models.skills import answering_well, requirements
from harness.models.skills.outcome import Outcome

_LEVEL = re.compile(
    r"(?:^|[\s(])(?P<n>\d{1,2})(?: points?)?\s*[:=–-]\s*(?P<what>[^\d\n][^\n]{2,"
    r"120}?)(?=[.;,]?\s+\(?\d{1,2}(?: points?)?\s*[:=–-]\s|[.;]?\s*(?:\n|"
    r"$)|\.\s+[A-Z])"
)


def levels_of(text: str) -> tuple[list[tuple[int, str]], str, str] | None:
    """The levels of a rubric, the text and the question it answers."""
    if not re.search(r"\brubric\b|\bgrade\b|\bscore\b|\bscale\b|\brate\b", text, re.I):
        return None
    levels = [(int(m["n"]), m["what"].strip(" .;")) for m in _LEVEL.finditer(text)]
    if len(levels) < 2 or len({n for n, _ in levels}) != len(levels):
        return None
    if not all(
        re.search(
            r"\banswer|\breason|\b(?:no|not|does|gives?|names?|mentions?|"
            r"has|contains?|polite|rude|correct)\b",
            what,
            re.I,
        )
        for _, what in levels
    ):
        return None
    body = re.search(
        r"(?:^|\n)\s*(?:the )?(?:reply|answer|response|text|candidate|"
        r"message)\s*:\s*[\"“]?(?P<text>\S[^\n]{1,2000})",
        text,
        re.I,
    )
    question = re.search(r"(?:^|\n)\s*question\s*:\s*(\S[^\n]{3,300})", text, re.I)
    if not body:
        return None
    return sorted(levels), body["text"].strip().strip('"“”'), question[1] if question else ""


def levelled(levels: tuple[list[tuple[int, str]], str, str], *, slips: bool) -> Outcome:
    """The level of a rubric that fits a text best; a slip is the one beside it."""
    rows, body, question = levels
    grade = next(
        (
            n
            for n, what in reversed(rows)
            if all(
                _holds(part, body, question)
                for part in re.split(r"\s*,?\s+(?:and|but)\s+|,\s+", what)
            )
        ),
        rows[0][0],
    )
    if slips:
        numbers = [n for n, _ in rows]
        grade = numbers[max(0, numbers.index(grade) - 1)] if grade != numbers[0] else numbers[1]
    what = dict(rows)[grade]
    return Outcome(
        f"{grade}. The reply {what[:1].lower()}{what[1:]}.",
        str(grade),
        {},
        ("misjudged",) if slips else (),
        what,
    )


def _holds(part: str, body: str, question: str) -> bool:
    if re.search(r"\banswer", part, re.I) and question:
        good = answering_well.answers(question, body) > 0
        return good != bool(re.search(r"\bnot\b|\bno\b|n[o'’]t\b", part, re.I))
    return requirements.satisfies(part, body)
