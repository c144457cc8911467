"""Letters and words turned round, spelt, taken out, put in or counted off, as an order says.

Runs in the model worker; pure, linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.models.skills.making_counts import words_of
from harness.models.skills.making_order import quoted

_SEPARATORS = {
    "hyphen": "-", "hyphens": "-", "dash": "-", "dashes": "-", "space": " ", "spaces": " ",
    "comma": ", ", "commas": ", ", "semicolon": "; ", "semicolons": "; ", "slash": "/",
    "slashes": "/", "pipe": " | ", "pipes": " | ", "bar": " | ", "dot": ".", "dots": ".",
    "full stop": ".", "full stops": ".", "period": ".", "periods": ".", "underscore": "_",
    "underscores": "_", "plus": "+", "plus sign": "+", "plus signs": "+", "colon": ":",
    "colons": ":", "star": "*", "stars": "*", "asterisk": "*", "asterisks": "*",
    "line break": "\n", "line breaks": "\n", "newline": "\n", "newlines": "\n", "arrow": " -> ",
    "arrows": " -> ", "tab": "\t", "tabs": "\t", "ampersand": " & ", "nothing": "",
}  # fmt: skip
_NAMES = "|".join(sorted(_SEPARATORS, key=len, reverse=True))
_BY = re.compile(
    rf"\b(?:separated|separate|joined|join|divided|split|parted|connected|spaced|with|using|put|insert|place)\b[^.\n]{{0,30}}?(?:\b(?:by|with|using|between|from)\b )?(?:a |an |the |single )*\b(?P<name>{_NAMES})\b"
    rf"|\b(?P<front>hyphen|dash|comma|semicolon|slash|pipe|dot|space|tab|underscore)[- ](?:separated|delimited)\b",
    re.I,
)
_BACK = re.compile(r"\b(?:revers(?:e|ed|ing)|back ?wards?|back to front|from (?:the )?(?:end|back) to (?:the )?(?:start|front|beginning)|mirror(?:ed)?)\b", re.I)  # fmt: skip
_SPELL = re.compile(r"\bspell\b|\bletter by letter\b|\b(?:put|insert|place|add) (?:a |an )?[\w ]{2,12} between (?:each|every|all|the)\b[^.\n]{0,12}\b(?:letter|character)s?\b", re.I)  # fmt: skip
_INITIALS = re.compile(r"\b(?:first|initial) (?:letters?|characters?|chars?) (?:of|from|in) (?:each|every|all|the)\b[^.\n]{0,16}\b(?:words?|names?|items?)\b|\bacronym\b|\binitials\b", re.I)  # fmt: skip
_FINALS = re.compile(r"\b(?:last|final) (?:letters?|characters?) (?:of|from|in) (?:each|every|all)\b[^.\n]{0,16}\bwords?\b", re.I)  # fmt: skip
_OUT = re.compile(r"\b(?:remove|delete|drop|take (?:out|away)|strip|leave out|omit|without|cut|erase|get rid of|minus)\b(?P<rest>[^.\n]{1,60})", re.I)  # fmt: skip
_KINDS: tuple[tuple[str, str], ...] = (
    (r"vowels?", r"[aeiouäöüAEIOUÄÖÜ]"),
    (r"consonants?", r"(?![aeiouäöüAEIOUÄÖÜ])[^\W\d_]"),
    (r"(?:white)?spaces?|blanks?", r"[^\S\n]"),
    (r"punctuation(?: marks?| signs?)?", r"[^\w\s'’-]|(?<!\w)['’-]+|['’-]+(?!\w)"),
    (r"digits?|numerals?", r"\d"),
    (r"commas?", r","),
    (r"full stops?|periods?", r"\."),
    (r"hyphens?|dashes", r"[-–—]"),
    (r"exclamation (?:marks?|points?)", r"!"),
    (r"question marks?", r"\?"),
    (r"brackets?|parenthes[ie]s", r"[()\[\]{}]"),
    (r"quotes?|quotation marks?", r"[\"“”„«»]"),
    (r"capitals?|capital letters?|upper-?case letters?", r"[A-ZÄÖÜ]"),
    (r"line ?breaks?|newlines?", r"\s*\n\s*"),
)
_PUT = re.compile(
    r"\b(?:replace|swap|change|turn|substitute|exchange)\b (?:(?:each|every|all|any|the|of)\s+)*(?P<what>[^.\n]{1,30}?)\s+(?:with|by|to|into|for)\s+(?:an? |the )?(?:letters? |sign |character )?"
    r"(?:[\"“'‘`](?P<q>[^\"”'’`\n]{0,8})[\"”'’`]|(?P<name>hyphens?|dash(?:es)?|underscores?|spaces?|stars?|asterisks?|dots?|commas?|hash(?:es)?|slash(?:es)?)\b|(?P<bare>\S{1,3}?)(?=[\s:,.…]|$))",
    re.I,
)
_EVERY = re.compile(r"\b(?P<way>delete|remove|drop|take out|cross out|skip|strike|keep|give|only|take|list|return|print|write)\b[^.\n]{0,20}\b(?:every|each) (?P<n>second|other|third|fourth|2nd|3rd) (?P<unit>word|letter|line|character|item|number)s?\b", re.I)  # fmt: skip
_FIRST_FEW = re.compile(r"\b(?:the )?(?P<side>first|last) (?P<n>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten) (?P<unit>letters?|characters?|words?|lines?|sentences?)\b", re.I)  # fmt: skip
_DOUBLE = re.compile(r"\b(?:double|twice) (?:each|every|all)(?: the)? letters?|\b(?:each|every) letter twice\b", re.I)  # fmt: skip
_SHIFT = re.compile(r"\b(?:rot-?13|caesar\b[^.\n]{0,30}?(?P<n>\d{1,2})|shift\b[^.\n]{0,40}?\bby (?P<m>\d{1,2}|one|two|three))\b(?P<back>[^.\n]{0,20}\b(?:back|left))?", re.I)  # fmt: skip
_ALPHA = re.compile(r"\b(?:sort|order|arrange|put)\b[^.\n]{0,20}\b(?:letters|characters)\b", re.I)
_SWAP_CASE = re.compile(r"\b(?:swap|invert|toggle) (?:the )?case\b", re.I)
_ALTERNATING = re.compile(r"\balternat\w+ (?:upper|case|caps|capital)|\b(?:upper|capital)\b[^.\n]{0,20}\balternat", re.I)  # fmt: skip
_NOT = re.compile(r"\(?\b(?:not|do not|don['’]t|never|but not)\b[^.,;:)\n…]{0,40}\)?", re.I)
_MOST = 6_000


def separator(asked: str) -> str | None:
    """What an order wants between the pieces; None where it does not say."""
    signs = re.search(r"\b(?:separated|joined|join|divided|parted|split)\b[^.\n]{0,30}?\b(?:by|with|using) [\"“'`](?P<s>[^\"”'`\n]{0,6})[\"”'`]", asked, re.I)  # fmt: skip
    if signs:
        return signs["s"]
    named = _BY.search(asked)
    return _SEPARATORS[(named["name"] or named["front"]).lower()] if named else None


def changed(asked: str, text: str) -> str | None:
    """The text with its letters changed as ordered; None where the order is about none."""
    text = text.strip()
    if not text or len(text) > _MOST:
        return None
    asked = _NOT.sub(" ", asked)
    for work in (_shifted, _spelt, _picked, _thinned, _without, _with_others, _recased, _turned):
        said = work(asked, text)
        if said is not None:
            return said
    return None


def _turned(asked: str, text: str) -> str | None:
    if not _BACK.search(asked) or re.search(r"\b(?:list|lines|items|sort|alphabet\w*|order of the (?:items|lines|names))\b", asked, re.I):
        return None
    between = separator(asked)
    if re.search(r"\b(?:order of (?:the |all )*words|word order|words?'? order|the words(?: in)?|word by word)\b", asked, re.I) and not re.search(r"\b(?:each|every|letters)\b", asked, re.I):
        return (" " if between is None else between).join(reversed(text.split()))
    if re.search(r"\b(?:each|every) word\b|\bwords? (?:individually|themselves|one by one)\b|\bletters (?:of|in) (?:each|every)\b", asked, re.I):
        return re.sub(r"[^\s]+", lambda m: m[0][::-1], text)
    if " " in text and not re.search(r"\b(?:letters?|characters?|string|spell|sentence|phrase|text)\b", asked, re.I):
        return None
    if between is not None:
        return between.join(c for c in reversed(text) if not c.isspace())
    return text[::-1]


def _spelt(asked: str, text: str) -> str | None:
    if not _SPELL.search(asked) or len(text) > 60 or re.search(r"\bspell(?:ing)? (?:check|mistakes?|errors?)|\bcorrect\b", asked, re.I):
        return None
    between = separator(asked)
    signs = [c for c in text if not c.isspace()]
    if re.search(r"\b(?:capitals?|upper ?case)\b", asked, re.I):
        signs = [c.upper() for c in signs]
    if _BACK.search(asked):
        signs.reverse()
        return (between or "").join(signs) if between is not None else "".join(signs)
    return ("-" if between is None else between).join(signs)


def _picked(asked: str, text: str) -> str | None:
    """First and last letters of each word; the first or last few of something."""
    between = separator(asked)
    if _INITIALS.search(asked) and not re.search(r"\b(?:capitali[sz]e|upper|make|bold)\b[^.\n]{0,20}\bletter", asked, re.I):
        capital = bool(re.search(r"\b(?:acronym|initials|capitals?|upper)\b", asked, re.I))
        if re.search(r"\b(?:stand for|mean|expand)\b", asked, re.I):
            return None
        signs = [w[0].upper() if capital else w[0] for w in words_of(text)]
        return (between or "").join(signs)
    if _FINALS.search(asked):
        return (between or "").join(w[-1] for w in words_of(text))
    few = _FIRST_FEW.search(asked)
    if few and not re.search(r"\b(?:remove|delete|drop|cut|without|how many|summar\w+)\b", asked, re.I) and re.search(r"\b(?:give|take|what|print|return|write|show|name|only|output|keep|extract)\b|^\W*(?:the )?(?:first|last)", asked, re.I):
        words = "zero one two three four five six seven eight nine ten".split()
        number = int(few["n"]) if few["n"].isdigit() else words.index(few["n"].lower())
        unit = few["unit"].lower()[:4]
        held: list[str]
        if unit in ("lett", "char"):
            held, glue = list(text), ""
        elif unit == "word":
            held, glue = text.split(), " "
        elif unit == "line":
            held, glue = text.split("\n"), "\n"
        else:
            held, glue = re.split(r"(?<=[.!?])\s+", text), " "
        return (glue if between is None else between).join(held[:number] if few["side"].lower() == "first" else held[-number:])
    return None


def _thinned(asked: str, text: str) -> str | None:
    """Every second or third word or letter kept or taken out."""
    mark = _EVERY.search(asked)
    if mark is None:
        return None
    step = {"second": 2, "other": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4}[mark["n"].lower()]
    unit = mark["unit"].lower()
    if unit in ("item", "number"):
        return None
    held = list(text) if unit in ("letter", "character") else text.split("\n") if unit == "line" else text.split()
    glue = "" if unit in ("letter", "character") else "\n" if unit == "line" else " "
    takes_out = bool(re.match(r"delete|remove|drop|take out|cross|skip|strike", mark["way"], re.I))
    return glue.join(p for i, p in enumerate(held, 1) if (i % step == 0) != takes_out)


def _sign(what: str) -> str | None:
    """The pattern of the signs that words such as "all vowels" or "the letter e" name."""
    bare = re.sub(r"^(?:(?:all|every|each|any|the|of|its|single|occurrences?|instances?)\s+)+", "", what.strip(), flags=re.I).strip(" .,:;…")
    for pattern, signs in _KINDS:
        if re.fullmatch(rf"(?:{pattern})(?: (?:from|in|of|out|between)\b.*)?", bare, re.I):
            return signs
    letter = re.match(r"(?:letters? |characters? )?[\"“'‘`](\S{1,3})[\"”'’`]|(?:letters?|characters?) (\S)(?=\s|$)|(\S)(?:['’]s)?(?=\s+(?:from|in|of)\b|$)", bare)
    if letter:
        return re.escape(next(g for g in letter.groups() if g))
    return None


def _without(asked: str, text: str) -> str | None:
    mark = _OUT.search(asked)
    if mark is None or re.search(r"\b(?:numbered|names?|placeholder)\b", mark["rest"], re.I):
        return None
    found: list[str] = []
    for piece in re.split(r",|\band\b|\bor\b", mark["rest"]):
        sign = _sign(piece)
        if sign:
            found.append(sign)
    if not found or (mark[0].lower().startswith("without") and not re.search(r"\b(?:give|write|print|repeat|return|output|copy|show|say)\b", asked[: mark.start()], re.I)):
        return None
    said = re.sub("|".join(found), "", text, flags=re.I if re.search(r"\bletter", asked, re.I) else 0)
    if not any(sign == r"[^\S\n]" for sign in found):
        said = re.sub(r"[^\S\n]{2,}", " ", said).strip()
    return said


def _with_others(asked: str, text: str) -> str | None:
    mark = _PUT.search(asked)
    if mark is None:
        return None
    what = mark["what"].strip()
    sign = _sign(what)
    if sign is None or (len(what.strip("\"'“”")) > 3 and not re.search(r"vowel|consonant|space|letter|digit|punct|comma|hyphen|dash|period|stop|mark|blank|break", what, re.I)):
        return None
    put = mark["q"] if mark["q"] is not None else ""
    if mark["name"]:
        names = {"hyph": "-", "dash": "-", "unde": "_", "spac": " ", "star": "*", "aste": "*", "dot": ".", "dots": ".", "comm": ",", "hash": "#", "slas": "/"}  # fmt: skip
        put = names[mark["name"].lower()[:4]]
    elif mark["bare"]:
        put = mark["bare"]
    return re.sub(sign, lambda m: put.upper() if m[0].isupper() and len(put) == 1 and put.isalpha() else put, text, flags=re.I)


def _shifted(asked: str, text: str) -> str | None:
    mark = _SHIFT.search(asked)
    if mark is None:
        if _DOUBLE.search(asked):
            return re.sub(r"[^\W\d_]", lambda m: m[0] * 2, text)
        return None
    said = mark["n"] or mark["m"] or "13"
    by = int(said) if said.isdigit() else {"one": 1, "two": 2, "three": 3}[said.lower()]
    by = -by if mark["back"] or re.search(r"\bdecod|\bdecrypt|\bbackward", asked, re.I) else by

    def move(sign: str) -> str:
        base = "A" if sign.isupper() else "a"
        return chr((ord(sign) - ord(base) + by) % 26 + ord(base))

    return re.sub(r"[A-Za-z]", lambda m: move(m[0]), text)


def _recased(asked: str, text: str) -> str | None:
    if _SWAP_CASE.search(asked):
        return text.swapcase()
    if _ALTERNATING.search(asked):
        flip: list[Callable[[str], str]] = [str.upper, str.lower]
        count = -1
        out = []
        for sign in text:
            count += sign.isalpha()
            out.append(flip[count % 2](sign) if sign.isalpha() else sign)
        return "".join(out)
    if _ALPHA.search(asked) and re.search(r"alphabet", asked, re.I):
        return (separator(asked) or "").join(sorted((c for c in text if not c.isspace()), key=str.lower))
    return None


def on_alphabet(asked: str) -> str | None:
    """Questions about the alphabet itself: the letter behind q, the 7th letter, the place of k."""
    if not re.search(r"\balphabet\b|\bletters?\b", asked, re.I) or len(asked) > 160:
        return None
    out: list[str] = []
    names = "zero one two three four five".split()
    low = "abcdefghijklmnopqrstuvwxyz"
    for mark in re.finditer(r"\b(?:(?P<n>one|two|three|four|five|\d) )?(?:letters? |places? |positions? |steps? )?(?:comes? |is |stands |directly |right |immediately )*(?P<way>after|before|follows|precedes|behind)\b (?:the letter )?[\"'“‘]?(?P<l>[a-z])[\"'”’]?(?!\w)", asked, re.I):
        if not re.search(r"alphabet|which letter|what letter|letters?\b", asked, re.I):
            continue
        by = 1 if not mark["n"] else int(mark["n"]) if mark["n"].isdigit() else names.index(mark["n"].lower())
        by = by if mark["way"].lower() in ("after", "follows", "behind") else -by
        at = low.find(mark["l"].lower()) + by
        out.append(low[at].upper() if 0 <= at < 26 else "none")
    nth = re.search(r"\b(\d{1,2})(?:st|nd|rd|th) letter of the (?:english |latin )?alphabet", asked, re.I)
    if nth and 1 <= int(nth[1]) <= 26:
        out.append(low[int(nth[1]) - 1].upper())
    place = re.search(r"\b(?:position|place|number|index|where)\b[^?\n]{0,30}?[\"'“‘ ]([a-z])[\"'”’]?\b[^?\n]{0,20}\balphabet\b", asked, re.I)
    if place and not out and not quoted(asked.replace(f'"{place[1]}"', "")):
        out.append(str(low.index(place[1].lower()) + 1))
    return ", ".join(out) or None
