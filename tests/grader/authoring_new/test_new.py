"""`exercise new`: every kind is whole at once, and nothing that is there is ever written over."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jupytext
import nbformat
import pytest

from grader.authoring import new
from grader.authoring.checks import check
from grader.authoring.folder import CANARY, read_exercise
from grader.authoring.new import KINDS, TEMPLATES, choose_root, kinds_there, make_exercise
from grader.authoring.photograph import photograph
from grader.authoring.release import release
from grader.errors import NotReleasable
from harness.core.errors import UsageError
from tests.grader.authoring_new.conftest import Audition
from tests.grader.builders import everything_below, swap

THERE = kinds_there()
HOSTILE = [
    "", "a", "A", "..", "../x", "/tmp/x", "x/y", "x y", "-rf", "x\n", "x\x00y", ".hidden", "ümlaut",
    "x" * 41, "1st", "con.txt", "$(id)", "x;y",
]  # fmt: skip


def test_the_first_three_kinds_are_there_in_order() -> None:
    assert THERE[:3] == ("classify", "extract", "grounded")
    assert set(THERE) <= set(KINDS)
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == set(THERE)


@pytest.mark.parametrize("kind", THERE)
def test_a_kind_can_be_released_and_checked_as_it_is(kind: str, root: Path, tmp_path: Path) -> None:
    folder = make_exercise("brand-new", kind, root, title="A title of mine")
    done = release(folder, tmp_path / "out")
    exercise = read_exercise(folder)
    found = check(folder, grade="pilot", fast=True)

    assert done.written and not done.removed
    assert (exercise.card.slug, exercise.card.title) == ("brand-new", "A title of mine")
    assert exercise.card.published is False
    assert exercise.cells[0].text.startswith("# A title of mine\n")
    assert [one for one in found if one.severity == "error"] == []
    assert [path.name for path in root.iterdir()] == ["brand-new"]


@pytest.mark.sandbox
@pytest.mark.parametrize("kind", THERE)
def test_a_kinds_probes_fall_where_its_author_said(kind: str, root: Path) -> None:
    folder = make_exercise("brand-new", kind, root)

    found = check(folder, grade="pilot", fast=False)

    assert [one for one in found if one.severity == "error"] == []


@pytest.mark.parametrize("kind", THERE)
def test_each_folder_has_a_canary_of_its_own(kind: str, root: Path) -> None:
    one, other = (make_exercise(name, kind, root) for name in ("one-x", "other-x"))
    mine, theirs = read_exercise(one).canary, read_exercise(other).canary

    assert mine != theirs
    assert mine.startswith("audition-canary:one-x:")
    assert "0" * 32 not in mine + theirs
    for path in one.rglob("*"):
        if path.is_file():
            said = set(CANARY.findall(path.read_text(encoding="utf-8")))
            assert said == ({mine} if "hidden" in path.parts else set()), path


@pytest.mark.parametrize("kind", THERE)
def test_a_template_is_an_exercise_that_one_can_read(kind: str) -> None:
    folder = TEMPLATES / kind

    assert read_exercise(folder).card.slug == kind
    assert photograph(read_exercise(folder))
    for path in folder.rglob("*"):
        if path.is_file():
            assert "{{" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_refused_and_nothing_is_made(name: str, root: Path) -> None:
    before = everything_below([root.parent])

    with pytest.raises(UsageError, match="cannot be an exercise's name"):
        make_exercise(name, "classify", root)

    assert everything_below([root.parent]) == before
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("title", ["", "  ", "x" * 81, "two\nlines", "bell\x07", "\u202eback"])
def test_a_title_that_cannot_be_used_is_refused(title: str, root: Path) -> None:
    with pytest.raises(UsageError, match="title"):
        make_exercise("brand-new", "classify", root, title=title)

    assert list(root.iterdir()) == []


def test_a_title_may_hold_quotes_and_backslashes(root: Path) -> None:
    title = 'Sort "the mail" of C:\\new'

    folder = make_exercise("brand-new", "classify", root, title=title)

    assert read_exercise(folder).card.title == title


def test_a_title_that_looks_like_a_marker_leaves_nothing_behind(root: Path) -> None:
    with pytest.raises(NotReleasable):
        make_exercise("brand-new", "classify", root, title="### BEGIN SOLUTIONS")

    assert list(root.iterdir()) == []


def test_a_folder_that_is_there_stays_as_it_is(root: Path) -> None:
    folder = make_exercise("brand-new", "classify", root)
    swap(folder / "exercise.toml", "minutes = 35", "minutes = 36")
    (root / "a-file").write_text("mine")
    (root / "an-empty-one").mkdir()
    (root / "a-link").symlink_to(root / "nowhere")
    before = everything_below([root])

    for name in ("brand-new", "a-file", "an-empty-one", "a-link"):
        with pytest.raises(UsageError, match="is there already"):
            make_exercise(name, "extract", root)

    assert everything_below([root]) == before
    assert list((root / "an-empty-one").iterdir()) == []


def test_whoever_takes_the_name_meanwhile_keeps_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_it_first(exercise: object) -> dict[str, bytes]:
        (root / "brand-new").mkdir()
        (root / "brand-new" / "mine.txt").write_text("mine")
        return {}

    monkeypatch.setattr(new, "photograph", take_it_first)
    with pytest.raises(UsageError, match="is there already"):
        make_exercise("brand-new", "classify", root)

    assert everything_below([root]) == {str(root / "brand-new/mine.txt"): b"mine"}


def test_a_kind_that_is_not_there_is_refused_by_name_with_those_that_are(root: Path) -> None:
    missing = [kind for kind in KINDS if kind not in THERE]

    for kind in missing:
        with pytest.raises(UsageError, match=f"{kind}.*has no template yet; there are: classify"):
            make_exercise("brand-new", kind, root)
    with pytest.raises(UsageError, match="there is no kind 'poem'; there are: classify"):
        make_exercise("brand-new", "poem", root)
    assert list(root.iterdir()) == []


def test_the_root_is_the_one_private_root_or_has_to_be_said(root: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"

    assert choose_root(None, (root,)) == root
    assert choose_root(root, ()) == root
    with pytest.raises(UsageError, match="no private root is set"):
        choose_root(None, ())
    with pytest.raises(UsageError, match="several private roots"):
        choose_root(None, (root, tmp_path))
    with pytest.raises(UsageError, match=f"mkdir -p {gone}"):
        choose_root(gone, ())
    with pytest.raises(UsageError, match="no folder"):
        choose_root(None, (gone,))


def test_the_command_makes_it_where_the_settings_say(audition: Audition, root: Path) -> None:
    made = audition("exercise", "new", "brand-new", "--kind", "classify")
    again = audition("exercise", "new", "brand-new", "--kind", "classify")
    taken = audition("exercise", "new", "eval-design", "--kind", "classify")
    listed = audition("exercise", "list")

    assert made.returncode == 0, made.stderr
    assert made.stdout == f"{root / 'brand-new'}\n"
    assert "audition exercise preview brand-new" in made.stderr
    assert (again.returncode, taken.returncode) == (2, 2)
    assert "eval-design is taken by" in taken.stderr
    assert "brand-new" in listed.stdout and "private" in listed.stdout
    for done in (made, again, taken):
        assert "Traceback" not in done.stderr


def test_the_source_works_as_a_notebook_too(root: Path) -> None:
    folder = make_exercise("brand-new", "classify", root)
    text_form = photograph(read_exercise(folder))
    book = jupytext.read(folder / "source.py")
    nbformat.write(nbformat.v4.upgrade(book), folder / "source.ipynb")
    (folder / "source.py").unlink()

    assert photograph(read_exercise(folder)) == text_form


def test_what_nbgraders_form_writes_goes_there_and_back(root: Path) -> None:
    folder = make_exercise("brand-new", "extract", root)
    before = photograph(read_exercise(folder))
    book = nbformat.v4.upgrade(jupytext.read(folder / "source.py"))
    cells = {cell.metadata["id"]: cell for cell in book.cells}
    for cell in read_exercise(folder).cells:  # as Create Assignment leaves each cell
        cells[cell.id].metadata["nbgrader"] = {
            "schema_version": 3, "task": False, "cell_type": cell.cell_type,
            **cell.nbgrader.model_dump(include={"grade_id", "grade", "solution", "locked"}),
            **({"points": cell.nbgrader.points} if cell.nbgrader.grade else {}),
        }  # fmt: skip
    (folder / "source.py").write_text(jupytext.writes(book, fmt="py:percent"), encoding="utf-8")
    after = photograph(read_exercise(folder))

    assert set(after) == set(before)
    for name, data in before.items():
        if not name.endswith((".ipynb", "part-2.json")):
            assert after[name] == data
    again = {cell.id: cell.nbgrader for cell in read_exercise(folder).cells}
    assert again["suite"].points == 6 and again["suite"].grade and again["suite"].solution
    assert all(mark.cell_type is not None for mark in again.values())


@pytest.mark.sandbox
@pytest.mark.parametrize(("probe", "low", "high"), [("reference", 75, 100), ("empty", 0, 0)])
def test_a_probe_is_submitted_from_its_folder_and_scored(
    probe: str, low: float, high: float, audition: Audition, root: Path, tmp_path: Path
) -> None:
    folder = make_exercise("brand-new", "classify", root)
    archive = tmp_path / "one.zip"
    made: subprocess.CompletedProcess[str] = audition(
        "submit", "--from-dir", folder / "hidden" / "probes" / probe,
        "--exercise", "brand-new", "--out", archive,
    )  # fmt: skip
    scored = audition("score", archive, "--json")

    assert made.returncode == 0, made.stderr
    assert scored.returncode == 0, scored.stderr
    found = json.loads(scored.stdout)
    assert found["exercise"] == "brand-new"
    assert low <= found["diagnostic"]["index"] <= high
