"""The reviewer's screen as markup: bar, queue, rubric, and what the widget asks for.

Runs in T; pure. Whatever is not open yet is not in the markup. The evidence is in `looking`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.page.markup import words
from grader.records import Moment
from grader.report.pieces import at
from grader.review.case import Case
from grader.review.shown import Shown
from grader.review.store import Rating
from grader.rubric import Dimension, Stage

Queued = tuple[Case, Stage | None, bool, bool]
"""A case, its open stage, whether anything is rated, whether it is the one on the screen."""


@dataclass(frozen=True)
class Seen:
    """One case as its rater sees it.

    Attributes:
        case: the case.
        stage: what is rated now; None when all is locked.
        ratings: newest rating of each dimension.
        pinned: moment chosen for each dimension, saved or waiting for a level.
        corrections: what was added after a lock.
        shown: everything that can be pinned.
        missing: what the lock of this stage still needs.
        asks: the stage whose lock waits for a yes.
        others: other raters' levels, by rater; empty until everything is locked.
    """

    case: Case
    stage: Stage | None
    ratings: dict[str, Rating]
    pinned: dict[str, Moment]
    corrections: list[Rating]
    shown: list[Shown]
    missing: list[str]
    asks: Stage | None = None
    others: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether measures and process evidence may be shown."""
        return self.stage != "text"


def name_of(case: Case) -> str:
    """Return what a case is called: the candidate's pseudonym."""
    return case.evidence.about.session


def empty(amiss: Sequence[str]) -> str:
    """Return the page of a desk on which nothing lies."""
    return (
        "<h2>Nothing to review yet</h2><p>A submission that is made ready would be listed here. "
        "Make one ready with <code>audition review FILE</code>, then run this cell again.</p>"
        + _amiss(amiss)
    )


def bar(seen: Seen, rater: str) -> str:
    """Return the line at the top: whose, what, which step."""
    steps = (
        ("text", "1 Text dimensions"),
        ("artefact", "2 Measures and artefact dimensions"),
        (None, "3 Done"),
    )
    done = {"text": 0, "artefact": 1, None: 2}[seen.stage]
    items = "".join(
        f"<li{' class=now aria-current=step' if stage == seen.stage else ''}>{title}"
        f"{' <span>■ locked</span>' if number < done else ''}</li>"
        for number, (stage, title) in enumerate(steps)
    )
    about = seen.case.evidence.about
    blind = (
        "Other ratings are hidden until you have locked yours"
        if seen.stage is not None
        else "Your rating is locked"
    )
    return (
        f"<h1>{words(name_of(seen.case), 40)}</h1><span>{words(about.title, 80)}</span>"
        f'<ol class="steps">{items}</ol>'
        f'<span class="m">You are rater {words(rater, 20)} · {blind}</span>'
    )


def queue(cases: Sequence[Queued], amiss: Sequence[str]) -> str:
    """Return the list of cases."""
    left = [one for one in cases if one[1] is not None]
    locked = [one for one in cases if one[1] is None]
    parts = [f"<h4>Queue · {len(left)} of {len(cases)} left</h4>{_items(left)}"]
    if locked:
        parts.append(f"<h4>Locked by you</h4>{_items(locked)}")
    told = '<p class="m">Order is drawn by chance. No names, no clock times.</p>'
    return "".join(parts) + told + _amiss(amiss)


def _items(cases: Sequence[Queued]) -> str:
    return "<ol>" + "".join(_item(*one) for one in cases) + "</ol>"


def _item(case: Case, stage: Stage | None, is_begun: bool, is_here: bool) -> str:
    if stage is None:
        state = "■ locked"
    elif stage == "artefact":
        state = "◐ texts locked"
    else:
        state = "◐ in work" if is_begun else "○ not started"
    here = ' aria-current="page"' if is_here else ""
    return (
        f'<li><button class="case" data-do="open" data-case="{words(case.id)}" '
        f'data-key="open:{words(case.id)}"{here}><b>{words(name_of(case), 40)}</b> · '
        f"{words(case.evidence.about.exercise)}<span>{state}</span></button></li>"
    )


def _amiss(amiss: Sequence[str]) -> str:
    return "".join(f'<p class="banner">{words(one)}</p>' for one in amiss)


def rubric(seen: Seen) -> str:
    """Return the form: open dimensions, what is locked, the lock."""
    rubric_ = seen.case.rubric
    parts = ["<h2>Rubric</h2>"]
    locked = [d for d in rubric_.dimension if seen.stage is None or _is_before(d, seen.stage)]
    if locked:
        parts.append(_locked(locked, seen))
    if seen.stage is None:
        return "".join(parts) + _others(seen)
    parts += [_field(one, seen) for one in rubric_.of(seen.stage)]
    later = [d.name for d in rubric_.dimension if d.kind == "artefact"]
    parts.append(_lock(seen))
    if seen.stage == "text" and later:
        parts.append(
            f'<p class="m">Then: {words(", ".join(later))} <span class="tag no">□ not open yet'
            "</span></p>"
        )
    return "".join(parts)


def _is_before(dimension: Dimension, stage: Stage) -> bool:
    return dimension.kind == "text" and stage == "artefact"


