"""The report's page: it stands alone, has no script, and loads nothing.

Runs in T; pure.
"""

from __future__ import annotations

from grader.page.markup import CSP, style, words
from grader.report import sections
from grader.report.evidence import Evidence
from grader.report.sentences import NOT_MEASURED, headline, sentences
from grader.report.source import banners, findings, provenance

_SECTIONS = (
    sections.measures,
    sections.session,
    sections.written,
    sections.prompts,
    sections.replayed,
    sections.signals,
    findings,
    provenance,
)
_CONTENTS = (
    ("measures", "Measures"), ("session", "Session"), ("written", "In their words"),
    ("prompts", "Prompts"), ("replay", "Replay"), ("signals", "How it went"),
    ("findings", "What stands out"), ("prov", "Provenance"),
)  # fmt: skip


def render(evidence: Evidence) -> str:
    """Return the whole page of one submission."""
    about = evidence.about
    name = words(about.session, 60)
    body = "".join(section(evidence) for section in _SECTIONS)
    links = "".join(f'<a href="#{anchor}">{title}</a>' for anchor, title in _CONTENTS)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{CSP}">'
        f"<title>Report {name}</title><style>{style()}</style></head><body>"
        '<a class="skip" href="#main">Skip to report</a>'
        f'<header class="top"><span><b>{name}</b> · submission {about.number}</span>'
        f"<span>{'Practice form' if about.published else 'Private form'}</span></header>"
        f'<main id="main">{_lead(evidence)}'
        f'<nav class="toc" aria-label="Report">{links}</nav>'
        f'<section class="ex" id="e1"><header><p class="kick">{words(about.exercise)} '
        f"{words(about.exercise_version)}</p><h2>{words(about.title)}</h2></header>{body}</section>"
        "</main></body></html>\n"
    )


def _lead(evidence: Evidence) -> str:
    facts = "".join(
        f'<li>{words(one.text)} <a href="#{one.link}">{words(one.place)}</a></li>'
        for one in sentences(evidence)
    )
    missing = "".join(f"<li>{words(one)}</li>" for one in NOT_MEASURED)
    return (
        f'<section class="lead"><h1>{words(headline(evidence), 200)}</h1>'
        f"{banners(evidence)}"
        f'<div class="two"><ol class="five">{facts}</ol>'
        f'<div class="not"><h4>Not measured here</h4><ul>{missing}</ul></div></div></section>'
    )
