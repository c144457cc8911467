"""Reckoning with a rate: so much for each, per cent of, shared among, expressions, conversions.

Runs in the model worker; the text is hostile and capped. Each function gives a result, or None
where a sentence does not ask for it or the text does not show the figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_figures import Figure, figures, plain
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_sums import products, said_with, whole_number
from harness.models.skills.reckoning_units import unit_named

_DOES = (
    r"(?:costs?|holds?|takes?|carries|carry|contains?|has|have|weighs?|needs?|"
    r"uses?|makes?|brings?|feeds?|"
    r"seats?|is|are|gives?|yields?|lasts?|fits?|covers?|with|of|gets?|eats?|"
    r"drinks?|earns?|produces?|sells? for|"
    r"serves?|comes? to|bakes?|burns?|pays?|packs?|sleeps?)"
)
_EACH_DOES = re.compile(
    rf"\b(?:each|every|an?|one|per|the|any|all|a single)\s+(?!of\b|"
    rf"the\b)((?:[a-z][\w'-]{{0,20}} "
    rf"){{0,3}}?[a-z][\w'-]{{0,20}}?)\s+(?:[^.\n\d]{{0,40}}?\b)?"
    rf"{_DOES}\s(?:about |only |up to |just )?$",
    re.I,
)
_PER = re.compile(
    r"\s?(?:[\w'-]{1,20} ){0,3}?(?:an?|per|each|every|for (?:each|every|an?|one)|"
    r"/|the)\s?([A-Za-z][\w-]{1,20})\b",
    re.I,
)
_EACH_OF = re.compile(r"\beach of (?:\w+ )?$", re.I)
_OF_EACH = re.compile(r"\b(?:with|of|holding|containing|carrying|each|at)\b", re.I)
_SHARED = re.compile(
    r"\beach\b|\bper (?:person|head|child|guest|\w+)\b|\bapiece\b|\bevery(?:one|"
    r"body)\b|\ba (?:single )?(?:person|head)\b|"
    r"\bone (?:of them|[a-z]+)\b|\ba single [a-z]+\b|\bcada uno\b|\bjeder\b",
    re.I,
)
_SHARE_OF = re.compile(
    r"\bhow (?:much|many)\b|\bcosts?\b|\bprice\b|\bpays?\b|\bgets?\b|\bshare\b|"
    r"wie ?viel|cu[aá]nt",
    re.I,
)
_MONEY_ASKED = re.compile(r"\b(?:costs?|price|fares?|fees?|pay|cheap\w*|charge\w*)\b", re.I)


def product(ask: str, text: str) -> Worked | None:
    """So many things at so much each; so many boxes for so many things."""
    if not re.search(
        r"\bhow (?:many|much|long|far|heavy)\b|\bwhat\b|\bcosts?\b|\bprice\b|"
        r"\btotal\b|cu[aá]nt|wie ?viel",
        ask,
        re.I,
    ):
        return None
    both = f"{text}\n{ask}"
    found = figures(both)
    if len(products(text, figures(text))) > 1:
        return None  # a bill of several: a sum
    rates = _rates(both, found)
    for rate, thing in rates:
        counts = [f for f in found if f is not rate and f.start != rate.start and _counts(f, thing)]
        in_ask = [f for f in counts if f.start > len(text)]
        counts = in_ask or counts
        counts = [f for f in counts if f.value != 1] or counts
        if len(counts) > 3 or len(text) > 1_500:
            continue
        if counts and _asks_for(ask, rate, thing) and _fits(ask, rate):
            number = sum((f.value for f in counts), Fraction(0))
            value = rate.value * number
            shown = " + ".join(plain(f.value) for f in counts)
            working = f"{plain(rate.value)} × {f'({shown})' if len(counts) > 1 else shown}"
            working = "" if number == 1 else working
            return Worked(said_with(value, rate, ask), working, said_with(value + 10, rate, ask))
        needed = _needed(ask, both, rate, thing, found)
        if needed is not None:
            return needed
    return None


def _fits(ask: str, figure: Figure) -> bool:
    """Whether a figure can be what a question about money wants."""
    return figure.measures in ("money", "") or not _MONEY_ASKED.search(ask)


def _rates(text: str, found: Sequence[Figure]) -> list[tuple[Figure, set[str]]]:
    """Figures that hold for each of something, with the stems of what that is."""
    out: list[tuple[Figure, set[str]]] = []
    for i, f in enumerate(found):
        before = re.split(r"[.!?\n;]\s|\n", text[max(0, f.start - 90) : f.start])[-1]
        behind = _PER.match(text, f.end)
        if behind and not re.match(r"\s?(?:of|in|on|at) ", text[f.end : f.end + 5]):
            thing = {root(behind[1])}
            if behind[1].lower() not in (
                "each",
                "piece",
                "same",
                "way",
                "time",
                "first",
                "last",
                "most",
            ):
                out.append((f, thing))
                continue
        does = _EACH_DOES.search(before)
        if does:
            words = [w for w in does[1].split() if w not in ("the", "of", "our", "my")]
            out.append((f, {root(w) for w in words}))
            continue
        if i and _EACH_OF.search(text[max(0, found[i - 1].start - 20) : found[i - 1].start]):
            first = found[i - 1]
            if len(text[first.end : f.start]) < 50 and first.noun:
                out.append((f, {root(w) for w in first.noun.split()[:1]}))
                continue
        if i:
            first = found[i - 1]
            between = text[first.end : f.start]
            is_each = re.search(r"\beach\b", between) or re.match(
                r"\s?(?:[\w'-]{1,20} ){0,3}?each\b", text[f.end : f.end + 60]
            )
            if (
                first.noun
                and first.unit is None
                and len(between) < 50
                and not re.search(r"[.!?\n]", between)
            ):
                if is_each or re.fullmatch(r" [a-z]+ (?:of|with) ", between):
                    out.append((f, {root(w) for w in first.noun.split()[:1]}))
    return out


def _counts(f: Figure, thing: set[str]) -> bool:
    """Whether a figure counts the thing of a rate."""
    if f.unit is not None:
        return root(f.unit.name) in thing and f.measures == "time"
    return bool({root(w) for w in f.noun.split()[:2]} & thing)


def _asks_for(ask: str, rate: Figure, thing: set[str]) -> bool:
    """Whether a question wants what the rate measures, and not how many things there are."""
    wanted = re.search(r"\bhow many ((?:[a-z'-]+ ?){1,2})", ask, re.I)
    if wanted and not rate.unit:
        words = {root(w) for w in wanted[1].split()}
        nouns = {root(w) for w in rate.noun.split()}
        return bool(words & nouns)
    if wanted and rate.unit:
        unit = unit_named(wanted[1].split()[0])
        return unit is not None and unit.measures == rate.measures
    return rate.measures != "share"


def _needed(
    ask: str, text: str, rate: Figure, thing: set[str], found: Sequence[Figure]
) -> Worked | None:
    """How many boxes of twelve sixty eggs fill: never a part of one."""
    wanted = re.search(r"\bhow many ([a-z'-]+)(?: ([a-z'-]+))?", ask, re.I)
    if not wanted or not {root(w) for w in wanted.groups() if w} & thing or not rate.value:
        return None
    nouns = {root(w) for w in rate.noun.split()}
    stock = [
        f
        for f in found
        if f.start != rate.start
        and f.measures == rate.measures
        and (rate.unit is not None or {root(w) for w in f.noun.split()} & nouns)
    ]
    if len(stock) != 1 or not re.search(
        r"\bneed|\bfill|\brequire|\btake|\bbuy|\benough|\border|\bfor\b", ask, re.I
    ):
        return None
    value = whole_number(stock[0].value / rate.value)
    noun = wanted[1]
    return Worked(
        f"{plain(value)} {noun}",
        f"{plain(stock[0].value)} / {plain(rate.value)}",
        f"{plain(value - 1)} {noun}",
    )


def shared(ask: str, text: str) -> Worked | None:
    """An amount shared equally, or the price of one of several."""
    if not _SHARED.search(ask) or not _SHARE_OF.search(ask) or re.search(r"\bof each\b", ask, re.I):
        return None
    found = [f for f in figures(f"{text}\n{ask}") if f.measures != "share"]
    found = [f for f in found if not (f.value == 1 and f.start > len(text))]
    counts = [f for f in found if f.unit is None and (f.noun or re.match(r" of us", text[f.end :]))]
    one = re.search(r"\b(?:one|single|per|each|a) ([a-z'-]+)", ask, re.I)
    asked = root(one[1]) if one else ""
    amounts = [f for f in found if f.measures == "money" or (f.unit and f.measures != "time")]
    if len(found) == 2 and len(counts) >= 1 and not amounts:
        amounts = (
            [f for f in found if f is not counts[0]]
            if len(counts) == 1
            else [max(found, key=lambda f: f.value)]
        )
    if len(amounts) != 1 or not _fits(ask, amounts[0]):
        return None
    of = [f for f in counts if f is not amounts[0]]
    named = [f for f in of if asked and asked in {root(w) for w in f.noun.split()}]
    of = named or of
    if not of and re.search(r"\b(?:of|among|between|by|for) (\w+)\b", ask + text, re.I):
        of = [f for f in found if f is not amounts[0] and f.unit is None]
    if len(of) != 1 or not of[0].value:
        return None
    value = amounts[0].value / of[0].value
    return Worked(
        said_with(value, amounts[0], ask),
        f"{plain(amounts[0].value)} / {plain(of[0].value)}",
        said_with(value + 1, amounts[0], ask),
    )
