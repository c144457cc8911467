"""submit(): what is held, what is on disk, and the receipt beside the notebook."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from harness.core.records import Receipt
from harness.kernel import submit, words
from harness.kernel.errors import LineDown, NoExercise, NoLine, Refused
from tests.kernel.conftest import Serve
from tests.kernel.fake_proctor import Asked, Says, refuses
from tests.kernel.notebooks import Folder, given

Output = pytest.CaptureFixture[str]


def receipt(*, saved_s_ago: float = 0.0, **more: Any) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC)
    made = Receipt(
        submission="sub-1",
        session="s-1",
        exercise="practice",
        exercise_version="1.0.0",
        number=2,
        at=now,
        saved_at=now - dt.timedelta(seconds=saved_s_ago),
        manifest_sha256="ab" * 32,
        head_seq=3,
        head_hash="cd" * 32,
        key_id="k",
        signature="c2ln",
    )
    return made.to_value() | more


def holds(**about: Any) -> Any:
    return lambda asked: Says(receipt(**about))


def test_a_receipt_is_told_and_kept_beside_the_notebook(
    folder: Folder, serve: Serve, capsys: Output
) -> None:
    folder.save(given("x"), age_s=10)
    proctor = serve(holds(saved_s_ago=10))
    submitted = submit()
    out = capsys.readouterr().out

    assert (proctor.last.path, proctor.last.body) == ("/k/submit", {"exercise": "practice"})
    assert out.startswith("Submitted: Practice: a morning's mail, submission 2, ")
    assert "Receipt sub-1, SHA-256 abababababab…" in out
    assert "It holds your notebook as saved at " in out
    assert words.RECEIPT_KEPT.format(number=2, name="receipt.json") in out
    assert submitted.holds_file is True
    assert submitted.number == 2
    assert json.loads((folder.path / "receipt.json").read_text()) == submitted.receipt
    assert [path.name for path in folder.path.iterdir() if "part" in path.name] == []


def test_a_file_that_changed_since_is_told(folder: Folder, serve: Serve, capsys: Output) -> None:
    folder.save(given("x"), age_s=5)
    serve(holds(saved_s_ago=300))
    submitted = submit()

    assert submitted.holds_file is False
    assert words.STATE_OLDER in capsys.readouterr().out


def test_a_save_long_ago_is_worth_a_word(folder: Folder, serve: Serve, capsys: Output) -> None:
    folder.save(given("x"), age_s=600)
    serve(holds(saved_s_ago=600))

    assert submit().holds_file is True
    assert ", 10 minutes before. If you changed it since, save it" in capsys.readouterr().out


def test_a_save_just_made_is_given_time_to_arrive(folder: Folder, serve: Serve) -> None:
    folder.save(given("x"))
    asked_at: list[float] = []

    def answer(asked: Asked) -> Says:
        asked_at.append(dt.datetime.now(dt.UTC).timestamp())
        return Says(receipt())

    serve(answer)

    assert submit().holds_file is True
    assert asked_at[0] - folder.notebook.stat().st_mtime >= 1.4


def test_a_second_receipt_takes_the_place_of_the_first(folder: Folder, serve: Serve) -> None:
    folder.save(given("x"), age_s=10)
    numbers = iter([1, 2])
    serve(lambda asked: Says(receipt(number=next(numbers))))
    submit()
    submit()

    assert json.loads((folder.path / "receipt.json").read_text())["number"] == 2


def test_a_receipt_that_cannot_be_written_does_not_spoil_it(
    folder: Folder, serve: Serve, capsys: Output
) -> None:
    folder.save(given("x"), age_s=10)
    (folder.path / "receipt.json").mkdir()
    serve(holds(saved_s_ago=10))
    submitted = submit()

    assert submitted.receipt_file is None
    assert "The receipt could not be written here" in capsys.readouterr().out
    assert [path.name for path in folder.path.iterdir() if path.name.endswith("part")] == []


def test_without_a_notebook_on_disk_it_is_handed_in_all_the_same(
    folder: Folder, serve: Serve
) -> None:
    serve(holds())

    assert submit().holds_file is None


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        "ok",
        receipt(exercise="other"),
        receipt(number=0),
        receipt(number="2"),
        receipt(manifest_sha256="ab"),
        receipt(at="yesterday"),
        receipt(saved_at="2026-01-01T00:00:00"),
        {key: value for key, value in receipt().items() if key != "submission"},
    ],
)
def test_what_is_no_receipt_is_not_called_one(folder: Folder, serve: Serve, value: Any) -> None:
    serve(lambda asked: Says(value))

    with pytest.raises(LineDown) as caught:
        submit()
    assert str(caught.value) == words.SUBMIT_LOST
    assert not (folder.path / "receipt.json").exists()


def test_a_line_that_is_down_leaves_the_notebook_safe(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITION_URL", "http://127.0.0.1:1")

    with pytest.raises(LineDown, match=r"could not confirm the submission\. Your notebook is safe"):
        submit()


def test_a_refusal_is_told_in_the_proctors_words(folder: Folder, serve: Serve) -> None:
    serve(lambda asked: refuses(403, "session_deadline_exceeded", "Exercise practice is over."))

    with pytest.raises(Refused, match="Exercise practice is over"):
        submit()


def test_without_a_line_or_a_folder_each_is_asked_for(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoLine):
        submit()
    monkeypatch.chdir(folder.path.parent)
    with pytest.raises(NoExercise):
        submit()
