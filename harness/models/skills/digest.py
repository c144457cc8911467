"""Short versions in whole clauses: one sentence, a title, bullets, within the words asked for.

Runs in the model worker; texts are hostile and only read. The order and the text are told apart by
their form; a sentence that is too long loses clauses from its end, never an article. What fools it:
news told in hints.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.faults import Luck, Pressure
from harness.models.features import Bank
from harness.models.needles import has_any
from harness.models.reading import Reading
from harness.models.skills import condense, summarise
from harness.models.skills.digest_cut import bare, cut, one_sentence, title_of
from harness.models.skills.digest_decided import asks_decided, decided, formless
from harness.models.skills.lengths import Limits, limits_asked
from harness.models.skills.outcome import Outcome
from harness.models.skills.rewriting_forms import begun
from harness.models.skills.rewriting_orders import is_for_a_child
from harness.models.skills.summarising_lines import halved
from harness.models.skills.summarising_rank import ranked_by_news, unlike
from harness.models.skills.summarising_voice import told_of
from harness.models.skills.summarising_words import to_mention

_MOST_CHARS = 8_000
_LEAST_TEXT = 12
_ASKS = re.compile(
    r"\b(?:summar\w+|tl;?\s?dr|sum(?:s|med)? up|recap|gist|condense|headline|subject line|"
    r"one-?liner|"
    r"main (?:message|point|idea)s?|key (?:points?|takeaways?|facts)|take-?aways?|short version|"
    r"in a nutshell|bottom line|"
    r"boil\w* (?:it )?down|what (?:was|were|has been) decided|what (?:does|do) (?:this|the|"
    r"these) \w+ (?:say|report))\b|"
    r"\b(?:write|give|suggest|find|propose|make)\b[^.\n]{0,30}\btitle\b|^\W{0,3}(?:bullet|"
    r"bullets)\b",
    re.I,
)
_ASK_WORDS = (
    "summar", "tl", "sum up", "sums up", "summed up", "recap", "gist", "condense", "headline",
    "subject line", "liner", "main message", "main point", "main idea", "key point", "key take",
    "key facts", "takeaway", "take-away", "short version", "nutshell", "bottom line", "boil",
    "what was decided", "what were decided", "what has been decided", "what does", "what do",
    "title", "bullet",
)  # fmt: skip
"""One of them stands in whatever _ASKS finds."""
_MAY_ASK = re.compile(
    rf"{_ASKS.pattern}|\bsum (?:this|it|that|these|them|the \w+) up\b|"
    r"\bimportant (?:facts?|points?|things)\b|\bbullet points?\b|\bbullets\b|"
    r"\bin (?:one|1|a single|two|2|three|3)(?: (?:short|plain|simple|clear))? sentences?\b",
    re.I,
)
"""What orders a short version where the prompt was read as asking for one."""
_MAY_ASK_WORDS = (*_ASK_WORDS, "sum ", "important", "sentence")
_TITLE = re.compile(r"\b(?:headline|title|subject line)\b", re.I)
_BULLETS = re.compile(r"\bbullet\w*\b|\b(?:key|main) points\b|\btake-?aways\b|\bkey facts\b", re.I)
_ONE = re.compile(
    r"\b(?:one-?liner|tl;?\s?dr|nutshell|main (?:point|message|idea)|bottom line|gist|one[- ]line|"
    r"what (?:was|were|has been) decided)\b",
    re.I,
)
_OTHER = re.compile(
    r"\b(?:each|every|both|respectively|exactly|precisely|translate|german|french|spanish|italian|"
    r"rhyme|haiku|poem|tweet|emoji|"
    r"formal|casual|five-year-old|year[- ]old|child\w*|kids?|simple words|do not mention|"
    r"don't mention|without mentioning|"
    r"why|names?|keywords?|table|csv|characters?|letters|first|start with|begin with|end with|"
    r"compare|difference|tone|style|which|better|faithful\w*|supported|correct|match\w*|judge|"
    r"grade|score|rate|check)\b",
    re.I,
)
_EXACT = re.compile(
    r"\b(?:exactly|precisely) (?=(?:one|two|three|four|five|\d) (?:\w+ )?(?:sentences?|bullets?|"
    r"points?)\b)",
    re.I,
)
_REPLIES = re.compile(
    r"\b(?:reply|respond|answer|write back|sign)\b (?:(?:to|as|it|off) )?(?:this|the|"
    r"that|my|as|an?|[\"“])"
    r"[^.\n]{0,24}(?:customer|client|mail|message|guest|tenant|review|complaint|letter|team|as)\b|"
    r"\b(?:write|draft|compose) (?:me )?(?:an? )?(?:\w+ ){0,3}(?:reply|response|answer|"
    r"e-?mail|letter)\b",
    re.I,
)
_TAGS = re.compile(r"<([a-z_]{3,20})>\s*([\s\S]{20,7000}?)\s*</\1>", re.I)
_HEAD = re.compile(
    r"^\W{0,3}(?:the )?(?:text|article|e-?mail|message|notes?|transcript|document|thread|story|"
    r"review|report|notice|minutes|"
    r"post|passage|input|chat|conversation|ticket|news|abstract|letter)(?: to \w+)?\s?:\s*",
    re.I,
)
_TAIL = re.compile(
    r"\n[^\n]{0,20}\b(?:summary|title|headline|tl;?dr|bullets|subject(?: line)?)\b[^\n]{0,60}:\s*$",
    re.I,
)
_SPEAKS = re.compile(r"(?:^|(?<=\s))([A-ZÀ-Ý][a-zà-ÿ]+(?: [A-ZÀ-Ý][a-zà-ÿ]+)?): ")
_OUTCOME = re.compile(
    r"\b(?:warn\w*|conclu\w+|suggest\w*|however|therefore|as a result|result\w*|costl?y?|costs?|"
    r"recommend\w*|means that|may help)\b",
    re.I,
)


@dataclass(frozen=True)
class Digest:
    """What is to be shortened and how."""

    order: str
    text: str
    limits: Limits


def asked_digest(reading: Reading) -> Digest | None:
    """The short version that a prompt's form asks for; None where the form leaves that open."""
    messages = reading.prompt.messages
    if any(role == "assistant" for role, _ in messages):
        return None
    if sum(len(text) for _, text in messages) > _MOST_CHARS:
        return None
    is_read_so = reading.task == "summarise"
    asks, words = (_MAY_ASK, _MAY_ASK_WORDS) if is_read_so else (_ASKS, _ASK_WORDS)
    if not any(has_any(text, words) and asks.search(text) for _, text in messages):
        return None
    if reading.task in ("classify", "extract", "judge"):
        return None
    found = _parted(messages, asks)
    if found is None:
        return None
    order, text = found
    if (
        not asks.search(order)
        or _OTHER.search(_EXACT.sub(" ", formless(order)))
        or len(order.split()) > 60
        or is_for_a_child(order)
        or _REPLIES.search(order)
    ):
        return None
    if len(text.split()) < _LEAST_TEXT or to_mention(order) is not None:
        return None
    limits = limits_asked(order)
    if limits.exact and not re.search(
        r"\b(?:max|most|more than|up to|under|within|limit)\b", order, re.I
    ):
        return None
    return None if limits.characters else Digest(order, text, limits)


