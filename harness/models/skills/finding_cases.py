"""Rules of a text applied to the cases it lists, or to the one case that the asker tells of.

Runs in the model worker; the text is hostile and capped. A clause for some of the cases goes before
one for all of them. What fools it: a rule that takes back another by its number.
"""

from __future__ import annotations

import re
from fractions import Fraction

from harness.models.skills import conditions
from harness.models.skills.answering_polar import agrees
from harness.models.skills.finding_intervals import NUMBER, intervals, kind_of, value_of
from harness.models.skills.finding_records import Listed, Record
from harness.models.skills.finding_rules import Clause, amount_for, clauses_of, main_kind
from harness.models.skills.finding_rulings import PART_OF, Ruling, ruling_of, speaks_of
from harness.models.skills.reckoning_dates import moments
from harness.models.skills.reckoning_figures import plain
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_sums import POLAR
from harness.models.skills.retrieval import STOP
from harness.models.skills.wording import WORD, are_opposite, coverage

_SELECTS = re.compile(
    r"\b(?:which|who|whose|list|name|how many|welche\w*|wer|wie ?viele|quels?|quelles?|qui|combien|"
    r"qué|cuáles|quién(?:es)?|cuánt[oa]s)\b",
    re.I,
)
_EACH = re.compile(
    r"\b(?:each|every|for all|one line each|one by one|per \w+|jede[rsnm]?|chacun\w*|cada|"
    r"respectively|of them|for [A-Z](?=,| and)|or not)\b",
    re.I,
)
_FREE = re.compile(
    r"\b(?:free|nothing|no (?:fee|charge|fine)|exempt|gratis|frei|nichts|gratuit)\b", re.I
)
_PAYS = re.compile(r"\b(?:pays?|paid|charged?|fees?|fines?|costs?|zahl\w+|paie|paga\w*)\b", re.I)
_COUNT = re.compile(r"\b(?:how many|wie ?viele|combien|cuánt[oa]s)\b", re.I)
_BROKEN = re.compile(r"\b(?:broken|broke|violat\w+|breach\w*|not kept|not met|against)\b", re.I)
_MARKS_ONLY = re.compile(
    r"\b(?:letters?|ids?|numbers?|codes?) (?:only|alone)\b|"
    r"\b(?:just|only) (?:the )?(?:ids?|letters?|numbers?|codes?)\b",
    re.I,
)
_PART = {
    "half": Fraction(1, 2),
    "a third": Fraction(1, 3),
    "double": Fraction(2),
    "twice": Fraction(2),
}


def ruled(ask: str, listed: Listed, orders: str) -> Worked | None:
    """Which of the listed cases a rule singles out, or what it says of each.

    Args:
        ask: the question.
        listed: the cases and the rules beside them.
        orders: what the prompt says of the form.
    """
    records = listed.records
    if len(records) < 2:
        return None
    every = _all_limits(ask, listed, orders)
    if every is not None:
        return every
    clauses = clauses_of(listed.rest)
    if not any(c.ranges or c.is_rest for c in clauses):
        return None
    rulings = [ruling_of(record, clauses, records) for record in records]
    if sum(one is not None for one in rulings) * 2 < len(records):
        return None
    if _EACH.search(f"{ask} {orders}") and not _COUNT.search(ask):
        return _each(records, rulings, clauses)
    if _BROKEN.search(ask) and _SELECTS.search(ask):
        return _selected(
            ask, records, [one is not None and not one.holds for one in rulings], orders
        )
    if not _SELECTS.search(ask):
        return None
    main = next((c.outcome or c.text for c in clauses if c.ranges), "")
    is_turned = are_opposite(words_of(ask), words_of(" ".join(c.text for c in clauses)))
    if not is_turned and coverage(words_of(ask), words_of(" ".join(c.text for c in clauses))) < 0.3:
        return None
    return _selected(ask, records, [_is_asked(ask, one, main) for one in rulings], orders)


def _all_limits(ask: str, listed: Listed, orders: str) -> Worked | None:
    """The cases that keep all limits, where a text sets limits of several kinds."""
    limits = [one for line in re.split(r"\n|;", listed.rest) for one in intervals(line)]
    kinds = list(dict.fromkeys(kind_of(one.unit) for one in limits))
    if len(kinds) < 2 or len(limits) > 4 or not _SELECTS.search(ask) or _EACH.search(ask):
        return None
    chosen: list[bool] = []
    for record in listed.records:
        held = [amount_for(record.text, kind_of(one.unit), one.unit) for one in limits]
        if any(value is None for value in held):
            return None
        chosen.append(all(one.holds(v[0]) for one, v in zip(limits, held, strict=True) if v))
    is_no = bool(re.search(r"\bnot\b|n['’]t\b|\brefused\b|\brejected\b", ask, re.I))
    return _selected(ask, listed.records, [one != is_no for one in chosen], orders)


def words_of(text: str) -> list[str]:
    """The words of a text that carry meaning, in lower case."""
    return [m[0].lower() for m in WORD.finditer(text) if m[0].lower() not in STOP]


def _is_asked(ask: str, ruling: Ruling | None, main: str) -> bool:
    if ruling is None:
        return False
    outcome = ruling.clause.outcome or main
    if _PAYS.search(ask) and (_FREE.search(outcome) or _FREE.search(ask)):
        same = bool(_FREE.search(outcome)) == bool(_FREE.search(ask))
    else:
        shared = coverage(words_of(ask), words_of(ruling.clause.text)) > 0.2
        same = agrees(ask, outcome if shared or not ruling.clause.ranges else main)
    return same == ruling.holds


