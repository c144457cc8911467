"""The given code on curated rows, and the reference's suite on faults planted over its answers.

Runs in T. A planted model here says what this model says, but where its fault fires: so a kill
depends on this model too. One that the suite refuses already has no ship to lose; then a lower
number is what notices a fault.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.authoring.calibrate_given import Given, attempt_of
from grader.authoring.calibrate_grounded import INVENTS
from grader.authoring.calibrate_lines import Band, Fault, Line, line
from grader.authoring.folder import Exercise
from grader.bench import Bench
from grader.scoring.arena import Answer, Arena, Pace, Run, opened
from grader.scoring.faults import Planted, Sheet, answers, read_answer
from grader.scoring.field_faults import field_answers
from grader.scoring.fields import FieldSheet, FieldSpec, FieldTruth, PlantedField, When, read_record
from grader.scoring.gold import Gold, Row, normalised
from grader.scoring.promptfix_gold import says
from grader.scoring.truth import Truth
from grader.unrecorded.files import read_files

RIGHT = Band(
    low=0.40, high=0.95, source="a first guess of ours: between them there are both to be found",
    if_above="there is little to find on this model; take a smaller one, or harder rows",
    if_below="almost nothing works, so any suite refuses it; take a larger model, or mend the "
    "given prompt",
)  # fmt: skip
"""How often the model that candidates judge should be right."""
FORMS = ("spaced", "extra", "chatty")
"""Faults of the form alone: what they spoil is this model's own answer."""
_PACE = Pace(load_s=60, run_s=3_600.0, all_s=86_400.0)
Came = Literal["killed", "lower number", "survived", "passed", "false alarm", "error"]


@dataclass(frozen=True)
class Told:
    """What became of the suite.

    Attributes:
        verdict: of the bare model.
        headline: its number.
        problem: why the suite could not be run; "" when it could.
        faults: one for each planted model.
    """

    verdict: str
    headline: float | None
    problem: str
    faults: tuple[Fault, ...]


def measure_labels(given: Given, rows: Sequence[Row], tick: Callable[[], None]) -> list[Line]:
    """Return how often the given code sorts a text rightly, in all and by the right label.

    Args:
        given: the code, with the model on trial behind it.
        rows: curated rows to ask.
        tick: called after each.
    """
    by_label: dict[str, list[bool]] = defaultdict(list)
    lost = 0
    for row in rows:
        said = read_answer(given.say(row.text))
        lost += said is None
        by_label[row.accept[0]].append(said in row.labels)
        tick()
    every = [one for some in by_label.values() for one in some]
    found = [line("right", f"The given {given.name}() is right", sum(every), len(every), RIGHT)]
    found += [
        line(f"right_{label}", f"It is right on {label}", sum(some), len(some))
        for label, some in sorted(by_label.items())
    ]
    return [*found, line("lost", "Its answer cannot be read", lost, len(rows))]


def measure_records(
    given: Given, sheet: FieldSheet, rows: Sequence[Row], tick: Callable[[], None]
) -> list[Line]:
    """Return how often the given code fills in a record rightly, in all and by field.

    Args:
        given: the code, with the model on trial behind it.
        sheet: the record.
        rows: curated rows to ask.
        tick: called after each.
    """
    whole: list[bool] = []
    filled: dict[str, list[bool]] = defaultdict(list)
    empty: dict[str, list[bool]] = defaultdict(list)
    silent: list[bool] = []
    lost, truth = 0, FieldTruth(Gold())
    for row in rows:
        right, said = truth.curated(row), read_record(given.say(row.text))
        lost += said is None
        marks = []
        for one in sheet.fields:
            got = None if said is None else said.get(one.name)
            fits = said is not None and _fits(one, right[one.name], got)
            marks.append(fits)
            if right[one.name][0] is None:
                empty[one.name].append(got is not None and not fits)
            else:
                filled[one.name].append(fits)
        whole.append(all(marks))
        if all(right[one.name][0] is None for one in sheet.fields):
            silent.append(said is not None and not all(marks))
        tick()
    found = [line("right", f"The given {given.name}() is right in every field", sum(whole),
                  len(whole), RIGHT)]  # fmt: skip
    if silent:
        what = "It invents where the text gives no answer at all"
        found.append(line("invents", what, sum(silent), len(silent), INVENTS))
    for one in sheet.fields:
        name = one.name
        found.append(line(f"right_{name}", f"{name}: right where the text says it",
                          sum(filled[name]), len(filled[name])))  # fmt: skip
        found.append(line(f"invented_{name}", f"{name}: filled in where it has to stay empty",
                          sum(empty[name]), len(empty[name])))  # fmt: skip
    return [*found, line("lost", "Its answer cannot be read", lost, len(rows))]


