"""Exercise 1's scorer: the candidate's suite against models with planted faults.

Runs in T; the suite runs in the sandbox. Pure but for the arena it is given; seeded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from grader.attempt import Attempt
from grader.records import Component, Flag, ModelGroup, ModelRun, Score
from grader.scoring import measures
from grader.scoring.arena import Answer, Arena, Case, Run
from grader.scoring.faults import Planted, Sheet, answers, read_answer
from grader.scoring.gold import Gold, normalised
from grader.scoring.scored import scored, values_of
from grader.scoring.truth import Truth

Progress = Callable[[int, int], None]
COPIED_FROM, COPIED_SHARE = 3, 0.75
"""Labels count as copied from this many errors of the model under test on, and this share."""
FEWEST_KNOWN = 8
"""With fewer known texts A is unscored (amendment 4)."""


class PlantedModel(Protocol):
    """What every sheet says of a planted model."""

    @property
    def id(self) -> str:
        """M01, B4."""

    @property
    def about(self) -> str:
        """What it does, in a few words."""

    @property
    def group(self) -> ModelGroup:
        """How it counts."""

    @property
    def weight(self) -> float:
        """How much a miss hurts."""


_P = TypeVar("_P", bound=PlantedModel)


@dataclass(frozen=True)
class MutationScorer:
    """What it is made of; another value is another version.

    What fools it: nobody who answers always the same (J is 0). Own texts are believed in their
    labels; A sees known texts alone, people look at ten of the rest.

    Attributes:
        mutant_seeds: runs against each planted fault.
        harmless_seeds: runs against each harmless model.
        resamples: bootstrap resamples of CASES.
        seed: of order and resamples.
        alias: the model that the candidate judges, for L.
    """

    mutant_seeds: int = 3
    harmless_seeds: int = 20
    resamples: int = 200
    seed: int = 20261125
    alias: str = "triage-v1"
    name: str = "mutation"
    version: str = "1.1.0"

    def score(
        self, attempt: Attempt, arena: Arena, sheet: Sheet, gold: Gold,
        progress: Progress | None = None,
    ) -> Score:  # fmt: skip
        """Return all measures of an attempt.

        Args:
            attempt: the submission.
            arena: its suite, loaded.
            sheet: the planted models.
            gold: the curated rows.
            progress: called with runs done and runs in all.
        """
        cases = arena.loaded.cases
        if not arena.loaded.has_suite:
            return self.unread(attempt, arena.loaded.problem)
        truth = Truth.of(gold, cases, asked_facts(attempt))
        made = self.run_all(
            arena, sheet.models, lambda one, seed: answers(one, truth, seed), progress
        )
        runs = tuple(
            self.as_model_run(
                one, made[one.id], fired=_fired(one, truth),
                cost=_cost(one, sheet, truth, gold, seeds=self.seeds(one.group)),
            )
            for one in sheet.models
        )  # fmt: skip
        copied = copied_labels(attempt, cases, gold, self.alias)
        return self.measured(
            attempt, runs, made, cases, gold, agreed=agreement(cases, gold, truth), copied=copied
        )

    def unread(self, attempt: Attempt, problem: str) -> Score:
        """Return the score of a suite that cannot be called."""
        why = problem or "there is no eval_suite to call"
        return self._made(attempt, {"K": _error(why)}, (), _flags_unread(why), {})

    def measured(
        self, attempt: Attempt, runs: tuple[ModelRun, ...], made: Mapping[str, Sequence[Run]],
        cases: Sequence[Case], gold: Gold, *, agreed: tuple[float | None, str],
        copied: tuple[int, int],
    ) -> Score:  # fmt: skip
        """Return the score of a suite that was run against every model.

        Args:
            attempt: the submission.
            runs: a row for each model.
            made: its runs, by the model's id.
            cases: the candidate's.
            gold: the curated rows.
            agreed: A and how it reads.
            copied: errors of the model under test that stand as expected labels, and of how many.
        """
        components = self._components(runs, made, cases, agreed)
        if copied[1]:
            l_why = f"{copied[0]} of {copied[1]} errors of {self.alias}; a flag from .75 of 3"
            components["L"] = measures.component(copied[0] / copied[1], l_why)
        flags = _flags(attempt, runs, cases, gold, copied)
        return self._made(attempt, components, runs, flags, _facts(cases, made, gold))

    def run_all(
        self, arena: Arena, models: Sequence[_P], model: Callable[[_P, int], Answer],
        progress: Progress | None = None,
    ) -> dict[str, list[Run]]:  # fmt: skip
        """Run the suite against every model and seed, in an order that tells nothing.

        Args:
            arena: the suite, loaded.
            models: the planted models.
            model: makes one of them talk, by a seed of its luck.
            progress: called with runs done and runs in all.
        """
        generator = np.random.default_rng(self.seed)
        count = len(arena.loaded.cases)
        picked = [
            generator.integers(0, count, count).tolist()
            for _ in range(self.resamples if count else 0)
        ]
        wanted = [(one, seed) for one in models for seed in range(self.seeds(one.group))]
        made: dict[str, list[Run]] = {one.id: [] for one in models}
        for number, place in enumerate(generator.permutation(len(wanted)), 1):
            one, seed = wanted[int(place)]
            made[one.id].append(arena.run(model(one, seed), picked if seed == 0 else ()))
            if progress is not None:
                progress(number, len(wanted))
        return made

    def seeds(self, group: ModelGroup) -> int:
        """Return how often a model of a group is run."""
        return self.mutant_seeds if group == "mutant" else self.harmless_seeds

    def as_model_run(
        self, one: PlantedModel, made: Sequence[Run], *, fired: int, cost: float | None
    ) -> ModelRun:
        """Return what became of one model.

        Args:
            one: the model.
            made: its runs.
            fired: how many of the candidate's texts set its fault off.
            cost: EUR a thousand messages; None without a holdout.
        """
        resampled = next((run.resamples for run in made if run.resamples), ())
        return ModelRun(
            id=one.id,
            about=one.about,
            group=one.group,
            weight=one.weight,
            seeds=tuple(run.verdict for run in made),
            resamples=tuple(verdict for verdict, _ in resampled),
            headlines=tuple(run.headline for run in made if run.headline is not None),
            cost_eur_per_1000=cost,
            fired=fired,
        )

    def _components(
        self, runs: Sequence[ModelRun], made: Mapping[str, Sequence[Run]],
        cases: Sequence[Case], agreed: tuple[float | None, str],
    ) -> dict[str, Component]:  # fmt: skip
        mutants = [run for run in runs if run.group == "mutant"]
        counted = [run for run in runs if run.group == "counted"]
        failed = [run.problem for one in made.values() for run in one if run.verdict == "error"]
        if len(failed) > measures.MOST_ERRORS * sum(map(len, made.values())):
            why = f"{len(failed)} runs of the suite failed: {failed[0]}"
            found = {name: _error(why) for name in ("K", "FA", "J", "G", "rho")}
            return found | {"A": measures.component(*agreed)}
        weight = sum(run.weight for run in mutants)
        k, fa = measures.caught(mutants), measures.false_alarms(counted)
        g, rho = measures.reacts(mutants, counted), measures.follows_cost(runs)
        spreads = {
            "K": measures.over_resamples(mutants, measures.caught),
            "FA": measures.over_resamples(counted, measures.false_alarms),
        }
        j_spread = [max(0.0, a - b) for a, b in zip(spreads["K"], spreads["FA"], strict=False)]
        if not spreads["K"]:
            told = "; no interval: there are no cases to draw again"
        else:
            told = ""
        return {
            "K": measures.component(
                k, f"{k * weight:.1f} of {weight:g} by weight{told}", spreads["K"]
            ),
            "FA": measures.component(fa, _alarms(counted) + told, spreads["FA"]),
            "J": measures.component(max(0.0, k - fa), "caught, less false alarms", j_spread),
            "G": measures.component(
                g, "headline falls for faults" if g is not None else "the suite gives no number",
                _headline_spread(runs, made, "G"),
            ),
            "rho": measures.component(
                rho, f"headline against cost over {len(runs)} models",
                _headline_spread(runs, made, "rho"),
            ),
            "A": measures.component(*agreed),
        }  # fmt: skip

    def _made(
        self, attempt: Attempt, components: dict[str, Component], runs: tuple[ModelRun, ...],
        flags: tuple[Flag, ...], facts: dict[str, str],
    ) -> Score:  # fmt: skip
        needed = [components[name] for name in ("K", "J", "G", "rho", "A") if name in components]
        return scored(
            self, attempt, components, index=measures.index(values_of(components)), flags=flags,
            is_partial=len(needed) < 5 or any(one.status != "scored" for one in needed),
            runs=runs, facts=facts,
        )  # fmt: skip


def agreement(cases: Sequence[Case], gold: Gold, truth: Truth) -> tuple[float | None, str]:
    """Return A, (agree + 1) / (n + 1) over known texts, and how it reads.

    A case agrees when a label it expects is acceptable for its text.
    """
    known = {normalised(case.text): case for case in cases if gold.find(case.text)}
    agree = 0
    for case in known.values():
        row = gold.find(case.text)
        assert row is not None
        labels = row.accept if row.needs_fact in truth.asked else row.labels
        agree += any(label.strip().lower() in labels for label in case.expected)
    if len(known) < FEWEST_KNOWN:
        return None, f"{len(known)} known texts, {FEWEST_KNOWN} are needed; .7 is used"
    return (agree + 1) / (len(known) + 1), f"{agree} of {len(known)} known texts"


def copied_labels(
    attempt: Attempt, cases: Sequence[Case], gold: Gold, alias: str
) -> tuple[int, int]:
    """Return how many errors of the model under test stand as expected labels, and of how many."""
    said: dict[str, str] = {}
    for call in attempt.model_calls:
        messages = call.request.get("messages")
        last = messages[-1] if isinstance(messages, list) and messages else None
        text = last.get("content") if isinstance(last, dict) else None
        label = read_answer(_content(call.response)) if call.alias == alias else None
        if isinstance(text, str) and label is not None:
            said[normalised(text)] = label
    errors = copied = 0
    for case in {normalised(case.text): case for case in cases}.values():
        row, label = gold.find(case.text), said.get(normalised(case.text))
        if row is not None and label is not None and label not in row.labels:
            errors += 1
            copied += [one.strip().lower() for one in case.expected] == [label]
    return copied, errors


def _content(response: object) -> str:
    try:
        return str(response["choices"][0]["message"]["content"])  # type: ignore[index]
    except (KeyError, IndexError, TypeError):
        return ""


def asked_facts(attempt: Attempt) -> frozenset[str]:
    """Return the ids of the facts that a candidate asked for."""
    found = [e.payload.get("facts") for e in attempt.events if e.kind == "ask"]
    return frozenset(str(one) for facts in found if isinstance(facts, list) for one in facts)


def _fired(one: Planted, truth: Truth) -> int:
    """Return how many of the candidate's texts set a fault off."""
    plain = one.model_copy(update={"fault": "same"})
    return sum(
        answers(one, truth, 0)(text, 0) != answers(plain, truth, 0)(text, 0) for text in truth.own
    )


