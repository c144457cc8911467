"""Rules of a text as clauses: to whom one applies, within which range, and what then holds.

Runs in the model worker; the text is hostile, patterns are bounded. "Children under 6 ride free, 6
to 15 half fare, everyone else full fare" gives three clauses. What fools it: a rule whose range
and outcome stand in two sentences.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction

from harness.models.skills.finding_intervals import (
    NUMBER,
    Interval,
    in_units,
    intervals,
    kind_of,
    value_of,
)
from harness.models.skills.reckoning_dates import moments
from harness.models.skills.retrieval import STOP
from harness.models.skills.wording import WORD

_MOST_CLAUSES = 24
_SPLIT = re.compile(
    r"(?<=[a-z\d\"”)])(?<!\bMr)(?<!\bDr)[.!](?:\s+|$)|;\s+|\n+|,\s+(?:and |but |while |whereas |"
    r"und |et |y )?"
    r"(?!at most|max|in the|on the|where|which|who\b|that\b)(?=[\w€$£\"“(])|"
    r"\s(?:but|while|whereas|aber|mais|pero)\s(?!not\b)"
)
_REST = re.compile(
    r"\b(?:(?:anything|everything|anyone|everyone|all) (?:heavier|longer|larger|bigger|older|"
    r"above|over|more|higher)|"
    r"(?:above|beyond|more than) that|(?:heavier|longer|larger|older) ones?|longer|every(?:one|"
    r"body|thing)? else|anything else|all others?|the (?:rest|others?)|otherwise|"
    r"in all other cases|else|sonst|alle anderen|übrigen?|sinon|les autres|los demás|resto)\b",
    re.I,
)
_ALWAYS = re.compile(r"\b(?:always|in any case|regardless|whatever|immer|toujours|siempre)\b", re.I)
_NEVER = re.compile(r"\b(?:not|never|no|n['’]t|except|unless|nicht|kein\w*|jamais|nunca)\b", re.I)
_FOR = re.compile(
    r"\b(?:for|para|für|pour)\s(?:the |los |las |les |die |all )?((?:[^\W\d_][\w'’-]*\s?){1,3})$",
    re.I,
)
_GENERIC = frozenset(
    """rule rules policy cost costs price prices fee fees fare fares thing things item items case
    cases person people everyone anyone each anything order orders goods only always also must may
    can pay pays need needs get gets take takes free from up over under than more less not no be
    is are was were have has had if the then them they who that those these any all other its
    library fines fine shipping postage admission entry open ship late long heavier older heavy
    years year days day hours hour minutes weeks month kg km euros euro crowns crown dollars zahlen
    zahlt kosten kostet""".split()
)


@dataclass(frozen=True)
class Clause:
    """One clause of a rule.

    Attributes:
        scope: the words that say to whom it applies; empty for everybody.
        ranges: the numbers within which it applies, any of them; empty for all.
        outcome: what holds then, in the text's words; empty where it shares the first clause's.
        is_rest: it holds for whatever the others leave over.
        text: the whole clause.
    """

    scope: tuple[str, ...]
    ranges: tuple[Interval, ...]
    outcome: str
    is_rest: bool
    text: str

    def holds(self, value: Fraction, unit: str) -> bool:
        """Whether a number lies in the ranges: in all that "and" joins, in one of others."""
        each = [one.holds(in_units(value, unit, one.unit or unit)) for one in self.ranges]
        joint = self.text[self.ranges[0].end : self.ranges[-1].start] if self.ranges else ""
        is_joint = re.search(r"\b(?:and|but|und|et|y)\b", joint) or self._closes()
        return all(each) if is_joint else any(each)

    def _closes(self) -> bool:
        """Whether two ranges are the ends of one: "above 2 kg up to 10 kg"."""
        if len(self.ranges) != 2:
            return False
        low, high = self.ranges
        if low.low is None or high.high is None:
            return False
        return low.high is None and high.low is None and low.low < high.high


def clauses_of(text: str) -> list[Clause]:
    """The clauses of the rules in a text, in order; without any range or rest there is no rule."""
    made = [_clause(part) for part in _parts(text)]
    kinds = Counter(kind_of(r.unit) for c in made for r in c.ranges)
    main = next((k for k, _ in kinds.most_common() if k), "")
    out: list[Clause] = []
    first = next((c for c in made if c.ranges), None)
    for clause in made:
        bare = re.search(
            rf"\b(?:needs?|only|for (?:the )?\w+|is|mark)\s({NUMBER})(?!\w)", clause.text
        )
        if first and clause.scope and not clause.ranges and bare and (value := value_of(bare[1])):
            clause = replace(clause, ranges=(_like(first.ranges[0], value),), outcome="")
        kept = tuple(r for r in clause.ranges if kind_of(r.unit) in ("", main))
        if clause.ranges and not kept and out and not clause.scope:  # "at most three times a day"
            out[-1] = replace(out[-1], outcome=f"{out[-1].outcome}, {clause.text}".strip(", "))
            continue
        if kept != clause.ranges and clause.ranges:
            clause = replace(clause, ranges=kept or clause.ranges)
        out.append(clause)
    return out


def _like(one: Interval, value: Fraction) -> Interval:
    """The same kind of range with another number ("part-timers need 8")."""
    return replace(
        one,
        low=value if one.low is not None else None,
        high=value if one.high is not None else None,
    )


def main_kind(clauses: list[Clause]) -> tuple[str, str]:
    """What the ranges of the clauses are measured in: the kind, and the unit's own word."""
    units = [r.unit for c in clauses for r in c.ranges if r.unit]
    if not units:
        return "", ""
    kind = Counter(map(kind_of, units)).most_common(1)[0][0]
    return kind, next(u for u in units if kind_of(u) == kind)


