"""The middle of the reviewer's screen: what to look at first, and all evidence that is open.

Runs in T; pure. A candidate's content stands in frames; what is closed is not in the markup.
"""

from __future__ import annotations

import json

from grader.attempt import Attempt, tool_took
from grader.page.markup import code_frame, table, words
from grader.report import measured, sections
from grader.report.source import banners, findings, provenance
from grader.review.screen import Seen
from grader.review.shown import Group, Shown
from grader.signals.versions import prompt_of
from harness.core.records import Call

_TABS = (
    ("text", "Text and artefacts"), ("asked", "Questions and ideas"), ("tl", "Timeline"),
    ("ver", "Prompt versions"), ("calls", "Model calls"), ("rep", "Replay"), ("mea", "Measures"),
    ("how", "How it went"),
)  # fmt: skip
_CLOSED = frozenset({"tl", "rep", "mea", "how"})
_MOST_CALLS = 400


def evidence(seen: Seen) -> str:
    """Return the evidence of a case, as far as it is open to its rater."""
    return (
        banners(seen.case.evidence)
        + _first(seen)
        + _tabs(seen)
        + _section("text", "Text and artefacts", _group(seen, "written") or _nothing("written"))
        + _section("asked", "Questions and ideas", _group(seen, "asked") or _nothing("asked"))
        + _section("tl", "Timeline", _timeline(seen))
        + _section("ver", "Prompt versions", _group(seen, "prompts") or _nothing("prompts"))
        + _section("calls", f"Model calls ({len(seen.case.attempt.model_calls)})", _calls(seen))
        + _section("rep", "Replay", _replay(seen))
        + _section("mea", "Measures", _measures(seen))
        + _section("how", "How it went", _process(seen))
    )


def _section(anchor: str, title: str, body: str) -> str:
    return f'<section id="{anchor}"><h2>{words(title)}</h2>{body}</section>'


def _nothing(what: str) -> str:
    told = {
        "written": "Nothing was written.",
        "asked": "No question was asked and no idea logged.",
        "prompts": "No prompt of their own is on record.",
    }
    return f'<p class="m">{told[what]}</p>'


def _first(seen: Seen) -> str:
    """Return the list of what the rubric of this stage looks at first."""
    if seen.stage is None:
        return ""
    dimensions = seen.case.rubric.of(seen.stage)
    rows, minutes = [], 0
    for cell in dict.fromkeys(cell for one in dimensions for cell in one.look_at):
        serves = ", ".join(one.name for one in dimensions if cell in one.look_at)
        found = next((one for one in seen.shown if one.cell == cell), None)
        if found is None:
            rows.append(
                f"<li><b>–</b><span>{words(cell, 60)}: left as it was given <small>"
                f"{words(serves)}</small></span><span class=m></span></li>"
            )
            continue
        minutes += found.minutes
        rows.append(
            f'<li><button class="sm" data-to="{found.id}" data-key="first:{found.id}">'
            f"<b>{found.id}</b></button><span>{words(found.title)} <small>{words(serves)}</small>"
            f'</span><span class="m">{found.minutes} min</span></li>'
        )
    then = "Text first; the rest when you need it." if seen.stage == "text" else "Measures below."
    return (
        '<section class="must" aria-labelledby="ml"><h2 id="ml">Look at these first</h2>'
        f'<p class="m">About {max(1, minutes)} minutes in all. {then}</p>'
        f"<ol>{''.join(rows)}</ol></section>"
    )


def _tabs(seen: Seen) -> str:
    links = "".join(
        f'<button data-to="{anchor}" data-key="tab:{anchor}">{title}'
        f"{' ▣ closed' if anchor in _CLOSED and not seen.is_open else ''}</button>"
        for anchor, title in _TABS
    )
    return f'<nav class="tabs" aria-label="Evidence">{links}</nav>'


def _group(seen: Seen, group: Group) -> str:
    return "".join(_moment(one, seen) for one in seen.shown if one.group == group)


def _moment(one: Shown, seen: Seen) -> str:
    share = "" if one.moment.share is None else f"at {one.moment.share:.0%}"
    note = f'<span class="tag">{words(one.note)}</span>' if one.note and seen.is_open else ""
    pin = (
        f'<button class="sm" data-do="pin" data-moment="{one.id}" data-key="pin:{one.id}">Pin '
        "<kbd>p</kbd></button>"
        if seen.stage is not None
        else ""
    )
    return (
        f'<article class="mo" id="{one.id}" tabindex="-1" data-moment="{one.id}" '
        f'aria-label="{one.id}, {words(one.title)}"><div><span class="id">{one.id}</span>{share}'
        f"</div><div><h4>{words(one.title)} {note}</h4>{one.body}"
        f'<div class="act">{pin}<span class="pinned"></span></div></div></article>'
    )


