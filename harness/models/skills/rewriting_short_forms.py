"""Short forms written out: those that a text or its order explains, and the common ones.

Runs in the model worker; pure.
"""

from __future__ import annotations

import re

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
    "mvd": "moved",
    "fwd": "forward",
    "nb": "note",
    "msg": "message",
    "tmrw": "tomorrow",
    "thx": "thank you",
    "u": "you",
    "r": "are",
    "bc": "because",
    "wk": "week",
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


def expanded(text: str, asked: str) -> str:
    """Short forms written out: those that the text or the order explains, and the common ones."""
    if re.search(r"\bcontraction", asked, re.I):
        text = re.sub(
            r"\b(\w+)['’]d (?=\w+ed\b|been\b|gone\b|had\b|done\b|seen\b)", r"\1 had ", text
        )
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
    known = {s: w for s, w in known.items() if s not in ("NB", "PS", "FYI", "RE", "TO", "CC")}
    text = re.sub(
        r"(?<= )2(?= [A-Za-z])", "to", re.sub(r"(?<= )4(?= (?:you|u|me|us|the)\b)", "for", text)
    )
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