def _parts(text: str) -> list[str]:
    bare = re.sub(
        r"^[ \t]*(?:[-*•]|[A-Z]{0,2}\d{1,2}[.)]|\d{1,2}\.\d{1,2})[ \t]+", "", text, flags=re.M
    )
    out: list[str] = []
    for part in _SPLIT.split(bare[:3_000]):
        if part and re.search(r"\w", part):
            out.append(part.strip(' ,.;:"“”»«'))
    return _headed(out)[:_MOST_CLAUSES]


def _headed(parts: list[str]) -> list[str]:
    """Parts that are but a range, put in front of what follows ("from the tenth day, 6 euros")."""
    out: list[str] = []
    head = ""
    for part in parts:
        if head and not intervals(part):
            out.append(f"{head}: {part}")
            head = ""
            continue
        out += [head] if head else []
        ranges = intervals(part)
        bare = (
            len(ranges) == 1
            and ranges[0].start <= 4
            and not re.search(r"\bis\b", part)
            and len(part) - ranges[0].end <= 2
        )
        head = part if bare else ""
        out += [] if bare else [part]
    return [*out, head] if head else out


def _clause(part: str) -> Clause:
    head = re.match(r"^[A-ZÀ-Þ][\w' -]{2,30}:\s+(?=\S)", part)
    body = (
        part[head.end() :]
        if head and not intervals(head[0]) and len(part) > head.end() + 6
        else part
    )
    ranges = _of_condition(body, tuple(intervals(body)))
    rest = _REST.search(body)
    if rest and not ranges:
        outcome = (body[: rest.start()] + body[rest.end() :]).strip(" ,:–-()")
        return Clause((), (), outcome, True, body)
    if not ranges:
        behind = _FOR.search(body)
        if behind:
            return Clause(_scope(behind[1]), (), body[: behind.start()].strip(" ,"), False, body)
        words = _scope(body)
        return Clause(words, (), body, False, body)
    first = ranges[0]
    ranges = tuple(
        r for r in ranges if kind_of(r.unit) in ("", kind_of(first.unit)) or not first.unit
    )
    last = ranges[-1]
    before, after = body[: first.start], body[last.end :]
    behind = _FOR.search(after)
    scope = _scope(before) or (_scope(behind[1]) if behind else ())
    lead = re.sub(
        r"\b(?:is|are|in|of|if|from|for|ages?|aged|only|erst|seulement|solo)\W*$",
        "",
        before.strip(" (,:"),
    )
    outcome = _outcome(after) or (lead if _says(lead) else "")
    return Clause(scope, ranges, outcome, False, body)


_IF = re.compile(r"\b(?:if|when|provided(?: that)?|as long as|once|wenn|falls|si)\b", re.I)


