"""A suite is measured by what it notices: planted faults refused, harmless changes let through."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.bench import Bench
from grader.records import Score
from grader.scoring.arena import Case
from grader.scoring.command import score as score_command
from grader.scoring.command import tell
from grader.scoring.faults import answers, read_answer, read_sheet
from grader.scoring.gold import read_gold
from grader.scoring.mutation import MutationScorer
from grader.scoring.scoring import score, to_value
from grader.scoring.truth import Truth
from harness.core.errors import BadExercise
from harness.core.settings import Settings
from tests.grader.attempts import Asked, Built, Did
from tests.grader.scoring.toys import ROWS, SHEET, toy_attempt, toy_exercise

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(120)]
CASES = "CASES = " + repr([
    {"text": text, "expected": label, "group": stratum}
    for text, label, stratum in ROWS.values()
]) + "\n"  # fmt: skip
SOUND = (
    CASES
    + """
import json


def read(raw):
    try:
        return json.loads(raw)["label"].strip().lower()
    except (ValueError, KeyError, AttributeError):
        return "lost"


def eval_suite(model, cases=None):
    cases = CASES if cases is None else cases
    groups = {}
    for case in cases:
        right = read(model(case["text"])) == case["expected"]
        groups.setdefault(case["group"], []).append(right)
    shares = {name: sum(found) / len(found) for name, found in groups.items()}
    worst = min(shares, key=shares.get)
    hard = {"polite_bug", "angry_feature", "outside", "clear_bug", "wish_bug"}
    ship = all(shares[name] == 1 for name in shares if name in hard)
    return {"verdict": "ship" if ship else "no_ship",
            "headline": sum(shares.values()) / len(shares), "reasons": [worst], "metrics": shares}
