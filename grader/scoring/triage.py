"""The triage exercise's scorer: what was found, in which order, and whether the harm was stopped.

Runs in T; the candidate's cells run in the sandbox and hand over plain values, which are claims;
what was seen is taken from the record of tools. Pure but for the arena it is given; seeded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grader.attempt import Attempt
from grader.authoring.folder import Exercise
from grader.records import Component, Flag, Moment, Score, TriageHeld, TriageLine, TriageLook
from grader.scoring import triage_measures as formulas
from grader.scoring.arena import Arena
from grader.scoring.cost_flags import reaches
from grader.scoring.measures import component
from grader.scoring.triage_claims import Claim, Claims, read_claims
from grader.scoring.triage_flags import Found, flags_of
from grader.scoring.triage_looking import looking, table_of
from grader.scoring.triage_measures import Contained
from grader.scoring.triage_record import Step, Trail, look_of, minutes_of, read_trail
from grader.scoring.triage_sheet import PLACE, Triage
from grader.scoring.triage_world import Tried, World
from harness.core.errors import BadExercise

NAMES = ("SUSPECTS", "CAUSES", "PLAN", "FIXES")
IN_INDEX = tuple(formulas.WEIGHTS)
_NO_RECORD = "there is no record of tools: nobody knows what was seen"


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
    """

    claims: Claims
    trail: Trail
    looks: tuple[int | None, ...]
    harm: Contained
    tried: tuple[Tried, ...]
    has_record: bool


@dataclass(frozen=True)
class TriageScorer:
    """What it is made of; another value is another version.

    What fools it: a mechanism in words that the synonym table does not know (left to a reviewer,
    and said); an id that was on the screen and was not read; a table of looks that an author
    guessed, so P has its interval and is in no index.

    Attributes:
        seed: of orders, draws and resamples.
    """

    seed: int = 20261129
    name: str = "triage"
    version: str = "1.0.0"

    def score(self, attempt: Attempt, arena: Arena, triage: Triage) -> Score:
        """Return all measures of an attempt.

        Args:
            attempt: the submission.
            arena: its cells, loaded with NAMES.
            triage: what is wrong with the system.

        Raises:
            BadExercise: the exercise's hidden files do not fit its tools.
        """
        exercise = attempt.exercise
        assert exercise is not None  # whoever has the sheet has the exercise
        loaded = arena.loaded
        if all(loaded.values.get(name) is None for name in NAMES) and loaded.problem:
            unread = Component(value=None, status="error", why=loaded.problem[:600])
            flag = Flag(code="unreadable", message=f"The cells could not be read "
                        f"({loaded.problem[:300]}). Help me understand what they were to do.")  # fmt: skip
            parts = dict.fromkeys(("RC", "B", "tau"), unread)
            return self._made(attempt, parts, (flag, *reaches(attempt)))
        world = World(exercise, triage)
        work = _read(attempt, loaded.values, triage, world)
        components = self._components(attempt, exercise, work, triage, world)
        found = Found(work.claims, work.trail, work.harm, work.tried, work.has_record)
        flags = (*flags_of(attempt, triage, found), *reaches(attempt))
        score = self._made(attempt, components, flags)
        return score.model_copy(update={
            "triage": _held(work, triage, exercise), "facts": _facts(work, triage),
        })  # fmt: skip

    def _components(
        self, attempt: Attempt, exercise: Exercise, work: Work, triage: Triage, world: World
    ) -> dict[str, Component]:
        sheet, cells = triage.sheet, _cells(attempt)
        limit = float(exercise.card.purse.minutes or 0)
        found = {
            "RC": _with(_recall(work, triage), (*cells["causes"], *_shown(work, triage))),
            "CT": _with(_containment(work, triage), _harm_moments(work)),
            "tau": _with(_order(work, triage), cells["steps"]),
            "B": _with(_brier(work, triage), cells["causes"]),
            "VF": _with(self._verified(work, triage, world), cells["fixes"]),
            "FL": _with(_leads(work, triage, limit), ()),
            "FC": _with(_claimed(work, triage), cells["causes"]),
            "P": component(None, _NO_RECORD),
        }
        if work.has_record and limit > 0:
            taken = [minutes_of(one, exercise.tools, _prices(exercise)) for one in sheet.looks]
            for look, minutes in zip(sheet.looks, taken, strict=True):
                if not minutes:
                    raise BadExercise(f"{PLACE}: no result of {look.tool} shows {look.id}, or it is free")
            table = table_of(sheet, [one or 1.0 for one in taken])
            steps = [one for one in zip(work.looks, work.trail.steps, strict=True)
                     if one[0] is not None or one[1].shown]  # fmt: skip
            value, spread = looking(
                table, [look for look, _ in steps], [step.minutes for _, step in steps],
                horizon=limit, seed=self.seed,
            )  # fmt: skip
            told = sum(one is not None for one in work.looks)
            made = component(value, f"{told} of {len(sheet.looks)} looks; 0 is chance, 1 is greedy "
                             "with the menu known, .5 is excellent; never alone", spread)  # fmt: skip
            looked = [step for look, step in steps if look is not None]
            found["P"] = made.model_copy(update={"evidence": _moments(looked[:8])})
        return found

    def _verified(self, work: Work, triage: Triage, world: World) -> Component:
        if not work.tried:
            return component(0.0, "no fix was handed in")
        counted = [one for one in work.tried if one.counts]
        best = [one.fix for one in triage.sheet.causes]
        value, spread = world.verified([one.fix for one in counted], best, self.seed)
        told = "; ".join(f"{one.fix.component}: {one.why}" for one in work.tried[:6])
        why = f"{len(counted)} of {len(work.tried)} fixes count on {len(triage.rows)} held-out requests"
        return component(value, f"{why}. {told}", spread)

    def _made(
        self, attempt: Attempt, components: dict[str, Component], flags: tuple[Flag, ...]
    ) -> Score:
        values = {name: one.value for name, one in components.items()}
        is_whole = all(values.get(name) is not None for name in IN_INDEX)
        return Score(
            submission=attempt.about.submission,
            exercise=attempt.about.exercise,
            exercise_version=attempt.about.exercise_version,
            index=formulas.index(values),
            is_partial=not is_whole or not attempt.about.recorded,
            components=components,
            flags=flags,
            scorer=self.name,
            scorer_version=self.version,
        )


