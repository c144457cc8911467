"""Without walls the record is the candidate's own word: the workspace and the record say so."""

from __future__ import annotations

from pathlib import Path

from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import Lab


def test_the_workspace_and_the_record_say_that_nothing_stands_between(
    lab: Lab, proctor: FakeProctor
) -> None:
    _, status = lab.ask("GET", "/audition/api/status")
    began = proctor.wait_for(lambda event: event.kind == "session_start")

    assert (status["rung"], status["self_attested"]) == ("none", True)
    assert (began.payload["rung"], began.payload["self_attested"]) == ("none", True)


def test_no_kernel_is_prepared_without_walls(lab: Lab) -> None:
    assert lab.ask("GET", "/lab")[0] == 200
    assert lab.process is not None
    children = Path(f"/proc/{lab.process.pid}/task/{lab.process.pid}/children")

    assert children.read_text(encoding="ascii").split() == []
