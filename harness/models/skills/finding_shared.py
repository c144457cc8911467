"""Questions that share their words: "what does a parcel of 2 kg cost, and one of 11 kg?" asks two.

Runs in the model worker; the text is hostile and capped, every repeat is bounded. The second figure
takes the place of the first one of its unit. What fools it: a range ("between 2 and 4 kg").
"""

from __future__ import annotations

import re

_UNIT = r"(?:\s?(?:[€$£%]|[A-Za-zµ²]{1,12}))"
_AMOUNT = rf"\d{{1,6}}(?:[.,]\d{{1,2}})?{_UNIT}?"
_TAIL = re.compile(
    rf"(?:,?\s(?:and|or)|,)\s(?:then\s)?(?:what about |how about )?(?P<lead>(?:for|of|to|at|"
    rf"with|on|in|from)\s)?"
    rf"(?:(?:the |an? )?(?:ones?|same|those|it)\s(?:of|for|with|at|to|after|"
    rf"from)\s)?(?P<new>{_AMOUNT})\W*$"
)
_ALONE = re.compile(
    rf"^\W*(?:(?:and|or|then|also)\s)?(?:what about |how about |what if )?(?:(?:for|of|at|"
    rf"with|after|in)\s)?"
    rf"(?:(?:the |an? )?(?:one|same)\s(?:of|for|with|at)\s)?(?P<new>{_AMOUNT})\W*$",
    re.I,
)
_HELD = re.compile(rf"(?<![\w.,:]){_AMOUNT}(?![\w:])")
_RANGE = re.compile(r"\b(?:between|from)\s[^?]{0,12}$", re.I)


def each_asked(asks: list[str]) -> list[str]:
    """The questions with each that shares its words with one before made whole."""
    out: list[str] = []
    for ask in asks:
        alone = _ALONE.match(ask)
        if alone and out and (whole := _with(out[-1], alone["new"])):
            out.append(whole)
            continue
        tail = _TAIL.search(ask) if re.search(r"\d", ask) else None
        head = ask[: tail.start()] if tail else ""
        if tail and len(re.findall(r"[A-Za-z]{2,}", head)) >= 3 and not _RANGE.search(head):
            whole = _with(head, tail["new"])
            if whole:
                out += [f"{head.rstrip(' ?,')}?", whole]
                continue
        out.append(ask)
    return out


def _with(question: str, new: str) -> str:
    """A question with an amount in the place of its last one of the same unit; empty for none."""
    same = [m for m in _HELD.finditer(question) if _unit(m[0]) == _unit(new)]
    if not same:
        return ""
    mark = same[-1]
    return f"{question[: mark.start()]}{new}{question[mark.end() :]}".rstrip(" ?") + "?"


def _unit(said: str) -> str:
    bare = re.sub(r"[\d.,\s]", "", said).lower()
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") else bare
