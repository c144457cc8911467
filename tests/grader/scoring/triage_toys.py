"""Triage attempts without a sandbox: the template, a probe's record, and values as they came."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from grader.attempt import Attempt
from grader.authoring.folder import Exercise, read_exercise
from grader.authoring.new import TEMPLATES
from grader.intake import read_attempt
from grader.records import Score
from grader.scoring.arena import Arena, Loaded
from grader.scoring.triage import TriageScorer
from grader.scoring.triage_sheet import Triage, read_triage
from grader.unrecorded.files import read_files
from grader.unrecorded.making import make_submission
from harness.core.records import Call

ROOM = TEMPLATES / "triage"


@cache
def room() -> Exercise:
    """The template."""
    return read_exercise(ROOM)


@cache
def triage() -> Triage:
    """What is planted in it."""
    found = read_triage(room())
    assert found is not None
    return found


@cache
def probe(name: str) -> Attempt:
    """A probe as it is submitted."""
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(shutil.copytree(ROOM / "hidden" / "probes" / name, Path(aside) / name))
        data = make_submission(read_files(folder), room())
    return read_attempt(data, public=None, find_exercise=lambda _: room())


def claim(component: str, cause: str, p: Any = 0.9, *evidence: str) -> dict[str, Any]:
    """One entry of CAUSES."""
    return {"component": component, "cause": cause, "p": p, "evidence": list(evidence)}


def scored(
    values: dict[str, Any], *, record: str = "reference", calls: tuple[Call, ...] | None = None,
    problem: str = "",
) -> Score:  # fmt: skip
    """The score of values with a probe's record, or with other uses of tools."""
    attempt = probe(record)
    if calls is not None:
        attempt = dataclasses.replace(attempt, calls=calls)
    arena = SimpleNamespace(loaded=Loaded(values=values, problem=problem))
    return TriageScorer(draws=0).score(attempt, cast(Arena, arena), triage())
