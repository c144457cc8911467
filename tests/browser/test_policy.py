"""What a cell shows without asking anybody outside is shown under the page's policy."""

from __future__ import annotations

import socket

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page import open_notebook, write_and_run
from tests.lab.conftest import lab, proctor  # noqa: F401  fixtures
from tests.lab.running import Lab

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(180)]
SHOWS = """\
import ipywidgets, base64
from IPython.display import HTML, Image, display
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.show()
dot = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
with open("dot.gif", "wb") as file: file.write(dot)
display(HTML('<img id="file" src="/files/practice/dot.gif"><i style="color: red">styled</i>'))
display(ipywidgets.IntSlider())"""


def test_plots_widgets_and_the_folders_pictures_are_shown(lab: Lab, browser: Browser) -> None:  # noqa: F811
    page, refused = browser.new_page(), list[str]()
    page.on("console", lambda said: refused.append(said.text) if "Policy" in said.text else None)
    open_notebook(page, lab.url)
    write_and_run(page, page.locator(".jp-Notebook .jp-Cell").last, SHOWS)
    expect(page.locator(".jp-OutputArea .widget-slider")).to_be_visible(timeout=60_000)
    pictures = page.locator(".jp-RenderedImage img, .jp-OutputArea img#file")
    expect(pictures).to_have_count(2)
    widths = [one.evaluate("i => i.decode().then(() => i.naturalWidth)") for one in pictures.all()]

    assert all(width > 0 for width in widths)
    assert refused == []


@pytest.mark.parametrize("kind", ["HTML", "Markdown"])
def test_no_output_has_the_browser_connect_outside_by_itself(
    lab: Lab,  # noqa: F811
    browser: Browser,
    kind: str,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as outside:
        address = f"http://127.0.0.1:{outside.getsockname()[1]}"
        shows = (
            f"from IPython.display import {kind}\n"
            f"{kind}('<link rel=preconnect href={address}><link rel=prefetch href={address}/x>"
            f'<meta http-equiv=refresh content="0;url={address}">'
            f"<a id=out href={address} ping={address}>out</a> <b>told</b>')"
        )
        page = browser.new_page()
        open_notebook(page, lab.url)
        write_and_run(page, page.locator(".jp-Notebook .jp-Cell").last, shows)
        link = page.locator(".jp-OutputArea a#out")
        expect(link).to_be_visible()
        outside.settimeout(1.5)
        with pytest.raises(TimeoutError):
            outside.accept()

        expect(page.locator(".jp-OutputArea b", has_text="told")).to_be_visible()
        link.click()
        said, _ = outside.accept()  # what a person presses does lead there, and tells nothing
        with said:
            said.settimeout(10)
            asked = said.recv(10_000).decode().lower()
            assert asked.startswith("get / ") and "referer:" not in asked
        page.close()
