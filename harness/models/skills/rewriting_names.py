"""Names, places, numbers and addresses of a text found by their looks, and hidden or taken out.

Runs in the model worker; pure, linear in the text.
"""

from __future__ import annotations

import re

from harness.models.skills import english as en

_PATTERNS = {
    "email": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}"),
    "phone": re.compile(r"(?<![\w.])\+?\(?\d{2,5}\)?(?:[ /.-]?\(?\d{2,5}\)?){1,6}(?![\w])"),
    "date": re.compile(
        r"\b\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|"
        r"jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
        r"(?:,? \d{4})?\b|\b(?:january|february|march|april|may|june|"
        r"july|august|september|october|november|"
        r"december) \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?\b|\b\d{4}-\d\d-\d\d\b|"
        r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b",
        re.I,
    ),
    "price": re.compile(
        r"[€$£] ?\d+(?:[.,]\d+)*|\b\d+(?:[.,]\d+)* ?(?:€|\$|£|euros?|"
        r"dollars?|pounds?|crowns?|francs?|cents?|"
        r"eur|usd|gbp)\b",
        re.I,
    ),
    "number": re.compile(r"(?<!\w)\d+(?:[.,:]\d+)*(?!\w)|\b\d+(?:[.,:]\d+)*"),
}


_HONORIFIC = r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Lady|Madam|Herr|Frau|Aunt|Uncle)\.?"


_NAME = re.compile(
    rf"\b(?:{_HONORIFIC} )?[A-ZÀ-Ý][a-zà-ÿ'’]*[a-zà-ÿ](?:[ -](?:(?:van|"
    rf"von|de|da|del|la|bin|al|Mc|O['’]) ?)?"
    r"[A-ZÀ-Ý][a-zà-ÿ'’]*[a-zà-ÿ]){0,3}"
)


_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|towards|around|outside|across|of|via)\s+(?:the\s+)?$", re.I
)


_PLACE_WORD = re.compile(
    r"\b(?:Street|Road|Lane|Square|Avenue|Park|Bridge|River|Lake|"
    r"Hall|Museum|Library|School|Hospital|Station|"
    r"Hotel|Inn|Bay|Harbour|Port|Church|Centre|Center|Valley|Island|"
    r"House|Building|Room|Ltd|GmbH|Inc|Bank|"
    r"County|Council|Club|University|College|Airport|Theatre|Tower)\b"
)


_NO_NAMES = frozenset(
    "the a an i we you he she it they my our your his her its "
    "their this that these those there here dear "
    "hello hi hey good best kind regards thanks thank please "
    "yes no not and but or if when while after "
    "before because since who what which where why how do does "
    "did is are was were has have had will would "
    "can could may might must shall should at in on to from for "
    "with by of as about into under over between "
    "monday tuesday wednesday thursday friday saturday sunday "
    "january february march april may june july "
    "august september october november december english french german spanish italian dutch polish "
    "yesterday today tomorrow now then later also however so "
    "all some many most every each both one two "
    "three call write send ask tell meet visit contact let sincerely "
    "yours cheers mr mrs ms dr subject re "
    "only even although though until during without within according "
    "everyone everybody nobody someone "
    "next last first second finally once sorry".split()
)


_THINGS_DO = frozenset(
    "cost need contain include cause start stop happen open close end begin run fit".split()
)


def names_in(text: str) -> list[str]:
    """Names of people as far as capitals tell them from other words, longest first."""
    found: dict[str, None] = {}
    for mark in _NAME.finditer(text):
        name, start = mark[0], mark.start()
        first = name.split()[0]
        while (
            " " in name
            and first.lower().rstrip(".") in _NO_NAMES
            and not re.match(_HONORIFIC + "$", first)
        ):
            name = name[len(first) + 1 :]
            start, first = mark.end() - len(name), name.split()[0]
        name = re.sub(r"['’]s$", "", name)
        titled = bool(re.match(_HONORIFIC + " ", name))
        if (first.lower() in _NO_NAMES and not titled) or _PLACE_WORD.search(name):
            continue
        at_front = not re.search(r"[\w,;:)\]\"”’]\s*$", text[max(0, start - 3) : start])
        if _PLACE_BEFORE.search(text[max(0, start - 12) : start]) and not titled:
            continue
        if at_front and " " not in name and not titled:
            after = text[start + len(name) :]
            word = name.lower()
            known = (
                en.is_base(word) or en.lemma_of(word, "s", "past", "ing") or word in en.adjectives()
            )
            elsewhere = len(re.findall(rf"(?<=[a-z,] ){re.escape(name)}\b", text))
            acts = _acts(after)
            if not elsewhere and (known or not acts or word.endswith("s")):
                continue
        found[name] = None
        if " " in name:
            parts = [
                p for p in name.split() if not re.match(_HONORIFIC + "$", p) and p[0].isupper()
            ]
            found.update(dict.fromkeys(parts))
    return sorted(found, key=len, reverse=True)


def _acts(after: str) -> bool:
    """Whether what follows a word at the front is what people do."""
    if re.match(r"['’]s\b|,", after):
        return True
    found = en.verbs(["He", *en.tokens(after[:60])[:2]])
    return bool(found) and found[0].form != "aux" and found[0].lemma not in _THINGS_DO


def hidden(text: str, kind: str, put: str) -> str:
    """Every name, number and so on replaced by a mark, or taken out where the mark is empty.

    Args:
        text: any text.
        kind: name, place, adjective, email, phone, date, price or number.
        put: the mark; "{}" in it stands for the kind in capitals.
    """
    mark = put.replace("{}", kind.upper()) if "{}" in put else put
    if kind in ("name", "place"):
        names = names_in(text) if kind == "name" else _places(text)
        for name in names:
            text = re.sub(rf"\b(?:{_HONORIFIC} )?{re.escape(name)}\b", mark, text)
        if mark:
            text = re.sub(rf"{re.escape(mark)}(?:[ -]{re.escape(mark)})+", mark, text)
        return text if mark else closed_up(text)
    if kind == "adjective":
        words = "|".join(sorted(en.adjectives(), key=len, reverse=True))
        return closed_up(re.sub(rf"\b(?:{words})\b(?= [a-z])", mark, text, flags=re.I))
    text = _PATTERNS[kind].sub(lambda m: mark if kind != "phone" or _is_phone(m[0]) else m[0], text)
    return text if mark else closed_up(text)


def _is_phone(found: str) -> bool:
    digits = re.sub(r"\D", "", found)
    return len(digits) >= 7 or (len(digits) >= 6 and found.startswith(("0", "+", "(")))


def _places(text: str) -> list[str]:
    people = set(names_in(text))
    return [
        m[0]
        for m in _NAME.finditer(text)
        if m[0] not in people
        and (
            _PLACE_BEFORE.search(text[max(0, m.start() - 12) : m.start()])
            or _PLACE_WORD.search(m[0])
        )
    ]


def closed_up(text: str) -> str:
    """The text without the blanks and marks that something taken out has left."""
    text = re.sub(r"[^\S\n]+([.,;:!?])", r"\1", re.sub(r"[^\S\n]{2,}", " ", text))
    text = re.sub(r"(?:^|(?<=\n))[\s,;]+", "", text)
    return re.sub(r"(?:^|(?<=[.!?] ))[a-zà-ÿ]", lambda m: m[0].upper(), text).strip()
