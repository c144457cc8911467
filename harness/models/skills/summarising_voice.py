"""A summary of a letter for somebody else: the one who wrote it is spoken of, not spoken for.

Runs in the model worker; pure. What fools it: a letter that quotes another speaker.
"""

from __future__ import annotations

import re

from harness.models.skills.rewriting_forms import begun, in_person

_FOR_OTHERS = re.compile(
    r"\b(?P<who>customer|client|guest|tenant|member|applicant|patient|buyer|user|passenger|visitor|"
    r"reader|parent|student|supplier|sender|writer)s?\b|\b(?:support|service|help ?desk|"
    r"complaints?)"
    r"\b|\bfor (?:the|my|our) (?:team|manager|boss|agents?|owner|colleagues?)\b",
    re.I,
)
_TOLD = re.compile(r"\b(?:I|my|me|mine|myself)\b(?!\.)")
_SIGNED = re.compile(
    r"(?i:regards|thanks|thank you|best|cheers|yours|sincerely|wishes|greetings)\b[\s,.!–-]{1,6}"
    r"(?P<name>[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+){0,2})\W*$"
)
_AGAIN = re.compile(r"\b(?P<word>[Hh]e|[Hh]is|[Hh]im|[Hh]imself)\b(?P<tail>['’](?:d|ll))?")
_LATER = {"he": "they", "his": "their", "him": "them", "himself": "themselves"}
_PRESENT = re.compile(r"^ (?:(?:still|also|now|really) )?(?:is|was|has|does|\w{2,14}s)\b(?! to\b)")


def told_of(lines: list[str], order: str, text: str) -> list[str]:
    """The lines of a summary with their writer in the third person, where the order is for others.

    Args:
        lines: sentences of the summary, as the letter has them.
        order: what is asked for.
        text: the letter, whose signature gives a name.
    """
    asks = _FOR_OTHERS.search(order)
    if asks is None or not any(_TOLD.search(line) for line in lines):
        return lines
    signed = _SIGNED.search(text.strip()[-120:])
    who = signed["name"] if signed else f"the {(asks['who'] or 'writer').lower()}"
    out: list[str] = []
    is_named = False
    for line in lines:
        if not _TOLD.search(line):
            out.append(line)
            continue
        said, is_named = _named(in_person(line, "he"), who, is_named=is_named)
        out.append(begun(said))
    return out


def _named(line: str, who: str, *, is_named: bool) -> tuple[str, bool]:
    """A line in which "he" is first who is meant, later they."""
    out: list[str] = []
    at = 0
    for mark in _AGAIN.finditer(line):
        word, behind = mark["word"].lower(), line[mark.end() :]
        is_owner = word == "his"
        if not is_named or (word == "he" and _PRESENT.match(behind) and not mark["tail"]):
            put = f"{who}{'’s' if is_owner else ''}"
        else:
            put = _LATER[word]
        is_named = True
        out += [line[at : mark.start()], put + (mark["tail"] or "")]
        at = mark.end()
    return "".join((*out, line[at:])), is_named
