"""An author's tools: what is photographed, for whom, and what cannot be released as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.authoring.folder import read_exercise
from grader.authoring.photograph import photograph
from grader.errors import NotReleasable
from harness.core.errors import BadExercise
from harness.proctor.photographs import Photographs
from tests.grader.builders import make_exercise, swap

DECLARED = """
[[tools]]
name = "look_up"
summary = "What the index has under a number."
price = { minutes = 2 }

[[tools.arguments]]
name = "number"
type = "integer"
minimum = 1
maximum = 2

[[tools]]
name = "add_up"
summary = "Adds numbers up."

[[tools.arguments]]
name = "n"
type = "integer"
minimum = 1
maximum = 3
"""
LOOK_UP = 'kind = "table"\nby = ["number"]\ndata = "look_up.csv"\n'
ROWS = "number,told\n1,Only the proctor and nobody else may know what stands in this line.\n2,x\n"
ADD_UP = """
kind = "trial"
first = "n"
data = "add_up.csv"

[[columns]]
name = "twice"
formula = "2 * value"

[[figures]]
name = "all"
take = "sum"
of = "twice"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_exercise(tmp_path)
    card = made / "exercise.toml"
    card.write_text(card.read_text() + "\n[purse]\nminutes = 20\n" + DECLARED)
    room = made / "proctor" / "tools"
    room.mkdir()
    for name, text in {
        "look_up.toml": LOOK_UP, "look_up.csv": ROWS, "add_up.toml": ADD_UP,
        "add_up.csv": "id,value\na,1\nb,2.5\nc,3\n",
    }.items():  # fmt: skip
        (room / name).write_text(text)
    return made


