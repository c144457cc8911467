"""Notebooks with artefact cells, saved as the candidate's server saves them."""

from __future__ import annotations

import hashlib
import itertools
from typing import Any

from sqlalchemy import select

from tests.proctor import record
from tests.proctor.builders import Up

_count = itertools.count()


def notebook(*cells: dict[str, Any]) -> bytes:
    """A notebook's bytes."""
    return record.as_bytes(
        {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )


def artefact(name: Any, source: Any, **changes: Any) -> dict[str, Any]:
    """A code cell marked as an artefact."""
    return {
        "cell_type": "code",
        "id": f"cell-{next(_count)}",
        "metadata": {"audition": {"kind": "artefact", "name": name, "part": 1}},
        "source": source,
        "outputs": [],
        "execution_count": None,
        **changes,
    }


async def keep(up: Up, *told: tuple[str, dict[str, Any]]) -> None:
    """Announce events by kind and payload, and see each kept."""
    async with record.line(up) as to:
        for kind, payload in told:
            await to.keep(record.an_event(f"told-{next(_count)}", kind, payload=payload))
        assert not to.refused, to.refused


async def save(up: Up, data: bytes, path: str = "practice/practice.ipynb") -> str:
    """Hand over a file's bytes and announce its save; return their hash."""
    assert await record.put(up, data) in (200, 201)
    async with record.line(up) as to:
        await to.keep(record.a_save(f"saved-{next(_count)}", data, path=path))
        assert not to.refused, to.refused
    return hashlib.sha256(data).hexdigest()


async def rows(up: Up, table: Any) -> list[Any]:
    """Every row of a table of the witness."""
    return await up.service.writer.read(lambda c: list(c.execute(select(table))))
