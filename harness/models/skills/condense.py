"""A sentence made shorter by leaving parts of it out, down to a number of words or characters.

Runs in the model worker; pure. A sentence is cut into its core (subject, verb, object) and into
parts that may go, each at a price; the cheapest choice that fits is taken. What fools it: a
sentence whose news stands in a side clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.models.skills import english as en
from harness.models.skills.condense_lead import border_of_lead, end_of_lead
from harness.models.skills.rewriting_forms import begun

_MOST_WORDS = 90
_NEVER = 1_000.0
_LEAD = re.compile(
    r"^(?:(?:anyway|(?:i )?just wanted to (?:say|let you know|mention|tell "
    r"you)(?: that)?|however|moreover|furthermore|in addition|also|"
    r"well|so|besides|actually|as you (?:all )?know|"
    r"as (?:some|many) of you (?:may )?know|as usual|by the way|"
    r"unfortunately|sadly|happily|now|then|and|but|"
    r"to be honest|in short|after (?:much|a long) (?:debate|discussion|search|wait))\b,?\s+)+",
    re.I,
)
_ATTRIBUTED = re.compile(
    r",?\s+(?:said|says|according to|explained|added|told|announced|"
    r"reports?)\s+(?:the |a |its |our )?[^,.]{2,60}(?=[,.]|$)|"
    r"^according to [^,]{2,60},\s+|^[A-Z][\w .]{2,50}? (?:said|"
    r"says|announced|reported|explained) (?:on \w+ )?that\s+",
)
_SAID_OF_ITSELF = re.compile(
    r"^(?P<who>(?:The |A )?[A-Za-z][\w .'-]{2,50}?) (?:said|says|has said|announced|has announced|"
    r"reported|confirmed|explained)(?: on \w+| today| yesterday)? that (?:it|he|she|they)(?= )"
)
_CLAUSE = frozenset(
    "because since after before while when although though whereas "
    "where as so unless until once".split()
)
_RELATIVE = frozenset("who which whom whose where".split())
_SIDE_PREPOSITIONS = en.PREPOSITIONS - frozenset(("of", "because", "than"))
_ADVERBS = re.compile(
    r"^(?:very|really|quite|also|just|still|already|again|even|rather|now|currently|\w{3,}ly)$",
    re.I,
)
_NO_ADVERBS = frozenset(
    "only family july italy supply apply reply early daily fly rely ally weekly monthly".split()
)
_ARTICLES = frozenset("the a an its their his her our my your".split())
_HOLD = frozenset(
    (*en.BE, *en.HAVE, "be", "been", "being", "very", "so", "too", "not", "stay", "stays", "remain")
)
_WANTS_MORE = re.compile(
    r"^(?:deci|vot|agree|plan|want|need|ha[vsd]|hope|refus|promise|"
    r"inten|like|able|begin|beg[au]n|start|going|"
    r"due|set|ready|is$|are$|was$|were$|will$|tr[yi]|forc|ask|allow|order|expect)\w*",
    re.I,
)
_COUNTED = frozenset(
    "all some one none number lot half most many each out part two three several because".split()
)
_FRAME = re.compile(
    r"^(?:we|i) (?:are|am|would like|regret|wish|want|have)\b[^,"
    r".]{0,60}?\b(?:announce|inform|tell|let|say|"
    r"share|know|report|advise)\b[^,.]{0,50}?\bthat,?\s+"
    r"(?:(?:owing to|due to|because of|thanks to|as a result of)\b[^,.]{3,60},\s+)?|^(?:please "
    r"(?:note|be advised)|it (?:was|has been) "
    r"(?:announced|reported|confirmed)|it is (?:clear|said)) that\s+",
    re.I,
)
_REFERRING = re.compile(
    r"^(?:(?:since then|then|later|after that|in the end|instead|however|"
    r"even so|still|meanwhile|there),? )?(?:he|she|it|they|this|that|these|"
    r"those|his|her|their|its|there|here)\b",
    re.I,
)


_WHEN = re.compile(
    r"\d|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|today|noon|midnight|"
    r"january|february|march|april|june|july|august|september|october|november|december)\b",
    re.I,
)
"""A day or figure, which a short version keeps before a place."""


@dataclass(frozen=True)
class Part:
    """A run of words that stays or goes as one.

    Attributes:
        price: what it costs to leave it out.
        thin: the same without articles and adjectives.
    """

    words: tuple[str, ...]
    price: float
    thin: tuple[str, ...]


def freed(sentence: str) -> str:
    """Without the words that only lead in, brackets, and who said it."""
    said = _FRAME.sub("", _LEAD.sub("", sentence.strip()))
    said = re.sub(r"\s*\([^()]{0,160}\)", "", said)
    said = (
        _ATTRIBUTED.sub("", _SAID_OF_ITSELF.sub(r"\g<who>", said))
        if len(said.split()) > 8
        else said
    )
    return begun(re.sub(r"\s+", " ", said).strip(" ,"))


_ASIDE = re.compile(
    r"^(?P<head>[^,.;:]{3,60}), (?:which |who )?(?:closed|empty|shut|built|known|hidden|left|lost|"
    r"damaged|[a-z]{3,12}ed|[a-z]{3,12}ing|which|who|once|long|now)\b[^,.;:]{2,80}, "
    r"(?=(?:will|is|are|was|were|has|have|had|can|may|must|opens?|reopens?|closes?|gets?|starts?|"
    r"re-?opened|opened|returned|turned|became|won|lost|moved|got)\b)"
)


def without_aside(sentence: str) -> str:
    """Without what stands between subject and verb in commas: "…, shut for years, …"."""
    return _ASIDE.sub(r"\g<head> ", sentence)


def parts_of(sentence: str, keep: re.Pattern[str] | None = None) -> list[Part]:
    """The parts of a sentence, in order."""
    words = sentence.rstrip(".!; ").split()[:_MOST_WORDS]
    cuts = _cuts(words)
    out = []
    for (start, sort), (end, _) in zip(cuts, [*cuts[1:], (len(words), "")], strict=True):
        run = words[start:end]
        if not run:
            continue
        price = {
            "core": _NEVER,
            "clause": 0.8,
            "side": 1.2 - 0.5 * start / len(words),
            "second": 0.9,
            "adverb": 0.2,
            "infinitive": 6.0,
            "of": 2.2,
        }[sort]
        if sort == "side" and re.match(r"(?:by|into)$", run[0], re.I):
            price += 0.4
        if sort == "side" and len(run) <= 4 and run[0] != "between" and _WHEN.search(" ".join(run)):
            price += 0.5
        if keep is not None and keep.search(" ".join(run)):
            price = _NEVER
        out.append(Part(tuple(run), price, _thinned(run)))
    return out


def _cuts(words: Sequence[str]) -> list[tuple[int, str]]:
    """Where each part begins, and of which sort it is."""
    if (border := border_of_lead(words)) > 0:
        return [(0, "side"), *((at + border, sort) for at, sort in _cuts(words[border:]))]
    verbs = [v for v in en.verbs([w.strip(",;:") for w in words])]
    main = verbs[0].at if verbs else min(4, len(words) - 1)
    main = _main_behind_clause(words, [v.at for v in verbs], main)
    cuts, sort = [(0, "core")], "core"
    for i in range(1, len(words)):
        low = words[i].lower().strip(',;:"“”')
        after_comma = words[i - 1][-1:] in ",;:–"
        new = ""
        if low in _RELATIVE or (low in _CLAUSE and i > main and _has_verb(words[i + 1 :])):
            new = "clause"
        elif low == "that" and sort == "core" and i < main:
            new = "clause"
        elif (
            low in ("and", "but", "or")
            and i > main
            and (sort != "clause" or after_comma)
            and (after_comma or _has_verb(words[i + 1 : i + 5]))
        ):
            new = "second"
        elif after_comma and sort == "clause" and i <= main + 1:
            new = "core"
        elif after_comma and sort in ("clause", "side") and i > main:
            new = "second"
        elif after_comma and i < main and not cuts[-1][1] == "clause":
            new = "core" if sort == "side" else "clause"
        elif (
            low == "to" and i > main and i + 1 < len(words) and en.is_base(words[i + 1].strip(",."))
        ):
            near = [w for w in words[max(0, i - 3) : i] if _WANTS_MORE.match(w)]
            new = (
                ""
                if sort in ("clause", "second")
                else "core"
                if near or (sort == "core" and i - main < 3)
                else "infinitive"
            )
        elif low == "to" and sort == "side" and words[cuts[-1][0]].lower() == "from":
            new = ""
        elif low == "of" and sort in ("core", "side", "infinitive"):
            new = "" if words[i - 1].lower() in _COUNTED or sort == "side" else "of"
        elif sort == "of" and (
            i == main or (i > main and low in ("has", "have", "is", "are", "will"))
        ):
            new = "core"
        elif low in _SIDE_PREPOSITIONS and sort not in ("clause", "second") and i > 0:
            new = "side"
        elif sort == "side" and i == main:
            new = "core"
        elif _ADVERBS.match(low) and low not in _NO_ADVERBS and sort in ("core", "infinitive"):
            cuts += [(i, "adverb"), (i + 1, sort)]
            continue
        if new:
            cuts.append((i, new))
            sort = new
        elif i == main and sort != "core":
            cuts.append((i, "core"))
            sort = "core"
    if words and words[0].lower() in _SIDE_PREPOSITIONS | _CLAUSE:
        cuts[0] = (0, "side")
        first = next((i for i in range(1, main + 1) if words[i - 1].endswith(",")), 0)
        if first:
            cuts = [(0, "side"), (first, "core"), *[c for c in cuts if c[0] > first]]
        elif (border := end_of_lead(words, main)) > 0:
            cuts = [(0, "side"), (border, "core"), *[c for c in cuts if c[0] > border]]
        else:
            cuts[0] = (0, "core")
    return cuts


def _main_behind_clause(words: Sequence[str], verbs: Sequence[int], main: int) -> int:
    """The main verb where a clause with a verb of its own stands between it and the subject."""
    opens = next(
        (
            i
            for i in range(1, len(words))
            if words[i].lower() in _RELATIVE and words[i - 1].endswith(",")
        ),
        0,
    )
    if not opens or main < opens:
        return main
    close = next((j for j in range(opens, len(words)) if words[j].endswith(",")), 0)
    return next((at for at in verbs if close and at > close), main)


def without_lead(sentence: str) -> str:
    """A sentence from its subject on, where a phrase of time or place stands before that."""
    words = sentence.split()
    if (border := border_of_lead(words)) > 0:
        return begun(" ".join(words[border:]))
    if not words or words[0].lower() not in _SIDE_PREPOSITIONS | _CLAUSE:
        return sentence
    verbs = en.verbs([w.strip(",;:") for w in words])
    main = next((v.at for v in verbs if v.at > 2), 0)
    if words[0].lower() in _CLAUSE:
        commas = [i for i in range(1, len(words)) if words[i - 1].endswith(",")]
        behind = next((i for i in commas if any(v.at > i for v in verbs)), 0)
        return begun(" ".join(words[behind:])) if behind else sentence
    border = next((i for i in range(1, main) if words[i - 1].endswith(",")), 0) or end_of_lead(
        words, main
    )
    return begun(" ".join(words[border:])) if border else sentence


def _has_verb(words: Sequence[str]) -> bool:
    bare = [w.strip(",;:.") for w in words[:9]]
    return bool(en.verbs(["they", *bare]) or en.verbs(bare))


def _thinned(run: Sequence[str]) -> tuple[str, ...]:
    """Without articles, and adjectives before another word."""
    out = []
    for i, word in enumerate(run):
        low = word.lower()
        follows = i + 1 < len(run)
        adjective = low in en.adjectives() and follows and i > 0 and run[i - 1].lower() not in _HOLD
        if (low in _ARTICLES and follows) or adjective:
            continue
        out.append(word)
    return tuple(out)


def fitted(
    sentence: str,
    most: int,
    *,
    exact: bool = False,
    keep: re.Pattern[str] | None = None,
    is_whole: bool = False,
) -> str:
    """The fullest form of at most, or exactly, a number of words; empty where there is none.

    Args:
        sentence: one sentence.
        most: the number of words.
        exact: whether as many as that.
        keep: what must stay.
        is_whole: parts go as a whole, and no article or adjective out of one that stays.
    """
    parts = parts_of(sentence, keep)
    if is_whole:
        parts = [replace(part, thin=part.words) for part in parts]
    found = _choices(parts, most)
    if exact:
        return found.get(most, (0.0, ""))[1]
    sizes = sorted(
        (cost - 0.3 * size, size) for size, (cost, _) in found.items() if size <= most and size > 1
    )
    return found[sizes[0][1]][1] if sizes else ""


def _choices(parts: Sequence[Part], most: int) -> dict[int, tuple[float, str]]:
    """For each number of words the cheapest form."""
    best: dict[int, tuple[float, tuple[str, ...]]] = {0: (0.0, ())}
    for part in parts:
        following: dict[int, tuple[float, tuple[str, ...]]] = {}
        options: list[tuple[float, tuple[str, ...]]] = [(0.0, part.words)]
        if part.thin != part.words:
            options.append((0.25 * (len(part.words) - len(part.thin)), part.thin))
            if len(part.words) - len(part.thin) > 1:
                options.extend(_half_thinned(part))
        if part.price < _NEVER:
            options.append((part.price, ()))
        for size, (cost, said) in best.items():
            for price, words in options:
                total = size + len(words)
                if total <= most and (total not in following or following[total][0] > cost + price):
                    following[total] = (cost + price, (*said, *words))
        best = following
    return {size: (cost, cleaned(" ".join(said))) for size, (cost, said) in best.items() if said}


def _half_thinned(part: Part) -> list[tuple[float, tuple[str, ...]]]:
    """The part with only one of its small words left out."""
    out = []
    for i, word in enumerate(part.words[:-1]):
        if word.lower() in _ARTICLES or (word.lower() in en.adjectives() and i):
            price = 0.15 if i == 0 else 0.3 if word.lower() in _ARTICLES else 0.2
            out.append((price, (*part.words[:i], *part.words[i + 1 :])))
    return out[:6]


def cleaned(text: str) -> str:
    """Without marks that hang in the air."""
    text = re.sub(r"[,;:]+(?=\s*[,;:.!?]|$)", "", text)
    if text.count(",") == 1:
        text = re.sub(r",\s+(?=(?:to|in|on|at|has|have|is|was|will)\b)", " ", text)
    return begun(text.strip(" ,;:–-"))


def within(sentence: str, characters: int, keep: re.Pattern[str] | None = None) -> str:
    """The fullest form of a sentence that has no more characters."""
    for most in range(min(_MOST_WORDS, characters // 3 + 1), 0, -1):
        said = fitted(sentence, most, keep=keep)
        if said and len(said) <= characters:
            return said
    words = sentence.split()
    while words and len(" ".join(words)) > characters:
        words.pop()
    return cleaned(" ".join(words)) or sentence[:characters]


def refers_back(sentence: str) -> bool:
    """Whether it speaks of something named before it."""
    return bool(_REFERRING.match(sentence))


def exactly(text: str, number: int) -> str:
    """A text in exactly so many words: its fullest sentence cut or thinned, small words first.

    The first words where it has fewer, and as it is where it has no more than that.
    """
    pieces = [
        freed(p).rstrip(".!?")
        for p in re.split(r"(?<=[.!?])\s+", text.strip())
        if re.search(r"\w", p)
    ]
    for piece in pieces:
        said = fitted(piece, number, exact=True)
        if said:
            return said.rstrip(".") + "."
    longest = max(pieces, key=lambda p: len(p.split()), default=text)
    size = next((n for n in range(number + 1, number + 9) if fitted(longest, n, exact=True)), 0)
    words = (fitted(longest, size, exact=True) if size else longest).split()
    weak = (
        _ARTICLES
        | en.PREPOSITIONS
        | frozenset(
            "is are was were be been and or but there that this so very at of for due".split()
        )
    )
    while len(words) > number:
        soft = [i for i, w in enumerate(words) if w.lower().strip(",;") in weak and 0 < i]
        front = [0] if words[0].lower() in weak else []
        at = (front or soft or [len(words) - 1])[0 if front else -1]
        words.pop(at)
    others = " ".join(p for p in pieces if p != longest).split()
    while len(words) < number and others:
        words.append(others.pop(0))
    return cleaned(" ".join(words)).rstrip(".,;:") + "."
