"""Things put in order by what a text says of pairs: "older than", "finished before", "costs more".

Runs in the model worker; the text is hostile and capped. Every comparison is an edge on one axis;
what follows from them is the longest chain. What fools it: two axes in one text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.skills.finding_cases import joined
from harness.models.skills.reckoning_outcome import Worked

_UP = (
    "taller older heavier faster bigger larger higher longer deeper wider thicker warmer hotter "
    "later "
    "louder stronger richer dearer pricier costlier better brighter harder busier farther further "
    "smarter cleverer wealthier broader steeper newer more_expensive more_popular more_crowded "
    "sweeter saltier spicier darker wetter sharper älter größer schwerer schneller höher länger "
    "tiefer "
    "breiter wärmer lauter stärker teurer später weiter dicker besser"
).split()
_DOWN = (
    "shorter younger lighter slower smaller tinier lower shorter shallower narrower thinner colder "
    "cooler earlier quieter weaker poorer cheaper cheaper cheaper worse dimmer easier calmer "
    "nearer "
    "closer duller dumber poorer narrower flatter older less_expensive less_popular less_crowded "
    "blander fresher milder brighter drier blunter jünger kleiner leichter langsamer niedriger "
    "kürzer "
    "flacher schmaler kälter leiser schwächer billiger früher näher dünner schlechter"
).split()
_SUPERLATIVE = re.compile(
    r"\b(?:am )?([\wäöü]+?)(?:est|sten|ste)\b|\b(most|least) (expensive|popular|crowded)\b", re.I
)
_NAME = (
    r"(?:(?:the|a|an|der|die|das|le|la|el)\s)?[^\W\d_][\w'’-]*(?:\s(?:[A-ZÀ-Þ][\w'’-]*|"
    r"[a-z]{3,}(?=['’]s)))*?"
)
_WORDS = "|".join(sorted({w.replace("_", " ") for w in (*_UP, *_DOWN)}, key=len, reverse=True))
_THAN = re.compile(
    rf"(?P<verb>\b(?:is|are|was|were|runs?|ran|flew|flies|swims?|swam|jump(?:s|ed)?|costs?|weighs?|"
    rf"lives?|comes?|came|stands?|lies|lasts?|scored|scores|has|earns?|sold|reads?|ist|sind|war|"
    rf"est|"
    rf"es)\b)?\s?(?:even |much |slightly |a (?:bit|little) |far |also |still |noch |viel |"
    rf"\d+[\w ]{{0,12}} )?"
    rf"(?P<way>{_WORDS}|more|less|fewer|better|worse|plus [^\W\d_]+|moins [^\W\d_]+|más [^\W\d_]+|"
    rf"menos [^\W\d_]+)\s(?:points |money |[a-z]+ )?(?:than|als|que)\s(?P<than>[^,.;!?\n]{{1,50}}?)"
    rf"(?=\s(?:but|and|or|yet|aber|und|mais|et|pero|y)\b|[,.;!?\n]|$)",
    re.I,
)
_PLACED = re.compile(
    r"\b(?:finish(?:es|ed)|arriv(?:es|ed)|came(?: in)?|comes|starts?|started|left|leaves|ends?|"
    r"ended|is|"
    r"was|spoke|speaks|sits|sat|stands|ranks?|ranked|happened|ran|sings|sang)?\s?"
    r"(?:(?:right|directly|just|immediately|somewhere) )?(?P<way>before|after|ahead of|behind)\s"
    r"(?P<than>[^,.;!?\n]{1,40}?)(?=\s(?:but|and|yet)\b|[,.;!?\n]|$)",
    re.I,
)
_LIKE = re.compile(r"^(?:it|he|she|they|him|her)$", re.I)
_NTH = {"second": 1, "third": 2, "fourth": 3, "fifth": 4, "zweit": 1, "dritt": 2}


@dataclass(frozen=True)
class Ranking:
    """Names from least to most, on the axis of the first comparison."""

    names: tuple[str, ...]
    is_placed: bool


def in_order(ask: str, text: str) -> Worked | None:
    """The order, or the place in it, that follows from the comparisons of a text.

    Args:
        ask: the question.
        text: what it is asked of.
    """
    ranking = ranked(text)
    if ranking is None:
        return None
    names = list(ranking.names)
    low = ask.lower()
    between = _THAN.search(ask)
    if between and re.match(r"\W*(?:is|are|was|does|did|ist|est|es)\b", low):
        return _compared(ask, between, names)
    falls = _falls(low, ranking)
    asks_all = re.search(
        r"\border\b|\bfrom\b.{1,40}\bto\b|\bsort|\brank|\barrange|\bline (?:them|up)|\blist\b|"
        r"\breihenfolge\b|\bvon\b.{1,30}\bzu[mr]?\b|[a-z]+est to [a-z]+est|\bordne",
        low,
    )
    if asks_all:
        chain = names[::-1] if falls else names
        return Worked(", ".join(chain), "", ", ".join([chain[1], chain[0], *chain[2:]]))
    nth = next((n for word, n in _NTH.items() if re.search(rf"\b{word}", low)), 0)
    medal = re.search(r"\b(gold|silver|bronze|runner-up)\b", low)
    if medal:
        place = {"gold": 0, "silver": 1, "runner-up": 1, "bronze": 2}[medal[1]]
        chain = names if ranking.is_placed else names[::-1]
        return Worked(chain[place], "", chain[place - 1 if place else 1])
    is_end = _SUPERLATIVE.search(low) or re.search(
        r"\b(?:first|last|won|wins|winner|lost|most|least)\b", low
    )
    if not is_end and not nth:
        return None
    if re.search(r"\b(?:won|wins|winner)\b|\bfirst\b", low) and ranking.is_placed:
        falls = False
    elif re.search(r"\blast\b", low) and ranking.is_placed:
        falls = True
    chain = names[::-1] if falls else names
    return Worked(chain[nth], "", chain[nth - 1 if nth else 1])


def _falls(low: str, ranking: Ranking) -> bool:
    """Whether the order asked for begins with the most."""
    mark = _SUPERLATIVE.search(low)
    if mark is None:
        return bool(re.search(r"\b(?:most|highest|descending)\b", low)) and not ranking.is_placed
    if mark[2]:
        return mark[2].lower() == "most"
    stem = mark[1].lower()
    if stem in ("mo",):
        return True
    return next((way > 0 for word, way in _ways() if _is_form(stem, word)), False)


def _ways() -> list[tuple[str, int]]:
    return [*((w, -1) for w in _DOWN if w not in ("older", "brighter")), *((w, 1) for w in _UP)]


def _is_form(stem: str, comparative: str) -> bool:
    """Whether a superlative's stem belongs to a comparative: "heavi" and "heavier"."""
    base = re.sub(r"er$", "", comparative)
    forms = {base, base.rstrip("i") + "y"}
    umlaut = str.maketrans("äöü", "aou")
    return stem in forms or stem.translate(umlaut) in {f.translate(umlaut) for f in forms}


