"""A lost line, a second window, and the plain page beside the panel."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import grave_findings
from tests.browser.page import cell_with, new_cell_below, plan_of, write_and_run
from tests.browser.panel.parts import (
    listen,
    note_of,
    panel_of,
    picture,
    press,
    said,
    section_of,
)
from tests.workspace import Started

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]


def test_a_lost_line_is_said_where_it_matters_and_the_work_goes_on(page: Page) -> None:
    listen(page)
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
    page.context.set_offline(True)
    note = note_of(page, "away")
    expect(note).to_contain_text("Go on writing")
    expect(page.locator(".jp-Audition-status")).to_contain_text("The line is down")
    cell_with(page, "DATA, SEED").locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # written while it was down")
    picture(page, "lost-connection")
    press(page.locator(".jp-Audition-foot"), "Submit practice")
    press(page.get_by_role("dialog"), "Submit")
    expect(note_of(page, '"not done"')).to_be_visible()
    unsaved = page.locator(".jp-Audition-note", has_text="trying again every 5 seconds")
    with page.expect_download() as copy:
        press(unsaved, "Download a copy")
    assert "written while it was down" in Path(copy.value.path()).read_text(encoding="utf-8")
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    page.context.set_offline(False)
    expect(note).to_have_count(0)
    expect(unsaved).to_have_count(0)
    moments = [at for at, _ in page.evaluate("window.heard")]

    assert said(page)[0].startswith("The line is down. Go on writing")
    assert all(after - before >= 900 for before, after in pairwise(moments))
    expect(cell_with(page, "DATA, SEED")).to_contain_text("# written while it was down")


def test_a_second_window_is_covered_until_the_person_goes_on_there(
    page: Page, lab: Started
) -> None:
    first = cell_with(page, "DATA, SEED")
    first.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # from the first window")
    other = page.context.new_page()
    other.goto(f"{lab.url}&reset")
    cover = other.get_by_role("region", name="This exercise is open in another window")
    expect(cover).to_be_visible()
    expect(cell_with(other, "DATA, SEED")).to_be_hidden()
    picture(other, "second-window")
    assert grave_findings(other, ".jp-Audition-cover") == []
    press(cover, "Go on here")
    expect(cover).to_have_count(0)
    expect(cell_with(other, "DATA, SEED")).to_contain_text("# from the first window")
    left = page.get_by_role("region", name="You went on in another window")
    expect(left).to_be_visible()
    expect(first).to_be_hidden()
    write_and_run(other, cell_with(other, "DATA, SEED"), 'DATA, SEED = "data", 9')
    with other.expect_response(
        lambda answer: answer.request.method == "PUT" and "/api/contents/" in answer.url
    ):
        other.keyboard.press("Control+s")
    press(left, "Go on here")
    expect(first).to_contain_text('DATA, SEED = "data", 9')
    expect(page.get_by_text(re.compile(r"^Cell \d+/\d\d$"))).to_be_visible()  # not "Cell 1/1"
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    expect(other.get_by_role("region", name="You went on in another window")).to_be_visible()
    other.close()


def test_a_window_that_waits_checks_nothing_until_the_person_goes_on_there(
    page: Page, lab: Started
) -> None:
    plan = plan_of(page)
    plan.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\nRead them, then count.")
    page.keyboard.press("Shift+Enter")
    check = section_of(page, "check")
    again = check.get_by_role("button", name="Check", exact=True).last
    expect(again).not_to_have_attribute("aria-disabled", "true", timeout=30_000)
    other = page.context.new_page()
    other.goto(f"{lab.url}&reset")
    press(other.get_by_role("region", name="This exercise is open in another window"), "Go on here")
    left = page.get_by_role("region", name="You went on in another window")
    expect(left).to_be_visible()

    expect(again).to_have_attribute("aria-disabled", "true")  # the text here is old
    expect(check).to_contain_text("You work in another window. Go on here, then you can check.")
    press(left, "Go on here")
    expect(again).not_to_have_attribute("aria-disabled", "true")
    other.close()


def test_the_plain_page_leads_back_to_the_window_that_opened_it(page: Page, lab: Started) -> None:
    link = section_of(page, "exercises").get_by_role(
        "link", name="Open the plain page in a new tab"
    )
    page.locator(".jp-WindowedPanel-outer").evaluate("one => { one.scrollTop = 120 }")
    top = """() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')]
        .find(one => one.textContent.includes('DATA, SEED')).getBoundingClientRect().top"""
    page.wait_for_timeout(500)
    before = page.evaluate(top)
    with page.context.expect_page() as opened:
        link.click()
    plain = opened.value  # who comes by this link goes on there: nothing is asked
    covered = page.get_by_role("region", name="You went on in another window")
    expect(covered).to_be_visible()
    code = plain.get_by_role("textbox", name=re.compile("^Code of cell")).first
    expect(code).to_be_editable()  # it is covered there before it can be written in here
    expect(plain.get_by_role("button", name="Go on here")).to_have_count(0)
    assert not plain.url.endswith("?go-on")  # who loads the page anew is asked
    code.press("Control+End")
    plain.keyboard.insert_text("  # from the plain page")
    # What was saved there is asked for at once, not with the next look in 20 seconds.
    with page.expect_response(re.compile(r"/audition/api/versions/practice(\?|$)"), timeout=10_000):
        plain.get_by_role("link", name="switch to the notebook").press("Enter")
    expect(covered).to_have_count(0)
    expect(cell_with(page, "# from the plain page")).to_be_visible()
    page.wait_for_function(f"before => Math.abs(({top})() - before) < 5", arg=before)
    page.wait_for_function("document.activeElement.closest('.jp-Notebook') !== null")
    expect(
        plain.get_by_text("You are in the notebook now, in its own tab; this page waits.")
    ).to_be_visible()
    assert "/plain/practice" in plain.url and len(page.context.pages) == 2
    _lists_what_both_asked(page, plain)
    plain.close()


def _lists_what_both_asked(page: Page, plain: Page) -> None:
    """Of both pages, whichever a cell was run in, and while it still goes on."""
    lists = (page.locator("[data-section=ask] dt"), plain.locator("#questions dt"))
    cell = new_cell_below(page, cell_with(page, "DATA, SEED"))
    write_and_run(page, cell, 'from harness.kernel import ask\nask("Are they in English?")')
    for asked in lists:
        expect(asked.filter(has_text="Are they in English?")).to_have_count(1)
    plain.locator("#go-on").click()  # at the foot, in sight wherever one is
    code = plain.get_by_role("textbox", name=re.compile("^Code of cell")).first
    expect(code).to_be_editable()
    code.fill('ask("Is there a budget?")\nimport time; time.sleep(4)')
    code.press("Control+Enter")
    for asked in lists:
        expect(asked.filter(has_text="Is there a budget?")).to_have_count(1)
    expect(plain.get_by_role("button", name=re.compile("^Stop cell"))).to_have_count(1)


def test_another_exercise_opens_while_the_one_in_front_is_covered(page: Page, lab: Started) -> None:
    other = page.context.new_page()
    other.goto(f"{lab.url}&reset")
    press(other.get_by_role("region", name="This exercise is open in another window"), "Go on here")
    left = page.get_by_role("region", name="You went on in another window")
    expect(left).to_be_visible()
    title = panel_of(page).get_by_role("heading", level=2)
    press(section_of(page, "exercises"), "Open Build a small eval from a vague spec")

    expect(title).to_contain_text("Build a small eval from a vague spec")
    expect(left).to_have_count(0)
    expect(cell_with(page, "def triage")).to_be_visible()
    press(section_of(page, "exercises"), "Open Practice: a morning's mail")
    expect(title).to_contain_text("a morning's mail")
    expect(left).to_be_visible()
    expect(cell_with(page, "DATA, SEED").first).to_be_hidden()
    other.close()
