"""The parts of a report's page, each a function from the evidence to markup.

Runs in T; pure. A candidate's content stands in frames; names and labels are escaped.
"""

from __future__ import annotations

import difflib
import html
import re

from grader.page.markup import code_frame, frame, table, words
from grader.pictures.cost import draw_cost
from grader.pictures.data import draw_data
from grader.pictures.kills import draw_kills
from grader.pictures.prompt import draw_prompt
from grader.pictures.triage import draw_triage
from grader.records import CellReplay, Moment, Score
from grader.report.evidence import Evidence, PromptVersion, Written
from grader.report.runs import Ran, run_of
from grader.timeline import draw

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
_KEPT = 60
"""Tokens that stay at either side of a change, spaces counted."""
_CLASS = {"same": "s", "different": "d", "not_run": "x", "not_reached": "x"}
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
_SESSION = (
    "◆ numbered: change of mind. Dashed line: the form (part two of the notebook) appears; what "
    "lies left of it was unprompted. ○ idea written, ● held, × dropped. ✓ check found nothing "
    "open, × something. Own time: the session without breaks and idle gaps; waiting for answers "
    "counts. Length of time is not judged."
)


def block(anchor: str, head: str, note: str, body: str) -> str:
    """Return a block of the page under its heading."""
    return (
        f'<section class="block" id="{anchor}"><span class="h" role="heading" aria-level="3">'
        f'{words(head)}</span><p class="m">{words(note)}</p>{body}</section>'
    )


def session(evidence: Evidence) -> str:
    """Return the timeline."""
    note = "How the work went, on the candidate's own time."
    body = draw(evidence.timeline) + _small(_SESSION) + _turns(evidence)
    return block("session", "The session", note, body)


def _turns(evidence: Evidence) -> str:
    """Return each change of mind with its run, and what was printed between the two versions."""
    items = []
    for n, turn in enumerate(evidence.timeline.turns, start=1):
        moment = Moment(label="", cell_id=turn.cell_id, share=round(turn.share, 4))
        run = run_of(moment, evidence.runs)
        told = f"{n} · at {turn.share:.0%} · {words(turn.label)}"
        if turn.others:
            told += f"; with it {words('; '.join(turn.others), 600)}"
        if run is not None:
            told += f' <a href="#run-{run.seq}">the run</a>{_before(run, evidence)}'
        items.append(f"<li>{told}</li>")
    if not items:
        return ""
    note = _small("What was printed before a change is no proof that it caused it.")
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
    told += [_count(run.calls, "model call")] if run.calls else []
    told += [_count(run.uses, "use of a tool", "uses of tools")] if run.uses else []
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


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


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


_NO_PROMPT = (
    "No prompt of the candidate's own was sent twice; what was asked once stands in What was run."
)
_PARTS = {1: "Part one: before the form", 2: "Part two: the form"}


def prompts(evidence: Evidence) -> str:
    """Return each prompt version as a word diff against the earlier one that it is nearest to."""
    found = evidence.prompts
    if len(found) < 2:
        told = "One prompt, never changed." if found else _NO_PROMPT
        return block("prompts", "Prompt versions", told, "")
    by_number = {one.number: one for one in found}
    parts = [_prompt(by_number.get(one.made_from or 0), one) for one in found]
    note = (
        "Each beside the earlier version that it is nearest to. Struck words were removed, "
        "underlined ones added; … is what differed from call to call, [… words] what stayed. A "
        "text that was pasted into the prompt, such as a handbook, is part of it."
    )
    return block("prompts", "Prompt versions", note, "".join(parts))


def _prompt(before: PromptVersion | None, after: PromptVersion) -> str:
    head = f"Version {after.number}, {_count(after.calls, 'call')}{at(after.moment)}"
    head += f", beside version {before.number}" if before is not None else ""
    shown = prompt_frame(before, after, title=head)
    return f'<h4 style="margin-top:12px">{words(head)}</h4>{shown}'


def prompt_frame(before: PromptVersion | None, after: PromptVersion, *, title: str) -> str:
    """Return a prompt version in a frame, as a word diff against the one before.

    Args:
        before: the one before; None shows the version as it is.
        after: the version.
        title: what it is, for screen readers.
    """
    body = (
        words(after.template, 20_000)
        if before is None
        else word_diff(before.template, after.template)
    )
    seen = after.template if before is None else html.unescape(re.sub(r"<[^>]*>", "", body))
    lines = 1 + sum(1 + len(line) // 124 for line in seen.splitlines())
    return frame(f"<pre>{body}</pre>", title=title, lines=lines)


def word_diff(before: str, after: str) -> str:
    """Return two texts as one, removed words struck and added ones underlined; escaped.

    A long stretch that stayed is cut in its middle, and how many words are left out is said.
    """
    old, new = _TOKEN.findall(before[:20_000]), _TOKEN.findall(after[:20_000])
    parts = []
    for op, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = words("".join(old[a:b]), 20_000), words("".join(new[c:d]), 20_000)
        if op == "equal":
            parts.append(words(_shortened(new[c:d]), 20_000))
        else:
            parts.append(
                (f"<del>{gone}</del>" if gone else "") + (f"<ins>{come}</ins>" if come else "")
            )
    return "".join(parts)


def _shortened(tokens: list[str]) -> str:
    if len(tokens) <= 4 * _KEPT:
        return "".join(tokens)
    left = sum(bool(one.strip()) for one in tokens[_KEPT:-_KEPT])
    return "".join([*tokens[:_KEPT], f" [… {left} words] ", *tokens[-_KEPT:]])


def replayed(evidence: Evidence) -> str:
    """Return the replay, cell by cell, with what differs."""
    found = evidence.replay
    if found is None:
        why = evidence.replay_why or "it was not asked for"
        return block("replay", "Replay, cell by cell", f"Not run again: {why}.", "")
    misses = sum(len(cell.misses) for cell in found.cells)
    note = (
        f"As submitted, from the recorded answers. {misses} requests missed; "
        f"{found.recorded_calls} on the tape. {found.why}"
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


def at(moment: Moment) -> str:
    """Return a moment's share of own time in words; empty without one."""
    return "" if moment.share is None else f", at {moment.share:.0%}"


def _small(text: str) -> str:
    return f'<p class="m">{words(text)}</p>'


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
    two = f'<div class="two">{picture}<div>{body}{_small(facts)}{_small(legend)}</div></div>'
    return block("measures", title, "", two) + _flags(score)


_LEGENDS = {
    "What the suite notices": (
        "80%: over the suite's own cases, drawn again and again; with few cases it is wide. Seeds: "
        "the whole suite is run on each model several times, as a model answers differently. "
        "Headline: the one number that the suite gives. A planted fault that none of its cases "
        "set off cannot be noticed. Strata: the kinds of text that the exercise knows."
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


def anchor(evidence: Evidence, moment: Moment) -> str:
    """Return the place on an exercise's page that shows a moment best."""
    run = run_of(moment, evidence.runs)
    if run is not None:
        return f"run-{run.seq}"
    for n, one in enumerate(evidence.written, start=1):
        if one.moment.cell_id is not None and one.moment.cell_id == moment.cell_id:
            return f"text-{n}"
    return "session"
