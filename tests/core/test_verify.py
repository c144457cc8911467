"""Is every alteration found, and is it located where it was made."""

from __future__ import annotations

import random

import pytest

from harness.core.archive import encode_archive, read_archive
from harness.core.errors import BadSubmission
from harness.core.journal import Break, link, read_chain, write_lines
from harness.core.records import GENESIS
from harness.core.seal import ContentKey
from harness.core.signing import SigningKey
from harness.core.submission import open_call, open_submission
from harness.core.verify import verify_submission
from tests.core.builders import SESSION, Made, a_submission, an_event


@pytest.fixture(scope="module")
def made() -> Made:
    return a_submission()


def test_a_whole_submission_verifies_with_and_without_its_key(made: Made) -> None:
    whole = verify_submission(made.archive, made.signer.public)
    keyless = verify_submission(made.keyless, made.signer.public)

    assert whole.is_whole and keyless.is_whole
    assert (whole.events, whole.heads, whole.calls, whole.has_key) == (40, 3, 3, True)
    assert not keyless.has_key


def test_two_thousand_random_bit_flips_are_all_found_at_the_exact_byte(made: Made) -> None:
    rng = random.Random(20260301)
    missed, misplaced = [], []
    for _ in range(2000):
        offset, bit = rng.randrange(len(made.archive)), 1 << rng.randrange(8)
        altered = bytearray(made.archive)
        altered[offset] ^= bit
        verdict = verify_submission(bytes(altered), made.signer.public)
        if verdict.is_whole:
            missed.append((offset, bit))
        elif not (verdict.alterations[0].is_exact and verdict.alterations[0].offset == offset):
            misplaced.append((offset, bit, verdict.alterations[0]))

    assert missed == []
    assert misplaced == []


@pytest.mark.parametrize("cut", [0, 1, 21, 22, 100, -1, -22, -500])
def test_a_truncated_submission_is_found(made: Made, cut: int) -> None:
    short = made.archive[:cut]

    assert not verify_submission(short, made.signer.public).is_whole


def test_bytes_behind_the_end_are_found(made: Made) -> None:
    verdict = verify_submission(made.archive + b"\0", made.signer.public)

    assert not verdict.is_whole


def test_another_signers_submission_is_refused_with_both_key_names(made: Made) -> None:
    other = SigningKey(b"\x09" * 32).public
    verdict = verify_submission(made.archive, other)

    assert not verdict.is_whole
    assert other.key_id in verdict.alterations[0].why
    assert made.signer.public.key_id in verdict.alterations[0].why


def _repacked(made: Made, changes: dict[str, bytes | None]) -> bytes:
    members = read_archive(made.archive)
    for name, data in changes.items():
        members.pop(name, None)
        if data is not None:
            members[name] = data
    return encode_archive(members)


def _lines(made: Made) -> list[bytes]:
    return read_archive(made.archive)["journal.jsonl"].splitlines(keepends=True)


