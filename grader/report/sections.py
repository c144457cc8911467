"""The parts of a report's page, each a function from the evidence to markup.

Runs in T; pure. A candidate's content stands in frames; names and labels are escaped.
"""

from __future__ import annotations

import html

from grader.page.markup import code_frame, table, words
from grader.records import CellReplay, Moment
from grader.report.evidence import Evidence, Written
from grader.report.pieces import at, block, count, small
from grader.report.runs import Ran, run_of
from grader.timeline import draw

_CLASS = {"same": "s", "different": "d", "not_run": "x", "not_reached": "x"}
_SESSION = (
    "◆ numbered: change of mind. Dashed line: the form (part two of the notebook) appears; what "
    "lies left of it was unprompted. ○ idea written, ● held, × dropped. ✓ check found nothing "
    "open, × something. Own time: the session without breaks and idle gaps; waiting for answers "
    "counts. Length of time is not judged."
)


def session(evidence: Evidence) -> str:
    """Return the timeline."""
    note = "How the work went, on the candidate's own time."
    body = draw(evidence.timeline) + small(_SESSION) + _turns(evidence)
    return block("session", "The session", note, body)


def _turns(evidence: Evidence) -> str:
    """Return each change of mind with its run, and what was printed between the two versions."""
    items = []
    for n, turn in enumerate(evidence.timeline.turns, start=1):
        moment = Moment(label="", cell_id=turn.cell_id, share=round(turn.share, 4))
        run = run_of(moment, evidence.runs)
        told = f"{n} · at {turn.share:.0%} · {words(turn.label)}"
        if run is not None:
            told += f' <a href="#run-{run.seq}">the run</a>{_before(run, evidence)}'
        if turn.others:
            rest = "".join(f"<li>{words(one, 200)}</li>" for one in turn.others)
            told += f". In the same run:<ul>{rest}</ul>"
        items.append(f"<li>{told}</li>")
    if not items:
        return ""
    note = small("What was printed before a change is no proof that it caused it.")
    return f'<h4>Changes of mind</h4>{note}<ul class="places">{"".join(items)}</ul>'


def _before(run: Ran, evidence: Evidence) -> str:
    """Return what was printed since the cell's earlier version, or that nothing was."""
    earlier = [one for one in evidence.runs if one.cell_id == run.cell_id and one.seq < run.seq]
    telling = [one for one in evidence.runs if one.seq < run.seq and _is_telling(one)]
    since = earlier[-1].seq if earlier else -1
    between = [one for one in telling if one.seq > since]
    shown = ", ".join(
        f'<a href="#run-{one.seq}">{words(_name(one.cell_id, evidence), 60)}</a>'
        for one in (between or telling)[:-5:-1]
    )
    if between:
        word = "printed between the two versions" if earlier else "printed before it"
        return f"; {word}, newest first: {shown}"
    told = "; nothing was printed between the two versions: ask what changed"
    return f"{told}. Printed before both: {shown}" if shown else told


def _is_telling(run: Ran) -> bool:
    """Whether a run printed more than that an idea was noted."""
    return bool(run.output.strip()) and not run.output.startswith("Noted as ")


def _name(cell_id: str, evidence: Evidence) -> str:
    return cell_id.removeprefix(f"{evidence.about.exercise}-") or "a cell without an id"


def written(evidence: Evidence) -> str:
    """Return plan, texts and artefacts, each in a frame."""
    if not evidence.written:
        return block("written", "In the candidate's words", "Nothing was written.", "")
    parts = "".join(_written(one, n) for n, one in enumerate(evidence.written, start=1))
    note = "As submitted, word for word. ■ plan and texts, ◧ artefact cells."
    return block("written", "In the candidate's words", note, f'<div class="half">{parts}</div>')


def _written(one: Written, n: int) -> str:
    sign = "◧ cell" if one.is_code else "■"
    shown = code_frame(one.text, title=f"{one.name}, as submitted", columns=56)
    return f'<div id="text-{n}"><h4>{sign} {words(one.name, 60)}</h4>{shown}</div>'


def runs(evidence: Evidence) -> str:
    """Return what was run of the candidate's own, each folded with what it printed."""
    parts = "".join(_ran(run, evidence) for run in evidence.runs)
    note = (
        "Own and changed cells, and given ones that called a model, in the order they were run. "
        "Open one to see code and output; outputs are claims, and long ones cut."
    )
    return block("runs", "What was run", note if parts else "Nothing on record.", parts)


def _ran(run: Ran, evidence: Evidence) -> str:
    name = _name(run.cell_id, evidence)
    told = [f"at {run.share:.0%}", name]
    told += ["before the form"] if run.is_before else []
    told += [f"run {run.times} times"] if run.times > 1 else []
    told += [count(run.calls, "model call")] if run.calls else []
    told += [count(run.uses, "use of a tool", "uses of tools")] if run.uses else []
    told += ["raised an error"] if run.raised else []
    first = _first_telling(run.source)
    first = first if len(first) <= 60 else first[:59] + "…"
    shown = code_frame(run.source, title=f"{name}, as run")
    if run.output.strip():
        shown += f'<p class="m">Printed:</p>{code_frame(run.output, title=f"{name}, printed")}'
    # The target lies inside: a browser opens what a link leads into, not what it leads to.
    return (
        f'<details class="ran"><summary>{words(" · ".join(told), 200)} '
        f'<code>{words(first)}</code></summary><div id="run-{run.seq}">{shown}</div></details>'
    )


