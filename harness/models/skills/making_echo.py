"""Said again to the letter: a text repeated as it stands, a word said so many times, a set reply.

Runs in the model worker; pure, linear in the text; how often is capped.
"""

from __future__ import annotations

import re

from harness.models.skills.making_order import quoted
from harness.models.skills.making_separators import separator
from harness.models.skills.reckoning_figures import whole_number

_SAY = (
    r"repeat|say|print|echo|copy|output|type|reproduce|write(?: out| down| "
    r"back)?|return|give(?: me)?(?: back)?|send(?: me)?(?: back)?|quote|"
    r"recite|parrot|show|state|spit out|answer|reply|respond"
)
_EXACT = (
    r"exactly|verbatim|word[- ]for[- ]word|letter[- ]for[- ]letter|"
    r"character[- ]for[- ]character|to the letter|as(?: it)?(?: is|[- ]is)|"
    r"as it stands|unchanged|unaltered|"
    r"literally|after me|back to me|nothing else|nothing more|nothing but|"
    r"without (?:any )?chang\w+|without (?:correct\w+|fix\w+|alter\w+|"
    r"edit\w+)|"
    r"do(?: not|n['’]t) (?:change|correct|fix|alter|edit|touch)|including "
    r"(?:the |all |any )?(?:spac\w+|mistakes?|errors?|typos?|capitals?|"
    r"punctuation)|character by character|only the (?:text|words?|phrase|"
    r"line)|one to one|1:1"
)
_ORDER = re.compile(
    rf"^\W{{0,4}}(?:(?:please|now|just|simply|only|ok|hi|hey|can you|could "
    r"you|would you|i want you to|i need you to|your only task is to)\b[ "
    rf",:]*){{0,3}}(?:{_SAY})\b(?P<rest>.*)$",
    re.I | re.S,
)
_HEAD = re.compile(
    rf"^\W{{0,4}}(?:(?:please|now|just|simply|only|ok|hi|hey|can you|could "
    r"you|would you|i want you to|i need you to)\b[ "
    rf",:]*){{0,3}}(?P<verb>{_SAY})\b(?P<how>[^:\n]{{0,160}}?):(?P<gap>[ "
    r"\t]*\n?)",
    re.I,
)
_PLAIN_HOW = re.compile(
    r"^(?:\W*\b(?:the|this|these|following|exact|same|text|words?|phrase|sentence|string|line|lines|message|"
    r"to|me|back|after|exactly|verbatim|literally|and|nothing|else|more|but|simply|just|only|please|it|as|is|it's|"
    r"for|letter|word|character|unchanged|unaltered|with|without|any|changes?|changing|correcting|fixing|editing|"
    r"altering|including|the|all|its|spaces?|spacing|mistakes?|errors?|typos?|capitals?|punctuation|do|not|don|t|"
    r"change|correct|fix|alter|edit|touch|anything|no|comments?|quotes|below|what|stands|here|one|by|in|of|"
    r"a|an|way|precisely|included|intact|kept|repeated|extra|adding|own|out)\b)*\W*$",
    re.I,
)
_ONLY = re.compile(
    r"^\W{0,4}(?:please |just |now )?(?:answer|reply|respond|say|write|type|print|output|return)\b"
    r"(?: back)?(?: with| in)? ?(?:(?:only|just|nothing but|exactly|nothing more than|a|one) ){1,2}"
    r"(?:the |this )?(?:single )?(?:letter|number|word|digit|character|sign|symbol)\b"
    r"[: ]{1,3}[\"“']?(?P<w>[\w-]{1,30}|[^\w\s\"“”]{1,3}?)[\"”']?(?:,? and nothing "
    r"(?:else|more))?[.!]?$",
    re.I,
)
_OFTEN = {"once": "1", "twice": "2", "thrice": "3"}
_TIMES = re.compile(
    r"\b(?:(?P<n>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)(?: "
    r"times|x\b|×)|(?P<w>twice|thrice))",
    re.I,
)
_CONDITION = re.compile(
    r"\b(?:if|when|unless|whenever|whether|(?<!nothing )else|in case|every time|or)\b", re.I
)
_MOST = 4_000


