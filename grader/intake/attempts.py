"""A submission's bytes into an Attempt: framing, proof, record, notebook, in this order.

Runs in T. The bytes are hostile. An altered submission is still read, because people have to see
what was altered; it says so on every page. What cannot be opened at all is refused with findings.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from grader.attempt import Attempt, OwnTime, Saved, Stretch
from grader.authoring.folder import Exercise
from grader.intake.errors import NotAnAttempt
from grader.intake.findings import look, note
from grader.intake.given import compare, read_artefacts, read_texts
from grader.intake.notebook import read_notebook
from grader.records import About, Finding, Totals
from harness.core.archive import encode_archive
from harness.core.errors import BadJournal, BadSubmission
from harness.core.journal import Break, open_link, read_chain
from harness.core.keyring import Keyring
from harness.core.records import Call, Event
from harness.core.seal import ContentKey
from harness.core.signing import PublicKey
from harness.core.submission import Opened, open_call, open_submission
from harness.core.verify import verify_submission

FindExercise = Callable[[str], Exercise | None]
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class _Proof:
    """What verify said: a word for it, and where it does not hold."""

    word: Literal["whole", "altered", "unsigned"]
    why: str = ""


def read_attempt(
    data: bytes, *, public: Keyring | PublicKey | None, find_exercise: FindExercise
) -> Attempt:
    """Return the attempt in a submission.

    Args:
        data: the submission's bytes, its key inside.
        public: the pinned public keys; None says of itself that nothing was checked.
        find_exercise: gives the exercise's room by slug; None where this machine has none.

    Raises:
        NotAnAttempt: the archive, its key, its record or its artefacts cannot be read.
    """
    try:
        opened = open_submission(data)
        key = _key(opened)
        notebook = opened.opened("notebook.sealed")
        artefacts = read_artefacts(opened.opened("artefacts.sealed"))
        calls = _calls(opened, key)
    except (BadSubmission, BadJournal, ValueError) as problem:
        raise _stop("unreadable", f"this is no submission that can be read: {problem}") from problem
    slug = opened.manifest.exercise
    exercise = find_exercise(slug)
    events, broken = _events(opened, key)
    mine = tuple(event for event in events if event.exercise in (None, slug))
    saves = _saves(mine, opened, key)
    book = read_notebook(notebook)
    proof = _prove(data, opened, public)
    times = [event.at for event in mine if event.exercise == slug and not _is_laid_out(event)]
    own_time = OwnTime.of(times, _pauses(mine, opened.receipt.at))
    findings = [*_of_record(opened, proof, broken), *_of_events(mine), *book.findings]
    if exercise is None:
        findings.append(look("no_exercise", f"this machine does not have the exercise {slug}"))
    else:
        findings += compare(book, exercise, artefacts)
    return Attempt(
        about=_about(opened, proof, exercise, _totals(mine, calls, saves)).model_copy(
            update={"began_seq": _began(mine, slug)}
        ),
        receipt=opened.receipt,
        card=exercise.card if exercise else None,
        exercise=exercise,
        notebook=notebook,
        cells=book.cells,
        artefacts=artefacts,
        texts=read_texts(book, exercise),
        events=mine,
        calls=calls,
        saves=saves,
        own_time=own_time,
        findings=tuple(findings),
    )


def _began(events: Sequence[Event], slug: str) -> int | None:
    """Return the place of the first cell that was run in the exercise; None without one."""
    ran = (e.seq for e in events if e.kind == "execute_request" and e.exercise == slug)
    return next(ran, None)


def _is_laid_out(event: Event) -> bool:
    """Whether it is the notebook as given, kept when the sitting began: nobody's time yet."""
    return event.kind == "save" and event.payload.get("label") == "as given"


def _pauses(events: Sequence[Event], end: dt.datetime) -> list[Stretch]:
    """Return the pauses on record; one that is open lasts to the end."""
    found: list[Stretch] = []
    began: dt.datetime | None = None
    for event in events:
        if event.kind == "pause":
            began = began or event.at
        elif event.kind == "resume" and began is not None:
            found.append((began, max(began, event.at)))
            began = None
    if began is not None:
        found.append((began, max(began, end)))
    return found


def _key(opened: Opened) -> ContentKey:
    if opened.key is None:
        raise BadSubmission(
            "it came without its key; take it from the proctor: audition submissions --out FILE"
        )
    return opened.key