def _field(one: Dimension, seen: Seen) -> str:
    rating, pinned = seen.ratings.get(one.id), seen.pinned.get(one.id)
    levels = "".join(
        f'<label class="lev"><input type="radio" name="{one.id}" value="{n}" data-do="rate" '
        f'data-dimension="{one.id}" data-key="rate:{one.id}:{n}"'
        f"{' checked' if rating is not None and rating.level == n else ''}>"
        f'<i aria-hidden="true">{n}</i><span><span class="vh">Level {n}: </span>{words(text)}'
        "</span></label>"
        for n, text in enumerate(one.levels, 1)
    )
    if pinned is None:
        pin = (
            '<div class="pin none">△ No moment pinned yet. Choose one with <kbd>j</kbd> '
            "<kbd>k</kbd>, then <kbd>p</kbd>.</div>"
        )
    else:
        wait = "" if rating is not None else " · choose a level to save it"
        pin = (
            f'<div class="pin"><b>{words(_id_of(pinned, seen), 8)}</b> '
            f"{words(pinned.label)}{words(at(pinned))}{wait} "
            f'<button class="sm" data-do="unpin" data-dimension="{one.id}" '
            f'data-key="unpin:{one.id}">unpin</button></div>'
        )
    star = " *" if one.starred else ""
    return (
        f'<fieldset data-dimension="{one.id}"><legend>{words(one.name)}{star}</legend>'
        f'<p class="m about">{words(one.about)}</p><div>{levels}</div>{pin}</fieldset>'
    )


def _id_of(moment: Moment, seen: Seen) -> str:
    return next((one.id for one in seen.shown if one.moment == moment), "")


def _lock(seen: Seen) -> str:
    stage = seen.stage
    count = len(seen.case.rubric.of(stage)) if stage is not None else 0
    what = f"Lock {count} text dimensions" if stage == "text" else "Lock submission"
    if seen.asks is not None:
        return (
            '<div class="lock ask"><p><b>Lock for good?</b> A locked level can no longer change; '
            "a correction is added beside it, with a reason.</p>"
            '<button class="go" data-do="lock" data-key="lock">Lock for good</button> '
            '<button data-do="stay" data-key="stay">Not yet</button></div>'
        )
    if seen.missing:
        told = "".join(f"<li>{words(one)}</li>" for one in seen.missing)
        return (
            f'<p class="lockrow"><button class="go" disabled aria-describedby="why">{what}</button>'
            f'</p><div class="m" id="why">It still needs:<ul>{told}</ul></div>'
        )
    return (
        f'<p class="lockrow"><button class="go" data-do="ask_lock" data-key="ask">{what}</button>'
        '</p><p class="m">A locked level can no longer change; a correction is added beside it, '
        "with a reason.</p>"
    )


def _locked(dimensions: Sequence[Dimension], seen: Seen) -> str:
    rows = []
    for one in dimensions:
        rating = seen.ratings.get(one.id)
        if rating is None:
            continue
        beside = [c for c in seen.corrections if c.dimension == one.id]
        told = "".join(
            f'<br><span class="m">◧ corrected to {c.level}: {words(c.reason, 300)}</span>'
            for c in beside
        )
        pinned = "" if rating.moment is None else words(rating.moment.label)
        rows.append(
            f"<li><b>{words(one.name)} {rating.level}</b> <span class=m>{pinned}</span>{told}"
            f"{_correction(one)}</li>"
        )
    head = "■ Everything is locked" if seen.stage is None else "■ Text dimensions locked"
    return (
        f'<div class="lock"><b>{head}</b><ul class="done">{"".join(rows)}</ul>'
        '<span class="m">Nobody else sees this before they have locked theirs.</span></div>'
    )


def _correction(one: Dimension) -> str:
    options = "".join(
        f'<option value="{n}">{n}: {words(text, 60)}</option>'
        for n, text in enumerate(one.levels, 1)
    )
    return (
        f'<details><summary data-key="more:{one.id}">Add a correction</summary>'
        f'<form data-do="correct" data-dimension="{one.id}"><label>Level <select name="level" '
        f'data-key="level:{one.id}">{options}</select></label><label>Reason <textarea '
        f'name="reason" rows="3" required maxlength="2000" data-key="reason:{one.id}"></textarea>'
        f'</label><button data-key="correct:{one.id}">Add it beside</button></form></details>'
    )


def _others(seen: Seen) -> str:
    if not seen.others:
        return '<p class="m">No second rating yet. It is shown here once it is locked.</p>'
    names = {one.id: one.name for one in seen.case.rubric.dimension}
    rows = "".join(
        f"<li><b>Rater {words(rater, 20)}</b> "
        + words(", ".join(f"{names.get(k, k)} {v}" for k, v in levels.items()))
        + "</li>"
        for rater, levels in seen.others.items()
    )
    return f'<h3>Other ratings</h3><ul class="done">{rows}</ul>'


def pins(seen: Seen) -> dict[str, list[str]]:
    """Return what each shown thing is pinned to, in words, by its id."""
    found: dict[str, list[str]] = {}
    for one in seen.case.rubric.dimension:
        moment = seen.pinned.get(one.id)
        if moment is None:
            continue
        rating = seen.ratings.get(one.id)
        level = f", level {rating.level}" if rating is not None else ""
        found.setdefault(_id_of(moment, seen), []).append(f"{one.name}{level}")
    return found