def _selected(
    ask: str, records: tuple[Record, ...], chosen: list[bool], orders: str
) -> Worked | None:
    names = [r.shown for r, is_in in zip(records, chosen, strict=True) if is_in]
    others = [r.shown for r, is_in in zip(records, chosen, strict=True) if not is_in]
    if _MARKS_ONLY.search(orders):
        names = [r.mark or r.name for r, is_in in zip(records, chosen, strict=True) if is_in]
    bare = joined(names) if names else "None"
    slip = joined([*names, others[0]]) if others else joined(names[:-1]) if len(names) > 1 else ""
    if _COUNT.search(ask):
        is_both = re.search(r"\bwhich|\bwho\b|\bwelche|\bquel|\bcuáles|\bname", ask, re.I)
        count = str(len(names))
        return Worked(f"{count}: {bare}" if is_both and names else count, "", str(len(names) + 1))
    return Worked(bare, "", slip)


def _each(
    records: tuple[Record, ...], rulings: list[Ruling | None], clauses: list[Clause]
) -> Worked | None:
    """What holds for each case, by the line; a rule of "half of it" works upon the others."""
    parts = [c for c in clauses if PART_OF.search(c.outcome) and not c.ranges]
    lines: list[str] = []
    for record, ruling in zip(records, rulings, strict=True):
        if ruling is None or not ruling.clause.outcome:
            return None
        if not ruling.holds:
            name = record.mark if re.fullmatch(r"[A-Z]?\d*", record.mark) else record.name
            lines.append(f"{name or record.name}: none")
            continue
        outcome = ruling.clause.outcome
        for part in parts:
            if speaks_of(part, record.text):
                outcome = _share(outcome, part.outcome)
        name = record.mark if re.fullmatch(r"[A-Z]\d*|\d+", record.mark) else record.name
        lines.append(f"{name}: {outcome}")
    return Worked("\n".join(lines), "", "")


def _share(outcome: str, part: str) -> str:
    """An outcome's figure halved, doubled and so on."""
    mark, number = PART_OF.search(part), re.search(NUMBER, outcome, re.I)
    value = value_of(number[0]) if number else None
    if mark is None or number is None or value is None:
        return outcome
    share = value * _PART[mark[1].lower()]
    return (
        outcome[: number.start()]
        + plain(share, cents=share.denominator > 1)
        + outcome[number.end() :]
    )


_HOW_MANY = re.compile(r"\bhow many\b", re.I)
_WHY = re.compile(r"\bwhy\b", re.I)
_NAMES = re.compile(r"\b(?:which|what|who|whose|where|how much|wh?elche\w*|was|wer|wo)\b", re.I)
_SAYS = re.compile(
    r"\b(?:is|are|was|were|be|may|must|can|will|has|have|does|do)\b|^(?:of|at|in|on)\b", re.I
)


def for_one(ask: str, told: str, text: str) -> Worked | None:
    """What the rules of a text say of the one case that the asker tells of.

    Args:
        ask: the question.
        told: what the asker says of the case.
        text: the text with the rules, without what was told.
    """
    clauses = clauses_of(text)
    ranged = [c for c in clauses if c.ranges]
    if (
        not told.strip()
        or len(clauses) < 2
        or POLAR.match(ask)
        or _WHY.search(ask)
        or POLAR.match(told.strip())
    ):
        return None
    if not ranged:
        return _by_scope(ask, told, clauses)
    is_timetable = re.search(
        r"\b(?:open|closed|mon|tue|wed|thu|fri|sat|sun)(?:s|days?)?\b", text, re.I
    )
    if is_timetable and any(conditions.hours_in(c.text) for c in ranged):
        return None
    kind, unit = main_kind(clauses)
    value = amount_for(told, kind, unit)
    if value is None or (not value[1] and 1500 < value[0] < 2100):
        return None
    held = [c for c in ranged if c.holds(*value)]
    best = [c for c in held if speaks_of(c, told)] or held
    if not best:
        best = [c for c in clauses if c.is_rest] or [
            c for c in clauses if not c.ranges and _tells(c) and not moments(c.text)
        ]
    if not best:
        return None
    chosen = best[0]
    if not chosen.outcome:
        start = chosen.ranges[0].start if chosen.ranges else None
        name = re.sub(r"^\W*(?:[\w ]{0,20}:\s)?", "", chosen.text[:start]).strip(" (:,–-")
        is_row = len(name.split()) <= 5 and not _SAYS.search(name) and _NAMES.search(ask)
        return Worked(name, "", "") if name and is_row else None
    if re.fullmatch(r"an? [a-z]+", chosen.outcome.strip()):  # "12 a day": a rate, no outcome
        return None
    if _HOW_MANY.search(ask) and not re.search(NUMBER, chosen.outcome, re.I):
        return None
    others = [c.outcome for c in clauses if c.outcome and c is not chosen]
    return Worked(chosen.outcome, "", others[0] if others else "")


def _by_scope(ask: str, told: str, clauses: list[Clause]) -> Worked | None:
    """What a clause for people like the asker says, where no range decides."""
    if not re.search(r"\bhow much\b|\bcosts?\b|\bpays?\b|\bprice\b", ask, re.I):
        return None
    own = [c for c in clauses if c.scope and re.search(r"\d", c.outcome) and speaks_of(c, told)]
    others = [c.outcome for c in clauses if c not in own and re.search(r"\d", c.outcome)]
    if len(own) != 1 or not others:
        return None
    sum_ = re.search(r"[€$£]?\d[\d.,]*(?:\s?[^\W\d_]+)?", own[0].outcome)
    return Worked(sum_[0].strip(" .,"), "", others[0]) if sum_ else None


def _tells(clause: Clause) -> bool:
    return bool(re.search(r"\d|\b(?:free|nothing|nichts|frei|gratis)\b", clause.outcome, re.I))


def joined(names: list[str]) -> str:
    """Names as an enumeration."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
