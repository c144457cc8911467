"""The timeline as a picture: one SVG and the same in words.

Runs in T; pure. Labels in it are a candidate's words and are escaped.
"""

from __future__ import annotations

from grader.page.markup import table, words
from grader.timeline.reading import Lane, Mark, Timeline

WIDTH, LEFT, RIGHT = 1036, 172, 1028
_TOP, _LANE = 30, 26
_LETTER = 6.5
"""About the width of a letter of a label."""
_MOST_MARKS = 60
"""Of a lane in the text form; how many more there are is said."""
_MOST_TURNS = 6
"""Numbered in the picture; the text form has all of them."""


def draw(timeline: Timeline) -> str:
    """Return the picture in its scroll region with its text form below."""
    if not timeline.lanes:
        return "<p>No session is on record. A recorded session would be drawn here.</p>"
    height = _TOP + _LANE * len(timeline.lanes) + 42
    bottom = height - 20
    parts = [_folds(timeline, bottom), _axis(bottom, height)]
    parts += [_lane(lane, _TOP + 20 + _LANE * n) for n, lane in enumerate(timeline.lanes)]
    parts += [_form(timeline, bottom), _turns(timeline, bottom)]
    label = words(tell(timeline), 700)
    svg = (
        f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'aria-label="{label}" style="min-width:860px">{"".join(parts)}</svg>'
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Session, scrolls sideways">'
        f"{svg}</div>{_as_text(timeline)}"
    )


def tell(timeline: Timeline) -> str:
    """Return the session in one sentence."""
    parts = [f"{lane.title} at {_shares(lane)}" for lane in timeline.lanes]
    if timeline.form_at is not None:
        parts.insert(0, f"form at {timeline.form_at:.0%}")
    parts += [f"change of mind at {turn.share:.0%}: {turn.label}" for turn in timeline.turns[:4]]
    return "Session: " + "; ".join(parts)


def _shares(lane: Lane) -> str:
    shown = [f"{mark.share:.0%}" for mark in lane.marks]
    unique = list(dict.fromkeys(shown))
    return ", ".join(unique[:6]) + (" and later" if len(unique) > 6 else "")


def _x(share: float) -> float:
    return round(LEFT + share * (RIGHT - LEFT), 1)


def _axis(bottom: int, height: int) -> str:
    parts = [f'<text x="0" y="{height - 6}" class="m">share of own time</text>']
    for share in (0, 0.2, 0.4, 0.6, 0.8, 1):
        anchor = "end" if share == 1 else "middle"
        parts.append(
            f'<path d="M{_x(share)} {_TOP}V{bottom}" class="ax"/><text x="{_x(share)}" '
            f'y="{height - 6}" class="m" text-anchor="{anchor}">{share:.0%}</text>'
        )
    return "".join(parts)


def _folds(timeline: Timeline, bottom: int) -> str:
    return "".join(
        f'<rect x="{_x(a)}" y="{_TOP}" width="{max(3.0, _x(b) - _x(a)):.1f}" '
        f'height="{bottom - _TOP}" fill="var(--panel)"/>'
        f'<path d="M{_x(a)} {_TOP}V{bottom}" class="ed" stroke-dasharray="1 3"/>'
        for a, b in timeline.folds
    )


def _lane(lane: Lane, y: int) -> str:
    head = f'<text x="0" y="{y}">{words(lane.title, 40)}</text>'
    rule = f'<path d="M{LEFT} {y + 8}H{RIGHT}" class="ax"/>'
    return head + rule + "".join(_draw_mark(mark, y) for mark in lane.marks)


