"""A small real session, sealed, chained and signed, for tests to read and to break."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from harness.core.journal import Link, link, sign_head, write_lines
from harness.core.records import GENESIS, Call, Event, Usage
from harness.core.seal import ContentKey
from harness.core.signing import SigningKey
from harness.core.submission import Contents, assemble, with_key

START = dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC)
SESSION = "s-1f0c"


def an_event(seq: int, **changes: object) -> Event:
    fields: dict[str, object] = {
        "session": SESSION,
        "seq": seq,
        "id": f"e-{seq}",
        "at": START + dt.timedelta(seconds=seq),
        "received_at": START + dt.timedelta(seconds=seq, milliseconds=3),
        "kind": "execute_request",
        "exercise": "practice",
        "kernel_id": "k-1",
        "cell_id": f"cell-{seq % 7}",
        "msg_id": f"m-{seq}",
        "payload": {"code": f"print({seq})", "n": seq},
    }
    return Event.model_validate(fields | changes)


def a_chain(key: ContentKey, length: int) -> list[Link]:
    links: list[Link] = []
    for seq in range(length):
        prev = links[-1].hash if links else GENESIS
        links.append(link(an_event(seq), prev=prev, key=key))
    return links


def a_call(number: int) -> Call:
    return Call(
        id=f"c-{number}",
        session=SESSION,
        exercise="practice",
        at=START,
        kernel_id="k-1",
        cell_id="cell-1",
        msg_id="m-1",
        alias="sim-medium",
        route="simulated",
        key="k1:" + "0" * 64,
        occurrence=number,
        status="settled",
        http_status=200,
        streamed=False,
        reserved_usd=Decimal("0.0100"),
        usage=Usage(prompt_tokens=12, completion_tokens=5, cost_usd=Decimal("0.0000256")),
        latency_s=0.25,
        request={"model": "sim-medium", "messages": [{"role": "user", "content": "hello"}]},
        response={"text": "hello"},
    )


@dataclass(frozen=True)
class Made:
    archive: bytes
    keyless: bytes
    key: ContentKey
    signer: SigningKey
    links: list[Link]


def a_submission(*, length: int = 40, heads_at: tuple[int, ...] = (9, 29)) -> Made:
    key, signer = ContentKey.new(), SigningKey(b"\7" * 32)
    links = a_chain(key, length)
    heads = [
        sign_head(SESSION, seq, links[seq].hash, START, signer) for seq in (*heads_at, length - 1)
    ]
    notebook = b'{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}'
    contents = Contents(
        submission="sub-1",
        session=SESSION,
        exercise="practice",
        exercise_version="1.0.0",
        number=1,
        at=START,
        saved_at=START,
        notebook=notebook,
        artefacts={"labels": "LABELS = {}"},
        journal=write_lines(links),
        heads=b"".join(head.to_bytes() + b"\n" for head in heads),
        head_seq=length - 1,
        head_hash=links[-1].hash,
        calls=tuple(a_call(n) for n in range(3)),
        versions={key.blob_id(notebook): notebook},
        rung="bwrap-rlimits",
    )
    made = assemble(contents, key=key, signer=signer)
    return Made(
        archive=with_key(made.archive, key),
        keyless=made.archive,
        key=key,
        signer=signer,
        links=links,
    )
