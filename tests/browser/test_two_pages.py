"""The panel and the plain page of one exercise, side by side: receipts, and which of them waits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.page import cell_with, new_cell_below, open_notebook, write_and_run
from tests.workspace import Started, started

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

SOON_MS = 5_000
"""Two seconds are meant; by themselves the pages would ask once a minute at most."""
SUBMIT = "from harness.kernel import submit\nsubmit()"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    with started(tmp_path_factory.mktemp("two"), "--exercise", "practice") as workspace:
        yield workspace


@pytest.fixture
def page(browser: Browser, lab: Started) -> Iterator[Page]:
    """The notebook, with the panel."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    open_notebook(opened, f"{lab.url}&reset")
    yield opened
    context.close()


@pytest.fixture
def plain(page: Page, lab: Started) -> Page:
    """The plain page, which waits."""
    opened = page.context.new_page()
    opened.goto(f"{lab.url.partition('/lab/')[0]}/plain/practice")
    expect(opened.get_by_text("This exercise is open in another window.").first).to_be_visible()
    expect(opened.locator("#kernel-line")).to_have_text("Python is ready.", timeout=90_000)
    return opened


def _go_on_in(one: Page) -> None:
    one.get_by_role(
        "button", name="Go on here"
    ).first.click()  # the plain page has it at its foot, too
    expect(one.get_by_role("button", name="Go on here")).to_have_count(0)


def _submit(one: Page, button: str, question: str) -> None:
    one.get_by_role("button", name=button, exact=True).click()
    dialog = one.get_by_role("dialog")
    expect(dialog).to_contain_text(question)
    dialog.get_by_role("button", name="Submit", exact=True).click()


def _receipts(lab: Started) -> int:
    return len(lab.client.submissions())


def test_what_is_submitted_on_one_page_is_on_the_other_at_once(
    page: Page, plain: Page, lab: Started
) -> None:
    panel = page.get_by_role("group", name="Receipt")
    below = plain.get_by_role("region", name="Receipt of submission")
    _submit(page, "Submit practice", "Submit practice?")
    expect(panel).to_contain_text("submission 1,")
    expect(below).to_contain_text("Receipt of submission 1", timeout=SOON_MS)

    _go_on_in(plain)
    _submit(plain, "Submit again", "again?")
    expect(below).to_contain_text("Receipt of submission 2")
    expect(panel).to_contain_text("submission 2,", timeout=SOON_MS)
    expect(page.locator(".jp-Audition-foot")).to_contain_text("Submit again")

    box = plain.get_by_role("textbox", name=re.compile("^Code of cell")).first
    box.fill(f'DATA, SEED = "data", 7\n{SUBMIT}')
    box.press("Control+Enter")
    expect(below).to_contain_text("Receipt of submission 3")
    expect(panel).to_contain_text("submission 3,", timeout=SOON_MS)

    _go_on_in(page)
    write_and_run(page, new_cell_below(page, cell_with(page, "DATA, SEED")), SUBMIT)
    expect(panel).to_contain_text("submission 4,")
    expect(below).to_contain_text("Receipt of submission 4", timeout=SOON_MS)
    assert _receipts(lab) == 4


def test_a_page_that_waits_submits_nothing_and_says_how_one_goes_on_there(
    page: Page, plain: Page, lab: Started
) -> None:
    before = _receipts(lab)
    submit = plain.locator("#submit-button")
    expect(submit).to_have_attribute("aria-disabled", "true")
    expect(plain.locator("#submit-waits")).to_be_visible()
    expect(plain.locator("#on-submitting")).to_be_hidden()
    submit.dispatch_event("click")
    expect(plain.locator("#notes").get_by_role("button", name="Go on here")).to_be_focused()
    expect(plain.locator(".live").get_by_role("button", name="Go on here")).to_be_in_viewport()
    expect(plain.get_by_role("dialog")).to_have_count(0)
    plain.keyboard.press("Control+s")  # nothing of this page's is saved while it waits
    plain.wait_for_timeout(1000)
    expect(plain.get_by_text("Saved", exact=True)).to_have_count(0)

    _go_on_in(plain)
    expect(submit).to_have_attribute("aria-disabled", "false")
    expect(plain.locator("#on-submitting")).to_be_visible()
    foot = page.locator(".jp-Audition-foot")
    expect(foot).to_contain_text("You work in another window. Go on here, then you can submit.")
    foot.get_by_role("button").dispatch_event("click")
    page.wait_for_timeout(500)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert _receipts(lab) == before
