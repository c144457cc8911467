"""The extension in stock JupyterLab: part two comes, nothing typed is lost, the bar tells."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.page import cell_with, open_notebook, open_workspace, write_and_run
from tests.browser.stock_lab import StockLab
from tests.lab.parts_proctor import PLAN_FIRST, PartsProctor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PLAN = "\nRead all six, call the model on each, compare."
SAID = "Plan kept. Part two has been added below: 3 cells"
PARTS_ROUTE = "**/audition/api/parts*"
LIVE, STATUS = ".jp-Audition-live", ".jp-Audition-status button"


def _cell(ident: str, source: str, kind: str = "given", **more: Any) -> dict[str, Any]:
    is_code = more.pop("code", True)
    code: dict[str, Any] = {"execution_count": None, "outputs": []} if is_code else {}
    return {
        "cell_type": "code" if code else "markdown", "id": ident, "source": source,
        "metadata": {"audition": {"kind": kind, "part": 1}}, **code, **more,
    }  # fmt: skip


def _notebook(*, was_run: bool = False) -> dict[str, Any]:
    plan = _cell("p1-plan", "%%plan\nWrite here instead of this line.", "plan")
    if was_run:
        plan |= {"source": "%%plan" + PLAN, "execution_count": 1}
    return {
        "cells": [
            _cell("p1-head", "# Practice: a morning's mail\n\nTove runs a bookshop.", code=False),
            _cell("p1-notes", "notes = 'first'"),
            _cell("p1-slow", "import time; time.sleep(2); print('IT ' + 'ENDED')"),
            plan,
        ],
        "metadata": {
            "audition": {"exercise": "practice", "version": "1.0.0"},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[StockLab]:
    running = StockLab(candidate_python, tmp_path_factory.mktemp("stock"), PartsProctor().start())
    running.start()
    yield running
    running.stop()
    running.proctor.stop()


@pytest.fixture
def lab(served: StockLab) -> Iterator[StockLab]:
    """The server with a fresh notebook, a proctor that gives, and the line up."""
    served.notebook.write_text(json.dumps(_notebook()), encoding="utf-8")
    served.proctor.gives, served.proctor.slow_s, served.proctor.answer = True, 0.0, None
    served.say()
    served.wear("JupyterLab Light")
    yield served
    served.proctor.stop()
    served.proctor.start()


@pytest.fixture
def page(browser: Browser, lab: StockLab) -> Iterator[Page]:
    """The notebook, open."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    open_workspace(opened, lab.url)
    expect(opened.locator(".jp-Notebook .jp-Cell")).to_have_count(4)
    yield opened
    asked = opened.locator(".jp-Dialog").all_inner_texts()
    context.close()
    assert asked == []  # no test of these may leave a question to the person


def test_a_plan_written_over_its_first_line_gets_the_line_back(page: Page, lab: StockLab) -> None:
    plan = _plan(page)
    write_and_run(page, plan, "Read all six, then compare.")
    expect(page.locator(".Toastify__toast")).to_contain_text("A plan begins with the line %%plan")
    expect(plan.locator(".cm-content")).to_contain_text("Read all six, then compare.")
    page.keyboard.press("Shift+Enter")

    _has_part_two(page)


def _plan(page: Page) -> Locator:
    return page.locator(".jp-Notebook .jp-CodeCell", has_text="%%plan")


def _run_plan(page: Page, text: str = PLAN) -> None:
    write_and_run(page, _plan(page), text, at_end=True)


def _type_into(page: Page, cell: Locator, text: str) -> None:
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def _has_part_two(page: Page) -> None:
    expect(page.locator(".jp-Notebook .jp-Cell h2", has_text="Part two")).to_be_attached()
    expect(page.locator(".jp-Notebook .jp-Cell", has_text="SUITE = []")).to_have_count(1)


def _save(page: Page, lab: StockLab, *, until: str) -> None:
    """Save as a person does; this text is on disk then, and no question was asked."""
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.keyboard.press("Control+s")
    page.wait_for_timeout(200)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    deadline = time.monotonic() + 10  # a stock server writes in place, and may be at it again
    while until not in lab.notebook.read_text(encoding="utf-8") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert until in lab.notebook.read_text(encoding="utf-8")


