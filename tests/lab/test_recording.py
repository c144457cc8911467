"""What a cell does is on record: asked before, answered after, whatever the kernel wishes."""

from __future__ import annotations

import json
import time

from harness.bench.jupyter_wire import Notebook
from harness.core.records import Announcement
from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import Lab, legacy_request


def of_cell(proctor: FakeProctor, cell_id: str) -> list[Announcement]:
    """Wait until a cell has ended and its reply came, and return all of it."""
    for kind in ("status", "execute_reply"):
        proctor.wait_for(
            lambda event: (
                event.kind == kind  # noqa: B023  waited for before the next turn
                and event.cell_id == cell_id
                and event.payload.get("execution_state") != "busy"
            )
        )
    return [event for event in proctor.events if event.cell_id == cell_id]


def test_a_cells_request_is_on_record_before_its_outputs(
    notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run("print('hi')\n6 * 7", cell_id="first-cell")

    events = of_cell(proctor, "first-cell")
    published = [event for event in events if event.kind != "execute_reply"]
    kinds = [event.kind for event in published]
    assert kinds[0] == "execute_request"
    assert kinds[1:5] == ["status", "execute_input", "stream", "execute_result"]
    assert published[0].payload["source"] == "print('hi')\n6 * 7"
    assert published[3].payload == {"name": "stdout", "text": "hi\n"}
    assert published[4].payload["data"] == {"text/plain": "42"}
    assert {event.exercise for event in events} == {"practice"}
    assert {event.kernel_id for event in events} == {notebook.kernel_id}
    assert len({event.msg_id for event in events}) == 1
    assert [event.at for event in events] == sorted(event.at for event in events)


def test_what_a_browser_calls_itself_is_on_record_since_the_kernel_reads_it(
    notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run("1")
    event = proctor.wait_for(
        lambda event: (
            event.payload.get("msg_type") == "browser_connected"
            and event.kernel_id == notebook.kernel_id
        )
    )

    assert event.kind == "other_request"
    assert event.payload["session_id"] == notebook._client


def test_an_error_is_recorded_with_its_name_and_the_status_of_its_reply(
    notebook: Notebook, proctor: FakeProctor
) -> None:
    reply = notebook.run("1 / 0", cell_id="broken-cell")

    events = {event.kind: event for event in of_cell(proctor, "broken-cell")}
    assert reply.status == "error"
    assert events["error"].payload["ename"] == "ZeroDivisionError"
    assert events["execute_reply"].payload["status"] == "error"


def test_a_client_of_the_old_protocol_is_recorded_likewise(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    with lab.socket_to(notebook.kernel_id, legacy=True) as old:
        old.send(json.dumps(legacy_request("'from an old client'", cell_id="old-cell")))
        events = of_cell(proctor, "old-cell")

    kinds = [event.kind for event in events]
    assert kinds[0] == "execute_request"
    assert events[0].payload["source"] == "'from an old client'"
    assert "execute_result" in kinds and "execute_reply" in kinds


def test_outputs_are_recorded_when_the_browser_left_in_the_middle_of_a_cell(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    code = "import time\nfor i in range(4):\n    print('tick', i, flush=True); time.sleep(0.3)"
    with lab.socket_to(notebook.kernel_id, legacy=True) as tab:
        notebook._socket.close()
        tab.send(json.dumps(legacy_request(code, cell_id="left-cell")))
        proctor.wait_for(lambda event: event.cell_id == "left-cell" and event.kind == "stream")

    events = of_cell(proctor, "left-cell")
    text = "".join(str(event.payload["text"]) for event in events if event.kind == "stream")
    assert text == "tick 0\ntick 1\ntick 2\ntick 3\n"
    assert [event.kind for event in events].count("execute_reply") == 1


def test_the_reply_is_recorded_when_the_tab_that_asked_left_and_another_stayed(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    code = "import time; print('begun', flush=True); time.sleep(1)"
    with lab.socket_to(notebook.kernel_id, legacy=True) as tab:
        tab.send(json.dumps(legacy_request(code, cell_id="left-tab")))
        proctor.wait_for(lambda event: event.cell_id == "left-tab" and event.kind == "stream")

    events = of_cell(proctor, "left-tab")
    assert [event.kind for event in events].count("execute_reply") == 1
    assert notebook.run("'still here'").text == "'still here'"


def test_the_reply_is_recorded_when_the_page_is_loaded_anew_in_the_middle_of_a_cell(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    code = "import time; print('begun', flush=True); time.sleep(1.5)"
    with lab.socket_to(notebook.kernel_id, legacy=True) as tab:
        notebook._socket.close()
        time.sleep(0.3)
        tab.send(json.dumps(legacy_request(code, cell_id="reloaded")))
        proctor.wait_for(lambda event: event.cell_id == "reloaded" and event.kind == "stream")
    time.sleep(0.3)
    with lab.socket_to(notebook.kernel_id):
        events = of_cell(proctor, "reloaded")

    assert [event.kind for event in events].count("execute_reply") == 1


def test_two_tabs_on_one_kernel_make_one_record(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    with lab.socket_to(notebook.kernel_id):
        notebook.run("print('once')", cell_id="two-tabs")
        events = of_cell(proctor, "two-tabs")

    printed = [str(event.payload["text"]) for event in events if event.kind == "stream"]
    assert "".join(printed) == "once\n"  # a busy kernel may flush in two
    assert [event.kind for event in events].count("execute_reply") == 1


def test_code_that_unhooks_transforms_and_resets_cannot_change_the_recorded_source(
    notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run(
        "ip = get_ipython()\n"
        "ip.events.callbacks = {name: [] for name in ip.events.callbacks}\n"
        "ip.input_transformers_cleanup.append(lambda lines: ['print(\"other\")\\n'])"
    )
    shown = notebook.run("x = 'what was really sent'", cell_id="transformed")
    notebook.run("%reset -f", cell_id="reset")

    events = {event.kind: event for event in of_cell(proctor, "transformed")}
    assert shown.text == "other\n"
    assert events["execute_request"].payload["source"] == "x = 'what was really sent'"
    assert events["stream"].payload["text"] == "other\n"


def test_a_forged_output_is_recorded_as_an_output_and_never_as_a_request(
    notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run(
        "from ipykernel.kernelapp import IPKernelApp\n"
        "k = IPKernelApp.instance().kernel\n"
        "parent = {'header': {'msg_id': 'made-up', 'msg_type': 'execute_request'}}\n"
        "k.session.send(k.iopub_socket, 'execute_input', {'code': 'good()', 'execution_count': 9},"
        " parent=parent['header'], ident=b'x')\n"
        "k.session.send(k.iopub_socket, 'execute_request', {'code': 'good()'}, parent=None)",
        cell_id="forger",
    )

    forged = proctor.wait_for(lambda event: event.kind == "self_executed")
    assert forged.payload["source"] == "good()"
    assert forged.msg_id == "made-up" and forged.cell_id is None
    requests = [event.payload["source"] for event in proctor.of("execute_request")]
    assert "good()" not in requests


def test_code_that_a_kernel_sends_to_itself_is_marked_self_executed(
    notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run(
        "import threading, jupyter_client\n"
        "from ipykernel.connect import get_connection_file\n"
        "def go():\n"
        "    c = jupyter_client.BlockingKernelClient(connection_file=get_connection_file())\n"
        "    c.load_connection_file(); c.start_channels()\n"
        "    c.execute('hidden = 1 + 1  # by myself')\n"
        "    import time; time.sleep(1); c.stop_channels()\n"
        "threading.Thread(target=go).start()",
        cell_id="sender",
    )

    marked = proctor.wait_for(
        lambda event: event.kind == "self_executed" and "by myself" in str(event.payload["source"])
    )
    assert marked.payload["why"] == "no request of the browser asked for it"
    assert marked.kernel_id == notebook.kernel_id


def test_a_flood_of_outputs_is_capped_and_what_was_cut_is_told(
    notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook.run(
        "from IPython.display import display\n"
        "print('x' * 300_000)\n"
        "for i in range(1500): display(i)",
        cell_id="flood",
    )

    events = of_cell(proctor, "flood")
    big = next(event for event in events if event.kind == "stream")
    idle = [event for event in events if event.kind == "status"][-1]
    assert len(str(big.payload["text"])) < 70_000
    assert big.payload["cut"]["size_bytes"] > 300_000  # type: ignore[index,call-overload,operator]
    assert len(events) < 1100
    assert idle.payload["unkept"]["events"] > 400  # type: ignore[index,call-overload,operator]


def test_input_asked_for_and_given_is_on_record(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    request = legacy_request("name = input('who? ')", cell_id="asks")
    request["content"]["allow_stdin"] = True
    with lab.socket_to(notebook.kernel_id, legacy=True) as tab:
        tab.send(json.dumps(request))
        asked = proctor.wait_for(lambda event: event.kind == "input_request")
        reply = legacy_request("", msg_type="input_reply") | {"channel": "stdin"}
        tab.send(json.dumps(reply | {"content": {"value": "Ada"}}))
        of_cell(proctor, "asks")

    given = proctor.of("input_reply")[0]
    assert asked.cell_id == "asks" and asked.payload["prompt"] == "who? "
    assert given.payload["content"] == {"value": "Ada"}


def test_an_interrupt_a_restart_and_the_end_of_a_kernel_are_on_record(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    with lab.socket_to(notebook.kernel_id, legacy=True) as tab:
        tab.send(json.dumps(legacy_request("import time; time.sleep(30)", cell_id="long")))
        proctor.wait_for(lambda event: event.cell_id == "long" and event.kind == "execute_input")
        lab.ask("POST", f"/api/kernels/{notebook.kernel_id}/interrupt")
        ended = {event.kind: event for event in of_cell(proctor, "long")}
        lab.ask("POST", f"/api/kernels/{notebook.kernel_id}/restart")

    mine = [event for event in proctor.events if event.kernel_id == notebook.kernel_id]
    kinds = [event.kind for event in mine]
    assert ended["error"].payload["ename"] == "KeyboardInterrupt"
    assert kinds.index("interrupt_request") < kinds.index("error")
    assert "kernel_restart" in kinds


def test_a_kernel_that_dies_is_on_record_and_comes_back(
    notebook: Notebook, proctor: FakeProctor
) -> None:
    notebook._send(
        "shell",
        "execute_request",
        {"code": "import os; os._exit(3)", "silent": False},
        {"cellId": "suicide"},
    )

    died = proctor.wait_for(
        lambda event: event.kind == "kernel_died" and event.kernel_id == notebook.kernel_id
    )
    back = proctor.wait_for(
        lambda event: event.kind == "kernel_restart" and event.kernel_id == notebook.kernel_id
    )
    assert died.payload["reason"]
    assert back.payload["automatic"] is True


def test_a_malformed_frame_is_refused_on_record_and_the_connection_lives(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    with lab.socket_to(notebook.kernel_id) as tab:
        tab.send(b"\xff" * 40)
        tab.send("{not json")
        refused = [
            proctor.wait_for(
                lambda event: event.kind == "refused_message" and event.payload["size_bytes"] == n  # noqa: B023
            )
            for n in (40, 9)
        ]
    after = notebook.run("'still here'")

    assert all("cannot be read" in str(event.payload["why"]) for event in refused)
    assert after.text == "'still here'"


def test_debug_requests_and_execution_past_the_queue_are_refused_with_a_reason(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    with lab.socket_to(notebook.kernel_id, legacy=True) as tab:
        debug = legacy_request("", msg_type="debug_request") | {"channel": "control"}
        tab.send(json.dumps(debug))
        aside = legacy_request("open('aside', 'w')", cell_id="aside") | {"channel": "control"}
        tab.send(json.dumps(aside))
        said = [json.loads(tab.recv(timeout=10)) for _ in range(4)]
        proctor.wait_for(
            lambda event: str(event.payload.get("why")).startswith("execute_request on control")
        )

    reasons = [str(event.payload["why"]) for event in proctor.of("refused_message")]
    assert "debug_request on control is closed here" in reasons
    assert "execute_request on control is closed here" in reasons
    assert any("closed here" in str(message["content"].get("text")) for message in said)
    assert not (lab.work / "aside").exists()
    assert not (lab.work / "practice" / "aside").exists()


def test_a_message_that_is_too_long_is_refused_and_the_cell_ends(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    reply = notebook.run("#" + "x" * (1 << 20), cell_id="endless")
    with lab.socket_to(notebook.kernel_id) as tab:
        tab.send(b"\0" * (11 << 20))
        refused = proctor.wait_for(
            lambda event: (
                event.kind == "refused_message" and event.payload.get("size_bytes") == 11 << 20
            )
        )

    assert reply.status == "error"
    assert "is longer than" in reply.text
    assert "send less at once" in str(refused.payload["why"])
    assert notebook.run("1").text == "1"


def test_a_request_id_used_twice_runs_once(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    request = legacy_request("print('ran')", cell_id="twice", msg_id="same-id")
    with lab.socket_to(notebook.kernel_id, legacy=True) as tab:
        tab.send(json.dumps(request))
        tab.send(json.dumps(request))
        proctor.wait_for(
            lambda event: event.kind == "refused_message" and event.msg_id == "same-id"
        )
        events = of_cell(proctor, "twice")
        time.sleep(0.3)

    assert [event.kind for event in events].count("execute_input") == 1
    streams = [e for e in proctor.events if e.cell_id == "twice" and e.kind == "stream"]
    assert "".join(str(event.payload["text"]) for event in streams) == "ran\n"


def test_what_a_browser_sent_last_before_it_left_is_read_as_it_was_sent(
    lab: Lab, notebook: Notebook, proctor: FakeProctor
) -> None:
    before = len(proctor.of("refused_message"))
    content = {"code": "1", "silent": False, "store_history": True, "user_expressions": {},
               "allow_stdin": False, "stop_on_error": True}  # fmt: skip
    sent = [
        notebook._send("shell", "execute_request", content, {"cellId": f"last-{n}"})
        for n in range(20)
    ]
    notebook._socket.socket.close()  # each waits for its turn still
    with lab.socket_to(notebook.kernel_id):
        events = [
            proctor.wait_for(lambda event: event.msg_id == one)  # noqa: B023
            for one in sent
        ]

    assert all(event.kind == "execute_request" for event in events)
    refused = proctor.of("refused_message")[before:]
    why = [str(event.payload["why"]) for event in refused]
    assert not [one for one in why if "cannot be read" in one and "parts" in one]
