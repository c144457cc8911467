"""Who is asking: the pass in the Authorization header, or the line the request came on.

Runs in zone G. Headers are hostile; what a kernel's door said about its line stands in the
connection's own state, which no header reaches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from harness.proctor import words
from harness.proctor.tokens import Role, Tokens

CALLER = "audition.caller"
"""Key in a request's scope under which it stands who asked, once that is known."""
LINE = "line"
"""Key in a connection's state under which the kernel's door keeps the Line."""

DOOR = "door"
"""Key in a connection's state that says it came by the labs' socket; absent on the port."""


@dataclass(frozen=True)
class Line:
    """What the kernel's door learnt before the first request.

    Attributes:
        token: the kernel token of the first line.
        kernel_id: the kernel that the line serves.
    """

    token: str
    kernel_id: str


@dataclass(frozen=True)
class Caller:
    """Who asks.

    Attributes:
        role: operator, lab or kernel.
        session: whose session; empty for the operator.
        kernel_id: the kernel that the line serves; None on the TCP door.
    """

    role: Role
    session: str
    kernel_id: str | None = None


class Access:
    """The one place that decides who asks.

    Args:
        tokens: every pass that is good.
        owns: tells whether a session is ours to serve.
    """

    def __init__(self, tokens: Tokens, owns: Callable[[str], bool] = lambda _: True) -> None:
        self._tokens, self._owns = tokens, owns

    def caller(self, connection: HTTPConnection, *roles: Role) -> Caller:
        """Return who asks, if it is one of these roles.

        Args:
            connection: a request or a WebSocket.
            *roles: who may.

        Raises:
            Refusal: 401 for a pass that is not good, 403 for one that opens other doors, 503 for
                a session that another proctor serves.
        """
        line = connection.scope.get("state", {}).get(LINE)
        if isinstance(line, Line):
            found, kernel_id = self._tokens.find(line.token), line.kernel_id
        else:
            found, kernel_id = self._tokens.find(_bearer(connection)), None
        if found is None:
            raise words.pass_not_good()
        if found.role not in roles:
            raise words.not_this_role(found.role)
        if found.session is not None and not self._owns(found.session):
            raise words.session_elsewhere()
        caller = Caller(role=found.role, session=found.session or "", kernel_id=kernel_id)
        connection.scope[CALLER] = caller
        return caller

    def opens_kernel_door(self, token: str) -> bool:
        """Tell whether a token may begin a line on the kernel's door."""
        found = self._tokens.find(token)
        return found is not None and found.role == "kernel"


def _bearer(connection: HTTPConnection) -> str:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
