"""Against the real proctor and by real signals: it is away, or the server before it was killed."""

from __future__ import annotations

import signal
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.records import Event
from tests.lab.one_tab import SecondTab
from tests.lab.sitting_faults import _BROKEN, Sitting, Tab
from tests.workspace import Started, events_of, started, submitted

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(400)]
EXERCISE = "eval-design"
PATH = f"{EXERCISE}/{EXERCISE}.ipynb"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Started]:
    with started(
        tmp_path_factory.mktemp("away"), "--exercise", EXERCISE, "--minutes", "60"
    ) as workspace:
        yield workspace


@pytest.fixture
def sitting(lab: Started) -> Iterator[Sitting]:
    """Somebody who has the notebook open, with a cell run."""
    one = Sitting(lab, 0, EXERCISE)
    one._until(one._cell)
    one._until(one._all_sent)
    yield one
    if one._tab is not None:
        one._tab.close()


def recorded(sitting: Sitting) -> list[Event]:
    """Hand in and return the journal in it."""
    sitting._until(sitting._all_sent)
    sitting._until(sitting._submit)
    return events_of(submitted(sitting.lab))


def away_for(sitting: Sitting, seconds: float) -> None:
    """Work in two tabs while the proctor stands still; each message stands once on record."""
    assert sitting._tab is not None
    second = SecondTab(sitting.lab.url, PATH, sitting._tab.kernel_id)
    proctor = sitting._victim("proctor")
    mine, theirs = dict[str, str](), 0
    proctor.send_signal(signal.SIGSTOP)
    try:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            name = uuid.uuid4().hex
            reply = sitting._tab.run(f"print({name!r})", cell_id=name)
            mine[name] = reply.text
            second.run(f"'{name}'", cell_id=f"second-{name}")
            theirs += 1
            sitting._save_text()
            time.sleep(0.5)
    finally:
        proctor.send_signal(signal.SIGCONT)
    second._socket.close()
    events = recorded(sitting)

    assert {name: f"{name}\n" for name in mine} == mine
    kinds = Counter((event.cell_id, event.kind) for event in events)
    for name in mine:
        for cell_id, output in ((name, "stream"), (f"second-{name}", "execute_result")):
            for kind in ("execute_request", "execute_input", output, "execute_reply"):
                assert kinds[cell_id, kind] == 1, (cell_id, kind)
    saved = {event.payload["sha256"] for event in events if event.kind == "save"}
    assert sitting.told.saves <= saved
    assert all(sitting._has_bytes(one) for one in sitting.told.saves)


def test_what_two_tabs_do_while_the_proctor_is_away_stands_once_on_record(
    sitting: Sitting,
) -> None:
    away_for(sitting, 6)


@pytest.mark.soak
def test_a_minute_without_the_proctor_loses_and_doubles_nothing(sitting: Sitting) -> None:
    away_for(sitting, 65)


def test_a_killed_servers_kernel_comes_back_under_its_id_and_nothing_seems_to_run(
    sitting: Sitting,
) -> None:
    tab = sitting._tab
    assert tab is not None
    before = sitting._ask_server("GET", "/api/sessions")
    request = tab._send(
        "shell", "execute_request", {"code": "import time; time.sleep(300)"}, {"cellId": "sleeps"}
    )
    while (message := tab._receive(30)).parent != request or message.kind != "execute_input":
        pass
    sitting.lab.process.send_signal(signal.SIGSTOP)  # a quick machine has it back within a second,
    sitting._victim("server").kill()
    time.sleep(3)
    sitting.lab.process.send_signal(signal.SIGCONT)  # for which no time is given back
    sitting._until(sitting._answers)
    after = sitting._ask_server("GET", "/api/sessions")
    sitting._until(sitting._cell)
    sitting._until(sitting._all_sent)
    paused = sitting._ask_server("POST", "/audition/api/clock/pause", {})
    sitting._ask_server("POST", "/audition/api/clock/resume", {})
    events = recorded(sitting)

    ids = [[(one["id"], one["path"], one["kernel"]["id"]) for one in s] for s in (before, after)]
    died = [event for event in events if event.kind == "kernel_died"]
    assert ids[0] == ids[1]
    assert paused["paused_at"] is not None  # no cell is taken for one that runs
    assert died[-1].payload == {"reason": "the server ended"}
    assert died[-1].kernel_id == tab.kernel_id
    assert [event.payload["why"] for event in events if event.kind == "time_back"][-1] == "server"


def test_a_notebook_that_was_shut_down_gets_no_kernel_back(sitting: Sitting) -> None:
    other = Tab(sitting.lab.url, path=f"{EXERCISE}/second.ipynb")
    other.close()
    sitting._victim("server").kill()
    sitting._until(sitting._answers)
    left = [one["kernel"]["id"] for one in sitting._ask_server("GET", "/api/sessions")]

    assert sitting._tab is not None and left == [sitting._tab.kernel_id]
    with pytest.raises(_BROKEN):
        other._connect()
