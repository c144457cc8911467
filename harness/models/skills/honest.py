"""One honest sentence that names what was asked for, where this model cannot do it.

Runs in the model worker; pure. An order becomes an infinitive ("I cannot write a poem about
spring"), a question is quoted; the words of the user are turned round (my becomes your).
"""

from __future__ import annotations

import re

_MOST_WORDS = 16
_POLITE = re.compile(
    r"^\W*(?:(?:please|pls|plz|can you|could you|would you|will you|hey|hi|hello|ok(?:ay)?|so|now|"
    r"and|then|just|alright|well|um+|i want you to|i need you to|i would like you to|i'd like you "
    r"to|i want to know|you must|kindly|quickly?|quick question|go ahead and|forget (?:all )?that|"
    r"(?:never ?mind|forget|ignore) (?:the |about )?\w+)\b[\s,:.!-]{0,3})+",
    re.I,
)
_FOR_ME = re.compile(
    r"^(?P<verb>write|give|tell|make|draw|find|show|get|compose|draft|send|build|create|generate|"
    r"bake|cook|sing|teach|explain(?: to)?|help|code|invent|buy|book|order|read|play)"
    r"(?: to)? (?:me|us)\b(?: up)?",
    re.I,
)
_VERBS = frozenset(
    """
    write explain describe define compose create generate draw paint invent imagine translate
    tell give make show list name suggest recommend draft build code implement design teach sing
    find solve prove predict compare calculate compute convert debug fix turn summarise summarize
    rewrite count sort say add remove replace extract fill complete continue plan help read play
    order book buy call send open search look think come answer rank rate classify label pretend
    act roleplay guess pick choose recite quote rephrase put express change discuss analyse analyze
    remind wake schedule reserve pay print download upload install run execute hack scan verify
    """.split()
)
_TURNED = {
    "me": "you", "my": "your", "mine": "yours", "i": "you", "i'm": "you are", "am": "are",
    "myself": "yourself", "us": "you", "our": "your",
}  # fmt: skip
SELF = "I am a small practice model"
_WHY = f"{SELF} and only work on texts that I am given"


def bare_order(text: str) -> str:
    """An order without its polite opening."""
    return _POLITE.sub("", text.strip()).strip()


def infinitive(text: str) -> str:
    """An order as what could follow "I cannot"; empty where it does not begin with a verb."""
    bare = bare_order(re.split(r"\n|(?<=[.!?])\s", text.strip(), maxsplit=1)[0])
    bare = _FOR_ME.sub(lambda m: m["verb"], bare)
    words = bare.rstrip(" .!?:;,\"'").split()
    if not words or words[0].lower() not in _VERBS or len(words) < 2:
        return ""
    words = [words[0].lower(), *words[1:]]
    kept = [_TURNED.get(word.lower(), word) for word in words[:_MOST_WORDS]]
    return " ".join(kept) + (" …" if len(words) > _MOST_WORDS else "")


def quoted(text: str) -> str:
    """The first words of a request in quotation marks."""
    line = next((one.strip() for one in text.strip().split("\n") if one.strip()), "")
    words = bare_order(line).split() or line.split()
    short = " ".join(words[:_MOST_WORDS]).strip(" \"'“”")
    return f"“{short}{' …' if len(words) > _MOST_WORDS else ''}”" if short else "that"


def cannot(order: str, why: str = _WHY) -> str:
    """That an order is beyond the model, in one sentence."""
    done = infinitive(order)
    what = f"I cannot {done}" if done else f"I cannot do {quoted(order)}"
    return f"{what}: {why}."


def unknown(question: str) -> str:
    """That a question asks for what only the world knows, in one sentence."""
    return (
        f"I have no text that tells me and know no facts about the world, so I cannot answer "
        f"{quoted(question)}."
    )
