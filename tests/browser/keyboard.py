"""A person without a mouse, who knows of a page what its accessibility tree tells."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, TimeoutError, expect

MOST_TABS = 400


class Keyboard:
    """Finds its way by Tab and by names.

    Args:
        page: what is looked at.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    def named(self, role: Any, name: str | re.Pattern[str]) -> Locator:
        """The one thing of this role and name."""
        return self.page.get_by_role(role, name=name, exact=isinstance(name, str))

    def tab_to(self, role: Any, name: str | re.Pattern[str], *, back: bool = False) -> Locator:
        """Press Tab until it has the focus."""
        return self.go_to(self.named(role, name), back=back)

    def go_to(self, wanted: Locator, *, back: bool = False) -> Locator:
        """Press Tab until this has the focus."""
        expect(wanted).to_be_visible()
        handle = wanted.element_handle()
        for _ in range(MOST_TABS):
            if self.page.evaluate("one => document.activeElement === one", handle):
                return wanted
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"Tab does not lead to {wanted}")

    def press(self, role: Any, name: str | re.Pattern[str]) -> None:
        """Go to a button or link and press it."""
        self.tab_to(role, name)
        self.page.keyboard.press("Enter")

    def write(self, name: str | re.Pattern[str], text: str) -> None:
        """Put a text in the place of what stands in a text area."""
        self.tab_to("textbox", name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def is_told(self, words: str | re.Pattern[str], *, timeout_ms: int = 60_000) -> None:
        """Wait until the page has said this in a live region."""
        told = self.page.get_by_role("status").filter(has_text=words)
        expect(told.first).to_be_attached(timeout=timeout_ms)

    def heard(self) -> list[str]:
        """Return all that was put into live regions since listening began."""
        told: list[str] = self.page.evaluate("window.heard ?? []")
        return told

    def waits_until_heard(self, words: str, *, timeout_ms: int = 30_000) -> None:
        """Wait until it was said, be it that something else was said since."""
        asked = "words => (window.heard ?? []).some(one => one.includes(words))"
        try:
            self.page.wait_for_function(asked, arg=words, timeout=timeout_ms)
        except TimeoutError as none:
            raise AssertionError(f"{words!r} was not said, but: {self.heard()[-12:]}") from none


LISTEN = """
window.heard = [];
document.addEventListener('DOMContentLoaded', () => {
  const note = node => {
    const one = node.closest ? node : node.parentElement;
    const region = one?.closest('[role=status],[role=alert]');
    if (region && region.textContent) window.heard.push(region.textContent);
  };
  new MutationObserver(all => all.forEach(one => note(one.target)))
    .observe(document.body, {subtree: true, childList: true, characterData: true});
});
"""
"""Notes what a screen reader would be given to say."""
