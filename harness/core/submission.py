"""What a submission holds, assembled by G from its own record and opened by T.

Members: manifest.json (names and hashes of the rest), receipt.json (G's signature over the
manifest), journal.jsonl, heads.jsonl, ledger.jsonl, notebook.sealed, artefacts.sealed,
versions/<blob id>.sealed, and outside the manifest key.json, the candidate's content key.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from harness.core.archive import encode_archive, read_archive
from harness.core.canonical import canonical_json, parse_json
from harness.core.card import tell_validation
from harness.core.errors import BadJournal, BadSubmission
from harness.core.records import Call, Manifest, Member, Receipt
from harness.core.seal import ContentKey, decode64
from harness.core.signing import SigningKey

UNLISTED = frozenset({"manifest.json", "receipt.json", "key.json"})
"""Members the manifest cannot list: itself, what signs it, and the key that may be destroyed."""


@dataclass(frozen=True)
class Contents:
    """Everything that goes into one submission, in the clear.

    Attributes:
        submission: its id.
        session: whose.
        exercise: slug.
        exercise_version: version of the exercise.
        number: 1 for the first submission of this exercise.
        at: when it is taken.
        saved_at: when the notebook in it was saved.
        notebook: the last saved notebook's bytes, whatever they are.
        artefacts: name to source of each artefact cell; may be empty.
        journal: journal.jsonl, ending in the entry at head_seq.
        heads: heads.jsonl.
        head_seq: the last entry's number.
        head_hash: its hash.
        calls: the ledger's rows, oldest first.
        versions: blob id to plain bytes of each saved version.
        rung: the sandbox rung.
        recorded: False without a witness.
        self_attested: True when the kernel ran without a sandbox.
    """

    submission: str
    session: str
    exercise: str
    exercise_version: str
    number: int
    at: dt.datetime
    saved_at: dt.datetime
    notebook: bytes
    artefacts: Mapping[str, str]
    journal: bytes
    heads: bytes
    head_seq: int
    head_hash: str
    calls: tuple[Call, ...] = ()
    versions: Mapping[str, bytes] = field(default_factory=dict)
    rung: str = "unknown"
    recorded: bool = True
    self_attested: bool = False


@dataclass(frozen=True)
class Assembled:
    """A finished submission.

    Attributes:
        archive: canonical bytes without the content key: what G keeps.
        receipt: the signed receipt, also inside.
    """

    archive: bytes
    receipt: Receipt


def assemble(contents: Contents, *, key: ContentKey, signer: SigningKey) -> Assembled:
    """Return the canonical submission and its receipt.

    Args:
        contents: what goes in.
        key: the candidate's content key.
        signer: the proctor's key.
    """
    members = _listed_members(contents, key)
    manifest = Manifest(
        submission=contents.submission,
        session=contents.session,
        exercise=contents.exercise,
        exercise_version=contents.exercise_version,
        recorded=contents.recorded,
        self_attested=contents.self_attested,
        rung=contents.rung,
        key_check=key.check(),
        members=tuple(_member(name, members[name]) for name in sorted(members)),
    )
    receipt = _sign_receipt(contents, manifest, signer)
    members["manifest.json"] = manifest.to_bytes()
    members["receipt.json"] = receipt.to_bytes()
    return Assembled(archive=encode_archive(members), receipt=receipt)


def with_key(archive: bytes, key: ContentKey) -> bytes:
    """Return the archive with the content key in it: what is handed to the grader."""
    members = read_archive(archive)
    members["key.json"] = canonical_json({"schema": 1, "key": key.to_text()})
    return encode_archive(members)


def seal_call(call: Call, key: ContentKey, plain: bytes | None = None) -> bytes:
    """Return the ledger line of a call, without its newline.

    Args:
        call: the call.
        key: the candidate's.
        plain: the call's canonical bytes, where they are at hand.
    """
    plain = call.to_bytes() if plain is None else plain
    sealed = base64.b64encode(key.seal(plain, place=_call_place(call.session, call.id)))
    # the canonical spelling, without walking the long text, in which nothing is escaped
    before, after = canonical_json({"id": call.id, "schema": 1}), canonical_json(call.session)
    return b'%s,"sealed":"%s","session":%s}' % (before[:-1], sealed, after)


def open_call(line: bytes, key: ContentKey) -> Call:
    """Return the call in a ledger line.

    Raises:
        BadJournal: the line cannot be read or does not open.
    """
    value = parse_json(line, what="a ledger line")
    try:
        place = _call_place(value["session"], value["id"])
        plain = key.open(decode64(value["sealed"], what=place), place=place)
        return Call.from_value(parse_json(plain, what=place))
    except (KeyError, TypeError, ValidationError) as problem:
        raise BadJournal(f"a ledger line does not hold a call: {problem}") from problem


@dataclass(frozen=True)
class Opened:
    """A submission read back, its framing checked, its payloads still sealed.

    Attributes:
        manifest: what it says it holds.
        receipt: the proctor's word.
        members: every member's bytes by name.
        key: the content key, if it is inside.
    """

    manifest: Manifest
    receipt: Receipt
    members: Mapping[str, bytes]
    key: ContentKey | None

    def opened(self, name: str) -> bytes:
        """Return the plain bytes of a sealed member.

        Args:
            name: a member ending in .sealed.

        Raises:
            BadSubmission: no such member, no key inside, or it does not open.
        """
        if name not in self.members:
            raise BadSubmission(f"submission {self.manifest.submission} has no {name}")
        if self.key is None:
            raise BadSubmission(
                f"submission {self.manifest.submission} came without its key; "
                "ask the proctor for it: audition submissions --out FILE"
            )
        try:
            return self.key.open(self.members[name], place=_place(self.manifest.session, name))
        except BadJournal as problem:
            raise BadSubmission(str(problem)) from problem


def open_submission(data: bytes) -> Opened:
    """Return what a submission holds, refusing all but the one form.

    Whether it is authentic is another question: see verify.

    Raises:
        BadSubmission: not canonical, a member missing or off.
    """
    members = read_archive(data)
    for name in ("manifest.json", "receipt.json"):
        if name not in members:
            raise BadSubmission(f"there is no {name} in it; this is not a submission")
    try:
        manifest = Manifest.from_value(parse_json(members["manifest.json"], what="manifest.json"))
        receipt = Receipt.from_value(parse_json(members["receipt.json"], what="receipt.json"))
        key = read_key(members["key.json"]) if "key.json" in members else None
    except ValidationError as problem:
        raise BadSubmission(f"the submission's {tell_validation(problem)}") from problem
    except BadJournal as problem:
        raise BadSubmission(str(problem)) from problem
    return Opened(manifest=manifest, receipt=receipt, members=members, key=key)


def read_key(data: bytes) -> ContentKey:
    """Return the key in key.json.

    Raises:
        BadJournal: it is not a key in the one spelling.
    """
    value = parse_json(data, what="key.json")
    if not isinstance(value, dict) or not isinstance(value.get("key"), str):
        raise BadJournal("key.json holds no key")
    key = ContentKey.from_text(value["key"])
    if canonical_json({"schema": 1, "key": key.to_text()}) != data:
        raise BadJournal("key.json is not in the canonical spelling")
    return key


def _listed_members(contents: Contents, key: ContentKey) -> dict[str, bytes]:
    plain = {
        "notebook.sealed": contents.notebook,
        "artefacts.sealed": canonical_json(dict(contents.artefacts)),
    }
    plain |= {f"versions/{blob}.sealed": data for blob, data in contents.versions.items()}
    members = {
        name: key.seal(data, place=_place(contents.session, name)) for name, data in plain.items()
    }
    members["journal.jsonl"] = contents.journal
    members["heads.jsonl"] = contents.heads
    members["ledger.jsonl"] = b"".join(seal_call(call, key) + b"\n" for call in contents.calls)
    return members


def _sign_receipt(contents: Contents, manifest: Manifest, signer: SigningKey) -> Receipt:
    receipt = Receipt(
        submission=contents.submission,
        session=contents.session,
        exercise=contents.exercise,
        exercise_version=contents.exercise_version,
        number=contents.number,
        at=contents.at,
        saved_at=contents.saved_at,
        manifest_sha256=hashlib.sha256(manifest.to_bytes()).hexdigest(),
        head_seq=contents.head_seq,
        head_hash=contents.head_hash,
        key_id=signer.public.key_id,
        signature="",
    )
    return receipt.model_copy(update={"signature": signer.sign(receipt.signed_bytes())})


def _member(name: str, data: bytes) -> Member:
    return Member(name=name, size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def _place(session: str, name: str) -> str:
    return f"{session}|member|{name}"


def _call_place(session: str, call: str) -> str:
    return f"{session}|call|{call}"
