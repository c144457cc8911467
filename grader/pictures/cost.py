"""An estimate against the truth: the range, what the cost is made of, and the frontier of plans.

Runs in T; pure. Numbers in it are claims of a candidate or truths of ours; texts are the author's.
"""

from __future__ import annotations

import math

from grader.held import CostHeld, CostOffer
from grader.page.markup import table, words

_END, _LEFT, _RIGHT = 600, 110, 540
_ROW = 17
_PLOT_HIGH = 190
_MOST_LOSS = 12.0
"""Points at the upper edge of the frontier; a plan that loses more is drawn at the edge."""


def sentence(held: CostHeld) -> str:
    """Return the finding above the picture, in plain words."""
    if held.daily_usd is None:
        return f"no daily cost was given; it is {held.truth_usd:,.0f} USD"
    factor = held.daily_usd / held.truth_usd
    told = f"estimated {held.daily_usd:,.0f} USD a day, {factor:.2f} of the {held.truth_usd:,.0f} "
    told += "that it is"
    if held.low_usd is None or held.high_usd is None:
        return f"{told}; no range was given"
    holds = held.low_usd <= held.truth_usd <= held.high_usd
    return f"{told}; the range {'holds' if holds else 'misses'} it"


def draw_cost(held: CostHeld) -> str:
    """Return the figure with its text form."""
    top, y = _range(held, 16)
    bars, y = _bars(held, y + 28)
    plot, y = _frontier(held, y + 28)
    label = words(f"{sentence(held)}. {plan_sentence(held)}", 600)
    svg = (
        f'<svg viewBox="0 0 {_END} {y}" width="{_END}" height="{y}" role="img" '
        f'aria-label="{label}">{top}{bars}{plot}</svg>'
    )
    caption = (
        f'<figcaption><p class="miss">{words(sentence(held))}</p><span>Above: the range (bar), '
        "the estimate (dot) and the truth (line), each step of the scale twice the one before. "
        "Middle: what the day costs, by part; 1 2 3 are the drivers as named. Below: ○ one change, "
        "□ best allowed ones, ◆ the plan that was handed in.</span>"
        f"<p>{words(plan_sentence(held))}.</p></figcaption>"
    )
    return f"<figure>{caption}{svg}{_as_text(held)}</figure>"


def _text(x: float, y: float, value: str, extra: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}"{extra}>{words(value, 60)}</text>'


def _range(held: CostHeld, y: int) -> tuple[str, int]:
    low_end, high_end = held.truth_usd / 8, held.truth_usd * 8

    def place(usd: float) -> float:
        share = math.log(min(max(usd, low_end), high_end) / low_end) / math.log(64)
        return _LEFT + share * (_RIGHT - _LEFT)

    parts = [_text(0, y, "USD a day", ' class="b"')]
    y += 30
    for step in range(-3, 4):
        x = place(held.truth_usd * 2**step)
        parts.append(f'<path d="M{x:.1f} {y + 12}v4" stroke="var(--edge)"/>')
        usd = f"{held.truth_usd * 2**step:,.0f}"
        parts.append(_text(x, y + 29, usd, ' class="m" text-anchor="middle"'))
    if held.low_usd is not None and held.high_usd is not None:
        x, right = place(held.low_usd), place(held.high_usd)
        parts.append(
            f'<rect x="{x:.1f}" y="{y - 7}" width="{max(2.0, right - x):.1f}" height="14" '
            'fill="var(--blue-bg)" stroke="var(--blue)"/>'
        )
    if held.daily_usd is not None:
        parts.append(
            f'<circle cx="{place(held.daily_usd):.1f}" cy="{y}" r="4" fill="var(--blue)"/>'
        )
    x = place(held.truth_usd)
    parts.append(f'<path d="M{x:.1f} {y - 13}v26" stroke="var(--brick)" stroke-width="2"/>')
    parts.append(_text(x, y - 17, "truth", ' text-anchor="middle"'))
    return "".join(parts), y + 36


def _bars(held: CostHeld, y: int) -> tuple[str, int]:
    parts = [_text(0, y, "What it is made of", ' class="b"')]
    most = max(held.shares.values(), default=1.0) or 1.0
    for name, share in held.shares.items():
        y += _ROW
        wide = share / most * (_RIGHT - _LEFT - 60)
        parts.append(_text(0, y, name))
        parts.append(
            f'<rect x="{_LEFT}" y="{y - 10}" width="{wide:.1f}" height="11" fill="var(--edge)"/>'
        )
        parts.append(_text(_LEFT + wide + 6, y, f"{share:.0%}"))
        if name in held.named:
            mark = str(held.named.index(name) + 1)
            parts.append(_text(_LEFT - 16, y, mark, ' class="b" fill="var(--blue)"'))
    return "".join(parts), y


