"""Reasons, ways and enumerations that a text gives for what is asked.

Runs in the model worker; the text is hostile, patterns are bounded.
"""

from __future__ import annotations

import re

from harness.models.skills.answering import Found, Look, sentence
from harness.models.skills.wording import WORD, are_opposite, coverage, key_words

_CAUSE = re.compile(
    r"\b(because of|because|owing to|due to|on account of|thanks to|as a result of|since|as|"
    r"for fear of|"
    r"in order (?:to|that)|so that|so as to|caused by|following|after|for lack of|"
    r"the reason is(?: that)?|"
    r"the (?:cause|reason) (?:was|is))\s+(.{3,200}?)(?=[.;!?]|$|, (?:so|the|and|but|we|trains|"
    r"it)\b)",
    re.I | re.S,
)
_STRENGTH = {"since": 0.6, "as": 0.45, "after": 0.5, "following": 0.5}
_PURPOSE = re.compile(r"\b(to (?!the\b|a\b|be\b|\d)[a-z]{3,} .{3,120}?)(?=[.;,!?]|$)")
_THEREFORE = re.compile(r"^(.{4,160}?)(?:,? so(?! that)|[;,] (?:therefore|hence))\b", re.I)
_NAMED = re.compile(
    r"(?:^|\bthe |\bThe |\band )([A-ZÀ-Þ](?!he\b|nd\b)[\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){0,2})"
)
_DENIED = re.compile(r"\b(?:not|no|never|without|neither|nor)\b|n['’]t\b", re.I)
_MET = 0.8
_NEAR, _EVENT = 0.3, 0.55
_ITEM = r"[^,.;:!?]{1,60}"
_SERIES = re.compile(
    rf"({_ITEM}(?:, {_ITEM}){{0,12}},? (?:and|or|as well as|plus) [^,.;:!?]{{1,60}})"
)
_BARE_SERIES = re.compile(rf"({_ITEM}(?:, {_ITEM}){{1,12}})(?=[.;!?]|$)")
_TAIL = re.compile(
    r"\s(?:(?:is|are|was|were|will|can|must|may|has|have|had|lie|live|run|work|on|at|in|to|for|"
    r"with|"
    r"from|by|every|each|before|after|until|when|where|which|who)\b.*)$"
)
_HEAD = re.compile(
    r"^.*\b(?:are|were|is|was|includes?|including|contains?|bring|brings|need|needs|from|sells?|"
    r"offers?|"
    r"has|have|had|grows?|grew|won|wear|to|of|with|between|by|in|both|such as|serves?|"
    r"teach(?:es)?|"
    r"plays?|takes?|took|visits?|visited|buys?|bought|packs?|uses?|gets?|makes?|made|roasts?|"
    r"accepts?|covers?|lends?|stocks?|for)\s+",
    re.I,
)


def find_reason(look: Look) -> Found | None:
    """Why something is so; the sentence that says otherwise where the premise does not hold."""
    if not look.passages:
        return None
    number = look.best()
    passage = look.passages[number]
    sure = look.coverage(number)
    against = _denied(look, number)
    if against:
        return Found(
            f"The text says otherwise: {sentence(passage.text)}", passage.text, passage, sure
        )
    event = _event(look, passage.text)
    best: tuple[float, str] | None = None
    for mark in _CAUSE.finditer(passage.text[:1_200]):
        strength = _STRENGTH.get(mark[1].lower(), 1.0)
        if re.match(rf"(?:\d{{4}}|last|then|the \w+ of \d|{'monday|january'})\b", mark[2], re.I):
            continue
        if best is None or strength > best[0]:
            best = (strength, _because(mark[1].lower(), mark[2]))
    so = _THEREFORE.match(passage.text[:600])
    if so and (best is None or best[0] < 0.6):
        best = (0.8, _because("because", so[1]))
    if best is not None and event < _NEAR:
        return None
    if best is None:
        return _beside(look, number, sure) if event >= _EVENT else None
    return Found(sentence(best[1]), best[1], passage, sure)


def _event(look: Look, text: str) -> float:
    """How far a sentence speaks of what happened, names and years left aside."""
    names = {m[0].lower() for m in re.finditer(r"\b[A-ZÀ-Þ][\w-]+", look.question[1:])}
    happened = [key for key in look.keys if key not in names and not key.isdigit()]
    return coverage(happened or look.keys, _words(text))


def nothing_said(look: Look) -> str:
    """What to say to a why-question where the text has no reason: what it does say; or nothing."""
    number = look.best() if look.passages else 0
    if not look.passages or look.coverage(number) < _NEAR:
        return ""
    return f"The text does not say that; it says: {sentence(look.passages[number].text)}"


