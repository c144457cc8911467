"""What a prompt wants done with a text, where its own words say so beyond doubt.

Runs in the model worker; the text is hostile and only read. A prompt that says "in the passive
voice" or "which reply is more polite" sets its task whatever its shape; here such words are looked
for in what stands beside the text, and the text is found by its quotes, colon or blank line where
the reading has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from harness.models import beyond
from harness.models.prompt import Prompt, Span
from harness.models.reading import Reading
from harness.models.rerouting import is_fact_asked
from harness.models.skills import judging_texts, talk
from harness.models.skills.lengths import limits_asked
from harness.models.skills.rewriting_orders import ways_asked

_MOST_CHARS = 6_000
_MOST_ORDER = 700
_QUOTE = re.compile(r"[\"“«„]([^\"“”«»„]{12,4000})[\"”»“]")
_VERBS = (
    r"(?:re)?write|rephrase|reword|paraphrase|make|turn|fix|correct|"
    r"proofread|summ?ari[sz]e|shorten|"
    r"put|change|convert|replace|remove|delete|redact|anonymi[sz]e|black out|mask|say|split|join|"
    r"merge|combine|sort|reverse|expand|negate|condense|cut|trim|explain|tell|give|sum|boil|"
    r"simplify|tidy|clean up|polish|swap|strip|drop|uppercase|lowercase|capitali[sz]e|translate|"
    r"title|suggest|find|reformulate|transform|express|present|deliver|bring|shrink|compress|"
    r"spell out|write out|order|list|break|hide|censor|blank out|retell|state|use|add|format"
)
_ORDER = re.compile(
    rf"^\W*(?:(?:please|pls|plz|now|ok(?:ay)?|hey|hi|kindly|just|"
    rf"so|and|then|can you|could you|would you|"
    rf"will you|i want you to|i need you to|i'd like you to|your task is to|your job is to)\W+)"
    rf"{{0,3}}(?:{_VERBS})\b",
    re.I,
)
_FRAGMENT = re.compile(
    r"^\W*(?:less|more|in|into|as|to|without|tl;?\s?dr|headline|title|subject line|one|two|three|"
    r"the gist|key points?|main points?|takeaways?|upper ?case|lower ?case|title case|(?:past|"
    r"present|future|passive|active|third|first|second|formal|casual|polite\w*|short\w*)\b)",
    re.I,
)
_MOST_SURE = 260
_REWRITES = re.compile(
    r"^\W*(?:(?:please|pls|plz|now|ok(?:ay)?|hey|hi|kindly|just|so|and|then|can you|could you|"
    r"would you|will you|i want you to|i need you to)\W+){0,3}"
    r"(?:re-?(?:write|word|phrase|formulate)\b|paraphrase|proofread|correct|fix|polish|tidy|"
    r"clean up|simplify|shorten|trim|negate|anonymi[sz]e|redact|censor|mask|black out|blank out|"
    r"capitali[sz]e|(?:upper|lower)case|expand|spell out|split|join|merge|sort|reverse|swap|"
    r"strip|convert|change|"
    r"transform|replace|remove|delete|drop|make (?:this|it|that|the|my|these)\b|"
    r"(?:turn|put|say|express|write) (?:this|it|that|the|my|these|each)\b)",
    re.I,
)
_SUMMARY = re.compile(
    r"(?<![</])\bsumm?(?:ar(?:y|ies|i[sz]\w*)|ing (?:it|this|that) up)|\bsum (?:this|it|that|"
    r"the|up)\b|"
    r"\btl;?\s?dr\b|\bhead(?:line|ing)\b|\bsubject line\b|"
    r"\b(?:a|the|one|suggest\w*|short|give\w*|fitting|good|what|with) (?:\w+ )?title\b(?! case)|"
    r"\bgist\b|\bnutshell\b|\b(?:key|main|central|important|essential) "
    r"(?:points?|message|ideas?|statements?|takeaways?|facts|news)"
    r"\b|\btake-?aways?\b|\bboil\b.{0,20}"
    r"\bdown\b|\bcondense\b|\brecap\b|\bone-?liner\b|\bbottom line\b|\bexplain (?:this|it|that|the "
    r"(?:text|following|message|notice|news))\b.{0,40}\b(?:child|"
    r"kid|year|old|boss|grand\w+|layman)|"
    r"\bwhat (?:was|is|has been|did they|were) (?:\w+ )?decided?\b",
    re.I,
)
_GIST = re.compile(
    r"\b(?:main|central|key|core) (?:message|point|idea|statement)\b|\bgist\b|\bin a nutshell\b",
    re.I,
)
_BULLETS = re.compile(r"^\W*(?:\w+ ){0,2}bullet(?: point)?s?\b", re.I)
_LABEL = re.compile(
    r"\s*(?:the )?(?:text|mail|e-?mail|message|sentence|note|article|"
    r"draft|letter|input|original|notice|paragraph|"
    r"document|source|content)\s*:\s+(?=\S)",
    re.I,
)
_CASES = re.compile(r"\b(?:upper|lower|title)[- ]?case\b", re.I)
_FIELDS = re.compile(r"\bjson\b|\bcsv\b|\bextract\b|\bfields?\b|\bkeys?\b|\byaml\b|\btable\b", re.I)
PICKS = re.compile(
    r"\b(?:write|list|give|name|find|pick|pull|collect|copy|get|show|take|note|return|output)\b"
    r"(?: \w+){0,2} (?:all|every|each|any|the|only the)(?: \w+){0,2} "
    r"(?:e-?mails?|e-?mail address\w*|address\w*|names?|numbers?|phones?|dates?|times?|amounts?|"
    r"prices?|people|places?|cit(?:y|ies)|items?|figures?|links?|urls?)\b",
    re.I,
)
"""An order to take things out of a text, whatever else it says of their form."""


@dataclass(frozen=True)
class Parts:
    """A message parted in order and text.

    Attributes:
        asked: what stands beside the text.
        span: where the text stands.
    """

    asked: str
    span: Span


def sums_up(asked: str) -> bool:
    """Whether an order asks for the gist, a title or a summary."""
    return bool(_GIST.search(asked) or _SUMMARY.search(asked))


def settled(reading: Reading) -> Reading:
    """The reading, with another task and text where the prompt's own words leave no doubt."""
    users = [i for i, (role, _) in enumerate(reading.prompt.messages) if role == "user"]
    if not users or len(reading.prompt.messages[users[-1]][1]) > _MOST_CHARS:
        return reading
    said = reading.prompt.messages[users[-1]][1]
    asks_of_model = len(said.split()) <= 40 and {"can", "model"} & set(talk.topics(said))
    if asks_of_model and not beyond.holds_text(said) and len(users) == 1:
        return replace(reading, task="chat", labels=(), data=())
    if talk.is_talk(said, has_data=_has_text(reading)) and not reading.labels:
        return replace(reading, task="chat")
    if len(users) > 1 or any(role == "assistant" for role, _ in reading.prompt.messages):
        return reading
    sorts = reading.is_sorting or (reading.task == "classify" and len(reading.labels) >= 2)
    is_open = not reading.prompt.question and not sorts and not is_fact_asked(reading)
    if judging_texts.is_asked(reading, is_open=is_open):
        return replace(reading, task="judge", scale=None, items=(), coded=False)
    if reading.prompt.menu is not None or reading.prompt.examples or reading.prompt.question:
        return reading
    if sorts or (reading.task == "judge" and _has_verdicts(reading)):
        return reading
    if reading.task == "qa" and reading.data and re.search(r"\bwhy\b", reading.question, re.I):
        return (
            replace(reading, task="summarise")
            if limits_asked(reading.prompt.directions).words
            else reading
        )
    parts = _parted(reading, users[-1])
    if parts is None:
        return reading
    asked = parts.asked
    if len(asked) > _MOST_ORDER or (_FIELDS.search(asked) and not _SUMMARY.search(asked)):
        return reading
    if PICKS.search(asked):
        return reading
    ways = ways_asked(asked)
    limits = limits_asked(asked)
    sums = (
        bool(_SUMMARY.search(asked))
        or (limits.words and re.search(r"\bwhy\b", asked, re.I) is not None)
        or (
            bool(limits.sentences)
            and len(asked.split()) < 14
            and not ways
            and reading.task != "extract"
            and not reading.question
        )
        or (bool(_BULLETS.match(asked)) and reading.task not in ("extract", "classify", "qa"))
    )
    if _GIST.search(asked) and reading.task in ("rewrite", "qa", "chat"):
        return _with(reading, "summarise", parts)
    if sums and reading.task != "rewrite" and not (ways and reading.task == "rewrite"):
        return _with(reading, "summarise", parts)
    if ways and (reading.task != "summarise" or not sums):
        if reading.task not in ("rewrite", "chat") and not _rewrites(asked):
            return reading
        return _with(reading, "rewrite", parts)
    if sums:
        return _with(reading, "summarise", parts)
    if reading.task == "rewrite" and not reading.data:
        return _with(reading, "rewrite", parts)
    return reading


