"""What a cell shows without asking anybody outside is shown under the page's policy."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import FLAGS
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


@pytest.fixture(scope="module")
def person(
    browser: Browser, chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """A browser with a profile, as people have: in a private window none connects ahead."""
    folder: Path = tmp_path_factory.mktemp("profile")
    own = browser.browser_type.launch_persistent_context(
        folder, executable_path=chromium, args=FLAGS
    )
    yield own
    own.close()


@pytest.fixture(autouse=True)
def notebook_as_it_was(lab: Lab) -> Iterator[None]:  # noqa: F811
    """Put the notebook back after each test: what a cell showed is saved once it ran."""
    file = lab.work / "practice/practice.ipynb"
    was = file.read_bytes()
    yield
    file.write_bytes(was)


@pytest.mark.parametrize("kind", ["HTML", "Markdown"])
def test_no_output_has_the_browser_connect_outside_by_itself(
    lab: Lab,  # noqa: F811
    person: BrowserContext,
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
        page = person.new_page()
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


WITHIN_S = 2.0
"""How long an attempt may take: on loopback those that succeed need a few milliseconds."""
ATTEMPTS = {
    "preconnect": "<link rel=preconnect href={0}>",
    "prefetch": "<link rel=prefetch href={0}>",
    "preload": "<link rel=preload as=image href={0}><link rel=modulepreload href={0}>",
    "icon": "<link rel=icon href={0}><link rel=manifest href={0}>",
    "refresh": "<meta http-equiv=refresh content='0;url={0}'>",
    "base": "<base href={0}><img src=x.gif>",
    "frame": "<iframe src={0}></iframe>",
    "frame's own page": "<iframe srcdoc='<link rel=preconnect href={0}>'></iframe>",
    "frame in a frame": "<iframe srcdoc='<iframe srcdoc=&quot;<link rel=preconnect href={0}>&quot;>"
    "</iframe>'></iframe>",
    "shadow in a frame": "<iframe srcdoc='<p><template shadowrootmode=open><link rel=preconnect "
    "href={0}></template>'></iframe>",
    "read in two ways": "<noscript><p title='</noscript><link rel=preconnect href={0}>'>"
    "</noscript>",
    "changed by writing": "<math><mtext><table><mglyph><style><!--</style><img title='-->"
    "<link rel=preconnect href={0}>'></style></mglyph></table></mtext></math><link>",
    "source of a picture": "<img attributionsrc={0} src='data:image/gif;base64,R0lGODlhAQABAAAA'>",
    "picture": "<img src={0}><input type=image src={0}><video poster={0} src={0}></video>",
    "drawing": "<svg><image href={0} /><use href='{0}#a' /></svg>",
    "object": "<object data={0}></object><embed src={0}>",
    "style": "<style>@import '{0}'; @font-face {{ font-family: a; src: url({0}) }} "
    "i {{ font-family: a; background: url({0}) }}</style><i>styled</i>",
    "rules": "<script type=speculationrules>{{'prerender': [{{'urls': ['{0}']}}]}}</script>",
    "page of the folder": "<iframe src='/files/practice/reach.html'></iframe>",
    "drawing of the folder": "<iframe src='/files/practice/reach.svg'></iframe>",
}
"""What would have a browser speak to an address by itself, by what it is."""
OF_THE_FOLDER = {
    "reach.html": "<link rel=preconnect href={0}>told",
    "reach.svg": "<svg xmlns='http://www.w3.org/2000/svg'><foreignObject><link rel='preconnect' "
    "xmlns='http://www.w3.org/1999/xhtml' href='{0}'/></foreignObject></svg>",
}
AS_A_WIDGET = """html => { const node = document.createElement('div');
document.body.append(node); node.innerHTML = html }"""
SHOWN_BY = {
    "output": "from IPython.display import HTML, display\nfor one in pages: display(HTML(one))",
    "widget": "import ipywidgets\nfor one in pages: display(ipywidgets.HTML(one))",
}


@contextmanager
def _outside() -> Iterator[dict[str, tuple[socket.socket, str]]]:
    """Listen for each attempt at an address of its own, another one than the server's."""
    with ExitStack() as stack:
        found = {}
        for name in ATTEMPTS:
            door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            found[name] = (door, f"http://127.0.0.1:{door.getsockname()[1]}")
        yield found


def _reached(outside: dict[str, tuple[socket.socket, str]], page: Page) -> set[str]:
    """Return the attempts that a browser answered by connecting."""
    page.wait_for_timeout(WITHIN_S * 1000)
    ready = select.select([door for door, _ in outside.values()], [], [], 0)[0]
    return {name for name, (door, _) in outside.items() if door in ready}


@pytest.mark.parametrize("by", SHOWN_BY)
def test_nothing_that_is_shown_reaches_an_address_by_itself(
    lab: Lab,  # noqa: F811
    person: BrowserContext,
    by: str,
) -> None:
    with _outside() as outside:
        pages = [html.format(outside[name][1]) for name, html in ATTEMPTS.items()]
        for name, kind in (("reach.html", "page"), ("reach.svg", "drawing")):
            address = outside[f"{kind} of the folder"][1]
            file = lab.work / "practice" / name
            file.write_text(OF_THE_FOLDER[name].format(address), encoding="utf-8")
        page = person.new_page()
        open_notebook(page, lab.url)
        last = page.locator(".jp-Notebook .jp-Cell").last
        pages.append("<b id=last>told</b>")
        write_and_run(page, last, f"pages = {pages!r}\n{SHOWN_BY[by]}")
        expect(page.locator(".jp-OutputArea #last")).to_be_visible()
        reached = _reached(outside, page)

        assert reached == set()
        assert page.url.startswith(lab.url.split("/lab/", 1)[0])  # and it was not led away
        page.close()


def test_the_same_markup_does_reach_out_where_nobody_is_in_its_way(person: BrowserContext) -> None:
    by_itself = ("preconnect", "frame", "frame's own page", "frame in a frame", "read in two ways",
                 "shadow in a frame", "picture", "style", "refresh")  # fmt: skip
    with _outside() as outside:
        page = person.new_page()
        for name in by_itself:
            page.evaluate(AS_A_WIDGET, ATTEMPTS[name].format(outside[name][1]))
            page.wait_for_timeout(50)
        reached = _reached(outside, page)
        page.close()

        assert set(by_itself) <= reached


LINE = """{ const line = new RTCPeerConnection({iceServers: [{urls: '%s'}]});
line.createDataChannel('a'); line.createOffer().then(offer => line.setLocalDescription(offer)) }"""


def test_a_page_of_the_folder_runs_no_script_and_opens_no_line_of_its_own(
    lab: Lab,  # noqa: F811
    person: BrowserContext,
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside:
        outside.bind(("127.0.0.1", 0))
        address = f"stun:127.0.0.1:{outside.getsockname()[1]}"
        source = f"<p id=told>told</p><script>told.textContent = 'acted'; {LINE % address}</script>"
        (lab.work / "practice" / "line.html").write_text(source, encoding="utf-8")
        page = person.new_page()
        page.evaluate(LINE % address)
        outside.settimeout(10)
        assert outside.recv(2000)  # a script can do it, where one runs
        page.close()

        page = person.new_page()
        open_notebook(page, lab.url)
        page.goto(f"{lab.url.split('/lab/', 1)[0]}/files/practice/line.html", referer=lab.url)
        outside.settimeout(WITHIN_S)
        with pytest.raises(TimeoutError):
            outside.recv(2000)

        expect(page.locator("#told")).to_have_text("told")
        page.close()
