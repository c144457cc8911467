"""What the review raises.

YoursToFix
├── CannotRate           a rating or a lock that is not possible now   (exit 1)
└── CannotReview         a submission that no one can rate here        (exit 1)
"""

from __future__ import annotations

from harness.core.errors import YoursToFix


class CannotRate(YoursToFix):
    """A rating or a lock that is not possible now; the message says what is missing."""

    exit_code = 1


class CannotReview(YoursToFix):
    """A submission that no one can rate here; the message says what is missing."""

    exit_code = 1
