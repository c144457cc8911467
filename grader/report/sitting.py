"""A sitting: the evidence of each of its exercises, in order. No total, and nothing compared.

Runs in T; pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from grader.records import About
from grader.report.evidence import Evidence
from harness.core.errors import UsageError
from harness.core.records import Identifier, Record


class SittingEvidence(Record):
    """What is known of all submissions of one session: report.json of more than one."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    session: Identifier
    """Whose, by a pseudonym."""
    exercises: tuple[Evidence, ...] = Field(min_length=1)
    """One an exercise, in the order they were given."""

    @classmethod
    def of(cls, found: Sequence[Evidence]) -> SittingEvidence:
        """Return the evidence of one sitting.

        Args:
            found: at least one, each of another exercise.

        Raises:
            UsageError: they are of several sessions, or one exercise is there twice.
        """
        cls.check([one.about for one in found])
        recorded = [one.about.session for one in found if one.about.recorded]
        session = recorded[0] if recorded else found[0].about.session
        return cls(session=session, exercises=tuple(found))

    @staticmethod
    def check(found: Sequence[About]) -> None:
        """Refuse what is not of one sitting.

        Raises:
            UsageError: they are of several sessions, or one exercise is there twice.
        """
        sessions = sorted({one.session for one in found if one.recorded})
        if len(sessions) > 1:
            raise UsageError(
                f"these are of {len(sessions)} sittings ({', '.join(sessions)}); "
                "write a report for each"
            )
        slugs = [one.exercise for one in found]
        twice = next((slug for slug in slugs if slugs.count(slug) > 1), None)
        if twice is not None:
            raise UsageError(f"{twice} is there more than once; give the submission that counts")
