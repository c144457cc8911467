"""Questions, their answers, and hypotheses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.axe import handed_over
from tests.browser.page import cell_with, write_and_run
from tests.browser.panel.parts import LIVE, change, listen, picture, press, said, section_of

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]


def test_questions_fill_from_topics_and_what_did_not_get_through_stays_in_the_box(
    page: Page,
) -> None:
    ask = section_of(page, "ask")
    box = ask.get_by_label("Your question")
    box.fill("Who reads the messages, and what happens when one goes to the wrong tray?")
    press(ask, "Ask")
    expect(ask.locator("dd")).to_have_count(1)
    expect(box).to_have_value("")
    expect(box).to_be_focused()
    page.wait_for_timeout(300)  # the answer is scrolled to after it is drawn
    _stands_at_the_top(page, ask.locator("dt").last)
    box.fill("Who reads the messages, and what happens when one goes to the wrong tray?")
    press(ask, "Ask")
    expect(ask.locator("dt")).to_contain_text([re.compile(r"wrong tray\?.*asked twice$")])
    fold = ask.locator("h3 button")
    fold.click()
    page.locator(".jp-Audition-middle").evaluate("one => { one.scrollTop = 0 }")
    fold.click()
    expect(ask.locator("dt").last).to_be_in_viewport(ratio=1)
    expect(box).to_be_in_viewport(ratio=1)
    change(page, "questions/practice", lambda told: _with_topics(told))
    page.reload()
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)
    page.wait_for_load_state("networkidle")  # before the line is cut: it still fetches its parts
    chip = section_of(page, "ask").get_by_role("button", name="opening hours")
    chip.click()
    expect(box).to_have_value("Can you tell me about this: opening hours?")
    expect(ask.locator("dd")).to_have_count(1)
    page.context.set_offline(True)
    press(ask, "Ask")
    expect(ask).to_contain_text("The question did not get through, and is kept in the box.")
    expect(box).to_have_value("Can you tell me about this: opening hours?")
    page.context.set_offline(False)


def _stands_at_the_top(page: Page, question: Locator) -> None:
    """The question and where its answer begins are read first."""
    middle, one = page.locator(".jp-Audition-middle").bounding_box(), question.bounding_box()
    answer = page.locator("[data-section=ask] dd").last.bounding_box()
    assert middle is not None and one is not None and answer is not None
    end = page.locator(".jp-Audition-middle").evaluate(
        "one => one.scrollHeight - one.scrollTop - one.clientHeight"
    )
    assert 0 <= one["y"] - middle["y"] < 24 or (end < 2 and one["y"] >= middle["y"])
    assert answer["y"] + 40 < middle["y"] + middle["height"]


def _with_topics(told: Any) -> Any:
    topics = ["opening hours", "who decides", "a third one that is not shown"]
    return {"questions": [{**told["questions"][0], "nearest": topics}]}


def test_a_hypothesis_stands_as_sign_and_word_and_an_old_answer_takes_nothing_away(
    page: Page,
) -> None:
    section = section_of(page, "hypotheses")
    expect(section.locator("h3")).to_contain_text("empty")

    def late(asked: Route) -> None:
        if asked.request.method == "GET":
            old = asked.fetch()  # answered before the idea is there, delivered after
            page.wait_for_timeout(1500)
            asked.fulfill(response=old)
        else:
            asked.continue_()

    page.route(re.compile("/audition/api/hypotheses"), late)
    write_and_run(page, cell_with(page, "DATA, SEED"), 'DATA, SEED = "data", 7')
    page.wait_for_timeout(1200)
    section.locator("textarea").fill("Long mails are taken for complaints.")
    press(section, "Add a hypothesis")
    expect(section.locator("li")).to_have_count(1)
    expect(section.locator("li").last).to_be_in_viewport(ratio=1)  # not the next empty box alone
    page.wait_for_timeout(2500)
    expect(section.locator("li")).to_have_count(1)
    select = section.locator("select")
    select.select_option("refuted")
    expect(select.locator("option:checked")).to_have_text("✕ Refuted")
    expect(section.locator("h3")).to_contain_text("0 open of 1")
    picture(page, "hypothesis")
    page.unroute(re.compile("/audition/api/hypotheses"))
    page.reload()
    expect(section_of(page, "hypotheses").locator("select")).to_have_value("refuted")


def test_a_screen_reader_is_handed_the_whole_of_an_answer_and_each_state_once(page: Page) -> None:
    listen(page)
    ask = section_of(page, "ask")
    ask.get_by_label("Your question").fill(
        "Who reads the messages, and what happens when one goes to the wrong tray?"
    )
    press(ask, "Ask")
    expect(ask.locator("dt").last).to_contain_text("wrong tray?")
    expect(page.locator(LIVE)).not_to_have_text("")
    answer = " ".join(ask.locator("dd").last.inner_text().split())
    assert len(answer) > 200 and answer.count(". ") > 2  # so that a first sentence is not all of it
    assert handed_over(page, LIVE) == ("polite", answer)
    section_of(page, "hypotheses").locator("textarea").fill("Long mails are complaints.")
    press(page.locator("[data-section=hypotheses]"), "Add a hypothesis")
    expect(page.locator(LIVE)).to_have_text("Hypothesis added.")
    page.wait_for_timeout(2500)  # nothing is told again with what is heard meanwhile

    assert said(page) == [answer, "Hypothesis added."]
