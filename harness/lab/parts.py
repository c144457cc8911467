"""Part two of an exercise, added to the candidate's saved notebook once the proctor gives it.

Runs in zone S on the event loop. The path comes from the browser and the notebook from a
hostile kernel's folder; the cells are the proctor's, which alone decides when they are given.
Cells are known by id: what is there is never written over, moved or given twice.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Literal, Protocol

import nbformat
from jupyter_core.utils import ensure_async
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from tornado.web import HTTPError

from harness.lab.errors import NoAnswer, ProctorSaidNo, RefusedPath
from harness.lab.saves import MAX_FILE_BYTES

PART: Literal[2] = 2
"""The only part there is to deliver."""
PLAN_ON_ITS_WAY_S = 5.0
"""How long to wait for the run of the plan to reach the proctor while events are unsent."""
_ASK_AGAIN_S = 0.2
_NOTEBOOK = re.compile(r"([a-z][a-z0-9-]{1,39})/\1\.ipynb")


class Door(Protocol):
    """The proctor, as far as parts need it."""

    async def part(self, slug: str, number: int) -> list[dict[str, Any]]:
        """Return the cells of a part; raises NoAnswer or ProctorSaidNo."""
        ...


class Sitting(Protocol):
    """What is needed of one sitting's server: harness.lab.state.LabState is one."""

    @property
    def session(self) -> str:
        """The pseudonymous id."""

    @property
    def rung(self) -> str:
        """The sandbox rung kernels run on."""

    @property
    def is_self_attested(self) -> bool:
        """Whether the record is the candidate's own word."""

    @property
    def connected(self) -> bool:
        """Whether the proctor is on the line."""

    @property
    def unsent(self) -> int:
        """How many events the proctor does not have for good yet."""

    @property
    def titles(self) -> Mapping[str, str]:
        """Slug to title of the session's exercises; empty until the proctor has told."""

    @property
    def door(self) -> Door:
        """HTTP to the proctor."""


class Notebooks(Protocol):
    """Jupyter's contents manager, as far as parts need it; either form may be a coroutine."""

    def get(self, path: str, content: bool = True, type: str | None = None) -> Any:
        """Return a model."""

    def save(self, model: dict[str, Any], path: str = "") -> Any:
        """Write a model."""


class PartCell(BaseModel):
    """A cell as the proctor gives it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """What it is known by, in every version of the notebook."""
    cell_type: Literal["code", "markdown", "raw"]
    """As in nbformat."""
    source: str | list[str]
    """Text, or its lines."""
    metadata: dict[str, Any]
    """With `audition` in it."""


class Delivered(BaseModel):
    """What came of one delivery."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    added: int = Field(ge=0)
    """How many cells were not there yet."""
    part: int = PART
    """Which part the notebook has now."""


_PART_CELLS: TypeAdapter[list[PartCell]] = TypeAdapter(list[PartCell])


