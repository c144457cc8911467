"""The one place in the kernel client that speaks HTTP: to the proctor, and to nobody else.

Runs in K. Only the standard library, so that a notebook pays nothing for importing it.
Answers are data: size is capped, shape is checked by whoever asked.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from harness.kernel import words
from harness.kernel.errors import LineDown, Misuse, NoLine, Refused

NO_KEY = "sandbox-needs-no-key"
"""What stands for a key in the sandbox, where the line itself says who calls."""
MAX_ANSWER_BYTES = 32 << 20
ATTEMPTS = 3
LONGEST_WAIT_S = 60.0


@dataclass(frozen=True)
class Answered:
    """What the proctor answered to one request.

    Attributes:
        value: the JSON value.
        cost_usd: the price it stated in its header, as text; None if it stated none.
    """

    value: Any
    cost_usd: str | None = None

    def text(self, name: str) -> str:
        """Return a text field of the answer.

        Raises:
            LineDown: there is no such text.
        """
        value = self.value.get(name) if isinstance(self.value, dict) else None
        if not isinstance(value, str):
            raise LineDown(words.STRANGE_ANSWER.format(missing=name))
        return value

    def word(self, name: str, form: re.Pattern[str]) -> str | None:
        """Return a text field that has this form; None if there is none such."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return value if isinstance(value, str) and form.fullmatch(value) else None

    def is_true(self, name: str) -> bool:
        """Tell whether a field is there and true."""
        return isinstance(self.value, dict) and self.value.get(name) is True

    def rows(self, name: str) -> list[Any]:
        """Return a list field of the answer; empty if it is absent."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return value if isinstance(value, list) else []


@dataclass(frozen=True)
class Line:
    """A way to the proctor.

    Attributes:
        address: "http://127.0.0.1:4000".
        token: bearer token; None where the line needs none.
        timeout_s: how long one request may take, in seconds.
        attempts: how often one request is made when the proctor says that asking again helps.
    """

    address: str
    token: str | None = None
    timeout_s: float = 120.0
    attempts: int = ATTEMPTS

    def get(self, path: str) -> Answered:
        """Return the answer to a GET.

        Raises:
            Refused: the proctor said no.
            LineDown: it does not answer, or something else does.
        """
        return self._call("GET", path, None)

    def post(self, path: str, body: object) -> Answered:
        """Return the answer to a POST of JSON.

        Raises:
            Misuse: the body has no JSON form.
            Refused: the proctor said no.
            LineDown: it does not answer, or something else does.
        """
        try:
            data = json.dumps(body, allow_nan=False).encode("ascii")
        except (TypeError, ValueError, RecursionError) as problem:
            raise Misuse(f"This cannot be sent: {problem}. Use text, numbers and lists.") from None
        return self._call("POST", path, data)

    def _call(self, method: str, path: str, body: bytes | None) -> Answered:
        for attempt in range(1, self.attempts + 1):
            status, headers, data = self._exchange(method, path, body)
            wait_s = _wait_before_retry(status, headers)
            if wait_s is None or attempt == self.attempts:
                break
            time.sleep(min(wait_s * attempt, LONGEST_WAIT_S))
        return _read_answer(status, headers, data)

    def _exchange(
        self, method: str, path: str, body: bytes | None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = _connect(self.address, self.timeout_s)
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            prefix = urlsplit(self.address).path.rstrip("/")
            connection.request(method, prefix + path, body=body, headers=headers)
            response = connection.getresponse()
            data = response.read(MAX_ANSWER_BYTES + 1)
        except TimeoutError as problem:
            raise LineDown(words.NO_ANSWER.format(seconds=round(self.timeout_s))) from problem
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise LineDown(words.LINE_DOWN) from problem
        finally:
            connection.close()
        if len(data) > MAX_ANSWER_BYTES:
            raise LineDown(words.STRANGE_ANSWER.format(missing="an answer of less than 32 MB"))
        return response.status, response.headers, data


def open_line() -> Line:
    """Return the line this kernel was given.

    Raises:
        NoLine: AUDITION_URL is not set, so there is no proctor to speak to.
    """
    environ = os.environ  # noqa: TID251  the kernel client has no settings but these two
    address = environ.get("AUDITION_URL", "")
    key = environ.get("OPENAI_API_KEY", "")
    if not address:
        raise NoLine(words.NO_ADDRESS)
    return Line(address, token=key if key and key != NO_KEY else None)


def _connect(address: str, timeout_s: float) -> http.client.HTTPConnection:
    try:
        parts = urlsplit(address)
        port, host = parts.port, parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise NoLine(words.BAD_ADDRESS.format(address=address[:80]))
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(host, port, timeout=timeout_s)


def _wait_before_retry(status: int, headers: http.client.HTTPMessage) -> float | None:
    """Return seconds to wait before asking again; None when asking again cannot help."""
    if status < 400 or headers.get("x-should-retry") != "true":
        return None
    try:
        asked = float(headers.get("retry-after", "0.3"))
    except ValueError:
        return 0.3
    return min(asked, LONGEST_WAIT_S) if asked >= 0 else 0.3


def _read_answer(status: int, headers: http.client.HTTPMessage, data: bytes) -> Answered:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if status >= 400:
        raise _refusal(status, value)
    if value is None or status >= 300:
        raise LineDown(words.NOT_THE_PROCTOR)
    return Answered(value, cost_usd=headers.get("x-cost-usd"))


def _refusal(status: int, value: object) -> Refused | LineDown:
    error = value.get("error") if isinstance(value, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(message, str) and message:
        return Refused(message, status=status, code=code if isinstance(code, str) else None)
    if status in words.BY_STATUS:
        return Refused(words.BY_STATUS[status], status=status)
    return LineDown(words.NOT_THE_PROCTOR)
