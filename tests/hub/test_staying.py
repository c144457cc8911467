"""What ends comes back, and whoever works meanwhile goes on. Real signals to real processes."""

from __future__ import annotations

import datetime as dt
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.hub.hosting import Hosting, Visitor, hosting, until

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def hub(can_host: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosting]:
    with hosting(tmp_path_factory.mktemp("shaken")) as up:
        up.audition("round", "new", "spring", "--exercise", "eval-design", "--minutes", "30")
        yield up


@pytest.fixture(scope="module")
def eve(hub: Hosting) -> Visitor:
    return hub.visitor().enter(hub.invite("spring", "Eve"))


def box_of(hub: Hosting, visitor: Visitor) -> dict[str, Any]:
    found = {one["sitting"]: one for one in hub.operator.get("/sittings")["sittings"]}
    card = hub.operator.get(f"/sessions/{found[visitor.sitting]['session']}")
    box: dict[str, Any] = card["exercises"][0]
    return box


def running_box_of(hub: Hosting, visitor: Visitor) -> dict[str, Any]:
    """Return the box once it has begun: its beginning is written a moment after the first run."""
    until(lambda: box_of(hub, visitor)["ends_at"] is not None)
    return box_of(hub, visitor)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["ended", "killed"])
def test_a_hub_that_comes_back_finds_candidates_at_work_and_gives_the_time_back(
    hub: Hosting, eve: Visitor, how: signal.Signals
) -> None:
    notebook = eve.notebook("eval-design")
    assert notebook.run("x = 41").status == "ok"
    before, server = running_box_of(hub, eve), hub.server(eve.sitting).pid
    main, gone = psutil.Process(hub.process.pid), hub.child("harness.hub.app")
    main.suspend()  # nobody brings it back for a while
    try:
        gone.send_signal(how)
        until(lambda: gone.status() == psutil.STATUS_ZOMBIE)
        time.sleep(3)
        during = notebook.run("x + 1")
        page = eve.ask("GET", "/api/contents/eval-design")
    finally:
        main.resume()
    until(lambda: hub.child("harness.hub.app").pid != gone.pid and box_of(hub, eve) != before)
    after = box_of(hub, eve)
    until(lambda: eve.http.get("/hub/spawn").headers.get("location", "").startswith("/user/"))
    again = notebook.run("x + 2")
    notebook.close()

    moved = dt.datetime.fromisoformat(after["ends_at"]) - dt.datetime.fromisoformat(
        before["ends_at"]
    )
    assert (during.status, during.text, page.status_code) == ("ok", "42", 200)
    assert (again.status, again.text) == ("ok", "43")
    assert hub.server(eve.sitting).pid == server
    assert 2.5 < moved.total_seconds() < 60


def test_the_hub_alone_starts_anew_when_it_is_asked_to(hub: Hosting, eve: Visitor) -> None:
    before, server = hub.child("harness.hub.app").pid, hub.server(eve.sitting).pid
    hub.process.send_signal(signal.SIGHUP)
    until(lambda: hub.child("harness.hub.app").pid != before)
    led = until(lambda: eve.http.get("/hub/spawn").headers.get("location", ""))

    assert led.startswith("/user/") and hub.server(eve.sitting).pid == server


def test_a_killed_server_comes_back_with_everything(hub: Hosting, eve: Visitor) -> None:
    body = {"type": "file", "format": "text", "content": "written before"}
    eve.ask("PUT", "/api/contents/eval-design/notes.txt", body)
    before = hub.server(eve.sitting)
    before.kill()
    until(lambda: hub.server(eve.sitting).pid != before.pid)
    kept = until(lambda: eve.ask("GET", "/api/contents/eval-design/notes.txt").json()["content"])
    notebook = eve.notebook("eval-design")
    ran = notebook.run("1 + 1")
    status = until(lambda: eve.ask("GET", "/audition/api/status").json()["unsent"] == 0)
    notebook.close()

    assert kept == "written before"
    assert (ran.status, ran.text) == ("ok", "2") and status


