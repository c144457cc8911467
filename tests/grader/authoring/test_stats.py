"""An exercise after a round: real submissions, hundreds of scores, and what is to be done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from grader.attempt import Attempt
from grader.authoring import stats_reading
from grader.authoring.calibrate_given import attempt_of
from grader.authoring.folder import Exercise, read_exercise
from grader.authoring.new import make_exercise
from grader.authoring.stats import make_stats, quartiles
from grader.authoring.stats_command import in_folder, of_round, tell
from grader.authoring.stats_items import FEWEST, items_of
from grader.authoring.stats_picture import draw_stats
from grader.authoring.stats_reading import (
    OWN_CELLS,
    Handed,
    Sat,
    in_numbers,
    minutes_by_cell,
    read_sittings,
)
from grader.bench import OWN_EXERCISES, Bench
from grader.records import Component, ModelRun, Score
from grader.scoring.mark import code_mark, mark_of
from grader.scoring.mutation import MutationScorer
from grader.scoring.scoring import score as score_attempt
from grader.unrecorded.files import read_files
from grader.unrecorded.making import make_submission
from harness.core.errors import EnvironmentLacks, UsageError
from harness.core.settings import load_settings
from tests.grader.attempts import Asked, Built, Did
from tests.grader.authoring_new.conftest import audition_for


def practice() -> Exercise:
    return read_exercise(OWN_EXERCISES / "practice")


def scored(
    parts: Mapping[str, float | None], runs: Sequence[ModelRun] = (), index: float | None = 50.0
) -> Score:
    components = {
        name: Component(value=value, status="unscored" if value is None else "scored", why="so")
        for name, value in parts.items()
    }
    return Score(
        submission="sub-1", exercise="practice", exercise_version="1.0.0", index=index,
        is_partial=False, components=components, runs=tuple(runs), scorer="mutation",
        scorer_version="1.0.0",
    )  # fmt: skip


def sat(score: Score, **about: Any) -> Sat:
    return Sat.model_validate(
        {"score": score, "recorded": True, "calls": 4, "usd": 0.01, "asked": 2, "unanswered": 1}
        | about
    )


def fault(id_: str, *verdicts: str, group: str = "mutant") -> ModelRun:
    return ModelRun.model_validate(
        {"id": id_, "about": "a fault of some kind", "group": group, "weight": 1, "seeds": verdicts}
    )


def many(count: int) -> list[Sat]:
    """Sittings of people of different ability; M04 is found by nobody, M05 by everybody."""
    draw = np.random.default_rng(3)
    found = []
    for able in draw.uniform(0.1, 0.9, count):
        parts = {name: float(np.clip(able + draw.normal(0, 0.08), 0, 1)) for name in ("J", "G")}
        parts["rho"] = float(np.clip(0.6 - 0.2 * able + draw.normal(0, 0.04), 0, 1))
        parts["A"] = float(draw.uniform(0.4, 0.6))
        hit = ["no_ship" if draw.uniform() < able else "ship" for _ in range(3)]
        runs = [fault(f"M0{n + 1}", one) for n, one in enumerate(hit)]
        runs += [fault("M04", "ship"), fault("M05", "no_ship"),
                 fault("B1", "ship", "no_ship", group="counted")]  # fmt: skip
        found.append(sat(scored(parts, runs, 100 * float(able))))
    return found


def test_hundreds_of_sittings_tell_what_to_keep_drop_and_rewrite() -> None:
    items = {one.name: one for one in items_of(many(300))}

    assert {name: one.advice for name, one in items.items() if one.kind == "fault"} == {
        "M01": "keep", "M02": "keep", "M03": "keep", "M04": "rewrite", "M05": "drop"
    }  # fmt: skip
    assert items["J"].advice == items["G"].advice == "keep"
    assert items["rho"].advice == "rewrite" and "does worse here" in items["rho"].why
    assert items["A"].advice == "rewrite" and "measures something else" in items["A"].why
    assert items["M04"].survived == 300 and "let it live" in items["M04"].why
    assert "n = 300" in items["M01"].rest_says


def test_the_item_is_not_in_its_own_rest() -> None:
    draw = np.random.default_rng(1)
    rows = [sat(scored(dict(zip("JG", draw.uniform(0, 1, 2), strict=True)))) for _ in range(200)]
    first = items_of(rows)[0]
    own = [one.score.components["J"].value for one in rows]
    other = [one.score.components["G"].value for one in rows]

    assert first.rest == pytest.approx(float(np.corrcoef(own, other)[0, 1]))  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [1, 2, FEWEST - 1])
def test_too_few_are_said_to_be_and_judge_nothing(count: int) -> None:
    items = items_of(many(count))
    found = make_stats(practice().card, many(count), [], "spring")

    assert {one.advice for one in items} == {"keep"}
    assert all(one.rest is None and one.rest_says.startswith("too few") for one in items)
    assert f"{count} sittings are few" in found.notes[0]


def test_nobody_yet_is_a_friendly_sentence() -> None:
    found = make_stats(practice().card, [], [], "spring")

    assert tell(found).splitlines()[1:] == [
        "  note: Nobody has sat it yet. Come back after the first sittings."
    ]
    assert found.difficulty.mean is None and found.items == ()
    ElementTree.fromstring(draw_stats(found))


def test_a_measure_that_most_do_not_have_is_to_be_rewritten() -> None:
    rows = [sat(scored({"J": n / 20, "A": 0.5 if n < 6 else None})) for n in range(20)]
    found = {one.name: one for one in items_of(rows)}

    assert found["A"].advice == "rewrite" and "in 6 of 20 sittings" in found["A"].why


def test_difficulty_counts_floor_and_ceiling_and_leaves_out_what_has_no_index() -> None:
    rows = [sat(scored({}, index=one)) for one in (0.0, 4.0, 50.0, 96.0, None)]
    found = make_stats(practice().card, rows, [], None)

    assert (found.difficulty.n, found.difficulty.mean) == (4, 37.5)
    assert (found.difficulty.floor.count, found.difficulty.ceiling.count) == (2, 1)
    assert "1 of 5 sittings have no index: they could not be measured" in found.notes


def test_calls_money_and_questions_are_held_against_the_purse() -> None:
    card = practice().card
    rows = [sat(scored({}), calls=card.purse.calls), sat(scored({})), sat(scored({}))]
    found = make_stats(card, rows, [], None)

    assert (found.near_empty.count, found.near_empty.of) == (1, 3)
    assert (found.no_fact.count, found.no_fact.of) == (3, 6)
    assert found.calls is not None and found.calls.median == 4


def test_quartiles_are_those_of_the_middle() -> None:
    found = quartiles([1, 2, 3, 4, 5])
    assert found is not None and (found.q1, found.median, found.q3) == (2, 3, 4)
    assert quartiles([]) is None


def recorded() -> Built:
    ask = [("ask", {"question": "What for?", "facts": ["f01"]}),
           ("ask", {"question": "Who is Zed?", "facts": []})]  # fmt: skip
    return Built([
        Did("practice-load", "x = 1", after_s=60, notes=ask),
        Did("mine", "y", after_s=30, asked=[Asked("hello", "well")]),
        Did("practice-load", "x = 2", after_s=45),
    ])  # fmt: skip


def test_minutes_lie_with_the_cell_that_is_run_next() -> None:
    found = minutes_by_cell(marked(recorded()))

    # the minute before the first run has nothing of the exercise at its beginning
    assert found["load"] == pytest.approx(45 / 60, abs=0.1)
    assert found[OWN_CELLS] == pytest.approx(30 / 60, abs=0.1)


def marked(built: Built) -> Attempt:
    """The attempt, its first cell one of the exercise's."""
    cell = {"cell_type": "code", "id": "practice-load", "source": "x", "outputs": [],
            "execution_count": None,
            "metadata": {"audition": {"kind": "given", "part": 1}}}  # fmt: skip
    built.cells = [cell]
    return built.attempt()