def test_a_dropped_swapped_doubled_or_forged_event_is_located_at_its_line(made: Made) -> None:
    lines = _lines(made)
    forged = link(an_event(12, payload={"code": "nicer"}), prev=made.links[11].hash, key=made.key)
    cases = {
        "dropped": lines[:12] + lines[13:],
        "swapped": [*lines[:12], lines[13], lines[12], *lines[14:]],
        "doubled": [*lines[:13], lines[12], *lines[13:]],
        "forged": [*lines[:12], forged.line() + b"\n", *lines[13:]],
        "inserted": [*lines[:12], forged.line() + b"\n", *lines[12:]],
        "flipped": [*lines[:12], lines[12].replace(b'"kind":"', b'"kind": "'), *lines[13:]],
        "cut": [*lines[:12], lines[12][: len(lines[12]) // 2] + b"\n", *lines[13:]],
    }
    for name, changed in cases.items():
        data = _repacked(made, {"journal.jsonl": b"".join(changed)})
        found = verify_submission(data, made.signer.public).alterations[0]

        assert found.where == "journal.jsonl", name
        assert "line 13" in found.why or "line 14" in found.why, (name, found.why)


def test_a_chain_rewritten_from_the_start_does_not_match_the_signed_heads(made: Made) -> None:
    links, prev = [], GENESIS
    for seq in range(40):
        links.append(link(an_event(seq, payload={"code": "quiet"}), prev=prev, key=made.key))
        prev = links[-1].hash
    data = _repacked(made, {"journal.jsonl": write_lines(links)})

    assert not verify_submission(data, made.signer.public).is_whole


@pytest.mark.parametrize("kept", [0, 1, 12, 39])
def test_a_journal_that_ends_early_or_in_mid_line_is_found(made: Made, kept: int) -> None:
    lines = _lines(made)
    for name, data in {
        "early": b"".join(lines[:kept]),
        "in mid line": b"".join(lines[:kept]) + lines[kept][:50],
    }.items():
        found = verify_submission(_repacked(made, {"journal.jsonl": data}), made.signer.public)

        assert found.alterations[0].where == "journal.jsonl", name
        assert found.alterations[0].offset is not None, name


@pytest.mark.parametrize("at", [1, 12, 38])
def test_a_fork_is_located_at_the_line_where_two_chains_part(made: Made, at: int) -> None:
    """Two entries follow one: each line is whole by itself, and the second has no place."""
    forked, prev = [], made.links[at - 1].hash
    for seq in range(at, 40):
        forked.append(link(an_event(seq, payload={"code": "other"}), prev=prev, key=made.key))
        prev = forked[-1].hash
    lines = _lines(made)
    beside = [*lines[: at + 1], *(one.line() + b"\n" for one in forked)]
    grafted = [*(one.line() + b"\n" for one in made.links[:at]), forked[0].line() + b"\n",
               *lines[at + 1 :]]  # fmt: skip
    for name, changed in {"beside": beside, "grafted": grafted}.items():
        breaks = [
            found for found in read_chain(b"".join(changed), session=SESSION)
            if isinstance(found, Break)
        ]  # fmt: skip
        data = _repacked(made, {"journal.jsonl": b"".join(changed)})

        assert [one.line for one in breaks] == [at + 2], name
        assert not verify_submission(data, made.signer.public).is_whole


@pytest.mark.parametrize("name", ["journal.jsonl", "manifest.json", "receipt.json", "heads.jsonl"])
def test_a_member_taken_out_is_named(made: Made, name: str) -> None:
    verdict = verify_submission(_repacked(made, {name: None}), made.signer.public)

    assert not verdict.is_whole
    assert name in verdict.alterations[0].why


def test_an_added_member_is_named(made: Made) -> None:
    data = _repacked(made, {"versions/extra.sealed": b"x"})
    verdict = verify_submission(data, made.signer.public)

    assert verdict.alterations[0].where == "versions/extra.sealed"


def test_another_candidates_key_is_refused(made: Made) -> None:
    other = ContentKey.new().to_text().encode()
    data = _repacked(made, {"key.json": b'{"key":"' + other + b'","schema":1}'})
    verdict = verify_submission(data, made.signer.public)

    assert verdict.alterations[0].where == "key.json"


def test_sealed_members_open_with_the_key_and_not_without(made: Made) -> None:
    opened, keyless = open_submission(made.archive), open_submission(made.keyless)

    assert b'"nbformat":4' in opened.opened("notebook.sealed")
    line = opened.members["ledger.jsonl"].splitlines()[1]
    assert open_call(line, made.key).occurrence == 1
    with pytest.raises(BadSubmission, match="came without its key"):
        keyless.opened("notebook.sealed")
    with pytest.raises(BadSubmission, match="has no nothing"):
        opened.opened("nothing.sealed")


def test_the_clear_text_stands_nowhere_in_the_archive(made: Made) -> None:
    assert b"print(3)" not in made.archive
    assert b"LABELS" not in made.archive
    assert b"hello" not in made.archive


@pytest.mark.soak
def test_twenty_thousand_flips_from_five_seeds_are_all_found_at_the_exact_byte(made: Made) -> None:
    for seed in (2, 3, 5, 7, 11):
        draw, missed = random.Random(seed), 0
        for _ in range(4_000):
            offset, bit = draw.randrange(len(made.archive)), draw.randrange(8)
            altered = bytearray(made.archive)
            altered[offset] ^= 1 << bit
            verdict = verify_submission(bytes(altered), made.signer.public)
            missed += verdict.is_whole or verdict.alterations[0].offset != offset
        print(f"seed {seed}: {4_000 - missed} of 4000 found at the exact byte")  # noqa: T201

        assert missed == 0
