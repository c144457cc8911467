"""Whether a word is in a wrong spelling: no word of English, and one slip away from one.

Runs in T; pure but for one file, the vocabulary of the embedded encoder (30,000 word pieces of
English text). What fools it: a slip that gives another word ("safe" for "save"), a name in small
letters, a trade's own word that is one letter from a common one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from string import ascii_lowercase

from harness.models.encoder import DATA

_SHORTEST = 4
"""Letters; nearly every shorter string is one slip from a word."""
_WORD = re.compile(r"(?<![\w@./'’-])[A-Za-z][a-z]{3,24}(?![\w@/'’-]|\.\w)")
_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("s", ""), ("es", ""), ("ed", ""), ("ed", "e"), ("d", ""),
    ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"), ("ers", ""), ("ly", ""), ("able", ""),
    ("able", "e"), ("less", ""), ("ness", ""), ("est", ""), ("ier", "y"), ("y", ""),
    ("ise", "ize"), ("ised", "ized"), ("ising", "izing"), ("our", "or"),
)  # fmt: skip
_BEGINNINGS = ("un", "re", "over", "under", "pre", "mis", "dis", "sub", "non", "out", "up")
_TRADE = frozenset(
    """admin aioli allergen anchovy app bagel bake barcode bistro bookkeeper brie brioche broth
    brownie brunch carton carve carvery cashew cask celeriac celiac checkbox chives coeliac
    comma crockery crumble csv cumin cursor custard debit decaf delete deli delist dill
    dishwasher dropdown emoji expiry feta focaccia freezer fryer ganache griddle halal
    happiest hummus italic kale keg kilo kosher ladle lag lager laggy larder latte leek
    liqueur login melon modem notary oat okay onboarding pallet pancake panna parsley pdf
    pesto pint plugin popup prawn prefill raisin rebate rota router saffron sardine scone
    screenshot shallot skillet sku smoothie sous spam spelt stockpot stocktake stocktaking
    subtotal swipe takeaway thaw thyme timestamp turbot typo unsubscribe url veal vegan
    voucher whisk wholesaler wifi wok""".split()
)
"""Words of kitchens and of apps that the vocabulary lacks."""


@cache
def _vocabulary() -> frozenset[str]:
    pieces = (DATA / "vocab.txt").read_text(encoding="utf-8").split("\n")
    return frozenset(p for p in pieces if p.isascii() and p.isalpha() and len(p) > 1) | _TRADE


def misspelt(text: str) -> list[str]:
    """Return the words of an English text that are one slip away from a word, in order.

    A word with a capital inside a sentence is taken for a name.
    """
    found = []
    for match in _WORD.finditer(text):
        word = match.group()
        before = text[: match.start()].rstrip(" \t\"'(*>-")
        is_first = not before or before[-1] in ".!?:"
        if (word[0].islower() or is_first) and is_misspelt(word.lower()):
            found.append(word)
    return found


@cache
def is_misspelt(word: str) -> bool:
    """Whether a word in small ASCII letters is none, and one slip makes it one."""
    if len(word) < _SHORTEST:
        return False
    if re.search(r"[^aeiou]ys$", word) and word[:-1] in _vocabulary():
        return True  # "deliverys"
    single = re.fullmatch(r"([a-z]*[^aeiou][aeiou])([bdgmnprt])(ed|er|ing)", word)
    doubled = "{0}{1}{1}{2}".format(*single.groups()) if single else ""
    if doubled in _vocabulary() and word not in _vocabulary():
        return True  # "stoped"
    if _is_word(word):
        return False
    return any(_is_plain(near) for near in _slips(word))


def _is_word(word: str) -> bool:
    if _is_plain(word) or _is_joined(word):
        return True
    return any(word.startswith(some) and _is_plain(word.removeprefix(some)) for some in _BEGINNINGS)


def _is_plain(word: str) -> bool:
    """Whether a word, or what it was before its ending, stands in the vocabulary."""
    known = _vocabulary()
    if word in known:
        return True
    for ending, stem in _ENDINGS:
        root = word.removesuffix(ending) + stem
        if not word.endswith(ending) or len(root) < 3:
            continue
        if root in known and (len(root) > 3 or ending not in ("y", "d")):
            return True
        doubled = len(root) > 3 and root[-1] == root[-2] and (len(root) < 7 or root[-1] == "l")
        if doubled and root[:-1] in known:
            return True
    return False


def _is_joined(word: str) -> bool:
    """Whether it is two longer words in one."""
    known = _vocabulary()
    return any(word[:at] in known and word[at:] in known for at in range(4, len(word) - 3))


def _slips(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
        for letter in ascii_lowercase:
            yield word[:at] + letter + word[at + 1 :]
            yield word[:at] + letter + word[at:]
    for letter in ascii_lowercase:
        yield word + letter
