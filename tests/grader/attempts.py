"""Submissions built from a few lines: what a cell was, what it did in the session, what it asked.

    built = Built([Did("a", "x = 1"), Did("b", "print(x)", out="1\\n")])
    built.archive()      the bytes, whole and signed by `SIGNER`
    built.attempt()      the same, through intake

The exercise is `practice` unless another is named. Cells given as `Did` were run in that order;
`cells` says which stand in the submitted notebook when that differs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from grader.attempt import Attempt
from grader.authoring.folder import read_exercise
from grader.bench import OWN_EXERCISES
from grader.intake import read_attempt
from harness.core.journal import link, sign_head, write_lines
from harness.core.records import GENESIS, Call, Event, Usage
from harness.core.seal import ContentKey
from harness.core.signing import SigningKey
from harness.core.submission import Contents, assemble, with_key
from harness.proctor.embeddings import read_embeddings
from harness.proctor.tools.request import find_tool, read_use
from harness.proctor.wire import read_chat

SIGNER = SigningKey(bytes(range(32)))
BEGAN = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Asked:
    """A model call that a cell made: the text it sent and what came back."""

    prompt: str
    answer: str
    model: str = "sim-small"
    temperature: float | None = None
    call_id: str | None = None
    vector: str | None = None
    """What came back for an embedding, base64; the prompt is its one text."""
    recorded: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the ledger's row that are otherwise than usual."""


@dataclass(frozen=True)
class Used:
    """A use of one of the practice's own tools, and what it told."""

    arguments: Mapping[str, Any]
    result: Mapping[str, Any]
    name: str = "desk_book"


@dataclass(frozen=True)
class Did:
    """One execution of a cell."""

    cell_id: str
    source: str
    out: str = ""
    error: str = ""
    asked: Sequence[Asked] = ()
    used: Sequence[Used] = ()
    notes: Sequence[tuple[str, dict[str, Any]]] = ()
    after_s: float = 10.0


