"""The plain page by keyboard and accessibility tree alone: practice and exercise 1, whole."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from grader.demo.script import _NO_SHIP, _PLAN, _TEXTS, _suite
from harness.core.records import Event
from harness.core.submission import Opened, open_submission
from tests.browser.axe import handed_over
from tests.browser.keyboard import LISTEN, Keyboard
from tests.workspace import Started, events_of, started

pytestmark = [pytest.mark.browser, pytest.mark.sandbox, pytest.mark.timeout(600)]

SORTER = """from harness.kernel import llm


def classify(text):
    \"\"\"Give back "request", "question" or "complaint" for one message.\"\"\"
    said = llm(f"Is this a request, a question or a complaint? One word.\\n\\nMessage: {text}")
    for word in ("request", "question", "complaint"):
        if word in str(said).lower():
            return word
    return "question\""""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    folder = tmp_path_factory.mktemp("plain")
    with started(folder, "--exercise", "practice", "--exercise", "eval-design") as workspace:
        yield workspace


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1000, "height": 900})
    made.add_init_script(LISTEN)
    yield made
    made.close()


@pytest.fixture(scope="module")
def address(lab: Started) -> str:
    return lab.url.partition("/lab/")[0]


@pytest.fixture(scope="module")
def came_in(lab: Started, context: BrowserContext, address: str) -> Page:
    """The first visit, by the address that was printed."""
    page = context.new_page()
    token = lab.url.split("token=")[1]
    page.goto(f"{address}/audition/prebrief?token={token}")
    return page


@pytest.fixture(scope="module")
def practised(came_in: Page, lab: Started) -> tuple[Keyboard, Opened]:
    """The whole practice: from the page before to the receipt."""
    keys = Keyboard(came_in)
    keys.is_told("All you need works", timeout_ms=90_000)
    _picture(came_in, "prebrief")
    keys.tab_to("checkbox", re.compile("I have read"))
    if not came_in.locator("#agree").is_checked():  # who ticked it before is not asked again
        came_in.keyboard.press("Space")
    keys.press("link", "Practise on the plain page")
    expect(keys.named("heading", re.compile("your plan, to write"))).to_be_visible()
    keys.waits_until_heard("Ready")
    _run_given(
        keys, "Where the given files lie", "The work, code to run", "A live model, code to run"
    )
    _plan(keys, "Read all six, call the model on each, compare.")
    _run_given(keys, "Ask, code to run", "Look something up: tools.desk_book()")
    _write_code(keys, "marked cell sorter", SORTER)
    _run_given(keys, "Write the sorter, code to run", "Write down a hypothesis, code to run")
    _write_code(keys, "marked cell confidence", "CONFIDENCE = 0.7")
    _write_words(keys, "Two of the six can be read in more than one way.")
    _check(keys, "We can read what your marked cells define")
    _submit(keys, 1)
    return keys, _newest(lab, "practice")


@pytest.fixture(scope="module")
def sat(practised: tuple[Keyboard, Opened], lab: Started, address: str) -> tuple[Keyboard, Opened]:
    """Exercise 1, whole."""
    keys, _ = practised
    page = keys.page
    page.goto(f"{address}/plain/eval-design")
    expect(keys.named("heading", re.compile("your plan, to write"))).to_be_visible()
    keys.waits_until_heard("Ready")
    assert not keys.page.get_by_text("eval_suite").count()
    keys.press("button", "Start the clock")
    keys.waits_until_heard("The clock has started")
    _tells_the_time(keys)
    given = ("Where the given files lie", "The work: read_rows, triage", "The work, code to run")
    _run_given(keys, *given)
    _plan(keys, _PLAN.partition("\n")[2])
    keys.press("link", "Go to part two")
    page.emulate_media(color_scheme="dark")
    _picture(page, "plain-dark")
    page.emulate_media(color_scheme="light")
    _run_given(keys, "Part two: translate", "Ask Ines, code to run")
    keys.write("Your question", "Which errors hurt the most?")
    keys.press("button", "Ask")
    _is_told_whole(keys, "Which errors hurt")
    _write_code(keys, "marked cell suite", _suite("second"))
    _run_given(keys, "The suite: eval_suite()")
    _write_code(keys, "marked cell decision", _NO_SHIP)
    _write_words(keys, *(_TEXTS[name] for name in ("questions", "success", "sample", "verdict")))
    _check(keys, "We can read what your marked cells define")
    _idea(keys)
    _submit(keys, 1)
    return keys, _newest(lab, "eval-design")


def _tells_the_time(keys: Keyboard) -> None:
    """The clock is told when it is asked for."""
    timer = keys.page.get_by_role("timer")
    assert timer.inner_text() == "Clock hidden"
    keys.press("button", "Show clock")
    expect(timer).to_contain_text(re.compile(r"^\d+ minutes left of 35$"))
    keys.press("button", "Hide clock")
    expect(timer).to_have_text("Clock hidden")


