"""`audition submit NOTEBOOK` as a person or a script types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.core.errors import YoursToFix
from harness.kernel.command import submit_command
from tests.kernel.conftest import Serve
from tests.kernel.fake_proctor import Says, refuses
from tests.kernel.notebooks import Folder, given
from tests.kernel.test_submit import holds


def run(*args: str) -> Result:
    return CliRunner().invoke(submit_command, list(args))


def exit_code(result: Result) -> int:
    """What the front door would leave with."""
    if isinstance(result.exception, YoursToFix):
        return result.exception.exit_code
    return result.exit_code


def test_it_hands_in_and_exits_0(folder: Folder, serve: Serve) -> None:
    folder.save(given("x"), age_s=10)
    proctor = serve(holds(saved_s_ago=10))
    result = run("practice.ipynb")

    assert result.exit_code == 0
    assert result.output.startswith("Submitted: Practice: a morning's mail, submission 2, ")
    assert proctor.last.body == {"exercise": "practice"}
    assert proctor.last.headers["authorization"] == "Bearer kernel-token"


def test_from_another_folder_the_receipt_lies_beside_the_notebook(
    folder: Folder, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.save(given("x"), age_s=10)
    serve(holds(saved_s_ago=10))
    monkeypatch.chdir(folder.path.parent)

    assert run("practice/practice.ipynb").exit_code == 0
    assert (folder.path / "receipt.json").is_file()


def test_a_file_the_submission_does_not_hold_exits_1_and_says_so(
    folder: Folder, serve: Serve
) -> None:
    folder.save(given("x"), age_s=5)
    serve(holds(saved_s_ago=500))
    result = run("practice.ipynb")

    assert result.exit_code == 1
    assert "practice.ipynb has changed since. The workspace submits what was saved in it" in (
        result.output
    )


def test_json_is_one_document_with_the_receipt(folder: Folder, serve: Serve) -> None:
    folder.save(given("x"), age_s=10)
    serve(holds(saved_s_ago=10))
    value = json.loads(run("practice.ipynb", "--json").output)

    assert value["holds_file"] is True
    assert value["receipt"]["submission"] == "sub-1"
    assert Path(value["receipt_file"]).name == "receipt.json"


def test_a_refusal_exits_1(folder: Folder, serve: Serve) -> None:
    folder.save(given("x"), age_s=10)
    serve(lambda asked: refuses(403, "over", "Exercise practice is over."))
    result = run("practice.ipynb")

    assert exit_code(result) == 1
    assert str(result.exception) == "Exercise practice is over."


def test_no_such_file_exits_2(folder: Folder) -> None:
    assert exit_code(run("nothing.ipynb")) == 2
    assert exit_code(run()) == 2
    assert exit_code(run("practice.ipynb", "--timeout", "0")) == 2


def test_another_notebook_is_not_taken_for_the_exercises_own(folder: Folder, serve: Serve) -> None:
    proctor = serve(holds())
    folder.save(given("x"), age_s=10)
    (folder.path / "scratch.ipynb").write_text("{}")
    result = run("scratch.ipynb")

    assert exit_code(result) == 1
    assert "scratch.ipynb is not the notebook of an exercise" in str(result.exception)
    assert proctor.asked == []


def test_a_notebook_without_a_card_beside_it_exits_1(folder: Folder) -> None:
    (folder.path.parent / "x.ipynb").write_text("{}")

    assert exit_code(run(str(folder.path.parent / "x.ipynb"))) == 1


def test_without_a_line_it_exits_3_and_says_how_to_get_one(folder: Folder) -> None:
    folder.save(given("x"), age_s=10)
    result = run("practice.ipynb")

    assert exit_code(result) == 3
    assert "AUDITION_URL is not set" in str(result.exception)


def test_a_silent_workspace_exits_3_after_the_timeout(folder: Folder, serve: Serve) -> None:
    folder.save(given("x"), age_s=10)
    serve(lambda asked: Says({}, pause_s=30))
    result = run("practice.ipynb", "--timeout", "0.2")

    assert exit_code(result) == 3
    assert "could not confirm the submission" in str(result.exception)