@dataclass
class Built:
    """A submission in the making."""

    did: Sequence[Did] = ()
    cells: Sequence[Mapping[str, Any]] | None = None
    artefacts: Mapping[str, str] = field(default_factory=dict)
    notebook: bytes | None = None
    slug: str = "practice"
    saves: Sequence[bytes] = ()
    recorded: bool = True
    submission: str = "sub-test"
    extra: Sequence[tuple[str, dict[str, Any]]] = ()
    events: list[Event] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def book(self) -> bytes:
        """The submitted notebook's bytes."""
        if self.notebook is not None:
            return self.notebook
        cells = self.cells
        if cells is None:
            last = {did.cell_id: did.source for did in self.did}
            cells = [code(cell_id, source) for cell_id, source in last.items()]
        return json.dumps(
            {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        ).encode()

    def archive(self) -> bytes:
        """The submission's bytes, its key inside."""
        self._record()
        key = ContentKey(hashlib.sha256(b"a test's key").digest())
        links, prev = [], GENESIS
        for event in self.events:
            links.append(link(event, prev=prev, key=key))
            prev = links[-1].hash
        last = self.events[-1]
        head = sign_head("s-test", last.seq, prev, last.at, SIGNER)
        contents = Contents(
            submission=self.submission, session="s-test", exercise=self.slug,
            exercise_version="1.0.0", number=1, at=last.at, saved_at=last.at,
            notebook=self.book(), artefacts=self.artefacts, journal=write_lines(links),
            heads=head.to_bytes() + b"\n", head_seq=last.seq, head_hash=prev,
            calls=tuple(self.calls), versions={key.blob_id(s): s for s in self.saves},
            rung="bwrap+cgroup", recorded=self.recorded,
        )  # fmt: skip
        return with_key(assemble(contents, key=key, signer=SIGNER).archive, key)

    def attempt(self) -> Attempt:
        """The same through intake, verified against SIGNER."""
        return read_attempt(self.archive(), public=SIGNER.public, find_exercise=here)

    def _record(self) -> None:
        self.events.clear()
        self.calls.clear()
        self._event("session_open", {"exercises": [{"slug": self.slug}]}, 0)
        for saved in self.saves:
            path = f"{self.slug}/{self.slug}.ipynb"
            sha = hashlib.sha256(saved).hexdigest()
            self._event("save", {"path": path, "sha256": sha, "size_bytes": len(saved)}, 1)
        for number, did in enumerate(self.did):
            self._run(number, did)
        for kind, payload in self.extra:
            self._event(kind, payload, 1)

    def _run(self, number: int, did: Did) -> None:
        where = {"cell_id": did.cell_id, "msg_id": f"m{number}"}
        self._event("execute_request", {"source": did.source}, did.after_s, **where)
        for asked in did.asked:
            self._call(asked, where)
        for used in did.used:
            self._use(used, where)
        for kind, payload in did.notes:
            self._event(kind, payload, 1, **where)
        if did.out:
            self._event("stream", {"name": "stdout", "text": did.out}, 0.1, **where)
        if did.error:
            name, _, value = did.error.partition(": ")
            load = {"ename": name, "evalue": value, "traceback": []}
            self._event("error", load, 0.1, **where)
        status = "error" if did.error else "ok"
        self._event("execute_reply", {"status": status}, 0.1, **where)

    def _call(self, asked: Asked, where: Mapping[str, str]) -> None:
        body: dict[str, Any] = {
            "model": asked.model, "messages": [{"role": "user", "content": asked.prompt}],
        }  # fmt: skip
        if asked.temperature is not None:
            body["temperature"] = asked.temperature
        read = read_chat(body, call_id=asked.call_id)
        if asked.vector is not None:
            read, _ = read_embeddings({"model": asked.model, "input": asked.prompt})
        message = {"role": "assistant", "content": asked.answer}
        response: dict[str, Any] = {
            "id": f"c{len(self.calls)}", "object": "chat.completion", "created": 0,
            "model": asked.model, "system_fingerprint": "simulated",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
        }  # fmt: skip
        if asked.vector is not None:
            response = {
                "object": "list", "model": asked.model,
                "data": [{"object": "embedding", "index": 0, "embedding": asked.vector}],
                "usage": {"prompt_tokens": 10, "total_tokens": 10},
            }  # fmt: skip
        usage = Usage(prompt_tokens=10, completion_tokens=2, cost_usd=Decimal("0.0001"))
        occurrence = sum(call.key == read.key for call in self.calls)
        self._event("llm_call", {"call": f"call-{len(self.calls)}"}, 1, **where)
        call = Call(
            id=f"call-{len(self.calls)}", session="s-test", exercise=self.slug,
            at=self.events[-1].at, kernel_id="k", cell_id=where["cell_id"],
            msg_id=where["msg_id"], alias=asked.model, route="simulated", key=read.key,
            occurrence=occurrence, status="settled", http_status=200, streamed=False,
            reserved_usd=Decimal("0.001"), usage=usage, request=read.canonical, response=response,
        )  # fmt: skip
        self.calls.append(call.model_copy(update=dict(asked.recorded)))

    def _use(self, used: Used, where: Mapping[str, str]) -> None:
        card = here("practice").card
        read = read_use(find_tool(card.tools, used.name), used.arguments)
        took = read.tool.price.of(read.arguments)
        spent = took.minutes * (1 + sum(call.is_tool for call in self.calls))
        response: dict[str, Any] = {
            "tool": used.name, "result": dict(used.result), "took": took.to_value(),
            "minutes_left": f"{card.purse.minutes - spent:f}",
        }  # fmt: skip
        self._event("tool_call", {"call": f"call-{len(self.calls)}"}, 1, **where)
        call = Call(
            id=f"call-{len(self.calls)}", session="s-test", exercise=self.slug,
            at=self.events[-1].at, kernel_id="k", cell_id=where["cell_id"],
            msg_id=where["msg_id"], alias=f"tool:{used.name}", route="tool", key=read.key,
            occurrence=sum(call.key == read.key for call in self.calls), status="settled",
            http_status=200, streamed=False, reserved_usd=Decimal(0),
            usage=Usage(prompt_tokens=0, completion_tokens=0, cost_usd=Decimal(0)),
            request=read.canonical, response=response,
        )  # fmt: skip
        self.calls.append(call)

    def _event(self, kind: str, payload: dict[str, Any], after_s: float, **where: str) -> None:
        at = (self.events[-1].at if self.events else BEGAN) + dt.timedelta(seconds=after_s)
        seq = len(self.events)
        value = {
            "session": "s-test", "seq": seq, "id": f"e{seq}", "at": at, "received_at": at,
            "kind": kind, "exercise": self.slug if seq else None, "payload": payload, **where,
        }  # fmt: skip
        self.events.append(Event.model_validate(value))


def here(slug: str) -> Any:
    """The exercise's room in this checkout; None for another."""
    folder = OWN_EXERCISES / slug
    return read_exercise(folder) if Path(folder).is_dir() else None


def code(cell_id: str | None, source: str, **mark: Any) -> dict[str, Any]:
    """A code cell as a notebook holds it."""
    cell: dict[str, Any] = {
        "cell_type": "code", "metadata": {"audition": mark} if mark else {}, "source": source,
        "outputs": [], "execution_count": None,
    }  # fmt: skip
    return cell if cell_id is None else cell | {"id": cell_id}


def asking(prompt: str, model: str = "sim-small") -> str:
    """Source of a cell that asks a model by the kernel's client and prints the answer."""
    return f"from harness.kernel import llm\nprint(llm({prompt!r}, model={model!r}))"
