"""Put a correction into what a conversation holds: into its text, or into the question last asked.

Runs in the model worker (zone G); the text is hostile. A changed fact is looked for by its words and
takes the place of a value of its own kind (a day for a day, a number for a number, a name for a
name); two swapped names change places everywhere. What fools it: a correction in other words than
the text's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from harness.models.layers import Matrix

Encode = Callable[[Sequence[str]], Matrix]

_DAYS = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tue|wed|thu|fri|sat|sun|montags?|dienstags?|"
    r"mittwochs?|donnerstags?|freitags?|samstags?|sonntags?|lunes|martes|miércoles|jueves|viernes|"
    r"sábados?|domingos?|weekends?|weekdays?"
)
_MONTHS = (
    r"january|february|march|april|may|june|july|august|september|october|november|december"
)
_WORDS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|ninety|hundred"
)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("day", re.compile(rf"\b(?:{_DAYS})\b", re.I)),
    ("date", re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTHS})\b", re.I)),
    ("month", re.compile(r"\b(?:January|February|March|April|May|June|July|August|September|October|"
                         r"November|December)\b")),
    ("time", re.compile(r"\b\d{1,2}[:.]\d\d\b(?:\s?[ap]\.?m\b\.?)?|\b\d{1,2}\s?[ap]\.?m\b\.?|"
                        r"\bnoon\b|\bmidnight\b", re.I)),
    ("number", re.compile(rf"\b\d[\d,.]*\d\b|\b\d\b|\b(?:{_WORDS})\b", re.I)),
    ("name", re.compile(r"\b[A-ZÀ-Þ][\w'’-]{1,24}(?: [A-ZÀ-Þ][\w'’-]{1,24}){0,3}")),
)  # fmt: skip
_SWAP = re.compile(
    r"(?P<one>[\w'’-]{2,24}(?: [A-ZÀ-Þ][\w'’-]{1,24})?) and (?P<two>[\w'’-]{2,24}(?: [A-ZÀ-Þ][\w'’-]{1,24})?)"
    r" (?:have |has |had |will |are )?(?:now |just |since )?(?:swap\w*|swop\w*|trad\w+|switch\w*|"
    r"exchang\w+|chang\w+ (?:days?|places?|rooms?|shifts?|seats?|over|jobs?|roles?|turns?|slots?))\b",
)
_BOTH_SWAP = re.compile(
    r"\b(?:they|the two|both|those two|these two)\b[^.?!\n]{0,20}\b(?:swap\w*|swop\w*|trad\w+|switch\w*|"
    r"exchang\w+|changed places)\b|^\W*swap\w* (?:them|the two)\b|\bhave been swapped\b",
    re.I,
)
_INSTEAD = (
    re.compile(r"(?P<new>[^,.;:?!\n]{1,40}?) (?:instead of|replaces|takes over from|in place of|"
               r"rather than|(?:stands|steps) in for) (?P<old>[^,.;?!\n]{1,40})", re.I),
    re.compile(r"\bnot (?P<old>[^,.;?!\n]{1,30}?),? but (?P<new>[^,.;?!\n]{1,30})", re.I),
    re.compile(r"(?P<new>[^,.;:?!\n]{1,30}), not (?P<old>[^,.;?!\n]{1,30})", re.I),
    re.compile(r"\b(?:from|change|replace|swap|raised from|moved from|put) (?P<old>[^,.;?!\n]{1,30}?) "
               r"(?:to|by|with|into|for) (?P<new>[^,.;?!\n]{1,30})", re.I),
    re.compile(r"(?P<old>[^,.;:?!\n]{1,30}?) (?:is (?:now )?replaced by|should (?:be|read|have been|say)|"
               r"becomes|→|->) (?P<new>[^,.;?!\n]{1,30})", re.I),
)  # fmt: skip
_MARK = re.compile(
    r"^\W{0,3}(?:(?:(?:small|quick|one|little|last|late|short|important|minor|sorry|wait|ah|oh|no|ok|"
    r"i forgot|my mistake)\b[ ,:]{0,2}){0,3}(?:update|correction|erratum|news|change(?:s| of plans?)?|"
    r"amendment|addition|edit|p\.?s\.?|fyi|note|typo|addendum)?\b)[^:.!\n]{0,14}[:.!,—-]\s?",
    re.I,
)
_COMMON = frozenset(
    "the a an is are was were be been has have had now it its they them of to in on at for from by with "
    "and or but not no this that these those there then so as will would can could do does did just "
    "since today also again instead we i you he she".split()
)
_ORDINALS = {
    "first": 0, "1st": 0, "former": 0, "upper": 0, "top": 0, "second": 1, "2nd": 1, "latter": 1,
    "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": -1, "bottom": -1,
}  # fmt: skip
_ORDINAL = re.compile(
    r"^(?:the )?(first|1st|former|second|2nd|latter|third|3rd|fourth|4th|last|other)"
    r"(?: one| row| line| entry| item)?$",
    re.I,
)
_PREPOSITION = re.compile(
    r"^(in|on|at|for|from|to|with|by|of|until|after|before|near|over|under)\s+(\S.*)$", re.I
)


def stems(text: str) -> set[str]:
    """The words of a text that carry meaning, cut to their stems."""
    words = re.findall(r"[\w'’-]+", text.lower())
    return {w.rstrip("s")[:6] for w in words if w not in _COMMON}


def values(text: str) -> list[tuple[str, int, int]]:
    """(kind, start, end) of the values of a text, in order, none inside another."""
    taken: list[tuple[str, int, int]] = []
    for kind, pattern in _KINDS:
        for found in pattern.finditer(text[:20_000]):
            start, end = found.span()
            if not any(start < e and end > s for _, s, e in taken):
                taken.append((kind, start, end))
    return sorted(taken, key=lambda one: one[1])


def updated(material: str, statement: str) -> str:
    """The text with a changed fact put in.

    Args:
        material: what the conversation is about.
        statement: the changed fact, without any question.
    """
    said = _MARK.sub("", statement.strip(), count=1).strip() or statement.strip()
    swapped = _swapped(material, said)
    if swapped:
        return swapped
    for pattern in _INSTEAD:
        found = pattern.search(said)
        if found:
            changed = _replaced(material, found["old"].strip(), found["new"].strip(), said)
            if changed:
                return changed
    return _overwritten(material, said)


_CALLED = re.compile(
    r"\b(?i:call|name|rename) (?:him|her|it|them|the [\w-]{2,20})\s+(?P<new>[A-ZÀ-Þ][\w'’-]{1,24}(?: [A-ZÀ-Þ][\w'’-]{1,24})?)"
)
_MAKE_IT = re.compile(
    r"^\W{0,3}(?:(?:no|sorry|nice|good|ok(?:ay)?|but|please|and|great|actually|thanks)\b[ ,.!]{0,3}){0,3}(?:make|let) "
    r"(?:it|that|this)(?: be)? (?:on |at |in |for )?(?P<new>[^,.;?!\n]{2,30})", re.I,
)  # fmt: skip


def edited(answer: str, turn: str) -> str:
    """An answer that the model had written, with a word of it changed as asked; empty where none is.

    Args:
        answer: what was said before.
        turn: "Call him Ludo instead", "It's on Sunday, not Saturday", "make it 5 pm".
    """
    named = _CALLED.search(turn)
    if named:
        old = next(
            (answer[a:b] for kind, a, b in values(answer) if kind == "name" and answer[a:b] not in turn), ""
        )
        return re.sub(rf"\b{re.escape(old)}\b", lambda _: named["new"], answer) if old else ""
    swapped = _swapped(answer, turn)
    if swapped:
        return swapped
    for sentence in re.split(r"(?<=[.!?])\s+", turn):
        for pattern in _INSTEAD:
            found = pattern.search(sentence)
            if found:
                changed = _replaced(answer, found["old"].strip(), found["new"].strip(), sentence)
                if changed and changed != answer:
                    return changed
    made = _MAKE_IT.match(turn)
    for kind, a, b in values(made["new"]) if made else []:
        like = [(s, e) for k, s, e in values(answer) if k == kind]
        if made and len(like) == 1:
            return answer[: like[0][0]] + made["new"][a:b] + answer[like[0][1] :]
    return ""


def _swapped(material: str, said: str) -> str:
    found = _SWAP.search(said)
    if found:
        one, two = _whole(material, found["one"]), _whole(material, found["two"])
    elif _BOTH_SWAP.search(said):
        names = list(dict.fromkeys(
            material[a:b] for kind, a, b in values(material)
            if kind == "name" and re.search(r"[:|,]\s*$", material[max(0, a - 3) : a])
        ))  # fmt: skip
        one, two = names if len(names) == 2 else ("", "")
    else:
        return ""
    if not one or not two or one == two:
        return ""
    hole = "\x00"
    return material.replace(one, hole).replace(two, one).replace(hole, two)


def _whole(material: str, part: str) -> str:
    """The name in the text that a part of it stands for."""
    found = re.search(
        rf"(?:\b[A-ZÀ-Þ][\w'’-]{{1,24}} ){{0,2}}\b{re.escape(part)}\b(?: [A-ZÀ-Þ][\w'’-]{{1,24}}){{0,2}}",
        material[:40_000],
    )
    if found:
        return found[0]
    loose = re.search(rf"\b{re.escape(part)}\b", material[:40_000], re.I)
    return loose[0] if loose else ""


def _replaced(material: str, old: str, new: str, said: str) -> str:
    """One thing for another, in the sentence that the statement is about."""
    old = re.sub(r"^(?:the|an?|it'?s|it is|that'?s|they|we) ", "", old, flags=re.I)
    new = re.sub(
        r"^(?:(?:it|that|this|they|we|he|she)(?:'s| is| are| was)?|the|an?|is|are|use|take) ",
        "", new, flags=re.I,
    )  # fmt: skip
    there = _whole(material, old)
    if not there or not new:
        return ""
    kinds = [kind for kind, a, b in values(old)]
    like = [new[a:b] for kind, a, b in values(new) if kind in kinds]
    put = like[0] if like else new
    inside = next((old[a:b] for kind, a, b in values(old) if like), there)
    there = there if inside.lower() not in there.lower() or not like else _whole(material, inside)
    return re.sub(rf"\b{re.escape(there)}(?!\w)", lambda _: put, material)


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of the sentences, table rows and clauses behind a semicolon."""
    out, at = [], 0
    for cut in re.finditer(r"(?<=[.!?;])\s+|\n+", text):
        if cut.start() > at:
            out.append((at, cut.start()))
        at = cut.end()
    return [*out, (at, len(text))] if at < len(text) else out


