"""The side panel in the real workspace: what a candidate sees, presses and hears."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.axe import grave_findings
from tests.browser.page import (
    cell_with,
    cells,
    new_cell_below,
    open_notebook,
    plan_of,
    sees,
    write_and_run,
)
from tests.workspace import Started, started, submitted

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

WORDS = "Your words under “5. Say how far you trust it”"
GIVEN = r'^# Where the given files lie, .*DATA, SEED = "data", 7'
LIVE, ALERT = ".jp-Audition-live", ".jp-Audition-alert"
CALL = """from openai import OpenAI
reply = OpenAI().chat.completions.create(
    model="sim-medium", messages=[{"role": "user", "content": "Complaint or question? Closed?"}])
print("THE ANSWER IS:", reply.choices[0].message.content)"""
PRESS_AS_SOON_AS_THERE = """() => new MutationObserver((_, observer) => {
    const found = [...document.querySelectorAll('.jp-Audition-foot button')]
        .find(one => one.textContent === 'Submit exercise 1');
    if (found) { observer.disconnect(); found.click(); window.wasPressed = true; }
}).observe(document.querySelector('.jp-Audition'), { childList: true, subtree: true,
    characterData: true })"""
MOVES = """one => { window.moved = [];
    const top = one.getBoundingClientRect().top;
    const look = () => { const now = one.getBoundingClientRect().top;
        if (Math.abs(now - top) > 1) { window.moved.push(now - top); }
        requestAnimationFrame(look); };
    look(); return null }"""
"""Notes from frame to frame whether something is not where it was."""
BROKEN = """all => all.filter(one => one.getClientRects().length > 1).map(one => one.textContent)"""
ALL_OPEN = """() => document.querySelectorAll('.jp-Audition-section h3 button').forEach(
    button => button.getAttribute('aria-expanded') === 'true' || button.click())"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    """One workspace with the practice and a timed exercise."""
    folder = tmp_path_factory.mktemp("panel")
    with started(folder, "--exercise", "practice", "--exercise", "eval-design") as workspace:
        yield workspace


@pytest.fixture
def page(browser: Browser, lab: Started) -> Iterator[Page]:
    """The practice, open in a browser of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    broken: list[str] = []
    opened.on("pageerror", lambda problem: broken.append(problem.stack or str(problem)))
    open_notebook(opened, f"{lab.url}&reset")
    sees(_panel(opened), "Practice: a morning's mail")
    yield opened
    context.close()
    # Where a test takes the line away, JupyterLab's own requests fail unheard; ours may not.
    assert [one for one in broken if "Failed to fetch" not in one or "@audition" in one] == []


def _panel(page: Page) -> Locator:
    return page.get_by_role("region", name="Audition", exact=True)


def _section(page: Page, name: str) -> Locator:
    """Return a section of the panel, open."""
    section = page.locator(f"[data-section={name}]")
    button = section.locator("h3 button")
    if button.get_attribute("aria-expanded") == "false":
        button.click()
    return section


def _press(where: Locator, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).click()


def _note(page: Page, name: str) -> Locator:
    return page.locator(f"[data-note={name}]")


def _picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENS"):
        page.mouse.move(700, 790)
        page.wait_for_timeout(400)
        page.screenshot(path=f"{folder}/panel-{name}.png")


def _heard(page: Page) -> None:
    """Collect all that the live regions say from now on."""
    page.evaluate(
        """selectors => { window.heard = []; for (const one of selectors) {
        const node = document.querySelector(one)
        new MutationObserver(() => window.heard.push([Date.now(), node.textContent]))
            .observe(node, {childList: true, characterData: true, subtree: true}) } }""",
        [LIVE, ALERT],
    )


def _said(page: Page) -> list[str]:
    return [words for _, words in page.evaluate("window.heard")]


def _change(page: Page, route: str, alter: Callable[[Any], Any]) -> None:
    """Let the real answer of a route come back with something altered."""

    def answer(asked: Route) -> None:
        real = asked.fetch()
        asked.fulfill(response=real, json=alter(real.json()))

    page.route(re.compile(rf"/audition/api/{route}(\?|$)"), answer)


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
        panel = _panel(page)
        expect(panel).to_be_visible()
        sees(panel, "$0.50 left")
        expect(page.locator(LIVE)).to_have_text("")
        expect(page.locator(ALERT)).to_have_text("")
        _picture(page, f"first-visit{'' if theme == 'Light' else '-dark'}")
        page.evaluate(ALL_OPEN)
        sees(panel, "pandas")
        sees(panel, "Reviewers never see your name")

        # The middle scrolls, and not the panel.
        assert panel.evaluate("node => node.scrollHeight <= node.clientHeight")
        assert panel.locator("h2").count() == 1
        assert grave_findings(page, ".jp-Audition", ".jp-Audition-status") == []


