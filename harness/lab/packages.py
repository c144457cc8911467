"""What is installed for cells: those worth knowing first, with the versions that are there.

Runs in zone S, which has the same environment as the kernels. Nothing is imported to find out.
"""

from __future__ import annotations

from typing import Any

from tornado.web import authenticated

from harness.core.packages import installed_packages
from harness.lab.api import ApiHandler


class PackagesHandler(ApiHandler):
    """GET /audition/api/packages."""

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Answer with the list."""
        await self.answer(self._list())

    async def _list(self) -> Any:
        return {
            "packages": [
                {"name": one.name, "version": one.version, "what": one.what or ""}
                for one in installed_packages()
            ]
        }
