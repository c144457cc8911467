"""Questions that an estimate raises: what looks odd, for the debrief. They lower nothing.

Runs in T. Sources are read as text, never run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.attempt import Attempt
from grader.records import Flag, Moment
from grader.scoring.cost_claims import Estimate, Plan
from grader.scoring.cost_measures import NARROWEST, WIDEST_DOUBLINGS, doublings
from grader.scoring.cost_steps import Steps

METER = "tool:meter"
_APART = 0.1
"""A total that is further from its own tokens at the sheet's prices than this share."""
_OVERCLAIMED = 0.15
"""A saving that is claimed this much (of 1) above what it is."""
_LARGE_SAVING = 0.9
_REACHES = re.compile(
    r"\b(?:_getframe|f_globals|f_back|__globals__|__subclasses__|_current_frames|settrace)\b"
    r"|^[ \t]*(?:import|from)[ \t]+(?:ctypes|gc|inspect|builtins)\b"
    r"|^[ \t]*(?:builtins|json|math|os|sys|time)\.\w+[ \t]*=(?!=)"
    r"|^[ \t]*def[ \t]+(?:check|submit|ask|hypothesis|budget)\b",
    re.MULTILINE,
)


def flags_of(
    attempt: Attempt, own: Estimate, plan: Plan, found: Mapping[str, float | bool]
) -> tuple[Flag, ...]:
    """Return the questions that numbers raise.

    Args:
        attempt: for its record.
        own: the estimate.
        plan: the plan.
        found: truth, derived, in_factor, out_factor, cancels, saving, loss, allowed_loss, is_late,
            was_tried, has_logic.
    """
    told = [*_of_estimate(own, found), *_of_plan(own, plan, found)]
    if attempt.about.recorded and not any(c.alias == METER for c in attempt.tool_calls):
        told.append(("not_metered", "The log shows no use of the meter. Help me understand where "
                     "the length of answers comes from."))  # fmt: skip
    return tuple(Flag(code=code, message=message[:600]) for code, message in told)


def step_flags(
    own: Estimate, steps: Steps, found: Mapping[str, float | bool], trial: float | None
) -> tuple[Flag, ...]:
    """Return the questions that the plan raises beside itself: a change that costs, a trial's word.

    Args:
        own: the estimate, for the saving that it claims.
        steps: the plan one step from itself.
        found: as flags_of takes it.
        trial: what the candidate's own last trial of the plan printed as its saving.
    """
    told = []
    if steps.without is not None:
        told.append(("change_costs", f"With {steps.without.words} the plan saves "
                     f"{found['saving']:.0%}, without it {steps.without.saving:.0%}. Help me "
                     "understand how the two go together."))  # fmt: skip
    if trial is not None and own.saving is not None and own.saving > trial + _OVERCLAIMED:
        told.append(("trial_said_less", f"{own.saving:.0%} are claimed, and your own last trial "
                     f"of this plan came to {trial:.0%}. Help me understand the "
                     "difference."))  # fmt: skip
    return tuple(Flag(code=code, message=message[:600]) for code, message in told)


def reaches(attempt: Attempt) -> tuple[Flag, ...]:
    """Return a question where a cell reaches into what runs it; it gains nothing by that."""
    for name, source in attempt.artefacts.items():
        match = _REACHES.search(source)
        if match is not None:
            cells = [c.id for c in attempt.cells if c.kind == "artefact" and c.name == name]
            where = tuple(Moment(label=name[:200], cell_id=cell) for cell in cells[:1])
            what = match.group().strip()[:60]
            message = f"The cell {name} says {what!r}. Help me understand what it is for."
            return (Flag(code="reaches_into_the_tool", message=message[:600], evidence=where),)
    return ()


def _of_estimate(own: Estimate, found: Mapping[str, float | bool]) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    if own.daily is None:
        told.append(("no_estimate", "There is no daily cost. Help me understand how far you came."))
    elif not own.has_derivation:
        what = "output tokens" if own.tokens_in else "tokens"
        code = "output_forgotten" if own.tokens_in else "no_derivation"
        told.append((code, f"{own.daily:,.0f} USD stand there without {what}. "
                     "Help me understand what the number is made of."))  # fmt: skip
    elif abs(own.daily / max(float(found["derived"]), 1e-9) - 1) > _APART:
        told.append(("total_not_its_parts", f"Your tokens at the sheet's prices come to "
                     f"{found['derived']:,.0f} USD, your total is {own.daily:,.0f}. Help me "
                     "understand the difference."))  # fmt: skip
    if found["cancels"]:
        told.append(("errors_cancel", f"The total is near the truth, its parts are not: tokens "
                     f"in are {found['in_factor']:.2f} of what they are, tokens out "
                     f"{found['out_factor']:.2f}. Help me understand each."))  # fmt: skip
    wide = doublings(own)
    if wide is not None and own.low is not None and own.high is not None:
        if wide >= WIDEST_DOUBLINGS:
            told.append(("unlosable_range", f"{own.low:,.0f} to {own.high:,.0f} USD can hardly be "
                         "wrong. Help me understand what one would decide by it."))  # fmt: skip
        elif not own.low <= float(found["truth"]) <= own.high:
            told.append(("truth_outside_range", f"The truth, {found['truth']:,.0f} USD, lies "
                         f"outside {own.low:,.0f} to {own.high:,.0f}. Help me understand what the "
                         "range was made of."))  # fmt: skip
        elif 2**wide < NARROWEST:
            told.append(("range_too_narrow", "The range is narrower than 7%. Help me understand "
                         "how 200 mails can tell so much."))  # fmt: skip
    if own.unread_drivers:
        told.append(("drivers_unread", f"{', '.join(own.unread_drivers)[:120]} is none of the nine "
                     "parts. Help me understand which one you mean."))  # fmt: skip
    return told


def _of_plan(own: Estimate, plan: Plan, found: Mapping[str, float | bool]) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    if plan.is_empty and found["has_logic"]:
        return []
    if plan.is_empty:
        return [("no_plan", "Nothing of the menu is changed. Help me understand what you would do "
                 "first.")]  # fmt: skip
    saving = float(found["saving"])
    if found["loss"] > found["allowed_loss"]:
        told.append(("quality_lost", f"One stage loses {found['loss']:.1f} points, and "
                     f"{found['allowed_loss']:g} are allowed. Help me understand how you would "
                     "have noticed."))  # fmt: skip
    if found["is_late"]:
        told.append(("rule_broken", "The desk waits two minutes for a stage that is batched. Help "
                     "me understand what happens until the answer comes."))  # fmt: skip
    if own.saving is not None and own.saving > saving + _OVERCLAIMED:
        told.append(("overclaimed", f"{own.saving:.0%} are claimed, {saving:.0%} are saved. Help "
                     "me understand how the changes go together."))  # fmt: skip
    if max(saving, own.saving or 0.0) > _LARGE_SAVING:
        told.append(("saving_without_quality", "More than 90% are saved. Help me understand what "
                     "that does to the answers."))  # fmt: skip
    if not found["was_tried"]:
        told.append(("not_tried", "The log shows no trial of this plan. Help me understand what "
                     "its saving rests on."))  # fmt: skip
    if plan.unread:
        told.append(("plan_unread", f"Not on the menu: {', '.join(plan.unread)[:200]}. Help me "
                     "understand what it was to do."))  # fmt: skip
    return told
