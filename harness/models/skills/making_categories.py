"""Words of everyday categories: picked, left out, put in capitals, grouped, the odd one out.

Runs in the model worker; pure. The categories are lists of words (categories.toml); what stands on
none is no member of any.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache

from harness.models.encoder import DATA
from harness.models.skills.english import plurals
from harness.models.skills.making_items import Items, in_words, items_in

_PICKS = re.compile(
    r"\b(?:list|which|give|name|find|pick|keep|extract|show|write|only|what|"
    r"return|select|filter|output|are there)\b",
    re.I,
)
_DROPS = re.compile(
    r"\b(?:remove|delete|drop|take out|leave out|strip|without|exclude|skip)\b", re.I
)
_CAPITALS = re.compile(r"\b(?:capitals?|capital letters|caps|upper ?-?case|capitali[sz]e)\b", re.I)
_GROUPS = re.compile(r"\b(?:group|sort|split|divide|put|separate|arrange|organi[sz]e)\b", re.I)
_ODD = re.compile(
    r"\bodd (?:one|man) out\b|\b(?:does|do)(?: not|n['’]t) (?:belong|fit)\b|"
    r"\bwhich (?:one )?is different\b",
    re.I,
)
_COUNTS = re.compile(r"\bhow many\b", re.I)


_FROM_PROSE = (
    r"(?:^|[.!?:\n…]\s*|\b(?:please|pls|and|can you|could you) )(?:list|"
    r"extract|find|pick out|pull out|name|"
    r"give me|write down|collect) (?:all |every |the |any |each )*\w+\b|"
    r"^\W*(?:which|what) \w+ (?:are|is|occur|appear)\b"
)


@cache
def _categories() -> tuple[tuple[str, re.Pattern[str], frozenset[str]], ...]:
    raw = tomllib.loads((DATA / "categories.toml").read_text(encoding="utf-8"))
    return tuple(
        (name, re.compile(rf"\b(?:{kind['named']})\b", re.I), frozenset(kind["words"].split()))
        for name, kind in raw.items()
    )


def _singular(word: str) -> str:
    low = word.lower().strip(".,;:!?\"'")
    odd = {many: one for one, many in plurals().items()} | {
        "geese": "goose",
        "mice": "mouse",
        "oxen": "ox",
        "wolves": "wolf",
    }
    if low in odd:
        return odd[low]
    if low.endswith("ies") and len(low) > 4:
        return low[:-3] + "y"
    return low


def _is_in(word: str, members: frozenset[str]) -> bool:
    low = _singular(word)
    return low in members or low.removesuffix("s") in members or low.removesuffix("es") in members


def member_of(words: Sequence[str], item: str) -> int | None:
    """Which of some words names a category that holds an item; None where none does, or several.

    Args:
        words: names of categories, as "fruit" or "garden animals".
        item: a thing of a word or two.
    """
    last = item.split()[-1] if item.split() else ""
    hits = [
        n
        for n, word in enumerate(words)
        if any(named.search(word) and _is_in(last, held) for _, named, held in _categories())
    ]
    return hits[0] if len(hits) == 1 else None


def categorised(asked: str, text: str) -> str | None:
    """What an order wants done with the members of a category; None where it names none."""
    if not text.strip() or len(text) > 3_000 or len(asked) > 300:
        return None
    if _ODD.search(asked):
        return _odd_one(text)
    if re.search(r"\b(?:csv|json|yaml|table|extract|fields?|of each)\b|\{", asked, re.I):
        return None
    named = [(m.start(), kind) for kind in _categories() if (m := kind[1].search(asked))]
    if not named:
        return None
    kinds = [kind for _, kind in sorted(named, key=lambda n: n[0])]
    _, _, members = kinds[0]
    words = [w for w in re.findall(r"[^\W\d_]+", text) if _is_in(w, members)]
    if not words:
        return None
    if _CAPITALS.search(asked):
        return re.sub(r"[^\W\d_]+", lambda m: m[0].upper() if _is_in(m[0], members) else m[0], text)
    if _COUNTS.search(asked):
        return str(len(words)) if len(asked) < 120 and items_in(text, words=False) else None
    found = items_in(text, words=False)
    if len(kinds) >= 2 and _GROUPS.search(asked) and found:
        lines = []
        for name, _, of in kinds:
            held = [p for p in found.parts if _is_in(p.split()[-1], of)]
            lines.append(f"{name.capitalize()}: {', '.join(held) or 'none'}")
        return "\n".join(lines)
    if _DROPS.search(asked):
        if found and all(len(p.split()) <= 3 for p in found.parts):
            kept = tuple(p for p in found.parts if not _is_in(p.split()[-1], members))
            return Items(kept, found.glue, found.mark).written(asked)
        return None
    if _PICKS.search(asked):
        if found and all(len(p.split()) <= 3 for p in found.parts):
            kept = tuple(p for p in found.parts if _is_in(p.split()[-1], members))
            if re.match(r"\W*(?:which|what)\b", asked, re.I):
                return in_words(kept)
            return Items(kept, found.glue, found.mark).written(asked)
        if re.search(_FROM_PROSE, asked, re.I):
            return Items(tuple(dict.fromkeys(w.lower() for w in words)), ", ").written(asked)
    return None


def _odd_one(text: str) -> str | None:
    """The one item that is of no category which all the others share."""
    found = items_in(text)
    if found is None or len(found.parts) < 3:
        return None
    for _, _, members in _categories():
        out = [p for p in found.parts if not _is_in(p.split()[-1], members)]
        if len(out) == 1:
            return out[0]
    return None