def test_a_link_looks_like_one_under_the_pointer_too(page: Page) -> None:
    expect(_panel(page).locator(".jp-Audition-eyebrow")).to_have_text("Not rated")
    section = _section(page, "exercises")
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
    packages = _section(page, "packages")
    expect(packages).to_contain_text('litellm.completion(model="openai/sim-medium", ...)')
    parts = packages.locator(".jp-Audition-unbroken")

    assert parts.count() > 10 and parts.evaluate_all(BROKEN) == []
    assert packages.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_all_sections_close_at_once(page: Page) -> None:
    page.evaluate(ALL_OPEN)
    _press(_panel(page), "Close all sections")
    heads = page.locator(".jp-Audition-section h3 button")
    expect(page.locator(".jp-Audition-section h3 button[aria-expanded=true]")).to_have_count(0)
    expect(heads.first).to_be_focused()
    expect(heads.last).to_be_in_viewport(ratio=1)
    expect(_panel(page).get_by_role("button", name="Close all sections")).to_have_count(0)


@pytest.mark.parametrize("slug", ["practice", "eval-design"])
def test_a_notebook_that_nobody_touched_is_not_marked_as_changed(
    browser: Browser, lab: Started, slug: str
) -> None:
    file = next((lab.home / "work").glob(f"*/{slug}/{slug}.ipynb"))
    before = file.read_bytes()
    context = browser.new_context()
    page = context.new_page()
    saves: list[str] = []
    page.on("request", lambda asked: asked.method == "PUT" and saves.append(asked.url))
    url = lab.url.replace("practice/practice.ipynb", f"{slug}/{slug}.ipynb")
    open_notebook(page, f"{url}&reset")
    expect(page.get_by_role("button", name="Python 3 | Idle")).to_be_visible()
    page.wait_for_timeout(1000)  # what JupyterLab notes of the kernel is noted by then
    tab = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text=f"{slug}.ipynb")
    expect(tab).to_have_count(1)
    expect(tab).not_to_have_class(re.compile("jp-mod-dirty"))
    tab.locator(".lm-TabBar-tabCloseIcon").click()
    expect(tab).to_have_count(0)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    context.close()

    assert [one for one in saves if "/api/contents/" in one] == []
    assert file.read_bytes() == before  # and no version that nobody wrote


