"""A text in the voice of a figure (sea captain, knight, butler, robot) by a list of words.

Runs in the model worker; pure. The voices are data (voices.toml); a figure that has none is
declined elsewhere, in one honest line. What the text says stays in it.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache

from harness.models.encoder import DATA

_ASKS = re.compile(
    r"\b(?:like|as|in the (?:style|voice|manner|tone|words|language|role) "
    r"of|sound(?:s|ing)? like|as if|spoken by|said by|from the mouth of|"
    r"into|in|talk|make it|voice of)\b(?P<who>[^:.\n\"“]{2,80})",
    re.I,
)


_SAYS = re.compile(
    r"\b(?:re-?\w*writ\w*|rewrite|rephrase|reword|say|said|says|tell|told|make|put|write|turn|translate|"
    r"talk|speak|explain|convert|retell|render|deliver|read|give|transform|change|answer|express|"
    r"style|voice|tone|sound|repeat|now|again|same)\b",
    re.I,
)
_AT_FRONT = 3


def _sentence_before(asked: str, mark: re.Match[str]) -> str:
    """What stands before a mark in its own sentence."""
    front = asked[: mark.start()]
    return front[max(front.rfind(sign) for sign in (".", "\n", "?", "!")) + 1 :]


@cache
def _voices() -> tuple[
    tuple[re.Pattern[str], str, str, tuple[tuple[re.Pattern[str], str], ...]], ...
]:
    """What names a voice, how it opens, how it closes, and its words."""
    raw = tomllib.loads((DATA / "voices.toml").read_text(encoding="utf-8"))
    return tuple(
        (
            re.compile(rf"\b(?:{voice['named']})\b", re.I),
            str(voice["opens"]),
            str(voice["closes"]),
            tuple((re.compile(pattern, re.I), put) for pattern, put in voice["words"]),
        )
        for voice in raw.values()
    )


def voiced(asked: str, text: str) -> str | None:
    """The text in the voice that an order names; None where it names none that there is."""
    if not text.strip() or len(text) > 3_000:
        return None
    for mark in _ASKS.finditer(asked):
        is_bare = mark[0][:2].lower() in ("in", "as") and mark.start() > _AT_FRONT
        if is_bare and not _SAYS.search(_sentence_before(asked, mark)):
            continue
        for named, opens, closes, words in _voices():
            if not named.search(mark["who"]):
                continue
            said = text.strip()
            for pattern, put in words:
                said = pattern.sub(lambda m, put=put: _cased(m, put), said)  # type: ignore[misc]
            said = said[:1].upper() + said[1:]
            if opens.endswith(",") and not re.match(r"I\b|[A-Z]\w+ [A-Z]", said):
                said = said[:1].lower() + said[1:]
            said = said if said[-1:] in ".!?" else f"{said}."
            return f"{opens} {said} {closes}".strip()
    return None


def _cased(mark: re.Match[str], put: str) -> str:
    said = mark.expand(put)
    return said[:1].upper() + said[1:] if mark[0][:1].isupper() else said
