"""What spans a sitting: its lead, the kinds of failure, flags and questions for the debrief.

Runs in T; pure. Nothing here adds up exercises.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.page.markup import table, words
from grader.records import Moment
from grader.report.debrief import FollowUp
from grader.report.evidence import Evidence
from grader.report.pieces import at
from grader.report.sections import anchor
from grader.report.sentences import headline, status_words
from grader.report.sitting import SittingEvidence
from grader.signals.kinds import MISLEADS, WORDS, KindShown, earliest

_TAGS = {
    "unprompted": '<span class="tag un">■ unprompted</span>',
    "after_form": '<span class="tag">◧ after the form</span>',
    "not_shown": '<span class="tag no">□ not shown</span>',
}
_MOST_PLACES = 2


def lead(sitting: SittingEvidence, missing: Sequence[str]) -> str:
    """Return the head of a sitting: what was handed in, and each exercise in a line."""
    rows = [
        [
            f'<a href="#e{n}">{words(one.about.title, 80)}</a>',
            words(f"{_sat(one, sitting)}{status_words(one)}"),
            words(headline(one), 240),
        ]
        for n, one in enumerate(sitting.exercises, start=1)
    ]
    body = table(["Exercise", "State", "What the record holds"], rows)
    return (
        f'<section class="lead"><h1>{words(_headline(sitting), 240)}</h1>{body}'
        f'<div class="two" style="margin-top:24px"><p>{_LINKS}</p>{not_measured(missing)}</div>'
        "</section>"
    )


def _sat(evidence: Evidence, sitting: SittingEvidence) -> str:
    """Return when an exercise was begun among the others: "sat second; ", "" where unknown."""
    began = [one.about.began_seq for one in sitting.exercises]
    own = evidence.about.began_seq
    if own is None or None in began or len(set(began)) < len(began):
        return ""
    place = sorted(one for one in began if one is not None).index(own)
    return f"sat {_PLACES[place]}; " if place < len(_PLACES) else ""


_PLACES = ("first", "second", "third", "fourth", "fifth")
_LINKS = (
    'Across the exercises: <a href="#kinds">kinds of failure</a>, '
    '<a href="#asks">flags, as questions</a>, <a href="#debrief">follow-up for the debrief</a>. '
    "There is no total: people rate each exercise by its rubric."
)


def _headline(sitting: SittingEvidence) -> str:
    shown = [earliest(row) for row in _combined(sitting)]
    count = len(sitting.exercises)
    return (
        f"{count} exercises handed in; of {len(shown)} kinds of failure "
        f"{shown.count('unprompted')} came up unprompted, {shown.count('after_form')} after the "
        f"form, {shown.count('not_shown')} left no sign"
    )


def not_measured(missing: Sequence[str]) -> str:
    """Return the box of what no page here tells."""
    items = "".join(f"<li>{words(one)}</li>" for one in missing)
    return f'<div class="not"><h4>Not measured here</h4><ul>{items}</ul></div>'


def apart(markup: str, n: int) -> str:
    """Return an exercise's markup with anchors of its own, so that a page can hold several.

    A candidate's quotes are escaped everywhere, frames included, so that only our own attributes
    have the form that is looked for.
    """
    return markup.replace(' id="', f' id="e{n}-').replace('href="#', f'href="#e{n}-')


def together(sitting: SittingEvidence) -> str:
    """Return the last section: kinds of failure, flags, debrief."""
    alone = len(sitting.exercises) == 1
    title = "Across the exercises" if not alone else "Kinds of failure and debrief"
    asks = "" if alone else _flags(sitting)
    return (
        f'<section class="ex" id="all"><header><h2>{title}</h2></header>{_kinds(sitting)}'
        f'<div class="half">{asks}{_debrief(sitting)}</div></section>'
    )


def _combined(sitting: SittingEvidence) -> list[list[KindShown]]:
    """Return each kind as every exercise shows it, in the order of the sitting."""
    return [list(row) for row in zip(*(one.kinds for one in sitting.exercises), strict=True)]


def _kinds(sitting: SittingEvidence) -> str:
    found = _combined(sitting)
    words_of = [earliest(row) for row in found]
    counts = [f"{words_of.count(when)} {word}" for when, word in WORDS.items()]
    rows = [
        [
            f"<b>{words(row[0].title)}</b><br><small>{words(row[0].about)}</small>",
            _TAGS[when],
            _places(sitting, row),
        ]
        for row, when in zip(found, words_of, strict=True)
    ]
    return (
        '<section class="block" id="kinds"><span class="h" role="heading" aria-level="3">Kinds of '
        f'failure</span><p class="m">{", ".join(counts)}. {words(MISLEADS, 800)}</p>'
        f"{table(['Kind', 'When', 'Where it shows'], rows)}</section>"
    )


def _places(sitting: SittingEvidence, row: list[KindShown]) -> str:
    """Return the places of one kind: before the form first, two of an exercise and word."""
    items = []
    for sign in ("■", "◧"):
        for evidence, one in zip(sitting.exercises, row, strict=True):
            found = one.before if sign == "■" else one.after
            items += [
                f"<li>{sign} {words(moment.label)} {link(sitting, evidence, moment)}</li>"
                for moment in found[:_MOST_PLACES]
            ]
            rest = len(found) - _MOST_PLACES
            items += [f"<li>{sign} {rest} more of the same exercise</li>"] if rest > 0 else []
    items += [f"<li>{words(one.note)}</li>" for one in row if one.note]
    return f'<ul class="places">{"".join(items)}</ul>' if items else ""


def link(sitting: SittingEvidence, evidence: Evidence, moment: Moment) -> str:
    """Return a link to a moment, by exercise and share of own time."""
    alone = len(sitting.exercises) == 1
    n = sitting.exercises.index(evidence) + 1
    told = ("" if alone else f"exercise {n}") + at(moment)
    told = told.removeprefix(", ") or "in the texts"
    return f'<a href="#{"" if alone else f"e{n}-"}{anchor(evidence, moment)}">{words(told)}</a>'


def _flags(sitting: SittingEvidence) -> str:
    items = [
        f"<li><p>{words(flag.message)}</p><small>{words(flag.code.replace('_', ' '))} · "
        f'<a href="#e{n}-flags">exercise {n}</a></small></li>'
        for n, one in enumerate(sitting.exercises, start=1)
        for flag in (one.score.flags if one.score is not None else ())
    ]
    return _list(
        "asks", "Flags, as questions", "A flag lowers no level and decides nothing.", items
    )


def _debrief(sitting: SittingEvidence) -> str:
    alone = len(sitting.exercises) == 1
    items = [
        f"<li><p>{words(one.text)}</p><small>{words(one.why)} · "
        f'<a href="#{"" if alone else f"e{n}-"}{_place(evidence, one)}">'
        f"{'here' if alone else f'exercise {n}'}</a></small></li>"
        for n, evidence in enumerate(sitting.exercises, start=1)
        for one in evidence.debrief
    ]
    note = "Filled from the record; drop any of them. Ask before you tell."
    return _list("debrief", "Follow-up for the debrief", note, items)


def _place(evidence: Evidence, one: FollowUp) -> str:
    """Return the anchor to open: its cell's first run, its text as handed in, or the section."""
    if not one.cell:
        return one.anchor
    ids = (one.cell, f"{evidence.about.exercise}-{one.cell}")
    runs = [f"run-{run.seq}" for run in evidence.runs if run.cell_id in ids]
    texts = [f"text-{n}" for n, text in enumerate(evidence.written, start=1)
             if text.moment.cell_id in ids]  # fmt: skip
    found = [*runs[:1], *texts] if one.first else [*texts, *runs[:1]]
    return found[0] if found else one.anchor


def _list(name: str, head: str, note: str, items: list[str]) -> str:
    body = f'<ul class="q">{"".join(items)}</ul>' if items else "<p>None.</p>"
    return (
        f'<section class="block" id="{name}"><span class="h" role="heading" aria-level="3">{head}'
        f'</span><p class="m">{note}</p>{body}</section>'
    )
