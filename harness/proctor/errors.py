"""Errors of the proctor. Runs in zone G; depends on nothing but the shared tree.

YoursToFix
├── SessionRefused
│   └── Refusal             a request answered with words of the catalogue (any 4xx or 5xx)
└── EnvironmentLacks
    └── StoreUnusable       a database of ours cannot be opened as it is
OursToFix
├── WriteFailed             a batch was not committed, or nobody knows whether it was
│   ├── StoreAway           the server of the database cannot be reached
│   └── LeaseLost           another proctor has taken our sessions over
└── WorkerBroken            the model worker said something that is not its wire

Inside the client of the model worker (never leave the package):
SessionRefused
└── WorkerRefused           the model itself said no; carries its code
ProctorAway
├── WorkerAway              the worker is gone, or not ready in time
└── WorkerSlow              it did not answer in time
"""

from __future__ import annotations

from harness.core.errors import EnvironmentLacks, OursToFix, ProctorAway, SessionRefused


class Refusal(SessionRefused):
    """A request that is answered with an error; the message is what the candidate reads.

    Attributes:
        status: HTTP status.
        code: the word in error.code.
        kind: the word in error.type.
        param: the field of the request it is about; None for the whole.
        retry_after_s: seconds after which asking again helps; None when it does not help.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 400,
        code: str = "bad_request",
        param: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.param = param
        self.retry_after_s = retry_after_s

    @property
    def kind(self) -> str:
        """The error's type on OpenAI's wire."""
        return KINDS.get(self.code) or KINDS_BY_STATUS.get(self.status, "api_error")


KINDS = {
    "insufficient_quota": "insufficient_quota",
    "rate_limit_exceeded": "requests",
    "timeout": "timeout",
}
KINDS_BY_STATUS = {
    400: "invalid_request_error",
    401: "authentication_error",  # litellm takes an invalid_request_error for a bad request
    403: "permission_error",
    404: "invalid_request_error",
    405: "invalid_request_error",
    409: "conflict_error",
    413: "invalid_request_error",
    415: "invalid_request_error",
}


class StoreUnusable(EnvironmentLacks):
    """A database of the proctor cannot be opened as it is."""


class WriteFailed(OursToFix):
    """A batch was not committed, or its server was lost before it said so."""


class StoreAway(WriteFailed):
    """The server of the database cannot be reached at this moment."""


class LeaseLost(WriteFailed):
    """Another proctor has taken our sessions over; nothing of ours is written any more."""


class WorkerBroken(OursToFix):
    """The model worker said something that is not its wire."""


class WorkerRefused(SessionRefused):
    """The embedded model said no.

    Attributes:
        code: its word: context_length_exceeded, unsupported_parameter, bad_request, internal.
        param: the field of the request that it is about; None for the whole.
    """

    def __init__(
        self, message: str = "", *, code: str = "internal", param: str | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.param = param


class WorkerAway(ProctorAway):
    """The model worker is gone, or was not ready in time."""


class WorkerSlow(ProctorAway):
    """The model worker did not answer in time."""
