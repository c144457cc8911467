"""The form in which an order wants records or a list: JSON, YAML, CSV, a table, bullets, sentences.

Runs in the model worker; the order is hostile and only read.
"""

from __future__ import annotations

import re

_FORMS: tuple[tuple[str, str], ...] = (
    ("html", r"\bhtml\b"),
    ("xml", r"\bxml\b"),
    ("toml", r"\btoml\b|\bini\b|\.env\b|\bkey ?= ?value\b"),
    ("json", r"\bjson\w*\b"),
    ("yaml", r"\bya?ml\b"),
    ("tsv", r"\btsv\b|\btab[- ]separated\b"),
    ("semicolons", r"\bsemicolons?\b"),
    ("csv", r"\bcsv\b|\bcomma[- ]separated\b"),
    ("markdown", r"\bmarkdown\b(?! list)|\bmd table\b|\btable\b|\btabular\b"),
    ("numbered", r"\bnumbered list\b"),
    ("bullets", r"\bbullet\w*|\bmarkdown list\b|\b(?:a|the|as|into) list\b|\bitem "
r"list\b|\blist of lines\b"),
    ("sentences", r"\bsatz\b|\bsätze\b|\bsentences?\b|\bprose\b|\brunning text\b|\bplain "
r"english\b|\bparagraph\b|\bin words\b"),
    ("lines", r"\bkey[ :-]{1,3}value\b|\blines?\b"),
)  # fmt: skip


_TO = (
    r"\b(?:mach\w*|al[s]|wandle|as|in|into|to|make|turn|give|write|output|"
    r"return|convert|format|render|want|need|build|put|get|produce|present|"
    r"show|form)\b"
)


def form_wanted(asked: str, source: str = "") -> str:
    """The form that an order asks for; empty where it asks for none.

    Args:
        asked: the order.
        source: the form that the text has; a mention of it is taken for the text's.
    """
    arrow = re.search(r"\w{3,12}(?: \w+)? ?(?:->|=>|→|>) ?(?P<to>\w[\w ]{2,20})", asked)
    if arrow:
        for name, pattern in _FORMS:
            if re.match(pattern, arrow["to"], re.I):
                return name
    found: list[tuple[int, int, str]] = []
    for name, pattern in _FORMS:
        for mark in re.finditer(pattern, asked, re.I):
            before = asked[max(0, mark.start() - 46) : mark.start()]
            is_led = bool(
                re.search(
                    r"\b(?:as|into|to|in|make|build|want|need|give)(?: me)?(?: an?| the| "
                    r"one| valid| plain| proper| clean| simple)* (?:\w+ )?$",
                    before,
                    re.I,
                )
            )
            is_source = not is_led and bool(
                re.search(
                    r"\b(?:this|that|these|following|given|from(?: the| this)?|my|below|out "
                    r"of(?: the| this)?|the)\s+(?:\w+ )?$",
                    before,
                    re.I,
                )
            )
            if (
                is_source
                or re.match(r"\s+(?:below|above)\b|\s+(?:in)?to\b", asked[mark.end() :])
                or (source and name == source and not is_led)
            ):
                continue
            asks = (
                is_led
                or re.search(rf"{_TO}[^.\n]{{0,40}}$", before, re.I)
                or re.match(
                    r"\W*(?:please|pls|only|$)|\s+(?:please|pls|only|array|object|list|"
                    r"table|with|no|and|output|format)\b",
                    asked[mark.end() :],
                    re.I,
                )
                or not before.strip(" …\n")
            )
            if asks:
                found.append((0 if is_led else 1, mark.start(), name))
    return min(found)[2] if found else ""
