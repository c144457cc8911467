"""lay_out(): given files once, never over work, never through a link."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from harness.core.errors import EnvironmentLacks, UsageError
from harness.core.workfolder import SCRATCH, lay_out


@dataclass(frozen=True)
class Places:
    """The two sources and the work folder to be."""

    notebooks: Path
    datasets: Path
    work: Path

    def lay(self, *slugs: str) -> None:
        lay_out(self.work, slugs or ("practice",), self.notebooks, self.datasets)

    def laid(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.work)): path.read_text()
            for path in sorted(self.work.rglob("*"))
            if path.is_file() and path.name != SCRATCH
        }


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places(tmp_path / "notebooks", tmp_path / "datasets", tmp_path / "home/work/s-1")
    write(made.notebooks / "practice/practice.ipynb", "book")
    write(made.notebooks / "practice/card.json", "card")
    write(made.datasets / "practice/mails.csv", "mails")
    write(made.datasets / "practice/more/deep.csv", "deep")
    write(made.notebooks / "drift/drift.ipynb", "drift")
    return made


GIVEN = {
    "practice/card.json": "card",
    "practice/data/mails.csv": "mails",
    "practice/data/more/deep.csv": "deep",
    "practice/practice.ipynb": "book",
}


def test_given_files_lie_where_the_notebook_looks_for_them(places: Places) -> None:
    places.lay("practice")

    assert places.laid() == GIVEN


def test_several_exercises_lie_side_by_side_and_one_may_have_no_data(places: Places) -> None:
    places.lay("practice", "drift")

    assert places.laid() == GIVEN | {"drift/drift.ipynb": "drift"}


def test_beside_each_notebook_lies_a_scratch_one_that_says_what_becomes_of_it(
    places: Places,
) -> None:
    places.lay("practice", "drift")
    found = [nbformat.read(places.work / slug / SCRATCH, 4) for slug in ("practice", "drift")]
    first = found[0].cells[0].source

    assert found[0] == found[1]
    nbformat.validate(found[0])
    assert "recorded like everything else, never scored and never submitted" in first
    assert "the purse of the exercise in this folder" in first
    assert [cell.id for cell in found[0].cells] == ["scratch-about", "scratch-1"]


def test_a_scratch_notebook_is_kept_as_it_is_and_an_exercise_may_give_its_own(
    places: Places,
) -> None:
    write(places.notebooks / "drift" / SCRATCH, "of the exercise")
    write(places.work / "practice" / SCRATCH, "mine")
    places.lay("practice", "drift")

    assert (places.work / "practice" / SCRATCH).read_text() == "mine"
    assert (places.work / "drift" / SCRATCH).read_text() == "of the exercise"


def test_files_can_be_read_by_the_kernel_whatever_the_umask(places: Places) -> None:
    before = os.umask(0o077)
    try:
        places.lay()
    finally:
        os.umask(before)
    modes = {
        str(path.relative_to(places.work)): stat.S_IMODE(path.stat().st_mode)
        for path in places.work.rglob("*")
    }

    assert {mode for name, mode in modes.items() if "." in Path(name).name} == {0o644}
    assert {mode for name, mode in modes.items() if "." not in Path(name).name} == {0o755}
    assert stat.S_IMODE(places.work.stat().st_mode) == 0o755
    assert stat.S_IMODE(places.work.parent.stat().st_mode) == 0o700


def test_work_is_never_written_over_and_a_deleted_file_comes_back(places: Places) -> None:
    places.lay()
    write(places.work / "practice/practice.ipynb", "my work")
    write(places.work / "practice/own.py", "mine")
    (places.work / "practice/data/mails.csv").unlink()
    places.lay()

    assert places.laid() == GIVEN | {
        "practice/practice.ipynb": "my work",
        "practice/own.py": "mine",
    }


@pytest.mark.parametrize("slug", ["nothing", "", "..", "../notebooks/practice", "Practice", "a/b"])
def test_an_unknown_exercise_is_named_with_those_there_are(places: Places, slug: str) -> None:
    with pytest.raises(UsageError, match=r"there is: drift, practice") as caught:
        places.lay("practice", slug)
    assert f"exercise {slug!r} has no notebook" in str(caught.value)
    assert not places.work.exists()


def test_without_any_notebooks_the_checkout_is_named(places: Places, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="run this in the checkout"):
        lay_out(places.work, ["practice"], tmp_path / "none", tmp_path / "none")


def test_a_link_out_of_the_source_is_refused_and_nothing_is_laid_out(
    places: Places, tmp_path: Path
) -> None:
    write(tmp_path / "secret", "secret")
    (places.datasets / "practice/way-out").symlink_to(tmp_path / "secret")

    with pytest.raises(EnvironmentLacks, match="way-out is a link to"):
        places.lay()
    assert not places.work.exists()


@pytest.mark.parametrize("target", ["..", "../../notebooks", "nowhere", "more"])
def test_a_link_to_a_folder_or_to_nothing_is_refused(places: Places, target: str) -> None:
    (places.datasets / "practice/link").symlink_to(target)

    with pytest.raises(EnvironmentLacks):
        places.lay()


def test_a_link_within_the_source_gives_the_file_itself(places: Places) -> None:
    (places.datasets / "practice/again.csv").symlink_to("mails.csv")
    places.lay()

    assert (places.work / "practice/data/again.csv").read_text() == "mails"
    assert not (places.work / "practice/data/again.csv").is_symlink()


def test_hidden_files_and_caches_are_not_given_out(places: Places) -> None:
    write(places.notebooks / "practice/.ipynb_checkpoints/old.ipynb", "old")
    write(places.notebooks / "practice/__pycache__/x.pyc", "x")
    write(places.datasets / "practice/.DS_Store", "x")
    places.lay()

    assert places.laid() == GIVEN


@pytest.mark.parametrize("replaced", ["practice", "practice/data", "practice/data/more"])
def test_a_folder_that_became_a_link_is_not_followed(
    places: Places, tmp_path: Path, replaced: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (places.work / replaced).parent.mkdir(parents=True)
    (places.work / replaced).symlink_to(elsewhere)
    places.lay()

    assert list(elsewhere.iterdir()) == []
    assert (places.work / replaced).is_symlink()


def test_a_file_that_became_a_link_or_a_folder_is_left_as_it_is(
    places: Places, tmp_path: Path
) -> None:
    (places.work / "practice/data/mails.csv").mkdir(parents=True)
    (places.work / "practice/practice.ipynb").symlink_to(tmp_path / "elsewhere")
    places.lay()

    assert not (tmp_path / "elsewhere").exists()
    assert (places.work / "practice/data/mails.csv").is_dir()
    assert (places.work / "practice/card.json").read_text() == "card"


def test_a_file_in_the_place_of_a_folder_is_left_as_it_is(places: Places) -> None:
    write(places.work / "practice/data", "mine")
    places.lay()

    assert places.laid() == {
        "practice/card.json": "card",
        "practice/data": "mine",
        "practice/practice.ipynb": "book",
    }


def test_a_work_folder_that_cannot_be_made_is_named(places: Places, tmp_path: Path) -> None:
    write(tmp_path / "home", "a file")

    with pytest.raises(EnvironmentLacks, match=r"the work folder .* cannot be made"):
        places.lay()


def test_a_work_folder_that_is_a_link_is_not_followed(places: Places, tmp_path: Path) -> None:
    places.work.parent.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    places.work.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(EnvironmentLacks):
        places.lay()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_nothing_half_made_is_left_behind(places: Places) -> None:
    places.lay()
    places.lay()

    assert not [path for path in places.work.rglob("*") if path.name.endswith(".part")]
