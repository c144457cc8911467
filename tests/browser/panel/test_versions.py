"""Saved versions: looked into, put back, told apart."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import grave_findings
from tests.browser.page import cell_with
from tests.browser.panel.parts import change, note_of, picture, press, section_of

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

GIVEN = r'^# Where the given files lie, .*DATA, SEED = "data", 7'


def test_a_version_comes_back_after_asking_once_and_a_cell_is_reset_and_undone(
    page: Page,
) -> None:
    first = cell_with(page, "DATA, SEED")
    first.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # mine")
    page.keyboard.press("Control+s")
    versions = section_of(page, "versions")
    oldest = versions.get_by_role("button", name="Look inside").last
    oldest.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    inside = dialog.get_by_role("region", name="What differs")
    expect(
        inside.get_by_role("heading", name=re.compile(r"^Cell 2, code: changed"))
    ).to_be_visible()
    told = dialog.get_by_text("Restored, it takes the place of the notebook:").bounding_box()
    shown = inside.bounding_box()
    assert told is not None and shown is not None
    assert told["width"] > 0.9 * shown["width"]  # it uses all of it
    expect(inside.locator(".jp-mod-now")).to_contain_text([re.compile(r"Now: print.*# mine$")])
    expect(inside.locator(".jp-mod-then")).to_contain_text(["Then: print"])
    assert grave_findings(page, ".jp-Dialog") == []
    picture(page, "look-inside")
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
    press(dialog, "Restore")
    expect(note_of(page, "restore")).to_contain_text(
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
            r"^Now · saved \d\d(:\d\d){2}(\.\d+)?, just now\s*"
            r"restored · \d+ cells? changed(?!.* since)"
        )
    )
    usual = page.viewport_size
    page.set_viewport_size({"width": 1280, "height": 657})
    words = note_of(page, "restore").locator("> div")
    assert words.evaluate("one => one.scrollHeight <= one.clientHeight"), "its end cannot be read"
    page.set_viewport_size(usual or {"width": 1280, "height": 800})

    first.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # again")
    expect(versions.locator("li").first).to_contain_text(
        re.compile(r"^Now · changes not saved yet\s*since \d\d(:\d\d){2}")
    )
    expect(page.locator("[data-section=versions] h3")).to_contain_text("changes not saved yet")
    press(versions, "Reset cell 2 to as given")
    expect(note_of(page, "reset")).to_be_visible()
    expect(note_of(page, "restore")).to_have_count(0)  # something newer happened
    expect(first).not_to_contain_text("# again")
    expect(first.locator(".cm-content")).to_have_text(re.compile(GIVEN))
    first.locator(".cm-content").click()
    page.keyboard.press("Control+z")
    expect(first).to_contain_text("# again")
    expect(page.locator(".jp-Dialog")).to_have_count(0)


def test_versions_of_one_second_are_told_apart_wherever_they_are_named(page: Page) -> None:
    first = section_of(page, "versions").locator("li").first
    expect(first).to_contain_text("Now")
    change(page, "versions/practice", _of_one_second)
    page.reload()
    versions = section_of(page, "versions")
    expect(versions.locator("li").first).to_contain_text(
        re.compile(r"^Now · saved \d\d:00:07\.35, ")
    )
    expect(versions.locator("li").nth(1)).to_contain_text(re.compile(r"^\d\d:00:07\.31 · "))
    expect(versions.locator("li").nth(2)).to_contain_text(re.compile(r"^\d\d:00:06 · "))
    look = versions.get_by_role("button", name=re.compile(r"the version of \d\d:00:07\.31$"))
    expect(look).to_have_count(1)
    look.click()
    expect(page.get_by_role("dialog")).to_contain_text(re.compile(r"The version of \d\d:00:07\.31"))


def test_a_save_that_changed_nothing_is_shown_with_all_of_them_alone(page: Page) -> None:
    versions = section_of(page, "versions")
    expect(versions.locator("li").first).to_contain_text("Now")
    change(page, "versions/practice", _with_a_twin)
    page.reload()
    expect(versions.locator("li")).to_have_count(2)
    expect(versions).not_to_contain_text("nothing changed")
    press(versions, "Show all 3")
    expect(versions.locator("li")).to_have_count(3)
    expect(versions.locator("li").nth(1)).to_contain_text("nothing changed")


def test_a_change_after_a_restore_that_changed_nothing_is_no_restored_version(page: Page) -> None:
    versions = section_of(page, "versions")
    expect(versions.locator("li").first).to_contain_text("Now")
    change(page, "versions/practice", _with_one_kept_and_changed)
    page.reload()
    expect(versions.locator("li").nth(1)).to_contain_text("before restore")
    expect(versions.locator("li").first).to_contain_text("1 cell added")
    expect(versions).not_to_contain_text("restored")


def _with_one_kept_and_changed(told: Any) -> Any:
    """Three versions, the second kept before a restore of the oldest, whose bytes it has."""
    newest, kept, oldest = _of_one_second(told)["versions"]
    kept |= {"label": "before restore", "sha256": oldest["sha256"], "differs": "nothing changed"}
    return {"versions": [newest | {"differs": "1 cell added"}, kept, oldest]}


def _with_a_twin(told: Any) -> Any:
    """Three versions, the second of which changed nothing."""
    made = _of_one_second(told)["versions"]
    words = ["1 cell run", "nothing changed", "1 cell added"]
    return {"versions": [one | {"differs": said} for one, said in zip(made, words, strict=True)]}


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
