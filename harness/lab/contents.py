"""The file browser's door to the work folder: nothing beyond it, no link, nothing hidden.

Runs in zone S, often as root. Paths and bodies come from the browser; the folder itself is
in a hostile kernel's hands. All access goes through Beneath, and each save is an event.
"""

from __future__ import annotations

import asyncio
import fnmatch
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.manager import AsyncContentsManager
from tornado.web import HTTPError

from harness.lab.beneath import Beneath, names_of
from harness.lab.checkpoints import PrivateCheckpoints
from harness.lab.errors import RefusedPath
from harness.lab.models import (
    base_model,
    file_bytes,
    file_content,
    hashed,
    notebook_bytes,
    notebook_from,
)
from harness.lab.policy import PlainFiles
from harness.lab.saves import MAX_FILE_BYTES, Saves


@contextmanager
def _told() -> Iterator[None]:
    """Turn our refusals into the HTTP answer that states the reason."""
    try:
        yield
    except RefusedPath as no:
        raise HTTPError(no.status, str(no)) from no


def _mark(found: os.stat_result) -> tuple[int, int, int, int]:
    """Return what changes when a file is written or replaced."""
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


class WorkContents(AsyncContentsManager):  # type: ignore[misc]  # untyped to us
    """Jupyter's contents manager over the work folder alone.

    `parent` is our server, which holds `work` (Beneath), `saves` and `private` (a folder).
    """

    checkpoints_class = PrivateCheckpoints

    @property
    def work(self) -> Beneath:
        """The work folder."""
        work: Beneath = self.parent.work
        return work

    @property
    def saves(self) -> Saves:
        """Who tells the proctor."""
        saves: Saves = self.parent.saves
        return saves

    @property
    def private(self) -> Path:
        """The server's own folder, for checkpoints and half-done uploads."""
        private: Path = self.parent.private
        return private

    @cached_property
    def _turn(self) -> asyncio.Lock:
        """Held from a write until it is noted: the record's order is the disk's."""
        return asyncio.Lock()

    def get_extra_handlers(self) -> list[Any]:
        """Return the route of /files/."""
        return [(r"/files/(.*)", PlainFiles, {"path": ""})]

    async def is_hidden(self, path: str) -> bool:
        """Refuse a path with a closed name in it, else say that it is not hidden."""
        with _told():
            names_of(path)
        return False

    async def dir_exists(self, path: str) -> bool:
        """Tell whether a folder is there."""
        with _told():
            found = await asyncio.to_thread(self.work.stat, path)
        return found is not None and stat.S_ISDIR(found.st_mode)

    async def file_exists(self, path: str) -> bool:
        """Tell whether a plain file is there."""
        with _told():
            found = await asyncio.to_thread(self.work.stat, path)
        return found is not None and stat.S_ISREG(found.st_mode)

    async def get(
        self,
        path: str,
        content: bool = True,
        type: str | None = None,
        format: str | None = None,
        require_hash: bool = False,
    ) -> dict[str, Any]:
        """Return the model of a file or folder.

        Args:
            path: API path.
            content: whether with its content.
            type: file, notebook, directory, or None.
            format: text, base64, or None.
            require_hash: whether with the hash of its bytes.
        """
        path = path.strip("/")
        with _told():
            found = await asyncio.to_thread(self.work.stat, path)
            if found is None:
                raise RefusedPath(f"there is no file or folder {path!r} here", 404)
            if stat.S_ISDIR(found.st_mode):
                return await self._folder_model(path, content=content, wanted=type)
            if type == "directory":
                raise RefusedPath(f"{path} is not a directory", 400)
            model = base_model(path, found)
            model["type"] = type or model["type"]
            if content or require_hash:
                data, found = await asyncio.to_thread(
                    self.work.read, path, max_bytes=MAX_FILE_BYTES
                )
                model |= hashed(data) if require_hash else {}
                if content:
                    await self._fill(model, data, format)
        return model

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Write a file or make a folder, and record it.

        Args:
            model: type, content, format, chunk.
            path: API path.
        """
        path = path.strip("/")
        with _told():
            names_of(path)
            if model.get("type") == "directory":
                await asyncio.to_thread(self.work.make_folder, path)
                return await self.get(path, content=False)
            if "content" not in model or model.get("type") not in ("file", "notebook"):
                raise RefusedPath("a save needs type and content", 400)
            data = await self._bytes_of(model, path)
            if data is None:  # more of this upload is to come
                return self._half_model(path)
            if len(data) > MAX_FILE_BYTES:
                raise RefusedPath(f"{path} is larger than {MAX_FILE_BYTES >> 20} MB", 413)
            async with self._turn:
                found = await asyncio.to_thread(self.work.write, path, data)
                await self.saves.saved(path, data)
        return base_model(path, found) | {"type": model["type"]}

    async def delete_file(self, path: str) -> None:
        """Delete a file or folder, and record it."""
        path = path.strip("/")
        with _told():
            async with self._turn:
                await asyncio.to_thread(self.work.remove, path)
                self.saves.told("contents_delete", path)

    async def rename_file(self, old_path: str, new_path: str) -> None:
        """Move a file or folder, and record it."""
        old_path, new_path = old_path.strip("/"), new_path.strip("/")
        if old_path == new_path:
            return
        with _told():
            async with self._turn:
                await asyncio.to_thread(self.work.rename, old_path, new_path)
                self.saves.told("contents_rename", old_path, new_path=new_path)
                if await self.file_exists(new_path):
                    data, _ = await asyncio.to_thread(
                        self.work.read, new_path, max_bytes=MAX_FILE_BYTES
                    )
                    await self.saves.saved(new_path, data)

    async def bytes_at(self, path: str) -> bytes | None:
        """Return the bytes of a file, or None if nothing lies there; nothing is recorded.

        Args:
            path: API path.
        """
        with _told():
            if await asyncio.to_thread(self.work.stat, path) is None:
                return None
            data, _ = await asyncio.to_thread(self.work.read, path, max_bytes=MAX_FILE_BYTES)
        return data

    async def keep_as(self, path: str, label: str) -> tuple[str, object] | None:
        """Record what lies at a path under a label, and see that this is on disk.

        Args:
            path: API path.
            label: what the record calls it.

        Returns:
            Its SHA-256, and what tells it from whatever is put there later; None if nothing is.
        """
        with _told():
            async with self._turn:
                if await asyncio.to_thread(self.work.stat, path) is None:
                    return None
                data, read = await asyncio.to_thread(self.work.read, path, max_bytes=MAX_FILE_BYTES)
                sha256 = await self.saves.saved(path, data, label=label)
        await asyncio.to_thread(self.saves.sync)
        return sha256, _mark(read)

    async def put_bytes(self, path: str, data: bytes, *, instead_of: object) -> bool:
        """Write a file whole and record it, unless something else lies there by now.

        A folder that is gone is made again.

        Args:
            path: API path, in a folder of the work folder.
            data: its bytes, as they once were here.
            instead_of: what keep_as() said lay there; None for nothing.

        Returns:
            Whether it was written.
        """
        with _told():
            async with self._turn:
                found = await asyncio.to_thread(self.work.stat, path)
                if (None if found is None else _mark(found)) != instead_of:
                    return False
                await asyncio.to_thread(self.work.make_folder, path.rpartition("/")[0])
                await asyncio.to_thread(self.work.write, path, data)
                await self.saves.saved(path, data)
        return True

    def get_kernel_path(self, path: str, model: object = None) -> str:
        """Return the folder a notebook's kernel starts in."""
        return path.strip("/").rpartition("/")[0]

    async def _folder_model(
        self, path: str, *, content: bool, wanted: str | None
    ) -> dict[str, Any]:
        if wanted not in (None, "directory"):
            raise RefusedPath(f"{path or 'the work folder'} is a directory, not a {wanted}", 400)
        found = await asyncio.to_thread(self.work.stat, path)
        if found is None:
            raise RefusedPath(f"there is no folder {path!r} here", 404)
        model = base_model(path, found)
        if content:
            entries = await asyncio.to_thread(self.work.listed, path)
            model["format"] = "json"
            model["content"] = [
                base_model(f"{path}/{name}".strip("/"), what)
                for name, what in sorted(entries)
                if not any(fnmatch.fnmatch(name, glob) for glob in self.hide_globs)
            ]
        return model

    async def _fill(self, model: dict[str, Any], data: bytes, form: str | None) -> None:
        path = model["path"]
        if model["type"] != "notebook":
            model |= file_content(data, path, form)
            return
        notebook = await asyncio.to_thread(notebook_from, data, path)
        self.mark_trusted_cells(notebook, path)
        model["content"], model["format"] = notebook, "json"
        self.validate_notebook_model(model)

    async def _bytes_of(self, model: dict[str, Any], path: str) -> bytes | None:
        if model["type"] == "notebook":
            notebook, data = await asyncio.to_thread(notebook_bytes, model["content"], path)
            self.check_and_sign(notebook, path)
            return data
        data = file_bytes(model["content"], model.get("format"), path)
        chunk = model.get("chunk")
        if chunk is None:
            return data
        return await asyncio.to_thread(self._gather, path, data, chunk)

    def _gather(self, path: str, data: bytes, chunk: object) -> bytes | None:
        """Add one chunk of an upload; the whole once the last (-1) has come."""
        folder = self.private / "uploads"
        folder.mkdir(exist_ok=True, mode=0o700)
        part = folder / hashlib.sha256(path.encode()).hexdigest()
        with part.open("wb" if chunk == 1 else "ab") as file:
            if file.tell() + len(data) > MAX_FILE_BYTES:
                part.unlink()
                raise RefusedPath(f"{path} is larger than {MAX_FILE_BYTES >> 20} MB", 413)
            file.write(data)
        if chunk != -1:
            return None
        whole = part.read_bytes()
        part.unlink()
        return whole

    def _half_model(self, path: str) -> dict[str, Any]:
        found = self.work.stat("")
        assert found is not None  # the root is open
        return base_model(path, found) | {"type": "file", "size": None}
