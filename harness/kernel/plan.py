"""`%%plan`: the open cell in which a candidate plans.

Runs in K. The plan is on record because the server announced the cell before it reached this
kernel; nothing here is needed for that.
"""

from __future__ import annotations

from typing import Any

from harness.kernel import words


def plan(line: str, cell: str) -> None:
    """Say that a plan is on record; it stands in its cell, and is not shown a second time.

    Args:
        line: what stands behind %%plan on the first line.
        cell: the lines below it.
    """
    text = f"{line}\n{cell}".strip()
    if text in ("", words.PLAN_PROMPT):
        print(words.PLAN_EMPTY)  # noqa: T201  printing is what it is for
        return
    print(words.PLAN_KEPT)  # noqa: T201


def register(shell: Any) -> None:
    """Give an IPython shell the %%plan magic."""
    shell.register_magic_function(plan, magic_kind="cell", magic_name="plan")
