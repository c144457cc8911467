"""The plain page and the pre-brief page: their documents, their files, and the first visit's mark.

Runs in zone S, behind Jupyter's own login. The slug comes from the browser; the documents hold
nothing of a notebook: what a person reads is fetched by the page and put in as text, or as
Markdown that markdown.py has made harmless. No script but ours runs there.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from string import Template
from typing import Any, Protocol
from urllib.parse import quote

from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError, RequestHandler, authenticated

from harness.core import promises
from harness.lab.gate import PREBRIEF, READ, ReadMark, exercise_at, is_entry
from harness.lab.markdown import MarkdownHandler

PAGES = Path(__file__).with_name("pages")
SLUG = r"[a-z][a-z0-9-]{1,39}"
CSP = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
        "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'",
        "require-trusted-types-for 'script'", "trusted-types audition-markdown",
        "report-uri {base}api/security/csp-report",
    )
)  # fmt: skip
_KINDS = {".js": "text/javascript", ".css": "text/css"}


class Titled(Protocol):
    """What is needed of one sitting: harness.lab.state.LabState has it."""

    @property
    def session(self) -> str:
        """The pseudonymous id."""

    @property
    def titles(self) -> dict[str, str]:
        """Slug to title of the session's exercises; empty until the proctor has told."""


class PageHandler(JupyterHandler):  # type: ignore[misc]  # untyped to us
    """A document of ours with a strict policy."""

    @property
    def content_security_policy(self) -> str:
        """What the page may load: our own files, and pictures as data."""
        return CSP.format(base=self.base_url)

    def show(self, name: str, **values: str | tuple[str, ...]) -> None:
        """Answer with a document; what is put into it is escaped.

        Args:
            name: file among the pages.
            values: what the document's `$names` stand for, besides `base` and `xsrf`; several
                sentences become the entries of a list.
        """
        token = self.xsrf_token
        xsrf = token.decode("ascii") if isinstance(token, bytes) else str(token)  # a hub's is text
        given = {"base": self.base_url, "xsrf": xsrf, **values}
        escaped = {key: _escaped(value) for key, value in given.items()}
        text = (PAGES / name).read_text(encoding="utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        # Not less: Jupyter gives files out to pages alone that say where they come from.
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(Template(text).substitute(escaped))


class PlainHandler(PageHandler):
    """GET /plain/<slug>: an exercise as headings, text areas and buttons."""

    def initialize(self, sitting: Titled) -> None:
        """Take the sitting this server serves."""
        self._sitting = sitting

    @authenticated  # type: ignore[untyped-decorator]
    def get(self, slug: str) -> None:
        """Answer with the page of one exercise, or 404 if it is none of this session's."""
        titles = self._sitting.titles
        if re.fullmatch(SLUG, slug) is None or (titles and slug not in titles):
            raise HTTPError(404, f"{slug[:60]!r} is none of your exercises")
        self.show("plain.html", slug=slug, session=self._sitting.session,
                  title=titles.get(slug, slug))  # fmt: skip


class PrebriefHandler(PageHandler):
    """GET /audition/prebrief: who sees what, the system check, and the way in."""

    def initialize(self, sitting: Titled, open_path: str, mark: ReadMark) -> None:
        """Take the sitting, the notebook that is opened first, and whether this page was read."""
        self._sitting, self._open_path, self._mark = sitting, open_path, mark

    @authenticated  # type: ignore[untyped-decorator]
    def get(self) -> None:
        """Answer with the page; `to` is what its reader wanted to open, if they were led here."""
        to = self.get_query_argument("to", "")
        is_led = is_entry(to)
        slug, place = self._open_path.partition("/")[0], f"lab/tree/{quote(self._open_path)}"
        named = exercise_at(to)
        wanted = named if named is not None and named in self._sitting.titles else ""
        if wanted:
            slug = wanted
            place = to if to.startswith("lab/") else f"lab/tree/{slug}/{slug}.ipynb"
        self.show(
            "prebrief.html", session=self._sitting.session, slug=slug,
            lab=f"{self.base_url}{place}", led="yes" if is_led else "", wanted=wanted,
            read="yes" if self._mark.is_left else "",
            recorded=promises.RECORDED, seen=promises.SEEN_BY_REVIEWERS,
            never=promises.NEVER_SEEN, deciding=promises.DECIDING,
            plan_first=promises.PLAN_FIRST, time=promises.TIME, help_policy=promises.HELP_POLICY,
        )  # fmt: skip


class ReadHandler(JupyterHandler):  # type: ignore[misc]  # untyped to us
    """POST /audition/api/prebrief/read: the box was ticked; from now on every way in is open."""

    def initialize(self, mark: ReadMark) -> None:
        """Take the mark."""
        self._mark = mark

    @authenticated  # type: ignore[untyped-decorator]
    def post(self) -> None:
        """Leave the mark."""
        self._mark.leave()
        self.set_status(204)
        self.finish()


class PageFileHandler(JupyterHandler):  # type: ignore[misc]  # untyped to us
    """GET /audition/page/<name>: our scripts and styles."""

    @authenticated  # type: ignore[untyped-decorator]
    def get(self, name: str) -> None:
        """Answer with one of our own files; names of others are not looked for."""
        path = next((one for one in PAGES.iterdir() if one.name == name), None)
        if path is None or path.suffix not in _KINDS:
            raise HTTPError(404, "there is no such file of the page's")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("Content-Type", f"{_KINDS[path.suffix]}; charset=utf-8")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(path.read_bytes())


def _escaped(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return html.escape(value)
    return "".join(f"<li>{html.escape(one)}</li>" for one in value)


def first_path(private: Path, open_path: str) -> str:
    """Return where a visit begins: the pre-brief page until it was read, then the notebook.

    Args:
        private: the server's own folder.
        open_path: API path of the notebook to open first.
    """
    return f"/lab/tree/{quote(open_path)}" if (private / READ).exists() else PREBRIEF


def page_handlers(
    state: Titled, mark: ReadMark, open_path: str
) -> list[tuple[str, type[RequestHandler], Any]]:
    """Return the routes of both pages, for Jupyter, which puts its own address before them.

    Args:
        state: the sitting.
        mark: whether the page before the workspace was read.
        open_path: API path of the notebook to open first.
    """
    return [
        (r"/plain/([^/]+)", PlainHandler, {"sitting": state}),
        (PREBRIEF, PrebriefHandler, {"sitting": state, "open_path": open_path, "mark": mark}),
        ("/audition/api/prebrief/read", ReadHandler, {"mark": mark}),
        ("/audition/api/markdown", MarkdownHandler, {}),
        (r"/audition/page/([a-z-]+\.[a-z]+)", PageFileHandler, {}),
    ]