def _read(attempt: Attempt, values: Mapping[str, object], triage: Triage, world: World) -> Work:
    trail = read_trail(attempt, triage)
    claims = read_claims(values, triage.sheet, trail.calls())
    looks: list[int | None] = []
    had: list[str] = []
    for step in trail.steps:
        look = look_of(step, triage, had)
        looks.append(None if look is None else triage.sheet.looks.index(look))
        had += [] if look is None else [look.id]
    return Work(
        claims=claims, trail=trail, looks=tuple(looks),
        harm=formulas.contained(triage.sheet.harm, trail),
        tried=tuple(world.tried(one) for one in claims.fixes),
        has_record=attempt.about.recorded or bool(trail.steps),
    )  # fmt: skip


def _recall(work: Work, triage: Triage) -> Component:
    causes = triage.sheet.causes
    if not work.has_record and work.claims.causes:
        return component(None, _NO_RECORD)
    seen = work.trail.seen
    found = [one.id for one in causes if formulas.proof(one, work.claims, seen)]
    named = [one.id for one in causes
             if one.id not in found and (said := work.claims.said(one.id)) and said.is_claimed]  # fmt: skip
    why = f"{', '.join(found) or 'none'} of {len(causes)} found, with evidence that was seen"
    why += f"; {', '.join(named)} named without any" if named else ""
    if unmatched := _unmatched(work.claims):
        why += f"; {len(unmatched)} more for a reviewer to match"
    return component(formulas.recall(causes, work.claims, seen), why)


def _containment(work: Work, triage: Triage) -> Component:
    if not work.has_record:
        return component(None, _NO_RECORD)
    harm, within = work.harm, triage.sheet.harm.within_minutes
    seen = "its first sign was never seen" if harm.sign_at is None else (
        f"first sign at minute {harm.sign_at:g}"
    )  # fmt: skip
    held = "never contained" if harm.contained_at is None else (
        f"contained at minute {harm.contained_at:g}"
    )  # fmt: skip
    held += ", after it had been let loose again" if harm.was_reopened else ""
    return component(harm.value(within), f"{seen}, {held}; {within:g} minutes are counted")


def _order(work: Work, triage: Triage) -> Component:
    right = formulas.worth(triage.sheet)
    named = list(dict.fromkeys(one for one in work.claims.plan if one in right))
    why = f"planned {', '.join(map(str, named)) or 'none'}; best is {', '.join(right)}"
    other = len(work.claims.plan) - sum(one in right for one in work.claims.plan)
    why += f"; {other} steps are about something else" if other else ""
    return component(formulas.follows(work.claims.plan, right), why)


def _brier(work: Work, triage: Triage) -> Component:
    value = formulas.brier(triage.sheet, work.claims)
    every = triage.sheet.everything
    said = [f"{one.id} {claim.p:.2f}" for one in every
            if (claim := work.claims.said(one.id)) and claim.p is not None]  # fmt: skip
    why = f"0 is best, .25 says .5 to everything; {', '.join(said) or 'nothing is named'}"
    return component(value, f"{why}; what is not named counts as 0")


def _leads(work: Work, triage: Triage, limit: float) -> Component:
    if not work.has_record or limit <= 0:
        return component(None, _NO_RECORD)
    minutes = formulas.false_lead_minutes(triage.sheet.herrings, work.trail)
    why = f"{minutes:g} of {limit:g} minutes on false leads after evidence against them"
    return component(min(1.0, minutes / limit), f"{why}; 0 is best")


