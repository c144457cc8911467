"""A page stays open while a server dies: what a person sees, and that work goes on."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.page import cell_with, new_cell_below, open_workspace, sees, write_and_run
from tests.hub.hosting import until
from tests.workspace import Started, started

pytestmark = [pytest.mark.sandbox, pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    with started(
        tmp_path_factory.mktemp("deaths"), "--exercise", "eval-design", "--minutes", "60"
    ) as workspace:
        yield workspace


@pytest.fixture
def page(browser: Browser, lab: Started) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    open_workspace(opened, lab.url)
    yield opened
    opened.close()


def victim(lab: Started, module: str) -> psutil.Process:
    children = psutil.Process(lab.process.pid).children()
    found = [one for one in children if module in one.cmdline()]
    assert found, f"no {module} is up"
    return found[0]


def ran(page: Page, text: str, answer: str, *, timeout_ms: int = 60_000) -> None:
    """Write a cell below the first, run it and see its answer."""
    write_and_run(page, new_cell_below(page, page.locator(".jp-Notebook .jp-CodeCell").first), text)
    sees(cell_with(page, text).locator(".jp-Cell-outputArea"), answer, timeout_ms=timeout_ms)


def back(page: Page) -> None:
    """Press away what the page says of the death, as a person does, and wait for the kernel."""
    ready = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    button = page.locator(".jp-Dialog-footer button").last
    for _ in range(400):
        if button.count():
            button.click()
        elif ready.count():
            page.wait_for_timeout(2000)
            if not button.count():
                return
        page.wait_for_timeout(250)
    raise AssertionError("the kernel did not come back")


def test_a_page_whose_server_was_killed_goes_on_without_being_loaded_anew(
    page: Page, lab: Started, tmp_path: Path
) -> None:
    ran(page, "x = 20 + 1; x", "21")
    write_and_run(
        page,
        new_cell_below(page, page.locator(".jp-Notebook .jp-CodeCell").first),
        "import time; time.sleep(300)",
    )
    page.wait_for_timeout(1500)
    dead = victim(lab, "harness.lab")
    lab.process.send_signal(signal.SIGSTOP)  # a quick machine has it back before a second is gone
    dead.kill()
    time.sleep(2.5)
    lab.process.send_signal(signal.SIGCONT)
    until(lambda: victim(lab, "harness.lab").pid != dead.pid, within_s=60)
    back(page)  # whether the page saw that the line was down depends on how quick that was
    sees(page.locator("#jp-main-statusbar"), "Recorded", timeout_ms=120_000)
    ran(page, "6 * 7 + 100", "142")
    page.screenshot(path=str(tmp_path / "after.png"))

    stopped = cell_with(page, "time.sleep(300)")
    assert "[*]" not in stopped.inner_text()
    assert given_back_s(lab) > 1


def given_back_s(lab: Started) -> float:
    session = json.loads((lab.home / "lab" / "current.json").read_text())["session"]
    card = lab.client.session(session)
    assert card is not None
    box = card.exercises[0]
    assert box.ends_at is not None and box.opened_at is not None
    return (box.ends_at - box.opened_at).total_seconds() - 3600
