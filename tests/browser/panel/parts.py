"""What a test does with the side panel: finds its parts, presses, listens, alters answers."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, Route

LIVE, ALERT = ".jp-Audition-live", ".jp-Audition-alert"
ALL_OPEN = """() => document.querySelectorAll('.jp-Audition-section h3 button').forEach(
    button => button.getAttribute('aria-expanded') === 'true' || button.click())"""


def panel_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Audition", exact=True)


def section_of(page: Page, name: str) -> Locator:
    """Return a section of the panel, open."""
    section = page.locator(f"[data-section={name}]")
    button = section.locator("h3 button")
    if button.get_attribute("aria-expanded") == "false":
        button.click()
    return section


def press(where: Locator, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).click()


def note_of(page: Page, name: str) -> Locator:
    return page.locator(f"[data-note={name}]")


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENS"):
        page.mouse.move(700, 790)
        page.wait_for_timeout(400)
        page.screenshot(path=f"{folder}/panel-{name}.png")


def listen(page: Page) -> None:
    """Collect all that the live regions say from now on."""
    page.evaluate(
        """selectors => { window.heard = []; for (const one of selectors) {
        const node = document.querySelector(one)
        new MutationObserver(() => window.heard.push([Date.now(), node.textContent]))
            .observe(node, {childList: true, characterData: true, subtree: true}) } }""",
        [LIVE, ALERT],
    )


def said(page: Page) -> list[str]:
    return [words for _, words in page.evaluate("window.heard")]


def change(page: Page, route: str, alter: Callable[[Any], Any]) -> None:
    """Let the real answer of a route come back with something altered."""

    def answer(asked: Route) -> None:
        real = asked.fetch()
        asked.fulfill(response=real, json=alter(real.json()))

    page.route(re.compile(rf"/audition/api/{route}(\?|$)"), answer)
