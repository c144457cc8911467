"""Each thing that is refused: its words name the next step, and the record stays as it was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.core.clock import SteppedClock
from harness.proctor.deadline import GRACE
from tests.proctor.builders import Up, ask, proctor, settings_for
from tests.proctor.record import an_event, line, raw_journal

pytestmark = pytest.mark.anyio
URL = "/v1/chat/completions"


@dataclass(frozen=True)
class Refused:
    """One refused call.

    Attributes:
        body: what is sent; bytes as they are, a dict as JSON.
        status: HTTP status.
        code: the error's code.
        step: part of the words that says what to do next.
        purse: another purse than the practice's.
        token: another token than the kernel's; "expired" is one that was replaced.
        is_late: sent after the hard end.
    """

    body: dict[str, Any] | bytes
    status: int
    code: str
    step: str
    purse: tuple[tuple[str, Any], ...] = ()
    token: str | None = None
    is_late: bool = False


PICTURE = {"type": "image_url", "image_url": {"url": "http://192.0.2.1/x.png"}}
REFUSED = {
    "unknown token": Refused(ask("x"), 401, "invalid_api_key", "Reload the page", token="made-up"),
    "replaced token": Refused(ask("x"), 401, "invalid_api_key", "Reload the page", token="expired"),
    "purse too small": Refused(
        ask("x"), 429, "insufficient_quota", "Lower max_tokens", purse=(("usd", "0.0000001"),)
    ),
    "past the end": Refused(
        ask("x"), 403, "session_deadline_exceeded", "has been submitted", is_late=True
    ),
    "unknown model": Refused(ask("x", model="gpt-9"), 404, "model_not_found", "You can call:"),
    "no JSON": Refused(b"hello", 400, "bad_request", "JSON"),
    "a link": Refused(
        {"model": "sim-small", "messages": [{"role": "user", "content": [PICTURE]}]},
        400, "unsupported_content", "Put the text",
    ),
    "body too large": Refused(ask("x" * (5 << 20)), 413, "request_too_large", ""),
}  # fmt: skip


async def _send(up: Up, case: Refused) -> tuple[int, dict[str, Any], str]:
    token = case.token or up.card.kernel_token
    if token == "expired":
        token = up.card.kernel_token
        async with up.operator as operator:
            await operator.post(f"/sessions/{up.card.session}/tokens")
    async with up.http(token) as client:
        given = {"content": case.body} if isinstance(case.body, bytes) else {"json": case.body}
        answer = await client.post(URL, **given)  # type: ignore[arg-type]
    return answer.status_code, answer.json()["error"], answer.headers["x-should-retry"]


@pytest.mark.parametrize("name", REFUSED)
async def test_a_refused_call_says_what_to_do_and_leaves_record_and_ledger_alone(
    tmp_path: Path, name: str
) -> None:
    case, clock = REFUSED[name], SteppedClock()
    changed = {"purse": dict(case.purse)} if case.purse else {}
    settings = settings_for(tmp_path, **changed)
    async with proctor(settings, clock=clock, minutes=10) as up, line(up) as to:
        await to.keep(an_event("begun"))
        if case.is_late:
            clock.advance(10 * 60 + GRACE.total_seconds() + 1)
        before, calls = await raw_journal(up), await up.calls()
        status, error, retry = await _send(up, case)
        after, calls_after = await raw_journal(up), await up.calls()

    assert (status, error["code"], retry) == (case.status, case.code, "false")
    assert case.step in error["message"]
    assert before == after
    assert calls == calls_after == []


async def test_a_prompt_that_is_too_long_is_on_record_as_failed_and_costs_nothing(
    tmp_path: Path,
) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        async with up.kernel as client:
            answer = await client.post(URL, json=ask("too long"))
        calls, budget = await up.calls(), await up.budget()

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "context_length_exceeded")
    assert [(call.status, call.usage) for call in calls] == [("failed", None)]
    assert budget["calls_made"] == 0
