"""Attacks over the channels of a kernel: code that runs and stands on no record, and closed doors.

Each sends to the kernel, besides or instead of a cell's source, something that a cell prepared
for it executes. It has won when that ran and the server's own account does not hold it.
"""

from __future__ import annotations

import itertools
import json
import secrets
import struct
import time
from collections.abc import Callable
from typing import Any

from harness.bench.jupyter_wire import Message, Notebook
from harness.core.clock import SystemClock
from tests.attacks.attack import Attack
from tests.attacks.sides import FIRST, SECOND, Side

_PLAIN: dict[str, Any] = {
    "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
    "stop_on_error": True,
}  # fmt: skip
_ON_RECORD = "recorded before it reaches the kernel"


def send(
    notebook: Notebook,
    kind: str,
    content: dict[str, Any],
    *,
    channel: str = "shell",
    metadata: dict[str, Any] | None = None,
    buffers: tuple[bytes, ...] = (),
    parent: dict[str, Any] | None = None,
    **header: Any,
) -> str:
    """Send any message at all, as a client of one's own can, and return its id."""
    head = {
        "msg_id": secrets.token_hex(16), "msg_type": kind, "username": "candidate",
        "session": notebook._client, "date": SystemClock().now().isoformat(), "version": "5.3",
    } | header  # fmt: skip
    parts = [channel.encode()]
    parts += [json.dumps(part).encode() for part in (head, parent or {}, metadata or {}, content)]
    parts += buffers
    first = 8 * (len(parts) + 2)
    offsets = list(itertools.accumulate(map(len, parts), initial=first))
    notebook._socket.send(
        struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets) + b"".join(parts)
    )
    return str(head["msg_id"])


