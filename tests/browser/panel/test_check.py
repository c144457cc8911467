"""Plan, part two, a call's price and check: what the panel says of the work."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import grave_findings
from tests.browser.page import cell_with, new_cell_below, plan_of, sees, write_and_run
from tests.browser.panel.parts import note_of, picture, press, section_of

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

WORDS = "Your words under “5. Say how far you trust it”"
RESTORED = re.compile(r"restored · \d+ cells? changed")
SAID_THEN = re.compile(r"This was said of the notebook as it was at \d\d:\d\d; check again\.")
CALL = """from openai import OpenAI
reply = OpenAI().chat.completions.create(
    model="sim-medium", messages=[{"role": "user", "content": "Complaint or question? Closed?"}])
print("THE ANSWER IS:", reply.choices[0].message.content)"""


def test_the_plan_brings_part_two_and_a_call_its_price_and_check_leads_to_the_cell(
    page: Page,
) -> None:
    check = page.locator("[data-section=check]")
    expect(check.locator("h3")).to_contain_text("with part two")
    expect(page.locator("[data-section=versions] h3")).to_contain_text("not changed yet")
    plan = plan_of(page)
    plan.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\nRead all six, call the model on each.")
    picture(page, "plan")
    page.keyboard.press("Shift+Enter")
    sees(page.locator(".jp-Notebook"), "Part two")
    _stands_in_the_top_third(page, "Part two")
    expect(check.locator("h3")).to_contain_text("not yet")
    picture(page, "part-two")
    write_and_run(page, new_cell_below(page, plan_of(page)), CALL)
    sees(page.locator(".jp-Notebook"), "THE ANSWER IS:")
    purse = section_of(page, "purse")
    sees(purse, "For tools: 20 of 20 simulated minutes left")
    sees(purse, "Last call: $")
    sees(purse, "sim-medium")
    expect(purse).to_contain_text(re.compile(r"\$0\.4\d\d\d left of \$0\.50"))
    picture(page, "model-call")

    press(section_of(page, "check"), "Check")
    sees(check, "to fix")
    expect(check).to_contain_text("Define it in cell")
    said = check.locator(".jp-Audition-open").inner_text()
    assert not re.search("right|wrong|fail|invalid", said, re.IGNORECASE)
    expect(check).to_contain_text("Besides, still as given: sorter, ")
    expect(check).to_contain_text(WORDS[0].lower() + WORDS[1:])
    picture(page, "check")
    press(page.locator(".jp-Audition-foot"), "Submit practice")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The check could not read 2 things.")
    expect(dialog).to_contain_text(f"{WORDS} are still as given.")
    expect(dialog).to_contain_text("Marked cells still as given: sorter, confidence.")
    expect(dialog).to_contain_text("You can submit all the same")  # a hint, and no more
    press(dialog, "Cancel")
    check.get_by_role("button", name=re.compile("^your words under")).click()
    expect(page.locator(".jp-Cell.jp-mod-active")).to_contain_text(
        "Write here: why that far and no further"
    )
    page.keyboard.press("Enter")
    page.keyboard.type("Seven in ten, I would say. ")
    expect(check).not_to_contain_text("your words")  # counted anew, without another check
    expect(check).to_contain_text("Besides, still as given: sorter")
    expect(check.locator("h3")).not_to_contain_text("changed since")  # texts are not checked
    check.get_by_role("button", name="Go to cell").first.click()
    expect(page.locator(".jp-Cell.jp-mod-active .cm-content")).to_be_focused()
    page.keyboard.type(" ")
    expect(check.locator("h3")).to_contain_text(
        re.compile(r"to fix · checked \d\d:\d\d, changed since")
    )
    expect(check).to_contain_text(SAID_THEN)
    page.keyboard.press("Backspace")
    expect(check.locator("h3")).not_to_contain_text("changed since")
    expect(check).not_to_contain_text("This was said of")
    assert grave_findings(page, ".jp-Audition") == []
    page.reload()
    sees(check, "to fix")


def _stands_in_the_top_third(page: Page, heading: str) -> None:
    """Wait until a heading of the notebook's stands where the eye looks first."""
    page.wait_for_function(
        """heading => {
        const area = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
        const found = [...document.querySelectorAll('.jp-Notebook h2')]
            .find(one => one.textContent.startsWith(heading));
        const top = (found?.getBoundingClientRect().top ?? 1e9) - area.top;
        return top >= 0 && top < area.height / 3 }""",
        arg=heading,
        timeout=10_000,
    )


def test_after_a_restore_the_result_itself_is_old_with_the_button_beside_it(page: Page) -> None:
    write_and_run(
        page, cell_with(page, "def classify"), "def classify(text):\n    return 'question'"
    )
    write_and_run(page, cell_with(page, "CONFIDENCE is a"), "CONFIDENCE = 0.7")
    check = section_of(page, "check")
    press(check, "Check")
    read = check.locator(".jp-Audition-read")
    expect(read).to_contain_text("We can read what your marked cells define")
    expect(check.locator("h3")).to_contain_text(re.compile("can be read$"))
    expect(read.locator("svg")).to_have_count(1)
    color = "one => getComputedStyle(one.querySelector('span')).color"
    fresh = read.evaluate(color)

    versions = section_of(page, "versions")
    versions.get_by_role("button", name="Look inside").last.click()
    press(page.get_by_role("dialog"), "Restore")
    expect(note_of(page, "restore")).to_contain_text("Cells and outputs are as they were then;")
    expect(versions.locator("li").first).to_contain_text(
        re.compile(r"restored · \d+ cells? changed")
    )
    expect(check.locator("h3")).to_contain_text("changed since")
    expect(check).to_contain_text(SAID_THEN)
    again = check.get_by_role("button", name="Check again")
    button, sentence = again.bounding_box(), check.get_by_text(SAID_THEN).bounding_box()
    assert button is not None and sentence is not None
    assert button["x"] + button["width"] <= sentence["x"]
    assert abs(button["y"] + button["height"] / 2 - sentence["y"] - sentence["height"] / 2) < 2
    assert read.evaluate(color) != fresh
    expect(read.locator("svg")).to_have_count(0)  # no tick for what does not hold
    assert grave_findings(page, ".jp-Audition") == []
    check.evaluate("one => one.scrollIntoView()")
    picture(page, "check-old")

    versions.get_by_role("button", name="Look inside").first.click()  # as it was before
    press(page.get_by_role("dialog"), "Restore")
    expect(cell_with(page, "def classify")).to_contain_text("return 'question'")
    expect(check).not_to_contain_text("This was said of")  # it holds again
    first = cell_with(page, "CONFIDENCE = 0.7")
    first.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # or so")
    expect(check).to_contain_text(SAID_THEN)
    again.focus()
    page.keyboard.press("Enter")
    expect(check).not_to_contain_text("This was said of")
    expect(again).to_be_focused()