def test_a_low_window_folds_what_the_headings_tell_and_keeps_what_was_opened(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 680})
    panel = _panel(page)
    for name in ("Ask", "Submit practice"):
        expect(panel.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
    expect(panel.get_by_role("button", name=re.compile("^Versions"))).to_be_in_viewport(ratio=1)
    expect(page.locator("[data-section=purse] h3 button")).to_have_attribute(
        "aria-expanded", "false"
    )
    _picture(page, "low")
    _section(page, "purse")
    page.reload()
    sees(panel, "Practice: a morning's mail")
    expect(page.get_by_role("meter", name="Purse")).to_be_visible()
    middle = page.locator(".jp-Audition-middle")

    def stands_at(top: int) -> None:
        until = "top => Math.round(document.querySelector('.jp-Audition-middle').scrollTop) === top"
        page.wait_for_function(until, arg=top, timeout=20_000)

    _section(page, "exercises")
    middle.evaluate("one => one.scrollTo(0, 60)")
    panel.get_by_role("button", name=re.compile("^Open Build a small eval")).click()
    sees(panel, "Build a small eval from a vague spec")
    expect(panel.get_by_role("button", name="Start exercise 1")).to_be_visible()
    stands_at(0)  # another exercise begins at its top
    panel.get_by_role("button", name=re.compile("^Open Practice")).click()
    expect(panel.get_by_role("button", name="Submit practice")).to_be_visible()
    stands_at(60)


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
    _picture(page, "plan")
    page.keyboard.press("Shift+Enter")
    sees(page.locator(".jp-Notebook"), "Part two")
    _stands_in_the_top_third(page, "Part two")
    expect(check.locator("h3")).to_contain_text("not yet")
    _picture(page, "part-two")
    write_and_run(page, new_cell_below(page, plan_of(page)), CALL)
    sees(page.locator(".jp-Notebook"), "THE ANSWER IS:")
    purse = _section(page, "purse")
    sees(purse, "Last call: $")
    sees(purse, "sim-medium")
    expect(purse).to_contain_text(re.compile(r"\$0\.4\d\d\d left of \$0\.50"))
    _picture(page, "model-call")

    _press(_section(page, "check"), "Check")
    sees(check, "to fix")
    expect(check).to_contain_text("Define it in cell")
    said = check.locator(".jp-Audition-open").inner_text()
    assert not re.search("right|wrong|fail|invalid", said, re.IGNORECASE)
    expect(check).to_contain_text("Not part of the check, but still as given: sorter, ")
    expect(check).to_contain_text(WORDS[0].lower() + WORDS[1:])
    _picture(page, "check")
    _press(page.locator(".jp-Audition-foot"), "Submit practice")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The check could not read 2 things.")
    expect(dialog).to_contain_text(f"{WORDS} are still as given.")
    expect(dialog).to_contain_text("You can submit all the same")  # a hint, and no more
    _press(dialog, "Cancel")
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


def test_a_plan_is_not_colored_as_python_and_code_is(page: Page) -> None:
    plan = plan_of(page)
    plan.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\nfor each class in the export: if not sure, return 3 of them")
    code = cell_with(page, "DATA, SEED")

    expect(code.locator(".cm-line span").first).to_be_attached()
    expect(plan.locator(".cm-line span")).to_have_count(0)
    page.keyboard.press("Control+Home")
    page.keyboard.press("Shift+End")
    page.keyboard.insert_text("import this")
    expect(plan_or_first(page, "import this").locator(".cm-line span").first).to_be_attached()
    page.keyboard.press("Control+z")
    expect(plan.locator(".cm-line span")).to_have_count(0)


def plan_or_first(page: Page, text: str) -> Locator:
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell", has_text=text).first


def test_questions_fill_from_topics_and_what_did_not_get_through_stays_in_the_box(
    page: Page,
) -> None:
    ask = _section(page, "ask")
    box = ask.get_by_label("Your question")
    box.fill("Who reads the messages, and what happens when one goes to the wrong tray?")
    _press(ask, "Ask")
    expect(ask.locator("dd")).to_have_count(1)
    expect(box).to_have_value("")
    expect(box).to_be_focused()
    page.wait_for_timeout(300)  # the answer is scrolled to after it is drawn
    _stands_at_the_top(page, ask.locator("dt").last)
    box.fill("Who reads the messages, and what happens when one goes to the wrong tray?")
    _press(ask, "Ask")
    expect(ask.locator("dt")).to_contain_text([re.compile(r"wrong tray\?.*asked twice$")])
    fold = ask.locator("h3 button")
    fold.click()
    page.locator(".jp-Audition-middle").evaluate("one => { one.scrollTop = 0 }")
    fold.click()
    expect(ask.locator("dt").last).to_be_in_viewport(ratio=1)
    expect(box).to_be_in_viewport(ratio=1)
    _change(page, "questions/practice", lambda told: _with_topics(told))
    page.reload()
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)
    page.wait_for_load_state("networkidle")  # before the line is cut: it still fetches its parts
    chip = _section(page, "ask").get_by_role("button", name="opening hours")
    chip.click()
    expect(box).to_have_value("Can you tell me about this: opening hours?")
    expect(ask.locator("dd")).to_have_count(1)
    page.context.set_offline(True)
    _press(ask, "Ask")
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
    section = _section(page, "hypotheses")
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
    _press(section, "Add a hypothesis")
    expect(section.locator("li")).to_have_count(1)
    expect(section.locator("li").last).to_be_in_viewport(ratio=1)  # not the next empty box alone
    page.wait_for_timeout(2500)
    expect(section.locator("li")).to_have_count(1)
    select = section.locator("select")
    select.select_option("refuted")
    expect(select.locator("option:checked")).to_have_text("✕ Refuted")
    expect(section.locator("h3")).to_contain_text("0 open of 1")
    _picture(page, "hypothesis")
    page.unroute(re.compile("/audition/api/hypotheses"))
    page.reload()
    expect(_section(page, "hypotheses").locator("select")).to_have_value("refuted")


