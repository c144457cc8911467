"""Calls whose writing failed: what the store holds of them decides what becomes of them.

Runs in zone G. A failed write may have taken place all the same (a server lost in COMMIT), and one
that did not leaves a row open. Whoever asked was told that the call failed; until the store answers
again its money stays charged, so that a purse is never spent twice. Then the row is read: a settled
one stays settled, an open one is abandoned and its money given back, one that is not there was
never a call. What is not mended when the proctor ends is found at the next start (abandon_open).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from harness.core.errors import AuditionError
from harness.core.seal import ContentKey
from harness.proctor.accounts import Found, Job
from harness.proctor.ledger import abandon_row
from harness.proctor.tables import calls
from harness.proctor.writer import Writer

if TYPE_CHECKING:
    from harness.proctor.witness import Witness

_PAUSE_S = 1.0
_log = logging.getLogger(__name__)


Outcome = Callable[[Found], Job | None]
"""Sets memory right by what was found, and returns what has to be written for it."""


class Mender:
    """Every call that has to be looked at.

    Args:
        writer: of the witness.
        witness: the journal.
        key_of: session to content key.
    """

    def __init__(
        self, writer: Writer, witness: Witness, key_of: Callable[[str], ContentKey]
    ) -> None:
        self._writer, self._witness, self._key_of = writer, witness, key_of
        self._waiting: dict[str, Outcome] = {}
        self._turn = asyncio.Lock()

    def note(self, call: str, outcome: Outcome) -> None:
        """Look at a call's row as soon as the store can be asked.

        Args:
            call: its id.
            outcome: told what was found.
        """
        self._waiting[call] = outcome

    async def run(self) -> None:
        """Mend what there is, again and again, until cancelled."""
        while True:
            await asyncio.sleep(_PAUSE_S)
            if self._waiting:
                try:
                    await self.mend()
                except AuditionError as problem:
                    name = type(problem).__name__
                    _log.warning("%s calls wait to be mended: %s", len(self._waiting), name)
                except Exception:  # the next turn looks at them again
                    _log.exception("calls were not mended")

    async def mend(self) -> None:
        """Look at every call that waits; afterwards purse and ledger say the same.

        Raises:
            WriteFailed: the store still cannot be asked; nothing is forgotten.
        """
        async with self._turn:
            waiting = dict(self._waiting)
            found = await self._writer.do(lambda c: self._look(c, list(waiting)))
            jobs = []
            for name, outcome in waiting.items():
                del self._waiting[name]
                job = outcome(found.get(name, "nothing"))
                jobs += [job] if job is not None else []
            if jobs:
                await self._writer.do(lambda c: [job(c) for job in jobs])
        settled = sum(one == "settled" for one in found.values())
        _log.warning("%s calls were mended, %s of them were settled", len(waiting), settled)

    def _look(self, connection: Connection, names: list[str]) -> dict[str, Found]:
        """Abandon those calls that are open and return what is there, inside a job."""
        columns = (calls.c.id, calls.c.session, calls.c.sealed, calls.c.status)
        rows = connection.execute(select(*columns).where(calls.c.id.in_(names))).all()
        found: dict[str, Found] = {}
        for row in rows:
            if row.status == "open":
                abandon_row(connection, row, self._key_of, self._witness)
                found[row.id] = "abandoned"
            elif row.status == "settled":
                found[row.id] = "settled"
        return found
