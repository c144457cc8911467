"""Process evidence from the record: one signal a file, each with its moments. Never points.

Runs in T; pure functions of an Attempt. Not computed, on purpose: pauses, typing speed, style,
sentiment, any comparison with a "typical good candidate". Source: exercises' SPEC, section 6.
"""

from __future__ import annotations

from collections.abc import Callable

from grader.attempt import Attempt
from grader.records import Signal
from grader.signals.budget import budget_use
from grader.signals.edits import prompt_edit_sizes
from grader.signals.hypotheses import hypothesis_before_change
from grader.signals.looked import looked_at_data
from grader.signals.numbers import number_provenance

SIGNALS: tuple[Callable[[Attempt], Signal], ...] = (
    looked_at_data,
    hypothesis_before_change,
    prompt_edit_sizes,
    number_provenance,
    budget_use,
)


def read_signals(attempt: Attempt) -> tuple[Signal, ...]:
    """Return every signal of an attempt, in the order they are shown."""
    return tuple(signal(attempt) for signal in SIGNALS)
