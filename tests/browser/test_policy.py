"""What a cell shows without asking anybody outside is shown under the page's policy."""

from __future__ import annotations

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
