"""A small widget to look through messages with their gold.

Runs in T, in the author's kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets

from grader.page.markup import words
from grader.scoring.gold import Row

Browser = Any
"""An ipywidget."""


def browse(rows: Sequence[Row]) -> Browser:
    """Return a widget with a list of messages and the chosen one.

    Args:
        rows: in the order they are listed; at least one.
    """
    names = [(f"{row.msg_id}  {row.stratum}", place) for place, row in enumerate(rows)]
    chosen = ipywidgets.Dropdown(options=names, value=0, description="Message")
    shown = ipywidgets.HTML(value=page(rows[0]))

    def show(change: Any) -> None:
        shown.value = page(rows[change["new"]])

    chosen.observe(show, names="value")
    return ipywidgets.VBox([chosen, shown])


def page(row: Row) -> str:
    """Return one message with what is right for it, as markup."""
    right = "".join(f"<li><code>{words(one)}</code></li>" for one in row.accept)
    fact = (
        f"<p>Only who asked for <code>{words(row.needs_fact)}</code> can know; else also right: "
        f"{words(', '.join(row.also))}</p>"
        if row.needs_fact
        else ""
    )
    text = words(row.text, 4000).replace("\n", "<br>")
    return f"<blockquote>{text}</blockquote><p>Right:</p><ul>{right}</ul>{fact}"
