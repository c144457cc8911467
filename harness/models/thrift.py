"""Keep the worker small: memory that the libraries below would hold for nothing.

Runs in the model worker, before anything else is loaded. Without effect where a library is another.
"""

from __future__ import annotations

import ctypes
import importlib
import sys

_ARENA_MAX = -8  # Source: glibc, malloc.h, M_ARENA_MAX


def in_one_arena() -> None:
    """Let the second half's thread share the memory of the first; it kept 3 MB of its own."""
    try:
        ctypes.CDLL("libc.so.6").mallopt(_ARENA_MAX, 1)
    except (OSError, AttributeError):  # not glibc
        return


def without_openssl() -> None:
    """Have hashlib use Python's own hashes: OpenSSL takes 4 MB, and gives the same."""
    if "_hashlib" in sys.modules:
        return
    sys.modules["_hashlib"] = None  # type: ignore[assignment] # how an import is made to fail
    hashlib = importlib.import_module("hashlib")
    if not {"sha1", "sha256", "blake2b"} <= vars(hashlib).keys():  # a Python built without them
        del sys.modules["_hashlib"]
        importlib.reload(hashlib)


def give_back() -> None:
    """Give memory that is free back to the machine."""
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):  # not glibc: the memory stays with the allocator
        return
