"""Small repairs of a text: brackets taken out, lines made one, a slug, a mark behind each word.

Runs in the model worker; pure, linear in the text.
"""

from __future__ import annotations

import re

_OUT = re.compile(
    r"\b(?:remove|delete|drop|take (?:out|away)|strip|leave out|omit|without|cut|erase)\b", re.I
)


def tidied(asked: str, text: str) -> str | None:
    """Brackets taken out with what is in them, one line of several, a slug, a mark after words."""
    if _OUT.search(asked) and re.search(
        r"\b(?:everything|text|words?|anything|what(?:ever)? (?:is|stands)) "
        r"(?:that is )?in(?:side)? (?:the )?(?:brackets|parenthes[ie]s)\b|"
        r"\b(?:brackets|parenthes[ie]s) and (?:their|the) content",
        asked,
        re.I,
    ):
        return re.sub(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])", "", text)
    if (
        re.search(
            r"\b(?:single|one) line\b|\b(?:remove|without) (?:the |all )?line ?breaks\b",
            asked,
            re.I,
        )
        and "\n" in text
        and not re.search(r"\bsummar|\bcomma|\bper\b|\bsentence|\bjoin", asked, re.I)
    ):
        return " ".join(line.strip() for line in text.split("\n") if line.strip())
    if re.search(r"\bslug\b", asked, re.I):
        stem, dot, ending = (
            text.rpartition(".") if re.search(r"\.[a-z]{2,4}$", text) else (text, "", "")
        )
        glue = "_" if re.search(r"\bunderscores?\b", asked, re.I) else "-"
        return glue.join(re.findall(r"[a-z0-9]+", stem.lower())) + (
            f"{dot}{ending.lower()}" if dot else ""
        )
    mark = re.search(
        r"\b(?:put|add|place|insert|set)\b (?:an? )?(?P<sign>comma|full stop|"
        r"period|dash|exclamation mark|question mark|dot) (?:after|behind|at "
        r"the end of) (?:each|every) (?P<unit>word|line)",
        asked,
        re.I,
    )
    if mark:
        sign = {
            "comma": ",",
            "full stop": ".",
            "period": ".",
            "dot": ".",
            "dash": "-",
            "exclamation mark": "!",
            "question mark": "?",
        }[mark["sign"].lower()]
        glue = "\n" if mark["unit"].lower() == "line" else " "
        return glue.join(p + sign for p in (text.split("\n") if glue == "\n" else text.split()))
    return None