def test_questions_without_a_fact_are_counted_and_their_words_stay_where_they_are() -> None:
    found = in_numbers(marked(recorded()), scored({}))
    said = make_stats(practice().card, [found], [], None).model_dump_json()

    assert (found.asked, found.unanswered, found.calls) == (2, 1, 1)
    assert "Zed" not in said and "hello" not in said and "s-test" not in said


def test_what_cannot_be_read_is_named_and_the_rest_is_counted(tmp_path: Path) -> None:
    good = recorded()
    rows = [
        Handed("sub-good", good.archive),
        Handed("sub-junk", lambda: b"not a zip"),
        Handed("sub-cut", lambda: good.archive()[:-40]),
        Handed("sub-else", Built([Did("a", "1")], slug="eval-design").archive),
        Handed("sub-gone", lambda: (tmp_path / "none.zip").read_bytes()),
    ]
    now = practice()
    then = replace(now, card=now.card.model_copy(update={"version": "1.0.0"}))
    counted, left = read_sittings(rows, then, lambda attempt: scored({}))
    none, other = read_sittings(rows[:1], now, lambda attempt: scored({}))

    assert [one.asked for one in counted] == [2]
    assert [one.submission for one in left] == ["sub-junk", "sub-cut", "sub-else", "sub-gone"]
    assert "it is of 'eval-design', not of 'practice'" in left[-2].why
    assert none == [] and "it is of version 1.0.0" in other[0].why


