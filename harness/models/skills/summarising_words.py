"""What a summary has to mention, and what it must not name.

Runs in the model worker; the order is hostile and only read.
"""

from __future__ import annotations

import re

from harness.models.skills import rewriting_edits as edits
from harness.models.skills.making_numbers import without_digits
from harness.models.skills.rewriting_forms import begun
from harness.models.skills.rewriting_names import hidden, names_in

_MENTION = re.compile(
    r"\b(?:mention|include|including|keep|with|name|give|containing)"
    r"\b[^.;:\n]{0,20}?\b(?P<what>dates?|days?|prices?|costs?|"
    r"numbers?|figures?|amounts?|names?|places?|times?|deadline)\b",
    re.I,
)


_WITHOUT = re.compile(
    r"\b(?:without|no|not|don't|do not|never|avoid\w*|leave out|"
    r"omit\w*)\b[^.;:\n]{0,28}?\b(?P<what>names?|numbers?|figures?|"
    r"dates?|prices?|"
    r"amounts?|places?)\b|\b(?:without|not|don't|do not|never|"
    r"avoid\w*)\b (?:naming|mentioning|mention|name|using|use)"
    r"(?: of)? (?:the word )?[\"“'‘]?(?P<word>[\w'-]+(?: [A-Z][\w'-]+)*)",
    re.I,
)


_PRICED = re.compile(
    r"\s+(?:for|at|of|costing|worth) (?:about |only |around )?[€$£]? "
    r"?\d[\d.,]*(?: (?:thousand|million|billion))?"
    r"(?: (?:euros?|dollars?|pounds?|crowns?|francs?|EUR|USD|GBP))?(?= |[.,;]|$)"
)
_NO_DIGITS = re.compile(
    r"\b(?:without|no|not|avoid\w*|don't|do not|never|leave out|omit)\b[^.;:\n]{0,28}?\bdigits?\b",
    re.I,
)


_HELD = {
    "date": r"\b\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|"
    r"aug|sep|oct|nov|dec)|\b(?:january|february|march|"
    r"april|june|july|august|september|october|november|december|"
    r"may \d)|\b(?:mon|tues|wednes|thurs|fri|satur|"
    r"sun)day|\d{4}-\d\d|\d{1,2}\.\d{1,2}\.",
    "price": r"[€$£]|\d[\d.,]* ?(?:euros?|dollars?|pounds?|crowns?|million|francs?)|\b\d{2,}\b",
    "number": r"\d",
    "name": r"(?<=\w )[A-Z][a-z]+",
    "place": r"(?<=\b(?:in|at) )(?:the )?[A-Z]\w+",
    "time": r"\d{1,2}[:.]\d\d|\b(?:noon|midnight|o'clock)|\b(?:at|by|from|until) \w+",
}


_KIND = {"day": "date", "deadline": "date", "cost": "price", "amount": "price", "figure": "number"}


def to_mention(asked: str) -> re.Pattern[str] | None:
    """What the summary has to hold."""
    mark = _MENTION.search(asked)
    if not mark or _WITHOUT.search(asked):
        return None
    what = mark["what"].lower().rstrip("s")
    return re.compile(
        _HELD.get(_KIND.get(what, what), r"(?!)"), re.I if what not in ("name", "place") else 0
    )


def without_named(line: str, asked: str) -> str:
    """The line without what is not to be named."""
    if _NO_DIGITS.search(asked):
        line = without_digits(line)
    mark = _WITHOUT.search(asked)
    if not mark:
        return line
    if mark["what"] or re.match(
        r"(?:any|every)(?:one|body)|people|persons?\b", mark["word"] or "", re.I
    ):
        kind = (mark["what"] or "name").lower().rstrip("s")
        kind = _KIND.get(kind, kind)
        if kind == "name":
            for name in names_in(line):
                line = re.sub(
                    rf"\b((?:[Hh]er|[Hh]is|[Tt]heir|[Oo]ur|[Mm]y|[Ii]ts|[Tt]he)"
                    rf" [a-z]+),? {re.escape(name)},?",
                    r"\1",
                    line,
                )
            said = hidden(line, "name", "someone")
            said = re.sub(r"\bsomeone(?:,? (?:and|or) someone)+\b", "some people", said)
            return begun(re.sub(r"\bsomeone\b(?=.*\bsomeone\b)", "someone", said))
        if kind == "price":
            line = _PRICED.sub("", line)
        return begun(hidden(line, kind, ""))
    word = mark["word"] or ""
    if word.lower() in ("the", "a", "any", "it", "them", "this"):
        return line
    other = "the company" if re.search(r"\b(?:Ltd|Inc|GmbH|Works|Labs|Co)\b", word) else "it"
    return (
        begun(edits.replaced(line, word, other))
        if word[:1].isupper()
        else edits.replaced(line, word, "")
    )
