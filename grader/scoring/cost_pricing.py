"""What a plan costs over the metered day, and what it loses: the menu's arithmetic.

Runs in T; pure. The exercise's `try_plan` says the same in formulas over its own rows; a test
holds the two to one another. Losses are expectations over the day, in points of agreement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from grader.scoring.cost_claims import NO_LIMIT, Plan
from grader.scoring.cost_truth import ATOMS, STAGES, CostSheet, Numbers, Truth

_HARD_FIRST = 6
"""A small model that gets a share s of the mails, the easiest ones, makes s**6 of its errors."""
_TOP_K = (4, 8, 16, 32)
_LIMITS = (500, 1000, 2000, 4000, 8000)
_SMALL_SHARES = (0.7, 1.0)


@dataclass(frozen=True)
class Priced:
    """A plan over the day.

    Attributes:
        usd: cost of each mail of the day.
        wrong: stage to the chance, for each mail, that the change makes it wrong.
        is_late: whether a stage that somebody waits for is batched.
    """

    usd: Numbers
    wrong: dict[str, Numbers]
    is_late: bool

    @cached_property
    def loss(self) -> float:
        """Points that the worst stage loses."""
        return max(100 * float(np.mean(one)) for one in self.wrong.values())


@dataclass(frozen=True)
class Offer:
    """One or two changes and what they come to.

    Attributes:
        words: in short, for people.
        plan: the plan.
        saving: share of the daily cost, 0 to 1.
        loss: points in the worst stage.
        is_allowed: whether loss and deadlines hold.
    """

    words: str
    plan: Plan
    saving: float
    loss: float
    is_allowed: bool


def atoms(truth: Truth) -> dict[str, Numbers]:
    """Return what each of the nine atoms of the sketch costs, USD for each mail."""
    sheet, counts = truth.sheet, truth.day.counts
    rates = sheet.prices[sheet.base]
    found = {}
    for n, stage in enumerate(STAGES, 1):
        tries = counts[f"tries{n}"]
        found[f"{stage}.static"] = tries * sheet.stages[stage].fixed * rates.in_ / 1e6
        found[f"{stage}.email"] = tries * counts["tokens"] * rates.in_ / 1e6
        found[f"{stage}.out"] = tries * counts[f"out{n}"] * rates.out / 1e6
    return {name: found[name] for name in ATOMS}


def tokens(truth: Truth) -> tuple[Numbers, Numbers]:
    """Return tokens in and out of the sketch, all stages and tries, for each mail."""
    counts = truth.day.counts
    tries = [counts[f"tries{n}"] for n in (1, 2, 3)]
    fixed = [truth.sheet.stages[stage].fixed for stage in STAGES]
    into = sum((t * (f + counts["tokens"]) for t, f in zip(tries, fixed, strict=True)), np.zeros(1))
    out = sum((t * counts[f"out{n}"] for n, t in enumerate(tries, 1)), np.zeros(1))
    return into, out


def price(plan: Plan, truth: Truth) -> Priced:
    """Return what a plan comes to over the day.

    Args:
        plan: the changes; `Plan()` is the sketch.
        truth: the exercise's.
    """
    sheet, counts = truth.sheet, truth.day.counts
    base = sheet.prices[sheet.base]
    runs = np.where(truth.day.is_own & plan.drop_auto, 0.0, 1.0)
    whole = counts["tokens"] - (counts["quoted"] if plan.strip_quotes else 0.0)
    mail = np.minimum(whole, plan.limit)
    kept = 1 - sheet.cache_hit * (1 - base.cached / base.in_) if plan.cache else 1.0
    usd = np.zeros(truth.day.rows)
    for n, stage in enumerate(STAGES, 1):
        if stage == "S2" and plan.merge:
            continue
        prompt, out = _prompt(stage, plan, sheet, kept), counts[f"out{n}"]
        if stage == "S1" and plan.merge:
            prompt, out = sheet.merged.fixed * kept, out + counts["out2"]
        rate = _rate(stage, plan, sheet) * (sheet.batch_factor if stage in plan.batch else 1.0)
        cost = (prompt + mail) * base.in_ + out * base.out
        usd += runs * counts[f"tries{n}"] * rate * cost / 1e6
    late = {*plan.batch, *(("S2",) if plan.merge and "S1" in plan.batch else ())}
    return Priced(usd, _wrong(plan, truth, runs, mail), bool(late & set(sheet.late)))


def _prompt(stage: str, plan: Plan, sheet: CostSheet, kept: float) -> float:
    """Return the prompt's tokens at the full price; templates that change are in no cache."""
    one = sheet.stages[stage]
    if plan.top_k is None or not one.templated:
        return one.fixed * kept
    return (one.fixed - one.templated) * kept + one.templated * plan.top_k / sheet.templates


