"""Every error Audition raises on purpose, in one tree.

    AuditionError
    ├── YoursToFix               printed as one message, without a traceback
    │   ├── UsageError           a flag or argument is off                    (exit 2)
    │   ├── SettingsError        audition.toml or AUDITION_* is off           (exit 2)
    │   ├── EnvironmentLacks     the machine lacks something                  (exit 3)
    │   ├── BadSubmission        a submission cannot be read or was altered   (exit 1)
    │   ├── BadExercise          an exercise folder is off                    (exit 1)
    │   ├── BadJournal           an event or journal line cannot be read      (exit 1)
    │   ├── SessionRefused       the proctor said no: token, purse, clock     (exit 1)
    │   └── ProctorAway          the proctor does not answer                  (exit 3)
    └── OursToFix                our defect: the traceback is kept            (exit 70)

Zones subclass these in place; foreign errors are translated where the library is imported.
"""

from __future__ import annotations


class AuditionError(Exception):
    """Base of every deliberate error.

    Attributes:
        exit_code: what the command line returns when this reaches the top.
    """

    exit_code = 70

    def __reduce__(self) -> tuple[type[AuditionError], tuple[object, ...], dict[str, object]]:
        """Survive being sent between processes with every attribute kept."""
        return type(self), self.args, self.__dict__


class YoursToFix(AuditionError):
    """The message names the thing, the value and the next step; no traceback is shown."""

    exit_code = 1


class UsageError(YoursToFix):
    """A command-line flag or argument cannot be used as given."""

    exit_code = 2


class SettingsError(YoursToFix):
    """audition.toml or an AUDITION_ variable cannot be used as given."""

    exit_code = 2


class EnvironmentLacks(YoursToFix):
    """This machine lacks something; the message says what and how to get it."""

    exit_code = 3


class BadSubmission(YoursToFix):
    """A submission cannot be read or was altered."""


class BadExercise(YoursToFix):
    """An exercise folder cannot be used as it is."""


class BadJournal(YoursToFix):
    """An event or a journal line cannot be read."""


class SessionRefused(YoursToFix):
    """The proctor understood the request and said no (token, purse, clock, order)."""


class ProctorAway(YoursToFix):
    """The proctor does not answer."""

    exit_code = 3


class OursToFix(AuditionError):
    """A defect of Audition itself; the traceback is kept."""