def _claimed(work: Work, triage: Triage) -> Component:
    herrings = triage.sheet.herrings
    found = formulas.false_claims(herrings, work.claims)
    why = f"{', '.join(one.id for one in found) or 'none'} of {len(herrings)} red herrings claimed"
    return component(len(found) / len(herrings), f"{why}; 0 is best")


def _unmatched(claims: Claims) -> list[Claim]:
    return [one for one in claims.causes if one.means is None]


def _with(one: Component, evidence: Sequence[Moment]) -> Component:
    return one.model_copy(update={"evidence": tuple(evidence)})


def _cells(attempt: Attempt) -> dict[str, tuple[Moment, ...]]:
    return {
        name: tuple(
            Moment(label=name.upper(), cell_id=cell.id)
            for cell in attempt.cells if cell.kind == "artefact" and cell.name == name
        )
        for name in ("suspects", "causes", "steps", "fixes")
    }  # fmt: skip


def _shown(work: Work, triage: Triage) -> tuple[Moment, ...]:
    """Return for each cause that was found the use that showed the first id it cites."""
    found = []
    for cause in triage.sheet.causes:
        ids = formulas.proof(cause, work.claims, work.trail.seen)
        first = work.trail.first_seen(ids[:1]) if ids else None
        if first is not None and first[1] is not None:
            found.append(_moment(first[1], f"{cause.id}: {ids[0]}"))
    return tuple(found)


def _harm_moments(work: Work) -> tuple[Moment, ...]:
    pairs = (("first sign of the harm", work.harm.sign), ("contained", work.harm.fix))
    return tuple(_moment(step, label) for label, step in pairs if step is not None)


def _moments(steps: Sequence[Step]) -> tuple[Moment, ...]:
    return tuple(_moment(one, _words(one)) for one in steps)


def _moment(step: Step, label: str) -> Moment:
    told = f"{label}, minute {step.ended:g}"
    return Moment(label=told[:200], call_id=step.call.id, cell_id=step.call.cell_id)


def _words(step: Step) -> str:
    """Return in a few words what a use of a tool was about."""
    response = step.call.response or {}
    result = response.get("result")
    done = result.get("done") or result.get("nearest") if isinstance(result, dict) else None
    arguments = step.call.request.get("arguments")
    values = arguments.values() if isinstance(arguments, dict) else ()
    told = done if isinstance(done, str) else ", ".join(str(one)[:40] for one in values)
    return f"{step.tool} {told}".strip()[:90]


def _held(work: Work, triage: Triage, exercise: Exercise) -> TriageHeld:
    lines = []
    for one in triage.sheet.everything:
        said = work.claims.said(one.id)
        proof = ()
        if one.id.startswith("R"):
            cause = next(c for c in triage.sheet.causes if c.id == one.id)
            proof = formulas.proof(cause, work.claims, work.trail.seen)
        lines.append(TriageLine(
            id=one.id, about=one.about, share=triage.sheet.share(one.id),
            is_harm=one.id == triage.sheet.harm.cause, is_found=bool(proof), proof=proof[:6],
            p=None if said is None else said.p, share_said=None if said is None else said.share,
        ))  # fmt: skip
    looks = tuple(
        TriageLook(words=_words(step), minutes=step.minutes, ended=step.ended, is_new=look is not None,
                   call_id=step.call.id)
        for look, step in zip(work.looks, work.trail.steps, strict=True) if step.minutes > 0
    )  # fmt: skip
    unmatched = tuple(f"{one.component}: {one.cause}"[:200] for one in _unmatched(work.claims))
    return TriageHeld(
        lines=tuple(lines), looks=looks[:60], unmatched=unmatched,
        minutes=float(exercise.card.purse.minutes or 0),
        sign_at=work.harm.sign_at, contained_at=work.harm.contained_at,
    )  # fmt: skip


def _facts(work: Work, triage: Triage) -> dict[str, str]:
    moved = []
    for one in triage.sheet.everything:
        after = work.claims.said(one.id)
        before = [s for s in work.claims.suspects if s.means == one.id and s.p is not None]
        if before and after is not None and after.p is not None:
            moved.append(f"{one.id} {before[0].p:.2f} to {after.p:.2f}")
    unmatched = [f"{one.component}: {one.cause}"[:80] for one in _unmatched(work.claims)]
    return {
        "simulated minutes": f"{work.trail.minutes:g}, {len(work.trail.steps)} uses of tools",
        "suspects": f"{len(work.claims.suspects)}; moved: {', '.join(moved) or 'none'}",
        "for a reviewer to match": "; ".join(unmatched)[:400] or "nothing",
    }


def _prices(exercise: Exercise) -> dict[str, Decimal]:
    return {tool.name: tool.price.minutes for tool in exercise.card.tools}