def _overwritten(material: str, said: str) -> str:
    """The value of its kind in the nearest sentence replaced; else the statement added."""
    wanted = stems(said)
    places = sentences(material)[:400]
    shared = [len(wanted & stems(material[a:b])) for a, b in places]
    added = f"{material.rstrip()} {said[:1].upper() + said[1:]}" if material.strip() else said
    added = added if added.rstrip().endswith((".", "!", "?")) else added + "."
    if not shared or max(shared) < 1:
        return added
    start, end = places[shared.index(max(shared))]
    line = material[start:end]
    for kind, a, b in reversed(values(said)):
        if said[a:b].lower() in line.lower():
            continue
        like = [(s, e) for k, s, e in values(line) if k == kind and line[s:e] not in said]
        if not like or (kind == "name" and a == 0):
            continue
        s, e = like[0] if len(like) == 1 else _nearest(line, like, said[:a])
        return material[:start] + line[:s] + said[a:b] + line[e:] + material[end:]
    if max(shared) >= 2:
        rest = (material[:start] + material[end:]).strip()
        return f"{rest}\n{said[:1].upper() + said[1:]}".strip()
    return added


def _nearest(line: str, places: Sequence[tuple[int, int]], before: str) -> tuple[int, int]:
    """Which of several values stands among the words that lead to the new one."""
    wanted = stems(before)
    return max(
        places, key=lambda p: len(wanted & stems(line[max(0, p[0] - 40) : p[1] + 20]))
    )


