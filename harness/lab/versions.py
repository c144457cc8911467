"""Saved versions of an exercise's notebook: listed from the proctor's record, and put back.

Runs in zone S. Which versions there are is the proctor's word, so they outlive a work folder that
was wiped. What lies in the folder is a hostile kernel's: it is bytes, kept before anything takes
its place. Each step leaves everything that was there either in the folder or on record.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError
from tornado.web import HTTPError

from harness.core.records import Identifier, Sha256
from harness.lab.differences import Differences, differences
from harness.lab.errors import NoAnswer, RefusedRequest
from harness.lab.models import notebook_from
from harness.lab.saves import AS_GIVEN, BEFORE_RESTORE

NO_SUCH = "there is no such version of this notebook"
TRIES = 5
"""How often what lies in the folder may change while it is being kept."""


class Door(Protocol):
    """The proctor, as far as versions need it."""

    async def get(self, path: str, *, timeout_s: float = 20.0) -> Any:
        """Return the JSON answer to a GET; raises NoAnswer or ProctorSaidNo."""
        ...

    async def blob(self, name: str) -> bytes:
        """Return a saved file's bytes; raises NoAnswer or ProctorSaidNo."""
        ...


class Folder(Protocol):
    """Our contents manager, as far as versions need it."""

    async def bytes_at(self, path: str) -> bytes | None:
        """Return what lies at a path; None if nothing does."""
        ...

    async def keep_as(self, path: str, label: str) -> tuple[str, object] | None:
        """Record what lies at a path; its SHA-256 and what it is told apart by, None if nothing."""
        ...

    async def put_bytes(self, path: str, data: bytes, *, instead_of: object) -> bool:
        """Write a file and record it, unless something else lies there by now."""
        ...


class Save(BaseModel):
    """One save as the proctor lists it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Identifier
    """Of its event."""
    at: str
    """When, in the one spelling of time."""
    path: str
    """Which file."""
    sha256: Sha256
    """Of its bytes."""
    size_bytes: int
    """How many."""
    label: str | None = None
    """What it is called besides."""


class Version(BaseModel):
    """One version of a notebook."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    """Of its bytes; by this it is put back."""
    at: str
    """When it was saved last."""
    since: str
    """When it was saved first, of the saves in a row that hold these bytes."""
    bytes: int
    """How large it is."""
    label: str | None
    """"as given", "before restore", or None for what somebody saved."""
    differs: str | None = None
    """What tells it from the one before it: "2 cells changed, 1 run"; None if unknown."""
    texts: str | None = None
    """Equal for versions with the same texts and code; None if unknown."""


class Restored(BaseModel):
    """What came of putting a version back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    """The notebook, which now is that version."""
    kept_sha256: str | None
    """What was there before, kept as "before restore"; None if nothing was."""


def notebook_of(slug: str) -> str:
    """Return the API path of an exercise's own notebook."""
    return f"{slug}/{slug}.ipynb"


async def list_versions(door: Door, slug: str) -> list[Version]:
    """Return the versions of an exercise's notebook, newest first.

    Saves that follow one another with the same bytes are one version: a notebook saves itself
    again and again while nobody changes it. What was kept before a restore and was saved already
    names that save, which may have been submitted, and leaves it its time.

    Args:
        door: the proctor.
        slug: the exercise.

    Raises:
        NoAnswer: the proctor is away.
        ProctorSaidNo: it has no such exercise.
    """
    path = notebook_of(slug)
    found: list[Version] = []
    for save in _read_saves(await door.get(f"/s/saves/{slug}")):
        if save.path != path:
            continue
        is_first = not found
        label, since = save.label if save.label != AS_GIVEN or is_first else None, save.at
        at = save.at
        if found and found[-1].sha256 == save.sha256:
            same = found.pop()
            at = same.at if label == BEFORE_RESTORE else at
            label, since = same.label or label, same.since
        size = save.size_bytes
        found.append(Version(sha256=save.sha256, at=at, since=since, bytes=size, label=label))
    return found[::-1]


