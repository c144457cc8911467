"""Find the menu of a sorting prompt: `one of: a, b, c`, `(a, b, c)?`, `a: meaning` line by line.

Runs in the model worker (zone G); the text is hostile, scans are linear. A menu is instruction
whatever its words are, also where one of its labels is called "question" or "complaint".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.shots import Block

_MOST_CHARS = 20_000
_NAME = r"[\"'`*]{0,2}[A-Za-z][\w/-]{0,60}(?: [\w/-]{1,20}){0,2}[\"'`*]{0,2}"
_SORTS = re.compile(
    r"\b(?:classif\w*|categor\w*|labels?|labell?ed|sort\w*|assign|tag|tags|triage|route|tray|"
    r"buckets?|pigeonholes?|which (?:one|of|kind|type)|kinds? of|types? of|one of|call this|"
    r"belongs?|pick|choose|decide|intents?)\b",
    re.I,
)
_LINE = re.compile(
    r"^(?P<mark>[ \t]{0,8}(?:[-*•]|\d{1,2}[.)])[ \t]+)?(?P<name>" + _NAME + r")"
    r"[ \t]{0,4}(?::|=|->|→|[ \t][-–—][ \t])[ \t]{0,4}(?P<meaning>\S[^\n]{5,400})$"
)
_INLINE = re.compile(
    r"(?P<lead>[:(]|->|→)[ \t]{0,2}(?P<list>" + _NAME + r"(?:[ \t]{0,2}[,/|;][ \t]{0,2}"
    r"(?:or |and )?"
    + _NAME
    + r"){1,12}(?:,? (?:or|and) "
    + _NAME
    + r")?)(?=\)|[.?!:](?:\s|$)|\n|$)"
)
_OWN_NAME = re.compile(r"\n{2,4}[A-Z][A-Za-z ]{0,24}:[ \t]*\n?")
_DATA_NAMES = frozenset(
    "message text input ticket email e-mail mail review feedback data document content msg query "
    "sentence comment post note item subject body from to date".split()
)


@dataclass(frozen=True)
class Menu:
    """The labels a prompt lists in one place.

    Attributes:
        start: offset of the first label.
        end: offset after the last one, or after its meaning.
        names: labels in order.
        meanings: what stands beside each; empty for a plain list.
    """

    start: int
    end: int
    names: tuple[str, ...]
    meanings: tuple[str, ...] = ()


def find_menu(text: str) -> Menu | None:
    """The first menu of a message, or None."""
    head = text[:_MOST_CHARS]
    if not _SORTS.search(head) and "(" not in head[:400]:
        return None
    return _defined(head) or _listed(head)


def menu_blocks(text: str, menu: Menu | None) -> list[Block]:
    """The menu as instruction, and what stands apart below it as rather data."""
    if menu is None:
        return []
    closing = re.match(r"[)\]}.?!:\"']{0,4}", text[menu.end : menu.end + 4])
    out = [Block(menu.start, menu.end + (closing.end() if closing else 0), -8.0)]
    line_end = text.find("\n", menu.end)
    gap = text.find("\n\n", menu.end)
    if gap >= 0:
        named = _OWN_NAME.match(text, gap)
        below = named.end() if named else gap
        out.append(Block(below, len(text), 2.5))
        out.extend([Block(gap, below, -8.0)] if named else [])
    elif line_end < 0 and not menu.meanings:
        after = re.search(r"[?:.)]\s+(?=\S)", text[menu.end : menu.end + 4])
        if after:
            out.append(Block(menu.end + after.end(), len(text), 2.0))
    return out


def _defined(head: str) -> Menu | None:
    """At least two lines in a row, each a name and its meaning."""
    at = 0
    run: list[tuple[int, int, re.Match[str]]] = []
    for line in [*head.split("\n"), ""]:
        found = _LINE.match(line)
        if found and not (run and _is_data_line(found)):
            run.append((at, at + len(line), found))
        else:
            menu = _menu_of(head, run)
            if menu is not None:
                return menu
            run = []
        at += len(line) + 1
    return None


def _menu_of(head: str, run: list[tuple[int, int, re.Match[str]]]) -> Menu | None:
    if len(run) < 2:
        return None
    names = [_bare(found["name"]) for _, _, found in run]
    start, end = run[0][0], run[-1][1]
    plain = all(
        name[:1].islower() or found["mark"] for name, (_, _, found) in zip(names, run, strict=True)
    )
    is_phrase = sum(len(found["meaning"].split()) >= 3 for _, _, found in run) * 2 > len(run)
    if not plain or not is_phrase or len({name.lower() for name in names}) < len(names):
        return None
    if _SORTS.search(head[:start]) or _SORTS.search(head[end : end + 400]):
        return Menu(start, end, tuple(names), tuple(f["meaning"].strip() for _, _, f in run))
    return None


def _is_data_line(found: re.Match[str]) -> bool:
    """`Message: …` right below the list is the text to sort, unless it is one of the labels."""
    name = _bare(found["name"])
    return name.lower() in _DATA_NAMES and name[:1].isupper()


def _listed(head: str) -> Menu | None:
    """Short names behind a colon or in brackets, up to the end of the sentence."""
    for found in _INLINE.finditer(head):
        names = [_bare(re.sub(r"^(?:or|and) ", "", n.strip())) for n in _split(found["list"])]
        line_start = head.rfind("\n", 0, found.start()) + 1
        before = head[line_start : found.start()]
        enough = 3 if "," in found["list"] or ";" in found["list"] else 2
        is_short = all(len(name.split()) <= 3 for name in names)
        leads = _SORTS.search(before) or (found["lead"] == "(" and line_start == 0)
        if len(names) >= enough and is_short and leads and len(set(names)) == len(names):
            return Menu(found.start("list"), found.end("list"), tuple(names))
    return None


def _split(listed: str) -> list[str]:
    return re.split(r"\s*[,/|;]\s*|\s+(?:or|and)\s+", listed)


def _bare(name: str) -> str:
    return name.strip(" \"'`*")
