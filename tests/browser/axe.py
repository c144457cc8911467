"""axe-core on parts of a page, and what the browser itself hands to a screen reader."""

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


def handed_over(page: Page, selector: str) -> tuple[str, str]:
    """Return how a live region is told ("polite") and its text, by the browser's own tree."""
    line = page.context.new_cdp_session(page)
    line.send("Accessibility.enable")
    root = line.send("DOM.getDocument")["root"]["nodeId"]
    found = line.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    nodes = line.send("Accessibility.queryAXTree", {"nodeId": found})["nodes"]
    told = [node for node in nodes if not node["ignored"]]
    live = {
        one["value"]["value"]
        for node in told
        for one in node.get("properties", [])
        if one["name"] == "live"
    }
    line.detach()
    words = [node["name"]["value"] for node in told if node["role"]["value"] == "StaticText"]
    return ", ".join(sorted(live)), " ".join(words)