def _shares(stage: str, plan: Plan, sheet: CostSheet) -> dict[str, float]:
    found = {model: share for at, model, share in plan.models if at == stage}
    return found or {sheet.base: 1.0}


def _rate(stage: str, plan: Plan, sheet: CostSheet) -> float:
    base = sheet.prices[sheet.base]
    return sum(
        share * sheet.prices[model].in_ / base.in_
        for model, share in _shares(stage, plan, sheet).items()
    )


def _model_loss(stage: str, models_of: str, plan: Plan, sheet: CostSheet) -> float:
    """Return the share of mails that smaller models get wrong; the larger ones take the harder."""
    loss, shares = sheet.stages[stage].loss, _shares(models_of, plan, sheet)
    power = _HARD_FIRST if sheet.stages[stage].has_doubt else 1
    total = reached = 0.0
    for model in sorted(sheet.prices, key=lambda name: -loss.get(name, 0.0)):
        share = shares.get(model, 0.0)
        after = reached + share
        total += loss.get(model, 0.0) / 100 * (after**power - reached**power)
        reached = after
    return total


def _wrong(plan: Plan, truth: Truth, runs: Numbers, mail: Numbers) -> dict[str, Numbers]:
    sheet, counts = truth.sheet, truth.day.counts
    unseen = (counts["at_stripped"] if plan.strip_quotes else counts["at"]) > mail
    missed = np.zeros(truth.day.rows, bool) if plan.top_k is None else counts["rank"] > plan.top_k
    one = _model_loss("S1", "S1", plan, sheet)
    two = _model_loss("S2", "S1" if plan.merge else "S2", plan, sheet)
    two += sheet.merged.loss / 100 if plan.merge else 0.0
    three = _model_loss("S3", "S3", plan, sheet)
    return {
        "S1": runs * np.where(unseen, 1.0, one),
        "S2": runs * np.full(truth.day.rows, two),
        "S3": runs * np.where(missed, 1.0, three),
    }


def changes(sheet: CostSheet) -> Iterator[tuple[str, str, Plan]]:
    """Yield each single change that the frontier knows: what it is about, in words, the plan."""
    yield "cache", "cache", Plan(cache=True)
    yield "drop", "drop automatic", Plan(drop_auto=True)
    yield "strip", "strip quotes", Plan(strip_quotes=True)
    yield "merge", "merge S1 and S2", Plan(merge=True)
    for k in _TOP_K:
        yield "top", f"top {k} templates", Plan(top_k=k)
    for limit in _LIMITS:
        yield "limit", f"cut at {limit:,}", Plan(limit=limit)
    for stage in STAGES:
        for model in sheet.stages[stage].loss:
            for share in _SMALL_SHARES:
                rest = () if share == 1 else ((stage, sheet.base, 1 - share),)
                name = f"{stage} on {model.removeprefix('atlas-')}"
                words = name if share == 1 else f"{name}, {1 - share:.0%} stay"
                yield (
                    f"model {stage}",
                    words,
                    Plan(models=tuple(sorted([*rest, (stage, model, share)]))),
                )
        yield f"batch {stage}", f"batch {stage}", Plan(batch=(stage,))


def joined(one: Plan, other: Plan) -> Plan:
    """Return a plan with the changes of both; they are about different things."""
    return Plan(
        cache=one.cache or other.cache,
        drop_auto=one.drop_auto or other.drop_auto,
        strip_quotes=one.strip_quotes or other.strip_quotes,
        merge=one.merge or other.merge,
        top_k=other.top_k if one.top_k is None else one.top_k,
        limit=other.limit if one.limit == NO_LIMIT else one.limit,
        batch=tuple(sorted({*one.batch, *other.batch})),
        models=tuple(sorted({*one.models, *other.models})),
    )


def offers(truth: Truth) -> list[Offer]:
    """Return every change alone and every pair of changes, in the order of the menu."""
    base = float(price(Plan(), truth).usd.sum())
    single = list(changes(truth.sheet))
    pairs = [
        (f"{a[1]} + {b[1]}", joined(a[2], b[2])) for a, b in combinations(single, 2) if a[0] != b[0]
    ]
    found = []
    for words, plan in [*((words, plan) for _, words, plan in single), *pairs]:
        priced = price(plan, truth)
        saving = 1 - float(priced.usd.sum()) / base
        is_fine = priced.loss <= truth.sheet.allowed_loss and not priced.is_late
        found.append(Offer(words, plan, saving, priced.loss, is_fine))
    return found


def frontier(found: list[Offer]) -> list[Offer]:
    """Return the allowed offers that no other beats in both saving and loss, by loss."""
    best: list[Offer] = []
    for one in sorted((o for o in found if o.is_allowed), key=lambda o: (o.loss, -o.saving)):
        if not best or one.saving > best[-1].saving:
            best.append(one)
    return best