async def look_inside(door: Door, slug: str, sha256: str, folder: Folder) -> Differences:
    """Return what tells a version from the notebook as it lies in the folder now.

    Args:
        door: the proctor.
        slug: the exercise.
        sha256: one that list_versions() names.
        folder: where the notebook lies; nothing in it is changed.

    Raises:
        RefusedRequest: 404, there is no such version; 400, one of the two is no notebook.
        NoAnswer: the proctor is away.
        ProctorSaidNo: it has no such exercise, or not the bytes.
    """
    if all(one.sha256 != sha256 for one in await list_versions(door, slug)):
        raise RefusedRequest(NO_SUCH, 404)
    path = notebook_of(slug)
    then = await door.blob(sha256)
    try:
        now = await folder.bytes_at(path)
    except HTTPError as no:
        raise RefusedRequest(str(no.log_message or "")[:500], no.status_code) from no
    return await asyncio.to_thread(_compare, now, then, path)


def _compare(now: bytes | None, then: bytes, path: str) -> Differences:
    cells = [] if now is None else notebook_from(now, path).cells
    return differences(cells, notebook_from(then, path).cells)


class Restoring:
    """Puts versions back, one at a time.

    Args:
        door: the proctor.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._turn = asyncio.Lock()

    async def restore(self, slug: str, sha256: str, folder: Folder) -> Restored:
        """Make an exercise's notebook the version of this hash again.

        Args:
            slug: the exercise.
            sha256: one that list_versions() names.
            folder: where the notebook lies.

        Raises:
            RefusedRequest: 404, there is no such version; 409, the notebook keeps changing.
            NoAnswer: the proctor is away; nothing was changed.
            ProctorSaidNo: it has no such exercise, or not the bytes.
        """
        async with self._turn:
            if all(one.sha256 != sha256 for one in await list_versions(self._door, slug)):
                raise RefusedRequest(NO_SUCH, 404)
            data = await self._door.blob(sha256)
            try:
                return await self._put_back(notebook_of(slug), data, folder)
            except HTTPError as no:
                raise RefusedRequest(str(no.log_message or "")[:500], no.status_code) from no

    async def _put_back(self, path: str, data: bytes, folder: Folder) -> Restored:
        for _ in range(TRIES):
            kept = await folder.keep_as(path, BEFORE_RESTORE)
            if await folder.put_bytes(path, data, instead_of=kept and kept[1]):
                return Restored(path=path, kept_sha256=kept and kept[0])
        raise RefusedRequest(
            "The notebook changes while it is being kept, so nothing was restored. Wait until "
            "your cell has ended, and restore again.",
            409,
        )


async def given_cells(door: Door, slug: str) -> list[dict[str, str]]:
    """Return the cells of an exercise as they were given: part one, and part two once it is there.

    Args:
        door: the proctor.
        slug: the exercise.

    Raises:
        RefusedRequest: 404, it is not on record yet how the notebook was laid out.
        NoAnswer: the proctor is away.
        ProctorSaidNo: it has no such exercise.
    """
    first = [one for one in await list_versions(door, slug) if one.label == AS_GIVEN]
    if not first:
        raise RefusedRequest("How this notebook was given is not on record yet; try again.", 404)
    data = await door.blob(first[0].sha256)
    cells = list((await asyncio.to_thread(notebook_from, data, notebook_of(slug))).cells)
    if await _has_part_two(door, slug):
        answer = await door.get(f"/s/parts/{slug}/2")
        cells += answer["cells"] if isinstance(answer, Mapping) else []
    return [_plain(cell) for cell in cells if isinstance(cell, Mapping) and cell.get("id")]


async def _has_part_two(door: Door, slug: str) -> bool:
    """Tell whether part two was delivered; to ask for it would deliver it."""
    card = await door.get("/session")
    try:
        states = {state["card"]["slug"]: state["parts_delivered"] for state in card["exercises"]}
        return int(states.get(slug, 1)) > 1
    except (KeyError, TypeError, AttributeError) as problem:
        raise NoAnswer("the session's card cannot be read") from problem


def _plain(cell: Mapping[str, Any]) -> dict[str, str]:
    source = cell.get("source")
    text = "".join(source) if isinstance(source, list) else str(source or "")
    return {"id": str(cell["id"]), "cell_type": str(cell.get("cell_type")), "source": text}


def _read_saves(answer: Any) -> list[Save]:
    try:
        return [Save.model_validate(one) for one in answer["saves"]]
    except (KeyError, TypeError, ValidationError) as problem:
        raise NoAnswer("the list of saves cannot be read") from problem
