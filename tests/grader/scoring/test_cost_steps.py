"""A plan one step from itself: what undoes what, and what its author's own trial said."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from grader.authoring.folder import read_exercise
from grader.bench import OWN_EXERCISES
from grader.scoring.cost_claims import Estimate, Plan
from grader.scoring.cost_flags import step_flags
from grader.scoring.cost_pricing import price
from grader.scoring.cost_steps import Steps, less, read_steps, topics, trial_saving
from grader.scoring.cost_truth import Truth, read_truth
from harness.core.records import Call, Usage


@pytest.fixture(scope="module")
def truth() -> Truth:
    found = read_truth(read_exercise(OWN_EXERCISES / "cost-estimate"))
    assert found is not None
    return found


def saves(plan: Plan, truth: Truth) -> float:
    return 1 - float(price(plan, truth).usd.sum() / price(Plan(), truth).usd.sum())


def test_a_change_that_undoes_another_is_named_with_what_it_costs(truth: Truth) -> None:
    plan = Plan(cache=True, top_k=16)
    found = read_steps(plan, truth)

    assert found.without is not None and found.without.words == "top 16 templates"
    assert found.without.saving == pytest.approx(saves(Plan(cache=True), truth))
    assert found.without.saving > saves(plan, truth) + 0.01


def test_one_more_allowed_change_is_named_and_a_forbidden_one_is_not(truth: Truth) -> None:
    found = read_steps(Plan(cache=True), truth)

    assert found.without is None  # taking back the only change would be no plan
    assert found.one_more is not None and found.one_more.is_allowed
    assert found.one_more.plan.cache and len(topics(found.one_more.plan)) == 2


def test_a_plan_that_changes_nothing_has_no_steps(truth: Truth) -> None:
    assert read_steps(Plan(), truth).without is None
    assert read_steps(Plan(), truth).one_more is None


def test_each_change_is_taken_back_once() -> None:
    plan = Plan(cache=True, merge=True, limit=500, batch=("S1", "S3"),
                models=(("S2", "atlas-mini", 1.0),))  # fmt: skip
    found = dict(less(plan))

    assert list(found) == ["cache", "merge S1 and S2", "cut at 500", "batch S1", "batch S3",
                           "smaller models in S2"]  # fmt: skip
    assert found["batch S1"].batch == ("S3",) and found["smaller models in S2"].models == ()
    assert all(one != plan and not one.is_empty for one in found.values())


def trial(result: Any) -> Call:
    return Call(
        id="c", session="s", exercise="cost-estimate", at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
        kernel_id="k", cell_id=None, msg_id=None, alias="tool:try_plan", route="tool", key="0" * 64,
        occurrence=0, status="settled", http_status=200, streamed=False, reserved_usd=Decimal(0),
        usage=Usage(prompt_tokens=0, completion_tokens=0, cost_usd=Decimal(0)),
        request={}, response={"result": result},
    )  # fmt: skip


@pytest.mark.parametrize(
    "result", [None, [], {}, {"usd_a_mail": "x", "usd_a_mail_as_sketched": 1},
               {"usd_a_mail": 1, "usd_a_mail_as_sketched": 0}, {"usd_a_mail": float("nan")}]
)  # fmt: skip
def test_a_trial_that_cannot_be_read_says_nothing(result: Any) -> None:
    assert trial_saving([trial(result)]) is None


def test_what_ones_own_trial_said_is_held_against_the_claim() -> None:
    said = trial_saving([trial({"usd_a_mail": 0.9, "usd_a_mail_as_sketched": 1.0}),
                         trial({"usd_a_mail": 0.68, "usd_a_mail_as_sketched": 1.0})])  # fmt: skip
    assert said == pytest.approx(0.32)  # the last one counts
    steps = Steps()
    bold, honest = Estimate(saving=0.5), Estimate(saving=0.33)

    [flag] = step_flags(bold, steps, {"saving": 0.31}, said)
    assert flag.code == "trial_said_less" and "32%" in flag.message and "50%" in flag.message
    assert step_flags(honest, steps, {"saving": 0.31}, said) == ()
    assert step_flags(bold, steps, {"saving": 0.31}, None) == ()
