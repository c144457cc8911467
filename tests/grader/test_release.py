"""A release is by allow-list, the same each time; whatever is off refuses it with a remedy."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from grader.authoring.data_card import DataFile, Given
from grader.authoring.release import release
from grader.errors import CannotWrite, NotReleasable
from harness.core.card import ExerciseCard
from harness.core.errors import BadExercise
from tests.grader.builders import CANARY, HIDDEN, everything_below, make_exercise, swap

FILES = {
    "notebooks/small/small.ipynb",
    "notebooks/small/card.json",
    "datasets/small/numbers.csv",
    "datasets/small/CARD.md",
    "harness/proctor/photographs/small/card.json",
    "harness/proctor/photographs/small/facts.json",
    "harness/proctor/photographs/small/part-2.json",
}


def test_a_release_writes_the_allowed_files_and_no_other(folder: Path, out: Path) -> None:
    done = release(folder, out)

    assert set(done.written) == FILES
    assert {str(Path(p).relative_to(out)) for p in everything_below([out])} == FILES
    assert {(out / name).stat().st_mode & 0o777 for name in FILES} == {0o644}


def test_a_second_release_writes_nothing_and_another_place_gets_the_same_bytes(
    folder: Path, out: Path, tmp_path: Path
) -> None:
    release(folder, out)
    before = {name: (out / name).read_bytes() for name in FILES}
    times = {name: (out / name).stat().st_mtime_ns for name in FILES}
    again = release(folder, out)
    elsewhere = make_exercise(tmp_path / "another")
    release(elsewhere, tmp_path / "second")

    assert (again.written, again.removed, again.unchanged) == ((), (), len(FILES))
    assert {name: (out / name).stat().st_mtime_ns for name in FILES} == times
    assert {name: (tmp_path / "second" / name).read_bytes() for name in FILES} == before


def test_the_notebook_is_valid_has_part_one_only_and_no_outputs(folder: Path, out: Path) -> None:
    release(folder, out)
    book = nbformat.read(out / "notebooks/small/small.ipynb", as_version=4)
    nbformat.validate(book)

    assert [cell.id for cell in book.cells] == [
        "small-head", "small-parameters", "small-load", "small-plan",
    ]  # fmt: skip
    assert {cell.metadata.audition.part for cell in book.cells} == {1}
    assert [cell.outputs for cell in book.cells if cell.cell_type == "code"] == [[], [], []]
    assert book.metadata.kernelspec.name == "python3"
    assert book.cells[1].metadata.tags == ["parameters"]


def test_the_candidates_card_keeps_the_contract_back_and_the_proctors_has_it(
    folder: Path, out: Path
) -> None:
    release(folder, out)
    public = ExerciseCard.model_validate_json((out / "notebooks/small/card.json").read_text())
    inner = out / "harness/proctor/photographs/small"
    whole = ExerciseCard.model_validate_json((inner / "card.json").read_text())

    assert public.contract == ()
    assert [rule.name for rule in whole.contract] == ["double"]
    assert public == whole.model_copy(update={"contract": ()})


def test_part_two_says_after_which_cell_and_its_cells_are_a_valid_notebook(
    folder: Path, out: Path
) -> None:
    release(folder, out)
    path = out / "harness/proctor/photographs/small/part-2.json"
    part = json.loads(path.read_text())
    book = nbformat.from_dict(
        {"cells": part["cells"], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )
    nbformat.validate(book)

    assert part["schema"] == 1
    assert part["after"] == {"cell_id": "small-plan", "given": "%%plan\nWrite here."}
    assert [cell.id for cell in book.cells] == [
        "small-task", "small-doubler", "small-words", "small-check",
    ]  # fmt: skip
    assert book.cells[1].source.endswith("# your code here")
    assert book.cells[3].metadata.audition.contract[0]["name"] == "double"


def test_the_data_card_states_origin_licence_rows_and_hash(folder: Path, out: Path) -> None:
    release(folder, out)
    card = (out / "datasets/small/CARD.md").read_text()

    assert "Origin: Written by hand." in card
    assert "Licence: Apache-2.0" in card
    assert "Rows: 3" in card
    assert hashlib.sha256(b"number\n1\n2\n3\n").hexdigest() in card


def test_a_row_with_a_line_break_inside_counts_once(folder: Path, out: Path) -> None:
    (folder / "public/numbers.csv").write_text('number\n"1\n2"\n3\n')
    release(folder, out)

    assert "Rows: 2" in (out / "datasets/small/CARD.md").read_text()


def test_files_no_longer_made_go_and_files_beside_the_folders_stay(folder: Path, out: Path) -> None:
    release(folder, out)
    stray = out / "datasets/small/old/deeper/rows.csv"
    stray.parent.mkdir(parents=True)
    stray.write_text("1")
    beside = [out / "notebooks/review.ipynb", out / "datasets/other/rows.csv", out / "README.md"]
    for path in beside:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")
    done = release(folder, out)

    assert done.removed == ("datasets/small/old/deeper/rows.csv",)
    assert not (out / "datasets/small/old").exists()
    assert [path.read_text() for path in beside] == ["mine"] * 3


def test_a_refused_release_leaves_the_photograph_as_it_was(folder: Path, out: Path) -> None:
    release(folder, out)
    before = everything_below([out])
    swap(folder / "source.py", "Somebody has numbers.", "Somebody has other numbers.")
    swap(folder / "source.py", "### END SOLUTION", "### END SOLUTION S")

    with pytest.raises(NotReleasable):
        release(folder, out)
    assert everything_below([out]) == before


def test_a_photographs_folder_that_is_a_link_is_not_followed(folder: Path, out: Path) -> None:
    elsewhere = out.parent / "elsewhere"
    elsewhere.mkdir()
    (out / "notebooks").mkdir()
    (out / "notebooks/small").symlink_to(elsewhere)

    with pytest.raises(NotReleasable, match="symbolic link"):
        release(folder, out)
    assert list(elsewhere.iterdir()) == []
    assert not (out / "datasets").exists()


def test_a_file_that_became_a_link_is_replaced_and_its_target_kept(folder: Path, out: Path) -> None:
    release(folder, out)
    path = out / "datasets/small/numbers.csv"
    target = out.parent / "target.csv"
    target.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(target)
    done = release(folder, out)

    assert done.written == ("datasets/small/numbers.csv",)
    assert not path.is_symlink()
    assert target.exists()


def test_a_place_that_cannot_be_written_is_named(folder: Path, out: Path) -> None:
    (out / "datasets").write_text("a file where a folder is wanted")

    with pytest.raises(CannotWrite, match="datasets/small"):
        release(folder, out)


def _source(old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: swap(folder / "source.py", old, new)


def _card(old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: swap(folder / "exercise.toml", old, new)


def _facts(old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: swap(folder / "proctor/facts.toml", old, new)


def _data(old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: swap(folder / "data.toml", old, new)


def _write(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return change


def _link(name: str, to: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).symlink_to(to)


def _both(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        for one in changes:
            one(folder)

    return change


def _remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


SOLUTION = "    the_answer_nobody_should_see = number + number\n"
PLAN = '# %% id="plan" audition={"kind": "plan", "part": 1}\n# %%plan\nWrite here.\n'
GIVEN = 'audition={"kind": "given", "part": 1}'

BREAKAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a cell id twice": (_source('id="load"', 'id="plan"'), "the cell id 'plan' is taken"),
    "a grade id twice": (
        _source('id="check"', 'id="check" nbgrader={"grade_id": "words"}'),
        "grade_id 'words' is taken",
    ),
    "an artefact name twice": (
        _source('{"kind": "check", "part": 2}', '{"kind": "check", "name": "doubler", "part": 2}'),
        "artefact name 'doubler' is taken",
    ),
    "no plan cell": (_source(PLAN, ""), "there are 0 plan cells"),
    "two plan cells": (_source(PLAN, PLAN + PLAN.replace('"plan" ', '"plan-b" ')), "2 plan cells"),
    "a plan without its magic": (_source("# %%plan\n", ""), "does not begin with %%plan"),
    "a plan whose magic comes second": (
        _source("# %%plan\n", "# A plan:\n# %%plan\n"),
        "does not begin with %%plan",
    ),
    "another magic that begins alike": (
        _source("# %%plan\n", "# %%planner\n"),
        "does not begin with %%plan",
    ),
    "a cell after the plan": (
        _source(PLAN, f'{PLAN}\n# %% id="after" {GIVEN}\n1 + 1\n'),
        "not at the end of part one",
    ),
    "two texts after the plan": (
        _source(
            PLAN,
            PLAN + "".join(f'\n# %% [markdown] id="after-{i}" {GIVEN}\n# Words.\n' for i in (1, 2)),
        ),
        "not at the end of part one",
    ),
    "no parameters tag": (_source(' tags=["parameters"]', ""), "parameters cell is missing"),
    "parameters not after the head": (
        _source('# %% id="parameters"', f'# %% id="first" {GIVEN}\n1\n\n# %% id="parameters"'),
        "not right after the head",
    ),
    "no head": (
        _source('# %% [markdown] id="head"', '# %% id="head"'),
        "not right after the head",
    ),
    "an artefact in part one": (
        _source('"name": "doubler", "part": 2', '"name": "doubler", "part": 1'),
        "a cell of part one stands below it",
    ),
    "a text cell in part one": (
        _source('id="load" audition={"kind": "given"', 'id="load" audition={"kind": "check"'),
        "a check cell stands in part one",
    ),
    "part one below part two": (
        _source('id="words" audition={"kind": "text", "part": 2}', f'id="words" {GIVEN}'),
        "a cell of part one stands below it",
    ),
    "a name of the contract in part one": (
        _source("# Somebody has numbers.", "# Somebody wants to double numbers."),
        "part one says 'double'",
    ),
    "a line of part two in part one": (
        _source(
            "# Somebody has numbers.", "# Write a function that gives back twice its argument."
        ),
        "part two",
    ),
    "an artefact without a marked solution": (
        _source("    ### BEGIN SOLUTION\n" + SOLUTION, SOLUTION),
        "END SOLUTION",
    ),
    "an artefact that is all given": (
        _both(_source("    ### BEGIN SOLUTION\n", ""), _source("    ### END SOLUTION\n", "")),
        "has no marked solution",
    ),
    "a solution in a given cell": (
        _source(
            'text = open(f"{DATA}/numbers.csv").read()',
            "### BEGIN SOLUTION\ntext = 1\n### END SOLUTION",
        ),
        "a solution stands in a given cell",
    ),
    "a body that is all solution": (
        _source('    """Give back twice the number."""\n', ""),
        "not Python",
    ),
    "code that is no Python": (_source('DATA = "data"', "DATA = = 1"), "not Python"),
    "an absolute path": (_source('DATA = "data"', 'DATA = "/srv/data"'), "leaves the exercise"),
    "a path that climbs": (_source("{DATA}/numbers.csv", "{DATA}/../../numbers.csv"), "leaves"),
    "a home path": (_source('DATA = "data"', 'DATA = "~/data"'), "leaves the exercise"),
    "a heading level skipped": (_source("# ## Twice", "# #### Twice"), "level 4 follows"),
    "two first-level headings": (_source("# ## Twice", "# # Twice"), "level 1 follows"),
    "the solution copied into part one": (
        _source("# Somebody has numbers.", "# the_answer_nobody_should_see = number + number"),
        "the solution in",
    ),
    "a fact told in part one": (
        _source(
            "# Somebody has numbers.",
            "# Nothing above nine hundred and ninety-nine ever arrives here.",
        ),
        "facts.toml, 'size'",
    ),
    "a hidden line in the data": (
        _write("public/numbers.csv", HIDDEN.splitlines()[2]),
        "hidden/reference.py",
    ),
    "a canary in the data": (_write("public/numbers.csv", f"number\n{CANARY}\n"), "canary"),
    "another exercise's canary": (
        _write("public/numbers.csv", "audition-canary:other:" + "0" * 32),
        "canary",
    ),
    "a canary in part two": (_source("# *Write here.*", f"# {CANARY}"), "canary"),
    "a canary in a fact": (_facts('["large", "size"]', f'["{CANARY}"]'), "canary"),
    "a hidden file without a canary": (_write("hidden/notes.md", "The answer is 42."), "no canary"),
    "two canaries": (
        _write("hidden/notes.md", "audition-canary:small:" + "0" * 32),
        "2 canaries",
    ),
    "nothing hidden": (_remove("hidden/reference.py"), "0 canaries"),
    "a file that data.toml does not name": (
        _write("public/answers.csv", "1"),
        "public/answers.csv: data.toml does not name it",
    ),
    "a folder within public": (_write("public/deep/x.csv", "1"), "public/deep/x.csv"),
    "a data name that climbs": (_data('"numbers.csv"', '"../hidden/x.py"'), "plain file name"),
    "an absolute data name": (_data('"numbers.csv"', '"/etc/passwd"'), "plain file name"),
    "a data name that release writes": (_data('"numbers.csv"', '"CARD.md"'), "plain file name"),
    "a data file that is not there": (_remove("public/numbers.csv"), "there is no public/numbers"),
    "data without a licence": (_data('licence = "Apache-2.0"', ""), "licence"),
    "no data list": (_remove("data.toml"), "data.toml: it is missing"),
    "a link in public": (_link("public/more.csv", "/etc/hostname"), "symbolic link"),
    "a link to a folder": (_link("public/all", "../hidden"), "symbolic link"),
    "a link in proctor": (_link("proctor/x", "../hidden/reference.py"), "symbolic link"),
    "a pipe": (lambda folder: os.mkfifo(folder / "hidden/pipe"), "neither file nor folder"),
    "a file without a place": (_write("answers.txt", "42"), "no place in an exercise's folder"),
    "more than facts on the proctor's side": (_write("proctor/key.txt", "42"), "proctor/key.txt"),
    "a contract without its cell": (_card('cell = "doubler"', 'cell = "tripler"'), "'tripler'"),
    "an example that is no JSON": (_card('["[2]"]', '["(2)"]'), "not JSON"),
    "an example that is no list": (_card('["[2]"]', '["2"]'), "no list of arguments"),
    "a contract and no check cell": (
        _source('{"kind": "check", "part": 2}', '{"kind": "given", "part": 2}'),
        "no check cell",
    ),
    "another name than the folder's": (_card('slug = "small"', 'slug = "large"'), "the folder is"),
    "an unknown key on the card": (_card("schema = 1", "schema = 1\nanswer = 42"), "answer"),
    "a card that is no TOML": (_card("schema = 1", "schema ="), "not TOML"),
    "a fact id twice": (
        _facts(
            "[[facts]]",
            '[[facts]]\nid = "size"\ntopic = "b"\ncues = ["b"]\n'
            'answer = "b"\nmatters = 0\n[[facts]]',
        ),
        "fact id 'size' stands twice",
    ),
    "a phrasing twice": (
        _facts('"What is the largest?"', '"how large  are they?"'),
        "phrasing 'how large  are they?' stands twice",
    ),
    "a fact that matters too much": (_facts("matters = 1", "matters = 4"), "matters"),
    "another stakeholder": (_facts('"Pat"', '"Kim"'), "exercise.toml says 'Pat'"),
    "no fact sheet": (_remove("proctor/facts.toml"), "no fact sheet"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKAGES)
def test_each_breakage_refuses_the_release_and_names_place_and_remedy(
    name: str, folder: Path, out: Path
) -> None:
    change, words = BREAKAGES[name]
    change(folder)

    with pytest.raises(BadExercise) as refused:
        release(folder, out)
    assert words in str(refused.value)
    assert str(out) not in str(refused.value)
    assert list(out.iterdir()) == []


def test_bytes_that_are_no_text_do_not_pass_as_data(folder: Path, out: Path) -> None:
    (folder / "public/numbers.csv").write_bytes(b"number\n\xff\n")

    with pytest.raises(NotReleasable, match="not UTF-8"):
        release(folder, out)


def test_what_editors_leave_behind_does_not_matter_and_does_not_ship(
    folder: Path, out: Path
) -> None:
    for place in (".ipynb_checkpoints", "hidden/__pycache__"):
        (folder / place).mkdir()
        (folder / place / "left.txt").write_text("no canary here")
    release(folder, out)

    assert {str(Path(p).relative_to(out)) for p in everything_below([out])} == FILES


def test_a_refusal_survives_being_sent_between_processes() -> None:
    problem = NotReleasable.at("source.py, cell 3", "it is off", "mend it")
    back = pickle.loads(pickle.dumps(problem))

    assert str(back) == "source.py, cell 3: it is off; mend it"
    assert back.exit_code == 1


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("a.json", '{\n "one": 1,\n "two": 2\n}\n', 2),
        ("a.json", "[1, 2, 3]", 3),
        ("a.json", '"a text"', 1),
        ("a.json", "{\nno json\n", 2),
        ("a.json", "[" * 100_000, 1),
        ("a.csv", "head\none\n\ntwo\n", 2),
        ("a.txt", "one\ntwo\n", 2),
    ],
)
def test_a_card_counts_what_a_file_holds(name: str, text: str, rows: int) -> None:
    said = DataFile(name=name, about="Some.", origin="Invented.", licence="Apache-2.0")

    assert Given(said=said, data=text.encode()).rows == rows
