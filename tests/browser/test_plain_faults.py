"""The plain page when things go differently: reloads, windows, errors, hostile text."""

from __future__ import annotations

import json
import os
import re
import secrets
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from harness.core import promises
from tests.browser.axe import grave_findings
from tests.browser.keyboard import LISTEN, Keyboard
from tests.browser.page import cell_with, open_notebook, write_and_run
from tests.workspace import Started, events_of, started, submitted

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

PATH = "practice/practice.ipynb"
TICKS = """import time
for number in range(8):
    print("tick", number, flush=True)
    time.sleep(0.6)"""
HOSTILE = """<script>document.title = "script"</script>
<img src="nothing.png" onerror="document.title = 'onerror'">
<iframe srcdoc="<script>top.document.title='frame'</script>"></iframe>
<a href="javascript:document.title='link'">a link</a> <b onclick="document.title='click'">bold</b>
<form action="/logout"><input name="x"></form><style>body { display: none }</style>

[another](javascript:document.title='md')

**The end of it**"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    with started(tmp_path_factory.mktemp("faults")) as workspace:
        yield workspace


@pytest.fixture
def context(browser: Browser, lab: Started) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1000, "height": 900})
    made.add_init_script(LISTEN)
    yield made
    made.close()


@pytest.fixture
def keys(context: BrowserContext, lab: Started) -> Keyboard:
    return Keyboard(opened(context, lab))


def opened(context: BrowserContext, lab: Started) -> Page:
    """Open the plain page of practice, and wait until it is ready."""
    page = context.new_page()
    token = lab.url.split("token=")[1]
    page.goto(f"{lab.url.partition('/lab/')[0]}/plain/practice?token={token}")
    Keyboard(page).waits_until_heard("Ready")
    return page


def file_of(lab: Started) -> Path:
    return next((lab.home / "work").iterdir()) / PATH


def ask(lab: Started, method: str, path: str, body: object = None) -> Any:
    """Speak to the server as another window of the candidate's would."""
    base, token = lab.url.partition("/lab/")[0], lab.url.split("token=")[1]
    request = urllib.request.Request(
        base + path, method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def save_elsewhere(lab: Started, **sources: str) -> None:
    """Save the notebook with other sources, as another browser would."""
    model = ask(lab, "GET", f"/api/contents/{PATH}?content=1&type=notebook")
    for cell in model["content"]["cells"]:
        cell["source"] = sources.get(cell["id"].replace("-", "_"), cell["source"])
    body = {"type": "notebook", "format": "json", "content": model["content"]}
    ask(lab, "PUT", f"/api/contents/{PATH}", body)


def saved_sources(lab: Started) -> dict[str, str]:
    cells = json.loads(file_of(lab).read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells}


def waits_until_saved(lab: Started, page: Page, words: str) -> None:
    """Wait until the file holds this plan; the save before it says "just now" as well."""
    for _ in range(300):
        if saved_sources(lab)["practice-plan"] == f"%%plan\n{words}":
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{words!r} did not reach the file: {saved_sources(lab)}")


def add_cell(keys: Keyboard, source: str) -> int:
    """Add a code cell below cell 2 and write into it; returns its number."""
    more = keys.page.get_by_role("region", name=re.compile("^Cell 2:")).get_by_text("More")
    keys.go_to(more)
    keys.page.keyboard.press("Enter")
    keys.tab_to("button", "Add a code cell below")
    keys.page.keyboard.press("Enter")
    expect(keys.named("textbox", "Code of cell 3")).to_be_focused()
    keys.page.keyboard.insert_text(source)
    return 3


def output(page: Page, number: int) -> Any:
    return page.get_by_role("region", name=re.compile(f"^Output of cell {number}:"))


def run(keys: Keyboard) -> None:
    keys.page.keyboard.press("Control+Enter")


def test_a_reload_in_mid_cell_loses_no_line(keys: Keyboard) -> None:
    number = add_cell(keys, TICKS)
    keys.page.keyboard.press("Control+s")
    keys.waits_until_heard("Saved")
    run(keys)
    expect(output(keys.page, number)).to_contain_text("tick 1")
    keys.page.reload()

    expect(output(keys.page, number)).to_contain_text("tick 7")
    keys.waits_until_heard(f"Cell {number} has run. Output: 8 lines")
    text = output(keys.page, number).inner_text()
    assert re.findall(r"tick (\d)", text) == list("01234567")


def test_text_that_was_not_saved_is_offered_after_a_reload(keys: Keyboard, lab: Started) -> None:
    def cut(route: Route) -> None:
        route.abort() if route.request.method == "PUT" else route.continue_()

    page = keys.page
    page.route("**/api/contents/**", cut)
    keys.write("Your plan", "Words that never reached the server.")
    page.reload()
    keys.waits_until_heard("has text that was not saved")

    assert keys.named("textbox", "Your plan").input_value() == ""
    page.unroute("**/api/contents/**")
    keys.press("button", "Put it back")
    expect(keys.named("textbox", "Your plan")).to_have_value("Words that never reached the server.")
    page.keyboard.press("Control+s")
    keys.waits_until_heard("Saved")
    assert saved_sources(lab)["practice-plan"] == "%%plan\nWords that never reached the server."


def test_a_save_that_does_not_get_through_is_said_and_tried_again(
    keys: Keyboard, lab: Started
) -> None:
    page = keys.page
    page.route("**/api/contents/**", lambda route: route.abort())
    keys.write("Your plan", "Kept until the line is back.")
    page.keyboard.press("Control+s")
    keys.waits_until_heard("Not saved yet; trying again every 5 seconds.")
    assert keys.named("button", "Download a copy").is_visible()
    page.unroute("**/api/contents/**")

    note = page.get_by_role("paragraph").filter(has_text="Not saved yet; trying again")
    expect(note).to_be_hidden()
    assert saved_sources(lab)["practice-plan"] == "%%plan\nKept until the line is back."


def test_two_windows_do_not_write_over_one_another(
    context: BrowserContext, keys: Keyboard, lab: Started
) -> None:
    first = keys
    first.write("Your plan", "Written in the first window.")
    second = Keyboard(opened(context, lab))
    second.waits_until_heard("This exercise is open in another window.")
    assert not second.named("textbox", "Your plan").is_editable()
    second.page.locator("#notes").get_by_role("button", name="Go on here").press("Enter")
    first.waits_until_heard(
        "You went on in another window, which may lie behind this one; this one waits."
    )
    second.waits_until_heard("You can write here now")

    assert not first.named("textbox", "Your plan").is_editable()
    expect(second.named("textbox", "Your plan")).to_have_value("Written in the first window.")
    second.write("Your plan", "And on in the second.")
    second.page.keyboard.press("Control+s")
    second.waits_until_heard("Saved")
    assert saved_sources(lab)["practice-plan"] == "%%plan\nAnd on in the second."


def test_what_another_browser_saved_is_joined_cell_by_cell(keys: Keyboard, lab: Started) -> None:
    keys.write("Your plan", "Mine, not saved yet.")
    save_elsewhere(lab, practice_messages="print('theirs')")
    keys.page.keyboard.press("Control+s")
    keys.waits_until_heard("Saved")

    assert saved_sources(lab)["practice-plan"] == "%%plan\nMine, not saved yet."
    assert saved_sources(lab)["practice-messages"] == "print('theirs')"
    head = keys.named("heading", re.compile("The work.*, code to run")).inner_text()
    number = head.partition(":")[0].removeprefix("Cell ")
    expect(keys.named("textbox", f"Code of cell {number}")).to_have_value("print('theirs')")


def test_one_cell_changed_in_both_keeps_both_texts_until_one_is_chosen(
    keys: Keyboard, lab: Started
) -> None:
    keys.write("Your plan", "Mine.")
    save_elsewhere(lab, practice_plan="%%plan\nTheirs.")
    keys.page.keyboard.press("Control+s")
    keys.waits_until_heard("was changed in another window as well. Both texts are kept")

    assert keys.named("textbox", "Your plan").input_value() == "Mine."
    assert saved_sources(lab)["practice-plan"] == "%%plan\nTheirs."
    keys.tab_to("button", "Keep the text here")
    keys.page.keyboard.press("Enter")
    expect(keys.named("textbox", "Your plan")).to_be_focused()
    note = keys.page.get_by_role("paragraph").filter(has_text="Both texts are kept; choose one")
    expect(note).to_be_hidden()
    keys.page.keyboard.press("Control+s")
    expect(keys.page.locator("#saved")).to_have_text(re.compile("^Saved"))
    assert saved_sources(lab)["practice-plan"] == "%%plan\nMine."


def test_an_error_is_one_plain_line_with_the_way_to_its_place(keys: Keyboard) -> None:
    page = keys.page
    number = add_cell(keys, "first = 1\n\nprint(second)")
    run(keys)
    keys.waits_until_heard(f"Cell {number} stopped: NameError on line 3")

    page.keyboard.press("F8")
    expect(output(page, number)).to_be_focused()
    assert output(page, number).inner_text().startswith(f"Output of cell {number}: error on line 3")
    expect(page.get_by_text("NameError: name 'second' is not defined").first).to_be_visible()
    _picture(page, "plain-light")
    keys.press("button", re.compile("Full traceback, [0-9]+ lines"))
    expect(output(page, number)).to_contain_text("Traceback (most recent call last)")
    assert "\x1b" not in output(page, number).inner_text()
    keys.tab_to("link", "Go to line 3", back=True)
    page.keyboard.press("Enter")
    area = keys.named("textbox", f"Code of cell {number}")
    expect(area).to_be_focused()
    assert area.evaluate("one => one.value.slice(one.selectionStart, one.selectionEnd)") == (
        "print(second)"
    )


def test_input_is_asked_for_and_answered(keys: Keyboard) -> None:
    number = add_cell(keys, "name = input('Which tray? ')\nprint('tray:', name)")
    run(keys)
    keys.waits_until_heard(f"Cell {number} asks for input: Which tray?")
    keys.tab_to("textbox", "Which tray?")
    keys.page.keyboard.type("blue")
    keys.page.keyboard.press("Enter")

    keys.waits_until_heard(f"Cell {number} has run")
    expect(output(keys.page, number)).to_contain_text("tray: blue")


def test_a_cell_is_stopped_and_variables_are_kept(keys: Keyboard) -> None:
    number = add_cell(keys, "kept = 7\nimport time\ntime.sleep(60)")
    run(keys)
    keys.press("button", f"Stop cell {number}")
    keys.waits_until_heard(f"Cell {number} was stopped. Variables are kept")
    keys.write(f"Code of cell {number}", "print(kept + 1)")
    run(keys)

    expect(output(keys.page, number)).to_contain_text("8")


def test_typing_sends_nothing(keys: Keyboard) -> None:
    sent: list[str] = []
    keys.tab_to("textbox", "Your plan")
    keys.page.wait_for_load_state("networkidle")  # what the page asks for as it opens
    keys.page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    keys.page.keyboard.type("forty keys, one after the other, as typed", delay=20)

    allowed = re.compile(r"^GET \S+/audition/api/(status|clock)$|^\S+ \S+/api/contents/\S+$")
    assert [one for one in sent if not allowed.match(one)] == []
    assert len([one for one in sent if "/contents/" in one]) <= 3  # one save by itself at most


def test_a_restart_asks_once_and_forgets(keys: Keyboard) -> None:
    number = add_cell(keys, "print('there' if 'there' in globals() else 'gone'); there = 1")
    run(keys)
    keys.waits_until_heard(f"Cell {number} has run")
    keys.press("button", "Restart the kernel")
    expect(keys.page.get_by_role("dialog").get_by_role("button", name="Cancel")).to_be_focused()
    keys.page.keyboard.press("Escape")
    expect(keys.named("button", "Restart the kernel")).to_be_focused()
    keys.page.keyboard.press("Enter")
    keys.page.keyboard.press("Tab")
    keys.page.keyboard.press("Enter")
    keys.waits_until_heard("The kernel has been restarted")
    keys.tab_to("textbox", f"Code of cell {number}")
    run(keys)

    expect(output(keys.page, number)).to_contain_text("gone")


def test_a_name_that_a_new_kernel_does_not_know_is_told_with_the_cell_that_brings_it(
    keys: Keyboard,
) -> None:
    keys.press("button", "Restart the kernel")
    keys.page.keyboard.press("Tab")
    keys.page.keyboard.press("Enter")
    keys.waits_until_heard("The kernel has been restarted")
    number = add_cell(keys, "print('the seed is', SEED)")
    run(keys)
    words = "SEED comes from cell 2: run that cell, then this one again."
    keys.waits_until_heard(f"Cell {number} stopped: NameError on line 1. {words}")
    expect(keys.page.locator("main").get_by_text(words)).to_be_visible()
    keys.tab_to("textbox", "Code of cell 2", back=True)
    run(keys)
    keys.tab_to("textbox", f"Code of cell {number}")
    run(keys)
    expect(output(keys.page, number)).to_contain_text("the seed is 7")
    expect(keys.page.locator("main").get_by_text(words)).to_have_count(0)


def test_keys_indent_move_on_and_can_be_switched_off(keys: Keyboard) -> None:
    page = keys.page
    number = add_cell(keys, "x = 1")
    area = keys.named("textbox", f"Code of cell {number}")
    page.keyboard.press("Control+]")
    expect(area).to_have_value("    x = 1")
    page.keyboard.press("Control+[")
    expect(area).to_have_value("x = 1")
    page.keyboard.press("Shift+Enter")
    expect(keys.named("heading", re.compile(f"^Cell {number + 1}:"))).to_be_focused()
    keys.tab_to("checkbox", "Shortcuts are on")
    page.keyboard.press("Space")
    keys.tab_to("textbox", f"Code of cell {number}")
    page.keyboard.press("Control+]")
    page.keyboard.press("Escape")

    expect(area).to_be_focused()
    expect(area).to_have_value("x = 1")


def test_keys_work_wherever_one_is_in_a_cell(keys: Keyboard) -> None:
    page = keys.page
    first, second, third = (
        keys.named("heading", re.compile(f"^Cell {number}:")) for number in (1, 2, 3)
    )
    first.focus()
    page.keyboard.press("Control+Enter")
    keys.waits_until_heard("Cell 1 is text to read: nothing to run")
    page.keyboard.press("Shift+Enter")
    expect(second).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(third).to_be_focused()
    keys.waits_until_heard("Cell 2 has run")
    run_of_two = page.get_by_role("button", name="Run cell 2", exact=True)
    run_of_two.focus()
    page.keyboard.press("F8")
    expect(output(page, 2)).to_be_focused()
    page.keyboard.press("F8")
    expect(keys.named("textbox", "Code of cell 2")).to_be_focused()
    more = page.get_by_role("region", name=re.compile("^Cell 2:")).get_by_text("More")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Add a code cell below").first).to_be_visible()


def test_a_line_of_code_begins_where_the_one_before_it_did(keys: Keyboard) -> None:
    page = keys.page
    number = add_cell(keys, "for one in [1]:")
    area = keys.named("textbox", f"Code of cell {number}")
    for line in ("if one:", 'words = """Answer with one of:', 'bug."""'):
        page.keyboard.press("Enter")
        page.keyboard.insert_text(line)
    begun = 'for one in [1]:\n    if one:\n        words = """Answer with one of:\n'
    indented = f'{begun}        bug."""'
    expect(area).to_have_value(indented)
    page.keyboard.press("Control+[")
    expect(area).to_have_value(f'{begun}    bug."""')
    page.keyboard.press("Control+z")
    expect(area).to_have_value(indented)
    plan = keys.named("textbox", "Your plan")
    plan.fill("    If so:")
    plan.press("End")
    plan.press("Enter")
    expect(plan).to_have_value("    If so:\n")


def test_what_was_run_is_saved_a_second_later_without_the_autosave(
    context: BrowserContext, lab: Started
) -> None:
    context.add_init_script(
        "const every = setInterval; setInterval = (act, ms) => (ms === 10000 ? 0 : every(act, ms));"
    )
    keys, mark = Keyboard(opened(context, lab)), secrets.token_hex(3)
    add_cell(keys, f"print('{mark}', 6 * 7)")
    run(keys)
    while f"{mark} 42" not in file_of(lab).read_text(encoding="utf-8"):
        keys.page.wait_for_timeout(100)


def test_a_cell_that_is_reset_is_called_as_before(keys: Keyboard) -> None:
    called = keys.named("heading", re.compile("^Cell 2: Where the given files lie, code to run$"))
    expect(called).to_be_visible()
    keys.write("Code of cell 2", "DATA = 'elsewhere'")
    add_cell(keys, "1")  # all are numbered and named anew
    expect(called).to_have_count(0)
    keys.press("button", "Reset cell 2 to as given")
    expect(called).to_be_visible()
    note = keys.page.get_by_text("This cell is as given again.")
    expect(note).to_be_visible()
    run(keys)
    expect(note).to_have_count(0)


def test_a_changed_given_cell_can_be_reset_and_taken_back(keys: Keyboard) -> None:
    area = keys.named("textbox", "Code of cell 2")
    given = area.input_value()
    keys.write("Code of cell 2", "DATA = 'elsewhere'")
    keys.press("button", "Reset cell 2 to as given")
    expect(area).to_have_value(given)
    keys.press("button", "Bring back what stood here")
    keys.waits_until_heard("What stood in cell 2 is back")

    expect(area).to_have_value("DATA = 'elsewhere'")


def test_a_changed_cell_says_so_though_it_ran_before_the_given_ones_were_known(
    context: BrowserContext, lab: Started
) -> None:
    held: list[Route] = []
    context.route("**/audition/api/given/practice", lambda route: held.append(route))
    keys = Keyboard(opened(context, lab))
    keys.write("Code of cell 2", "print('early')")
    keys.press("button", "Run cell 2")
    expect(keys.page.get_by_text("Cell 2 has run").first).to_be_attached()
    while not held:
        keys.page.wait_for_timeout(100)
    held.pop().continue_()
    context.unroute_all()

    note = keys.page.get_by_text("This cell is given and was changed.").first
    expect(note).to_be_visible()
    keys.page.keyboard.press("Control+s")
    expect(keys.page.locator("#saved")).to_contain_text("just now")
    keys.page.reload()
    expect(note).to_be_visible()  # as beside the notebook's cell
    keys.press("button", "Reset cell 2 to as given")
    keys.page.keyboard.press("Control+s")
    while "print('early')" in saved_sources(lab).values():
        keys.page.wait_for_timeout(100)


def test_an_offer_of_unsaved_text_is_not_written_over_by_late_given_sources(
    context: BrowserContext, lab: Started
) -> None:
    keys = Keyboard(opened(context, lab))
    keys.write("Code of cell 2", "print('kept')")
    keys.press("button", "Run cell 2")
    keys.waits_until_heard("Cell 2 has run")
    keys.page.keyboard.press("Control+s")
    expect(keys.page.locator("#saved")).to_contain_text("just now")
    context.route("**/api/contents/**", lambda route: (
        route.abort() if route.request.method == "PUT" else route.continue_()
    ))  # fmt: skip
    keys.write("Code of cell 2", "print('never saved')")
    held: list[Route] = []
    context.route("**/audition/api/given/practice", lambda route: held.append(route))
    keys.page.reload()
    keys.waits_until_heard("has text that was not saved")
    while not held:
        keys.page.wait_for_timeout(100)
    held.pop().continue_()
    context.unroute_all()
    expect(keys.named("button", "Reset cell 2 to as given")).to_be_visible()  # sources are known

    keys.press("button", "Put it back")
    expect(keys.named("textbox", "Code of cell 2")).to_have_value("print('never saved')")
    keys.press("button", "Reset cell 2 to as given")
    stays = "What stands below it came from the text before: run it again."
    keys.waits_until_heard(f"Cell 2 is as given again. {stays}")
    keys.page.keyboard.press("Control+s")
    while {"print('kept')", "print('never saved')"} & set(saved_sources(lab).values()):
        keys.page.wait_for_timeout(100)


def test_a_given_cell_that_ran_as_something_else_says_so(keys: Keyboard) -> None:
    note = keys.page.get_by_text("This cell is given and was changed.")
    given = keys.named("textbox", "Code of cell 2").input_value()
    keys.write("Code of cell 2", "print('tried')")
    keys.press("button", "Run cell 2")
    expect(note.first).to_be_visible()
    keys.press("button", "Reset cell 2 to as given")
    expect(keys.named("textbox", "Code of cell 2")).to_have_value(given)
    keys.press("button", "Run cell 2")
    expect(keys.page.get_by_text("Cell 2 has run").first).to_be_attached()

    expect(
        keys.page.locator("section p, section div").filter(has_text="was changed.")
    ).to_have_count(0)


def test_a_version_is_restored_and_the_present_one_kept(keys: Keyboard, lab: Started) -> None:
    page, mark = keys.page, secrets.token_hex(3)
    first, second = f"The first words, {mark}.", f"Something else, {mark}."
    for words in (first, second):
        keys.write("Your plan", words)
        page.keyboard.press("Control+s")
        waits_until_saved(lab, page, words)
        expect(page.get_by_text("Saved just now")).to_be_visible()
    keys.go_to(page.get_by_text("Versions", exact=True))
    page.keyboard.press("Enter")
    keys.go_to(page.get_by_role("button", name=re.compile("^Look inside the version")).first)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    inside = dialog.get_by_role("region", name="What differs")
    expect(inside.get_by_role("heading", name=re.compile("code: changed"))).to_be_visible()
    expect(inside.locator(".now")).to_contain_text([f"Now: {second}"])
    expect(inside.locator(".then")).to_contain_text([f"Then: {first}"])
    assert grave_findings(page) == []
    if folder := os.environ.get("SCREENS"):
        page.screenshot(path=f"{folder}/plain-look-inside.png")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    keys.waits_until_heard("The one you had is kept as “before restore”.")

    expect(keys.named("textbox", "Your plan")).to_have_value(first)
    assert saved_sources(lab)["practice-plan"] == f"%%plan\n{first}"
    expect(page.get_by_text("before restore").first).to_be_visible()
    expect(page.locator("#versions :focus, .versions :focus")).to_contain_text("Look inside")


def test_submit_in_a_cell_hands_in_what_stands_on_the_page(keys: Keyboard, lab: Started) -> None:
    number = add_cell(keys, "from harness.kernel import submit\nsubmit()")
    keys.write("Your plan", "On the page, and not saved.")
    keys.tab_to("textbox", f"Code of cell {number}")
    run(keys)
    expect(output(keys.page, number)).to_contain_text("It holds your notebook as saved at")

    notebook = submitted(lab).opened("notebook.sealed").decode()
    assert "On the page, and not saved." in notebook
    keys.waits_until_heard("Its receipt stands under “Submit”.")
    keys.press("link", "Go to the receipt")
    expect(keys.page.locator("#receipt")).to_be_focused()


def test_a_second_run_looks_unlike_the_first(keys: Keyboard) -> None:
    number = add_cell(keys, "x = 1")
    run(keys)
    head = keys.page.get_by_role("heading", name=re.compile(f"^Output of cell {number}: none. Run"))
    expect(head).to_have_text(re.compile(r"none\. Run \d\d:\d\d:\d\d, \d+\.\d s$"))
    first = head.inner_text()
    keys.page.wait_for_timeout(1100)
    run(keys)

    expect(head).not_to_have_text(first)


def test_hostile_text_in_the_notebook_runs_nothing(context: BrowserContext, lab: Started) -> None:
    model = ask(lab, "GET", f"/api/contents/{PATH}?content=1&type=notebook")
    cells = model["content"]["cells"]
    given = {"audition": {"kind": "given", "part": 1}}
    cells.append({"cell_type": "markdown", "id": "evil", "metadata": given, "source": HOSTILE})
    markup = "<img src=x onerror=\"document.title='output'\"><b>bold</b>"
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": markup}},
        {"output_type": "stream", "name": "stdout", "text": "\x1b[31mred\x1b[0m \x1b]0;t\x07end"},
    ]
    cells.append({"cell_type": "code", "id": "evil-code", "metadata": {}, "source": "1",
                  "execution_count": 1, "outputs": outputs})  # fmt: skip
    ask(lab, "PUT", f"/api/contents/{PATH}",
        {"type": "notebook", "format": "json", "content": model["content"]})  # fmt: skip
    page = opened(context, lab)

    expect(page.get_by_text("The end of it")).to_be_visible()
    expect(page.get_by_text("red end")).to_be_visible()
    expect(page.get_by_text("of the kind text/html, which has no text form")).to_be_visible()
    assert page.title().startswith("Practice")
    links = page.get_by_role("link").evaluate_all("all => all.map(one => one.href)")
    assert page.locator("main iframe, main form, main style, main script").count() == 0
    assert not [one for one in links if one.startswith("javascript")]


