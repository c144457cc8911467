"""The kind `cost`: its numbers are drawn from its own files, and tool and scorer price alike."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from grader.authoring.checks import check
from grader.authoring.draw import draw_tables
from grader.authoring.draw_command import write_tables
from grader.authoring.folder import read_exercise
from grader.authoring.new import TEMPLATES, make_exercise
from grader.scoring.cost_claims import Plan, read_plan
from grader.scoring.cost_pricing import offers, price
from grader.scoring.cost_truth import STAGES, read_truth
from harness.core.errors import BadExercise
from harness.proctor.tools.formula import read_formula
from harness.proctor.tools.request import find_tool, read_use
from harness.proctor.tools.sheet import Trial
from tests.grader.authoring_new.conftest import Audition
from tests.grader.builders import swap

ROOM = TEMPLATES / "cost"
PLANS: list[dict[str, Any]] = [
    {},
    {"cache": True, "batch": ["S3"]},
    {"drop_auto": True, "strip_quotes": True, "max_email_tokens": 100},
    {"merge_s1_s2": True, "models": {"S1": {"willow-mini": 0.5, "willow-large": 0.5}}},
    {"merge_s1_s2": True, "batch": ["S1"], "cache": True},
    {"models": {"S2": {"willow-mini": 0.3, "willow-mid": 0.3, "willow-large": 0.4}}},
    {"template_top_k": 8, "cache": True, "models": {"S3": {"willow-mid": 0.7}}},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the template."""
    return Path(shutil.copytree(ROOM, tmp_path / "cost"))


def test_the_templates_numbers_are_what_the_script_draws() -> None:
    for place, text in draw_tables(ROOM).items():
        assert (ROOM / place).read_text(encoding="utf-8") == text, place


@pytest.mark.parametrize("plan", PLANS)
def test_the_tools_formulas_and_the_scorers_arithmetic_say_the_same(plan: dict[str, Any]) -> None:
    exercise = read_exercise(ROOM)
    truth = read_truth(exercise)
    trial = exercise.tools.tools["try_plan"]
    assert truth is not None and isinstance(trial, Trial)
    use = read_use(find_tool(exercise.card.tools, "try_plan"), {"plan": plan, "n": 40})
    columns = [(one.name, read_formula(one.formula)) for one in trial.columns]
    priced = price(read_plan(plan, truth.sheet), truth)
    lines = (ROOM / "hidden" / "day.csv").read_text(encoding="utf-8").splitlines()[1:]
    usd, wrong, in_time = 0.0, dict.fromkeys(STAGES, 0.0), 1
    for row in csv.DictReader(lines):
        env: dict[str, Any] = {
            **{name: float(value) for name, value in row.items() if name not in ("kind", "lang")},
            "automatic": int(row["kind"] == "a"), "args": use.arguments, "settings": {},
            "base1": 1, "base2": 1, "base3": 1, "draw1": 1.0, "draw2": 1.0, "draw3": 1.0,
        }  # fmt: skip
        for name, run in columns:
            env[name] = run(env)
        usd, in_time = usd + env["usd"], env["in_time"]
        for n, stage in enumerate(STAGES, 1):
            is_seen = env[f"right{n}"] == 1
            wrong[stage] += 0.0 if env["runs"] == 0 else env[f"loss{n}"] if is_seen else 1.0

    assert usd == pytest.approx(float(priced.usd.sum()), rel=1e-6)
    for stage, lost in wrong.items():
        assert lost == pytest.approx(float(priced.wrong[stage].sum()), abs=1e-4)
    assert (in_time == 0) == priced.is_late


def test_the_menu_has_what_is_worth_it_and_what_only_looks_so() -> None:
    truth = read_truth(read_exercise(ROOM))
    assert truth is not None
    menu = {one.words: one for one in offers(truth)}

    assert 100 < float(price(Plan(), truth).usd.sum()) * truth.scale < 170
    assert menu["cache"].is_allowed and menu["cache"].saving > 0.3
    assert menu["batch S3"].is_allowed and not menu["batch S2"].is_allowed
    assert menu["S1 on willow-mini"].loss > 6 and not menu["S1 on willow-mini"].is_allowed
    assert menu["top 16 templates"].is_allowed
    assert menu["top 8 templates"].loss == pytest.approx(3.06, abs=0.2)  # 3.5% of 7 in 8
    assert 0 < menu["strip quotes"].loss <= truth.sheet.allowed_loss


