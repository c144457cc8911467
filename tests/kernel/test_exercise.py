"""Finding the exercise and reading its notebook, whatever lies in their place."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from harness.kernel.errors import NoExercise
from harness.kernel.exercise import find_exercise, read_saved
from tests.kernel.notebooks import Folder, artefact, given, own, text


def test_cells_are_counted_from_the_top_and_keep_what_they_are(folder: Folder) -> None:
    folder.save(given("x = 1"), text("Words"), own("y = 2"), artefact("sorter", "a\nb\n"))
    cells = read_saved(find_exercise()).cells

    assert [(cell.number, cell.kind, cell.name) for cell in cells] == [
        (1, "given", None),
        (2, "text", None),
        (3, None, None),
        (4, "artefact", "sorter"),
    ]
    assert cells[3].source == "a\nb\n"
    assert [cell.is_artefact for cell in cells] == [False, False, False, True]


def test_a_source_in_one_piece_is_read_like_one_in_lines(folder: Folder) -> None:
    folder.notebook.write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": "a\nb", "metadata": {}}]})
    )

    assert read_saved(find_exercise()).cells[0].source == "a\nb"


def test_marks_of_a_foreign_form_are_no_marks(folder: Folder) -> None:
    marks: list[object] = [
        None,
        7,
        "artefact",
        [],
        {"kind": 3, "name": [], "part": "two", "contract": "x"},
    ]
    cells = [{"cell_type": "code", "source": 5, "metadata": {"audition": mark}} for mark in marks]
    folder.notebook.write_text(json.dumps({"cells": [*cells, {"metadata": 3}, {}]}))
    notebook = read_saved(find_exercise())

    assert {(cell.kind, cell.name, cell.part, cell.contract) for cell in notebook.cells} == {
        (None, None, None, None)
    }
    assert not notebook.has_part_two


def test_a_pipe_in_the_place_of_a_file_is_not_waited_at(folder: Folder) -> None:
    os.mkfifo(folder.notebook)

    with pytest.raises(NoExercise, match="There is no saved"):
        read_saved(find_exercise())

    (folder.path / "card.json").unlink()
    os.mkfifo(folder.path / "card.json")

    with pytest.raises(NoExercise, match="cannot be found"):
        find_exercise()


@pytest.mark.parametrize("limit", ["MAX_NOTEBOOK_BYTES", "MAX_CARD_BYTES"])
def test_a_file_larger_than_any_is_not_read_to_its_end(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    folder.save(given("x" * 100))
    monkeypatch.setattr(f"harness.kernel.exercise.{limit}", 50)

    with pytest.raises(NoExercise, match="it is larger than"):
        read_saved(find_exercise())


def test_a_folder_that_was_deleted_meanwhile_is_told(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = folder.path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(NoExercise, match="cannot be found from a deleted folder"):
        find_exercise()


def test_a_title_of_any_length_is_shown_short(folder: Folder) -> None:
    folder.card({"slug": "practice", "title": "x" * 5000})

    assert len(find_exercise(Path(folder.path)).title) == 200
