"""What the review raises.

YoursToFix
└── CannotRate           a rating or a lock that is not possible now   (exit 1)
"""

from __future__ import annotations

from harness.core.errors import YoursToFix


class CannotRate(YoursToFix):
    """A rating or a lock that is not possible now; the message says what is missing."""

    exit_code = 1
