"""Hold several claims against one source and give each its verdict, in the prompt's words.

Runs in the model worker; the texts are hostile and only read. What the source says otherwise is
told from what it does not speak of, where the prompt has a word for either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from harness.models.features import Bank
from harness.models.needles import lowered
from harness.models.skills.claims import findings
from harness.models.skills.judging_pairs import open_days
from harness.models.skills.outcome import Outcome
from harness.models.skills.verdicts import fitting
from harness.models.turns_values import stems

_HOLDS = 0.5
_SURE = 0.62
_MOST_CLAIMS = 20
_ASKS = re.compile(
    r"\b(?:each|every|which|check|verif\w+|judge|mark|label|fact[- ]check|compare|for all|true|"
    r"statements?|claims?)\b",
    re.I,
)
_CLAIMS = re.compile(
    r"(?:^|\n)[^\n]{0,80}\b(?:claims?|statements?|assertions?|sentences?|facts to check|"
    r"said)\b[^\n:]{0,60}[:.?]?",
    re.I,
)
_ITEM = re.compile(
    r"(?:^|\n|(?<=[.;:?] )|(?<=[.;:]\n))[ \t]{0,8}(?P<mark>\(?(?:\d{1,2}|[a-hA-H]|[ivx]{1,"
    r"4})[).:]|[-*•])[ \t]{1,4}"
    r"(?P<text>[^\n]{6,300}?)(?=\n|$|[.;] \(?(?:\d{1,2}|[a-hA-H])[).:] )"
)
_SOURCE = re.compile(
    r"(?:^|\n)[ \t]*(?:the )?(?:source|text|document|doc|notice|context|passage|reference|"
    r"facts?|note|notes|"
    r"original|article|sheet|report|leaflet|memo|mail|sign|poster)\b[^:\n]{0,"
    r"24}:\s*(?P<text>\S[^\0]{8,4000}?)"
    r"(?=\n\s*\n|\n[^\n]{0,60}\b(?:claims?|statements?|check|each|true|verdict)\b|"
    r"\n[ \t]*\(?1[).:]|$)",
    re.I,
)
_QUOTED = re.compile(r"[\"“«]([^\"“”«»]{20,4000})[\"”»]")
_SETS: tuple[tuple[str, ...], ...] = (
    ("supported", "contradicted", "unknown"),
    ("supported", "contradicted", "not mentioned"),
    ("supported", "refuted", "not enough info"),
    ("supported", "contradicted", "not in source"),
    ("supported", "contradicted", "not in the source"),
    ("supported", "refuted", "unknown"),
    ("supported", "contradicted", "not stated"),
    ("supported", "contradicted", "not given"),
    ("true", "false", "not in source"),
    ("true", "false", "not in the source"),
    ("true", "false", "not mentioned"),
    ("true", "false", "not in the text"),
    ("true", "false", "can't tell"),
    ("true", "false", "cannot tell"),
    ("true", "false", "open"),
    ("yes", "no", "not mentioned"),
    ("correct", "incorrect", "not mentioned"),
    ("confirmed", "contradicted", "not mentioned"),
    ("confirmed", "denied", "open"),
    ("backed", "contradicted", "silent"),
    ("true", "false", "unknown"),
    ("true", "false", "not stated"),
    ("true", "false", "not given"),
    ("true", "false", "unclear"),
    ("yes", "no", "unknown"),
    ("yes", "no", "not stated"),
    ("right", "wrong", "not stated"),
    ("right", "wrong", "unknown"),
    ("correct", "incorrect", "unknown"),
    ("correct", "wrong", "unknown"),
    ("ok", "wrong", "unknown"),
    ("supported", "contradicted"),
    ("supported", "not supported"),
    ("supported", "unsupported"),
    ("true", "false"),
    ("right", "wrong"),
    ("correct", "incorrect"),
    ("correct", "wrong"),
    ("yes", "no"),
    ("ok", "wrong"),
    ("ok", "not ok"),
    ("backed", "not backed"),
    ("t", "f", "u"),
    ("t", "f", "?"),
    ("t", "f", "n"),
    ("t", "f"),
    ("s", "c", "n"),
    ("y", "n"),
)


@dataclass(frozen=True)
class Claims:
    """Claims to be held against a source.

    Attributes:
        items: (mark, claim) in order.
        source: the text they are held against.
        words: the verdicts that the prompt offers, as it writes them.
        wants_why: whether a reason is asked for with each.
    """

    items: tuple[tuple[str, str], ...]
    source: str
    words: tuple[str, ...]
    wants_why: bool


def claims_of(text: str, labels: tuple[str, ...] = ()) -> Claims | None:
    """The claims of a prompt, at least two with a source; None where it holds no such list.

    Args:
        text: the prompt.
        labels: that its menu offers; a line that tells the meaning of one is no claim.
    """
    rows = [
        (m["mark"], m["text"].strip(), m.start(), m.end())
        for m in _ITEM.finditer(text)
        if not (labels and m["text"].strip("*`\"' ").startswith(labels))
    ][:_MOST_CLAIMS]
    if len(rows) < 2:
        return None
    first, last = rows[0][2], rows[-1][3]
    around = f"{text[:first]}\n{text[last:]}"
    source = _source(text, first, last)
    if not source:
        return None
    told = around.replace(source, " ")
    words = _words(told)
    if (
        not words
        or not _ASKS.search(told)
        or not (
            len(words) == 3
            or _CLAIMS.search(told)
            or re.search(r"\bfact[- ]check|\beach\b", told, re.I)
        )
    ):
        return None
    if re.search(r"\bpoints?\b|\brubric\b|\bcriteri|\brequirement|\bbetter\b", told, re.I):
        return None
    why = re.search(r"\b(?:why|reason|because|quote|explain|evidence)\b", told, re.I)
    no_why = re.search(r"\bnothing else\b|\bonly\b|\bno (?:reason|expl)", told, re.I)
    return Claims(
        tuple((mark, claim.strip('"“” ')) for mark, claim, _, _ in rows),
        source,
        words,
        bool(why and not no_why),
    )


_PLAIN = stems(
    "more less than least most fewer over under about her his their she they him them its "
    "who which that also very only"
)


def is_foreign(claim: str, source: str) -> bool:
    """Whether most words of a claim that carry meaning stand nowhere in the source."""
    words = {
        stem for stem in stems(claim) if len(stem) > 2 and stem not in _PLAIN and not stem.isdigit()
    }
    held = stems(source)
    return bool(words) and sum(word in held for word in words) * 2 < len(words)


_TAIL = re.compile(
    r"(?<=[.!?'\"”])\s+(?=(?:true|false|which|are|is|check|mark|for each|decide|say|verdicts?|"
    r"supported|right|"
    r"judge|tell)\b)",
    re.I,
)


def _source(text: str, first: int, last: int) -> str:
    named = _SOURCE.search(text)
    if named and not (first <= named.start("text") < last):
        held = (
            text[named.start("text") : first]
            if named.start("text") < first < named.end("text")
            else named["text"]
        )
        return _TAIL.split(held.strip(), maxsplit=1)[0].strip().strip("\"“”'").strip()
    quotes = [m[1] for m in _QUOTED.finditer(text) if not first <= m.start() < last]
    if quotes:
        return max(quotes, key=len).strip()
    parts = [
        p.strip()
        for p in re.split(r"\n\s*\n", f"{text[:first]}\n\n{text[last:]}")
        if len(p.split()) >= 8
    ]
    told = [
        p
        for p in parts
        if not re.search(r"\b(?:true|false|supported|claims?|statements?|each)\b", p, re.I)
    ]
    return max(told, key=len, default="")


@cache
def _name_in(name: str) -> re.Pattern[str]:
    """The pattern for a verdict's name; a single letter counts as a capital only."""
    if len(name) > 1:
        return re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.I)
    return re.compile(rf"(?<![\w'’-]){re.escape(name.upper())}(?![\w'’-])")


