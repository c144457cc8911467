"""Reckoning with a rate: so much for each, per cent of, shared among, expressions, conversions.

Runs in the model worker; the text is hostile and capped. Each function gives a result, or None
where a sentence does not ask for it or the text does not show the figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_figures import Figure, figures, number_of, plain, with_unit
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_sums import products, said_with, whole_number
from harness.models.skills.reckoning_units import Unit, convert, unit_named

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
_PERCENT_OFF = re.compile(
    r"\b(?:off|discount\w*|reduc\w+|cheaper|less|reduction|sale|rebate|knocked|lower|fell|drop\w*|"
    r"decrease\w*|minus|shrank|cut)\b",
    re.I,
)
_PERCENT_ON = re.compile(
    r"\b(?:tax|vat|tip|service|increase\w*|increasing|rises?|rose|risen|on top|"
    r"plus|added|interest|surcharge|"
    r"more|raise\w*|gr[eo]w\w*|extra|up by|goes up|went up|higher|dearer)\b",
    re.I,
)
_PART_ASKED = re.compile(
    r"\bhow much (?:is|are|does|do|would|will)?\s?(?:the |my |our )?(?:tax|vat|"
    r"tip|discount|saving|interest|service|surcharge)\b|"
    r"\bsav(?:e|ed|ing)\b|\bhow (?:big|large|high) is the\b|\bhow many\b|\bwhat "
    r"is the (?:tax|vat|tip|discount)\b",
    re.I,
)
_SHARE_ASKED = re.compile(
    r"\b(?:what|which|how many) (?:percent\w*|per cent|share|proportion|%)|"
    r"\bpercentage\b|\bin percent\b|\bas a percent",
    re.I,
)
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
_EXPRESSION = re.compile(
    r"(?<![\w.])(-?\d{1,9}(?:[.,]\d{1,4})?)((?:\s{0,2}(?:[-+*/x×÷·−]|plus|minus|"
    r"times|divided by|multiplied by)\s{0,2}"
    r"\d{1,9}(?:[.,]\d{1,4})?){1,6})(?![\w.]*\d)",
    re.I,
)
_SIGNS = {"plus": "+", "minus": "-", "times": "*", "x": "*", "×": "*", "·": "*", "÷": "/", "−": "-",
          "divided by": "/", "multiplied by": "*"}  # fmt: skip
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


def percent(ask: str, text: str) -> Worked | None:
    """A percentage of something, a price with one off or on top, or a share of another."""
    both = f"{text}\n{ask}" if re.search(r"\d", ask) else text
    found = figures(both)
    shares = [f for f in found if f.measures == "share"]
    rest = [f for f in found if f.measures != "share"]
    if _SHARE_ASKED.search(ask) and not shares:
        return _share(ask, both, rest)
    if len(shares) != 1 or not rest:
        return None
    share = shares[0]
    near = re.match(r" (?:of|on|from|off)(?: the)? ", both[share.end : share.end + 14])
    base = next((f for f in rest if near and 0 <= f.start - share.end < 24), None)
    money = [f for f in rest if f.measures == "money"]
    if base is None:
        same = money or rest
        base = same[0] if len(same) == 1 else None
    if base is None:
        return None
    part = base.value * share.value / 100
    around = f"{both[max(0, share.start - 60) : share.end + 60]} {ask}"
    is_plain = (near and both[share.end : share.end + 3] == " of") or _PART_ASKED.search(ask)
    has_cause = _PERCENT_OFF.search(around) or _PERCENT_ON.search(around)
    if not is_plain and not has_cause:
        return None
    shown = f"{plain(share.value)}%"
    if is_plain and (
        _PART_ASKED.search(ask) or not re.search(r"\b(?:now|new|left|remain|after)\b", ask, re.I)
    ):
        return Worked(
            said_with(part, base, ask),
            f"{shown} of {plain(base.value)}",
            said_with(part + 5, base, ask),
        )
    is_off = bool(_PERCENT_OFF.search(around)) and not re.search(
        r"\btax\b|\bvat\b|\btip\b", around, re.I
    )
    value = base.value - part if is_off else base.value + part
    sign = "-" if is_off else "+"
    return Worked(
        said_with(value, base, ask),
        f"{plain(base.value)} {sign} {shown}",
        said_with(part, base, ask),
    )


def _share(ask: str, text: str, rest: Sequence[Figure]) -> Worked | None:
    """What per cent one figure is of the other, or by what per cent one grew to the other."""
    kinds = {f.measures for f in rest}
    if len(rest) != 2 or len(kinds) != 1:
        return None
    first, second = rest[0].value, rest[1].value
    grew = re.search(
        r"\b(?:increase\w*|r[io]se\w*|gr[eo]w\w*|fell|drop\w*|decrease\w*|change\w*|"
        r"cheaper|dearer|more|less)\b",
        ask,
        re.I,
    )
    if not first or not second:
        return None
    if grew:
        value = abs(second - first) / first * 100
        working = f"({plain(max(first, second))} - {plain(min(first, second))}) / {plain(first)}"
    else:
        value = min(first, second) / max(first, second) * 100
        working = f"{plain(min(first, second))} / {plain(max(first, second))}"
    rounded = Fraction(round(float(value), 1)).limit_denominator(10)
    return Worked(f"{plain(rounded)}%", working, f"{plain(100 - rounded)}%")


def expression(ask: str, text: str) -> Worked | None:
    """What is written as a sum: `17 × 4`, `3 plus 12 minus 5`."""
    if len(ask) > 160 or not re.search(
        r"\bwhat|\bhow much|\bcalculat|\bcompute|\bwork out|\bequals?\b|=|\?|\bsolve|^[\W\d]*$",
        ask,
        re.I,
    ):
        return None
    mark = _EXPRESSION.search(ask)
    if not mark or re.search(r"\d{4}-\d\d-\d\d|\d/\d{1,2}/", mark[0]):
        return None
    if re.search(
        r"[€$£%]|[A-Za-z]{3,}",
        re.sub(r"\b(?:plus|minus|times|divided|multiplied|by|x)\b", "", mark[0]),
    ):
        return None
    if re.fullmatch(r"\d+-\d+", mark[0].strip()) and "=" not in ask:
        return None
    tokens: list[str] = re.findall(
        r"\d{1,9}(?:[.,]\d{1,4})?|divided by|multiplied by|plus|minus|times|[-+*/x×÷·−]",
        mark[0],
        re.I,
    )
    value = _evaluated([_SIGNS.get(t.lower(), t) for t in tokens])
    if value is None:
        return None
    return Worked(plain(value), mark[0].strip(), plain(value + 10))


def _evaluated(tokens: Sequence[str]) -> Fraction | None:
    """The value of numbers and signs by turns, dot before line; None where it has none."""
    numbers = [number_of(t) for t in tokens[::2]]
    signs = tokens[1::2]
    if any(n is None for n in numbers) or len(numbers) != len(signs) + 1:
        return None
    terms: list[Fraction] = [numbers[0] or Fraction(0)]
    for sign, number in zip(signs, numbers[1:], strict=True):
        if number is None or (sign == "/" and not number):
            return None
        if sign == "*":
            terms[-1] *= number
        elif sign == "/":
            terms[-1] /= number
        else:
            terms.append(number if sign == "+" else -number)
    return sum(terms, Fraction(0))


def conversion(ask: str, text: str) -> Worked | None:
    """A quantity in another unit, or in another money by the rate that the text gives."""
    target = _target(ask)
    if target is None:
        return None
    found = figures(f"{text}\n{ask}")
    if target.measures == "money":
        return _exchange(target, found, ask)
    if any(f.unit == target for f in found if f.start <= len(text)):
        return None
    same = [f for f in found if f.measures == target.measures and f.unit and f.unit != target]
    if target.measures == "time":
        same = [f for f in same if f.unit and convert(f.value, f.unit, target) is not None]
    joined = _compound(found, target, f"{text}\n{ask}")
    if joined is not None:
        whole, shown = joined
        said = with_unit(whole, Figure(whole, target, "", 0, 0, "", target.name))
        return Worked(
            said, shown, with_unit(whole + 60, Figure(whole, target, "", 0, 0, "", target.name))
        )
    if not same:
        return None
    source = same[0] if len({f.unit for f in same}) == 1 or len(same) == 1 else None
    if source is None or source.unit is None:
        return None
    value = convert(source.value, source.unit, target)
    if value is None:
        return None
    if re.search(r"\bhours? and (?:the )?minutes?\b|\bhours?, minutes?\b", ask, re.I):
        minutes = convert(source.value, source.unit, unit_named("minute") or target) or Fraction(0)
        return Worked(spoken_minutes(int(minutes)), f"{plain(minutes)} minutes")
    like = Figure(
        value,
        target,
        "",
        0,
        0,
        "",
        target.short if target.short and _is_short(ask, target) else target.name,
    )
    wrong = Figure(value, target, "", 0, 0, "", like.written)
    return Worked(
        with_unit(value, like),
        f"{plain(source.value)} {source.written}",
        with_unit(value * 10, wrong),
    )


def _compound(found: Sequence[Figure], target: Unit, text: str) -> tuple[Fraction, str] | None:
    """`3 hours and 25 minutes` as one quantity in the unit asked for."""
    for a, b in pairwise(found):
        if a.unit is None or b.unit is None or a.unit == b.unit or a.measures != target.measures:
            continue
        if b.measures != a.measures or not re.fullmatch(r",? ?(?:and )?", text[a.end : b.start]):
            continue
        first, second = convert(a.value, a.unit, target), convert(b.value, b.unit, target)
        if first is not None and second is not None:
            return first + second, f"{plain(first)} + {plain(second)}"
    return None


def _is_short(ask: str, target: Unit) -> bool:
    return bool(re.search(rf"\b{re.escape(target.short)}\b", ask))


def _target(ask: str) -> Unit | None:
    """The unit that a question wants a quantity in."""
    patterns = (
        r"\bhow many ([a-zäöü°]+2?)(?: (?:is|are|does|do|was|were|would|long|far|"
        r"heavy|make|in)\b|\?|\W*$)",
        r"\b(?:convert|change|turn|put|express|give)\b.{1,80}\b(?:in(?:to)?|to|as) ([a-z°]+2?)\b",
        r"\b(?:what|how (?:much|far|long|heavy))\b.{0,40}\bin ([a-z°]+2?)\W*$",
        r"\bin (hours) and minutes\b",
        r"^\W*(?:and |so )?in ([a-z°]+2?)\W*$",
    )
    for pattern in patterns:
        for mark in re.finditer(pattern, ask, re.I):
            unit = unit_named(mark[1])
            if unit is not None:
                return unit
    return None


def _exchange(target: Unit, found: Sequence[Figure], ask: str) -> Worked | None:
    """By a rate such as "one crown is worth 0.08 euros"."""
    money = [f for f in found if f.measures == "money"]
    for a, b in pairwise(money):
        if a.unit == b.unit or a.unit is None or b.unit is None or not a.value or not b.value:
            continue
        if target not in (a.unit, b.unit) or 1 not in (a.value, b.value):
            continue
        sources = [f for f in money if f not in (a, b) and f.unit != target]
        if len(sources) != 1:
            continue
        per = b.value / a.value if target == b.unit else a.value / b.value
        value = sources[0].value * per
        like = b if target == b.unit else a
        wrong = sources[0].value / per
        return Worked(
            with_unit(value, like),
            f"{plain(sources[0].value)} × {float(per):g}",
            with_unit(wrong, like),
        )
    return None


def spoken_minutes(minutes: int) -> str:
    """A duration in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    said = [f"{hours} hour{'s' if hours != 1 else ''}"] if hours else []
    said += [f"{rest} minute{'s' if rest != 1 else ''}"] if rest or not hours else []
    return " ".join(said)