def _is_told_whole(keys: Keyboard, question: str) -> None:
    """All of the answer is in the live region, once, and not shown at the foot as well."""
    page = keys.page
    expect(page.get_by_role("term").filter(has_text=question)).to_be_visible()
    answer = " ".join(page.locator("#questions dd").last.inner_text().split())
    keys.waits_until_heard(answer)
    assert answer.count(". ") > 0  # so that a first sentence is not all of it
    assert handed_over(page, "#live") == ("polite", answer)
    assert keys.heard().count(answer) == 1
    box = page.locator("#live").bounding_box()
    assert box is not None and box["width"] <= 1


def _heading(name: str) -> re.Pattern[str]:
    return re.compile(rf"^Cell \d+: {re.escape(name)}(, |$)")


def _number(keys: Keyboard, name: str) -> int:
    words = keys.named("heading", _heading(name)).first.inner_text()
    found = re.match(r"Cell (\d+)", words)
    assert found is not None
    return int(found[1])


def _into(keys: Keyboard, name: str) -> int:
    """Go into a cell's text area, from wherever the focus is."""
    number = _number(keys, name)
    keys.tab_to("textbox", f"Code of cell {number}")
    return number


def _has_run(keys: Keyboard, number: int) -> None:
    keys.waits_until_heard(f"Cell {number} has run", timeout_ms=120_000)


def _run_given(keys: Keyboard, *names: str) -> None:
    for name in names:
        number = _into(keys, name)
        keys.page.keyboard.press("Control+Enter")
        _has_run(keys, number)


def _write_code(keys: Keyboard, name: str, source: str) -> None:
    number = _into(keys, name)
    keys.write(f"Code of cell {number}", source)
    keys.page.keyboard.press("Control+Enter")
    _has_run(keys, number)


def _write_words(keys: Keyboard, *texts: str) -> None:
    """Each of one's own texts in turn; each is called by its cell, for those who listen."""
    boxes = keys.page.get_by_role(
        "textbox", name=re.compile(r"^Your words(: .+,)?( of)? cell \d+$")
    )
    expect(boxes).to_have_count(len(texts))
    expect(boxes.first.locator("xpath=preceding::label[1]")).to_contain_text("Your words")
    for box, text in zip(boxes.all(), texts, strict=True):
        keys.go_to(box)
        keys.page.keyboard.press("Control+A")
        keys.page.keyboard.insert_text(text)


def _plan(keys: Keyboard, words: str) -> None:
    assert not keys.named("heading", re.compile("^Part two:")).count()
    keys.write("Your plan", words)
    keys.page.keyboard.press("Control+Enter")
    keys.waits_until_heard("Plan kept. Part two has been added below")
    keys.page.keyboard.press("Escape")
    expect(keys.named("heading", re.compile("your plan"))).to_be_focused()


def _check(keys: Keyboard, words: str) -> None:
    keys.press("button", "Run check")
    keys.waits_until_heard(words, timeout_ms=120_000)


def _idea(keys: Keyboard) -> None:
    keys.go_to(keys.page.get_by_text("Hypotheses", exact=True))
    keys.page.keyboard.press("Enter")
    keys.write("A new hypothesis", "Polite bug reports are taken for questions.")
    keys.press("button", "Add the hypothesis")
    keys.waits_until_heard("Hypothesis kept")
    keys.tab_to("combobox", re.compile("State of: Polite bug reports"), back=True)
    keys.page.keyboard.press("ArrowDown")
    expect(keys.named("combobox", re.compile("State of: Polite"))).to_have_value("supported")


def _submit(keys: Keyboard, number: int) -> None:
    keys.press("button", re.compile("^Submit"))
    dialog = keys.page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    keys.page.keyboard.press("Tab")
    keys.page.keyboard.press("Enter")
    keys.waits_until_heard(f"Submission {number} is with us")
    expect(keys.named("heading", f"Receipt of submission {number}")).to_be_visible()


def _newest(lab: Started, slug: str) -> Opened:
    found = [one for one in lab.client.submissions() if one["exercise"] == slug]
    return open_submission(lab.client.submission(found[-1]["submission"]))


def _picture(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=name == "prebrief")


def _ran(opened: Opened) -> list[Event]:
    events = events_of(opened)
    return [one for one in events if one.kind == "execute_request" and not one.payload["silent"]]


def test_practice_is_on_record_cell_by_cell(practised: tuple[Keyboard, Opened]) -> None:
    _, opened = practised
    events = events_of(opened)
    cells = {one.cell_id for one in _ran(opened)}
    call = next(one for one in events if one.kind == "llm_call")

    assert {"practice-plan", "practice-first-call", "practice-sorter", "practice-check"} <= cells
    assert call.cell_id == "practice-first-call"
    assert [one for one in events if one.kind == "save"]


