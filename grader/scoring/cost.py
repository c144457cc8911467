"""The cost exercise's scorer: estimate and plan against the metered day.

Runs in T; the candidate's cells run in the sandbox and hand over plain values, which are claims.
Pure but for the arena it is given; seeded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.attempt import Attempt
from grader.held import CostHeld, CostOffer
from grader.records import Component, Flag, Moment, Score
from grader.scoring import cost_measures as formulas
from grader.scoring.arena import Arena
from grader.scoring.cost_claims import Estimate, Plan, read_estimate, read_plan
from grader.scoring.cost_flags import flags_of, reaches, step_flags
from grader.scoring.cost_measures import Actual, Derived
from grader.scoring.cost_own import price_own
from grader.scoring.cost_pricing import Offer, atoms, changes, frontier, offers, price, tokens
from grader.scoring.cost_steps import Steps, read_steps, trial_saving
from grader.scoring.cost_truth import Numbers, Truth
from grader.scoring.measures import component
from grader.scoring.scored import scored, values_of

NAMES = ("ESTIMATE", "PLAN")
FUNCTIONS = ("plan_call",)
TRIAL = "tool:try_plan"
IN_INDEX = ("A", "RG", "DR", "OP")


@dataclass(frozen=True)
class Work:
    """One attempt as it is measured.

    Attributes:
        own: ESTIMATE.
        plan: PLAN.
        derived: own tokens as money; None without.
        was_tried: whether the plan was run by the tool; None without a record of tools.
        trial_saving: what the tool's last run of the plan printed as its saving; None without.
        has_logic: whether there is a plan_call.
        where: evidence: the two artefact cells and the trials.
    """

    own: Estimate
    plan: Plan
    derived: Derived | None
    was_tried: bool | None
    trial_saving: float | None
    has_logic: bool
    where: dict[str, tuple[Moment, ...]]


@dataclass(frozen=True)
class Sums:
    """What a day comes to, of one drawing of its mails.

    Attributes:
        actual: the truth.
        saving: share that the plan saves.
        loss: points it loses in the worst stage.
        best: what the best allowed pair saves.
    """

    actual: Actual
    saving: float
    loss: float
    best: float


@dataclass(frozen=True)
class CostScorer:
    """What it is made of; another value is another version.

    What fools it: a figure that was passed on together with its tokens and drivers (the record of
    tools shows whether anything was measured); a plan copied from the frontier. What the menu does
    not have, plan_call, is priced and not judged.

    Attributes:
        resamples: drawings of the day's mails, for the intervals.
        seed: of the drawings.
    """

    resamples: int = 200
    seed: int = 20261125
    name: str = "cost"
    version: str = "1.0.0"

    def score(self, attempt: Attempt, arena: Arena, truth: Truth) -> Score:
        """Return all measures of an attempt.

        Args:
            attempt: the submission.
            arena: its cells, loaded with NAMES and FUNCTIONS.
            truth: what the pipeline is.
        """
        loaded = arena.loaded
        if loaded.values.get("ESTIMATE") is None and loaded.values.get("PLAN") is None:
            why = loaded.problem or "neither ESTIMATE nor PLAN is there"
            unread = Component(value=None, status="error", why=why[:600])
            flag = Flag(code="unreadable", message=f"The cells could not be read ({why[:300]}). "
                        "Help me understand what they were to do.")  # fmt: skip
            return self._made(attempt, {"A": unread, "OP": unread}, (flag, *reaches(attempt)))
        work = self._read(attempt, arena, truth)
        menu = offers(truth)
        best = max((o for o in menu if o.is_allowed), key=lambda o: o.saving, default=None)
        drawn = self._draw(truth, work.plan, best, _asked(attempt))
        components = self._components(work, drawn, truth, best)
        if work.has_logic:
            components["PC"] = price_own(attempt, arena, truth)
        steps = read_steps(work.plan, truth)
        found = _found(drawn[0], work, truth)
        flags = (
            *flags_of(attempt, work.own, work.plan, found),
            *step_flags(work.own, steps, found, work.trial_saving),
            *reaches(attempt),
        )
        score = self._made(attempt, components, flags)
        return score.model_copy(update={
            "cost": _held(work, drawn[0], truth, menu, steps),
            "facts": _facts(work, drawn[0], truth, best),
        })  # fmt: skip

    def _read(self, attempt: Attempt, arena: Arena, truth: Truth) -> Work:
        values = arena.loaded.values
        own = read_estimate(values.get("ESTIMATE"), truth.sheet)
        plan = read_plan(values.get("PLAN"), truth.sheet)
        trials = [call for call in attempt.tool_calls if call.alias == TRIAL]
        same = [call for call in trials if _plan_of(call.request, truth) == plan]
        rates = truth.sheet.prices[truth.sheet.base]
        actual = _actual(truth, np.ones(truth.day.rows), frozenset())
        where = {
            name: tuple(
                Moment(label=name.upper(), cell_id=cell.id)
                for cell in attempt.cells if cell.kind == "artefact" and cell.name == name
            )
            for name in ("estimate", "changes")
        }  # fmt: skip
        where["changes"] += tuple(
            Moment(label="tried", call_id=call.id, cell_id=call.cell_id) for call in same[:3]
        )
        return Work(
            own=own, plan=plan,
            derived=formulas.derive(own, actual, rates.in_ / 1e6, rates.out / 1e6),
            was_tried=bool(same) if attempt.about.recorded or trials else None,
            trial_saving=trial_saving(same),
            has_logic="plan_call" in arena.loaded.functions, where=where,
        )  # fmt: skip

    def _draw(
        self, truth: Truth, plan: Plan, best: Offer | None, asked: frozenset[str]
    ) -> list[Sums]:
        """Return the day as it was, then drawn anew from its own mails, again and again."""
        rows = truth.day.rows
        generator = np.random.default_rng(self.seed)
        weights = generator.multinomial(rows, np.full(rows, 1 / rows), self.resamples)
        base, own = price(Plan(), truth), price(plan, truth)
        star = price(best.plan, truth) if best is not None else base
        found = []
        for weight in [np.ones(rows), *weights.astype(float)]:
            whole = float(weight @ base.usd)
            loss = max(100 * float(weight @ one) / rows for one in own.wrong.values())
            found.append(Sums(
                _actual(truth, weight, asked), 1 - float(weight @ own.usd) / whole, loss,
                1 - float(weight @ star.usd) / whole,
            ))  # fmt: skip
        return found

    def _components(
        self, work: Work, drawn: list[Sums], truth: Truth, best: Offer | None
    ) -> dict[str, Component]:
        own, first = work.own, drawn[0]
        rates = truth.sheet.prices[truth.sheet.base]

        def measured(name: str, one: Sums) -> float:
            derived = formulas.derive(own, one.actual, rates.in_ / 1e6, rates.out / 1e6)
            if name == "A":
                return formulas.estimates(own, one.actual, derived)
            if name == "RG":
                return formulas.ranges(own, one.actual)
            if name == "DR":
                return formulas.drives(own.drivers, one.actual.shares)
            return _plan_value(work, one, truth)

        why = _whys(work, first, truth, best)
        found = {}
        for name in IN_INDEX:
            if name == "OP" and work.plan.is_empty and work.has_logic:
                found[name] = component(None, "own logic instead of the menu; people judge it")
                continue
            spread = [measured(name, one) for one in drawn[1:]]
            made = component(measured(name, first), why[name], spread)
            place = work.where["changes" if name == "OP" else "estimate"]
            found[name] = made.model_copy(update={"evidence": place})
        return found

    def _made(
        self, attempt: Attempt, components: dict[str, Component], flags: tuple[Flag, ...]
    ) -> Score:
        values = values_of(components)
        is_whole = all(values.get(name) is not None for name in IN_INDEX)
        return scored(
            self, attempt, components, index=formulas.index(values), flags=flags,
            is_partial=not is_whole or not attempt.about.recorded,
        )  # fmt: skip


def _actual(truth: Truth, weight: Numbers, asked: frozenset[str]) -> Actual:
    """Return what is true of a day that has each mail so often."""
    parts = {name: float(weight @ one) * truth.scale for name, one in atoms(truth).items()}
    daily = sum(parts.values())
    into, out = tokens(truth)
    month = truth.sheet.month
    days = (month.days,) if month.fact in asked else (month.days, *month.unasked)
    return Actual(
        daily=daily,
        months=tuple(daily * count for count in days),
        tokens_in=float(weight @ into) * truth.scale,
        tokens_out=float(weight @ out) * truth.scale,
        in_usd=sum(value for name, value in parts.items() if not name.endswith(".out")),
        shares={name: value / daily for name, value in parts.items()},
    )


def _asked(attempt: Attempt) -> frozenset[str]:
    found = [e.payload.get("facts") for e in attempt.events if e.kind == "ask"]
    return frozenset(str(one) for facts in found if isinstance(facts, list) for one in facts)


def _plan_of(request: object, truth: Truth) -> Plan | None:
    arguments = request.get("arguments") if isinstance(request, dict) else None
    plan = arguments.get("plan") if isinstance(arguments, dict) else None
    return read_plan(plan, truth.sheet) if isinstance(plan, dict) else None


def _plan_value(work: Work, one: Sums, truth: Truth) -> float:
    sheet = truth.sheet
    return formulas.plans(
        one.saving, one.best, one.loss,
        limits=(sheet.allowed_loss, sheet.worst_loss),
        is_late=price(work.plan, truth).is_late if work.plan.batch else False,
        honest=formulas.honesty(work.own.saving, one.saving, work.was_tried),
    )  # fmt: skip


def _found(first: Sums, work: Work, truth: Truth) -> dict[str, float | bool]:
    """Return what the flags go by."""
    own, actual = work.own, first.actual
    return {
        "cancels": formulas.cancels(work.derived, actual),
        "in_factor": (own.tokens_in or 0.0) / actual.tokens_in,
        "out_factor": (own.tokens_out or 0.0) / actual.tokens_out,
        "derived": work.derived.total if work.derived is not None else 0.0,
        "truth": actual.daily,
        "saving": first.saving,
        "loss": first.loss,
        "is_late": price(work.plan, truth).is_late,
        "allowed_loss": truth.sheet.allowed_loss,
        "was_tried": work.was_tried is not False,
        "has_logic": work.has_logic,
    }


def _whys(work: Work, first: Sums, truth: Truth, best: Offer | None) -> dict[str, str]:
    own, actual = work.own, first.actual
    told = "no number was given" if own.daily is None else (
        f"{own.daily:,.0f} USD a day, {own.daily / actual.daily:.2f} of the {actual.daily:,.0f} "
        "that it is"
    )  # fmt: skip
    if own.daily is not None and work.derived is None:
        told += "; no tokens stand behind it, so that money earns nothing"
    wide = formulas.doublings(own)
    inside = own.low is not None and own.high is not None and own.low <= actual.daily <= own.high
    reach = "no range was given" if wide is None else (
        f"{own.low:,.0f} to {own.high:,.0f} USD {'holds' if inside else 'misses'} the truth, "
        f"high to low is {2**wide:.1f}"
    )  # fmt: skip
    named = ", ".join(f"{name} {actual.shares[name]:.0%}" for name in own.drivers)
    late = "; answers come too late" if work.plan.batch and price(work.plan, truth).is_late else ""
    tried = {None: "; no record of tools, left out", True: "; it was tried", False: "; not tried"}
    claimed = "" if own.saving is None else f" ({own.saving:.0%} claimed)"
    plan = "nothing is changed" if work.plan.is_empty else (
        f"saves {first.saving:.0%}{claimed}, the worst stage loses {first.loss:.1f} points{late}"
        f"{tried[work.was_tried]}; the best pair saves {first.best:.0%}"
        + (f" ({best.words})" if best else "")
    )  # fmt: skip
    return {"A": told, "RG": reach, "DR": named or "no driver was named", "OP": plan}


def _held(work: Work, first: Sums, truth: Truth, menu: list[Offer], steps: Steps) -> CostHeld:
    own, actual = work.own, first.actual
    single = len(list(changes(truth.sheet)))
    shares = sorted(actual.shares.items(), key=lambda item: -item[1])
    mine = None
    if not work.plan.is_empty:
        is_fine = first.loss <= truth.sheet.allowed_loss and not price(work.plan, truth).is_late
        mine = CostOffer(words="the plan", saving=round(first.saving, 4),
                         loss=round(first.loss, 3), is_allowed=is_fine)  # fmt: skip
    return CostHeld(
        truth_usd=round(actual.daily, 2), daily_usd=own.daily, low_usd=own.low, high_usd=own.high,
        shares={name: round(share, 4) for name, share in shares}, named=own.drivers,
        allowed_loss=truth.sheet.allowed_loss, own=mine,
        offers=tuple(map(_as_offer, menu[:single])),
        frontier=tuple(map(_as_offer, frontier(menu))),
        without=None if steps.without is None else _as_offer(steps.without),
        one_more=None if steps.one_more is None else _as_offer(steps.one_more),
    )  # fmt: skip


def _as_offer(one: Offer) -> CostOffer:
    return CostOffer(words=one.words, saving=round(one.saving, 4), loss=round(one.loss, 3),
                     is_allowed=one.is_allowed)  # fmt: skip


def _facts(work: Work, first: Sums, truth: Truth, best: Offer | None) -> dict[str, str]:
    own, actual = work.own, first.actual

    def factor(value: float | None, true: float) -> str:
        return "none" if not value else f"{value / true:.2f} of the truth"

    facts = {
        "daily": factor(own.daily, actual.daily),
        "monthly": factor(own.monthly, actual.months[0]),
        "tokens in": factor(own.tokens_in, actual.tokens_in),
        "tokens out": factor(own.tokens_out, actual.tokens_out),
        "saving": "none" if work.plan.is_empty else f"{first.saving:.0%}",
    }
    if own.is_from_stages:
        facts["tokens"] = "added up from per_stage"
    if best is not None:
        facts["best allowed pair"] = f"{best.words}, {best.saving:.0%}"
    if work.plan.unread:
        facts["not understood"] = ", ".join(work.plan.unread)
    return facts