def _of_condition(body: str, ranges: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """The ranges behind an "if", where some stand before it: those are what is granted."""
    mark = _IF.search(body)
    behind = tuple(r for r in ranges if mark and r.start >= mark.end())
    return behind if behind and len(behind) < len(ranges) else ranges


def _outcome(after: str) -> str:
    """What follows a range, without its unit's noun and the words between."""
    bare = re.sub(
        r"^[\s):,–-]*(?:of age|late|old|long|alt|years?|jahren?|day)?\b[\s):,–-]*",
        "",
        after.strip(),
        flags=re.I,
    )
    bare = re.sub(r"^(?:then|it is|it's|there is|you|we|they)\s", "", bare.strip(" )("), flags=re.I)
    return bare.strip(" ,:;–-()")


def _says(lead: str) -> bool:
    """Whether the words in front of a range tell an outcome: a figure, "free", "nothing"."""
    return bool(
        re.search(
            rf"{NUMBER}|\b(?:free|nothing|none|nichts|frei|gratis|gratuit|half|full|no \w+)\b",
            lead,
            re.I,
        )
        or len(lead.split()) >= 3
    )


def _scope(words: str) -> tuple[str, ...]:
    found = [m[0].lower() for m in WORD.finditer(words) if not m[0].isdigit()]
    return tuple(w for w in found if w not in STOP and w not in _GENERIC and len(w) > 2)[:6]


@dataclass(frozen=True)
class Amount:
    """A number of a case with its unit."""

    value: Fraction
    unit: str


_AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<n>{NUMBER})(?![\w/])(?P<u>\s?(?:%|[€$£]|°\s?[CF]?|[^\W\d_]{{1,"
    rf"14}}[²³2]?(?!\w))?)",
    re.I,
)
_BY = re.compile(
    r"(\d+(?:[.,]\d+)?)\s?m(?:etres?)?\s?(?:by|x|×|auf|mal|por|sur)\s?(\d+(?:[.,]\d+)?)\s?m\b", re.I
)


def amount_for(text: str, kind: str, unit: str) -> tuple[Fraction, str] | None:
    """The number of a case that a rule's ranges are about; None where it has none.

    Args:
        text: what is said of the case.
        kind: what the ranges measure; empty where they name no unit.
        unit: the unit they are written in.
    """
    area = _BY.search(text) if kind == "area" else None
    if area:
        one, two = value_of(area[1]), value_of(area[2])
        return (one * two, "m²") if one and two else None
    found: list[Amount] = []
    dates = [(m.start, m.end) for m in moments(text) if m.kind == "date"]
    for mark in list(_AMOUNT.finditer(text))[:20]:
        if any(a <= mark.start() < b for a, b in dates):
            continue
        number = value_of(mark["n"])
        if number is None or (mark["n"].lower() in ("one", "a") and not kind):
            continue
        word = (mark["u"] or "").strip().lower()
        is_money = bool(re.match(r"[€$£]", mark["n"]))
        found.append(Amount(number, "money" if is_money else word))
    same = [
        a
        for a in found
        if (kind and kind_of(a.unit.removesuffix("s")) == kind)
        or (kind and kind_of(a.unit) == kind)
    ]
    if same:
        return same[0].value, same[0].unit.removesuffix("s") if len(same[0].unit) > 3 else same[
            0
        ].unit
    if kind == "age":
        told = re.search(
            rf"\b(?:is|am|['’]m|['’]s|are|aged?|age|turned|turns|bin|ist|wird|ai|a|tengo|"
            rf"tiene)\s({NUMBER})(?!\s?(?:kg|cm|m|euros?|km)\b)(?!\w|\.\d)",
            text,
            re.I,
        )
        if told:
            return _years(told[1])
        of_age = re.search(rf"({NUMBER})[- ](?:years?|year-old|jahre|jährig|ans|años)", text, re.I)
        if of_age:
            return _years(of_age[1])
    known = {"kg", "g", "m", "cm", "km", "l", "ml"}
    free = [a for a in found if a.unit not in known or not kind]
    bare = [a for a in free if not a.unit or not kind_of(a.unit) or kind_of(a.unit) == a.unit]
    chosen = bare or (free if not kind else [])
    return (chosen[0].value, unit) if chosen else None


def _years(said: str) -> tuple[Fraction, str] | None:
    value = value_of(said)
    return None if value is None else (value, "year")
