"""Every rule of `audition exercise check`, in the order they look."""

from __future__ import annotations

from grader.authoring.checks.rule import Rule
from grader.authoring.rules import RELEASE_RULES

RULES: tuple[Rule, ...] = (*RELEASE_RULES,)
