"""Whoever opens an exercise without having read "Before you start" is led there first, once.

Runs in zone S, before any page. It stands in front of the documents alone, JupyterLab's and the
plain page's: an address that was printed, a link, a bookmark and a practice all come through it.
A page that is open already is never asked. Under a hub the box stands on the hub's own start page,
and without it no link is used: whoever gets here has ticked it.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_server.base.handlers import JupyterHandler
from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher, Rule
from tornado.web import Application, authenticated

PREBRIEF = "/audition/prebrief"
"""The page that is read first."""
READ = "prebrief-read"
"""Name of the mark in the server's own folder: this candidate has ticked the box once."""
_ENTRY = re.compile(
    r"(lab/?|lab/(tree|workspaces|doc)(/[^?#]*)?|plain/(?P<plain>[a-z][a-z0-9-]{1,39}))"
)
_OF_LAB = re.compile(r"lab/tree/([a-z][a-z0-9-]{1,39})/")
_log = logging.getLogger(__name__)


class ReadMark:
    """Whether "Before you start" was read, kept where the candidate's kernels cannot reach.

    Args:
        private: the server's own folder.
        by_hub: whether a hub has asked before anybody gets here.
    """

    def __init__(self, private: Path, *, by_hub: bool = False) -> None:
        self._path = private / READ
        self._is_left = by_hub

    @property
    def is_left(self) -> bool:
        """Whether the box was ticked, now or before this server was started."""
        return self._is_left or self._path.exists()

    def leave(self) -> None:
        """Note that it was ticked; a full disk keeps nobody out."""
        self._is_left = True
        try:
            self._path.touch(mode=0o600)
        except OSError as problem:
            _log.warning("the mark of the first page could not be written: %s", problem)


def is_entry(address: str) -> bool:
    """Tell whether this is a page in which an exercise can be worked on.

    Args:
        address: below the server's base, without a slash before it, without a query.
    """
    return _ENTRY.fullmatch(address) is not None


def exercise_at(address: str) -> str | None:
    """Return the slug of the exercise that such a page shows; None if it names none."""
    found = _ENTRY.fullmatch(address)
    if found is None:
        return None
    of_lab = _OF_LAB.match(address)
    return found["plain"] or (of_lab[1] if of_lab else None)


class Unread(Matcher):  # type: ignore[misc]  # untyped to us
    """Matches the pages of exercises for as long as the box has not been ticked.

    Args:
        base_url: where Jupyter is mounted, from slash to slash.
        mark: whether it has.
    """

    def __init__(self, base_url: str, mark: ReadMark) -> None:
        self._base_url, self._mark = base_url, mark

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return {} for what is to wait, None for the rest."""
        path = request.path
        if request.method != "GET" or not path.startswith(self._base_url):
            return None
        waits = is_entry(path.removeprefix(self._base_url)) and not self._mark.is_left
        return {} if waits else None


class FirstHandler(JupyterHandler):  # type: ignore[misc]  # untyped to us
    """Leads to the page that is read first, which knows then where its reader wanted to go."""

    @authenticated  # type: ignore[untyped-decorator]
    def get(self) -> None:
        """Redirect; the token of the address stays behind, the login is a cookie from here on."""
        wanted = self.request.path.removeprefix(self.base_url)
        self.set_header("Cache-Control", "no-store")
        self.redirect(f"{self.base_url.rstrip('/')}{PREBRIEF}?to={quote(wanted, safe='')}")


def ask_first(application: Application, base_url: str, mark: ReadMark) -> None:
    """Put the question before every page of an exercise.

    Args:
        application: Jupyter's.
        base_url: where it is mounted, from slash to slash.
        mark: whether it was answered.
    """
    application.default_router.rules.insert(0, Rule(Unread(base_url, mark), FirstHandler))
