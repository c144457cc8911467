"""What stays in the author's room, read by whoever measures or judges.

Runs in T. The files are an author's: careless at worst, so every slip gets a plain message.
"""

from __future__ import annotations

import tomllib
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from grader.authoring.folder import Exercise
from harness.core.card import tell_validation
from harness.core.errors import BadExercise

_Kind = TypeVar("_Kind", bound=BaseModel)


def hidden_bytes(exercise: Exercise, place: str) -> bytes | None:
    """Return a hidden file's bytes; None when there is no such file."""
    return next((one.data for one in exercise.hidden if one.place == place), None)


def read_hidden(exercise: Exercise, place: str, kind: type[_Kind]) -> _Kind | None:
    """Return a hidden TOML file as what it should be; None when there is no such file.

    Raises:
        BadExercise: not TOML, or a field that is off.
    """
    data = hidden_bytes(exercise, place)
    if data is None:
        return None
    try:
        return kind.model_validate(tomllib.loads(data.decode("utf-8")))
    except ValidationError as problem:
        raise BadExercise(f"{place}: {tell_validation(problem)}") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadExercise(f"{place} is not TOML: {problem}") from problem
