"""An order for a note or mail taken apart: its kind, for whom, by whom, what to say, what to obey.

Runs in the model worker; the text is hostile: capped, every pattern is bounded. Only parts are
found here; making_notes writes them out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.skills.lengths import limits_asked
from harness.models.skills.making_point_sorts import LENGTH, parts_of, put_away

_KIND = (
    r"out-of-office(?: (?:note|message|reply|mail|notice))?|absence note|"
    r"letter|e-?mail|mail|message|msg|note|notice|postcard|post card|sms|"
    r"text message|text|memo|"
    r"announcement|invitation|invite|reminder|sign|door sign|reply|"
    r"thank[- ]?you(?: (?:note|card|letter|mail))?|card|post|heads-?up|update|apology|"
    r"complaint|request|cancellation|"
    r"voicemail|auto-?reply|chat message|slack message|whatsapp(?: message)?|line|nachricht|"
    r"brief(?!,? (?:polite |friendly )?(?:e-?mail|mail|note|letter|message|text|reply|sms|card|"
    r"memo|invit))|"
    r"sentences(?= to (?:mr|mrs|ms|dr|my|our|the)\b)"
)
_ORDER = re.compile(
    r"(?:^|(?<=[.!?:\n] )|(?<=\n))\W{0,3}(?:(?:please|pls|hi|hello|hey|can "
    r"you|could you|would you|i need you to|help me(?: to)?|now|just|"
    r"quick(?:ly)?)\W+){0,3}"
    r"(?:write|draft|compose|send|make|prepare|word|formulate|create|need|"
    r"want|i need|i want|put together|give me|turn (?:this|these|that|it|"
    r"the (?:notes|points|following))(?: \w+)? into|schreib\w*)\b(?: me| us|"
    r" up)*"
    rf"(?: (?:an?|the|my|our|one|eine?n?))? ?(?P<how>(?:[\w'’-]+,? ){{0,5}}?)(?P<kind>{_KIND})\b",
    re.I,
)
_TITLED = re.compile(
    rf"^\W{{0,3}}(?:(?:short|quick|brief|polite|friendly|formal|an?|the) "
    rf")*(?P<how>)(?P<kind>{_KIND})\b(?=(?: (?:to|for) [^:\n]{{2,50}})?:[ "
    r"\n])",
    re.I,
)
_ITEM = re.compile(
    r"(?:^|\n)[ \t]*(?:[-*•–+]|\(?\d{1,2}[.)]|\(?[a-z][.)])[ \t]+|"
    r"(?<=\s)(?:\(\d{1,2}\)|\([a-z]\)|\d{1,2}\)|[a-h]\))[ \t]+|\s[-–•*] "
    r"(?=[\w\"“])"
)
_ASIDE = re.compile(
    r"\b(?:no|not|a) [\w ]{0,20}(?:longer|shorter|more) than (?:one|a|two|"
    r"\d+) (?:line|sentence|word)s?\b(?! (?:of|or))(?<!more than \d\d "
    r"words)|\bone-line\b",
    re.I,
)
_TO = re.compile(
    r"^[\s(]*(?:from (?P<by>[^:,.\n]{2,40}?) )?(?:to|for|an) "
    r"(?P<who>(?:(?:Mr|Mrs|Ms|Dr|Prof|St)\. ?)?[^:\n.;]{2,80}?)"
    r"(?=\s*(?:[:;.\n…]|,\s|$)|\s+\((?!a\)|1\))|\s+(?:that|which|who|saying|"
    r"says|telling|to say|to tell|to let|to ask|asking|asks|for|about|because|"
    r"informing|explaining|explains|inviting|thanking|and|in|with|from|"
    r"where|reminding|announcing|apologi[sz]ing|confirming|requesting)\b|"
    r"\s*-\s)",
    re.I,
)


@dataclass(frozen=True)
class Points:
    """What an order for a note gives.

    Attributes:
        kind: note, mail, letter, sign, sms and so on, in lower case.
        how: the words before the kind ("short polite").
        to: for whom, empty where it is not said.
        by: who signs; empty where it is not said.
        begin: the words it has to begin with; empty where none are given.
        end: the words it has to end with.
        says: what it is to say, a piece for each.
        bans: words, signs and parts that must not be in it.
        words: the most words; 0 for no limit.
        sentences: the most sentences.
        characters: the most characters.
        subject: whether a subject line is asked for, or its text.
        capitals: whether all of it is to stand in capitals.
    """

    kind: str
    how: str = ""
    to: str = ""
    by: str = ""
    begin: str = ""
    end: str = ""
    says: tuple[str, ...] = ()
    bans: tuple[str, ...] = ()
    words: int = 0
    sentences: int = 0
    characters: int = 0
    subject: str = ""
    capitals: bool = False


def points_of(said: str) -> Points | None:
    """The parts of an order for a note; None where a message orders none or gives no content."""
    order = _ORDER.search(said[:1_200]) or _TITLED.match(said[:200])
    if order is None or len(said) > 2_500:
        return None
    kind = order["kind"].lower()
    if re.search(r"\b(?:give me|prepare|send|need|want|create) (?:the|my|our)\b", order[0], re.I):
        return None
    if re.search(
        r"\b(?:make|turn|prepare|put together) (?:this|that|the|my|our) (?:[\w'’-]+ ){0,5}$",
        said[order.start() : order.start("kind")],
        re.I,
    ) and not re.search(r"\binto\b", order[0]):
        return None
    if re.match(
        r"[\s-]*(?:subject|headline|title|address|signature|template|in the "
        r"(?:past|present)|to (?:json|csv|yaml))",
        said[order.end() :],
        re.I,
    ):
        return None
    if kind in (
        "text",
        "line",
        "request",
        "post",
        "update",
        "reply",
        "sign",
        "card",
        "letter",
        "message",
    ) and re.match(
        r"\s*(?:file|message|above|below|box|s\b|of|in (?:upper|lower|capital)|"
        r"to (?:upper|lower)|the|that (?:stands|follows))|"
        r"[\"“]?\s*[a-z][\"”]?(?:\s|$)",
        said[order.end() :],
    ):
        return None
    if re.match(
        r"\s*(?:to|for) (?:the|this|my|each) (?:questions?|prompts?|quer\w+)\b", said[order.end() :]
    ):
        return None
    before, rest = said[: order.start()].strip(), said[order.end() :]
    pieces = _pieces(rest)
    head, items = pieces[0], pieces[1:]
    to = _TO.match(head)
    by = ""
    who = ""
    if to:
        who, by = to["who"].strip(), (to["by"] or "").strip()
        head = re.sub(r"^\s*\([^)\n]{1,60}\)", "", head[to.end() :])
    elif (
        front := re.search(r"\bto (?:my |our |the )?[\w ]{2,30}$", order["how"].strip())
    ) is not None:
        who = front[0][3:]
    if re.search(r"\b(?:this|that|it) as\b", said[order.start() : order.start("kind")], re.I):
        return None  # a text to be written in another manner
    limits = limits_asked(_ASIDE.sub(" ", f"{order['how']} {rest}"))
    head = re.sub(r"\(\s*[,;]?\s*\)", "", LENGTH.sub("", head))
    says: list[str] = []
    bans: list[str] = []
    items = [s for item in items for s in (_sentences(item) or [item])]
    items = [part for item in items for part in _between_commas(item)]
    listed = _between_commas(head) if not items and _LISTS.match(head) else []
    if listed:
        head, items = "", [*(_sentences(listed[0]) or listed[:1]), *listed[1:]]
    todo = [*(_sentences(head) if head.strip(" :,.;-\n…") else []), *items]
    if before and len(before) < 1_200 and not re.match(r"\W*(?:system|you are)\b", before, re.I):
        todo = [*[s for b in _pieces(before) for s in _sentences(b)], *todo]
    out: dict[str, str] = {"kind": kind, "begin": "", "end": "", "subject": "", "by": by, "to": who}
    for raw in todo:
        for piece in parts_of(raw):
            put_away(piece, out, says, bans)
    words = limits.words
    told = re.search(
        r"\b(?:telling|asking|reminding|informing|inviting|thanking|let) "
        r"(?P<who>[A-Z][\w'’-]+|the [a-z]+)\b",
        said,
    )
    out["to"] = out["to"] or (told["who"] if told else "")
    return Points(
        kind,
        order["how"].strip(" ,"),
        out["to"],
        out["by"],
        out["begin"],
        out["end"],
        tuple(says),
        tuple(bans),
        words,
        limits.sentences,
        limits.characters,
        out["subject"],
        bool(re.search(r"\ball (?:in )?(?:caps|capitals)\b|\bin capitals\b", rest, re.I)),
    )


_LISTS = re.compile(
    r"^[\s,]{0,3}(?:(?:from|with|using|out of|based on|about) (?:these|the following|my|the|those) "
    r"(?:\w+ )?(?:points|notes|facts|details|bullets|keywords|information|info))?\s{0,3}:\s",
    re.I,
)
_NO_POINT = re.compile(
    r"(?:which|who|because|but|so|if|when|that|as|since|and (?:i|we|he|she|they|it)|or|then|where|"
    r"whose|with|for example|e\.g)\b",
    re.I,
)


def _between_commas(text: str) -> list[str]:
    """The points of a list between commas; the text alone where its commas part no points."""
    bare = _LISTS.sub("", text, count=1) if _LISTS.match(text) else text
    end = re.search(r"[.?!]\s+(?=(?:sign|end|close|keep|make)\b)|\.\s", bare)
    front, dot, behind = (
        (bare[: end.end()].strip().rstrip("."), ".", bare[end.end() :]) if end else (bare, "", "")
    )
    parts = [
        p.strip() for p in re.split(r",\s+(?:and\s+)?|\s+/\s+|;\s+", front.strip()) if p.strip()
    ]
    sizes = [len(part.split()) for part in parts]
    is_list = len(parts) >= 3 or (len(parts) == 2 and bare != text)
    if (
        not is_list
        or max(sizes) > 11
        or any(_NO_POINT.match(part) and not part.endswith("?") for part in parts[1:])
    ):
        return [text]
    return [*parts, *([behind] if dot else [])]


def _pieces(text: str) -> list[str]:
    """What stands before the first item of a list, then each item; the whole without items."""
    marks = list(_ITEM.finditer(text))
    if len(marks) < 2:
        return [text]
    out = [text[: marks[0].start()]]
    for mark, end in zip(marks, [*(m.start() for m in marks[1:]), len(text)], strict=True):
        body = text[mark.end() : end]
        line, _, more = body.partition("\n")
        out.append(line.strip(" ,;"))
        out += (
            [part.strip() for part in more.split("\n") if part.strip()]
            if end == len(text)
            else [more.strip()]
            if more.strip()
            else []
        )
    return [piece for i, piece in enumerate(out) if i == 0 or piece]


def _sentences(text: str) -> list[str]:
    text = re.sub(r"^[\s:,.;–-]+", "", text.strip())
    return [
        p.strip()
        for p in re.split(
            r"(?<=[.!?])(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bProf\.)"
            r"\s+(?=[A-ZÀ-Ý\"“])|(?<=[.!?])\s+(?=and no\b)|(?<=[\w)]);\s+|\n+",
            text,
        )
        if re.search(r"\w", p)
    ]
