"""The record: one hash chain a session, over sealed payloads, with signed heads.

Written by G alone, read by T and by anyone who checks. A line is
`{"entry":<canonical entry>,"hash":"<sha256>"}`: the hash covers exactly the bytes of the
entry, so checking needs no re-encoding, only a comparison that there was one spelling.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from harness.core.canonical import canonical_json, parse_json
from harness.core.card import tell_validation
from harness.core.errors import BadJournal
from harness.core.records import GENESIS, Entry, Event, Head
from harness.core.seal import ContentKey, decode64, encode64
from harness.core.signing import PublicKey, SigningKey

_DOMAIN = b"audition-journal-1\n"
_OPEN, _MIDDLE, _CLOSE = b'{"entry":', b',"hash":"', b'"}'
_TAIL = len(_MIDDLE) + 64 + len(_CLOSE)


@dataclass(frozen=True)
class Link:
    """An entry with its hash: what is stored, one line each.

    Attributes:
        entry: the entry.
        body: its canonical bytes.
        hash: their SHA-256 in this chain's domain.
    """

    entry: Entry
    body: bytes
    hash: str

    def line(self) -> bytes:
        """Return the journal line, without the newline."""
        return frame(self.body, self.hash)


def frame(body: bytes, chain_hash: str) -> bytes:
    """Return the journal line of an entry's canonical bytes, without the newline.

    Args:
        body: the bytes.
        chain_hash: their hash.
    """
    return _OPEN + body + _MIDDLE + chain_hash.encode() + _CLOSE


def hash_body(body: bytes) -> str:
    """Return the hash of an entry's canonical bytes."""
    return hashlib.sha256(_DOMAIN + body).hexdigest()


def place_of(event: Event | Entry) -> str:
    """Return what binds a payload to its place in the chain."""
    return f"{event.session}|{event.seq}|{event.id}|{event.kind}"


def link(event: Event, *, prev: str, key: ContentKey) -> Link:
    """Seal an event and chain it to the one before.

    Args:
        event: the event, its seq one above the entry before.
        prev: that entry's hash, GENESIS for the first.
        key: the candidate's key.

    Raises:
        BadJournal: the payload has no canonical form.
    """
    sealed = key.seal(canonical_json(event.payload), place=place_of(event))
    fields = {name: value for name, value in event.__dict__.items() if name != "payload"}
    entry = Entry.of_checked(**fields, sealed=encode64(sealed), prev=prev)
    body = entry.to_bytes()
    return Link(entry=entry, body=body, hash=hash_body(body))


_OF_ENTRY = frozenset({"sealed", "prev"})
"""What an entry has and an event has not."""


def open_link(found: Link, key: ContentKey) -> Event:
    """Return the event in a link.

    Raises:
        BadJournal: the payload was altered or the key is another's.
    """
    place = place_of(found.entry)
    plain = key.open(decode64(found.entry.sealed, what=place), place=place)
    fields = {name: value for name, value in vars(found.entry).items() if name not in _OF_ENTRY}
    return Event(**fields, payload=parse_json(plain, what=place))


def read_line(line: bytes, *, number: int) -> Link:
    """Return the link in one journal line, refusing any second spelling.

    Args:
        line: the line without its newline.
        number: its number from 1, for the message.

    Raises:
        BadJournal: framing, JSON, a field, the spelling or the hash is off.
    """
    what = f"journal line {number}"
    body, claimed = _split(line, what)
    value = parse_json(body, what=what)
    try:
        entry = Entry.from_value(value)
    except ValidationError as problem:
        raise BadJournal(f"{what}: {tell_validation(problem)}") from problem
    if entry.to_bytes() != body:
        raise BadJournal(f"{what} is not in the canonical spelling")
    if hash_body(body) != claimed:
        raise BadJournal(f"{what}: its hash does not match its bytes")
    return Link(entry=entry, body=body, hash=claimed)


def _split(line: bytes, what: str) -> tuple[bytes, str]:
    body, tail = line[len(_OPEN) : -_TAIL], line[-_TAIL:]
    framed = line.startswith(_OPEN) and tail.startswith(_MIDDLE) and tail.endswith(_CLOSE)
    if len(line) < len(_OPEN) + _TAIL or not framed:
        raise BadJournal(f"{what} is not framed as an entry with its hash")
    return body, tail[len(_MIDDLE) : -len(_CLOSE)].decode("ascii", "replace")


@dataclass(frozen=True)
class Break:
    """Where a chain stops holding.

    Attributes:
        line: line number from 1.
        why: what is off, in plain words.
    """

    line: int
    why: str


def read_chain(data: bytes, *, session: str | None) -> Iterator[Link | Break]:
    """Walk a journal, yielding each link, or one Break at the first that does not hold.

    Args:
        data: the journal's bytes, one line an entry, each ended by a newline.
        session: whose journal it should be; None takes the first line's word.
    """
    prev, lines = GENESIS, data.split(b"\n")
    if lines.pop() != b"":
        yield Break(line=len(lines) + 1, why="the last line is cut short")
        return
    for number, line in enumerate(lines, start=1):
        try:
            found = read_line(line, number=number)
        except BadJournal as problem:
            yield Break(line=number, why=str(problem))
            return
        session = session or found.entry.session
        why = _misplaced(found.entry, number, prev, session)
        if why:
            yield Break(line=number, why=f"journal line {number} {why}")
            return
        prev = found.hash
        yield found


def _misplaced(entry: Entry, number: int, prev: str, session: str) -> str | None:
    if entry.session != session:
        return f"belongs to another session ({entry.session})"
    if entry.seq != number - 1:
        return f"has number {entry.seq}; entries were dropped, added or moved before it"
    if entry.prev != prev:
        return "does not follow the line before it: the chain forks here"
    return None


def write_lines(links: Iterable[Link]) -> bytes:
    """Return the journal's bytes: one line a link, each ended by a newline."""
    return b"".join(found.line() + b"\n" for found in links)


def sign_head(session: str, seq: int, chain_hash: str, at: dt.datetime, key: SigningKey) -> Head:
    """Return the proctor's signed word on a chain's end.

    Args:
        session: whose chain.
        seq: its last entry.
        chain_hash: that entry's hash.
        at: when, by the proctor's clock.
        key: the proctor's key.
    """
    head = Head(
        session=session, seq=seq, hash=chain_hash, at=at, key_id=key.public.key_id, signature=""
    )
    return head.model_copy(update={"signature": key.sign(head.signed_bytes())})


def head_holds(head: Head, public: PublicKey) -> bool:
    """Tell whether a head was signed by this key."""
    return head.key_id == public.key_id and public.verifies(head.signed_bytes(), head.signature)


def read_heads(data: bytes) -> list[Head]:
    """Return the heads in heads.jsonl, oldest first.

    Raises:
        BadJournal: a line is not a head in canonical spelling.
    """
    heads = []
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        what = f"heads line {number}"
        try:
            head = Head.from_value(parse_json(line, what=what))
        except ValidationError as problem:
            raise BadJournal(f"{what}: {tell_validation(problem)}") from problem
        if head.to_bytes() + b"\n" != line:
            raise BadJournal(f"{what} is not in the canonical spelling")
        heads.append(head)
    return heads


def payload_digest(value: object) -> str:
    """Return the SHA-256 of a value's canonical JSON, as events name blobs and ledger rows."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
