"""What a person sees in the scratch notebook: words before a traceback, a plot, a bar, lines."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.page import open_workspace, sees, write_and_run
from tests.workspace import Started, started

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

REFUSED = """from openai import OpenAI
def ask(model):
    said = [{"role": "user", "content": "Is this a complaint?"}]
    return OpenAI().chat.completions.create(model=model, messages=said)
ask("gpt-9")"""
PLOT = """import pandas as pd
pd.DataFrame({"loss": [3, 2, 1], "kept": [1, 2, 3]}).plot(title="By epoch");"""
BAR = """from tqdm.auto import tqdm
for row in tqdm(range(40)):
    pass"""
LINE = 'print("measure " * 60)'
WIDEST = """pre => {
    const range = document.createRange(), text = pre.firstChild.firstChild ?? pre.firstChild;
    const tops = new Set();
    for (let at = 0; at < 60; at++) {
        range.setStart(text, at * 8); range.setEnd(text, at * 8 + 7);
        tops.add(range.getClientRects().length);
    }
    return [...tops];
}"""
"""On how many lines each word stands."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    with started(tmp_path_factory.mktemp("lab")) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def page(browser: Browser, lab: Started) -> Page:
    page = browser.new_page(viewport={"width": 1360, "height": 900})
    open_workspace(page, lab.url.replace("practice/practice.ipynb", "practice/scratch.ipynb"))
    return page


def ran(page: Page, source: str) -> Locator:
    """Run a cell at the end and return it once it has ended."""
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    cells.first.wait_for(timeout=90_000)
    count = cells.count()
    write_and_run(page, cells.last, source)
    cell = cells.nth(count - 1)
    expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"), timeout=90_000)
    expect(cells).to_have_count(count + 1)
    return cell


def test_a_cell_that_is_run_before_its_kernel_is_there_waits_for_it(
    browser: Browser, lab: Started
) -> None:
    page = browser.new_page(viewport={"width": 1360, "height": 900})

    def late(route: Route) -> None:
        if route.request.method == "POST":
            page.wait_for_timeout(4000)  # a server with much to do
        route.continue_()

    page.route("**/api/sessions*", late)
    page.goto(lab.url.replace("practice/practice.ipynb", "practice/scratch.ipynb"))
    cell = page.locator(".jp-Notebook .jp-CodeCell").first
    write_and_run(page, cell, "print('early', 6 * 7)")
    assert cell.locator(".jp-InputPrompt").inner_text() == "[*]:"
    sees(cell, "early 42")
    page.close()


def test_the_scratch_notebook_says_what_becomes_of_it(page: Page) -> None:
    sees(page.locator(".jp-Notebook"), "recorded like everything else, never scored and never")


def test_a_refused_call_begins_with_what_to_do(page: Page) -> None:
    cell = ran(page, REFUSED)
    shown = cell.locator(".jp-OutputArea-output").inner_text()
    if os.environ.get("SCREENS"):
        page.screenshot(path=f"{os.environ['SCREENS']}/refused-call.png")

    assert shown.startswith('There is no model "gpt-9" in this exercise. You can call: sim-small')
    assert "site-packages" not in shown and "%tb shows them" in shown


def test_a_plot_shows_without_magics(page: Page) -> None:
    picture = ran(page, PLOT).locator(".jp-OutputArea-output img")
    expect(picture).to_be_visible(timeout=60_000)
    box = picture.bounding_box()

    assert box is not None and 600 < box["width"] < 900


def test_a_progress_bar_is_drawn(page: Page) -> None:
    cell = ran(page, BAR)

    expect(cell.locator(".jupyter-widgets .progress-bar, .widget-hprogress").first).to_be_visible()
    sees(cell, "40/40")


def test_long_lines_break_between_words(page: Page) -> None:
    pre = ran(page, LINE).locator(".jp-OutputArea-output pre")

    assert pre.evaluate(WIDEST) == [1]
    assert pre.evaluate("pre => pre.getClientRects()[0].height") > 30