def _closed(condition: str, why: str) -> str:
    return f'<p class="veil"><b>{words(condition)}</b><br>{words(why)}</p>'


def _when(seen: Seen) -> str:
    count = len(seen.case.rubric.of("text"))
    return f"Closed until you lock the {count} text dimensions."


def _timeline(seen: Seen) -> str:
    if not seen.is_open:
        why = "How the work went is evidence for the artefact dimensions; words are read without."
        return _closed(_when(seen), why)
    return sections.session(seen.case.evidence)


def _replay(seen: Seen) -> str:
    if not seen.is_open:
        why = "It was run before you came; there is nothing to wait for."
        return _closed(_when(seen), why)
    return sections.replayed(seen.case.evidence)


def _measures(seen: Seen) -> str:
    if not seen.is_open:
        return _closed(_when(seen), "Measures would colour how you read the text.")
    return measured.measures(seen.case.evidence) + _group(seen, "measures")


def _process(seen: Seen) -> str:
    if not seen.is_open:
        return _closed(_when(seen), "Process evidence would colour how you read the text.")
    told = '<p class="m">Evidence with its moments: never points, never speed.</p>'
    found = findings(seen.case.evidence) + provenance(seen.case.evidence)
    return told + _group(seen, "process") + found


def _calls(seen: Seen) -> str:
    attempt = seen.case.attempt
    if not attempt.model_calls:
        return '<p class="m">No model was called.</p>' + tools_used(attempt)
    rows = []
    for number, call in enumerate(attempt.model_calls[:_MOST_CALLS], 1):
        share = attempt.own_time.share(call.at)
        usage = call.usage
        cell = (call.cell_id or "").removeprefix(f"{attempt.about.exercise}-")
        rows.append([
            f'<button class="sm" data-call="{number}" data-key="call:{number}" '
            f'aria-expanded="false">{number}</button>',
            f"{share:.0%}",
            words(cell, 24),
            words(call.alias, 24),
            "–" if usage is None else f"{usage.prompt_tokens} + {usage.completion_tokens}",
            "–" if usage is None else f"{usage.cost_usd * 1000:.2f}",
            words(" ".join(prompt_of(call).split())[-60:], 60),
        ])  # fmt: skip
    more = len(attempt.model_calls) - _MOST_CALLS
    cut = f'<p class="m">{more} more calls are in the ledger.</p>' if more > 0 else ""
    head = ["Call", "At", "Cell", "Model", "Tokens in + out", "USD / 1,000", "Prompt's end"]
    body = table(head, rows, numeric=frozenset({1, 4, 5}))
    return (
        f"<details><summary>{len(rows)} calls, one a line; open one by its number</summary>{body}"
        f'{cut}</details><div class="call" tabindex="-1"></div>{tools_used(attempt)}'
    )


def tools_used(attempt: Attempt) -> str:
    """Return the uses of the exercise's own tools, one a line; empty where there were none."""
    used = attempt.tool_calls
    if not used:
        return ""
    rows = []
    for call in used[:_MOST_CALLS]:
        took, cell = (
            tool_took(call),
            (call.cell_id or "").removeprefix(f"{attempt.about.exercise}-"),
        )
        arguments = json.dumps(call.request.get("arguments"), ensure_ascii=False)
        result = json.dumps((call.response or {}).get("result"), ensure_ascii=False)
        rows.append([
            f"{attempt.own_time.share(call.at):.0%}", words(cell, 24),
            words(call.alias.removeprefix("tool:"), 40), words(arguments, 120), words(result, 200),
            str(took.calls), f"{took.minutes:f}",
        ])  # fmt: skip
    more = len(used) - _MOST_CALLS
    cut = f'<p class="m">{more} more uses are in the ledger.</p>' if more > 0 else ""
    head = ["At", "Cell", "Tool", "Asked", "Told", "Calls", "Minutes"]
    body = table(head, rows, numeric=frozenset({0, 5, 6}))
    count = f"{len(used)} use{'s' if len(used) > 1 else ''} of the exercise's tools"
    return f"<details><summary>{count}, one a line</summary>{body}{cut}</details>"


def one_call(call: Call, number: int) -> str:
    """Return one model call, request and answer, each in a frame."""
    message = _answer(call)
    parts = "".join(
        f"<div><h4>{title}</h4>{code_frame(text, title=f'call {number}, {title}', columns=56)}"
        "</div>"
        for title, text in (("asked", prompt_of(call)), ("answered", message))
    )
    told = f"Call {number} · {call.alias} · {call.status}"
    return f'<h4>{words(told)}</h4><div class="half">{parts}</div>'


def _answer(call: Call) -> str:
    response = call.response or {}
    choices = response.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        message = choices[0].get("message")
        if isinstance(message, dict) and isinstance(message.get("content"), str):
            return str(message["content"])
    return json.dumps(response, ensure_ascii=False, indent=1)