def _stands(page: Page, lab: StockLab, **now: Any) -> None:
    """Write down how the sitting stands, and let the page ask twice without waiting for it."""
    lab.say(**now)
    for _ in range(2):
        with page.expect_response(re.compile("/audition/api/status")):
            page.evaluate("dispatchEvent(new Event('online'))")


def _picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENS"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_part_two_appears_below_the_plan_and_is_announced(page: Page, lab: StockLab) -> None:
    expect(page.locator(LIVE)).to_have_text("")
    _run_plan(page)
    _has_part_two(page)

    expect(page.locator(LIVE)).to_have_text(SAID)
    assert lab.saved()["metadata"]["audition"]["parts"] == 2
    assert list(lab.sources())[-3:] == ["p2-head", "p2-suite", "p2-words"]
    assert lab.sources()["p1-plan"] == "%%plan\nWrite here instead of this line." + PLAN
    _picture(page, "part-two")


def test_text_typed_elsewhere_while_part_two_is_fetched_is_kept(page: Page, lab: StockLab) -> None:
    _type_into(page, cell_with(page, "notes ="), "  # before the run")
    lab.proctor.slow_s = 1.5
    _run_plan(page)
    _type_into(page, cell_with(page, "notes ="), "  # while it is fetched")
    _has_part_two(page)
    _type_into(page, cell_with(page, "notes ="), "  # and after")
    _save(page, lab, until="# and after")

    kept = "notes = 'first'  # before the run  # while it is fetched  # and after"
    assert lab.sources()["p1-notes"] == kept
    assert "p2-suite" in lab.sources()
    expect(page.locator(".jp-Cell.jp-mod-active .cm-focused")).to_contain_text("# and after")


def test_the_output_of_a_cell_that_runs_meanwhile_is_kept(page: Page, lab: StockLab) -> None:
    _run_plan(page)
    cell = cell_with(page, "time.sleep")
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    _has_part_two(page)

    # A stock kernel on a busy machine may say things of its own beside it.
    shown = cell.locator(".jp-OutputArea-output", has_text="IT ENDED")
    expect(shown).to_have_text("IT ENDED\n")


def _has_run(page: Page) -> None:
    """Wait until the plan's last run has ended: its number takes the star's place."""
    expect(_plan(page).locator(".jp-InputPrompt")).to_have_text(re.compile(r"^\[\d+\]:$"))
    expect(_plan(page).locator(".jp-OutputArea")).to_contain_text("Your plan is on record.")


def test_a_second_run_adds_nothing_and_two_quick_runs_add_it_once(
    page: Page, lab: StockLab
) -> None:
    lab.proctor.slow_s = 0.5
    _run_plan(page)
    _run_plan(page, "\nAnd once more.")
    _has_part_two(page)
    _has_run(page)
    _save(page, lab, until="And once more.")
    before = list(lab.sources())
    asked = len(lab.proctor.asked)
    _run_plan(page, "\nA third time.")
    _has_run(page)
    page.wait_for_timeout(1500)
    _save(page, lab, until="A third time.")

    assert len(lab.proctor.asked) > asked
    assert list(lab.sources()) == before
    assert before.count("p2-suite") == 1


def test_with_the_proctor_away_nothing_is_lost_and_part_two_comes_when_it_is_back(
    page: Page, lab: StockLab
) -> None:
    lab.proctor.stop()
    lab.say(connected=False)
    _type_into(page, cell_with(page, "notes ="), "  # kept")
    _run_plan(page)
    notice = page.locator(".Toastify__toast", has_text="The line is down. Go on writing")
    expect(notice).to_be_visible()
    _picture(page, "away")
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    assert lab.sources()["p1-notes"].endswith("# kept")
    lab.proctor.start()
    lab.say()
    _has_part_two(page)

    expect(page.locator(LIVE)).to_have_text(SAID)
    expect(notice).to_have_count(0)
    _save(page, lab, until="p2-suite")


def test_a_plan_without_text_gets_the_proctors_own_words(page: Page, lab: StockLab) -> None:
    lab.proctor.gives = False
    _run_plan(page, "")

    expect(page.locator(".Toastify__toast", has_text=PLAN_FIRST)).to_be_visible()
    expect(page.locator(LIVE)).to_have_text("")
    assert "p2-suite" not in lab.sources()


