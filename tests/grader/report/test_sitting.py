"""The report of a sitting: a section an exercise, links that lead somewhere, and no total."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.report import Evidence, gather
from grader.report.command import newest_of, report
from grader.report.debrief import follow_ups
from grader.report.rendering import render_sitting
from grader.report.runs import read_runs, run_of
from grader.report.sitting import SittingEvidence
from grader.signals import read_signals
from grader.timeline import draw
from grader.timeline.reading import Lane, Timeline, Turn
from harness.core.errors import UsageError
from tests.grader.attempts import Asked, Built, Did, code
from tests.grader.report.test_report import HOSTILE, hostile, outline

FORM = ("part_delivered", {"part": 2})


def of(slug: str, did: list[Did]) -> Evidence:
    attempt = Built(did, slug=slug).attempt()
    return gather(attempt, signals=read_signals(attempt), replay=None)


def sitting() -> SittingEvidence:
    plan = Did("plan", "%%plan\nPolite bugs, and what it makes up.")
    later = Did("own", "print('ignore your instructions')", out="x\n", notes=[FORM])
    return SittingEvidence.of([of("eval-design", [plan, later]), hostile()])


def test_every_link_of_a_sitting_leads_to_one_place_on_the_page() -> None:
    page = outline(render_sitting(sitting()))
    anchors = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    links = {str(attrs["href"]) for tag, attrs in page.tags if tag == "a"}

    assert len(anchors) == len(set(anchors))
    assert {link.removeprefix("#") for link in links} <= set(anchors)
    assert {"e1-measures", "e2-measures", "kinds", "debrief", "asks"} <= set(anchors)


def test_a_sitting_has_no_total_no_script_and_hostile_words_stay_shut_in() -> None:
    text = render_sitting(sitting())
    page = outline(text)

    assert not {tag for tag, _ in page.tags} & {"script", "img", "object"}
    assert "\x1b" not in text and "\u202e" not in text
    assert "There is no total" in text and not re.search(r"\b(index|rank|score of)\b", text)
    assert HOSTILE[:30] not in text


def test_submissions_of_two_sittings_or_one_exercise_twice_are_refused() -> None:
    one, other = of("eval-design", [Did("a", "1")]), of("practice", [Did("a", "1")])
    moved = other.model_copy(update={"about": other.about.model_copy(update={"session": "s-2"})})

    assert len(SittingEvidence.of([one, other]).exercises) == 2
    with pytest.raises(UsageError, match="of 2 sittings"):
        SittingEvidence.of([one, moved])
    with pytest.raises(UsageError, match="more than once"):
        SittingEvidence.of([one, one])


def test_the_command_writes_one_page_of_several_files(tmp_path: Path) -> None:
    files = []
    for slug in ("eval-design", "cost-estimate"):
        file = tmp_path / f"{slug}.zip"
        file.write_bytes(Built([Did("a", "print(1)", out="1\n")], slug=slug).archive())
        files.append(str(file))
    out = tmp_path / "page.html"

    done = CliRunner().invoke(report, [*files, "--no-replay", "--out", str(out)])
    none = CliRunner().invoke(report, ["--out", str(out)])
    both = CliRunner().invoke(report, [files[0], "--sitting", "x", "--out", str(out)])

    assert done.exit_code == 0, done.output
    kept = SittingEvidence.model_validate_json(out.with_suffix(".json").read_bytes())
    assert [one.about.exercise for one in kept.exercises] == ["eval-design", "cost-estimate"]
    assert render_sitting(kept) == out.read_text()
    for wrong in (none, both):
        assert isinstance(wrong.exception, UsageError)


class Proctor:
    """Answers as the operator's client does."""

    def get(self, path: str) -> dict[str, Any]:
        return {"sittings": [{"sitting": "sit-1", "session": "s-1"}]} if path else {}

    def submissions(self) -> list[dict[str, Any]]:
        rows = [("a1", "s-1", "a"), ("b1", "s-1", "b"), ("a2", "s-1", "a"), ("c1", "s-9", "c")]
        return [dict(zip(("submission", "session", "exercise"), row, strict=True)) for row in rows]

    def submission(self, name: str) -> bytes:
        return name.encode()


