"""Which clause of the rules governs a case, the special before the general, and whether it holds.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.skills.finding_records import Record
from harness.models.skills.finding_rules import Clause, amount_for, main_kind
from harness.models.skills.finding_sorts import is_of_sort
from harness.models.skills.retrieval import STOP
from harness.models.skills.wording import WORD, nearness

PART_OF = re.compile(
    r"\b(half|a third|double|twice)\b(?: of)?(?: (?:any|the|this|that|all))?", re.I
)
_DENIED = re.compile(
    r"\b(?:no|without|not|never|kein\w*|sans|sin)\s+(?:an? |the )?(?:\w+ )?$", re.I
)
_MATCH = 0.8


@dataclass(frozen=True)
class Ruling:
    """What the rules say of a case: the clause that governs it, and whether its range holds."""

    clause: Clause
    holds: bool


def ruling_of(record: Record, clauses: list[Clause], records: tuple[Record, ...]) -> Ruling | None:
    """The clause that governs a case: the most special that speaks of it and whose range holds."""
    kind, unit = main_kind(clauses)
    said = (
        record.text.replace(record.name, " ", 1)
        if re.search(r"\d", record.name) and record.text != record.name
        else record.text
    )
    value = amount_for(said, kind, unit)
    general = _general(clauses, records)
    special = [c for c in clauses if c not in general and speaks_of(c, record.text)]
    special = [c for c in special if not PART_OF.search(c.outcome)]
    inside = [c for c in special if not c.ranges or (value is not None and c.holds(*value))]
    if inside:
        return Ruling(inside[-1], True)
    if special and special[-1].ranges:
        return Ruling(special[-1], False)
    held = [c for c in general if c.ranges and value is not None and c.holds(*value)]
    if held:
        return Ruling(held[-1], True)
    rest = [c for c in general if c.is_rest]
    if rest:
        return Ruling(rest[-1], True)
    ranged = [c for c in general if c.ranges]
    return Ruling(ranged[0], False) if ranged and value is not None else None


def _general(clauses: list[Clause], records: tuple[Record, ...]) -> list[Clause]:
    """The clauses that are not for some of the cases alone."""
    out: list[Clause] = []
    first = next((c for c in clauses if c.ranges), None)
    for n, clause in enumerate(clauses):
        if clause is first:
            out.append(clause)
            continue
        own = set(clause.scope) - {w for c in clauses[:n] for w in c.scope if c.ranges}
        told = [speaks_of(clause, record.text) for record in records]
        is_some = own and any(told) and not all(told)
        if not is_some and (clause.ranges or clause.is_rest):
            out.append(clause)
    return out


def speaks_of(clause: Clause, text: str) -> bool:
    """Whether a case is one of those that a clause is for."""
    held = [
        m[0].lower()
        for m in WORD.finditer(text)
        if m[0].lower() not in STOP and not _DENIED.search(text[: m.start()])
    ]
    met = [
        max((nearness(word, other) for other in held), default=0.0) >= _MATCH
        or any(is_of_sort(other, word) for other in held)
        for word in clause.scope
    ]
    return bool(met) and sum(met) * 2 >= len(met)
