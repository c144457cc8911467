"""Measures and flags on a report's page: values with their 80%, a picture, questions.

Runs in T; pure.
"""

from __future__ import annotations

from grader.page.markup import table, words
from grader.pictures.cost import draw_cost
from grader.pictures.data import draw_data
from grader.pictures.kills import draw_kills
from grader.pictures.prompt import draw_prompt
from grader.pictures.triage import draw_triage
from grader.records import Score
from grader.report.evidence import Evidence
from grader.report.pieces import block, small

_NAMES = {
    "K": "Caught (K)", "FA": "False alarms (FA)", "J": "K less FA (J)",
    "G": "Number reacts (G)", "rho": "Follows cost (rho)", "A": "Labels agree (A)",
    "L": "Copied labels (L)",
}  # fmt: skip
_COST_NAMES = {
    "A": "Estimate (A)", "RG": "Range (RG)", "DR": "Drivers (DR)", "OP": "Plan (OP)",
    "PC": "Own logic saves (PC)",
}  # fmt: skip
_PROMPT_NAMES = {
    "H0": "Invented before (H0)", "H1": "Invented after (H1)", "C0": "Right before (C0)",
    "C1": "Right after (C1)", "net": "Gained of what was wrong (net)", "R": "Lost (R)",
    "OR": "Refused without need (OR)", "S": "Frugal (S)", "V": "Verdicts (V)",
    "EP": "Quotes that prove (EP)", "HY": "Ideas with a test (HY)",
}  # fmt: skip
_TRIAGE_NAMES = {
    "RC": "Causes found (RC)", "CT": "Harm contained in time (CT)", "tau": "Plan's order (tau)",
    "B": "Beliefs, 0 is best (B)", "VF": "Fixes that work (VF)",
    "FL": "Minutes on false leads, 0 is best (FL)", "FC": "Herrings claimed, 0 is best (FC)",
    "P": "Order of looking (P)",
}  # fmt: skip
_DATA_NAMES = {
    "F": "Defects found (F)", "KP": "Sound rows left alone (KP)", "EF": "Found with effect (EF)",
    "C": "Corrected number (C)", "RG": "Range (RG)", "RL": "Labelled first (RL)",
}  # fmt: skip


def measures(evidence: Evidence) -> str:
    """Return the measures with their 80% intervals; nothing where there are none."""
    score = evidence.score
    if score is None or not score.components:
        why = "This exercise has no measures here; people read the work." if score is None else ""
        return block("measures", "Measures", why, "")
    title, names, picture = _kind_of(score)
    rows = [
        [
            words(names.get(name, name), 40),
            _number(one.value),
            _interval(one.low, one.high),
            words(one.why),
        ]
        for name, one in score.components.items()
    ]
    body = table(["Measure", "Value", "80%", "Reads as"], rows, numeric=frozenset({1}))
    shown = score.facts.items()
    if score.prompt is not None:  # the picture tells strata, with their intervals
        shown = {k: v for k, v in shown if not k.startswith("right, ")}.items()
    facts = "; ".join(f"{name}: {text}" for name, text in shown)
    legend = _LEGENDS.get(title, "")
    two = f'<div class="two">{picture}<div>{body}{small(facts)}{small(legend)}</div></div>'
    return block("measures", title, "", two) + _flags(score)


_LEGENDS = {
    "What the suite notices": (
        "80%: over the suite's own cases, drawn again and again; with few cases it is wide. Seeds: "
        "the whole suite is run on each model several times, as a model answers differently. "
        "Headline: the one number that the suite gives. A planted fault that none of its cases "
        "set off cannot be noticed. A value at the edge of its 80% is no slip: cases drawn again "
        "can only lose what a single case notices. Labels agree counts known texts alone; with "
        "fewer than eight of them .7 is assumed."
    ),
    "What the change does": (
        "80%: over the hidden questions, drawn again and again. Their texts are never shown: they "
        "would be worth nothing the next time."
    ),
    "What the estimate comes to": (
        "80%: over days drawn anew from the mails of the metered day, which nobody is given: how "
        "far the measure hangs on that one day, not how sure the candidate could be."
    ),
}


def _kind_of(score: Score) -> tuple[str, dict[str, str], str]:
    """Return the section's title, the measures' names and the picture."""
    if score.cost is not None:
        return "What the estimate comes to", _COST_NAMES, draw_cost(score.cost)
    if score.scorer == "triage":
        picture = "" if score.triage is None else draw_triage(score.triage)
        return "What was found, and what was stopped", _TRIAGE_NAMES, picture
    if score.data is not None:
        return "What the findings come to", _DATA_NAMES, draw_data(score.data)
    if score.scorer == "promptfix":
        picture = "" if score.prompt is None else draw_prompt(score.prompt)
        return "What the change does", _PROMPT_NAMES, picture
    return "What the suite notices", _NAMES, draw_kills(score)


def _flags(score: Score) -> str:
    if not score.flags:
        return ""
    items = "".join(f"<li><p>{words(flag.message)}</p></li>" for flag in score.flags)
    note = "A flag lowers no level and decides nothing."
    return block("flags", "Flags, as questions", note, f'<ul class="q">{items}</ul>')


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".removeprefix("0")


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{_number(low)}–{_number(high)}"
