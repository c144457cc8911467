"""Put a correction into what a conversation holds: into its text, or into the question last asked.

Runs in the model worker (zone G); the text is hostile. A changed fact is looked for by its words
and takes the place of a value of its own kind (a day for a day, a number for a number, a name for
a name); two swapped names change places everywhere. What fools it: a correction in other words
than the text's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.turns_values import sentences, stems, values

_SWAP = re.compile(
    r"(?P<one>[\w'’-]{2,24}(?: [A-ZÀ-Þ][\w'’-]{1,24})?) and (?P<two>[\w'’-]{2,24}(?: "
    r"[A-ZÀ-Þ][\w'’-]{1,24})?)"
    r" (?:have |has |had |will |are )?(?:now |just |since )?(?:swap\w*|swop\w*|trad\w+|switch\w*|"
    r"exchang\w+|chang\w+ (?:days?|places?|rooms?|shifts?|seats?|over|jobs?|roles?|turns?|"
    r"slots?))\b",
)
_BOTH_SWAP = re.compile(
    r"\b(?:they|the two|both|those two|these two)\b[^.?!\n]{0,20}\b(?:swap\w*|swop\w*|trad\w+|"
    r"switch\w*|"
    r"exchang\w+|changed places)\b|^\W*swap\w* (?:them|the two)\b|\bhave been swapped\b",
    re.I,
)
_INSTEAD = (
    re.compile(
        r"(?P<new>[^,.;:?!\n]{1,40}?) (?:instead of|replaces|takes over from|in place of|"
        r"rather than|(?:stands|steps) in for) (?P<old>[^,.;?!\n]{1,40})",
        re.I,
    ),
    re.compile(r"\bnot (?P<old>[^,.;?!\n]{1,30}?),? but (?P<new>[^,.;?!\n]{1,30})", re.I),
    re.compile(r"(?P<new>[^,.;:?!\n]{1,30}), not (?P<old>[^,.;?!\n]{1,30})", re.I),
    re.compile(
        r"\b(?:from|change|replace|swap|raised from|moved from|put) "
        r"(?P<old>[^,.;?!\n]{1,30}?) "
        r"(?:to|by|with|into|for) (?P<new>[^,.;?!\n]{1,30})",
        re.I,
    ),
    re.compile(
        r"(?P<old>[^,.;:?!\n]{1,30}?) (?:is (?:now )?replaced by|should (?:be|read|have "
        r"been|say)|"
        r"becomes|→|->) (?P<new>[^,.;?!\n]{1,30})",
        re.I,
    ),
)
_MARK = re.compile(
    r"^\W{0,3}(?:(?:(?:small|quick|one|little|last|late|short|important|minor|sorry|wait|ah|oh|"
    r"no|ok|"
    r"i forgot|my mistake)\b[ ,:]{0,2}){0,3}(?:update|correction|erratum|news|change(?:s| of "
    r"plans?)?|"
    r"amendment|addition|edit|p\.?s\.?|fyi|note|typo|addendum)?\b)[^:.!,\n]{0,14}[:.!,—-]\s?",
    re.I,
)


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
    r"\b(?i:call|name|rename) (?:him|her|it|them|the "
    r"[\w-]{2,20})\s+(?P<new>[A-ZÀ-Þ][\w'’-]{1,24}(?: [A-ZÀ-Þ][\w'’-]{1,24})?)"
)
_MAKE_IT = re.compile(
    r"^\W{0,3}(?:(?:no|sorry|nice|good|ok(?:ay)?|but|please|and|great|actually|thanks)\b[ "
    r",.!]{0,3}){0,3}(?:make|let) "
    r"(?:it|that|this)(?: be)? (?:on |at |in |for )?(?P<new>[^,.;?!\n]{2,30})",
    re.I,
)


def edited(answer: str, turn: str) -> str:
    """An answer that the model had written, with a word of it changed; empty where none is.

    Args:
        answer: what was said before.
        turn: "Call him Ludo instead", "It's on Sunday, not Saturday", "make it 5 pm".
    """
    named = _CALLED.search(turn)
    if named:
        old = next(
            (
                answer[a:b]
                for kind, a, b in values(answer)
                if kind == "name" and answer[a:b] not in turn
            ),
            "",
        )
        return re.sub(rf"\b{re.escape(old)}\b", lambda _: named["new"], answer) if old else ""
    swapped = _swapped(answer, turn)
    if swapped:
        return swapped
    joined = _joined(answer, turn)
    if joined:
        return joined
    whole = _renamed(answer, turn)
    if whole:
        return whole
    several = [
        p
        for p in re.split(r"\s+and (?=(?:it|the|on|at|with)\b)|(?<=[.!?;])\s+", turn)
        if len(p.split()) >= 2
    ]
    if len(several) >= 2:
        changed = answer
        for part in several:
            changed = _one_edit(changed, part) or changed
        if changed != answer:
            return changed
    return _one_edit(answer, turn)


_ALSO = re.compile(
    r"^\W{0,3}(?:(?:and|oh|sorry|please|also|wait)\b[ ,]{0,2}){0,3}(?P<what>[\w: ]{2,30}?),? "
    r"(?:too|as well|also)\b"
    r"[^?\n]{0,30}$",
    re.I,
)
_RENAMED = re.compile(
    r"\b(?i:can(?:'t|not)|may not|must not|mustn't|don't|do not|not allowed to) (?i:use|say|"
    r"call it|write|mention) "
    r"(?i:the (?:name|word) )?[\"“']?(?P<old>[A-ZÀ-Þ][\w'’-]{1,24})[\"”']?"
)
_NOW_NAMED = re.compile(
    r"\b(?i:(?:(?:new )?name(?: is|'s|:)|call it|use|it's(?: now)? called|goes by)(?: now)?) "
    r"[\"“']?(?P<new>[A-ZÀ-Þ][\w'’-]{1,24})[\"”']?"
)
_TOO_MUCH = re.compile(
    r"[\"“'](?P<phrase>[^\"”'\n]{4,80})[\"”'][^.?!\n]{0,20}\b(?:too (?:much|strong|far)|"
    r"promises|exaggerat\w*|"
    r"over the top|claims too|not true|unproven|goes too far)\b",
    re.I,
)
_SOFTER = (
    (r"\bevery\b", "many a"),
    (r"\ball\b", "most"),
    (r"\balways\b", "often"),
    (r"\bnever\b", "rarely"),
    (r"\bthe best\b", "a very good"),
    (r"\bguarantees?\b", "helps with"),
    (r"\bperfect\b", "good"),
    (r"\bwill\b", "can"),
    (r"\bany\b", "most"),
    (r"\b100 ?%", "much"),
    (r"\bforever\b", "for long"),
)


def _joined(answer: str, turn: str) -> str:
    """An answer with one more value beside its like: "Friday too"."""
    also = _ALSO.match(turn)
    for kind, a, b in values(also["what"]) if also else []:
        like = [(s, e) for k, s, e in values(answer) if k == kind]
        if also and like and also["what"][a:b].lower() not in answer.lower():
            end = like[-1][1]
            return f"{answer[:end]} and {also['what'][a:b]}{answer[end:]}"
    return ""


def _renamed(answer: str, turn: str) -> str:
    """An answer with another name in it, and with a claim that is too strong made milder."""
    changed = answer
    old, new = _RENAMED.search(turn), _NOW_NAMED.search(turn)
    if old and new and old["old"] != new["new"]:
        changed = re.sub(rf"\b{re.escape(old['old'])}\b", lambda _: new["new"], changed)
    strong = _TOO_MUCH.search(turn)
    if strong and strong["phrase"].lower() in changed.lower():
        soft = strong["phrase"]
        for pattern, put in _SOFTER:
            soft = re.sub(pattern, put, soft, flags=re.I)
        soft = soft if soft != strong["phrase"] else f"helps to: {soft}"
        changed = re.sub(re.escape(strong["phrase"]), lambda _: soft, changed, flags=re.I)
    return changed if changed != answer else ""


def _one_edit(answer: str, turn: str) -> str:
    """An answer with one correction put in; empty where none fits."""
    moved = re.match(
        r"\W*(?:it|that|this|the \w+)(?:'s| is)(?: now)? (?:on|at|in) (?P<new>[\w: ]{2,24})\W*$",
        turn,
        re.I,
    )
    for kind, a, b in values(moved["new"]) if moved else []:
        like = [(s, e) for k, s, e in values(answer) if k == kind]
        if moved and len(like) == 1:
            return answer[: like[0][0]] + moved["new"][a:b] + answer[like[0][1] :]
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
        names = list(
            dict.fromkeys(
                material[a:b]
                for kind, a, b in values(material)
                if kind == "name" and re.search(r"[:|,]\s*$", material[max(0, a - 3) : a])
            )
        )
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
        rf"(?:\b[A-ZÀ-Þ][\w'’-]{{1,24}} ){{0,2}}\b{re.escape(part)}\b(?: "
        rf"[A-ZÀ-Þ][\w'’-]{{1,24}}){{0,2}}",
        material[:40_000],
    )
    if found:
        return re.sub(
            r"^(?:Dear|Hi|Hello|Hey|The|An?|In|On|At|For|With|Mr|Ms|Mrs|Dr)\s+(?=\S)", "", found[0]
        )
    loose = re.search(rf"\b{re.escape(part)}\b", material[:40_000], re.I)
    return loose[0] if loose else ""


def _replaced(material: str, old: str, new: str, said: str) -> str:
    """One thing for another, in the sentence that the statement is about."""
    old = re.sub(r"^(?:the|an?|it'?s|it is|that'?s|they|we) ", "", old, flags=re.I)
    new = re.sub(
        r"^(?:(?:it|that|this|they|we|he|she)(?:'s| is| are| was)?|the|an?|is|are|use|take) ",
        "",
        new,
        flags=re.I,
    )
    there = _whole(material, old)
    if not there or not new:
        return ""
    kinds = [kind for kind, a, b in values(old)]
    like = [new[a:b] for kind, a, b in values(new) if kind in kinds]
    put = like[0] if like else new
    inside = next((old[a:b] for kind, a, b in values(old) if like), there)
    there = there if inside.lower() not in there.lower() or not like else _whole(material, inside)
    return re.sub(rf"\b{re.escape(there)}(?!\w)", lambda _: put, material)


def _measured(material: str, said: str) -> str:
    """A text with another number before the same unit: "make it 10 metres"."""
    for new in re.finditer(r"\b(?P<n>\d[\d.,]{0,8}) ?(?P<unit>[A-Za-z%°€$]{1,16})\b", said):
        root = re.escape(new["unit"].rstrip("s")[:8])
        old = list(re.finditer(rf"\b(?P<n>\d[\d.,]{{0,8}})(?= ?{root}s?\b)", material, re.I))
        if len(old) == 1 and old[0]["n"] != new["n"]:
            return material[: old[0].start()] + new["n"] + material[old[0].end() :]
    return ""


def _overwritten(material: str, said: str) -> str:
    """The value of its kind in the nearest sentence replaced; else the statement added."""
    measured = _measured(material, said)
    if measured:
        return measured
    wanted = stems(said)
    places = sentences(material)[:400]
    shared = [len(wanted & stems(material[a:b])) for a, b in places]
    added = f"{material.rstrip()} {said[:1].upper() + said[1:]}" if material.strip() else said
    added = added if added.rstrip().endswith((".", "!", "?")) else added + "."
    is_pronoun = re.match(r"(?:oh,? )?(?:it|they|that|this|he|she|we)\b", said, re.I)
    if not shared or max(shared) < 1 or is_pronoun:
        for kind, a, b in values(said):
            like = [(s, e) for k, s, e in values(material) if k == kind]
            if len(like) == 1 and kind != "name":
                return material[: like[0][0]] + said[a:b] + material[like[0][1] :]
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
    """Which of several values stands closest behind the words that lead to the new one."""
    wanted = stems(before)
    named = [m.span() for m in re.finditer(r"[\w'’-]+", line) if stems(m[0]) & wanted]

    def distance(place: tuple[int, int]) -> int:
        return min(
            (place[0] - end if place[0] >= end else start - place[1] + 10 for start, end in named),
            default=1_000,
        )

    return min(places, key=distance)
