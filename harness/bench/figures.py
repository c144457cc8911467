"""What a measurement says: ours, the peer's, the ratio, the target, and how it was taken.

Runs on the trusted side.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: what was measured, unit at its end ("cell round trip, ms").
        ours: our median.
        peer: the peer's median in the same run; None where there is no peer.
        ratio: ours / peer; None where there is no peer.
        target: what DESIGN asks for, in words.
        met: whether it was met.
        how: sample size and method, in words.
    """

    name: str
    ours: float
    peer: float | None
    ratio: float | None
    target: str
    met: bool
    how: str

    def to_value(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


def figure(
    name: str, *, ours: float, peer: float | None, target: str, met: bool, how: str
) -> Figure:
    """Return a figure, its ratio worked out and its numbers rounded to four digits."""
    ratio = None if not peer else _short(ours / peer)
    shown = None if peer is None else _short(peer)
    return Figure(
        name=name, ours=_short(ours), peer=shown, ratio=ratio, target=target, met=met, how=how
    )


def median_ms(samples_s: Sequence[float]) -> float:
    """Return the median of samples in seconds, in milliseconds."""
    return statistics.median(samples_s) * 1000


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as an aligned text table, one a line, and how below each."""
    rows = [("", "ours", "peer", "ratio", "target", "")]
    for item in figures:
        peer, ratio = ("–", "–") if item.peer is None else (f"{item.peer:g}", f"{item.ratio:g}×")
        rows.append(
            (
                item.name,
                f"{item.ours:g}",
                peer,
                ratio,
                item.target,
                "met" if item.met else "not met",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    notes = [f"{item.name}: {item.how}" for item in figures]
    return "\n".join([*lines, "", *notes])


def _short(value: float) -> float:
    return float(f"{value:.4g}")
