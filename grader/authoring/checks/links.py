"""What: links and pictures lead to files that are there, headings that are there, or the web.

Why: a dead link costs a candidate a minute and some trust.
Wrong: `[the rows](data/rows.cvs)`, a link to `#partt-two`, to another machine's file.
Right: `data/` and a name of data.toml, `#` and a heading, or https.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from grader.authoring.checks.looking import prose
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

_LINK = re.compile(r"\]\(\s*<?([^)\s>]*)>?[^)]*\)")
_TAG = re.compile(r"""<(?:a|img)\b[^>]*?\b(?:href|src)\s*=\s*["']([^"']*)["']""", re.IGNORECASE)
_NAMED = re.compile(r"^ {0,3}\[[^\]\n]+\]:\s*<?([^\s>]+)>?", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")


def find(room: Room) -> Iterator[Problem]:
    """Yield each link that leads nowhere."""
    files = {f"data/{one.said.name}" for one in room.given} | {"data/CARD.md"}
    anchors = {
        anchor for cell in room.cells for title in _HEADING.findall(prose(cell))
        for anchor in (title.replace(" ", "-"), title.replace(" ", "-").casefold())
    }  # fmt: skip
    for cell in room.cells:
        text = _CODE.sub("", prose(cell))
        for target in (*_LINK.findall(text), *_NAMED.findall(text), *_TAG.findall(text)):
            yield from _of_target(target, cell.place, files, anchors)


def _of_target(target: str, place: str, files: set[str], anchors: set[str]) -> Iterator[Problem]:
    plain = unquote(target)
    if plain.startswith(("https://", "mailto:")):
        return
    if plain.startswith("http://"):
        yield Problem(place, f"{target[:80]!r} is not encrypted", "link to https", "warning")
    elif plain.startswith("#"):
        if plain[1:] not in anchors:
            yield Problem(place, f"no heading is called {target[:80]!r}", "mend the link")
    elif plain.removeprefix("./").partition("#")[0] not in files:
        there = ", ".join(sorted(files))
        yield Problem(place, f"{target[:80]!r} leads nowhere", f"there are {there}")


RULE = Rule("links", find, needs=("cells", "given"))
