"""matplotlib ready before it is imported: a readable size, fonts known, a picture told in words.

Runs in K at start and imports nothing of matplotlib. Its fonts were listed when the environment
was made; without that list the first plot would wait some seconds and say so.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

FONT_LISTS = Path(sys.prefix, "share", "audition", "matplotlib")
"""Where scripts/install.sh puts the list of fonts."""
SETTINGS = """\
figure.figsize: 7.2, 4.2
figure.dpi: 100
figure.constrained_layout.use: True
"""
_MOST_NAMED = 8


def register(shell: Any) -> None:
    """Lay matplotlib's settings and fonts, and give its figures a text form.

    Args:
        shell: IPython's shell.
    """
    with suppress(OSError):  # matplotlib then works as it does anywhere
        _lay()
    plain = shell.display_formatter.formatters["text/plain"]

    def tell_figures() -> None:
        # Before the figures of a cell are shown, and after the inline backend, which on its first
        # import takes every printer of figures away.
        found = sys.modules.get("matplotlib.figure")
        if found is not None:
            plain.for_type(found.Figure, _print_figure)

    shell.events.register("post_execute", tell_figures)


def _lay() -> None:
    environ = os.environ  # noqa: TID251  matplotlib can be told in no other way
    folder = Path(environ.get("MPLCONFIGDIR") or Path.home() / ".cache" / "matplotlib")
    folder.mkdir(parents=True, exist_ok=True)
    environ["MPLCONFIGDIR"] = str(folder)
    settings = folder / "matplotlibrc"
    if not settings.exists():
        settings.write_text(SETTINGS, encoding="utf-8")
    for fonts in FONT_LISTS.glob("fontlist-*.json"):
        if not (folder / fonts.name).exists():
            shutil.copyfile(fonts, folder / fonts.name)


def _print_figure(figure: Any, printer: Any, cycle: bool) -> None:
    try:
        told = describe_figure(figure)
    except Exception:  # half-made figures are shown as they always were
        told = repr(figure)
    printer.text(told)


def describe_figure(figure: Any) -> str:
    """Return what a figure shows, for who reads text: titles, axes, ranges, what is drawn.

    Args:
        figure: matplotlib's Figure.
    """
    axes = [one for one in figure.axes if one.get_visible()]
    plots = "1 plot" if len(axes) == 1 else f"{len(axes)} plots"
    return " ".join([f"Picture with {plots}.", *map(_describe_axes, axes)])


def _describe_axes(axes: Any) -> str:
    title = axes.get_title()
    sides = [_describe_side(axes, side) for side in ("x", "y")]
    told = "; ".join([*sides, *_drawn(axes)])
    return f"“{title}”: {told}." if title else f"{told[:1].upper()}{told[1:]}."


def _describe_side(axes: Any, side: str) -> str:
    name = getattr(axes, f"get_{side}label")() or side
    low, high = getattr(axes, f"get_{side}lim")()
    words = [text.get_text() for text in getattr(axes, f"get_{side}ticklabels")()]
    if any(word and not _is_number(word) for word in words):
        shown = [word for word in words if word][:_MOST_NAMED]
        return f"{name}: {', '.join(shown)}"
    return f"{name} from {low:.4g} to {high:.4g}"


def _drawn(axes: Any) -> list[str]:
    kinds = (
        ("line", "lines", axes.lines),
        ("group of points", "groups of points", axes.collections),
        ("bar", "bars", axes.patches),
        ("image", "images", axes.images),
    )
    told = []
    for one_kind, many_kind, found in kinds:
        if found:
            names = [str(one.get_label()) for one in found]
            named = [name for name in names if name and not name.startswith("_")][:_MOST_NAMED]
            count = f"{len(found)} {many_kind if len(found) > 1 else one_kind}"
            told.append(f"{count} ({', '.join(named)})" if named else count)
    return told


def _is_number(word: str) -> bool:
    try:
        float(word.replace("−", "-").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return "$" in word  # a power of ten, as matplotlib writes it
    return True
