"""Whatever a browser or a kernel sends can be announced, and reads as an Announcement."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.core.clock import SteppedClock
from harness.core.records import Announcement
from harness.lab.announce import Recorder, exercise_of, plain
from harness.lab.payloads import capped
from harness.lab.spool import Spool
from harness.lab.watch import Caps, KernelWatch

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spool]:
    opened = Spool(tmp_path_factory.mktemp("spool"))
    yield opened
    opened.close()


def noted(spool: Spool, ident: str) -> Announcement:
    return Announcement.model_validate_json(spool.read(ident))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.dictionaries(st.text(max_size=8), anything, max_size=4))
def test_every_payload_makes_one_canonical_announcement(
    spool: Spool, payload: dict[str, Any]
) -> None:
    recorder = Recorder(spool, SteppedClock())
    ident = recorder.note("stream", payload, exercise="practice", place={"kernel_id": "k"})
    event = noted(spool, ident)

    assert event.to_bytes() == spool.read(ident)
    assert event.exercise == "practice" and event.kernel_id == "k"


def test_what_json_cannot_say_is_spelled_out() -> None:
    deep: Any = "x"
    for _ in range(100):
        deep = [deep]

    assert plain({"a": float("nan"), "b": "\ud800", "c": (1, 2)}) == {
        "a": "nan", "b": "?", "c": [1, 2],
    }  # fmt: skip
    assert "nested too deep" in json.dumps(plain(deep))


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("practice/practice.ipynb", "practice"),
        ("/eval-design/data/x.csv", "eval-design"),
        ("loose.ipynb", None),
        ("Practice/x.ipynb", None),
        ("", None),
    ],
)
def test_an_exercise_is_the_first_folder(path: str, slug: str | None) -> None:
    assert exercise_of(path) == slug


@given(st.binary(max_size=300), st.integers(1024, 4096))
def test_any_content_can_be_capped(content: bytes, limit: int) -> None:
    assert isinstance(capped("stream", content, limit_bytes=limit), dict)


def test_a_heavy_picture_is_told_and_its_text_kept() -> None:
    data = {"image/png": "A" * 200_000, "text/plain": "<Figure>"}
    content = json.dumps({"data": data, "metadata": {}}).encode()
    kept = capped("display_data", content, limit_bytes=64 * 1024)

    assert kept["data"]["text/plain"] == "<Figure>"
    assert kept["data"]["image/png"]["size_bytes"] == 200_000
    assert kept["cut"]["size_bytes"] == len(content)


def test_a_long_text_keeps_its_first_and_last_part() -> None:
    content = json.dumps({"name": "stdout", "text": "first" + "x" * 9000 + "last"}).encode()
    kept = capped("stream", content, limit_bytes=2048)

    assert kept["text"].startswith("first") and kept["text"].endswith("last")
    assert kept["cut"]["kept_bytes"] == 2048


@given(st.lists(st.binary(max_size=60), min_size=4, max_size=6))
def test_no_message_of_a_kernel_breaks_the_watch(spool: Spool, parts: list[bytes]) -> None:
    watch = KernelWatch(
        Recorder(spool, SteppedClock()), "k-1", exercise=None, caps=Caps(1024, 4096)
    )
    watch.published(parts)
    watch.answered("shell", parts)


def test_made_up_requests_share_one_allowance(spool: Spool) -> None:
    watch = KernelWatch(
        Recorder(spool, SteppedClock()), "k-1", exercise=None, caps=Caps(1024, 1 << 20)
    )
    before = len(spool.pending)
    for number in range(3000):
        header = json.dumps({"msg_type": "stream", "msg_id": str(number)}).encode()
        parent = json.dumps({"msg_id": f"made-up-{number}"}).encode()
        watch.published([header, parent, b"{}", b'{"name":"stdout","text":"x"}'])

    assert len(spool.pending) - before == 1000
    assert watch.unkept()["unkept"]["events"] == 2000


def test_a_spool_that_is_too_long_keeps_requests_and_counts_outputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.lab.announce.SPOOL_FULL_BYTES", 10)
    spool = Spool(tmp_path)
    recorder = Recorder(spool, SteppedClock())
    watch = KernelWatch(recorder, "k-1", exercise=None, caps=Caps(1024, 4096))
    recorder.note("execute_request", {"source": "x" * 20})
    watch.published([b'{"msg_type":"stream"}', b"{}", b"{}", b'{"text":"lost"}'])
    recorder.note("execute_request", {"source": "y"})

    kinds = [json.loads(spool.read(ident))["kind"] for ident in spool.pending]
    assert kinds == ["execute_request", "execute_request"]
    assert watch.unkept()["unkept"]["events"] == 1
    spool.close()
