"""Jupyter's contents models, made from bytes and turned into bytes.

Runs in zone S. Bytes read here were written by a kernel or came from a browser: they are
parsed as JSON and text, never more.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import mimetypes
import os
import stat
from typing import Any

import nbformat

from harness.core.clock import UTC
from harness.lab.errors import RefusedPath


def base_model(path: str, found: os.stat_result) -> dict[str, Any]:
    """Return the model of a file or folder without its content.

    Args:
        path: API path.
        found: what lies there.
    """
    is_folder = stat.S_ISDIR(found.st_mode)
    kind = "directory" if is_folder else "notebook" if path.endswith(".ipynb") else "file"
    return {
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "type": kind,
        "created": _when(found.st_ctime),
        "last_modified": _when(found.st_mtime),
        "content": None,
        "format": None,
        "mimetype": None,
        "size": None if is_folder else found.st_size,
        "writable": True,
        "hash": None,
        "hash_algorithm": None,
    }


def hashed(data: bytes) -> dict[str, str]:
    """Return the model's fields that name the bytes on disk."""
    return {"hash": hashlib.sha256(data).hexdigest(), "hash_algorithm": "sha256"}


def notebook_from(data: bytes, path: str) -> Any:
    """Return the notebook in a file's bytes.

    Args:
        data: the bytes.
        path: for the message.

    Raises:
        RefusedPath: it cannot be read as a notebook.
    """
    try:
        return nbformat.reads(data.decode("utf-8"), as_version=4)
    except Exception as problem:  # nbformat raises what its validators raise
        raise RefusedPath(f"{path} cannot be read as a notebook: {problem}"[:500], 400) from problem


def notebook_bytes(content: object, path: str) -> tuple[Any, bytes]:
    """Return a notebook from a browser, and its bytes.

    Args:
        content: the model's content.
        path: for the message.

    Raises:
        RefusedPath: it is no notebook.
    """
    if not _has_a_notebooks_shape(content):
        raise RefusedPath(f"{path} is no notebook: it has no list of cells", 400)
    try:
        notebook = nbformat.from_dict(content)
        text = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
        return notebook, (text if text.endswith("\n") else text + "\n").encode("utf-8")
    except Exception as problem:
        raise RefusedPath(f"{path} is no notebook: {problem}"[:500], 400) from problem


def file_content(data: bytes, path: str, form: str | None) -> dict[str, Any]:
    """Return the model's fields for a file's content.

    Args:
        data: the bytes.
        path: to guess the type from.
        form: text, base64, or None to take text if it is.

    Raises:
        RefusedPath: text was wanted and it is none.
    """
    guessed = mimetypes.guess_type(path)[0]
    if form != "base64":
        try:
            text = data.decode("utf-8")
            return {"content": text, "format": "text", "mimetype": guessed or "text/plain"}
        except UnicodeDecodeError as problem:
            if form == "text":
                raise RefusedPath(f"{path} is not UTF-8 text", 400) from problem
    content = base64.encodebytes(data).decode("ascii")
    return {
        "content": content,
        "format": "base64",
        "mimetype": guessed or "application/octet-stream",
    }


def file_bytes(content: object, form: str | None, path: str) -> bytes:
    """Return the bytes a browser wants in a file.

    Args:
        content: the model's content.
        form: text or base64.
        path: for the message.

    Raises:
        RefusedPath: the content is not in that form.
    """
    if not isinstance(content, str) or form not in ("text", "base64"):
        raise RefusedPath(f"{path}: say the format of the content, text or base64", 400)
    try:
        if form == "text":
            return content.encode("utf-8")
        return base64.b64decode(content.encode("ascii"))
    except (UnicodeEncodeError, binascii.Error) as problem:
        raise RefusedPath(f"{path}: the content is not {form}: {problem}", 400) from problem


def _has_a_notebooks_shape(content: object) -> bool:
    """Tell whether Jupyter's signing code, which checks nothing, can walk through it."""
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        return False
    return isinstance(content.get("nbformat"), int) and all(
        isinstance(cell, dict)
        and isinstance(cell.get("cell_type"), str)
        and isinstance(cell.get("metadata"), dict)
        for cell in content["cells"]
    )


def _when(seconds: float) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):  # a kernel can set any time on its files
        return dt.datetime.fromtimestamp(0, UTC)
