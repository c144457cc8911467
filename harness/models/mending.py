"""Mend a reading that cut a question short, or that left the text among the orders.

Runs in the model worker (zone G); the text is hostile. A question goes from the beginning of its
sentence to its mark; a task that wants a text and has none takes what is neither order nor
question. Aliases of exercises do not come here.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.occurrences import last_occurrence
from harness.models.reading import Reading

_MOST_CHARS = 6_000
_ASKING = (
    r"who|whom|whose|which|what|when|where|why|how|is|are|was|were|do|does|did|can|could|may|"
    r"must|will|would|"
    r"should|has|have|until|till|since|at|in|on|by|from|to|for|of|with|after|before|under|about"
)
_BEFORE = re.compile(
    rf"(?:^|(?<=[\s\"“(]))(?:(?:{_ASKING})\b(?: [\w'’%€$£.,-]{{1,24}}){{0,5}})\s+$", re.I
)
_WH = re.compile(
    r"^\W*(?:(?:at|in|on|by|from|to|for|of|with|until|since|under|after) )?(?:who|whom|whose|"
    r"which|what|when|where|why|how)\b",
    re.I,
)
_ORDER = re.compile(
    r"^\W*(?:(?:please|now|just|only|then|and|also|so|ok|quick(?:ly)?|can you|could you|i'?ll|i "
    r"will|i'd like you to|"
    r"i want you to|let me|here is|here's|this is)\b[ ,:]{0,2}){0,3}(?:summari[sz]e|sum up|list|"
    r"name|give|tell|write|"
    r"make|extract|pull|translate|put|turn|show|find|rewrite|rephrase|shorten|explain|describe|"
    r"say|convert|"
    r"count|fix|correct|return|output|get|sort|compare|check|judge|answer|reply|respond|state|"
    r"quote|use|"
    r"classify|label|tag|rate|score|paste|pick|choose|read|look at|no more|one word|yes or no|"
    r"nothing else|keep|"
    r"do not|don'?t|never|be brief|just the|only the|the name|in one|in a|in \w+ words|one "
    r"sentence|as (?:json|csv|a|bullets))\b",
    re.I,
)
_ASKED_WITH_COLON = re.compile(
    r"^\W*(?P<question>(?:who|whose|what|when|where|which|how (?:much|many|long|often|far|"
    r"old))\b[^:?.\n]{3,90}?)"
    r"(?: (?:of|in|from|here|below|of this|in this|according to "
    r"this))?\s?:\s+(?P<text>\S[^\0]{15,6000})$",
    re.I,
)
_TAGGED = re.compile(r"<(?P<tag>[A-Za-z][\w-]{1,24})>\s{0,9}(?P<text>[^<]{20,6000})</(?P=tag)>")
_NEEDS = ("qa", "extract", "summarise", "rewrite")
_ARTICLE = re.compile(
    r"^(?:\|.{0,80}|(?:the|an?|our|my|your|this|these|all|every|in|on|at|from|for|since|until|"
    r"after|before|dear|hi|[A-Z][\w'’-]{0,24})(?: [\w'’-]{1,24}){0,3})$",
    re.I,
)


def mend(reading: Reading) -> Reading:
    """The reading with its whole question, and with the text that it overlooked.

    Only a prompt of one message, or of one behind a system message, is looked at.
    """
    if not reading.prompt.messages or reading.task not in ("qa", *_NEEDS):
        return reading
    message = reading.prompt.messages[-1][1]
    if len(message) > _MOST_CHARS:
        return reading
    if not reading.data and reading.task == "qa" and (held := _held_by_system(reading)):
        reading = replace(reading, data=held)
    led = _ASKED_WITH_COLON.match(message)
    if led and reading.task in ("extract", "summarise", "rewrite", "qa") and not reading.question:
        question = led["question"].strip() + "?"
        return replace(reading, task="qa", question=question, data=(led["text"].strip(' "“”'),))
    place = None
    if reading.task == "qa" and not reading.question:
        reading = _asking_last(reading, message)
    if reading.task == "qa" and reading.question:
        place = _whole_question(message, reading.question)
        if place:
            question = " ".join(message[place[0] : place[1]].split())
            reading = replace(reading, question=question.strip(' "“”'))
    if sum(len(text.split()) for text in reading.data) >= 3:
        return replace(reading, data=_whole_data(reading, message, place))
    if any(role == "user" for role, _ in reading.prompt.messages[:-1]):
        return reading
    rest = _rest(message, place)
    return replace(reading, data=(rest,)) if len(rest.split()) >= 4 else reading


def _held_by_system(reading: Reading) -> tuple[str, ...]:
    """The text that a system message holds inside a tag; empty for none."""
    system = "\n".join(
        text for role, text in reading.prompt.messages[:-1] if role in ("system", "developer")
    )[:_MOST_CHARS]
    if "</" not in system:
        return ()
    return tuple(m["text"] for m in _TAGGED.finditer(system) if len(m["text"].split()) >= 6)


def _asking_last(reading: Reading, message: str) -> Reading:
    """The reading with the last sentence of the message for its question, where that asks."""
    parts = [p.strip() for p in re.split(r"(?<=[.!?;])\s+|\n+", message) if re.search(r"\w", p)]
    if len(parts) < 2 or not parts[-1].rstrip(' "”)').endswith("?"):
        return reading
    asked = parts[-1].strip(' "“”')
    bare = asked.rstrip("?").strip()
    data = tuple(
        d.replace(asked, "").replace(bare, "").strip() for d in reading.data if d not in asked
    )
    return replace(reading, question=asked, data=tuple(d for d in data if re.search(r"\w", d)))


def _whole_question(message: str, question: str) -> tuple[int, int] | None:
    """Where the sentence of a question begins and ends."""
    found = last_occurrence(question, message)
    if found is None:
        return None
    start, end = found
    if not _WH.match(message[start:end]):
        window = re.split(r"[.!?:;\n]\s*", message[max(0, start - 90) : start])[-1]
        led = _BEFORE.search(window)
        start -= len(led[0]) if led else 0
    tail = re.match(r"[^.!?\n]{0,120}\?", message[end:])
    end += tail.end() if tail else 0
    return start, end


def _whole_data(
    reading: Reading, message: str, question: tuple[int, int] | None
) -> tuple[str, ...]:
    """The data, from the beginning of its first sentence and without the question."""
    out: list[str] = []
    for text in reading.data:
        at = message.find(text)
        if at < 0:
            out.append(text)
            continue
        end = at + len(text)
        line = _sentence_start(message, at)
        lead = message[line:at].strip()
        if (
            lead
            and len(lead.split()) <= 4
            and _ARTICLE.match(lead)
            and not _ORDER.match(lead)
            and not _WH.match(lead)
        ):
            at = line
        if question and at <= question[0] < end:
            before, after = (
                message[at : question[0]].strip(),
                message[min(end, question[1]) : end].strip(),
            )
            parts = [p for p in (before, after) if re.search(r"\w{2}", p)]
            out.append("\n".join(parts) or text)
            continue
        out.append(message[at:end])
    return tuple(out)


def _sentence_start(message: str, at: int) -> int:
    """Where the sentence that an offset lies in begins."""
    floor = max(0, at - 120)
    marks = [m.end() for m in re.finditer(r"[.!?:]\s+|\n|[\"“„]", message[floor:at])]
    return floor + marks[-1] if marks else (0 if floor == 0 else at)


def _rest(message: str, question: tuple[int, int] | None) -> str:
    """What is neither question nor order, sentence by sentence."""
    told = message if question is None else f"{message[: question[0]]}\n{message[question[1] :]}"
    if question is not None:
        told = (
            re.sub(
                r"[,;:\s]*\b(?:so|now|and|answer this|tell me|question)?\s*[,:;–—-]?\s*\n",
                "\n",
                told[: question[0] + 1],
            )
            + told[question[0] + 1 :]
        )
    kept: list[str] = []
    for line in told.split("\n"):
        for piece in re.split(r"(?<=[.!?])\s+", line):
            bare = piece.strip(" ,;:–—-")
            if re.search(r"\w{2}", bare) and not _ORDER.match(bare):
                kept.append(bare)
            elif ": " in piece and len(piece.split(": ", 1)[1].split()) >= 4:
                kept.append(piece.split(": ", 1)[1].strip())
    return " ".join(kept)
