"""Exercise 3's numbers: the mails are what the day is drawn like, and two methods price alike."""

from __future__ import annotations

import csv
import re
import statistics
import tomllib
from collections import Counter
from itertools import combinations, pairwise
from typing import Any

import pytest

from grader.authoring.folder import Exercise, read_exercise
from grader.authoring.token_count import count_tokens
from grader.bench import OWN_EXERCISES
from grader.scoring.cost_claims import Plan, read_plan
from grader.scoring.cost_pricing import atoms, offers, price, tokens
from grader.scoring.cost_truth import Truth, read_truth
from harness.proctor.tools.formula import read_formula
from harness.proctor.tools.kinds import answer
from harness.proctor.tools.request import find_tool, read_use
from harness.proctor.tools.sheet import Table, Trial
from scripts import cost_day, cost_mails

ROOM = OWN_EXERCISES / "cost-estimate"
PLANS: list[dict[str, Any]] = [
    {},
    {"cache": True},
    {"drop_auto": True, "strip_quotes": True},
    {"merge_s1_s2": True, "max_email_tokens": 500},
    {"template_top_k": 4, "cache": True},
    {"models": {"S1": {"atlas-mini": 1.0}, "S2": {"atlas-mini": 0.7, "atlas-large": 0.3}}},
    {"models": {"S1": {"atlas-mid": 0.5, "atlas-mini": 0.5}, "S3": {"atlas-mid": 1}}},
    {"merge_s1_s2": True, "models": {"S1": {"atlas-mid": 1}}, "batch": ["S1"]},
    {"batch": ["S1", "S2", "S3"], "strip_quotes": True, "max_email_tokens": 300},
]


def rows_of(name: str) -> list[dict[str, str]]:
    with (ROOM / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if "audition-canary" not in line))


MAILS, LABELS = rows_of("public/mails_200.csv"), rows_of("public/labels_40.csv")
DAY = rows_of("hidden/day.csv")


@pytest.fixture(scope="module")
def mails() -> list[cost_mails.Mail]:
    return cost_mails.compose()


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return read_exercise(ROOM)


@pytest.fixture(scope="module")
def truth(exercise: Exercise) -> Truth:
    found = read_truth(exercise)
    assert found is not None
    return found


def test_the_committed_tables_are_what_the_scripts_make(mails: list[cost_mails.Mail]) -> None:
    assert [(m.subject, m.body) for m in mails] == [(r["subject"], r["body"]) for r in MAILS]

    drawn = cost_day.draw_open(mails)
    for name, made in (
        ("proctor/tools/meter.csv", cost_day.meter_rows(drawn)),
        ("proctor/tools/try_plan.csv", cost_day.trial_rows(mails, drawn)),
    ):
        assert [list(row.values()) for row in rows_of(name)] == [
            [str(value) for value in row] for row in made[1:]
        ]
    assert [list(row.values()) for row in DAY] == [
        [str(value) for value in row.row()] for row in cost_day.draw_day(mails)
    ]


def test_the_200_are_like_the_day_and_their_median_is_a_trap(
    mails: list[cost_mails.Mail],
) -> None:
    open_ = [mail.tokens for mail in mails]
    day = [int(row["tokens"]) for row in DAY]

    assert (len(open_), len(day)) == (200, 4000)
    assert abs(statistics.mean(open_) / statistics.mean(day) - 1) < 0.1
    assert statistics.mean(open_) > 10 * statistics.median(open_)
    kinds = Counter(mail.kind for mail in mails)
    assert kinds == {"automatic": 36, "short": 102, "thread": 50, "long": 9, "pasted": 3}
    for kind, share in cost_day.KINDS.items():
        assert sum(row["kind"] == kind[0] for row in DAY) == round(4000 * share)
    assert len({mail.lang for mail in mails}) == 6


