"""axe-core on parts of a page: what it finds that is serious or critical."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = ("serious", "critical")


def grave_findings(page: Page, *selectors: str) -> list[str]:
    """Return a line for each serious or critical finding within these parts; none is well.

    Args:
        page: the page as it stands.
        selectors: CSS of the parts that are ours; each has to be there.
    """
    include = [[selector] for selector in selectors]
    options = {"resultTypes": ["violations"]}
    found = Axe().run(page, context={"include": include}, options=options).response
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]
