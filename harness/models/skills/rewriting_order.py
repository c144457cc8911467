"""Lines, items or words of a text put in order or turned round, and its letters in another case.

Runs in the model worker; pure, linear in the text.
"""

from __future__ import annotations

import re

_SMALL_IN_TITLES = frozenset("a an the of in on at to for by and or but nor with from as".split())


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
