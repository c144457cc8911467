"""What of the hub's own API is closed to everybody who comes by the front door.

Runs in zone G. A candidate may have one server started; who could end it could think while nothing
is recorded and be given the time back. Nobody needs to delete anything by this API: servers are
ended by the hub itself.
"""

from __future__ import annotations

import re
from typing import Any

from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher, Rule
from tornado.web import Application, RequestHandler

_API = re.compile(r".*/api(/|$)")


class Deletion(Matcher):  # type: ignore[misc]  # untyped to us
    """Matches every request that would delete something by the API."""

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return {} for such a request, None for any other."""
        return {} if request.method == "DELETE" and _API.match(request.path) else None


class ClosedHandler(RequestHandler):  # type: ignore[misc]  # untyped to us
    """Says that this is closed; asks for no login, so that it tells nothing else."""

    def check_xsrf_cookie(self) -> None:
        """Ask for nothing: there is nothing to protect."""

    def prepare(self) -> None:
        """Answer."""
        self.set_status(403)
        self.set_header("Content-Type", "application/json")
        self.finish({"status": 403, "message": "Nothing is deleted here."})


def close_deletions(application: Application) -> None:
    """Put the gate before every rule of an application."""
    application.default_router.rules.insert(0, Rule(Deletion(), ClosedHandler))
