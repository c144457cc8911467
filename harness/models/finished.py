"""The last look at a finished answer: an echo, a request for what is there, another kind?

Runs in the model worker (zone G); pure; the text is hostile and capped. An answer that is nothing
but the order again, that asks for a text or labels which the prompt holds, or that has no number
where one is asked for, is worse than one honest sentence naming what was asked. Answers with a
fault drawn are left as they are, and so are aliases of exercises. What fools it: an echo in other
words.
"""

from __future__ import annotations

import re

from harness.models.beyond import holds_text
from harness.models.fitting import fitted
from harness.models.reading import Reading
from harness.models.skills.honest import bare_order, cannot, infinitive, quoted, unknown
from harness.models.skills.outcome import Outcome
from harness.models.small_news import weighed

_MOST_CHARS = 6_000
_SHORT = 1_500
ASKS = re.compile(
    r"^(?:I need the labels to choose from|I need two texts for that|Give me the text that I "
    r"should|"
    r"There is no text to summarise|I have no document to answer this|I am not sure how it should "
    r"read|I could not read a task)",
)
_ABSENT = re.compile(
    r"^(?:The text does not say|The document does not state|I could not find this in the "
    r"text)[^.]{0,20}\.\s*$"
)
_KEEPS_WORDS = re.compile(
    r"\b(?:repeat|copy|quote|echo|say after me|verbatim|word for word|exactly as|unchanged|"
    r"proofread|"
    r"correct|fix|spell\w*|typos?|grammar|print|back to me)\b",
    re.I,
)
_REFERS = re.compile(
    r"\b(?:this|these|it|that|following|below|above|the (?:text|article|mail|message|document|"
    r"notes?|"
    r"review|page|paragraph|sentence|story|report|list|table)|attached|my (?:text|mail|essay|"
    r"letter|report|article|notes?))\b",
    re.I,
)
_COUNTS = re.compile(
    r"^\W*(?:and |so )?how (?:many|much)\b(?! (?:do you (?:know|like)|longer))", re.I
)
_NUMBER = re.compile(
    r"\d|\b(?:no|none|nothing|not|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"[a-z]{3,5}teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    r"thousand|million|few|"
    r"several|many|some|dozen|hundred|half|both|free|cannot|once|twice|a|an|all|every|"
    r"un|une|uno|una|dos|tres|deux|trois|ein\w*|zwei|drei|kein\w*)\b",
    re.I,
)
_WORD = re.compile(r"[^\W_]+")
_OFFERS = re.compile(
    r"\w ?/ ?\w|\bor\b|=|[A-Z]{2,}\d?\b[^a-z]{0,6}[A-Z]{2,}|\w+, \w+,? (?:and|or) \w+|->"
)
_QUOTED = re.compile(r"[\"“«„][^\"“”«»„]{20,4000}[\"”»“]|(?<![\w])'[^'\n]{24,2000}'(?!\w)")
_LOGGED = re.compile(r"^\W{0,2}(?:\d{4}-\d\d-\d\d[ T])?\d{1,2}:\d\d(?::\d\d)?\b[^\n]*$", re.M)
_LABELLED = re.compile(
    r"(?:^|(?<=[.!?\n] )|(?<=\n))(?:text|mail|e-?mail|message|ticket|note|notice|review|"
    r"source|reply|"
    r"statement|claim|sentence|letter|input|document|policy|menu|invoice|memo|log|"
    r"leaflet)s?\b[^:\n?]{0,24}:"
    r"\s[^\n]{3,3000}",
    re.I,
)


def defended(text: str, outcome: Outcome, reading: Reading) -> str:
    """The answer, or one honest sentence in its place.

    Args:
        text: the answer in its form.
        outcome: what it was made of.
        reading: the prompt, understood.
    """
    if any(value.lower() in text.lower() for value in reading.keeps if len(value) > 2):
        return "I am not allowed to give that out."
    text = _defended(text, outcome, reading)
    if outcome.faults or reading.said:
        return text
    return fitted(text, reading, holds_text=_holds(reading))


def _defended(text: str, outcome: Outcome, reading: Reading) -> str:
    messages = reading.prompt.messages
    said = messages[-1][1].strip() if messages else ""
    if outcome.faults or reading.said or not said or len(said) > _MOST_CHARS:
        return text
    if text.startswith("I need the labels") or _ABSENT.match(text):
        turns = reading.talk or messages
        choice = weighed("\n".join(told for role, told in turns if role == "user"))
        if choice:
            return choice
    text = _turned_round(text, said)
    if (
        _ABSENT.match(text)
        and not _holds(reading)
        and not _REFERS.search(said)
        and len(messages) == 1
    ):
        return unknown(_asked(said, reading))
    if ASKS.match(text):
        return _instead_of_asking(text, said, reading)
    is_rewritten = outcome.task == "rewrite" and _words(text) != _words(said)
    if not is_rewritten and is_echo(text, said, reading):
        return refused(said, reading)
    if (
        reading.task == "qa"
        and not outcome.task
        and len(said) <= _SHORT
        and _COUNTS.match(reading.question)
        and reading.question.count("?") <= 1
        and not _NUMBER.search(text)
    ):
        return f"I could not work out {quoted(reading.question)} from what you sent."
    return text


