"""The short ways a record is made and spelled say exactly what the long ways say."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.canonical import canonical_json
from harness.core.clock import UTC, to_wire
from harness.core.records import Call, Event, Record, Usage
from harness.core.seal import ContentKey
from harness.core.submission import open_call, seal_call

AT = dt.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
objects = st.dictionaries(st.text(), values, max_size=4)
money = st.decimals(min_value=0, max_value=1000, allow_nan=False, places=9)
moments = st.datetimes(
    min_value=dt.datetime(1970, 1, 2), max_value=dt.datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-1439, 1439).map(lambda m: dt.timezone(dt.timedelta(minutes=m))),
)  # fmt: skip


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """Calls as they end, in every way."""
    usage = st.builds(
        Usage, prompt_tokens=st.integers(0, 9), completion_tokens=st.integers(0, 9), cost_usd=money
    )
    return Call(
        id="call-1", session="s-1", exercise=draw(st.sampled_from((None, "practice"))),
        at=draw(moments), kernel_id=None, cell_id="c:1", msg_id=None, alias=draw(st.text()),
        route="provider", key="k1:0", occurrence=draw(st.integers(0, 9)), status="settled",
        http_status=draw(st.none() | st.just(200)), streamed=draw(st.booleans()),
        reserved_usd=draw(money), usage=draw(st.none() | usage),
        latency_s=draw(st.none() | st.floats(0, 1e9)), request=draw(objects),
        response=draw(st.none() | objects),
    )  # fmt: skip


def by_pydantic(record: Record) -> dict[str, Any]:
    """What pydantic makes of a record, field by field."""
    return Record.to_value(record)


@given(calls())
def test_a_call_is_spelled_as_pydantic_spells_it(call: Call) -> None:
    assert canonical_json(call.to_value()) == canonical_json(by_pydantic(call))
    assert Call.from_value(json.loads(call.to_bytes())).to_bytes() == call.to_bytes()


@given(calls())
def test_a_ledger_line_is_in_the_canonical_spelling_and_opens(call: Call) -> None:
    key = ContentKey.new()
    line, at_hand = seal_call(call, key), seal_call(call, key, call.to_bytes())

    for one in (line, at_hand):
        assert canonical_json(json.loads(one)) == one
        assert open_call(one, key) == call


@given(moments)
def test_a_time_has_one_spelling_in_every_zone(at: dt.datetime) -> None:
    told = to_wire(at)

    assert told == at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert told == to_wire(at.astimezone(UTC)) and dt.datetime.fromisoformat(told) == at


def test_a_record_of_checked_values_equals_a_checked_one() -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 2, "cost_usd": Decimal("0.1")}
    event = {"session": "s-1", "seq": 0, "id": "e-1", "at": AT, "received_at": AT,
             "kind": "ask", "payload": {"a": 1}}  # fmt: skip

    assert Usage.of_checked(**usage) == Usage(**usage)
    made = Event.of_checked(**event)
    assert made == Event(**event) and made.schema_ == 1 and made.exercise is None
    assert made.to_bytes() == Event(**event).to_bytes()
    assert made.model_copy(update={"seq": 1}).seq == 1
    with pytest.raises(Exception, match="frozen"):
        made.seq = 2


@pytest.mark.parametrize(
    ("fields", "odd"), [({"prompt_tokens": 1}, "completion_tokens"), ({"extra": 1}, "extra")]
)
def test_a_record_of_checked_values_has_every_field_and_no_other(
    fields: dict[str, Any], odd: str
) -> None:
    with pytest.raises(TypeError, match=odd):
        Usage.of_checked(**fields)
