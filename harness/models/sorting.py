"""Look once more for what a prompt sorts into: explained labels, an offer, a scale, several texts.

Runs in the model worker (zone G); the text is hostile. Aliases of exercises do not come here. What
the reading already holds is kept where it fits; the text to sort is what is left when labels and
order are taken away.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.answer_words import with_rest, worded
from harness.models.definitions import Meaning, meanings
from harness.models.label_lists import with_listed, with_verdicts
from harness.models.labels import Label
from harness.models.offers import (
    ANSWER_SET,
    FINITE,
    LETTERED,
    LISTED,
    OFFER,
    SLASHED,
    SORTED_INTO,
    names_of,
)
from harness.models.reading import Reading
from harness.models.rerouting import is_comparing, is_record
from harness.models.scales import find_scale, levels
from harness.models.several import several
from harness.models.sorting_branches import by_conditions
from harness.models.sorting_plain import as_polar, lists_labels, tidied

_MOST_CHARS = 8_000
_MOST_FREE = 500
"""Characters up to which a prompt that was read as other work is looked at for labels."""
_QUOTED = re.compile(r"\"([^\"]{1,6000})\"|[“„«]([^“”„«»]{1,6000})[”“»]")
_ASKS = re.compile(
    r"(?i:\b(?:which|what) (?:code|label|tag|tray|category|class|letter|of (?:these|them)|mark|bin|"
    r"box|pile|kind|type|queue|team|drawer|is (?:this|it|that))\b|\b(?:pick|choose|classify|sort|"
    r"tag|categor\w+|labell?\w*|codes?)\b|\bone letter\b)|\b(?:reply|answer|respond) with "
    r"(?:the |a |its |one )?(?:number|letter|code|digit|name)\b|(?i:\b(?:reply|answer|respond|"
    r"write|say|mark|put|code|file)(?: it| them| this| each)? "
    r"(?:with |only )?)[\"'`]?[A-Z]"
)
_IF_ELSE = re.compile(
    r"^\W*(?:reply|answer|respond|return|say|write|output|give)(?: with)? "
    r"[\"'`]?[\w-]{1,12}[\"'`]? (?:if|when) ",
    re.I,
)
_TWO_ANSWERS = re.compile(
    r"\b(?:reply|answer|respond|return|say|write|output|give|put)(?: with)? "
    r"[\"'`]?(?P<a>[A-Z][A-Z\d-]{0,14})[\"'`]? (?:if|when|for) [^.\n]{3,120}?"
    r"(?:,|;|\band\b|\bor\b) (?:and )?(?:say |write |answer )?[\"'`]?(?P<b>[A-Z][A-Z\d-]{0,14})"
    r"[\"'`]? (?:if|when|for) ",
)
_ANSWER_CODE = re.compile(
    r"\b(?:answer|reply|respond|give|write|say)\b[^.\n]{0,12}\b(?:the |a |its |one |only "
    r")(?:number|letter|code|digit)\b",
    re.I,
)
_LED = re.compile(
    r"^[.\s]*(?:(?:label|one|only|answer|reply|just|no|nur|ein|give|the label)\b"
    r"[^.:\n]{0,50}[.\n]\s*)?"
    r"(?:[A-Za-zÀ-ž]{3,12}:\s+)?",
    re.I,
)


def sort_anew(reading: Reading) -> Reading:
    """The reading, or the same with the labels, scale and texts that a closer look finds."""
    judged = with_verdicts(reading)
    if judged is not reading:
        return judged
    if reading.task in ("summarise", "rewrite") and lists_labels(reading):
        reading = replace(reading, task="classify")
    elif reading.task in ("summarise", "rewrite") and not _begins_sorting(reading):
        return reading
    message = reading.prompt.messages[-1][1] if reading.prompt.messages else ""
    if not message or len(message) > _MOST_CHARS or is_comparing(reading):
        return reading
    if reading.task == "extract" and is_record(reading):
        return reading
    text, place = _text_of(message)
    told = message if place is None else f"{message[: place[0]]} {message[place[1] :]}"
    system = "\n".join(
        t for role, t in reading.prompt.messages[:-1] if role in ("system", "developer")
    )[:_MOST_CHARS]
    if reading.prompt.examples:  # examples show the labels, unless a definition was taken for one
        found = _explained(reading, message, place, system)
        names = {one.name.lower() for one in found.labels} if found else set()
        fits = found and any(given.lower() in names for given, _ in reading.prompt.examples)
        return with_rest(with_listed(found if found and fits else reading))
    found = _scaled(reading, told, system, text) or _explained(reading, message, place, system)
    found = by_conditions(found or reading, place) or found
    found = found or _offered(reading, message, place) or as_polar(reading, told, text)
    settled = found or reading
    if settled.task in ("classify", "chat", "judge", "qa", "rewrite", "extract", "summarise") and (
        settled.task == "classify" or _may_be_worded(reading, message, system)
    ):
        settled = worded(settled)
    return several(with_rest(_with_short_text(tidied(with_listed(settled)))))


def _with_short_text(reading: Reading) -> Reading:
    """The reading with a text of a word or two that stands behind the last colon."""
    if reading.task != "classify" or len(reading.labels) < 2:
        return reading
    quoted, _ = _text_of(reading.prompt.messages[-1][1])
    held = " ".join(reading.data).lower()
    listed = sum(one.name.lower() in held for one in reading.labels)
    if quoted and held[:40] not in quoted.lower() and listed == len(reading.labels):
        return replace(reading, data=(quoted.strip(),))
    if held.strip():
        return reading
    led = re.search(r"[:?]\s+[\"“']?(\S[^\n:]{0,80}?)[\"”']?\s*$", reading.prompt.messages[-1][1])
    names = {one.name.lower() for one in reading.labels}
    if led is None or any(name in led[1].lower() for name in names):
        return reading
    return replace(reading, data=(led[1].strip(),))


def _may_be_worded(reading: Reading, message: str, system: str) -> bool:
    """Whether a prompt that was read as other work may name the words to answer with."""
    if reading.prompt.examples or len(message) > 1_500:
        return False
    asked = f"{system}\n{reading.prompt.directions}"[:_MOST_CHARS]
    return bool(
        re.search(
            r"\b(?:antworte\w*|schreib\w*|ordne|sortier\w*|klassifizier\w*|responde|contesta|"
            r"clasifica|etiqueta|réponds|"
            r"répondez|classe|rispondi|which of|repl(?:y|ies)|answer|respond|output|outputs|"
            r"return|label|tag|mark|classify|sort|route|"
            r"choose|pick|assign|filter|detector|router|severity|priority)\b",
            asked,
            re.I,
        )
        and not re.search(
            r"\b(?:source|claims?|statement|extract|json|translate|rewrite|summar\w+)\b",
            asked,
            re.I,
        )
    )


def _begins_sorting(reading: Reading) -> bool:
    """Whether a prompt read as rewriting or summing up begins as one that sorts or rates."""
    message = (
        reading.prompt.messages[-1][1].strip()[:_MOST_CHARS] if reading.prompt.messages else ""
    )
    first = OFFER.match(message) or SLASHED.match(message) or LISTED.match(message)
    if first is not None:
        return first.end() < 80
    line = message.split("\n", 1)[0]
    if _ANSWER_CODE.search(message[:600]) and len(meanings(message)) >= 2:
        return True
    if _TWO_ANSWERS.search(message[:400]) and len(meanings(message)) >= 2:
        return True
    return bool(SORTED_INTO.match(message) or _IF_ELSE.match(message) or find_scale(line))


def _text_of(message: str) -> tuple[str, tuple[int, int] | None]:
    """The widest quotation of at least four words, which is the text to sort."""
    marks = [m for m in _QUOTED.finditer(message) if len((m[1] or m[2]).split()) >= 3]
    if not marks:
        return "", None
    widest = max(marks, key=lambda m: len(m[0]))
    return widest[1] or widest[2], widest.span()


def _scaled(reading: Reading, told: str, system: str, text: str) -> Reading | None:
    if reading.task == "qa" and re.match(
        r"\W*how (?:many|much)\b(?! (?:stars|points|marks))", reading.question, re.I
    ):
        return None
    directions = reading.prompt.directions if reading.data else ""
    first = re.split(r"(?<=[.!?:])\s|\n", told.strip(), maxsplit=1)[0]
    is_levelled = reading.task == "judge" and levels(told.strip().split("\n", 1)[0]) >= 3
    is_other = reading.task not in ("classify", "qa", "chat") and not is_levelled
    if is_other and find_scale(first) is None:
        return None
    if len(reading.prompt.messages[-1][1]) > 1_500:
        return None
    for where in (
        f"{system}\n{told}" if text else "",
        directions,
        f"{system}\n{told.strip().split(chr(10))[0]}",
    ):
        scale = find_scale(where) if where else None
        if scale is None or (reading.task == "qa" and not _is_said_at_once(where)):
            continue
        rated = text or _left(reading, [])
        if len(rated.split()) < 2:
            return None
        points = tuple(Label(str(n)) for n in range(scale.low, min(scale.high, scale.low + 10) + 1))
        return replace(reading, task="classify", labels=points, scale=scale, data=(rated,))
    return None


def _is_said_at_once(where: str) -> bool:
    """Whether one sentence, or two in a row, rates and names the numbers: else they lie apart."""
    parts = re.split(r"(?<=[.!?])\s+|\n+", where[:_MOST_CHARS])
    return any(find_scale(" ".join(parts[at : at + 2])) is not None for at in range(len(parts)))


def _explained(
    reading: Reading, message: str, place: tuple[int, int] | None, system: str
) -> Reading | None:
    """Labels with their meanings, and the text that is left beside them."""
    menu = reading.prompt.menu
    if menu is not None and menu.meanings and len(reading.labels) >= 2:
        return None
    blanked = (
        message
        if place is None
        else message[: place[0]] + " " * (place[1] - place[0]) + message[place[1] :]
    )
    offered = frozenset(label.name.lower() for label in reading.labels)
    for where, is_own in ((blanked, True), (system, False)):
        found = meanings(where, offered | _picked(where))
        if not found:
            continue
        outside = (
            blanked[: found[0].start] + " " + blanked[found[-1].end :]
            if is_own
            else f"{system}\n{message}"
        )
        if reading.task != "classify" and not _may_sort(reading, found, outside):
            continue
        if not _is_better(reading, found):
            return None
        ranges = (
            [(m.start - 12 if m is found[0] else m.start, m.end) for m in found] if is_own else []
        )
        text = (
            message[place[0] : place[1]].strip(' "“”„«»')
            if place
            else _left(reading, ranges, is_own=is_own)
        )
        if len(text.split()) < 2:
            return None
        labels = tuple(Label(m.name, m.meaning) for m in found)
        return replace(reading, task="classify", labels=labels, data=(text,), coded=True)
    return None


def _may_sort(reading: Reading, found: tuple[Meaning, ...], outside: str) -> bool:
    """Whether a short prompt that was read as other work explains labels all the same."""
    if reading.task == "extract" or len(reading.prompt.messages[-1][1]) > _MOST_FREE:
        return False
    if len(found) >= 3 and found[-1].meaning == "something else":  # branches for all there may be
        return True
    told = {m.name.lower() for m in found}
    codes = all(re.fullmatch(r"[A-Z]\d?|[A-Z]{2,12}", m.name) for m in found)
    is_sorting = codes and re.search(
        r"\b(?:mark|label|tag|code|sort|say|write|put)\b", outside, re.I
    )
    if reading.task == "judge" and not (told <= {"true", "false", "yes", "no"} or is_sorting):
        return False
    return bool(_ASKS.search(f"{outside} {reading.prompt.messages[-1][1]}"))


def _picked(text: str) -> frozenset[str]:
    """Names listed behind "pick", "labels:" and the like."""
    found = re.search(
        r"\b(?:pick|choose|labels?|codes?|use|one of|with|between)\b:? (?:from |between )?"
        r"([\w-]{1,20}(?:, [\w-]{1,20}){0,8},? (?:or|and) [\w-]{1,20})",
        text[:_MOST_CHARS],
        re.I,
    )
    return (
        frozenset(w.lower() for w in re.split(r", |,? (?:or|and) ", found[1]))
        if found
        else frozenset()
    )


def _is_better(reading: Reading, found: tuple[Meaning, ...]) -> bool:
    """Whether the explained labels say more than those that were read."""
    mine = {label.name.lower() for label in reading.labels}
    told = {m.name.lower() for m in found}
    if len(mine) >= 3 and not mine & told and _are_of_text(reading, found):
        return False
    if reading.task == "classify" and mine == told:
        return (
            any(len(label.definition) < 3 for label in reading.labels)
            or not reading.data
            or _holds(reading, found)
        )
    if (
        reading.task == "classify"
        and len(mine & told) < len(told)
        and len(mine) > len(told)
        and mine & told
    ):
        return False
    return True


def _are_of_text(reading: Reading, found: tuple[Meaning, ...]) -> bool:
    """Whether all that was taken for meanings is of the text to sort: "a card - I say spades"."""
    data = " ".join(reading.data)
    return reading.task == "classify" and all(m.meaning in data for m in found)


def _holds(reading: Reading, found: tuple[Meaning, ...]) -> bool:
    """Whether the data that was read holds the meaning of a label."""
    data = " ".join(reading.data)
    return any(m.meaning in data for m in found)


def _left(reading: Reading, ranges: list[tuple[int, int]], *, is_own: bool = True) -> str:
    """The text of a message when labels and order are taken away."""
    message = reading.prompt.messages[-1][1]
    number = len(reading.prompt.messages) - 1
    spans = [s for s in reading.prompt.spans if s.message == number]
    kept = [
        message[s.start : s.end].strip()
        for s in spans
        if not any(a < s.end and b > s.start for a, b in ranges)
    ]
    if kept and max(len(k.split()) for k in kept) >= 3:
        return "\n".join(kept)
    if not is_own:
        return message.strip()
    pieces: list[str] = []
    for line in re.finditer(r"[^\n]+", message):
        at = line.start()
        for cut in [*re.finditer(r"(?<=[.!?:])\s+", line[0]), None]:
            end = line.start() + cut.end() if cut else line.end()
            piece = message[at:end]
            inside = any(a < end - 1 and b > at for a, b in ranges)
            is_order = (bool(_ASKS.search(piece)) and len(piece.split()) <= 14) or re.fullmatch(
                r"\W*(?:[\w ]{1,24}:|\w{1,12}(?: \w{1,12}){0,2}\?)\W*", piece
            )
            if not inside and not is_order and re.search(r"\w{2}", piece):
                pieces.append(piece.strip())
            at = end
    return " ".join(pieces).strip()


def _offered(reading: Reading, message: str, place: tuple[int, int] | None) -> Reading | None:
    """`A or B?` in front of a text or behind it, `Answer A or B`."""
    if reading.prompt.menu is not None:
        return None
    blanked = (
        message
        if place is None
        else message[: place[0]] + "\x00" * (place[1] - place[0]) + message[place[1] :]
    )
    for mark in [
        *ANSWER_SET.finditer(blanked),
        *OFFER.finditer(blanked),
        *(SLASHED.finditer(blanked) if "/" in blanked else ()),
        *LISTED.finditer(blanked),
        *(LETTERED.finditer(blanked) if ")" in blanked else ()),
        *filter(None, [SORTED_INTO.match(blanked)]),
    ]:
        if reading.task not in ("classify", "chat") and (
            len(message) > _MOST_FREE
            or reading.task == "extract"
            or (reading.task == "judge" and mark.re is not ANSWER_SET and mark.start() > 2)
        ):
            continue
        names = names_of(mark)
        if (
            len(names) < 2
            or any(FINITE.search(n) or not n for n in names)
            or len({n.lower() for n in names}) < len(names)
        ):
            continue
        if mark.re is ANSWER_SET and reading.task in ("judge",) and any(len(n) == 1 for n in names):
            continue
        text = message[place[0] : place[1]].strip(' "“”„«»') if place else ""
        if not text:
            before, after = (
                message[: mark.start()].strip(" \n-–—"),
                message[mark.end() :].strip(" \n:?"),
            )
            text = max(before, after, key=len)
            text = _LED.sub("", text) if text is after else text
            text = _left(reading, [(mark.start(), mark.end())]) if mark.re is ANSWER_SET else text
        low = text.lower()
        if len(text.split()) < 3 or sum(n.lower() in low for n in names) >= 2:
            continue
        if (
            reading.task == "classify"
            and len(reading.labels) >= 2
            and mark.re is not ANSWER_SET
            and reading.data
            and ({label.name.lower() for label in reading.labels} == {n.lower() for n in names})
        ):
            return None
        if reading.task == "classify" and len(reading.labels) > len(names):
            continue
        return replace(
            reading, task="classify", labels=tuple(Label(n) for n in names), data=(text,)
        )
    return None
