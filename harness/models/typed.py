"""Chat spellings, common slips and short forms of notes, written out.

Runs in the model worker (zone G); the text is hostile; each pattern is one word or sign.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache

from harness.models.encoder import DATA


@cache
def _known() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """The slips by their spelling, and the patterns of short forms with what they stand for."""
    held = tomllib.loads((DATA / "short_forms.toml").read_text(encoding="utf-8"))
    slips = {str(slip): str(put) for slip, put in held["slips"].items()}
    short = tuple(
        (re.compile(one["pattern"], re.I if one["put"][:1].islower() else 0), str(one["put"]))
        for one in held["short"]
    )
    return slips, short


@cache
def _slip() -> re.Pattern[str]:
    words = "|".join(map(re.escape, _known()[0]))
    return re.compile(rf"(?<![\w'’-])(?:{words})(?![\w'’-])", re.I)


def written_out(text: str) -> str:
    """A turn with its chat spellings written out."""
    slips = _known()[0]
    return _slip().sub(lambda m: slips[m[0].lower()], text)


def plain_note(note: str) -> str:
    """A note with its short forms written out, as a sentence."""
    for pattern, put in _known()[1]:
        note = pattern.sub(put, note)
    note = " ".join(note.split())
    note = f"{note[:1].upper()}{note[1:]}"
    return note if note.endswith((".", "!", "?")) else f"{note}."
