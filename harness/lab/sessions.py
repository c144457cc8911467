"""Sessions: one kernel a notebook, and no kernel without a notebook.

Runs in zone S. Bodies come from the browser: a kernel id it makes up would become part of a
file name, so it may only name what it was given.
"""

from __future__ import annotations

import os
import re
from typing import Any

from jupyter_server.services.sessions.sessionmanager import SessionManager
from tornado.web import HTTPError

from harness.lab.kernelspec import NAME
from harness.lab.returning import OpenNotebook

_MADE_UP = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")


class NotebookSessions(SessionManager):  # type: ignore[misc]  # untyped to us
    """Jupyter's sessions, for notebooks beneath the work folder alone."""

    async def create_session(
        self,
        path: str | None = None,
        name: str | None = None,
        type: str | None = None,
        kernel_name: str | None = None,
        kernel_id: str | None = None,
    ) -> dict[str, Any]:
        """Start a session with a kernel of its own.

        Args:
            path: the notebook.
            name: what the browser calls it; it must be a string in the answer, and is no more.
            type: "notebook".
            kernel_name: python3 or None.
            kernel_id: must be None.
        """
        await self._check(path, type, kernel_name)
        if kernel_id is not None:
            raise HTTPError(403, "each notebook has a kernel of its own here")
        session: dict[str, Any] = await super().create_session(
            path=path, name=str(name or "")[:300], type=type, kernel_name=NAME, kernel_id=None
        )
        if not _MADE_UP.fullmatch(str(path).rpartition("/")[2]):
            self.kernel_manager.moved(session["kernel"]["id"], str(path))
        self._note()
        return session

    async def delete_session(self, session_id: str) -> None:
        """End a session and its kernel."""
        await super().delete_session(session_id)
        self._note()

    async def bring_back(self, one: OpenNotebook) -> None:
        """Give a notebook of the server before us its session and a fresh kernel, by their ids.

        Args:
            one: what our own note says of it.
        """
        await self._check(one.path, "notebook", NAME)
        if self.parent.returning.is_of_this_start:
            await self.kernel_manager.bring_back(
                one.kernel_id, one.path, kernel_name=NAME, env=self.get_kernel_env(one.path)
            )
            await self.save_session(
                one.session_id, path=one.path, name=one.name, type="notebook",
                kernel_id=one.kernel_id,
            )  # fmt: skip
        else:  # no browser waits for it: it is on record that it ended, no more
            self.kernel_manager.tell_gone(one.kernel_id, one.path)
        self._note()

    async def start_kernel_for_session(
        self,
        session_id: str,
        path: str | None,
        name: str | None,
        type: str | None,
        kernel_name: str | None,
        kernel_id: str | None = None,
    ) -> str:
        """Start a kernel for a session that has none or wants a fresh one."""
        await self._check(path, type, kernel_name)
        started: str = await super().start_kernel_for_session(
            session_id, path=path, name=str(name or ""), type=type, kernel_name=NAME, kernel_id=None
        )
        return started

    async def update_session(self, session_id: str, **changes: Any) -> None:
        """Change a session; a kernel serves one notebook, and its path follows a rename."""
        kernel_id = changes.get("kernel_id")
        for other in await self.list_sessions():
            if kernel_id is not None and other["id"] != session_id:
                if other["kernel"]["id"] == kernel_id:
                    raise HTTPError(403, "each notebook has a kernel of its own here")
        if "type" in changes or "path" in changes:
            before = await self.get_session(session_id=session_id)
            path = changes.get("path", before["path"])
            await self._check(path, changes.get("type", before["type"]), None)
        await super().update_session(session_id, **changes)
        if "path" in changes:
            session = await self.get_session(session_id=session_id)
            self.kernel_manager.moved(session["kernel"]["id"], changes["path"])
        self._note()

    def get_kernel_env(self, path: str | None, name: str | None = None) -> dict[str, str]:
        """Return what a kernel gets of our environment: nothing of Jupyter's, no secret."""
        own = os.environ  # noqa: TID251  handed on by allow-list, not read as settings
        return {key: own[key] for key in _PASSED_ON if key in own}

    def _note(self) -> None:
        """Have it noted which notebooks are open, for the server that comes after us."""
        rows = self.connection.execute("SELECT session_id, kernel_id, path, name FROM session")
        found = [OpenNotebook(**dict(row)) for row in rows.fetchall()]
        self.parent.returning.keep(one for one in found if one.kernel_id in self.kernel_manager)

    async def _check(self, path: str | None, type: str | None, kernel_name: str | None) -> None:
        # JupyterLab asks for "<folder>/<made-up id>" first and sets the notebook's path next.
        folder, _, name = str(path or "").rpartition("/")
        is_named = name.endswith(".ipynb") or _MADE_UP.fullmatch(name) is not None
        if type != "notebook" or not isinstance(path, str) or not is_named:
            raise HTTPError(403, "only notebooks have a kernel here")
        if kernel_name not in (None, "", NAME):
            raise HTTPError(403, f"there is one kernel here, {NAME}")
        if not await self.contents_manager.dir_exists(folder):
            raise HTTPError(404, f"there is no folder {folder!r} here")
        await self.contents_manager.is_hidden(path)  # refuses names that are closed