def _has_verdicts(reading: Reading) -> bool:
    """Whether a prompt that judges says in capitals which verdicts there are."""
    return len(reading.labels) >= 2 and all(one.name.isupper() for one in reading.labels)


def _has_text(reading: Reading) -> bool:
    return sum(len(text) for text in reading.data) > 60


def _rewrites(asked: str) -> bool:
    """Whether a short order beside the text can only want it said otherwise."""
    pieces = [p.strip() for p in re.split(r"(?<=[.!?:])\s+|\n+", asked)]
    return len(asked) <= _MOST_SURE and any(
        _REWRITES.match(p)
        or (len(p) < 60 and "?" not in asked and _FRAGMENT.match(p))
        or _CASES.search(p)
        for p in pieces
    )


def _opens_with_order(asked: str) -> bool:
    pieces = re.split(r"(?<=[.!?:])\s+|\n+", asked)
    return any(_ORDER.match(p) or _FRAGMENT.match(p) or _CASES.search(p) for p in pieces)


def _with(reading: Reading, task: str, parts: Parts) -> Reading:
    """The reading with a task, and with a text of its own where it had none or had it cut."""
    text = reading.prompt.messages[parts.span.message][1]
    mine = text[parts.span.start : parts.span.end]
    held = " ".join(reading.data)
    spans = reading.prompt.spans
    is_of_order = (  # a piece of the order before the colon was taken for text
        len(spans) > 1
        and spans[0].message == parts.span.message
        and spans[0].end < parts.span.start
        and text[: parts.span.start].rstrip().endswith(":")
    )
    if held.strip() and not is_of_order and (len(spans) > 1 or abs(len(held) - len(mine)) < 3):
        return replace(reading, task=task)
    units = tuple(
        replace(
            unit,
            is_data=unit.message == parts.span.message
            and unit.start >= parts.span.start
            and unit.end <= parts.span.end + 2,
        )
        for unit in reading.prompt.units
    )
    prompt: Prompt = replace(reading.prompt, spans=(parts.span,), units=units)
    return replace(reading, task=task, prompt=prompt, data=(mine,))