def asked_anew(question: str, new: str, material: str, answer: str, encode: Encode) -> str:
    """The question with another thing in the place of one of its own.

    Args:
        question: the one asked before.
        new: what is meant now: "Tuesday", "row B", "the second one", "on Sundays".
        material: the text.
        answer: what was answered, for "the other one".
        encode: vectors of words.
    """
    new = re.sub(r"^(?:about|for the|the case of)\s+", "", new.strip(" .!,"), flags=re.I)
    ordinal = _ORDINAL.match(new)
    if ordinal:
        return _by_number(question, ordinal[1].lower(), material, answer)
    led = _PREPOSITION.match(new)
    if led:
        same = re.search(
            rf"\b{led[1]}\s+((?:the |an? )?[\w'’:-]{{1,24}}(?: [A-ZÀ-Þ0-9][\w'’-]{{0,24}}){{0,2}})",
            question, re.I,
        )  # fmt: skip
        if same:
            return question[: same.start()] + new + question[same.end() :]
    bare = re.sub(r"^(?:the|an?|in|on|at|for|to|from|of)\s+", "", new, flags=re.I)
    place = _like(question, bare, material, encode)
    if place is None:
        return f"{question.rstrip(' ?')} {new if led else 'for ' + new}?"
    put = bare
    if re.search(r"\bones?$", bare):
        put = re.sub(r"\s*\bones?$", "", bare)
    if place[0] == 0:
        put = put[:1].upper() + put[1:]
    return question[: place[0]] + put + question[place[1] :]


