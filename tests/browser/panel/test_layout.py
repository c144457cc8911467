"""The side panel as a whole: how it opens, folds, scrolls and fits, and what it looks like."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.axe import grave_findings
from tests.browser.page import cells, open_notebook, sees
from tests.browser.panel.parts import (
    ALERT,
    ALL_OPEN,
    LIVE,
    change,
    panel_of,
    picture,
    press,
    section_of,
)
from tests.workspace import Started

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

BROKEN = """all => all.filter(one => one.getClientRects().length > 1).map(one => one.textContent)"""


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_first_visit_opens_the_panel_and_axe_finds_nothing_serious(
    browser: Browser, lab: Started, theme: str
) -> None:
    folder = next((lab.home / "lab").glob("*/home/lab")) / "user-settings"
    file = folder / "@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"theme": f"JupyterLab {theme}"}), encoding="utf-8")
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        open_notebook(page, f"{lab.url}&reset")
        file.unlink()
        panel = panel_of(page)
        expect(panel).to_be_visible()
        sees(panel, "$0.50 left")
        expect(page.locator(LIVE)).to_have_text("")
        expect(page.locator(ALERT)).to_have_text("")
        picture(page, f"first-visit{'' if theme == 'Light' else '-dark'}")
        page.evaluate(ALL_OPEN)
        sees(panel, "pandas")
        sees(panel, "Reviewers never see your name")

        # The middle scrolls, and not the panel.
        assert panel.evaluate("node => node.scrollHeight <= node.clientHeight")
        assert panel.locator("h2").count() == 1
        assert grave_findings(page, ".jp-Audition", ".jp-Audition-status") == []


def test_a_link_looks_like_one_under_the_pointer_too(page: Page) -> None:
    expect(panel_of(page).locator(".jp-Audition-eyebrow")).to_have_text("Not rated")
    section = section_of(page, "exercises")
    looks = """one => { const style = getComputedStyle(one);
        return [style.color, style.textDecorationLine] }"""
    link = section.get_by_role("link", name="Open the plain page in a new tab")
    page.mouse.move(900, 500)
    before = link.evaluate(looks)
    link.hover()

    assert link.evaluate(looks) == before
    assert before == section.locator(".jp-mod-link").first.evaluate(looks)
    assert before[1] == "underline"


def test_an_example_of_a_package_breaks_within_no_string(page: Page) -> None:
    packages = section_of(page, "packages")
    expect(packages).to_contain_text('litellm.completion(model="openai/sim-medium", ...)')
    parts = packages.locator(".jp-Audition-unbroken")

    assert parts.count() > 10 and parts.evaluate_all(BROKEN) == []
    assert packages.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_all_sections_close_at_once(page: Page) -> None:
    page.evaluate(ALL_OPEN)
    press(panel_of(page), "Close all sections")
    heads = page.locator(".jp-Audition-section h3 button")
    expect(page.locator(".jp-Audition-section h3 button[aria-expanded=true]")).to_have_count(0)
    expect(heads.first).to_be_focused()
    expect(heads.last).to_be_in_viewport(ratio=1)
    expect(panel_of(page).get_by_role("button", name="Close all sections")).to_have_count(0)


def test_what_holds_nothing_yet_is_folded_until_something_comes_or_a_person_opens_it(
    page: Page,
) -> None:
    purse, ideas = (
        page.locator(f"[data-section={one}] h3 button") for one in ("purse", "hypotheses")
    )
    expect(ideas).to_have_attribute("aria-expanded", "false")
    expect(purse).to_have_attribute("aria-expanded", "false")
    expect(purse).to_contain_text("$0.50 left")
    box = section_of(page, "ask").get_by_label("Your question")
    box.click()
    at = box.bounding_box()
    write_in_mind = {"id": "h1", "text": "An idea.", "status": "open", "at": "2026-01-01T00:00:00Z"}
    change(page, "hypotheses/practice", lambda told: {"hypotheses": [write_in_mind]})
    change(page, "purse/practice", _with_a_call)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # it asks for both
    expect(ideas).to_contain_text("1 open")
    assert (purse.get_attribute("aria-expanded"), box.bounding_box()) == ("false", at)
    page.locator(".jp-Audition h2").click()  # away from the box
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(purse).to_have_attribute("aria-expanded", "true")
    expect(ideas).to_have_attribute("aria-expanded", "true")
    page.wait_for_timeout(600)  # a press in the moment in which it opens is meant for opening
    purse.focus()
    page.keyboard.press("Enter")
    expect(purse).to_have_attribute("aria-expanded", "false")
    page.reload()
    expect(ideas).to_have_attribute("aria-expanded", "true")
    expect(purse).to_have_attribute("aria-expanded", "false")  # as the person left it


def _with_a_call(told: Any) -> Any:
    return told | {"last_call": {"usd": "0.0002", "model": "sim-medium"}}


def test_prices_stand_in_one_form_with_their_points_below_each_other(page: Page) -> None:
    finest = {"usd_in_per_million": "0.0225", "usd_out_per_million": "12.50000"}
    change(page, "models/practice", lambda told: _with_prices(told, finest))
    page.reload()
    models = section_of(page, "models")
    expect(models.locator("tbody tr").first).to_contain_text("0.0225")
    told = [row.locator("td").all_inner_texts()[:2] for row in models.locator("tbody tr").all()]
    shown = [one for row in told for one in row if one != "–"]
    sides = models.locator("tbody td:nth-of-type(1)").evaluate_all(
        "all => all.map(one => { const range = document.createRange();"
        " range.selectNodeContents(one); return Math.round(range.getBoundingClientRect().right) })"
    )

    assert len(shown) > 4 and {len(one.partition(".")[2]) for one in shown} == {4}
    assert "12.5000" in shown and len(set(sides)) == 1


def _with_prices(told: Any, first: dict[str, str]) -> Any:
    return {"models": [told["models"][0] | first, *told["models"][1:]]}


def test_a_low_window_folds_what_the_headings_tell_and_keeps_what_was_opened(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 680})
    panel = panel_of(page)
    for name in ("Ask", "Submit practice"):
        expect(panel.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    expect(panel.get_by_role("button", name=re.compile("^Versions"))).to_be_in_viewport(ratio=1)
    expect(page.locator("[data-section=purse] h3 button")).to_have_attribute(
        "aria-expanded", "false"
    )
    picture(page, "low")
    section_of(page, "purse")
    page.reload()
    sees(panel, "Practice: a morning's mail")
    expect(page.get_by_role("meter", name="Purse")).to_be_visible()

    def stands_at(top: int) -> None:
        until = "top => Math.round(document.querySelector('.jp-Audition-middle').scrollTop) === top"
        page.wait_for_function(until, arg=top, timeout=20_000)

    section_of(page, "exercises")
    # By the wheel, as a person scrolls: it ends the panel's own bringing into sight of a section,
    # which comes with a later frame and takes back what a script scrolled before it.
    way = panel.get_by_role("button", name=re.compile("^Open Build a small eval"))
    way.hover()
    page.mouse.wheel(0, 60)
    stands_at(60)
    way.click()
    sees(panel, "Build a small eval from a vague spec")
    expect(panel.get_by_role("button", name="Start exercise 1")).to_be_visible()
    stands_at(0)  # another exercise begins at its top
    panel.get_by_role("button", name=re.compile("^Open Practice")).click()
    expect(panel.get_by_role("button", name="Submit practice")).to_be_visible()
    stands_at(60)


def test_a_section_that_is_opened_low_in_the_panel_comes_into_sight(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 680})
    middle = page.locator(".jp-Audition-middle")
    for name in ("versions", "packages"):
        section = section_of(page, name)
        expect(section.get_by_text(re.compile("^(Now|pandas)")).first).to_be_visible()
        page.wait_for_timeout(300)
        area, box = middle.bounding_box(), section.bounding_box()
        assert area is not None and box is not None
        # Its foot stands in sight, or, where it is higher than the panel, its head at the top.
        rest = area["y"] + area["height"] - box["y"] - box["height"]
        assert rest >= -1 or abs(box["y"] - area["y"]) < 2, (name, area, box)
        section.locator("h3 button").click()


def test_nothing_moves_or_turns_under_the_pointer_while_the_panel_hears_how_things_stand(
    page: Page, lab: Started
) -> None:
    page.goto("about:blank")
    held, goes_on = list[Route](), list[bool]()

    def hold(asked: Route) -> None:
        asked.continue_() if goes_on else held.append(asked)

    page.route(re.compile("/audition/api/(clock|receipts)"), hold)
    url = lab.url.replace("practice/practice.ipynb", "eval-design/eval-design.ipynb")
    page.goto(f"{url}&reset")
    head = page.locator("[data-section=exercises] h3 button")
    head.wait_for(timeout=90_000)
    # Where the section stands, but for notes: a slow machine may say that the line is down.
    place = """button => { const top = one => one.getBoundingClientRect().top
        const [all, middle] = ['head', 'middle'].map(one => button.closest('.jp-Audition')
            .querySelector(`.jp-Audition-${one}`))
        return [top(button) - top(middle) + middle.scrollTop, all.offsetHeight] }"""
    before = head.evaluate(place)
    assert held
    expect(head).to_have_attribute("aria-expanded", "false")
    # Of who saw it closed and was about to open it: the click comes as it has opened by itself.
    head.evaluate(
        """button => new MutationObserver((_, eyes) => {eyes.disconnect(); button.click()})
        .observe(button, {attributes: true, attributeFilter: ['aria-expanded']})"""
    )
    goes_on.append(True)
    for asked in held:
        asked.continue_()
    expect(head).to_have_attribute("aria-expanded", "true")  # by itself: it has not begun
    page.wait_for_timeout(600)
    expect(head).to_have_attribute("aria-expanded", "true")
    after = head.evaluate(place)
    head.click()
    expect(head).to_have_attribute("aria-expanded", "false")

    assert after == pytest.approx(before, abs=1)


def test_a_narrow_window_gives_the_panel_its_whole_width_and_a_way_back(page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 400})  # what 1280 by 800 is at 200% zoom
    panel = panel_of(page)
    page.wait_for_timeout(500)
    box = panel.bounding_box()
    assert box is not None and box["width"] > 500
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_hidden()
    assert page.evaluate("document.querySelector('.jp-Audition').scrollWidth") <= box["width"]
    for name in ("Back to the notebook", "Submit"):  # it was submitted before
        button = panel.get_by_role("button", name=re.compile(f"^{name}"))
        expect(button).to_be_in_viewport(ratio=1)
    picture(page, "narrow")
    press(panel, "Back to the notebook")
    expect(cells(page).first).to_be_visible()
    expect(panel).to_be_hidden()
    page.keyboard.press("F8")
    expect(panel).to_be_focused()
