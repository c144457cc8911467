"""Findings in their two usual levels.

Runs in T; pure.
"""

from __future__ import annotations

from grader.records import Finding

_MOST, _MOST_PLACE = 600, 200


def look(code: str, message: str, place: str = "") -> Finding:
    """Return a finding that a reviewer should look at."""
    return Finding(code=code, level="look", message=message[:_MOST], place=place[:_MOST_PLACE])


def note(code: str, message: str) -> Finding:
    """Return a finding that is good to know."""
    return Finding(code=code, level="note", message=message[:_MOST])