def _parted(reading: Reading, last: int) -> Parts | None:
    """Order and text of the last user message."""
    said = reading.prompt.messages[last][1]
    system = " ".join(t for role, t in reading.prompt.messages if role in ("system", "developer"))
    found = _by_form(said)
    if found is None and system and _opens_with_order(system) and said.strip():
        return Parts(system, _trimmed(said, 0, len(said), last))
    if found is not None:
        start, end = found
        beside = f"{said[:start]} {said[end:]}".strip()
        return Parts(f"{system} {beside}".strip(), _trimmed(said, start, end, last))
    spans = [span for span in reading.prompt.spans if span.message == last]
    if spans:
        asked = " ".join(reading.prompt.instructions) or reading.prompt.directions
        return Parts(asked, Span(last, spans[0].start, spans[-1].end))
    return None


def _trimmed(text: str, start: int, end: int, message: int) -> Span:
    raw = text[start:end]
    label = _LABEL.match(raw)
    left = label.end() if label else len(raw) - len(raw.lstrip())
    return Span(message, start + left, max(start + left + 1, start + len(raw.rstrip())))


def _by_form(said: str) -> tuple[int, int] | None:
    """Where the text stands, by quotes, a colon, a blank line, or an order at either end."""
    quotes = [m for m in _QUOTE.finditer(said) if len(m[1].split()) >= 2]
    if quotes:
        whole = max(quotes, key=lambda m: len(m[1]))
        beside = f"{said[: whole.start()]}\n{said[whole.end() :]}"
        if len(beside) < _MOST_ORDER and (_opens_with_order(beside) or _SUMMARY.search(beside)):
            return whole.start(1), whole.end(1)
    return _by_blank_line(said) or _by_colon(said) or _by_line(said)


def _by_blank_line(said: str) -> tuple[int, int] | None:
    parts = [m for m in re.finditer(r"\S(?:[^\n]|\n(?!\s{0,40}\n))*", said)]
    if len(parts) < 2:
        return None
    first, last = _is_order(parts[0][0]), _is_order(parts[-1][0])
    if first:
        return parts[1].start(), len(said)
    if last:
        return 0, parts[-2].end()
    return None


def _by_colon(said: str) -> tuple[int, int] | None:
    for mark in re.finditer(r":\s+(?=\S)|:(?=[\"“'])", said[:400]):
        if _is_order(said[: mark.start()]):
            return mark.end(), len(said)
    return None


def _by_line(said: str) -> tuple[int, int] | None:
    head, _, rest = said.strip().partition("\n")
    if rest.strip() and _is_order(head):
        return said.find(rest), len(said)
    body, _, tail = said.rstrip().rpartition("\n")
    if body.strip() and _is_order(tail):
        return 0, len(body)
    return None


def _is_order(piece: str) -> bool:
    piece = piece.strip()
    if len(piece) > _MOST_ORDER:
        return False
    if _ORDER.match(piece) or _SUMMARY.search(piece) or ways_asked(piece):
        return len(piece) < 240 or bool(_ORDER.match(piece))
    return bool(_FRAGMENT.match(piece)) and len(piece) < 80
