"""Say a text again: politer, plainer, shorter, corrected, as a list. Nothing is added to it.

Runs in the model worker; pure. It changes words by rules and knows no language but English; what
fools it: a sentence that needs a new build rather than other words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache

from harness.models.encoder import DATA
from harness.models.reading import Reading
from harness.models.skills.outcome import Outcome
from harness.models.skills.retrieval import split_passages
from harness.models.skills.summarise import asked_length, cut_words

ASK = "Give me the text that I should rewrite."
_UNTRANSLATED = "\n(I can only write English; the text is left untranslated.)"
_ORDER = re.compile(
    r"^(?:please )?(send|give|tell|bring|fix|stop|pay|answer|reply|call|do|make|get|turn|"
    r"move|write|"
    r"finish|come|wait|let|show|explain|check|read|open|close|take|put|keep)\b(.*?)([.!]*)$",
    re.I | re.S,
)
_SINGULAR = {"comes": "come", "goes": "go", "has": "have", "is": "are", "does": "do",
             "makes": "make",
             "sends": "send"}  # fmt: skip
_WAYS: tuple[tuple[str, str], ...] = (
    ("polite", r"\b(?:polite\w*|friend\w*|warm\w*|kind(?:er|ly)?|courteous|nicer?|gentl\w+|"
               r"soft\w*|less harsh|"
               r"diplomatic\w*|tactful\w*|empathetic|calm\w*)\b"),
    ("formal", r"\b(?:formal\w*|professional\w*|business\w*|official)\b"),
    ("plain", r"\b(?:plain\w*|simpl\w+|lay(?:man|person)?|intelligible|easy|easier|child\w*|"
              r""
              r"jargon|understand\w*|clear\w*|non-?technical)\b"),
    ("short", r"\b(?:short\w*|concise\w*|trim\w*|tighten\w*|brief\w*|fewer words|cut|"
              r"condense|compress)\b"),
    ("grammar", r"\b(?:grammar|correct\w*|spelling|typos?|mistakes|errors|proofread\w*|fix)\b"),
    ("list", r"\b(?:bullet\w*|list)\b"),
    ("active", r"\bactive\b"),
    ("normal", r"\b(?:normal|cringe|less hype|sober|neutral\w*|matter[- ]of[- ]fact)\b"),
)  # fmt: skip


def rewrite(reading: Reading) -> Outcome:
    """The text again in the manner asked for."""
    text = "\n".join(reading.data).strip() or reading.question
    text = text.strip().strip('"“”').strip()
    if not text:
        return Outcome(ASK, ASK)
    asked = " ".join(reading.prompt.instructions)
    ways = [name for name, pattern in _WAYS if re.search(pattern, asked, re.I)]
    if not ways and reading.prompt.examples:
        ways = ["polite"]
    said = " ".join(text.split())
    for name in ways or ["polite-words"]:
        said = _MANNERS[name](said)
    sentences, words = asked_length(reading)
    if sentences and "list" not in ways:
        said = " ".join(p.text for p in split_passages(said)[:sentences])
    if words:
        said = cut_words(said, words)
    said = said if "list" in ways else tidy(said)
    if reading.found.kinds.lang >= 0.5:
        said += _UNTRANSLATED
    return Outcome(said, said)


@cache
def _rules() -> dict[str, tuple[tuple[re.Pattern[str], str], ...]]:
    """Patterns and what is put for them, by manner."""
    raw = tomllib.loads((DATA / "rewriting.toml").read_text(encoding="utf-8"))
    return {
        manner: tuple((re.compile(pattern, re.I), put) for pattern, put in rows)
        for manner, rows in raw.items()
    }


def _by(manner: str) -> Callable[[str], str]:
    def run(text: str) -> str:
        for pattern, put in _rules()[manner]:
            text = pattern.sub(put, text)
        return text

    return run


def _politely(text: str) -> str:
    """Orders become questions; where none was turned, thanks go first."""
    pieces = [p.text for p in split_passages(_by("softer")(text))] or [text]
    out = [_as_question(piece) for piece in pieces]
    polite = re.search(r"\b(?:please|could you|thank)\b", " ".join(out), re.I)
    return " ".join(out) if polite else "Thank you for your message. " + " ".join(out)


def _as_question(piece: str) -> str:
    parts = re.split(r",\s+(?=I\b|it\b|we\b)", piece, maxsplit=1)
    mark = _ORDER.match(parts[0].strip())
    if not mark:
        return piece
    asked = f"Could you please {mark[1].lower()}{mark[2].rstrip('.!')}?"
    return asked if len(parts) == 1 else f"{asked} {parts[1][:1].upper()}{parts[1][1:]}"


def _corrected(text: str) -> str:
    text = re.sub(
        r"\b(we|they|you|i) (comes|goes|has|is|does|makes|sends)\b",
        lambda m: f"{m[1]} {_SINGULAR[m[2].lower()]}",
        text,
        flags=re.I,
    )
    return _by("grammar")(re.sub(r"\bi\b", "I", text))


def _as_list(text: str) -> str:
    body = re.sub(r"^.{0,60}?\b(?:need|buy|want|are|have|includes?|bring|with)\b:? ", "", text)
    body = body if body.count(",") >= 1 else text
    parts = re.split(r",\s*(?:and\s+)?|\s+and\s+|;\s*", body.rstrip("."))
    if len(parts) < 2 or max(len(part.split()) for part in parts) > 14:
        parts = [p.text for p in split_passages(text)]
    return "\n".join(f"- {part.strip().rstrip('.')}" for part in parts if part.strip())


def _actively(text: str) -> str:
    mark = re.match(
        r"\W*(?P<what>(?:the |a |an )?[\w ]+?) (?:was|were|is|are|has been|have been) (?P<verb>\w+)"
        r"(?P<rest>[^.]*?) by (?P<who>[\w ]+?)(?P<end>[.!]?)$",
        text,
        re.I,
    )
    if not mark:
        return text
    who = mark["who"].strip()
    subject = {"us": "we", "me": "I", "him": "he", "her": "she", "them": "they"}.get(
        who.lower(), who
    )
    what = mark["what"][:1].lower() + mark["what"][1:]
    return f"{subject} {mark['verb']} {what}{mark['rest']}."


def _calmly(text: str) -> str:
    return _by("normal")(re.sub(r"\b[A-Z]{3,}\b", lambda mark: mark[0].lower(), text))


def tidy(text: str) -> str:
    """Even blanks, a capital at each beginning, a mark at the end."""
    text = re.sub(r"\s+([.,!?;:])", r"\1", re.sub(r"[^\S\n]+", " ", text)).strip(" ,;")
    text = re.sub(r"([.!?])[.,]+", r"\1", text)
    text = re.sub(r"(?:^|(?<=[.!?] ))[a-zà-ÿ]", lambda m: m[0].upper(), text)
    return text if not text or text[-1] in ".!?:;\"”)'" else text + "."


_MANNERS: dict[str, Callable[[str], str]] = {
    "polite": _politely,
    "polite-words": _by("softer"),
    "formal": _by("formal"),
    "plain": _by("plain"),
    "short": _by("short"),
    "grammar": _corrected,
    "list": _as_list,
    "active": _actively,
    "normal": _calmly,
}  # fmt: skip
