"""How a data exercise's measures read, and what people are shown of findings and truth.

Runs in T; pure. Claims are a candidate's words, and are passed on as they came.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.held import ClaimHeld, DataHeld, DefectHeld
from grader.records import Moment
from grader.scoring import data_measures as formulas
from grader.scoring.data_claims import Claims, Finding
from grader.scoring.data_flags import UNMATCHED
from grader.scoring.data_measures import Drawing, Held
from grader.scoring.data_truth import Table


@dataclass(frozen=True)
class Work:
    """One attempt as it is measured.

    Attributes:
        claims: what was read.
        table: what is so.
        held: both as tables.
        near: overlap of each defect (line) and finding (column).
        width: the width that the rows allow a range.
        where: contract's name to evidence: the cell that writes it.
    """

    claims: Claims
    table: Table
    held: Held
    near: formulas.Numbers
    width: float
    where: dict[str, tuple[Moment, ...]]


def best_of(work: Work, place: int) -> tuple[Finding | None, float]:
    """Return the finding that comes nearest to a defect, with the overlap."""
    row = work.near[place]
    if not len(row) or row.max() <= 0:
        return None, 0.0
    return work.claims.findings[int(row.argmax())], float(row.max())


def whys(work: Work, first: Drawing, counts: float) -> dict[str, str]:
    """Return how each measure reads.

    Args:
        work: the attempt.
        first: each row once.
        counts: how far the number counts.
    """
    claims, table, own = work.claims, work.table, work.claims.corrected
    defects = table.sheet.defects
    best = [best_of(work, place) for place in range(len(defects))]
    there = [d.id for d, (_, near) in zip(defects, best, strict=True) if near >= formulas.FOUND]
    lost = [d.about for d, (_, near) in zip(defects, best, strict=True) if near < formulas.FOUND]
    right = [d.id for d, (f, near) in zip(defects, best, strict=True)
             if near >= formulas.FOUND and f is not None and f.effect in d.effect]  # fmt: skip
    accused, clean = work.held.accused * work.held.clean, work.held.clean
    told = f"{len(there)} of {len(defects)} by their rows ({', '.join(there) or 'none'})"
    hits = float(work.held.again @ work.held.wrong)
    behind = "" if counts == 1 else (
        f"; it counts {counts:.0%}, since so few findings stand behind it"
        if counts else "; no finding stands behind it, so it earns nothing"
    )  # fmt: skip
    number = "no number was given" if own.accuracy is None else (
        f"{own.accuracy:.0%} where {table.sheet.headline:.0%} was reported; the mended rows say "
        f"{first.mended:.0%}, the second table {first.truth:.0%}{behind}"
    )  # fmt: skip
    reach = "no range was given" if own.low is None or own.high is None else (
        f"{own.low:.0%} to {own.high:.0%} "
        f"{'holds' if own.low <= first.truth <= own.high else 'misses'} {first.truth:.0%}; it is "
        f"{(own.high - own.low) / work.width:.1f} times as wide as these rows allow{behind}"
    )  # fmt: skip
    return {
        "F": told + (f"; not {'; '.join(lost)}" if lost else ""),
        "KP": f"{accused.sum():.0f} of {clean.sum():.0f} rows accused with which nothing is wrong",
        "EF": f"{len(right)} found and with what they do to the number ({', '.join(right) or '-'})",
        "C": number,
        "RG": reach,
        "RL": f"{hits:.0f} wrong labels among {len(claims.relabel)} named; "
        f"{work.held.wrong.sum():.0f} in {len(table.rows)} rows",
    }


def seen_in(work: Work) -> tuple[ClaimHeld, ...]:
    """Return each finding as a reviewer has to see it."""
    clean = work.table.clean
    return tuple(
        ClaimHeld(
            number=one.number, claim=one.claim, rows=len(one.rows), clean=len(one.rows & clean),
            effect=one.effect or "", matches=_matches(work, place),
        )
        for place, one in enumerate(work.claims.findings)
    )  # fmt: skip


def _matches(work: Work, place: int) -> str:
    column = work.near[:, place]
    best = int(column.argmax())
    name, near = work.table.sheet.defects[best].id, float(column[best])
    if near >= formulas.FOUND:
        return name
    rows = work.claims.findings[place].rows
    for one in work.table.sheet.oddities:
        if 2 * len(rows & set(one.rows)) >= len(rows | set(one.rows)):
            return f"{one.id}, harmless"
    return f"near {name} ({near:.2f})" if near >= formulas.NEAR else UNMATCHED


def held_of(work: Work, first: Drawing, seen: tuple[ClaimHeld, ...]) -> DataHeld:
    """Return what the report draws."""
    own = work.claims.corrected
    defects = []
    for place, one in enumerate(work.table.sheet.defects):
        finding, near = best_of(work, place)
        is_found = near >= formulas.FOUND
        defects.append(DefectHeld(
            id=one.id, about=one.about, rows=len(one.rows),
            finding=finding.number if finding is not None else None, overlap=round(near, 4),
            is_found=is_found,
            is_effect_right=is_found and finding is not None and finding.effect in one.effect,
        ))  # fmt: skip
    return DataHeld(
        headline=work.table.sheet.headline, mended=round(first.mended, 4),
        truth=round(first.truth, 4), accuracy=own.accuracy, low=own.low, high=own.high, on=own.on,
        defects=tuple(defects), findings=seen,
    )  # fmt: skip


def facts_of(work: Work) -> dict[str, str]:
    """Return small things that are shown beside the measures."""
    claims, table = work.claims, work.table
    lone = sum(one.matches == UNMATCHED for one in seen_in(work))
    facts = {
        "findings": f"{len(claims.findings)}, {lone} of them unmatched",
        "counted on": f"{len(table.mended())} mended rows, {len(table.lived())} of those after",
    }
    if table.sheet.absent:
        facts["what no row shows, for whoever reads the card"] = "; ".join(
            one.about for one in table.sheet.absent
        )
    if claims.unread or claims.broken:
        facts["not understood"] = "; ".join([*claims.broken.values(), *claims.unread])[:400]
    return facts
