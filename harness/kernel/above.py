"""One paragraph above a traceback: what the parts that know an error's reason share.

Runs in K. Nothing here can keep an error from being shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

_LONGEST_CHAIN = 20
Lines = list[str]


def say_above(
    shell: Any,
    tell: Callable[[BaseException], str | None],
    fold: Callable[[BaseException, Lines], Lines] | None = None,
) -> None:
    """Let an IPython shell say a paragraph above the traceback of an uncaught error.

    Args:
        shell: IPython's shell.
        tell: returns the paragraph; None where the error's own words do.
        fold: makes a traceback that has a paragraph shorter; None leaves it as it is.
    """
    show = shell._showtraceback

    def shown(etype: Any, value: Any, lines: Lines) -> None:
        try:
            said = tell(value)
            if said is not None:
                rest = lines if fold is None else fold(value, lines)
                lines = [f"\x1b[1m{said}\x1b[0m\n", *rest]
        except Exception:  # noqa: S110  a broken note is no note, and the error is still shown
            pass
        show(etype, value, lines)

    shell._showtraceback = shown


def chain(value: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what led to it, as far as a traceback would show it."""
    for _ in range(_LONGEST_CHAIN):
        if value is None:
            return
        yield value
        value = value.__cause__ or (None if value.__suppress_context__ else value.__context__)