def _by_number(question: str, ordinal: str, material: str, answer: str) -> str:
    """The second of several things that the question's name could mean."""
    for kind, a, b in sorted(values(question), key=lambda v: v[0] != "name"):
        part = question[a:b]
        if kind != "name" or (a == 0 and len(part.split()) == 1):
            continue
        found = list(dict.fromkeys(
            m[0] for m in re.finditer(
                rf"(?:\b[A-ZÀ-Þ][\w'’-]{{1,24}} )?\b{re.escape(part)}\b(?: [A-ZÀ-Þ0-9][\w'’-]{{0,24}}){{0,2}}",
                material[:40_000],
            )
        ))  # fmt: skip
        if len(found) < 2:
            continue
        if ordinal == "other":
            left = [name for name in found if name.lower() not in answer.lower()]
            return question[:a] + (left or found)[0] + question[b:]
        number = _ORDINALS[ordinal]
        if number < len(found):
            return question[:a] + found[number] + question[b:]
    return f"{question.rstrip(' ?')} (the {ordinal} one)?"


def _like(
    question: str, new: str, material: str, encode: Encode
) -> tuple[int, int] | None:
    """The part of a question that is of one kind with what is meant now."""
    kinds = [kind for kind, _, _ in values(new)]
    mine = [(k, a, b) for k, a, b in values(question) if not (k == "name" and a == 0)]
    window = _window(question, new)
    if window:
        return window
    for kind in ("day", "date", "month", "time", "number", "name"):
        if kind in kinds:
            same = [(a, b) for k, a, b in mine if k == kind]
            if same:
                return same[-1]
    head = re.sub(r"\s*\bones?$", "", new)
    spots = [
        m.span() for m in re.finditer(r"[\w'’-]{3,24}", question)
        if m[0].lower() not in _COMMON and not _FRAME.fullmatch(m[0])
        and m.start() > 0 and m[0].lower()[:5] in material.lower()
    ]  # fmt: skip
    spots = spots or [
        m.span() for m in re.finditer(r"[\w'’-]{3,24}", question)
        if m[0].lower() not in _COMMON and not _FRAME.fullmatch(m[0])
    ]  # fmt: skip
    if not spots:
        return None
    rows = encode([head, *(question[a:b] for a, b in spots[:20])])
    near = rows[1:] @ rows[0]
    best = int(np.argmax(near))
    return spots[best] if near[best] >= _ALIKE else None


def _window(question: str, new: str) -> tuple[int, int] | None:
    """The stretch of a question that shares at least half of its words with the new one."""
    wanted = [w.lower() for w in re.findall(r"[\w'’%-]+", new)]
    tokens = [m.span() for m in re.finditer(r"[\w'’%-]+", question)]
    best, place = 0.0, None
    for width in range(2, min(len(wanted) + 1, 8)) if len(wanted) >= 2 else ():
        for at in range(len(tokens) - width + 1):
            start, end = tokens[at][0], tokens[at + width - 1][1]
            held = re.findall(r"[\w'’%-]+", question[start:end].lower())
            share = sum(w in wanted for w in held) / max(len(held), len(wanted))
            edges = held[0] in wanted or held[-1] in wanted
            if share > best and edges:
                best, place = share, (start, end)
    return place if best >= 0.5 and not all(
        w in question.lower().split() for w in wanted
    ) else None


_ALIKE = 0.35
_FRAME = re.compile(
    r"who|whom|whose|which|what|when|where|why|how|many|much|long|far|often|does|cost|costs|pay|pays|"
    r"open|opens|close|closes|start|starts|leave|leaves|take|takes|get|gets|have|stand|stands|live|"
    r"wer|wann|wie|was|wo|viel|viele|kostet|quién|cuándo|dónde|cuánto|cuesta|combien|quand|qui",
    re.I,
)
