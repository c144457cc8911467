"""Two candidates on one hub: neither gets at the other, the hub, the proctor or the grader."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from harness.bench.jupyter_wire import Notebook
from harness.hub.keeper import read_kept
from harness.sandbox.delegated import delegate
from harness.sandbox.server_walls import DOORS, GIVEN, group_argv
from tests.conftest import ROOT
from tests.hub.attacks import BEGINNING, FROM_CELL, FROM_CELL_OR_SERVER, FROM_SERVER, Attack
from tests.hub.hosting import Hosting, Visitor, until

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(180)]

PHOTOGRAPHS = ROOT / "harness/proctor/photographs/eval-design"
CANARY = "the other's own words"


@pytest.fixture(scope="module")
def targets(up: Hosting, ada: Visitor, bob: Visitor) -> Iterator[dict[str, Any]]:
    """Where the attacks' targets lie outside, and two services of the machine's."""
    body = {"type": "file", "format": "text", "content": CANARY}
    assert bob.ask("PUT", "/api/contents/practice/own.txt", body).status_code in (200, 201)
    found = {one["sitting"]: one for one in up.operator.get("/sittings")["sittings"]}
    hub, theirs, server = up.home / "hub", up.folder(bob.sitting), up.server(bob.sitting)
    kept = read_kept(theirs / "keeper.json")
    proctor = up.home / "proctor"
    with socket.socket() as service, socket.socket(socket.AF_UNIX) as abstract:
        service.bind(("127.0.0.1", 0))
        service.listen()
        abstract.bind(f"\0audition-test-{os.getpid()}")
        abstract.listen()
        yield {
            "other": bob.sitting, "others_pid": server.pid, "others_uid": server.uids().real,
            "others_file": str(theirs / "work/practice/own.txt"),
            "others_new_file": str(theirs / "work/practice/not-theirs.txt"),
            "others_lab_json": str(theirs / "lab.json"), "others_socket": kept.socket,
            "others_session": found[bob.sitting]["session"],
            "hub_db": str(hub / "jupyterhub.sqlite"), "hub_cookie": str(hub / "cookie_secret"),
            "hub_json": str(hub / "hub.json"), "proxy_door": str(hub / "proxy.sock"),
            "hub_port": int(up.url.rpartition(":")[2]),
            "operator_token": str(proctor / "operator.token"),
            "witness": str(proctor / "witness.sqlite"),
            "identity": str(proctor / "identity.sqlite"),
            "signing_key": str(proctor / "keys/signing.key"),
            "proctor_port": int(up.operator.address.rpartition(":")[2]),
            "answers": str(ROOT / "grader/exercises/eval-design/exercise.toml"),
            "photograph": str(next(PHOTOGRAPHS.glob("*.json"))),
            "service_port": service.getsockname()[1], "abstract": f"audition-test-{os.getpid()}",
            "groups": ["/sys/fs/cgroup", "/sys/fs/cgroup/memory"], "outside": False,
            "doors": str(DOORS), "lab_json": str(GIVEN),
        }  # fmt: skip


@pytest.fixture(scope="module")
def cell(ada: Visitor) -> Iterator[Notebook]:
    notebook = ada.notebook()
    yield notebook
    notebook.close()


def program(attack: Attack, targets: dict[str, Any]) -> str:
    return BEGINNING.format(targets=json.dumps(targets)) + attack.code


def as_server(up: Hosting, visitor: Visitor, code: str) -> str:
    """Run code in place of a candidate's server: its walls, its user, its files."""
    kept = read_kept(up.folder(visitor.sitting) / "keeper.json")
    assert kept.bounds is not None
    group = delegate(kept.bounds, kept.uid)
    first = kept.command[: kept.command.index("harness.lab") - 1]
    try:
        done = subprocess.run(
            [*kept.walls, *group_argv(group.shown), *first, "-"],
            input=code, capture_output=True, text=True, timeout=60, check=False,
            preexec_fn=group.enter(), env={"PATH": os.defpath},
        )  # fmt: skip
    finally:
        group.remove()
    assert done.returncode == 0, done.stderr
    return done.stdout


def names(attacks: tuple[Attack, ...]) -> list[str]:
    return [attack.name.replace(" ", "-") for attack in attacks]


@pytest.mark.parametrize(
    "attack", FROM_CELL_OR_SERVER + FROM_CELL, ids=names(FROM_CELL_OR_SERVER + FROM_CELL)
)
def test_from_a_cell(cell: Notebook, targets: dict[str, Any], attack: Attack) -> None:
    reply = cell.run(program(attack, targets))

    assert reply.status == "ok", reply.text
    assert "GOT" not in reply.text


@pytest.mark.parametrize(
    "attack", FROM_CELL_OR_SERVER + FROM_SERVER, ids=names(FROM_CELL_OR_SERVER + FROM_SERVER)
)
def test_from_a_server_that_has_been_taken_over(
    up: Hosting, ada: Visitor, targets: dict[str, Any], attack: Attack
) -> None:
    said = as_server(up, ada, program(attack, targets))

    assert "GOT" not in said, said


