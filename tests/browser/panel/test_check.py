"""Plan, part two, a call's price and check: what the panel says of the work."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import grave_findings
from tests.browser.page import new_cell_below, plan_of, sees, write_and_run
from tests.browser.panel.parts import picture, press, section_of

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

WORDS = "Your words under “5. Say how far you trust it”"
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
    sees(purse, "Last call: $")
    sees(purse, "sim-medium")
    expect(purse).to_contain_text(re.compile(r"\$0\.4\d\d\d left of \$0\.50"))
    picture(page, "model-call")

    press(section_of(page, "check"), "Check")
    sees(check, "to fix")
    expect(check).to_contain_text("Define it in cell")
    said = check.locator(".jp-Audition-open").inner_text()
    assert not re.search("right|wrong|fail|invalid", said, re.IGNORECASE)
    expect(check).to_contain_text("Not part of the check, but still as given: sorter, ")
    expect(check).to_contain_text(WORDS[0].lower() + WORDS[1:])
    picture(page, "check")
    press(page.locator(".jp-Audition-foot"), "Submit practice")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The check could not read 2 things.")
    expect(dialog).to_contain_text(f"{WORDS} are still as given.")
    expect(dialog).to_contain_text("You can submit all the same")  # a hint, and no more
    press(dialog, "Cancel")
    check.get_by_role("button", name=re.compile("^your words under")).click()
    expect(page.locator(".jp-Cell.jp-mod-active")).to_contain_text(
        "Write here: why that far and no further"
    )
    page.keyboard.press("Enter")
    page.keyboard.type("Seven in ten, I would say. ")
    expect(check).not_to_contain_text("your words")  # counted anew, without another check
    expect(check).to_contain_text("still as given: sorter")
    expect(check.locator("h3")).not_to_contain_text("changed since")  # texts are not checked
    check.get_by_role("button", name="Go to cell").first.click()
    expect(page.locator(".jp-Cell.jp-mod-active .cm-content")).to_be_focused()
    page.keyboard.type(" ")
    expect(check.locator("h3")).to_contain_text(
        re.compile(r"to fix · checked \d\d:\d\d, changed since")
    )
    page.keyboard.press("Backspace")
    expect(check.locator("h3")).not_to_contain_text("changed since")
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
