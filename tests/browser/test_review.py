"""A reviewer opens the review notebook in Chromium, rates, pins, locks and comes back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.page import open_notebook, sees
from tests.conftest import ROOT
from tests.grader.report.test_report import HOSTILE
from tests.grader.review.cases import built

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Path:
    found = tmp_path_factory.mktemp("review")
    (found / "submission.zip").write_bytes(built().archive())
    return found


@contextmanager
def reviewing(folder: Path, *arguments: str) -> Iterator[str]:
    """Start `audition review`; its address."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
                   "AUDITION_HOME": str(folder / "state")}  # fmt: skip
    argv = [sys.executable, "-m", "harness.cli", "review", "--no-browser", "--port", "0"]
    errors = folder / "errors.txt"
    with errors.open("w") as said:
        process = subprocess.Popen(
            [*argv, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=said,
            text=True,
        )  # fmt: skip
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            assert url.startswith("http://127.0.0.1:"), errors.read_text()
            yield url
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()


def desk_on(page: Page, url: str) -> Locator:
    """Open the notebook, run its one cell, return the desk."""
    open_notebook(page, url)
    page.get_by_text("(ipykernel) | Idle").wait_for(timeout=90_000)
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    page.locator(".desk h1").wait_for(timeout=90_000)
    return page.locator(".desk")


def said(desk: Locator, text: str) -> None:
    sees(desk.locator(".said"), text)


def test_a_reviewer_rates_pins_locks_and_finds_it_again(folder: Path, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))

    with reviewing(folder, str(folder / "submission.zip"), "--rater", "R-1") as url:
        desk = desk_on(page, url)
        sees(desk.locator(".bar"), "You are rater R-1")
        sees(desk.locator("#mea"), "Closed until you lock")

        desk.locator("fieldset").first.locator("label.lev").nth(2).click()
        said(desk, "Saved: Making the spec measurable, level 3.")
        desk.locator("[data-do=pin][data-moment=m1]").click()
        said(desk, "m1 pinned to Making the spec measurable, level 3")
        page.keyboard.press("n")
        page.keyboard.press("2")
        said(desk, "Saved: Sample size and uncertainty, level 2.")
        page.keyboard.press("p")
        said(desk, "m1 pinned to Sample size and uncertainty, level 2")
        page.keyboard.press("L")
        desk.locator("[data-do=lock]").click()
        said(desk, "Locked and saved.")
        expect(desk.locator("#mea .veil")).to_have_count(0)
        desk.locator("#calls summary").click()
        desk.locator("[data-call='1']").click()
        sees(desk.locator(".call"), "Call 1")
        texts = _framed(page)
    with reviewing(folder, "--rater", "R-1") as url:
        again = desk_on(page.context.new_page(), url)
        sees(again.locator(".queue"), "texts locked")
        sees(again.locator(".lock"), "Making the spec measurable 3")
        expect(again.locator("fieldset")).to_have_count(3)

    assert ran == []
    assert any("<script>alert(1)</script>" in text for text in texts)
    assert page.locator("img[onerror], script:text('alert(1)')").count() == 0
    assert "1 on the desk" in (folder / "errors.txt").read_text()


def _framed(page: Page) -> list[str]:
    frames = [frame for frame in page.frames if frame != page.main_frame]
    assert len(frames) >= 4
    assert not any(frame.locator("script, img, svg, a").count() for frame in frames)
    return [frame.locator("body").inner_text() for frame in frames]


def test_the_desk_is_blind_in_the_browser_too_and_works_in_a_narrow_dark_window(
    folder: Path, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 760, "height": 900}, color_scheme="dark")
    page = context.new_page()

    with reviewing(folder, str(folder / "submission.zip"), "--rater", "R-2") as url:
        desk = desk_on(page, url)
        desk.locator("fieldset label.lev").first.click()
        said(desk, "level 1")
        words = desk.inner_text()
        wide = desk.evaluate("page => page.scrollWidth - page.clientWidth")

    assert "was ready" in (folder / "errors.txt").read_text()
    assert "Session: " not in words and "R-1" not in words and "planted" not in words
    assert HOSTILE[:40] not in desk_source(words)
    assert wide <= 0


def desk_source(words: str) -> str:
    """What stands outside frames, without the line that names a moment by its first words."""
    return "\n".join(line for line in words.splitlines() if not line.startswith("A question"))
