"""What a prompt gives to reckon with: the sentences that may ask, and the text beside them.

Runs in the model worker; the text is hostile: it is capped before it is cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from harness.models.reading import Reading
from harness.models.skills.corrections import corrected
from harness.models.skills.retrieval import content_words, stem

MOST_CHARS = 6_000
_MOST_SENTENCES = 160
_BREAK = re.compile(
    r"(?<=[.!?])[\"”»')\]]{0,2}(?<!\bMr\.)(?<!\bMrs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bNo\.)\s+"
    r"(?=[\"“«'(\[¿]?[A-ZÀ-Ý0-9¿*-])|(?<=\?)[\"”»)]?\s+|\n+"
    r"|(?<=[.!;])\s+(?=(?:so |and |but )?(?:how|what|which|who|when|whats|give|sum|sort)\b)"
    r"|,\s+(?=(?:so )?(?:how|which|what|who|when)\b[^,.?\n]{3,80}\?)"
)
_ORDERS = (
    r"(?:please |now |then |and |so |ok |could you |can you |just )?"
    r"(?:sum|add|total|count|sort|order|rank|arrange|list|name|convert|calculate|compute|work out|"
    r"give|tell|find|write|make|show|collect|how|what|which|who|when|say|put|"
    r"express|until|by when|average|from|"
    r"nenne|liste|sortiere|zähle|cuánt\w+|combien|wie|wer|was|welche\w*|ordena|suma)\b"
)
_ASKING = re.compile(rf"^\W{{0,6}}{_ORDERS}", re.I)
_HEAD = re.compile(rf"^\W{{0,6}}{_ORDERS}[^:\n]{{0,100}}:\s+(?=\S)", re.I)
_FORM_ONLY = re.compile(
    r"^\W{0,4}(?:please )?(?:answer|reply|respond|write (?:only|nothing|just|the|"
    r"your|it|a|an|one|in|as|with)|give|use|think|keep|round|return|output|"
    r"state|show|only|just|number|figure|digits|one word|no words|be brief|"
    r"nothing|in one|name only|"
    r"explain|step by step|short|bullets|comma|label|table)\b[^\n]{0,120}$",
    re.I,
)


@dataclass(frozen=True)
class Brief:
    """A prompt as a reckoner sees it.

    Attributes:
        whole: everything that is not the model's own, in order.
        asks: the sentences that may ask something, the likeliest first.
        sentences: all of them, in order.
    """

    whole: str
    asks: tuple[str, ...]
    sentences: tuple[str, ...]
    directions: str

    def beside(self, ask: str) -> str:
        """The text without the asking sentence and without orders that speak of form alone."""
        rest = self.whole
        for sentence in (ask, *(s for s in self.sentences if is_form(s))):
            at = rest.rfind(sentence)
            rest = rest[:at] + rest[at + len(sentence) :] if at >= 0 else rest
        return rest.strip()


def brief_of(reading: Reading, *, last_only: bool = False) -> Brief | None:
    """The brief of a prompt; None for one that is too long to reckon with.

    Args:
        reading: the prompt, understood.
        last_only: take the last message alone.
    """
    own = [text for role, text in reading.prompt.messages if role != "assistant"]
    own = own[-1:] if last_only else own
    own = [corrected(text) for text in own]
    whole = "\n\n".join(own)
    if len(whole) > MOST_CHARS or not whole.strip():
        return None
    sentences = sentences_of(whole)
    if not sentences:
        return None
    last = sentences_of(own[-1]) or sentences
    edge = {last[0], last[-1], *last[-2:]}
    data = "\n".join(reading.data)
    asks = [s for s in sentences if _may_ask(s) and (s in edge or s.strip()[:60] not in data)]
    question = reading.question.strip()
    first = [s for s in asks if question and (s.strip() in question or question in s)]
    asks = sorted(asks, key=lambda s: (s not in first, not s.rstrip().endswith("?")))
    return Brief(whole, tuple(dict.fromkeys(asks))[:6], tuple(sentences), reading.prompt.directions)


def sentences_of(text: str) -> list[str]:
    """Sentences, lines, and an order apart from the text that follows its colon."""
    out: list[str] = []
    for piece in _BREAK.split(text[:MOST_CHARS])[: 2 * _MOST_SENTENCES]:
        if not piece or not re.search(r"\w", piece):
            continue
        head = _HEAD.match(piece)
        if head and not piece.rstrip().endswith("?"):
            out += [piece[: head.end()].strip(), piece[head.end() :].strip()]
        else:
            out.append(piece.strip())
    return out[:_MOST_SENTENCES]


def _may_ask(sentence: str) -> bool:
    if len(sentence.split()) > 40:
        return False
    bare = sentence.rstrip(" \"”»')")
    if is_form(sentence) and not bare.endswith("?"):
        return bool(re.search(r"\b(?:sum|total|average|mean|difference)\b", bare, re.I))
    is_short = len(bare.split()) <= 6 and not re.search(r"\d", bare)
    return bare.endswith("?") or bool(_ASKING.match(sentence)) or (is_short and bare.endswith(":"))


@lru_cache(maxsize=1_024)
def is_form(sentence: str) -> bool:
    """Whether a sentence speaks of the form of the answer alone."""
    has_figures = len(re.findall(r"\d+", sentence)) >= 2
    if re.search(r"\b(?:all|every|list of|total|sum)\b", sentence, re.I):
        return False
    return bool(_FORM_ONLY.match(sentence)) and not has_figures and len(sentence.split()) <= 16


def stems(text: str) -> set[str]:
    """The stems of the words that carry meaning."""
    return {root(word) for word in content_words(text)}


def root(word: str) -> str:
    """A stem on which singular and plural meet, short words among them."""
    low = word.lower()
    irregular = {"people": "person", "children": "child", "men": "man", "women": "woman",
                 "loaves": "loaf", "geese": "goose", "feet": "foot", "mice": "mouse"}  # fmt: skip
    if low in irregular:
        return irregular[low]
    if len(low) <= 4:
        return low[:-1] if low.endswith("s") and len(low) > 2 and not low.endswith("ss") else low
    return stem(low)