def _words(told: str) -> tuple[str, ...]:
    """The verdicts offered, as the prompt writes them."""
    for names in _SETS:
        found: list[str] = []
        for name in names:
            mark = _name_in(name).search(told) if name in lowered(told) else None
            if mark is None:
                break
            found.append(mark[0])
        else:
            return tuple(found)
    if re.search(
        r"\b(?:which|are|is|check|fact[- ]check)\b[^.?\n]{0,60}\b(?:true|correct|right|"
        r"supported|match)\b",
        told,
        re.I,
    ):
        return ("true", "false")
    return ()


def told_apart(bank: Bank, claims: Claims, *, slips: bool) -> Outcome:
    """A verdict for each claim, one a line; a slip turns the last one round."""
    lines: list[str] = []
    names: list[str] = []
    for number, (mark, claim) in enumerate(claims.items):
        found = findings(bank, claim, claims.source)
        fails = [f for f in found if f.support < _HOLDS]
        is_backed = not fails
        is_denied = any(f.is_denied for f in fails)
        said, held = open_days(claim), open_days(" ".join(f.quote for f in found))
        if is_backed and said and held and not said <= held:
            is_backed, is_denied = False, True
        if not is_backed and is_foreign(claim, claims.source):
            is_denied = False
        if is_backed and is_foreign(claim, claims.source) and min(f.support for f in found) < _SURE:
            is_backed = False
        if slips and number == len(claims.items) - 1:
            is_backed = not is_backed
        share = 1 - len(fails) / max(1, len(found))
        word = fitting(claims.words, is_backed=is_backed, share=share, is_denied=is_denied)
        quote = ((fails or found)[0].quote if found else "").strip().strip('"“”')
        why = ""
        if claims.wants_why:
            silent = not is_backed and not is_denied
            why = (
                " - the source does not say this"
                if silent or not quote
                else f" - the source says: “{quote}”"
            )
        shown = mark if re.search(r"\w", mark) else f"{number + 1}."
        lines.append(f"{shown} {word}{why}")
        names.append(word)
    text = "\n".join(lines)
    return Outcome(text, text, {"labels": names}, ("misjudged",) if slips else ())