def test_a_version_comes_back_after_asking_once_and_a_cell_is_reset_and_undone(
    page: Page,
) -> None:
    first = cell_with(page, "DATA, SEED")
    first.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # mine")
    page.keyboard.press("Control+s")
    versions = _section(page, "versions")
    oldest = versions.get_by_role("button", name="Look inside").last
    oldest.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    inside = dialog.get_by_role("region", name="What differs")
    expect(
        inside.get_by_role("heading", name=re.compile(r"^Cell 2, code: changed"))
    ).to_be_visible()
    told = dialog.get_by_text("Restored, it takes the place of the notebook.").bounding_box()
    shown = inside.bounding_box()
    assert told is not None and shown is not None
    assert told["width"] > 0.9 * shown["width"]  # it uses all of it
    expect(inside.locator(".jp-mod-now")).to_contain_text([re.compile(r"Now: print.*# mine$")])
    expect(inside.locator(".jp-mod-then")).to_contain_text(["Then: print"])
    assert grave_findings(page, ".jp-Dialog") == []
    _picture(page, "look-inside")
    page.keyboard.press("Shift+Tab")
    expect(inside).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(oldest).to_be_focused()
    expect(first).to_contain_text("# mine")
    page.locator(".jp-WindowedPanel-outer").evaluate("one => { one.scrollTop = 150 }")
    expect(versions.locator("li").first).to_contain_text("Now · saved")
    before = versions.locator("li").count()
    oldest.click()
    _press(dialog, "Restore")
    expect(_note(page, "restore")).to_contain_text(
        re.compile(r'The one you had is kept: \d\d(:\d\d){2}(\.\d+)?, "before restore"\.')
    )
    page.wait_for_function(
        "() => Math.abs(document.querySelector('.jp-WindowedPanel-outer').scrollTop - 150) < 5"
    )
    expect(first).not_to_contain_text("# mine")
    expect(versions.locator("li").nth(1)).to_contain_text("before restore")
    expect(versions.locator("li").nth(1)).to_be_in_viewport()
    rows = versions.locator("li").evaluate_all("all => all.map(one => one.clientHeight)")
    assert max(rows) < 70  # three lines at most
    assert len(rows) == before + 1  # what was saved already is no row again
    expect(versions.locator("li").first).to_contain_text(
        re.compile(
            r"^Now · saved \d\d(:\d\d){2}(\.\d+)?, just now\s*\d+ cells? changed(?!.* since)"
        )
    )

    first.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # again")
    expect(versions.locator("li").first).to_contain_text(
        re.compile(r"^Now · changes not saved yet\s*since \d\d(:\d\d){2}")
    )
    expect(page.locator("[data-section=versions] h3")).to_contain_text("changes not saved yet")
    _press(versions, "Reset this cell to as given")
    expect(_note(page, "reset")).to_be_visible()
    expect(_note(page, "restore")).to_have_count(0)  # something newer happened
    expect(first).not_to_contain_text("# again")
    expect(first.locator(".cm-content")).to_have_text(re.compile(GIVEN))
    first.locator(".cm-content").click()
    page.keyboard.press("Control+z")
    expect(first).to_contain_text("# again")
    expect(page.locator(".jp-Dialog")).to_have_count(0)


def test_versions_of_one_second_are_told_apart_wherever_they_are_named(page: Page) -> None:
    first = _section(page, "versions").locator("li").first
    expect(first).to_contain_text("Now")
    _change(page, "versions/practice", _of_one_second)
    page.reload()
    versions = _section(page, "versions")
    expect(versions.locator("li").first).to_contain_text(
        re.compile(r"^Now · saved \d\d:00:07\.35, ")
    )
    expect(versions.locator("li").nth(1)).to_contain_text(re.compile(r"^\d\d:00:07\.31 · "))
    expect(versions.locator("li").nth(2)).to_contain_text(re.compile(r"^\d\d:00:06 · "))
    look = versions.get_by_role("button", name=re.compile(r"the version of \d\d:00:07\.31$"))
    expect(look).to_have_count(1)
    look.click()
    expect(page.get_by_role("dialog")).to_contain_text(re.compile(r"The version of \d\d:00:07\.31"))


