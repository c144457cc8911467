"""What the trusted side raises on purpose.

BadExercise
└── NotReleasable            an exercise folder cannot be photographed as it is   (exit 1)
EnvironmentLacks
└── CannotWrite              a photograph's folder cannot be written              (exit 3)
"""

from __future__ import annotations

from typing import Self

from harness.core.errors import BadExercise, EnvironmentLacks


class NotReleasable(BadExercise):
    """An exercise folder cannot be photographed as it is.

    Attributes:
        place: where; "" where it was raised without parts.
        what: what is the matter there.
        remedy: the author's next step.
    """

    place = what = remedy = ""

    @classmethod
    def at(cls, place: str, found: str, remedy: str) -> Self:
        """Return the error in its one form: where, what, and what to do.

        Args:
            place: file, and cell or key where there is one ("source.py, cell 'plan'").
            found: what is the matter there.
            remedy: the author's next step.
        """
        error = cls(f"{place}: {found}; {remedy}")
        error.place, error.what, error.remedy = place, found, remedy
        return error


class CannotWrite(EnvironmentLacks):
    """A photograph's folder cannot be written."""
