"""The chain holds what was put in, and shows what was changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.errors import BadJournal
from harness.core.journal import (
    Break,
    head_holds,
    link,
    open_link,
    read_chain,
    read_heads,
    read_line,
    sign_head,
    write_lines,
)
from harness.core.records import GENESIS
from harness.core.seal import ContentKey
from harness.core.signing import SigningKey
from tests.core.builders import SESSION, START, a_chain, an_event

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=8), json_values, max_size=4))
def test_an_event_reads_back_from_its_line(payload: dict[str, object]) -> None:
    key, event = ContentKey(b"k" * 32), None
    try:
        event = an_event(0, payload=payload)
        line = link(event, prev=GENESIS, key=key).line()
    except BadJournal:
        return  # a lone surrogate has no canonical form

    assert open_link(read_line(line, number=1), key) == event


def test_a_chain_of_a_hundred_reads_back_in_order() -> None:
    links = a_chain(ContentKey.new(), 100)
    found = list(read_chain(write_lines(links), session=SESSION))

    assert [entry.hash for entry in found if not isinstance(entry, Break)] == [
        entry.hash for entry in links
    ]


def test_a_payload_moved_to_another_place_does_not_open() -> None:
    key = ContentKey.new()
    first, second = a_chain(key, 2)
    moved = link(an_event(1), prev=first.hash, key=key)
    swapped = type(moved)(
        entry=moved.entry.model_copy(update={"sealed": first.entry.sealed}),
        body=moved.body,
        hash=moved.hash,
    )

    with pytest.raises(BadJournal, match="altered, moved"):
        open_link(swapped, key)
    assert open_link(second, key).seq == 1


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "not framed"),
        (b"{}", "not framed"),
        (b'{"entry":{},"hash":"' + b"0" * 64 + b'"}', "field required"),
        (b'{"entry":[[' + b'1]],"hash":"' + b"0" * 64 + b'"}', "journal line 3"),
        (b'{"entry":' + b"[" * 90 + b',"hash":"' + b"0" * 64 + b'"}', "nests deeper"),
        (b'{"entry":{"a":1,"a":2},"hash":"' + b"0" * 64 + b'"}', "stands twice"),
        (b'{"entry":{"a":NaN},"hash":"' + b"0" * 64 + b'"}', "not a number"),
        (b'{"entry":"\xff","hash":"' + b"0" * 64 + b'"}', "cannot be read"),
    ],
)
def test_a_broken_line_is_refused_with_its_number(line: bytes, why: str) -> None:
    with pytest.raises(BadJournal, match=why) as caught:
        read_line(line, number=3)

    assert "journal line 3" in str(caught.value)


def test_a_second_spelling_of_a_line_is_refused() -> None:
    line = a_chain(ContentKey.new(), 1)[0].line()
    respelt = line.replace(b'"seq":0', b'"seq": 0')

    with pytest.raises(BadJournal, match="canonical"):
        read_line(respelt, number=1)


def test_a_journal_cut_in_its_last_line_is_a_break_there() -> None:
    data = write_lines(a_chain(ContentKey.new(), 5))[:-10]
    last = list(read_chain(data, session=SESSION))[-1]

    assert isinstance(last, Break)
    assert last.line == 5


def test_a_head_holds_only_under_the_key_that_signed_it() -> None:
    mine, other = SigningKey(b"\1" * 32), SigningKey(b"\2" * 32)
    head = sign_head(SESSION, 3, "a" * 64, START, mine)

    assert head_holds(head, mine.public)
    assert not head_holds(head, other.public)
    assert not head_holds(head.model_copy(update={"seq": 4}), mine.public)
    assert read_heads(head.to_bytes() + b"\n") == [head]
    with pytest.raises(BadJournal):
        read_heads(b" " + head.to_bytes() + b"\n")


def test_equal_payloads_do_not_look_equal_when_sealed() -> None:
    key = ContentKey.new()
    one, two = (link(an_event(0), prev=GENESIS, key=key) for _ in range(2))

    assert one.entry.sealed != two.entry.sealed
