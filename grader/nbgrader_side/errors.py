"""What the nbgrader side raises on purpose.

UsageError
└── NotACourse       a folder that is no course of ours, or a URL that is no gradebook   (exit 2)
YoursToFix
└── CannotGrade      a submission that cannot be graded in this course                   (exit 1)
EnvironmentLacks
└── NotBooked        nbgrader, or its database, could not do what was asked              (exit 3)
"""

from __future__ import annotations

from harness.core.errors import EnvironmentLacks, UsageError, YoursToFix


class NotACourse(UsageError):
    """A folder that is no course of ours, or a URL that is no gradebook."""


class CannotGrade(YoursToFix):
    """A submission that cannot be graded in this course; nothing of it was kept."""


class NotBooked(EnvironmentLacks):
    """nbgrader, or its database, could not do what was asked."""
