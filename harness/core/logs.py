"""Logs without content: one JSON object a line, of which we know every word.

Runs in zone G and with it. What is written is the time, the level, which of our loggers, our own
message with ids and numbers in it, and for an error its type and the lines of our code it came
through. What a foreign library wrote, and the message of any exception, may hold a prompt, a key
or a name: neither is ever written, only where it came from.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import re
import sys
import threading
import time
import traceback
from decimal import Decimal
from functools import lru_cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

OWN = frozenset({"harness", "grader"})
"""Whose messages are written: ours, which hold ids and numbers alone."""
MOST_BYTES, MOST_FILES = 8 << 20, 5
"""Size at which a log file is begun anew, and how many older ones are kept."""
ACCESS = "harness.access"
_MOST_FRAMES, _MOST_CAUSES = 12, 5
_ID = re.compile(r"[A-Za-z0-9_.:\-]{1,128}")
_ROOT = str(Path(__file__).resolve().parents[2]) + os.sep
_log = logging.getLogger("harness.uncaught")


def begin(*, path: Path | None = None, stream: TextIO | None = None) -> None:
    """Send every log of this process through the one form, uncaught errors included.

    Args:
        path: a file, mode 0600, begun anew when it is full; None writes to the stream.
        stream: None is stderr.
    """
    handler: logging.Handler = (
        logging.StreamHandler(stream or sys.stderr)
        if path is None
        else _PrivateFile(path, maxBytes=MOST_BYTES, backupCount=MOST_FILES, encoding="ascii")
    )
    handler.setFormatter(JsonLines())
    handler.setLevel(logging.INFO)
    root = logging.getLogger()
    for before in list(root.handlers):
        root.removeHandler(before)
        before.close()
    root.addHandler(handler)
    if path is not None:  # whoever started us looks there when we end by ourselves
        last_words = logging.StreamHandler(sys.stderr)
        last_words.setFormatter(JsonLines())
        last_words.setLevel(logging.CRITICAL)
        root.addHandler(last_words)
    root.setLevel(logging.WARNING)
    for name in OWN:
        logging.getLogger(name).setLevel(logging.INFO)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # it would print the record that could not be written
    sys.excepthook = _tell_uncaught
    threading.excepthook = lambda found: _tell_uncaught(
        found.exc_type, found.exc_value, found.exc_traceback
    )
    sys.unraisablehook = lambda found: _tell_uncaught(
        found.exc_type, found.exc_value, found.exc_traceback
    )


class JsonLines(logging.Formatter):
    """A record as one line; a record with `lines` holds finished lines and is left as it is."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        finished = record.__dict__.get("lines")
        if isinstance(finished, str):
            return finished
        value: dict[str, Any] = {
            "at": stamp(record.created),
            "level": record.levelname.lower(),
            "event": record.name.removeprefix("harness."),
        }
        if record.name.partition(".")[0] in OWN:
            value["said"] = _said(record)
        else:
            value["where"] = f"{record.module}:{record.lineno}"
        fields = record.__dict__.get("fields")
        if isinstance(fields, dict):
            value |= {name: _plain(field) for name, field in fields.items()}
        if record.exc_info and record.exc_info[1] is not None:
            value |= told_exception(record.exc_info[1])
        return json.dumps(value)


def told_exception(problem: BaseException) -> dict[str, Any]:
    """Return what may be written of an error: its type, our lines, the types of its causes."""
    causes: list[str] = []
    cause = _cause(problem)
    while cause is not None and len(causes) < _MOST_CAUSES:
        causes.append(kind_of(cause))
        cause = _cause(cause)
    told: dict[str, Any] = {"error": kind_of(problem), "frames": _frames(problem.__traceback__)}
    return told | ({"causes": causes} if causes else {})


def kind_of(problem: BaseException) -> str:
    """Return an error's type, and for one of the machine's the name of its number."""
    kind = type(problem)
    name = kind.__qualname__ if kind.__module__ == "builtins" else (
        f"{kind.__module__}.{kind.__qualname__}"
    )  # fmt: skip
    if isinstance(problem, OSError) and problem.errno is not None:
        name += f" {errno.errorcode.get(problem.errno, problem.errno)}"
    return name[:200]


def stamp(at_s: float) -> str:
    """Return seconds since 1970 as UTC with milliseconds."""
    whole = int(at_s)
    return f"{_second(whole)}.{int((at_s - whole) * 1e3):03d}Z"


@lru_cache(maxsize=8)
def _second(whole: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))


def _said(record: logging.LogRecord) -> str:
    message = str(record.msg)
    args = record.args
    if not args:
        return message
    try:
        return message % tuple(_plain(arg) for arg in args) if isinstance(args, tuple) else message
    except (TypeError, ValueError):
        return message


def _plain(value: object) -> Any:
    """Return a value that cannot hold content: numbers and ids as they are, of others the kind."""
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value if not isinstance(value, Decimal) else format(value, "f")
    if isinstance(value, BaseException):
        return kind_of(value)
    if isinstance(value, str):
        return value if _ID.fullmatch(value) else f"[{len(value)} characters]"
    return f"[{type(value).__name__}]"


def _cause(problem: BaseException) -> BaseException | None:
    if problem.__cause__ is not None or problem.__suppress_context__:
        return problem.__cause__
    return problem.__context__


def _frames(found: TracebackType | None) -> list[str]:
    steps = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(found)]
    own = [f"{name.removeprefix(_ROOT)}:{line}" for name, line in steps if _is_own(name)]
    return own[-_MOST_FRAMES:]


def _is_own(filename: str) -> bool:
    return filename.startswith((_ROOT + "harness" + os.sep, _ROOT + "grader" + os.sep))


def _tell_uncaught(
    kind: type[BaseException], problem: BaseException | None, found: TracebackType | None
) -> None:
    if problem is None or issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    _log.critical("an error that nobody caught", exc_info=(kind, problem, found))


class _PrivateFile(RotatingFileHandler):
    """A log file that only we may read."""

    def _open(self) -> Any:
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=_open_private)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
