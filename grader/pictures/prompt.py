"""A mended prompt before and after, by kind of question: kept, gained, lost, still wrong.

Runs in T; pure. Counts are ours; no question stands in it.
"""

from __future__ import annotations

from scipy.stats import binomtest

from grader.held import PromptHeld, StratumHeld
from grader.page.markup import table, words

_END, _BOXES, _LEFT, _RIGHT = 600, 124, 352, 560
_ROW, _BOX, _STEP = 30, 10, 14
_MOST = 15
"""Boxes in a row; more questions of a kind are told by the figure behind it."""
_SURE = 0.8
_NAMES = {
    "direct": "said directly", "odd": "odd but true", "example": "like the example",
    "last": "last sections", "exception": "exceptions", "absent": "not in the text",
    "premise": "false premise",
}  # fmt: skip


def sentence(held: PromptHeld) -> str:
    """Return the finding above the picture, in plain words."""
    count = sum(one.count for one in held.strata)
    was = sum(one.kept + one.lost for one in held.strata)
    now = sum(one.kept + one.gained for one in held.strata)
    lost = sum(one.lost for one in held.strata)
    told = f"{now} of {count} questions come out right, {was} did before"
    told += f"; {lost} that {'were' if lost > 1 else 'was'} right {_are(lost)} not any more"
    if not lost:
        told = told.rpartition(";")[0] + "; none that was right is lost"
    worst = max(
        held.strata, key=lambda one: (one.lost + one.open) / max(1, one.count), default=None
    )
    if worst is not None and worst.lost + worst.open:
        told += f"; weakest: {name_of(worst)}, {worst.kept + worst.gained} of {worst.count}"
    return told


def _are(count: int) -> str:
    return "are" if count > 1 else "is"


def name_of(one: StratumHeld) -> str:
    """Return a kind of question in words."""
    return _NAMES.get(one.name, one.name.replace("_", " "))


def interval(right: int, count: int) -> tuple[float, float]:
    """Return the 80% Wilson interval of a share.

    Source: E. B. Wilson, 1927; by scipy. Of none it is everything.
    """
    if not count:
        return 0.0, 1.0
    found = binomtest(right, count).proportion_ci(_SURE, method="wilson")
    return float(found.low), float(found.high)


def draw_prompt(held: PromptHeld) -> str:
    """Return the figure with its text form; empty without questions."""
    if not held.strata:
        return ""
    parts = [
        _text(0, 14, "Kind of question", ' class="b"'),
        _text(_BOXES, 14, "each question, before and after", ' class="m"'),
        _text(_LEFT, 14, "share right, with 80%", ' class="m"'),
    ]
    top = 22
    for share in (0.0, 0.5, 1.0):
        x = _at(share)
        down = top + _ROW * len(held.strata) + 6
        parts.append(f'<path d="M{x:.1f} {top}V{down}" class="ax"/>')
        parts.append(_text(x, down + 14, f"{share:.0%}", ' class="m" text-anchor="middle"'))
    for n, one in enumerate(held.strata):
        parts.append(_stratum(one, top + _ROW * n + 18))
    high = top + _ROW * len(held.strata) + 26
    svg = (
        f'<svg viewBox="0 0 {_END} {high}" width="{_END}" height="{high}" role="img" '
        f'aria-label="{words(_label(held), 900)}">{"".join(parts)}</svg>'
    )
    caption = (
        f'<figcaption><p class="miss">{words(sentence(held))}</p><span>Each box is a question that '
        "nobody was given. ■ right before and after, ▣ gained, × lost: right before and not after, "
        "□ wrong both times. Right: ○ before, ● after, the bars are 80% intervals.</span>"
        "</figcaption>"
    )
    return f"<figure>{caption}{svg}{_as_text(held)}</figure>"


def _text(x: float, y: float, value: str, extra: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}"{extra}>{words(value, 60)}</text>'


def _at(share: float) -> float:
    return _LEFT + min(1.0, max(0.0, share)) * (_RIGHT - _LEFT)


def _stratum(one: StratumHeld, y: int) -> str:
    signs = ["lost"] * one.lost + ["open"] * one.open + ["gained"] * one.gained
    signs += ["kept"] * one.kept
    parts = [_text(0, y, name_of(one))]
    parts += [_sign(sign, _BOXES + _STEP * n, y) for n, sign in enumerate(signs[:_MOST])]
    now = one.kept + one.gained
    parts.append(_range(one.kept + one.lost, one.count, y - 9, is_after=False))
    parts.append(_range(now, one.count, y + 1, is_after=True))
    parts.append(_text(_END, y, f"{now}/{one.count}", ' text-anchor="end"'))
    return "".join(parts)


def _sign(sign: str, x: int, y: int) -> str:
    top = y - 9
    if sign == "lost":
        path = f"M{x + 1} {top + 1}l8 8m0-8l-8 8"
        return f'<path d="{path}" stroke="var(--brick)" stroke-width="2.5"/>'
    if sign == "kept":
        return f'<rect x="{x}" y="{top}" width="{_BOX}" height="{_BOX}" fill="var(--blue)"/>'
    stroke = "var(--blue)" if sign == "gained" else "var(--edge)"
    box = (
        f'<rect x="{x + 0.75}" y="{top + 0.75}" width="8.5" height="8.5" fill="none" '
        f'stroke="{stroke}" stroke-width="1.5"/>'
    )
    if sign == "gained":
        box += f'<rect x="{x + 3}" y="{top + 3}" width="4" height="4" fill="var(--blue)"/>'
    return box


def _range(right: int, count: int, y: int, *, is_after: bool) -> str:
    low, high = interval(right, count)
    fill, edge = ("var(--blue)", "var(--blue)") if is_after else ("var(--paper)", "var(--ink2)")
    x = _at(right / count if count else 0.0)
    return (
        f'<path d="M{_at(low):.1f} {y}H{_at(high):.1f}" stroke="{edge}" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y}" r="3.5" fill="{fill}" stroke="{edge}" stroke-width="1.5"/>'
    )


def _label(held: PromptHeld) -> str:
    rows = [f"{name_of(one)} {one.kept + one.lost} then {one.kept + one.gained} of {one.count}"
            for one in held.strata]  # fmt: skip
    return f"{sentence(held)}. Right by kind of question: {', '.join(rows)}"


def _as_text(held: PromptHeld) -> str:
    head = ["Kind of question", "Questions", "Right before", "80%", "Right after", "80%",
            "Gained", "Lost", "Invented before", "after"]  # fmt: skip
    rows = [
        [
            words(name_of(one), 60), str(one.count),
            str(one.kept + one.lost), _percent(one.kept + one.lost, one.count),
            str(one.kept + one.gained), _percent(one.kept + one.gained, one.count),
            str(one.gained), str(one.lost), str(one.invented_before), str(one.invented_after),
        ]
        for one in held.strata
    ]  # fmt: skip
    body = table(head, rows, numeric=frozenset({1, 2, 4, 6, 7, 8, 9}))
    told = f"<p>{words(sentence(held))}.</p>"
    return f"<details><summary>As text</summary>{told}{body}</details>"


def _percent(right: int, count: int) -> str:
    low, high = interval(right, count)
    return f"{low:.0%}–{high:.0%}"