def test_at_320_pixels_nothing_has_to_be_scrolled_sideways(
    context: BrowserContext, lab: Started
) -> None:
    page = opened(context, lab)
    token = lab.url.split("token=")[1]
    for address in (page.url, f"{lab.url.partition('/lab/')[0]}/audition/prebrief?token={token}"):
        page.set_viewport_size({"width": 320, "height": 700})
        page.goto(address)
        page.get_by_role("heading").first.wait_for()
        page.wait_for_timeout(1500)

        assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    context: BrowserContext, lab: Started, scheme: Literal["light", "dark"]
) -> None:
    page = opened(context, lab)
    keys = Keyboard(page)
    page.emulate_media(color_scheme=scheme)
    number = add_cell(keys, "print('a line')\nnothing")
    run(keys)
    keys.waits_until_heard(f"Cell {number} stopped: NameError on line 2")
    for name, shown in (
        ("Models and prices", "sim-medium"), ("Hypotheses", "A new hypothesis"),
        ("Versions", re.compile("^Now: ")), ("What is recorded", promises.NEVER_SEEN[0]),
        ("Packages", "pandas"),
    ):  # fmt: skip
        keys.go_to(page.get_by_text(name, exact=True).first)
        page.keyboard.press("Enter")
        expect(page.get_by_text(shown).first).to_be_visible()
    found = grave_findings(page, "body")
    page.goto(page.url.replace("/plain/practice", "/audition/prebrief"))
    keys.is_told("Checked just now")

    assert found == []
    assert grave_findings(page, "body") == []


