"""check(): each sentence reached by a real notebook and a real clean Python."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.kernel import check, words
from harness.kernel.check import Checked
from harness.kernel.checking import Finding, Limits, Looked, Step, look
from harness.kernel.errors import NoExercise
from harness.kernel.exercise import find_exercise, read_rules, read_saved
from harness.kernel.telling import Teller
from tests.kernel.conftest import Serve
from tests.kernel.fake_proctor import Says, refuses
from tests.kernel.notebooks import (
    CONFIDENCE,
    SORTER,
    Folder,
    artefact,
    check_cell,
    given,
    own,
    text,
)

FINE = 'def classify(text):\n    return "question"\n'
Output = pytest.CaptureFixture[str]


def value_rule(kind: str, **more: Any) -> dict[str, Any]:
    return {"name": "VALUE", "kind": kind, "cell": "value", **more}


def check_value(folder: Folder, source: str, kind: str, **more: Any) -> Checked:
    folder.save(artefact("value", source), check_cell(value_rule(kind, **more)))
    return check()


def check_sorter(folder: Folder, source: str, **more: Any) -> Checked:
    folder.save(artefact("sorter", source), check_cell(SORTER | more))
    return check()


def only(checked: Checked) -> str:
    (problem,) = checked.problems
    return problem.text


def look_at(folder: Folder, *cells: dict[str, Any], limits: Limits) -> Looked:
    folder.save(*cells)
    exercise = find_exercise()
    notebook = read_saved(exercise)
    marked = [cell for cell in notebook.cells if cell.is_artefact]
    return look(marked, read_rules(exercise, notebook), folder=folder.path, limits=limits)


QUICK = Limits(cell_s=1.5, name_s=1.5, whole_s=30.0, start_s=20.0)


# What is fine


def test_a_notebook_that_can_be_read_is_said_to_be(folder: Folder, capsys: Output) -> None:
    folder.save(
        given("import csv"),
        text("Words."),
        artefact("sorter", FINE),
        artefact("confidence", "CONFIDENCE = 0.5"),
        check_cell(SORTER, CONFIDENCE),
    )
    checked = check()

    assert checked.is_readable
    assert checked.names == ("classify", "CONFIDENCE")
    assert capsys.readouterr().out == (
        "We can read what your marked cells define: "
        "\x1b[1mclassify\x1b[0m, \x1b[1mCONFIDENCE\x1b[0m. Whether it is right is not looked at.\n"
    )


def test_one_name_alone_is_not_called_several(folder: Folder, capsys: Output) -> None:
    assert check_value(folder, "VALUE = 1", "int").is_readable
    assert capsys.readouterr().out == (
        "We can read what your marked cell defines: \x1b[1mVALUE\x1b[0m. "
        "Whether it is right is not looked at.\n"
    )


def test_a_marked_cell_may_use_what_an_earlier_marked_cell_defines(folder: Folder) -> None:
    folder.save(
        artefact("helpers", 'ANSWER = "request"\n'),
        artefact("sorter", "def classify(text):\n    return ANSWER\n"),
        check_cell(SORTER),
    )

    assert check().is_readable


def test_a_marked_cell_finds_the_files_beside_the_notebook(folder: Folder) -> None:
    (folder.path / "data").mkdir()
    (folder.path / "data" / "word.txt").write_text("question")
    source = 'WORD = open("data/word.txt").read()\ndef classify(text):\n    return WORD\n'

    assert check_sorter(folder, source).is_readable


def test_other_cells_are_never_run(folder: Folder) -> None:
    folder.save(
        own('open("ran", "w").write("x")'),
        given('open("ran", "w").write("x")'),
        artefact("sorter", FINE),
        check_cell(SORTER),
    )
    check()

    assert not (folder.path / "ran").exists()


def test_a_marked_cell_can_be_a_dataclass_and_start_processes(folder: Folder) -> None:
    source = (
        "import dataclasses, multiprocessing as mp, subprocess, sys, typing\n"
        "@dataclasses.dataclass\nclass Row:\n    label: str = 'question'\n"
        "assert typing.get_type_hints(Row)\n"
        "def classify(text):\n"
        "    with mp.get_context('fork').Pool(2) as pool:\n"
        "        assert pool.map(len, ['a', 'bb']) == [1, 2]\n"
        "    assert subprocess.run([sys.executable, '-c', ''], check=True).returncode == 0\n"
        "    return Row().label\n"
    )

    assert check_sorter(folder, source).problems == ()


def test_the_candidates_own_prints_are_not_shown(folder: Folder, capsys: Output) -> None:
    check_sorter(folder, "print('HELLO')\n" + FINE)

    assert "HELLO" not in capsys.readouterr().out


def test_a_marked_cell_can_use_the_kernel_client(folder: Folder, serve: Serve) -> None:
    answer = {
        "model": "sim-medium",
        "choices": [{"message": {"content": "question"}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1},
    }
    proctor = serve(lambda asked: Says(answer if "chat" in asked.path else {}))
    source = "from harness.kernel import llm\ndef classify(text):\n    return llm(text)\n"
    checked = check_sorter(folder, source)

    assert checked.problems == ()
    assert [asked.path for asked in proctor.asked].count("/v1/chat/completions") == 2


# The catalogue


def test_31_a_missing_name_is_named_with_its_cell(folder: Folder, capsys: Output) -> None:
    folder.save(given("x = 1"), artefact("sorter", "# your code here"), check_cell(SORTER))
    checked = check()

    assert only(checked) == "There is no `classify` yet. Define it in cell 2."
    assert (checked.problems[0].name, checked.problems[0].cell) == ("classify", 2)
    out = capsys.readouterr().out
    assert out.startswith("1 to look at:\n  - There is no \x1b[1mclassify\x1b[0m yet.")
    assert "You can submit all the same" in out
    assert "Cells are counted from the top" in out


def test_31_a_missing_value_comes_with_an_example(folder: Folder) -> None:
    folder.save(artefact("confidence", "# later"), check_cell(CONFIDENCE))

    assert only(check()) == (
        "There is no `CONFIDENCE` yet. Define it in cell 1, for example `CONFIDENCE = 0.5`."
    )


def test_31_a_deleted_marked_cell_is_said_to_be_gone(folder: Folder) -> None:
    folder.save(own(FINE), check_cell(SORTER))

    assert "the marked cell for it is gone" in only(check())


@pytest.mark.parametrize(
    ("source", "kind", "said"),
    [
        ('VALUE = "half"', "float", "`VALUE` should be a number and is text."),
        ("VALUE = 0.5", "int", "`VALUE` should be a whole number and is a number."),
        ("VALUE = True", "float", "`VALUE` should be a number and is True or False."),
        ("VALUE = 1", "bool", "`VALUE` should be True or False and is a whole number."),
        ("VALUE = {}", "list", "`VALUE` should be a list and is a dict."),
        ("VALUE = []", "dict", "`VALUE` should be a dict and is a list."),
        ("VALUE = None", "str", "`VALUE` should be text and is None."),
        ("VALUE = (1, 2)", "list", "`VALUE` should be a list and is a value of the type tuple."),
        ("def VALUE(): pass", "str", "`VALUE` should be text and is a function."),
        ("VALUE = 3", "function", "`VALUE` should be a function and is a whole number."),
    ],
)
def test_33_a_wrong_kind_is_named(folder: Folder, source: str, kind: str, said: str) -> None:
    assert only(check_value(folder, source, kind)) == said


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("VALUE = 1", "float"),
        ("import fractions; VALUE = fractions.Fraction(1, 2)", "float"),
        ("import functools; VALUE = functools.partial(len)", "function"),
        ("VALUE = [1, {'a': [2.5]}]", "list"),
        ("import collections; VALUE = collections.Counter('ab')", "dict"),
        ("VALUE = False", "bool"),
    ],
)
def test_33_what_can_be_used_as_the_kind_is_taken(folder: Folder, source: str, kind: str) -> None:
    assert check_value(folder, source, kind).is_readable


def test_33_a_wrong_return_kind_comes_with_an_example(folder: Folder) -> None:
    assert only(check_sorter(folder, 'def classify(text):\n    """Sort."""\n')) == (
        '`classify` should give back text and gave None. For example: `return "question"`.'
    )


def test_34_a_name_from_outside_the_marked_cells_is_named(folder: Folder) -> None:
    folder.save(
        own('LABEL = "question"'),
        artefact("sorter", "def classify(text):\n    return LABEL\n"),
        check_cell(SORTER),
    )

    assert only(check()) == (
        "`classify` uses `LABEL`, which is defined outside the marked cells. Move it into cell 2."
        " Line 2 uses it."
    )


def test_34_a_name_that_stands_nowhere_is_not_said_to_stand_outside(folder: Folder) -> None:
    assert only(check_sorter(folder, "def classify(text):\n    return lable\n")) == (
        "`classify` uses `lable`, which no marked cell defines. Define it in cell 1."
        " Line 2 uses it."
    )


def test_34_a_whole_cell_that_needs_the_outside_is_named(folder: Folder) -> None:
    folder.save(
        own("import json"), artefact("sorter", "json.dumps(1)\n" + FINE), check_cell(SORTER)
    )

    assert only(check()) == (
        "Cell 2 uses `json`, which is defined outside the marked cells. Move it into cell 2."
        " Line 1 uses it."
    )


def test_34_a_cell_that_needs_a_later_marked_cell_is_named(folder: Folder) -> None:
    folder.save(
        artefact("sorter", "WORD.upper()\n" + FINE),
        artefact("word", 'WORD = "question"'),
        check_cell(SORTER),
    )

    assert "no marked cell above it defines" in only(check())


def test_34_what_only_a_notebook_has_is_not_asked_to_be_moved(folder: Folder) -> None:
    assert only(check_sorter(folder, "display(1)\n" + FINE)).startswith(
        "Cell 1 uses `display`, which only a notebook has."
    )


def test_35_an_error_is_named_with_its_line_and_the_example(folder: Folder) -> None:
    source = "def classify(text):\n    half = len(text) // 2\n    return half / 0\n"

    assert only(check_sorter(folder, source)) == (
        "`classify` stopped with ZeroDivisionError (division by zero) on line 3, on a small "
        "example. The example is shown below.\n    classify('What time do you close?')"
    )


def test_35_an_error_from_deep_in_a_library_has_the_line_that_led_there(folder: Folder) -> None:
    source = "import json\ndef classify(text):\n    return json.loads(text)\n"

    assert "stopped with JSONDecodeError" in only(check_sorter(folder, source))
    assert "on line 3" in only(check_sorter(folder, source))


def test_35_an_error_without_any_line_of_theirs_is_told_without_one(folder: Folder) -> None:
    source = "def classify(): return 'question'\n"
    said = only(check_sorter(folder, source))

    assert "stopped with TypeError (classify() takes 0 positional arguments" in said
    assert "line" not in said


def test_35_a_cell_that_stops_is_named_and_what_it_would_define_is_not_missed(
    folder: Folder,
) -> None:
    assert only(check_sorter(folder, "x = 1\n1 / 0\n" + FINE)) == (
        "Cell 1 stopped with ZeroDivisionError (division by zero) on line 2."
    )


def test_35_a_cell_that_is_no_python_is_named_with_its_line(folder: Folder) -> None:
    assert "Cell 1 stopped with SyntaxError" in only(check_sorter(folder, "x = 1\ndef f(:\n"))
    assert "on line 2." in only(check_sorter(folder, "x = 1\ndef f(:\n"))


def test_35_cells_after_one_that_stops_are_read_all_the_same(folder: Folder) -> None:
    folder.save(
        artefact("sorter", "1 / 0"),
        artefact("confidence", "CONFIDENCE = 'high'"),
        check_cell(SORTER, CONFIDENCE),
    )
    checked = check()

    assert [problem.cell for problem in checked.problems] == [1, 2]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("%matplotlib inline\n", 1),
        ("x = 1\n!ls\n", 2),
        ("x = 1\n\nfiles = !ls\n", 3),
        ("%%time\nx = 1\n", 1),
        ("x = 1\nlen?\n", 2),
        ("if True:\n    %time 1\n", 2),
    ],
)
def test_a_notebook_command_is_named_with_its_line(folder: Folder, source: str, line: int) -> None:
    said = only(check_sorter(folder, source + FINE))

    assert said.startswith(f"Cell 1 has a notebook command on line {line}.")


def test_a_remainder_at_the_start_of_a_line_is_no_notebook_command(folder: Folder) -> None:
    assert check_sorter(folder, "x = (7\n% 3)\n" + FINE).is_readable


def test_36_a_word_that_is_none_of_the_choices_is_named(folder: Folder) -> None:
    assert only(check_sorter(folder, 'def classify(text):\n    return "Question."\n')) == (
        '`classify` returned `Question.`; write "request" or "question".\n'
        "    classify('What time do you close?')"
    )
    assert only(check_value(folder, 'VALUE = "maybe"', "str", one_of=["ship", "no_ship"])) == (
        '`VALUE` is `maybe`; write "ship" or "no_ship".'
    )


def test_37_a_slow_function_is_named(folder: Folder) -> None:
    source = "import time\ndef classify(text):\n    time.sleep(60)\n"
    looked = look_at(folder, artefact("sorter", source), check_cell(SORTER), limits=QUICK)

    assert looked.findings == [Finding(Step(name="classify"), "slow")]


def test_37_slowness_is_told_in_words(folder: Folder) -> None:
    folder.save(artefact("sorter", FINE), check_cell(SORTER))
    notebook = read_saved(find_exercise())
    teller = Teller(notebook.cells, read_rules(find_exercise(), notebook), QUICK)
    slow = [Finding(Step(cell=1), "slow"), Finding(Step(name="classify"), "slow")]

    assert [problem.text for problem in teller.tell_all(slow)] == [
        "Cell 1 needed more than 2 s. Less will do for the check.",
        "`classify` needed more than 2 s on two small examples. "
        "Fewer repeats will do for the check.",
    ]


@pytest.mark.parametrize(
    ("source", "kind", "said"),
    [
        ('VALUE = float("nan")', "float", "`VALUE` is not a number (NaN)."),
        ('VALUE = {"a": [1, float("nan")]}', "dict", "`VALUE['a'][1]` is not a number (NaN)."),
        ('VALUE = float("inf")', "float", "`VALUE` is infinite."),
    ],
)
def test_38_what_is_not_a_number_is_named(
    folder: Folder, source: str, kind: str, said: str
) -> None:
    assert only(check_value(folder, source, kind)).startswith(said)


def test_38_a_function_that_gives_no_number_is_named(folder: Folder) -> None:
    source = 'def VALUE(n):\n    return float("nan")\n'

    assert only(check_value(folder, source, "function", calls=["[1]"])) == (
        "`VALUE(…)` is not a number (NaN). Often that is a division by an empty group.\n"
        "    VALUE(1)"
    )


# Before part two, and what cannot be looked at


def test_before_part_two_it_says_only_that_it_comes(folder: Folder, capsys: Output) -> None:
    folder.save(given("x = 1"), own("y = 2"))
    checked = check()

    assert not checked.is_readable
    assert capsys.readouterr().out == words.CHECK_LATER + "\n"


def test_before_part_two_no_name_is_told_though_the_card_has_the_list(
    folder: Folder, capsys: Output
) -> None:
    folder.card({"slug": "practice", "title": "P", "contract": [SORTER]})
    folder.save(given("x = 1"))
    check()

    assert capsys.readouterr().out == words.CHECK_LATER + "\n"


@pytest.mark.parametrize(
    ("python", "why"),
    [("/nowhere/python", "No such file or directory"), ("/bin/false", "it ended with 1")],
)
def test_without_a_python_to_start_submitting_is_still_offered(
    folder: Folder, capsys: Output, monkeypatch: pytest.MonkeyPatch, python: str, why: str
) -> None:
    monkeypatch.setattr("sys.executable", python)

    assert not check_sorter(folder, FINE).is_readable
    assert capsys.readouterr().out == words.CHECK_BROKEN.format(why=why) + "\n"


def test_without_a_card_the_folder_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    with pytest.raises(NoExercise, match="exercise's folder cannot be found"):
        check()


def test_a_card_above_the_home_folder_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Folder(tmp_path / "outer")
    home = tmp_path / "outer" / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)

    with pytest.raises(NoExercise):
        check()


def test_it_is_found_from_a_folder_below(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.save(artefact("sorter", FINE), check_cell(SORTER))
    (folder.path / "data").mkdir()
    monkeypatch.chdir(folder.path / "data")

    assert check().is_readable


def test_without_a_saved_notebook_saving_is_asked_for(folder: Folder) -> None:
    with pytest.raises(NoExercise, match=r"There is no saved practice\.ipynb"):
        check()


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"{}", b"[]", b'{"cells": [1]}', b'{"cells": {}}', b"[" * 100_000],
)
def test_a_file_that_is_no_notebook_is_named(folder: Folder, data: bytes) -> None:
    folder.notebook.write_bytes(data)

    with pytest.raises(NoExercise, match=r"practice\.ipynb as last saved is not a notebook"):
        check()


@pytest.mark.parametrize(
    "card", ["", {"title": "No slug"}, {"slug": "../../etc", "title": "x"}, [1], {"slug": 3}]
)
def test_a_broken_card_is_named_with_the_way_out(folder: Folder, card: Any) -> None:
    folder.card(card)

    with pytest.raises(NoExercise, match=r"card\.json in .* cannot be read .* Delete it"):
        check()


@pytest.mark.parametrize(
    "rule",
    [
        {"name": "no name", "kind": "int", "cell": "x"},
        {"name": "x", "kind": "cake", "cell": "x"},
        {"name": "x"},
        "x",
        SORTER | {"calls": ["{}"]},
        SORTER | {"calls": ["["]},
    ],
)
def test_a_changed_list_in_the_check_cell_is_told(
    folder: Folder, capsys: Output, rule: Any
) -> None:
    folder.save(artefact("sorter", FINE), check_cell(rule))

    assert not check().is_readable
    assert capsys.readouterr().out.startswith("The check cell's list cannot be read (")


def test_a_deleted_check_cell_is_told(folder: Folder, capsys: Output) -> None:
    folder.save(artefact("sorter", FINE))
    check()

    assert "the cell is gone" in capsys.readouterr().out


def test_the_cards_own_list_is_taken_where_no_check_cell_has_one(folder: Folder) -> None:
    folder.card({"slug": "practice", "title": "P", "contract": [SORTER]})
    folder.save(artefact("sorter", FINE))

    assert len(check().names) == 1


def test_an_old_save_is_told_and_a_fresh_one_is_not(folder: Folder, capsys: Output) -> None:
    folder.save(artefact("sorter", FINE), check_cell(SORTER), age_s=400)
    check()

    assert "This is your notebook as saved 6 minutes ago." in capsys.readouterr().out


# On record


def test_what_it_found_goes_on_record(folder: Folder, serve: Serve) -> None:
    proctor = serve(lambda asked: Says({}))
    checked = check_sorter(folder, "# nothing")

    assert proctor.last.path == "/k/check"
    assert proctor.last.body == {"exercise": "practice", "problems": [only(checked)]}


def test_a_proctor_that_is_away_or_refuses_does_not_spoil_it(
    folder: Folder, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(lambda asked: refuses(500, "internal", "Ours.", x_should_retry="true"))

    assert check_sorter(folder, FINE).is_readable

    monkeypatch.setenv("AUDITION_URL", "http://127.0.0.1:1")

    assert check_sorter(folder, FINE).is_readable


# Hostile cells. They run in the sandbox; what is promised here is that an ordinary mistake of
# this kind is told and nothing is left behind. A cell that kills its parent on purpose ends the
# kernel it runs in, which is its own, and no test promises otherwise.


def test_an_endless_cell_is_ended_and_the_rest_is_read(folder: Folder) -> None:
    looked = look_at(
        folder,
        artefact("sorter", "while True:\n    pass\n"),
        artefact("confidence", "CONFIDENCE = 'x'"),
        check_cell(SORTER, CONFIDENCE),
        limits=QUICK,
    )

    assert [(one.step, one.what) for one in looked.findings] == [
        (Step(cell=1), "slow"),
        (Step(name="classify"), "missing"),
        (Step(name="CONFIDENCE"), "kind"),
    ]


@pytest.mark.parametrize(
    "leave", ["import sys; sys.exit(0)", "exit()", "raise SystemExit", "import os; os._exit(0)"]
)
def test_leaving_python_is_told(folder: Folder, leave: str) -> None:
    assert only(check_sorter(folder, f"{leave}\n{FINE}")) == (
        "Python ended while cell 1 was read. Take out exit() and the like."
    )
    assert only(check_sorter(folder, f"def classify(text):\n    {leave}\n")) == (
        "Python ended inside `classify`, on a small example. Take out exit() and the like."
    )


@pytest.mark.parametrize("verb", ["check", "submit"])
def test_a_marked_cell_cannot_check_or_submit_itself(
    folder: Folder, serve: Serve, verb: str
) -> None:
    proctor = serve(lambda asked: Says({}))
    said = only(check_sorter(folder, f"import harness.kernel as k\nk.{verb}()\n" + FINE))

    assert said.startswith(f"Cell 1 stopped with Misuse ({verb}() has no place in a marked cell")
    assert "/k/submit" not in [asked.path for asked in proctor.asked]


def test_a_crash_is_told_and_the_rest_is_read(folder: Folder) -> None:
    folder.save(
        artefact("sorter", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"),
        artefact("confidence", "CONFIDENCE = 0.5"),
        check_cell(SORTER, CONFIDENCE),
    )

    assert only(check()).startswith("Python was stopped while cell 1 was read, perhaps for want")


def test_too_much_memory_is_told(folder: Folder) -> None:
    said = only(check_sorter(folder, "def classify(text):\n    return 'x' * (3 << 30)\n"))

    assert "stopped with MemoryError" in said


@pytest.mark.parametrize(
    "flood",
    [
        "import sys\nfor _ in range(20):\n    sys.stdout.write('x' * 10_000_000)",
        "import os\nos.write(2, b'y' * 50_000_000)",
        "import os\nos.system('head -c 20000000 /dev/zero')",
    ],
)
def test_a_flood_of_output_goes_nowhere(folder: Folder, capsys: Output, flood: str) -> None:
    assert check_sorter(folder, f"{flood}\n{FINE}").is_readable
    assert len(capsys.readouterr().out) < 200


def test_builtins_that_were_overwritten_do_not_stop_the_rest(folder: Folder) -> None:
    source = (
        "import builtins, json\n"
        "for name in ('isinstance', 'len', 'print', 'dict', 'str', 'open', 'getattr'):\n"
        "    setattr(builtins, name, None)\n"
    )
    folder.save(artefact("wild", source), artefact("sorter", FINE), check_cell(SORTER))
    checked = check()

    assert all(problem.name == "classify" for problem in checked.problems)


def test_words_forged_into_the_pipe_fool_nobody_but_their_writer(folder: Folder) -> None:
    source = (
        "import os\n"
        "for fd in range(3, 20):\n"
        "    try:\n"
        '        os.write(fd, b\'[]\\nnull\\n{"begin": 3}\\n{"done": {"cell": [1]}}\\n\\xff\\n\')\n'
        "    except OSError:\n"
        "        pass\n"
    )

    assert check_sorter(folder, source + FINE).is_readable


def test_a_flood_into_the_pipe_is_ended(folder: Folder) -> None:
    source = (
        "import os\n"
        "fds = [int(n) for n in os.listdir('/proc/self/fd') if int(n) > 2]\n"
        "while True:\n"
        "    for fd in fds:\n"
        "        try:\n"
        "            os.write(fd, b'z' * 65536)\n"
        "        except OSError:\n"
        "            pass\n"
    )
    looked = look_at(folder, artefact("sorter", source), check_cell(SORTER), limits=QUICK)

    assert looked.findings[0].step == Step(cell=1)


def test_a_closed_pipe_ends_the_wait_at_once(folder: Folder) -> None:
    said = only(check_sorter(folder, "import os\nos.closerange(3, 256)\n" + FINE))

    assert said.startswith("Python ended while cell 1 was read.")


@pytest.mark.parametrize("escape", ["", "os.setsid()", "os.setsid(); os.fork() and os._exit(0)"])
def test_nothing_that_was_started_is_left_behind(folder: Folder, escape: str) -> None:
    source = (
        "import os, time\n"
        "for _ in range(3):\n"
        "    if os.fork() == 0:\n"
        f"        {escape or 'pass'}\n"
        "        open(f'pid-{os.getpid()}', 'w').close()\n"
        "        time.sleep(120)\n"
        "        os._exit(0)\n"
        "while len([n for n in os.listdir('.') if n.startswith('pid-')]) < 3:\n"
        "    time.sleep(0.01)\n"
    )

    assert check_sorter(folder, source + FINE).is_readable
    pids = [int(path.name[4:]) for path in folder.path.glob("pid-*")]
    assert len(pids) == 3
    assert not [pid for pid in pids if not _is_gone_soon(pid)]


def test_a_copy_that_a_cell_forks_and_forgets_says_nothing_twice(folder: Folder) -> None:
    folder.save(
        artefact("sorter", "import os\nos.fork()\n" + FINE),
        artefact("confidence", "CONFIDENCE = 'x'"),
        check_cell(SORTER, CONFIDENCE),
    )

    assert len(check().problems) == 1


def test_everything_together_has_an_end(folder: Folder) -> None:
    cells = [artefact(f"cell{n}", "while True: pass") for n in range(10)]
    limits = Limits(cell_s=1.0, name_s=1.0, whole_s=3.0, start_s=20.0)
    looked = look_at(folder, *cells, check_cell(SORTER), limits=limits)

    assert not looked.is_whole
    assert len(looked.findings) < 10


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A process that was started in the background may have been told to ignore interrupts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_ends_the_child_too(folder: Folder, interruptible: None) -> None:
    source = "open('pid', 'w').write(str(__import__('os').getpid()))\nwhile True: pass\n"

    def interrupt() -> None:
        for _ in range(400):
            if (folder.path / "pid").exists() and (folder.path / "pid").read_text():
                break
            time.sleep(0.02)
        while True:  # Python drops one that falls into a finalizer; a person presses again
            os.kill(os.getpid(), signal.SIGINT)
            if ended.wait(5):
                return

    folder.save(artefact("sorter", source), check_cell(SORTER))
    ended, thread = threading.Event(), threading.Thread(target=interrupt)
    thread.start()

    try:
        with pytest.raises(KeyboardInterrupt):
            check()
    finally:
        ended.set()
        thread.join()
    assert _is_gone_soon(int((folder.path / "pid").read_text()))


def test_escape_codes_and_long_words_are_shown_tamely(folder: Folder, capsys: Output) -> None:
    check_sorter(folder, "def classify(text):\n    return '\\x1b[31m\\ud800' + 'x' * 10_000\n")
    out = capsys.readouterr().out

    assert set(re.findall(r"\x1b[^m]*m?", out)) == {"\x1b[1m", "\x1b[0m"}  # our own bold names
    assert len(out) < 700


def test_a_value_that_lies_about_itself_harms_nothing(folder: Folder) -> None:
    source = (
        "class Liar(dict):\n"
        "    def items(self): raise RuntimeError('no')\n"
        "    def __len__(self): return -1\n"
        "class Loud(Exception):\n"
        "    def __str__(self): raise ValueError\n"
        "VALUE = Liar()\n"
        "def classify(text): raise Loud\n"
    )
    folder.save(
        artefact("value", source), check_cell(value_rule("dict"), SORTER | {"cell": "value"})
    )
    told = [problem.text for problem in check().problems]

    assert told[0].startswith("`VALUE` stopped with RuntimeError (no)")
    assert told[1].startswith("`classify` stopped with Loud on line 7")


def test_a_value_that_holds_itself_is_looked_at_once(folder: Folder) -> None:
    assert check_value(folder, "VALUE = []\nVALUE.append(VALUE)", "list").is_readable


def _is_gone_soon(pid: int) -> bool:
    """Tell whether a killed process ends: the signal is there at once, its end a little later."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.05)
    return False


