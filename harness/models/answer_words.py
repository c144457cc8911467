"""The words that an order allows for an answer, wherever they stand: `Reply SPAM or NOT_SPAM only`.

Runs in the model worker (zone G); the text is hostile; every repeat is bounded. A run of names
counts where a verb or noun of choosing stands close before it, or where all of it is written as
codes are. The label for what fits none ("if nothing fits write NONE") is found here, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from harness.models.labels import Label
from harness.models.reading import Reading

_MOST_CHARS = 6_000
_CODE = (
    r"(?:[A-Z][A-Z0-9]{0,20}(?:[_+-][A-Z0-9]{1,20}){0,3}|[a-z][a-z0-9]{0,"
    r"20}(?:[_-][a-z0-9]{1,20}){1,3})"
)
_NAME = (
    rf"(?:[\"“'`](?:[\w-]{{1,24}}(?: [\w-]{{1,20}}){{0,2}})[\"”'`]|{_CODE}|[A-Za-z][\w-]{{0,20}})"
)
_ITEM = rf"{_NAME}(?: ?\([^()\n]{{2,80}}\)| ?= ?[^,;/|\n.=]{{3,60}})?"
_JOIN = r"(?: ?, ?(?:or |and )?| ?/ ?| ?\| ?| ?; ?(?:or )?| or | oder | ou | o | and )"
_RUN = re.compile(rf"(?<![\w/-])(?P<list>{_ITEM}(?:{_JOIN}{_ITEM}){{1,11}})(?![\w/-])")
_PART = re.compile(
    rf"(?P<name>{_NAME})(?: ?\((?P<meaning>[^()\n]{{2,80}})\)| ?= ?(?P<told>[^,;/|\n.=]{{3,60}}))?"
)
_LEADS = re.compile(
    r"\b(?:antworte\w*|schreib\w*|nur mit|responde|contesta|réponds|répondez|rispondi|which "
    r"of (?:these|them|the following)\b(?=[^?\n]{0,60}\?)|"
    r"repl(?:y|ies)|answers?|respond|outputs?|return|write|say|give|assign|mark|label|labels|"
    r"tag|tags|"
    r"choose|pick|use|route|sort|classif\w+|decide|file|allowed|options?|queues?|categor\w+|teams?|"
    r"classes|severity|priority|verdicts?|one of|either|print|put|set|flag|rate|bins?|"
    r"buckets?|kinds?|"
    r"types?|levels?|grades?|intents?|codes?|state|announce|as|words?|departments?|folders?)\b"
    r"(?: [\w'’-]{1,14}){0,8}?[\s:=(?[-]{0,4}(?:[\"“'`])?$",
    re.I,
)
_STRONG = re.compile(
    r"\b(?:labels?|tags?|categor\w+|classes|queues?|teams?|options?|one of|either|buckets?|"
    r"departments?|folders?|"
    r"which of (?:these|them|the following))\b[^.\n]{0,70}$",
    re.I,
)
_ALL_CODES = re.compile(rf"^{_CODE}$")
_REST = (
    re.compile(
        r"(?i:\b(?:if|when|where|in case|should)\b[^.;:\n]{0,24}\b(?:none|nothing|neither|no "
        r"(?:\w+|one)|"
        r"unclear|unsure|not sure|doesn'?t fit|does not fit|don'?t fit|fits? (?:none|nothing|"
        r"neither|nowhere))\b"
        r"[^.;:\n]{0,40}?(?:[,:]|->|→|=|\bthen\b)?\s*(?:please )?(?:write|say|use|output|"
        r"answer|reply|"
        r"return|give|put|labels?|choose|pick|send|route|mark|tag|print|it is|it's)(?: "
        r"it)?(?: as| to| with)?) "
        r"[\"“'`]?(?P<name>[A-Z][A-Z0-9_-]{1,20}|[A-Za-z]+)[\"”'`]?(?=[\s.,;)]*(?:$|[.\n;,)]|"
        r"one word))",
    ),
    re.compile(
        r"\b(?:or|and|,|else|otherwise)\s+(?:just |with |simply |write |say |use "
        r")?[\"“'`]?(?P<name>[\w-]{2,20})[\"”'`]? "
        r"(?:if|when|where|for)\s+(?:it |they |the \w+ )?(?:fits? |is |are |match\w* "
        r")?(?:none|nothing|neither|no |"
        r"anything else|everything else|the rest|all else|something else)",
        re.I,
    ),
    re.compile(
        r"(?i:\b(?:otherwise|(?:everything|anything|all) else|the rest)\b\s?(?:,|:|=|->|is|"
        r"goes to|gets)?\s?"
        r"(?:write |say |use |output |answer |put )?)[\"“'`]?(?P<name>[A-Z][A-Z0-9_-]{1,20})\b",
    ),
)
_NO_NAME = frozenset(
    """
    the a an it this that these those one none please only just exactly and or if when with for to
    of in on yes no not nothing else word words label labels text mail message answer reply json is
    are     fits fit apply applies write say use output by as me you your number only either
    """.split()
)
_REST_NAME = re.compile(
    r"^(?:other\w*|sonstig\w*|ander\w*|otr[oa]s?|autres?|altro|inne|none|misc\w*|n/?a|unknown|"
    r"neither|nothing|general|else|no_?\w*|unclear)$",
    re.I,
)


@dataclass(frozen=True)
class Offer:
    """A run of words to answer with.

    Attributes:
        labels: in the order of the prompt, with what stands in brackets behind them.
        start: where it begins in the text that was looked at.
        end: where it ends.
    """

    labels: tuple[Label, ...]
    start: int
    end: int


def offered(text: str) -> Offer | None:
    """The run of names in a text that most looks like the words to answer with."""
    best: tuple[int, Offer] | None = None
    head = text[:_MOST_CHARS]
    letters = [c for c in head if c.isalpha()]
    if letters and sum(c.isupper() for c in letters) * 2 > len(letters):
        return None  # where all is shouted, capitals mark nothing
    for run in _RUN.finditer(head):
        offer = _offer_of(head, run)
        if offer is None:
            continue
        codes = all(_ALL_CODES.match(one.name) for one in offer.labels)
        led = bool(_LEADS.search(head[max(0, offer.start - 70) : offer.start]))
        if not codes and not led:
            continue
        if not codes and any(len(one.name) < 2 for one in offer.labels):
            continue
        strong = led and _STRONG.search(head[max(0, offer.start - 80) : offer.start])
        worth = 2 * codes + led + bool(strong)
        if best is None or worth > best[0]:
            best = (worth, offer)
    return best[1] if best and best[0] >= 2 else None


def _offer_of(head: str, run: re.Match[str]) -> Offer | None:
    parts = [
        m
        for m in _PART.finditer(run["list"])
        if m["name"].lower() not in ("or", "and", "oder", "ou", "o")
    ]
    while parts and parts[0]["name"].lower() in _LEAD_WORDS:
        parts = parts[1:]
    labels: list[Label] = []
    for part in parts:
        name = part["name"].strip("\"“”'`")
        if (name.lower() in _NO_NAME and not name.isupper()) or name.lower() in _FORMS:
            return None
        labels.append(Label(name, (part["meaning"] or part["told"] or "").strip()))
    if len(labels) < 2 or len({one.name.lower() for one in labels}) < len(labels):
        return None
    start = run.start("list") + parts[0].start()
    return Offer(tuple(labels), start, run.end("list"))


_IN_BRACKETS = re.compile(
    r"(?:\b(?:an?|the|is|as|or|for|and|,)\s)?(?P<meaning>[a-z][\w'’-]{1,20}(?: [\w'’-]{1,"
    r"20}){0,2}?) "
    r"\((?P<name>[A-Z]{1,3}\d?)\)"
)


def _bracketed(text: str) -> Offer | None:
    """`a fruit (F) or a tool (T)`: what is meant, and its code behind it in brackets."""
    marks = list(_IN_BRACKETS.finditer(text[:_MOST_CHARS]))[:12]
    names = [m["name"] for m in marks]
    if len(marks) < 2 or len(set(names)) < len(names) or marks[-1].end() - marks[0].start() > 300:
        return None
    gaps = [text[a.end() : b.start()] for a, b in pairwise(marks)]
    if not all(
        re.fullmatch(r"\s*(?:,|;|or|and|, or|/)?\s*(?:an?|the|if it is an?)?\s*", gap)
        for gap in gaps
    ):
        return None
    if not _SORTING.search(text[:_MOST_CHARS]):
        return None
    meant = [re.sub(r"^(?:an?|the|is|are|or|for|it|whether|as) ", "", m["meaning"]) for m in marks]
    labels = tuple(Label(name, what) for name, what in zip(names, meant, strict=True))
    return Offer(labels, marks[0].start(), marks[-1].end())


_SORTING = re.compile(
    r"\b(?:decide|label|mark|tag|sort|classify|code|say|whether|each|which|write|answer|letter)\b",
    re.I,
)
_FORMS = frozenset(
    "dd mm yyyy yy hh ss json csv yaml xml am pm usd eur gbp utc html pdf md markdown "
    "tsv sql".split()
)
_LEAD_WORDS = frozenset(
    "reply answer output say write with as labels tags either only label tag".split()
)


def rest_name(text: str) -> str:
    """The label for what fits none of the others, as the prompt writes it; empty without one."""
    for pattern in _REST:
        for found in pattern.finditer(text[:_MOST_CHARS]):
            name = found["name"]
            if name.isupper() or _REST_NAME.match(name) or name.lower() == "none":
                if name.lower() not in _NO_NAME or name.lower() == "none" or name.isupper():
                    return name
    return ""


def with_rest(reading: Reading) -> Reading:
    """The reading with the label for what fits none, where the prompt names one."""
    if reading.task != "classify" or len(reading.labels) < 2 or reading.scale is not None:
        return reading
    told = "\n".join(t for role, t in reading.prompt.messages if role != "assistant")[:_MOST_CHARS]
    for text in reading.data:
        told = told.replace(text, " ")
    name = rest_name(told)
    known = {one.name.lower() for one in reading.labels}
    if not name or name.lower() in known:
        return reading
    return replace(reading, labels=(*reading.labels, Label(name, "none of these, something else")))


def worded(reading: Reading) -> Reading:
    """The reading with the words to answer with as labels, where it found none.

    The text to sort is what was read as data, the longest quotation, or what the message holds
    beside the order.
    """
    messages = reading.prompt.messages
    said = messages[-1][1]
    coded = _bracketed(said)
    if coded and {one.name for one in reading.labels} != {one.name for one in coded.labels}:
        text = _text_beside(said, coded)
        if len(text.split()) >= 2:
            return replace(reading, task="classify", labels=coded.labels, data=(text,), coded=True)
    if len(reading.labels) >= 2 and reading.task == "classify":
        return _explained(reading, said)
    system = "\n".join(t for role, t in messages[:-1] if role in ("system", "developer"))
    for where, is_own in ((said, True), (system, False)):
        offer = offered(where) if where else None
        if offer is None:
            continue
        text = _text_beside(said, offer if is_own else None)
        if len(text.split()) < 2:
            continue
        return replace(
            reading, task="classify", labels=offer.labels, data=(text,), question="",
            coded=all(one.definition for one in offer.labels),
        )  # fmt: skip
    return reading


def _explained(reading: Reading, said: str) -> Reading:
    """The labels with what stands in brackets behind them where the prompt offers them."""
    if any(one.definition for one in reading.labels):
        return reading
    offer = offered(said)
    if offer is None or [one.name for one in offer.labels] != [one.name for one in reading.labels]:
        return reading
    return replace(reading, labels=offer.labels)


_LABEL = re.compile(
    r"^\W*(?:text|mail|e-?mail|message|msg|ticket|note|review|input|tweet|post|comment|"
    r"sentence|log)\b"
    r"[^:\n]{0,12}:\s*",
    re.I,
)


def _text_beside(said: str, offer: Offer | None) -> str:
    quotes = [m[1] for m in re.finditer(r"[\"“„«]{1,3}\s*([^\"“”„«»]{8,5000})[\"”»“]", said)]
    if quotes:
        return max(quotes, key=len).strip()
    if offer is None:
        return _LABEL.sub("", said.strip())
    pieces = re.split(r"(?<=[.!?:])\s+|\n+", said)
    kept: list[str] = []
    at = 0
    for piece in pieces:
        start = said.find(piece, at)
        end = start + len(piece)
        at = end
        holds = start < offer.end and end > offer.start
        order = re.match(
            r"\W*(?:only|just|one|no|nothing|answer|reply|give|output|label|classify|sort|code)\b",
            piece,
            re.I,
        )
        if not holds and not (order and len(piece.split()) <= 6):
            kept.append(piece.strip())
    return _LABEL.sub("", " ".join(kept).strip())
