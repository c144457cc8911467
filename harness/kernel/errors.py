"""What the kernel client raises: one sentence for a person, and no wall of traceback.

Runs in K and trusts nothing: the words come from the proctor or from `words`.

    YoursToFix
    ├── LlmError                 llm() got no answer
    ├── Misuse                   an argument cannot be used as given
    ├── NoExercise               the exercise's folder or saved notebook cannot be read
    │   └── ListUnreadable       what check() looks for cannot be read
    ├── NoTool                   the exercise has no tool of that name
    ├── CannotStart              no clean Python for check() can be started
    SessionRefused
    └── Refused                  the proctor said no
    ProctorAway
    └── LineDown                 the proctor does not answer, or not in its own language
        ├── AnswerKept           the line was lost while a kept question waits for its answer
        └── NoLine               there is no address to ask at: asking again cannot help
"""

from __future__ import annotations

from harness.core.errors import (
    EnvironmentLacks,
    ProctorAway,
    SessionRefused,
    UsageError,
    YoursToFix,
)


class ShortTraceback:
    """Mixed into an exception: IPython then shows its sentence alone."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class LlmError(ShortTraceback, YoursToFix):
    """A model call brought no answer.

    Attributes:
        status: HTTP status, None when the line was down.
        code: the proctor's code ("insufficient_quota"), None when it gave none.
    """

    def __init__(self, message: str, *, status: int | None = None, code: str | None = None):
        super().__init__(message)
        self.status = status
        self.code = code


class Misuse(ShortTraceback, UsageError):
    """An argument cannot be used as given."""


class NoTool(ShortTraceback, UsageError, AttributeError):
    """The exercise has no tool of that name at the moment."""


class NoExercise(ShortTraceback, YoursToFix):
    """The exercise's folder, or its saved notebook, cannot be read from here."""


class ListUnreadable(NoExercise):
    """The list of what check() looks for cannot be read; the message says why."""


class CannotStart(ShortTraceback, EnvironmentLacks):
    """No clean Python could be started; the message says why."""


class Refused(ShortTraceback, SessionRefused):
    """The proctor understood and said no.

    Attributes:
        status: HTTP status.
        code: the proctor's code, None when it gave none.
    """

    def __init__(self, message: str, *, status: int | None = None, code: str | None = None):
        super().__init__(message)
        self.status = status
        self.code = code


class LineDown(ShortTraceback, ProctorAway):
    """The proctor cannot be reached, or something else answers in its place."""


class AnswerKept(LineDown):
    """The question got through; its answer is kept and can be fetched by asking again."""


class NoLine(LineDown):
    """This process was given no address of a proctor, or one that is none."""