def test_written_mails_are_written_one_by_one(mails: list[cost_mails.Mail]) -> None:
    parts = [
        part.above
        for name in ("auto", "short", "thread", "long", "pasted", "desk", "earlier", "footer")
        for part in cost_mails.read_parts(name)
    ]
    begins = Counter(" ".join(part.lower().split()[:5]) for part in parts)
    words = [word for part in parts for word in re.findall(r"\w+", part.lower())]
    pairs = list(pairwise(words))
    grams = [{part.lower()[n : n + 4] for n in range(len(part) - 3)} for part in parts]

    assert max(begins.values()) <= 3
    assert len(set(pairs)) / len(pairs) >= 0.75
    assert max(len(a & b) / len(a | b) for a, b in combinations(grams, 2)) < 0.5


def test_the_first_mails_shown_are_short_ones(mails: list[cost_mails.Mail]) -> None:
    assert [mail.kind for mail in mails[:3]] == ["short"] * 3


def test_labels_are_words_of_the_prompts_and_four_of_them_are_wrong(
    mails: list[cost_mails.Mail],
) -> None:
    prompts = {
        name: (ROOM / "public" / f"{name}.txt").read_text("utf-8")
        for name in ("s1_cause", "s2_priority", "s3_template")
    }
    causes = set(re.findall(r"^- (\w+):", prompts["s1_cause"], re.MULTILINE))
    levels = set(re.findall(r"^- (\w+):", prompts["s2_priority"], re.MULTILINE))
    templates = re.findall(r"^(T\d\d) ", prompts["s3_template"], re.MULTILINE)
    right = {str(n): mail.label for n, mail in enumerate(mails, 1) if mail.label}
    given = {r["mail_id"]: (r["cause"], r["priority"], r["template"]) for r in LABELS}

    assert templates == [f"T{n:02d}" for n in range(1, 65)]
    assert len(given) == 40 and set(given) == set(right)
    assert sum(given[n] != right[n] for n in given) == 4
    for cause, priority, template in [*given.values(), *right.values()]:
        assert cause in causes and priority in levels and template in templates


def test_the_sheet_counts_the_prompts_as_they_are(truth: Truth) -> None:
    texts = {
        stage: (ROOM / "public" / name).read_text("utf-8")
        for stage, name in (
            ("S1", "s1_cause.txt"), ("S2", "s2_priority.txt"), ("S3", "s3_template.txt"),
        )
    }  # fmt: skip

    for stage, text in texts.items():
        assert truth.sheet.stages[stage].fixed == count_tokens(text)
    before = texts["S3"].split("T01 Code never came.")[0]
    fixed = truth.sheet.stages["S3"]
    assert fixed.templated == fixed.fixed - count_tokens(before)
    listed = {r["model"]: r for r in rows_of("public/prices.csv")}
    for model, rates in truth.sheet.prices.items():
        assert rates.in_ == float(listed[model]["usd_per_million_in"])
        assert rates.out == float(listed[model]["usd_per_million_out"])
        assert rates.cached == float(listed[model]["usd_per_million_cached_in"])


def test_a_second_method_gives_the_same_truth_within_half_a_percent(truth: Truth) -> None:
    sheet = tomllib.loads((ROOM / "hidden" / "cost.toml").read_text("utf-8"))
    usd = into = out = 0.0
    for row in DAY:
        for n, stage in enumerate(("S1", "S2", "S3"), 1):
            for _ in range(int(row[f"tries{n}"])):
                sent = sheet["stages"][stage]["fixed"] + int(row["tokens"])
                into, out = into + sent, out + int(row[f"out{n}"])
                usd += (sent * 4 + int(row[f"out{n}"]) * 20) / 1e6
    scale = 50_000 / len(DAY)
    by_atoms = sum(float(one.sum()) for one in atoms(truth).values()) * truth.scale
    by_plan = float(price(Plan(), truth).usd.sum()) * truth.scale

    assert by_atoms == pytest.approx(usd * scale, rel=0.005)
    assert by_plan == pytest.approx(usd * scale, rel=0.005)
    assert [float(one.sum()) for one in tokens(truth)] == pytest.approx([into, out], rel=1e-9)
    assert 2_000 < by_plan < 3_200