# A function that takes a model

SUITE = {
    "calls": ["[]"], "returns": "dict", "keys": ["verdict", "headline"],
    "model": '{"label": "question"}', "example": 'return {"verdict": "ship", "headline": 1.0}',
}  # fmt: skip


def check_suite(folder: Folder, body: str) -> Checked:
    source = f"import json\ndef VALUE(model, cases=None):\n    {body}\n"
    return check_value(folder, source, "function", **SUITE)


def test_a_function_that_takes_a_model_meets_one_that_answers(folder: Folder) -> None:
    body = 'return {"verdict": "ship", "headline": len(json.loads(model("a"))["label"])}'

    assert check_suite(folder, body).is_readable


def test_what_stops_on_a_models_answer_is_told_with_the_model(folder: Folder) -> None:
    said = only(check_suite(folder, 'return {"headline": 1 / (model("a") == "bug")}'))

    assert said.startswith("`VALUE` stopped with ZeroDivisionError (division by zero) on line 3")
    assert "VALUE(model)\n" in said
    assert '`model` answers {"label": "question"} to every text' in said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return {}", "What `VALUE` gives back has no `verdict`."),
        ('return {"verdict": "ship"}', "What `VALUE` gives back has no `headline`."),
        ("return None", "`VALUE` should give back a dict and gave None."),
        ('return {"verdict": 1, "headline": float("nan")}', "`VALUE(…)['headline']` is not a"),
    ],
)
def test_a_result_that_cannot_be_read_is_named(folder: Folder, body: str, said: str) -> None:
    assert only(check_suite(folder, body)).startswith(said)


def test_a_dictionary_without_a_key_it_needs_is_named(folder: Folder) -> None:
    assert only(check_value(folder, "VALUE = {}", "dict", keys=["n"])) == "`VALUE` has no `n`."