def test_data_goes_to_the_proctor_alone_and_declarations_wait_for_part_two(
    folder: Path, tmp_path: Path
) -> None:
    files = photograph(read_exercise(folder))
    root = tmp_path / "photographs"
    for name, data in files.items():
        if name.startswith("harness/proctor/photographs/"):
            path = root / name.removeprefix("harness/proctor/photographs/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    candidates = b"".join(data for name, data in files.items() if not name.startswith("harness"))
    sheet = Photographs(root).tools("small")

    assert b"look_up" not in candidates and b"Only the proctor" not in candidates
    assert [tool.name for tool in Photographs(root).card("small").tools] == ["look_up", "add_up"]
    assert sheet.tools["look_up"].rows[1] == {"number": 2, "told": "x"}  # type: ignore[union-attr]
    assert sheet.tools["add_up"].rows[0] == {"id": "a", "value": 1.0}  # type: ignore[union-attr]


def test_a_tool_of_part_one_is_on_the_candidates_card(folder: Path) -> None:
    swap(folder / "exercise.toml", "price = { minutes = 2 }", "price = { minutes = 2 }\npart = 1")
    card = json.loads(photograph(read_exercise(folder))["notebooks/small/card.json"])

    assert [tool["name"] for tool in card["tools"]] == ["look_up"]


def test_an_exercise_without_tools_has_no_such_file(tmp_path: Path) -> None:
    files = photograph(read_exercise(make_exercise(tmp_path)))

    assert not [name for name in files if name.endswith("tools.json")]


CARD, TABLE, TRIAL = "exercise.toml", "proctor/tools/look_up.toml", "proctor/tools/add_up.toml"
BROKEN = {
    "minutes of nothing": (CARD, "minutes = 20", "", "there is no allowance"),
    "an allowance for nobody": (CARD, "price = { minutes = 2 }", "", "no tool takes any"),
    "twice": (CARD, 'name = "add_up"', 'name = "look_up"', "'look_up' stands twice"),
    "a word of Python": (CARD, 'name = "look_up"', 'name = "lambda"', "cannot be written"),
    "an unknown type": (CARD, 'type = "integer"\nminimum = 1\nmaximum = 2', 'type = "date"',
                        "type: input should be"),
    "bounds the wrong way": (CARD, "maximum = 2\n", "maximum = 0\n", "above its maximum"),
    "a negative price": (CARD, "{ minutes = 2 }", "{ minutes = -2 }", "greater than or equal"),
    "an unknown price": (CARD, "{ minutes = 2 }", "{ hours = 2 }", "price.hours"),
    "per what": (CARD, "{ minutes = 2 }", '{ minutes = 2, per = "k" }', "price.per names"),
    "a price that varies": (CARD, "{ minutes = 2 }", "{ minutes = 2, varies = true }",
                            "is for a menu"),
    "no file": (CARD, 'name = "add_up"', 'name = "sum_up"', "there is no such file"),
    "another argument": (CARD, 'name = "number"', 'name = "page"', "it goes by number"),
    "a row out of reach": (CARD, "maximum = 2\n", "maximum = 1\n", "nobody can ask for the row"),
    "more than there are": (CARD, "maximum = 3\n", "maximum = 4\n", "the 3 rows"),
    "no kind": (TABLE, "table", "graph", "tag"),
    "no column": ("proctor/tools/look_up.csv", "number,", "page,", "there is no column 'number'"),
    "a path": (TABLE, "look_up.csv", "../../data.toml", "is no file beside it"),
    "a key twice": ("proctor/tools/look_up.csv", "\n2,x", "\n1,x", "two rows have number=1"),
    "a short row": ("proctor/tools/look_up.csv", "2,x", "2", "has 1 values"),
    "no formula": (TRIAL, "2 * value", "open(value)", "functions are min"),
    "an unknown name": (TRIAL, "2 * value", "2 * price", "reads 'price'"),
    "a text counted": (TRIAL, "2 * value", "2 * id", "is no number"),
    "no figure": (TRIAL, 'of = "twice"', 'of = "half"', "goes by 'half'"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_fit_refuses_the_release_and_says_where(folder: Path, name: str) -> None:
    file, old, new, said = BROKEN[name]
    swap(folder / file, old, new)

    with pytest.raises(BadExercise) as problem:
        photograph(read_exercise(folder))

    assert said in str(problem.value)
    assert "tool" in str(problem.value) or "exercise.toml" in str(problem.value)


def test_a_trial_that_would_count_for_long_is_refused(folder: Path) -> None:
    rows = "".join(f"{n},{n}\n" for n in range(20_000))
    (folder / "proctor/tools/add_up.csv").write_text("id,value\n" + rows)
    swap(folder / TRIAL, '"2 * value"', f'"{" + ".join(["2 * value"] * 40)}"')

    with pytest.raises(NotReleasable, match="it takes 3180000 steps, 20000 rows"):
        photograph(read_exercise(folder))


def test_a_file_that_no_tool_uses_refuses_the_release(folder: Path) -> None:
    (folder / "proctor" / "tools" / "old.csv").write_text("a\n1\n")

    with pytest.raises(NotReleasable, match=r"proctor/tools/old.csv: no tool .* uses it"):
        read_exercise(folder)


def test_a_line_of_the_data_in_the_candidates_files_refuses_the_release(folder: Path) -> None:
    line = ROWS.splitlines()[1].partition(",")[2]
    swap(folder / "source.py", "# Somebody has numbers.", f"# {line}")

    with pytest.raises(NotReleasable, match="the tool 'look_up' answers from"):
        photograph(read_exercise(folder))


def test_part_one_does_not_use_a_tool_of_part_two(folder: Path) -> None:
    swap(folder / "source.py", "# %pwd", "tools.look_up(1)")

    with pytest.raises(NotReleasable, match="a tool of part two"):
        photograph(read_exercise(folder))


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('kind = "document"\nby = "number"\ndata = "x.md"', "has 3 sections"),
        ('kind = "settings"\nby = "number"\nchange = "number"\n[start.a]\nb = 1', "the type"),
        ('kind = "menu"\nby = "a"\nconfirm = "b"\nchecks = []', "at least 2"),
    ],
)
def test_the_other_kinds_are_held_to_their_arguments(folder: Path, toml: str, said: str) -> None:
    (folder / TABLE).write_text(toml)
    (folder / "proctor/tools/look_up.csv").unlink()
    if "x.md" in toml:
        (folder / "proctor/tools/x.md").write_text("# All\n\n## One\n\na\n## Two\nb\n## 3\n")

    with pytest.raises(BadExercise) as problem:
        photograph(read_exercise(folder))

    assert said in str(problem.value)


OTHERS = """
[[tools]]
name = "show_section"
summary = "A section."
arguments = [{ name = "n", type = "integer", minimum = 1, maximum = 2 }]

[[tools]]
name = "diag"
summary = "A check."
price = { varies = true }
arguments = [{ name = "at", type = "string" },
             { name = "confirm", type = "boolean", default = false }]

[[tools]]
name = "fix"
summary = "A change."
arguments = [{ name = "component", type = "string" }, { name = "change", type = "object" }]
"""
OTHER_FILES = {
    "show_section.toml": 'kind = "document"\nby = "n"\ndata = "book.md"\n',
    "book.md": "# Book\n\n## One\n\nfirst\n\n## Two\n\nsecond\n",
    "fix.toml": 'kind = "settings"\nby = "component"\nchange = "change"\nstart.cache.on = true\n',
    "diag.toml": """kind = "menu"
by = "at"
confirm = "confirm"
[[checks]]
title = "is the cache on"
cues = ["cached answers"]
minutes = 3
cases = [{ when = "settings['cache']['on']", result = { hits = 9 } }, { result = { hits = 0 } }]
[[checks]]
title = "who answered"
cues = ["fallback"]
minutes = 4
cases = [{ result = { small = 0.2 } }]
""",
}


def test_documents_menus_and_settings_are_photographed_too(folder: Path) -> None:
    card = folder / "exercise.toml"
    card.write_text(card.read_text() + OTHERS)
    for name, text in OTHER_FILES.items():
        (folder / "proctor" / "tools" / name).write_text(text)
    sheet = read_exercise(folder).tools
    photograph(read_exercise(folder))

    assert {name: one.kind for name, one in sheet.tools.items()} == {
        "look_up": "table", "add_up": "trial", "show_section": "document", "diag": "menu",
        "fix": "settings",
    }  # fmt: skip
    assert sheet.start == {"cache": {"on": True}}