class Delivery:
    """Delivers part two, one request at a time."""

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self._turn = asyncio.Lock()

    async def deliver(self, path: str, notebooks: Notebooks) -> Delivered:
        """Ask the proctor for part two and add to the notebook what it lacks of it.

        Args:
            path: API path of an exercise's own notebook, as the browser named it.
            notebooks: where it is read and saved, so that the save is recorded.

        Raises:
            RefusedPath: not such a path, or no notebook that can be read lies there.
            ProctorSaidNo: not yet (409, plan_first), or another of the proctor's reasons.
            NoAnswer: the proctor is away.
        """
        slug = exercise_at(path, self._sitting.titles)
        async with self._turn:
            cells = await self._ask(slug)
            return Delivered(added=await add_cells(notebooks, path, cells))

    async def _ask(self, slug: str) -> list[PartCell]:
        """Return the cells; while events are unsent, the run of the plan may be among them."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PLAN_ON_ITS_WAY_S
        while True:
            try:
                return _read_cells(await self._sitting.door.part(slug, PART))
            except ProctorSaidNo as no:
                is_on_its_way = code_of(no) == "plan_first" and self._sitting.unsent
                if not is_on_its_way or loop.time() >= deadline:
                    raise
            except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as problem:
                raise NoAnswer(f"the answer for part {PART} of {slug} cannot be read") from problem
            await asyncio.sleep(_ASK_AGAIN_S)


def exercise_at(path: str, titles: Mapping[str, str]) -> str:
    """Return the slug of the exercise whose own notebook a path names.

    Args:
        path: API path from the browser.
        titles: the session's exercises; while empty, any slug may be asked for, since the
            proctor knows which are this session's.

    Raises:
        RefusedPath: it is no exercise's own notebook.
    """
    found = _NOTEBOOK.fullmatch(path)
    if found is None or (titles and found[1] not in titles):
        raise RefusedPath(
            f"{path[:120]!r} is not the notebook of one of your exercises, so it has no part two. "
            "It comes into the one that was laid out for you.",
            404,
        )
    return found[1]


async def add_cells(notebooks: Notebooks, path: str, cells: list[PartCell]) -> int:
    """Append the cells a saved notebook lacks, mark it as having part two, and save it.

    Args:
        notebooks: where it is read and saved.
        path: API path.
        cells: part two, in order.

    Raises:
        RefusedPath: there is none, it is too large, or it cannot be read as a notebook.
    """
    notebook = await _read(notebooks, path)
    there = {str(cell.get("id")) for cell in notebook["cells"]}
    missing = [cell for cell in cells if cell.id not in there]
    own = notebook["metadata"].get("audition")
    own = dict(own) if isinstance(own, Mapping) else {}
    if not missing and own.get("parts") == PART:
        return 0
    notebook["cells"].extend(nbformat.from_dict(cell.model_dump()) for cell in missing)
    notebook["metadata"]["audition"] = nbformat.from_dict({**own, "parts": PART})
    model = {"type": "notebook", "format": "json", "content": notebook}
    try:
        await ensure_async(notebooks.save(model, path))
    except HTTPError as no:
        raise _refused(no, path) from no
    return len(missing)


def code_of(no: ProctorSaidNo) -> str | None:
    """Return the code in the proctor's refusal; None if it has none."""
    error = no.body.get("error") if isinstance(no.body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) else None


async def _read(notebooks: Notebooks, path: str) -> Any:
    """Return the notebook at a path, with cells and metadata that can be worked on."""
    try:
        found = await ensure_async(notebooks.get(path, content=False))
        if (found.get("size") or 0) > MAX_FILE_BYTES:
            raise RefusedPath(
                f"{path} is larger than {MAX_FILE_BYTES >> 20} MB. Clear outputs, save, and run "
                "the plan cell again.",
                413,
            )
        model = await ensure_async(notebooks.get(path, content=True, type="notebook"))
    except HTTPError as no:
        raise _refused(no, path) from no
    notebook = model["content"]
    if not _has_room(notebook):
        raise RefusedPath(
            f"{path} is a notebook without cell ids, or not one at all. Open it here, save it, "
            "and run the plan cell again.",
            400,
        )
    return notebook


def _has_room(notebook: Any) -> bool:
    """Tell whether cells with ids can be appended to what was read as a notebook."""
    if not isinstance(notebook, dict) or not isinstance(notebook.get("metadata"), dict):
        return False
    version = (notebook.get("nbformat"), notebook.get("nbformat_minor"))
    if not all(isinstance(number, int) for number in version) or version < (4, 5):
        return False
    cells = notebook.get("cells")
    return isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells)


def _read_cells(value: object) -> list[PartCell]:
    try:
        cells = _PART_CELLS.validate_python(value)
    except ValidationError as problem:
        raise ValueError("these are no cells") from problem
    if len({cell.id for cell in cells}) != len(cells):
        raise ValueError("two cells have one id")
    return cells


def _refused(no: HTTPError, path: str) -> RefusedPath:
    return RefusedPath(str(no.log_message or f"{path} cannot be used")[:500], no.status_code)
