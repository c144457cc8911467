"""The interviewer's page in a browser: by keyboard and by click, hostile text, two at once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.proctor.builders import FAKE, operator_token, settings_for

pytestmark = pytest.mark.browser
LAUNCH = FAKE.with_name("launch.py")
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script> Who gets the complaints?"


@dataclass
class Running:
    """A proctor of its own process, with the real page."""

    address: str
    operator: httpx.Client
    clients: ExitStack

    def link(self) -> str:
        return f"{self.address}/live#{self.operator.post('/interviewers').json()['secret']}"

    def candidate(self) -> httpx.Client:
        body = {"exercises": ["practice"], "live": True}
        card = self.operator.post("/sessions", json=body).json()
        headers = {"Authorization": f"Bearer {card['kernel_token']}"}
        client = httpx.Client(base_url=self.address, headers=headers, timeout=60)
        return self.clients.enter_context(client)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    settings = settings_for(tmp_path)
    argv = [sys.executable, str(LAUNCH), str(settings.home), str(settings.proctor.photographs)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        address = str(json.loads(process.stdout.readline())["address"])
        headers = {"Authorization": f"Bearer {operator_token(settings)}"}
        with ExitStack() as clients:
            operator = httpx.Client(base_url=address, headers=headers, timeout=60)
            yield Running(address, clients.enter_context(operator), clients)
        process.terminate()
        process.wait(30)


def ask(kernel: httpx.Client, question: str) -> str:
    return str(kernel.post("/k/ask", json={"question": question}).json()["waiting"])


def fetch(kernel: httpx.Client, name: str) -> Any:
    for _ in range(10):
        said = kernel.get(f"/k/ask/{name}")
        if said.status_code == 200:
            return said.json()
    raise AssertionError("no answer came")


def open_page(browser: Browser, link: str) -> tuple[Page, list[str]]:
    page = browser.new_context(viewport={"width": 1000, "height": 900}).new_page()
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda one: seen.append(one.text) if one.type == "error" else None)
    page.goto(link)
    return page, seen


def test_questions_are_answered_by_keys_and_clicks_and_nothing_of_them_runs(
    running: Running, browser: Browser
) -> None:
    page, seen = open_page(browser, running.link())
    expect(page.locator("#count")).to_contain_text("None waits")
    assert "#" not in page.url
    one, two = running.candidate(), running.candidate()
    first = ask(one, HOSTILE)
    card = page.locator("article").first
    expect(card.locator(".asked")).to_have_text(HOSTILE)
    expect(page.locator("#news")).to_contain_text("New question from")
    second = ask(two, "What is the budget?")
    expect(page.locator("article")).to_have_count(2)
    expect(page).to_have_title("(2) Questions – Audition")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card).to_be_focused()
    page.keyboard.press("Enter")
    expect(card.locator("textarea")).to_be_focused()
    page.keyboard.type("She does: Tove.")
    page.keyboard.press("Control+Enter")
    assert fetch(one, first)["text"] == "She does: Tove."
    expect(page.locator("article")).to_have_count(1)
    expect(page.locator("article")).to_be_focused()

    expect(page.locator("article .near button").first).to_be_visible()
    page.locator("article .near button").first.dblclick()
    given = fetch(two, second)
    assert given["text"].endswith(f": {given['answers'][0]['answer']}")
    expect(page.locator("#done li")).to_have_count(2)
    expect(page.locator("#count")).to_contain_text("None waits")
    assert page.locator("main img, main script").count() == 0
    assert seen == []


def test_who_comes_second_is_told_and_loses_no_word_and_a_lost_line_comes_back(
    running: Running, browser: Browser
) -> None:
    page, _ = open_page(browser, running.link())
    other, _ = open_page(browser, running.link())
    kernel = running.candidate()
    name = ask(kernel, "Which tray?")
    page.locator("textarea").fill("I was writing this")
    other.locator("article").focus()
    other.keyboard.press("0")
    assert fetch(kernel, name)["text"].startswith("I do not know")
    note = page.locator("article .problem")
    expect(note).to_contain_text("Answered by another interviewer")
    expect(page.locator("textarea")).to_have_value("I was writing this")
    page.get_by_role("button", name="Take it away").click()
    expect(page.locator("article")).to_have_count(0)

    page.context.set_offline(True)
    late = ask(kernel, "And now?")
    expect(other.locator("article")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator("article")).to_have_count(1)
    page.locator("article textarea").fill("kept over a reload")
    page.reload()
    expect(page.locator("article textarea")).to_have_value("kept over a reload")
    page.locator("article").get_by_role("button", name="Send what I wrote").click()
    assert fetch(kernel, late)["text"] == "kept over a reload"


def test_a_used_link_says_so_and_the_page_fits_a_narrow_window(
    running: Running, browser: Browser
) -> None:
    link = running.link()
    page, _ = open_page(browser, link)
    expect(page.locator("#count")).to_contain_text("None waits")
    again, _ = open_page(browser, link)
    expect(again.locator("#problem")).to_contain_text("used already")
    ask(running.candidate(), "x" * 900)
    page.set_viewport_size({"width": 380, "height": 800})
    expect(page.locator("article .asked")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 380
