"""A score, from what a scorer found: whose it is and who made it are written in one place.

Runs in T; pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from grader.attempt import Attempt
from grader.records import Component, Flag, ModelRun, Score


class Named(Protocol):
    """A scorer."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def version(self) -> str:
        """Another meaning is another version."""


def values_of(components: Mapping[str, Component]) -> dict[str, float | None]:
    """Return the measures' numbers by name."""
    return {name: one.value for name, one in components.items()}


def scored(
    scorer: Named, attempt: Attempt, components: dict[str, Component], *, index: float | None,
    is_partial: bool, flags: Sequence[Flag] = (), runs: tuple[ModelRun, ...] = (),
    facts: dict[str, str] | None = None,
) -> Score:  # fmt: skip
    """Return the score of a submission.

    Args:
        scorer: who measured.
        attempt: whose.
        components: the measures, in the order they are shown.
        index: the diagnostic, 0 to 100.
        is_partial: whether a part of it was left out.
        flags: questions.
        runs: the kill matrix, where there is one.
        facts: small things shown beside it.
    """
    return Score(
        submission=attempt.about.submission,
        exercise=attempt.about.exercise,
        exercise_version=attempt.about.exercise_version,
        index=index,
        is_partial=is_partial,
        components=components,
        flags=tuple(flags),
        runs=runs,
        facts=facts or {},
        scorer=scorer.name,
        scorer_version=scorer.version,
    )
