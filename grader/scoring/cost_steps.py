"""A plan one step from itself: what each change of it is worth, and which one more would be.

Runs in T; pure. Two changes can undo each other: with fixed parts at a cached price, a shorter
prompt that is no longer the same from call to call costs more than the long one that is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.scoring.cost_claims import NO_LIMIT, Plan, read_number
from grader.scoring.cost_pricing import Offer, changes, joined, price
from grader.scoring.cost_truth import STAGES, Truth
from harness.core.records import Call

FEWEST_POINTS = 0.01
"""A step that saves this share of the cost more is told."""


@dataclass(frozen=True)
class Steps:
    """What lies one step away.

    Attributes:
        without: the plan with the change taken back that costs most; None where all pay.
        one_more: the plan with the allowed change of the menu that adds most; None where none does.
    """

    without: Offer | None = None
    one_more: Offer | None = None


def read_steps(plan: Plan, truth: Truth) -> Steps:
    """Return what lies one step from a plan; nothing for one that changes nothing.

    Args:
        plan: as it could be read.
        truth: the metered day.
    """
    if plan.is_empty:
        return Steps()
    own = _offer("", plan, truth)
    fewer = [_offer(words, one, truth) for words, one in less(plan)]
    more = [
        _offer(words, joined(plan, one), truth)
        for about, words, one in changes(truth.sheet)
        if about not in topics(plan)
    ]
    return Steps(_best(own, fewer), _best(own, [one for one in more if one.is_allowed]))


def less(plan: Plan) -> Iterator[tuple[str, Plan]]:
    """Yield each change of a plan in words, with the plan that lacks it; never an empty one."""
    found = []
    if plan.cache:
        found.append(("cache", replace(plan, cache=False)))
    if plan.drop_auto:
        found.append(("drop automatic", replace(plan, drop_auto=False)))
    if plan.strip_quotes:
        found.append(("strip quotes", replace(plan, strip_quotes=False)))
    if plan.merge:
        found.append(("merge S1 and S2", replace(plan, merge=False)))
    if plan.top_k is not None:
        found.append((f"top {plan.top_k} templates", replace(plan, top_k=None)))
    if plan.limit != NO_LIMIT:
        found.append((f"cut at {plan.limit:,.0f}", replace(plan, limit=NO_LIMIT)))
    for stage in plan.batch:
        rest = tuple(one for one in plan.batch if one != stage)
        found.append((f"batch {stage}", replace(plan, batch=rest)))
    for stage in STAGES:
        rest_of = tuple(one for one in plan.models if one[0] != stage)
        if len(rest_of) < len(plan.models):
            found.append((f"smaller models in {stage}", replace(plan, models=rest_of)))
    yield from ((words, one) for words, one in found if not one.is_empty)


def topics(plan: Plan) -> set[str]:
    """Return what a plan has a change about, by the names of `changes`."""
    found = {
        "cache": plan.cache, "drop": plan.drop_auto, "strip": plan.strip_quotes,
        "merge": plan.merge, "top": plan.top_k is not None, "limit": plan.limit != NO_LIMIT,
    }  # fmt: skip
    found |= {f"batch {stage}": stage in plan.batch for stage in STAGES}
    found |= {f"model {stage}": any(at == stage for at, _, _ in plan.models) for stage in STAGES}
    return {name for name, is_there in found.items() if is_there}


def trial_saving(trials: Sequence[Call]) -> float | None:
    """Return what the last trial of a plan printed as its saving; None without one.

    Args:
        trials: uses of the tool with that plan, oldest first.
    """
    for call in reversed(trials):
        result = (call.response or {}).get("result")
        if isinstance(result, dict):
            now, then = (read_number(result.get(name)) for name in _MONEY)
            if now is not None and then is not None and then > 0:
                return 1 - now / then
    return None


_MONEY = ("usd_a_mail", "usd_a_mail_as_sketched")


def _offer(words: str, plan: Plan, truth: Truth) -> Offer:
    base = float(price(Plan(), truth).usd.sum())
    priced = price(plan, truth)
    saving = 1 - float(priced.usd.sum()) / base
    is_fine = priced.loss <= truth.sheet.allowed_loss and not priced.is_late
    return Offer(words, plan, saving, priced.loss, is_fine)


def _best(own: Offer, found: Sequence[Offer]) -> Offer | None:
    best = max(found, key=lambda one: one.saving, default=None)
    return best if best is not None and best.saving >= own.saving + FEWEST_POINTS else None
