"""A pause from the panel's door to the reviewer's page: it stands in no share of own time."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from grader.intake import read_attempt
from harness.core.clock import SteppedClock, to_wire
from tests.proctor.builders import proctor, settings_for
from tests.proctor.record import an_event, as_bytes, line, save

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """The one event loop we use."""
    return "asyncio"


async def test_what_was_paused_is_on_record_and_in_no_share_of_own_time(tmp_path: Path) -> None:
    clock = SteppedClock(dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC))  # when a_save() says it is
    async with proctor(settings_for(tmp_path), clock=clock, minutes=30) as up:
        async with line(up) as to, up.lab as lab:

            async def run(name: str) -> None:
                at, place = to_wire(clock.now()), {"msg_id": f"m-{name}"}
                await to.keep(an_event(name, at=at, **place))
                await to.keep(an_event(f"{name}-end", "execute_reply", at=at, **place))

            await run("first")
            clock.advance(60)
            await run("second")
            assert (await lab.post("/s/pause", json={})).status_code == 200
            clock.advance(300)
            assert (await lab.post("/s/resume", json={})).status_code == 200
            clock.advance(60)
            await run("third")
            await save(up, "s1", as_bytes())
            answer = await lab.post("/s/submit", json={"exercise": "practice"})
        async with up.operator as operator:
            path = f"/submissions/{answer.json()['submission']}"
            data = (await operator.get(path)).content
        public = up.service.signer.public
    attempt = read_attempt(data, public=public, find_exercise=lambda slug: None)
    shares = {event.id: attempt.own_time.share(event.at) for event in attempt.events}

    kinds = [event.kind for event in attempt.events if event.kind in ("pause", "resume")]
    assert kinds == ["pause", "resume"]
    assert attempt.own_time.folds() == []
    assert shares["third"] == pytest.approx(2 * shares["second"])
    assert "ends_at" not in json.dumps([event.payload for event in attempt.events])
