"""The cost scorer on whole attempts: the record of tools, what was asked, own logic, trouble."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grader.attempt import Attempt
from grader.authoring.folder import Exercise, read_exercise
from grader.bench import OWN_EXERCISES, Bench
from grader.intake import read_attempt
from grader.records import Score
from grader.scoring.scoring import score, to_value
from grader.unrecorded.files import read_files
from grader.unrecorded.making import make_submission
from harness.core.records import Call, Event, Usage
from harness.core.settings import Settings
from harness.proctor.tools.request import find_tool, read_use

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(120)]
ROOM = OWN_EXERCISES / "cost-estimate"
GOOD = {
    "daily_usd": 2600, "daily_range": [2200, 3000], "monthly_usd": 63_900,
    "tokens_in_per_day": 4.4e8, "tokens_out_per_day": 4.2e7,
    "drivers": ["S3.static", "S3.out", "S3.email"], "saving_claimed": 0.45,
}  # fmt: skip
PLAN = {"cache": True, "strip_quotes": True}
AT = dt.datetime(2026, 9, 29, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return read_exercise(ROOM)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(Settings())


@pytest.fixture
def attempt(exercise: Exercise, tmp_path: Path) -> Any:
    def made(estimate: str, changes: str = f"PLAN = {PLAN!r}") -> Attempt:
        text = f"# cell: estimate\n{estimate}\n\n# cell: changes\n{changes}\n"
        (tmp_path / "artefacts.py").write_text(text, encoding="utf-8")
        data = make_submission(read_files(tmp_path), exercise)
        return read_attempt(data, public=None, find_exercise=lambda _: exercise)

    return made


def recorded(attempt: Attempt, calls: tuple[Call, ...], events: tuple[Event, ...] = ()) -> Attempt:
    about = attempt.about.model_copy(update={"recorded": True})
    return dataclasses.replace(attempt, about=about, calls=calls, events=events)


def use(exercise: Exercise, name: str, arguments: dict[str, Any], number: int = 0) -> Call:
    read = read_use(find_tool(exercise.card.tools, name), arguments)
    return Call(
        id=f"call-{number}", session="s-test", exercise="cost-estimate", at=AT, kernel_id="k",
        cell_id=None, msg_id=None, alias=f"tool:{name}", route="tool", key=read.key, occurrence=0,
        status="settled", http_status=200, streamed=False, reserved_usd=Decimal(0),
        usage=Usage(prompt_tokens=0, completion_tokens=0, cost_usd=Decimal(0)),
        request=read.canonical, response={},
    )  # fmt: skip


def asked(fact: str) -> Event:
    return Event.model_validate({
        "session": "s-test", "seq": 1, "id": "e1", "at": AT, "received_at": AT, "kind": "ask",
        "exercise": "cost-estimate", "payload": {"facts": [fact]},
    })  # fmt: skip


def value(found: Score, name: str) -> float:
    number = found.components[name].value
    assert number is not None, found.components[name]
    return number


def test_a_tried_plan_is_worth_more_and_its_trial_is_the_evidence(
    attempt: Any, exercise: Exercise, bench: Bench
) -> None:
    plain = attempt(f"ESTIMATE = {GOOD!r}")
    meter = use(exercise, "meter", {"stage": "S1", "mail_id": 3})
    trial = use(exercise, "try_plan", {"plan": {**PLAN, "template_top_k": 64}, "n": 20}, 1)
    other = use(exercise, "try_plan", {"plan": {"cache": True}, "n": 20}, 2)

    tried = score(recorded(plain, (meter, trial)), bench=bench)
    beside = score(recorded(plain, (meter, other)), bench=bench)
    unrecorded = score(plain, bench=bench)

    assert value(tried, "OP") - value(beside, "OP") == pytest.approx(0.3, abs=0.01)
    assert "call-1" in {one.call_id for one in tried.components["OP"].evidence}
    assert {flag.code for flag in beside.flags} == {"not_tried"}
    assert tried.flags == () and not tried.is_partial
    assert unrecorded.is_partial and "left out" in unrecorded.components["OP"].why


def test_who_measured_nothing_is_asked_where_the_answers_length_comes_from(
    attempt: Any, exercise: Exercise, bench: Bench
) -> None:
    found = score(recorded(attempt(f"ESTIMATE = {GOOD!r}"), ()), bench=bench)

    assert {flag.code for flag in found.flags} == {"not_metered", "not_tried"}


def test_a_month_of_thirty_days_is_right_until_one_has_asked(attempt: Any, bench: Bench) -> None:
    flat = attempt(f"ESTIMATE = {GOOD | {'monthly_usd': 2574 * 30}!r}")

    before = score(flat, bench=bench)
    after = score(dataclasses.replace(flat, events=(asked("f01"),)), bench=bench)

    assert value(before, "A") - value(after, "A") > 0.04
    assert value(before, "A") > 0.95


def test_own_logic_is_priced_over_the_open_mails_and_left_to_people(
    attempt: Any, bench: Bench
) -> None:
    logic = (
        "PLAN = {}\n"
        "def plan_call(mail, stage, call):\n"
        "    if 'out of office' in mail['subject'].lower():\n"
        "        return None\n"
        "    return dict(call, cached=True, email_tokens=min(call['email_tokens'], 1500))\n"
    )
    found = score(attempt(f"ESTIMATE = {GOOD!r}", logic), bench=bench)

    assert 0.45 < value(found, "PC") < 0.75
    assert found.components["OP"].status == "unscored" and found.is_partial
    assert found.index is not None and found.index > 90
    assert found.flags == ()


@pytest.mark.parametrize(
    ("body", "why"),
    [("raise KeyError('mail')", "KeyError"), ("import os; os._exit(0)", "ended its process")],
)
def test_own_logic_that_fails_is_an_error_with_its_reason(
    attempt: Any, bench: Bench, body: str, why: str
) -> None:
    found = score(
        attempt(f"ESTIMATE = {GOOD!r}", f"PLAN = {PLAN!r}\ndef plan_call(m, s, c):\n    {body}"),
        bench=bench,
    )

    assert found.components["PC"].status == "error" and why in found.components["PC"].why
    assert value(found, "OP") > 0.9


def test_a_cell_that_cannot_be_read_is_an_error_and_no_crash(attempt: Any, bench: Bench) -> None:
    found = score(attempt("ESTIMATE = {", "PLAN = ["), bench=bench)

    assert found.components["A"].status == "error" and "Syntax" in found.components["A"].why
    assert found.index == 0.0 and {flag.code for flag in found.flags} == {"unreadable"}


def test_numbers_that_are_none_are_missing_ones(attempt: Any, bench: Bench) -> None:
    estimate = (
        "import numpy as np\n"
        "ESTIMATE = {'daily_usd': float('nan'), 'daily_range': (np.inf, 1),\n"
        "            'monthly_usd': -np.float64(3), 'tokens_in_per_day': np.int64(440000000),\n"
        "            'tokens_out_per_day': np.array([1, 2]), 'drivers': np.array(['S3.static'])}\n"
    )
    found = score(attempt(estimate, "PLAN = None"), bench=bench)

    assert found.facts["daily"] == "none" and found.facts["tokens in"] == "1.00 of the truth"
    assert value(found, "DR") > 0
    assert {flag.code for flag in found.flags} == {"no_estimate", "no_plan"}


def test_the_estimate_and_the_frontier_are_kept_for_the_picture(attempt: Any, bench: Bench) -> None:
    found = score(attempt(f"ESTIMATE = {GOOD!r}"), bench=bench)

    assert found.cost is not None and found.cost.own is not None
    assert list(found.cost.shares)[:2] == ["S3.static", "S3.out"]
    assert found.cost.frontier[-1].words == "cache + strip quotes"
    assert found.cost.own.saving == found.cost.frontier[-1].saving
    assert json.loads(json.dumps(to_value(found)))["scorer"]["name"] == "cost"