def test_a_machine_that_cannot_score_says_so_and_counts_nobody() -> None:
    def lacks(_: Attempt) -> Score:
        raise EnvironmentLacks("no walls")

    exercise = read_exercise(OWN_EXERCISES / "eval-design")
    files = read_files(exercise.folder / "hidden" / "probes" / "empty")
    data = make_submission(files, exercise)
    with pytest.raises(EnvironmentLacks):
        read_sittings([Handed("sub", lambda: data)], exercise, lacks)


def test_a_score_is_made_once_and_made_anew_when_the_room_or_the_scorer_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "root").mkdir()
    folder = make_exercise("trial", "classify", tmp_path / "root")
    exercise = read_exercise(folder)
    data = make_submission(read_files(folder / "hidden" / "probes" / "empty"), exercise)
    made: list[str] = []

    def scorer(attempt: Attempt) -> Score:
        made.append(attempt.about.submission)
        return scored({"J": 0.5})

    def go() -> None:
        read_sittings([Handed("sub", lambda: data)], read_exercise(folder), scorer,
                      kept=tmp_path / "kept")  # fmt: skip

    go()
    go()
    assert len(made) == 1
    [kept] = (tmp_path / "kept").iterdir()
    kept.write_text("{broken")
    go()
    assert len(made) == 2
    with (folder / "hidden" / "mutants.toml").open("a") as more:
        more.write("# changed\n")
    go()
    assert len(made) == 3
    monkeypatch.setattr(stats_reading, "code_mark", lambda: "another scorer")
    go()
    assert len(made) == 4


def test_a_scorers_mark_follows_every_file_of_its_code_and_no_compiled_one(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "one.py").write_text("A = 1\n")
    before = mark_of([tmp_path])
    (tmp_path / "deep" / "__pycache__").mkdir()
    (tmp_path / "deep" / "__pycache__" / "one.pyc").write_bytes(b"compiled")
    assert mark_of([tmp_path]) == before
    (tmp_path / "deep" / "one.py").write_text("A = 2\n")
    changed = mark_of([tmp_path])
    assert changed != before
    (tmp_path / "deep" / "one.py").rename(tmp_path / "deep" / "two.py")
    assert mark_of([tmp_path]) not in (before, changed)
    assert len(code_mark()) == 64


class Proctor:
    """The operator's end, as far as a round's submissions go."""

    def get(self, path: str) -> dict[str, Any]:
        held = [{"slug": "practice", "version": "1.0.0"}]
        if path == "/rounds":
            return {"rounds": [{"round": "spring", "exercises": held}]}
        row = {"round": "spring", "staff": False, "candidate": "cand-secret"}
        return {"sittings": [
            row | {"submissions": ["s1", "s2", "other"]},
            row | {"submissions": []},
            row | {"submissions": ["s3"], "staff": True},
            row | {"submissions": ["s4"], "round": "autumn"},
        ]}  # fmt: skip

    def submissions(self) -> list[dict[str, Any]]:
        rows = {"s1": "practice", "s2": "practice", "other": "eval-design", "s3": "practice"}
        return [{"submission": name, "exercise": slug} for name, slug in rows.items()]

    def submission(self, name: str) -> bytes:
        return name.encode()


