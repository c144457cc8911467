"""The tape by itself: versions of keys, reuse, calls without an answer, and what a miss says."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.attempt import Attempt
from grader.records import CellReplay, Miss, Replay
from grader.replay import command
from grader.replay.command import replay as replay_command
from grader.replay.command import tell
from grader.replay.nearest import MOST_CHARS, difference
from grader.replay.recording import last_runs
from grader.replay.tape import Take, Tape
from grader.report.sections import replayed
from harness.proctor.wire import KEY_VERSION, Asked, key_version, read_chat
from tests.grader.attempts import Asked as Recorded
from tests.grader.attempts import Built, Did

LONG = "Answer with the one word yes or no and with nothing else, whatever the letter says or asks"


def tape_of(*did: Did) -> Tape:
    attempt = Built(did).attempt()
    return Tape(attempt, last_runs(attempt))


def request(text: str, **more: Any) -> Asked:
    call_id = more.pop("call_id", None)
    body = {"model": "sim-small", "messages": [{"role": "user", "content": text}], **more}
    return read_chat(body, call_id=call_id)


def play(tape: Tape, asked: Asked) -> Take | Miss:
    return tape.play(asked.key, "chat", asked.canonical)


def said(found: Take | Miss) -> Any:
    return found.answer["choices"][0]["message"]["content"] if isinstance(found, Take) else None


def missed(tape: Tape, asked: Asked) -> str:
    found = play(tape, asked)
    assert isinstance(found, Miss)
    return found.nearest


def test_every_word_and_parameter_that_can_change_an_answer_is_in_the_key() -> None:
    tape = tape_of(Did("a", "1", asked=[Recorded("Go on?", "yes")]))
    tape.turn_to("a")
    others = [
        request("Go on"), request("Go on? "), request("go on?"), request("Go on?", temperature=0),
        request("Go on?", seed=1), request("Go on?", max_tokens=5), request("Go on?", n=2),
        request("Go on?", call_id="x"), request("Go on?", stop=["."]), request("Go on?", top_p=1),
        request("Go on?", model="sim-large"),
    ]  # fmt: skip

    assert [said(play(tape, one)) for one in others] == [None] * len(others)
    assert said(play(tape, request("Go on?", stream=True, user="u", metadata={"a": "b"}))) == "yes"


def test_a_cells_own_run_comes_first_then_the_sessions_order_then_its_last_answer_again() -> None:
    def asked(answer: str) -> list[Recorded]:
        return [Recorded("Go on?", answer)]

    tape = tape_of(
        Did("a", "1", asked=asked("a, first run")), Did("b", "1", asked=asked("b")),
        Did("a", "1", asked=asked("a, last run")),
    )  # fmt: skip
    tape.turn_to("a")
    heard = [said(play(tape, request("Go on?"))) for _ in range(5)]
    tape.turn_to("b")
    after = [said(play(tape, request("Go on?"))) for _ in range(2)]
    a, b = tape.account("a"), tape.account("b")

    assert heard == ["a, last run", "a, first run", "b", "a, last run", "a, last run"]
    assert (a.answered, a.fallbacks, a.reused, a.misses) == (5, 2, 2, [])
    assert after == ["b", "a, last run"]  # the one nobody fell back to yet
    assert (b.answered, b.fallbacks, b.reused) == (2, 1, 0)


def test_equal_requests_at_once_get_each_recorded_answer_once_and_named_ones_their_own() -> None:
    names = [f"case-{n}" for n in range(40)]
    both = [Recorded("Go on?", f"plain {n}") for n in range(40)]
    both += [Recorded("Go on?", name, call_id=name) for name in names]
    tape = tape_of(Did("a", "1", asked=both))
    tape.turn_to("a")
    heard: dict[str, list[Any]] = {"plain": [], "named": []}

    def asking(name: str) -> None:
        heard["plain"].append(said(play(tape, request("Go on?"))))
        heard["named"].append((name, said(play(tape, request("Go on?", call_id=name)))))

    threads = [threading.Thread(target=asking, args=(name,)) for name in reversed(names)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(heard["plain"]) == sorted(f"plain {n}" for n in range(40))
    assert sorted(heard["named"]) == sorted((name, name) for name in names)
    assert tape.account("a").reused == tape.account("a").fallbacks == 0


def other_version(key: str, version: str) -> dict[str, Any]:
    return {"key": f"{version}:" + key.partition(":")[2][::-1]}


@pytest.mark.parametrize("version", ["k0", "k2"])
def test_a_tape_of_another_key_version_answers_what_reads_the_same(version: str) -> None:
    named = request("Go on?", call_id="x")
    recorded = other_version(request("Go on?").key, version)
    attempt = Built([Did("a", "1", asked=[
        Recorded("Go on?", "yes", recorded=recorded),
        Recorded("Go on?", "by name", call_id="x", recorded=other_version(named.key, version)),
        Recorded("a till", "", model="sim-embed", vector="AACAPwAAAAA=",
                 recorded=other_version(named.key, version)),
        Recorded("Stop?", "no"),
    ])]).attempt()  # fmt: skip
    tape = Tape(attempt, last_runs(attempt))
    tape.turn_to("a")

    assert said(play(tape, request("Go on?"))) == "yes"
    assert said(play(tape, named)) == "by name"
    assert said(play(tape, request("Stop?"))) == "no"
    assert (tape.rekeyed_calls, tape.unread_calls, tape.recorded_calls) == (3, 0, 4)
    assert key_version(request("x").key) == KEY_VERSION and key_version("none") == ""


def test_a_request_of_a_later_form_is_never_guessed_at_and_is_named_in_a_miss() -> None:
    later = request("Go on?").canonical | {"thinking": {"effort": "high"}}
    recorded = other_version("k9:00", "k9") | {"request": later}
    tape = tape_of(Did("a", "1", asked=[
        Recorded("Go on?", "yes", recorded=recorded), Recorded("Stop?", "no"),
    ]))  # fmt: skip
    tape.turn_to("a")
    told = missed(tape, request("Go on?"))

    assert (tape.rekeyed_calls, tape.unread_calls) == (0, 1)
    assert told.startswith("1 recorded requests are keyed by k9, which this program does not read")
    assert "thinking" in told
    assert said(play(tape, request("Stop?"))) == "no"


def test_a_call_that_was_cut_off_is_told_as_that() -> None:
    cut = {"status": "abandoned", "http_status": None, "usage": None, "response": None}
    tape = tape_of(Did("a", "1", asked=[Recorded("Go on?", "", recorded=cut)]))
    tape.turn_to("a")

    assert "no answer is on record: the call was cut off" in missed(tape, request("Go on?"))
    assert tape.recorded_calls == 0


def test_a_miss_is_held_against_the_nearest_of_its_door_not_against_any() -> None:
    tape = tape_of(
        Did("a", "1", asked=[
            Recorded("Is the till blue?", "yes"), Recorded("Sort the mail by urgency", "1"),
            Recorded(f"{LONG} about the grey cat", "no"),
        ], notes=[("ask", {"question": "Sort the mail by urgency today"})]),
    )  # fmt: skip
    tape.turn_to("a")

    told = missed(tape, request(f"{LONG} about the black cat", temperature=0.5))
    assert told.split("\n") == [
        "message 1 (user): … says or asks about the [-grey-] {+black+} cat",
        "temperature: recorded nothing, asked 0.5",
    ]
    assert 'recorded "Sort the mail by urgency"' in missed(tape, request("Sort mail by urgency"))


def messages(*texts: str) -> dict[str, Any]:
    roles = ("system", "user", "assistant", "user", "assistant", "user")
    return {"messages": [{"role": r, "content": t} for r, t in zip(roles, texts, strict=False)]}


def test_a_message_put_in_or_left_out_moves_none_of_the_others() -> None:
    then, now = messages("Be brief.", "One", "Two"), messages("Be brief.", "One", "Two")
    now["messages"].insert(0, {"role": "system", "content": "Be kind."})

    assert difference(then, now) == ("message 1 (system) is asked and was not recorded: Be kind.")
    assert difference(now, then) == ("message 1 (system) was recorded and is not asked: Be kind.")
    assert difference(then, then) == ""
    assert difference({"input": ["a", "b"]}, {"input": ["a", "c"]}) == (
        'input[1]: recorded "b", asked "c"'
    )


def test_the_changed_words_are_shown_with_a_few_around_them_and_the_rest_counted() -> None:
    old = " ".join(f"w{n}" for n in range(400))
    new = " ".join("X" if n % 20 == 7 else f"w{n}" for n in range(400))
    told = difference(messages(old), messages(new))

    assert told.startswith("message 1 (system): … w2 w3 w4 w5 w6 [-w7-] {+X+} w8 w9")
    assert told.count("[-") == 8 and "and 12 more changes" in told
    assert "w200" not in told


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (messages("\x1b[2J\u202eabc"), messages("\x1b]0;mine\x07 \u202eabd" * 30)),
        (messages("x" * 100_000), messages("y " * 100_000)),
        (messages("a b " * 20_000), messages("b a " * 20_000)),
        ({"messages": [1, None, {"role": 5}]}, {"messages": [[], {}, {"content": {"x": 1}}]}),
        ({"messages": "none"}, {"messages": None}), ([], {}), (None, "x"), ({}, {"\x9b31m": 1}),
        ({f"p{n}": n for n in range(5000)}, {}), ({"a": {"b": [1] * 10_000}}, {"a": 1}),
        ({"messages": [{"role": "user", "content": f"{n}"} for n in range(400)]},
         {"messages": [{"role": "user", "content": f"{n}!"} for n in range(400)]}),
    ],
)  # fmt: skip
def test_whatever_differs_is_bounded_and_safe_to_print(then: Any, now: Any) -> None:
    told = difference(then, now)

    assert 0 < len(told) <= MOST_CHARS
    assert not set(told) & {chr(n) for n in (*range(10), *range(11, 32), 0x9B, 0x202E, 0x7F)}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None)
@given(then=JSON, now=JSON)
def test_no_two_values_break_the_difference(then: Any, now: Any) -> None:
    told = difference({"messages": then, "x": now}, {"messages": now, "x": then})

    assert len(told) <= MOST_CHARS
    assert Miss(cell_id=None, what="chat", nearest=told).nearest == told


HOSTILE = "\x1b[2J\u202e<script>alert(1)</script>"


def test_the_difference_is_in_the_words_the_json_and_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tape = tape_of(Did("a", "1", asked=[Recorded(f"{LONG} about the grey cat", "no")]))
    tape.turn_to("a")
    missed(tape, request(f"{LONG} about the black {HOSTILE} cat"))
    misses = tuple(tape.account("a").misses)
    found = Replay(
        submission="sub-test", status="whole", rung="r", recorded_calls=1, rekeyed_calls=2,
        unread_calls=3, cells=(
            CellReplay(cell_id="a", index=0, word="not_recorded", why="asks", misses=misses),
            CellReplay(cell_id="b", index=1, word="same", why="given once more: 2", reused=2),
        ),
    )  # fmt: skip
    built = Built([Did("a", "1")])
    path = tmp_path / "submission.zip"
    path.write_bytes(built.archive())
    monkeypatch.setattr(command, "run_replay", lambda *_, **__: found)
    monkeypatch.setattr(command.Bench, "of", lambda settings: None)
    as_json = CliRunner().invoke(replay_command, [str(path), "--json"], catch_exceptions=False)
    page = replayed(evidence_of(built.attempt(), found))

    told = tell(found)
    assert "      message 1 (user): … says or asks about the [-grey-] {+black" in told
    assert "b: same. given once more: 2" in told
    assert "2 calls were keyed by another version" in told and "3 calls are of a version" in told
    assert Replay.from_value(json.loads(as_json.stdout)) == found
    assert as_json.stdout.isascii() and "\x1b" not in as_json.stdout
    assert "grey" in page and "given once more: 2" in page and "2 keyed anew, 3 not read" in page
    assert "<script>" not in page and "\x1b" not in page and "\u202e" not in page


def evidence_of(attempt: Attempt, found: Replay) -> Any:
    class Evidence:
        about = attempt.about
        replay = found
        replay_why = ""

    return Evidence()