def _parted(messages: tuple[tuple[str, str], ...], asks: re.Pattern[str]) -> tuple[str, str] | None:
    """(order, text) of a prompt."""
    system = "\n".join(text for role, text in messages if role != "user")
    user = "\n\n".join(text for role, text in messages if role == "user").strip()
    tagged = _TAGS.search(user)
    if tagged:
        return f"{system}\n{_TAGS.sub(' ', user)}", tagged[2]
    tail = _TAIL.search(user)
    order = tail[0] if tail else ""
    user = user[: tail.start()] if tail else user
    pieces = [p.strip() for p in re.split(r"\n[ \t]*\n", user) if p.strip()]
    orders = [bool(asks.search(p)) and len(p.split()) <= 45 and not _HEAD.match(p) for p in pieces]
    if system and asks.search(system):
        texts = [p for p, a in zip(pieces, orders, strict=True) if not (a and len(pieces) > 1)]
        return f"{system}\n{order}", _freed("\n\n".join(texts))
    at = next((i for i in (0, len(pieces) - 1) if pieces and orders[i]), -1)
    if len(pieces) == 1 and at == 0:
        head = re.match(
            r"([^\n]{8,160}[:.?!)])\s*\n([\s\S]+)$|([^:\n]{8,160}:)\s+(\S[\s\S]+)$", pieces[0]
        )
        if head and asks.search(head[1] or head[3]):
            return f"{system}\n{head[1] or head[3]}\n{order}", _freed(head[2] or head[4])
        return None
    if at < 0:
        return (f"{system}\n{order}", _freed("\n\n".join(pieces))) if order and pieces else None
    rest = pieces[:at] + pieces[at + 1 :]
    short = [
        p
        for p in rest
        if len(p.split()) <= 12
        and re.match(r"\W*(?:only|no |just|reply|return|output|answer)\b", p, re.I)
    ]
    kept = [p for p in rest if p not in short]
    return (
        (f"{system}\n{pieces[at]}\n{order}\n" + "\n".join(short), _freed("\n\n".join(kept)))
        if kept
        else None
    )