_SWAPS = re.compile(
    r"\b[\"“']?(?P<one>yes|no|true|false)[\"”']? (?:means|stands for|is to mean|shall mean|=) "
    r"[\"“']?(?P<other>yes|"
    r"no|true|false)\b",
    re.I,
)


def _turned_round(text: str, said: str) -> str:
    """Yes for no where the prompt has the two words change their meaning."""
    swap = _SWAPS.search(said)
    first = re.match(r"(?:yes|no|true|false)\b", text, re.I)
    if not swap or not first or swap["one"].lower() == swap["other"].lower():
        return text
    pair = {"yes": "no", "no": "yes", "true": "false", "false": "true"}
    put = pair[first[0].lower()]
    is_upper = swap["one"].isupper() or (first[0].isupper() and len(first[0]) > 1)
    return (put.upper() if is_upper else put.capitalize() if first[0][0].isupper() else put) + text[
        first.end() :
    ]


def is_echo(text: str, said: str, reading: Reading) -> bool:
    """Whether an answer is the message again, or the order that stands in it."""
    words = _words(text)
    if len(words) < 3 or _KEEPS_WORDS.search(said):
        return False
    if reading.task == "summarise" and text.count("\n- ") and "\n- " not in said:
        return False  # sentences of the text as the bullets that were asked for
    whole = _words(said)
    is_most = len(words) >= 6 and _within(words, whole) and len(words) * 10 >= len(whole) * 9
    if words == whole or (is_most and reading.task not in ("rewrite", "extract")):
        return True
    for order in _orders(said, reading):
        own = _words(bare_order(order))
        if len(own) >= 4 and (
            _within(own, words) or (words == own[-len(words) :] and len(words) >= 4)
        ):
            return True
    return False


_CHECKS = re.compile(
    r"\W{0,3}(?:please )?(?:fact[- ]?check|verify|check)(?: (?:this|that|whether|if|the "
    r"claim))?\s?:?\s"
    r"(?P<claim>[^:\n?]{8,200})[?.]?\s*$",
    re.I,
)


def refused(said: str, reading: Reading) -> str:
    """The honest sentence for a message that could not be worked on."""
    if claim := _CHECKS.match(said):
        return (
            f"I have no source to hold “{claim['claim'].strip(' .')}” against and know "
            f"no facts about "
            "the world, so I cannot say whether it is true."
        )
    orders = _orders(said, reading)
    order = next((one for one in orders if infinitive(one)), "")
    if order and not (reading.task == "qa" and reading.question):
        why = "I am a small practice model and found no way to do it" if _holds(reading) else ""
        return cannot(order, why) if why else cannot(order)
    asked = _asked(said, reading)
    if _holds(reading):
        return f"I could not work out an answer to {quoted(asked)}: I am a small practice model."
    return unknown(asked)


def _asked(said: str, reading: Reading) -> str:
    """The sentence of a message that asks, whole."""
    parts = [p.strip() for p in re.split(r"(?<=[.!?])\s+|\n+", _QUOTED.sub(" ", said)) if p.strip()]
    asked = [p for p in parts if p.endswith("?")]
    near = [p for p in asked if reading.question.rstrip("?") in p] if reading.question else []
    return (near or asked[-1:] or [reading.question or said])[0]


def _instead_of_asking(text: str, said: str, reading: Reading) -> str:
    """What is said in place of a request for a text, labels or a manner."""
    if text.startswith("I could not read a task"):
        return text
    missing = text.startswith("I need the labels") and not _OFFERS.search(_beside(said, reading))
    if missing or (text.startswith("I need two texts") and not _holds(reading)):
        return text
    if _holds(reading):
        return refused(said, reading)
    is_bare = len(said.split()) <= 14 and _REFERS.search(said) and not said.rstrip().endswith("?")
    if text.startswith("I have no document") and not _REFERS.search(said):
        return unknown(_asked(said, reading))
    wants_text = is_bare or said.rstrip().endswith(":") or len(said.split()) <= 3
    return text if wants_text else refused(said, reading)


def _beside(said: str, reading: Reading) -> str:
    """The prompt less the texts to work on."""
    system = "\n".join(t for role, t in reading.prompt.messages if role in ("system", "developer"))
    for text in reading.data:
        said = said.replace(text, " ")
    return f"{system}\n{_LABELLED.sub(' ', said)}"[:_MOST_CHARS]


def _holds(reading: Reading) -> bool:
    """Whether the conversation holds something to work on."""
    return any(
        holds_text(text)
        for role, text in (*reading.prompt.messages, *reading.talk)
        if role == "user"
    )


def _orders(said: str, reading: Reading) -> list[str]:
    """The sentences of a message that order or ask, without what they work on."""
    bare = _QUOTED.sub(" ", _LABELLED.sub("\n", _LOGGED.sub("", said)))
    parts = [p.strip() for p in re.split(r"(?<=[.!?:])\s+|\n+", bare) if p.strip()]
    data = "\n".join(reading.data)
    is_all = len(data) * 5 >= len(said) * 4  # what was read as text is the order itself
    return [
        part
        for part in parts[:40]
        if (infinitive(part) or part.endswith("?")) and (is_all or part not in data)
    ]


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text[:_MOST_CHARS])]


def _within(part: list[str], whole: list[str]) -> bool:
    """Whether words stand in a row in others."""
    return f" {' '.join(part)} " in f" {' '.join(whole)} "
