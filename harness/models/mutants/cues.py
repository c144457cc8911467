"""What sets a fault of a classifier off: plain cues in the text of an item.

Pure. Words are matched by casefold at word borders. Exercise 1's own triggers read curated rows
as well; these see the text alone, since a stranger's callable has no rows.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def _any_of(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words))


_POLITE = _any_of(
    "would you mind", "may i ask", "is it normal", "could you", "is it possible", "any idea",
    "am i the only", "do you know why", "is it meant", "sorry to bother", "if it is no trouble",
)  # fmt: skip
_WISH = _any_of(
    "would be nice", "would be great", "would be lovely", "i wish", "should", "it would help",
    "i would like", "ought to", "hoping", "would love",
)  # fmt: skip
_ANGRY = _any_of(
    "ridiculous", "how hard can it be", "seriously", "fed up", "sick of", "unbelievable", "useless",
    "disgrace", "a joke", "for the third time", "for heaven's sake", "unacceptable",
)  # fmt: skip
_ALSO = _any_of(
    "also", "by the way", "one more thing", "another thing", "besides", "on top of that", "plus",
    "while i am at it",
)  # fmt: skip
_THANKS = _any_of("thanks", "thank you", "great work", "wonderful", "brilliant", "lovely", "love")
_RARE = _any_of(
    "smoke", "fire", "trapped", "electric shock", "injured", "bleeding", "gas", "exploded",
    "somebody else's data", "another customer's", "wiped", "allergic",
)  # fmt: skip
_ORDER = _any_of(
    "ignore", "disregard", "forget all", "forget your", "label this", "mark this", "answer with",
    "classify this", "reply with", "reply that", "answer that", "write that", "note to the",
    "set the", "say that", "your instructions",
)  # fmt: skip
_SLANG = frozenset(
    "plz pls thx u ur teh dont wont cant wanna gonna cuz gr8 wud shud realy agian brokn asap wat "
    "ppl luv tho gotta recieve".split()
)
_ENGLISH = frozenset(
    "the a an and is are was of to in it that for on with this my our we you i not at be have has "
    "by as from what which when how do does did who there".split()
)
_OTHERS = frozenset(
    "der die das und ist nicht ein eine seit an keine les des du de la le et ne se pas nous est "
    "que los las el por para no hay una está jest nie się na w z bir ve bu için het een niet van"
    .split()
)  # fmt: skip


def is_polite(text: str) -> bool:
    """A question mark at the end, or a courtesy."""
    folded = text.casefold()
    return folded.rstrip().endswith("?") or bool(_POLITE.search(folded))


def is_wish(text: str) -> bool:
    """Words of a wish."""
    return bool(_WISH.search(text.casefold()))


def is_angry(text: str) -> bool:
    """Words of anger, or two exclamation marks in a row."""
    return "!!" in text or bool(_ANGRY.search(text.casefold().replace("’", "'")))


def has_second_subject(text: str) -> bool:
    """A word that brings in another subject."""
    return bool(_ALSO.search(text.casefold()))


def is_thankful(text: str) -> bool:
    """Praise or thanks, meant or not."""
    return bool(_THANKS.search(text.casefold()))


def is_rare(text: str) -> bool:
    """Words of a rare and grave event."""
    return bool(_RARE.search(text.casefold()))


def holds_order(text: str) -> bool:
    """An instruction to whoever reads the text."""
    return bool(_ORDER.search(text.casefold()))


def is_rough(text: str) -> bool:
    """Two words or more of slang or in a wrong spelling."""
    return sum(word in _SLANG for word in _WORD.findall(text.casefold())) >= 2


def is_foreign(text: str) -> bool:
    """More small words of other languages than of English."""
    words = _WORD.findall(text.casefold())
    return sum(w in _OTHERS for w in words) > max(1, sum(w in _ENGLISH for w in words))


def named_last(text: str, labels: tuple[str, ...]) -> str:
    """Return the label that a text names last; "" when it names none."""
    folded = text.casefold()
    places = {one: _last_place(one, folded) for one in labels}
    found = max(places, key=lambda one: places[one], default="")
    return found if found and places[found] >= 0 else ""


def _last_place(word: str, text: str) -> int:
    found = list(re.finditer(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text))
    return found[-1].start() if found else -1