def exact(said: str) -> str | None:
    """What a message wants said again to the letter; None where it wants none.

    Args:
        said: the message as it was typed, its blanks kept.
    """
    if len(said) > _MOST or not _ORDER.match(said):
        return None
    head = _HEAD.match(said)
    is_exact = re.compile(rf"\b(?:{_EXACT})(?!\w)", re.I)
    if head and is_exact.search(head["how"]) and _PLAIN_HOW.match(head["how"]):
        return _body(said[head.end() :], head["gap"])
    fenced = re.search(
        r"(?:^|\n)(```|~~~)[\w+-]{0,20}[ \t]*\n(?P<text>.*?)\n[ \t]*\1[ \t]*\n?(?P<tail>.*)$",
        said,
        re.S,
    )
    order = said[: fenced.start()] + " " + fenced["tail"] if fenced else ""
    if (
        fenced
        and is_exact.search(order)
        and _ORDER.match(order)
        and len(order) < 240
        and re.match(rf"\W*(?:\w+ ){{0,3}}(?:{_SAY})", order, re.I)
    ):
        return fenced["text"]
    quotes = quoted(said)
    if len(quotes) == 1:
        start, end, held = quotes[0]
        beside = f"{said[:start]} … {said[end:]}"
        if (
            len(beside) < 200
            and not _CONDITION.search(beside)
            and not _times(beside)
            and (is_exact.search(beside) or re.search(r"\b(?:only|just)\b", beside, re.I))
            and _sets_reply(beside)
        ):
            return held
    bare = re.match(
        r"^\W{0,4}(?:please |just |now )?(?:answer|reply|respond|say|write|type|"
        r"print|output)\b(?: only| just| back)?(?: with)?(?: exactly| only| "
        r"just| simply)?(?: the| this| one)? ?(?:single )?(?:words?|text|phrase|"
        r"string)?:? (?P<w>[A-Z]{2,20}|[\w-]{1,30})(?:,? and)?(?: (?:nothing "
        r"else|nothing more|only|alone|exactly))\W*$",
        said.strip(),
    )
    if bare is None:
        bare = _ONLY.match(said.strip())
        return bare["w"] if bare and not _CONDITION.search(said) else None
    if (
        bare
        and re.search(r"\b(?:words?|exactly|nothing|with)\b", said, re.I)
        and not _CONDITION.search(said)
    ):
        return (
            bare["w"]
            if bare["w"].lower() not in ("yes", "no", "it", "this", "that", "one")
            or re.search(r"\bword\b", said)
            else None
        )
    return None


def _sets_reply(beside: str) -> bool:
    """Whether what stands beside the quotes orders nothing but to say what is in them."""
    return bool(
        re.match(
            r"^\W*(?:(?:please|now|just|simply|only|ok|hi|hey|can you|could you)\b[ "
            rf",:]*){{0,3}}(?:{_SAY})\b(?: (?:only|just|exactly|back|with|the|this|"
            r"following|exact|words?|phrase|text|sentence|string|line|to|me|after|"
            r"verbatim|literally|and|nothing|else|more|simply|quoted|in|quotes|"
            r"between|inside|including|mistakes?|spaces?|all|it|is|as|letter|"
            rf"for))*\W{{0,6}}…[\s.,;:!]*(?:(?:and|nothing|else|more|only|exactly|"
            r"verbatim|please|as|it|is|word|for|unchanged|with|without|any|changes?|"
            r"changing|anything|to|me|back|no|comments?|quotes|the|including|do|not|"
            r"n't|don't|add|correct|fix)\b\W*)*$",
            beside,
            re.I,
        )
    )


def _body(body: str, gap: str) -> str | None:
    """The text behind the colon: as it stands, but for one blank, a fence or quotes around it."""
    if "\n" not in gap and body.startswith(" "):
        body = body.lstrip(" ")
    body = body.rstrip("\n")
    fence = re.fullmatch(r"\s*(```|~~~)[\w+-]{0,20}[ \t]*\n(?P<text>.*?)\n[ \t]*\1\s*", body, re.S)
    if fence:
        return fence["text"]
    bare = body.strip()
    if (
        len(bare) > 2
        and (bare[0], bare[-1]) in (('"', '"'), ("“", "”"), ("'", "'"), ("«", "»"))
        and bare[0] not in bare[1:-1]
    ):
        return bare[1:-1]
    return body.rstrip() or None


def _times(text: str) -> int:
    mark = _TIMES.search(text)
    if mark is None:
        return 0
    said = (mark["n"] or mark["w"]).lower()
    return whole_number(_OFTEN.get(said, said))


def many_times(asked: str, text: str) -> str | None:
    """A word or line said as often as ordered; None where no number of times is ordered."""
    order = re.match(rf"\W{{0,4}}(?:(?:please|now|just)\b[ ,:]*){{0,2}}(?:{_SAY})\b", asked, re.I)
    times = _times(asked)
    if (
        not order
        or not times
        or times > 50
        or len(text) > 200
        or re.search(r"\bhow (?:often|many)\b|\?", asked)
    ):
        return None
    said = text.strip()
    if not said:
        word = re.search(
            r"\b(?:the |this )?(?:word|phrase|name|letter)\s+(?P<w>[\w-]+)|\b(?:say|"
            r"write|repeat|print|type)\s+(?P<v>[\w-]+)\s+(?=\w+ times|twice|thrice|"
            r"\d)",
            asked,
            re.I,
        )
        if word is None:
            return None
        said = word["w"] or word["v"]
    if re.search(r"\b(?:upper ?case|capitals|caps)\b", asked, re.I):
        said = said.upper()
    between = separator(asked)
    if re.search(
        r"\b(?:per line|own line|new line|separate lines?|line by line|each on "
        r"a|below (?:each|one))\b",
        asked,
        re.I,
    ):
        return "\n".join(_numbered([said] * times, asked))
    if re.search(r"\b(?:no|without) (?:any )?(?:spaces?|separators?|blanks?|gaps?)\b", asked, re.I):
        between = ""
    return (" " if between is None else between).join([said] * times)


def _numbered(lines: list[str], asked: str) -> list[str]:
    return (
        [f"{i}. {line}" for i, line in enumerate(lines, 1)]
        if re.search(r"\bnumber(?:ed)?\b", asked, re.I)
        else lines
    )
