"""An uncaught error of a model call, or for want of a network: one paragraph, then the traceback.

Runs in K. The traceback stays below; only the frames of the libraries that speak HTTP are folded,
and `%tb` shows all of it. Nothing here can keep an error from being shown.
"""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import TracebackType
from typing import Any

from harness.kernel import words
from harness.kernel.above import chain, say_above
from harness.kernel.packages import names_worth_knowing, wrap

_CLIENTS = frozenset({"openai", "litellm"})
_FOLDED = _CLIENTS | {
    "httpx", "httpcore", "anyio", "h11", "h2", "tenacity", "requests", "urllib3", "aiohttp",
    "tiktoken", "tiktoken_ext", "huggingface_hub", "urllib", "http", "socket.py",
}  # fmt: skip
_NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LITELLM = "OpenAIException - "


def register(shell: Any) -> None:
    """Let an IPython shell say the paragraph above the traceback.

    Args:
        shell: IPython's shell.
    """
    last: list[BaseException | None] = [None]
    shell.events.register("pre_execute", _quieten)

    def fold(value: BaseException, lines: list[str]) -> list[str]:
        is_again, last[0] = value is last[0], value  # by %tb, which shows it whole
        return lines if is_again else _folded(shell, value, lines)

    say_above(shell, _tell_wrapped, fold)


def _tell_wrapped(value: BaseException) -> str | None:
    said = tell(value)
    return None if said is None else wrap(said)


def _quieten() -> None:
    """Keep litellm from printing where its makers can be reached, above every error."""
    found = sys.modules.get("litellm")
    if found is not None:
        found.suppress_debug_info = True  # type: ignore[attr-defined]


def tell(value: BaseException) -> str | None:
    """Return what a person needs to know about an uncaught error; None where its own words do.

    Args:
        value: the error.
    """
    if isinstance(value, ModuleNotFoundError):
        return _tell_package(value)
    if any(_goes_outside(one) for one in chain(value)):
        return words.NO_NETWORK
    return _tell_call(value) if _is_of_client(value) else None


def _tell_package(value: ModuleNotFoundError) -> str | None:
    name = str(value.name or "").partition(".")[0]
    if not name or find_spec(name) is not None:
        return None  # a part of something that is there: Python's own words say it better
    return words.NO_PACKAGE.format(name=name[:80], names=names_worth_knowing())


def _tell_call(value: BaseException) -> str | None:
    body = getattr(value, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    if isinstance(said, str) and said:
        return said
    _, mark, said = str(value).rpartition(_LITELLM)
    if mark and said:
        return words.LINE_DOWN if said == "Connection error." else said
    kinds = {kind.__name__ for kind in type(value).__mro__}
    if "APITimeoutError" in kinds or "Timeout" in kinds:
        return words.BY_STATUS[504]
    if "APIConnectionError" in kinds:
        return words.NO_NETWORK if _asks_elsewhere(value) else words.LINE_DOWN
    return None


def _asks_elsewhere(value: BaseException) -> bool:
    url = getattr(getattr(value, "request", None), "url", None)
    host = getattr(url, "host", None)
    return isinstance(host, str) and host not in _LOOPBACK


def _goes_outside(value: BaseException) -> bool:
    reason = getattr(value, "reason", None)  # urllib keeps it there
    return any(
        isinstance(one, socket.gaierror) or (isinstance(one, OSError) and one.errno in _NO_WAY)
        for one in (value, reason)
    )


def _is_of_client(value: BaseException) -> bool:
    return any(kind.__module__.partition(".")[0] in _CLIENTS for kind in type(value).__mro__)


def _folded(shell: Any, value: BaseException, lines: list[str]) -> list[str]:
    """Return the traceback without the libraries' own frames; as it is where nothing is left."""
    frames = list(_frames(value.__traceback__))
    kept = [one for one in frames if not _is_folded(one)]
    folded = len(frames) - len(kept)
    if not folded or len(kept) < 2:  # the first is IPython's own
        return lines
    made: TracebackType | None = None
    for one in reversed(kept):
        made = TracebackType(made, one.tb_frame, one.tb_lasti, one.tb_lineno)
    with _alone(value):
        rendered: list[str] = shell.InteractiveTB.structured_traceback(type(value), value, made)
    return [*rendered, words.FOLDED.format(count=folded)]


def _frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _is_folded(trace: TracebackType) -> bool:
    _, mark, inside = trace.tb_frame.f_code.co_filename.rpartition("/lib/python3")
    library = inside.partition("/site-packages/")[2] or inside.partition("/")[2]
    return bool(mark) and library.partition("/")[0] in _FOLDED


@contextmanager
def _alone(value: BaseException) -> Iterator[None]:
    """Show an error without the libraries' errors that led to it."""
    cause, is_suppressed = value.__cause__, value.__suppress_context__
    value.__cause__ = None  # which hides the context as well
    try:
        yield
    finally:
        value.__cause__ = cause
        value.__suppress_context__ = is_suppressed
