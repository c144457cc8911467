"""One stock server, one of ours as root and one as an ordinary user, for all attacks together."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from harness.core.settings import SandboxSettings
from tests.attacks.bait import Bait
from tests.attacks.sides import SERVER_SECRET, Ours, Side, Stock
from tests.browser.conftest import FLAGS
from tests.browser.page import open_notebook, write_and_run
from tests.conftest import lacking
from tests.lab.fake_proctor import FakeProctor

UID = 4242


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-attacks", action="store_true", help="write what was seen into docs/attacks.md"
    )


@pytest.fixture(scope="module")  # Playwright's loop runs until then, and no other may meanwhile
def sides(candidate_python: Path, chromium: str) -> Iterator[dict[str, Side]]:
    """The sides by name: stock, root (where the tests run as root) and user."""
    from harness.sandbox.ladder import choose, probe

    try:
        best = choose(probe(SandboxSettings()), trust_code=False).name
    except Exception as problem:
        lacking("a sandbox", str(problem))
    makers: dict[str, tuple[str, int | None]] = {"stock": ("none", None)}
    if os.geteuid() == 0:
        makers |= {"root": (best, None), "user": ("bwrap+rlimits", UID)}
    else:
        makers |= {"user": (best, None)}
    room = Path(tempfile.mkdtemp(prefix="attacks-", dir="/tmp"))
    room.chmod(0o755)
    made = {name: _side(name, room / name, candidate_python, *how) for name, how in makers.items()}
    try:
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda side: side.lab.start(), made.values()))
        for side in made.values():  # a page loaded: from here on kernels are prepared ones
            side.lab.ask("GET", "/lab")
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
            pages: dict[str, Typing] = {}

            def page_of(name: str) -> Typing:
                if name not in pages:
                    pages[name] = Typing(browser.new_page())
                return pages[name]

            for name, side in made.items():
                side.browser = partial(page_of, name)
            yield made
            browser.close()
    finally:
        for side in made.values():
            side.end()
        shutil.rmtree(room)


def _side(name: str, folder: Path, python: Path, rung: str, uid: int | None) -> Side:
    folder.mkdir()
    bait = Bait(folder / "bait", uid=uid)
    bait.folder.mkdir()
    bait.lay()
    lab_folder = folder / "lab"
    lab_folder.mkdir()
    secret = {SERVER_SECRET: bait.word}
    if name == "stock":
        stock = Stock(python, lab_folder, FakeProctor(), more=secret)
        return Side(name, stock, bait)
    limits = SandboxSettings(memory_bytes=1 << 30, folder_bytes=100 << 20).model_dump(mode="json")
    proctor = FakeProctor().start()
    ours = Ours(
        python,
        lab_folder,
        proctor,
        rung=rung,
        more={"sandbox": limits, "prepared_kernel": True},
        uid=uid,
        secret=secret,
    )
    return Side(name, ours, bait, proctor)


class Typing:
    """A page with the second notebook open, in which a person types and runs a cell."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._is_open = False
        # Where the machine is slow JupyterLab asks which kernel it is to be; the one that is shown.
        asked = page.locator("dialog.jp-Dialog")
        page.add_locator_handler(asked, lambda: asked.locator(".jp-mod-accept").last.click())

    def type_and_run(self, side: Side, path: str, code: str) -> None:
        side.notebook(path)
        if not self._is_open:
            token = side.lab.url.split("token=")[1]
            base = side.lab.url.split("/lab/")[0]
            open_notebook(self._page, f"{base}/lab/tree/{path}?token={token}")
            self._is_open = True
        shown = self._page.locator(".jp-OutputArea-output", has_text="shown whole")
        before = shown.count()
        for tries in range(3):  # a kernel that was not there yet took no cell
            write_and_run(self._page, self._page.locator(".jp-Notebook .jp-Cell").last, code)
            try:
                return shown.nth(before).wait_for(timeout=20_000)
            except PlaywrightTimeout:
                if tries == 2:
                    raise

    def wait(self, ms: float) -> None:
        self._page.wait_for_timeout(ms)
