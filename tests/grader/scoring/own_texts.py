"""Texts as candidates might write them, for measuring what sets a planted fault off.

python -m tests.grader.scoring.own_texts        the table; --held for the half held back
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.calibrate_lines import wilson
from grader.scoring.triggers import TRIGGERS, Message

TEXTS = Path(__file__).parent / "data" / "own_texts.txt"
_HEAD = re.compile(r"([+=-]) (\w+) \| (\w+)")


@dataclass(frozen=True)
class Own:
    """One text.

    Attributes:
        text: its words.
        label: what its writer expects.
        sign: what it was written for; None for an easy one.
        fires: whether it is meant to set that off.
        is_held: whether nothing may be fitted on it.
    """

    text: str
    label: str
    sign: str | None
    fires: bool
    is_held: bool


def read_texts() -> list[Own]:
    """Return the texts in order; every second of a heading's kind is held back."""
    found: list[Own] = []
    mark = sign = label = ""
    count = 0
    for line in TEXTS.read_text(encoding="utf-8").splitlines():
        head = _HEAD.fullmatch(line)
        if head:
            mark, sign, label = head.groups()
            count = 0
        elif line and mark:
            name = None if mark == "=" else sign
            found.append(Own(line, label, name, mark == "+", count % 2 == 1))
            count += 1
    return found


def measured(sign: str, *, held: bool) -> tuple[list[Own], list[Own], list[Own], list[Own]]:
    """Return texts that set a sign off and do not, and of each those where the sign errs."""
    some = [one for one in read_texts() if one.is_held is held and one.sign in (sign, None)]
    meant = [one for one in some if one.fires]
    others = [one for one in some if not one.fires and (sign, one.label) != ("outside", "unsure")]
    told = {id(one): TRIGGERS[sign](Message(one.text, (one.label,))) for one in some}
    missed = [one for one in meant if not told[id(one)]]
    idle = [one for one in others if told[id(one)]]
    return meant, others, missed, idle


def main() -> None:
    """Print found and idle shares of each sign, and what erred unless it is held back."""
    held = "--held" in sys.argv
    for sign in sorted({one.sign for one in read_texts() if one.sign}):
        meant, others, missed, idle = measured(sign, held=held)
        found = len(meant) - len(missed)
        low, high = wilson(found, len(meant))
        sys.stdout.write(
            f"{sign:14} found {found}/{len(meant)} ({low:.2f}-{high:.2f}), "
            f"idle {len(idle)}/{len(others)}\n"
        )
        for one in () if held else (*missed, *idle):
            sys.stdout.write(f"    {'-' if one.fires else '+'} {one.text}\n")


if __name__ == "__main__":
    main()
