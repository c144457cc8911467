"""Two candidates, two browsers, one hub: from link to a submitted and scored exercise 1."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from grader.bench import find_exercise
from grader.demo.script import _NO_SHIP, _PLAN, _SHIP, _TEXTS, _suite
from grader.intake import read_attempt
from grader.report.command import evidence_of
from grader.report.evidence import Evidence
from harness.core.settings import SandboxSettings, Settings
from harness.core.signing import PublicKey
from harness.core.submission import open_submission
from harness.core.verify import verify_submission
from tests.browser.page import cell_with, plan_of, sees, write_and_run
from tests.hub.hosting import Hosting, hosting

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

TALL = {"width": 1280, "height": 6000}  # JupyterLab takes cells out of the page that are not seen
GIVEN = ("Where the given files lie", "import csv", "given = read_rows")


@pytest.fixture(scope="module")
def hub(can_host: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosting]:
    with hosting(tmp_path_factory.mktemp("hosted")) as up:
        up.audition("round", "new", "autumn", "--exercise", "eval-design", "--minutes", "35")
        yield up


@pytest.fixture(scope="module")
def pages(browser: Browser) -> Iterator[tuple[Page, Page]]:
    """Two browsers that share nothing."""
    contexts = [browser.new_context(viewport=TALL) for _ in range(2)]
    yield contexts[0].new_page(), contexts[1].new_page()
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def sat(hub: Hosting, pages: tuple[Page, Page]) -> dict[str, str]:
    """Both sit exercise 1, step by step in turn; sitting to submission."""
    links = [hub.invite("autumn", who) for who in ("Ada", "Bob")]
    careful = sit(pages[0], links[0], _suite("second"), _NO_SHIP)
    hasty = sit(pages[1], links[1], _suite("first"), _SHIP)
    for _ in zip(careful, hasty, strict=True):
        pass
    found = hub.operator.get("/sittings")["sittings"]
    return {one["sitting"]: one["submissions"][-1] for one in found if one["submissions"]}


def sit(page: Page, link: str, suite: str, decision: str) -> Iterator[None]:
    """One candidate's work, a step at a time."""
    page.goto(link)
    expect(page.locator("#begin")).to_be_enabled()
    _picture(page, "start")
    page.check("#agree")
    page.click("#begin")
    yield
    ready = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    ready.first.wait_for(state="attached", timeout=90_000)
    yield
    for text in GIVEN:
        run(page, cell_with(page, text))
    yield
    write_and_run(page, plan_of(page), _PLAN)
    sees(page.locator(".jp-Notebook"), "Part two")
    yield
    run(page, cell_with(page, "from harness.kernel import ask"))
    run(page, cell_with(page, 'ask("What happens'))
    yield
    rewrite(page, "# Each case is a dict", suite)
    run(page, cell_with(page, "eval_suite(triage)"))
    yield
    rewrite(page, "COSTS = {}", decision)
    for beginning, text in zip(
        ("Questions, answers", "What “accurate”", "why that sample", "Ship or not, why"),
        (_TEXTS[name] for name in ("questions", "success", "sample", "verdict")),
        strict=True,
    ):
        tell(page, beginning.replace("“", '"').replace("”", '"'), text)
    yield
    page.keyboard.press("Control+s")
    run(page, call(page, "check"))
    yield
    page.keyboard.press("Control+s")
    run(page, call(page, "submit"))
    sees(page.locator(".jp-Notebook"), "Submitted:")
    yield


def pinned(page: Page, cell: Locator) -> Locator:
    """The cell by its place: what it says changes when it is written and run."""
    index = cell.evaluate("node => Array.from(node.parentElement.children).indexOf(node)")
    return page.locator(".jp-Notebook .jp-Cell").nth(index)


def has_run(cell: Locator) -> None:
    expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"), timeout=120_000)


def run(page: Page, cell: Locator) -> None:
    """Run a cell as it stands and wait until it has a number."""
    kept = pinned(page, cell)
    kept.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    has_run(kept)


def call(page: Page, name: str) -> Locator:
    """Return the given cell that calls this and nothing else."""
    return page.locator(".jp-CodeCell", has_text=re.compile(rf"\]:\s*{name}\(\)\s*$")).first


def rewrite(page: Page, text: str, source: str) -> None:
    """Put other code in a cell's place and run it."""
    kept = pinned(page, cell_with(page, text))
    write_and_run(page, kept, source)
    has_run(kept)


def tell(page: Page, text: str, words: str) -> None:
    """Write a text into a cell of words."""
    cell = page.locator(".jp-MarkdownCell", has_text=text).first
    cell.locator(".jp-MarkdownOutput").dblclick()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(words)
    page.keyboard.press("Shift+Enter")


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENS")
    if folder:
        page.screenshot(path=f"{folder}/hosted-{name}.png", full_page=True)


def judged(hub: Hosting, submission: str) -> Evidence:
    """A submission verified, replayed and scored as a reviewer has it."""
    archive = hub.operator.submission(submission)
    line = (hub.home / "proctor" / "keys" / "public.txt").read_text()
    public = PublicKey.from_text(line)
    assert verify_submission(archive, public).is_whole
    own = Settings(home=hub.home, sandbox=SandboxSettings())
    attempt = read_attempt(
        archive, public=public, find_exercise=lambda slug: find_exercise(own, slug)
    )
    return evidence_of(attempt, own)


def test_two_candidates_submit_from_two_browsers_at_once(hub: Hosting, sat: dict[str, str]) -> None:
    held = {name: open_submission(hub.operator.submission(name)).manifest for name in sat.values()}
    rounds = {one["round"] for one in hub.operator.get("/sittings")["sittings"]}

    assert len(sat) == 2 and len({one.session for one in held.values()}) == 2
    assert all(one.rung.startswith("bwrap+") and not one.self_attested for one in held.values())
    assert rounds == {"autumn"}


def test_both_are_replayed_and_scored(hub: Hosting, sat: dict[str, str]) -> None:
    found = hub.operator.get("/sittings")["sittings"]
    order = [one["sitting"] for one in found]  # Ada's link was used first
    careful, hasty = (judged(hub, sat[sitting]) for sitting in order)

    for evidence in (careful, hasty):
        assert evidence.replay is not None, evidence.replay_why
        other = {cell.cell_id: cell.word for cell in evidence.replay.cells if cell.word != "same"}
        assert other.pop("eval-design-submit") == "not_run"  # it submits what stood before it
        assert set(other.values()) <= {"not_run"}  # the empty cell JupyterLab adds at the end
        assert evidence.score is not None and evidence.score.components
    assert careful.score is not None and hasty.score is not None
    assert _kills(careful) > _kills(hasty)


def _kills(evidence: Evidence) -> float:
    assert evidence.score is not None
    return evidence.score.components["K"].value or 0.0


def test_the_page_shows_the_words_of_its_promise(pages: tuple[Page, Page], hub: Hosting) -> None:
    page = pages[0]
    page.goto(f"{hub.url}/hub/start")

    sees(page.locator("main"), "Reviewers never see")
    expect(page.locator("#on")).to_be_visible()
    expect(page.locator("#begin")).to_be_hidden()