def _freed(text: str) -> str:
    text = _HEAD.sub("", text.strip(), count=1).strip()
    return text[1:-1].strip() if len(text) > 2 and text[0] in '"“' and text[-1] in '"”' else text


def digest(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """The short version that a prompt's form asks for; None where it asks for none."""
    asked = asked_digest(reading)
    if asked is None:
        return None
    if asks_decided(asked.order) and (lines := decided(asked.text, asked.limits.sentences)):
        if len(lines) < asked.limits.sentences:
            return None
        mark = "- " if _BULLETS.search(asked.order) else ""
        said = "\n".join(f"{mark}{line}." for line in lines)
        return Outcome(said, said, task="summarise")
    if asks_decided(asked.order) and formless(asked.order) != asked.order:
        return None
    passages = _passages(asked.text)
    passages = [p for p in passages if len(p.split()) > 2] or passages
    if not passages:
        return None
    if _TITLE.search(asked.order):
        passages = [condense.without_aside(passage) for passage in passages]
        line = title_of(passages, ranked_by_news(bank, passages, asked.order, None), asked.limits)
        return Outcome(line, line, task="summarise") if line else None
    count = asked.limits.sentences or _usual(passages, asked)
    ranked = _ranked(bank, passages, asked.order, is_many=count > 2)
    chosen = _chosen(bank, passages, ranked, count, asked.limits.words)
    if not chosen:
        return None
    faults: tuple[str, ...] = ()
    if not asked.limits.words:
        chosen, faults = summarise.with_extra(
            passages, chosen, asked.text, pressure, luck, is_full=bool(asked.limits.sentences)
        )
    chosen = told_of(chosen, asked.order, asked.text)
    lines = [line if line.endswith((".", "!", "?")) else f"{line}." for line in chosen]
    said = "\n".join(f"- {x}" for x in lines) if _BULLETS.search(asked.order) else " ".join(lines)
    if re.search(r"\bnumbered\b", asked.order, re.I):
        said = "\n".join(f"{i}. {x}" for i, x in enumerate(lines, 1))
    return Outcome(said, said, faults=faults, task="summarise")


def _ranked(bank: Bank, passages: list[str], order: str, *, is_many: bool) -> list[int]:
    """The sentences, first what happens, is asked for or costs something."""
    ranked = ranked_by_news(bank, passages, order, None)
    worth = {i: -0.09 * place for place, i in enumerate(ranked)}
    for i, passage in enumerate(passages):
        worth[i] += 0.3 * bool(_REQUEST.search(passage)) + 0.12 * (
            is_many and bool(_EVENT.search(passage))
        )
        worth[i] -= 0.25 * bool(_FILLER.search(passage)) + 0.6 * bool(_PLANTED.match(passage))
        worth[i] -= 0.3 * (is_many and bool(_OWNS.match(passage)))
    return sorted(range(len(passages)), key=lambda i: (-worth[i], i))


_REQUEST = re.compile(
    r"\b(?:would like (?:to|you)|i(?:'d| would) like|we(?:'d| would) like|we (?:need|ask|request|"
    r"want) |i (?:need|ask|want) |could you|"
    r"can you (?!confirm|tell)|please (?:let|send|tell|confirm|change|move|cancel|extend|refund|"
    r"call))",
    re.I,
)
_OWNS = re.compile(
    r"\W*(?:i|we)(?:['’]ve| have)? (?:had|owned|bought|ordered|purchased|been using) "
    r"(?:it|this|these|the|mine|my)\b",
    re.I,
)
_EVENT = re.compile(
    r"\b(?:elect\w*|rises?|rose|raised|increases?|increased|increasing|falls?|fell|drop\w*|new|costs?|fee|price|"
    r"because|shows?|shown|found|extended|changed?|"
    r"replaced?|sends?|sending|must|not allowed|costly)\b",
    re.I,
)
_PLANTED = re.compile(
    r"\W*(?:ignore|disregard|forget) (?:all|any|the|your|previous)\b|\W*(?:note|"
    r"message) to (?:the )?(?:ai|"
    r"model|assistant)\b",
    re.I,
)
_FILLER = re.compile(
    r"\b(?:met on|sorry for|confirm (?:that )?(?:this|it)|let me know|any questions|"
    r"thanks|hope|regards|nice)\b",
    re.I,
)


def _usual(passages: list[str], asked: Digest) -> int:
    """How many sentences where the order names no number."""
    if _BULLETS.search(asked.order):
        return min(3, len(passages))
    if _ONE.search(asked.order) or 0 < asked.limits.words <= 30:
        return 1
    if asked.limits.words:
        return 2
    return max(1, min(3, (len(passages) + 1) // 3))


def _passages(text: str) -> list[str]:
    """The sentences of a text; of a chat what is said, without who says it where that is told."""
    text = summarise.without_head(text)
    turns = list(_SPEAKS.finditer(text))
    if len(turns) >= 2 and turns[0].start() <= 2:
        said = []
        for i, mark in enumerate(turns):
            stop = turns[i + 1].start() if i + 1 < len(turns) else len(text)
            said.append(_reported(mark[1], text[mark.end() : stop].strip()))
        return said
    return [
        re.sub(r"^[A-Z][\w ]{2,30}: (?=[A-Z][a-z]+ [a-z0-9])", "", p) if len(p.split()) > 6 else p
        for p in summarise.sentences_of(text)
    ]


def _reported(who: str, said: str) -> str:
    if not re.search(r"\b(?:i|i'm|i'll|we|my|our|me|us|you|your)\b", said, re.I):
        return begun(said)
    told = re.sub(
        r"\b[Ii] am\b|\b[Ii]'m\b",
        "is",
        re.sub(r"^(?:ok|yes|no|sure|hi|hello),? ", "", said, flags=re.I),
    )
    first = re.match(
        r"I (will|can|must|should|would|have|called|sent|found|fixed|booked|ordered|moved|"
        r"[a-z]+ed)\b",
        told,
    )
    if first:
        verb = "has" if first[1] == "have" else first[1]
        rest = re.sub(r"\bmy\b", "their", re.sub(r"\bme\b", "them", told[first.end() :]))
        return f"{who} {verb}{rest}"
    return f"{who}: {said}"


def _chosen(
    bank: Bank, passages: list[str], ranked: list[int], count: int, words: int
) -> list[str]:
    """The sentences, each cut to its share of the words."""
    if count == 1:
        return [one] if (one := one_sentence(passages, ranked, words)) else []
    worth = [i for i in ranked if _OUTCOME.search(passages[i])]
    order = [ranked[0], *[i for i in worth if i != ranked[0]][:1]]
    order += [i for i in ranked if i not in order]
    spread = unlike(bank, passages, order, count)
    lines = [bare(passages[i]) for i in spread]
    if len(lines) < count and (longer := halved(lines)):
        lines = longer
    if words and sum(len(x.split()) for x in lines) > words:
        lines = [cut(line, words // len(lines)) for line in lines]
    return [line for line in lines if line]