def ranked(text: str) -> Ranking | None:
    """Names from least to most, where the comparisons of a text leave one order."""
    edges: list[tuple[str, str]] = []  # (less, more)
    shown: dict[str, str] = {}
    placed = False
    subject = ""
    for sentence in re.split(
        r"(?<=[a-z\d\"”])[.!?;]+\s*|\n+|,\s(?=(?:and |but |while )?[^,]{0,30}\b(?:is|are|was|"
        r"costs?|came|finished)\b)",
        text[:2_000],
    ):
        start = 0
        marks = sorted(
            [*_THAN.finditer(sentence), *_PLACED.finditer(sentence)], key=lambda m: m.start()
        )
        if len(marks) > 12:
            return None
        for mark in marks:
            if mark.start() < start:
                continue
            own = _called(sentence[start : mark.start()])
            start = mark.end()
            subject = own if own and not _LIKE.match(own) else subject
            other = _called(mark["than"])
            way = mark["way"].lower()
            if not subject or not other or len(other.split()) > 3:
                continue
            for name in (subject, other):
                shown.setdefault(_key(name), name)
            is_more = _is_more(way)
            placed = placed or way in ("before", "after", "ahead of", "behind")
            less, more = (other, subject) if is_more else (subject, other)
            edges.append((_key(less), _key(more)))
    order = _sorted(edges)
    if order is None or len(order) < 3:
        return None
    return Ranking(tuple(shown[key] for key in order), placed)


