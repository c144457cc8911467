"""Sources that differ: what each says, which one counts, and why that one.

Runs in the model worker; the text is hostile and capped. A source counts by its date, by a word of
change in it, by its rank (a contract before a website), or by being the stricter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.skills.answering_sources import Source, sources
from harness.models.skills.finding_intervals import NUMBER, value_of
from harness.models.skills.reckoning_dates import moments
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.wording import WORD, coverage, key_words

_WHICH = re.compile(
    r"\bwhich (?:source|one|document|version|of (?:them|these|the two))\b|\bgo by\b|\btrust\b|"
    r"\bbelieve\b|"
    r"\bagree\b|\bdiffer\b|\bcontradict\w*|\bconflict\w*|\bsources?\b",
    re.I,
)
_AGREE = re.compile(r"\bagree\b|\bdiffer\b|\bcontradict\w*|\bconflict\w*|\bsame\b", re.I)
_CHANGE = re.compile(
    r"\b(?:moved?|changed?|now|new|instead|postponed|corrected|correction|updated?|no longer|"
    r"will be|had to|"
    r"replaces?|supersedes?|amended|revised|shifted)\b",
    re.I,
)
_RANKS = (
    ("contract", r"contract|agreement|lease|statute|law|by-?laws?|deed|signed"),
    ("official document", r"invoice|receipt|ticket|policy|permit|certificate|official|"
                          r"regulation|manual|minutes|order confirmation"),
    ("message of the people who run it", r"e-?mail|mail|letter|memo|notice|office|organi[sz]er|"
                                         r"caretaker|hall|manager|phone"),
    ("public page", r"website|web|page|brochure|leaflet|flyer|poster|programme|newspaper|"
                    r"article|sign|advert\w*|wiki|blog"),
    ("hearsay", r"colleague|friend|neighbour|rumou?r|chat|forum|someone|told me"),
)  # fmt: skip
_LIMIT = re.compile(
    r"\b(?:no more than|at most|max\w*|up to|limit\w*|not exceed|only|must)\b", re.I
)


_INLINE = re.compile(
    r"(?<=[.'\"”)])\s+(?=(?:Note|Source|Doc|Document|Text|Mail|E-?mail|Letter|Poster|Sign|Flyer|"
    r"Website|Notice) ?"
    r"(?:[\dA-H]|\([^)\n]{1,30}\))?:)|"
    r"(?<=[.])\s+(?=(?:The |My |Our )?[A-Za-z]+ (?:says|writes|reads|states|shows)\b)"
)


def choose(asks: Sequence[str], text: str, orders: str = "") -> Worked | None:
    """The answer of sources that differ, the source that counts and why; one answer to all asks.

    Args:
        asks: all questions of a prompt.
        text: what they are asked of.
        orders: what else the prompt says, which may ask for the source.
    """
    found = sources(_INLINE.sub("\n", text))
    if any(
        re.search(r"\b(?:summary|summaries|claim|answer|statement|letter only)\b", ask, re.I)
        for ask in asks
    ):
        return None
    if not 2 <= len(found) <= 4 or not any(_WHICH.search(ask) for ask in (*asks, orders)):
        return None
    both = next(
        (
            ask
            for ask in asks
            if _AGREE.search(ask)
            and re.match(r"\W*(?:when|how|what|where|until|at what)\b", ask, re.I)
        ),
        "",
    )
    question = both or next((ask for ask in asks if not _WHICH.search(ask)), asks[0])
    if both and len(asks) > 1:
        return None  # its own question, answered by itself
    told = [(source, value) for source in found if (value := _value(question, source))]
    if len(told) < 2:
        return None
    if len({value.lower() for _, value in told}) == 1:
        bare = told[0][1]
        return Worked(bare, "", "", f"{bare}; the sources agree.")
    pure = [ask for ask in asks if _WHICH.search(ask) and not _AGREE.search(ask)]
    if not pure and any(_AGREE.search(ask) for ask in asks):
        said = f"The sources differ: {'; '.join(f'{_called(s)} says {v}' for s, v in told)}."
        return Worked(said.rstrip("."), "", "", said)
    index, why = _best([source for source, _ in told])
    source, value = told[index]
    others = "; ".join(f"{_called(s)} says {v}" for n, (s, v) in enumerate(told) if n != index)
    sentence = f"{value}. I go by {_called(source)}, because {why}; {others}."
    if all(_AGREE.search(ask) or ask == question for ask in asks) and not why:
        sentence = "; ".join(f"{_called(s)} says {v}" for s, v in told) + "."
    return Worked(
        value, "", told[1 - index][1] if len(told) == 2 else "", sentence[:1].upper() + sentence[1:]
    )


def agreement(ask: str, text: str) -> Worked | None:
    """What each source says, to one question of several that asks whether they agree."""
    return choose((ask,), text) if _AGREE.search(ask) else None


def _called(source: Source) -> str:
    bare = re.sub(r"\s+(?:says|writes|reads)$", "", source.name)
    return bare if re.match(r"[A-H\d]$|[A-Z]\w* \d", bare) else f"the {bare[:1].lower()}{bare[1:]}"


def _value(question: str, source: Source) -> str:
    """The figure or time that a source gives to a question."""
    times = [m for m in moments(source.text, bare=True) if m.kind == "time"]
    days = [m for m in moments(source.text, bare=True) if m.kind in ("weekday", "date")]
    if re.search(r"\buntil when\b|\bwhich day\b|\bwhat day\b", question, re.I) and days:
        return days[0].text
    if re.search(r"\bwhen\b|\bwhat time\b|\bstart|\bbegin|\bopen", question, re.I) and times:
        return times[0].text
    keys = key_words(question)
    best: tuple[float, str] = (-1.0, "")
    for line in re.split(r"(?<=[a-z])[.;]\s+|\n", source.text):
        numbers = [
            m
            for m in re.finditer(
                rf"(?<![\w.:]){NUMBER}(?:\s?(?:[€$£%]|[a-z]{{1,12}}))?", line, re.I
            )
            if re.search(r"\d", m[0])
        ]
        if numbers:
            score = coverage(keys, [m[0].lower() for m in WORD.finditer(line)])
            if score > best[0]:
                best = (score, numbers[0][0].strip())
    return best[1]


def _best(found: Sequence[Source]) -> tuple[int, str]:
    """Which source counts, and why, as the end of a sentence with "because"."""
    dated = [_dated(f"{source.name} {source.text[:60]}") for source in found]
    changed = [n for n, source in enumerate(found) if _CHANGE.search(source.text)]
    if len(changed) == 1:
        return changed[0], "it tells of the change and is the newer"
    if all(dated) and len(set(dated)) == len(dated):
        at = max(range(len(dated)), key=lambda n: dated[n])
        return at, "it is the newer"
    ranks = [_rank(f"{source.name} {source.text[:40]}") for source in found]
    best = min(ranks)
    if ranks.count(best) == 1 and best < len(_RANKS):
        at = ranks.index(best)
        kind = _RANKS[best][0]
        why = (
            "a contract binds us"
            if kind == "contract"
            else f"{kind} counts for more".replace("official", "an official", 1)
            if kind.startswith("official")
            else f"a {kind} counts for more"
        )
        return at, why
    limited = [n for n, source in enumerate(found) if _LIMIT.search(source.text)]
    if len(limited) == 1:
        return limited[0], "it sets a limit"
    values = [value_of(m[0]) if (m := re.search(r"\d[\d.,]*", s.text)) else None for s in found]
    known = [(v, n) for n, v in enumerate(values) if v is not None]
    return (min(known)[1] if known else 0), "it is the safer one to keep to"


def _rank(name: str) -> int:
    return next(
        (n for n, (_, words) in enumerate(_RANKS) if re.search(rf"\b(?:{words})\b", name, re.I)),
        len(_RANKS),
    )


def _dated(name: str) -> int:
    dates = [m for m in moments(name) if m.kind == "date"]
    year = re.search(r"\b(?:19|20)\d\d\b", name)
    month = re.search(r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", name, re.I)
    if dates:
        return dates[0].at
    if year:
        return int(year[0]) * 366
    order = "jan feb mar apr may jun jul aug sep oct nov dec".split()
    return 2001 * 366 + order.index(month[1].lower()) * 30 if month else 0
