"""A workspace for each module of the panel's tests, and a browser of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.page import open_notebook, sees
from tests.browser.panel.parts import panel_of
from tests.workspace import Started, started


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    """One workspace with the practice and a timed exercise."""
    folder = tmp_path_factory.mktemp("panel")
    with started(folder, "--exercise", "practice", "--exercise", "eval-design") as workspace:
        yield workspace


@pytest.fixture
def page(browser: Browser, lab: Started) -> Iterator[Page]:
    """The practice, open in a browser of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    broken: list[str] = []
    opened.on("pageerror", lambda problem: broken.append(problem.stack or str(problem)))
    open_notebook(opened, f"{lab.url}&reset")
    sees(panel_of(opened), "Practice: a morning's mail")
    yield opened
    context.close()
    # Where a test takes the line away, JupyterLab's own requests fail unheard; ours may not.
    assert [one for one in broken if "Failed to fetch" not in one or "@audition" in one] == []
