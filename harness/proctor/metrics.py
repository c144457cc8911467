"""How the proctor stands, for machines: ready or not, and figures in Prometheus's form.

Runs in zone G. Counts come from the store, so that they go on over a restart; no figure has a
session, a candidate or a text in it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import Connection, func, select

from harness.proctor.tables import calls, entries, sessions, submissions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.proctor.service import Service

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


async def ready(service: Service) -> dict[str, object]:
    """Return what has to be true for a candidate to work, and whether all of it is.

    Args:
        service: started.
    """
    try:
        await service.writer.do(lambda connection: None)
        writes = True
    except Exception:  # whatever keeps it from writing, it is not ready
        writes = False
    parts = {
        "store": writes,
        "model": service.worker.state == "ready",
        "open": not service.draining.is_on,
    }
    return {"ready": all(parts.values()), **parts}


async def figures(service: Service) -> bytes:
    """Return every figure as text.

    Args:
        service: started.
    """
    counted = await service.writer.read(_count)
    registry = CollectorRegistry()
    registry.register(_Told([*_from_store(counted), *_from_memory(service)]))
    return bytes(generate_latest(registry))


class _Counted:
    """What the store says at one moment.

    Attributes:
        by_status: calls by alias and status: how many, and what they cost in US dollars.
        totals: sessions, events and submissions there are.
    """

    def __init__(self) -> None:
        self.by_status: dict[tuple[str, str], tuple[int, Decimal]] = {}
        self.totals: dict[str, int] = {}


class _Told:
    """Hands the registry what was made for it."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        yield from self._metrics


def _count(connection: Connection) -> _Counted:
    found = _Counted()
    rows = connection.execute(select(calls.c.alias, calls.c.status, calls.c.cost_usd))
    for alias, status, cost in rows:
        count, usd = found.by_status.get((alias, status), (0, Decimal(0)))
        found.by_status[alias, status] = (count + 1, usd + (cost or Decimal(0)))
    for name, table in (("sessions", sessions), ("events", entries), ("submissions", submissions)):
        count = connection.execute(select(func.count()).select_from(table)).scalar_one()
        found.totals[name] = int(count)
    return found


def _from_store(counted: _Counted) -> Iterator[Metric]:
    made = CounterMetricFamily(
        "audition_calls", "Model calls by alias and status.", labels=["alias", "status"]
    )
    spent = CounterMetricFamily(
        "audition_spent_usd", "US dollars of settled calls, by our prices.", labels=["alias"]
    )
    by_alias: dict[str, Decimal] = {}
    for (alias, status), (count, usd) in sorted(counted.by_status.items()):
        made.add_metric([alias, status], count)
        by_alias[alias] = by_alias.get(alias, Decimal(0)) + usd
    for alias, usd in by_alias.items():
        spent.add_metric([alias], float(usd))
    yield from (made, spent)
    for name, count in counted.totals.items():
        yield CounterMetricFamily(f"audition_{name}", f"{name.title()} there are.", value=count)


def _from_memory(service: Service) -> Iterator[Metric]:
    closed = sum(bool(one["closed"]) for one in service.providers.listed())
    for name, about, value in (
        ("boxes_running", "Exercises whose time runs.", len(service.deadlines.running())),
        ("model_ready", "1 when the embedded model answers.", service.worker.state == "ready"),
        ("calls_ending", "Calls that are being settled.", len(service.desk.ending)),
        ("requests_open", "Requests under way.", service.draining.under_way),
        ("draining", "1 when nothing new is taken any more.", service.draining.is_on),
        ("routes_closed", "Providers closed until they are looked at.", closed),
    ):
        yield GaugeMetricFamily(f"audition_{name}", about, value=float(value))
