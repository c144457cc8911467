"""Letters, words and lines counted; what stands at a place; whether a word holds a letter.

Runs in the model worker; pure, linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.models.skills.making_order import GAP, quoted

_Q = r"[\"'“”‘’`]?"
_MOST = r"how many(?: times)?|how often|count|(?<!by )(?<!by the )(?:the )?number of"
_COUNTS = re.compile(rf"\b(?:{_MOST})\b", re.I)
_UNITS: tuple[tuple[str, Callable[[str], int]], ...] = (
    (r"vowels?", lambda t: len(re.findall(r"[aeiouäöüàâéèêëïîôùû]", t, re.I))),
    (r"consonants?", lambda t: len(re.findall(r"(?![aeiouäöüàâéèêëïîôùû])[^\W\d_]", t, re.I))),
    (r"(?:capital|upper-?case)(?: letters?)?|capitals", lambda t: sum(c.isupper() for c in t)),
    (r"(?:small|lower-?case) letters?", lambda t: sum(c.islower() for c in t)),
    (
        r"(?:different|distinct|unique) letters?",
        lambda t: len(set(re.findall(r"[^\W\d_]", t.lower()))),
    ),
    (r"(?:different|distinct|unique) words?", lambda t: len({w.lower() for w in words_of(t)})),
    (r"letters?", lambda t: sum(c.isalpha() for c in t)),
    (
        r"(?:characters?|chars?)(?: \(?(?:without|excluding|not counting|no) "
        r"(?:the )?spaces\)?)",
        lambda t: sum(not c.isspace() for c in t),
    ),
    (r"characters?|chars?", len),
    (r"digits?", lambda t: sum(c.isdigit() for c in t)),
    (r"words?", lambda t: len(words_of(t))),
    (r"sentences?", lambda t: len(re.findall(r"\w[^.!?]*(?:[.!?]+(?=\s|[\"”]|$)|$)", t.strip()))),
    (r"(?:lines?|rows?)", lambda t: sum(bool(line.strip()) for line in t.split("\n"))),
    (r"paragraphs?", lambda t: len([p for p in re.split(r"\n\s{0,40}\n", t) if p.strip()])),
    (r"commas?", lambda t: t.count(",")),
    (r"(?:full stops?|periods?|dots?)", lambda t: t.count(".")),
    (r"exclamation (?:marks?|points?)", lambda t: t.count("!")),
    (r"question marks?", lambda t: t.count("?")),
    (r"punctuation marks?", lambda t: len(re.findall(r"[^\w\s]", t))),
    (r"(?:spaces?|blanks?)", lambda t: t.count(" ")),
    (r"(?:hyphens?|dashes)", lambda t: len(re.findall(r"[-–—]", t))),
    (r"syllables?", lambda t: sum(syllables(w) for w in words_of(t))),
)
_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "fifth": 5,
    "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "last": -1, "final": -1,
    "middle": 0, "penultimate": -2, "second to last": -2, "second-to-last": -2, "second last": -2,
    "next to last": -2, "third to last": -3, "third last": -3,
}  # fmt: skip
_PLACE = (
    "|".join(sorted(map(re.escape, _ORDINALS), key=len, reverse=True)) + r"|\d{1,2}(?:st|nd|rd|th)"
)
_NTH = re.compile(
    rf"\b(?P<n>{_PLACE})\W{{1,2}}(?P<unit>letter|character|char|word|sentence|line|digit)\b(?!s)",
    re.I,
)
_COMES = re.compile(
    r"\b(?:which|what) (?P<unit>letter|character|word|sentence|line|"
    rf"digit)\b[^?\n]{{0,40}}?\b(?:comes|is|stands|"
    rf"appears)\b[^?\n]{{0,20}}?\b(?P<n>{_PLACE})\b",
    re.I,
)
_HOLDS = re.compile(
    r"\b(?:contains?|have|has|include|includes|hold|with|is there|are there|"
    rf"in)\b[^?\n]{{0,24}}?\b(?:the |any |an? )?letters? "
    rf"{_Q}(?P<letter>[a-z]){_Q}(?!\w)"
    rf"|\bis there (?:the |any |an? )?{_Q}(?P<other>[b-z]){_Q} in\b|\bletter "
    rf"{_Q}(?P<third>[a-z]){_Q} (?:in|occur|appear|part)",
    re.I,
)
_EXTREME = re.compile(
    r"\b(?:which|what|find|give|name|return|print|show|the|"
    r"output)\b[^?\n]{0,30}\b(?P<way>longest|shortest) word\b",
    re.I,
)
_PALINDROME = re.compile(r"\bpalindromes?\b", re.I)
_ANAGRAM = re.compile(r"\banagrams?\b", re.I)


def words_of(text: str) -> list[str]:
    """The words of a text, with their hyphens and apostrophes."""
    return re.findall(r"[^\W_]+(?:['’.,-][^\W_]+)*", text)


def syllables(word: str) -> int:
    """How many syllables an English word has, by its groups of vowels."""
    low = re.sub(r"(?<=[^aeiouy])(?:e|es|ed)$", "", word.lower())
    low = low or word.lower()
    return max(1, len(re.findall(r"[aeiouy]+", low)))


def counted(asked: str, text: str) -> str | None:
    """How many of what the order names are in the text; None where it asks for no count.

    Several counts in one order come one after the other, each with what it counts.
    """
    if not text.strip() or re.search(r"\b(?:sort|order|rank)\w* (?:\w+ ){0,2}by\b", asked, re.I):
        return None
    starts = [m.start() for m in _COUNTS.finditer(asked)]
    if not starts:
        return None
    found: list[tuple[str, str]] = []
    for start, end in zip(starts, [*starts[1:], len(asked)], strict=True):
        one = _one(asked[start:end], text)
        found += [one] if one else []
    inner = re.search(r"\bhow many (?P<first>\w+) and (?:how many )?(?P<second>\w+)\b", asked, re.I)
    if len(found) == 1 and inner:
        second = _one(f"how many {inner['second']}", text)
        found += [second] if second else []
    if not found:
        return None
    return (
        found[0][0] if len(found) == 1 else ", ".join(f"{what}: {number}" for number, what in found)
    )


def _one(after: str, text: str) -> tuple[str, str] | None:
    """One count and what it counts."""
    letter = re.search(
        rf"\b(?:letters?|characters?) {_Q}(?P<a>[a-z]){_Q}(?:['’]?s)?(?![\w'])", after, re.I
    ) or re.match(
        rf"(?:{_MOST}) (?:of |the |does |do |is "
        r")*(?:[\"'“‘`](?P<b>[^\s\"'“”‘’`])[\"'”’`](?:['’]?s)?|"
        r"(?P<c>[a-zA-Z])(?:['’]s|s|es|-s)?)(?=[\s,?:.…]|$)",
        after,
        re.I,
    )
    if letter:
        sign = next(g for g in letter.groups() if g)
        bare = letter.groupdict().get("c") or ""
        if not (bare.lower() in ("a", "i") and not re.search(r"[ai]['’]?s\b", letter[0])):
            return str(text.lower().count(sign.lower())), sign
    which = _kept_words(after)
    if which is not None:
        return str(sum(which(word) for word in words_of(text))), "words"
    word = re.search(
        r"\b(?:word|term|name|phrase) [\"'“‘`]?(?P<w>[\w-]+)[\"'”’`]?|"
        r"[\"“‘'`](?P<q>[\w -]{2,30})[\"”’'`]",
        after,
    )
    if word and re.search(
        r"\b(?:how often|how many times|occur\w*|appear\w*|count|used|come|mention\w*)\b",
        after,
        re.I,
    ):
        wanted = (word["w"] or word["q"]).lower()
        if wanted not in ("count", "in", "is", "does", "occur", "appear"):
            return str(len(re.findall(rf"(?<!\w){re.escape(wanted)}(?!\w)", text.lower()))), wanted
    for pattern, number in _UNITS:
        unit = re.match(
            rf"(?:{_MOST}) (?:(?:of|the|all|its|total|different|of the|are there|"
            rf"there are) )*(?P<what>{pattern})\b",
            after,
            re.I,
        )
        if unit:
            return str(number(text)), unit["what"].lower()
    return None


def _kept_words(after: str) -> Callable[[str], bool] | None:
    """What the counted words have to be, where the order says so."""
    if not re.match(
        rf"(?:{_MOST}) (?:of )?(?:the |these |different )*(?:words|names|items)\b", after, re.I
    ):
        return None
    return word_test(after)


def word_test(asked: str) -> Callable[[str], bool] | None:
    """Which words an order means: by first or last letter, a part, or length; None for none."""
    by = rf"(?:the )?(?:letters? )?(?:an? )?{_Q}(?P<s>[\w-]{{1,12}}?){_Q}(?=[\s,;:.?!…)(]|$)"
    no = bool(re.search(r"\b(?:not|don['’]?t|doesn['’]?t|without|no|lack\w*)\b", asked, re.I))
    starts = re.search(rf"\b(?:start|begin)(?:s|ning|ing)? (?:with|in) {by}", asked, re.I)
    if starts and starts["s"].lower() in ("vowel", "consonant"):
        kind = starts["s"].lower()
        return lambda w: ((w[:1].lower() in "aeiou") == (kind == "vowel")) != no
    if starts and starts["s"].lower() in ("capital", "uppercase"):
        return lambda w: w[:1].isupper() != no
    if starts:
        return lambda w: w.lower().startswith(starts["s"].lower()) != no
    ends = re.search(rf"\bend(?:s|ing)? (?:with|in|on) {by}", asked, re.I)
    if ends and ends["s"].lower() in ("vowel", "consonant"):
        kind = ends["s"].lower()
        return lambda w: ((w[-1:].lower() in "aeiou") == (kind == "vowel")) != no
    if ends:
        return lambda w: w.lower().endswith(ends["s"].lower()) != no
    holds = re.search(
        r"\b(?:contain(?:s|ing)?|with|have|has|having|include|including|without|"
        r"lack(?:s|ing)?) (?:an? |the |any )?(?:letters? "
        rf"{_Q}(?P<s>\w){_Q}(?!\w)|[\"'“‘`](?P<q>[^\"'”’`\n]{{1,12}})[\"'”’`])",
        asked,
        re.I,
    )
    if holds:
        part = (holds["s"] or holds["q"]).lower()
        return lambda w: (part in w.lower()) != no
    size = re.search(
        r"\b(?P<way>more than|longer than|over|at least|fewer than|less than|"
        r"shorter than|under|at most|up to|exactly)? ?(?P<n>\d{1,2}|two|three|"
        r"four|five|six|seven|eight|nine|ten) ?(?:or (?P<or>more|fewer|less) "
        r")?-?(?:letters?|characters?|chars?)\b",
        asked,
        re.I,
    )
    if size:
        number = _number(size["n"])
        way = (size["way"] or "").lower() + (size["or"] or "").lower()
        return lambda w: _sized(len(w), number, way) != (no and not way)
    return None


def _number(said: str) -> int:
    words = "zero one two three four five six seven eight nine ten".split()
    return int(said) if said.isdigit() else words.index(said.lower())


def _sized(size: int, number: int, way: str) -> bool:
    if way in ("more than", "longer than", "over"):
        return size > number
    if way in ("fewer than", "less than", "shorter than", "under"):
        return size < number
    if way in ("at least", "more"):
        return size >= number
    if way in ("at most", "up to", "fewer", "less"):
        return size <= number
    return size == number


def placed(asked: str, text: str) -> str | None:
    """The letter, word or line at the place that an order names; None for no such order."""
    if not text.strip() or re.search(
        r"\b(?:remove|delete|drop|replace|change|capitali\w+|alphabet\b|each|every|sort|group\w*)\b",
        asked,
        re.I,
    ):
        return None
    mark = _NTH.search(asked) or _COMES.search(asked)
    if mark is None or not re.search(
        r"\b(?:what|which|give|tell|name|return|print|output|find|say|show|"
        r"extract|pick|write)\b|^\W*the\b|\?|^\W*" + _PLACE,
        asked,
        re.I,
    ):
        return None
    unit = mark["unit"].lower()
    if unit in ("letter", "character", "char", "digit"):
        held: list[str] = [c for c in text if (c.isdigit() if unit == "digit" else not c.isspace())]
        if unit == "letter":
            held = [c for c in text if c.isalpha()]
    elif unit == "word":
        held = words_of(text)
    elif unit == "line":
        held = [line for line in text.split("\n") if line.strip()]
    else:
        held = re.split(r"(?<=[.!?])\s+", text.strip())
    said = mark["n"].lower()
    place = _ORDINALS[said] if said in _ORDINALS else int(re.sub(r"\D", "", said))
    at = len(held) // 2 if place == 0 else place - 1 if place > 0 else len(held) + place
    return held[at] if 0 <= at < len(held) else None


def checked(asked: str, text: str) -> str | None:
    """Yes or no: does a text hold a letter, is it a palindrome, an anagram; the longest word."""
    extreme = _EXTREME.search(asked)
    if extreme and text.strip():
        words = words_of(text)
        pick = max if extreme["way"].lower() == "longest" else min
        return pick(words, key=len) if words else None
    if (
        _PALINDROME.search(asked)
        and re.match(r"\W*(?:is|are|check|does|tell|palindrome)\b", asked, re.I)
        and text.strip()
    ):
        bare = re.sub(r"[\W_]", "", text).lower()
        return "Yes" if bare and bare == bare[::-1] else "No"
    if _ANAGRAM.search(asked) and re.match(r"\W*(?:is|are|check)\b", asked, re.I):
        pair = [q[2] for q in quoted(asked)] or re.findall(
            r"\b(?:are|is) (\w+) (?:and|an anagram of) (\w+)", asked, re.I
        )
        pair = list(pair[0]) if pair and isinstance(pair[0], tuple) else [*pair, text.strip()]
        pair = [p for p in pair if p]
        if len(pair) == 2:
            first, second = (sorted(re.sub(r"\W", "", p.lower())) for p in pair)
            return "Yes" if first == second else "No"
    kind = re.search(
        r"\b(?:contain|have|has|include|hold)s? (?:any |an? )?(?P<k>vowel|"
        r"consonant|digit|number|capital letter|space|hyphen)s?\b",
        asked,
        re.I,
    )
    if kind and re.match(r"\W*(?:does|do|has|is|check)\b", asked, re.I) and text.strip():
        looks = {
            "vowel": r"[aeiou]",
            "consonant": r"[b-df-hj-np-tv-z]",
            "digit": r"\d",
            "number": r"\d",
            "space": r"\s",
            "hyphen": r"-",
        }
        look = looks.get(kind["k"].lower())
        return (
            "Yes" if (re.search(look, text, re.I) if look else re.search(r"[A-Z]", text)) else "No"
        )
    holds = _HOLDS.search(asked)
    if (
        holds
        and re.match(r"\W*(?:does|do|is|has|are|check)\b", asked, re.I)
        and text.strip()
        and GAP.strip() in asked
    ):
        letter = next(g for g in holds.groups() if g).lower()
        return "Yes" if letter in text.lower() else "No"
    return None
