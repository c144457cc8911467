"""A triage beside what was planted: causes by share, how sure one was, and looks by the minute.

Runs in T; pure. What a look was about is a candidate's text and escaped.
"""

from __future__ import annotations

from grader.held import TriageHeld, TriageLine, TriageLook
from grader.page.markup import table, words

_END, _BAR, _WIDE, _SURE, _UNIT = 600, 176, 190, 470, 84
_ROW, _AXIS = 32, 560
_LETTERS = 96


def sentence(held: TriageHeld) -> str:
    """Return the finding above the picture, in plain words."""
    causes = [one for one in held.lines if one.id.startswith("R")]
    found = [one for one in causes if one.is_found]
    share = sum(one.share for one in found) / (sum(one.share for one in causes) or 1)
    told = f"{len(found)} of {len(causes)} causes found, {share:.0%} of the bad answers"
    told += f"; the harm {_contained(held)}"
    false = [one for one in held.lines if one.id.startswith("H") and (one.p or 0) >= 0.5]
    if false:
        told += f"; {len(false)} red herring{'s' if len(false) > 1 else ''} claimed"
    if held.unmatched:
        told += f"; {len(held.unmatched)} claimed causes for a reviewer to match"
    return told


def _contained(held: TriageHeld) -> str:
    if held.contained_at is None:
        return "was seen and not contained" if held.sign_at is not None else "was never contained"
    if held.sign_at is None or held.sign_at > held.contained_at:
        return f"was contained at minute {held.contained_at:g}, before any sign of it"
    return f"was contained {held.contained_at - held.sign_at:g} minutes after its first sign"


def draw_triage(held: TriageHeld) -> str:
    """Return the figure with its text form."""
    parts = [
        _text(0, 14, "Planted", ' class="b"'),
        _text(_BAR, 14, "share of bad answers", ' class="m"'),
        _text(_SURE, 14, "how sure", ' class="m"'),
    ]
    for n, one in enumerate(held.lines):
        parts.append(_line(one, 24 + _ROW * n))
    top = 24 + _ROW * len(held.lines) + 22
    parts += _minutes(held, top)
    high = top + 66
    svg = (
        f'<svg viewBox="0 0 {_END} {high}" width="{_END}" height="{high}" role="img" '
        f'aria-label="{words(sentence(held), 600)}">{"".join(parts)}</svg>'
    )
    caption = (
        f'<figcaption><p class="miss">{words(sentence(held))}</p><span>● found, with evidence that '
        "was seen; ○ not; ◆ the harm; H is a red herring. Below, simulated minutes: ▮ a look that "
        "tells something new, ▯ any other use of a tool, ▲ first sign of the harm, ■ contained."
        "</span></figcaption>"
    )
    return f"<figure>{caption}{svg}{_as_text(held)}</figure>"


def _text(x: float, y: float, value: str, extra: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}"{extra}>{words(value, 120)}</text>'


def _line(one: TriageLine, y: int) -> str:
    sign = "●" if one.is_found else "○"
    name = f"{sign} {one.id}{' ◆' if one.is_harm else ''}"
    about = one.about if len(one.about) <= _LETTERS else one.about[: _LETTERS - 1] + "…"
    parts = [_text(0, y + 11, name, ' class="b"')]
    if one.share:
        edge = 'fill="var(--blue)"' if one.is_found else 'fill="none" stroke="var(--edge)"'
        wide = _WIDE * min(1.0, one.share)
        parts.append(f'<rect x="{_BAR}" y="{y + 2}" width="{wide:.1f}" height="10" {edge}/>')
        parts.append(_text(_BAR + wide + 6, y + 11, f"{one.share:.0%}", ' class="m"'))
    else:
        parts.append(_text(_BAR, y + 11, "red herring", ' class="m"'))
    if one.p is not None:
        x = _SURE + _UNIT * min(1.0, one.p)
        parts.append(f'<path d="M{_SURE} {y + 7}h{_UNIT}" class="ax"/>')
        parts.append(f'<circle cx="{x:.1f}" cy="{y + 7}" r="4" fill="var(--ink2)"/>')
        parts.append(_text(_END, y + 11, f"{one.p:.2f}", ' text-anchor="end"'))
    else:
        parts.append(_text(_SURE, y + 11, "not named", ' class="m"'))
    parts.append(_text(0, y + 24, about, ' class="m"'))
    return "".join(parts)


def _minutes(held: TriageHeld, top: int) -> list[str]:
    whole = max([held.minutes, *(one.ended for one in held.looks), 1.0])

    def at(minute: float) -> float:
        return _AXIS * minute / whole

    y = top + 18
    parts = [_text(0, top, "Minutes", ' class="b"'), f'<path d="M0 {y + 16}H{_AXIS}" class="ax"/>']
    for one in held.looks:
        x, wide = at(one.ended - one.minutes), max(2.0, at(one.minutes) - 1.5)
        fill = 'fill="var(--blue)"' if one.is_new else 'fill="none" stroke="var(--edge)"'
        title = f"<title>{words(one.words, 90)}, {one.minutes:g} min</title>"
        box = f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="12" {fill}>'
        parts.append(f"{box}{title}</rect>")
    for minute, mark in ((held.sign_at, "▲"), (held.contained_at, "■")):
        if minute is not None:
            parts.append(_text(at(minute), y - 4, mark, ' text-anchor="middle"'))
    for minute in (0.0, whole / 2, whole):
        anchor = "start" if minute == 0 else "middle" if minute < whole else "end"
        parts.append(_text(at(minute), y + 32, f"{minute:g}", f' class="m" text-anchor="{anchor}"'))
    return parts


def _as_text(held: TriageHeld) -> str:
    rows = [
        [
            f"{one.id}{' (the harm)' if one.is_harm else ''}", words(one.about, 200),
            f"{one.share:.0%}" if one.share else "red herring",
            "yes" if one.is_found else "no", words(", ".join(one.proof), 120),
            "not named" if one.p is None else f"{one.p:.2f}",
            "" if one.share_said is None else f"{one.share_said:.0%}",
        ]
        for one in held.lines
    ]  # fmt: skip
    head = ["", "Planted", "Share", "Found", "By", "How sure", "Share, as claimed"]
    body = table(head, rows, numeric=frozenset({2, 5, 6}))
    columns = ["Until minute", "Minutes", "Use of a tool", "New"]
    looks = table(columns, [_row(one) for one in held.looks], numeric=frozenset({0, 1}))
    more = "".join(f"<li>{words(one, 200)}</li>" for one in held.unmatched)
    left = f"<p>For a reviewer to match:</p><ul>{more}</ul>" if more else ""
    told = f"<p>{words(sentence(held))}.</p>"
    return f"<details><summary>As text</summary>{told}{body}{left}{looks}</details>"


def _row(one: TriageLook) -> list[str]:
    return [f"{one.ended:g}", f"{one.minutes:g}", words(one.words, 90), "yes" if one.is_new else ""]