def _of_one_second(told: Any) -> Any:
    """Three versions: two of one tenth of a second, the oldest of the second before."""
    real = told["versions"][0]
    moments = ["07.350000", "07.310000", "06.900000"]
    made = [
        real | {"at": f"2026-01-01T10:00:{at}Z", "since": f"2026-01-01T10:00:{at}Z",
                "label": None, "sha256": str(n) * 64}
        for n, at in enumerate(moments)
    ]  # fmt: skip
    return {"versions": made}


def _scroll_to_the_end(page: Page) -> None:
    """Open every section and stand at the last, as who looked something up."""
    page.evaluate(ALL_OPEN)
    end = "one => { one.scrollTop = one.scrollHeight; return one.scrollTop }"
    assert page.locator(".jp-Audition-middle").evaluate(end) > 200


def test_submit_asks_once_and_hands_out_receipt_and_record(page: Page, lab: Started) -> None:
    foot = page.locator(".jp-Audition-foot")
    _scroll_to_the_end(page)
    _press(foot, "Submit practice")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    _press(dialog, "Submit")
    receipt = page.get_by_role("group", name="Receipt")
    expect(receipt).to_contain_text(re.compile(r"submission 1, \d\d:\d\d [A-Z]{3}"))
    expect(receipt).to_contain_text(
        re.compile(
            r"Submitted \d\d(:\d\d){2} [A-Z]+\. It holds the notebook as saved \d\d(:\d\d){2};"
        )
    )
    expect(receipt).to_be_in_viewport(ratio=1)
    expect(receipt.get_by_role("button", name="Open exercise 1")).to_be_visible()
    expect(page.get_by_role("button", name="Open exercise 1")).to_have_count(1)
    note = _note(page, "submitted")
    expect(note).to_contain_text("Submission 1 is with us. Your receipt stands above.")
    _press(note, "Close: Submitted")
    expect(note).to_have_count(0)
    expect(_panel(page)).to_be_focused()
    expect(foot.get_by_role("button", name="Submit again")).to_be_visible()
    _picture(page, "submit")
    newest = _section(page, "versions").locator("li").first
    expect(newest).to_contain_text(re.compile(r"^Now.*submission\s1$"))
    expect(page.locator("[data-section=versions]")).to_contain_text(re.compile("Times are [A-Z]"))
    with page.expect_download() as signed:
        _press(receipt, "Download receipt")
    expect(_note(page, "record")).to_contain_text(
        re.compile(r"The receipt is in receipt-\S+\.json, among your downloads\.")
    )
    with page.expect_download() as record:
        _press(receipt, "Download my record")

    kept = json.loads(Path(signed.value.path()).read_text())
    assert kept["submission"] == lab.client.submissions()[-1]["submission"]
    assert kept["signature"]
    with zipfile.ZipFile(io.BytesIO(Path(record.value.path()).read_bytes())) as archive:
        assert "README.txt" in archive.namelist()
    assert grave_findings(page, ".jp-Audition") == []


def test_submit_in_a_cell_hands_in_what_stands_on_the_screen(page: Page, lab: Started) -> None:
    first = cell_with(page, "DATA, SEED")
    first.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # on the screen, not saved")
    cell = new_cell_below(page, first)
    _scroll_to_the_end(page)
    write_and_run(page, cell, "from harness.kernel import submit\nsubmit()")
    shown = page.locator(".jp-OutputArea-output", has_text="Submitted:")
    sees(shown, "It holds your notebook as saved at")
    notebook = submitted(lab).opened("notebook.sealed").decode()

    assert "# on the screen, not saved" in notebook
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    receipt = page.get_by_role("group", name="Receipt")
    expect(receipt).to_contain_text("submission 2,")
    expect(receipt).to_be_in_viewport(ratio=1)
    expect(_note(page, "submitted")).to_contain_text("Your receipt stands above.")
    foot = page.locator(".jp-Audition-foot")
    expect(foot).to_contain_text("What you submitted counts as it is.")
    new_cell_below(page, first)  # empty, as Shift Enter adds one
    page.keyboard.press("Control+S")
    newest = _section(page, "versions").locator("li").first
    expect(newest).to_contain_text("nothing changed", timeout=30_000)
    expect(foot).to_contain_text("What you submitted counts as it is.")
    first.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(", and later")
    page.keyboard.press("Control+S")
    expect(foot).to_contain_text(re.compile(r"Changed since submission\s2"), timeout=30_000)
    expect(_note(page, "submitted")).to_have_count(0)  # it is old now
    receipt.scroll_into_view_if_needed()
    _picture(page, "changed-since")


