"""An author's notebook is read from either form, and a slip in a header gets a plain message."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.folder import read_exercise
from grader.authoring.marks import as_metadata, read_mark
from grader.authoring.photograph import photograph
from grader.authoring.solutions import BEGIN, END, cut, resembles_marker, solution_lines
from grader.authoring.source import read_source
from grader.errors import NotReleasable
from tests.grader.builders import swap


def test_cells_come_in_order_with_their_marks(folder: Path) -> None:
    cells = read_source(folder)

    assert [cell.id for cell in cells] == [
        "head", "parameters", "load", "plan", "task", "doubler", "words", "check",
    ]  # fmt: skip
    assert [cell.part for cell in cells] == [1, 1, 1, 1, 2, 2, 2, 2]
    assert cells[3].text == "%%plan\nWrite here."
    assert cells[2].text.startswith("%pwd\n")
    assert cells[1].tags == ("parameters",)


def test_the_kind_says_how_nbgrader_sees_a_cell(folder: Path) -> None:
    flags = {
        cell.mark.kind: (cell.nbgrader.grade, cell.nbgrader.solution, cell.nbgrader.locked)
        for cell in read_source(folder)
    }

    assert flags == {
        "given": (False, False, True),
        "plan": (False, True, False),
        "artefact": (True, True, False),
        "text": (True, True, False),
        "check": (True, False, True),
    }


def test_points_written_in_the_header_are_kept(folder: Path) -> None:
    header = 'audition={"kind": "text", "part": 2}'
    mark = '{"grade": true, "solution": true, "locked": false, "points": 4, "grade_id": "w"}'
    swap(folder / "source.py", header, f"nbgrader={mark} {header}")
    cell = next(cell for cell in read_source(folder) if cell.id == "words")

    assert (cell.nbgrader.points, cell.nbgrader.grade_id) == (4, "w")


def test_a_zero_that_create_assignment_leaves_behind_is_no_points(folder: Path) -> None:
    header = 'audition={"kind": "artefact", "name": "doubler", "part": 2}'
    mark = '{"grade": false, "solution": true, "locked": false, "points": 0, "grade_id": "d"}'
    swap(folder / "source.py", header, f"nbgrader={mark} {header}")
    cell = next(cell for cell in read_source(folder) if cell.id == "doubler")

    assert (cell.nbgrader.grade, cell.nbgrader.points) == (False, None)


def test_the_notebook_form_makes_the_same_photograph(folder: Path) -> None:
    before = photograph(read_exercise(folder))
    book = jupytext.read(folder / "source.py")
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="left behind")]
            cell.execution_count = 7
    (folder / "source.ipynb").write_text(jupytext.writes(book, fmt="ipynb"))
    (folder / "source.py").unlink()

    assert photograph(read_exercise(folder)) == before


def test_what_jupyterlab_saves_reads_as_before(folder: Path) -> None:
    before = read_source(folder)
    book = jupytext.read(folder / "source.py")
    (folder / "source.py").write_text(jupytext.writes(book, fmt="py:percent"))

    assert read_source(folder) == before


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id="load" ', "", "no usable id"),
        ('id="load"', 'id="Load it"', "no usable id"),
        ('id="load"', 'id="-"', "no usable id"),
        ('id="load" audition={"kind": "given", "part": 1}', 'id="load"', "no audition mark"),
        ('"artefact", "name"', '"artifact", "name"', "audition mark cannot be read"),
        ('"name": "doubler", "part": 2', '"name": "doubler", "part": 3', "cannot be read"),
        ('"name": "doubler", ', "", "artefact cell without a name"),
        ('"name": "doubler"', '"name": "doubler", "secret": 1', "secret"),
        ('id="words" ', 'id="words" colour="blue" ', "colour"),
        ('# %% [markdown] id="words"', '# %% [raw] id="words"', "raw cell"),
        (
            'id="words" ',
            'id="words" nbgrader={"grade": true, "solution": false, "locked": true} ',
            "a text cell has (True, True, False)",
        ),
        ('id="load" ', 'id="load" nbgrader={"points": 3} ', "points stand where nothing is graded"),
        ('id="load" ', 'id="load" nbgrader={"cell_type": "markdown"} ', "it is code"),
        ('id="load" ', 'id="load" nbgrader={"schema_version": 1} ', "nbgrader mark cannot be read"),
        ('id="load" ', 'id="load" nbgrader="locked" ', "nbgrader mark cannot be read"),
    ],
)
def test_a_slip_in_a_header_names_cell_and_remedy(
    folder: Path, old: str, new: str, words: str
) -> None:
    swap(folder / "source.py", old, new)

    with pytest.raises(NotReleasable) as refused:
        read_source(folder)
    assert words in str(refused.value)
    assert str(refused.value).startswith("source.py, cell")
    assert "; " in str(refused.value)


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xff\xfe\x00", "cannot be read"), (b"#" * (3 << 20), "2 MiB")],
)
def test_a_source_that_is_no_text_is_refused(folder: Path, data: bytes, words: str) -> None:
    (folder / "source.py").write_bytes(data)

    with pytest.raises(NotReleasable, match=words):
        read_source(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', '{"cells": [], "nbformat": 99}'])
def test_a_notebook_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / "source.py").unlink()
    (folder / "source.ipynb").write_text(text)

    with pytest.raises(NotReleasable, match=r"source\.ipynb: it cannot be read"):
        read_source(folder)


def test_two_sources_or_none_are_refused(folder: Path) -> None:
    (folder / "source.ipynb").write_text("{}")
    with pytest.raises(NotReleasable, match="two sources"):
        read_source(folder)
    for name in ("source.ipynb", "source.py"):
        (folder / name).unlink()
    with pytest.raises(NotReleasable, match="no source"):
        read_source(folder)


def test_a_solution_is_cut_and_a_stub_stands_in_its_place(folder: Path) -> None:
    cell = next(cell for cell in read_source(folder) if cell.id == "doubler")

    assert cut(cell) == (
        'def double(number):\n    """Give back twice the number."""\n    # your code here'
    )
    assert [line.strip() for line in solution_lines(cell)] == [
        "the_answer_nobody_should_see = number + number",
        "return the_answer_nobody_should_see",
    ]


def _slips(marker: str) -> Iterator[str]:
    """Yield the marker with one letter left out, doubled, or swapped with the next."""
    for i in (i for i, char in enumerate(marker) if char.isalpha()):
        yield marker[:i] + marker[i + 1 :]
        yield marker[:i] + marker[i] + marker[i:]
        yield marker[:i] + marker[i + 1 : i + 2] + marker[i] + marker[i + 2 :]


@pytest.mark.parametrize(
    "marker", [BEGIN, END, "### BEGIN HIDDEN TESTS", "=== END MARK SCHEME ==="]
)
def test_every_slip_of_the_pen_is_seen(marker: str) -> None:
    slips = [slip for slip in _slips(marker) if slip not in (BEGIN, END)]
    lines = [line for slip in slips for line in (slip, f"    {slip}", f"x = 1  {slip}")]

    assert len(lines) > 90
    assert [line for line in lines if not resembles_marker(line)] == []


MISSPELT = [
    "###BEGIN SOLUTION", "### Begin Solution",
    "# BEGIN SOLUTION", "### BEGIN  SOLUTION", "### BEGIN_SOLUTION", "### BEGIN-SOLUTION",
    "### BEGIN SOLUTION:", "### BEGIN SOLUTION (a)", "#### BEGIN SOLUTION", "### ВEGIN SOLUTION",
    "### ＢＥＧＩＮ ＳＯＬＵＴＩＯＮ", "### BEGIN SOL\u200bUTION", "### START SOLUTION",
    "### SOLUTION", "### SOLUTION BEGIN", "BEGIN SOLUTION", "x = 1  ### BEGIN SOLUTION",
    "### END SOLUTIONS", "### ENDSOLUTION", "### BEGIN HIDDEN TESTS", "=== BEGIN MARK SCHEME ===",
    "## end solutions ##", "# end the solution", "# start of solution:", "# Solution starts",
]  # fmt: skip


@pytest.mark.parametrize("line", MISSPELT)
def test_a_line_that_only_looks_like_a_marker_refuses_the_release(folder: Path, line: str) -> None:
    swap(folder / "source.py", "    ### BEGIN SOLUTION", f"    {line}")

    with pytest.raises(NotReleasable, match=r"cell 6 \('doubler'\), line 3"):
        photograph(read_exercise(folder))


@pytest.mark.parametrize(
    "line",
    [
        "# There is no single solution to this.", "## A problem and its solution, in five steps",
        "solution = None", "begin = start", "# The beginning of a resolution",
        "return the_end  # of the list", "## Ask", "", "# The marking scheme comes later",
    ],
)  # fmt: skip
def test_ordinary_lines_are_no_markers(line: str) -> None:
    assert not resembles_marker(line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    ### END SOLUTION\n", ""),
        ("    ### BEGIN SOLUTION\n", ""),
        ("    ### BEGIN SOLUTION\n", "    ### BEGIN SOLUTION\n    ### BEGIN SOLUTION\n"),
        ("    ### END SOLUTION\n", "    ### END SOLUTION\n    ### END SOLUTION\n"),
        ("    ### END SOLUTION\n", "    ### BEGIN SOLUTION\n"),
    ],
)
def test_unbalanced_markers_refuse_the_release(folder: Path, old: str, new: str) -> None:
    swap(folder / "source.py", old, new)

    with pytest.raises(NotReleasable, match="doubler"):
        photograph(read_exercise(folder))


@given(st.text(max_size=200))
def test_any_line_can_be_asked_whether_it_is_a_marker(line: str) -> None:
    assert resembles_marker(line) in (True, False)
    assert resembles_marker(f"### BEGIN SOLUTION {line}")


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ({"kind": "text", "part": 2, "open": True}, 'take "open" out'),
        ({"kind": "given", "part": 1, "open": False}, "cannot be read"),
        ({"kind": "given", "part": 1, "open": "yes"}, "cannot be read"),
    ],
)
def test_only_a_given_cell_is_open_and_nothing_says_it_is_not(mark: object, told: str) -> None:
    with pytest.raises(NotReleasable, match=told):
        read_mark(mark, "source.py, cell x")


def test_an_open_cell_keeps_its_mark_for_the_page_and_others_have_none() -> None:
    is_open = read_mark({"kind": "given", "part": 2, "open": True}, "x")
    plain = read_mark({"kind": "given", "part": 2}, "x")

    assert as_metadata(is_open) == {"kind": "given", "part": 2, "open": True}
    assert as_metadata(plain) == {"kind": "given", "part": 2}
