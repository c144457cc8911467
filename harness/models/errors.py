"""Errors of the embedded model. Runs in zone G; depends on nothing but the shared tree.

YoursToFix
└── ModelRefused             the request cannot be answered as it stands
    ├── BadRequest           a message or value cannot be used     code bad_request
    ├── UnsupportedParameter a parameter it does not have          code unsupported_parameter
    └── ContextTooLong       the window is too small               code context_length_exceeded
OursToFix
└── BankBroken               a file of this package is missing or does not fit
"""

from __future__ import annotations

from harness.core.errors import OursToFix, YoursToFix


class ModelRefused(YoursToFix):
    """The request cannot be answered as it stands.

    Attributes:
        code: the word of the wire's error catalogue.
    """

    code = "bad_request"


class BadRequest(ModelRefused):
    """A message or a parameter's value cannot be used."""


class UnsupportedParameter(ModelRefused):
    """The request names a parameter that the embedded model does not have."""

    code = "unsupported_parameter"


class ContextTooLong(ModelRefused):
    """The prompt, or the prompt plus max_tokens, does not fit the tier's window."""

    code = "context_length_exceeded"


class BankBroken(OursToFix):
    """A data file of this package is missing or does not fit the code."""
