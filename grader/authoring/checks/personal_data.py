"""What: no address that somebody may own and nothing like a key stands in what is given.

Why: data is passed on for years; a stranger's address or a live key in it cannot be called back.
Wrong: `sales@` at a company's domain, an access key in a pasted log.
Right: addresses at example.com, example.org or below .example, .test, .invalid; keys left out.
Source: RFC 2606 and RFC 6761 keep these names free of owners.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.authoring.checks.looking import Text, public_texts
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

_ADDRESS = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-])")
_NOBODYS = re.compile(
    r"(?:^|\.)(?:example\.(?:com|org|net)|example|test|invalid|localhost)$", re.IGNORECASE
)
_KEYS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY"),
    "an access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token": re.compile(
        r"\b(?:ghp|gho|ghs|github_pat|hf|xox[abp]|glpat)[_-][A-Za-z0-9_-]{20,}|\bsk-[\w-]{24,}"
    ),
    "a password": re.compile(
        r"\b(?:password|passwd|secret|api[_-]?key)\s*[=:]\s*['\"]?(?=\S*\d)\S{8,}", re.IGNORECASE
    ),
}


def find(room: Room) -> Iterator[Problem]:
    """Yield each address and each key, by line."""
    for text in _texts(room):
        for number, line in enumerate(text.text.splitlines(), 1):
            where = f"{text.place}, line {number}" if text.has_lines else text.place
            for match in _ADDRESS.finditer(line):
                if not _NOBODYS.search(match[1]):
                    what = f"the address {match.group()[:60]!r} may be somebody's"
                    yield Problem(where, what, "use one at example.com, or leave it out")
            for name, pattern in _KEYS.items():
                if pattern.search(line):
                    what = f"{name} stands there, or what looks like one"
                    yield Problem(where, what, "take it out; if it was real, have it revoked")


def _texts(room: Room) -> Iterator[Text]:
    yield from public_texts(room)
    for cell in room.cells if room.has("cells") else ():
        yield Text(cell.place, cell.text)
    for fact in room.facts.facts if room.has("facts") else ():
        yield Text(f"proctor/facts.toml, {fact.id!r}", fact.answer)


RULE = Rule("personal-data", find)
