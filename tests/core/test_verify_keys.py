"""Several keys: each signature counts in its time and at its place in the chain, nowhere else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from harness.core.journal import Link, link, sign_head, write_lines
from harness.core.keyring import SIGNS, Keyring, PinnedKey
from harness.core.records import GENESIS
from harness.core.seal import ContentKey
from harness.core.signing import SigningKey
from harness.core.submission import Contents, assemble, with_key
from harness.core.verify import Verdict, verify_submission
from tests.core.builders import SESSION, START, an_event

OLD, NEW, OTHER = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))
TURN = START + dt.timedelta(hours=1)
"""When the old key ends and the new one begins."""
MARK = 20
"""The entry that says that the new key signs from there."""
RING = Keyring((PinnedKey(OLD.public, until_at=TURN), PinnedKey(NEW.public, from_at=TURN)))
LATER = TURN + dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Signed:
    """A head over an entry, by a key, at a time."""

    seq: int
    by: SigningKey
    at: dt.datetime = START


def chain(key: ContentKey, length: int, mark: int | None) -> list[Link]:
    links: list[Link] = []
    for seq in range(length):
        prev = links[-1].hash if links else GENESIS
        event = an_event(seq)
        if seq == mark:
            event = an_event(seq, id=SIGNS + NEW.public.key_id, kind="signing_key")
        links.append(link(event, prev=prev, key=key))
    return links


def made(
    *heads: Signed, receipt: SigningKey = NEW, at: dt.datetime = LATER, mark: int | None = MARK
) -> bytes:
    key, length = ContentKey.new(), 30
    links = chain(key, length, mark)
    signed = [sign_head(SESSION, h.seq, links[h.seq].hash, h.at, h.by) for h in heads]
    contents = Contents(
        submission="sub-1", session=SESSION, exercise="practice", exercise_version="1.0.0",
        number=1, at=at, saved_at=START, notebook=b"{}", artefacts={}, journal=write_lines(links),
        heads=b"".join(head.to_bytes() + b"\n" for head in signed), head_seq=length - 1,
        head_hash=links[-1].hash,
    )  # fmt: skip
    return with_key(assemble(contents, key=key, signer=receipt).archive, key)


def found(data: bytes, ring: Keyring = RING) -> tuple[str, str]:
    verdict = verify_submission(data, ring)
    (alteration,) = verdict.alterations
    return alteration.where, alteration.why


GOOD = (Signed(9, OLD), Signed(MARK, NEW, LATER), Signed(29, NEW, LATER))


def test_a_chain_that_changes_hands_where_it_says_so_is_whole() -> None:
    verdict = verify_submission(made(*GOOD), RING)

    assert verdict.is_whole, verdict.why
    assert verdict.signers == (OLD.public.key_id, NEW.public.key_id)


def test_a_receipt_under_the_key_that_came_after_its_chain_ended_is_whole() -> None:
    assert verify_submission(made(Signed(29, OLD), mark=None), RING).is_whole


@pytest.mark.parametrize(
    ("data", "where", "word"),
    [
        (made(Signed(9, OLD, LATER), mark=None), "heads.jsonl", "had ended at"),
        (made(Signed(29, OLD), receipt=OLD, mark=None), "receipt.json", "had ended at"),
        # the same, with a time that pretends
        (made(*GOOD[:2], Signed(29, OLD)), "heads.jsonl", "entry 29, where"),
        (made(*GOOD, receipt=OLD, at=START), "receipt.json", "from its journal on"),
        (made(Signed(9, OLD), Signed(29, NEW, LATER), mark=None), "heads.jsonl", "entry 29"),
        (made(Signed(9, OLD), Signed(19, NEW, LATER), Signed(29, NEW)), "heads.jsonl", "entry 19"),
        (made(Signed(9, OTHER), *GOOD[1:]), "heads.jsonl", "entry 9 is not signed by us"),
        (made(*GOOD, receipt=OTHER), "receipt.json", OTHER.public.key_id),
    ],
)
def test_what_a_key_signed_beyond_its_end_or_place_is_located(
    data: bytes, where: str, word: str
) -> None:
    assert found(data)[0] == where
    assert word in found(data)[1]


def test_a_key_that_is_named_in_the_chain_and_not_pinned_is_told() -> None:
    where, why = found(made(*GOOD[:1], receipt=OLD, at=START), Keyring.of(OLD.public))

    assert where == "receipt.json" and NEW.public.key_id in why


def weighed(ring: Keyring, *heads: Signed, **about: object) -> Verdict:
    verdict = verify_submission(made(*heads, **about), ring)  # type: ignore[arg-type]
    assert not verdict.alterations
    return verdict


def test_a_revoked_key_is_told_by_what_rests_on_it_alone() -> None:
    since = START + dt.timedelta(minutes=30)
    ring = Keyring.of(OLD.public).revoked(OLD.public.key_id, since)
    late = since + dt.timedelta(minutes=1)
    heads = (Signed(9, OLD, START), Signed(29, OLD, late))

    bad = weighed(ring, *heads, receipt=OLD, at=late, mark=None)
    early = weighed(ring, *heads[:1], receipt=OLD, at=START, mark=None)

    assert not bad.is_whole and "entries 10 to 29 of the journal" in bad.distrusted[0]
    assert early.is_whole and "ask when this file was received" in early.notes[0]


def test_a_good_receipt_vouches_for_what_a_revoked_key_signed_before_it() -> None:
    ring = RING.revoked(OLD.public.key_id, START)

    assert weighed(ring, *GOOD).is_whole
    assert not weighed(ring, *GOOD).notes


def test_of_two_times_of_revocation_the_earlier_one_counts() -> None:
    ring = RING.revoked(OLD.public.key_id, TURN).revoked(OLD.public.key_id, LATER)

    assert ring.keys[0].revoked_since == TURN
    assert Keyring.from_text(ring.to_text()) == ring
