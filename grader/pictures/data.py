"""Findings about a table against what is planted: the number with its range, and each defect.

Runs in T; pure. Numbers are claims of a candidate or truths of ours; claims are the candidate's
words and escaped.
"""

from __future__ import annotations

from grader.held import ClaimHeld, DataHeld, DefectHeld
from grader.page.markup import table, words

_END, _LEFT, _RIGHT = 600, 110, 540
_ROW = 18
_FROM = 330
"""Where the bars of the overlaps begin; names stand left of them."""
_NEEDED = 0.5


def sentence(held: DataHeld) -> str:
    """Return the finding above the picture, in plain words."""
    found = sum(one.is_found for one in held.defects)
    told = f"{found} of {len(held.defects)} planted defects were found"
    if held.accuracy is None:
        return f"{told}; no corrected number was given, {held.headline:.0%} was reported"
    told += f"; {held.headline:.0%} was reported, {held.accuracy:.0%} is what it was corrected to, "
    told += f"and {held.truth:.0%} is what came after"
    if held.low is None or held.high is None:
        return f"{told}; no range was given"
    holds = held.low <= held.truth <= held.high
    return f"{told}; the range {'holds' if holds else 'misses'} it"


def draw_data(held: DataHeld) -> str:
    """Return the figure with its text form."""
    top, y = _number(held, 16)
    bars, y = _defects(held, y + 26)
    label = words(f"{sentence(held)}.", 600)
    svg = (
        f'<svg viewBox="0 0 {_END} {y}" width="{_END}" height="{y}" role="img" '
        f'aria-label="{label}">{top}{bars}</svg>'
    )
    caption = (
        f'<figcaption><p class="miss">{words(sentence(held), 400)}</p><span>Above: share right, '
        "the range (bar) and the number (dot) as corrected. Below: how far the rows of the nearest "
        "finding overlap with each planted defect; from the dashed line on it is found. ● found, "
        "with its effect; ◐ found, with another effect; ○ not found.</span></figcaption>"
    )
    return f"<figure>{caption}{svg}{_as_text(held)}</figure>"


def _text(x: float, y: float, value: str, extra: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}"{extra}>{words(value, 60)}</text>'


def _place(share: float) -> float:
    return _LEFT + min(1.0, max(0.0, share)) * (_RIGHT - _LEFT)


def _number(held: DataHeld, y: int) -> tuple[str, int]:
    parts = [_text(0, y, "Share right", ' class="b"')]
    names = sorted(
        (("reported", held.headline), ("mended rows", held.mended), ("came after", held.truth)),
        key=lambda one: one[1],
    )
    y += 62
    for row, (name, share) in enumerate(names):
        x, up = _place(share), y - 18 - 14 * (row % 3)
        parts.append(
            f'<path d="M{x:.1f} {up + 3}V{y + 8}" stroke="var(--brick)" stroke-width="1.5"/>'
        )
        parts.append(_text(x - 5, up + 6, f"{name} {share:.0%}", ' text-anchor="end"'))
    for step in range(0, 101, 20):
        x = _place(step / 100)
        parts.append(f'<path d="M{x:.1f} {y + 9}v4" stroke="var(--edge)"/>')
        parts.append(_text(x, y + 26, f"{step}%", ' class="m" text-anchor="middle"'))
    if held.low is not None and held.high is not None:
        x, right = _place(held.low), _place(held.high)
        parts.append(
            f'<rect x="{x:.1f}" y="{y - 6}" width="{max(2.0, right - x):.1f}" height="12" '
            'fill="var(--blue-bg)" stroke="var(--blue)" fill-opacity=".7"/>'
        )
    if held.accuracy is not None:
        parts.append(
            f'<circle cx="{_place(held.accuracy):.1f}" cy="{y}" r="4" fill="var(--blue)"/>'
        )
    return "".join(parts), y + 34


def _defects(held: DataHeld, y: int) -> tuple[str, int]:
    parts = [_text(0, y, "What is planted", ' class="b"')]
    wide, first = _END - 40 - _FROM, y + 8
    for one in held.defects:
        y += _ROW
        parts.append(_text(0, y, _sign(one)))
        parts.append(_text(18, y, one.id, ' class="b"'))
        name = one.about if len(one.about) <= 46 else one.about[:45] + "…"
        parts.append(_text(44, y, name))
        parts.append(
            f'<rect x="{_FROM}" y="{y - 10}" width="{wide}" height="11" fill="none" '
            'stroke="var(--edge)"/>'
            f'<rect x="{_FROM}" y="{y - 10}" width="{wide * one.overlap:.1f}" height="11" '
            f'fill="var({"--blue" if one.is_found else "--edge"})"/>'
        )
        parts.append(_text(_FROM + wide + 6, y, f"{one.overlap:.2f}".removeprefix("0")))
    x = _FROM + _NEEDED * wide
    parts.append(
        f'<path d="M{x:.1f} {first}V{y + 4}" stroke="var(--ochre)" stroke-dasharray="5 4"/>'
    )
    return "".join(parts), y + 12


def _sign(one: DefectHeld) -> str:
    return "○" if not one.is_found else "●" if one.is_effect_right else "◐"


def _as_text(held: DataHeld) -> str:
    planted = [
        [one.id, words(one.about, 160), str(one.rows), f"{one.overlap:.2f}",
         "" if one.finding is None else str(one.finding), "yes" if one.is_found else "no",
         "yes" if one.is_effect_right else "no"]
        for one in held.defects
    ]  # fmt: skip
    one = table(["Defect", "What", "Rows", "Overlap", "Finding", "Found", "Effect right"], planted,
                numeric=frozenset({2, 3}))  # fmt: skip
    two = table(["Finding", "Claim", "Rows", "Sound ones", "Effect", "Matches"],
                [_row(each) for each in held.findings], numeric=frozenset({2, 3}))  # fmt: skip
    on = f" Counted on, in the candidate's words: {held.on}" if held.on else ""
    return (
        f"<details><summary>As text, with each finding</summary><p>{words(sentence(held), 400)}."
        f"{words(on, 400)}</p>{one}{two}</details>"
    )


def _row(one: ClaimHeld) -> list[str]:
    return [str(one.number), words(one.claim, 300), str(one.rows), str(one.clean),
            words(one.effect or "not said"), words(one.matches, 60)]  # fmt: skip