@pytest.mark.parametrize("plan", PLANS)
def test_the_tools_formulas_and_the_scorers_arithmetic_say_the_same(
    exercise: Exercise, truth: Truth, plan: dict[str, Any]
) -> None:
    trial = exercise.tools.tools["try_plan"]
    assert isinstance(trial, Trial)
    use = read_use(find_tool(exercise.card.tools, "try_plan"), {"plan": plan, "n": 40})
    columns = [(one.name, read_formula(one.formula)) for one in trial.columns]
    priced = price(read_plan(plan, truth.sheet), truth)
    usd, wrong = 0.0, {"S1": 0.0, "S2": 0.0, "S3": 0.0}
    for row in DAY[:400]:
        env: dict[str, Any] = {
            **{name: float(value) for name, value in row.items() if name not in ("kind", "lang")},
            "automatic": int(row["kind"] == "a"), "args": use.arguments, "settings": {},
            "base1": 1, "base2": 1, "base3": 1, "draw1": 1.0, "draw2": 1.0, "draw3": 1.0,
        }  # fmt: skip
        for name, run in columns:
            env[name] = run(env)
        usd += env["usd"]
        for n, stage in enumerate(wrong, 1):
            is_seen = env[f"right{n}"] == 1
            wrong[stage] += 0.0 if env["runs"] == 0 else env[f"loss{n}"] if is_seen else 1.0
        in_time = env["in_time"]

    assert usd == pytest.approx(float(priced.usd[:400].sum()), rel=1e-9)
    for stage, lost in wrong.items():
        assert lost == pytest.approx(float(priced.wrong[stage][:400].sum()), abs=1e-6)
    assert (in_time == 0) == priced.is_late


def test_the_meter_answers_for_every_stage_and_mail(
    exercise: Exercise, mails: list[cost_mails.Mail], truth: Truth
) -> None:
    table = exercise.tools.tools["meter"]
    assert isinstance(table, Table)
    tool = find_tool(exercise.card.tools, "meter")
    found = answer(table, read_use(tool, {"stage": "S3", "mail_id": 17}), {}, None).result

    sent = truth.sheet.stages["S3"].fixed + mails[16].tokens
    assert found["tokens_in"] == found["tries"] * sent
    assert len(table.rows) == 600


def test_a_trial_shows_what_is_harmful_and_not_what_is_small(exercise: Exercise) -> None:
    trial, tool = exercise.tools.tools["try_plan"], find_tool(exercise.card.tools, "try_plan")

    def run(plan: dict[str, Any]) -> dict[str, Any]:
        return answer(trial, read_use(tool, {"plan": plan, "n": 40}), {}, None).result

    sketch, mini = run({}), run({"models": {"S1": {"atlas-mini": 1.0}}})
    assert sketch["usd_a_mail"] == sketch["usd_a_mail_as_sketched"]
    assert mini["s1_agrees_as_sketched"] - mini["s1_agrees"] >= 0.1
    assert run({"cache": True})["s1_agrees"] == sketch["s1_agrees"]
    assert run({"max_email_tokens": 500})["s1_agrees"] <= sketch["s1_agrees"] - 0.04


def test_savings_and_losses_of_the_menu_are_as_they_were_meant(truth: Truth) -> None:
    menu = {one.words: one for one in offers(truth)}
    best = max((one for one in menu.values() if one.is_allowed), key=lambda one: one.saving)

    assert 0.3 < menu["cache"].saving < 0.45 and menu["cache"].loss == 0
    assert 0.1 < menu["drop automatic"].saving < 0.18 and menu["drop automatic"].loss == 0
    assert 0.1 < menu["strip quotes"].saving < 0.25 and 0.2 < menu["strip quotes"].loss < 0.9
    assert 1.4 < menu["merge S1 and S2"].loss < 1.6
    assert menu["cut at 500"].loss >= 4 and not menu["cut at 500"].is_allowed
    assert not menu["top 4 templates"].is_allowed and menu["top 16 templates"].is_allowed
    assert not menu["S1 on mid"].is_allowed and not menu["S3 on mini, 30% stay"].is_allowed
    assert menu["S2 on mini, 30% stay"].is_allowed
    assert menu["batch S1"].is_allowed and not menu["batch S3"].is_allowed
    assert best.words == "cache + strip quotes"
