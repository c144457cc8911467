"""What reviewers see beside a triage's measures: planted and claimed, looks by the minute.

Runs in T; pure. Texts of the candidate's stand in it unescaped; pages escape them.
"""

from __future__ import annotations

from grader.held import TriageHeld, TriageLine, TriageLook
from grader.scoring.triage_measures import proof
from grader.scoring.triage_sheet import Cause, Herring, Triage
from grader.scoring.triage_work import Work, words_of_step

MOST_LOOKS = 60


def held(work: Work, triage: Triage, minutes: float) -> TriageHeld:
    """Return a triage beside what was planted.

    Args:
        work: claims and trail.
        triage: what was planted.
        minutes: simulated minutes there were.
    """
    looks = [
        TriageLook(
            words=words_of_step(step), minutes=step.minutes, ended=step.ended,
            is_new=look is not None, call_id=step.call.id,
        )
        for look, step in zip(work.looks, work.trail.steps, strict=True) if step.minutes > 0
    ]  # fmt: skip
    return TriageHeld(
        lines=tuple(_line(one, work, triage) for one in triage.sheet.everything),
        looks=tuple(looks[:MOST_LOOKS]),
        unmatched=tuple(f"{one.component}: {one.cause}"[:200] for one in work.unmatched),
        minutes=minutes, sign_at=work.harm.sign_at, contained_at=work.harm.contained_at,
    )  # fmt: skip


def facts(work: Work, triage: Triage) -> dict[str, str]:
    """Return small things beside it: minutes, how beliefs moved, what is left to match."""
    moved = []
    for one in triage.sheet.everything:
        after = work.claims.said(one.id)
        before = [s for s in work.claims.suspects if s.means == one.id and s.p is not None]
        if before and after is not None and after.p is not None:
            moved.append(f"{one.id} {before[0].p:.2f} to {after.p:.2f}")
    unmatched = "; ".join(f"{one.component}: {one.cause}"[:80] for one in work.unmatched)
    return {
        "simulated minutes": f"{work.trail.minutes:g}, {len(work.trail.steps)} uses of tools",
        "suspects": f"{len(work.claims.suspects)}, moved {', '.join(moved) or 'none'}",
        "for a reviewer to match": unmatched[:400] or "nothing",
    }


def _line(one: Cause | Herring, work: Work, triage: Triage) -> TriageLine:
    said = work.claims.said(one.id)
    found = proof(one, work.claims, work.trail.seen) if isinstance(one, Cause) else ()
    return TriageLine(
        id=one.id, about=one.about, share=triage.sheet.share(one.id),
        is_harm=one.id == triage.sheet.harm.cause, is_found=bool(found), proof=found[:6],
        p=None if said is None else said.p, share_said=None if said is None else said.share,
    )  # fmt: skip
