"""What the notebook calls: additions that leave the rest alone, tables and dots with words."""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path

import pytest

from grader.authoring.checks import check
from grader.authoring.folder import read_exercise
from grader.authoring.new import make_exercise
from grader.authoring.walk import begin
from grader.authoring.walk.additions import add_fault, add_message
from grader.authoring.walk.browsing import page
from grader.authoring.walk.preview_button import PreviewButton
from grader.authoring.walk.shown import Dot, dots, table
from grader.authoring.walk.unready import Unready
from grader.scoring.gold import Row, read_gold
from harness.core.errors import UsageError
from tests.grader.authoring_new.conftest import Audition
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
    assert "Outside its range: weak." in scale._repr_html_()
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


def test_a_slip_is_put_right_by_saying_it_again(folder: Path) -> None:
    text = "Customer: H-9001 hums.\nDesk: We look into it."
    first = add_message(folder, "holdout", text, kind="promisd", right=RIGHT)
    right = [RIGHT[0], "order=H-9001", *RIGHT[2:]]
    second = add_message(folder, "holdout", text, kind="plain", right=right)
    third = add_message(folder, "holdout", text, kind="plain", right=right)
    [row] = [one for one in read_gold(read_exercise(folder)).holdout if one.text == text]

    assert "the kind promisd is new; there are" in first
    assert "order=H-9000 does not stand in the text" in first
    assert second.startswith("H41 was changed; before it said category=defect, order=H-9000")
    assert "Mind" not in second and "nothing was changed" in third
    assert (row.msg_id, list(row.accept), row.stratum) == ("H41", right, "plain")
    with pytest.raises(UsageError, match="say where it lies: holdout"):
        add_message(folder, "export", text, kind="plain", right=RIGHT)


def test_a_fault_of_the_same_id_is_changed_and_the_rest_of_the_file_stays(folder: Path) -> None:
    path = folder / "hidden" / "fields.toml"
    add_fault(folder, FAULT)
    before = path.read_text(encoding="utf-8")
    told = add_fault(folder, FAULT.replace("weight = 3", "weight = 2"))
    first = add_fault(folder, FAULT.replace("M09", "M01"))
    after = path.read_text(encoding="utf-8")

    assert "M09 was changed" in told and "'weight': 3" in told
    assert first.startswith("M01 was changed")
    ids = [one["id"] for one in tomllib.loads(after)["models"]]
    assert sorted(ids) == sorted(one["id"] for one in tomllib.loads(before)["models"])
    assert len(set(ids)) == len(ids)
    assert after.split("[[models]]")[0] == before.split("[[models]]")[0]


def test_a_value_that_the_field_may_not_say_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="resolution may be"):
        add_fault(folder, FAULT.replace('"refunded"', '"paid"'))


def test_a_text_of_ones_own_without_what_is_right_is_told_as_that(folder: Path) -> None:
    walk = begin(str(folder.parent), folder.name)

    assert "nobody knows what is right for it" in repr(walk.say("Customer: H-1 hums."))
    assert "nobody knows" not in repr(walk.say("Customer: H-1 hums.", right=RIGHT))
    assert "defect" in repr(walk.fields())


def test_what_is_not_there_yet_is_one_sentence_and_no_traceback(root: Path) -> None:
    walk = begin(str(root), "not-there")
    with pytest.raises(Unready, match="run step 2") as caught:
        walk.messages()

    assert caught.value._render_traceback_() == [str(caught.value)]
    with pytest.raises(Unready, match="lower-case words"):
        begin(str(root), "Ticket Summaries!")


def test_a_private_root_inside_a_repository_is_told(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / ".git").mkdir()
    begin(str(root / "deeper"), "brand-new")
    assert "lies in the git repository" in capsys.readouterr().out


def test_a_gold_value_that_stands_nowhere_in_its_text_is_a_warning(folder: Path) -> None:
    path = folder / "hidden" / "holdout.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(n for n, line in enumerate(lines) if '"order=H-' in line)
    lines[place] = re.sub(r'"order=H-\d+"', '"order=H-9999"', lines[place])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    found = [one for one in check(folder, fast=True) if one.rule == "gold"]
    assert [(one.severity, one.what) for one in found] == [
        ("warning", "order=H-9999 does not stand in the text")
    ]


def test_a_release_refuses_what_the_check_calls_an_error(
    folder: Path, root: Path, audition: Audition, tmp_path: Path
) -> None:
    path = folder / "proctor" / "facts.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'phrasings = \[\n((?:  ".*\n){3})[^\]]*\]', r"phrasings = [\n\1]", text,
                           count=1), encoding="utf-8")  # fmt: skip
    out = tmp_path / "out"

    refused = audition("exercise", "release", "brand-new", "--out", out)
    assert refused.returncode == 1 and "the check finds 1 error:" in refused.stdout
    assert "facts-askable" in refused.stdout and not (out / "notebooks").exists()
    drafted = audition("exercise", "release", "brand-new", "--out", out, "--draft")
    assert drafted.returncode == 0 and (out / "notebooks" / "brand-new").is_dir()
    told = audition("exercise", "check", "brand-new", "--fast", "--no-picture")
    assert "; not run: reference-contract, probes" in told.stdout
