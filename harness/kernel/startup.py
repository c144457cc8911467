"""What a kernel is given when it starts: the %%plan cell, readable errors, pictures that work.

Runs in K, as an IPython extension named on the kernel's command line. It puts no name into the
notebook and imports nothing heavy.
"""

from __future__ import annotations

from typing import Any

from harness.kernel import packages, pictures, plan, refused, tokens, uncaught


def load_ipython_extension(shell: Any) -> None:
    """Give this kernel what makes it comfortable.

    Args:
        shell: IPython's shell.
    """
    for part in (plan, uncaught, refused, packages, pictures, tokens):
        part.register(shell)