def answer(notebook: Notebook, request: str, kind: str, within_s: float = 3.0) -> Message | None:
    """Return the message of this kind that answers a request; None if none comes."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            message = notebook._receive(max(deadline - time.monotonic(), 0.05))
        except Exception:
            return None
        if message.parent == request and message.kind == kind:
            return message
    return None


def _unrecorded(prepare: str, deliver: Callable[[Notebook, str], object]) -> Callable[[Side], str]:
    """Return an attack that has code run by way of `deliver`, after a cell `prepare`."""

    def act(side: Side) -> str:
        notebook, word = side.notebook(), "w" + secrets.token_hex(8)
        mine = f"won_{secrets.token_hex(4)}"
        if prepare:
            assert side.run(prepare).status == "ok"
        deliver(notebook, f"import builtins; builtins.{mine} = 1  # {word}")
        ran = ""
        for _ in range(10):
            ran = side.run(
                f"import builtins; print('ran' if hasattr(builtins, {mine!r}) else '')"
            ).text
            if ran.strip():
                break
            time.sleep(0.1)
        return "it ran and stands nowhere" if ran.strip() and not side.knows(word) else ""

    return act


def _as_expression(code: str) -> str:
    return f"exec({code!r})"


def _execute(notebook: Notebook, content: dict[str, Any], **more: Any) -> None:
    request = send(notebook, "execute_request", _PLAIN | content, **more)
    answer(notebook, request, "execute_reply")


def _asked(handler: str, kind: str, content: dict[str, Any]) -> Callable[[Side], str]:
    prepare = (
        "from ipykernel.ipkernel import IPythonKernel\nk = get_ipython().kernel\n"
        f"def handle(code, *a, **b):\n    exec(code, {{}}); del k.{handler}\n    return {{'status': 'ok'}}\n"
        f"k.{handler} = handle"
    )

    def deliver(notebook: Notebook, code: str) -> None:
        request = send(notebook, kind, {"code": code, "cursor_pos": 0} | content)
        answer(notebook, request, kind.replace("request", "reply"))

    return _unrecorded(prepare, deliver)


_COMM = (
    "def opened(comm, message):\n    exec(message['content']['data'].get('code', ''), {})\n"
    "    for b in message['buffers']: exec(bytes(b).decode(), {})\n"
    "    comm.on_msg(lambda m: [exec(bytes(b).decode(), {}) for b in m['buffers']])\n"
    "get_ipython().kernel.comm_manager.register_target('attack', opened)"
)


def _comm(notebook: Notebook, code: str, *, in_buffer: bool = False) -> None:
    content = {"comm_id": secrets.token_hex(16), "target_name": "attack", "data": {"code": code}}
    if in_buffer:
        content["data"] = {}
    request = send(notebook, "comm_open", content, buffers=(code.encode(),) if in_buffer else ())
    answer(notebook, request, "status", 1.0)


def _input(notebook: Notebook, code: str) -> None:
    content = _PLAIN | {"code": "exec(input())", "allow_stdin": True}
    request = send(notebook, "execute_request", content)
    question = answer(notebook, request, "input_request", 5.0)
    if question is not None:
        send(notebook, "input_reply", {"value": code, "status": "ok"}, channel="stdin")
    answer(notebook, request, "execute_reply")


def _in_parent(where: str) -> str:
    return f"exec(get_ipython().kernel.get_parent('shell'){where})"


def _buffer_of_a_cell(notebook: Notebook, code: str) -> None:
    source = _in_parent("['buffers'][0]").replace("exec(", "exec(bytes(").replace("[0])", "[0]))")
    _execute(notebook, {"code": source}, buffers=(code.encode(),))


def _control(notebook: Notebook, code: str) -> None:
    request = send(
        notebook,
        "execute_request",
        _PLAIN | {"code": code, "store_history": False},
        channel="control",
    )
    answer(notebook, request, "execute_reply", 2.0)


def _twice(side: Side) -> str:
    notebook, ident = side.notebook(), secrets.token_hex(16)
    for number in (1, 2):
        content = _PLAIN | {"code": f"import builtins; builtins.same = {number}"}
        answer(
            notebook, send(notebook, "execute_request", content, msg_id=ident), "execute_reply", 2
        )
    said = side.run("import builtins; print(builtins.same)").text
    return "two cells are one on record" if said.strip() == "2" else ""


def _debugger(side: Side) -> str:
    """Attach the debugger and have it evaluate what stands in no cell."""
    path, word, mine = "practice/debugged.ipynb", "w" + secrets.token_hex(8), secrets.token_hex(4)
    notebook = side.notebook(path)
    code = f"exec('import builtins; builtins.won_{mine} = 1  # {word}')"
    arguments: dict[str, dict[str, Any]] = {
        "initialize": {"clientID": "x", "adapterID": "", "pathFormat": "path"},
        "attach": {},
        "evaluate": {"expression": code, "context": "repl"},
    }
    for number, (command, given) in enumerate(arguments.items(), 1):
        content = {"type": "request", "seq": number, "command": command, "arguments": given}
        request = send(notebook, "debug_request", content, channel="control")
        if answer(notebook, request, "debug_reply", 30.0 if side.proctor is None else 0.5) is None:
            break
    said = side.run(
        f"import builtins; print('ran' if hasattr(builtins, 'won_{mine}') else '')", path=path
    ).text
    side.close(path)
    return "it ran and stands nowhere" if "ran" in said and not side.knows(word) else ""


def _subshell(notebook: Notebook, code: str) -> None:
    request = send(notebook, "create_subshell_request", {}, channel="control")
    reply = answer(notebook, request, "create_subshell_reply")
    name = reply.content.get("subshell_id") if reply else None
    content = {"code": code, "store_history": False, "silent": True}
    _execute(notebook, content, subshell_id=name)
    send(notebook, "delete_subshell_request", {"subshell_id": name}, channel="control")


def _history(side: Side) -> str:
    side.run(f"secret_of_another = 1  # {side.bait.word}", path=SECOND)
    notebook = side.notebook(FIRST)
    content = {
        "output": False, "raw": True, "hist_access_type": "search", "pattern": "*secret_of*",
        "n": 50, "unique": False,
    }  # fmt: skip
    for _ in range(15):
        reply = answer(notebook, send(notebook, "history_request", content), "history_reply")
        if reply and side.bait.word in json.dumps(reply.content):
            return "another notebook's source"
        if side.proctor is not None:
            break
        time.sleep(0.2)
    return ""


def _forged(side: Side) -> str:
    word = "w" + secrets.token_hex(8)
    head = "x" + secrets.token_hex(8)
    side.run(
        "k = get_ipython().kernel\n"
        f"parent = {{'header': {{'msg_id': {head!r}, 'msg_type': 'execute_request'}}}}\n"
        f"k.session.send(k.iopub_socket, 'execute_input', {{'code': 'I ran this: ' + {word[:8]!r} + {word[8:]!r},"
        " 'execution_count': 7}, parent=parent, ident=b'execute_input')"
    )
    marked = side.knows(word, lambda event: event.kind == "self_executed")
    return "" if marked else "nothing tells it from a real one"


ATTACKS = [
    Attack("code in user_expressions", "run code that no cell shows", _ON_RECORD, _unrecorded(
        "", lambda n, code: _execute(
            n, {"code": "", "silent": True, "user_expressions": {"a": _as_expression(code)}}))),
    Attack("code in a completion request", "run code as Tab is pressed", _ON_RECORD,
           _asked("do_complete", "complete_request", {})),
    Attack("code in an inspection request", "run code as help is asked for", _ON_RECORD,
           _asked("do_inspect", "inspect_request", {"detail_level": 0})),
    Attack("code in a comm message", "run code by a widget's message", _ON_RECORD,
           _unrecorded(_COMM, _comm)),
    Attack("code in a comm message's buffer", "the same past what a record of JSON sees",
           "buffers are recorded whole, or refused", _unrecorded(
               _COMM, lambda n, code: _comm(n, code, in_buffer=True))),
    Attack("code in an input reply", "run what is typed into input()", _ON_RECORD,
           _unrecorded("", _input)),
    Attack("code in a cell's metadata", "a harmless source, the real one beside it",
           "whatever a message has besides is recorded", _unrecorded("", lambda n, code: _execute(
               n, {"code": _in_parent("['metadata']['x']")}, metadata={"x": code, "cellId": "a"}))),
    Attack("code in a message's header", "likewise, in a field nobody reads",
           "whatever a message has besides is recorded", _unrecorded("", lambda n, code: _execute(
               n, {"code": _in_parent("['header']['x']")}, x=code))),
    Attack("code in a field of one's own", "likewise, beside the source",
           "whatever a message has besides is recorded", _unrecorded("", lambda n, code: _execute(
               n, {"code": _in_parent("['content']['x']"), "x": code}))),
    Attack("code in a parent header", "likewise, in what the message claims to answer",
           "whatever a message has besides is recorded", _unrecorded("", lambda n, code: _execute(
               n, {"code": _in_parent("['parent_header']['x']")}, parent={"x": code}))),
    Attack("code in a cell's buffer", "likewise, in binary", "buffers are recorded whole, or refused",
           _unrecorded("", _buffer_of_a_cell)),
    Attack("a silent cell", "a request the kernel says nothing of", _ON_RECORD, _unrecorded(
        "", lambda n, code: _execute(n, {"code": code, "silent": True, "store_history": False}))),
    Attack("a cell in a subshell", "run beside the queue of cells", _ON_RECORD,
           _unrecorded("", _subshell)),
    Attack("a cell on the control channel", "run past the queue of cells", "refused",
           _unrecorded("", _control)),
    Attack("one id for two cells", "have the second cell stand for the first", "refused", _twice),
    Attack("code in a debug request", "have the debugger evaluate it", "refused", _debugger),
    Attack("history_request reads another notebook", "IPython's shared history file",
           "no history file", _history),
    Attack("claim that a cell ran", "publish an execute_input nobody asked for",
           "recorded as self_executed, a claim", _forged),
]  # fmt: skip
"""Run without a record, or through a door that should be closed."""
