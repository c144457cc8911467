"""HTTP to the proctor: the session's card, the parts of an exercise, blobs.

Runs in zone S on the event loop. The proctor's answers are ours to trust in form; sizes are
capped all the same. Foreign errors become NoAnswer and ProctorSaidNo here and nowhere else.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse
from tornado.netutil import Resolver

from harness.lab.errors import NoAnswer, ProctorSaidNo

_TIMEOUT_S = 20.0
_UPLOAD_TIMEOUT_S = 120.0
_STREAM_TIMEOUT_S = 3600.0
_LONGEST_STREAM = 1 << 40
_LONGEST_ERROR = 64 << 10
_STATUS_FINE = re.compile(r"HTTP/1\.[01] 200\b")


class OneSocket(Resolver):  # type: ignore[misc]  # untyped to us
    """Leads every name to one unix socket: a server behind walls has no network."""

    def initialize(self, path: Path) -> None:
        """Take the socket's path."""
        self._path = path

    async def resolve(self, host: str, port: int, family: int = 0) -> list[tuple[int, Any]]:
        """Return the socket's address."""
        return [(socket.AF_UNIX, str(self._path))]


class ProctorDoor:
    """The proctor, as the candidate's server may speak to it.

    Attributes:
        address: its http address; where there is a socket, a name for it.
        resolver: leads every connection to the socket; None goes over TCP.
    """

    def __init__(self, address: str, token: str, unix: Path | None = None) -> None:
        self.address = address
        self.resolver = OneSocket(unix) if unix is not None else None
        self._token = token
        self._client = AsyncHTTPClient(force_instance=True, resolver=self.resolver)

    @property
    def headers(self) -> dict[str, str]:
        """What every request to the proctor carries."""
        return {"Authorization": f"Bearer {self._token}"}

    async def get(self, path: str, *, timeout_s: float = _TIMEOUT_S) -> Any:
        """Return the JSON answer to a GET.

        Args:
            path: path on the proctor, from the slash.
            timeout_s: how long to wait.

        Raises:
            NoAnswer: it cannot be reached, or not in time.
            ProctorSaidNo: it answered with an error.
        """
        answer = await self._ask("GET", path, None, timeout_s)
        return json.loads(answer.body)

    async def post(self, path: str, body: object, *, timeout_s: float = _TIMEOUT_S) -> Any:
        """Return the JSON answer to a POST of JSON.

        Args:
            path: path on the proctor.
            body: plain JSON values.
            timeout_s: how long to wait.

        Raises:
            NoAnswer: it cannot be reached, or not in time.
            ProctorSaidNo: it answered with an error.
        """
        data = json.dumps(body).encode()
        answer = await self._ask("POST", path, data, timeout_s, kind="application/json")
        return json.loads(answer.body)

    async def part(self, slug: str, number: int) -> list[dict[str, Any]]:
        """Return the cells of one part of an exercise, once the proctor gives them.

        Args:
            slug: the exercise.
            number: the part, from 2.

        Raises:
            NoAnswer: it cannot be reached, or not in time.
            ProctorSaidNo: not yet (409, code plan_first), or there is no such part.
        """
        answer = await self.get(f"/s/parts/{slug}/{number}")
        cells: list[dict[str, Any]] = answer["cells"]
        return cells

    async def put_blob(self, name: str, data: bytes) -> None:
        """Hand over a saved file's bytes.

        Args:
            name: their SHA-256.
            data: the bytes.

        Raises:
            NoAnswer: it cannot be reached, or not in time.
            ProctorSaidNo: it will not have them.
        """
        await self._ask(
            "PUT", f"/s/blobs/{name}", data, _UPLOAD_TIMEOUT_S, kind="application/octet-stream"
        )

    async def blob(self, name: str) -> bytes:
        """Return a saved file's bytes.

        Args:
            name: their SHA-256.

        Raises:
            NoAnswer: it cannot be reached, or not in time.
            ProctorSaidNo: it has none of that name.
        """
        answer = await self._ask("GET", f"/s/blobs/{name}", None, _UPLOAD_TIMEOUT_S)
        return bytes(answer.body)

    async def stream(self, path: str, take: Callable[[bytes], Awaitable[None]]) -> None:
        """Hand on an answer of any length, piece by piece, no faster than it is taken.

        Args:
            path: path on the proctor.
            take: is given each piece; what it raises ends the stream.

        Raises:
            NoAnswer: it cannot be reached, or the answer was cut short.
            ProctorSaidNo: it answered with an error, before any piece.
        """
        head: list[str] = []
        said = bytearray()

        async def sort(piece: bytes) -> None:
            if _STATUS_FINE.match(head[0] if head else ""):
                await take(piece)
            elif len(said) < _LONGEST_ERROR:
                said.extend(piece)

        client = AsyncHTTPClient(
            force_instance=True, resolver=self.resolver, max_body_size=_LONGEST_STREAM
        )
        request = HTTPRequest(
            self.address + path, headers=self.headers, connect_timeout=5.0,
            request_timeout=_STREAM_TIMEOUT_S, follow_redirects=False, decompress_response=False,
            header_callback=head.append, streaming_callback=sort,
        )  # fmt: skip
        try:
            answer = await client.fetch(request, raise_error=False)
        except (HTTPClientError, OSError) as problem:
            raise NoAnswer(f"the proctor at {self.address} does not answer: {problem}") from problem
        finally:
            client.close()
        if answer.code == 599:
            raise NoAnswer(f"the proctor at {self.address} does not answer: {answer.error}")
        if answer.code != 200:
            raise _no(answer.code, bytes(said))

    async def _ask(
        self, method: str, path: str, data: bytes | None, timeout_s: float, kind: str = ""
    ) -> HTTPResponse:
        headers = self.headers | ({"Content-Type": kind} if kind else {})
        request = HTTPRequest(
            self.address + path,
            method=method,
            headers=headers,
            body=data,
            connect_timeout=5.0,
            request_timeout=timeout_s,
            follow_redirects=False,
        )
        try:
            answer = await self._client.fetch(request, raise_error=False)
        except (HTTPClientError, OSError) as problem:
            raise NoAnswer(f"the proctor at {self.address} does not answer: {problem}") from problem
        if answer.code == 599:  # tornado's word for a timeout or a connection cut short
            raise NoAnswer(f"the proctor at {self.address} does not answer: {answer.error}")
        if answer.code >= 400:
            raise _no(answer.code, answer.body)
        return answer


def _no(status: int, said: bytes) -> ProctorSaidNo:
    try:
        body = json.loads(said)
        message = str(body["error"]["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        body, message = {}, f"the proctor answered {status}"
    return ProctorSaidNo(message, status, body)
