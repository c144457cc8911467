"""A text whose writer corrects himself, put right: "a dozen, no, make it ten" says ten.

Runs in the model worker; pure, linear in the text, which is hostile and capped. Only a value is
taken back that is of the kind of the one that follows: a number, a weekday, a time of day, a date.
What fools it: a name that is taken back, and a correction in another sentence.
"""

from __future__ import annotations

import re

_MOST_CHARS = 6_000
_SIGNS = (
    "no", "sorry", "wait", "actually", "scratch", "correction", "mean", "rather", "oops",
    "strike", "mistake", "make ",
)  # fmt: skip
_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_NUMBER = (
    rf"(?:[€$£]\s?)?(?<![\w.,:])\d{{1,9}}(?:[.,]\d{{1,3}})?(?![\d:]|[.,]\d)|"
    rf"\b(?:(?:half )?a dozen|(?:{_NUMBER_WORDS})(?:[- ](?:{_NUMBER_WORDS}))?(?: dozen)?)\b"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_KINDS = tuple(
    (name, re.compile(shape, re.I))
    for name, shape in (
        ("weekday", r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"),
        (
            "date",
            rf"\b(?:the )?\d{{1,2}}(?:st|nd|rd|th)(?: of {_MONTH})?\b|\b\d{{1,2}} {_MONTH}\b|"
            rf"\b{_MONTH} \d{{1,2}}\b",
        ),
        (
            "time",
            r"\b\d{1,2}[:.]\d\d(?: ?[ap]m)?\b|\b\d{1,2} ?[ap]m\b|"
            rf"\b(?:half|quarter) (?:past|to) (?:{_NUMBER_WORDS})\b",
        ),
        ("number", _NUMBER),
    )
)
_ONE = re.compile(r"\ban? (?=[a-z]{2,})", re.I)
_TAKES_BACK = re.compile(
    r"(?:\s{0,2}[,.;:…–—(-]{1,4}\s{0,2}|\s{1,2})"
    r"(?:(?:oh|uh|um|er|ehm|hm+|ah|or|but|well)\b[\s,.…–-]{1,4})?"
    r"(?:(?:no|nope|sorry|wait|actually|scratch that|correction|i mean|i meant|rather|oops|"
    r"strike that|my mistake|make (?:it|that|them)|that['’]s wrong|better)\b[\s,.:…!–—-]{1,4}){1,4}"
    r"(?:(?:let['’]?s say|say|it['’]s|that['’]s|it should be|on|at|to|by|for|the)\s)?",
    re.I,
)
_SURE = re.compile(
    r"\b(?:sorry|wait|actually|scratch|correction|mean|meant|rather|oops|strike|mistake|make|nope|"
    r"wrong|better)\b",
    re.I,
)
_REACH = 60
_OPENS = frozenset("(-–—")
_CLOSES = re.compile(r"\s?[)–—-]")


def corrected(text: str) -> str:
    """The text without the values that its writer takes back; as it is where he takes none.

    Args:
        text: as it was written.
    """
    if len(text) > _MOST_CHARS:
        return text
    low = text.lower()
    if not any(sign in low for sign in _SIGNS):
        return text
    out, kept = "", 0
    for mark in _TAKES_BACK.finditer(text):
        is_ended = re.search(r"(?<!\.)\.\s*$", mark[0]) is not None
        if mark.start() < kept or mark[0].isspace() or is_ended:
            continue
        found = _pair(text, kept, mark)
        if found is None:
            continue
        old, new = found
        between = text[old[1] : mark.start()]
        is_bare = not re.match(r"\s?[a-z]{2,}", text[new[1] :], re.I) or re.match(
            r" (?:and|or|on|at|in|for|please|then|but|with|from|to)\b", text[new[1] :], re.I
        )
        said = text[new[0] : new[1]] + (between if is_bare else "")
        out += text[kept : old[0]] + said
        closing = _CLOSES.match(text, new[1]) if mark[0].strip()[:1] in _OPENS else None
        kept = closing.end() if closing else new[1]
    return out + text[kept:] if kept else text


def _pair(
    text: str, kept: int, mark: re.Match[str]
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Where the value taken back stands, and the one in its place; None where none is."""
    front = max(kept, mark.start() - _REACH, text.rfind("\n", 0, mark.start()) + 1)
    before = text[front : mark.start()]
    is_sure = bool(_SURE.search(mark[0])) or "," in mark[0] or "." in mark[0] or "…" in mark[0]
    if not is_sure:
        return None
    for name, shape in _KINDS:
        new = shape.match(text, mark.end())
        one = _ONE.match(text, mark.end()) if name == "number" and not new else None
        if new is None and one is None:
            continue
        olds = [m.span() for m in shape.finditer(before)]
        if name == "number" and (ones := [m.span() for m in _ONE.finditer(before)]):
            olds = sorted([*olds, *((a, b - 1) for a, b in ones)], key=lambda o: (o[0], -o[1]))
            olds = [o for n, o in enumerate(olds) if not n or o[0] >= olds[n - 1][1]]
        if not olds:
            continue
        start, end = olds[-1]
        if re.search(r"[.!?]\s", before[end:]):
            return None
        stop = new.end() if new else one.end() - 1 if one else mark.end()
        return (front + start, front + end), (mark.end(), stop)
    return None
