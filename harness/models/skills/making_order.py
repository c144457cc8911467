"""Where the order of a prompt lies and where the text it is to be done on.

Runs in the model worker; the text is hostile: capped, every pattern is bounded. The reader's own
parting is not asked: an order about letters, lists or tables is known by its words, and the text
by fence, tag, quotes, colon, arrow, blank line or line, tried in this order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from harness.models.reading import Reading

MOST_CHARS = 12_000
MOST_ORDER = 600
GAP = " … "
_FENCE = re.compile(
    r"(?:^|\n)[ \t]{0,3}(```|~~~)[\w+-]{0,20}[ \t]*\n(?P<text>.*?)\n?[ \t]{0,3}\1", re.S
)
_INLINE_FENCE = re.compile(r"```(?P<text>[^`\n]{1,2000})```|`(?P<code>[^`\n]{1,400})`")
_TAG = re.compile(r"<(?P<name>[A-Za-z_][\w-]{0,30})>\s*?\n?(?P<text>.*?)\n?\s*?</(?P=name)>", re.S)
_RULED = re.compile(r"(?:^|\n)[ \t]*(?:-{3,}|={3,}|\*{3,}|_{3,}|#{3,}|<{3,}|>{3,})[ \t]*(?=\n|$)")
_TRIPLE = re.compile(r"\"\"\"\s*?\n?(?P<text>.*?)\n?\s*?\"\"\"|'''(?P<single>.*?)'''", re.S)
_QUOTE = re.compile(
    r"\"(?P<a>[^\"\n]{1,4000})\"|“(?P<b>[^”\n]{1,4000})”|"
    r"«(?P<c>[^»\n]{1,4000})»|„(?P<d>[^“”\n]{1,4000})[“”]"
    r"|(?<![\w'])'(?P<e>(?:[^'\n]|(?<=\w)'(?=\w)){1,2000})'(?!\w)|‘(?P<f>[^’\n]{1,2000})’"
)
_LONG_QUOTE = re.compile(r"[\"“«„](?P<text>[^\"“”«»„]{2,8000})[\"”»“]")
_BLOCK = re.compile(
    r"\{\s{0,20}[\"'][^\0]{1,6000}\}|\[\s{0,20}(?:\{[^\0]{1,6000}\}\s{0,20}|[^\[\]\n]{1,3000})\]"
)
_LABEL = re.compile(
    r"\s*(?:(?:the|here is(?: the)?|here's(?: the)?|my) )?(?:text|string|"
    r"words?|sentence|list|items|"
    r"input|data|phrase|table|csv|json|yaml|numbers|paragraph|passage|"
    r"message|note|mail|e-?mail|product text|"
    r"letter)[ \t]*:[ \t]*\n?",
    re.I,
)
_ARROW = re.compile(r"\s(?:->|=>|→|—|–|-|//|\|)\s+(?=[a-z])", re.I)
_VERBS = (
    r"sort|order|arrange|rank|alphabeti[sz]e|reverse|remove|delete|drop|"
    r"strip|take|keep|filter|list|give|write|print|"
    r"return|output|show|make|turn|convert|change|put|transform|replace|"
    r"swap|spell|join|merge|combine|split|count|"
    r"number|dedupe|deduplicate|eliminate|throw|cut|pick|select|find|name|"
    r"tell|capitali[sz]e|uppercase|lowercase|format|"
    r"rewrite|render|express|present|transpose|flip|add|append|prefix|"
    r"prepend|insert|wrap|say|repeat|mirror|shift|"
    r"encode|decode|encrypt|decrypt|apply|do|use|set|type|get|extract|clean|"
    r"tidy|bring|build|create|produce|state|translate|"
    r"mach|mache|setz|setze|schreib|schreibe|sortiere|gib|nenne|ersetze|"
    r"zähle|wandle|wandel|formuliere|formulier|ändere|ordne|bring|"
    r"wiederhole|drehe?|"
    r"rotate|fill|wrap|make|negate|rephrase|reword|paraphrase|pretty|minify|compact|reply|respond|redact|anonymi[sz]e|pseudonymi[sz]e|mask|hide|censor|black|blank|"
    r"substitute|exchange|rename|leave|double|halve|triple|multiply|divide|"
    r"increase|raise|reduce|lower|round|interleave|zip|sound|speak|write|"
    r"say|talk|compute|"
    r"determine|identify|collect|pull|enumerate|bullet|itemi[sz]e|shuffle|"
    r"pad|trim|rearrange|group|invert|toggle|omit|erase|cross"
)
_BEGINS = re.compile(
    r"^\W{0,6}(?:(?:please|pls|bitte|now|then|and|also|just|only|ok(?:ay)?|"
    r"so|hi|hey|hello|first|next|finally|quick(?:ly)?|can (?:you|u)|could (?:you|u)|"
    r"would you|"
    r"will you|i want you to|i need you to|i'd like you to|you should|you "
    r"must|always|your (?:job|task) is to|task|order|instruction|i need|i "
    r"want|i'd like)\b[ ,:]{0,2}){0,4}"
    rf"(?:(?:{_VERBS})\b|(?:which|what|how|is|are|does|do|has|have|where|"
    r"who)\b|(?:as|in|into|to|with|without|by|no|one|each|all|sorted|"
    r"md|cols?|columns?|headers?|keys|fields|reversed|backwards|"
    r"alphabetical\w*|alphabetically|numbered|bulleted|comma|json|yaml|csv|"
    r"markdown|table|duplicates?|unique|deduped?|from|same|"
    r"reverse|upper|lower|title|longest|shortest|first|last|every|the "
    r"(?:first|last|third|second|number|words|letters|longest|shortest))\b)",
    re.I,
)
_OTHER_WORK = re.compile(
    r"\b(?:classif\w+|categori[sz]\w+|categor(?:y|ies) (?:for|of|is|does|"
    r"fits)|label (?:the|this|it|each|them|as|for|of)|labels|labell?ed|"
    r"sentiment|intents?|summar\w+|tl;?dr|fields?|urgen\w+|priorit\w+|"
    r"(?:which|what) (?:team|department|queue|tray|folder)|answer the "
    r"question|question:|rate (?:the|this|how)|score (?:the|this)|"
    r"translat\w+|confidence)\b",
    re.I,
)
_ANSWERS = re.compile(
    r"\b(?:answers?|answering|questions?|assistant|help ?desk|support|document|handbook|context|"
    r"confident|role|secret|never reveal)\b",
    re.I,
)
_FOR_ANY = re.compile(
    r"\b(?:the |any |every |each |whatever )?(?:user(?:['’]s)?|input|messages?|texts?|anything|"
    r"whatever|everything|lines?|words?|sentences?|csv|json|lists?)\b",
    re.I,
)


@dataclass(frozen=True)
class Order:
    """One way to part a prompt.

    Attributes:
        asked: what orders, "…" where the text stood.
        text: what it is to be done on; may be empty.
        is_sure: a fence, tag or quotes set it apart.
    """

    asked: str
    text: str
    is_sure: bool = False


def orders_of(reading: Reading) -> list[Order]:
    """The ways to part a prompt of one turn, the surest first; empty for a conversation."""
    messages = reading.talk or reading.prompt.messages
    users = [text for role, text in messages if role == "user"]
    if any(role in ("assistant", "tool") for role, _ in messages):
        return _on_last_answer(messages)
    if len(users) != 1:
        return []
    system = "\n".join(text for role, text in messages if role in ("system", "developer")).strip()
    said = users[0]
    if len(said) + len(system) > MOST_CHARS:
        return []
    whole = Order(system, unlabelled(said.strip("\n")), is_sure=True)
    if _ANSWERS.search(system):
        return []
    if system and len(system) <= MOST_ORDER and is_order(system):
        if _FOR_ANY.search(system) or not is_order(said[:200]):
            return [whole]
    out: list[Order] = []
    for order in _ways(said):
        asked = f"{system}\n{order.asked}".strip() if system else order.asked
        if order.asked.count("{") != order.asked.count("}"):
            continue  # a colon or quote inside a record parts nothing
        if len(order.asked) <= MOST_ORDER and re.search(r"\w", order.asked):
            out.append(Order(asked, order.text, order.is_sure))
    if system and len(system) <= MOST_ORDER:
        out.append(whole)
    seen: dict[tuple[str, str], Order] = {}
    for order in out:
        seen.setdefault((order.asked, order.text), order)
    return list(seen.values())[:14]


def _on_last_answer(messages: Sequence[tuple[str, str]]) -> list[Order]:
    """A short order behind an answer, to be done on that answer."""
    if len(messages) < 2 or messages[-1][0] != "user" or messages[-2][0] != "assistant":
        return []
    asked, text = messages[-1][1].strip(), messages[-2][1].strip()
    if len(asked) > 200 or "\n" in asked or len(text) > MOST_CHARS or not text:
        return []
    return [Order(f"{asked} {GAP}", text, is_sure=True)]


def is_order(asked: str) -> bool:
    """Whether a sentence or line of an order begins as orders do, and none is about other work."""
    if _OTHER_WORK.search(asked):
        return False
    pieces = re.split(r"(?<=[.!?:;,…)])\s+|\n+|\s[-–—]\s", asked.strip())
    return any(_BEGINS.match(piece) for piece in pieces)


def unlabelled(text: str) -> str:
    """The text without a label such as "Text:" at its front, or quotes around all of it."""
    label = _LABEL.match(text)
    rest = text[label.end() :] if label else text
    bare = rest.strip()
    if len(bare) > 2 and (bare[0], bare[-1]) in (
        ('"', '"'),
        ("“", "”"),
        ("«", "»"),
        ("„", "“"),
        ("'", "'"),
    ):
        inner = bare[1:-1]
        if bare[0] not in inner and bare[-1] not in inner:
            return inner
    return rest


def quoted(text: str) -> list[tuple[int, int, str]]:
    """Every quoted piece of one line: where it begins and ends, and what it holds."""
    return [
        (m.start(), m.end(), next(g for g in m.groups() if g is not None))
        for m in _QUOTE.finditer(text)
    ]


@lru_cache(maxsize=4)  # what is to be made and what is ordered about it are found one by one
def _ways(said: str) -> tuple[Order, ...]:
    return tuple(_each_way(said))


def _each_way(said: str) -> Iterator[Order]:
    for pattern in (_FENCE, _TRIPLE, _TAG):
        mark = max(pattern.finditer(said), key=lambda m: m.end() - m.start(), default=None)
        if mark is not None:
            groups = mark.groupdict()
            held = groups["text"] if groups.get("text") is not None else groups.get("single") or ""
            yield Order(said[: mark.start()] + GAP + said[mark.end() :], held, is_sure=True)
    rules = list(_RULED.finditer(said))
    if len(rules) >= 2 and "|" not in said[rules[0].start() - 200 : rules[0].start()]:
        yield Order(
            said[: rules[0].start()] + GAP + said[rules[-1].end() :],
            said[rules[0].end() : rules[-1].start()].strip("\n"),
            is_sure=True,
        )
    mark = max(_INLINE_FENCE.finditer(said), key=lambda m: m.end() - m.start(), default=None)
    if mark is not None:
        yield Order(
            said[: mark.start()] + GAP + said[mark.end() :],
            mark["text"] or mark["code"],
            is_sure=True,
        )
    quotes = quoted(said)
    chevrons = re.search(r">>>[ \t]*\n?(?P<text>[^\0]{1,6000}?)\n?[ \t]*<<<", said)
    if chevrons:
        front = re.sub(r"\w+:?[ \t]*$", "", said[: chevrons.start()])
        yield Order(front + GAP + said[chevrons.end() :], chevrons["text"], is_sure=True)
    if quotes:
        start, end, held = max(quotes, key=lambda q: (len(q[2].split()) > 1, len(q[2])))
        later = [q for q in quotes if q[0] > start and len(q[2]) * 2 >= len(held)]
        yield Order(said[:start] + GAP + said[end:], held, is_sure=True)
        if later:
            start, end, held = later[-1]
            yield Order(said[:start] + GAP + said[end:], held, is_sure=True)
    longer = max(_LONG_QUOTE.finditer(said), key=lambda m: len(m["text"]), default=None)
    if longer is not None and "\n" in longer["text"]:
        yield Order(
            said[: longer.start()] + GAP + said[longer.end() :], longer["text"], is_sure=True
        )
    blocks = list(_BLOCK.finditer(said)) if len(said) < 6_000 else []
    if blocks and blocks[-1].end() - blocks[0].start() >= 6:
        start, end = blocks[0].start(), blocks[-1].end()
        yield Order(said[:start] + GAP + said[end:], said[start:end])
    yield from _by_lines(said)
    yield from _by_marks(said)


def _by_lines(said: str) -> Iterator[Order]:
    """By blank lines, then by the first or last line."""
    parts = [m for m in re.finditer(r"\S[^\n]*(?:\n(?![ \t]{0,40}\n)[^\n]*)*", said)]
    if len(parts) >= 3 and "\n" not in parts[0][0] and "\n" in parts[1][0]:
        both = f"{parts[0][0]}{GAP}{parts[-1][0]}"
        yield Order(both, unlabelled(said[parts[1].start() : parts[-2].end()]))
    if len(parts) >= 2:
        yield Order(parts[0][0] + GAP, unlabelled(said[parts[1].start() :].rstrip()))
        yield Order(GAP + parts[-1][0], unlabelled(said[: parts[-2].end()].strip("\n")))
        if len(parts) >= 3:
            both = f"{parts[0][0]}{GAP}{parts[-1][0]}"
            yield Order(both, unlabelled(said[parts[1].start() : parts[-2].end()]))
    body = said.strip("\n")
    head, _, rest = body.partition("\n")
    if rest.strip():
        colon = re.search(r":[ \t]+(?=\S)", head)
        if colon and is_order(head[: colon.start()]):
            yield Order(head[: colon.start()] + GAP, body[colon.end() :])
        yield Order(head + GAP, unlabelled(rest.strip("\n")))
        front, _, tail = body.rstrip().rpartition("\n")
        yield Order(GAP + tail, unlabelled(front.strip("\n")))
        if colon:
            yield Order(head[: colon.start()] + GAP, body[colon.end() :])


def _by_marks(said: str) -> Iterator[Order]:
    """By a colon, or by an arrow or dash behind which the order stands."""
    body = said.strip()
    for mark in list(
        re.finditer(r":[ \t]*\n|:\s+(?=\S)|\s\.\.\.+\s|:(?=[\"“'\[{])", body[:MOST_ORDER])
    )[:3]:
        text = body[mark.end() :]
        yield Order(body[: mark.start()] + GAP, unlabelled(text.strip("\n")))
        tail = re.search(r"(?<=[\w.!?)\]]) [-–—(]+ ?([a-z][^.?!\n]{3,90}[.?!)]?)$", text)
        if tail:
            yield Order(body[: mark.start()] + GAP + tail[1], unlabelled(text[: tail.start()]))
    arrows = list(_ARROW.finditer(body))
    if arrows:
        mark = arrows[-1]
        yield Order(GAP + body[mark.end() :], unlabelled(body[: mark.start()]))
    sentence = re.match(r"[^.!?\n]{4,200}[.!?]\s+(?=\S)", body)
    if sentence:
        yield Order(sentence[0] + GAP, unlabelled(body[sentence.end() :]))
    last = re.search(r"(?<=[.!?;,\]}])\s+([^.!?\n]{4,160}[.!?]?)$", body)
    if last:
        yield Order(GAP + last[1], unlabelled(body[: last.start()]))
    yield Order(body, "")
