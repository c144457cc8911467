"""Saves become events: the bytes kept by hash, and a `save` that names them.

Runs in zone S. What is recorded is what was written, never what is read back later.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from harness.lab.announce import Recorder, exercise_of
from harness.lab.beneath import Beneath
from harness.lab.errors import RefusedPath
from harness.lab.spool import Spool

AS_GIVEN, BEFORE_RESTORE = "as given", "before restore"
"""What a version is called that nobody saved: as laid out, and what a restored one replaced."""
MAX_FILE_BYTES = 64 << 20
"""The largest file that is served, saved and recorded: the proctor's limit for a blob."""


class Saves:
    """Tells of files saved, deleted and moved beneath the work folder."""

    def __init__(self, recorder: Recorder, spool: Spool, work: Beneath) -> None:
        self._recorder, self._spool, self._work = recorder, spool, work

    async def saved(self, path: str, data: bytes, *, label: str | None = None) -> str:
        """Record that a file was written; return the SHA-256 of its bytes.

        Args:
            path: API path.
            data: its bytes.
            label: what this version is called besides; None for what somebody saved.
        """
        sha256 = await asyncio.to_thread(self._spool.put_blob, data)
        payload: dict[str, object] = {"path": path, "sha256": sha256, "size_bytes": len(data)}
        if label is not None:
            payload["label"] = label
        self._recorder.note("save", payload, exercise=exercise_of(path))
        return sha256

    def sync(self) -> None:
        """See that all that was recorded so far is on disk; call it off the event loop."""
        self._spool.sync()

    def told(self, what: str, path: str, **more: str) -> None:
        """Record a change of the folder that is no save: other_request, from the browser.

        A deleted notebook is not a save of nothing: the last saved state stays the last.

        Args:
            what: contents_delete or contents_rename.
            path: API path.
            more: further fields.
        """
        payload = {"msg_type": what, "from": "browser", "path": path, **more}
        self._recorder.note("other_request", payload, exercise=exercise_of(path))

    async def first_time(self, slugs: tuple[str, ...], note: Path) -> None:
        """Record each exercise's notebook as laid out, once in a session.

        Args:
            slugs: the session's exercises.
            note: file that remembers which were recorded.
        """
        try:
            done = set(json.loads(note.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            done = set()
        for slug in slugs:
            path = f"{slug}/{slug}.ipynb"
            if slug in done:
                continue
            try:
                data, _ = await asyncio.to_thread(self._work.read, path, max_bytes=MAX_FILE_BYTES)
            except RefusedPath:
                continue
            await self.saved(path, data, label=AS_GIVEN)
            done.add(slug)
        note.write_text(json.dumps(sorted(done)), encoding="utf-8")
