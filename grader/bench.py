"""What this machine offers for running a candidate's code: walls, limits, an interpreter, seeds.

Runs in T. Nothing of a candidate's runs but through a Bench.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.authoring.folder import Exercise, read_exercise
from grader.authoring.roots import find_places
from harness.cli.places import candidate_python
from harness.core.settings import SandboxSettings, Settings
from harness.sandbox.ladder import Rung, choose, probe

OWN_EXERCISES = Path(__file__).with_name("exercises")


@dataclass(frozen=True)
class Bench:
    """A place to run candidates' code in.

    Attributes:
        rung: the walls; stored with every result.
        limits: memory, processes, files.
        python: the candidate's interpreter.
        seed: of every draw that a stage makes; equal seeds give equal results.
    """

    rung: Rung
    limits: SandboxSettings
    python: Path
    seed: int = 20261125

    @classmethod
    def of(cls, settings: Settings) -> Bench:
        """Return this machine's.

        Raises:
            EnvironmentLacks: there is no sandbox and code is not trusted, or no interpreter.
        """
        rung = choose(probe(settings.sandbox), trust_code=settings.sandbox.trust_code)
        return cls(rung=rung, limits=settings.sandbox, python=candidate_python(settings))


def find_exercise(settings: Settings, slug: str) -> Exercise | None:
    """Return an exercise's room on this machine; None if it is not here.

    Raises:
        BadExercise: it is here and cannot be used as it is.
    """
    for place in find_places(OWN_EXERCISES, settings.exercises):
        if place.slug == slug:
            return read_exercise(place.folder)
    return None
