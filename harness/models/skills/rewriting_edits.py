"""Edits of words and lines: replace, remove, hide, case, order, join, split, letter, abbreviations.

Runs in the model worker; pure, linear in the text.
"""

from __future__ import annotations

import re

from harness.models.skills import english as en
from harness.models.skills.rewriting_forms import begun, lowered

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
_ABBREVIATIONS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "tues": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "thur": "Thursday",
    "thurs": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
    "jan": "January",
    "feb": "February",
    "mar": "March",
    "apr": "April",
    "jun": "June",
    "jul": "July",
    "aug": "August",
    "sep": "September",
    "sept": "September",
    "oct": "October",
    "nov": "November",
    "dec": "December",
    "e.g.": "for example",
    "i.e.": "that is",
    "etc.": "and so on",
    "approx.": "about",
    "appt": "appointment",
    "dept": "department",
    "asap": "as soon as possible",
    "mins": "minutes",
    "min": "minutes",
    "hrs": "hours",
    "hr": "hour",
    "kg": "kilograms",
    "km": "kilometres",
    "cm": "centimetres",
    "no.": "number",
    "tel": "telephone",
    "st": "street",
    "rd": "road",
    "w/": "with",
    "w/o": "without",
    "incl.": "including",
    "excl.": "excluding",
    "max.": "at most",
    "min.": "at least",
    "info": "information",
    "govt": "government",
    "mtg": "meeting",
    "tbc": "to be confirmed",
    "fyi": "for your information",
    "vs.": "versus",
    "vs": "versus",
    "pls": "please",
    "btw": "by the way",
    "rsvp": "please reply",
}
_CONTRACTIONS = (
    (r"\bcan['’]t\b", "cannot"),
    (r"\bwon['’]t\b", "will not"),
    (r"\bshan['’]t\b", "shall not"),
    (r"\b(\w+)n['’]t\b", r"\1 not"),
    (r"\bI['’]m\b", "I am"),
    (r"\blet['’]s\b", "let us"),
    (r"\b(it|that|he|she|there|what|where|who|here)['’]s\b", r"\1 is"),
    (r"\b(you|we|they)['’]re\b", r"\1 are"),
    (r"\b(I|you|we|they)['’]ve\b", r"\1 have"),
    (r"\b(I|you|we|they|he|she|it)['’]ll\b", r"\1 will"),
    (r"\b(I|you|we|they|he|she|it)['’]d\b", r"\1 would"),
)
_THINGS_DO = frozenset(
    "cost need contain include cause start stop happen open close end begin run fit".split()
)
_SMALL_IN_TITLES = frozenset("a an the of in on at to for by and or but nor with from as".split())
_CLOSE = re.compile(r"\b(?:regards|sincerely|best wishes|yours|cheers|many thanks)\b", re.I)
_GREETS = re.compile(r"^\W*(?:dear|hello|hi|hey|good (?:morning|afternoon|evening|day))\b", re.I)


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
        return text if mark else _closed_up(text)
    if kind == "adjective":
        words = "|".join(sorted(en.adjectives(), key=len, reverse=True))
        return _closed_up(re.sub(rf"\b(?:{words})\b(?= [a-z])", mark, text, flags=re.I))
    text = _PATTERNS[kind].sub(lambda m: mark if kind != "phone" or _is_phone(m[0]) else m[0], text)
    return text if mark else _closed_up(text)


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


def _closed_up(text: str) -> str:
    text = re.sub(r"[^\S\n]+([.,;:!?])", r"\1", re.sub(r"[^\S\n]{2,}", " ", text))
    text = re.sub(r"(?:^|(?<=\n))[\s,;]+", "", text)
    return re.sub(r"(?:^|(?<=[.!?] ))[a-zà-ÿ]", lambda m: m[0].upper(), text).strip()


def replaced(text: str, what: str, by: str) -> str:
    """One word or name put for another wherever it stands, its capitals kept."""
    plural = (
        r"(?P<tail>['’]s|s)?" if by and what[-1:].isalpha() and by[-1:].isalpha() else "(?P<tail>)"
    )
    edge = (r"(?<!\w)", r"(?!\w)")

    def put(mark: re.Match[str]) -> str:
        said = by
        if mark[0].isupper() and len(mark[0]) > 1 and not by.isupper():
            said = by.upper()
        elif mark[0][:1].isupper() and what[:1].islower():
            said = by[:1].upper() + by[1:]
        return said + (mark["tail"] or "")

    said = re.sub(edge[0] + re.escape(what) + plural + edge[1], put, text, flags=re.I)
    return said if by else _closed_up(said)


