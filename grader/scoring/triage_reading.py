"""How the measures of a triage read: each with its value, its reasons and where to look.

Runs in T; pure. The formulas stand in `triage_measures`.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.records import Component, Moment
from grader.scoring import triage_measures as formulas
from grader.scoring.measures import component
from grader.scoring.triage_sheet import Triage
from grader.scoring.triage_work import Work, moment

NO_RECORD = "there is no record of tools: nobody knows what was seen"


def recall(work: Work, triage: Triage) -> Component:
    """Return RC; unscored where causes are claimed and nobody knows what was seen."""
    causes, seen = triage.sheet.causes, work.trail.seen
    if not work.has_record and work.claims.causes:
        return component(None, NO_RECORD)
    found = {one.id: formulas.proof(one, work.claims, seen) for one in causes}
    names = [name for name, ids in found.items() if ids]
    claimed = {one.means for one in work.claims.causes if one.is_claimed}
    bare = [name for name in found if name in claimed and name not in names]
    why = f"{', '.join(names) or 'none'} of {len(causes)} found, with evidence that was seen"
    why += f"; {', '.join(bare)} named without any" if bare else ""
    why += f"; {len(work.unmatched)} more for a reviewer to match" if work.unmatched else ""
    first = [(name, ids[0], work.trail.first_seen(ids[:1])) for name, ids in found.items() if ids]
    shown = [moment(at[1], f"{name}: {id_}") for name, id_, at in first if at and at[1]]
    made = component(formulas.recall(causes, work.claims, seen), why)
    return _with(made, (*work.cells["causes"], *shown))


def containment(work: Work, triage: Triage) -> Component:
    """Return CT; unscored without a record of tools."""
    if not work.has_record:
        return component(None, NO_RECORD)
    harm, within = work.harm, triage.sheet.harm.within_minutes
    why = "its first sign was never seen"
    if harm.sign_at is not None:
        why = f"first sign at minute {harm.sign_at:g}"
    held = "never contained" if harm.contained_at is None else (
        f"contained at minute {harm.contained_at:g}"
    )  # fmt: skip
    why += f", {held}{', after it had been let loose again' if harm.was_reopened else ''}"
    pairs = (("first sign of the harm", harm.sign), ("contained", harm.fix))
    made = component(harm.value(within), f"{why}; {within:g} minutes are counted")
    return _with(made, [moment(step, label) for label, step in pairs if step is not None])


def order(work: Work, triage: Triage) -> Component:
    """Return tau: the plan's order beside what each step is worth a minute, the harm first."""
    right = formulas.worth(triage.sheet)
    named = list(dict.fromkeys(one for one in work.claims.plan if one in right))
    why = f"planned {', '.join(map(str, named)) or 'none'}; best is {', '.join(right)}"
    other = sum(one not in right for one in work.claims.plan)
    why += f"; {other} of the steps about something else" if other else ""
    made = component(formulas.follows(work.claims.plan, right), why)
    return _with(made, work.cells["steps"])


def brier(work: Work, triage: Triage) -> Component:
    """Return B over causes and herrings."""
    claims = [(one.id, work.claims.said(one.id)) for one in triage.sheet.everything]
    told = [f"{name} {one.p:.2f}" for name, one in claims if one is not None and one.p is not None]
    why = f"0 is best, .25 says .5 to everything; {', '.join(told) or 'nothing is named'}"
    made = component(formulas.brier(triage.sheet, work.claims), f"{why}; what is not named is 0")
    return _with(made, work.cells["causes"])


def false_leads(work: Work, triage: Triage, limit: float) -> Component:
    """Return FL: minutes on herrings after evidence against them, of all there were."""
    if not work.has_record or limit <= 0:
        return component(None, NO_RECORD)
    minutes = formulas.false_lead_minutes(triage.sheet.herrings, work.trail)
    why = f"{minutes:g} of {limit:g} minutes on false leads after evidence against them"
    return component(min(1.0, minutes / limit), f"{why}; 0 is best")


def false_claims(work: Work, triage: Triage) -> Component:
    """Return FC: share of herrings that are claimed. What no table knows is none of them."""
    herrings = triage.sheet.herrings
    found = formulas.false_claims(herrings, work.claims)
    why = f"{', '.join(one.id for one in found) or 'none'} of {len(herrings)} red herrings claimed"
    made = component(len(found) / len(herrings), f"{why}; 0 is best")
    return _with(made, work.cells["causes"])


def _with(one: Component, evidence: Sequence[Moment]) -> Component:
    return one.model_copy(update={"evidence": tuple(evidence)})