def test_a_notebook_whose_plan_was_run_gets_part_two_when_it_is_opened(
    page: Page, lab: StockLab
) -> None:
    lab.notebook.write_text(json.dumps(_notebook(was_run=True)), encoding="utf-8")
    open_notebook(page, lab.url)
    _has_part_two(page)

    assert "p2-suite" in lab.sources()


def test_a_lost_answer_brings_no_question_and_no_loss(page: Page, lab: StockLab) -> None:
    done: list[int] = []

    def lose(route: Route) -> None:
        """Let the first request do its work; no answer ever comes back."""
        if not done:
            done.append(route.fetch().status)
        route.abort()

    page.route(PARTS_ROUTE, lose)
    _run_plan(page)
    expect(page.locator(".Toastify__toast", has_text="The line is down")).to_be_visible()
    assert done == [200]
    assert "p2-suite" in lab.sources()
    _type_into(page, cell_with(page, "notes ="), "  # after")
    _save(page, lab, until="# after")

    _has_part_two(page)
    assert "p2-suite" in lab.sources()


def test_the_status_bar_says_how_the_record_stands_and_leads_to_the_panel(
    page: Page, lab: StockLab
) -> None:
    item = page.locator(STATUS)
    expect(item).to_have_text("Recorded · sandboxed")
    _stands(page, lab, is_self_attested=True)
    expect(item).to_have_text("Recorded · not sandboxed: self-attested")
    _stands(page, lab, unsent=7)
    expect(item).to_have_text("Catching up: 7 not sent yet")
    _stands(page, lab, connected=False)
    expect(item).to_have_text("The line is down. Go on writing…")
    expect(page.locator(LIVE)).to_contain_text("The line is down. Go on writing")
    item.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("region", name="Audition", exact=True)

    expect(panel).to_be_visible()
    page.wait_for_function("document.activeElement.closest('.jp-Audition') !== null")
    _picture(page, "about")
    page.keyboard.press("F8")
    expect(item).to_be_focused()
    assert "Never recorded" in (item.get_attribute("title") or "")
    _stands(page, lab)
    expect(page.locator(LIVE)).to_have_text("The line is back and everything has been sent.")


COLOURS = """button => {
  const bar = button.closest('#jp-main-statusbar')
  const sign = button.querySelector('.jp-Audition-sign')
  return [getComputedStyle(button).color, getComputedStyle(sign).borderTopColor,
          getComputedStyle(bar).backgroundColor]
}"""


def _contrast(over: str, under: str) -> float:
    """Return WCAG's contrast of two CSS colours, the upper one perhaps translucent."""
    below = _channels(under)[:3]
    red, green, blue, *rest = _channels(over)
    alpha = rest[0] if rest else 1.0
    above = [c * alpha + b * (1 - alpha) for c, b in zip((red, green, blue), below, strict=True)]
    light, dark = sorted((_luminance(above), _luminance(below)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _channels(colour: str) -> list[float]:
    return [float(number) for number in re.findall(r"[\d.]+", colour)]


def _luminance(channels: list[float]) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in channels)
    ]
    return sum(c * weight for c, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


STANDS: dict[str, dict[str, Any]] = {
    "sandboxed": {},
    "self-attested": {"is_self_attested": True},
    "unsent": {"unsent": 7},
    "away": {"connected": False},
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_signs_can_be_read_in_both_themes(
    browser: Browser, lab: StockLab, theme: str
) -> None:
    lab.wear(f"JupyterLab {theme.title()}")
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        open_notebook(page, lab.url)
        expect(page.locator("body")).to_have_attribute(
            "data-jp-theme-light", "true" if theme == "light" else "false"
        )
        found = {}
        for state, now in STANDS.items():
            _stands(page, lab, **now)
            item = page.locator(f".jp-Audition-status button[data-audition-state={state}]")
            expect(item).to_be_visible()
            text, sign, bar = item.evaluate(COLOURS)
            found[state] = (_contrast(text, bar), _contrast(sign, bar))
            _picture(page, f"{theme}-{state}")

    assert min(text for text, _ in found.values()) >= 4.5, found
    assert min(sign for _, sign in found.values()) >= 3.0, found