def dropped(text: str, unit: str, place: int) -> str:
    """The text without its n-th sentence, line or word; n from 0, -1 the last."""
    if unit == "word":
        pieces, glue = text.split(" "), " "
    elif unit == "sentence":
        pieces, glue = re.split(r"(?<=[.!?])\s+", text.strip()), " "
    else:
        pieces = [
            p for p in re.split(r"\n\s*\n" if unit == "paragraph" else r"\n", text) if p.strip()
        ]
        glue = "\n\n" if unit == "paragraph" else "\n"
    if not -len(pieces) <= place < len(pieces) or len(pieces) < 2:
        return text
    del pieces[place]
    return glue.join(pieces)


def cased(text: str, way: str) -> str:
    """In capitals, small letters, as a title or as a sentence."""
    if way == "upper":
        return text.upper()
    if way == "lower":
        return text.lower()
    if way == "sentence-case":
        return re.sub(r"(?:^|(?<=[.!?] ))\w", lambda m: m[0].upper(), text.lower())
    words = text.split(" ")
    return " ".join(
        w
        if w[:1].isdigit()
        else w.lower()
        if 0 < i < len(words) - 1 and w.lower() in _SMALL_IN_TITLES
        else w[:1].upper() + w[1:]
        for i, w in enumerate(words)
    )


