"""Is a submission whole, and if not, where was it altered.

Runs in T, and on anyone's machine who holds the proctor's public keys. Trusts nothing in the
file: the keys are pinned, the one byte form is encoded again and compared, every member is
held against the signed manifest, the chain against its signed heads, and each signature against
the time in which its key counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from harness.core.archive import Span, directory_spans, encode_archive, first_difference, spans
from harness.core.canonical import parse_json
from harness.core.errors import BadJournal, BadSubmission
from harness.core.journal import Break, Link, open_link, read_chain, read_heads
from harness.core.keyring import SIGNS, Keyring, ring_of
from harness.core.locate import locate_byte
from harness.core.records import Head, Manifest, Member, Receipt
from harness.core.seal import ContentKey
from harness.core.signers import Chain, head_is_off, tell_late, weigh
from harness.core.signing import PublicKey
from harness.core.submission import UNLISTED, open_call, read_key


@dataclass(frozen=True)
class Alteration:
    """One thing that does not hold.

    Attributes:
        where: the member, or "archive".
        offset: offset in the file of the first altered byte; None if it cannot be told.
        is_exact: True if exactly this byte, False if somewhere from here on.
        why: what was found, in plain words.
    """

    where: str
    offset: int | None
    is_exact: bool
    why: str


@dataclass(frozen=True)
class Verdict:
    """What verify found.

    Attributes:
        alterations: empty if the submission is whole.
        submission: its id, where it could be read.
        session: its session, where it could be read.
        exercise: its exercise, where it could be read.
        events: how many entries the chain has.
        heads: how many signed heads stand in it.
        calls: how many ledger rows.
        is_recorded: False if it was made without a witness.
        is_self_attested: True if the kernel ran without a sandbox.
        has_key: whether payloads could be opened and were checked too.
        key_id: whose signature the receipt bears.
        signers: every key that signed something in it, in order.
        distrusted: what rests on a revoked key alone, in plain words; empty if nothing does.
        notes: what is good to know beside it.
    """

    alterations: tuple[Alteration, ...]
    submission: str | None = None
    session: str | None = None
    exercise: str | None = None
    events: int = 0
    heads: int = 0
    calls: int = 0
    is_recorded: bool = True
    is_self_attested: bool = False
    has_key: bool = False
    key_id: str | None = None
    signers: tuple[str, ...] = ()
    distrusted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing was altered and nothing rests on a revoked key alone."""
        return not self.alterations and not self.distrusted

    @property
    def why(self) -> str:
        """The first thing that does not hold; empty if it is whole."""
        told = [f"{found.where}: {found.why}" for found in self.alterations]
        return next(iter([*told, *self.distrusted]), "")


class _Found(Exception):
    """Stops the walk at the first alteration."""

    def __init__(self, alteration: Alteration) -> None:
        self.alteration = alteration


def verify_submission(data: bytes, pinned: Keyring | PublicKey) -> Verdict:
    """Return whether these bytes are what the proctor signed.

    The archive names every member twice, before it and in the directory at its end. One altered
    byte can spoil one of the two witnesses only; whichever reading tells more is kept.

    Args:
        data: the submission file.
        pinned: the public keys that count, or the one there is.
    """
    ring = ring_of(pinned)
    readings = [_layout(read, data) for read in (spans, directory_spans)]
    verdicts = [_verify_by(reading, data, ring) for reading in readings[: _distinct(readings)]]
    altered = [verdict for verdict in verdicts if verdict.alterations]
    if not altered:
        return verdicts[0]
    return min(altered, key=lambda verdict: not verdict.alterations[0].is_exact)


def _layout(read: Callable[[bytes], list[Span]], data: bytes) -> list[Span] | BadSubmission:
    try:
        return read(data)
    except BadSubmission as problem:
        return problem


def _distinct(readings: list[list[Span] | BadSubmission]) -> int:
    """Return how many readings there are to verify: one where both witnesses say the same."""
    return 1 if isinstance(readings[0], list) and readings[0] == readings[1] else 2


