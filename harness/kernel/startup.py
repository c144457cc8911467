"""What a kernel is given when it starts: the %%plan cell, and nothing else.

Runs in K, as an IPython extension named on the kernel's command line. It puts no name into the
notebook and touches no setting of the candidate's.
"""

from __future__ import annotations

from typing import Any

from harness.kernel.plan import register


def load_ipython_extension(shell: Any) -> None:
    """Give this kernel the %%plan cell.

    Args:
        shell: IPython's shell.
    """
    register(shell)
