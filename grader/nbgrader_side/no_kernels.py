"""The kernels of formgrader's server: there are none, whoever asks for one.

Runs in T, in that server. It serves pages for grading; with its login nobody gets code to run.
"""

from __future__ import annotations

from typing import Any, NoReturn

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError


class NoKernels(AsyncMappingKernelManager):  # type: ignore[misc]  # untyped to us
    """A kernel manager that starts nothing."""

    async def start_kernel(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse.

        Raises:
            HTTPError: 403, always.
        """
        raise HTTPError(403, "formgrader's server runs no code")