def _draw_mark(mark: Mark, y: int) -> str:
    x = _x(mark.share)
    title = f"<title>{words(mark.label, 160)} · {mark.share:.0%}</title>"
    if mark.sign == "span":
        end = max(x + 6, _x(mark.until if mark.until is not None else mark.share))
        body = (
            f'<path d="M{x} {y + 4}V{y - 11}H{end}" fill="none" stroke="var(--blue)" '
            'stroke-width="2"/>'
        )
        if end - x > _LETTER * len(mark.label) + 6:  # else the next version's lies upon it
            body += f'<text x="{x + 4}" y="{y + 2}" class="m">{words(mark.label, 20)}</text>'
    elif mark.sign == "problem":
        body = f'<path d="M{x - 4} {y - 8}l8 8m0-8l-8 8" stroke="var(--brick)" stroke-width="2"/>'
    elif mark.sign == "ok":
        body = (
            f'<path d="M{x - 4} {y - 4}l3 4 6-8" fill="none" stroke="var(--blue)" '
            'stroke-width="2"/>'
        )
    elif mark.sign == "dropped":
        body = f'<path d="M{x - 4} {y - 8}l8 8m0-8l-8 8" stroke="var(--ink)" stroke-width="2"/>'
    elif mark.sign in ("open", "held"):
        fill = "var(--ink)" if mark.sign == "held" else "var(--paper)"
        body = (
            f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{fill}" stroke="var(--ink)" '
            'stroke-width="1.5"/>'
        )
    else:
        body = f'<path d="M{x} {y - 10}v12" stroke="var(--blue)" stroke-width="1.6"/>'
    return f"<g>{title}{body}</g>"


def _form(timeline: Timeline, bottom: int) -> str:
    if timeline.form_at is None:
        return ""
    x = _x(timeline.form_at)
    return (
        f'<path d="M{x} 26V{bottom}" stroke="var(--ink)" stroke-dasharray="5 3"/>'
        f'<text x="{x}" y="22" class="m" text-anchor="middle">form appears</text>'
    )


def _turns(timeline: Timeline, bottom: int) -> str:
    """Return the diamonds; ones that would lie on one another stand side by side."""
    parts, free_from, at_least = [], 0.0, 0.0
    shown = timeline.turns[:_MOST_TURNS]
    for number, turn in enumerate(shown, 1):
        x = _x(turn.share)
        sign_x = min(max(x, at_least), RIGHT - 9)
        at_least = sign_x + 20
        following = shown[number] if number < len(shown) else None
        is_crowded = following is not None and _x(following.share) < sign_x + 20
        label = "" if is_crowded else turn.label
        label = label if len(label) <= 64 else label[:63] + "…"
        near_end = turn.share > 0.8
        at, anchor = (sign_x - 13, "end") if near_end else (sign_x + 13, "start")
        wide = _LETTER * len(label)
        if (at - wide if near_end else sign_x - 9) < free_from:
            label = ""  # the list below has it; two labels on one another have neither
        free_from = max(free_from, sign_x + 9 if near_end or not label else at + wide)
        parts.append(
            f'<path d="M{x} {bottom}V22L{sign_x} 18" fill="none" stroke="var(--ochre)" '
            f'stroke-width="1.5"/><path d="M{sign_x} 0l9 9-9 9-9-9z" fill="var(--ochre-bg)" '
            f'stroke="var(--ochre)" stroke-width="1.5"/><text x="{sign_x}" y="13" class="b nh" '
            f'text-anchor="middle">{number}</text><text x="{at}" y="13" text-anchor="{anchor}">'
            f"{words(label)}</text>"
        )
    return "".join(parts)


def _as_text(timeline: Timeline) -> str:
    rows = []
    for lane in timeline.lanes:
        marks = lane.marks[:_MOST_MARKS]
        rows += [[words(lane.title, 60), f"{m.share:.0%}", words(m.label, 160)] for m in marks]
        if len(lane.marks) > len(marks):
            left = len(lane.marks) - len(marks)
            rows.append([words(lane.title, 60), f"{lane.marks[-1].share:.0%}",
                         f"and {left} more, the last here"])  # fmt: skip
    rows += [["◆ change of mind", f"{t.share:.0%}", words(t.label, 160)] for t in timeline.turns]
    if timeline.form_at is not None:
        rows.insert(0, ["form appears", f"{timeline.form_at:.0%}", "part two was delivered"])
    body = table(["What", "At", ""], rows, numeric=frozenset({1}))
    return f"<details><summary>As text</summary>{body}</details>"
