"""Chat logs: who says what, line by line.

Runs in the model worker; the text is hostile, patterns are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.skills.reckoning_brief import stems
from harness.models.skills.reckoning_dates import WEEKDAYS, moments

_MOST_LINES = 300
_TURN = re.compile(
    r"^[ \t]{0,8}(?:[-*>][ ]?)?(?:\[[^\]\n]{1,24}\]\s*|"
    r"\(?\d{1,2}[:.]\d\d(?::\d\d)?\)?\s*(?:[-–]\s*)?)?"
    r"<?([^\W\d_][\w.'’-]{0,20}(?: [A-ZÀ-Ý][\w.'’-]{0,20})?)>?(?: "
    r"\(?\d{1,2}[:.]\d\d\)?)?:\s+(\S[^\n]*)$"
)
_NO_SPEAKER = frozenset(
    "question text note notes data answer source claim log list subject from to "
    "date re labels label "
    "context document policy message review task input output example email mail update total "
    "monday tuesday wednesday thursday friday saturday sunday".split()
)


@dataclass(frozen=True)
class Turn:
    """One line of a chat.

    Attributes:
        who: the speaker, as written.
        line: the whole line.
    """

    who: str
    said: str
    line: str


def turns_of(text: str) -> list[Turn]:
    """The lines of a chat log, in order; empty for any other text."""
    out: list[Turn] = []
    for line in text.splitlines()[:_MOST_LINES]:
        mark = _TURN.match(line[:600])
        if mark and mark[1].lower() not in _NO_SPEAKER:
            out.append(Turn(mark[1], mark[2].strip(), line))
    speakers = {turn.who.lower() for turn in out}
    coded = sum(bool(re.fullmatch(r"[a-z]{1,3}-?\d+", who)) for who in speakers)
    is_coded = coded * 2 > len(speakers)
    if speakers <= {"q", "a"} or is_coded:
        return []
    is_chat = len(out) >= 4 or (len(speakers) >= 2 and any("?" in turn.said for turn in out))
    return out if len(out) >= 3 and is_chat else []


def said_by_asked(ask: str, text: str) -> str:
    """The lines of the one speaker whom a question is about; the whole text where it is no chat."""
    turns = turns_of(text)
    named = {t.who.lower() for t in turns if re.search(rf"\b{re.escape(t.who)}\b", ask, re.I)}
    if len(named) != 1 or not re.search(
        r"\b(?:did|does|has|have|do|by|from|is|was|will|wrote|sent|paid|said)\b", ask, re.I
    ):
        return text
    return "\n".join(t.said for t in turns if t.who.lower() in named)


_YES = re.compile(
    r"\b(?:yes|yep|yeah|sure|ok(?:ay)?|fine|works for me|count me in|i'?m in|"
    r"agreed?|good for me|perfect|"
    r"great|of course|happy to|will do|can do|no problem|suits me|on it|gladly|me!?$|"
    r"i(?:'?ll| will| can| could)(?! not|n.t)|i(?:'?ve| have) got|i do|leave it "
    r"to me|done|mine)\b|\+1|👍",
    re.I,
)
_NO = re.compile(
    r"\b(?:no|nope|not me|not|can'?t|cannot|won'?t|couldn'?t|sorry|away|busy|"
    r"unable|dead|broken|pass|"
    r"ill|sick|without me|afraid|don'?t|didn'?t|isn'?t|impossible|rather not|out of town)\b|n't\b",
    re.I,
)
_OFFER = re.compile(
    r"\b(?:i(?:'?ll| will|'?m going to| can| could)?(?: also| then| gladly)? "
    r"(?:bring|take|do|make|bake|get|buy|cook|carry|sort out|"
    r"pick up|fetch|handle|provide|order|book|drive|grab|prepare)|i(?:'?ve| have) "
    r"got|i have|(?:then )?i'?ll (?:take|do))\s+(?:the |a |an |some |my |our )?"
    r"([^,.!?;\n]{2,40})|^([^,.!?;\n]{2,30}?) (?:from|by) me\b|^(?:the |some |a "
    r")?([^,.!?;\n]{2,30}?)(?:, that'?s)? (?:is|are) on me\b",
    re.I,
)
_TAIL = re.compile(
    r"\s+(?:tho|though|then|too|as well|if .*|for .*|from .*|instead|again|please)$", re.I
)


def asked_of_chat(ask: str, text: str) -> str | None:
    """The answer to a question on a chat: who does what, who agreed, what was settled in the end.

    Returns:
        A bare answer; None where the text is no chat or shows no answer.
    """
    turns = turns_of(text)
    if not turns:
        return None
    low = ask.lower()
    if re.search(r"\bwho\b.{0,30}\bwhat\b|\beach (?:person|one)\b", low):
        pairs = [f"{_name(t)}: {thing}" for t in turns if (thing := _offered(t.said))]
        return "\n".join(pairs) if pairs else None
    if re.search(r"\bwho\b", low):
        return _who(ask, turns)
    if re.search(
        r"\b(?:end|final\w*|settle\w*|decid\w*|agree\w*|which|where|when|what (?:day|"
        r"time)|what do they)\b",
        low,
    ):
        return _settled(ask, turns)
    return None


def _name(turn: Turn) -> str:
    return turn.who[:1].upper() + turn.who[1:]


def _offered(said: str) -> str:
    """What a speaker offers to bring or do; empty for none."""
    if re.search(r"\?\s*$", said) and not re.search(r"\bi'?ll\b", said, re.I):
        return ""
    mark = _OFFER.search(said)
    thing = next((g for g in mark.groups() if g), "") if mark else ""
    thing = _TAIL.sub("", thing.strip())
    return "" if re.fullmatch(r"(?:it|that|this|them|one)", thing, re.I) else thing


def _who(ask: str, turns: list[Turn]) -> str | None:
    low = ask.lower()
    is_no = re.search(
        r"\b(?:not|n't|can't|cannot|declin\w*|refus\w*|said no|disagree\w*|absent)\b", low
    )
    is_group = is_no or re.search(
        r"\b(?:agree\w*|said yes|is in|are in|coming|come|comes|accept\w*|join\w*|"
        r"attend\w*|can make it|free)\b",
        low,
    )
    asker = turns[0].who.lower() if "?" in turns[0].said else ""
    if is_group:
        last: dict[str, Turn] = {}
        for turn in turns:
            if turn.who.lower() != asker and (_YES.search(turn.said) or _NO.search(turn.said)):
                last[turn.who] = turn
        names = [_name(t) for t in last.values() if bool(_NO.search(t.said)) == bool(is_no)]
        return _and(names) if names else None
    wanted = stems(re.sub(r"\bwho(?:'s|se)?\b|\bname only\b|\bin the end\b", " ", low)) - {
        "bring",
        "do",
        "take",
    }
    asked_at = -1
    taker: Turn | None = None
    for i, turn in enumerate(turns):
        has_thing = bool(wanted & stems(turn.said))
        if "?" in turn.said and has_thing and not _offered(turn.said):
            asked_at = i
            if taker is not None and taker.who == turn.who:  # gives it away again
                taker = None
            continue
        if _NO.search(turn.said) and not re.search(r"\bno problem\b", turn.said, re.I):
            if (
                taker is not None
                and turn.who == taker.who
                and re.search(r"after all|actually|sorry|can'?t", turn.said, re.I)
            ):
                taker = None
            continue
        thing = _offered(turn.said)
        if has_thing and (thing or re.search(r"\bi\b|\bme\b|\bon it\b", turn.said, re.I)):
            taker = turn
        elif (
            taker is None
            and asked_at >= 0
            and turn.who != turns[asked_at].who
            and not thing
            and _YES.search(turn.said)
        ):
            taker = turn
    return _name(taker) if taker is not None else None


_BARE_HOUR = re.compile(
    r"\b(?:rather|make it|at|say|maybe|around|or|then|fine,?|ok,?|okay,?|good,?|sure,?|deal,?) "
    r"(\d{1,2}(?:[.:]\d\d)?)(?!\d|[.:]\d)(?=\W|$)|"
    r"^(\d{1,2}(?:[.:]\d\d)?)\?"
)


def _settled(ask: str, turns: list[Turn]) -> str | None:
    """The place or name, day and time that were spoken of last and not turned down."""
    speakers = {t.who.lower() for t in turns}
    name = day = time = ""
    pieces = [
        p
        for turn in turns
        for p in re.split(r"(?<=[a-z\d][.?!])\s+|,\s+(?:(?:but|and)\s|(?=let['’]?s\b))", turn.said)
    ]
    for said in pieces:
        is_refusal = (
            bool(re.search(r"\b(?:shut|closed|seen it|can'?t|not|sold out|full|no)\b", said, re.I))
            and "instead" not in said
        )
        named = [
            m[0]
            for m in re.finditer(
                r"(?<![.!?] )(?<!^)[A-ZÀ-Ý][\w'’]+(?: (?:[A-ZÀ-Ý][\w'’]+|of|the|de))*|^(?:The "
                r")?[A-ZÀ-Ý][\w'’]+(?: [A-ZÀ-Ý][\w'’]+)+|(?<=[.?!,] )(?:The "
                r")?[A-ZÀ-Ý][\w'’]+(?: [A-ZÀ-Ý][\w'’]+)+",
                said,
            )
            if m[0].lower() not in speakers
            and m[0] not in ("I", "Ok", "OK")
            and m[0].lower() not in WEEKDAYS
        ]
        found = moments(said, bare=True)
        days = [m.text for m in found if m.kind in ("weekday", "date")]
        times = [m.text for m in found if m.kind == "time"] or [
            m[1] or m[2] for m in _BARE_HOUR.finditer(said)
        ]
        if is_refusal and not (days and times):
            continue
        name = named[-1] if named else name
        day = days[-1].rstrip("s") if days else day
        time = times[-1] if times else time
    low = ask.lower()
    parts: list[str] = []
    if name and re.search(
        r"\bwhere\b|\bwhich (?!day|date|time)|\bplace\b|\bwhat (?:film|do|did|place|"
        r"restaurant|is|was|will)\b|\bplan\b|\bdecid|\bsettle|\bagree|\bend\b",
        low,
    ):
        parts.append(name)
    if day and re.search(r"\bwhen\b|\bday\b|\bdate\b|\bplan\b|\bdecid|\bsettle|\bagree", low):
        parts.append(day[:1].upper() + day[1:])
    if time and re.search(r"\bwhen\b|\btime\b|\bplan\b|\bdecid|\bsettle|\bagree", low):
        parts.append(f"at {time}")
    return ", ".join(parts) if parts else None


def _and(names: list[str]) -> str:
    names = list(dict.fromkeys(names))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
