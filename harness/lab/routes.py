"""The routes that are open. Everything else is a 404, whatever Jupyter registered.

Runs in zone S, before any handler. A new Jupyter version may bring new routes; they stay
closed until they stand here.
"""

from __future__ import annotations

import re
from typing import Any

from jupyter_server.base.handlers import APIHandler
from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher, PathMatches, Rule
from tornado.web import Application, RequestHandler, authenticated

_GET, _READ = frozenset({"GET", "HEAD"}), frozenset({"GET", "HEAD", "OPTIONS"})
_ANY = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

OPEN: tuple[tuple[str, frozenset[str]], ...] = (
    (r"/", _GET),
    (r"/lab(/(tree|workspaces|doc)(/.*)?)?/?", _GET),
    (r"/(static|lab/extensions|lab/api/themes|lab/static)/.*", _GET),
    (r"/favicon\.ico", _GET),
    (r"/custom/custom\.css", _GET),
    (r"/login", frozenset({"GET", "POST"})),
    (r"/logout", _GET),
    (r"/oauth_callback", _GET),
    (r"/lab/api/settings(/.*)?", _READ | {"PUT"}),
    (r"/lab/api/workspaces(/.*)?", _READ | {"PUT", "DELETE"}),
    (r"/lab/api/translations(/.*)?", _READ),
    (r"/api/?", _READ),
    (r"/api/(me|status)", _READ),
    (r"/api/security/csp-report", frozenset({"POST"})),
    (r"/api/contents(/.*)?", _ANY),
    (r"/files/.+", _GET),
    (r"/api/kernelspecs(/python3)?", _READ),
    (r"/kernelspecs/python3/logo-[0-9a-z]+\.(png|svg)", _GET),
    (r"/api/kernels", _READ),
    (rf"/api/kernels/{_ID}", _READ | {"DELETE"}),
    (rf"/api/kernels/{_ID}/(restart|interrupt)", frozenset({"POST", "OPTIONS"})),
    (rf"/api/kernels/{_ID}/channels", _GET),
    (r"/api/nbconvert", _GET),
    (r"/api/sessions", _READ | {"POST"}),
    (rf"/api/sessions/{_ID}", _READ | {"PATCH", "DELETE"}),
    (r"/api/events/subscribe", _GET),
    (r"/audition/.+", _ANY),
    (r"/plain/[a-z][a-z0-9-]{1,39}", _GET),
)
"""Path and methods. Left out on purpose: terminals, nbconvert (its list of formats is empty),
POST /api/kernels (a kernel comes with a notebook's session), config, shutdown, events from
outside, metrics, the extension and plugin managers, builds, news, licences, /view."""

_COMPILED = tuple((re.compile(pattern), methods) for pattern, methods in OPEN)


def is_open(method: str, path: str) -> bool:
    """Tell whether a request may reach a handler.

    Args:
        method: HTTP method.
        path: the path as it came, percent signs and all.
    """
    return any(methods >= {method} and rule.fullmatch(path) for rule, methods in _COMPILED)


class NoFormats(APIHandler):  # type: ignore[misc]  # untyped to us
    """Says that there is nothing to convert to: JupyterLab's menus ask, converting is closed."""

    @authenticated  # type: ignore[untyped-decorator]
    def get(self) -> None:
        """Answer with no formats."""
        self.finish({})


class Closed(Matcher):  # type: ignore[misc]  # untyped to us
    """Matches every request that is not open.

    Args:
        base_url: where Jupyter is mounted; what is not beneath it is closed.
    """

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return {} for a closed request, None for an open one."""
        below = request.path.startswith(self._base_url)
        path = "/" + request.path.removeprefix(self._base_url)
        return None if below and is_open(request.method or "", path) else {}


class ClosedHandler(RequestHandler):  # type: ignore[misc]  # untyped to us
    """Says that a route is closed here; asks for no login, so that it tells nothing else."""

    def check_xsrf_cookie(self) -> None:
        """Ask for nothing: there is nothing to protect."""

    def prepare(self) -> None:
        """Answer, whatever the method."""
        self.set_status(404)
        self.set_header("Content-Type", "application/json")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish({"message": "This route is closed in the workspace.", "reason": "closed"})


def close_the_rest(application: Application, base_url: str = "/") -> None:
    """Put the gate before every other rule of an application.

    Args:
        application: Jupyter's.
        base_url: where it is mounted, from slash to slash.
    """
    rules = application.default_router.rules
    rules.insert(0, Rule(PathMatches(re.escape(f"{base_url}api/nbconvert")), NoFormats))
    rules.insert(0, Rule(Closed(base_url), ClosedHandler))
