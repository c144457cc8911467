"""Nothing of an author's room reaches a candidate, in a made-up exercise and in every real one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.authoring.folder import CANARY, read_exercise
from grader.authoring.leaks import TELLING_CHARS, refuse_leaks
from grader.authoring.photograph import SHOTS, photograph
from grader.authoring.release import release
from grader.authoring.solutions import cut, solution_lines
from grader.errors import NotReleasable
from tests.conftest import ROOT
from tests.grader.builders import CANARY as SMALL_CANARY
from tests.grader.builders import everything_below

EXERCISES = sorted(path.parent for path in (ROOT / "grader/exercises").glob("*/exercise.toml"))
CANDIDATES = [ROOT / "notebooks", ROOT / "datasets"]


def _texts(folders: list[Path]) -> str:
    """Everything below the folders, JSON undone, as one text."""
    found = []
    for name, data in everything_below(folders).items():
        text = data.decode("utf-8")
        if name.endswith((".json", ".ipynb")):
            found += _strings(json.loads(text))
        found.append(text)
    return "\n".join(found)


def _lines(folders: list[Path]) -> set[str]:
    """Every telling line below the folders."""
    texts = (data.decode("utf-8") for data in everything_below(folders).values())
    lines = (line.strip() for text in texts for line in text.splitlines())
    return {line for line in lines if len(line) >= TELLING_CHARS}


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.items() for part in item for text in _strings(part)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [str(value)]


def test_a_photograph_of_the_small_exercise_holds_nothing_hidden(folder: Path, out: Path) -> None:
    release(folder, out)
    candidates = _texts([out / "notebooks", out / "datasets"])
    everything = _texts([out])

    for secret in (SMALL_CANARY, "the_answer_nobody_should_see", "the reference answer"):
        assert secret not in everything
    for inner in ("twice its argument", "nine hundred", "How large are they", "double", "doubler"):
        assert inner not in candidates
        assert inner in everything


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda path: path.name)
def test_no_line_of_hidden_or_proctor_stands_on_the_candidates_side(exercise: Path) -> None:
    candidates = _texts(CANDIDATES)
    given = _lines([exercise / "public"])  # a tool may show a document that is given as well
    secrets = [*_lines([exercise / "hidden"]), *(_lines([exercise / "proctor"]) - given)]

    assert secrets
    assert [line for line in secrets if line in candidates] == []


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda path: path.name)
def test_no_solution_stands_in_any_photograph(exercise: Path) -> None:
    photographs = _texts([*CANDIDATES, *(ROOT / "harness/proctor/photographs").glob("*/*.json")])
    cells = read_exercise(exercise).cells
    solutions = [line.strip() for cell in cells for line in solution_lines(cell)]
    shown = {line.strip() for cell in cells for line in cut(cell).splitlines()}
    telling = [line for line in solutions if len(line) > 12 and line not in shown]

    assert telling
    assert [line for line in telling if line in photographs] == []


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda path: path.name)
def test_no_cell_and_no_contract_name_of_part_two_stands_on_the_candidates_side(
    exercise: Path,
) -> None:
    slug = exercise.name
    candidates = _texts(CANDIDATES)
    inner = ROOT / "harness/proctor/photographs" / slug
    part_two = json.loads((inner / "part-2.json").read_text())["cells"]
    book = json.loads((ROOT / f"notebooks/{slug}/{slug}.ipynb").read_text())

    assert {cell["metadata"]["audition"]["part"] for cell in book["cells"]} == {1}
    assert not {cell["id"] for cell in part_two} & {cell["id"] for cell in book["cells"]}
    for rule in json.loads((inner / "card.json").read_text())["contract"]:
        assert rule["name"] not in candidates


def test_no_canary_stands_outside_hidden() -> None:
    places = [*CANDIDATES, ROOT / "harness", ROOT / "docs"]
    texts = {
        str(path): path.read_bytes().decode("utf-8", "replace")
        for place in places
        for path in place.rglob("*")
        if path.is_file() and "node_modules" not in path.parts
    }

    assert [name for name, text in texts.items() if CANARY.search(text)] == []


def test_every_shot_goes_to_a_folder_of_its_own_exercise() -> None:
    assert all(shot.folder.endswith("/{slug}") for shot in SHOTS)
    assert {shot.folder.split("/")[0] for shot in SHOTS if shot.is_candidates} == {
        "notebooks", "datasets",
    }  # fmt: skip
    assert [shot.folder for shot in SHOTS if not shot.is_candidates] == [
        "harness/proctor/photographs/{slug}"
    ]


def test_the_alarm_reads_through_the_quoting_of_json(folder: Path) -> None:
    exercise = read_exercise(folder)
    line = next(
        line
        for one in exercise.hidden
        for line in one.data.decode().splitlines()
        if '"the reference answer"' in line
    )
    book = json.dumps({"cells": [{"source": f"x = 1\n{line}"}]}).encode()

    with pytest.raises(NotReleasable, match="hidden/reference"):
        refuse_leaks(exercise, {"small.ipynb": book}, is_candidates=True)


def test_what_both_sides_may_share_does_not_ring_the_alarm(folder: Path) -> None:
    with (folder / "hidden/reference.py").open("a") as file:
        file.write('def double(number):\n    """Give back twice the number."""\n    return 4\n')

    assert photograph(read_exercise(folder))
