"""The candidate's own record, handed on from the proctor as a download.

Runs in zone S. Nothing of it is kept here: each piece goes on before the next one is taken. A
download that was cut short ends without its end, so that a browser says so.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from tornado.iostream import StreamClosedError
from tornado.web import authenticated

from harness.lab.api import ApiHandler
from harness.lab.errors import NoAnswer, ProctorSaidNo

_log = logging.getLogger(__name__)


class Streams(Protocol):
    """The proctor, as far as a download needs it."""

    async def stream(self, path: str, take: Callable[[bytes], Awaitable[None]]) -> None:
        """Hand on an answer piece by piece; raises NoAnswer or ProctorSaidNo."""
        ...


class RecordHandler(ApiHandler):
    """GET /audition/api/record."""

    line_down = "The line is down, so your record cannot be had now. It is kept; try again soon."

    def initialize(self, door: Streams, session: str) -> None:
        """Take the door to the proctor, and the session for the file's name."""
        self._door, self._session = door, session
        self._has_begun = False

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Answer with the zip."""
        try:
            await self._door.stream("/s/record", self._pass_on)
        except StreamClosedError:
            return  # the browser went away
        except (NoAnswer, ProctorSaidNo) as problem:
            if self._has_begun:
                _log.warning("a download of the record was cut short: %s", problem)
                self.detach().close()
            else:
                await self.answer(_raise(problem))
        else:
            self.finish()

    async def _pass_on(self, piece: bytes) -> None:
        if not self._has_begun:
            self._has_begun = True
            name = f"audition-record-{self._session}.zip"
            self.set_header("Content-Type", "application/zip")
            self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.write(piece)
        await self.flush()


async def _raise(problem: Exception) -> None:
    raise problem
