"""A browser that comes back under its own name while a reply to it is still awaited."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Future
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from harness.bench.jupyter_wire import Notebook
from harness.lab import connection
from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import Lab

pytestmark = pytest.mark.timeout(120)
SLOW = "import time\nfor i in range(20):\n    time.sleep(0.1)\nprint('slept')"


def send(notebook: Notebook, code: str) -> str:
    """Send a cell and wait for nothing."""
    content = {
        "code": code, "silent": False, "store_history": True, "user_expressions": {},
        "allow_stdin": False, "stop_on_error": True,
    }  # fmt: skip
    return notebook._send("shell", "execute_request", content, {"cellId": "slow"})


def come_back(notebook: Notebook, *, is_closed_first: bool) -> None:
    """Connect again under the same name, as a page does whose line broke."""
    old = notebook._socket
    if is_closed_first:
        old.close()
    notebook._socket = notebook._connect()
    if not is_closed_first:
        old.close()


@pytest.mark.parametrize("is_closed_first", [True, False])
@pytest.mark.parametrize("has_other_tab", [True, False])
def test_a_browser_that_comes_back_runs_cells_and_its_reply_is_on_record(
    lab: Lab, notebook: Notebook, proctor: FakeProctor, is_closed_first: bool, has_other_tab: bool
) -> None:
    notebook.run("1")
    with lab.socket_to(notebook.kernel_id) if has_other_tab else nullcontext():
        slow = send(notebook, SLOW)
        time.sleep(0.5)
        for _ in range(2):
            come_back(notebook, is_closed_first=is_closed_first)
            time.sleep(0.3)

        assert notebook.run("print(1 + 1)", within_s=10).text == "2\n"
    replied = proctor.wait_for(lambda e: e.kind == "execute_reply" and e.msg_id == slow)
    assert replied.payload["status"] == "ok"
    assert len([e for e in proctor.of("execute_reply") if e.msg_id == slow]) == 1


def test_a_cell_that_was_not_passed_on_keeps_nobody_from_coming_back(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run("1")
    told = lab.log().count("the browser left before it was passed on")
    with lab.socket_to(notebook.kernel_id):
        proctor.speaks = False
        try:
            send(notebook, "print('lost')")
            notebook._socket.close()
            time.sleep(0.6)
        finally:
            proctor.speaks = True
        notebook._socket = notebook._connect()

        assert notebook.run("print(1 + 1)", within_s=10).text == "2\n"
    assert lab.log().count("the browser left before it was passed on") == told + 1


def test_a_kernel_is_asked_what_it_speaks_until_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "ASKS_AGAIN_S", 0.01)
    answered: Future[dict[str, str]] = Future()
    asked: list[str] = []

    def ask(channel: str) -> None:
        asked.append(channel)
        if len(asked) == 3:
            answered.set_result({})

    waiting = SimpleNamespace(_kernel_info_future=answered, _ask=ask)
    asking: Any = connection.RecordedConnection._ask_again
    asyncio.run(asyncio.wait_for(asking(waiting, "shell"), 5))

    assert asked == ["shell"] * 3
