"""What: each probe comes to what its range says, and sound work stands above weak. Runs code.

Why: an exercise in which the reference is not better than the average measures something else.
Wrong: `index = [99, 100]` for a reference that comes to 94; `order = ["weak", "reference"]`.
Right: ranges from the definition of the measures, set before they are run.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from grader.authoring.checks import forms, probes_there
from grader.authoring.checks.hidden_files import hidden_file, table_in
from grader.authoring.checks.probes_there import TABLE, is_range
from grader.authoring.checks.room import WHOLE, Room
from grader.authoring.checks.rule import Rule
from grader.authoring.folder import Exercise
from grader.authoring.picture_scores import remember
from grader.authoring.problem import Problem
from grader.bench import Bench
from grader.intake import read_attempt
from grader.records import Score
from grader.scoring.mutation import MutationScorer
from grader.scoring.scoring import has_measures, score
from grader.unrecorded.files import read_files
from grader.unrecorded.making import make_submission
from harness.core.errors import BadExercise
from harness.core.settings import load_settings

MOST_OFF = 1.0
"""How far a recorded index may lie from a measured one: rounding, and no more."""


def find(room: Room) -> Iterator[Problem]:
    """Yield each probe that comes to something else, and an order that does not hold."""
    table = table_in(hidden_file(room, TABLE))
    probes = table.get("probe")
    if not isinstance(probes, dict) or not _is_measured(room):
        return
    if any(True for _ in probes_there.find(room)):
        return  # what is missing comes first
    exercise, bench = room.exercise(), Bench.of(load_settings())
    scores = {name: _score(exercise, name, bench) for name in probes}
    for name, wanted in probes.items():
        yield from _of_probe(f"{TABLE}, {name}", scores[name], wanted)
    yield from _of_order(scores, table)
    yield from _of_forms(room, scores)


def _is_measured(room: Room) -> bool:
    try:
        return has_measures(room.exercise())
    except BadExercise:
        return False  # another rule tells what is off with the hidden file


def _score(exercise: Exercise, name: str, bench: Bench) -> Score:
    """Return what a probe comes to.

    Raises:
        BadExercise: the exercise cannot be photographed, or the probe not be read.
        EnvironmentLacks: the walls cannot be had.
    """
    files = read_files(exercise.folder / "hidden" / "probes" / name)
    data = make_submission(files, exercise)
    attempt = read_attempt(data, public=None, find_exercise=lambda _: exercise)
    if attempt.exercise is None:
        raise BadExercise(f"{name}: its exercise was not found; give slug and folder one name")
    scorer = MutationScorer(seed=bench.seed, resamples=0)  # resamples make intervals alone
    return remember(exercise, name, score(attempt, bench=bench, scorer=scorer))


def _of_probe(place: str, found: Score, wanted: dict[str, Any]) -> Iterator[Problem]:
    remedy = "mend the probe or the exercise; move the range only with a reason beside it"
    values = {name: one.value for name, one in found.components.items()} | {"index": found.index}
    for name, bounds in wanted.items():
        if not is_range(bounds):
            continue
        value = values.get(name)
        if value is None:
            yield Problem(place, f"it has no {name}: {_why(found, name)}", remedy)
        elif not bounds[0] <= value <= bounds[1]:
            what = f"{name} comes to {value:g}, and should come to {bounds[0]:g} to {bounds[1]:g}"
            yield Problem(place, what, remedy)
    codes = {flag.code for flag in found.flags}
    for code in wanted.get("flags", ()):
        if code not in codes:
            yield Problem(place, f"it does not raise the flag {code!r}", remedy)


def _why(found: Score, name: str) -> str:
    component = found.components.get(name)
    return component.why[:160] if component is not None else "the scorer has no such measure"


def _of_order(scores: dict[str, Score], table: dict[str, Any]) -> Iterator[Problem]:
    index = {name: found.index or 0.0 for name, found in scores.items()}
    for better, worse in pairwise(table.get("order", ())):
        if index[better] <= index[worse]:
            what = f"{better} ({index[better]:.1f}) does not stand above {worse} "
            yield Problem(f"{TABLE}, order", f"{what}({index[worse]:.1f})", "mend either")
    for name in table.get("zero", ()):
        if index[name]:
            yield Problem(f"{TABLE}, zero", f"{name} comes to {index[name]:.1f}", "mend it")
    least = table.get("reference_above_average")
    if isinstance(least, int | float) and {"reference", "average"} <= set(index):
        apart = index["reference"] - index["average"]
        if apart < least:
            what = f"the reference stands {apart:.1f} above the average, {least:g} is wanted"
            yield Problem(f"{TABLE}, reference_above_average", what, "make more of it count")


def _of_forms(room: Room, scores: dict[str, Score]) -> Iterator[Problem]:
    recorded = forms.read_forms(table_in(hidden_file(room, forms.PLACE))).get(room.card.slug, {})
    for name, said in recorded.items():
        index = (scores[name].index or 0.0) if name in scores else None
        if index is not None and abs(index - said) > MOST_OFF:
            what = f"{name} stands there with {said:g} and comes to {index:.1f}"
            yield Problem(f"{forms.PLACE}, {room.card.slug}", what, "write down what was measured")


RULE = Rule("probes", find, needs=WHOLE, is_slow=True)
