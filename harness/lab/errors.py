"""What can go wrong in the candidate's server, on purpose.

AuditionError (harness.core.errors)
├── SettingsError
│   └── BadGiven             lab.json cannot be used
├── YoursToFix
│   ├── RefusedMessage       a browser's message is not passed on to the kernel
│   └── RefusedRequest       a request is not done; has the HTTP status to answer
│       └── RefusedPath      nor a file operation
├── SessionRefused
│   └── ProctorSaidNo        the proctor's own error, to be handed through
└── ProctorAway
    └── NoAnswer             the proctor did not answer
"""

from __future__ import annotations

from typing import Any

from harness.core.errors import ProctorAway, SessionRefused, SettingsError, YoursToFix


class BadGiven(SettingsError):
    """lab.json is missing, unreadable or has a field that cannot be used."""


class RefusedMessage(YoursToFix):
    """A message from the browser that is recorded and goes no further.

    Attributes:
        about: what is known of it, for the record; plain JSON values.
    """

    def __init__(self, why: str, about: dict[str, Any] | None = None) -> None:
        super().__init__(why)
        self.about: dict[str, Any] = about or {}


class RefusedRequest(YoursToFix):
    """A request that is not done.

    Attributes:
        status: the HTTP status that says so.
    """

    def __init__(self, why: str, status: int = 403) -> None:
        super().__init__(why)
        self.status = status


class RefusedPath(RefusedRequest):
    """A file operation that is not done."""


class ProctorSaidNo(SessionRefused):
    """The proctor understood and said no.

    Attributes:
        status: its HTTP status.
        body: its JSON answer, as it came: {"error": {"message", "type", "param", "code"}}.
    """

    def __init__(self, message: str, status: int = 500, body: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = body or {}


class NoAnswer(ProctorAway):
    """The proctor could not be reached or took too long."""