def test_a_changed_price_is_drawn_anew_and_the_folder_is_whole_again(folder: Path) -> None:
    swap(folder / "hidden" / "cost.toml", "in = 0.1\nout = 0.5", "in = 0.2\nout = 1.0")
    swap(folder / "public" / "prices.csv", "willow-mini,0.10,0.50,", "willow-mini,0.20,1.00,")
    before = (folder / "proctor" / "tools" / "try_plan.toml").read_text(encoding="utf-8")
    write_tables(folder, draw_tables(folder))
    after = (folder / "proctor" / "tools" / "try_plan.toml").read_text(encoding="utf-8")

    assert after != before
    assert [one for one in check(folder, fast=True) if one.severity == "error"] == []


@pytest.mark.parametrize(
    ("place", "old", "new", "told"),
    [
        (
            "public/s2_soon.txt",
            "Loud words",
            "Loud words, said in the rain or in the sun,",
            "fixed is 178",
        ),
        ("hidden/draw.toml", "[24, 1.0]", "[20, 1.0]", r"end with \[24, 1.0\]"),
        ("hidden/draw.toml", "seed = 900", 'seed = "x"', "hidden/draw.toml"),
        ("hidden/messages.csv", "1,thread,top", "1,poem,top", "message 1 has no row"),
        ("hidden/cost.toml", "labelled = 40", "labelled = 39", "has 40 messages"),
        ("hidden/messages.csv", "mail_id,kind", "id,kind", "row 1: mail_id is missing"),
        ("hidden/messages.csv", "1,thread,top", "1,thread,", "row 1: told_at is missing"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_drawn(
    place: str, old: str, new: str, told: str, folder: Path
) -> None:
    path = folder / place
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadExercise, match=told):
        draw_tables(folder)


def test_the_command_tells_what_differs_and_writes_that_alone(
    root: Path, audition: Audition
) -> None:
    made = make_exercise("trial-cost", "cost", root)
    assert audition("exercise", "draw", "trial-cost", "--check").returncode == 0
    day, meter = made / "hidden" / "day.csv", made / "proctor" / "tools" / "meter.csv"
    day_text, meter_mtime = day.read_bytes(), meter.stat().st_mtime_ns
    day.unlink()

    checked = audition("exercise", "draw", "trial-cost", "--check", "--json")
    assert checked.returncode == 1 and not day.exists()
    assert json.loads(checked.stdout)["differ"] == ["hidden/day.csv"]
    drawn = audition("exercise", "draw", "trial-cost")
    assert drawn.returncode == 0 and "wrote   hidden/day.csv" in drawn.stdout
    assert day.read_bytes() == day_text and meter.stat().st_mtime_ns == meter_mtime


def test_the_command_refuses_an_exercise_with_nothing_to_draw(
    root: Path, audition: Audition
) -> None:
    make_exercise("trial-tags", "classify", root)
    told = audition("exercise", "draw", "trial-tags")
    assert told.returncode == 2 and "exercise new NAME --kind cost" in told.stderr


def test_a_day_with_a_broken_row_or_too_few_is_named(folder: Path) -> None:
    day = folder / "hidden" / "day.csv"
    lines = day.read_text(encoding="utf-8").splitlines()
    day.write_text("\n".join([*lines[:102], ""]), encoding="utf-8")
    few = [one for one in check(folder, fast=True) if one.rule == "sizes"]
    day.write_text("\n".join([*lines, "s,en,many", ""]), encoding="utf-8")
    broken = [one for one in check(folder, fast=True) if one.rule == "metered-day"]

    assert [(one.place, one.what) for one in few] == [
        ("hidden/day.csv", "there are 100 rows of the metered day where pilot asks for 400")
    ]
    assert [one.place for one in broken] == ["hidden/cost.toml"]
    assert "cannot be read" in broken[0].what
