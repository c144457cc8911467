"""Rows 1 to 14 of the error catalogue, each provoked for real and held to docs/proctor.md.

A real proctor answers; openai-python and litellm raise. What is compared is what a notebook shows.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openai
import pytest

from harness.core.clock import SteppedClock
from harness.core.settings import Settings
from harness.proctor.deadline import GRACE
from harness.proctor.worker import Worker
from tests.conftest import ROOT
from tests.proctor.builders import Up, ask, fake_worker, proctor, settings_for
from tests.proctor.record import an_event, line
from tests.proctor.test_providers import with_model
from tests.proctor.upstream import good, upstream

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.timeout(180),
    pytest.mark.filterwarnings("ignore"),  # litellm's own, on import
]
LINK = [{"type": "image_url", "image_url": {"url": "http://192.0.2.1/x.png"}}]
OVER: dict[str, Any] = {"prompt_tokens": 50_000, "completion_tokens": 50_000}
ROW = re.compile(r"\| (\d+) \| ([^|]+) \| (\d{3}) `(\w+)` \| `(\w+)` \| ([^|]+) \|")


@dataclass(frozen=True)
class Told:
    """A row as the docs have it."""

    status: int
    code: str
    raised: str
    is_retried: bool
    words: str

    def matches(self, message: str) -> bool:
        """Whether a message is these words, with something in place of each {blank}."""
        pieces = re.split(r"\{\w+\}", self.words)
        return re.fullmatch("(.+?)".join(map(re.escape, pieces)), message) is not None


def read_rows() -> dict[int, Told]:
    text = (ROOT / "docs/proctor.md").read_text(encoding="utf-8")
    return {
        int(n): Told(int(status), code, raised, "*retry*" in when, words.strip())
        for n, when, status, code, raised, words in ROW.findall(text)
    }


ROWS = read_rows()
Do = Callable[[Up, SteppedClock], Awaitable[None]]


async def _nothing(up: Up, clock: SteppedClock) -> None:
    """The call itself is enough."""


async def _call_once(up: Up, clock: SteppedClock) -> None:
    async with up.kernel as client:
        model = "house" if up.service.settings.models else "sim-small"
        body = ask("hello there", model=model, max_tokens=2)
        assert (await client.post("/v1/chat/completions", json=body)).status_code == 200


async def _replace_pass(up: Up, clock: SteppedClock) -> None:
    async with up.operator as operator:
        await operator.post(f"/sessions/{up.card.session}/tokens")


async def _begin_and_end(up: Up, clock: SteppedClock) -> None:
    async with line(up) as to:
        await to.keep(an_event("begun"))
    clock.advance(10 * 60 + GRACE.total_seconds() + 1)


async def _begin_and_pause(up: Up, clock: SteppedClock) -> None:
    async with line(up) as to:
        await to.keep(an_event("begun"), an_event("done", "status", msg_id="m-begun",
                      cell_id="cell-begun", payload={"execution_state": "idle"}))  # fmt: skip
    async with up.lab as lab:
        answer = await lab.post("/s/pause", json={})
        assert answer.status_code == 200, answer.text


@dataclass(frozen=True)
class Case:
    """How a row is provoked.

    Attributes:
        litellm: class that litellm raises.
        do: what happens before the call.
        call: fields of the call, over a plain one.
        purse: fields of the purse, over the practice's.
        worker: makes the model worker.
        is_provided: whether the model is a provider's, which takes more than was set aside.
    """

    litellm: str
    do: Do = _nothing
    call: dict[str, Any] = field(default_factory=dict)
    purse: dict[str, Any] = field(default_factory=dict)
    worker: Callable[[], Worker] = fake_worker
    is_provided: bool = False


def saying(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]}


CASES = {
    1: Case("AuthenticationError", _replace_pass),
    2: Case("RateLimitError", _call_once, purse={"usd": "0.00000255"}, call={"max_tokens": 2}),
    3: Case("RateLimitError", purse={"usd": "0.0000001"}),
    4: Case("RateLimitError", _call_once, purse={"calls": 1}),
    5: Case("RateLimitError", _call_once, purse={"calls_per_minute": 1}),
    6: Case("NotFoundError", call={"model": "gpt-9"}),
    7: Case("APIError", _begin_and_end),
    8: Case("APIError", _begin_and_pause),
    9: Case("BadRequestError", call={"extra_body": {"store": True}}),
    10: Case("BadRequestError", call={"messages": [{"role": "user", "content": LINK}]}),
    11: Case("BadRequestError", call=saying("word " * 9000), worker=Worker),
    12: Case("ServiceUnavailableError", call=saying("die")),
    13: Case(
        "Timeout", call=saying("sleep 5"), worker=lambda: fake_worker(answer_within_s=1.0)
    ),
    14: Case("ServiceUnavailableError", _call_once, call={"model": "house"}, is_provided=True),
}  # fmt: skip


@asynccontextmanager
async def provoked(case: Case, tmp_path: Path) -> AsyncIterator[Up]:
    """A proctor in the state in which the next call is refused."""
    clock = SteppedClock()
    async with AsyncExitStack() as stack:
        changed: dict[str, Any] = {"purse": case.purse} if case.purse else {}
        settings: Settings = settings_for(tmp_path, **changed)
        if case.is_provided:
            there = await stack.enter_async_context(upstream(body=good(**OVER)))
            settings = with_model(tmp_path, there.url)
        up = await stack.enter_async_context(
            proctor(settings, worker=case.worker(), clock=clock, minutes=10)
        )
        await case.do(up, clock)
        yield up


def test_the_docs_have_all_fourteen_rows_and_each_is_provoked() -> None:
    assert sorted(ROWS) == sorted(CASES) == list(range(1, 15))


@pytest.mark.parametrize("number", CASES)
async def test_openai_raises_the_right_class_with_the_catalogues_words(
    tmp_path: Path, number: int
) -> None:
    case, told = CASES[number], ROWS[number]
    async with provoked(case, tmp_path) as up, up.openai(max_retries=0) as client:
        with pytest.raises(openai.APIStatusError) as raised:
            await client.chat.completions.create(**(ask("hello there") | case.call))
    no = raised.value

    assert type(no).__name__ == told.raised
    assert (no.status_code, no.code) == (told.status, told.code)
    assert no.response.headers["x-should-retry"] == str(told.is_retried).lower()
    assert isinstance(no.body, dict)
    assert told.matches(no.body["message"]), no.body["message"]
    assert no.body["message"] in str(no).replace("\\'", "'").replace('\\"', '"')


@pytest.mark.parametrize("number", CASES)
async def test_litellm_raises_the_like_and_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # as in every kernel
    import litellm

    case, told = CASES[number], ROWS[number]
    async with provoked(case, tmp_path) as up:
        asked = ask("hello there") | case.call
        with pytest.raises(Exception) as raised:
            await litellm.acompletion(
                **asked | {"model": f"openai/{asked['model']}"},
                api_base=f"{up.url}/v1", api_key=up.card.kernel_token, max_retries=0,
            )  # fmt: skip
    before, _, said = str(raised.value).rpartition("OpenAIException - ")

    assert type(raised.value).__name__ == case.litellm
    assert getattr(raised.value, "status_code", None) in (told.status, 408)  # 408 is its Timeout's
    assert before.startswith("litellm.") and told.matches(said), str(raised.value)
