"""Tools on the tape: what was told is told again, nothing is written, a miss has its nearest."""

from __future__ import annotations

import pytest

from grader.bench import Bench
from grader.records import Miss, Replay
from grader.replay import replay
from grader.replay.door import Answers
from grader.replay.recording import last_runs
from grader.replay.tape import Tape
from harness.core.settings import Settings
from tests.grader.attempts import Built, Did, Used, asking, code

L1 = Used({"message_id": "L1"}, {"note": "as it was then"})
L5 = Used({"message_id": "L5"}, {"note": "and then"})
LOOKS = "from harness.kernel import tools\nprint(tools.desk_book({!r})['note'])"


def door(*did: Did) -> tuple[Answers, Tape]:
    attempt = Built(list(did)).attempt()
    tape = Tape(attempt, last_runs(attempt))
    return Answers(attempt, tape), tape


def test_a_recorded_use_is_told_again_word_for_word() -> None:
    answers, tape = door(Did("a", "look", used=[L1, L5]))
    tape.turn_to("a")
    status, told, headers = answers.post("/tools/desk_book", {"message_id": "L5"})

    assert (status, told["result"], headers["x-call-id"]) == (200, {"note": "and then"}, "call-1")
    assert told["took"] == {"calls": 0, "tokens": 0, "minutes": "2"}
    assert told["minutes_left"] == "16"


def test_what_was_not_asked_is_a_named_miss_with_the_nearest_request() -> None:
    answers, tape = door(Did("a", "look", used=[L5]))
    tape.turn_to("a")
    status, told, _ = answers.post("/tools/desk_book", {"message_id": "L2"})
    [miss] = tape.account("a").misses

    assert (status, told["error"]["code"]) == (409, "not_recorded")
    assert isinstance(miss, Miss) and (miss.what, miss.model) == ("tool", "desk_book")
    assert miss.nearest == 'arguments: recorded {"message_id": "L5"}, asked {"message_id": "L2"}'


def test_more_equal_uses_than_were_recorded_are_marked() -> None:
    answers, tape = door(Did("a", "look", used=[L5]))
    tape.turn_to("a")
    found = [answers.post("/tools/desk_book", {"message_id": "L5"})[0] for _ in range(3)]

    assert found == [200, 200, 200]
    assert (tape.account("a").reused, tape.account("a").misses) == (2, [])


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/tools/desk_book", {"message_id": "L9"}, 400, "bad_request"),
        ("/tools/desk_book", {"message_id": "L1", "more": 1}, 400, "unsupported_parameter"),
        ("/tools/meter", {}, 404, "tool_not_found"),
        ("/tools/..%2f..%2fetc", {}, 404, "tool_not_found"),
    ],
)
def test_what_was_refused_live_is_refused_again(
    path: str, body: dict[str, object], status: int, code: str
) -> None:
    answers, _ = door(Did("a", "look", used=[L5]))
    found, told, _ = answers.post(path, body)

    assert (found, told["error"]["code"]) == (status, code)


def test_list_and_purse_are_as_the_record_has_them() -> None:
    answers, tape = door(Did("a", "look", used=[L1, L5]))
    tape.turn_to("a")
    _, listed, _ = answers.get("/tools")
    _, purse, _ = answers.get("/k/budget")

    assert [one["name"] for one in listed["tools"]] == ["desk_book"]
    assert (purse["minutes_limit"], purse["minutes_used"], purse["calls_made"]) == ("20", "4", 0)


@pytest.mark.sandbox
@pytest.mark.timeout(180)
def test_a_notebook_with_tools_replays_the_same_twice() -> None:
    did = [
        Did("a", LOOKS.format("L5"), out="and then\n", used=[L5]),
        Did("b", LOOKS.format("L1"), out="as it was then\n", used=[L1]),
        Did("c", "print('nothing')", out="nothing\n"),
        Did("d", asking("Is it blue?"), out="x\n"),
    ]
    cells = [code(one.cell_id, one.source) for one in did[:2]] + [code("c", LOOKS.format("L2"))]
    bench = Bench.of(Settings())
    attempt = Built(did, cells=cells).attempt()

    first, second = replay(attempt, bench=bench), replay(attempt, bench=bench)

    assert isinstance(first, Replay) and first.to_bytes() == second.to_bytes()
    assert {cell.cell_id: cell.word for cell in first.cells} == {
        "a": "same", "b": "same", "c": "not_recorded",
    }  # fmt: skip
    [miss] = next(cell for cell in first.cells if cell.cell_id == "c").misses
    assert miss.what == "tool" and 'asked {"message_id": "L2"}' in miss.nearest
