"""Exercise 2's scorer: the mended prompt on questions that nobody was given, and what is claimed.

Runs in T. The candidate's cells run in the sandbox and hand back texts; the exercise's own model
answers them here, as it answered the candidate. Pure but for the bench; seeded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from grader.attempt import Attempt
from grader.authoring.folder import Exercise
from grader.bench import Bench
from grader.held import PromptHeld, StratumHeld
from grader.hidden import read_hidden
from grader.records import Component, Flag, Score
from grader.scoring import measures
from grader.scoring.mutation import Progress
from grader.scoring.promptfix_claims import (
    Verdicts,
    frugality,
    ideas,
    pasted,
    quotes,
    rows_of,
    unstated_lines,
    verdict_score,
)
from grader.scoring.promptfix_gold import Came, Holdout, came_to, read_holdout
from grader.scoring.rendering import Rendered, filled, render
from grader.scoring.scored import scored, values_of
from harness.bench.counter_gold import context_in_use as context_in_use
from harness.core.errors import BadExercise
from harness.models.engine import Engine
from harness.models.grounded import Rules
from harness.models.grounded_profile import GroundedProfile

MOST_REFUSED = 0.1
"""Above it staff stop using it, says the stakeholder."""


@dataclass(frozen=True)
class Room:
    """What the author's room holds for this measure.

    Attributes:
        profile: the model.
        holdout: questions nobody was given.
        verdicts: what the five recorded answers are.
        handbook: the text to rely on.
        prompt: the prompt in use.
        outputs: the recorded answers, as text.
    """

    profile: GroundedProfile
    holdout: Holdout
    verdicts: Verdicts
    handbook: str
    prompt: str
    outputs: str


def read_room(exercise: Exercise) -> Room | None:
    """Return what an exercise holds for this measure; None where it is of another kind.

    Raises:
        BadExercise: a file of it is missing or cannot be used.
    """
    if not isinstance(exercise.profile, GroundedProfile):
        return None
    verdicts = read_hidden(exercise, "hidden/verdicts.toml", Verdicts)
    holdout = read_holdout(exercise)
    if verdicts is None or not holdout.questions:
        raise BadExercise("hidden/verdicts.toml or hidden/holdout.jsonl is missing; write them")
    given = {one.said.name: one.data.decode("utf-8") for one in exercise.given}
    try:
        texts = (given["handbook.md"], given["prompt.txt"], given["outputs.json"])
    except KeyError as problem:
        raise BadExercise(f"public/{problem.args[0]} is missing; put it there") from problem
    return Room(exercise.profile, holdout, verdicts, *texts)


@dataclass(frozen=True)
class Asked:
    """All questions under one prompt.

    Attributes:
        came: what each answer came to, in the holdout's order.
        rules: what the model read of the prompt; None where it read no question.
    """

    came: tuple[Came, ...]
    rules: Rules | None = None

    def are(self, what: Came) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return 1 for each answer that came to it, else 0."""
        return np.array([one == what for one in self.came], np.float64)