def _cost(one: Planted, sheet: Sheet, truth: Truth, gold: Gold, *, seeds: int) -> float | None:
    """Return what a model costs users a thousand messages, by the holdout, mean over seeds."""
    if not gold.holdout:
        return None
    hidden = Truth(
        Gold(known={normalised(row.text): row for row in gold.holdout}), asked=truth.asked
    )
    total = 0.0
    for seed in range(seeds):
        model = answers(one, hidden, seed)
        for row in gold.holdout:
            labels = hidden.known(row.text).message.labels
            total += sheet.costs.of(labels, read_answer(model(row.text, 0)))
    return round(1000 * total / (seeds * len(gold.holdout)), 2)


def _headline_spread(
    runs: Sequence[ModelRun], made: Mapping[str, Sequence[Run]], name: str
) -> list[float]:
    """Return G or rho over resamples, each from the headlines of that resample."""
    rows = {id_: next((r.resamples for r in some if r.resamples), ()) for id_, some in made.items()}
    found = []
    for number in range(min(map(len, rows.values()), default=0)):
        picked = []
        for run in runs:
            headline = rows[run.id][number][1]
            heads = () if headline is None else (headline,)
            picked.append(run.model_copy(update={"headlines": heads}))
        mutants = [run for run in picked if run.group == "mutant"]
        counted = [run for run in picked if run.group == "counted"]
        value = measures.reacts(mutants, counted) if name == "G" else measures.follows_cost(picked)
        if value is not None:
            found.append(value)
    return found


