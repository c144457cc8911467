"""Routes that are closed because a provider took more than was set aside, kept over restarts.

Runs in zone G. The candidate pays what was set aside; what is above is the operator's.
"""

from __future__ import annotations

import json
import logging
from decimal import Decimal, InvalidOperation
from pathlib import Path

from harness.core.private import write_private

_log = logging.getLogger(__name__)


class Overruns:
    """What was taken above, by alias.

    Args:
        path: home/proctor/overruns.json.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._total, self._closed = _read(path)

    def is_closed(self, alias: str) -> bool:
        """Tell whether a route is closed."""
        return alias in self._closed

    def total_usd(self, alias: str) -> Decimal:
        """Return what a route took above, US dollars, since ever."""
        return self._total.get(alias, Decimal(0))

    def close(self, alias: str, above_usd: Decimal) -> None:
        """Close a route and add what it took above."""
        self._total[alias] = self.total_usd(alias) + above_usd
        self._closed.add(alias)
        self._keep()

    def open(self, alias: str) -> None:
        """Open a route again."""
        self._closed.discard(alias)
        self._keep()

    def _keep(self) -> None:
        total = {alias: format(usd, "f") for alias, usd in sorted(self._total.items())}
        write_private(self._path, {"total_usd": total, "closed": sorted(self._closed)})


def _read(path: Path) -> tuple[dict[str, Decimal], set[str]]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        total = {str(alias): Decimal(usd) for alias, usd in value["total_usd"].items()}
        return total, set(map(str, value["closed"]))
    except FileNotFoundError:
        return {}, set()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidOperation):
        _log.error("%s cannot be read; routes that were closed are open", path)
        return {}, set()
