"""The clock, pauses, and the end of an exercise."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import grave_findings
from tests.browser.page import plan_of
from tests.browser.panel.parts import (
    ALERT,
    LIVE,
    change,
    listen,
    note_of,
    panel_of,
    picture,
    press,
    said,
    section_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

COUNTS = (
    "What you submitted counts as it is. If you change something after it, "
    "the last save counts at the end."
)
PAUSED_AT = "async () => (await (await fetch('/audition/api/clock')).json()).paused_at"
PRESS_AS_SOON_AS_THERE = """() => new MutationObserver((_, observer) => {
    const found = [...document.querySelectorAll('.jp-Audition-foot button')]
        .find(one => one.textContent === 'Submit exercise 1');
    if (found) { observer.disconnect(); found.click(); window.wasPressed = true; }
}).observe(document.querySelector('.jp-Audition'), { childList: true, subtree: true,
    characterData: true })"""


def test_start_runs_the_clock_pause_covers_the_notebook_and_f8_goes_there_and_back(
    page: Page,
) -> None:
    ideas = section_of(page, "hypotheses")
    ideas.get_by_label("idea, and how you would test it").fill("Said of the practice alone.")
    press(ideas, "Add a hypothesis")
    expect(page.locator(LIVE)).to_have_text("Hypothesis added.")
    press(section_of(page, "exercises"), "Open Build a small eval from a vague spec")
    expect(page.locator(LIVE)).not_to_have_text("Hypothesis added.")
    panel = panel_of(page)
    expect(panel.locator("h2")).to_have_text("Build a small eval from a vague spec")
    expect(panel.locator(".jp-Audition-recording")).to_have_text("Recording")
    expect(panel.locator(".jp-Audition-eyebrow")).to_have_text("Exercise 1 of 1")
    ask = section_of(page, "ask")
    expect(ask).to_contain_text("Start the exercise, then you can ask.")
    start = panel.get_by_role("button", name="Start exercise 1")
    page.evaluate(PRESS_AS_SOON_AS_THERE)
    start.focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("heading", name="Build a small eval from a vague spec").last
    ).to_be_focused()
    expect(panel).to_contain_text("Clock hidden")
    expect(ask).to_contain_text("Free. One thing at a time")
    page.wait_for_function("window.wasPressed")  # Submit, where Start stood a moment ago
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    listen(page)
    panel.get_by_role("button", name="Show the clock").click()
    expect(page.get_by_role("timer")).to_have_text("35 minutes left of 35")
    boxes = [page.get_by_role("timer"), panel.get_by_role("button", name="Pause")]
    lines = [box["y"] + box["height"] / 2 for one in boxes if (box := one.bounding_box())]
    assert len(lines) == 2 and abs(lines[0] - lines[1]) < 4  # Pause stays in its line
    picture(page, "clock-shown")
    expect(page.locator(LIVE)).to_have_text("35 minutes left")

    plan = plan_of(page)
    plan.locator(".cm-content").click()
    page.keyboard.press("F8")
    expect(panel).to_be_focused()
    page.keyboard.press("F8")
    expect(plan.locator(".cm-content")).to_be_focused()

    press(panel, "Pause")
    cover = page.get_by_role("region", name="Paused")
    expect(cover).to_contain_text("Your clock stands still")
    expect(page.get_by_role("button", name="Resume")).to_have_count(1)
    expect(plan).to_be_hidden()
    bar = page.locator("#jp-main-statusbar")
    expect(bar.get_by_text(re.compile(r"^(Ln \d|Cell \d|Mode:|Python 3)"))).to_have_count(4)
    for of_the_notebook in bar.get_by_text(re.compile(r"^(Ln \d|Cell \d|Mode:|Python 3)")).all():
        expect(of_the_notebook).to_be_hidden()
    expect(bar.locator(".jp-Audition-status")).to_have_text("Paused")
    submit = panel.get_by_role("button", name="Submit exercise 1")
    expect(submit).to_have_attribute("aria-disabled", "true")
    expect(panel).to_contain_text("You have paused. Resume, then you can submit.")
    assert grave_findings(page, ".jp-Audition", ".jp-Audition-cover") == []
    press(cover, "Resume")
    expect(cover).to_have_count(0)
    expect(plan).to_be_visible()
    expect(bar.get_by_text(re.compile(r"^Ln \d"))).to_be_visible()
    pause = panel.get_by_role("button", name="Pause")
    pause.focus()
    page.keyboard.press("Enter")
    expect(cover.get_by_role("button", name="Resume")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cover).to_have_count(0)
    expect(pause).to_be_visible()
    page.wait_for_function("document.activeElement.closest('.jp-Notebook') !== null")
    assert not [words for words in said(page) if "clock" in words and "still" not in words][2:]


def test_five_minutes_are_said_once_and_past_the_end_the_panel_says_what_happens(
    page: Page,
) -> None:
    press(section_of(page, "exercises"), "Open Build a small eval from a vague spec")
    left = {"left_s": 290.0}
    change(page, "clock", lambda told: _with_clock(told, left))
    page.reload()
    note = note_of(page, "soon")
    expect(note).to_contain_text("5 minutes left")
    expect(page.locator(LIVE)).to_have_text("5 minutes left.")
    picture(page, "five-minutes")
    press(note, "Do not tell me the time")
    expect(note).to_have_count(0)
    expect(section_of(page, "exercises")).not_to_contain_text("any order")  # of one exercise
    change(page, "sitting", _with_another)
    page.reload()
    expect(section_of(page, "exercises")).to_contain_text("Take them in any order.")
    left |= {"left_s": 0.0, "is_over": True}
    change(page, "sitting", _with_all_submitted)
    page.reload()
    expect(note_of(page, "ended")).to_be_visible(timeout=60_000)
    expect(page.locator(ALERT)).to_contain_text("The time ran out.")
    expect(panel_of(page)).to_contain_text("Recording stopped")
    expect(page.locator(".jp-Audition-foot").get_by_role("button", name="Submit")).to_have_count(0)
    expect(section_of(page, "exercises")).not_to_contain_text("any order")
    expect(page.locator("[data-audition-state=over]")).to_contain_text("Exercise over")
    picture(page, "past-the-end")


def test_where_nothing_more_is_expected_the_clock_goes_on_and_no_time_is_told(page: Page) -> None:
    press(section_of(page, "exercises"), "Open Build a small eval from a vague spec")
    change(page, "clock", lambda told: _with_clock(told, {"left_s": 290.0}))
    page.reload()
    expect(note_of(page, "soon")).to_be_visible()
    page.evaluate("sessionStorage.clear()")
    change(page, "sitting", _with_all_submitted)
    page.reload()
    panel = panel_of(page)
    receipt = page.get_by_role("group", name="Receipt")
    expect(receipt).to_contain_text(
        re.compile(
            r"Nothing more is expected of you: you may close this page\. Your time runs on until"
            r" \d\d:\d\d \S+, should you want to change something\."
        )
    )
    expect(panel).to_contain_text(COUNTS)
    expect(panel.get_by_role("timer")).to_have_text("Clock hidden")
    expect(panel.get_by_role("button", name="Pause")).to_be_visible()
    press(panel, "Show the clock")
    expect(panel.get_by_role("timer")).to_contain_text("5 minutes left")
    expect(receipt).to_contain_text(re.compile(r"until \d\d:\d\d \S+ \(5 minutes\), should"))
    picture(page, "all-submitted")
    expect(note_of(page, "soon")).to_have_count(0)


def _with_all_submitted(told: Any) -> Any:
    done = {"number": 1, "at": "2026-01-01T00:00:00.000000Z"}
    return told | {"exercises": [one | {"submitted": done} for one in told["exercises"]]}


def _with_another(told: Any) -> Any:
    one = next(one for one in told["exercises"] if one["slug"] != "practice")
    return told | {"exercises": [*told["exercises"], one | {"slug": "another", "title": "Another"}]}


def _with_clock(told: Any, now: dict[str, Any]) -> Any:
    """Return the clock with the timed exercise begun and this far."""
    fixed = {"opened_at": told["at"], "ends_at": told["at"], "hard_end_at": told["at"]}
    exercises = [{**one, **fixed, **now} if one["is_timed"] else one for one in told["exercises"]]
    return {**told, "exercises": exercises}


def test_a_check_waits_for_the_end_of_a_pause_and_texts_are_named_as_above_their_cells(
    page: Page,
) -> None:
    press(section_of(page, "exercises"), "Open Build a small eval from a vague spec")
    plan = plan_of(page)
    plan.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\nDefine the labels, then count.")
    page.keyboard.press("Shift+Enter")
    check = section_of(page, "check")
    expect(check.locator("h3")).to_contain_text("not yet")
    press(check, "Check")
    expect(check).to_contain_text("your words (ship or not)", timeout=90_000)
    expect(check.get_by_role("button", name=re.compile("^your words under"))).to_have_count(0)

    press(panel_of(page), "Pause")
    cover = page.get_by_role("region", name="Paused")
    again = check.get_by_role("button", name="Check again")
    expect(again).to_have_attribute("aria-disabled", "true")
    expect(check).to_contain_text("You have paused. Resume, then you can check.")
    again.dispatch_event("click")
    page.wait_for_timeout(1500)
    # A cell that runs ends a pause, and the cover would go on saying that the clock stands still.
    assert page.evaluate(PAUSED_AT) is not None
    press(cover, "Resume")
    expect(cover).to_have_count(0)
    expect(again).not_to_have_attribute("aria-disabled", "true")


def test_in_a_pause_nothing_is_asked_looked_into_or_put_back_and_that_ends_with_it(
    page: Page,
) -> None:
    press(section_of(page, "exercises"), "Open Build a small eval from a vague spec")
    plan = plan_of(page)
    plan.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\nDefine the labels, then count.")
    page.keyboard.press("Shift+Enter")
    versions = section_of(page, "versions")
    look = versions.get_by_role("button", name="Look inside").last
    expect(look).not_to_have_attribute("aria-disabled", "true", timeout=30_000)
    expect(section_of(page, "check").locator("h3")).to_contain_text("not yet")  # part two is here
    expect(page.get_by_text("Python 3 | Idle")).to_be_visible()  # no pause while a cell runs

    press(panel_of(page), "Pause")
    cover = page.get_by_role("region", name="Paused")
    expect(cover).to_be_visible()
    # From a version before part two all of the exercise could be read while the clock stands still.
    expect(look).to_have_attribute("aria-disabled", "true")
    expect(versions).to_contain_text("You have paused. Resume, then you can restore.")
    expect(versions.get_by_role("button", name=re.compile("^Reset cell"))).to_have_count(0)
    look.dispatch_event("click")
    talk = section_of(page, "ask")
    question = talk.get_by_label("Your question")
    question.fill("What is a wrong team worth?")
    expect(talk.get_by_role("button", name="Ask", exact=True)).to_have_attribute(
        "aria-disabled", "true"
    )
    expect(talk).to_contain_text("You have paused. Resume, then you can ask.")
    ideas = section_of(page, "hypotheses")
    ideas.get_by_role("textbox").fill("A wrong team costs most.")
    expect(ideas).to_contain_text("You have paused. Resume, then you can add it.")
    ideas.get_by_role("button", name="Add a hypothesis").dispatch_event("click")
    picture(page, "paused-panel")
    question.press("Control+Enter")
    page.wait_for_timeout(1500)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(talk.locator("h3")).to_contain_text("none asked")

    press(cover, "Resume")
    expect(talk).not_to_contain_text("You have paused")
    expect(versions).not_to_contain_text("You have paused")
    expect(ideas).not_to_contain_text("You have paused")
    expect(ideas.locator("li")).to_have_count(0)
    press(ideas, "Add a hypothesis")
    expect(ideas.locator("li")).to_contain_text("A wrong team costs most.")
    expect(look).not_to_have_attribute("aria-disabled", "true")
    question.press("Control+Enter")  # what was written meanwhile stands there still
    expect(talk.locator("h3")).to_contain_text("1 asked")
