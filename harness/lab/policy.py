"""What may run in the candidate's browser: JupyterLab's own scripts, and none that a cell shows.

Runs in zone S. An output is HTML that anything may have written, a model's answer among it; a
script in it would have the browser's login, and could pause, submit or run cells as the person.
What it shows comes from here as well: a picture from outside would carry words there, and tell
who looked and when.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jupyter_server.files.handlers import FilesHandler
from jupyterlab_server.handlers import LabHandler

FROM_HERE = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; "
    "font-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-src 'self' blob:; "
    "worker-src 'self' blob:; connect-src 'self' ws: wss: data: blob:"
)
"""Whence a page may load what is no script. Websockets are named, since not every browser counts
them as 'self'; only scripts open one, and only ours run."""
_FILE_FROM_HERE = (
    "default-src 'self' 'unsafe-inline' data: blob:; script-src 'none'; form-action 'none'"
)
"""The same for a file of the work folder, which has no login. Nor a script: one may open lines that
no policy of a page speaks of (WebRTC)."""
_IN_NO_FRAME = "frame-ancestors 'none'"
"""A policy of its own for a file that is a page: in a frame of an output it would be shown unasked,
with links that have the browser connect outside. Opened in a tab it is a page like any other."""
_IS_PAGE = re.compile("html|xml", re.IGNORECASE)
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class PlainFiles(FilesHandler):  # type: ignore[misc]  # untyped to us
    """Serves files of the work folder; a script is text, which no page of ours runs."""

    @property
    def content_security_policy(self) -> str:
        """The usual policy of a file, and that it loads nothing from outside."""
        return f"{super().content_security_policy}; {_FILE_FROM_HERE}"

    def set_header(self, name: str, value: Any) -> None:
        """Set a header, a script's type made text; a page is shown in no frame."""
        if name == "Content-Type" and re.search("javascript|ecmascript", str(value), re.IGNORECASE):
            value = "text/plain; charset=UTF-8"
        if name == "Content-Type" and _IS_PAGE.search(str(value)):
            policies = f"{self.content_security_policy}, {_IN_NO_FRAME}"
            super().set_header("Content-Security-Policy", policies)
        super().set_header(name, value)


class PolicedLab(LabHandler):  # type: ignore[misc]  # untyped to us
    """JupyterLab's page with a policy on scripts, and on whence the rest comes."""

    _policy = "script-src 'none'"

    def initialize(self, *, policy: str, **given: Any) -> None:
        """Take the policy, and what JupyterLab's handler takes."""
        self._policy = policy
        super().initialize(**given)

    @property
    def content_security_policy(self) -> str:
        """The usual policy, and that of scripts."""
        return f"{super().content_security_policy}; {self._policy}"

    def prepare(self) -> Any:
        """Set the policy, which is not known when the first headers are set."""
        self.set_header("Content-Security-Policy", self.content_security_policy)
        self.set_header("Referrer-Policy", "same-origin")  # a link that is pressed tells nothing
        self.set_header("X-DNS-Prefetch-Control", "off")  # nor is its name looked up before
        return super().prepare()

    def on_finish(self) -> None:
        """Have a kernel prepared while the page loads: its notebook will ask for one."""
        if self.get_status() == HTTPStatus.OK:
            self.kernel_manager.prepare_spare()
        super().on_finish()


def script_policy(static: Path) -> str:
    """Return the policy on scripts and on what is loaded.

    JupyterLab makes functions of the schemas of its settings, so eval stays allowed to scripts
    that run already; a script or handler written into the page does not run, but for the one
    JupyterLab itself writes there.

    Args:
        static: JupyterLab's built files, index.html among them.
    """
    page = (static / "index.html").read_text(encoding="utf-8")
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(own.encode()).digest()).decode() + "'"
        for own in _INLINE.findall(page)
    ]
    scripts = " ".join(["script-src 'self' 'unsafe-eval'", *hashes])
    return f"{FROM_HERE}; {scripts}; object-src 'none'; base-uri 'self'; form-action 'self'"


def with_policy(handlers: Iterable[Any], static: str) -> list[Any]:
    """Return JupyterLab's routes, those of its page with the policy.

    Args:
        handlers: (pattern, handler class, arguments), the last one optional.
        static: the folder of JupyterLab's built files.
    """
    policy = script_policy(Path(static))
    done = []
    for rule in handlers:
        pattern, handler, *given = rule
        if handler is LabHandler:
            arguments = dict(given[0]) if given else {}
            done.append((pattern, PolicedLab, arguments | {"policy": policy}))
        else:
            done.append(rule)
    return done
