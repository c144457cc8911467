"""`%%plan`: the open cell in which a candidate plans, rendered as quiet text.

Runs in K. The plan is on record because the server announced the cell before it reached this
kernel; nothing here is needed for that.
"""

from __future__ import annotations

from typing import Any

from harness.kernel import words


def plan(line: str, cell: str) -> None:
    """Show a plan as text below its cell.

    Args:
        line: what stands behind %%plan on the first line.
        cell: the lines below it.
    """
    from IPython.display import Markdown, display

    text = f"{line}\n{cell}".strip()
    if text in ("", words.PLAN_PROMPT):
        print(words.PLAN_EMPTY)  # noqa: T201  printing is what it is for
        return
    display(Markdown(text))
    print(words.PLAN_KEPT)  # noqa: T201


def register(shell: Any) -> None:
    """Give an IPython shell the %%plan magic."""
    shell.register_magic_function(plan, magic_kind="cell", magic_name="plan")
