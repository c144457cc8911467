"""A cell that prints without end is cut on record and holds up nobody else."""

from __future__ import annotations

import threading

from harness.bench.jupyter_wire import Reply
from harness.lab.connection import TOO_FAST
from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import EMPTY, Lab

MEGABYTES = 200
FLOOD = f"for _ in range({MEGABYTES}):\n    print('x' * (1 << 20), flush=True)\n'the end'"


def test_a_flood_of_output_is_capped_and_counted_while_another_notebook_works(
    lab: Lab, proctor: FakeProctor
) -> None:
    (lab.work / "practice" / "other.ipynb").write_text(EMPTY, encoding="utf-8")
    loud, calm = lab.notebook(), lab.notebook("practice/other.ipynb")
    heard: list[Reply] = []
    flooding = threading.Thread(
        target=lambda: heard.append(loud.run(FLOOD, cell_id="flood", within_s=120))
    )
    flooding.start()
    proctor.wait_for(lambda event: event.cell_id == "flood" and event.kind == "stream")
    calm.run("0", cell_id="calm-first")
    meanwhile = 0
    while flooding.is_alive() or meanwhile < 5:
        assert calm.run(f"{meanwhile}", cell_id=f"calm-{meanwhile}").text == str(meanwhile)
        meanwhile += 1
    flooding.join()
    idle = proctor.wait_for(
        lambda event: event.cell_id == "flood" and event.payload.get("execution_state") == "idle"
    )
    proctor.wait_for(
        lambda event: event.cell_id == f"calm-{meanwhile - 1}" and event.kind == "execute_reply"
    )
    kept = [e for e in proctor.events if e.cell_id == "flood" and e.kind == "stream"]
    loud.close()
    calm.close()

    kept_bytes = sum(len(str(event.payload["text"])) for event in kept)
    cut = [event.payload.get("cut") or {"size_bytes": 0} for event in kept]
    cut.append(idle.payload.get("unkept") or {"size_bytes": 0})
    whole = sum(one["size_bytes"] for one in cut)  # type: ignore[index,call-overload,misc]
    assert heard[0].status == "ok", heard[0].text[-6000:].replace("x" * 40, "")
    assert TOO_FAST in heard[0].text and "ServerApp" not in heard[0].text
    assert 0 < kept_bytes <= (1 << 20) + (64 << 10)
    assert whole >= MEGABYTES << 20  # what was cut is said whole
    asked = [e.cell_id for e in proctor.of("execute_request") if str(e.cell_id).startswith("calm")]
    assert asked == ["calm-first", *(f"calm-{n}" for n in range(meanwhile))]