@pytest.mark.parametrize(
    "attack",
    [a for a in FROM_CELL_OR_SERVER if a.works_outside],
    ids=names(tuple(a for a in FROM_CELL_OR_SERVER if a.works_outside)),
)
def test_outside_the_walls_it_is_an_attack(
    targets: dict[str, Any], attack: Attack, tmp_path: Path
) -> None:
    code = program(attack, targets | {"outside": True})
    done = subprocess.run(
        [sys.executable, "-"], input=code, capture_output=True, text=True, cwd=tmp_path, check=False
    )
    Path(targets["others_new_file"]).unlink(missing_ok=True)

    assert "GOT" in done.stdout, done.stdout + done.stderr


def test_nothing_of_the_others_was_changed(
    up: Hosting, bob: Visitor, targets: dict[str, Any]
) -> None:
    assert Path(targets["others_file"]).read_text() == CANARY
    assert not Path(targets["others_new_file"]).exists()
    assert up.server(bob.sitting).pid == targets["others_pid"]
    assert bob.ask("GET", "/api/contents/practice/own.txt").json()["content"] == CANARY


@pytest.mark.parametrize(
    "path",
    ["/user/{bob}/api/contents/practice/own.txt", "/user/{bob}/files/practice/own.txt",
     "/user/{bob}/lab", "/user/{ada}/../{bob}/files/practice/own.txt",
     "/user/{ada}%2f..%2f{bob}/files/practice/own.txt",
     "/user/{ada}/files/..%2f..%2f{bob}/practice/own.txt",
     "/user/{ada}/files/%2e%2e/%2e%2e/hub/cookie_secret", "//user/{bob}/files/practice/own.txt",
     "/hub/user/{bob}/files/practice/own.txt", "/hub/spawn/{bob}", "/hub/spawn-pending/{bob}",
     "/hub/api/users/{bob}", "/hub/api/users", "/hub/api/proxy", "/hub/api/services",
     "/hub/api/info", "/hub/metrics", "/api/routes"],
)  # fmt: skip
def test_from_a_browser_that_is_signed_in_as_somebody_else(
    up: Hosting, ada: Visitor, bob: Visitor, path: str
) -> None:
    request = ada.http.build_request("GET", "/")
    where = path.format(ada=ada.sitting, bob=bob.sitting)
    for token in ("", ada.token):
        sent = httpx_raw(request, where, token)
        answer = ada.http.send(sent, follow_redirects=False)
        seen = answer.text + answer.headers.get("location", "")

        assert answer.status_code >= 300
        assert CANARY not in seen and 'own.txt"' not in seen


def httpx_raw(request: httpx.Request, path: str, token: str) -> httpx.Request:
    """The request with its path as it is: no client of ours tidies it up."""
    url = request.url.copy_with(raw_path=path.encode())
    sent = httpx.Request("GET", url, headers=request.headers)
    if token:
        sent.headers["Authorization"] = f"token {token}"
    return sent


@pytest.mark.parametrize("method", ["DELETE", "POST"])
def test_the_others_server_is_neither_ended_nor_started(
    up: Hosting, ada: Visitor, bob: Visitor, method: str
) -> None:
    head = {"Authorization": f"token {ada.token}"}
    answer = ada.http.request(method, f"/hub/api/users/{bob.sitting}/server", headers=head)

    assert answer.status_code in (403, 404)
    assert up.server(bob.sitting).is_running()


@pytest.mark.parametrize("by", ["token", "cookie"])
@pytest.mark.parametrize("path", ["users/{ada}/server", "users/{ada}/servers/", "users/{ada}"])
def test_nobody_ends_the_own_server_to_be_given_the_time_back(
    up: Hosting, ada: Visitor, by: str, path: str
) -> None:
    """While it is away nothing is recorded, one can think, and the time comes back."""
    before = up.server(ada.sitting).pid
    head = {"Authorization": f"token {ada.token}"} if by == "token" else {}
    if by == "cookie":
        ada.http.get("/hub/home")
        xsrf = next((c.value for c in ada.http.cookies.jar if c.name == "_xsrf"), "")
        head = {"X-XSRFToken": xsrf or ""}
    answer = ada.http.request("DELETE", "/hub/api/" + path.format(ada=ada.sitting), headers=head)
    time.sleep(1)

    assert answer.status_code == 403, answer.text
    assert up.server(ada.sitting).pid == before


def test_a_websocket_to_the_others_kernel_is_refused(
    up: Hosting, ada: Visitor, bob: Visitor
) -> None:
    theirs = bob.notebook()
    host = up.url.removeprefix("http://")
    address = f"ws://{host}{bob.base}/api/kernels/{theirs.kernel_id}/channels?session_id=x"
    cookies = "; ".join(f"{c.name}={c.value}" for c in ada.http.cookies.jar)
    try:
        for head in ({"Authorization": f"token {ada.token}"}, {"Cookie": cookies}, {}):
            with pytest.raises(InvalidStatus) as refused:
                connect(address, additional_headers=head).close()
            assert refused.value.response.status_code in (302, 403)
    finally:
        theirs.close()


