"""What a notebook cell shows: a table or a picture, each with its words.

Runs in T, in the author's kernel; pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.page.markup import table as markup_table
from grader.page.markup import words

_WIDTH, _LEFT, _RIGHT, _ROW = 600, 130, 560, 34


@dataclass(frozen=True)
class Shown:
    """Something to look at that can be read as well.

    Attributes:
        text: its words, for a terminal and a screen reader.
        markup: the same as HTML.
    """

    text: str
    markup: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.markup


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, note: str = "") -> Shown:
    """Return a table.

    Args:
        head: column heads.
        rows: plain text; the first cell of each is its head.
        note: one sentence above it.
    """
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    lines = [note] if note else []
    for row in (head, *rows):
        cells = (cell.replace("\n", " ").ljust(w) for cell, w in zip(row, widths, strict=True))
        lines.append("  ".join(cells).rstrip())
    made = markup_table(
        [words(cell) for cell in head],
        [[words(cell, 2000).replace("\n", "<br>") for cell in row] for row in rows],
    )
    above = f"<p>{words(note)}</p>" if note else ""
    left = 'style="text-align:left"'  # JupyterLab puts every cell at the right
    made = made.replace("<td", f"<td {left}").replace("<th ", f"<th {left} ")
    return Shown("\n".join(lines), above + made)


@dataclass(frozen=True)
class Dot:
    """Where a probe fell.

    Attributes:
        name: which probe.
        value: its index, 0 to 100.
        low: where its range begins.
        high: where it ends.
    """

    name: str
    value: float
    low: float
    high: float

    @property
    def is_inside(self) -> bool:
        """Whether it fell where its author said it would."""
        return self.low <= self.value <= self.high

    @property
    def told(self) -> str:
        """The same in words."""
        where = "in its range" if self.is_inside else "outside its range"
        return f"{self.name}: {self.value:.0f}, {where} of {self.low:g} to {self.high:g}"


def dots(found: Sequence[Dot]) -> Shown:
    """Return probes on the scale from 0 to 100, their ranges as bands."""
    text = "\n".join(dot.told for dot in found)
    height = _ROW * len(found) + 30
    parts = [_axis(height)] + [_dot(dot, _ROW * n + 20) for n, dot in enumerate(found)]
    svg = (
        f'<svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img" '
        f'aria-label="{words("; ".join(dot.told for dot in found), 2000)}" '
        f'style="font:12px sans-serif">{"".join(parts)}</svg>'
    )
    off = [dot.name for dot in found if not dot.is_inside]
    finding = f"Outside its range: {', '.join(off)}." if off else "Each probe falls in its range."
    above = f"<b>{words(finding)}</b> Band: the range that was written down first. "
    signs = "● where the probe fell, × outside."
    below = f"<details><summary>As text</summary><pre>{words(text, 4000)}</pre></details>"
    return Shown(text, f"<p>{above}{signs}</p>{svg}{below}")


def _at(value: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * value / 100


def _axis(height: int) -> str:
    parts = []
    for value in (0, 25, 50, 75, 100):
        x = f"{_at(value):.0f}"
        parts.append(f'<line x1="{x}" x2="{x}" y1="4" y2="{height - 22}" stroke="#d9d5cb"/>')
        parts.append(_text(x, height - 8, str(value), anchor="middle"))
    return "".join(parts)


def _dot(dot: Dot, y: int) -> str:
    left, wide = f"{_at(dot.low):.1f}", f"{max(3.0, _at(dot.high) - _at(dot.low)):.1f}"
    sign, colour = ("●", "#1d5b8f") if dot.is_inside else ("×", "#a8321a")
    return (
        _text("0", y + 4, dot.name)
        + f'<rect x="{left}" y="{y - 7}" width="{wide}" height="14" fill="#dbe8f2"/>'
        + _text(f"{_at(dot.value):.1f}", y + 5, sign, anchor="middle", fill=colour)
        + _text(str(_WIDTH), y + 4, f"{dot.value:.0f}", anchor="end")
    )


def _text(x: str, y: int, said: str, *, anchor: str = "start", fill: str = "currentColor") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}">{words(said)}</text>'