def _verify_by(
    reading: list[Span] | BadSubmission, data: bytes, ring: Keyring
) -> Verdict:  # fmt: skip
    if isinstance(reading, BadSubmission):
        return Verdict(alterations=(Alteration("archive", None, False, str(reading)),))
    try:
        layout = {span.name: span for span in reading}
        return _verify(_File(data=data, layout=layout), ring)
    except BadSubmission as problem:
        return Verdict(alterations=(Alteration("archive", None, False, str(problem)),))
    except _Found as found:
        return Verdict(alterations=(found.alteration,))


@dataclass(frozen=True)
class _File:
    """The file, and where its members stand in it.

    Attributes:
        data: all bytes.
        layout: member name to its span.
    """

    data: bytes
    layout: Mapping[str, Span]

    def member(self, name: str) -> bytes:
        if name not in self.layout:
            raise _Found(Alteration("archive", None, False, f"there is no {name} in it"))
        span = self.layout[name]
        return self.data[span.start : span.start + span.size_bytes]

    def found(self, name: str, why: str, offset: int | None = None) -> _Found:
        """Return the finding that something from here on is off."""
        span = self.layout[name]
        return _Found(Alteration(name, span.start + (offset or 0), False, why))

    def altered(self, name: str, why: str, proves: Callable[[bytes], bool]) -> _Found:
        """Return the finding that this member was altered, at the byte if it was one."""
        span = self.layout[name]
        offset = locate_byte(self.member(name), span.crc, proves=proves)
        if offset is None:
            return self.found(name, why)
        at = span.start + offset
        return _Found(Alteration(name, at, True, f"{why}: byte {at} of the file"))


def _verify(file: _File, ring: Keyring) -> Verdict:
    receipt = _check_receipt(file, ring)
    manifest = _check_manifest(file, receipt)
    key = _check_key(file, manifest)
    _check_members(file, manifest)
    _check_frame(file)
    chain = _check_chain(file, manifest, key)
    heads = _check_heads(file, receipt, ring, chain)
    distrusted, notes = weigh(receipt, heads, ring, len(chain.hashes))
    return Verdict(
        alterations=(),
        submission=manifest.submission,
        session=manifest.session,
        exercise=manifest.exercise,
        events=len(chain.hashes),
        heads=len(heads),
        calls=_check_ledger(file, key),
        is_recorded=manifest.recorded,
        is_self_attested=manifest.self_attested,
        has_key=key is not None,
        key_id=receipt.key_id,
        signers=tuple(dict.fromkeys([*(head.key_id for head in heads), receipt.key_id])),
        distrusted=distrusted,
        notes=notes,
    )


def _check_receipt(file: _File, ring: Keyring) -> Receipt:
    raw = file.member("receipt.json")
    receipt = _signed_receipt(raw, ring)
    if receipt is None:
        claimed = _parse_receipt(raw)
        why = "the signature does not hold"
        if claimed is not None and ring.find(claimed.key_id) is None:
            names = ", ".join(one.key_id for one in ring.keys)
            why = f"it names the key {claimed.key_id[:64]}, and pinned is {names}"
        raise file.altered(
            "receipt.json", why, lambda restored: _signed_receipt(restored, ring) is not None
        )
    pinned = ring.find(receipt.key_id)
    if pinned is not None and pinned.is_late(receipt.at):
        raise file.found("receipt.json", tell_late(receipt, ring))
    return receipt


def _parse_receipt(raw: bytes) -> Receipt | None:
    try:
        receipt = Receipt.from_value(parse_json(raw, what="receipt.json"))
        return receipt if receipt.to_bytes() == raw else None
    except (BadJournal, ValidationError):
        return None


def _signed_receipt(raw: bytes, ring: Keyring) -> Receipt | None:
    receipt = _parse_receipt(raw)
    pinned = ring.find(receipt.key_id) if receipt is not None else None
    if receipt is None or pinned is None:
        return None
    holds = pinned.public.verifies(receipt.signed_bytes(), receipt.signature)
    return receipt if holds else None


def _check_manifest(file: _File, receipt: Receipt) -> Manifest:
    raw, expected = file.member("manifest.json"), receipt.manifest_sha256
    if not _is_sha(raw, expected):
        why = "it is not the manifest that was signed"
        raise file.altered("manifest.json", why, lambda restored: _is_sha(restored, expected))
    try:
        return Manifest.from_value(parse_json(raw, what="manifest.json"))
    except (BadJournal, ValidationError) as problem:
        raise file.found("manifest.json", str(problem)) from problem


