"""What a page puts on record, read by the trusted side as what a cell puts there is."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from grader.intake import read_attempt
from grader.replay.tape import Take, Tape, note_key
from grader.signals import read_signals
from grader.timeline.reading import read_timeline
from harness.core.clock import SteppedClock
from tests.proctor.builders import proctor, settings_for
from tests.proctor.record import an_event, as_bytes, line, save

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """The one event loop we use."""
    return "asyncio"


async def test_a_note_of_a_page_counts_in_timeline_signals_and_tape_as_a_cells_does(
    tmp_path: Path,
) -> None:
    clock = SteppedClock(dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC))
    question = "Which mistake hurts most?"
    async with proctor(settings_for(tmp_path), clock=clock, minutes=30) as up:
        async with line(up) as to, up.lab as lab, up.kernel as kernel:
            await lab.post("/s/start", json={"exercise": "practice"})
            clock.advance(60)
            await to.keep(an_event("first"))
            for client, where in ((kernel, "/k/"), (lab, "/s/")):
                more = {"exercise": "practice"} if where == "/s/" else {}
                asked = await client.post(f"{where}ask", json={"question": question} | more)
                assert asked.status_code in (200, 201)
            await kernel.post("/k/hypothesis", json={"text": "cell"})
            await lab.post("/s/hypotheses", json={"exercise": "practice", "text": "page"})
            refuted = {"exercise": "practice", "id": "h1", "status": "refuted"}
            await lab.post("/s/hypotheses", json=refuted)
            clock.advance(60)
            await save(up, "s1", as_bytes())
            answer = await lab.post("/s/submit", json={"exercise": "practice"})
        async with up.operator as operator:
            path = f"/submissions/{answer.json()['submission']}"
            data = (await operator.get(path)).content
        public = up.service.signer.public
    attempt = read_attempt(data, public=public, find_exercise=lambda slug: None)
    timeline = read_timeline(attempt)
    lanes = {lane.title: [mark.label for mark in lane.marks] for lane in timeline.lanes}
    tape = Tape(attempt, {})
    played = [tape.play(note_key("ask", {"question": question}), "ask", {}) for _ in range(2)]

    assert lanes["Questions asked"] == [question, question]
    assert lanes["Ideas"] == ["h1 written: cell", "h2 written: page", "h1 dropped: cell"]
    assert [turn.label for turn in timeline.turns] == ["own idea dropped"]
    assert [event.kind for event in attempt.events].count("clock_start") == 1
    assert len(read_signals(attempt)) == 5
    assert all(isinstance(one, Take) and one.what == "ask" for one in played)
    assert attempt.about.totals.questions == 2