def _is_more(way: str) -> bool:
    if way in ("after", "behind"):
        return True
    if way in ("before", "ahead of"):
        return False
    word = way.replace(" ", "_")
    if way.split()[0] in ("more", "plus", "más", "better"):
        return True
    if way.split()[0] in ("less", "fewer", "moins", "menos", "worse"):
        return False
    return next((sign > 0 for known, sign in _ways() if known == word), True)


def _called(piece: str) -> str:
    """The name in a stretch: what is left without the words of speech around it."""
    bare = re.sub(
        r"^(?:.*[:!?]\s)?\W*(?:(?:and|but|while|whereas|yet|then|so|that|und|aber|et|mais|"
        r"y)\b\s?)*",
        "",
        piece.strip(),
        flags=re.I,
    )
    bare = re.sub(
        r"\s(?:is|are|was|were|runs?|ran|flew|costs?|weighs?|finish\w*|arriv\w*|came|comes|even|"
        r"also|"
        r"still|ist|sind|est|es|has|on the other hand|in turn|however|which|who)$",
        "",
        f" {bare}",
        flags=re.I,
    ).strip()
    bare = re.sub(r"['’]s(?:\s\w+)?$", "", bare)
    bare = re.sub(r"^(?:the|a|an|der|die|das|le|la|el|les)\s", "", bare, flags=re.I)
    if len(bare.split()) > 3:
        capital = re.search(r"[A-ZÀ-Þ][\w'’-]*(?:\s[A-ZÀ-Þ][\w'’-]*)*$", bare) or re.match(
            r"[A-ZÀ-Þ][\w'’-]*", bare
        )
        bare = capital[0] if capital else ""
    return bare.strip(' ,;:"“”')


def _key(name: str) -> str:
    return re.sub(r"['’]s$", "", name.lower())


def _sorted(edges: list[tuple[str, str]]) -> list[str] | None:
    """One order from least to most that all edges agree with; None where they leave it open."""
    above: dict[str, set[str]] = {}
    for less, more in edges:
        above.setdefault(less, set()).add(more)
        above.setdefault(more, set())
    left = dict.fromkeys(above, 0)
    for held in above.values():
        for name in held:
            left[name] += 1
    out: list[str] = []
    free = [name for name, count in left.items() if not count]
    while free:
        if len(free) > 1 and len(out) > 0 and not _is_end(free, above):
            return None
        name = min(free, key=lambda n: (-len(above[n]), list(above).index(n)))
        free.remove(name)
        out.append(name)
        for other in sorted(above[name]):
            left[other] -= 1
            if not left[other]:
                free.append(other)
    return out if len(out) == len(above) else None


def _is_end(free: list[str], above: dict[str, set[str]]) -> bool:
    """Whether what is left open is only the top of the order."""
    return all(not above[name] for name in free)


def _compared(ask: str, mark: re.Match[str], names: list[str]) -> Worked | None:
    keys = [_key(name) for name in names]
    subject = _key(_called(re.sub(r"^\W*\w+\s", "", ask[: mark.start()])))
    other = _key(_called(mark["than"]))
    if subject not in keys or other not in keys:
        return None
    more = keys.index(subject) > keys.index(other)
    answer = "Yes" if more == _is_more(mark["way"].lower()) else "No"
    return Worked(answer, "", "No" if answer == "Yes" else "Yes")


def ends(ask: str, text: str) -> Worked | None:
    """Both ends of an order where a question asks for both."""
    ranking = ranked(text)
    if ranking is None or len(re.findall(r"\w+est\b", ask)) < 2:
        return None
    return Worked(joined([ranking.names[-1], ranking.names[0]]), "", "")
