"""The largest, cheapest, earliest; which of two; and things put in order.

Runs in the model worker; the text is hostile and capped. Things come with their figures from
items_of or from a table.
"""

from __future__ import annotations

import re

from harness.models.skills.reckoning_brief import stems
from harness.models.skills.reckoning_figures import plain
from harness.models.skills.reckoning_order import ordered, plain_list, weekdays_in
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_rated import Rated, bare_numbers, things_rated

# stem of an adjective: what it measures, and whether more of it is more
_SCALES: tuple[tuple[str, tuple[str, ...], int], ...] = (
    (
        r"cheap(?:er|est)|(?:lowest|smallest|lower) (?:price|bid|quote|cost|offer|"
        r"rent|fee|fare)|least expensive|"
        r"less expensive|costs? (?:the )?(?:least|less)|best price|barat[oa]|"
        r"billigste\w*|günstigste\w*|moins ch\w+",
        ("money",),
        -1,
    ),
    (
        r"dear(?:er|est)|cost(?:lier|liest)|pric(?:ier|iest)|(?:most|more) expensive|"
        r"(?:highest|higher) (?:price|bid|quote|cost|offer|rent|"
        r"fee|fare)|costs? (?:the )?(?:most|more)|teuerste\w*|teurer|más caro|plus chère?",
        ("money",),
        1,
    ),
    (r"heav(?:ier|iest)|weighs? (?:the )?(?:most|more)|schwerste\w*|schwerer", ("mass",), 1),
    (r"light(?:er|est)|weighs? (?:the )?(?:least|less)|leichteste\w*", ("mass",), -1),
    (
        r"long(?:er|est)|furth(?:er|est)|farth(?:er|est)|längste\w*|más larg[oa]",
        ("length", "time"),
        1,
    ),
    (r"short(?:er|est)|near(?:er|est)|clos(?:er|est)|kürzeste\w*", ("length", "time"), -1),
    (
        r"tall(?:er|est)|high(?:er|est)|deep(?:er|est)|wid(?:er|est)|thick(?:er|est)|"
        r"höchste\w*|tiefste\w*",
        ("length", "temperature", ""),
        1,
    ),
    (
        r"low(?:er|est)|shallow(?:er|est)|narrow(?:er|est)|thin(?:ner|nest)",
        ("length", "temperature", ""),
        -1,
    ),
    (r"old(?:er|est)|eldest|elder|ält(?:er|este\w*)|mayor|plus (?:âgée?|vieux)", ("age",), 1),
    (r"young(?:er|est)|newest|newer|jüng(?:er|ste\w*)|menor", ("age",), -1),
    (r"earl(?:ier|iest)|first|soon(?:er|est)|früheste\w*|primero", ("moment", "time"), -1),
    (r"lat(?:er|est)|last|späteste\w*", ("moment", "time"), 1),
    (r"fast(?:er|est)|quick(?:er|est)|schnellste\w*|schneller", ("speed", "time"), 1),
    (r"slow(?:er|est)|langsamste\w*", ("speed", "time"), -1),
    (r"loud(?:er|est)|nois(?:ier|iest)", ("sound",), 1),
    (r"quiet(?:er|est)", ("sound",), -1),
    (r"warm(?:er|est)|hot(?:ter|test)", ("temperature", ""), 1),
    (r"cold(?:er|est)|cool(?:er|est)", ("temperature", ""), -1),
    (
        r"(?:smallest|smaller|fewest|fewer|least|less|minimum|kleinste\w*|wenigsten|menos)",
        ("any",),
        -1,
    ),
    (
        r"(?:largest|larger|biggest|bigger|greatest|greater|most|more|strongest|"
        r"maximum|best|größte\w*|meisten|más)",
        ("any",),
        1,
    ),
)
_WORD = [(re.compile(rf"\b(?:{pattern})\b", re.I), dims, way) for pattern, dims, way in _SCALES]
_CHOOSE = re.compile(
    r"\b(?:which|who|what|whose|name|when|welche\w*|wer|cuál|quién|quel\w*|qui|where|find|give)\b",
    re.I,
)
_ORDER = re.compile(
    r"^\W*(?:please |now |then |can you |could you )?(?:sort|rank|arrange|"
    r"sortiere|ordena|trie[rz]?)\b|"
    r"^\W*(?:please |now )?order (?:these|the|them|by|all|from|my|our)\b|"
    r"\bput\b.{1,40}\border\b|\blist\b.{1,40}\b(?:by|from|in order|in \w+ order)\b",
    re.I,
)
_FALLING = re.compile(
    r"\bdescending\b|\bdecreasing\b|\breverse\b|\b(?:largest|biggest|highest|most|"
    r"heaviest|longest|oldest|"
    r"dearest|latest|newest|tallest|best|strongest|most expensive) (?:\w+ "
    r")?(?:first|to|one first)\b|\bfrom (?:the )?(?:\w+ )?(?:largest|biggest|"
    r"highest|most|heaviest|longest|oldest|dearest|latest|tallest|best|old|high|"
    r"large|big|late|z)\b|\bhigh to low\b|\bz (?:to|-) ?a\b",
    re.I,
)
_BY = re.compile(
    r"\b(?:by|first|last|alphabet\w*|ascending|descending|chronolog\w*|order|from "
    r".{2,30} to|nach|por|par)\b|\b(?:sort|order|arrange) (?:these|the following|"
    r"them)\b",
    re.I,
)
_ALPHABET = re.compile(
    r"\balphabet\w*|\bby (?:first |last |family |sur)?name\b|\ba (?:to|-) ?z\b|\bz (?:to|-) ?a\b",
    re.I,
)


