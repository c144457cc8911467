"""Cells beside the panel: left as given, changed, stopped, written in."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import grave_findings
from tests.browser.page import (
    cell_with,
    cells,
    new_cell_below,
    open_notebook,
    plan_of,
    write_and_run,
)
from tests.browser.panel.parts import ALERT, note_of, picture, section_of
from tests.workspace import Started

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

MOVES = """one => { window.moved = [];
    const top = one.getBoundingClientRect().top;
    const look = () => { const now = one.getBoundingClientRect().top;
        if (Math.abs(now - top) > 1) { window.moved.push(now - top); }
        requestAnimationFrame(look); };
    look(); return null }"""
"""Notes from frame to frame whether something is not where it was."""


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
    expect(note_of(page, "kernel")).to_be_visible()
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    assert grave_findings(page, ".jp-Audition-cellNote") == []
    picture(page, "kernel-stopped")
    work = next((lab.home / "work").iterdir())
    with page.expect_response(
        lambda answer: answer.request.method == "PUT" and "/api/contents/" in answer.url
    ):
        page.keyboard.press("Control+s")

    saved = (work / "practice/practice.ipynb").read_text(encoding="utf-8")
    assert "an.example" in saved
    assert "jp-Audition" not in saved and "Variables are gone" not in saved


def test_a_given_cell_that_was_changed_says_so_and_how_it_comes_back(page: Page) -> None:
    section_of(page, "versions")
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
    versions = section_of(page, "versions")
    expect(versions).to_contain_text("cell 2 to as given")
    cell_with(page, "csv.DictReader").locator(".cm-content").click()
    expect(versions).to_contain_text("Select a given cell that was changed")
    note.get_by_role("button", name="Reset this cell to as given").click()
    expect(note_of(page, "reset")).to_contain_text("Cell 2 is as given again")
    expect(note_of(page, "reset")).not_to_contain_text("run it again")
    expect(first.locator(".cm-content")).to_contain_text('DATA, SEED = "data", 7')
    first.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(note).to_have_count(0)
    write_and_run(page, first, 'DATA, SEED = "data", 8; print(SEED)')
    note.get_by_role("button", name="Reset this cell to as given").click()
    stays = "What stands below it came from the text before: run it again."
    expect(note_of(page, "reset")).to_contain_text(stays)


def test_a_cell_that_was_run_is_saved_at_once_without_the_autosave(
    page: Page, lab: Started
) -> None:
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_text("Autosave Documents").click()
    first = cell_with(page, "DATA, SEED")
    write_and_run(page, first, 'DATA, SEED = "data", 8_131')
    saved = next((lab.home / "work").glob("*/practice/practice.ipynb"))
    while "8_131" not in saved.read_text(encoding="utf-8"):
        page.wait_for_timeout(100)

    cells_saved = json.loads(saved.read_text(encoding="utf-8"))["cells"]
    ran = next(one for one in cells_saved if "8_131" in "".join(one["source"]))
    assert ran["execution_count"] is not None
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_text("Autosave Documents").click()
    first.locator(".cm-content").click()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+s")


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


def test_texts_that_follow_each_other_are_called_by_what_each_asks_for(
    page: Page, lab: Started
) -> None:
    url = lab.url.replace("practice/practice.ipynb", "eval-design/eval-design.ipynb")
    open_notebook(page, f"{url}&reset")
    write_and_run(page, plan_of(page), "%%plan\nFirst the messages, then the suite.")
    page.get_by_role("heading", name="Part two").wait_for(state="attached", timeout=90_000)
    asks = page.locator(".jp-Cell[data-audition-label^='Your words']")
    named = [
        "questions", 'what "accurate" means here', "why that sample", "ship or not",
    ]  # fmt: skip

    def are_named() -> None:
        for words in named:
            label = f"Your words: {words}".replace('"', '\\"')
            cell = page.locator(f'.jp-Cell[data-audition-label="{label}"]')
            expect(cell).to_have_count(1)

    page.locator(".jp-WindowedPanel-outer").evaluate("one => one.scrollTo(0, one.scrollHeight)")
    expect(asks.first).to_be_attached()
    are_named()
    text = page.locator(".jp-Cell[data-audition-label='Your words: questions']")
    text.dblclick()
    expect(text.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("It is asked of Ines.")
    expect(text.locator(".cm-content")).to_have_text("It is asked of Ines.")
    with page.expect_response(
        lambda answer: answer.request.method == "PUT" and "/api/contents/" in answer.url
    ):
        page.keyboard.press("Control+s")
    page.reload()
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)
    page.locator(".jp-WindowedPanel-outer").evaluate("one => one.scrollTo(0, one.scrollHeight)")
    expect(cell_with(page, "It is asked of Ines.")).to_be_attached()
    are_named()  # also what was written over
