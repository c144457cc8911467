"""Letters and words turned round, spelt, taken out, put in or counted off, as an order says.

Runs in the model worker; pure, linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.models.skills.making_alphabet import SORTS_LETTERS, shifted
from harness.models.skills.making_counts import words_of
from harness.models.skills.making_separators import separator
from harness.models.skills.making_tidied import tidied
from harness.models.skills.reckoning_figures import whole_number

_BACK = re.compile(
    r"\b(?:revers(?:e|ed|ing)|back ?wards?|back to front|from (?:the "
    r")?(?:end|back) to (?:the )?(?:start|front|beginning)|mirror(?:ed)?)\b",
    re.I,
)
_SPELL = re.compile(
    r"\bspell\b|\bletter by letter\b|\b(?:put|insert|place|add) (?:a |an "
    r")?[\w ]{2,12} between (?:each|every|all|the)\b[^.\n]{0,12}\b(?:letter|"
    r"character)s?\b",
    re.I,
)
_INITIALS = re.compile(
    r"\b(?:first|initial) (?:letters?|characters?|chars?) (?:of|from|in) "
    r"(?:each|every|all|the)\b[^.\n]{0,16}\b(?:words?|names?|items?)\b|"
    r"\bacronym\b|\binitials\b",
    re.I,
)
_FINALS = re.compile(
    r"\b(?:last|final) (?:letters?|characters?) (?:of|from|in) (?:each|"
    r"every|all)\b[^.\n]{0,16}\bwords?\b",
    re.I,
)
_OUT = re.compile(
    r"\b(?:remove|delete|drop|take (?:out|away)|strip|leave out|omit|"
    r"without|cut|erase|get rid of|minus)\b(?P<rest>[^.\n]{1,60})",
    re.I,
)
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
    r"\b(?:replace|swap|change|turn|substitute|exchange)\b (?:(?:each|every|"
    r"all|any|the|of)\s+)*(?P<what>[^.\n]{1,30}?)\s+(?:with|by|to|into|"
    r"for)\s+(?:an? |the )?(?:letters? |sign |character )?"
    r"(?:[\"“'‘`](?P<q>[^\"”'’`\n]{0,8})[\"”'’`]|(?P<name>hyphens?|"
    r"dash(?:es)?|underscores?|spaces?|stars?|asterisks?|dots?|commas?|"
    r"hash(?:es)?|slash(?:es)?)\b|(?P<bare>\S{1,3}?)(?=[\s:,.…]|$))",
    re.I,
)
_EVERY = re.compile(
    r"\b(?P<way>delete|remove|drop|take out|cross out|skip|strike|keep|give|"
    r"only|take|list|return|print|write)\b[^.\n]{0,20}\b(?:every|each) "
    r"(?P<n>second|other|third|fourth|2nd|3rd) (?P<unit>word|letter|line|"
    r"character|item|number)s?\b",
    re.I,
)
_FIRST_FEW = re.compile(
    r"\b(?:the )?(?P<side>first|last) (?P<n>\d{1,3}|two|three|four|five|six|"
    r"seven|eight|nine|ten) (?P<unit>letters?|characters?|words?|lines?|"
    r"sentences?)\b",
    re.I,
)
_SWAP_CASE = re.compile(r"\b(?:swap|invert|toggle) (?:the )?case\b", re.I)
_ALTERNATING = re.compile(
    r"\balternat\w+ (?:upper|case|caps|capital)|\b(?:upper|"
    r"capital)\b[^.\n]{0,20}\balternat",
    re.I,
)
_NOT = re.compile(r"\(?\b(?:not|do not|don['’]t|never|but not)\b[^.,;:)\n…]{0,40}\)?", re.I)
_UPPER = re.compile(
    r"\b(?:all[- ])?(?:caps|capitals|capital letters|upper ?-?case|block letters)\b", re.I
)
_LOWER = re.compile(r"\blower ?-?case\b|\bsmall letters\b|\bno capitals\b", re.I)
_CASE_ORDER = re.compile(
    r"\b(?:write|convert|put|turn|reply|make|repeat|return|say|print|change|set|give|respond|"
    r"output|shout|type)\b",
    re.I,
)
_PART_OF = re.compile(
    r"\b(?:keep|except|but not|only the|first letters?|each word|every word|words? that|start|"
    r"beginning|titles?|names?|animals?|nouns?|verbs?|sentence case|keys?|columns?|bullets?|list|"
    r"polite\w*|formal\w*|short\w*|summar\w*|translate|e-?mail|letter to|reply to)\b",
    re.I,
)
_MOST = 6_000


def changed(asked: str, text: str) -> str | None:
    """The text with its letters changed as ordered; None where the order is about none."""
    text = text.strip()
    if not text or len(text) > _MOST:
        return None
    asked = _NOT.sub(" ", asked)
    for work in (
        shifted,
        tidied,
        _spelt,
        _picked,
        _thinned,
        _without,
        _with_others,
        _recased,
        _turned,
    ):
        said = work(asked, text)
        if said is not None:
            return _in_case(asked, said) or said
    return _in_case(asked, text) if _CASE_ORDER.search(asked) else None


def _in_case(asked: str, text: str) -> str | None:
    """The text in capitals or small letters, where an order wants all of it so."""
    if _PART_OF.search(asked):
        return None
    if _UPPER.search(asked):
        return text.upper()
    return text.lower() if _LOWER.search(asked) else None


def _turned(asked: str, text: str) -> str | None:
    if not _BACK.search(asked) or re.search(
        r"\b(?:list|lines|items|sort|alphabet\w*|order of the (?:items|lines|names))\b", asked, re.I
    ):
        return None
    between = separator(asked)
    if re.search(
        r"\b(?:order of (?:the |all )*words|word order|words?'? order|the "
        r"words(?: in)?|word by word)\b",
        asked,
        re.I,
    ) and not re.search(r"\b(?:each|every|letters)\b", asked, re.I):
        return (" " if between is None else between).join(reversed(text.split()))
    if re.search(
        r"\b(?:each|every) word\b|\bwords? (?:individually|themselves|one by "
        r"one)\b|\bletters (?:of|in) (?:each|every)\b",
        asked,
        re.I,
    ):
        return re.sub(r"[^\s]+", lambda m: m[0][::-1], text)
    if " " in text and not re.search(
        r"\b(?:letters?|characters?|string|spell|sentence|phrase|text)\b", asked, re.I
    ):
        return None
    if between is not None:
        return between.join(c for c in reversed(text) if not c.isspace())
    return text[::-1]


def _spelt(asked: str, text: str) -> str | None:
    if (
        not _SPELL.search(asked)
        or len(text) > 60
        or re.search(r"\bspell(?:ing)? (?:check|mistakes?|errors?)|\bcorrect\b", asked, re.I)
    ):
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
    if _INITIALS.search(asked) and not re.search(
        r"\b(?:capitali[sz]e|upper|make|bold)\b[^.\n]{0,20}\bletter", asked, re.I
    ):
        capital = bool(re.search(r"\b(?:acronym|initials|capitals?|upper)\b", asked, re.I))
        if re.search(r"\b(?:stand for|mean|expand)\b", asked, re.I):
            return None
        signs = [w[0].upper() if capital else w[0] for w in words_of(text)]
        return (between or "").join(signs)
    if _FINALS.search(asked):
        return (between or "").join(w[-1] for w in words_of(text))
    each = re.search(
        r"\b(?P<side>first|last) (?P<n>\d|two|three|four|five) (?:letters|"
        r"characters) (?:of|from|in) (?:each|every|all)\b",
        asked,
        re.I,
    )
    if each:
        size = whole_number(each["n"])
        cut = [w[:size] if each["side"].lower() == "first" else w[-size:] for w in words_of(text)]
        return (" " if between is None else between).join(cut)
    few = _FIRST_FEW.search(asked)
    if (
        few
        and not re.search(r"\b(?:remove|delete|drop|cut|without|how many|summar\w+)\b", asked, re.I)
        and re.search(
            r"\b(?:give|take|what|print|return|write|show|name|only|output|keep|"
            r"extract)\b|^\W*(?:the )?(?:first|last)",
            asked,
            re.I,
        )
    ):
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
        return (glue if between is None else between).join(
            held[:number] if few["side"].lower() == "first" else held[-number:]
        )
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
    held = (
        list(text)
        if unit in ("letter", "character")
        else text.split("\n")
        if unit == "line"
        else text.split()
    )
    glue = "" if unit in ("letter", "character") else "\n" if unit == "line" else " "
    takes_out = bool(re.match(r"delete|remove|drop|take out|cross|skip|strike", mark["way"], re.I))
    return glue.join(p for i, p in enumerate(held, 1) if (i % step == 0) != takes_out)


def _sign(what: str) -> str | None:
    """The pattern of the signs that words such as "all vowels" or "the letter e" name."""
    bare = re.sub(
        r"^(?:(?:all|every|each|any|the|of|its|single|occurrences?|instances?)\s+)+",
        "",
        what.strip(),
        flags=re.I,
    ).strip(" .,:;…")
    for pattern, signs in _KINDS:
        if re.fullmatch(rf"(?:{pattern})(?: (?:from|in|of|out|between)\b.*)?", bare, re.I):
            return signs
    letter = re.match(
        r"(?:letters? |characters? )?[\"“'‘`](\S{1,3})[\"”'’`]|(?:letters?|"
        r"characters?) (\S)(?=\s|$)|(\S)(?:['’]s)?(?=\s+(?:from|in|of)\b|$)",
        bare,
    )
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
    if not found or (
        mark[0].lower().startswith("without")
        and not re.search(
            r"\b(?:give|write|print|repeat|return|output|copy|show|say)\b",
            asked[: mark.start()],
            re.I,
        )
    ):
        return None
    said = re.sub(
        "|".join(found), "", text, flags=re.I if re.search(r"\bletter", asked, re.I) else 0
    )
    if not any(sign == r"[^\S\n]" for sign in found):
        said = re.sub(r"[^\S\n]{2,}", " ", said).strip()
    return said


def _with_others(asked: str, text: str) -> str | None:
    mark = _PUT.search(asked)
    if mark is None:
        return None
    what = mark["what"].strip()
    sign = _sign(what)
    if sign is None or (
        len(what.strip("\"'“”")) > 3
        and not re.search(
            r"vowel|consonant|space|letter|digit|punct|comma|hyphen|dash|period|"
            r"stop|mark|blank|break",
            what,
            re.I,
        )
    ):
        return None
    put = mark["q"] if mark["q"] is not None else ""
    if mark["name"]:
        names = {
            "hyph": "-",
            "dash": "-",
            "unde": "_",
            "spac": " ",
            "star": "*",
            "aste": "*",
            "dot": ".",
            "dots": ".",
            "comm": ",",
            "hash": "#",
            "slas": "/",
        }
        put = names[mark["name"].lower()[:4]]
    elif mark["bare"]:
        put = mark["bare"]
    return re.sub(
        sign,
        lambda m: put.upper() if m[0].isupper() and len(put) == 1 and put.isalpha() else put,
        text,
        flags=re.I,
    )


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
    if SORTS_LETTERS.search(asked) and re.search(r"alphabet", asked, re.I):
        return (separator(asked) or "").join(
            sorted((c for c in text if not c.isspace()), key=str.lower)
        )
    return None
