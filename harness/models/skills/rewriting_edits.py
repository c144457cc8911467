"""Edits of words and sentences: replaced, dropped, joined, split, put into a letter.

Runs in the model worker; pure, linear in the text.
"""

from __future__ import annotations

import re

from harness.models.skills import english as en
from harness.models.skills.rewriting_forms import begun, lowered
from harness.models.skills.rewriting_names import closed_up

_CLOSE = re.compile(r"\b(?:regards|sincerely|best wishes|yours|cheers|many thanks)\b", re.I)
_GREETS = re.compile(r"^\W*(?:dear|hello|hi|hey|good (?:morning|afternoon|evening|day))\b", re.I)


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
    return said if by else closed_up(said)


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
            whole = not body.startswith("to ") and bool(
                found
                and found[0].at > found[0].subject[0]
                and found[0].subject[0] <= 3
                and found[0].at <= 8
            )
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


_LINK = re.compile(
    r"(,?\s+(?:and|but|so(?!\s+that\b)|while|whereas|because|although)\s+|;\s+|,\s+which\s+)"
)
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
