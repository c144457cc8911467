"""What an exercise does on a model: counted, held against a band, kept, and the same each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from grader.authoring.calibrate import Calibration, calibrate, estimate, measure_of, spread
from grader.authoring.calibrate_given import given_code
from grader.authoring.calibrate_grounded import INVENTS, ask, holds_back, judge
from grader.authoring.calibrate_kept import KeptDoor
from grader.authoring.calibrate_lines import line, wilson
from grader.authoring.calibrate_models import (
    EmbeddedDoor,
    ProviderDoor,
    RowRefused,
    find_door,
)
from grader.authoring.folder import Exercise, read_exercise
from grader.authoring.new import make_exercise
from grader.bench import OWN_EXERCISES, Bench
from grader.scoring.promptfix import asked, context_in_use, read_room
from grader.scoring.promptfix_gold import Question
from harness.core.errors import BadExercise, EnvironmentLacks, UsageError
from harness.core.model_settings import EmbeddedModel, ModelSettings
from harness.core.settings import Settings, load_settings
from tests.grader.authoring_new.conftest import audition_for
from tests.grader.builders import swap
from tests.proctor.upstream import good, upstream_in_a_thread

CONTEXT = "1. Deposit\nThe deposit is 40 EUR.\n2. Rain\nNo refund for rain."
STATED = Question(
    id="Q01", stratum="direct", text="How much is the deposit?", gold="40 EUR.",
    keys=(("40 eur",),), sections=(1,), invention="50 EUR.",
)  # fmt: skip
BEYOND = STATED.model_copy(update={"sections": (11,)})
ABSENT = STATED.model_copy(update={"keys": (), "sections": (), "text": "Do you hire out skis?"})


def no_bench() -> Bench:
    raise AssertionError("no code has to run for this")


def bench() -> Bench:
    return Bench.of(load_settings())


def embedded(alias: str, exercise: Exercise) -> KeptDoor:
    return KeptDoor(find_door(alias, Settings(), exercise.card.slug, exercise.profile))


def of(found: Calibration, name: str) -> tuple[int, int]:
    one = next(one for one in found.lines if one.name == name)
    return one.count, one.of


@pytest.fixture(scope="module")
def counter() -> Exercise:
    return read_exercise(OWN_EXERCISES / "hallucination-debug")


@pytest.mark.parametrize(
    ("count", "of", "low", "high"), [(0, 0, 0, 1), (0, 10, 0, 0.2775), (32, 60, 0.4089, 0.6537)]
)
def test_the_interval_is_wilsons(count: int, of: int, low: float, high: float) -> None:
    assert wilson(count, of) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(
    ("count", "where", "says"),
    [
        (61, "above", "above the band 25% to 60%: almost every answer is made up"),
        (60, "in the band", "though the interval reaches out of it"),
        (42, "in the band", "in the band 25% to 60%: nothing to do"),
        (25, "in the band", "though the interval reaches out of it"),
        (24, "below", "below the band 25% to 60%: there is little to find"),
    ],
)
def test_a_share_is_placed_and_says_what_to_do(count: int, where: str, says: str) -> None:
    found = line("invents", "It invents", count, 100, INVENTS)

    assert found.where == where
    assert says in found.says


def test_no_rows_are_no_share_and_few_are_said() -> None:
    assert line("x", "It invents", 0, 0, INVENTS).value is None
    assert "there are no such rows" in line("x", "It invents", 0, 0, INVENTS).says
    assert "only 4 rows, so this is a rough guess" in line("x", "It", 1, 4).says


@pytest.mark.parametrize(
    ("question", "text", "came"),
    [
        (STATED, "The deposit is 40 EUR. [1]", "right"),
        (STATED, "The deposit is 50 EUR. [1]", "invented"),
        (STATED, "There is no refund for rain. [2]", "wrong"),
        (STATED, "The handbook does not say.", "refused"),
        (STATED, "", "refused"),
        (BEYOND, "There is no refund for rain. [2]", "invented"),
        (BEYOND, "I cannot find this in the extract.", "refused"),
        (ABSENT, "The handbook doesn't mention skis; please ask the manager.", "right"),
        (ABSENT, "Yes, skis are hired out by the day.", "invented"),
        (ABSENT, "The handbook does not mention skis, but usually they cost more.", "invented"),
        (ABSENT, "It is not stated; the price is 12 EUR a day.", "invented"),
    ],
)
def test_an_answer_is_judged_by_its_words(question: Question, text: str, came: str) -> None:
    assert judge(question, text, CONTEXT) == came


def test_a_section_number_is_no_new_figure() -> None:
    assert holds_back("The handbook does not say. [7]", CONTEXT)
    assert not holds_back("The handbook does not say. It is 7 EUR.", CONTEXT)


def test_the_given_prompt_invents_as_often_as_the_scorer_finds(counter: Exercise) -> None:
    room = read_room(counter)
    assert room is not None
    contexts = (context_in_use(room.handbook),) * len(room.holdout.questions)
    truth = asked(room, room.prompt, contexts)
    found = calibrate(counter, embedded("counter-v2", counter), no_bench)

    assert of(found, "invents") == (int(truth.are("invented").sum()), 60)
    pairs = zip(room.holdout.questions, truth.came, strict=True)
    can = [came for question, came in pairs if question.is_answerable]
    assert of(found, "right_answerable") == (can.count("right"), len(can))
    assert found.is_fine and found.measure == "prompt"


def test_words_alone_find_nine_in_ten_of_what_the_model_knows_of_itself(counter: Exercise) -> None:
    room = read_room(counter)
    assert room is not None
    door, context = embedded("counter-v2", counter), context_in_use(room.handbook)
    same = 0
    for question in room.holdout.questions:
        known = ask(room, door, question, context)
        prompt = room.prompt.replace("{context}", context).replace("{question}", question.text)
        text = door.ask([{"role": "user", "content": prompt}], {"temperature": 0}).text
        guessed = judge(question, text, context)
        same += (known == "invented") == (guessed == "invented")

    assert same >= 0.9 * len(room.holdout.questions)


def test_the_same_numbers_come_each_time(counter: Exercise) -> None:
    runs = [calibrate(counter, embedded("sim-small", counter), no_bench, 10) for _ in range(2)]

    assert runs[0] == runs[1]
    assert runs[0].rows == 10 and runs[0].of_rows == 60


def test_a_pipeline_is_held_against_its_own_meter() -> None:
    exercise = read_exercise(OWN_EXERCISES / "cost-estimate")
    found = calibrate(exercise, embedded("sim-medium", exercise), no_bench, 6)

    assert [one.name for one in found.stages] == ["S1", "S2", "S3"]
    for one in found.stages:
        assert one.own_tokens_in is not None
        assert one.tokens_in == pytest.approx(one.own_tokens_in, rel=0.1)
        assert 0 < one.usd and "the exercise says" in one.says


@pytest.mark.sandbox
@pytest.mark.parametrize("kind", ["classify", "extract", "grounded"])
def test_each_kind_that_new_makes_can_be_tried(kind: str, tmp_path: Path) -> None:
    exercise = read_exercise(make_exercise("trial", kind, tmp_path))
    found = calibrate(exercise, embedded("sim-medium", exercise), bench, 8)

    assert of(found, "right")[1] == 8
    assert found.suite_verdict in ("ship", "no_ship")
    assert {one.came for one in found.faults if one.group != "mutant"} <= {"passed", "false alarm"}
    same = [one for one in found.faults if one.about == "the same"]
    assert [one.shows_on for one in same] == [0]
    assert found.failures == {}


@pytest.mark.sandbox
def test_harmless_forms_leave_the_suites_number_as_it_is(tmp_path: Path) -> None:
    exercise = read_exercise(make_exercise("trial", "classify", tmp_path))
    found = calibrate(exercise, embedded("triage-v1", exercise), bench, 4)
    by_id = {one.id: one for one in found.faults}

    assert by_id["B2"].shows_on > 0 and by_id["B3"].shows_on > 0
    assert by_id["B1"].headline == by_id["B2"].headline == by_id["B3"].headline


def test_a_notebook_without_a_function_to_judge_is_named(tmp_path: Path) -> None:
    folder = make_exercise("trial", "classify", tmp_path)
    swap(folder / "source.py", "eval_suite(triage)", "print(CASES)")

    with pytest.raises(BadExercise, match=r"no given cell calls eval_suite\(NAME\)"):
        given_code(read_exercise(folder))


def test_an_exercise_without_a_model_is_named() -> None:
    with pytest.raises(BadExercise, match="practice: there is no model to try"):
        measure_of(read_exercise(OWN_EXERCISES / "practice"))


def test_an_unknown_alias_names_those_there_are(counter: Exercise) -> None:
    with pytest.raises(UsageError, match="no model 'nope'; there are counter-v2, sim-small"):
        find_door("nope", Settings(), "hallucination-debug", counter.profile)


def test_a_tier_by_the_operators_name_has_the_operators_price(counter: Exercise) -> None:
    table = EmbeddedModel(
        route="embedded",
        model="sim-small",
        usd_in_per_million=Decimal(2),
        usd_out_per_million=Decimal(4),
    )
    settings = Settings.model_construct(models={"house": table})
    door = find_door("house", settings, "hallucination-debug", counter.profile)

    assert isinstance(door, EmbeddedDoor) and not door.is_paid
    assert door.cost_usd(1_000_000, 500_000) == Decimal(4)


def test_rows_are_spread_over_all() -> None:
    assert spread(range(10), 4) == [0, 2, 5, 7]
    assert spread(range(3), 9) == [0, 1, 2]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Settings]:
    table = ModelSettings(
        url="http://127.0.0.1:1/v1", model="theirs", window=32_000, answer_within_s=5,
        usd_in_per_million=Decimal(2), usd_out_per_million=Decimal(10),
    )  # fmt: skip
    yield Settings.model_construct(models={"house": table}, home=tmp_path)


def provider(settings: Settings, url: str) -> ProviderDoor:
    made = settings.models["house"].model_copy(update={"url": url})
    door = find_door("house", Settings.model_construct(models={"house": made}), "x", None)
    assert isinstance(door, ProviderDoor)
    return door


def test_an_estimate_asks_nobody_and_names_the_price(counter: Exercise, house: Settings) -> None:
    with upstream_in_a_thread() as there:
        door = provider(house, there.url)
        will = estimate(counter, door, no_bench, 5)
        door.close()

    assert there.asked == []
    assert will.calls == 5
    assert will.usd == (will.tokens_in * 2 + will.tokens_out * 10) / Decimal(1_000_000)


def test_what_was_paid_for_is_kept_and_the_next_run_goes_on(
    counter: Exercise, house: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "kept.jsonl"
    with upstream_in_a_thread(body=good()) as there:
        door = provider(house, there.url)
        calibrate(counter, KeptDoor(door, file), no_bench, 3)
        there.status = 503
        with pytest.raises(EnvironmentLacks, match=r"3 answers are kept in .*run the same command"):
            calibrate(counter, KeptDoor(door, file), no_bench, 12)
        before = len(there.asked)
        there.status = 200
        with file.open("a") as more:
            more.write('{"key": "cut sho')
        found = calibrate(counter, KeptDoor(door, file), no_bench, 12)
        again = calibrate(counter, KeptDoor(door, file), no_bench, 12)
        door.close()

    assert again.asked_now == 0  # the first answer after the cut line is there as well
    assert found.calls == 12
    assert found.asked_now == len(there.asked) - before == 12 - 3
    assert 0 < found.usd


def test_a_request_that_is_not_taken_costs_its_row_alone(
    counter: Exercise, house: Settings
) -> None:
    with upstream_in_a_thread(status=400, body={"error": {"code": "x"}}) as there:
        door = provider(house, there.url)
        with pytest.raises(RowRefused):
            door.ask([{"role": "user", "content": "x"}], {})
        found = calibrate(counter, KeptDoor(door), no_bench, 4)
        door.close()

    assert of(found, "not_taken") == (4, 4)
    assert of(found, "invents") == (0, 0)


def test_the_command_prints_one_document_and_says_what_is_wrong(tmp_path: Path) -> None:
    audition = audition_for(tmp_path, tmp_path / "home")
    done = audition("exercise", "calibrate", "hallucination-debug", "--model", "counter-v2",
                    "--limit", "12", "--json")  # fmt: skip
    found = json.loads(done.stdout)
    wrong = audition("exercise", "calibrate", "hallucination-debug", "--model", "nope")
    gone = audition("exercise", "calibrate", "no-such", "--model", "sim-small")

    assert (found["schema"], found["model"], found["rows"]) == (1, "counter-v2", 12)
    assert done.returncode == (0 if found["lines"][0]["where"] == "in the band" else 1)
    assert (wrong.returncode, gone.returncode) == (2, 2)
    assert "there is no model 'nope'" in wrong.stderr
    assert "there is no exercise 'no-such'" in gone.stderr
