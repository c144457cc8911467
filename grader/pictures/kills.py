"""The kill matrix: which planted faults a suite refused, worst first, and which harmless models.

Runs in T; pure. Texts in it are the author's.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.page.markup import table, words
from grader.records import ModelRun, Score

_MOST_RESAMPLES = 21
_ROW, _TEXT, _WEIGHT, _SEEDS, _AGAIN, _END = 16, 34, 236, 268, 320, 600
_BOX = 10
_LONGEST = 32
"""Characters of a name in the picture; the text form has it whole."""


def missed(score: Score) -> list[ModelRun]:
    """Return planted faults that every seed let through, heaviest first."""
    runs = [run for run in score.runs if run.group == "mutant" and set(run.seeds) == {"ship"}]
    return sorted(runs, key=lambda run: -run.weight)


def sentence(score: Score) -> str:
    """Return the finding above the picture, as markup."""
    found = missed(score)
    mutants = [run for run in score.runs if run.group == "mutant"]
    if not mutants:
        return ""
    if all(set(run.seeds) == {"error"} for run in mutants):
        return '<p class="miss"><em>the suite could not be run</em></p>'
    if not found:
        return '<p class="miss">nothing was missed at full suite</p>'
    return f'<p class="miss"><em>missed: {words(", ".join(run.about for run in found))}</em></p>'


def draw_kills(score: Score) -> str:
    """Return the figure with its text form; empty without runs."""
    if not score.runs:
        return ""
    mutants = sorted(_of(score, "mutant"), key=_caught)
    counted, shown = _of(score, "counted"), _of(score, "shown")
    parts, y = [_head("Planted faults", "seeds", "resamples", 14)], 34
    for run in mutants:
        parts.append(_row(run, y, is_fault=True))
        y += _ROW
    for title, runs in (("Harmless: a refusal is a false alarm", counted), ("Has to pass", shown)):
        if runs:
            y += 12
            parts.append(_head(title, "", "", y))
            y += _ROW + 4
            for run in runs:
                parts.append(_row(run, y, is_fault=False))
                y += _ROW
    label = words(_tell(mutants, counted), 600)
    svg = (
        f'<svg viewBox="0 0 {_END} {y}" width="{_END}" height="{y}" role="img" '
        f'aria-label="{label}">{"".join(parts)}</svg>'
    )
    caption = (
        f"<figcaption>{sentence(score)}<span>Each row is a model with one planted fault. "
        "■ the suite refused it, □ let it through, × failed. Rows that were missed come first; "
        "the dot says how much a miss hurts.</span></figcaption>"
    )
    return f"<figure>{caption}{svg}{_as_text([*mutants, *counted, *shown])}</figure>"


def _of(score: Score, group: str) -> list[ModelRun]:
    return [run for run in score.runs if run.group == group]


def _caught(run: ModelRun) -> tuple[float, float]:
    return run.seeds.count("no_ship") / max(1, len(run.seeds)), -run.weight


def _head(title: str, seeds: str, again: str, y: int) -> str:
    return (
        f'<text x="0" y="{y}" class="b">{words(title)}</text>'
        f'<text x="{_SEEDS}" y="{y}" class="m">{seeds}</text>'
        f'<text x="{_AGAIN}" y="{y}" class="m">{again}</text>'
    )


def _row(run: ModelRun, y: int, *, is_fault: bool) -> str:
    parts = [
        f'<text x="0" y="{y}" class="m">{run.id}</text>'
        f'<text x="{_TEXT}" y="{y}">{words(_short(run.about))}</text>'
    ]
    if run.weight:
        parts.append(f'<circle cx="{_WEIGHT}" cy="{y - 4}" r="{run.weight:g}" fill="var(--ink2)"/>')
    shown = run.seeds[:20] if not is_fault else run.seeds[:4]
    start = _SEEDS if is_fault else _AGAIN
    parts += [_box(v, start + 13 * n, y, is_fault=is_fault) for n, v in enumerate(shown)]
    if is_fault:
        again = run.resamples[:_MOST_RESAMPLES]
        parts += [_box(v, _AGAIN + 12 * n, y, is_fault=True) for n, v in enumerate(again)]
    count = f"{run.seeds.count('no_ship')}/{len(run.seeds)}"
    parts.append(f'<text x="{_END}" y="{y}" text-anchor="end">{count}</text>')
    return "".join(parts)


def _short(about: str) -> str:
    return about if len(about) <= _LONGEST else about[: _LONGEST - 1].rstrip() + "…"


def _box(verdict: str, x: int, y: int, *, is_fault: bool) -> str:
    top = y - 9
    if verdict == "error":
        return (
            f'<path d="M{x + 1} {top + 1}l8 8m0-8l-8 8" stroke="var(--ink2)" stroke-width="1.5"/>'
        )
    if verdict == "no_ship":
        fill = "var(--blue)" if is_fault else "var(--ochre)"
        return f'<rect x="{x}" y="{top}" width="{_BOX}" height="{_BOX}" fill="{fill}"/>'
    if not is_fault:
        return f'<rect x="{x + 3}" y="{top + 4}" width="3" height="3" fill="var(--edge)"/>'
    return (
        f'<rect x="{x + 0.75}" y="{top + 0.75}" width="8.5" height="8.5" fill="none" '
        'stroke="var(--brick)" stroke-width="1.5"/>'
    )


def _tell(mutants: Sequence[ModelRun], counted: Sequence[ModelRun]) -> str:
    always = sum(set(run.seeds) == {"no_ship"} for run in mutants)
    never = [run.about for run in mutants if "no_ship" not in run.seeds]
    loud = [f"{run.id} ({run.about})" for run in counted if "no_ship" in run.seeds]
    told = f"Kill matrix: {always} of {len(mutants)} planted faults always refused"
    told += f"; never refused: {', '.join(never)}" if never else ""
    return told + (f"; harmless models refused at times: {', '.join(loud)}" if loud else "")


def _as_text(runs: Sequence[ModelRun]) -> str:
    rows = [
        [
            run.id,
            words(run.about, 80),
            f"{run.weight:g}",
            f"{run.seeds.count('no_ship')} of {len(run.seeds)}",
            f"{run.resamples.count('no_ship')} of {len(run.resamples)}" if run.resamples else "",
            "" if run.cost_eur_per_1000 is None else f"{run.cost_eur_per_1000:,.0f}",
            str(run.fired),
        ]
        for run in runs
    ]
    head = ["Model", "What it does", "Weight", "Seeds refused", "Resamples refused",
            "EUR per 1,000", "Own cases that set it off"]  # fmt: skip
    body = table(head, rows, numeric=frozenset({2, 5, 6}))
    return f"<details><summary>As text</summary>{body}</details>"
