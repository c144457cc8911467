"""JupyterLab as a server extension of ours: the only one that is loaded.

Runs in zone S. Reads no configuration file: all of it comes from server.py.
"""

from __future__ import annotations

from typing import Any

from jupyterlab.labapp import LabApp

from harness.lab.handlers import handlers
from harness.lab.page_handlers import page_handlers
from harness.lab.policy import with_policy


class AuditionLab(LabApp):  # type: ignore[misc]  # untyped to us
    """JupyterLab with the panel's routes beside it."""

    load_other_extensions = False

    def load_config_file(self, suppress_errors: bool = True) -> None:
        """Read nothing."""

    def initialize_handlers(self) -> None:
        """Add JupyterLab's routes, and ours."""
        super().initialize_handlers()
        self.handlers[:] = with_policy(self.handlers, self.static_dir)
        server = self.serverapp
        self.handlers.extend(page_handlers(server.state, server.mark, server.given.open_path))
        self.handlers.extend(handlers(server.state))  # these answer whatever is left of our routes


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": "harness.lab.extension", "app": AuditionLab}]
