"""The report in a browser: frames are read, nothing in them runs or loads."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from grader.report import render
from tests.grader.report.test_report import HOSTILE, hostile

pytestmark = pytest.mark.browser


def opened(browser: Browser, path: Path, **more: object) -> tuple[Page, list[str]]:
    page = browser.new_context(viewport={"width": 1160, "height": 900}, **more).new_page()  # type: ignore[arg-type]
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.goto(path.as_uri())
    return page, seen


def test_hostile_content_is_read_in_its_frame_and_nothing_of_it_runs_or_loads(
    browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    path.write_text(render(hostile()))

    page, seen = opened(browser, path)
    frames = [frame for frame in page.frames if frame != page.main_frame]
    texts = [frame.locator("body").inner_text() for frame in frames]

    assert seen == [path.as_uri()]
    assert any("<script>alert(1)</script>" in text for text in texts)
    assert not any(frame.locator("script, img, svg, a").count() for frame in frames)
    assert HOSTILE[:30] not in page.title()


@pytest.mark.parametrize("width", [1160, 400])
def test_the_page_fits_its_window_in_both_themes(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    path = tmp_path / "report.html"
    path.write_text(render(hostile()))

    for scheme in ("light", "dark"):
        page, _ = opened(browser, path, color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, scheme
