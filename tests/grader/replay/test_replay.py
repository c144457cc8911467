"""A submission is run again from its tape, in the sandbox; each cell gets one word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.bench import Bench
from grader.records import CellReplay, Replay
from grader.replay import replay
from grader.replay.command import replay as replay_command
from grader.replay.comparing import normalised
from grader.replay.engine import Pace
from harness.core.settings import Settings
from harness.kernel import words
from tests.grader.attempts import Asked, Built, Did, asking, code

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(180)]
QUICK = Pace(cell_s=3, notebook_s=60)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(Settings())


def cells_of(found: Replay) -> dict[str, CellReplay]:
    return {cell.cell_id: cell for cell in found.cells}


def words_of(found: Replay) -> dict[str, str]:
    return {cell.cell_id: cell.word for cell in found.cells}


def test_cells_that_do_what_they_did_are_the_same_and_what_differs_has_a_diff(
    bench: Bench,
) -> None:
    did = [
        Did("plain", "x = 2\nprint(x)", out="2\n"),
        Did("other", "print(x + 1)", out="4\n"),
        Did("raised", "1/0", error="ZeroDivisionError: division by zero"),
        Did("after", "print('on')", out="on\n"),
        Did("then", "print('now fine')", error="KeyError: 'k'"),
        Did("now", "undefined_name", out="5\n"),
        Did("noise", "print(object())", out="<object object at 0x7f0000000000>\n"),
        Did("order", "print({'pear', 'apple', 'fig'} == {'fig', 'apple', 'pear'})", out="True\n"),
        Did("colour", "print('\\x1b[31mred\\x1b[0m')", out="red\n"),
        Did("slow", "print('took 3.1 s')", out="took 7.9 s\n"),
    ]
    cells = [code(one.cell_id, one.source) for one in did] + [code("never", "print('new')")]

    found = replay(Built(did, cells=cells).attempt(), bench=bench)

    assert words_of(found) == {
        "plain": "same", "other": "different", "raised": "same", "after": "same",
        "then": "error_then", "now": "error_now", "noise": "same", "order": "same",
        "colour": "same", "slow": "same", "never": "not_run",
    }  # fmt: skip
    assert "-[stdout] 4\n+[stdout] 3" in cells_of(found)["other"].diff
    assert found.status == "whole"
    assert found.rung == bench.rung.name


def test_a_cells_calls_are_answered_from_its_own_last_run_and_twice_is_equal(bench: Bench) -> None:
    first, second = asking("Is it blue?"), asking("Is it red?")
    did = [
        Did("a", first, out="yes\n", asked=[Asked("Is it blue?", "yes")]),
        Did("b", first, out="no\n", asked=[Asked("Is it blue?", "no")]),
        Did("a", first, out="maybe\n", asked=[Asked("Is it blue?", "maybe")]),
        Did("gone", second, out="never\n", asked=[Asked("Is it red?", "never")]),
        Did("edited", "print('not yet')", out="never\n"),
        Did("miss", "print('blue')", out="yes\n"),
    ]
    cells = [
        code("a", first), code("b", first), code("edited", second), code("miss", asking("Green?")),
    ]  # fmt: skip
    attempt = Built(did, cells=cells).attempt()

    once, again = (replay(attempt, bench=bench) for _ in range(2))

    cells_by_id = cells_of(once)
    assert once.to_bytes() == again.to_bytes()
    assert (cells_by_id["a"].word, cells_by_id["b"].word) == ("same", "same")
    assert cells_by_id["edited"].fallbacks == 1
    assert cells_by_id["edited"].word == "same"
    assert "edited after its last run" in cells_by_id["edited"].why
    (miss,) = cells_by_id["miss"].misses
    assert cells_by_id["miss"].word == "not_recorded"
    assert (miss.what, miss.model) == ("chat", "sim-small")
    assert "Green?" in miss.nearest
    assert once.recorded_calls == 4


def test_a_loop_of_requests_that_were_never_made_is_named_up_to_a_limit(bench: Bench) -> None:
    source = (
        "from harness.kernel import llm\n"
        "for n in range(70):\n"
        "    try: llm(f'never asked {n}', model='sim-small')\n"
        "    except Exception: pass\n"
    )
    did = [Did("ask", "1", asked=[Asked("Is it blue?", "yes")]), Did("loop", source)]

    found = cells_of(replay(Built(did).attempt(), bench=bench))

    assert found["loop"].word == "not_recorded"
    assert len(found["loop"].misses) == 50
    assert "and 49 more" in found["loop"].why


def test_questions_and_ideas_come_from_the_record_and_budget_and_submit_write_nothing(
    bench: Bench,
) -> None:
    client = "from harness.kernel import ask, hypothesis, budget, submit\n"
    ask = client + "ask('What is in a tray?')"
    idea = client + "hypothesis('it is the prompt')"
    asked = {"question": "What is in a tray?", "text": "Mail.", "facts": [], "nearest": []}
    typed = {"question": "Who?", "text": "Jon.", "facts": [], "nearest": [], "live": True}
    noted = {"id": "h7", "text": "it is the prompt", "status": "open", "is_new": True}
    did = [
        Did("ask", ask, out="Mail.\n", notes=[("ask", asked)]),
        Did(
            "live", client + "ask('Who?')", out=f"{words.ASK_WAITS}\nJon.\n", notes=[("ask", typed)]
        ),
        Did("idea", idea, out="Noted as h7 (open).\n", notes=[("hypothesis", noted)]),
        Did("unasked", client + "ask('Who are you?')", out="Tove.\n"),
        Did("purse", client + "budget()", out="$0.5000 left\n"),
    ]
    cells = [code(one.cell_id, one.source) for one in did] + [code("s", client + "submit()")]

    found = cells_of(replay(Built(did, cells=cells).attempt(), bench=bench))

    assert found["ask"].word == found["idea"].word == found["live"].word == "same"
    assert found["unasked"].word == "not_recorded"
    assert found["purse"].word == "different"  # the client says more than was put on record here
    assert found["s"].word == "not_run"


def test_a_streamed_call_through_the_usual_client_is_answered_from_the_tape(bench: Bench) -> None:
    source = (
        "from openai import OpenAI\n"
        "parts = OpenAI().chat.completions.create(model='sim-small', stream=True,\n"
        "    messages=[{'role': 'user', 'content': 'Go on?'}])\n"
        "print(''.join(p.choices[0].delta.content or '' for p in parts))"
    )
    did = [Did("s", source, out="yes, do go on with it\n",
               asked=[Asked("Go on?", "yes, do go on with it")])]  # fmt: skip

    found = replay(Built(did).attempt(), bench=bench)

    assert words_of(found) == {"s": "same"}


def test_equal_calls_at_once_that_were_named_get_each_its_own_answer_in_any_order(
    bench: Bench,
) -> None:
    source = (
        "from openai import OpenAI\n"
        "def ask(name):\n"
        "    return OpenAI().chat.completions.create(model='sim-small', extra_headers="
        "{'x-call-id': name},\n"
        "        messages=[{'role': 'user', 'content': 'Go on?'}]).choices[0].message.content\n"
        "later = ask('second')\n"
        "print(ask('first'), later)"
    )
    did = [Did("s", source, out="yes no\n", asked=[
        Asked("Go on?", "yes", call_id="first"), Asked("Go on?", "no", call_id="second"),
    ])]  # fmt: skip

    found = replay(Built(did).attempt(), bench=bench)

    assert words_of(found) == {"s": "same"}


def test_vectors_are_answered_from_the_tape(bench: Bench) -> None:
    source = (
        "from openai import OpenAI\n"
        "for form in ('float', None):\n"
        "    more = {'encoding_format': form} if form else {}\n"
        "    row = OpenAI().embeddings.create(model='sim-embed', input='a till', **more)\n"
        "    print(row.data[0].embedding)"
    )
    vector = "AACAPwAAAAA="  # 1.0, 0.0
    asked = [Asked("a till", "", model="sim-embed", vector=vector)] * 2
    did = [Did("s", source, out="[1.0, 0.0]\n[1.0, 0.0]\n", asked=asked)]

    found = replay(Built(did).attempt(), bench=bench)

    assert words_of(found) == {"s": "same"}


def test_a_call_in_openais_other_spelling_is_answered_from_the_tape(bench: Bench) -> None:
    source = (
        "from openai import OpenAI\n"
        "print(OpenAI().responses.create(model='sim-small', input='Go on?').output_text)"
    )
    did = [Did("s", source, out="yes, do go on\n", asked=[Asked("Go on?", "yes, do go on")])]

    found = replay(Built(did).attempt(), bench=bench)

    assert words_of(found) == {"s": "same"}


@pytest.mark.parametrize("age_s", [5, 59, 61, 119, 3_700, 90_000])
def test_what_check_says_of_an_older_save_makes_no_difference(age_s: float) -> None:
    stale = words.CHECK_STALE.format(age=words.tell_age(age_s))
    then = [("stream", {"name": "stdout", "text": f"We can read all 5 parts.\n{stale}\n"})]
    now = [("stream", {"name": "stdout", "text": "We can read all 5 parts.\n"})]
    other = [("stream", {"name": "stdout", "text": f"We can read 4 parts.\n{stale}\n"})]

    assert normalised(then) == normalised(now) != normalised(other)


def test_what_ends_a_cell_ends_that_cell_alone(bench: Bench) -> None:
    did = [
        Did("loop", "while True: pass", out=""),
        Did("exit", "import sys; sys.exit(0)", error="SystemExit: 0"),
        Did("builtins", "import builtins\nbuiltins.print = lambda *a, **k: None", out=""),
        Did("silenced", "print('as it was')", out="as it was\n"),
        Did("still", "import sys\nsys.stdout.write('here\\n');", out="here\n"),
    ]

    found = cells_of(replay(Built(did).attempt(), bench=bench, pace=QUICK))

    assert found["loop"].word == "timed_out"
    assert found["exit"].diff.count("\n+[stderr]") == 2  # IPython's own word on exit, nothing else
    assert found["silenced"].word == "different"
    assert found["builtins"].word == "same"
    assert found["still"].word == "same"


def test_a_loop_that_takes_no_interrupt_ends_with_its_kernel_and_the_rest_is_not_reached(
    bench: Bench,
) -> None:
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    did = [Did("stubborn", stubborn), Did("rest", "print(1)", out="1\n")]

    found = replay(Built(did).attempt(), bench=bench, pace=Pace(cell_s=2, notebook_s=30))

    assert cells_of(found)["stubborn"].word == "error_now"
    assert "the kernel ended in it" in cells_of(found)["stubborn"].why
    assert cells_of(found)["rest"].word == "not_reached"
    assert found.status == "partial"
    assert "rest" in found.why


@pytest.mark.timeout(300)
def test_a_cell_that_prints_a_hundred_megabytes_is_cut_and_the_next_one_runs(bench: Bench) -> None:
    flood = "for _ in range(100): print('y' * 1_000_000)"
    did = [Did("flood", flood, out="z\n"), Did("on", "print(1)", out="1\n")]

    found = replay(Built(did).attempt(), bench=bench, pace=Pace(cell_s=200, notebook_s=240))

    assert words_of(found) == {"flood": "different", "on": "same"}
    assert len(cells_of(found)["flood"].diff) <= 20_000


def test_a_kernel_that_ends_itself_is_an_error_now(bench: Bench) -> None:
    did = [Did("end", "import os; os._exit(0)", out=""), Did("rest", "1", out="")]

    found = replay(Built(did).attempt(), bench=bench, pace=QUICK)

    assert words_of(found) == {"end": "error_now", "rest": "not_reached"}


def test_a_name_from_a_cell_that_is_gone_is_told_as_that(bench: Bench) -> None:
    did = [Did("lost", "cases = [1, 2]", out=""), Did("use", "print(len(cases))", out="2\n")]
    cells = [code("use", "print(len(cases))")]

    found = cells_of(replay(Built(did, cells=cells).attempt(), bench=bench))

    assert found["use"].word == "cell_gone"
    assert "lost" in found["use"].why


def test_doubled_ids_are_run_and_told_apart(bench: Bench) -> None:
    did = [Did("x", "print(1)", out="1\n")]
    cells = [code("x", "print(1)"), code("x", "print(2)"), code(None, "print(3)")]

    found = words_of(replay(Built(did, cells=cells).attempt(), bench=bench))

    assert found == {"x": "same", "#2": "not_run", "#3": "not_run"}


def test_errors_are_replayed_as_they_came_and_a_retry_gets_what_came_next(bench: Bench) -> None:
    source = (
        "from openai import OpenAI\n"
        "import openai\n"
        "def ask(text, **more):\n"
        "    return OpenAI().chat.completions.create(model='sim-small', **more,\n"
        "        messages=[{'role': 'user', 'content': text}])\n"
        "try: ask('Broken?')\n"
        "except openai.InternalServerError as problem: print(problem.status_code, problem.code)\n"
        "print(ask('Busy?').choices[0].message.content)\n"
        "said = ''\n"
        "try:\n"
        "    for part in ask('Late?', stream=True): said += part.choices[0].delta.content or ''\n"
        "except openai.APIError as problem: print(said, problem.code)"
    )
    body = {
        "error": {"message": "no", "type": "api_error", "param": None, "code": "upstream_error"}
    }
    failed: dict[str, Any] = {"status": "failed", "usage": None, "response": body}
    message = {"role": "assistant", "content": "so far "}
    cut = {"id": "c", "created": 0, "model": "sim-small", "system_fingerprint": "simulated",
           "choices": [{"index": 0, "message": message, "finish_reason": None}],
           "error": body["error"] | {"code": "session_deadline_exceeded"}}  # fmt: skip
    shown = "502 upstream_error\nat last\nso far  session_deadline_exceeded\n"
    did = [Did("e", source, out=shown, asked=[
        Asked("Broken?", "", recorded=failed | {"http_status": 502}),
        Asked("Busy?", "", recorded=failed | {"http_status": 503}), Asked("Busy?", "at last"),
        Asked("Late?", "", recorded={"response": cut}),
    ])]  # fmt: skip

    found = replay(Built(did).attempt(), bench=bench)

    assert words_of(found) == {"e": "same"}, found.cells[0].diff


def test_what_is_asked_more_often_than_then_gets_the_last_answer_again_and_is_marked(
    bench: Bench,
) -> None:
    source = (
        "from harness.kernel import llm\n"
        "for _ in range(4): print(llm('Is it blue?', model='sim-small'))"
    )
    asked = [Asked("Is it blue?", "yes"), Asked("Is it blue?", "maybe")]
    did = [
        Did("often", source, out="yes\nmaybe\nno\nmaybe\n", asked=asked),
        Did("once", asking("Is it blue?"), out="no\n", asked=[Asked("Is it blue?", "no")]),
    ]

    found = replay(Built(did).attempt(), bench=bench)

    often, once = (cells_of(found)[name] for name in ("often", "once"))
    assert (often.word, often.calls, often.fallbacks, often.reused) == ("same", 4, 1, 1)
    assert "other cells' calls: 1; answers given once more" in often.why
    assert (once.word, once.reused, once.why) == ("same", 0, "")


def test_a_kernel_finds_no_network_no_secret_and_nothing_that_tells_a_replay(bench: Bench) -> None:
    source = (
        "import os\n"
        "told = [k for k in os.environ if 'replay' in (k + os.environ[k]).lower()]\n"
        "print(told, os.environ['OPENAI_API_KEY'], os.getcwd(), os.path.exists('/etc/shadow'))"
    )
    shown = "[] sandbox-needs-no-key /home/candidate/practice False\n"

    found = replay(Built([Did("look", source, out=shown)]).attempt(), bench=bench)

    assert words_of(found) == {"look": "same"}


def test_a_notebook_that_cannot_be_read_is_an_error_with_its_reason(bench: Bench) -> None:
    found = replay(Built([Did("a", "1")], notebook=b"none").attempt(), bench=bench)

    assert found.status == "error"
    assert "no code cell" in found.why


def test_a_terminal_is_told_control_codes_and_never_sent_them(tmp_path: Path) -> None:
    raising = "raise ValueError('\\x1b]0;mine\\x07\\u202eabc')"
    did = [Did("raise", raising, out="fine\n")]
    cells = [code("raise", raising), code("\x1b[2J\u202ex", "1")]
    path = tmp_path / "submission.zip"
    path.write_bytes(Built(did, cells=cells).archive())

    told = CliRunner().invoke(replay_command, [str(path)], catch_exceptions=False)

    assert told.exit_code == 1
    assert "error now" in told.output and "[U+202E]" in told.output
    assert not set("\x1b\x07\u202e") & set(told.stdout)
