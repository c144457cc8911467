"""An exercise's items after a round as a picture: how hard each was, and what to do with it.

Runs in T; pure. The text form is what `audition exercise stats` prints.
"""

from __future__ import annotations

from grader.authoring.picture_svg import rule, short, text, whole
from grader.authoring.stats import Stats
from grader.authoring.stats_items import Item

_LEFT, _WIDE, _END, _ROW = 270, 360, 860, 22
_SIGNS = {"keep": "●", "drop": "×", "rewrite": "△"}


def draw_stats(found: Stats) -> str:
    """Return a whole SVG file.

    Args:
        found: the figures; may be of no sitting.
    """
    title = f"{found.exercise} {found.version}: {found.sittings} sittings"
    parts = [text(16, 24, title, "b")]
    y = 46
    if not found.items:
        parts.append(text(16, y, "There is nothing to draw yet: no sitting was measured.", "m"))
        return whole(parts, size=(_END, y + 20), title=title, told="no sitting was measured")
    for kind, head in (("part", "Measures: mean, line is the 95% interval"),
                       ("fault", "Planted faults: share of runs that refused each")):  # fmt: skip
        rows = [one for one in found.items if one.kind == kind]
        if not rows:
            continue
        parts += [text(16, y, head, "b"), *_axis(y + 14, _ROW * len(rows) + 10)]
        y += 36
        for one in rows:
            parts.append(_row(one, y))
            y += _ROW
        y += 24
    parts.append(text(16, y, "● keep\u00a0\u00a0\u00a0× drop\u00a0\u00a0\u00a0△ rewrite", "m"))
    told = "; ".join(f"{one.name} {_value(one)}, {one.advice}" for one in found.items)
    return whole(parts, size=(_END, y + 16), title=title, told=told)


def _axis(top: float, height: float) -> list[str]:
    parts = []
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x = _LEFT + tick * _WIDE
        parts.append(rule(x, top + 4, x, top + height))
        parts.append(text(x, top, f"{tick:g}", "m", "middle"))
    return parts


def _row(one: Item, y: float) -> str:
    name = one.name if one.about == one.name else f"{one.name} {one.about}"
    found = text(16, y, short(name, 42))
    if one.mean is not None:
        x = _LEFT + one.mean * _WIDE
        if one.kind == "part" and one.low is not None and one.high is not None:
            ends = [_LEFT + min(1.0, max(0.0, end)) * _WIDE for end in (one.low, one.high)]
            found += (f'<line x1="{ends[0]:.1f}" y1="{y - 4}" x2="{ends[1]:.1f}" y2="{y - 4}" '
                      'stroke="var(--blue)" stroke-width="3" opacity=".45"/>')  # fmt: skip
        found += f'<circle cx="{x:.1f}" cy="{y - 4}" r="5" fill="var(--blue)"/>'
    told = f"{_SIGNS[one.advice]} {one.advice}"
    return found + text(_LEFT + _WIDE + 22, y, told) + text(_END - 16, y, _value(one), "m", "end")


def _value(one: Item) -> str:
    if one.mean is None:
        return "no value"
    rest = "" if one.rest is None else f", with the rest {one.rest:+.2f}"
    return f"{one.mean:.2f}{rest}"
