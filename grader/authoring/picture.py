"""An exercise's probes as a picture: where each should come to and comes to, and what each sees.

Runs in T; pure. The same in words is `tell`; each dot and square has its sign, colour is never the
only one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.authoring.picture_svg import rule, short, text, whole
from grader.records import ModelRun, Score

_LEFT, _WIDE, _ROW, _END = 216, 440, 22, 860
_BOX, _COLUMN, _NAME = 12, 24, 300


@dataclass(frozen=True)
class Probe:
    """One probe.

    Attributes:
        name: its folder's.
        low: least index it should come to, 0 to 100; None where no range is given.
        high: most.
        score: what it came to; None where it was not run.
    """

    name: str
    low: float | None
    high: float | None
    score: Score | None

    @property
    def index(self) -> float | None:
        """What it came to, 0 to 100."""
        return None if self.score is None else self.score.index

    @property
    def is_outside(self) -> bool:
        """Whether it came to something else than it should."""
        if self.index is None or self.low is None or self.high is None:
            return False
        return not self.low <= self.index <= self.high


@dataclass(frozen=True)
class Drawn:
    """What is drawn.

    Attributes:
        title: exercise and version.
        probes: in the order of their table; may be empty.
        is_current: whether the scores are of the folder as it is now.
    """

    title: str
    probes: tuple[Probe, ...]
    is_current: bool


def probes_of(table: Mapping[str, object], scores: Mapping[str, Score]) -> tuple[Probe, ...]:
    """Return the probes of hidden/probes.toml; what has another form there has no range."""
    listed = table.get("probe")
    rows = listed if isinstance(listed, Mapping) else {}
    found = []
    for name, wanted in rows.items():
        bounds = wanted.get("index") if isinstance(wanted, Mapping) else None
        low, high = _bounds(bounds)
        found.append(Probe(str(name), low, high, scores.get(str(name))))
    return tuple(found)


def draw(drawn: Drawn) -> str:
    """Return a whole SVG file."""
    parts = [text(16, 26, f"{drawn.title}: probes", "b")]
    state = _state(drawn)
    if state:
        parts.append(text(16, 44, state, "m"))
    y = 66
    parts += _scale(drawn.probes, y)
    y += 36 + _ROW * len(drawn.probes)
    parts.append(text(16, y, _key("▬ expected", "● inside", "◆ outside", "○ no range"), "m"))
    y += 34
    runs = _models(drawn.probes)
    if runs:
        parts += _matrix(drawn.probes, runs, y)
        y += 42 + 18 * len(runs) + (26 if runs[-1].group != "mutant" else 0)
        key = _key("■ always refused", "◧ at times", "□ let through", "× failed", "– not run")
        parts.append(text(16, y, key, "m"))
        y += 16
    width = max(_END, _NAME + _COLUMN * len(drawn.probes) + 40)
    size = (width, y + 8)
    return whole(parts, size=size, title=f"{drawn.title}: probes", told=tell(drawn))


def tell(drawn: Drawn) -> str:
    """Return the picture in words, a line each."""
    lines = [f"{drawn.title}: probes"]
    state = _state(drawn)
    lines += [state] * bool(state)
    for number, one in enumerate(drawn.probes, 1):
        lines.append(f"{number:3} {one.name}: {_came(one)}, expected {_expected(one)}{_off(one)}")
    for run in _models(drawn.probes):
        words = [f"{number} {_word(_verdict(one, run.id))}"
                 for number, one in enumerate(drawn.probes, 1)]  # fmt: skip
        kind = "" if run.group == "mutant" else " (harmless)"
        lines.append(f"{run.id} {run.about}{kind}: {', '.join(words)}")
    return "\n".join(lines)


def _state(drawn: Drawn) -> str:
    if not drawn.probes:
        return "hidden/probes.toml has no probes yet."
    if all(one.score is None for one in drawn.probes):
        return "Not run yet: audition exercise check, without --fast."
    if not drawn.is_current:
        return "Dots and squares are of an earlier state of the folder: check without --fast."
    return ""


def _scale(probes: Sequence[Probe], y: float) -> list[str]:
    parts = []
    for tick in range(0, 101, 25):
        x = _x(tick)
        parts.append(rule(x, y + 6, x, y + 12 + _ROW * len(probes)))
        parts.append(text(x, y, tick, "m", "middle"))
    for number, one in enumerate(probes, 1):
        parts += _probe(number, one, y + 4 + _ROW * number)
    return parts


def _probe(number: int, one: Probe, y: float) -> list[str]:
    parts = [text(34, y, number, "m", "end"), text(42, y, short(one.name, 26))]
    if one.low is not None and one.high is not None:
        left, right = _x(one.low) - 2, _x(one.high) + 2
        parts.append(f'<rect x="{left:.1f}" y="{y - 11}" width="{right - left:.1f}" height="14" '
                     'rx="3" fill="var(--blue-bg)" stroke="var(--blue)"/>')  # fmt: skip
    if one.index is not None:
        parts.append(_dot(one, _x(min(100.0, max(0.0, one.index))), y - 4))
    parts.append(text(_LEFT + _WIDE + 24, y, f"{_came(one)}, expected {_expected(one)}{_off(one)}"))
    return parts


def _dot(one: Probe, x: float, y: float) -> str:
    if one.is_outside:
        return (f'<path d="M{x:.1f} {y - 7}l7 7l-7 7l-7 -7z" fill="var(--brick)" '
                'stroke="var(--paper)"/>')  # fmt: skip
    fill = "var(--blue)" if one.low is not None else "var(--paper)"
    return f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{fill}" stroke="var(--blue)"/>'


def _matrix(probes: Sequence[Probe], runs: Sequence[ModelRun], y: float) -> list[str]:
    parts = [text(16, y, "What each probe refuses", "b")]
    for number in range(1, len(probes) + 1):
        parts.append(text(_NAME + _COLUMN * number, y, number, "m", "middle"))
    y += 24
    was_fault = True
    for run in runs:
        if was_fault and run.group != "mutant":
            parts.append(text(16, y + 8, "Harmless: a refusal is a false alarm", "b"))
            y += 26
        was_fault = run.group == "mutant"
        parts.append(text(16, y, run.id, "m"))
        parts.append(text(50, y, short(run.about, 42)))
        for number, one in enumerate(probes, 1):
            x = _NAME + _COLUMN * number
            parts.append(_square(_verdict(one, run.id), x, y - 4, is_fault=was_fault))
        y += 18
    return parts


def _square(refused: float | str | None, x: float, y: float, *, is_fault: bool) -> str:
    if refused is None:
        return text(x, y + 4, "–", "m", "middle")
    if isinstance(refused, str):
        return text(x, y + 4, "×", "", "middle")
    colour = "var(--blue)" if is_fault else "var(--brick)"
    left, top = x - _BOX / 2, y - _BOX / 2
    box = (f'<rect x="{left:g}" y="{top:g}" width="{_BOX}" height="{_BOX}" fill="none" '
           f'stroke="{colour}"/>')  # fmt: skip
    if refused:
        wide = _BOX if refused == 1 else _BOX / 2
        box += f'<rect x="{left:g}" y="{top:g}" width="{wide:g}" height="{_BOX}" fill="{colour}"/>'
    return box


def _models(probes: Sequence[Probe]) -> list[ModelRun]:
    """Return the planted models of all scores, faults before harmless ones."""
    found: dict[str, ModelRun] = {}
    for one in probes:
        for run in one.score.runs if one.score is not None else ():
            found.setdefault(run.id, run)
    return sorted(found.values(), key=lambda run: run.group != "mutant")


def _verdict(probe: Probe, model: str) -> float | str | None:
    """Return the share of runs that refused a model; "error" for a suite that failed; None."""
    runs = probe.score.runs if probe.score is not None else ()
    run = next((one for one in runs if one.id == model), None)
    if run is None:
        return None
    if "error" in run.seeds or not run.seeds:
        return "error"
    return run.seeds.count("no_ship") / len(run.seeds)


def _key(*signs: str) -> str:
    """Return signs and their words on one line; plain spaces in a row would be drawn as one."""
    return "\u00a0\u00a0\u00a0".join(signs)


def _word(refused: float | str | None) -> str:
    if refused is None:
        return "not run"
    if isinstance(refused, str):
        return "failed"
    return {0.0: "let through", 1.0: "refused"}.get(refused, f"refused {refused:.0%} of runs")


def _came(one: Probe) -> str:
    if one.score is None:
        return "not run"
    return "no index" if one.index is None else f"{one.index:.1f}"


def _expected(one: Probe) -> str:
    return "no range" if one.low is None or one.high is None else f"{one.low:g} to {one.high:g}"


def _off(one: Probe) -> str:
    return ", OUTSIDE" if one.is_outside else ""


def _bounds(value: object) -> tuple[float | None, float | None]:
    if isinstance(value, list) and len(value) == 2:
        low, high = value
        if all(type(one) in (int, float) and 0 <= one <= 100 for one in value) and low <= high:
            return float(low), float(high)
    return None, None


def _x(index: float) -> float:
    return _LEFT + index / 100 * _WIDE