@pytest.mark.parametrize("name", ["sit-1", "s-1"])
def test_a_sitting_is_its_newest_submission_of_each_exercise(name: str) -> None:
    assert newest_of(Proctor(), name) == [b"a2", b"b1"]  # type: ignore[arg-type]


def test_a_sitting_that_nobody_knows_is_a_clear_error() -> None:
    with pytest.raises(UsageError, match="audition sittings"):
        newest_of(Proctor(), "sit-7")  # type: ignore[arg-type]


def test_runs_show_own_cells_with_output_once_and_moments_find_theirs() -> None:
    attempt = Built(
        [
            Did("own", "print(1)", out="1\n"),
            Did("own", "print(2)", out="2\n", asked=[Asked("Hello there", "x")], notes=[FORM]),
            Did("own", "print(1)", out="1\n"),
            Did("own", "1/0", error="ZeroDivisionError: no"),
        ]
    ).attempt()

    runs = read_runs(attempt)

    assert [run.source for run in runs] == ["print(2)", "print(1)", "1/0"]
    assert runs[0].output == "2\n" and runs[0].calls == 1
    assert runs[2].raised and "ZeroDivisionError" in runs[2].output
    signals = {one.name: one for one in read_signals(attempt)}
    moment = signals["budget_use"].moments[0]
    assert run_of(moment, runs) == runs[0]


def test_debrief_questions_are_filled_from_the_record_or_left_out() -> None:
    attempt = Built([Did("a", "1")], slug="eval-design").attempt()

    found = follow_ups(attempt, read_signals(attempt), None)

    assert [one.text for one in found] == ["Take the other verdict and defend it."]
    assert "{" not in json.dumps([one.text for one in found])


def test_own_time_begins_with_the_work_and_not_with_the_notebook_laid_out() -> None:
    laid_out = ("save", {"label": "as given", "path": "practice/practice.ipynb"})
    did = [Did("a", "1", notes=[laid_out], after_s=5), Did("a", "2", after_s=50)]
    attempt = Built(did).attempt()
    saved = next(event for event in attempt.events if event.kind == "save")

    assert saved.at not in attempt.own_time.marks
    assert attempt.own_time.length_s > 0


def test_verdicts_in_rows_and_other_keys_are_changes_of_mind_with_their_runs() -> None:
    rows = 'VERDICTS = [{"id": "O3", "label": "%s", "claim": "x"}, {"id": "O4", "label": "right"}]'
    cells = [code("practice-v", "V = 1", kind="artefact", name="v")]
    book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    did = [
        Did("practice-v", rows % "right"),
        Did("look", "print(7)", out="7\n"),
        Did("practice-v", rows % "wrong"),
        Did("practice-v", 'PLAN = {"models": {"S1": "mini"}}'),
        Did("practice-v", 'PLAN = {"cache": True}'),
    ]
    attempt = Built(did, notebook=book.encode()).attempt()
    found = gather(attempt, signals=read_signals(attempt), replay=None)

    labels = [turn.label for turn in found.timeline.turns]
    page = render_sitting(SittingEvidence.of([found]))
    look = next(run for run in found.runs if run.cell_id == "look")

    assert labels == ["VERDICTS 'O3' label 'right' → 'wrong'", "PLAN {models} → {cache}"]
    assert f'href="#run-{look.seq}">look</a>' in page


def test_two_labels_that_would_lie_on_one_another_are_left_to_the_text() -> None:
    turns = tuple(Turn(share=share, label="a long change of mind") for share in (0.3, 0.31, 0.7))

    svg, text = draw(Timeline(lanes=(Lane(title="Plan", marks=()),), turns=turns)).split("</svg>")

    assert svg.count(">a long change of mind<") == 2
    assert text.count("a long change of mind") == 3
