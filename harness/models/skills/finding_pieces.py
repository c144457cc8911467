"""The sentences and lines of a prompt, and which of them ask.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

WH = (
    r"(?:(?:in|at|on|by|to|from|for|with|of|since|until|under|through) )?"
    r"(?:what|which|who|whom|whose|when|where|why|how)(?:'s|’s|s)?"
    r"|(?:von |in |an |auf |mit |für |zu |bis |ab |um |seit |aus |bei )?"
    r"(?:wer|wen|wem|wessen|was|wann|wo|wohin|woher|warum|wieso|weshalb|wie|wieviel|welche[rsnm]?)"
    r"|(?:à |de |en |pour |avec |depuis |par )?"
    r"(?:qui|que|quoi|quand|où|pourquoi|comment|combien|quel(?:le)?s?|qu['’]est-ce)"
    r"|¿?(?:a |de |en |por |con |para |desde |hasta )?"
    r"(?:qué|quién(?:es)?|cuándo|dónde|cómo|cuál(?:es)?|cuánt[oa]s?)"
)
AUX = (
    r"(?:is|are|was|were|do|does|did|can|could|may|must|should|will|would|has|have|had|am|isn't|"
    r"aren't|don't|doesn't|didn't)"
)
SUBJECT = (
    r"(?:i|we|you|he|she|it|they|there|the|a|an|my|our|your|his|her|its|their|this|that|these|"
    r"those|any|anyone|everyone|all|[A-ZÀ-Þ][\w'’-]*)"
)
LEAD = re.compile(
    r"^\W{0,4}(?:(?:q|question|frage|pregunta|task)\s?\d{0,2}\s?[:.)]\s*|(?:\d{1,2}|[a-e])[.)]\s+|"
    r"[-*•–]\s+)",
    re.I,
)
_CHAT_LINE = re.compile(
    r"^\s{0,4}(?:\[?\(?\d{1,2}[:.]\d\d[^\n]{0,14}|<?[A-ZÀ-Þ][\w.'’ -]{0,20}>?:\s)", re.M
)
_SENTENCE = re.compile(
    r"(?<=[.!?…])(?<!\bMr\.)(?<!\bMrs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bNo\.)(?<!\bSt\.)(?<!\d\.)"
    r"(?:\s?»|[\"”»')\]]{0,2})\s+(?=[\"“„«'(\[¿¡-]{0,3}\s?\w)|(?<=\d\.)\s+(?=[A-ZÀ-Þ\"“„«¿])|"
    r"(?<=\d\.)[\"”»]\s+(?=\w)|\n+"
)


@dataclass(frozen=True)
class Piece:
    """A sentence or line of a prompt, where it stands, and whether it asks."""

    text: str
    start: int
    end: int
    asks: bool


def pieces_of(whole: str) -> list[Piece]:
    """The sentences and lines of a prompt; a question inside a quotation or a chat asks nothing."""
    out: list[Piece] = []
    is_chat = len(_CHAT_LINE.findall(whole)) >= 3
    start, depth = 0, 0
    edges = [(m.start(), m.end()) for m in _SENTENCE.finditer(whole)]
    for a, b in [*edges, (len(whole), len(whole))]:
        text = whole[start:a]
        if re.search(r"\w", text):
            line = whole[whole.rfind("\n", 0, start) + 1 : a]
            inside = depth > 0 or (is_chat and bool(_CHAT_LINE.match(line)))
            out.append(Piece(text, start, a, not inside and _is_ask(text, is_chat=is_chat)))
        stretch = whole[start:b]
        if stretch.count('"') % 2:
            depth = 0 if depth else 1
        opens = stretch.count("«") - stretch.count("»")
        depth = max(0, depth + opens) if "«" in whole else depth
        start = b
    return out


def _is_ask(text: str, *, is_chat: bool) -> bool:
    bare = text.strip().rstrip("\"'”»)` ")
    if not bare.endswith("?") or len(bare) > 600:
        return _has_no_mark(text, is_chat=is_chat)
    return not (is_chat and _CHAT_LINE.match(text.strip()))


def _has_no_mark(text: str, *, is_chat: bool) -> bool:
    """Whether a line without a question mark asks all the same ("who fixed it, and when")."""
    if is_chat and _CHAT_LINE.match(text.strip()):
        return False
    bare = bare_ask(text)
    words = bare.split()
    if re.search(r"\b(?:reply|say|answer|respond|write|return|output|use)\b", bare, re.I):
        return False
    if not 3 <= len(words) <= 30 or bare.rstrip().endswith((".", "!", ":", '"')):
        return False
    head = rf"(?:(?:so|and|ok|now),? )?(?:{WH})\b|and {AUX} {SUBJECT}\b"
    return bool(re.match(head, bare, re.I)) and bool(
        re.search(rf"\b{AUX}\b|\b\w+(?:s|ed)\b", bare, re.I)
    )


def bare_ask(text: str) -> str:
    """A question without the mark in front of it."""
    return LEAD.sub("", text.strip(), count=1).strip()


def split_sentences(text: str) -> list[str]:
    """The sentences and lines of a text, small letters at their beginning allowed."""
    return [piece.strip() for piece in _SENTENCE.split(text) if piece and re.search(r"\w", piece)]
