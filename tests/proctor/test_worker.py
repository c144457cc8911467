"""The client of the model worker: never waits for ever, never mixes answers up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psutil
import pytest

from harness.proctor.errors import WorkerAway, WorkerBroken, WorkerRefused, WorkerSlow
from harness.proctor.worker import Worker
from tests.proctor.builders import fake_worker

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def running(worker: Worker) -> AsyncIterator[list[Any]]:
    """A worker that is started; yields what it listed."""
    listed: list[Any] = []

    async def on_ready(models: list[Any]) -> None:
        listed.append(models)

    worker.start(on_ready)
    try:
        yield listed
    finally:
        await worker.close()


def said(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text}]


async def test_the_embedded_model_answers_counts_encodes_and_lists_itself() -> None:
    worker = Worker()
    messages = said("Which label, refund or delay? Text: my parcel is late.")
    async with running(worker) as listed:
        answer = await worker.chat("sim-small", messages, {"temperature": 0, "max_tokens": 50})
        counted = await worker.count("sim-small", messages)
        vectors = await worker.encode(["one", "two"])

    assert answer["choices"][0]["text"]
    assert counted == answer["usage"]["prompt_tokens"]
    assert [len(v) for v in vectors] == [384, 384]
    names = ["sim-small", "sim-medium", "sim-large", "sim-embed"]
    assert [m["name"] for m in listed[0]] == names


async def test_each_answer_finds_its_own_caller() -> None:
    worker = fake_worker()
    async with running(worker):
        answers = await asyncio.gather(
            *(worker.chat("sim-small", said(f"number {n}"), {}) for n in range(100))
        )

    assert [a["choices"][0]["text"] for a in answers] == [f"NUMBER {n}" for n in range(100)]


async def test_a_caller_who_leaves_disturbs_nobody() -> None:
    worker = fake_worker()
    async with running(worker):
        await worker.wait_ready()
        left = asyncio.create_task(worker.chat("sim-small", said("sleep 0.3"), {}))
        await asyncio.sleep(0.1)
        left.cancel()
        stayed = await worker.chat("sim-small", said("stayed"), {})

    assert left.cancelled()
    assert stayed["choices"][0]["text"] == "STAYED"


async def test_everyone_who_waits_hears_that_the_worker_died_and_a_new_one_comes() -> None:
    worker = fake_worker()
    async with running(worker) as listed:
        await worker.wait_ready()
        first = worker.pid
        results = await asyncio.gather(
            *(worker.chat("sim-small", said(text), {}) for text in ("die", "a", "b")),
            return_exceptions=True,
        )
        after = await worker.chat("sim-small", said("after"), {})
        second = worker.pid

    assert [type(r) for r in results] == [WorkerAway] * 3
    assert after["choices"][0]["text"] == "AFTER"
    assert first != second and len(listed) == 2


async def test_a_worker_that_hangs_is_replaced_but_a_busy_one_is_not() -> None:
    worker = fake_worker(answer_within_s=0.6)
    async with running(worker):
        await worker.wait_ready()
        pid = worker.pid
        busy = await asyncio.gather(
            *(worker.chat("sim-small", said("sleep 0.25"), {}) for _ in range(4)),
            return_exceptions=True,
        )
        await asyncio.sleep(0.6)
        still = worker.pid
        with pytest.raises(WorkerSlow):
            await worker.chat("sim-small", said("hang"), {})
        after = await worker.chat("sim-small", said("after"), {})

        assert [type(r).__name__ for r in busy].count("WorkerSlow") >= 1
        assert still == pid != worker.pid
        assert after["choices"][0]["text"] == "AFTER"


async def test_a_refusal_keeps_its_code() -> None:
    worker = fake_worker()
    async with running(worker):
        with pytest.raises(WorkerRefused, match="9 tokens") as raised:
            await worker.chat("sim-small", said("too long"), {})

    assert raised.value.code == "context_length_exceeded"


async def test_what_is_not_the_wire_ends_the_worker_and_not_us() -> None:
    worker = fake_worker()
    async with running(worker):
        with pytest.raises(WorkerAway):
            await worker.chat("sim-small", said("nonsense"), {})
        after = await worker.chat("sim-small", said("after"), {})

    assert after["choices"][0]["text"] == "AFTER"


async def test_an_answer_of_another_shape_is_no_answer() -> None:
    worker = fake_worker()
    async with running(worker):
        with pytest.raises(WorkerBroken):
            await worker.chat("sim-small", said("x"), {"n": 0})


async def test_a_program_that_never_starts_is_told_and_tried_again() -> None:
    worker = Worker(("/nonexistent/python",), ready_within_s=0.4)
    async with running(worker):
        with pytest.raises(WorkerAway):
            await worker.chat("sim-small", said("x"), {})

        assert worker.state == "loading"


async def test_no_worker_outlives_its_client() -> None:
    worker = fake_worker()
    async with running(worker):
        await worker.wait_ready()
        assert worker.pid is not None
        process = psutil.Process(worker.pid)

    assert not process.is_running()
    with pytest.raises(WorkerAway):
        await Worker(("true",), ready_within_s=0.1).encode(["x"])
