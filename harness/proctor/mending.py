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
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from harness.core.errors import AuditionError
from harness.core.seal import ContentKey
from harness.proctor.ledger import abandon_row
from harness.proctor.purse import Purse, Reservation, keep
from harness.proctor.tables import calls
from harness.proctor.writer import Writer

if TYPE_CHECKING:
    from harness.proctor.witness import Witness

_PAUSE_S = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Charge:
    """What was charged in memory for a call.

    Attributes:
        reservation: the call's.
        usd: US dollars.
        tokens: prompt and answer tokens.
    """

    reservation: Reservation
    usd: Decimal
    tokens: int


class Mender:
    """Every call that has to be looked at.

    Args:
        writer: of the witness.
        witness: the journal.
        purse: the purses.
        key_of: session to content key.
    """

    def __init__(
        self, writer: Writer, witness: Witness, purse: Purse, key_of: Callable[[str], ContentKey]
    ) -> None:
        self._writer, self._witness, self._purse = writer, witness, purse
        self._key_of = key_of
        self._waiting: dict[str, Charge | None] = {}
        self._turn = asyncio.Lock()

    def note(self, call: str, charge: Charge | None = None) -> None:
        """Look at a call's row as soon as the store can be asked.

        Args:
            call: its id.
            charge: what was charged for it in memory; None for nothing.
        """
        self._waiting[call] = charge

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
            settled = await self._writer.do(lambda c: self._look(c, list(waiting)))
            rows = []
            for name, charge in waiting.items():
                del self._waiting[name]
                if charge is not None and name not in settled:
                    rows.append(
                        self._purse.take_back(
                            charge.reservation, usd=charge.usd, tokens=charge.tokens
                        )
                    )
            if rows:
                await self._writer.do(lambda c: _keep_all(c, rows))
        _log.warning("%s calls were mended, %s of them were settled", len(waiting), len(settled))

    def _look(self, connection: Connection, names: list[str]) -> set[str]:
        """Abandon those calls that are open and return those that are settled, inside a job."""
        columns = (calls.c.id, calls.c.session, calls.c.sealed, calls.c.status)
        rows = connection.execute(select(*columns).where(calls.c.id.in_(names))).all()
        for row in rows:
            if row.status == "open":
                abandon_row(connection, row, self._key_of, self._witness)
        return {row.id for row in rows if row.status == "settled"}


def _keep_all(connection: Connection, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        keep(connection, row)