def test_of_each_sitting_the_last_submission_counts_and_staff_does_not() -> None:
    found = of_round(Proctor(), "spring", "practice")  # type: ignore[arg-type]

    assert [(one.name, one.read()) for one in found] == [("s2", b"s2")]


@pytest.mark.parametrize(
    ("round_", "slug", "why"),
    [("winter", "practice", "there is no round 'winter'; there are: spring"),
     ("spring", "eval-design", "eval-design is not in the round spring; in it are practice")],
)  # fmt: skip
def test_a_wrong_round_is_named(round_: str, slug: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        of_round(Proctor(), round_, slug)  # type: ignore[arg-type]


@pytest.mark.sandbox
def test_real_work_is_scored_and_the_reference_finds_more(tmp_path: Path) -> None:
    folder = make_exercise("trial", "classify", tmp_path)
    exercise = read_exercise(folder)
    bench = Bench.of(load_settings())
    scorer = MutationScorer(seed=bench.seed, resamples=0)
    rows = []
    for name in ("reference", "empty", "average"):
        attempt = attempt_of(exercise, read_files(folder / "hidden" / "probes" / name))
        rows.append(in_numbers(attempt, score_attempt(attempt, bench=bench, scorer=scorer)))
    found = make_stats(exercise.card, rows, [], None)
    faults = [one for one in found.items if one.kind == "fault"]

    assert found.unrecorded == 3 and found.minutes == {}
    assert len(faults) == 6
    assert any(one.survived for one in faults) and all((one.survived or 0) < 3 for one in faults)
    assert "are few" in tell(found)
    picture = ElementTree.fromstring(draw_stats(found))
    assert "M01" in "".join(picture.itertext())


def test_hostile_words_stay_words_in_the_picture() -> None:
    runs = [fault("M01", "ship").model_copy(update={"about": "<script>alert(1)</script>&"})]
    drawn = draw_stats(make_stats(practice().card, [sat(scored({"J": 0.5}, runs))], [], None))

    ElementTree.fromstring(drawn)
    assert "<script" not in drawn


def test_the_command_reads_a_folder_and_names_what_is_broken(tmp_path: Path) -> None:
    audition = audition_for(tmp_path, tmp_path / "home")
    folder = tmp_path / "sat"
    folder.mkdir()
    none = audition("exercise", "stats", "practice", "--from", folder)
    (folder / "a.zip").write_bytes(b"junk")
    (folder / "b.zip").symlink_to("/etc/passwd")
    found = audition("exercise", "stats", "practice", "--from", folder, "--json",
                     "--picture", tmp_path / "p.svg")  # fmt: skip
    wrong = audition("exercise", "stats", "practice")
    away = audition("exercise", "stats", "practice", "--round", "spring")

    assert none.returncode == 0 and "Nobody has sat it yet" in none.stdout
    assert [one["submission"] for one in json.loads(found.stdout)["left_out"]] == ["a.zip"]
    assert found.returncode == 1 and (tmp_path / "p.txt").is_file()
    assert wrong.returncode == 2 and "--round R, or --from FOLDER" in wrong.stderr
    assert away.returncode == 3 and "no proctor is up" in away.stderr
    assert [one.name for one in in_folder(folder)] == ["a.zip"]


def test_the_items_of_a_triage_are_its_measures_that_are_better_when_higher() -> None:
    found = [
        scored({"RC": n / 20, "CT": n % 2, "tau": n / 10 - 1, "VF": n / 20, "B": 0.2, "P": 1})
        for n in range(20)
    ]
    items = items_of([sat(one.model_copy(update={"scorer": "triage"})) for one in found])

    assert [one.name for one in items] == ["RC", "CT", "tau", "VF"]
    assert items[0].about == "causes found" and items[0].advice == "keep"