@dataclass(frozen=True)
class PromptFixScorer:
    """What it is made of; another value is another version.

    What fools it: a prompt written for this very model. V alone can be had by guessing, so it
    counts only with quotes; HY is evidence and counts nothing.

    Attributes:
        resamples: paired bootstrap resamples of the questions.
        seed: of the resamples.
    """

    resamples: int = 2_000
    seed: int = 20261125
    name: str = "promptfix"
    version: str = "1.0.0"

    def score(
        self, attempt: Attempt, bench: Bench, room: Room, progress: Progress | None = None
    ) -> Score:
        """Return all measures of an attempt.

        Args:
            attempt: the submission.
            bench: where its cells run.
            room: the author's side.
            progress: called with prompts asked and prompts in all.
        """
        texts = [one.text for one in room.holdout.questions]
        rendered = render(attempt, bench, room.handbook, texts)
        claims = self._claims(attempt, rendered, room)
        flags = _claim_flags(attempt, rendered, room)
        template = rendered.template or ""
        if "{context}" not in template or "{question}" not in template:
            why = rendered.problem or "FIXED_PROMPT has no place for {context} or {question}"
            missing = {name: _error(why) for name in ("H1", "C1", "net", "R", "OR", "S")}
            flag = Flag(
                code="no_prompt",
                message=f"There is no prompt to ask with ({why[:300]}). Help me understand "
                "how far you got.",
            )
            return self._made(attempt, missing | claims, (flag, *flags), {})
        usual = context_in_use(room.handbook)
        unchanged = (usual,) * len(texts)
        before = asked(room, room.prompt, unchanged)
        _tell(progress, 1)
        after = asked(room, template, rendered.contexts or unchanged)
        _tell(progress, 2)
        found = self._measured(before, after, room.holdout)
        found["S"] = _frugal(room, template, rendered, found["net"])
        refused = found["OR"].value or 0.0
        if refused > MOST_REFUSED:
            flags = (*flags, _refuses(refused))
        made = self._made(attempt, found | claims, flags, _facts(before, after, room))
        return made.model_copy(update={"prompt": _held(before, after, room.holdout)})

    def _measured(self, before: Asked, after: Asked, holdout: Holdout) -> dict[str, Component]:
        """Return H0, H1, C0, C1, net, R and OR, each over paired resamples."""
        count = len(holdout.questions)
        picked = np.random.default_rng(self.seed).integers(0, count, (self.resamples, count))
        can = np.array([one.is_answerable for one in holdout.questions], np.float64)
        c0, c1 = before.are("right"), after.are("right")
        refused = after.are("refused")
        every = np.arange(count)[None, :]
        lost = int((c0 * (1 - c1)).sum())
        rates = {
            "H0": (before.are("invented"), "invented, the prompt as given"),
            "H1": (after.are("invented"), "invented, the prompt as submitted"),
            "C0": (c0, "right, the prompt as given"),
            "C1": (c1, "right, the prompt as submitted"),
        }
        found = {
            name: measures.component(
                float(values.mean()),
                f"{int(values.sum())} of {count} {what}",
                values[picked].mean(axis=1).tolist(),
            )
            for name, (values, what) in rates.items()
        }
        found["net"] = measures.component(
            float(_net(c0, c1, every)[0]),
            f"right: {int((c1 * (1 - c0)).sum())} gained, {lost} lost",
            _net(c0, c1, picked).tolist(),
        )
        found["R"] = measures.component(
            float(_share(c0 * (1 - c1), c0, every)[0]),
            f"{lost} of {int(c0.sum())} that were right are not any more",
            _share(c0 * (1 - c1), c0, picked).tolist(),
        )
        found["OR"] = measures.component(
            float(_share(refused * can, can, every)[0]),
            f"{int((refused * can).sum())} of {int(can.sum())} that the handbook answers",
            _share(refused * can, can, picked).tolist(),
        )
        return found

    def _claims(self, attempt: Attempt, rendered: Rendered, room: Room) -> dict[str, Component]:
        """Return V, EP and HY: what is said about the five answers and about the causes."""
        said = rendered.values.get("VERDICTS")
        v, of = verdict_score(said, room.verdicts), len(room.verdicts.verdict)
        proved, nowhere = quotes(said, room.verdicts, room.handbook)
        hy, missing = ideas(rendered.values.get("HYPOTHESES"), _calls(attempt))
        elsewhere = f"; {nowhere} stand nowhere in the handbook" if nowhere else ""
        never = f"; {missing} cited calls are not in the ledger" if missing else ""
        return {
            "V": measures.component(v, f"verdicts on the {of} recorded answers"),
            "EP": measures.component(
                proved / of, f"{proved} of {of} with a quote from the right section{elsewhere}"
            ),
            "HY": measures.component(hy, f"ideas with a test, as evidence and no points{never}"),
        }

    def _made(
        self, attempt: Attempt, components: dict[str, Component], flags: Sequence[Flag],
        facts: dict[str, str],
    ) -> Score:  # fmt: skip
        return scored(
            self, attempt, components, index=index(values_of(components)), flags=flags,
            is_partial=any(one.status != "scored" for one in components.values()), facts=facts,
        )  # fmt: skip


