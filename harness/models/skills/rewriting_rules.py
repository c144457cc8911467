"""Rules that a text said again has to obey: words banned, whom it speaks to, signs left out.

Runs in the model worker; the order is hostile: capped, every pattern is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Rule = Callable[[str], str]
_MOST = 2_000
_BANNED = re.compile(
    r"\b(?:without|avoid\w*|do(?: not|n['’]?t) (?:use|say|write|mention|"
    r"include|contain)|never (?:use|say|write)|must not (?:contain|use|"
    r"include)|leave out|drop|no)\b"
    r"(?: (?:the|any|using|saying|of|use))* (?:words?|phrase|term|"
    r"expression)s? (?P<words>[\"“'‘][^.;\n]{1,120}?[\"”’']|"
    r"[a-z]{3,20})(?=[\s,.;:)]|$)",
    re.I,
)
_YOU = re.compile(
    r"\b(?:speak|talk|address|write)\w*\b[^.\n]{0,30}\b(?:reader|them|"
    r"people|tenants|residents|guests|customers|readers|"
    r"audience)?\b[^.\n]{0,20}\b(?:as|with|directly|to)? "
    r"?[\"“']?you\b[\"”']?|\baddress the (?:reader|audience|guests?|"
    r"customers?|residents?) directly\b|\buse [\"“']?you[\"”']?(?: "
    r"form)?(?= |[.,;]|$)",
    re.I,
)
_GROUP = (
    r"(?:the |all |our )?(?:residents|tenants|guests|customers|members|"
    r"visitors|parents|passengers|users|readers|students|pupils|employees|"
    r"participants|clients|patients|drivers|travellers)"
)
_SYNONYMS = {
    "unfortunately": "",
    "sadly": "",
    "regrettably": "",
    "very": "",
    "really": "",
    "must": "have to",
    "please": "kindly",
    "sorry": "",
    "important": "main",
    "problem": "matter",
    "help": "assist",
    "buy": "get",
    "cheap": "low-priced",
    "free": "at no charge",
    "good": "fine",
    "bad": "poor",
    "big": "large",
    "small": "little",
    "start": "begin",
    "stop": "end",
    "use": "employ",
    "however": "but",
    "because": "since",
    "also": "too",
    "delay": "wait",
    "delayed": "late",
    "closed": "shut",
    "broken": "out of order",
    "new": "recent",
    "just": "",
    "great": "fine",
}


def rules_asked(asked: str) -> list[Rule]:
    """The rules of an order, each as a change of the text that makes it obey."""
    asked = asked[:_MOST]
    rules: list[Rule] = []
    if _YOU.search(asked):
        rules.append(_to_you)
    for mark in _BANNED.finditer(asked):
        found = re.findall(r"[\"“'‘]([^\"”’']{1,30})[\"”’']", mark["words"]) or [
            mark["words"].strip("\"“”'")
        ]
        rules += [
            _banning(word)
            for word in found[:6]
            if word.lower() not in ("in", "of", "that", "only", "than")
        ]
    if re.search(r"\b(?:no|without|avoid|remove|drop)\b[^.\n]{0,20}\bexclamation", asked, re.I):
        rules.append(lambda text: re.sub(r"!+", ".", text))
    if re.search(
        r"\b(?:no|without|remove|drop)\b[^.\n]{0,16}\b(?:brackets|parenthes[ie]s)\b", asked, re.I
    ):
        rules.append(lambda text: re.sub(r"\s*\([^()]{0,200}\)", "", text))
    if re.search(r"\b(?:no|without|remove|drop) (?:any |all )?emojis?\b", asked, re.I):
        rules.append(lambda text: re.sub(r"\s*[\U0001F300-\U0001FAFF\u2600-\u27BF]", "", text))
    return rules


def _banning(word: str) -> Rule:
    other = _SYNONYMS.get(word.lower(), "")

    def ban(text: str) -> str:
        def put(mark: re.Match[str]) -> str:
            said = other + (" " if other and mark[0][-1:].isspace() else "")
            return said[:1].upper() + said[1:] if mark[0][:1].isupper() else said

        alone = (
            r"(?:^|(?<=[.!?] )|(?<=\n))(?:(?:it|this|that)['’]?s?(?: is)? )?"
            rf"{re.escape(word)}[.!]+\s*"
        )
        text = re.sub(alone, "", text, flags=re.I) if not other else text
        said = re.sub(rf"(?<!\w){re.escape(word)}(?!\w),?[^\S\n]*", put, text, flags=re.I)
        return re.sub(r"(?:^|(?<=[.!?] )|(?<=\n))[a-z]", lambda m: m[0].upper(), said)

    return ban


def _to_you(text: str) -> str:
    """What the residents can do as what you can do."""
    said = re.sub(
        rf"\b{_GROUP}(?= (?:can|may|must|should|will|are|have|need|who)\b)", "you", text, flags=re.I
    )
    said = re.sub(r"\byou((?:\s\w+){1,8}) their\b", r"you\1 your", said)
    said = re.sub(
        rf"\b(?:for|to|from|by) {_GROUP}\b", lambda m: m[0].split()[0] + " you", said, flags=re.I
    )
    return re.sub(r"(?:^|(?<=[.!?] ))y(?=ou\b)", "Y", said)
