"""Errors of the embedded model. Runs in zone G; depends on nothing but the shared tree.

YoursToFix
└── ModelRefused             the request cannot be answered as it stands
    ├── BadRequest           a message or value cannot be used     code bad_request
    ├── UnsupportedParameter a parameter it does not have          code unsupported_parameter
    ├── UnsupportedContent   a message this alias does not take    code unsupported_content
    └── ContextTooLong       the window is too small               code context_length_exceeded
YoursToFix
└── ChatFailed               a model that is called from outside gave no answer
BadExercise
└── BadProfile               an exercise's fault profile cannot be used; a caller hears "internal"
OursToFix
└── BankBroken               a file of this package is missing or does not fit
"""

from __future__ import annotations

from harness.core.errors import BadExercise, OursToFix, YoursToFix


class ModelRefused(YoursToFix):
    """The request cannot be answered as it stands.

    Args:
        message: what is off, and the next step.
        param: the field of the request that it is about; None for the whole.

    Attributes:
        code: the word of the wire's error catalogue.
        param: as given.
    """

    code = "bad_request"

    def __init__(self, message: str = "", *, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


class BadRequest(ModelRefused):
    """A message or a parameter's value cannot be used."""


class UnsupportedParameter(ModelRefused):
    """The request names a parameter that the embedded model does not have."""

    code = "unsupported_parameter"


class UnsupportedContent(ModelRefused):
    """A message of a kind that this alias does not take, such as a prompt of the caller's."""

    code = "unsupported_content"


class ContextTooLong(ModelRefused):
    """The prompt, or the prompt plus max_tokens, does not fit the tier's window."""

    code = "context_length_exceeded"


class ChatFailed(YoursToFix):
    """A model that is called from outside gave no answer, or one that is none."""


class BadProfile(BadExercise):
    """An exercise's fault profile cannot be used; its author has to mend it, no caller can."""


class BankBroken(OursToFix):
    """A data file of this package is missing or does not fit the code."""
