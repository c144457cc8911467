"""What a person does with a notebook in the browser."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

MOST_DRAWN = 20
"""Lines of a cell that are in sight together."""


def open_notebook(page: Page, url: str) -> None:
    """Open the address and wait until the notebook and its kernel are there."""
    page.goto(url)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)
    ready = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    ready.first.wait_for(state="attached", timeout=90_000)


def open_workspace(page: Page, url: str) -> None:
    """Open the address and wait until the panel is beside the notebook: nothing moves any more."""
    open_notebook(page, url)
    page.locator(".jp-Audition h2").first.wait_for(timeout=90_000)


def cells(page: Page) -> Locator:
    """Return the notebook's cells."""
    return page.locator(".jp-Notebook .jp-Cell")


def cell_with(page: Page, text: str) -> Locator:
    """Return the one cell whose source holds this text."""
    kind = "jp-CodeCell" if text.startswith("%%") else "jp-Cell"  # a text may name a magic too
    return page.locator(f".jp-Notebook .{kind}", has_text=text).first


def plan_of(page: Page) -> Locator:
    """Return the cell that the plan goes into; the text may name its first line too."""
    return page.locator(
        ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell", has_text="%%plan"
    ).first


def write_and_run(page: Page, cell: Locator, text: str, *, at_end: bool = False) -> None:
    """Type into a cell and run it with Shift+Enter, as a person does.

    Who sees the cell still empty, as a busy page drew the notebook anew meanwhile, types again.
    """
    editor = cell.locator(".cm-content")
    for is_last in (True,) if at_end else (False, False, True):
        editor.click()  # scrolls there itself, and finds it if JupyterLab draws it anew meanwhile
        page.keyboard.press("Control+End" if at_end else "Control+A")
        page.keyboard.insert_text(text)
        try:
            _is_written(cell, text, timeout_ms=60_000 if is_last else 8_000)
            break
        except AssertionError:
            if is_last:
                raise
    page.keyboard.press("Shift+Enter")


def _is_written(cell: Locator, text: str, *, timeout_ms: int) -> None:
    """Wait until a cell ends in this text: a busy page takes it in later than the next key."""
    lines = text.split("\n")
    if len(lines) <= MOST_DRAWN:  # of a long cell the editor draws what is in sight alone
        drawn = [re.compile(rf"^{re.escape(line)}$") for line in lines[1:]]
        shown = cell.locator(".cm-line")
        for n, line in enumerate(reversed(drawn), 1):
            expect(shown.nth(-n)).to_have_text(line, use_inner_text=False, timeout=timeout_ms)


def new_cell_below(page: Page, cell: Locator) -> Locator:
    """Insert a cell below and return it."""
    cell.locator(".jp-InputArea-editor, .jp-MarkdownOutput").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    return page.locator(".jp-Notebook .jp-Cell.jp-mod-active")


def sees(locator: Locator, text: str, *, timeout_ms: int = 90_000) -> None:
    """Wait until the text stands there."""
    expect(locator).to_contain_text(text, timeout=timeout_ms)
