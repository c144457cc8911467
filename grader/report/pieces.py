"""What the sections of a report's page are made of.

Runs in T; pure.
"""

from __future__ import annotations

from grader.page.markup import words
from grader.records import Moment


def block(anchor: str, head: str, note: str, body: str) -> str:
    """Return a block of the page under its heading."""
    return (
        f'<section class="block" id="{anchor}"><span class="h" role="heading" aria-level="3">'
        f'{words(head)}</span><p class="m">{words(note)}</p>{body}</section>'
    )


def at(moment: Moment) -> str:
    """Return a moment's share of own time in words; empty without one."""
    return "" if moment.share is None else f", at {moment.share:.0%}"


def small(text: str) -> str:
    """Return a note in small letters."""
    return f'<p class="m">{words(text)}</p>'


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its word: "1 use of a tool"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
