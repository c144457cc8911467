"""What an order wants to stand between the pieces: "separated by dashes", "comma-separated".

Runs in the model worker; the order is hostile and only read.
"""

from __future__ import annotations

import re

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
    r"\b(?:separated|separate|joined|join|divided|split|parted|connected|"
    rf"spaced|with|using|put|insert|place)\b[^.\n]{{0,30}}?(?:\b(?:by|with|"
    rf"using|between|from)\b )?(?:a |an |the |single )*\b(?P<name>{_NAMES})\b"
    r"|\b(?P<front>hyphen|dash|comma|semicolon|slash|pipe|dot|space|tab|"
    r"underscore)[- ](?:separated|delimited)\b",
    re.I,
)


_BARE_SIGN = re.compile(
    r"\b(?:separated|joined|divided|parted|delimited)\b(?: them)? ?(?:by|with|using)? (?:a |an )?"
    r"(?P<s>[/|;+&~*,]|->|::?)(?=\s|$|[,.:])|"
    r"(?:^|\s)(?P<t>[/|;+&~*]|->) (?:in )?between\b",
    re.I,
)


def bare_sign(asked: str) -> str:
    """The sign that an order names without quotes, with its blanks: "separated by /"."""
    bare = _BARE_SIGN.search(asked)
    sign = (bare["s"] or bare["t"]) if bare else ""
    return f"{sign} " if sign in (",", ";") else f" {sign} " if sign else ""


def separator(asked: str) -> str | None:
    """What an order wants between the pieces; None where it does not say."""
    signs = re.search(
        r"\b(?:separated|joined|join|divided|parted|"
        r"split)\b[^.\n]{0,30}?\b(?:by|with|using) "
        r"[\"“'`](?P<s>[^\"”'`\n]{0,6})[\"”'`]",
        asked,
        re.I,
    )
    if signs:
        return signs["s"]
    if sign := bare_sign(asked):
        return sign
    named = _BY.search(asked)
    return _SEPARATORS[(named["name"] or named["front"]).lower()] if named else None
