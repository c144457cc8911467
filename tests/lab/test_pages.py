"""The plain page's and the pre-brief page's handlers: who gets in, what comes out, what may run."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

from harness.core import promises
from harness.lab.gate import ReadMark
from harness.lab.markdown import MAX_BYTES, to_html
from harness.lab.page_handlers import PAGES, first_path
from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import BROWSER_TOKEN, Lab

pytestmark = pytest.mark.timeout(120)

CAN_RUN = re.compile(
    r"(?i)script|\son\w+\s*=|style|\bid\s*=|class|data:(?!image/(png|jpeg|gif|webp))"
    r"|<(iframe|form|input|svg|math|base|meta|object|embed|noscript)"
)
OURS = ("/plain/practice", "/audition/prebrief")
HOSTILE_SLUGS = (
    "..", "%2e%2e", "%2e%2e%2fetc", "a", "Practice", "practice%00", "practice/../x", "x" * 60,
    "%3Cscript%3E", "practice.ipynb", "practice%2f", "-practice",
)  # fmt: skip


def fetch(lab: Lab, path: str, *, token: str = BROWSER_TOKEN) -> tuple[int, dict[str, str], str]:
    """Return status, headers and text, following no redirect."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    base = lab.url.split("/lab/", 1)[0]
    headers = {"Authorization": f"token {token}"} if token else {}
    request = urllib.request.Request(base + path, headers=headers)
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as no:
        with no:
            return no.code, dict(no.headers), no.read().decode()


@pytest.mark.parametrize("path", OURS)
def test_a_page_runs_no_script_but_our_files(lab: Lab, path: str) -> None:
    status, headers, text = fetch(lab, path)
    policy = headers["Content-Security-Policy"]

    assert status == 200
    assert "default-src 'none'" in policy and "script-src 'self'" in policy
    assert "unsafe" not in policy and "require-trusted-types-for 'script'" in policy
    assert headers["Cache-Control"] == "no-store" and headers["Referrer-Policy"] == "same-origin"
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text)
    assert BROWSER_TOKEN not in text


@pytest.mark.parametrize("path", [*OURS, "/audition/page/plain.js", "/audition/page/pages.css"])
def test_without_a_login_nothing_is_shown(lab: Lab, path: str) -> None:
    status, headers, text = fetch(lab, path, token="")

    assert status in (302, 403)
    assert status == 403 or "/login" in headers["Location"]
    assert "Audition" not in text


@pytest.mark.parametrize("slug", HOSTILE_SLUGS)
def test_a_slug_that_is_none_is_a_404(lab: Lab, slug: str) -> None:
    status, _, text = fetch(lab, f"/plain/{slug}")

    assert status == 404
    assert "<script>" not in text


@pytest.mark.parametrize("name", ["plain.html", "..%2fserver.py", "nothing.js", "page.py"])
def test_only_our_own_scripts_and_styles_are_files_of_the_page(lab: Lab, name: str) -> None:
    assert fetch(lab, f"/audition/page/{name}")[0] == 404


def test_every_file_a_page_asks_for_is_there(lab: Lab) -> None:
    wanted = set()
    for page in PAGES.glob("*.html"):
        wanted |= set(re.findall(r"audition/page/([a-z-]+\.[a-z]+)", page.read_text()))
    for script in PAGES.glob("*.js"):
        wanted |= set(re.findall(r"from '\./([a-z-]+\.js)'", script.read_text()))

    assert wanted == {one.name for one in PAGES.iterdir() if one.suffix in (".js", ".css")}
    assert {fetch(lab, f"/audition/page/{name}")[0] for name in wanted} == {200}


def test_the_page_before_the_workspace_says_every_promise(lab: Lab) -> None:
    text = fetch(lab, "/audition/prebrief")[2].replace("&#x27;", "'")

    assert [one for one in promises.PROMISES if one not in text] == []


def test_the_first_visit_begins_with_it_and_the_next_does_not(tmp_path: Path) -> None:
    before = first_path(tmp_path, "practice/practice.ipynb")
    ReadMark(tmp_path).leave()
    after = first_path(tmp_path, "practice/practice.ipynb")

    assert (before, after) == ("/audition/prebrief", "/lab/tree/practice/practice.ipynb")


ENTRIES = (
    "/lab", "/lab/", "/lab/tree", "/lab/tree/practice/practice.ipynb", "/plain/practice",
    "/lab/workspaces/auto-x/tree/practice/practice.ipynb", "/lab/doc/practice/scratch.ipynb",
)  # fmt: skip


