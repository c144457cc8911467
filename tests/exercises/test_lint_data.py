"""The lint of labelled messages: what it refuses; what it lets pass is tested with the data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.authoring.folder import Exercise, read_exercise
from grader.bench import OWN_EXERCISES
from harness.core.errors import BadExercise
from scripts.lint_data import lint, main

Rows = list[dict[str, Any]]
HOLDOUT, STRATA = "hidden/holdout.jsonl", "hidden/strata.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OWN_EXERCISES / "eval-design", tmp_path / "eval-design"))


def spoil(folder: Path, change: Callable[[Rows], None]) -> Exercise:
    canary, *lines = (folder / HOLDOUT).read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    change(rows)
    told = [canary, *(json.dumps(row, ensure_ascii=False) for row in rows)]
    (folder / HOLDOUT).write_text("\n".join(told) + "\n", "utf-8")
    return read_exercise(folder)


def of_kind(rows: Rows, stratum: str) -> dict[str, Any]:
    return next(row for row in rows if row["stratum"] == stratum)


def leave_one_out(rows: Rows) -> None:
    rows.remove(of_kind(rows, "sarcasm"))


def copy_from_the_export(rows: Rows) -> None:
    of_kind(rows, "clear_question")["text"] = "How do I change the VAT rate on a single product?"


def begin_alike(rows: Rows) -> None:
    for row in [row for row in rows if row["stratum"] == "clear_feature"][:4]:
        row["text"] = f"I should like to have {row['text']}"


def tell_apart(rows: Rows) -> None:
    row = next(row for row in rows if row["incident"] == "kegs-100")
    row["text"] = "Something about barrels is odd at our place today, call me."


def swap_two(rows: Rows) -> None:
    rows[3], rows[200] = rows[200], rows[3]


def tag_untruly(rows: Rows) -> None:
    next(row for row in rows if row["msg_id"] == "H020")["tags"].append("emoji")


def shorten(rows: Rows) -> None:
    of_kind(rows, "long")["text"] = "Where is it?"


def make_all_english(rows: Rows) -> None:
    for row in rows:
        row["lang"] = "en"


def write_one_sentence_again_and_again(rows: Rows) -> None:
    for row in rows[:120]:
        row["text"] = f"{row['msg_id']} The list of suppliers does not open on my tablet today."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (leave_one_out, "holdout: sarcasm has 7 messages, planned are 8"),
        (copy_from_the_export, "public and hidden, 1.00"),
        (begin_alike, "4 texts begin with 'i should like to have'"),
        (tell_apart, "kegs-100: no two messages tell of it"),
        (swap_two, "holdout: the rows are not in order of arrival"),
        (tag_untruly, "H020: the tag emoji is untrue"),
        (shorten, "12 characters are not long"),
        (make_all_english, "holdout: lang en is 1, planned 0.74"),
        (write_one_sentence_again_and_again, "of the word pairs are new"),
    ],
)
def test_what_is_off_is_told(folder: Path, change: Callable[[Rows], None], told: str) -> None:
    problems = lint(spoil(folder, change)).problems

    assert [problem for problem in problems if told in problem], problems[:5]


def test_two_that_resemble_each_other_and_are_no_incident_are_told(folder: Path) -> None:
    def plant(rows: Rows) -> None:
        rows[10]["text"] = "The oven timer rings in the middle of the night for no reason at all"
        rows[11]["text"] = "the oven timer rings in the middle of the night for no reason at all!!"

    problems = lint(spoil(folder, plant)).problems

    assert [problem for problem in problems if problem.endswith("not planted")]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"emoji" =', '"smell" =', "no axis 'smell'"),
        ("schema = 1", "schema = 2", "schema"),
        ("[strata.holdout]", "[strata.elsewhere]", "elsewhere"),
    ],
)
def test_a_plan_that_cannot_be_held_says_why(folder: Path, old: str, new: str, told: str) -> None:
    text = (folder / STRATA).read_text("utf-8")
    (folder / STRATA).write_text(text.replace(old, new, 1), "utf-8")

    with pytest.raises(BadExercise, match=told):
        lint(read_exercise(folder))


def test_gold_with_a_field_nobody_knows_is_named_by_its_line(folder: Path) -> None:
    with pytest.raises(BadExercise, match=r"holdout\.jsonl, line 2"):
        lint(spoil(folder, lambda rows: rows[0].update(mood="cross")))


def test_gold_for_other_rows_than_the_public_ones_is_refused(folder: Path) -> None:
    lines = (folder / "hidden/export_gold.jsonl").read_text("utf-8").splitlines()
    (folder / "hidden/export_gold.jsonl").write_text("\n".join(lines[:-1]) + "\n", "utf-8")

    with pytest.raises(BadExercise, match="row by row"):
        lint(read_exercise(folder))


def test_the_command_prints_the_table_and_ends_with_what_it_found(folder: Path) -> None:
    fine = CliRunner().invoke(main, [str(folder)])
    spoil(folder, leave_one_out)
    off = CliRunner().invoke(main, [str(folder), "--json"])
    none = CliRunner().invoke(main, [str(OWN_EXERCISES / "practice")])

    assert fine.exit_code == 0 and "all as planned" in fine.stdout
    assert "polite_bug" in fine.stdout and "240 / 240" in fine.stdout
    assert off.exit_code == 1 and json.loads(off.stdout)["problems"]
    assert none.exit_code == 1 and STRATA in none.stderr