def _fits(field: FieldSpec, right: Sequence[str | None], got: str | None) -> bool:
    """Whether a value is acceptable; one of free wording is when the right words stand in it."""
    if got is None:
        return None in right
    told = [one for one in right if one is not None]
    if not field.values:
        return says(got, [told])
    return normalised(got) in {normalised(one) for one in told}


def run_suite(
    exercise: Exercise, bench: Bench, given: Given, sheet: Sheet | FieldSheet, gold: Gold,
    tick: Callable[[], None],
) -> Told:  # fmt: skip
    """Run the reference's suite against the bare model and against each fault planted over it.

    Args:
        exercise: whose hidden/probes/reference is taken.
        bench: where the suite runs.
        given: the code, with the model on trial behind it.
        sheet: the planted models.
        gold: the curated rows.
        tick: called after each model.

    Raises:
        EnvironmentLacks: the model stopped answering.
        UsageError: the reference cannot be read.
    """
    attempt = attempt_of(exercise, read_files(exercise.folder / "hidden" / "probes" / "reference"))
    with opened(attempt, bench, _PACE) as arena:
        if not arena.loaded.has_suite:
            return Told("error", None, arena.loaded.problem or "there is no eval_suite", ())
        truths = (Truth.of(gold, arena.loaded.cases), FieldTruth.of(gold, arena.loaded.cases))
        bare = arena.run(lambda text, _: given.say(text))
        tick()
        found = []
        for one in sheet.models:
            found.append(_planted(arena, given, sheet, (one, _pair(one, sheet, truths)), bare))
            tick()
    return Told(bare.verdict, bare.headline, bare.problem, tuple(found))


def _pair(
    one: Planted | PlantedField, sheet: Sheet | FieldSheet, truths: tuple[Truth, FieldTruth]
) -> tuple[Answer, Answer]:
    """Return a planted model over gold, and the same without its fault."""
    plain = one.model_copy(update={"fault": "same"})
    if isinstance(one, PlantedField) and isinstance(sheet, FieldSheet):
        assert isinstance(plain, PlantedField)
        return field_answers(one, sheet, truths[1], 0), field_answers(plain, sheet, truths[1], 0)
    assert isinstance(one, Planted) and isinstance(plain, Planted)
    return answers(one, truths[0], 0), answers(plain, truths[0], 0)


def _planted(
    arena: Arena, given: Given, sheet: Sheet | FieldSheet,
    model: tuple[Planted | PlantedField, tuple[Answer, Answer]], bare: Run,
) -> Fault:  # fmt: skip
    one, (spoilt, plain) = model
    shown: set[str] = set()

    def say(text: str, turn: int) -> str:
        wrong, own = spoilt(text, turn), given.say(text)
        if wrong == plain(text, turn):
            return own
        told = reshaped(one, sheet, text, own) if one.fault in FORMS else wrong
        if told != own:
            shown.add(text)
        return told

    run = arena.run(say)
    return Fault(
        id=one.id, about=one.about, group=one.group, verdict=run.verdict, headline=run.headline,
        shows_on=len(shown), came=_came(one.group, run, bare),
    )  # fmt: skip


def reshaped(one: Planted | PlantedField, sheet: Sheet | FieldSheet, text: str, own: str) -> str:
    """Return this model's own answer in another form; as it is where it cannot be read.

    Args:
        one: a model whose fault is one of FORMS.
        sheet: the planted models.
        text: what was asked.
        own: what this model says to it.
    """
    key = normalised(text)
    if isinstance(one, PlantedField) and isinstance(sheet, FieldSheet):
        record = read_record(own)
        if record is None:
            return own
        values = {name: (said,) for name, said in record.items()}
        always = one.model_copy(update={"when": When(), "rate": 1.0})
        return field_answers(always, sheet, FieldTruth(Gold(), {key: values}), 0)(text, 0)
    label = read_answer(own)
    if label is None or not isinstance(one, Planted):
        return own
    always_so = one.model_copy(update={"trigger": "always", "rate": 1.0})
    return answers(always_so, Truth(Gold(), {key: (label,)}), 0)(text, 0)


def _came(group: str, run: Run, bare: Run) -> Came:
    if run.verdict == "error":
        return "error"
    is_refused = run.verdict == "no_ship" and bare.verdict == "ship"
    fell = None not in (run.headline, bare.headline) and run.headline < bare.headline  # type: ignore[operator]
    if group != "mutant":
        return "false alarm" if is_refused else "passed"
    if is_refused:
        return "killed"
    return "lower number" if bare.verdict == "no_ship" and fell else "survived"