def ordered(text: str, asked: str, *, backwards: bool) -> str:
    """Lines, or items between commas, or words, sorted or turned round."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    glue = "\n"
    if len(lines) < 2:
        body = text.strip()
        if re.search(
            r"\bletters?\b|\bspell\w* backwards\b|\bcharacters?\b|\bstring\b", asked, re.I
        ) or (backwards and " " not in body):
            return body[::-1]
        if "," in body and not re.search(r"\bwords\b", asked, re.I):
            lines = [p for p in re.split(r",\s*(?:and\s+)?|\s+and\s+", body.rstrip(".")) if p]
            glue = ", "
        elif len(re.findall(r"[.!?](?:\s|$)", body)) > 1 and re.search(
            r"\bsentences\b", asked, re.I
        ):
            lines, glue = re.split(r"(?<=[.!?])\s+", body), " "
        else:
            lines, glue = body.split(), " "
    if backwards:
        return glue.join(reversed(lines))
    bare = [re.sub(r"^\W*(?:\d+[.)]\s*)?", "", line) for line in lines]
    if re.search(r"\blength|\bshort\w* first|\blong\w* first", asked, re.I):
        keyed = sorted(zip(lines, bare, strict=True), key=lambda p: len(p[1]))
    elif all(re.match(r"-?\d", line) for line in lines):
        keyed = sorted(
            zip(lines, bare, strict=True),
            key=lambda p: float(re.findall(r"\d+(?:\.\d+)?", p[0])[0]),
        )
    else:
        keyed = sorted(zip(lines, bare, strict=True), key=lambda p: p[1].lower())
    out = [line for line, _ in keyed]
    if re.search(
        r"\bdescending|\bz ?(?:to|-) ?a\b|\blong\w* first|\breverse|"
        r"\bhighest first|\blargest first",
        asked,
        re.I,
    ):
        out.reverse()
    return glue.join(out)


def sentences_joined(text: str) -> str:
    """Several sentences as one."""
    pieces = [p.strip() for p in re.split(r"(?<=[.!?])\s+|\n+", text.strip()) if p.strip()]
    if len(pieces) < 2:
        return text
    bare = [p.rstrip(".!?;, ") for p in pieces]
    out = bare[0]
    for i, piece in enumerate(bare[1:], 1):
        link = re.match(r"(?:But|And|So|Then|However),? ", piece)
        body = " ".join(lowered(piece.split(" "))) if not link else piece[:1].lower() + piece[1:]
        if link:
            out += (", " if link[0].lower().startswith(("but", "so", "however")) else " ") + body
        else:
            out += (" and " if i == len(bare) - 1 else ", ") + body
    return out + "."


def sentence_split(text: str) -> str:
    """Long sentences cut where a clause with a verb of its own begins."""
    out: list[str] = []
    for piece in re.split(r"(?<=[.!?])\s+", text.strip()):
        parts = re.split(_LINK, piece)
        said, made = parts[0], list[str]()
        for link, body in zip(parts[1::2], parts[2::2], strict=True):
            word = link.strip(" ,;").lower()
            found = en.verbs(en.tokens(body)[:12])
            whole = bool(found and found[0].at > found[0].subject[0] and found[0].at <= 8)
            if word == "which" and found:
                made.append(said)
                said = ("They " if re.match(r"(?:are|were|have)\b", body) else "It ") + body
            elif whole and len(said.split()) >= 3 and en.verbs(en.tokens(said)):
                made.append(said)
                said = _LEADS.get(word, "") + body
            else:
                said += link + body
        made.append(said)
        out.extend(begun(p.rstrip(" ,;.!") + ("!" if p.endswith("!") else ".")) for p in made)
    return " ".join(out)


_LINK = re.compile(r"(,?\s+(?:and|but|so|while|whereas|because|although)\s+|;\s+|,\s+which\s+)")
_LEADS = {"but": "But ", "so": "So ", "because": "This is because ", "although": "Still, "}


def letter(text: str, asked: str) -> str:
    """The text between a greeting and a close."""
    to = re.search(
        r"\bto (?:(?:my|our|the) (?P<role>\w+)|(?P<name>(?:Mr|Mrs|Ms|Dr)\.? [A-Z]\w+|[A-Z]\w+))",
        asked,
    )
    who = ""
    if to and to["name"]:
        who = to["name"]
    elif to and to["role"] and to["role"].lower() not in ("email", "e", "point", "text", "letter"):
        who = to["role"]
    greeting = "" if _GREETS.search(text) else f"Dear {who or 'Sir or Madam'},\n\n"
    body = begun(text.strip())
    if body and body[-1] not in ".!?":
        body += "."
    close = "" if _CLOSE.search(text[-120:]) else "\n\nKind regards"
    return greeting + body + close


def expanded(text: str, asked: str) -> str:
    """Short forms written out: those that the text or the order explains, and the common ones."""
    if re.search(r"\bcontraction", asked, re.I):
        for pattern, put in _CONTRACTIONS:
            text = re.sub(pattern, put, text, flags=re.I)
        return text
    known: dict[str, str] = {}
    for short, long in re.findall(
        r"\b([A-Z][A-Za-z]{0,3}[A-Z])\s*(?:\(|=|:|stands for|means)"
        r"\s*([A-Za-z][\w -]{3,50}?)(?=[),.;\n]|$)",
        f"{text}\n{asked}",
    ):
        known[short] = long.strip()
    for long, short in re.findall(r"\b((?:[\w-]+ ){1,5}[\w-]+) \(([A-Z]{2,6})\)", text):
        words = long.split()
        at = next(
            (
                k
                for k in range(len(words))
                if words[k][:1].lower() == short[0].lower() and len(words) - k >= len(short) - 1
            ),
            0,
        )
        known[short] = " ".join(words[at:])
    for short, long in known.items():
        text = re.sub(
            rf"\b{short}\s*\({re.escape(long)}\)|{re.escape(long)}\s*\({short}\)", long, text
        )
        text = re.sub(rf"\b{short}\b", long, text)

    def full(mark: re.Match[str]) -> str:
        low = mark[0].lower()
        put = _ABBREVIATIONS.get(low) or _ABBREVIATIONS.get(low.rstrip("."))
        if put is None or (
            low in ("sun", "sat", "mar", "min", "no.", "st", "rd", "max")
            and not mark[0][:1].isupper()
        ):
            return mark[0]
        after = mark.string[mark.end() : mark.end() + 2]
        dot = (
            "."
            if low.endswith(".") and (not after.strip() or after[:1] == "\n" or after[1:].isupper())
            else ""
        )
        return put + dot

    return re.sub(r"\b[A-Za-z]{1,6}(?:\.[a-z]){0,2}\.?(?![\w])|\bw/o?\b", full, text)
