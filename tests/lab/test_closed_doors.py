"""What the server does not do, whoever asks, and that it says so."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from harness.bench.jupyter_wire import Notebook
from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import Lab

CLOSED = [
    ("POST", "/api/terminals"),
    ("GET", "/api/terminals"),
    ("GET", "/terminals/websocket/1"),
    ("GET", "/nbconvert/html/practice/practice.ipynb"),
    ("POST", "/api/kernels"),
    ("POST", "/api/shutdown"),
    ("POST", "/api/events"),
    ("PUT", "/api/config/jupyter_server_config"),
    ("GET", "/api/spec.yaml"),
    ("GET", "/metrics"),
    ("GET", "/view/practice/practice.ipynb"),
    ("GET", "/lsp/status"),
    ("GET", "/lab/api/extensions"),
    ("GET", "/lab/api/plugins"),
    ("GET", "/lab/api/news"),
    ("GET", "/lab/api/update"),
    ("GET", "/lab/api/licenses"),
    ("POST", "/lab/api/build"),
    ("GET", "/api/kernelspecs/bash"),
    ("DELETE", "/api/me"),
]

UPWARD = [
    "../lab.json",
    "practice/../../lab.json",
    "%2e%2e/lab.json",
    "practice/%2e%2e/%2e%2e/lab.json",
    "..%2flab.json",
]


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_a_closed_route_is_not_there(lab: Lab, method: str, path: str) -> None:
    status, answer = lab.ask(method, path, {} if method in ("POST", "PUT") else None)

    assert status == 404
    assert "closed" in str(answer)


@pytest.mark.parametrize("path", ["/lab", "/api/contents", "/files/practice/practice.ipynb"])
def test_nothing_is_served_without_the_browsers_token(lab: Lab, path: str) -> None:
    status, answer = lab.ask("GET", path, token="")

    assert status == 403 or "Password or token" in str(answer)


def test_jupyterlab_itself_is_served_with_its_settings(lab: Lab) -> None:
    status, page = lab.ask("GET", "/lab/tree/practice/practice.ipynb")
    _, settings = lab.ask("GET", "/lab/api/settings/@jupyterlab/docmanager-extension:plugin")
    _, tracker = lab.ask("GET", "/lab/api/settings/@jupyterlab/notebook-extension:tracker")
    _, news = lab.ask("GET", "/lab/api/settings/@jupyterlab/apputils-extension:notification")

    assert status == 200 and "jupyter-config-data" in page
    assert "@jupyterlab/terminal-extension" in page
    assert settings["schema"]["properties"]["autosaveInterval"]["default"] == 10
    assert tracker["schema"]["properties"]["autoStartDefaultKernel"]["default"] is True
    assert news["schema"]["properties"]["fetchNews"]["default"] == "false"


def test_there_is_nothing_to_convert_a_notebook_to(lab: Lab) -> None:
    assert lab.ask("GET", "/api/nbconvert") == (200, {})


def test_there_is_one_kernelspec_and_it_has_no_debugger(lab: Lab) -> None:
    _, specs = lab.ask("GET", "/api/kernelspecs")

    assert list(specs["kernelspecs"]) == ["python3"]
    assert specs["kernelspecs"]["python3"]["spec"]["metadata"]["debugger"] is False


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"type": "console", "path": "practice/practice.ipynb"}, 403, "only notebooks"),
        ({"type": "notebook", "path": "practice/data.csv"}, 403, "only notebooks"),
        ({"type": "notebook", "path": "nowhere/none.ipynb"}, 404, "no folder"),
        ({"type": "notebook", "path": "practice/.hidden.ipynb"}, 403, "begin with a dot"),
        ({"type": "notebook", "path": "../practice.ipynb"}, 403, "begin with a dot"),
        (
            {"type": "notebook", "path": "practice/practice.ipynb", "kernel": {"name": "bash"}},
            403,
            "one kernel",
        ),
        (
            {"type": "notebook", "path": "practice/practice.ipynb", "kernel": {"id": "../../x"}},
            403,
            "a kernel of its own",
        ),
    ],
)
def test_a_session_that_is_no_notebooks_is_refused(
    lab: Lab, body: dict[str, object], status: int, words: str
) -> None:
    found, answer = lab.ask("POST", "/api/sessions", {"name": "", **body})

    assert found in (status, 500)
    assert words in str(answer)


def test_only_a_few_notebooks_have_a_kernel_at_once(lab: Lab) -> None:
    ids, answers = [], []
    for number in range(5):
        name = f"practice/more-{number}.ipynb"
        (lab.work / name).write_bytes((lab.work / "practice" / "practice.ipynb").read_bytes())
        body = {"type": "notebook", "path": name, "name": "", "kernel": {"name": "python3"}}
        status, answer = lab.ask("POST", "/api/sessions", body)
        answers.append((status, answer))
        ids += [answer["id"]] if status == 201 else []
    for session in ids:
        lab.ask("DELETE", f"/api/sessions/{session}")

    assert [status for status, _ in answers[:4]] == [201] * 4
    assert "have a kernel already" in str(answers[4][1])


@pytest.mark.parametrize("path", UPWARD)
def test_paths_that_lead_upward_are_refused_on_every_verb(lab: Lab, path: str) -> None:
    text = {"type": "file", "format": "text", "content": "x"}
    answers = [
        lab.ask("GET", f"/api/contents/{path}"),
        lab.ask("GET", f"/files/{path}"),
        lab.ask("PUT", f"/api/contents/{path}", text),
        lab.ask("DELETE", f"/api/contents/{path}"),
        lab.ask("PATCH", f"/api/contents/{path}", {"path": "practice/mine.json"}),
        lab.ask("POST", "/api/contents/practice", {"copy_from": path}),
    ]

    assert all(status in (400, 403, 404) for status, _ in answers)
    assert "kernel_token" not in str(answers)
    assert (lab.folder / "lab.json").exists()


@pytest.mark.parametrize("path", [".bashrc", "practice/.ssh/id", ".ipynb_checkpoints/a.ipynb"])
def test_hidden_names_are_refused_with_a_reason(lab: Lab, path: str) -> None:
    text = {"type": "file", "format": "text", "content": "x"}
    read = lab.ask("GET", f"/api/contents/{path}")
    wrote = lab.ask("PUT", f"/api/contents/{path}", text)
    moved = lab.ask("PATCH", "/api/contents/practice/practice.ipynb", {"path": path})

    assert {status for status, _ in (read, wrote, moved)} == {403}
    assert all("begin with a dot" in str(answer) for _, answer in (read, wrote, moved))
    assert not (lab.work / path).exists()


@pytest.fixture
def outside(lab: Lab) -> Path:
    """A folder beyond the work folder with a secret in it, and links to it in the work folder."""
    folder = lab.folder / "outside"
    folder.mkdir(exist_ok=True)
    (folder / "secret.txt").write_text("the secret", encoding="utf-8")
    for name, target in (("link.txt", folder / "secret.txt"), ("linked", folder)):
        place = lab.work / name
        place.unlink(missing_ok=True)
        place.symlink_to(target)
    return folder


@pytest.mark.parametrize("path", ["link.txt", "linked/secret.txt", "linked"])
def test_a_link_out_of_the_work_folder_is_followed_by_no_verb(
    lab: Lab, outside: Path, path: str
) -> None:
    text = {"type": "file", "format": "text", "content": "overwritten"}
    answers = [
        lab.ask("GET", f"/api/contents/{path}"),
        lab.ask("GET", f"/files/{path}"),
        lab.ask("POST", "/api/contents/practice", {"copy_from": path}),
        lab.ask("PATCH", f"/api/contents/{path}", {"path": "practice/moved.txt"}),
        lab.ask("POST", f"/api/contents/{path}/checkpoints"),
        lab.ask("DELETE", f"/api/contents/{path}"),
        lab.ask("PUT", f"/api/contents/{path}", text),
        lab.ask("PUT", f"/api/contents/{path}/new.txt", text),
        lab.ask("PATCH", "/api/contents/practice/practice.ipynb", {"path": f"{path}/x.ipynb"}),
    ]

    assert "the secret" not in str(answers)
    assert (outside / "secret.txt").read_text(encoding="utf-8") == "the secret"
    assert [path.name for path in outside.iterdir()] == ["secret.txt"]
    assert [status for status, _ in answers[:6]] == [404, 404, 404, 404, 404, 404] or all(
        400 <= status < 500 for status, _ in answers[:6]
    )


def test_links_are_not_listed(lab: Lab, outside: Path) -> None:
    _, listing = lab.ask("GET", "/api/contents")

    assert "practice" in [entry["name"] for entry in listing["content"]]
    assert not {"link.txt", "linked"} & {entry["name"] for entry in listing["content"]}


def test_a_pipe_in_the_work_folder_does_not_hang_the_server(lab: Lab) -> None:
    os.mkfifo(lab.work / "pipe")
    status, _ = lab.ask("GET", "/api/contents/pipe")

    assert status == 404
    assert lab.ask("GET", "/api/status")[0] == 200


def test_html_in_the_work_folder_is_served_without_our_origin(lab: Lab) -> None:
    import urllib.request

    page = base64.b64encode(b"<script>alert(1)</script>").decode()
    body = {"type": "file", "format": "base64", "content": page}
    lab.ask("PUT", "/api/contents/practice/page.html", body)
    base, token = lab.url.split("/lab/")[0], lab.url.split("token=")[1]
    request = urllib.request.Request(
        f"{base}/files/practice/page.html", headers={"Authorization": f"token {token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        policy = answer.headers["Content-Security-Policy"]

    assert "sandbox allow-scripts" in policy


def test_a_configuration_in_the_work_folder_or_the_home_is_not_read(
    candidate_python: Path, proctor: FakeProctor, tmp_path: Path
) -> None:
    class Tempted(Lab):
        def environment(self) -> dict[str, str]:
            return {
                "HOME": str(tmp_path / "their-home"),
                "JUPYTER_CONFIG_DIR": str(tmp_path / "their-config"),
                "JUPYTER_CONFIG_PATH": str(tmp_path / "their-config"),
            }

    trap = f"open({str(tmp_path / 'trapped')!r}, 'w').write('x')\nc.ServerApp.token = ''\n"
    places = [tmp_path / "their-home" / ".jupyter", tmp_path / "their-config", tmp_path / "work"]
    for place in places:
        place.mkdir(parents=True)
        (place / "jupyter_server_config.py").write_text(trap, encoding="utf-8")
        (place / "jupyter_lab_config.py").write_text(trap, encoding="utf-8")
    tempted = Tempted(candidate_python, tmp_path, proctor).start()
    status, _ = tempted.ask("GET", "/api/contents")
    tempted.stop()

    assert status == 200
    assert not (tmp_path / "trapped").exists()


def test_a_kernel_gets_no_word_of_jupyters_environment(notebook: Notebook) -> None:
    named = "k for k in os.environ if 'TOKEN' in k.upper() and k != 'TIKTOKEN_CACHE_DIR'"
    reply = notebook.run(f"import os; print(sorted({named}))")

    assert reply.text == "[]\n"
