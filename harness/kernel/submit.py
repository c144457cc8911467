"""`submit`: have the open notebook saved, hand it in, and hold the receipt.

Runs in K, and headless in a shell that has the kernel's line. What is handed in is the proctor's
own record of the last save, never a file from here: so the receipt's saved_at is compared with
the file on disk, and a difference is told.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.kernel import words
from harness.kernel.ask import Said
from harness.kernel.errors import LineDown, NoExercise, NoLine
from harness.kernel.exercise import Exercise, find_exercise, refuse_within_check
from harness.kernel.saving import save_first
from harness.kernel.wire import Answered, Line, open_line

RECEIPT = "receipt.json"
_PROOF = re.compile(r"[0-9a-f]{64}\Z")
SETTLE_S = 1.5
"""A save younger than this may still be on its way to the proctor: it is given that long."""
TOLERANCE_S = 2.0
"""How much later than saved_at a file may be written and still be that very save."""
OLD_S = 60.0
"""A save older than this is worth a word: who saves and submits at once is quicker."""


@dataclass(frozen=True)
class Submitted(Said):
    """A submission that the proctor holds.

    Attributes:
        submission: its id, which is the receipt's too.
        number: 1 for the first of this exercise, 2 for the next.
        at: when it was taken, UTC.
        saved_at: when the notebook in it was saved, UTC.
        manifest_sha256: names every byte of it.
        holds_file: whether it holds the notebook that lies here; None when there is no file.
        receipt_file: where the receipt was written; None when it could not be.
        receipt: the receipt as it came.
    """

    submission: str
    number: int
    at: dt.datetime
    saved_at: dt.datetime
    manifest_sha256: str
    holds_file: bool | None
    receipt_file: Path | None
    receipt: dict[str, Any]


def submit() -> Submitted:
    """Save and hand in this exercise; print the receipt and keep it beside the notebook.

    The open notebook is saved first; where no page does so, the last save is handed in, and it
    says so. You can submit again; of what is changed after it the last save counts at the end.

    Raises:
        NoExercise: the exercise's folder cannot be found from here.
        Misuse: a marked cell calls it while check() reads it.
        Refused: the proctor said no.
        LineDown: it could not be confirmed; submit again in a minute.
    """
    refuse_within_check("submit")
    exercise, line = find_exercise(), open_line()
    is_saved = save_first(exercise.notebook, exercise.slug)
    submitted, said = hand_in(exercise, line, is_saved=is_saved)
    print("\n".join(said))  # noqa: T201  printing is what it is for
    return submitted


def hand_in(
    exercise: Exercise, line: Line, *, is_saved: bool | None = None
) -> tuple[Submitted, list[str]]:
    """Submit an exercise and return what is held, and that in words.

    Args:
        exercise: which one.
        line: the way to the proctor.
        is_saved: whether the open page saved it for this; None if none was asked.

    Raises:
        Refused: the proctor said no.
        LineDown: it could not be confirmed.
    """
    written_at_s = _let_settle(exercise.notebook)
    try:
        answered = line.post("/k/submit", {"exercise": exercise.slug})
        fields = _read_receipt(answered, exercise)
    except NoLine:
        raise
    except LineDown as problem:
        raise LineDown(words.SUBMIT_LOST) from problem
    saved_at_s = fields["saved_at"].timestamp()
    holds_file = None if written_at_s is None else written_at_s <= saved_at_s + TOLERANCE_S
    file, kept = _keep_receipt(exercise.folder, answered.value, fields["number"])
    submitted = Submitted(
        **fields, holds_file=holds_file, receipt_file=file, receipt=answered.value
    )
    return submitted, [*_tell(submitted, exercise, is_saved), kept]


def _let_settle(notebook: Path) -> float | None:
    """Wait until a save just made can have reached the proctor; return when it was made."""
    for _ in range(2):  # once more, should it be saved while we wait
        try:
            written_at_s = notebook.stat().st_mtime
        except OSError:
            return None
        left_s = SETTLE_S - (time.time() - written_at_s)
        if not 0 < left_s <= SETTLE_S:
            break
        time.sleep(left_s)
    return written_at_s


def _read_receipt(answered: Answered, exercise: Exercise) -> dict[str, Any]:
    """Return the fields we need; the whole receipt is verified by whoever has the public key."""
    is_ours, proof = answered.text("exercise") == exercise.slug, answered.text("manifest_sha256")
    number = answered.value.get("number")
    if not (is_ours and isinstance(number, int) and _PROOF.match(proof) and number >= 1):
        raise LineDown(words.STRANGE_ANSWER.format(missing="a receipt"))
    return {
        "submission": answered.text("submission"),
        "number": number,
        "at": _read_time(answered.text("at")),
        "saved_at": _read_time(answered.text("saved_at")),
        "manifest_sha256": proof,
    }


def _read_time(text: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise LineDown(words.STRANGE_ANSWER.format(missing="a time"))
    return at.astimezone(dt.UTC)


def _tell(submitted: Submitted, exercise: Exercise, is_saved: bool | None) -> list[str]:
    said = words.SUBMITTED.format(
        title=exercise.title,
        number=submitted.number,
        at=tell_time(submitted.at),
        id=submitted.submission,
        proof=submitted.manifest_sha256[:12],
    )
    saved_at = tell_time(submitted.saved_at)
    age_s = (submitted.at - submitted.saved_at).total_seconds()
    if submitted.holds_file is False:
        return [said, words.STATE_OF.format(saved_at=saved_at), words.STATE_OLDER]
    if is_saved:
        return [said, words.STATE_SAVED.format(saved_at=saved_at)]
    if is_saved is False:
        return [said, words.STATE_LAST.format(saved_at=saved_at)]
    if age_s >= OLD_S:
        return [said, words.STATE_AGED.format(saved_at=saved_at, age=words.tell_age(age_s))]
    return [said, words.STATE_OF.format(saved_at=saved_at)]


def tell_time(at: dt.datetime) -> str:
    """Return a time as the clock on this machine's wall shows it, with its zone."""
    return at.astimezone().strftime("%H:%M:%S %Z").strip()


def _keep_receipt(folder: Path, value: object, number: int) -> tuple[Path | None, str]:
    """Write the receipt beside the notebook, whole or not at all; never fail because of it."""
    path = folder / RECEIPT
    part = folder / f".{RECEIPT}.{os.getpid()}.part"
    try:
        with part.open("x", encoding="utf-8") as file:
            json.dump(value, file, indent=1, sort_keys=True)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as problem:
        _forget(part)
        why = problem.strerror or "it cannot be written"
        return None, words.RECEIPT_UNKEPT.format(why=why)
    return path, words.RECEIPT_KEPT.format(number=number, name=RECEIPT)


def _forget(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return


def exercise_of(notebook: Path) -> Exercise:
    """Return the exercise whose notebook this file is.

    Raises:
        NoExercise: there is no card beside it, or the card names another notebook.
    """
    exercise = find_exercise(notebook.parent)
    if exercise.notebook != notebook.resolve():
        said = words.NOT_ITS_NOTEBOOK.format(
            name=notebook.name, title=exercise.title, own=exercise.notebook
        )
        raise NoExercise(said)
    return exercise
