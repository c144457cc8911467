"""formgrader and feedback in a browser: nothing a candidate wrote acts, and a person can grade."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from grader.nbgrader_side.handing_in import Place
from grader.nbgrader_side.serving import Formgrader
from tests.grader.nbgrader_side.builders import ACTS, MARK, handed_in, hostile
from tests.grader.nbgrader_side.conftest import Hands

pytestmark = [pytest.mark.sandbox, pytest.mark.browser, pytest.mark.timeout(240)]


@dataclass
class Open:
    """A formgrader that is up, over a course with one hostile submission."""

    hands: Hands
    place: Place
    url: str

    @property
    def base(self) -> str:
        return self.url.partition("/formgrader")[0]

    @property
    def token(self) -> str:
        return parse_qs(urlsplit(self.url).query)["token"][0]

    def post(self, path: str) -> dict[str, Any]:
        """What a button of formgrader's says."""
        request = urllib.request.Request(
            f"{self.base}{path}", method="POST", headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            said: dict[str, Any] = json.loads(answer.read())
            return said


@pytest.fixture(scope="module")
def served(shared: Hands) -> Iterator[Open]:
    place, _ = shared.grade(hostile(shared.exercise))
    server = Formgrader(shared.course)
    try:
        yield Open(shared, place, server.start(0))
    finally:
        server.stop()


def watched(browser: Browser, url: str) -> tuple[Page, list[str]]:
    """A page, and what went out of it or stopped it that should not have."""
    page = browser.new_context(viewport={"width": 1200, "height": 1000}).new_page()
    seen: list[str] = []
    page.on("requestfinished", lambda request: seen.append(request.url))
    page.on("dialog", lambda dialog: (seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.goto(url)
    return page, seen


def submission_page(browser: Browser, served: Open) -> tuple[Page, list[str]]:
    """The page on which a person grades."""
    page, seen = watched(browser, served.url)
    expect(page.get_by_role("link", name=served.place.assignment)).to_be_visible()
    page.goto(f"{served.base}/formgrader/gradebook/{served.place.assignment}/small")
    page.get_by_role("link", name="Submission #1").click()
    expect(page.locator("input.score").first).to_be_visible()
    return page, seen


def test_a_hostile_submission_is_read_in_formgrader_and_nothing_of_it_acts(
    browser: Browser,
    served: Open,
) -> None:
    page, seen = submission_page(browser, served)
    page.wait_for_load_state("networkidle")
    notebook = page.locator("#notebook").first

    assert page.title() == "small"
    assert MARK not in page.title()
    assert all(urlsplit(url).hostname == "127.0.0.1" for url in seen), seen
    assert notebook.locator("script, iframe, form, svg, style, #sly, img").count() == 0
    assert page.locator("body").is_visible()
    assert all(act.split("\n")[0] in notebook.inner_text() for act in ACTS)
    assert page.evaluate("document.querySelectorAll('[onerror], [onload]').length") == 0
    assert not page.locator("a", has_text="sly").count()


def test_a_person_gives_points_and_a_comment_and_both_are_in_the_books_and_the_feedback(
    browser: Browser,
    served: Open,
) -> None:
    page, _ = submission_page(browser, served)
    before = served.hands.points(served.place)
    field, comment = page.locator("input#words"), page.locator("textarea#words-comment")
    with page.expect_response(re.compile("/formgrader/api/grade/")) as answer:
        field.fill("4.5")
        field.blur()
    with page.expect_response(re.compile("/formgrader/api/comment/")) as noted:
        comment.fill("Clear & short: <b>good</b>")
        comment.blur()
    after = served.hands.points(served.place)
    told = served.hands.feedback(served.place)

    assert answer.value.ok
    assert noted.value.ok
    assert "words" in before.waiting
    assert "words" not in after.waiting
    assert after.manual == before.manual + 4.5
    assert "4.5 of 5" in told
    assert "Clear &amp; short: &lt;b&gt;good&lt;/b&gt;" in told


def test_formgraders_own_buttons_run_nothing_and_keep_the_points(served: Open) -> None:
    place = served.place
    before = served.hands.points(place)
    graded = served.post(f"/formgrader/api/submission/{place.assignment}/{place.student}/autograde")
    page = served.post(f"/formgrader/api/assignment/{place.assignment}/generate_feedback")
    html = served.hands.course.feedback(place.student, place.assignment) / "small.html"

    assert graded["success"], graded
    assert "executing" not in graded["log"].lower()
    assert page["success"], page
    assert "<script" not in html.read_text()
    assert served.hands.points(place).auto == before.auto


@pytest.mark.parametrize(
    "path",
    ["/api/kernels", "/api/terminals", "/assignments/validate?path=small.ipynb", "/lab", "/tree"],
)
def test_beside_formgrader_nothing_is_served_that_could_run_code(served: Open, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as told:
        served.post(path)

    assert told.value.code == (403 if path == "/api/kernels" else 404)


def test_nobody_comes_in_without_the_token(served: Open) -> None:
    with urllib.request.urlopen(f"{served.base}/formgrader/api/assignments", timeout=30) as page:
        shown = page.read()

    assert "/login" in page.url
    assert b"small-1.0.0" not in shown


def test_feedback_is_read_in_frames_in_which_nothing_runs_or_loads(
    browser: Browser,
    served: Open,
) -> None:
    served.hands.feedback(served.place)
    path = served.hands.course.feedback(served.place.student, served.place.assignment)
    page, seen = watched(browser, (path / "small.html").as_uri())
    frames = [frame for frame in page.frames if frame != page.main_frame]
    texts = [frame.locator("body").inner_text() for frame in frames]

    assert page.title() == "Feedback: small-1.0.0"
    assert all(url.startswith("file:") for url in seen), seen
    assert page.locator("iframe:not([sandbox=''])").count() == 0
    assert not any(frame.locator("script, iframe, form, svg, a, img").count() for frame in frames)
    assert any(ACTS[0] in text for text in texts)
    assert page.locator("main script, main img, main a").count() == 0
    assert "For whoever grades" not in page.locator("main").inner_text()


def test_a_picture_that_is_one_is_shown_and_a_plain_text_stays_plain(
    served: Open,
    browser: Browser,
) -> None:
    cells = handed_in(served.hands.exercise, "good")
    for cell in cells:
        if cell["id"] == "small-rate":
            cell["source"] = (
                "import base64, io\nfrom IPython.display import Image, display\n"
                "png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
                "WjR9awAAAABJRU5ErkJggg=='\n"
                "if 'get_ipython' in globals():\n    display(Image(base64.b64decode(png)))\n"
                "RATE = 0.25"
            )
    place, _ = served.hands.grade(cells, name="sub-picture")
    served.hands.feedback(place)
    path = served.hands.course.feedback(place.student, place.assignment) / "small.html"
    page, _ = watched(browser, path.as_uri())
    found = [frame.locator("img") for frame in page.frames if frame.locator("img").count()]

    assert len(found) == 1
    assert found[0].evaluate("image => image.naturalWidth") == 1
