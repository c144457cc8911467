"""How an exercise behaves on a given model: what its folder holds decides what is measured.

Runs in T, on the author's machine. The same numbers each time on the embedded model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from grader.authoring import calibrate_cost, calibrate_grounded, calibrate_suite
from grader.authoring.calibrate_given import opened_given
from grader.authoring.calibrate_kept import KeptDoor
from grader.authoring.calibrate_lines import Fault, Line, Stage
from grader.authoring.calibrate_models import Door, EmbeddedDoor
from grader.authoring.folder import Exercise
from grader.bench import Bench
from grader.scoring.cost_truth import read_truth
from grader.scoring.data_reading import read_table
from grader.scoring.faults import Sheet
from grader.scoring.fields import FieldSheet, check_rows, read_planted
from grader.scoring.gold import read_gold
from grader.scoring.promptfix import read_room
from grader.scoring.triage_sheet import read_triage
from harness.core.errors import BadExercise

Measure = Literal["prompt", "labels", "records", "cost"]
Progress = Callable[[int, int], None]
ESTIMATED_BY = "sim-medium"
"""Says how many calls there will be, before a model that costs money is asked."""
_One = TypeVar("_One")


class Calibration(BaseModel):
    """What an exercise does on a model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    exercise: str
    """Its slug."""
    version: str
    """Its version."""
    model: str
    """The alias that was tried."""
    measure: Measure
    """What the folder holds: a prompt with places, labels, records or a pipeline."""
    rows: int
    """How many rows were asked."""
    of_rows: int
    """Of how many there are."""
    lines: tuple[Line, ...] = ()
    """Shares, the chief one first."""
    suite_verdict: str | None = None
    """What the reference's suite says of the bare model; None where there is no suite."""
    suite_says: str | None = None
    """The same as a sentence."""
    faults: tuple[Fault, ...] = ()
    """The planted models."""
    stages: tuple[Stage, ...] = ()
    """The pipeline's."""
    failures: dict[str, int] = {}
    """Why rows came to nothing, and how many."""
    calls: int
    """Requests that were answered, kept ones too."""
    asked_now: int
    """Those of them that went to the model in this run."""
    tokens_in: int
    """Of those."""
    tokens_out: int
    """Of those."""
    usd: Decimal
    """Of those, by the price table."""

    @property
    def is_fine(self) -> bool:
        """Whether every share that has a band lies in it."""
        return all(one.where in (None, "in the band") for one in self.lines)


@dataclass(frozen=True)
class Estimate:
    """What a calibration will take.

    Attributes:
        calls: different requests.
        tokens_in: theirs.
        tokens_out: theirs, by the embedded model's answers.
        usd: at the price of the model that is to be asked.
    """

    calls: int
    tokens_in: int
    tokens_out: int
    usd: Decimal


def measure_of(exercise: Exercise) -> Measure:
    """Return what can be measured of an exercise.

    Raises:
        BadExercise: there is nothing of the kind, or a hidden file cannot be used.
    """
    if read_room(exercise) is not None:
        return "prompt"
    sheet = read_planted(exercise)
    if sheet is not None:
        return "records" if isinstance(sheet, FieldSheet) else "labels"
    if read_truth(exercise) is not None:
        return "cost"
    if read_triage(exercise) is not None:
        raise BadExercise(
            f"{exercise.card.slug}: a triage has nothing to calibrate: no model answers in it, its "
            "tools do; `exercise check` compares shares and fixes with the held-out requests"
        )
    if read_table(exercise) is not None:
        raise BadExercise(
            f"{exercise.card.slug}: there is nothing to calibrate: the model's answers are "
            "recorded in the table and none is asked; `check` counts what each defect does"
        )
    raise BadExercise(
        f"{exercise.card.slug}: there is no model to try: hidden/ holds neither verdicts.toml, "
        "mutants.toml, fields.toml nor cost.toml"
    )


def calibrate(
    exercise: Exercise, door: KeptDoor, bench: Callable[[], Bench], limit: int | None = None,
    progress: Progress | None = None,
) -> Calibration:  # fmt: skip
    """Return how an exercise behaves on a model.

    Args:
        exercise: its room.
        door: the model.
        bench: gives the place where its code runs; asked only where some has to.
        limit: most rows to ask, spread over all; None is every one.
        progress: called with steps done and steps in all.

    Raises:
        BadExercise: the folder cannot be measured.
        EnvironmentLacks: the model stopped answering, or the walls cannot be had.
    """
    what = measure_of(exercise)
    if what == "prompt":
        made = _prompt(exercise, door, limit, progress)
    elif what == "cost":
        made = _cost(exercise, door, limit, progress)
    else:
        made = _suite(exercise, door, bench(), limit, progress)
    used = {"calls": door.calls, "asked_now": door.fresh, "tokens_in": door.tokens_in,
            "tokens_out": door.tokens_out, "usd": door.usd}  # fmt: skip
    card = exercise.card
    about = {"exercise": card.slug, "version": card.version, "model": door.alias, "measure": what}
    return Calibration.model_validate(about | made | used)