def test_a_section_that_is_opened_low_in_the_panel_comes_into_sight(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 680})
    middle = page.locator(".jp-Audition-middle")
    for name in ("versions", "packages"):
        section = _section(page, name)
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


def test_start_runs_the_clock_pause_covers_the_notebook_and_f8_goes_there_and_back(
    page: Page,
) -> None:
    ideas = _section(page, "hypotheses")
    ideas.get_by_label("idea, and how you would test it").fill("Said of the practice alone.")
    _press(ideas, "Add a hypothesis")
    expect(page.locator(LIVE)).to_have_text("Hypothesis added.")
    _press(_section(page, "exercises"), "Open Build a small eval from a vague spec")
    expect(page.locator(LIVE)).not_to_have_text("Hypothesis added.")
    panel = _panel(page)
    expect(panel.locator("h2")).to_have_text("Build a small eval from a vague spec")
    expect(panel).to_contain_text("Not recording yet")
    expect(panel.locator(".jp-Audition-eyebrow")).to_have_text("Exercise 1 of 1")
    start = panel.get_by_role("button", name="Start exercise 1")
    page.evaluate(PRESS_AS_SOON_AS_THERE)
    start.focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("heading", name="Build a small eval from a vague spec").last
    ).to_be_focused()
    expect(panel).to_contain_text("Clock hidden")
    page.wait_for_function("window.wasPressed")  # Submit, where Start stood a moment ago
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    _heard(page)
    panel.get_by_role("button", name="Show the clock").click()
    expect(page.get_by_role("timer")).to_have_text("35 minutes left of 35")
    boxes = [page.get_by_role("timer"), panel.get_by_role("button", name="Pause")]
    lines = [box["y"] + box["height"] / 2 for one in boxes if (box := one.bounding_box())]
    assert len(lines) == 2 and abs(lines[0] - lines[1]) < 4  # Pause stays in its line
    _picture(page, "clock-shown")
    expect(page.locator(LIVE)).to_have_text("35 minutes left")

    plan = plan_of(page)
    plan.locator(".cm-content").click()
    page.keyboard.press("F8")
    expect(panel).to_be_focused()
    page.keyboard.press("F8")
    expect(plan.locator(".cm-content")).to_be_focused()

    _press(panel, "Pause")
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
    _press(cover, "Resume")
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
    assert not [words for words in _said(page) if "clock" in words and "still" not in words][2:]


def test_five_minutes_are_said_once_and_past_the_end_the_panel_says_what_happens(
    page: Page,
) -> None:
    _press(_section(page, "exercises"), "Open Build a small eval from a vague spec")
    left = {"left_s": 290.0}
    _change(page, "clock", lambda told: _with_clock(told, left))
    page.reload()
    note = _note(page, "soon")
    expect(note).to_contain_text("5 minutes left")
    expect(page.locator(LIVE)).to_have_text("5 minutes left.")
    _picture(page, "five-minutes")
    _press(note, "Do not tell me the time")
    expect(note).to_have_count(0)
    left |= {"left_s": 0.0, "is_over": True}
    expect(_section(page, "exercises")).to_contain_text("in any order")
    _change(page, "sitting", _with_all_submitted)
    page.reload()
    expect(_note(page, "ended")).to_be_visible(timeout=60_000)
    expect(page.locator(ALERT)).to_contain_text("The time ran out.")
    expect(_panel(page)).to_contain_text("Recording stopped")
    expect(page.locator(".jp-Audition-foot").get_by_role("button", name="Submit")).to_have_count(0)
    expect(_section(page, "exercises")).not_to_contain_text("any order")
    expect(page.locator("[data-audition-state=over]")).to_contain_text("Exercise over")
    _picture(page, "past-the-end")