def test_exercise_one_is_handed_in_as_it_was_written(sat: tuple[Keyboard, Opened]) -> None:
    _, opened = sat
    notebook = json.loads(opened.opened("notebook.sealed"))
    sources = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    kinds = [one.kind for one in events_of(opened)]

    assert sources["eval-design-plan"] == _PLAN
    assert sources["eval-design-suite"] == _suite("second")
    assert sources["eval-design-verdict"] == _TEXTS["verdict"]
    assert {"part_delivered", "ask", "llm_call", "hypothesis"} <= set(kinds)
    assert all(one.cell_id for one in _ran(opened))


def test_the_clock_is_told_when_it_is_asked_for(sat: tuple[Keyboard, Opened]) -> None:
    _tells_the_time(sat[0])


def test_where_nothing_more_is_expected_the_receipt_says_until_when_it_can_be_changed(
    sat: tuple[Keyboard, Opened],
) -> None:
    keys, _ = sat
    receipt = keys.page.get_by_role("region", name="Receipt of submission")

    expect(keys.page.get_by_role("timer")).to_have_text("Clock hidden")
    expect(keys.named("button", "Pause")).to_be_visible()
    expect(receipt).to_contain_text(
        "Nothing more is expected of you: you may close this page. Your time runs on until"
    )
    ends = str(_clock(keys.page)["ends_at"])
    told = "at => new Date(at).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'})"
    expect(receipt).to_contain_text(
        re.compile(rf"until {keys.page.evaluate(told, ends)} \S+, should you want to")
    )
    keys.press("button", "Show clock")
    expect(receipt).to_contain_text(re.compile(r"until \d\d:\d\d \S+ \(\d+ minutes\), should"))
    keys.press("button", "Hide clock")
    expect(keys.page.locator("#on-submitting")).to_have_text(
        "What you submitted counts as it is. If you change something after it, "
        "the last save counts at the end."
    )


def _clock(page: Page) -> dict[str, object]:
    asked = """async () => (await (await fetch(document.body.dataset.base + 'audition/api/clock'))
        .json()).exercises.find(one => one.exercise === document.body.dataset.slug)"""
    found: dict[str, object] = page.evaluate(asked)
    return found


def test_a_plan_is_told_of_once_and_as_its_box_is(sat: tuple[Keyboard, Opened]) -> None:
    keys, _ = sat
    box = keys.named("textbox", "Your plan")

    expect(box).to_have_accessible_description(
        re.compile(r"Write it into the next cell and run the cell\. The\s+rest")
    )
    expect(keys.page.get_by_text("below its first line")).to_have_count(0)
    expect(keys.page.locator("section:has(> #cell-9) .about")).to_have_count(0)


def test_a_receipt_offers_the_record(sat: tuple[Keyboard, Opened]) -> None:
    keys, _ = sat
    with keys.page.expect_download() as record:
        keys.press("link", "Download my record")

    assert "README.txt" in zipfile.ZipFile(record.value.path()).namelist()


def test_what_a_text_asks_for_stands_above_it_also_when_it_is_written(
    sat: tuple[Keyboard, Opened],
) -> None:
    keys, _ = sat
    keys.page.reload()
    keys.waits_until_heard("Ready")
    box = keys.page.get_by_role("textbox", name=re.compile("^Your words: ship or not ?, cell"))
    expect(box).to_have_value(_TEXTS["verdict"])

    expect(box).to_have_accessible_description(re.compile("^Write here: ship or not, why"))


def test_the_ways_through_the_page_stay_in_reach(sat: tuple[Keyboard, Opened]) -> None:
    keys, _ = sat
    page = keys.page
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    for name in ("To questions", "To submit", "To the top"):
        expect(page.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)
    halves = page.locator("#receipts .half").all_inner_texts()
    assert [len(one) for one in halves] == [32, 32]  # breaks in the middle, if anywhere
    keys.press("link", "To the top")

    expect(page.locator("#title")).to_be_focused()
    expect(page.get_by_role("link", name="switch to the notebook")).to_be_in_viewport(ratio=1)


def test_a_pause_puts_the_exercise_away_and_brings_it_back(sat: tuple[Keyboard, Opened]) -> None:
    keys, _ = sat
    keys.press("button", "Pause")
    expect(keys.named("heading", "You have paused")).to_be_focused()
    expect(keys.page.locator("#recording")).to_have_text("Paused")
    expect(keys.named("button", "Pause")).to_have_count(0)
    expect(keys.page.locator("#pause-left")).to_contain_text(re.compile(r"^10 minutes of pause"))
    foot, height = keys.page.locator(".live").bounding_box(), keys.page.viewport_size
    assert foot and height and abs(foot["y"] + foot["height"] - height["height"]) < 2
    _picture(keys.page, "plain-paused")
    assert not keys.page.get_by_role("textbox").count()
    # They lead into what is out of sight: the focus would be lost.
    expect(keys.page.get_by_role("link", name=re.compile(r"^To (?!the top)"))).to_have_count(0)
    keys.press("button", "Resume")

    expect(keys.named("link", "To submit")).to_be_visible()
    expect(keys.named("textbox", "Your plan")).to_be_visible()