def test_a_request_that_comes_while_the_server_is_away_waits_for_it(
    hub: Hosting, eve: Visitor
) -> None:
    hub.server(eve.sitting).kill()
    answer = eve.ask("GET", "/api/contents/eval-design")

    assert answer.status_code == 200


def test_a_killed_keeper_leaves_nothing_and_a_new_one_brings_the_server_back(
    hub: Hosting, eve: Visitor
) -> None:
    keeper = hub.keeper(eve.sitting)
    family = keeper.children(recursive=True)
    keeper.kill()
    _, alive = psutil.wait_procs(family, timeout=10)
    until(lambda: hub.server(eve.sitting) not in family, within_s=60)
    kept = until(lambda: eve.ask("GET", "/api/contents/eval-design/notes.txt").json()["content"])

    assert not alive and kept == "written before"


def test_a_killed_proxy_comes_back_and_leads_everybody_home(hub: Hosting, eve: Visitor) -> None:
    proxy = hub.child("configurable-http-proxy")
    proxy.kill()
    until(lambda: hub.child("configurable-http-proxy").pid != proxy.pid)
    found = until(lambda: eve.ask("GET", "/api/contents/eval-design").status_code == 200)

    assert found


def test_a_killed_proctor_comes_back_and_the_record_goes_on(hub: Hosting, eve: Visitor) -> None:
    notebook = eve.notebook("eval-design")
    proctor = hub.child("harness.proctor")
    proctor.kill()
    until(lambda: hub.child("harness.proctor").pid != proctor.pid)
    ran = notebook.run("'after'")
    sent = until(lambda: eve.ask("GET", "/audition/api/status").json()["unsent"] == 0)
    calls = notebook.run(
        "from openai import OpenAI\n"
        "print(len(OpenAI().chat.completions.create(model='sim-small', messages="
        "[{'role': 'user', 'content': 'hello'}]).choices))"
    )
    notebook.close()

    assert ran.status == "ok" and sent
    assert calls.text.strip() == "1"


def test_a_link_stays_good_while_the_proctor_is_away(hub: Hosting, eve: Visitor) -> None:
    link, gil = hub.invite("spring", "Gil"), hub.visitor()
    main, proctor = psutil.Process(hub.process.pid), hub.child("harness.proctor")
    main.suspend()
    try:
        proctor.kill()
        until(lambda: proctor.status() == psutil.STATUS_ZOMBIE)
        told = gil.press(link)
    finally:
        main.resume()
    held = re.search(r'id="secret" value="([^"]+)"', told.text)
    until(lambda: hub.child("harness.proctor").pid != proctor.pid)
    used = until(lambda: (answer := gil.press(link)).status_code == 302 and answer)

    assert told.status_code == 503 and "still good" in told.text
    assert held and held.group(1) == link.partition("#")[2]
    assert used.headers["location"].endswith("/hub/spawn")


def test_ctrl_c_ends_everything_and_the_next_start_keeps_the_work(
    can_host: None, tmp_path: Path
) -> None:
    with hosting(tmp_path) as first:
        first.audition("round", "new", "spring", "--exercise", "practice")
        fay = first.visitor().enter(first.invite("spring", "Fay"))
        body = {"type": "file", "format": "text", "content": "kept"}
        fay.ask("PUT", "/api/contents/practice/mine.txt", body)
        ours = [first.keeper(fay.sitting), *first.keeper(fay.sitting).children(recursive=True)]
        ours += psutil.Process(first.process.pid).children(recursive=True)
        first.process.send_signal(signal.SIGINT)
        code = first.process.wait(40)
        _, alive = psutil.wait_procs(ours, timeout=2)
    with hosting(tmp_path) as second:
        back = second.visitor().enter(second.invite("spring", "Fay", "--again"))
        kept = back.ask("GET", "/api/contents/practice/mine.txt").json()

    assert code == 0 and not alive
    assert back.sitting == fay.sitting and kept["content"] == "kept"
