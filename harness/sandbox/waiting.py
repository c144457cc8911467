"""A kernel that has not begun: what is slow to import is there, and it waits to be told where.

Runs inside the sandbox, with all its limits and the filter of system calls set; launch.py says how
it is started. One line on stdin says which connection file it
serves and in which folder; it then is a kernel like any other. No line, no kernel.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from importlib import import_module

READY = "audition: ready\n"
"""Said once everything is imported."""


def main(modules: list[str]) -> None:
    """Import the modules, wait for the line, and become the kernel.

    Args:
        modules: what to import; one that is missing is left out.
    """
    for name in modules:
        with suppress(ImportError):
            import_module(name)
    sys.stdout.write(READY)
    sys.stdout.flush()
    line = sys.stdin.buffer.readline()
    if not line:
        raise SystemExit(0)
    told = json.loads(line)
    _enter(told["folders"])
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    sys.argv = ["ipykernel_launcher", *told["arguments"]]
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


def _enter(folders: list[str]) -> None:
    for folder in folders:
        try:
            os.chdir(folder)
            os.environ["PWD"] = folder  # noqa: TID251  as inside.py does for any other kernel
            return
        except OSError:
            continue
