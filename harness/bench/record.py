"""How long the record takes to verify: a hundred thousand events, sealed, chained and signed.

Runs on the trusted side. The record is made here as the proctor makes it; one byte of it is then
flipped, since a check that finds nothing would be fast.
"""

from __future__ import annotations

import datetime as dt
import secrets
import time

from harness.bench.figures import Figure, figure
from harness.core.clock import SystemClock
from harness.core.errors import OursToFix
from harness.core.journal import link, sign_head, write_lines
from harness.core.records import GENESIS, Event
from harness.core.seal import ContentKey
from harness.core.settings import Settings
from harness.core.signing import SigningKey
from harness.core.submission import Contents, assemble, with_key
from harness.core.verify import verify_submission

EVENTS = 100_000
_REPEATS = 3
_SESSION, _EXERCISE = "s-bench", "practice"
_NOTEBOOK = b'{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}'


def measure_record(settings: Settings, *, is_quick: bool = False) -> list[Figure]:
    """Return the figure of verify, the fastest of its repeats.

    Args:
        settings: not used; every area takes them.
        is_quick: once instead of three times.

    Raises:
        OursToFix: what was made does not verify, or a flipped byte was not located.
    """
    signer = SigningKey(secrets.token_bytes(32))
    archive = _archive(signer)
    repeats = 1 if is_quick else _REPEATS
    took_s = min(_verify_s(archive, signer) for _ in range(repeats))
    flipped = bytearray(archive)
    flipped[len(archive) // 2] ^= 1
    found = verify_submission(bytes(flipped), signer.public)
    if found.is_whole or found.alterations[0].offset != len(archive) // 2:
        raise OursToFix("a flipped byte was not located")
    how = (
        f"{EVENTS} events with key, {len(archive) >> 20} MiB, fastest of {repeats}; "
        "a flipped byte in the middle was located"
    )
    name = f"verify {EVENTS} events, s"
    return [figure(name, ours=took_s, peer=None, target="< 5 s", met=took_s < 5, how=how)]


def _verify_s(archive: bytes, signer: SigningKey) -> float:
    began = time.perf_counter()
    verdict = verify_submission(archive, signer.public)
    if not verdict.is_whole or verdict.events != EVENTS:
        raise OursToFix("the record that was made does not verify")
    return time.perf_counter() - began


def _archive(signer: SigningKey) -> bytes:
    key, at, prev = ContentKey.new(), SystemClock().now(), GENESIS
    links = []
    for seq in range(EVENTS):
        links.append(link(_event(seq, at), prev=prev, key=key))
        prev = links[-1].hash
    head = sign_head(_SESSION, EVENTS - 1, prev, at, signer)
    contents = Contents(
        submission="sub-bench", session=_SESSION, exercise=_EXERCISE, exercise_version="1.0.0",
        number=1, at=at, saved_at=at, notebook=_NOTEBOOK, artefacts={}, calls=(),
        journal=write_lines(links), heads=head.to_bytes() + b"\n", head_seq=EVENTS - 1,
        head_hash=prev, versions={key.blob_id(_NOTEBOOK): _NOTEBOOK}, rung="bwrap+cgroup",
    )  # fmt: skip
    return with_key(assemble(contents, key=key, signer=signer).archive, key)


def _event(seq: int, began: dt.datetime) -> Event:
    at = began + dt.timedelta(milliseconds=seq)
    return Event(
        session=_SESSION, seq=seq, id=f"e-{seq}", at=at, received_at=at, kind="stream",
        exercise=_EXERCISE, kernel_id="k-1", cell_id=f"cell-{seq % 40}", msg_id=f"m-{seq}",
        payload={"name": "stdout", "text": f"line {seq}\n"},
    )  # fmt: skip
