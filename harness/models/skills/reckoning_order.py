"""Things put in order by the alphabet, figures, dates or times, in the form asked for.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.skills.reckoning_dates import WEEKDAYS
from harness.models.skills.reckoning_outcome import Worked


def weekdays_in(text: str) -> list[str]:
    """The days of the week that a text names, in the week's order."""
    days = re.findall(rf"\b(?:{'|'.join(WEEKDAYS)})\b", text, re.I)
    return sorted(dict.fromkeys(days), key=lambda d: WEEKDAYS.index(d.lower()))


def plain_list(text: str) -> list[str]:
    """The things of a bare list: its lines, or what stands between commas."""
    lines = [
        re.sub(r"^\s*(?:[-*•]|\d{1,2}[.)])\s*", "", line).strip() for line in text.splitlines()
    ]
    lines = [line for line in lines if re.search(r"\w", line)]
    if len(lines) >= 2 and all(len(line.split()) <= 6 for line in lines):
        return lines
    body = lines[-1] if lines else ""
    parts = re.split(r",\s*(?:and )?|;\s*|\s+and\s+", re.sub(r"^.{1,60}:\s+", "", body).strip(" ."))
    return [p.strip() for p in parts if p.strip() and len(p.split()) <= 6]


def ordered(ask: str, ranked: Sequence[str]) -> Worked:
    """The order in the form that is asked for: lines, numbers, bullets, commas."""
    slipped = [*ranked[:-2], ranked[-1], ranked[-2]]
    return Worked(laid_out(ask, ranked), "", laid_out(ask, slipped))


def laid_out(ask: str, names: Sequence[str]) -> str:
    """A list in the form that an order names; on one line with commas where it names none."""
    if re.search(r"\bnumber(?:ed|s)?\b(?! of)|\b1\.", ask, re.I) and not re.search(
        r"\bthese numbers|\bthe numbers", ask, re.I
    ):
        return "\n".join(f"{n}. {name}" for n, name in enumerate(names, 1))
    if re.search(r"\bbullet\w*|\bdash", ask, re.I):
        return "\n".join(f"- {name}" for name in names)
    if re.search(
        r"\b(?:one|each|a) (?:\w+ )?(?:per|on its own|a) line\b|\bone line each\b|"
        r"\bper line\b|\blines\b|\bon (?:its|their) own line",
        ask,
        re.I,
    ):
        return "\n".join(names)
    if re.search(r"\bsemicolon", ask, re.I):
        return "; ".join(names)
    return ", ".join(names)
