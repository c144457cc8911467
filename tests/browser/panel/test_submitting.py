"""Submit, in the panel and in a cell, and the receipt."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.axe import grave_findings
from tests.browser.page import cell_with, new_cell_below, sees, write_and_run
from tests.browser.panel.parts import (
    ALL_OPEN,
    change,
    note_of,
    panel_of,
    picture,
    press,
    section_of,
)
from tests.workspace import Started, submitted

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]


def _scroll_to_the_end(page: Page) -> None:
    """Open every section and stand at the last, as who looked something up."""
    page.evaluate(ALL_OPEN)
    end = "one => { one.scrollTop = one.scrollHeight; return one.scrollTop }"
    assert page.locator(".jp-Audition-middle").evaluate(end) > 200


def test_submit_asks_once_and_hands_out_receipt_and_record(page: Page, lab: Started) -> None:
    foot = page.locator(".jp-Audition-foot")
    _scroll_to_the_end(page)
    press(foot, "Submit practice")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    press(dialog, "Submit")
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
    note = note_of(page, "submitted")
    expect(note).to_contain_text("Submission 1 is with us. Your receipt stands above.")
    press(note, "Close: Submitted")
    expect(note).to_have_count(0)
    expect(panel_of(page)).to_be_focused()
    expect(foot.get_by_role("button", name="Submit again")).to_be_visible()
    picture(page, "submit")
    newest = section_of(page, "versions").locator("li").first
    expect(newest).to_contain_text(re.compile(r"^Now.*submission\s1$"))
    expect(page.locator("[data-section=versions]")).to_contain_text(re.compile("Times are [A-Z]"))
    with page.expect_download() as signed:
        press(receipt, "Download receipt")
    expect(note_of(page, "record")).to_contain_text(
        re.compile(r"The receipt is in receipt-\S+\.json, among your downloads\.")
    )
    with page.expect_download() as record:
        press(receipt, "Download my record")

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
    expect(note_of(page, "submitted")).to_contain_text("Your receipt stands above.")
    foot = page.locator(".jp-Audition-foot")
    expect(foot).to_contain_text("What you submitted counts as it is.")
    new_cell_below(page, first)  # empty, as Shift Enter adds one
    page.keyboard.press("Control+S")
    newest = section_of(page, "versions").locator("li").first
    expect(newest).to_contain_text("nothing changed", timeout=30_000)
    expect(foot).to_contain_text("What you submitted counts as it is.")
    first.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(", and later")
    page.keyboard.press("Control+S")
    expect(foot).to_contain_text(re.compile(r"Changed since submission\s2"), timeout=30_000)
    expect(note_of(page, "submitted")).to_have_count(0)  # it is old now
    receipt.scroll_into_view_if_needed()
    picture(page, "changed-since")


def test_the_times_of_a_receipt_are_whole_seconds(page: Page) -> None:
    change(page, "versions/practice", _with_one_more_of_its_second)
    page.reload()
    receipt = page.get_by_role("group", name="Receipt")
    expect(section_of(page, "versions").locator("li").nth(1)).to_contain_text(
        re.compile(r"^\d\d(:\d\d){2}\.\d")  # there they have to be told apart
    )

    expect(receipt).to_contain_text(re.compile(r"as saved \d\d(:\d\d){2}; under Versions"))
    expect(receipt).not_to_contain_text("audition verify")
    receipt.get_by_text("How it is signed").click()
    expect(receipt).to_contain_text("reviewers can prove that nothing was changed since")


def _with_one_more_of_its_second(told: Any) -> Any:
    """Each version twice, the copy within the same second."""
    versions = []
    for one in told["versions"]:
        at = one["at"][:19] + (".999999Z" if one["at"][20] != "9" else ".000000Z")
        copy = one | {"at": at, "since": at, "sha256": one["sha256"][::-1], "label": None}
        versions += [one, copy]
    return {"versions": versions}


def test_a_cell_above_submit_has_ended_in_what_is_handed_in(page: Page, lab: Started) -> None:
    """Where the kernel's answer to it reaches the page late."""
    first = cell_with(page, "DATA, SEED")
    above = new_cell_below(page, first)
    write_and_run(page, above, "print('the check above')")
    sees(page.locator(".jp-Notebook"), "the check above")
    below = new_cell_below(page, cell_with(page, "the check above"))
    below.locator(".cm-content").click()
    page.keyboard.insert_text("from harness.kernel import submit; submit()")
    with page.expect_response(
        lambda answer: answer.request.method == "PUT" and "/api/contents/" in answer.url
    ):
        page.keyboard.press("Control+s")
    is_held = list[bool]()

    def late(line: WebSocketRoute) -> None:
        server = line.connect_to_server()

        def passes(message: str | bytes) -> None:
            text = message if isinstance(message, bytes) else message.encode()
            if b'"execute_reply"' in text and not is_held:
                is_held.append(True)
                page.wait_for_timeout(1200)
            line.send(message)

        server.on_message(passes)

    page.route_web_socket(re.compile("/api/kernels/.*/channels"), late)
    with page.expect_websocket(lambda one: "/channels" in one.url):
        page.reload()
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
    before = len(lab.client.submissions())
    cell_with(page, "the check above").locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    receipt = page.get_by_role("group", name="Receipt")
    expect(receipt).to_contain_text(f"submission {before + 1},")
    notebook = json.loads(submitted(lab).opened("notebook.sealed"))
    held = [one for one in notebook["cells"] if "the check above" in "".join(one["source"])]

    assert is_held and len(lab.client.submissions()) == before + 1
    assert [type(one["execution_count"]) for one in held] == [int]
    assert "shell.execute_reply" in held[0]["metadata"]["execution"]


def test_what_a_cell_did_while_a_save_was_on_its_way_is_handed_in_too(
    page: Page, lab: Started
) -> None:
    slow = new_cell_below(page, cell_with(page, "DATA, SEED"))

    def late(asked: Route) -> None:
        if asked.request.method == "PUT":
            page.wait_for_timeout(2500)
        asked.continue_()

    write_and_run(page, slow, "import time; time.sleep(1); print('came', 'meanwhile')")
    page.route(re.compile(r"/api/contents/practice/practice\.ipynb"), late)
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.keyboard.press("Control+s")
    sees(page.locator(".jp-Notebook"), "came meanwhile")
    page.unroute_all(behavior="wait")  # the save that follows a run may be on its way too
    before = len(lab.client.submissions())
    press(page.locator(".jp-Audition-foot"), "Submit again")
    press(page.get_by_role("dialog"), "Submit")
    receipt = page.get_by_role("group", name="Receipt")
    expect(receipt).to_contain_text(f"submission {before + 1},")
    notebook = json.loads(submitted(lab).opened("notebook.sealed"))
    held = [one for one in notebook["cells"] if "meanwhile" in "".join(one["source"])]

    assert [type(one["execution_count"]) for one in held] == [int]
    assert "came meanwhile" in json.dumps(held[0]["outputs"])
