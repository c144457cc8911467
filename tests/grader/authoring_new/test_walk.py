"""What the notebook calls: additions that leave the rest alone, tables and dots with words."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from grader.authoring.checks import check
from grader.authoring.new import make_exercise
from grader.authoring.walk import begin
from grader.authoring.walk.additions import add_fault, add_message
from grader.authoring.walk.browsing import page
from grader.authoring.walk.preview_button import PreviewButton
from grader.authoring.walk.shown import Dot, dots, table
from grader.scoring.gold import Row
from harness.core.errors import UsageError
from tests.grader.builders import everything_below

RIGHT = ["category=defect", "order=H-9000", "resolution=null", "next=desk"]
FAULT = """
[[models]]
id = "M09"
about = "a wish taken for the deed"
group = "mutant"
weight = 3
fault = "invent"
field = "resolution"
to = ["refunded"]
when = { empty = "resolution", tags = ["wish"] }
"""


@pytest.fixture
def folder(root: Path) -> Path:
    return make_exercise("brand-new", "extract", root)


@pytest.mark.parametrize("where", ["export", "holdout"])
def test_a_message_is_added_once_and_the_folder_stays_sound(where: str, folder: Path) -> None:
    text = 'Customer: "H-9000", a comma,\nand a second line.'

    first = add_message(folder, where, text, kind="plain", right=RIGHT)
    after = everything_below([folder])
    second = add_message(folder, where, f"  {text.upper()} ", kind="plain", right=RIGHT)

    assert first.startswith({"export": "E41", "holdout": "H41"}[where])
    assert "already" in second
    assert everything_below([folder]) == after
    assert [f for f in check(folder, fast=True) if f.severity == "error"] == []


@pytest.mark.parametrize(
    ("where", "text", "right", "what"),
    [
        ("public", "Hello", RIGHT, "'export' or 'holdout'"),
        ("holdout", "  ", RIGHT, "has a text"),
        ("holdout", "Hello", RIGHT[:3], "says nothing of 'next'"),
        ("holdout", "Hello", [*RIGHT, "mood=bad"], "names 'mood'"),
        ("holdout", "Hello", ["category=lamps", *RIGHT[1:]], "category=lamps"),
        ("holdout", "Hello", [], "does not fit"),
    ],
)
def test_a_message_that_does_not_fit_changes_nothing(
    where: str, text: str, right: list[str], what: str, folder: Path
) -> None:
    before = everything_below([folder])

    with pytest.raises(UsageError, match=what):
        add_message(folder, where, text, kind="plain", right=right)

    assert everything_below([folder]) == before


def test_a_fault_is_added_once(folder: Path) -> None:
    first = add_fault(folder, FAULT)
    after = everything_below([folder])
    second = add_fault(folder, FAULT)

    assert first == "M09 was added to hidden/fields.toml"
    assert "already" in second
    assert everything_below([folder]) == after
    assert [f for f in check(folder, fast=True) if f.severity == "error"] == []


@pytest.mark.parametrize(
    "text",
    [
        "", "not toml", "[[models]]\nabout = 'no id'", FAULT.replace("invent", "explode"),
        FAULT.replace('field = "resolution"', 'field = "mood"'), FAULT.replace("M09", "../x"),
        "models = 3", "models = []\nlost = 3",
    ],
)  # fmt: skip
def test_a_fault_that_does_not_fit_changes_nothing(text: str, folder: Path) -> None:
    before = everything_below([folder])

    with pytest.raises(UsageError):
        add_fault(folder, text)

    assert everything_below([folder]) == before


def test_every_picture_has_its_words_and_markup_is_escaped() -> None:
    shown = table(("a", "b"), [("<b>", "1")], note="A & B")
    scale = dots([Dot("reference", 97.6, 70, 100), Dot("weak", 60, 0, 40)])
    row = Row(msg_id="E1", text="<script>", accept=("a=1",), stratum="plain")

    assert "<b>" in repr(shown) and "&lt;b&gt;" in shown._repr_html_()
    assert "outside its range: weak" in scale._repr_html_()
    assert 'role="img"' in scale._repr_html_() and "×" in scale._repr_html_()
    assert repr(scale).splitlines()[1] == "weak: 60, outside its range of 0 to 40"
    assert "<script>" not in page(row)


def test_a_command_shows_what_it_says_and_how_it_ended(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = begin(str(root / "deeper"), "brand-new")
    walk.audition(f"exercise new brand-new --kind poem --root {walk.root}")
    said = capsys.readouterr().out

    assert f'exercises = ["{root / "deeper"}"]' in said
    assert "$ audition exercise new brand-new --kind poem" in said
    assert "there is no kind 'poem'" in said and said.endswith("(exit 2)\n")


def test_a_preview_that_does_not_start_says_why(root: Path) -> None:
    walk = begin(str(root), "nowhere")
    button = PreviewButton("nowhere", walk.environment())
    button.begin()
    for _ in range(300):
        if "did not start" in button.said:
            break
        time.sleep(0.1)
    said = button.said
    button.finish()

    assert "there is no exercise" in said
    assert button.said == "Ended."


def test_what_does_not_fit_is_said_in_a_line_and_no_traceback(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = begin(str(folder.parent), folder.name)
    before = everything_below([folder])
    walk.add_message("holdout", "It hums.", kind="plain", right=["category=lamps"])
    walk.add_fault("models = 3")
    said = capsys.readouterr().out

    assert said.count("Nothing was added: ") == 2, said
    assert "Traceback" not in said
    assert everything_below([folder]) == before
