"""What stops a cell of authoring.ipynb: one sentence, and no traceback.

Runs in T, in the author's kernel.
"""

from __future__ import annotations

from harness.core.errors import BadExercise


class Unready(BadExercise):
    """The exercise cannot be read as it is; a notebook shows the sentence alone."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows instead of forty lines of our own code."""
        return [str(self)]