def _alarms(counted: Sequence[ModelRun]) -> str:
    loud = [f"{run.id} ({run.about})" for run in counted if measures.refused(run) > 0]
    return f"refused at times: {', '.join(loud)}" if loud else "no harmless model was refused"


def _error(why: str) -> Component:
    return Component(value=None, status="error", why=why[:600])


def _facts(cases: Sequence[Case], made: Mapping[str, Sequence[Run]], gold: Gold) -> dict[str, str]:
    rows = [row for case in cases if (row := gold.find(case.text))]
    exported = sum(row.msg_id in gold.export for row in rows)
    calls = [run.calls for some in made.values() for run in some if run.calls]
    share = exported / len(cases) if cases else 0.0
    facts = {
        "cases": str(len(cases)),
        "kinds of the export's texts among own cases": (
            f"{len({row.stratum for row in rows})} of {len(gold.strata)}"
        ),
        "from the export": f"{share:.0%}",
    }
    if calls and cases:
        facts["calls a case"] = f"{np.mean(calls) / len(cases):.1f}"
    return facts


def _flags_unread(why: str) -> tuple[Flag, ...]:
    message = f"The suite could not be read ({why}). Help me understand what it was to do."
    return (Flag(code="unreadable", message=message[:600]),)


def _flags(
    attempt: Attempt, runs: Sequence[ModelRun], cases: Sequence[Case], gold: Gold,
    copied: tuple[int, int],
) -> tuple[Flag, ...]:  # fmt: skip
    told: list[tuple[str, str]] = []
    verdicts = {verdict for run in runs for verdict in run.seeds} - {"error"}
    if len(verdicts) == 1:
        word = verdicts.pop().replace("_", " ")
        told.append(("always_same_verdict", f"The suite says {word} to every model, faulty or not. "
                     "Help me understand what would make it say the other."))  # fmt: skip
    if not cases:
        told.append(("no_cases", "There are no cases. Help me understand what the suite looks at."))
    texts = [normalised(case.text) for case in cases]
    rows = [row for case in cases if (row := gold.find(case.text))]
    if cases and len(rows) == len(cases) and all(row.msg_id in gold.given for row in rows):
        told.append(("only_given", "Every case is one of the twelve that were given. Help me "
                     "understand what else you would look at."))  # fmt: skip
    again = len(texts) - len(set(texts))
    if again >= max(3, len(texts) // 5):
        told.append(("duplicates", f"{again} cases repeat a text that is there already. Help me "
                     "understand what they are for."))  # fmt: skip
    if copied[1] >= COPIED_FROM and copied[0] >= COPIED_SHARE * copied[1]:
        told.append(("labels_copied", f"Of {copied[1]} answers of the model that we call wrong, "
                     f"{copied[0]} stand as the expected label. Help me understand how you "
                     "labelled them."))  # fmt: skip
    if attempt.about.recorded and len(attempt.model_calls) < 3:
        told.append(("few_calls", f"The log shows {len(attempt.model_calls)} model calls. Help me "
                     "understand what the verdict rests on."))  # fmt: skip
    return tuple(Flag(code=code, message=message) for code, message in told)
