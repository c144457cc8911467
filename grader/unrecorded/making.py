"""Plain files into a submission that says of itself that nobody watched.

Runs in T. The archive has the one form of every submission; its content key is made for it, and
it is signed by a key that is thrown away, so that no grader's pinned key can ever verify it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

from grader.authoring.folder import Exercise
from grader.authoring.photograph import photograph
from grader.unrecorded.adapter import BEGINNING, Adapted, Whose, adapt
from grader.unrecorded.files import PlainFiles
from harness.core.canonical import canonical_json
from harness.core.errors import UsageError
from harness.core.journal import link, sign_head, write_lines
from harness.core.records import GENESIS, Event
from harness.core.seal import ContentKey
from harness.core.signing import SigningKey
from harness.core.submission import Contents, assemble, with_key

_LONGEST_ID = 16


def make_submission(files: PlainFiles, exercise: Exercise) -> bytes:
    """Return the archive, its content key inside.

    Args:
        files: what the candidate wrote.
        exercise: the exercise's room, for the notebook around it.

    Raises:
        UsageError: a cell or a text that the exercise does not have, a row that cannot be kept.
    """
    artefacts = _place_artefacts(files.artefacts, exercise)
    notebook = fill_notebook(exercise, artefacts, files.texts)
    name = _digest(notebook, files)
    whose = Whose(session=f"unrecorded-{name}", exercise=exercise.card.slug)
    adapted = adapt(files.journal, files.ledger, whose)
    key, signer = ContentKey.new(), SigningKey(os.urandom(32))
    return with_key(
        _assemble(name, whose, exercise, (notebook, artefacts, adapted), key, signer), key
    )


def fill_notebook(
    exercise: Exercise, artefacts: Mapping[str, str], texts: Mapping[str, str]
) -> bytes:
    """Return the exercise's notebook, both parts, with the candidate's cells in it.

    Args:
        exercise: the exercise's room.
        artefacts: artefact cell's name to source.
        texts: text cell's id, or "plan", to words.

    Raises:
        UsageError: a text that the exercise does not have.
    """
    slug = exercise.card.slug
    files = photograph(exercise)
    book = json.loads(files[f"notebooks/{slug}/{slug}.ipynb"])
    book["cells"] += json.loads(files[f"harness/proctor/photographs/{slug}/part-2.json"])["cells"]
    known = {_short(cell, slug): cell for cell in book["cells"] if _is_written(cell)}
    for heading, words in texts.items():
        place = heading.strip().lower().replace(" ", "-")
        if place not in known:
            raise UsageError(
                f"texts.md: {slug} has no text {heading[:60]!r}; it has {', '.join(sorted(known))}"
            )
        is_plan = known[place]["metadata"]["audition"]["kind"] == "plan"
        known[place]["source"] = f"%%plan\n{words}" if is_plan else words
    for cell in book["cells"]:
        mark = cell["metadata"].get("audition", {})
        if mark.get("kind") == "artefact" and mark.get("name") in artefacts:
            cell["source"] = artefacts[mark["name"]]
    return (json.dumps(book, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _short(cell: Mapping[str, Any], slug: str) -> str:
    return str(cell["id"]).removeprefix(f"{slug}-")


def _is_written(cell: Mapping[str, Any]) -> bool:
    return cell["metadata"].get("audition", {}).get("kind") in ("text", "plan")


def _place_artefacts(given: Mapping[str, str], exercise: Exercise) -> dict[str, str]:
    """Return name to source; a file without names belongs to the first artefact cell."""
    names = [cell.mark.name for cell in exercise.cells if cell.mark.kind == "artefact"]
    known = [name for name in names if name]
    given = {name: source.rstrip("\n") for name, source in given.items()}
    if set(given) == {""}:
        return {known[0]: given[""]}
    for name in given:
        if name not in known:
            raise UsageError(
                f"artefacts.py: {exercise.card.slug} has no cell {name!r}; it has "
                f"{', '.join(known)}"
            )
    return given


def _digest(notebook: bytes, files: PlainFiles) -> str:
    rows = canonical_json([list(files.journal), list(files.ledger or ())])
    return hashlib.sha256(notebook + b"\n" + rows).hexdigest()[:_LONGEST_ID]


def _assemble(
    name: str,
    whose: Whose,
    exercise: Exercise,
    made: tuple[bytes, Mapping[str, str], Adapted],
    key: ContentKey,
    signer: SigningKey,
) -> bytes:
    notebook, artefacts, adapted = made
    events = [*adapted.events, _save(notebook, adapted, whose)]
    links, prev = [], GENESIS
    for event in events:
        links.append(link(event, prev=prev, key=key))
        prev = links[-1].hash
    last = events[-1]
    head = sign_head(whose.session, last.seq, prev, last.at, signer)
    contents = Contents(
        submission=f"sub-{name}",
        session=whose.session,
        exercise=whose.exercise,
        exercise_version=exercise.card.version,
        number=1,
        at=last.at,
        saved_at=last.at,
        notebook=notebook,
        artefacts=artefacts,
        journal=write_lines(links),
        heads=head.to_bytes() + b"\n",
        head_seq=last.seq,
        head_hash=prev,
        calls=adapted.calls,
        versions={key.blob_id(notebook): notebook},
        recorded=False,
    )
    return assemble(contents, key=key, signer=signer).archive


def _save(notebook: bytes, adapted: Adapted, whose: Whose) -> Event:
    at = adapted.events[-1].at if adapted.events else BEGINNING
    payload: dict[str, Any] = {
        "path": f"{whose.exercise}/{whose.exercise}.ipynb",
        "sha256": hashlib.sha256(notebook).hexdigest(),
        "size_bytes": len(notebook),
    }
    seq = len(adapted.events)
    return Event(
        session=whose.session, seq=seq, id=f"entry-{seq}", at=at, received_at=at, kind="save",
        exercise=whose.exercise, payload=payload,
    )  # fmt: skip
