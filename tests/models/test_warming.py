"""The worker warms up while nobody asks, and stops at once when somebody does."""

from __future__ import annotations

import json
import select
import subprocess
import sys

from harness.models.engine import Engine
from harness.models.request import ChatRequest
from harness.models.warming import JOBS, warm


def test_every_small_job_is_done_while_nobody_waits(engine: Engine) -> None:
    waits: list[float] = []

    done = warm(engine, lambda within_s: bool(waits.append(within_s)))

    assert done == len(JOBS) == len(waits)
    assert waits[0] > 1 > waits[1]


def test_work_comes_before_the_next_small_job(engine: Engine) -> None:
    asked = iter([False, False, True])

    assert warm(engine, lambda _: next(asked)) == 2


def test_answers_are_the_same_before_and_behind_it(engine: Engine) -> None:
    message = {"role": "user", "content": "Rewrite in capitals: the gate shuts at six"}
    asked = ChatRequest.from_wire("sim-medium", [message], {"temperature": 0, "seed": 1})
    before = engine.chat(asked).choices[0].text

    warm(engine, lambda _: False)

    assert engine.chat(asked).choices[0].text == before


def test_a_call_that_waits_is_answered_first_and_the_end_of_input_ends_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "harness.models.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"ready": True}
        # nothing is said while it warms up: the next line is the answer to the next call
        assert not select.select([process.stdout], [], [], 3)[0]
        process.stdin.write(b'{"id": 7, "op": "ping"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == {"id": 7, "ok": True}
        process.stdin.close()
        assert process.wait(30) == 0
