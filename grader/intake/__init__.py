"""From bytes to an Attempt, or to the findings that say why not. Nothing of it is run.

Runs in T. The one door: `read_attempt`.
"""

from grader.intake.attempts import read_attempt
from grader.intake.errors import NotAnAttempt

__all__ = ["NotAnAttempt", "read_attempt"]
