"""Every attack, in the order of docs/attacks.md."""

from __future__ import annotations

from tests.attacks import by_message, in_browser, in_cells, on_routes, outlasting
from tests.attacks.attack import Attack

GROUPS: dict[str, list[Attack]] = {
    "By a cell": in_cells.ATTACKS,
    "By a message to the kernel": by_message.ATTACKS,
    "By the server's own API and files": on_routes.ATTACKS,
    "By waiting, and from kernel to kernel": outlasting.ATTACKS,
    "By what a cell shows": in_browser.ATTACKS,
}
ATTACKS = [attack for group in GROUPS.values() for attack in group]
