"""Cases for the desk: a hostile candidate's submission of exercise 1, with measures."""

from __future__ import annotations

import json

from grader.records import CellReplay, Replay, Score
from grader.report import gather
from grader.review.case import Case
from grader.rubric import read_rubric
from grader.signals import read_signals
from tests.grader.attempts import Asked, Built, Did, here
from tests.grader.report.test_report import HOSTILE

SLUG = "eval-design"
MISSED = "a planted fault that was missed"
DIFFERS = "a cell that came out differently"
NEVER = "never seen before the lock"


def built(submission: str = "sub-test") -> Built:
    """A submission whose every text is hostile."""
    plan = f"%%plan\n{HOSTILE} the plan's own words"
    idea = ("hypothesis", {"id": "h1", "text": HOSTILE, "status": "refuted"})
    question = ("ask", {"question": HOSTILE, "answer": HOSTILE})
    did = [
        Did(f"{SLUG}-plan", plan, out=HOSTILE),
        Did(f"{SLUG}-success", HOSTILE, notes=[idea, question]),
        Did(f"{SLUG}-decision", "X = 5", asked=[Asked(HOSTILE * 3, HOSTILE)] * 3),
        Did(f"{SLUG}-decision", "X = 6", asked=[Asked(HOSTILE * 3 + "!", HOSTILE)] * 3),
    ]
    cells = [
        {"cell_type": "code", "id": f"{SLUG}-plan", "source": plan, "outputs": [],
         "metadata": {"audition": {"kind": "plan"}}, "execution_count": None},
        {"cell_type": "markdown", "id": f"{SLUG}-success", "source": HOSTILE,
         "metadata": {"audition": {"kind": "text", "name": "success"}}},
    ]  # fmt: skip
    book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    return Built(
        did, notebook=book.encode(), slug=SLUG, submission=submission,
        artefacts={"decision": "X = 6"},
    )  # fmt: skip


def case(submission: str = "sub-test") -> Case:
    """The same, with measures and a replay made up for it."""
    attempt = built(submission).attempt()
    score = Score.model_validate({
        "submission": submission, "exercise": SLUG, "exercise_version": "1.0.0", "index": 41.5,
        "is_partial": True, "scorer": "mutation", "scorer_version": "1.0.0",
        "components": {"K": {"value": 0.5, "status": "scored", "why": NEVER}},
        "runs": [{"id": "M18", "about": MISSED, "group": "mutant", "weight": 3,
                  "seeds": ["ship"] * 3}],
        "flags": [{"code": "few_calls", "message": NEVER}],
    })  # fmt: skip
    cells = (CellReplay(cell_id=f"{SLUG}-plan", index=0, word="different", why=DIFFERS),)
    replay = Replay(
        submission=submission, status="partial", why=NEVER, rung="bwrap+cgroup", cells=cells
    )
    evidence = gather(attempt, signals=read_signals(attempt), replay=replay, score=score)
    exercise = here(SLUG)
    rubric = read_rubric(exercise)
    assert rubric is not None
    return Case(attempt, evidence, rubric)
