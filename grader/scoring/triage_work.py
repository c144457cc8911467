"""One triage as it is measured: claims, the trail of looks, and fixes tried. Runs in T; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.attempt import Attempt
from grader.records import Moment
from grader.scoring import triage_measures as formulas
from grader.scoring.triage_claims import Claim, Claims, read_claims
from grader.scoring.triage_measures import Contained
from grader.scoring.triage_record import Step, Trail, look_of, read_trail
from grader.scoring.triage_sheet import Triage
from grader.scoring.triage_world import Tried, World

CELLS = ("suspects", "causes", "steps", "fixes")


@dataclass(frozen=True)
class Work:
    """One attempt as it is measured.

    Attributes:
        claims: what was handed in.
        trail: what was seen.
        looks: for each step the index of the look that it was; None told nothing new.
        harm: when it was seen and contained.
        tried: each fix on the held-out rows.
        has_record: whether what was seen is known.
        cells: artefact cell's name to where it stands.
    """

    claims: Claims
    trail: Trail
    looks: tuple[int | None, ...]
    harm: Contained
    tried: tuple[Tried, ...]
    has_record: bool
    cells: Mapping[str, tuple[Moment, ...]]

    @property
    def unmatched(self) -> list[Claim]:
        """Claimed causes that a reviewer has to match."""
        return [one for one in self.claims.causes if one.means is None]


def read_work(attempt: Attempt, values: Mapping[str, object], triage: Triage, world: World) -> Work:
    """Return what an attempt holds.

    Args:
        attempt: the submission.
        values: SUSPECTS, CAUSES, PLAN and FIXES as they came.
        triage: what was planted.
        world: where fixes are tried.
    """
    trail = read_trail(attempt, triage)
    claims = read_claims(values, triage.sheet, trail.calls())
    looks: list[int | None] = []
    had: list[str] = []
    for step in trail.steps:
        look = look_of(step, triage, had)
        looks.append(None if look is None else triage.sheet.looks.index(look))
        had += [] if look is None else [look.id]
    cells = {
        name: tuple(
            Moment(label=name.upper(), cell_id=cell.id)
            for cell in attempt.cells if cell.kind == "artefact" and cell.name == name
        )
        for name in CELLS
    }  # fmt: skip
    return Work(
        claims=claims, trail=trail, looks=tuple(looks),
        harm=formulas.contained(triage.sheet.harm, trail),
        tried=tuple(world.tried(one) for one in claims.fixes),
        has_record=attempt.about.recorded or bool(trail.steps), cells=cells,
    )  # fmt: skip


def moment(step: Step, label: str) -> Moment:
    """Return a use of a tool as evidence."""
    told = f"{label}, minute {step.ended:g}"
    return Moment(label=told[:200], call_id=step.call.id, cell_id=step.call.cell_id)


def words_of_step(step: Step) -> str:
    """Return in a few words what a use of a tool was about; not escaped."""
    result = (step.call.response or {}).get("result")
    done = result.get("done") or result.get("nearest") if isinstance(result, dict) else None
    arguments = step.call.request.get("arguments")
    values = arguments.values() if isinstance(arguments, dict) else ()
    told = done if isinstance(done, str) else ", ".join(str(one)[:40] for one in values)
    return f"{step.tool} {told}".strip()[:90]