def test_a_cookie_of_the_ones_opens_nothing_of_the_others(
    up: Hosting, ada: Visitor, bob: Visitor
) -> None:
    jar = {c.name.replace(ada.sitting, bob.sitting): c.value or "" for c in ada.http.cookies.jar}
    with httpx.Client(base_url=up.url, cookies=jar) as forged:
        answer = forged.get(f"{bob.base}/files/practice/own.txt")

    assert answer.status_code in (302, 403) and CANARY not in answer.text


def test_links_that_lie_in_wait_are_not_followed_when_a_server_is_started_anew(up: Hosting) -> None:
    eve = up.visitor().enter(up.invite("spring", "Eve"))
    secret, folder = up.home / "hub" / "cookie_secret", up.home / "proctor"
    before = (secret.stat(), hashlib.sha256(secret.read_bytes()).hexdigest(), folder.stat().st_uid)
    laid = as_server(
        up, eve,
        "import os, shutil\n"
        "shutil.rmtree('/audition/work/practice')\n"
        f"os.symlink({str(folder)!r}, '/audition/work/practice')\n"
        f"os.symlink({str(secret)!r}, '/audition/work/mine')\n"
        f"os.symlink({str(secret)!r}, '/audition/server/lab.json.part')\n"
        "print('laid')",
    )  # fmt: skip
    old = up.server(eve.sitting)
    up.keeper(eve.sitting).terminate()
    until(lambda: up.server(eve.sitting) != old, within_s=60)
    eve.arrive("/hub/spawn")
    after = (secret.stat(), hashlib.sha256(secret.read_bytes()).hexdigest(), folder.stat().st_uid)

    assert "laid" in laid
    assert (before[0].st_uid, before[0].st_mode, before[1:]) == (
        after[0].st_uid, after[0].st_mode, after[1:],
    )  # fmt: skip
    assert not (folder / "practice.ipynb").exists()


def namespaces(pid: int, *kinds: str) -> dict[str, str]:
    return {kind: str(Path(f"/proc/{pid}/ns/{kind}").readlink()) for kind in kinds}


def test_each_candidate_has_a_user_a_network_and_a_control_group_of_their_own(
    up: Hosting, ada: Visitor, bob: Visitor
) -> None:
    one, two = up.server(ada.sitting), up.server(bob.sitting)
    kinds = ("net", "pid", "mnt", "ipc", "uts")
    spaces = [namespaces(pid, *kinds) for pid in (one.pid, two.pid, os.getpid())]
    groups = [re.findall(r":(?:memory|):(\S*audition\S*)", Path(f"/proc/{pid}/cgroup").read_text())
              for pid in (one.pid, two.pid)]  # fmt: skip
    status = Path(f"/proc/{one.pid}/status").read_text()

    assert len({one.uids().real, two.uids().real, 0}) == 3
    assert all(len({space[kind] for space in spaces}) == 3 for kind in spaces[0])
    assert groups[0] and groups[1] and groups[0] != groups[1]
    assert re.search(r"CapEff:\s+0+$", status, re.M) and re.search(r"NoNewPrivs:\s+1", status)
    assert re.search(r"Seccomp:\s+2", status)


def test_a_servers_network_holds_nothing_but_an_empty_loopback(up: Hosting, ada: Visitor) -> None:
    pid = up.server(ada.sitting).pid
    devices = [line.split(":")[0].strip() for line in
               Path(f"/proc/{pid}/net/dev").read_text().splitlines()[2:]]  # fmt: skip
    listening = [line for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    routes = Path(f"/proc/{pid}/net/route").read_text().splitlines()[1:]

    assert devices == ["lo"] and listening == [] and routes == []


def test_a_kernel_stands_behind_walls_of_its_own_inside_its_servers(
    up: Hosting, ada: Visitor, cell: Notebook
) -> None:
    seen = cell.run(
        "import json, os, ctypes\n"
        "status = dict(x.split(':', 1) for x in open('/proc/self/status') if ':' in x)\n"
        "print(json.dumps({'pids': [p for p in os.listdir('/proc') if p.isdigit()],\n"
        " 'caps': int(status['CapEff'], 16) | int(status['CapBnd'], 16),\n"
        " 'seccomp': status['Seccomp'].strip(), 'uid': os.getuid(),\n"
        " 'nest': ctypes.CDLL(None).unshare(0x10000000),\n"
        " 'home': os.path.expanduser('~'), 'top': sorted(os.listdir('/'))}))"
    )
    found = json.loads(seen.text)
    kernels = [p for p in up.server(ada.sitting).children(recursive=True)
               if any("ipykernel" in word for word in p.cmdline())]  # fmt: skip
    inner = namespaces(kernels[-1].pid, "net", "pid", "user")
    outer = namespaces(up.server(ada.sitting).pid, "net", "pid", "user")
    status = ada.ask("GET", "/audition/api/status").json()

    assert len(found["pids"]) <= 4 and found["caps"] == 0 and found["seccomp"] == "2"
    assert found["nest"] == -1 and found["uid"] == 1000 and found["home"] == "/home/candidate"
    assert "audition" not in found["top"]
    assert all(inner[kind] != outer[kind] for kind in inner)
    assert status["rung"].startswith("bwrap+") and status["self_attested"] is False