def _because(link: str, clause: str) -> str:
    clause = " ".join(clause.split()).strip(" ,")
    if link in ("in order to", "in order that", "so that", "so as to"):
        return f"{link} {clause}"
    if link in ("because of", "owing to", "due to", "on account of", "thanks to", "caused by",
                "following", "after", "as a result of", "for lack of"):  # fmt: skip
        link = {"caused by": "because of"}.get(link, link)
        return f"{link} {clause}"
    keep = re.match(r"(?:I|[A-Z][a-z]+ [A-Z]|[A-Z][a-z]+ (?:is|was|has|had))\b", clause)
    return f"because {clause if keep else clause[:1].lower() + clause[1:]}"


def _beside(look: Look, number: int, sure: float) -> Found | None:
    """A reason without a word for it: a purpose, or the sentence beside the event."""
    passage = look.passages[number]
    purpose = _PURPOSE.search(passage.text[:600])
    if purpose and coverage(key_words(look.question), _words(purpose[1])) < 0.5:
        return Found(sentence(purpose[1]), purpose[1], passage, sure)
    for other in (number + 1, number - 1):
        if not 0 <= other < len(look.passages):
            continue
        text = look.passages[other].text
        if re.search(
            r"\b(?:had|has|have|were|was|too|found|broke|needs?|could|no longer|so)\b", text
        ):
            return Found(sentence(text), text, look.passages[other], sure * 0.8)
    return None


def _denied(look: Look, number: int) -> bool:
    """Whether a passage denies what a why-question takes for granted."""
    asked = [m[0].lower() for m in WORD.finditer(look.question)]
    held = _words(look.passages[number].text)
    said_not = {"not", "never", "without", "no", "nobody", "none"}
    if said_not & set(asked) or any(word.endswith(("n't", "n’t")) for word in asked):
        return False
    if look.coverage(number) < 0.35:
        return False
    return are_opposite(asked, held) and not _CAUSE.search(look.passages[number].text)


def _words(text: str) -> list[str]:
    return [m[0].lower() for m in WORD.finditer(text)]


def find_by_property(look: Look) -> Found | None:
    """The names of which a text says what is asked, where it says it of some and not of others."""
    has: list[str] = []
    lacks: list[str] = []
    where = 0
    for number, passage in enumerate(look.passages):
        for part in re.split(r"[;,.]\s+|\s(?:but|while|whereas)\s", passage.text[:1_200]):
            name = _NAMED.search(part)
            if not name or name[1].lower() in look.question.lower():
                continue
            words = [w for w in _words(part) if w not in _words(name[1])]
            met = coverage(look.keys, words) * len(look.keys)
            if met >= _MET and not _DENIED.search(part):
                where = number if not has else where
                has.append(name[1])
            else:
                lacks.append(name[1])
    if not has or not lacks or len(has) + len(lacks) < 3:
        return None
    items = list(dict.fromkeys(has))
    said = items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
    return Found(sentence(said), said, look.passages[where], max(0.6, look.coverage(where)))


def find_list(look: Look, noun: str) -> Found | None:
    """All the things that are asked for, as the text enumerates them."""
    if not look.passages:
        return None
    bullets = [p.text for p in look.passages if re.match(r"\s*(?:[-*•]|\d{1,2}[.)])\s", p.text)]
    if len(bullets) >= 2:
        items = [re.sub(r"^\W*(?:\d{1,2}[.)]\s*)?", "", one).strip(" .") for one in bullets]
        return _listed(items, look, look.best())
    order = sorted(
        range(len(look.passages)), key=lambda n: -(look.coverage(n) + look.lead(n))
    )[:3]  # fmt: skip
    for number in order:
        items = enumerated(look.passages[number].text, look.keys)
        if len(items) >= 2 and (number == order[0] or look.coverage(number) > 0.3):
            return _listed(items, look, number)
    return None


def _listed(items: list[str], look: Look, number: int) -> Found:
    said = items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
    return Found(sentence(said), said, look.passages[number], look.coverage(number))


def enumerated(text: str, keys: list[str]) -> list[str]:
    """The items of the series in a sentence that stands nearest to the words asked."""
    best: tuple[float, list[str]] = (-1.0, [])
    for pattern in (_SERIES, _BARE_SERIES):
        for mark in pattern.finditer(text[:1_200]):
            items = _items(mark[1])
            if len(items) < 2:
                continue
            before = _words(text[max(0, mark.start() - 60) : mark.end()])
            score = coverage(keys, before) + 0.02 * len(items)
            if score > best[0]:
                best = (score, items)
        if best[1]:
            break
    return best[1]


def _items(series: str) -> list[str]:
    parts = [p.strip() for p in re.split(r",? (?:and|or|as well as|plus) (?:also )?|, ", series)]
    parts = [p for p in parts if p]
    if len(parts) < 2:
        return []
    parts[0] = _HEAD.sub("", parts[0]) or parts[0]
    parts[-1] = _TAIL.sub("", f" {parts[-1]}").strip() or parts[-1]
    if max(len(p.split()) for p in parts[:-1]) > 8:
        return []
    return [re.sub(r"^(?:also|then|as well)\s", "", p) for p in parts]
