"""Which cell a call comes from: by announcements alone, whatever a kernel says of itself."""

from pathlib import Path

import pytest

from harness.core.clock import SteppedClock
from harness.core.records import Announcement
from harness.proctor.running import MOST_KERNELS, MOST_WAITING, RECENT, Place, Running
from tests.proctor.builders import proctor, settings_for
from tests.proctor.record import an_event, line

S = "s-1"


def running(*events: tuple[str, str] | dict[str, object]) -> Running:
    """A Running that heard of these, in order: (kind, request's name) or whole events."""
    made = Running()
    for number, event in enumerate(events):
        if isinstance(event, tuple):
            kind, name = event
            state = {"busy": "busy", "idle": "idle"}.get(kind)
            about = an_event(name, "status" if state else kind, id=f"e{number}")
            event = about | ({"payload": {"execution_state": state}} if state else {})
        made.take(S, Announcement.model_validate(event))
    return made


def cell(of: Running, kernel: str | None = "k-1") -> str | None:
    return of.place(S, kernel).cell_id


def test_an_announced_request_is_running_before_the_kernel_says_a_word() -> None:
    found = running(("execute_request", "a")).place(S, "k-1")

    assert found == Place("practice", "k-1", "cell-a", "m-a")


def test_a_kernel_that_was_never_announced_is_at_no_place() -> None:
    of = running(("execute_request", "a"))

    assert of.place(S, "k-9") == Place(None, "k-9", None, None)
    assert of.place("s-2", "k-1") == Place(None, "k-1", None, None)
    assert Running().place(S, None) == Place()


@pytest.mark.parametrize("end", ["execute_reply", "idle"])
def test_the_next_in_the_queue_runs_when_one_ends_even_before_its_input_is_told(end: str) -> None:
    of = running(("execute_request", "a"), ("execute_request", "b"), (end, "a"))

    assert cell(of) == "cell-b"


def test_after_the_last_one_the_kernel_is_idle_in_its_exercise() -> None:
    of = running(("execute_request", "a"), ("execute_reply", "a"), ("idle", "a"))

    assert of.place(S, "k-1") == Place("practice", "k-1", None, None)


@pytest.mark.parametrize("begin", ["execute_input", "busy"])
def test_a_later_one_that_begins_ends_those_before_it_whose_reply_was_lost(begin: str) -> None:
    of = running(("execute_request", "a"), ("execute_request", "b"), (begin, "b"))

    assert cell(of) == "cell-b"


def test_a_subshells_request_does_not_end_the_main_ones() -> None:
    aside = an_event("s", payload={"source": "1", "subshell_id": "sub"})
    of = running(("execute_request", "a"), aside, ("execute_input", "s"), ("execute_reply", "s"))

    assert cell(of) == "cell-a"


@pytest.mark.parametrize("kind", ["kernel_restart", "kernel_died", "kernel_stop", "kernel_start"])
def test_a_kernel_that_starts_anew_or_ends_runs_nothing(kind: str) -> None:
    of = running(("execute_request", "a"), an_event("x", kind, msg_id=None, cell_id=None))

    assert cell(of) is None


def test_a_kernel_cannot_point_beyond_its_own_requests() -> None:
    other = an_event("z", kernel_id="k-2")
    forged = an_event("z", "execute_input", id="f")
    of = running(("execute_request", "a"), other, forged, ("busy", "nowhere"), ("idle", "z"))

    assert cell(of) == "cell-a"
    assert cell(of, "k-2") == "cell-z"


def test_two_kernels_run_side_by_side() -> None:
    of = running(("execute_request", "a"), an_event("b", kernel_id="k-2", exercise="eval"))

    assert (cell(of), cell(of, "k-2")) == ("cell-a", "cell-b")
    assert of.place(S, "k-2").exercise == "eval"


def test_a_call_on_no_kernels_line_is_the_one_running_kernels_and_nobodys_among_two() -> None:
    one = running(("execute_request", "a"), an_event("n", "kernel_start", kernel_id="k-2"))
    two = running(("execute_request", "a"), an_event("b", kernel_id="k-2"))

    assert one.place(S, None).cell_id == "cell-a"
    assert two.place(S, None) == Place("practice", None, None, None)


def test_the_same_request_announced_twice_keeps_its_turn() -> None:
    of = running(("execute_request", "a"), ("execute_request", "b"), ("execute_request", "a"))

    assert cell(of) == "cell-a"


def test_a_flood_of_kernels_and_requests_is_forgotten_from_its_old_end() -> None:
    of = Running()
    for number in range(MOST_KERNELS + 5):
        of.take(S, Announcement.model_validate(an_event("a", kernel_id=f"k-{number}")))
    for number in range(MOST_WAITING + 5):
        of.take(S, Announcement.model_validate(an_event(f"r{number}", kernel_id="k-68")))

    assert cell(of, "k-0") is None
    assert cell(of, "k-68") == "cell-r5"


@pytest.mark.anyio
async def test_a_proctor_that_comes_back_knows_what_was_running(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up, line(up) as to:
        await to.keep(
            an_event("a"), an_event("r", "execute_reply", msg_id="m-a"), an_event("b"),
            an_event("c", kernel_id="k-2"), an_event("d", "kernel_died", kernel_id="k-2"),
        )  # fmt: skip
    async with proctor(settings) as again:
        session = up.card.session
        places = [again.service.running.place(session, kernel) for kernel in ("k-1", "k-2")]

    assert places == [Place("practice", "k-1", "cell-b", "m-b"), Place("practice", "k-2")]


@pytest.mark.anyio
async def test_of_a_session_long_over_nothing_is_taken_up(tmp_path: Path) -> None:
    settings, clock = settings_for(tmp_path), SteppedClock()
    async with proctor(settings, clock=clock) as up, line(up) as to:
        await to.keep(an_event("a"))
        clock.advance(RECENT.total_seconds() + 1)
        await up.service.sessions.open({"exercises": ["practice"]})
    async with proctor(settings, clock=clock) as again:
        place = again.service.running.place(up.card.session, "k-1")

    assert place == Place(kernel_id="k-1")