def _first_telling(source: str) -> str:
    """Return the first line that says something: no import, no bare opening bracket."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    telling = (line for line in lines if not line.startswith(("import ", "from ", "%")))
    first = next(telling, lines[0] if lines else "")
    place = lines.index(first) if first in lines else 0
    return " ".join(lines[place : place + 2]) if first.endswith(("[", "{", "(")) else first


def asked(evidence: Evidence) -> str:
    """Return the questions to the stakeholder with what came back."""
    if not evidence.asked:
        return block("asked", "Questions asked", "None on record.", "")
    rows = [
        [
            f"{one.share:.0%}" + (" · before the form" if one.is_before else ""),
            words(one.question, 400),
            words(one.answer, 800) if one.is_known else f"<i>no answer:</i> {words(one.answer)}",
        ]
        for one in evidence.asked
    ]
    body = table(["At", "Question", "What came back"], rows)
    return block("asked", "Questions asked", "To the stakeholder, in the candidate's words.", body)


def task(evidence: Evidence) -> str:
    """Return what the notebook said, folded: without it "unprompted" cannot be weighed."""
    if not evidence.task:
        return block("task", "The task, as given", "This exercise is not on this machine.", "")
    parts = "".join(
        f"<details><summary>{_PARTS.get(part.number, f'Part {part.number}')}</summary>"
        f"{code_frame(part.text, title=f'part {part.number}, as given')}</details>"
        for part in evidence.task
    )
    note = "What the candidate read. Part two, the form, came after the plan had been run."
    return block("task", "The task, as given", note, parts)


_PARTS = {1: "Part one: before the form", 2: "Part two: the form"}


def replayed(evidence: Evidence) -> str:
    """Return the replay, cell by cell, with what differs."""
    found = evidence.replay
    if found is None:
        why = evidence.replay_why or "it was not asked for"
        return block("replay", "Replay, cell by cell", f"Not run again: {why}.", "")
    misses = sum(len(cell.misses) for cell in found.cells)
    note = (
        f"As submitted, from the recorded answers. {misses} requests missed; "
        f"{found.recorded_calls} on the tape, uses of tools among them. {found.why}"
    )
    if found.rekeyed_calls or found.unread_calls:
        note += (
            f" Keyed by another version: {found.rekeyed_calls} keyed anew, {found.unread_calls} "
            "not read."
        )
    items = "".join(
        f'<li class="{_CLASS.get(cell.word, "e")}"><b>{words(_short(cell, evidence), 40)}</b>'
        f"{_word(cell)}</li>"
        for cell in found.cells
    )
    told = [cell for cell in found.cells if cell.word != "same" or cell.why]
    other = "".join(_cell(cell, evidence) for cell in told)
    return block("replay", "Replay, cell by cell", note, f'<ul class="cells">{items}</ul>{other}')


def _short(cell: CellReplay, evidence: Evidence) -> str:
    return cell.cell_id.removeprefix(f"{evidence.about.exercise}-")


def _word(cell: CellReplay) -> str:
    return html.escape(cell.word.replace("_", " "))


def _cell(cell: CellReplay, evidence: Evidence) -> str:
    text = f"<b>{words(_short(cell, evidence), 60)} {_word(cell)}:</b> {words(cell.why)}"
    parts = [f'<p class="m" style="margin-top:8px">{text}</p>']
    if cell.diff and cell.word != "not_run":  # what has no end on record has nothing to compare
        parts.append(
            f"<details><summary>Then and now</summary>"
            f"{code_frame(cell.diff, title='outputs then and now')}</details>"
        )
    for miss in cell.misses[:5]:
        if miss.nearest:
            parts.append(
                f"<details><summary>Nearest recorded {words(miss.what, 40)}</summary>"
                f"{code_frame(miss.nearest, title='nearest recorded request')}</details>"
            )
    return "".join(parts)


def signals(evidence: Evidence) -> str:
    """Return the process evidence with how it misleads."""
    rows = [
        f'<div id="s-{signal.name}" style="border-bottom:1px solid var(--rule);padding:8px 0">'
        f"<h4>{words(signal.title)}: {words(signal.value or 'unscored')}</h4>"
        f'<p class="m" style="margin:0">{words(signal.why)}. How it misleads: '
        f"{words(signal.misleads)}</p>{_moments(signal.moments)}</div>"
        for signal in evidence.signals
    ]
    note = "Evidence with its moments: never points, never speed."
    return block("signals", "How the work went", note, "".join(rows))


def _moments(moments: tuple[Moment, ...]) -> str:
    if not moments:
        return ""
    items = "".join(
        f"<li>{words(moment.label)}{words(at(moment))}"
        + (f", cell {words(moment.cell_id, 60)}" if moment.cell_id else "")
        + "</li>"
        for moment in moments[:8]
    )
    return f'<ul class="m" style="margin:4px 0 0;padding-left:18px">{items}</ul>'


def anchor(evidence: Evidence, moment: Moment) -> str:
    """Return the place on an exercise's page that shows a moment best."""
    run = run_of(moment, evidence.runs)
    if run is not None:
        return f"run-{run.seq}"
    for n, one in enumerate(evidence.written, start=1):
        if one.moment.cell_id is not None and one.moment.cell_id == moment.cell_id:
            return f"text-{n}"
    return "session"