def test_every_way_into_an_exercise_asks_for_the_box_once(
    candidate_python: Path, proctor: FakeProctor, tmp_path: Path
) -> None:
    lab = Lab(candidate_python, tmp_path, proctor, has_read=False).start()
    try:
        led = {path: fetch(lab, path) for path in ENTRIES}
        open_still = {path: lab.ask("GET", path)[0] for path in ("/api/contents", "/api/sessions")}
        stranger = fetch(lab, "/lab/tree/practice/practice.ipynb", token="")
        lab.tick()
        after = {path: fetch(lab, path)[0] for path in ENTRIES}
        lab.stop()
        lab.start()  # the next day
        again = fetch(lab, "/plain/practice")[0]
    finally:
        lab.stop()

    for path, (status, headers, _) in led.items():
        wanted = quote(path.removeprefix("/"), safe="")
        assert (status, headers["Location"]) == (302, f"/audition/prebrief?to={wanted}")
    assert set(open_still.values()) == {200}
    assert "/login" in stranger[1].get("Location", "/login")
    assert "/audition/prebrief" not in stranger[1].get("Location", "")
    assert (set(after.values()) <= {200, 301}, again) == (True, 200)


@pytest.mark.parametrize(
    ("to", "leads"),
    [
        ("lab/tree/practice/scratch.ipynb", "/lab/tree/practice/scratch.ipynb"),
        ("plain/practice", "/lab/tree/practice/practice.ipynb"),
        ("plain/another", "/lab/tree/practice/practice.ipynb"),
        ("https://elsewhere.example/lab", "/lab/tree/practice/practice.ipynb"),
        ("//elsewhere.example/lab", "/lab/tree/practice/practice.ipynb"),
        ('lab/tree/practice/"><script>', "/lab/tree/practice/&quot;&gt;&lt;script&gt;"),
    ],
)
def test_the_box_leads_on_to_where_its_reader_wanted_to_go(lab: Lab, to: str, leads: str) -> None:
    text = fetch(lab, f"/audition/prebrief?to={quote(to, safe='')}")[2]

    assert f'data-lab="{leads}" data-slug="practice"' in text


def test_a_full_disk_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    mark = ReadMark(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    mark.leave()

    assert mark.is_left


def test_text_is_rendered_beneath_the_cells_own_heading() -> None:
    made = to_html("# One\n\n## Two\n\n| a | b |\n|---|---|\n| 1 | `x` |\n\nhttps://example.org")

    assert "<h3>One</h3>" in made and "<h4>Two</h4>" in made
    assert "<td>1</td>" in made and "<code>x</code>" in made
    assert '<a href="https://example.org">' in made


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
        "[a](javascript:alert(1))", "<a href='jAvAsCrIpT:alert(1)'>a</a>",
        "<a href='&#106;avascript:alert(1)'>a</a>", "<a href='data:text/html,x'>a</a>",
        "<a href=' data:text/html,<b>'>a</a>", "[a](data:text/html;base64,eA==)",
        "<iframe srcdoc='<script>x</script>'></iframe>", "<form action=/x><input></form>",
        "<style>*{display:none}</style>", "<b style='position:fixed' id=go class=live>x</b>",
        "<math><mtext></p><style><img src=x onerror=alert(1)></style>", "<base href=//x>",
        "![x](data:image/svg+xml;base64,eA==)",
        "<noscript><p title='</noscript><img src=x onerror=1>'>",
        "<meta http-equiv=refresh content='0;url=//x'>", "<object data=x></object><embed src=x>",
        "```html\n<script>alert(1)</script>\n```", "<!-- --!><img src=x onerror=1> -->",
    ],
)  # fmt: skip
def test_nothing_in_markdown_can_run_or_pose_as_the_page(source: str) -> None:
    made = to_html(source)
    tags = re.findall(r"<[^>]*>", made)

    assert not [tag for tag in tags if CAN_RUN.search(tag)]


def test_pictures_as_data_stay_with_their_words() -> None:
    made = to_html("![a dot](data:image/png;base64,eA==)")

    assert 'src="data:image/png;base64,eA=="' in made and 'alt="a dot"' in made


def test_markdown_that_is_too_much_or_no_list_is_refused(lab: Lab) -> None:
    route = "/audition/api/markdown"

    assert lab.ask("POST", route, {"sources": ["*a*"]}) == (200, {"html": ["<p><em>a</em></p>\n"]})
    assert lab.ask("POST", route, {"sources": ["a" * MAX_BYTES]})[0] == 413
    for body in ({"sources": "a"}, {"sources": [1]}, {}, [], {"sources": [], "more": 1}):
        assert lab.ask("POST", route, body)[0] == 400
    assert lab.ask("POST", route, {"sources": []}, token="")[0] == 403


def test_a_deep_nesting_is_no_way_to_end_the_server(lab: Lab) -> None:
    for source in ("> " * 5000 + "x", "[" * 20_000, "*a " * 20_000, "- " * 3000 + "x"):
        status, answer = lab.ask("POST", "/audition/api/markdown", {"sources": [source]})
        assert status == 200 and isinstance(answer["html"][0], str)
    assert json.dumps(lab.ask("GET", "/audition/api/status")[1])
