"""What each model costs and how fast it is: the worker's own list, kept in a table.

Runs in zone G. The table lets purses and /v1/prices answer before the worker is ready.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from harness.proctor.errors import WorkerBroken
from harness.proctor.tables import prices
from harness.proctor.writer import Writer

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Tier:
    """One model as it is listed and priced.

    Attributes:
        name: what it is called.
        is_simulated: True for the embedded model.
        window: tokens of prompt and answer together.
        usd_in_per_million: US dollars for a million prompt tokens.
        usd_out_per_million: US dollars for a million answer tokens.
        first_token_s: seconds to the first token.
        tokens_per_s: speed after that.
    """

    name: str
    is_simulated: bool
    window: int
    usd_in_per_million: Decimal
    usd_out_per_million: Decimal
    first_token_s: float
    tokens_per_s: float

    def cost_usd(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """Return the price of a call, exact."""
        paid_in = prompt_tokens * self.usd_in_per_million
        paid = paid_in + completion_tokens * self.usd_out_per_million
        return (paid / _MILLION).normalize()

    def to_value(self) -> dict[str, Any]:
        """Return the row of /v1/prices; money as text, so that nothing is rounded."""
        return {
            "name": self.name,
            "simulated": self.is_simulated,
            "window": self.window,
            "usd_in_per_million": format(self.usd_in_per_million, "f"),
            "usd_out_per_million": format(self.usd_out_per_million, "f"),
        }


class Prices:
    """The price table.

    Args:
        writer: of the witness.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._tiers: dict[str, Tier] = {}

    async def load(self) -> None:
        """Read the table as it was last known."""
        rows = await self._writer.read(lambda c: c.execute(select(prices)).all())
        self._tiers = {row.name: Tier(**row._mapping) for row in rows}

    @property
    def is_known(self) -> bool:
        """Whether there is any price yet."""
        return bool(self._tiers)

    def tier(self, name: str) -> Tier | None:
        """Return a model's row; None if there is no such model."""
        return self._tiers.get(name)

    async def take(self, listed: Sequence[Any]) -> None:
        """Keep what the worker listed.

        Args:
            listed: the "models" of the worker's answer.

        Raises:
            WorkerBroken: it is not a list of models with prices above or at 0.
        """
        tiers = {tier.name: tier for tier in map(read_tier, listed)}
        if tiers == self._tiers:
            return

        def job(connection: Connection) -> None:
            connection.execute(delete(prices))
            if tiers:
                connection.execute(insert(prices), [vars(tier) for tier in tiers.values()])

        await self._writer.do(job)
        self._tiers = tiers


def read_tier(row: Any) -> Tier:
    """Return one row of the worker's list.

    Raises:
        WorkerBroken: it is no model with prices above or at 0.
    """
    try:
        tier = Tier(
            name=str(row["name"]),
            is_simulated=bool(row["simulated"]),
            window=int(row["window"]),
            usd_in_per_million=Decimal(row["usd_in_per_million"]),
            usd_out_per_million=Decimal(row["usd_out_per_million"]),
            first_token_s=float(row["first_token_s"]),
            tokens_per_s=float(row["tokens_per_s"]),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as problem:
        raise WorkerBroken(f"the model worker listed {str(row)[:120]}: {problem!r}") from problem
    if tier.usd_in_per_million < 0 or tier.usd_out_per_million < 0 or tier.tokens_per_s <= 0:
        raise WorkerBroken(f"the model worker listed a price or a speed below 0: {tier}")
    return tier
