"""nbgrader's Create Assignment, by clicking: what it writes is read, and nothing else changes."""

from __future__ import annotations

import difflib
import json
import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from grader.authoring.checks import check
from grader.authoring.new import make_exercise
from grader.authoring.source import Cell, read_source
from tests.lab.running import free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
TOKEN = "author-token-author-token"


@dataclass(frozen=True)
class Desk:
    """An author's JupyterLab, of the trusted environment, over a private root.

    Attributes:
        root: the private root.
        port: where it listens.
    """

    root: Path
    port: int

    def url(self, path: str = "") -> str:
        """Return the address of a path, login token and all."""
        return f"http://127.0.0.1:{self.port}/{path}?token={TOKEN}&reset"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    one = Desk(folder / "private", free_port())
    one.root.mkdir()
    quiet = folder / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text('{"fetchNews": "false"}', encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder),
        "IPYTHONDIR": str(folder / "ipython"), "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"), "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
    }  # fmt: skip
    argv = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        f"--port={one.port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={one.root}", f"--LabApp.workspaces_dir={folder / 'workspaces'}",
        f"--LabApp.user_settings_dir={folder / 'settings'}",
    ]  # fmt: skip
    log = folder / "lab.log"
    with log.open("wb") as said:
        process = subprocess.Popen(argv, stdout=said, stderr=said, env=environment, cwd=folder)
    try:
        _wait(one, process, log)
        yield one
    finally:
        process.terminate()
        process.wait(30)


def _wait(desk: Desk, process: subprocess.Popen[bytes], log: Path) -> None:
    ends_at = time.monotonic() + 90
    while time.monotonic() < ends_at:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(desk.url("api/status"), timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(90_000)
    yield context.new_page()
    context.close()


def _open(page: Page, desk: Desk, slug: str, name: str) -> None:
    """Open a source as a notebook, and the sidebar beside it."""
    page.goto(desk.url(f"lab/tree/{slug}"))
    item = page.locator(".jp-DirListing-item", has_text=name)
    if name.endswith(".py"):
        _open_as_notebook(page, item)
    else:
        item.dblclick()
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    page.locator(".lm-TabBar-tab", has_text="Create Assignment").click()
    expect(page.locator(".nbgrader-CellWidget")).to_have_count(len(read_source(desk.root / slug)))


def _open_as_notebook(page: Page, item: Locator) -> None:
    """By the menu of the file; the list of files may be laid anew under an open menu."""
    for _ in range(5):
        item.click(button="right")
        try:
            page.locator(".lm-Menu-item", has_text="Open With").hover(timeout=5_000)
            wanted = page.locator(".lm-Menu-itemLabel").get_by_text("Notebook", exact=True)
            wanted.last.click(timeout=5_000)
            return
        except TimeoutError:
            page.keyboard.press("Escape")
    raise AssertionError("the menu did not stay")


def _row(page: Page, name: str, cells: tuple[Cell, ...]) -> Locator:
    """Return the sidebar's row of a cell."""
    place = next(n for n, cell in enumerate(cells) if cell.id == name)
    row = page.locator(".nbgrader-CellWidget").nth(place)
    row.scroll_into_view_if_needed()
    return row


def _type_into(field: Locator, text: str) -> None:
    field.click()
    field.fill(text)
    field.press("Tab")


def _change(page: Page, cells: tuple[Cell, ...]) -> None:
    """Change points, a type and an id as an author does, and save."""
    _type_into(_row(page, "suite", cells).locator(".nbgrader-CellPoints input"), "9")
    _row(page, "decision", cells).locator("select").select_option(label="Autograded answer")
    _type_into(_row(page, "check", cells).locator(".nbgrader-CellId input"), "contract")
    page.locator(".jp-Notebook .jp-Cell").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")


def _await_save(path: Path, before: bytes) -> None:
    ends_at = time.monotonic() + 60
    while path.read_bytes() == before and time.monotonic() < ends_at:
        time.sleep(0.2)
    time.sleep(0.5)
    assert path.read_bytes() != before, "it was not saved"


def _assert_read(folder: Path, before: tuple[Cell, ...]) -> None:
    """The three changes are read; every other cell is as it was."""
    after = {cell.id: cell for cell in read_source(folder)}

    assert [f for f in check(folder, fast=True) if f.severity == "error"] == []
    assert list(after) == [cell.id for cell in before]
    assert after["suite"].nbgrader.points == 9
    assert not after["decision"].nbgrader.grade and after["decision"].nbgrader.solution
    assert after["check"].nbgrader.grade_id == "contract"
    for cell in before:
        assert (after[cell.id].text, after[cell.id].mark) == (cell.text, cell.mark)
        assert after[cell.id].tags == cell.tags
        if cell.id not in ("suite", "decision", "check"):
            assert after[cell.id].nbgrader == cell.nbgrader


def test_a_source_in_text_form_is_edited_by_clicking(page: Page, desk: Desk) -> None:
    slug = f"text-form-{secrets.token_hex(3)}"
    folder = make_exercise(slug, "extract", desk.root)
    source, cells = folder / "source.py", read_source(folder)
    before = source.read_bytes()
    _open(page, desk, slug, "source.py")
    shown = {cell.id: _row(page, cell.id, cells).locator("select").input_value() for cell in cells}
    _change(page, cells)
    _await_save(source, before)
    lines = (text.decode().splitlines() for text in (before, source.read_bytes()))
    changed = [
        line for line in difflib.unified_diff(*lines, n=0, lineterm="")
        if line[0] in "+-" and not line.startswith(("+++", "---"))
    ]  # fmt: skip

    assert (shown["suite"], shown["questions"]) == ("manual", "manual")
    assert (shown["plan"], shown["check"], shown["story"]) == ("solution", "tests", "")
    _assert_read(folder, cells)
    headers = [line for line in changed if line[1:].startswith("# %% id=")]
    versions = [line for line in changed if line not in headers]  # jupytext signs what it wrote
    assert len(headers) == 6, "\n".join(changed)
    assert all(line.startswith("+#") and "_version: " in line for line in versions), versions


def test_a_source_in_notebook_form_is_edited_by_clicking(page: Page, desk: Desk) -> None:
    slug = f"notebook-form-{secrets.token_hex(3)}"
    folder = make_exercise(slug, "extract", desk.root)
    book = nbformat.v4.upgrade(jupytext.read(folder / "source.py"))
    nbformat.write(book, folder / "source.ipynb")
    (folder / "source.py").unlink()
    source, cells = folder / "source.ipynb", read_source(folder)
    before = source.read_bytes()
    _open(page, desk, slug, "source.ipynb")
    _change(page, cells)
    _await_save(source, before)
    was, now = (_bare(json.loads(text)) for text in (before, source.read_bytes()))

    _assert_read(folder, cells)
    assert now == was


def _bare(book: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the cells without what the sidebar is for."""
    for cell in book["cells"]:
        cell["metadata"].pop("nbgrader", None)
        cell["source"] = "".join(cell["source"])
    found: list[dict[str, Any]] = book["cells"]
    return found
