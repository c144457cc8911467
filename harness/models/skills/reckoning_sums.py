"""Sums, differences, products, shares and averages of the figures in a text.

Runs in the model worker; the text is hostile and capped. Each function looks whether a sentence
asks for its kind of reckoning and gives the result, or None where it does not or where the text
does not show which figures are meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil

from harness.models.skills.reckoning_brief import root, stems
from harness.models.skills.reckoning_figures import Figure, figures, plain, with_unit
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_units import convert, unit_named
from harness.models.skills.tables import column_for, find_table

_TOTAL = re.compile(
    r"\b(?:totals?|sum(?! up)|altogether|all together|in all|combined|add(?:ed)? "
    r"(?:these|those|them|up|the)|"
    r"overall|together|all told|insgesamt|zusammen|summe|en total|au total|en tout|suma|"
    r"grand total)\b|\bhow much is (?:it|that|everything|this)\W*$|\bwhat(?:'s| "
    r"is| was) the (?:whole )?"
    r"bill\b|\bwhat do(?:es)? (?:\w+ )?(?:i|we|you|he|she|they) (?:pay|owe|spend)\b|"
    r"\bcu[aá]nto (?:es|cuesta)\b.*\btodo\b|\bhow (?:much|many)\b.{1,40}\b(?:both|"
    r"all (?:two|three|four|five|of))\b",
    re.I,
)
_STATED = re.compile(
    r"\b(?:totals?|sum|altogether|in all|overall|insgesamt|gesamt)\b\W{0,3}(?:\w+\W{1,3}){0,4}?\d",
    re.I,
)
NO_SUM = re.compile(r"\b(?:what|which|write the|show the|the whole) sum\b(?! of)|\bsum out\b", re.I)
POLAR = re.compile(
    r"\W*(?:does|do|is|are|was|were|can|could|will|would|has|have|did|should|may|must)\b", re.I
)
_MONEY_ASKED = re.compile(
    r"\b(?:pay|cost|price|bill|owe|spend|invoice|amount|money|expens\w+|charge|how much is)\b", re.I
)
_AVERAGE = re.compile(
    r"\b(?:average|avg|mean(?! by)|median|durchschnitt|promedio|media|moyenne)\b", re.I
)
_SIGNIFIES = re.compile(
    r"\b(?:does|do|did|would|can|could|may|might|must)\b[^?.\n]{1,80}(?<!the)(?<!a)(?<!their)(?<!its)"
    r" mean\b(?! (?:of|value)\b)",
    re.I,
)
_DIFFERENCE = re.compile(
    r"\bhow (?:much|many)(?: \w+)? (?:more|less|fewer|\w{2,12}er)\b|\bby how "
    r"(?:much|many)\b|\bdifference\b|"
    r"\bhow many \w+ (?:more|fewer|less|older|younger|taller|longer|shorter)\b",
    re.I,
)
_LEFT = re.compile(
    r"\b(?:left|remain\w*|still (?:have|has|there|in)|left over|now)\b(?! for| at| the)", re.I
)
_CHANGE = re.compile(
    r"\b(?:what|how much|which|the|my|any)\b[^.?]{0,20}\bchange\b|\bget back\b|\bgiven back\b", re.I
)
_LOSS = re.compile(
    r"\b(?:broke|broken|lent|lends?|sold|sells?|gave|gives?|given|ate|eats?|eaten|"
    r"lost|loses?|used?|took|takes?|"
    r"taken|spent|spends?|left|leaves?|stolen|died|withdr[ae]wn?|cancel\w*|"
    r"dropped|threw|thrown|returned|"
    r"burnt?|drank|drunk|missing|fell|removed|donated|posted|shipped|sent|scrapped|issued|"
    r"handed out|moved out|got off|went "
    r"home|are out|paid|ill)\b",
    re.I,
)
_GAIN = re.compile(
    r"\b(?:bought|buys?|got|gets|came|comes?|added|adds?|found|finds?|receiv\w+|"
    r"join\w*|arriv\w+|more|"
    r"deliver\w*|earned|born|picked|won|hatched|another)\b",
    re.I,
)
_LINK = re.compile(
    r"\s*\w{0,24}(?: \w{1,20}){0,2}\s*(?:\bat\b|@|\bx\b|×|\*|\bà\b|\bzu je\b)\s*(?:only |just )?$",
    re.I,
)
_EACH = re.compile(
    r"\s*(?:each|apiece|a piece|per piece|a head|the piece|cada un[ao]|je|chacun)\b", re.I
)
_GENERIC = frozenset(
    root(word)
    for word in (
        "things items pieces people persons animals trees units guests visitors vehicles plants "
        "objects fruits vegetables instruments players members passengers tickets birds"
    ).split()
)


def total(ask: str, text: str) -> Worked | None:
    """The sum of the listed amounts."""
    strong = bool(_TOTAL.search(ask)) and not NO_SUM.search(ask)
    if POLAR.match(ask) or len(text) > 1_500:
        return None
    if strong and _STATED.search(text):
        return None
    if not strong and not re.match(r"\W*(?:and |so )?how many [a-z]", ask, re.I):
        return None
    terms = _cells(ask, text) or _terms(ask, text)
    if len(terms) < 2 or (not strong and not _is_series(ask, text, terms)):
        return None
    value = sum((amount for amount, _, _ in terms), Fraction(0))
    like = next((f for _, f, _ in terms if f.unit), terms[0][1])
    working = " + ".join(said for _, _, said in terms)
    dropped = value - min(amount for amount, _, _ in terms)
    return Worked(said_with(value, like, ask), working, said_with(dropped, like, ask))


def _cells(ask: str, text: str) -> list[tuple[Fraction, Figure, str]]:
    """The figures of the column that a question is about; none where the text has no table."""
    table = find_table(text)
    at = column_for(ask, table) if table is not None else None
    if table is None or at is None:
        return []
    held = [f[0] for row in table.rows if (f := figures(row[at], ()))]
    is_totalled = any(re.search(r"\btotal|\bsum", row[0], re.I) for row in table.rows)
    return [] if is_totalled else [(f.value, f, plain(f.value)) for f in held]


def _terms(ask: str, text: str) -> list[tuple[Fraction, Figure, str]]:
    """What is to be added: (amount, a figure with its unit, how it is written)."""
    found = [f for f in figures(text) if f.measures != "share"]
    linked = products(text, found)
    if linked:
        used = {id(f) for pair in linked for f in pair[:2]}
        out = {
            a.start: (a.value * b.value, b, f"{plain(a.value)} × {plain(b.value)}")
            for a, b in linked
        }
        for f in found:
            is_amount = f.measures == "money" or (
                f.unit is None and (not f.noun or len(linked) > 1)
            )
            if id(f) not in used and is_amount:
                out[f.start] = (f.value, f, plain(f.value))
        return [out[at] for at in sorted(out)]
    chosen, target = meant(ask, text, found)
    out_list: list[tuple[Fraction, Figure, str]] = []
    for f in chosen:
        value = f.value
        if target is not None and f.unit is not None and f.unit != target.unit and target.unit:
            converted = convert(value, f.unit, target.unit)
            value = converted if converted is not None else value
        out_list.append((value, target if target and target.unit else f, plain(value)))
    return out_list


def products(text: str, found: Sequence[Figure]) -> list[tuple[Figure, Figure]]:
    """Pairs of a count and a price for each: `2 soups at 6`, `3 x 4.50`, `4 for 3 each`."""
    out: list[tuple[Figure, Figure]] = []
    for a, b in pairwise(found):
        between = text[a.end : b.start]
        if len(between) > 60 or "\n" in between:
            continue
        is_each = bool(_EACH.match(text, b.end))
        if a.measures in ("", "time") and (
            _LINK.fullmatch(between) or (is_each and not re.search(r"[.;,]", between))
        ):
            out.append((a, b))
    return out


def meant(ask: str, text: str, found: Sequence[Figure]) -> tuple[list[Figure], Figure | None]:
    """The figures a question is about, and the one whose unit the result has."""
    asked_unit = next(
        (u for w in re.findall(r"[A-Za-zäöüé]+", ask) if (u := unit_named(w)) and len(w) > 1), None
    )
    if asked_unit is not None:
        same = [f for f in found if f.measures == asked_unit.measures]
        if len(same) >= 2:
            return same, next((f for f in same if f.unit == asked_unit), same[0])
    lines = [line for line in text.splitlines() if re.search(r"\d", line)]
    money = [f for f in found if f.measures == "money"]
    if len(money) >= 2 and (_MONEY_ASKED.search(ask) or len(money) * 2 >= len(found)):
        return money, money[0]
    wanted = re.search(r"\bhow many ([a-zäöü'-]+(?: [a-z'-]+)?)", ask, re.I)
    words = stems(wanted[1]) | {root(w) for w in wanted[1].split()} if wanted else set()
    if words and not words & {"more", "fewer", "less"}:
        same = [f for f in found if f.unit is None and {root(w) for w in f.noun.split()} & words]
        if len(same) >= 2:
            return same, same[0]
    bare = [f for f in found if f.unit is None]
    if len(lines) >= 2 and len(bare) > len(lines):
        bare = _last_of_lines(text, bare)
    groups: dict[str, list[Figure]] = {"": bare} if len(bare) >= 2 else {}
    for f in found:
        if f.unit is not None:
            groups.setdefault(f.measures, []).append(f)
    if words & _GENERIC and len(bare) >= 2:
        return bare, bare[0]
    best = max(groups.values(), key=len, default=[])
    if len(best) * 2 <= len(found) and len(found) - len(best) > 1:
        return [], None
    return best, best[0] if best else None


def _last_of_lines(text: str, bare: Sequence[Figure]) -> list[Figure]:
    """The last figure of each line, which is its amount."""
    by_line: dict[int, Figure] = {}
    for f in bare:
        by_line[text.count("\n", 0, f.start)] = f
    return list(by_line.values())


def _is_series(ask: str, text: str, terms: Sequence[tuple[Fraction, Figure, str]]) -> bool:
    """Whether a question without a word of adding can only mean the sum of a short series."""
    if len(text) > 500 or any(f.unit for _, f, _ in terms):
        return False
    if re.search(
        r"\b(?:means?|scale|others?|except|one of|of (?:them|these|those|which|whom)|broke|but)\b",
        text,
        re.I,
    ):
        return False
    nouns = {" ".join(root(w) for w in f.noun.split()[:1]) for _, f, _ in terms}
    asked = {root(w) for w in re.findall(r"[a-z]+", ask.lower())}
    if len(nouns) > 1 or not nouns & asked:
        return False
    starts = sorted(f.start for _, f, _ in terms)
    clauses = [text[a:b] for a, b in zip([0, *starts], [*starts, len(text)], strict=False)]
    shared = [len(stems(c) & (stems(ask) - nouns)) for c in clauses[: len(starts)]]
    return max(shared[1:], default=0) == 0


def difference(ask: str, text: str) -> Worked | None:
    """How much one amount is above the other, what is left, or the change."""
    found = [f for f in figures(text) if f.measures != "share"]
    if _CHANGE.search(ask):
        amounts = [f for f in found if f.measures in ("money", "")]
        if len(amounts) >= 2:
            paid = max(amounts, key=lambda f: f.value)
            values = {f.value for f in amounts} - {paid.value}
            value = paid.value - sum(values)
            like = next((f for f in amounts if f.unit), paid)
            working = " - ".join([plain(paid.value), *map(plain, sorted(values))])
            if all(f.unit is None for f in amounts) and value.denominator > 1:
                return Worked(plain(value, cents=True), working, plain(value + 1, cents=True))
            return (
                Worked(said_with(value, like, ask), working, said_with(value + 1, like, ask))
                if value >= 0
                else None
            )
    if _LEFT.search(ask) and re.search(r"\bhow (?:many|much)\b|\bwhat\b", ask, re.I):
        left = _remaining(ask, text, found)
        if left is not None:
            return left
    if not _DIFFERENCE.search(ask):
        return None
    pair = _pair(ask, text, found)
    if pair is None:
        return None
    a, b = pair
    second = b.value
    if a.unit and b.unit and a.unit != b.unit:
        second = convert(b.value, b.unit, a.unit) or b.value
    value = abs(a.value - second)
    high, low = max(a.value, second), min(a.value, second)
    return Worked(
        said_with(value, a, ask), f"{plain(high)} - {plain(low)}", said_with(value + 10, a, ask)
    )


def _pair(ask: str, text: str, found: Sequence[Figure]) -> tuple[Figure, Figure] | None:
    """The two figures to compare: all there are of a kind, or the two whose things are named."""
    groups: dict[str, list[Figure]] = {}
    for f in found:
        groups.setdefault(f.measures, []).append(f)
    adjective = re.search(r"\b(\w{2,12})er\b", ask)
    for kind, same in sorted(groups.items(), key=lambda g: -len(g[1])):
        if len(same) == 2:
            return same[0], same[1]
        if len(same) > 2:
            wanted = stems(ask)
            starts = [0, *(f.end for f in same)]
            near = [
                (f, len(wanted & stems(text[a : f.end])))
                for a, f in zip(starts, same, strict=False)
            ]
            named = [f for f, hits in near if hits]
            if len(named) == 2:
                return named[0], named[1]
            if kind and adjective is None:
                continue
    return None


def _remaining(ask: str, text: str, found: Sequence[Figure]) -> Worked | None:
    """A stock with what was taken from it and added to it."""
    kinds = {f.measures for f in found}
    same = [f for f in found if f.measures == ("money" if "money" in kinds else "")] or list(found)
    if len(same) < 2:
        return None
    value, working = same[0].value, plain(same[0].value)
    last = same[0].end
    way = 0
    for f in same[1:]:
        around = text[last : f.start] + text[f.end : f.end + 40].split(".")[0].split(",")[0]
        after = re.split(r"[.,;]| and ", text[f.end : f.end + 40])[0]
        loss, gain = _LOSS.search(after), _GAIN.search(after)
        if not loss and not gain:
            loss, gain = _LOSS.search(around), _GAIN.search(around)
        if re.search(r"\bgot on\b|\bboard(?:ed)?\b", after, re.I):
            loss, gain = None, re.search(r"\w", after)
        way = -1 if loss else 1 if gain else way
        if not way:
            return None
        value += way * f.value
        working += f" {'-' if way < 0 else '+'} {plain(f.value)}"
        last = f.end
    return Worked(said_with(value, same[0], ask), working, said_with(value + 1, same[0], ask))


def average(ask: str, text: str) -> Worked | None:
    """Mean or median of the listed figures."""
    mark = _AVERAGE.search(ask)
    if mark and mark[0].lower() == "mean" and _SIGNIFIES.search(ask):
        return None  # "what does it mean": a verb
    if not mark or re.search(r"\baverage\b\W{1,3}(?:\w+\W{1,3}){0,3}\d", text, re.I):
        return None
    cells = _cells(ask, text)
    chosen, like = meant(re.sub(_AVERAGE, " ", ask), text, figures(text))
    if cells:
        chosen, like = [f for _, f, _ in cells], cells[0][1]
    if len(chosen) < 2 or like is None:
        return None
    values = sorted(f.value for f in chosen)
    if mark[0].lower() == "median":
        middle = len(values) // 2
        value = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
        return Worked(said_with(value, like, ask), "", said_with(values[0], like, ask))
    value = sum(values, Fraction(0)) / len(values)
    working = f"({' + '.join(plain(f.value) for f in chosen)}) / {len(values)}"
    return Worked(
        said_with(value, like, ask), working, said_with(values[len(values) // 2] + 1, like, ask)
    )


def said_with(value: Fraction, like: Figure, ask: str) -> str:
    """A result with its unit, or with the noun that was asked for."""
    if like.unit is not None:
        return with_unit(value, like)
    wanted = re.search(r"\bhow many ([a-zäöü'-]+)", ask, re.I)
    noun = wanted[1] if wanted else ""
    if noun.lower() in (
        "more",
        "are",
        "is",
        "of",
        "do",
        "does",
        "did",
        "were",
        "in",
        "fewer",
        "less",
        "in",
    ):
        noun = ""
    return f"{plain(value)} {noun}".strip()


def whole_number(value: Fraction) -> Fraction:
    """The next whole number, for boxes and trips."""
    return Fraction(ceil(value))