def test_the_record_does_not_tell_which_page_was_used(
    browser: Browser, context: BrowserContext, lab: Started
) -> None:
    """Run one cell here and one in JupyterLab; what is kept of both has the same form."""
    keys = Keyboard(opened(context, lab))
    keys.tab_to("textbox", "Code of cell 2")
    run(keys)
    keys.waits_until_heard("Cell 2 has run")
    keys.page.keyboard.press("Control+s")
    keys.waits_until_heard("Saved")
    here = _metadata(lab, "practice-parameters")
    keys.page.close()
    page = browser.new_page()
    open_notebook(page, lab.url)
    write_and_run(page, cell_with(page, "Where the given files lie"), "", at_end=True)
    page.wait_for_timeout(1500)
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)
    page.close()
    ask(lab, "POST", "/audition/api/submit", {"exercise": "practice"})
    ran = [one for one in events_of(submitted(lab))
           if one.kind == "execute_request" and one.cell_id == "practice-parameters"]  # fmt: skip

    assert len(ran) >= 2
    plain, notebook = ran[-2], ran[-1]
    assert plain.payload.keys() == notebook.payload.keys()
    flags = ("silent", "store_history", "allow_stdin", "stop_on_error")
    assert [plain.payload.get(one) for one in flags] == [notebook.payload.get(one) for one in flags]
    assert here == _metadata(lab, "practice-parameters")