def index(parts: Mapping[str, float | None]) -> float:
    """Return E2 = 100 (.35 V EP + .50 net (1 - R) + .15 S); S counts where net is above 0.

    Source: the exercises' paper, amendment 4. A diagnostic of this tool: no report shows it.
    """

    def value(name: str) -> float:
        return parts.get(name) or 0.0

    net = value("net")
    frugal = value("S") if net > 0 else 0.0
    total = 0.35 * value("V") * value("EP") + 0.5 * net * (1 - value("R")) + 0.15 * frugal
    return round(100 * total, 2)


@lru_cache(maxsize=8)  # the prompt as given is the same for every submission
def asked(room: Room, template: str, contexts: tuple[str, ...]) -> Asked:
    """Ask the exercise's model every question of the holdout under one prompt.

    Args:
        room: model and questions.
        template: the prompt, with its places.
        contexts: what goes into each question's.
    """
    came: list[Came] = []
    rules: Rules | None = None
    for question, context in zip(room.holdout.questions, contexts, strict=True):
        prompt = filled(template, context, question.text)
        said = _engine().answer_grounded(room.profile, prompt)
        came.append("wrong" if said is None else came_to(question, said))
        rules = rules if said is None else said.rules
    return Asked(tuple(came), rules)


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine()


_Rows = np.ndarray[tuple[int], np.dtype[np.float64]]
_Picked = np.ndarray[tuple[int, int], np.dtype[np.int64]]


def _share(part: _Rows, whole: _Rows, picked: _Picked) -> _Rows:
    """Return the share of part in whole over each resample; 0 where there is no whole."""
    found: _Rows = part[picked].sum(axis=1) / np.maximum(1.0, whole[picked].sum(axis=1))
    return found


def _net(c0: _Rows, c1: _Rows, picked: _Picked) -> _Rows:
    """Return net = max(0, (C1 - C0) / (1 - C0)) over each resample; 0 where all was right."""
    first, then = c0[picked].mean(axis=1), c1[picked].mean(axis=1)
    room = np.where(first < 1, 1 - first, 1.0)
    found: _Rows = np.maximum(0.0, (then - first) / room)
    return found


def _frugal(room: Room, template: str, rendered: Rendered, net: Component) -> Component:
    unstated, given = unstated_lines(room.prompt, template, rendered.values.get("HYPOTHESES"))
    told = "" if net.value else "; it does not count, as nothing was gained"
    why = f"{unstated} changed lines without a stated reason, {given} lines given{told}"
    return measures.component(frugality(unstated, given), why)


def _calls(attempt: Attempt) -> dict[str, bool]:
    """Return the model calls' ids, and whether each came before the prompt was last changed."""
    cell = f"{attempt.about.exercise}-fixed-prompt"
    runs = [one.at for one in attempt.events
            if one.kind == "execute_request" and one.cell_id == cell]  # fmt: skip
    last = max(runs, default=None)
    return {call.id: last is None or call.at <= last for call in attempt.model_calls}