def _calls(opened: Opened, key: ContentKey) -> tuple[Call, ...]:
    lines = opened.members.get("ledger.jsonl", b"").splitlines()
    calls = [open_call(line, key) for line in lines]
    return tuple(call for call in calls if call.exercise == opened.manifest.exercise)


def _events(opened: Opened, key: ContentKey) -> tuple[list[Event], str]:
    """Return the events as far as the chain holds, and why it ends early, if it does."""
    events: list[Event] = []
    journal = opened.members.get("journal.jsonl", b"")
    for found in read_chain(journal, session=opened.manifest.session):
        if isinstance(found, Break):
            return events, found.why
        try:
            events.append(open_link(found, key))
        except BadJournal as problem:
            return events, str(problem)
    return events, ""


def _saves(events: tuple[Event, ...], opened: Opened, key: ContentKey) -> tuple[Saved, ...]:
    slug = opened.manifest.exercise
    found = []
    for event in events:
        sha256 = event.payload.get("sha256")
        if event.kind != "save" or event.payload.get("path") != f"{slug}/{slug}.ipynb":
            continue
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            continue
        member = f"versions/{key.blob_id_of(sha256)}.sealed"
        plain = opened.opened(member) if member in opened.members else None
        found.append(Saved(event.seq, event.at, sha256, plain))
    return tuple(found)


def _prove(data: bytes, opened: Opened, public: Keyring | PublicKey | None) -> _Proof:
    if not opened.manifest.recorded:
        return _Proof("unsigned", "made from plain files: no proctor signed it")
    if public is None:
        return _Proof("unsigned", "no public key is pinned here")
    verdict = verify_submission(data, public)
    if verdict.is_whole:
        return _Proof("whole", " ".join(verdict.notes)[:600])
    return _Proof("altered", verdict.why[:600])


def _about(opened: Opened, proof: _Proof, exercise: Exercise | None, totals: Totals) -> About:
    manifest, receipt = opened.manifest, opened.receipt
    members = {name: data for name, data in opened.members.items() if name != "key.json"}
    return About(
        submission=manifest.submission,
        session=manifest.session,
        exercise=manifest.exercise,
        exercise_version=manifest.exercise_version,
        title=exercise.card.title if exercise else manifest.exercise,
        number=receipt.number,
        recorded=manifest.recorded,
        self_attested=manifest.self_attested,
        published=exercise.card.published if exercise else False,
        rung=manifest.rung,
        verified=proof.word,
        verify_why=proof.why,
        sha256=hashlib.sha256(encode_archive(members)).hexdigest(),
        manifest_sha256=receipt.manifest_sha256,
        key_id=receipt.key_id,
        head_hash=receipt.head_hash,
        totals=totals,
    )


def _totals(events: tuple[Event, ...], calls: tuple[Call, ...], saves: tuple[Saved, ...]) -> Totals:
    return Totals(
        events=len(events),
        calls=sum(not call.is_tool for call in calls),
        tools=sum(call.is_tool for call in calls),
        cost_usd=sum((call.usage.cost_usd for call in calls if call.usage), Decimal(0)),
        saves=len(saves),
        questions=sum(event.kind == "ask" for event in events),
    )


def _of_record(opened: Opened, proof: _Proof, broken: str) -> list[Finding]:
    manifest, found = opened.manifest, []
    if proof.word == "altered":
        found.append(look("altered", f"this is not what the proctor signed: {proof.why}"))
    elif proof.word == "unsigned" and manifest.recorded:
        found.append(look("unsigned", f"nothing was checked: {proof.why}"))
    if broken:
        found.append(look("broken_chain", f"the record ends early: {broken}"))
    if not manifest.recorded:
        found.append(look("unrecorded", "unrecorded: made from plain files, nobody watched"))
    if manifest.self_attested:
        found.append(
            look("self_attested", "the kernel ran without a sandbox: the record is a mere claim")
        )
    return found


def _of_events(events: tuple[Event, ...]) -> list[Finding]:
    found = []
    if any(event.kind == "self_executed" for event in events):
        found.append(look("self_executed", "cells ran that nobody had asked for"))
    if any(event.kind == "kernel_died" for event in events):
        found.append(note("kernel_died", "the kernel ended by itself at least once"))
    return found


def _stop(code: str, message: str) -> NotAnAttempt:
    return NotAnAttempt((Finding(code=code, level="stop", message=message[:600]),))