def test_where_nothing_more_is_expected_the_clock_goes_on_and_no_time_is_told(page: Page) -> None:
    _press(_section(page, "exercises"), "Open Build a small eval from a vague spec")
    _change(page, "clock", lambda told: _with_clock(told, {"left_s": 290.0}))
    page.reload()
    expect(_note(page, "soon")).to_be_visible()
    page.evaluate("sessionStorage.clear()")
    _change(page, "sitting", _with_all_submitted)
    page.reload()
    panel = _panel(page)
    receipt = page.get_by_role("group", name="Receipt")
    expect(receipt).to_contain_text(
        re.compile(
            r"Nothing more is expected of you: you may close this page\. Your time runs on until"
            r" \d\d:\d\d \(5 minutes\); until then you may change something and submit again"
        )
    )
    expect(panel).to_contain_text("What you submitted counts as it is.")
    expect(panel).not_to_contain_text("If you change something after it")
    expect(panel.get_by_role("timer")).to_have_text("Clock hidden")
    expect(panel.get_by_role("button", name="Pause")).to_be_visible()
    _press(panel, "Show the clock")
    expect(panel.get_by_role("timer")).to_contain_text("5 minutes left")
    _picture(page, "all-submitted")
    expect(_note(page, "soon")).to_have_count(0)


def _with_all_submitted(told: Any) -> Any:
    done = {"number": 1, "at": "2026-01-01T00:00:00.000000Z"}
    return told | {"exercises": [one | {"submitted": done} for one in told["exercises"]]}


def _with_clock(told: Any, now: dict[str, Any]) -> Any:
    """Return the clock with the timed exercise begun and this far."""
    fixed = {"opened_at": told["at"], "ends_at": told["at"], "hard_end_at": told["at"]}
    exercises = [{**one, **fixed, **now} if one["is_timed"] else one for one in told["exercises"]]
    return {**told, "exercises": exercises}


def test_a_lost_line_is_said_where_it_matters_and_the_work_goes_on(page: Page) -> None:
    _heard(page)
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
    page.context.set_offline(True)
    note = _note(page, "away")
    expect(note).to_contain_text("Go on writing")
    expect(page.locator(".jp-Audition-status")).to_contain_text("The line is down")
    cell_with(page, "DATA, SEED").locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # written while it was down")
    _picture(page, "lost-connection")
    _press(page.locator(".jp-Audition-foot"), "Submit again")
    _press(page.get_by_role("dialog"), "Submit")
    expect(_note(page, '"not done"')).to_be_visible()
    unsaved = page.locator(".jp-Audition-note", has_text="trying again every 5 seconds")
    with page.expect_download() as copy:
        _press(unsaved, "Download a copy")
    assert "written while it was down" in Path(copy.value.path()).read_text(encoding="utf-8")
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    page.context.set_offline(False)
    expect(note).to_have_count(0)
    expect(unsaved).to_have_count(0)
    said = [at for at, _ in page.evaluate("window.heard")]

    assert _said(page)[0].startswith("The line is down. Go on writing")
    assert all(after - before >= 900 for before, after in pairwise(said))
    expect(cell_with(page, "DATA, SEED")).to_contain_text("# written while it was down")


