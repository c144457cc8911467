"""What check() said on the plain page, and how old that is; prices; a cell above submit()."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, WebSocketRoute, expect

from tests.browser.axe import grave_findings
from tests.browser.keyboard import LISTEN, Keyboard
from tests.workspace import Started, started, submitted

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

POOL = """from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(1) as pool:
    print("a pool's submit:", pool.submit(len, "abcd").result())
"""
SAID_THEN = re.compile(r"This was said of the notebook as it was at \d\d:\d\d; check again\.")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    with started(tmp_path_factory.mktemp("check")) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def keys(browser: Browser, lab: Started) -> Iterator[Keyboard]:
    """The practice with part two, its marked cells written."""
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    context.add_init_script(LISTEN)
    keys = Keyboard(context.new_page())
    token = lab.url.split("token=")[1]
    keys.page.goto(f"{lab.url.partition('/lab/')[0]}/plain/practice?token={token}")
    keys.waits_until_heard("Ready")
    keys.write("Your plan", "Read all six, call the model on each.")
    keys.page.keyboard.press("Control+Enter")
    keys.waits_until_heard("Plan kept. Part two has been added below")
    run(keys, "Ask, code to run")
    run(keys, "marked cell sorter", "def classify(text):\n    return 'question'")
    run(keys, "marked cell confidence", "CONFIDENCE = 0.7")
    yield keys
    context.close()


def section(keys: Keyboard, name: str) -> Locator:
    return keys.page.get_by_role("region", name=re.compile(rf"^Cell \d+: {re.escape(name)}"))


def run(keys: Keyboard, name: str, source: str | None = None) -> None:
    area = section(keys, name).get_by_role("textbox").first
    if source is not None:
        area.fill(source)
    area.press("Control+Enter")
    expect(section(keys, name).get_by_role("region", name=re.compile(r"Run \d\d:"))).to_be_visible()


def check(keys: Keyboard) -> Locator:
    """Run the check; returns its section once it has spoken."""
    found = section(keys, "check, given")
    found.get_by_role("button", name="Run check").click()
    expect(found.get_by_text("We can read what your marked cells define")).to_be_visible()
    expect(found.get_by_role("region", name=re.compile("running"))).to_have_count(0)
    return found


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENS"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_result_is_old_once_a_marked_cell_was_changed_and_holds_again_with_its_text(
    keys: Keyboard,
) -> None:
    said = check(keys)
    words = said.get_by_text("We can read what your marked cells define")
    color = "one => getComputedStyle(one).color"
    fresh = words.evaluate(color)
    expect(said).not_to_contain_text("This was said of")

    area = section(keys, "marked cell confidence").get_by_role("textbox")
    area.fill("CONFIDENCE = 0.8")
    expect(said.get_by_text(SAID_THEN)).to_be_visible()
    again = said.get_by_role("button", name="Check again")
    button, sentence = again.bounding_box(), said.get_by_text(SAID_THEN).bounding_box()
    assert button is not None and sentence is not None
    assert button["x"] + button["width"] <= sentence["x"]
    assert words.evaluate(color) != fresh
    assert grave_findings(keys.page) == []
    said.scroll_into_view_if_needed()
    picture(keys.page, "plain-check-old")
    area.fill("CONFIDENCE = 0.7")
    expect(said).not_to_contain_text("This was said of")
    area.fill("CONFIDENCE = 0.8")
    again.focus()
    keys.page.keyboard.press("Enter")
    expect(said).not_to_contain_text("This was said of")
    expect(said.get_by_role("button", name="Run check")).to_be_focused()  # its own has gone
    run(keys, "marked cell confidence")  # what it gives may be another thing now
    expect(said.get_by_text(SAID_THEN)).to_be_visible()
    keys.page.keyboard.press("Control+s")
    keys.waits_until_heard("Saved")
    keys.page.reload()
    expect(section(keys, "check, given").get_by_text(SAID_THEN)).to_be_visible()


def test_a_restored_version_brings_the_result_that_was_said_of_it(keys: Keyboard) -> None:
    said = check(keys)
    area = section(keys, "marked cell confidence").get_by_role("textbox")
    keys.page.keyboard.press("Control+s")
    keys.waits_until_heard("Saved")
    area.fill("CONFIDENCE = 0.1")
    expect(said.get_by_text(SAID_THEN)).to_be_visible()
    keys.page.keyboard.press("Control+s")
    expect(keys.page.locator("#saved")).to_contain_text("Saved")
    versions = keys.page.locator("#versions")
    versions.locator("summary").click()
    versions.get_by_role("button", name="Look inside").first.click()
    dialog = keys.page.get_by_role("dialog")
    expect(dialog).to_contain_text("cells and outputs are as they were then")
    dialog.get_by_role("button", name="Restore").click()
    keys.waits_until_heard("Cells and outputs are as they were then; variables in Python stay.")
    expect(area).to_have_value("CONFIDENCE = 0.8")
    expect(said).not_to_contain_text("This was said of")
    rows = versions.locator("li")
    expect(rows.first).to_contain_text(re.compile("^Now: saved .*, restored, 1 cell changed"))

    rows.nth(1).get_by_role("button", name="Look inside").click()  # where it was old
    dialog.get_by_role("button", name="Restore").click()
    expect(area).to_have_value("CONFIDENCE = 0.1")
    expect(said.get_by_text(SAID_THEN)).to_be_visible()


def test_an_opened_list_of_versions_goes_along_with_what_is_saved_and_submitted(
    keys: Keyboard,
) -> None:
    versions = keys.page.locator("#versions")
    rows = versions.locator("li")
    area = section(keys, "marked cell confidence").get_by_role("textbox")
    area.fill("CONFIDENCE = 0.7")
    keys.page.keyboard.press("Control+s")
    keys.waits_until_heard("Saved")
    versions.evaluate("one => (one.open = true)")
    expect(rows.first).to_contain_text("just now")
    rows.first.scroll_into_view_if_needed()
    expect(rows.first).to_contain_text("seconds ago", timeout=25_000)
    check(keys)
    expect(rows.first).to_contain_text("1 cell with new output")
    expect(rows.nth(1)).to_contain_text("1 cell run")
    assert rows.count() > 10 and versions.locator("li:visible").count() == 8
    versions.get_by_role("button", name=re.compile(r"^Show all \d+ versions$")).click()
    expect(rows.last).to_be_visible()
    expect(rows.nth(8).get_by_role("button")).to_be_focused()
    section(keys, "check, given").get_by_role("textbox").focus()
    keys.page.get_by_role("button", name=re.compile("^Submit")).click()
    keys.page.get_by_role("dialog").get_by_role("button", name="Submit").click()
    expect(rows.first).to_contain_text("submission")
    counts = keys.page.locator("#on-submitting")
    expect(counts).to_contain_text("counts as it is")
    area.fill("CONFIDENCE = 0.6")
    keys.page.keyboard.press("Control+s")
    expect(counts).to_contain_text("Changed since submission")
    held = rows.filter(has_text=re.compile("submission")).first
    held.get_by_role("button", name="Look inside").click()
    keys.page.get_by_role("dialog").get_by_role("button", name="Restore").click()
    expect(counts).to_contain_text("counts as it is")
    expect(area).to_have_value("CONFIDENCE = 0.7")


def test_prices_stand_in_one_form_with_their_points_below_each_other(keys: Keyboard) -> None:
    finest = {"usd_in_per_million": "0.0225", "usd_out_per_million": "12.50000"}

    def finer(asked: Route) -> None:
        real = asked.fetch()
        first, *others = real.json()["models"]
        asked.fulfill(response=real, json={"models": [first | finest, *others]})

    keys.page.route(re.compile("/audition/api/models/practice$"), finer)
    models = keys.page.locator("#models")
    models.locator("summary").click()
    prices = models.locator("td.number")
    expect(prices.first).to_have_text("0.0225")
    shown = [one for one in prices.all_inner_texts() if one != "–"]

    assert len(shown) > 4 and {len(one.partition(".")[2]) for one in shown} == {4}
    assert "12.5000" in shown
    assert {one.evaluate("one => getComputedStyle(one).textAlign") for one in prices.all()} == {
        "right"
    }


def test_a_cell_above_submit_has_ended_in_what_is_handed_in(keys: Keyboard, lab: Started) -> None:
    """Where the kernel's answer to the check above it reaches the page late."""
    is_held = list[bool]()

    def late(line: WebSocketRoute) -> None:
        server = line.connect_to_server()

        def passes(message: str | bytes) -> None:
            text = message if isinstance(message, bytes) else message.encode()
            if b'"execute_reply"' in text and not is_held:
                is_held.append(True)
                keys.page.wait_for_timeout(1200)
            line.send(message)

        server.on_message(passes)

    keys.page.route_web_socket(re.compile("/api/kernels/.*/channels"), late)
    keys.page.reload()
    keys.waits_until_heard("Ready")
    before = len(lab.client.submissions())
    section(keys, "check, given").get_by_role("textbox").press("Control+Enter")
    handing = section(keys, "Submit, code to run").get_by_role("textbox")
    handing.press("Control+Enter")
    expect(keys.page.locator("#receipts")).to_contain_text(f"Receipt of submission {before + 1}")
    notebook = json.loads(submitted(lab).opened("notebook.sealed"))
    (cell,) = [one for one in notebook["cells"] if one["id"] == "practice-check"]

    assert is_held and len(lab.client.submissions()) == before + 1
    assert isinstance(cell["execution_count"], int)
    assert "shell.execute_reply" in cell["metadata"]["execution"]


def test_to_run_all_submits_nothing(keys: Keyboard, lab: Started) -> None:
    before = len(lab.client.submissions())
    sorter = section(keys, "marked cell sorter").get_by_role("textbox")
    sorter.fill(f"{POOL}def classify(text):\n    return 'question'")
    said = section(keys, "check, given").get_by_role("region")
    ran = said.inner_text().partition("\n")[0]
    keys.page.get_by_role("button", name="Run all code cells").click()
    expect(said.get_by_text(ran)).to_have_count(0, timeout=60_000)
    expect(said).to_contain_text(re.compile(r"Run \d\d:"), timeout=60_000)

    shown = section(keys, "marked cell sorter").get_by_role("region")
    expect(shown).to_contain_text("a pool's submit: 4")  # another submit(), which hands nothing in
    handing = section(keys, "Submit, code to run").get_by_role("region")
    expect(handing.get_by_text("running")).to_have_count(0)
    assert len(lab.client.submissions()) == before