def _metadata(lab: Started, ident: str) -> set[str]:
    """Names of what a saved cell says besides its source."""
    cells = json.loads(file_of(lab).read_text(encoding="utf-8"))["cells"]
    cell = next(cell for cell in cells if cell["id"] == ident)
    times = cell["metadata"].get("execution", {})
    return set(cell) | {f"metadata.{one}" for one in cell["metadata"]} | set(times)


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")


def test_the_way_to_the_notebook_saves_first_and_stays_where_that_fails(
    keys: Keyboard, lab: Started
) -> None:
    def cut(route: Route) -> None:
        route.abort() if route.request.method == "PUT" else route.continue_()

    page = keys.page
    page.route("**/api/contents/**", cut)
    keys.write("Your plan", "Words on their way to the notebook.")
    keys.press("link", "switch to the notebook")
    keys.waits_until_heard("Not saved yet, so you are still on the plain page")
    expect(page.get_by_text("Not saved yet; trying again every 5 seconds")).to_be_visible()
    assert "/plain/practice" in page.url
    page.unroute("**/api/contents/**")
    keys.press("link", "switch to the notebook")
    expect(cell_with(page, "Words on their way to the notebook.")).to_be_visible()
    assert "/lab/tree/practice" in page.url  # no window had it: here


def test_where_another_window_has_the_notebook_the_plain_page_says_so(
    keys: Keyboard, context: BrowserContext, lab: Started
) -> None:
    other = context.new_page()
    other.goto(f"{lab.url}&reset")
    expect(other.locator(".jp-Audition-cover")).to_be_visible()
    keys.write("Your plan", "Words for a window that is there.")
    keys.press("link", "switch to the notebook")
    expect(keys.page.get_by_text("look for it among your tabs")).to_have_count(2)  # heard too
    expect(keys.named("button", "Open it in this window instead")).to_be_focused()
    expect(keys.page.locator("#notes .note")).to_have_count(1)
    expect(keys.page.locator("#live")).to_have_class("vh")  # read in the note, heard alone here
    expect(cell_with(other, "Words for a window that is there.")).to_be_visible()
    expect(other.locator(".jp-Audition-cover")).to_have_count(0)