def _check_key(file: _File, manifest: Manifest) -> ContentKey | None:
    if "key.json" not in file.layout:
        return None

    def opens(raw: bytes) -> bool:
        try:
            return read_key(raw).check() == manifest.key_check
        except BadJournal:
            return False

    raw = file.member("key.json")
    if not opens(raw):
        raise file.altered("key.json", "it is not this submission's key", opens)
    return read_key(raw)


def _check_members(file: _File, manifest: Manifest) -> None:
    listed = {member.name: member for member in manifest.members}
    for name in sorted(set(file.layout) - set(listed) - UNLISTED):
        raise file.found(name, f"{name} was added; nobody signed it")
    for member in listed.values():
        _check_member(file, member)


def _check_member(file: _File, member: Member) -> None:
    if member.name not in file.layout:
        raise _Found(Alteration(member.name, None, False, f"{member.name} was taken out"))
    raw = file.member(member.name)
    if _is_sha(raw, member.sha256):
        return
    line = _first_bad_line(raw) if member.name == "journal.jsonl" else None
    why = f"{member.name} was altered" + (f" ({line.why})" if line else "")
    found = file.altered(member.name, why, lambda restored: _is_sha(restored, member.sha256))
    if line and not found.alteration.is_exact:
        raise file.found(member.name, why, _offset_of_line(raw, line.line))
    raise found


def _first_bad_line(raw: bytes) -> Break | None:
    return next((f for f in read_chain(raw, session=None) if isinstance(f, Break)), None)


def _offset_of_line(raw: bytes, number: int) -> int:
    return sum(len(line) + 1 for line in raw.split(b"\n")[: number - 1])


def _check_frame(file: _File) -> None:
    again = encode_archive({name: file.member(name) for name in file.layout})
    offset = first_difference(file.data, again)
    if offset is not None:
        why = f"byte {offset} of the archive's frame is not what the one form has there"
        raise _Found(Alteration("archive", offset, True, why))


def _check_chain(file: _File, manifest: Manifest, key: ContentKey | None) -> Chain:
    chain = Chain([], [])
    for link in read_chain(file.member("journal.jsonl"), session=manifest.session):
        if isinstance(link, Break):
            raise file.found("journal.jsonl", link.why)
        if key is not None:
            _check_payload(file, link, key)
        if link.entry.kind == "signing_key":
            chain.signs_from.append((link.entry.seq, link.entry.id.removeprefix(SIGNS)))
        chain.hashes.append(link.hash)
    return chain


def _check_payload(file: _File, link: Link, key: ContentKey) -> None:
    try:
        open_link(link, key)
    except (BadJournal, ValidationError) as problem:
        raise file.found("journal.jsonl", str(problem)) from problem


def _check_heads(file: _File, receipt: Receipt, ring: Keyring, chain: Chain) -> list[Head]:
    try:
        heads = read_heads(file.member("heads.jsonl"))
    except BadJournal as problem:
        raise file.found("heads.jsonl", str(problem)) from problem
    first = heads[0].key_id if heads else receipt.key_id
    for head in heads:
        if why := head_is_off(head, receipt, ring, chain.signer_at(head.seq, first)):
            raise file.found("heads.jsonl", why)
    for seq, chain_hash in [(h.seq, h.hash) for h in heads] + [
        (receipt.head_seq, receipt.head_hash)
    ]:
        if seq >= len(chain.hashes) or chain.hashes[seq] != chain_hash:
            raise file.found("journal.jsonl", f"entry {seq} is not the one that was signed")
    due = chain.signer_at(receipt.head_seq, first)
    # a receipt may be signed by a key that began after its chain ended, never by one before
    if ring.find(due) is None or ring.is_older(receipt.key_id, due):
        why = f"the key {receipt.key_id} signed it, and from its journal on {due} does"
        raise file.found("receipt.json", why)
    return heads


def _check_ledger(file: _File, key: ContentKey | None) -> int:
    lines = file.member("ledger.jsonl").splitlines()
    for line in lines if key else ():
        assert key is not None
        try:
            open_call(line, key)
        except BadJournal as problem:
            raise file.found("ledger.jsonl", str(problem)) from problem
    return len(lines)


def _is_sha(raw: bytes, expected: str) -> bool:
    return hashlib.sha256(raw).hexdigest() == expected
