"""Hold a statement against a source: claim by claim, by words, meaning, numbers and negation.

Runs in the model worker; texts are hostile and only read. What fools it: a statement that repeats
the source's words in another relation ("the dog bit the man").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.models.features import Bank
from harness.models.skills.retrieval import content_words, split_passages, stem

_MOST_SENTENCES = 40
_MOST_CLAIMS = 24
_NOT_BEFORE = frozenset(
    "not no never none nobody nothing neither nor without cannot hardly lacks lack except".split()
)
_NOT_BEHIND = frozenset(
    "forbidden prohibited excluded banned refused denied impossible nothing".split()
)
_REACH = 4
_ANTONYMS = tuple(
    (frozenset(one.split()), frozenset(other.split()))
    for one, other in (
        ("open opens opened", "closed closes shut"),
        ("largest biggest most highest strongest greatest", "smallest least lowest weakest fewest"),
        (
            "larger bigger more higher longer rose rises increased grew up gain gained raised "
            "above",
            "smaller less fewer lower shorter fell falls decreased shrank down loss dropped below",
        ),
        ("allowed permitted welcome may can", "forbidden prohibited banned"),
        ("keeps kept keep stays remains", "deletes deleted erases erased loses removes removed"),
        ("first earliest oldest begins starts start", "last latest newest ends finishes end"),
        ("before", "after"),
        ("included includes free", "excluded extra charged"),
        ("won wins", "lost loses"),
        ("always everyone everybody", "never nobody"),
        ("accepted approved", "rejected refused declined"),
        ("safe harmless", "dangerous unsafe"),
        ("on enabled active", "off disabled inactive"),
        ("hot warm", "cold"),
        ("with", "without"),
        ("get gets receive receives earn earns", "pay pays costs charged owe"),
        ("required must obligatory compulsory mandatory", "optional voluntary"),
        ("upper upstairs top", "lower downstairs ground bottom"),
        ("inside indoors", "outside outdoors"),
        ("same", "different other"),
        ("free gratis", "fee fees charge charged paid"),
        ("runs run running operates operate working works", "stopped stands suspended"),
    )
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD_NUMBERS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven "
        "twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split()
    )
}
_WORD_NUMBERS |= {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70"}
_WORD_NUMBERS |= {"eighty": "80", "ninety": "90", "hundred": "100", "dozen": "12"}
_PASSIVE = re.compile(r"\b(?:was|were|is|are|been) \w+(?:ed|en) by\b")
_SPAN = re.compile(
    rf"\b(\d+|{'|'.join(_WORD_NUMBERS)}) (minutes?|hours?|days?|weeks?|months?|years?|metres?|"
    r"kilometres?|litres?|euros?|dollars?|pounds?|percent|degrees?|kilos?|grams?)\b"
)
_MOVE = re.compile(r"\bfrom (\w+) to (\w+)\b")
_CAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|thanks to|as a result "
    r"of|caused by|on account of)\s+([^.;]{3,160})",
    re.I,
)
# set near a fit on the claims of tests/models/data/claims.toml: no estimate for other texts
_WEIGHTS = (0.41, 0.5, 0.03, -0.82, -0.25, -0.6, -0.87, -0.43, -0.47)
_WIDE = re.compile(r"\b(?:any|all|every\w*|always|only|never|anyone|anything|unlimited)\b", re.I)


@dataclass(frozen=True)
class Finding:
    """One claim held against a source.

    Attributes:
        support: 0 to about 1.1; from 0.5 on the claim counts as backed.
        is_denied: the source says otherwise, by a number or a negation.
        quote: the sentence of the source that comes closest.
    """

    claim: str
    support: float
    is_denied: bool
    quote: str


@dataclass(frozen=True)
class Beside:
    """What of a source stands beside a claim.

    Attributes:
        best: the sentence that comes closest.
        near: that and the next closest.
        source: all of it.
        similar: likeness of claim and best, -1 to 1.
    """

    best: str
    near: str
    source: str
    similar: float


def findings(bank: Bank, statement: str, source: str) -> list[Finding]:
    """Every claim of a statement held against a source."""
    claims = [
        c.strip()
        for c in re.split(
            r"(?<=[.!?])\s+|;\s+|,\s+(?:and|but|while)\s+(?=\w+ )|"
            r"\s+and\s+(?=(?:is|are|was|were|has|have|weighs?|costs?|can|must|may|will|includes?|"
            r"you|it|they|he|she|the|that|we)\b)",
            statement,
        )
        if c and len(content_words(c)) >= 1
    ][:_MOST_CLAIMS]
    passages = [p.text for p in split_passages(source)][:_MOST_SENTENCES]
    if not passages or not claims:
        return [Finding(statement.strip(), 0.0, False, "")]
    vectors = bank.features.encoder.encode([*passages, *claims])
    held, asked = vectors[: len(passages)], vectors[len(passages) :]
    return [
        _held_against(bank, claim, passages, held @ row)
        for claim, row in zip(claims, asked, strict=True)
    ]


def _held_against(
    bank: Bank,
    claim: str,
    passages: Sequence[str],
    similar: np.ndarray[tuple[int], np.dtype[np.float32]],
) -> Finding:
    words = list(dict.fromkeys(stem(w) for w in content_words(claim) if not w.isdigit()))
    shares = np.array([_covered(words, passage) for passage in passages], np.float32)
    order = np.argsort(-(similar + 0.6 * shares), kind="stable")
    best = passages[int(order[0])]
    near = f"{best} {passages[int(order[1])]}" if len(order) > 1 else best
    beside = Beside(best, near, " ".join(passages), float(similar[order[0]]))
    row = evidence(bank, claim, words, beside)
    support = 0.5 + float(np.dot(row, _WEIGHTS))
    is_denied = row[0] > 0.35 and bool(row[3] or row[5] or row[6])
    other_day = _on_another_day(claim, words, best)
    if other_day:
        return Finding(claim, min(support, 0.25), True, best.strip())
    barred = _barred(claim, passages)
    if barred:
        return Finding(claim, min(support, 0.2), True, barred.strip())
    if _unsaid_cause(claim, beside.source):
        support, is_denied = min(support, 0.3), False
    return Finding(claim, support, is_denied, best.strip())


_BARS = re.compile(
    r"\b(?:may|can|must|shall|are|is|were|was|will|do|does)(?:n[o'’]t| not|not)\b(?! only)|"
    r"\bcannot\b|\bnot (?:allowed|admitted|permitted|accepted|included|taken|sold|open|free)\b|"
    r"\b(?:must|have to|has to) (?:stay|remain|wait|be left|be kept) (?:out|outside|behind|away)\b|"
    r"\b(?:forbidden|prohibited|banned|excluded|out of (?:service|order|use)|closed|no longer)\b",
    re.I,
)
_NEGATED = re.compile(
    r"\b(?:not|no|never|none|nobody|cannot|without|outside|closed)\b|n[’']t\b", re.I
)


_DAY = re.compile(
    r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|"
    r"july|august|september|october|november|december|summer|winter|spring|autumn|weekday|weekend)s?\b",
    re.I,
)


def _on_another_day(claim: str, words: Sequence[str], best: str) -> bool:
    """Whether the sentence that says the rest of a claim says it of other days or seasons."""
    said = {day.lower() for day in _DAY.findall(claim)}
    held = {day.lower() for day in _DAY.findall(best)}
    if not said or not held or said & held:
        return False
    rest = [
        word
        for word in words
        if word not in {stem(day) for day in said} | {stem(f"{d}s") for d in said}
    ]
    return bool(rest) and _covered(rest, best) >= 0.75


def _barred(claim: str, passages: Sequence[str]) -> str:
    """The sentence that keeps the subject of a claim out of what the claim grants it, else empty.

    Only where the claim denies nothing and no other sentence speaks of its subject.
    """
    if _NEGATED.search(claim):
        return ""
    subject = _subject(claim)
    if not subject:
        return ""
    about = [p for p in passages if subject <= _stems_of(_head_of(p))]
    if len(about) != 1 or not _BARS.search(about[0]):
        return ""
    return about[0]


def _subject(claim: str) -> set[str]:
    """The stems of what stands before the verb of a short claim."""
    mark = _VERB.search(claim)
    head = claim[: mark.start()] if mark and mark.start() else ""
    return _stems_of(head) if len(head.split()) <= 5 else set()


_VERB = re.compile(
    r"\b(?:is|are|was|were|may|can|must|will|has|have|costs?|pays?|enters?|travels?|runs?|gets?|stays?|"
    r"go(?:es)?|rides?|takes?|opens?|closes?|receives?|comes?|needs?|works?|includes?|joins?)\b",
    re.I,
)


def _head_of(passage: str) -> str:
    """What stands before the words that keep out, or all of a sentence without such."""
    mark = _BARS.search(passage)
    return passage[: mark.start()] if mark and mark.start() else passage


def _stems_of(text: str) -> set[str]:
    return {stem(word) for word in content_words(text)}


def _unsaid_cause(claim: str, source: str) -> bool:
    """Whether the claim gives a reason of which the source says nothing."""
    cause = _CAUSE.search(claim)
    words = [stem(w) for w in content_words(cause[1])] if cause else []
    return bool(words) and _covered(words, source) < 0.5


def evidence(bank: Bank, claim: str, words: Sequence[str], beside: Beside) -> list[float]:
    """What speaks for and against a claim; the order is that of _WEIGHTS."""
    best, near = beside.best, beside.near
    covered = 0.5 * (_covered(words, near) + _covered(words, best))
    lacking = numbers(claim) - numbers(beside.source)
    elsewhere = numbers(claim) - numbers(near)
    too_wide = bool(_WIDE.search(claim)) and not _WIDE.search(near)
    return [
        beside.similar,
        covered,
        1.0 if covered == 1 else _met_in_meaning(bank, words, near),
        float(bool(lacking)),
        float(bool(elsewhere) and not lacking),
        float(_turned(claim, best)),
        float(opposed(claim, best) or _swapped(claim, best)),
        float(too_wide),
        1.0,
    ]


def _polarity(text: str) -> dict[str, bool]:
    """Whether each content word of a text stands under a negation."""
    out: dict[str, bool] = {}
    for clause in re.split(r"[,;:.]\s+|\s+(?:but|while|although|and)\s+(?!not\b)", text.lower()):
        words = re.findall(r"[^\W_]+(?:n't)?", clause.replace("’", "'"))
        behind = any(w in _NOT_BEHIND for w in words) or words[-1:] in (["not"], ["never"])
        since = _REACH + 1
        for word in words:
            since = 0 if word in _NOT_BEFORE or word.endswith("n't") else since + 1
            if content_words(word) and word not in _NOT_BEHIND:
                out[stem(word)] = (since <= _REACH) != behind
    return out


def _turned(claim: str, passage: str) -> bool:
    """The source denies what the claim says of the same words, or the reverse."""
    said, held = _polarity(claim), _polarity(passage)
    shared = [w for w in said if w in held and not w.isdigit()]
    differ = [w for w in shared if said[w] != held[w]]
    return len(differ) * 3 > len(shared)


def opposed(claim: str, passage: str) -> bool:
    """The claim has a word, the source its opposite instead."""
    said = set(re.findall(r"[a-z]+", _plainly(claim)))
    held = set(re.findall(r"[a-z]+", _plainly(passage)))
    if _UNTIL.search(passage) and said & {"closes", "closed", "close", "shuts"}:
        held -= {"open", "opens", "opened"}  # what is open until nine closes at nine
    if _AT_ONCE.search(claim) and _LATER.search(passage) and not _AT_ONCE.search(passage):
        return True
    for one, other in _ANTONYMS:
        for mine, theirs in ((one, other), (other, one)):
            if said & mine and not said & theirs and held & theirs and not held & mine:
                return True
    return False


_AT_ONCE = re.compile(r"\b(?:at once|immediately|instantly|straight away|right away)\b", re.I)
_LATER = re.compile(
    r"\b\d+ (?:minutes|hours|days|weeks|months)\b[^.;]{0,12}\b(?:after|later)\b", re.I
)
_UNTIL = re.compile(r"\b(?:until|till|to|-|–) ?\d", re.I)


def _plainly(text: str) -> str:
    """A text in lower case, with phrases of several words as the one word that they mean."""
    low = re.sub(r"\bfree of charge\b|\bat no (?:cost|charge)\b", "free", text.lower())
    low = low.replace(">", " more than ").replace("<", " less than ")
    return re.sub(r"\bout of (?:service|order|use)\b", "stopped", low)


def _swapped(claim: str, passage: str) -> bool:
    """`from A to B` turned round, or two names that have changed places round one verb."""
    moves = [dict(_MOVE.findall(text.lower())) for text in (claim, passage)]
    if any(moves[1].get(b) == a for a, b in moves[0].items()):
        return True
    names = [m for m in re.findall(r"[A-ZÀ-Ý][a-zà-ÿ]+(?: [A-ZÀ-Ý][a-zà-ÿ]+)?", claim)]
    places = [(claim.find(n), passage.find(n)) for n in names if n in passage]
    if len(places) < 2:
        return False
    (mine, theirs), (mine_next, theirs_next) = places[0], places[-1]
    passive = [bool(_PASSIVE.search(text)) for text in (claim, passage)]
    return ((mine < mine_next) != (theirs < theirs_next)) != (passive[0] != passive[1])


def _covered(words: Sequence[str], passage: str) -> float:
    held = {stem(w) for w in content_words(passage, 4_000)}
    return sum(w in held for w in words) / max(1, len(words))


def _met_in_meaning(bank: Bank, words: Sequence[str], passage: str) -> float:
    """How well the words that the passage lacks are met by others of its words: the worst two."""
    held = list(dict.fromkeys(content_words(passage)))[:120]
    if not held or not words:
        return 0.0
    stems = {stem(w) for w in held}
    lacking = [w for w in words if w not in stems][:16]
    if not lacking:
        return 1.0
    near = bank.features.encoder.word_vectors([*lacking, *held])
    best = np.sort((near[: len(lacking)] @ near[len(lacking) :].T).max(1))
    return float(best[:2].mean())


def numbers(text: str) -> set[str]:
    """The numbers of a text as figures, those with a unit also as `30 minute`."""
    low = re.sub(r"\bhalf an hour\b", "30 minutes", text.lower())
    low = re.sub(r"\bquarter of an hour\b", "15 minutes", low)
    low = low.replace("midnight", "24:00").replace("noon", "12:00")
    found = {n.rstrip(".,").replace(",", "") for n in _NUMBER.findall(low)}
    spans = {f"{_WORD_NUMBERS.get(n, n)} {stem(unit)}" for n, unit in _SPAN.findall(low)}
    words = re.findall(r"[a-z]+", low)
    return found | spans | {_WORD_NUMBERS[w] for w in words if w in _WORD_NUMBERS and w != "one"}