def test_plain_words_stand_beside_a_cell_that_stopped_and_are_never_saved(
    page: Page, lab: Started
) -> None:
    cell = new_cell_below(page, cell_with(page, "DATA, SEED"))
    write_and_run(page, cell, "import urllib.request as r; r.urlopen('http://an.example')")
    beside = page.locator(".jp-Audition-cellNote")
    shown = page.locator(
        ".jp-OutputArea-output", has_text="Cells have no internet, only the models."
    )
    expect(shown).to_have_count(1)  # the kernel says it above the traceback
    expect(beside).to_have_count(0)  # and nobody a second time
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")  # else the next is aborted
    cell = new_cell_below(page, cell_with(page, "DATA, SEED"))
    write_and_run(page, cell, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    expect(beside.first).to_contain_text("The kernel stopped by itself.")
    expect(page.locator(ALERT)).to_have_text("The kernel stopped by itself.")
    expect(_note(page, "kernel")).to_be_visible()
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    assert grave_findings(page, ".jp-Audition-cellNote") == []
    _picture(page, "kernel-stopped")
    work = next((lab.home / "work").iterdir())
    with page.expect_response(
        lambda answer: answer.request.method == "PUT" and "/api/contents/" in answer.url
    ):
        page.keyboard.press("Control+s")

    saved = (work / "practice/practice.ipynb").read_text(encoding="utf-8")
    assert "an.example" in saved
    assert "jp-Audition" not in saved and "Variables are gone" not in saved


def test_a_given_cell_that_was_changed_says_so_and_how_it_comes_back(page: Page) -> None:
    _section(page, "versions")
    first = cell_with(page, "DATA, SEED")
    write_and_run(page, first, 'DATA, SEED = "data", 8')
    note = first.locator(".jp-Audition-cellNote")
    expect(note).to_contain_text("This cell is given and was changed.")
    # The output stays where it is; run again, nothing below it moves.
    output, below = first.locator(".jp-Cell-outputWrapper"), cells(page).nth(2)
    assert _top(note) >= _top(first.locator(".jp-Cell-inputWrapper")) + 20
    assert output.evaluate("one => one.nextElementSibling.className") == "jp-Audition-cellNote"
    before = _top(below)
    moved = below.evaluate(MOVES)
    first.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(1500)
    assert moved is None and page.evaluate("window.moved") == []
    assert _top(below) == before
    first.locator(".cm-content").click()
    _press(_section(page, "versions"), "Reset this cell to as given")
    page.keyboard.press("Shift+Enter")
    first.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(note).to_have_count(0)


def _top(one: Locator) -> float:
    box = one.bounding_box()
    assert box is not None
    return box["y"]


def test_a_double_click_on_a_text_lets_one_write_there(page: Page) -> None:
    text = page.locator(".jp-MarkdownCell").first
    text.locator("p").first.dblclick()
    expect(text.locator(".cm-content")).to_be_focused()
    page.keyboard.type("xyz")  # x cuts a cell where the keys are the notebook's
    expect(text.locator(".cm-content")).to_contain_text("xyz")


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
    _picture(other, "second-window")
    assert grave_findings(other, ".jp-Audition-cover") == []
    _press(cover, "Go on here")
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
    _press(left, "Go on here")
    expect(first).to_contain_text('DATA, SEED = "data", 9')
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    expect(other.get_by_role("region", name="You went on in another window")).to_be_visible()
    other.close()


def test_the_plain_page_leads_back_to_the_window_that_opened_it(page: Page, lab: Started) -> None:
    link = _section(page, "exercises").get_by_role("link", name="Open the plain page in a new tab")
    page.locator(".jp-WindowedPanel-outer").evaluate("one => { one.scrollTop = 120 }")
    top = """() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')]
        .find(one => one.textContent.includes('DATA, SEED')).getBoundingClientRect().top"""
    page.wait_for_timeout(500)
    before = page.evaluate(top)
    with page.context.expect_page() as opened:
        link.click()
    plain = opened.value
    plain.get_by_role("button", name="Go on here").click()
    covered = page.get_by_role("region", name="You went on in another window")
    expect(covered).to_be_visible()
    code = plain.get_by_role("textbox", name=re.compile("^Code of cell")).first
    expect(code).to_be_editable()  # it is covered there before it can be written in here
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
    plain.get_by_role("button", name="Go on here").click()
    code = plain.get_by_role("textbox", name=re.compile("^Code of cell")).first
    expect(code).to_be_editable()
    code.fill('ask("Is there a budget?")\nimport time; time.sleep(4)')
    code.press("Control+Enter")
    for asked in lists:
        expect(asked.filter(has_text="Is there a budget?")).to_have_count(1)
    expect(plain.get_by_role("button", name=re.compile("^Stop cell"))).to_have_count(1)


def test_a_narrow_window_gives_the_panel_its_whole_width_and_a_way_back(page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 400})  # what 1280 by 800 is at 200% zoom
    panel = _panel(page)
    page.wait_for_timeout(500)
    box = panel.bounding_box()
    assert box is not None and box["width"] > 500
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_hidden()
    assert page.evaluate("document.querySelector('.jp-Audition').scrollWidth") <= box["width"]
    for name in ("Back to the notebook", "Submit"):  # it was submitted before
        button = panel.get_by_role("button", name=re.compile(f"^{name}"))
        expect(button).to_be_in_viewport(ratio=1)
    _picture(page, "narrow")
    _press(panel, "Back to the notebook")
    expect(cells(page).first).to_be_visible()
    expect(panel).to_be_hidden()
    page.keyboard.press("F8")
    expect(panel).to_be_focused()
