"""The report's page: it stands alone, has no script, and loads nothing.

Runs in T; pure. One submission, or a sitting with a section an exercise.
"""

from __future__ import annotations

from collections.abc import Callable

from grader.page.markup import CSP, style, words
from grader.report import across, sections
from grader.report.evidence import Evidence
from grader.report.measured import measures
from grader.report.prompting import prompts
from grader.report.sentences import NOT_MEASURED, headline, sentences
from grader.report.sitting import SittingEvidence
from grader.report.source import banners, findings, provenance

_SECTIONS: tuple[Callable[[Evidence], str], ...] = (
    sections.task,
    measures,
    sections.session,
    sections.written,
    sections.asked,
    sections.runs,
    prompts,
    sections.replayed,
    sections.signals,
    findings,
    provenance,
)
_PRIVATE = "Private form"
_CONTENTS = (
    ("task", "The task"), ("measures", "Measures"), ("session", "Session"),
    ("written", "In their words"), ("asked", "Questions asked"), ("runs", "What was run"),
    ("prompts", "Prompts"), ("replay", "Replay"), ("signals", "How it went"),
    ("findings", "What stands out"), ("prov", "Provenance"),
)  # fmt: skip


def render(evidence: Evidence) -> str:
    """Return the whole page of one submission."""
    return render_sitting(SittingEvidence.of([evidence]))


def render_sitting(sitting: SittingEvidence) -> str:
    """Return the whole page of a sitting; of one exercise it is that exercise's page."""
    alone = len(sitting.exercises) == 1
    first = sitting.exercises[0].about
    name = words(sitting.session, 60)
    told = f"submission {first.number}" if alone else f"{len(sitting.exercises)} exercises"
    is_published = any(one.about.published for one in sitting.exercises)
    forms = "Practice form: published, may have been seen before" if is_published else _PRIVATE
    lead = _lead_alone(sitting) if alone else across.lead(sitting, NOT_MEASURED)
    parts = "".join(
        _exercise(one, n, alone=alone) for n, one in enumerate(sitting.exercises, start=1)
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{CSP}">'
        f"<title>Report {name}</title><style>{style()}</style></head><body>"
        '<a class="skip" href="#main">Skip to report</a>'
        f'<header class="top"><span><b>{name}</b> · {told}</span>'
        f"<span>{forms}</span></header>"
        f'<main id="main">{lead}{parts}{across.together(sitting)}</main></body></html>\n'
    )


def _lead_alone(sitting: SittingEvidence) -> str:
    evidence = sitting.exercises[0]
    return (
        f'<section class="lead"><h1>{words(headline(evidence), 200)}</h1>'
        f"{banners(evidence)}"
        f'<div class="two">{_facts(evidence)}{across.not_measured(NOT_MEASURED)}</div></section>'
        f"{_contents()}"
    )


def _facts(evidence: Evidence) -> str:
    facts = "".join(
        f'<li>{words(one.text)} <a href="#{one.link}">{words(one.place)}</a></li>'
        for one in sentences(evidence)
    )
    return f'<ol class="five">{facts}</ol>'


def _contents() -> str:
    links = "".join(f'<a href="#{anchor}">{title}</a>' for anchor, title in _CONTENTS)
    links += '<a href="#all">Kinds of failure, debrief</a>'
    return f'<nav class="toc" aria-label="Report">{links}</nav>'


def _exercise(evidence: Evidence, n: int, *, alone: bool) -> str:
    """Return one exercise; in a sitting its anchors begin with e1-, e2- and its facts lead it."""
    about = evidence.about
    body = "".join(section(evidence) for section in _SECTIONS)
    if not alone:
        links = "".join(f'<a href="#{anchor}">{title}</a>' for anchor, title in _CONTENTS)
        nav = f'<nav class="toc" aria-label="{words(about.title, 60)}">{links}</nav>'
        body = across.apart(banners(evidence) + _facts(evidence) + nav + body, n)
    return (
        f'<section class="ex" id="e{n}"><header><p class="kick">{words(about.exercise)} '
        f"{words(about.exercise_version)}</p><h2>{words(about.title)}</h2></header>{body}</section>"
    )
