"""One checkpoint a file, kept in the server's own folder and never in the work folder.

Runs in zone S. JupyterLab makes one at each save by hand; "Revert to checkpoint" brings it
back. Kernels cannot reach them, so none has to be trusted.
"""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.checkpoints import AsyncCheckpoints
from tornado.web import HTTPError

from harness.lab.errors import RefusedPath
from harness.lab.models import base_model
from harness.lab.saves import MAX_FILE_BYTES

_ID = "checkpoint"


class PrivateCheckpoints(AsyncCheckpoints):  # type: ignore[misc]  # untyped to us
    """Checkpoints beside the spool. `parent` is the contents manager."""

    async def create_checkpoint(self, contents_mgr: Any, path: str) -> dict[str, Any]:
        """Keep the file as it is on disk."""
        return await asyncio.to_thread(self._keep, contents_mgr, path.strip("/"))

    async def restore_checkpoint(self, contents_mgr: Any, checkpoint_id: str, path: str) -> None:
        """Put the kept state back; that is a save like any other."""
        path = path.strip("/")
        kept = self._place(path)
        if checkpoint_id != _ID or not kept.exists():
            raise HTTPError(404, "there is no such checkpoint")
        data = await asyncio.to_thread(kept.read_bytes)
        try:
            await asyncio.to_thread(contents_mgr.work.write, path, data)
        except RefusedPath as no:
            raise HTTPError(no.status, str(no)) from no
        await contents_mgr.saves.saved(path, data)

    async def rename_checkpoint(self, checkpoint_id: str, old_path: str, new_path: str) -> None:
        """Follow a renamed file."""
        self._place(old_path.strip("/")).replace(self._place(new_path.strip("/")))

    async def delete_checkpoint(self, checkpoint_id: str, path: str) -> None:
        """Forget the kept state."""
        self._place(path.strip("/")).unlink(missing_ok=True)

    async def list_checkpoints(self, path: str) -> list[dict[str, Any]]:
        """Return the one checkpoint, if there is one."""
        kept = self._place(path.strip("/"))
        return [self._model(kept)] if kept.exists() else []

    def _keep(self, contents_mgr: Any, path: str) -> dict[str, Any]:
        try:
            data, _ = contents_mgr.work.read(path, max_bytes=MAX_FILE_BYTES)
        except RefusedPath as no:
            raise HTTPError(no.status, str(no)) from no
        kept = self._place(path)
        part = kept.with_suffix(".part")
        part.write_bytes(data)
        return self._model(part.replace(kept))

    def _place(self, path: str) -> Path:
        folder: Path = self.parent.private / "checkpoints"
        folder.mkdir(exist_ok=True, mode=0o700)
        return folder / hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()

    @staticmethod
    def _model(kept: Path) -> dict[str, Any]:
        found = kept.stat()
        return {"id": _ID, "last_modified": base_model("", found)["last_modified"]}
