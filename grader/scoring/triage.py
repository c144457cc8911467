"""The triage exercise's scorer: what was found, in which order, and whether the harm was stopped.

Runs in T; the candidate's cells run in the sandbox and hand over plain values, which are claims;
what was seen is taken from the record of tools. Pure but for the arena it is given; seeded.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.attempt import Attempt
from grader.authoring.folder import Exercise
from grader.records import Component, Flag, Score
from grader.scoring import triage_measures as formulas
from grader.scoring import triage_reading as reading
from grader.scoring.arena import Arena
from grader.scoring.cost_flags import reaches
from grader.scoring.measures import component
from grader.scoring.scored import scored, values_of
from grader.scoring.triage_flags import flags_of
from grader.scoring.triage_looking import DRAWS, looking, table_of
from grader.scoring.triage_record import minutes_of
from grader.scoring.triage_sheet import PLACE, Triage
from grader.scoring.triage_shown import facts, held
from grader.scoring.triage_work import Work, moment, read_work, words_of_step
from grader.scoring.triage_world import World
from harness.core.errors import BadExercise

NAMES = ("SUSPECTS", "CAUSES", "PLAN", "FIXES")
IN_INDEX = tuple(formulas.WEIGHTS)


@dataclass(frozen=True)
class TriageScorer:
    """What it is made of; another value is another version.

    What fools it: a mechanism in words that the synonym table does not know (left to a reviewer,
    and said); an id that was on the screen and was not read; a table of looks that an author
    guessed, so P has its interval and is in no index.

    Attributes:
        seed: of orders, draws and resamples.
        draws: tables of looks that are drawn for P's interval.
    """

    seed: int = 20261129
    draws: int = DRAWS
    name: str = "triage"
    version: str = "1.0.0"

    def score(self, attempt: Attempt, arena: Arena, triage: Triage) -> Score:
        """Return all measures of an attempt.

        Args:
            attempt: the submission, its exercise there.
            arena: its cells, loaded with NAMES.
            triage: what is wrong with the system.

        Raises:
            BadExercise: the exercise's hidden files do not fit its tools.
        """
        exercise, loaded = attempt.exercise, arena.loaded
        assert exercise is not None  # whoever has the sheet has the exercise
        if loaded.problem and all(loaded.values.get(name) is None for name in NAMES):
            unread = Component(value=None, status="error", why=loaded.problem[:600])
            told = f"The cells could not be read ({loaded.problem[:300]})."
            told += " Help me understand what they were to do."
            flag = Flag(code="unreadable", message=told)
            parts = dict.fromkeys(("RC", "B", "tau"), unread)
            return self._made(attempt, parts, (flag, *reaches(attempt)), is_read=False)
        world = World(exercise, triage)
        work = read_work(attempt, loaded.values, triage, world)
        limit = float(exercise.card.purse.minutes or 0)
        components = self._components(exercise, work, triage, world)
        flags = (*flags_of(attempt, triage, work), *reaches(attempt))
        score = self._made(attempt, components, flags)
        return score.model_copy(
            update={"triage": held(work, triage, limit), "facts": facts(work, triage)}
        )

    def _components(
        self, exercise: Exercise, work: Work, triage: Triage, world: World
    ) -> dict[str, Component]:
        limit = float(exercise.card.purse.minutes or 0)
        return {
            "RC": reading.recall(work, triage),
            "CT": reading.containment(work, triage),
            "tau": reading.order(work, triage),
            "B": reading.brier(work, triage),
            "VF": self._verified(work, triage, world),
            "FL": reading.false_leads(work, triage, limit),
            "FC": reading.false_claims(work, triage),
            "P": self._looking(exercise, work, triage, limit),
        }

    def _looking(self, exercise: Exercise, work: Work, triage: Triage, limit: float) -> Component:
        if not work.has_record or limit <= 0:
            return component(None, reading.NO_RECORD)
        prices = {tool.name: tool.price.minutes for tool in exercise.card.tools}
        taken = []
        for look in triage.sheet.looks:
            minutes = minutes_of(look, exercise.tools, prices)
            if not minutes:
                what = f"no result of {look.tool} shows {look.id}, or it is free"
                raise BadExercise(f"{PLACE}: {what}; exercise check says more")
            taken.append(minutes)
        steps = [(look, step) for look, step in zip(work.looks, work.trail.steps, strict=True)
                 if look is not None or step.shown]  # fmt: skip
        value, spread = looking(
            table_of(triage.sheet, taken), [look for look, _ in steps],
            [step.minutes for _, step in steps], horizon=limit, seed=self.seed,
            draws=self.draws,
        )  # fmt: skip
        looked = [step for look, step in steps if look is not None]
        why = f"{len(looked)} of {len(taken)} looks; 0 is chance, 1 is greedy with the menu known"
        made = component(value, f"{why}, .5 is excellent; never read it alone", spread)
        where = tuple(moment(one, words_of_step(one)) for one in looked[:8])
        return made.model_copy(update={"evidence": where})

    def _verified(self, work: Work, triage: Triage, world: World) -> Component:
        if not work.tried:
            return component(0.0, "no fix was handed in")
        counted = [one.fix for one in work.tried if one.counts]
        best = [one.fix for one in triage.sheet.causes]
        value, spread = world.verified(counted, best, self.seed)
        told = "; ".join(f"{one.fix.component}: {one.why}" for one in work.tried[:6])
        why = f"{len(counted)} of {len(work.tried)} fixes count on {len(triage.rows)} held-out rows"
        made = component(value, f"{why}. {told}", spread)
        return made.model_copy(update={"evidence": work.cells["fixes"]})

    def _made(
        self, attempt: Attempt, components: dict[str, Component], flags: tuple[Flag, ...], *,
        is_read: bool = True,
    ) -> Score:  # fmt: skip
        values = values_of(components)
        is_whole = all(values.get(name) is not None for name in IN_INDEX)
        return scored(
            self, attempt, components, index=formulas.index(values) if is_read else 0.0,
            is_partial=not is_whole or not attempt.about.recorded, flags=flags,
        )  # fmt: skip