"""
)
ALWAYS_NO = CASES + (
    "def eval_suite(model, cases=None):\n"
    "    return {'verdict': 'no_ship', 'headline': 0.5, 'reasons': [], 'metrics': {}}\n"
)
QUICK = MutationScorer(harmless_seeds=5, resamples=40)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(Settings())


@pytest.fixture(scope="module")
def sound(bench: Bench) -> Score:
    return score(toy_attempt(SOUND), bench=bench, scorer=QUICK)


def test_a_sound_suite_catches_what_is_planted_and_lets_harmless_models_through(
    sound: Score,
) -> None:
    runs = {run.id: run for run in sound.runs}

    assert [sound.components[name].value for name in ("K", "J", "A")] == [1.0, 1.0, 1.0]
    assert runs["M01"].seeds == ("no_ship",) * 3
    assert set(runs["B2"].seeds) == {"ship"}
    assert runs["M01"].fired == 2
    assert len(runs["M01"].resamples) == 40
    assert sound.components["G"].value is not None and sound.components["G"].value > 0.8
    assert sound.components["rho"].value is not None and sound.components["rho"].value > 0.5
    assert sound.index is not None and sound.index > 85
    assert sound.facts["cases"] == "12"
    k = sound.components["K"]
    assert k.low is not None and k.low < 1.0


def test_costs_on_the_holdout_are_those_of_the_facts(sound: Score) -> None:
    costs = {run.id: run.cost_eur_per_1000 for run in sound.runs}

    assert costs["B1"] == costs["B2"] == 0
    assert costs["M01"] == pytest.approx(1000 * 2 * 60 / 12, rel=1e-3)
    assert costs["M03"] == pytest.approx(1000 * 18 / 12, rel=1e-3)
    assert costs["M04"] == pytest.approx(1000 * 2 * 12 / 12, rel=1e-3)


def test_always_no_scores_nothing_and_is_flagged(bench: Bench) -> None:
    found = score(toy_attempt(ALWAYS_NO), bench=bench, scorer=QUICK)

    assert found.components["K"].value == 1.0
    assert found.components["J"].value == 0.0
    assert found.index == 0.0
    assert "always_same_verdict" in {flag.code for flag in found.flags}


def test_equal_scores_are_equal_to_the_byte(bench: Bench, sound: Score) -> None:
    again = score(toy_attempt(SOUND), bench=bench, scorer=QUICK)

    assert again.to_bytes() == sound.to_bytes()


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        ("x = 1", "no eval_suite"),
        ("1/0", "ZeroDivisionError"),
        (CASES + "def eval_suite(model, cases=None):\n    raise KeyError('k')", "KeyError"),
        (CASES + "def eval_suite(model, cases=None):\n    return 'ship'", "not a dict"),
    ],
)
def test_a_suite_that_cannot_be_run_is_an_error_with_its_reason(
    bench: Bench, suite: str, said: str
) -> None:
    found = score(toy_attempt(suite), bench=bench, scorer=QUICK)

    assert found.components["K"].status == "error"
    assert said in found.components["K"].why
    assert found.index == 0.0 and found.is_partial


def test_a_suite_without_cases_has_seeds_but_no_interval(bench: Bench) -> None:
    bare = "def eval_suite(model, cases=None):\n    return {'verdict': 'ship', 'headline': 1}"

    found = score(toy_attempt(bare), bench=bench, scorer=QUICK)

    assert found.components["K"].low is None
    assert "no_cases" in {flag.code for flag in found.flags}
    assert found.components["A"].status == "unscored"


def test_labels_copied_from_the_model_under_test_are_asked_about(bench: Bench) -> None:
    wrong = {"T03": "question", "T04": "question", "T08": "bug", "T11": "question"}
    cases = [
        {"text": text, "expected": wrong.get(key, label), "group": "g"}
        for key, (text, label, _) in ROWS.items()
    ]
    asked = [
        Asked(ROWS[key][0], json.dumps({"label": label}), model="triage-v1")
        for key, label in wrong.items()
    ]
    suite = SOUND.replace(CASES, f"CASES = {cases!r}\n")

    attempt = toy_attempt(suite, did=[Did("practice-x", "1", asked=asked)])
    found = score(attempt, bench=bench, scorer=QUICK)

    assert found.components["L"].value == 1.0
    assert "labels_copied" in {flag.code for flag in found.flags}
    assert found.components["A"].value == pytest.approx(9 / 13, abs=1e-4)


def test_repeated_and_few_cases_are_asked_about(bench: Bench) -> None:
    suite = SOUND.replace(CASES, CASES + "CASES = CASES[:1] * 6\n")

    codes = {flag.code for flag in score(toy_attempt(suite), bench=bench, scorer=QUICK).flags}

    assert {"duplicates", "few_calls"} <= codes


def test_an_exercise_without_planted_models_has_no_components(bench: Bench) -> None:
    found = score(Built([Did("a", "1")]).attempt(), bench=bench)

    assert found.components == {} and found.index is None
    assert "people read" in found.facts["why"]


def test_the_json_has_the_promised_keys_and_the_words_tell_what_was_missed(
    bench: Bench, tmp_path: Path
) -> None:
    blind = SOUND.replace('hard = {"polite_bug", ', "hard = {")
    found = score(toy_attempt(blind), bench=bench, scorer=QUICK)

    value = to_value(found)
    assert set(value) == {
        "submission", "exercise", "exercise_version", "diagnostic", "components", "flags", "scorer",
    }  # fmt: skip
    assert set(value["components"]["K"]) == {"value", "low", "high", "status", "why", "evidence"}
    assert value["diagnostic"]["status"] == "full"
    assert "missed: polite bug to question" in tell(found)
    path = tmp_path / "s.zip"
    path.write_bytes(Built([Did("a", "1")]).archive())
    done = CliRunner().invoke(score_command, [str(path), "--json"], catch_exceptions=False)
    assert json.loads(done.stdout)["components"] == {}


def test_planted_models_are_reproducible_and_fire_where_they_should() -> None:
    exercise = toy_exercise()
    sheet, gold = read_sheet(exercise), read_gold(exercise)
    assert sheet is not None
    models = {one.id: one for one in sheet.models}
    truth = Truth.of(gold, ())
    polite, clear = ROWS["T03"][0], ROWS["T01"][0]

    first = answers(models["M01"], truth, 0)
    assert (read_answer(first(polite, 0)), read_answer(first(clear, 0))) == ("question", "bug")
    assert read_answer(answers(models["B2"], truth, 0)(polite, 0)) == "bug"
    chatty = [answers(models["M11"], truth, seed)(clear, 0) for seed in range(40)]
    assert chatty == [answers(models["M11"], truth, seed)(clear, 0) for seed in range(40)]
    assert 8 < sum(read_answer(raw) is None for raw in chatty) < 32


def test_a_text_made_at_run_time_counts_as_the_one_it_was_made_of() -> None:
    gold = read_gold(toy_exercise())
    clear, polite = ROWS["T01"][0], ROWS["T03"][0]
    own = Case(text="The till printed the wrong total twice today.", expected=("bug",))
    truth = Truth.of(gold, (own,))

    for made in (f"Hello, {clear}", clear.upper() + "!!", clear.replace("e", "ee", 1)):
        assert truth.message(made).labels[0] == "bug"
    assert truth.message(f"{polite} Thanks!").row == gold.find(polite)
    assert truth.message("the till printed the wrong totl twice today").labels == ("bug",)
    assert truth.message("Qwfp zxcd vbkm").labels == ("question",)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('fault = "swap"', 'fault = "melt"', "there are faults"),
        ('trigger = "outside"', 'trigger = "moon"', "triggers"),
        ('to = "bug"', 'to = "poem"', "no label"),
        ("weight = 3", "weight = -3", "weight"),
        ("[costs]", "[costs", "not TOML"),
        ('id = "M01"', 'id = "X"', "id"),
    ],
)
def test_a_sheet_that_cannot_be_used_says_where(before: str, after: str, said: str) -> None:
    with pytest.raises(BadExercise, match=said):
        read_sheet(toy_exercise(SHEET.replace(before, after, 1)))
