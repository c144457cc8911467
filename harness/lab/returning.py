"""Kernels of a server that ended: noted while it lives, started again by the one that comes next.

Runs in zone S. A killed server takes its kernels with it, and an open browser still asks for them
by their ids. The next server of the same start gives each open notebook a fresh kernel under the
old id, so that the browser finds it and nobody is asked to choose one.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from harness.core.private import write_private
from harness.core.records import Identifier

WITHIN_S = 20.0
"""How long all of them may take; then the doors open without those that are not there."""
_MAX_BYTES = 64 * 1024
_log = logging.getLogger(__name__)


class OpenNotebook(BaseModel):
    """A notebook with a kernel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    session_id: Identifier
    """Jupyter's session."""
    kernel_id: Identifier
    """Its kernel."""
    path: str
    """Where the notebook lies, relative to the work folder."""
    name: str
    """What the browser calls it."""


class Noted(BaseModel):
    """What is kept on disk."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: str
    """Which start of the workspace it belongs to: a hash of the server's pass."""
    notebooks: tuple[OpenNotebook, ...]
    """The open ones."""


class Returning:
    """The note of open notebooks.

    Args:
        path: where it is kept, in the server's own folder.
        lab_token: the server's pass; a new start of the workspace has a new one.

    Attributes:
        left: what the server before us had open; empty once it was brought back.
        is_of_this_start: whether that server belonged to the same start, so that a browser that is
            still open waits for its kernels.
    """

    def __init__(self, path: Path, lab_token: str) -> None:
        self._path = path
        self._start = hashlib.sha256(lab_token.encode()).hexdigest()
        self._open: dict[str, OpenNotebook] = {}
        self._coming: dict[str, OpenNotebook] = {}
        self._is_ending = False
        noted = _read(path)
        self.left = noted.notebooks if noted else ()
        self.is_of_this_start = noted is not None and noted.start == self._start

    def keep(self, notebooks: Iterable[OpenNotebook]) -> None:
        """Note which notebooks are open now."""
        self._open = {one.kernel_id: one for one in notebooks}
        if not self._is_ending:
            self._write()

    def forget(self, kernel_id: str) -> None:
        """Take a kernel off the note: it was ended on purpose, or kept dying."""
        if not self._is_ending and self._open.pop(kernel_id, None) is not None:
            self._write()

    def freeze(self) -> None:
        """Leave the note as it is: the server ends, and with it kernels that are to come back."""
        self._is_ending = True

    async def bring_back(self, start: Callable[[OpenNotebook], Awaitable[None]]) -> None:
        """Start every kernel that was there before us, all at once.

        Args:
            start: starts one; what it raises is logged, and that notebook has no kernel.
        """
        left, self.left = self.left, ()
        if not left:
            return
        self._coming = {one.kernel_id: one for one in left}
        starting = [asyncio.create_task(self._one(start, one)) for one in left]
        _, late = await asyncio.wait(starting, timeout=WITHIN_S)
        for task in late:
            task.cancel()

    async def _one(
        self, start: Callable[[OpenNotebook], Awaitable[None]], one: OpenNotebook
    ) -> None:
        try:
            await start(one)
        except Exception:  # a notebook without a kernel is no reason to keep the doors closed
            _log.exception("kernel %s could not be started again", one.kernel_id)
        finally:
            self._coming.pop(one.kernel_id, None)

    def _write(self) -> None:
        noted = Noted(start=self._start, notebooks=tuple((self._coming | self._open).values()))
        try:
            write_private(self._path, noted.model_dump(mode="json"))
        except OSError as problem:
            _log.warning("the open notebooks could not be noted: %s", problem)


def _read(path: Path) -> Noted | None:
    try:
        with path.open("rb") as file:
            return Noted.model_validate_json(file.read(_MAX_BYTES))
    except (OSError, ValidationError):
        return None
