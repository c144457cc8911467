"""The routes of versions: which there are, what is in one, put it back, and the cells as given.

Runs in zone S, behind JupyterLab's own login and XSRF check.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict
from tornado.web import authenticated

from harness.core.records import Sha256
from harness.lab.api import ApiHandler
from harness.lab.changes import Changes, Reads
from harness.lab.errors import RefusedRequest
from harness.lab.submit_api import Unsent, all_sent
from harness.lab.versions import Door, Restoring, given_cells, list_versions, look_inside

ON_ITS_WAY_S = 2.0
"""How long the list waits for saves that are on their way; without them it is shown as it is."""


class WantedVersion(BaseModel):
    """Which version is to be put back."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sha256: Sha256
    """Of its bytes."""


class ListsAndReads(Door, Reads, Protocol):
    """The proctor, as far as a list of versions needs it."""


class VersionsHandler(ApiHandler):
    """GET /audition/api/versions/<slug>."""

    line_down = "The line is down, so the versions cannot be listed. They are kept; try again soon."

    def initialize(self, door: ListsAndReads, spool: Unsent, changes: Changes) -> None:
        """Take the door to the proctor, what has not gone through it, and what versions hold."""
        self._door, self._spool, self._changes = door, spool, changes

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self, slug: str) -> None:
        """Answer with the versions, newest first."""
        await self.answer(self._list(slug))

    async def _list(self, slug: str) -> Any:
        with suppress(
            RefusedRequest
        ):  # the list is the proctor's, and a save may be on its way to it
            await all_sent(self._spool, within_s=ON_ITS_WAY_S)
        found = await list_versions(self._door, slug)
        differs = await self._changes.tell(self._door, found)
        told = [
            one.model_dump() | {"differs": words, "texts": self._changes.texts(one)}
            for one, words in zip(found, differs, strict=True)
        ]
        return {"versions": told}


class LookHandler(ApiHandler):
    """GET /audition/api/versions/<slug>/<sha256>."""

    line_down = "The line is down, so this version cannot be shown. It is kept; try again soon."

    def initialize(self, door: Door) -> None:
        """Take the door to the proctor."""
        self._door = door

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self, slug: str, sha256: str) -> None:
        """Answer with what tells it from the notebook as saved now, cell by cell."""
        await self.answer(self._look(slug, sha256))

    async def _look(self, slug: str, sha256: str) -> Any:
        return (await look_inside(self._door, slug, sha256, self.contents_manager)).model_dump()


class RestoreHandler(ApiHandler):
    """POST /audition/api/versions/<slug>/restore."""

    line_down = "The line is down, so nothing was restored. All versions are kept; try again soon."

    def initialize(self, restoring: Restoring) -> None:
        """Take who puts versions back."""
        self._restoring = restoring

    @authenticated  # type: ignore[untyped-decorator]
    async def post(self, slug: str) -> None:
        """Put a version back, and answer with what was kept first."""
        await self.answer(self._restore(slug))

    async def _restore(self, slug: str) -> Any:
        wanted = self.read(WantedVersion)
        done = await self._restoring.restore(slug, wanted.sha256, self.contents_manager)
        return done.model_dump()


class GivenHandler(ApiHandler):
    """GET /audition/api/given/<slug>."""

    line_down = "The line is down, so the given cells cannot be had. Nothing was changed."

    def initialize(self, door: Door) -> None:
        """Take the door to the proctor."""
        self._door = door

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self, slug: str) -> None:
        """Answer with the cells as given."""
        await self.answer(self._give(slug))

    async def _give(self, slug: str) -> Any:
        return {"cells": await given_cells(self._door, slug)}
