"""Who is who, and the key under which each candidate's record is sealed.

Runs in zone G, over a database of its own (mode 0600): destroying a key here erases the person
everywhere, and nothing in the witness's database leads to a name.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update

from harness.core.clock import Clock
from harness.core.seal import ContentKey
from harness.proctor.database import Database
from harness.proctor.errors import Refusal
from harness.proctor.prepared import insert_of
from harness.proctor.tables import IDENTITY_VERSION, accommodations, candidates, identity
from harness.proctor.writer import Writer


class Identity:
    """The register of candidates.

    Args:
        where: the database, or the path of home/proctor/identity.sqlite.
        clock: where time comes from.
    """

    def __init__(self, where: Path | Database, clock: Clock) -> None:
        self._writer = Writer(where, identity, IDENTITY_VERSION)
        self._clock = clock
        self._keys: dict[str, ContentKey | None] = {}
        self._extra_time: dict[str, Decimal] = {}

    async def load(self) -> None:
        """Read the register; call it before anything else, and again to learn whom others wrote."""
        table = candidates.c
        rows = await self._writer.read(
            lambda connection: connection.execute(select(table.id, table.content_key)).all()
        )
        self._keys |= {row.id: ContentKey(row.content_key) if row.content_key else None
                       for row in rows}  # fmt: skip
        given = await self._writer.read(lambda c: c.execute(select(accommodations)).all())
        self._extra_time |= {row.candidate: Decimal(row.extra_time) for row in given}

    async def find_or_make(self, name: str | None) -> str:
        """Return the pseudonymous id of a candidate, with a fresh key for a new one.

        Args:
            name: as the operator writes it, the same for each of their sessions; None makes a
                candidate that nobody has named.
        """
        new, key, now = f"cand-{secrets.token_hex(8)}", ContentKey.new(), self._clock.now()

        def job(connection: Connection) -> str:
            row = {"id": new, "name": name, "content_key": key.secret, "created_at": now}
            into = insert_of(connection.dialect)(candidates).values(row)
            connection.execute(into.on_conflict_do_nothing(index_elements=["name"]))
            mine = candidates.c.id == new if name is None else candidates.c.name == name
            return str(connection.execute(select(candidates.c.id).where(mine)).scalar_one())

        found = await self._writer.do(job)
        if found == new:
            self._keys[new] = key
        elif found not in self._keys:  # another proctor wrote them down
            await self.load()
        return found

    def extra_time(self, candidate: str) -> Decimal:
        """Return by how much a candidate's boxes are longer: 1 is not at all."""
        return self._extra_time.get(candidate, Decimal(1))

    async def set_extra_time(self, candidates_: Sequence[str], factor: Decimal) -> None:
        """Make boxes longer that have not begun yet.

        Args:
            candidates_: pseudonymous ids.
            factor: of the box's length; 1 takes an accommodation back.
        """
        now = self._clock.now()
        rows = [{"candidate": one, "extra_time": format(factor, "f"), "set_at": now}
                for one in dict.fromkeys(candidates_)]  # fmt: skip

        def job(connection: Connection) -> None:
            mine = accommodations.c.candidate.in_([row["candidate"] for row in rows])
            connection.execute(delete(accommodations).where(mine))
            connection.execute(insert(accommodations), rows)

        await self._writer.do(job)
        self._extra_time |= {str(row["candidate"]): factor for row in rows}

    def key(self, candidate: str) -> ContentKey:
        """Return a candidate's content key; callable from any thread.

        Raises:
            Refusal: the key was destroyed, so the record is no longer readable.
        """
        key = self._keys.get(candidate)
        if key is None:
            raise Refusal(
                "The record of this candidate was erased on request.", status=410, code="erased"
            )
        return key

    async def destroy_key(self, candidate: str) -> None:
        """Erase a candidate: the name and the key go; every chain still verifies.

        Args:
            candidate: the pseudonymous id.
        """

        def job(connection: Connection) -> None:
            connection.execute(
                update(candidates)
                .where(candidates.c.id == candidate)
                .values(name=None, content_key=None)
            )
            mine = accommodations.c.candidate == candidate
            connection.execute(delete(accommodations).where(mine))

        await self._writer.do(job)
        self._keys[candidate] = None
        self._extra_time.pop(candidate, None)

    async def close(self) -> None:
        """Finish and close the database."""
        await self._writer.close()
