"""A list as it stands in a text: its items, and how they were written down.

Runs in the model worker; the text is hostile: sizes are capped, every pattern is linear.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.models.skills.making_separators import separator

_MOST_CHARS = 8_000
_MOST = 300
_MARK = re.compile(
    r"^[ \t]*(?:(?P<bullet>[-*•–+])[ \t]+|(?P<number>\d{1,3})[.)][ \t]+|"
    r"\((?P<paren>\d{1,3})\)[ \t]*)"
)
_JSON_OUT = re.compile(
    r"\b(?:json|python) (?:array|list)\b|\bas (?:an? )?(?:array|json)\b|"
    r"\bin(?:to)? (?:an? )?(?:array|json)\b|\bjson\b",
    re.I,
)
_LINES_OUT = re.compile(
    r"\b(?:one (?:\w+ )?(?:per|a|in each) line|(?:on|in) (?:its|their|a|an|"
    r"his) (?:own|separate|new) lines?|each on (?:a|its) (?:new |own )?line|"
    r"line by line|separate lines|per line|below each other|underneath each "
    r"other)\b",
    re.I,
)
_BULLETS_OUT = re.compile(
    r"\bbullet\w*|\bdashed list\b|\bmarkdown list\b|\bhyphen(?:ated)? list\b|\bunordered list\b",
    re.I,
)
_NUMBERS_OUT = re.compile(
    r"\bnumbered\b|\bnumber (?:them|the|each|these|it|all|every)\b|"
    r"\bordered list\b|\benumerate\w*\b|\bwith numbers\b|\b1[.)] 2[.)]",
    re.I,
)
_COMMAS_OUT = re.compile(
    r"\bcomma[- ](?:separated|delimited)|\b(?:separated|joined|join|divided|"
    r"parted|with) (?:\w+ )?(?:by |with )?(?:a )?commas?\b|\b(?:in|on|as) "
    r"(?:one|a single) line\b|\binline\b",
    re.I,
)
_SENTENCE_OUT = re.compile(
    r"\b(?:in|into|as|to|make|form|with|one|a) (?:a |an |one |single "
    r")*(?:plain |simple |proper |running |flowing |english |full |complete "
    r")*(?:sentence|prose)\b",
    re.I,
)


_ANY_FORM = re.compile(
    r"\bcomma|\bbullet|\bnumbered|\bper line|\bown lines?|\bjson|\barray|\bsentence|\bsemicolon",
    re.I,
)
_PARTED = re.compile(
    r"separate|separating|delimit|join|divided|\bwith (?:a |an )?\w+ between", re.I
)


@dataclass(frozen=True)
class Items:
    """A list.

    Attributes:
        parts: the items, without marks.
        glue: what stood between them.
        mark: "-", "*", "1" for numbers, "[" for brackets, or "".
    """

    parts: tuple[str, ...]
    glue: str = ", "
    mark: str = ""

    def written(self, asked: str = "") -> str:
        """The items as the order wants them, else as they were written before."""
        parts = list(self.parts)
        target = re.split(r"\b(?:in)?to\b|->|→", asked)[-1]
        asked = target if target != asked and _ANY_FORM.search(target) else asked
        if _JSON_OUT.search(asked):
            return json.dumps([_typed(p, asked) for p in parts], ensure_ascii=False)
        if _SENTENCE_OUT.search(asked) and not re.search(
            r"\b(?:each|every|this|the|following|in|words? of) sentence\b", asked, re.I
        ):
            said = in_words(parts)
            return said[:1].upper() + said[1:] + "."
        if _NUMBERS_OUT.search(asked):
            return "\n".join(f"{i}. {p}" for i, p in enumerate(parts, 1))
        if _BULLETS_OUT.search(asked):
            return "\n".join(f"- {p}" for p in parts)
        if _LINES_OUT.search(asked):
            return "\n".join(parts)
        if _COMMAS_OUT.search(asked):
            return ", ".join(parts)
        between = (
            separator(asked)
            if re.search(
                r"separate|separating|delimit|join|divided|\bwith (?:a |an )?\w+ between",
                asked,
                re.I,
            )
            else None
        )
        if between is not None:
            return _spaced(between).join(parts)
        if self.mark == "[":
            return "[" + ", ".join(parts) + "]"
        if self.mark == "1":
            return "\n".join(f"{i}. {p}" for i, p in enumerate(parts, 1))
        if self.mark:
            return "\n".join(f"{self.mark} {p}" for p in parts)
        return self.glue.join(parts)


def _spaced(between: str) -> str:
    return (
        f"{between} "
        if between in (",", ";")
        else f" {between} "
        if between in ("|", "/", "+", "->")
        else between
    )


def _typed(part: str, asked: str) -> object:
    if re.fullmatch(r"-?\d{1,15}", part) and not re.search(r"\bstrings?\b", asked, re.I):
        return int(part)
    if re.fullmatch(r"-?\d{1,12}\.\d{1,12}", part) and not re.search(r"\bstrings?\b", asked, re.I):
        return float(part)
    return part.strip("\"'")


def in_words(parts: Sequence[str]) -> str:
    """The items as a sentence names them: a, b and c."""
    return (
        parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
    )


def items_in(text: str, *, words: bool = True) -> Items | None:
    """The list that a text is; None where it is none.

    Args:
        text: nothing but the list.
        words: take a line without any other separator as a list of words.
    """
    text = text.strip("\n")[:_MOST_CHARS]
    bare = text.strip()
    if not bare:
        return None
    if bare[0] == "[" and bare[-1] == "]":
        return _bracketed(bare)
    if re.fullmatch(r"-?\d+(?:,-?\d+){2,}\.?", bare):
        return Items(tuple(bare.rstrip(".").split(","))[:_MOST], ",")
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) >= 2:
        return _lined(lines)
    bare = _MARK.sub("", bare) if not re.match(r"\d", bare) else bare
    for pattern, glue in (
        (r"\s*;\s*", "; "),
        (r"\s+\|\s+|\s*\|\s*", " | "),
        (r"\s+/\s+", " / "),
        (r",\s+(?:and |or )?|,(?!\d)", ", "),
        (r"\s+(?:->|→|>)\s+", " -> "),
        (r"\t+", "\t"),
        (r"\s+[-–•·]\s+", " - "),
        (r"(?<=\w)/(?=\w)", "/"),
    ):
        parts = [p.strip() for p in re.split(pattern, bare.rstrip(" .")) if p.strip()]
        if glue == ", " and len(parts) >= 2:
            last = re.split(r"\s+(?:and|or)\s+", parts[-1])
            if len(last) == 2 and len(last[0].split()) <= 3:
                parts = [*parts[:-1], *last]
            parts[0] = re.sub(
                r"^(?:the )?(?:list|words|items|names|numbers)\s*(?:is|are|:)\s+",
                "",
                parts[0],
                flags=re.I,
            )
            if "," in bare and ", " not in bare:
                glue = ","
        if len(parts) >= 2:
            return Items(tuple(parts[:_MOST]), glue)
    pair = re.split(r"\s+and\s+", bare.rstrip("."))
    if len(pair) == 2 and all(len(p.split()) <= 2 for p in pair):
        return Items(tuple(pair), ", ")
    found = [w for w in (re.sub(r"^\W+|[^\w%)]+$", "", w) for w in bare.split()) if w]
    return Items(tuple(found[:_MOST]), " ") if words and len(found) >= 2 else None


def _bracketed(bare: str) -> Items | None:
    try:
        held = json.loads(bare)
    except ValueError:
        held = [p.strip().strip("\"'") for p in bare[1:-1].split(",")]
        return Items(tuple(p for p in held if p)[:_MOST], ", ", "[")
    if not isinstance(held, list) or not all(isinstance(v, str | int | float) for v in held):
        return None
    return Items(tuple(json.dumps(v, ensure_ascii=False) for v in held)[:_MOST], ", ", "[")


def _lined(lines: Sequence[str]) -> Items:
    marks = [_MARK.match(line) for line in lines]
    if all(marks):
        first = marks[0]
        kind = first["bullet"] if first and first["bullet"] else "1"
        return Items(tuple(_MARK.sub("", line).strip() for line in lines)[:_MOST], "\n", kind)
    return Items(tuple(line.strip() for line in lines)[:_MOST], "\n")