def _frontier(held: CostHeld, y: int) -> tuple[str, int]:
    top, bottom = y + 14, y + 14 + _PLOT_HIGH

    def at(one: CostOffer) -> tuple[float, float]:
        x = _LEFT + min(1.0, max(0.0, one.saving)) * (_RIGHT - _LEFT)
        return x, bottom - min(_MOST_LOSS, one.loss) / _MOST_LOSS * _PLOT_HIGH

    limit = bottom - held.allowed_loss / _MOST_LOSS * _PLOT_HIGH
    parts = [
        _text(0, y, "Saving against points lost in the worst stage", ' class="b"'),
        f'<path d="M{_LEFT} {top}V{bottom}H{_RIGHT}" fill="none" stroke="var(--edge)"/>',
        f'<path d="M{_LEFT} {limit:.1f}H{_RIGHT}" stroke="var(--ochre)" stroke-dasharray="5 4"/>',
        _text(0, limit + 4, f"allowed {held.allowed_loss:g}", ' class="m"'),
        _text(_LEFT - 8, bottom + 4, "0", ' class="m" text-anchor="end"'),
        _text(_LEFT - 8, top + 4, f"{_MOST_LOSS:g}", ' class="m" text-anchor="end"'),
    ]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = _LEFT + share * (_RIGHT - _LEFT)
        parts.append(_text(x, bottom + 17, f"{share:.0%}", ' class="m" text-anchor="middle"'))
    for one in held.offers:
        x, down = at(one)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{down:.1f}" r="3" fill="none" stroke="var(--ink2)">'
            f"<title>{words(one.words, 60)}</title></circle>"
        )
    line = " ".join(f"{x:.1f},{down:.1f}" for x, down in map(at, held.frontier))
    parts.append(f'<polyline points="{line}" fill="none" stroke="var(--ink2)"/>')
    for one in held.frontier:
        x, down = at(one)
        parts.append(
            f'<rect x="{x - 4:.1f}" y="{down - 4:.1f}" width="8" height="8" fill="var(--panel)" '
            f'stroke="var(--ink)"><title>{words(one.words, 60)}</title></rect>'
        )
    if held.frontier:
        x, down = at(held.frontier[-1])
        told = f"best allowed, {held.frontier[-1].saving:.0%}"
        is_far = x > _RIGHT - 130
        place = (x, down - 12) if is_far else (x + 10, down + 4)
        parts.append(_text(*place, told, ' text-anchor="end"' if is_far else ""))
    if held.own is not None:
        x, down = at(held.own)
        parts.append(
            f'<path d="M{x:.1f} {down - 7:.1f}l7 7l-7 7l-7 -7z" fill="var(--blue)"/>'
            + _text(x + 10, down - 8, f"the plan, {held.own.saving:.0%}")
        )
    return "".join(parts), bottom + 26


def plan_sentence(held: CostHeld) -> str:
    """Return what the plan comes to, beside itself one change away and the best pair."""
    if held.own is None:
        return "Nothing of the menu is changed"
    word = "allowed" if held.own.is_allowed else "not allowed"
    told = f"The plan saves {held.own.saving:.0%} and loses {held.own.loss:.1f} points, "
    told += f"which is {word}"
    if held.without is not None:
        told += f"; without {held.without.words} it would save {held.without.saving:.0%}"
    if held.one_more is not None:
        told += f"; with {held.one_more.words} as well {held.one_more.saving:.0%}, allowed"
    if not held.frontier:
        return told
    best = held.frontier[-1]
    return f"{told}; the best allowed pair, {best.words}, saves {best.saving:.0%}"


def _as_text(held: CostHeld) -> str:
    shares = [
        [name, f"{share:.1%}", str(held.named.index(name) + 1) if name in held.named else ""]
        for name, share in held.shares.items()
    ]
    kinds = [("one change", one) for one in held.offers]
    kinds += [("best allowed", one) for one in held.frontier]
    kinds += [("handed in", held.own)] if held.own is not None else []
    rows = [
        [words(one.words, 80), kind, f"{one.saving:.0%}", f"{one.loss:.1f}",
         "yes" if one.is_allowed else "no"]
        for kind, one in kinds
    ]  # fmt: skip
    told = f"<p>{words(sentence(held))}. {words(plan_sentence(held))}.</p>"
    one = table(["Part", "Share", "Named as"], shares, numeric=frozenset({1}))
    two = table(["Plan", "What it is", "Saves", "Points lost", "Allowed"], rows,
                numeric=frozenset({2, 3}))  # fmt: skip
    return f"<details><summary>As text</summary>{told}{one}{two}</details>"