def estimate(
    exercise: Exercise, door: Door, bench: Callable[[], Bench], limit: int | None = None,
    progress: Progress | None = None,
) -> Estimate:  # fmt: skip
    """Return what calibrating will take, by doing all of it on the embedded model.

    Args:
        exercise: its room.
        door: the model that is to be asked afterwards; it is not asked here.
        bench: as for calibrate().
        limit: as for calibrate().
        progress: as for calibrate().
    """
    stand_in = KeptDoor(EmbeddedDoor(ESTIMATED_BY, ESTIMATED_BY))
    calibrate(exercise, stand_in, bench, limit, progress)
    usd = door.cost_usd(stand_in.tokens_in, stand_in.tokens_out)
    return Estimate(stand_in.fresh, stand_in.tokens_in, stand_in.tokens_out, usd)


def spread(rows: Sequence[_One], limit: int | None) -> list[_One]:
    """Return at most so many rows, evenly over all; the same ones each time."""
    if limit is None or limit >= len(rows):
        return list(rows)
    return [rows[n * len(rows) // limit] for n in range(limit)]


class _Steps:
    """Counts steps for a progress bar."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def __call__(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total)


def _prompt(
    exercise: Exercise, door: KeptDoor, limit: int | None, progress: Progress | None
) -> dict[str, object]:
    room = read_room(exercise)
    assert room is not None
    every = room.holdout.questions
    picked = spread(every, limit)
    lines = calibrate_grounded.measure(room, door, picked, _Steps(len(picked), progress))
    return {"rows": len(picked), "of_rows": len(every), "lines": lines}


def _cost(
    exercise: Exercise, door: KeptDoor, limit: int | None, progress: Progress | None
) -> dict[str, object]:
    truth = read_truth(exercise)
    assert truth is not None
    pipe = calibrate_cost.read_pipeline(exercise, truth)
    picked = spread(pipe.mails, limit)
    steps = _Steps(len(picked) * len(pipe.prompts), progress)
    stages = calibrate_cost.measure(pipe, door, picked, steps)
    return {"rows": len(picked), "of_rows": len(pipe.mails), "stages": stages}


def _suite(
    exercise: Exercise, door: KeptDoor, bench: Bench, limit: int | None, progress: Progress | None
) -> dict[str, object]:
    sheet, gold = read_planted(exercise), read_gold(exercise)
    assert sheet is not None
    if isinstance(sheet, FieldSheet):
        check_rows(sheet, gold)
    every = gold.holdout or tuple(gold.known.values())
    picked = spread(every, limit)
    steps = _Steps(len(picked) + 1 + len(sheet.models), progress)
    with opened_given(exercise, door, bench) as given:
        if isinstance(sheet, FieldSheet):
            lines = calibrate_suite.measure_records(given, sheet, picked, steps)
        else:
            lines = calibrate_suite.measure_labels(given, picked, steps)
        told = calibrate_suite.run_suite(exercise, bench, given, sheet, gold, steps)
        failures = dict(given.failures())
    return {
        "rows": len(picked), "of_rows": len(every), "lines": lines, "faults": told.faults,
        "suite_verdict": told.verdict, "suite_says": _suite_says(told, sheet), "failures": failures,
    }  # fmt: skip


def _suite_says(told: calibrate_suite.Told, sheet: Sheet | FieldSheet) -> str:
    if told.problem or told.verdict == "error":
        return f"The reference's suite could not be run on this model: {told.problem or 'no word'}"
    mutants = [one for one in told.faults if one.group == "mutant"]
    killed = sum(one.came == "killed" for one in mutants)
    lower = sum(one.came == "lower number" for one in mutants)
    alarms = [one.id for one in told.faults if one.came == "false alarm"]
    if told.verdict == "no_ship":
        lived = len(mutants) - lower
        return (
            f"The reference's suite refuses the bare model, so no fault can turn its verdict; its "
            f"number falls for {lower} of {len(mutants)} planted faults and not for {lived}"
        )
    loud = f"; it refuses harmless {', '.join(alarms)}" if alarms else ""
    return (
        f"The reference's suite ships the bare model and refuses {killed} of {len(mutants)} "
        f"planted faults over it; {len(mutants) - killed} survive{loud}"
    )
