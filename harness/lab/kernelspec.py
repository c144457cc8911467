"""The one kernel there is: Python, in the sandbox, with our client loaded.

Runs in zone S at start. Whatever other kernelspecs this machine has are not looked for.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import ipykernel
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from traitlets import Unicode

from harness.sandbox.launch import KERNEL

NAME = "python3"
QUIET = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
"""Keeps the debugger, which is closed here, from printing into the first cell."""
_LOGOS = ("logo-32x32.png", "logo-64x64.png", "logo-svg.svg")


def write_kernelspec(folder: Path, provisioner: dict[str, Any]) -> Path:
    """Write the spec and its pictures, and return its folder.

    Args:
        folder: where; made anew.
        provisioner: who starts it, in the kernelspec's words.
    """
    place = folder / NAME
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, mode=0o700)
    metadata = {"debugger": False, "kernel_provisioner": provisioner}
    spec = {
        "argv": [
            sys.executable, *KERNEL, "-f", "{connection_file}",
            "--HistoryManager.enabled=False",  # 1.3 ms a cell, and our record is better
            "--ext=harness.kernel.startup",
        ],
        "display_name": "Python 3",
        "language": "python",
        "interrupt_mode": "message",
        "metadata": metadata,
        "env": QUIET,
    }  # fmt: skip
    (place / "kernel.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")
    for logo in _LOGOS:
        source = Path(ipykernel.__file__).parent / "resources" / logo
        if source.exists():
            shutil.copyfile(source, place / logo)
    return place


class OneKernel(KernelSpecManager):  # type: ignore[misc]  # untyped to us
    """A kernelspec manager that knows exactly one."""

    place = Unicode(help="the folder write_kernelspec made").tag(config=True)

    def find_kernel_specs(self) -> dict[str, str]:
        """Return name to folder."""
        return {NAME: self.place}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the spec.

        Raises:
            NoSuchKernel: any other name.
        """
        if kernel_name != NAME:
            raise NoSuchKernel(kernel_name)
        return KernelSpec.from_resource_dir(self.place)

    def get_all_specs(self) -> dict[str, Any]:
        """Return the one spec as the REST API wants it."""
        return {NAME: {"resource_dir": self.place, "spec": self.get_kernel_spec(NAME).to_dict()}}
