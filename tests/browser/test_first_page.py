"""The box on the page before the workspace: every way in asks for it, once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.axe import grave_findings
from tests.workspace import Started, started

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    folder = tmp_path_factory.mktemp("first")
    names = ("--exercise", "practice", "--exercise", "eval-design")
    with started(folder, *names, ticks=False) as workspace:
        yield workspace


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    yield context.new_page()
    context.close()


def test_every_way_in_leads_to_the_box_and_from_there_to_what_was_wanted(
    page: Page, lab: Started
) -> None:
    base, token = lab.url.partition("/lab/")[0], lab.url.split("token=")[1]
    heading = page.get_by_role("heading", name="Before you start")
    for place in ("/lab", "/lab/tree/practice/practice.ipynb", "/plain/practice"):
        page.goto(f"{base}{place}?token={token}")
        expect(heading).to_be_visible()
        assert page.url == f"{base}/audition/prebrief"
    page.goto(f"{base}/plain/eval-design?token={token}")
    expect(page.get_by_text("You opened an exercise. This page comes first, once")).to_be_visible()
    box, why = page.get_by_role("checkbox", name=re.compile("I have read")), page.locator("#why")
    words = re.compile("^1 exercise, 35 minutes, and an untimed practice$")
    expect(page.locator("#work")).to_have_text(words)
    expect(page.locator("#sys-line")).to_contain_text("All you need works", timeout=90_000)
    if folder := os.environ.get("SCREENS"):
        page.screenshot(path=f"{folder}/first-page.png")
    assert grave_findings(page) == []
    practice = page.get_by_role("link", name="Open practice")
    workspace = page.get_by_role("button", name="Open exercise 1", exact=True)
    assert _top(box) < _top(practice) < _top(workspace)
    expect(practice).to_have_class(re.compile(r"\bpri\b"))
    expect(workspace).not_to_have_class(re.compile(r"\bpri\b"))
    for name in ("Open practice", "Practise on the plain page"):
        page.get_by_role("link", name=name).click(force=True)
        expect(box).to_be_focused()
    workspace.focus()
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    expect(why).to_have_text("Tick the box above to go on.")
    page.context.set_offline(True)
    page.keyboard.press("Space")
    page.get_by_role("button", name="Open exercise 1 on the plain page").click()
    expect(why).to_contain_text("could not be noted")
    page.context.set_offline(False)
    page.get_by_role("button", name="Open exercise 1 on the plain page").click()
    expect(page.get_by_role("heading", name=re.compile("^Exercise 1: Build"))).to_be_visible()
    page.goto(f"{base}/lab/tree/practice/practice.ipynb")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)

    assert "/lab/tree/practice" in page.url


def _top(one: Locator) -> float:
    box = one.bounding_box()
    assert box is not None
    return box["y"]


def test_who_has_practised_meets_the_workspace_first(page: Page, lab: Started) -> None:
    def practised(asked: Route) -> None:
        real = asked.fetch()
        told = real.json()
        done = {"number": 1, "at": "2026-01-01T00:00:00.000000Z"}
        told["exercises"] = [
            one | {"submitted": done} if one["slug"] == "practice" else one
            for one in told["exercises"]
        ]
        asked.fulfill(response=real, json=told)

    page.route(re.compile("/audition/api/sitting$"), practised)
    base, token = lab.url.partition("/lab/")[0], lab.url.split("token=")[1]
    page.goto(f"{base}/audition/prebrief?token={token}")
    expect(page.get_by_role("heading", name="Practise again, if you like")).to_be_visible()
    practice = page.get_by_role("link", name="Open practice")
    workspace = page.get_by_role("button", name="Open exercise 1", exact=True)

    assert _top(workspace) < _top(practice)
    expect(workspace).to_have_class(re.compile(r"\bpri\b"))
    expect(practice).not_to_have_class(re.compile(r"\bpri\b"))


def test_who_leaves_practice_out_comes_to_exercise_1(page: Page, lab: Started) -> None:
    base, token = lab.url.partition("/lab/")[0], lab.url.split("token=")[1]
    page.goto(f"{base}/audition/prebrief?token={token}")
    box = page.get_by_role("checkbox", name=re.compile("I have read"))
    box.is_checked() or box.check()
    page.get_by_role("button", name="Open exercise 1", exact=True).click()
    page.wait_for_url("**/lab/tree/eval-design/eval-design.ipynb", timeout=90_000)
    page.goto(f"{base}/audition/prebrief?to=plain%2Fpractice")
    expect(page.get_by_role("button", name="Open practice", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Open practice")).to_have_count(0)


def test_who_comes_back_while_a_clock_runs_is_told_so(page: Page, lab: Started) -> None:
    paused: list[str | None] = [None]

    def begun(asked: Route) -> None:
        real = asked.fetch()
        told = real.json()
        told["paused_at"] = paused[0]
        told["exercises"] = [
            one | {"opened_at": "2026-01-01T00:00:00.000000Z", "is_over": False}
            if one["is_timed"]
            else one
            for one in told["exercises"]
        ]
        asked.fulfill(response=real, json=told)

    base, token = lab.url.partition("/lab/")[0], lab.url.split("token=")[1]
    lead, rules = page.locator(".lead"), page.locator("#time-rules > li").first
    page.goto(f"{base}/audition/prebrief?token={token}")
    expect(page.locator("#work")).to_contain_text("35 minutes")
    expect(lead).to_contain_text("No clock is running.")
    page.route(re.compile("/audition/api/clock$"), begun)
    page.goto(f"{base}/audition/prebrief")
    expect(lead).to_contain_text("The clock of exercise 1 is running.")
    expect(rules).to_contain_text("The clock of exercise 1 goes on while you read this")
    paused[0] = "2026-01-01T00:01:00.000000Z"
    page.goto(f"{base}/audition/prebrief")

    expect(lead).to_contain_text("You have paused exercise 1.")
    expect(rules).to_contain_text("stands still until your pause ends")
    expect(page.get_by_text(re.compile("^No clock"))).to_have_count(0)
