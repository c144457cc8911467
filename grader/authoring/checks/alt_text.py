"""What: every picture in a text has words for those who cannot see it.

Why: a screen reader says "image" and no more.
Wrong: `![](data/curve.png)`, `<img src="data/curve.png">`.
Right: `![Cost against accuracy: flat from 5 EUR on](data/curve.png)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.authoring.checks.looking import prose
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

_PICTURE = re.compile(r"!\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)
_CODE = re.compile(r"`[^`\n]*`")
_SAYS_NOTHING = {"image", "picture", "figure", "photo", "img", "plot", "chart"}


def find(room: Room) -> Iterator[Problem]:
    """Yield each picture without words."""
    for cell in room.cells:
        text = _CODE.sub("", prose(cell))
        found = [(match.group(), match[1]) for match in _PICTURE.finditer(text)]
        found += [(tag, _alt(tag)) for tag in _IMG.findall(text)]
        for picture, said in found:
            if not said.strip() or said.strip().casefold() in _SAYS_NOTHING:
                yield Problem(
                    cell.place,
                    f"the picture {picture[:60]!r} has no words",
                    "say in brackets what one would see: ![what it shows](file)",
                )


def _alt(tag: str) -> str:
    match = _ALT.search(tag)
    return next((one for one in match.groups() if one is not None), "") if match else ""


RULE = Rule("alt-text", find, needs=("cells",))
