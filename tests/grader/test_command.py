"""`audition exercise`: list and release, from the command line as a person or a script runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.grader.builders import everything_below, make_exercise, swap


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that holds the exercise `small` alone."""
    root = tmp_path / "checkout"
    make_exercise(root / "grader/exercises")
    for name in ("notebooks", "datasets"):
        (root / name).mkdir()
    return root


@pytest.fixture
def private(tmp_path: Path) -> Path:
    """A private root with the exercise `form-b`."""
    folder = make_exercise(tmp_path / "private")
    renamed = folder.rename(folder.parent / "form-b")
    swap(renamed / "exercise.toml", '"small"', '"form-b"')
    swap(renamed / "hidden/reference.py", "canary:small:", "canary:form-b:")
    return renamed.parent


def run(cwd: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), **variables}
    return subprocess.run(
        [sys.executable, "-m", "harness.cli", "exercise", *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_list_tells_each_exercise_with_its_box(checkout: Path) -> None:
    done = run(checkout, "list")

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        "small",
        "1.0.0",
        "untimed",
        "published",
        "A",
        "small",
        "exercise",
    ]


def test_list_as_json_has_private_ones_and_names_a_card_that_cannot_be_read(
    checkout: Path, private: Path
) -> None:
    swap(private / "form-b/exercise.toml", "schema = 1", "schema = 1\nnonsense = 1")
    done = run(checkout, "list", "--json", AUDITION_EXERCISES=str(private))
    rows = json.loads(done.stdout)

    assert done.returncode == 1
    assert [(row["slug"], row["is_private"]) for row in rows] == [
        ("form-b", True),
        ("small", False),
    ]
    assert "nonsense" in rows[0]["problem"]
    assert rows[1]["problem"] is None and rows[1]["version"] == "1.0.0"


def test_release_writes_and_then_the_check_is_content(checkout: Path) -> None:
    before = run(checkout, "release", "--all", "--check")
    written = run(checkout, "release", "--draft", "small")
    after = run(checkout, "release", "--all", "--check")

    assert before.returncode == 1
    assert "missing notebooks/small/small.ipynb" in before.stdout
    assert written.returncode == 0, written.stderr
    assert "wrote   notebooks/small/small.ipynb" in written.stdout
    assert (after.returncode, after.stdout) == (0, "small: as released\n")


def test_the_check_names_each_file_that_differs_with_a_diff_and_writes_nothing(
    checkout: Path,
) -> None:
    run(checkout, "release", "--draft", "small")
    swap(checkout / "datasets/small/numbers.csv", "2\n", "two\n")
    (checkout / "notebooks/gone").mkdir()
    before = everything_below([checkout])
    told = run(checkout, "release", "--all", "--check")
    as_json = run(checkout, "release", "--all", "--check", "--json")
    found = json.loads(as_json.stdout)

    assert told.returncode == as_json.returncode == 1
    assert "changed datasets/small/numbers.csv" in told.stdout
    assert "-two" in told.stdout and "+2" in told.stdout
    assert "extra   notebooks/gone" in told.stdout
    assert [row["slug"] for row in found["exercises"]] == ["small", "no exercise"]
    assert found["is_fine"] is False
    assert everything_below([checkout]) == before


def test_one_exercise_that_cannot_be_released_does_not_stop_the_next(
    checkout: Path, private: Path
) -> None:
    swap(private / "form-b/source.py", "### END SOLUTION", "### END SOLUTION S")
    out = checkout.parent / "out"
    done = run(
        checkout, "release", "--draft", "--all", "--out", str(out), AUDITION_EXERCISES=str(private)
    )

    assert done.returncode == 1
    assert "form-b: cannot be released" in done.stdout
    assert "doubler" in done.stdout
    assert (out / "notebooks/small/small.ipynb").exists()
    assert not (out / "notebooks/form-b").exists()
    assert "Traceback" not in done.stderr


def test_a_private_exercise_goes_where_it_is_told_and_never_into_the_checkout(
    checkout: Path, private: Path
) -> None:
    out = checkout.parent / "out"
    asked = run(checkout, "release", "--draft", "form-b", AUDITION_EXERCISES=str(private))
    every = run(checkout, "release", "--draft", "--all", AUDITION_EXERCISES=str(private))
    told = run(
        checkout, "release", "--draft", "form-b", "--out", str(out), AUDITION_EXERCISES=str(private)
    )

    assert asked.returncode == 2 and "--out DIR" in asked.stderr
    assert every.returncode == 0 and "left out, private" in every.stderr
    assert told.returncode == 0, told.stderr
    assert (out / "harness/proctor/photographs/form-b/part-2.json").exists()
    assert [name for name in everything_below([checkout]) if "form-b" in name] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["release"], "name one exercise"),
        (["release", "small", "--all"], "name one exercise"),
        (["release", "../small"], "there is no exercise"),
        (["release", "nothing"], "there are: small"),
        (["release", "small", "--out", "notebooks/x.txt"], "is a file"),
        (["release", "--nonsense"], "No such option"),
        (["publish"], "No such command"),
    ],
)
def test_a_wrong_word_is_a_usage_error(checkout: Path, arguments: list[str], words: str) -> None:
    (checkout / "notebooks/x.txt").write_text("")
    done = run(checkout, *arguments)

    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_two_exercises_of_one_name_or_a_root_that_is_none_are_usage_errors(
    checkout: Path, tmp_path: Path
) -> None:
    twin = make_exercise(tmp_path / "twin")
    twice = run(checkout, "list", AUDITION_EXERCISES=str(twin.parent))
    none = run(checkout, "list", AUDITION_EXERCISES=str(tmp_path / "nowhere"))

    assert twice.returncode == 2 and "rename one" in twice.stderr
    assert none.returncode == 2 and "nowhere" in none.stderr


def test_a_place_that_cannot_be_written_exits_3(checkout: Path) -> None:
    (checkout / "harness").write_text("in the way")
    done = run(checkout, "release", "--draft", "small")

    assert done.returncode == 3
    assert "cannot be written" in done.stderr


def test_this_checkouts_own_exercises_are_as_released() -> None:
    done = run(ROOT, "release", "--all", "--check")

    assert done.returncode == 0, done.stdout + done.stderr