def choice(ask: str, text: str) -> Worked | None:
    """Which thing has most or least of what a question asks by its adjective."""
    if (
        _ORDER.match(ask.strip())
        or re.match(r"\W*when\b", ask, re.I)
        or not _CHOOSE.search(ask)
        or re.search(r"\bhow (?:many|much|long|far|old|tall|heavy)\b", ask, re.I)
    ):
        return None
    ask = re.sub(r"\bat (?:least|most)\b", " ", ask)
    scale = next(((dims, way, m) for p, dims, way in _WORD if (m := p.search(ask))), None)
    if scale is None:
        return None
    dims, way, mark = scale
    if (
        mark[0].lower()
        in ("first", "last", "more", "less", "most", "least", "later", "earlier", "best")
        and len(text) > 700
    ):
        return None
    bare = bare_numbers(ask, text)
    if bare:
        best = max(bare, key=lambda f: f.value * way)
        other = min(bare, key=lambda f: f.value * way)
        return Worked(plain(best.value), "", plain(other.value))
    rated, way = things_rated(ask, f"{text}\n{ask}" if re.search(r"\d", ask) else text, dims, way)
    rated = _offered(ask, rated)
    if len(rated) < 2:
        return None
    best_one = max(rated, key=lambda r: r.value * way)
    if sum(r.value == best_one.value for r in rated) > 1:
        return None
    if not re.fullmatch(r"[\w'’&.,/-]+(?: [\w'’&.,/-]+){0,6}", best_one.label):
        return None  # no name, but a scrap of text
    others = [r for r in rated if r.label != best_one.label]
    slip = max(others, key=lambda r: r.value * way).named
    sentence = f"{best_one.named[:1].upper()}{best_one.named[1:]} ({best_one.shown})."
    return Worked(best_one.named, "", slip, sentence)


def _offered(ask: str, rated: list[Rated]) -> list[Rated]:
    """The things that a question offers, "the lamp or the stool"; all where it offers none."""
    if not re.search(r"\bor\b", ask):
        return rated
    named = [r for r in rated if stems(r.label) and stems(r.label) <= stems(ask)]
    return named if len(named) >= 2 else rated


def order(ask: str, text: str) -> Worked | None:
    """Things put in order by the alphabet, their figures, dates or times."""
    if not _ORDER.search(ask) or not _BY.search(ask) or len(ask.split()) < 3:
        return None
    if len(ask.split()) > 25:
        return None
    falls = bool(_FALLING.search(ask))
    if _ALPHABET.search(ask):
        names = plain_list(text)
        if len(names) < 2:
            return None
        ranked = sorted(names, key=str.lower, reverse=falls)
        return ordered(ask, ranked)
    scale = next(((dims, way) for p, dims, way in _WORD if p.search(ask)), (("any",), 1))
    dims = scale[0]
    if re.search(r"\bdates?\b|\btimes?\b|chronolog\w*|\bwhen\b", ask, re.I):
        dims = ("moment",)
    elif re.search(r"\bprice|\bcost", ask, re.I):
        dims = ("money",)
    elif re.search(r"\bage\b", ask, re.I):
        dims = ("age",)
    numbers = bare_numbers("numbers", text)
    if numbers:
        return ordered(
            ask, [plain(f.value) for f in sorted(numbers, key=lambda f: f.value, reverse=falls)]
        )
    rated, turned = things_rated(ask, text, dims, 1)
    if "age" in dims and turned < 0:
        falls = not falls
    if len(rated) < 2:
        days = weekdays_in(text)
        return ordered(ask, days) if len(days) >= 2 else None
    return ordered(ask, [r.label for r in sorted(rated, key=lambda r: r.value, reverse=falls)])