def _claim_flags(attempt: Attempt, rendered: Rendered, room: Room) -> tuple[Flag, ...]:
    told: list[tuple[str, str]] = []
    _, nowhere = quotes(rendered.values.get("VERDICTS"), room.verdicts, room.handbook)
    if nowhere:
        told.append(("quotes_not_found", f"{nowhere} quotes do not stand in the handbook. Help me "
                     "understand where they come from."))  # fmt: skip
    said = rendered.values.get("HYPOTHESES")
    _, missing = ideas(said, _calls(attempt))
    if missing:
        told.append(("calls_not_made", f"{missing} call ids in the log are not in the ledger. Help "
                     "me understand which calls are meant."))  # fmt: skip
    if pasted(room.prompt, rendered.template or "", (room.handbook, room.outputs)):
        told.append(("answers_pasted", "Sentences of the handbook or of the recorded answers stand "
                     "in the prompt. Help me understand what they are for."))  # fmt: skip
    prompts = [str(call.request.get("messages")) for call in attempt.model_calls]
    second = "cancels 60 hours ahead"
    if attempt.about.recorded and prompts and all(second in one for one in prompts):
        told.append(("one_question_only", "The log shows calls with the second recorded question "
                     "alone. Help me understand how you looked at the rest."))  # fmt: skip
    noted = any(event.kind == "hypothesis" for event in attempt.events)
    versions = len({one.split(room.handbook[60:90])[0][:2_000] for one in prompts})
    if attempt.about.recorded and versions >= 5 and not noted and not rows_of(said):
        told.append(("versions_without_idea", f"The log shows {versions} versions of the prompt "
                     "and no idea written down. Help me understand how you chose."))  # fmt: skip
    return tuple(Flag(code=code, message=message) for code, message in told)


def _refuses(share: float) -> Flag:
    return Flag(
        code="refuses_too_much",
        message=f"It refuses {share:.0%} of what the handbook answers. Help me understand what "
        "that means at the counter.",
    )


def _facts(before: Asked, after: Asked, room: Room) -> dict[str, str]:
    """Return what is shown beside the measures: strata, never a question."""
    total: Counter[str] = Counter(one.stratum for one in room.holdout.questions)
    facts = {}
    for name in room.holdout.strata():
        right = [
            sum(came == "right" for came, one in zip(some.came, room.holdout.questions, strict=True)
                if one.stratum == name)
            for some in (before, after)
        ]  # fmt: skip
        facts[f"right, {name}"] = f"{right[0]} then {right[1]} of {total[name]}"
    rules = after.rules
    if rules is not None:
        facts["what the model reads in the prompt"] = _read_in_words(rules)
    return facts


_HOLDS = 0.5
"""From here on a rule that is read in degrees is told as one that is there."""


def _read_in_words(rules: Rules) -> str:
    """Return what the prompt says, as far as it decides answers: "gaps are filled; …"."""
    told = [
        (rules.gap >= _HOLDS, "gaps are filled from elsewhere"),
        (rules.confident >= _HOLDS, "an answer is wanted at any price"),
        (rules.way_out >= _HOLDS, "it says what to do where the text is silent"),
        (rules.way_out < _HOLDS, "it does not say what to do where the text is silent"),
        (rules.overload >= _HOLDS, "it has more rules than can be followed"),
        (rules.first_match, "the first section that matches decides"),
        (rules.any_doubt, "any doubt is a reason for no answer"),
        (rules.marked, "its examples are said to show a form"),
    ]
    return ", ".join(words for holds, words in told if holds)


def _held(before: Asked, after: Asked, holdout: Holdout) -> PromptHeld:
    """Return what each kind of question came to, before and after."""
    rows = list(zip(holdout.questions, before.came, after.came, strict=True))
    strata = []
    for name in holdout.strata():
        own = [(was, now) for one, was, now in rows if one.stratum == name]
        right = Counter((was == "right", now == "right") for was, now in own)
        strata.append(StratumHeld(
            name=name, kept=right[True, True], gained=right[False, True],
            lost=right[True, False], open=right[False, False],
            invented_before=sum(was == "invented" for was, _ in own),
            invented_after=sum(now == "invented" for _, now in own),
        ))  # fmt: skip
    return PromptHeld(strata=tuple(strata))


def _error(why: str) -> Component:
    return Component(value=None, status="error", why=why[:600])


def _tell(progress: Progress | None, done: int) -> None:
    if progress is not None:
        progress(done, 2)
