"""The report stands alone, shows what is on record, and lets nothing of a candidate's out."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.page.markup import visible, words
from grader.records import CellReplay, Miss, Replay, Score
from grader.report import Evidence, gather, render
from grader.report.command import report
from grader.report.prompting import word_diff
from grader.review.looking import tools_used
from grader.signals import read_signals
from grader.timeline import read_timeline
from tests.grader.attempts import Asked, Built, Did, Used, code

HOSTILE = (
    "</pre></iframe><script>alert(1)</script>\"' onload=alert(2) "
    "<img src=x onerror=alert(3)><a href=javascript:alert(4)>x</a><svg onload=alert(5)>"
    "\x1b]0;title\x07\x1b[31mred \u202egnikcatta\u202c \x00end"
)
VOID = {"input", "meta", "br", "img", "path", "rect", "circle", "hr"}


class Outline(HTMLParser):
    """What stands on a page, frames unopened."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    found.close()
    assert not found.open
    return found


def evidence(built: Built, replay: Replay | None = None) -> Evidence:
    attempt = built.attempt()
    return gather(attempt, signals=read_signals(attempt), replay=replay)


def hostile() -> Evidence:
    cells = [
        code("practice-sorter", HOSTILE, kind="artefact", name="sorter"),
        {"cell_type": "code", "id": "practice-plan", "source": f"%%plan\n{HOSTILE}",
         "metadata": {"audition": {"kind": "plan"}}, "outputs": [], "execution_count": None},
    ]  # fmt: skip
    idea = ("hypothesis", {"id": HOSTILE, "text": HOSTILE, "status": "refuted"})
    did = [
        Did("practice-sorter", HOSTILE, out=HOSTILE, notes=[idea]),
        Did("practice-sorter", f"X = {HOSTILE!r}", error=f"{HOSTILE}: x"),
        Did("practice-sorter", "X = 5", asked=[Asked(HOSTILE * 3, HOSTILE)] * 2),
    ]
    miss = Miss(cell_id=HOSTILE, what="chat", model=HOSTILE, nearest=HOSTILE)
    replay = Replay(
        submission="sub-test", status="partial", why=HOSTILE, rung="bwrap+cgroup",
        cells=(CellReplay(cell_id=HOSTILE, index=0, word="different", why=HOSTILE, diff=HOSTILE,
                          misses=(miss,)),),
    )  # fmt: skip
    book = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    built = Built(did, notebook=book.encode(), artefacts={"sorter": HOSTILE})
    return evidence(built, replay)


def test_a_page_is_whole_has_no_script_and_links_only_to_itself() -> None:
    page = outline(render(evidence(Built([Did("a", "print(1)", out="1\n")]))))

    names = {tag for tag, _ in page.tags}
    anchors = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    links = {attrs["href"] for tag, attrs in page.tags if tag == "a"}
    assert not names & {"script", "link", "object", "embed", "form", "base"}
    assert {str(link).removeprefix("#") for link in links} <= anchors
    policy = [a for t, a in page.tags if t == "meta" and "http-equiv" in a]
    assert policy[0]["content"] == ("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


def test_hostile_content_stands_in_closed_frames_and_escaped_words_alone() -> None:
    text = render(hostile())
    page = outline(text)

    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "img", "object"}
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on")]
    assert "\x1b" not in text and "\x00" not in text and "\u202e" not in text
    frames = [attrs for tag, attrs in page.tags if tag == "iframe"]
    assert len(frames) >= 4
    for attrs in frames:
        assert attrs["sandbox"] == ""
        inside = outline(str(attrs["srcdoc"]))
        assert not {tag for tag, _ in inside.tags} & {"script", "img", "a", "svg", "iframe"}


def test_no_clock_time_and_no_index_stands_on_the_page() -> None:
    built = Built([Did("a", "1"), Did("b", "2", after_s=4000), Did("c", "3")])

    text = re.sub(r"<style>.*?</style>", "", html.unescape(render(evidence(built))), flags=re.S)

    assert not re.search(r"\b\d{1,2}:\d{2}\b", text)
    assert "2026" not in text
    assert "index" not in text.lower()
    assert not re.search(r"\b(cheat|fail(ed)?|suspicious|rank)\b", text.lower())


def test_a_pause_leaves_no_trace_on_the_page() -> None:
    pause: list[tuple[str, dict[str, Any]]] = [("pause", {}), ("resume", {})]
    paused = Built([Did("a", "1", notes=pause), Did("b", "2")])
    going = Built([Did("a", "1"), Did("b", "2")])
    assert [event.kind for event in paused.attempt().events].count("pause") == 1

    pages = [render(evidence(built)) for built in (paused, going)]
    shown = [re.sub(r"[0-9a-f]{64}|\d+", "#", page) for page in pages]  # how much is on record

    assert shown[0] == shown[1]


def test_what_is_not_recorded_or_not_signed_is_said_at_the_top() -> None:
    plain = render(evidence(Built([Did("a", "1")], recorded=False)))
    whole = render(evidence(Built([Did("a", "1")])))

    assert '<p class="banner">Unrecorded' in plain
    assert 'class="banner"' not in whole
    assert "signed and whole" in whole


def test_tools_have_a_lane_and_a_count_of_their_own() -> None:
    used = Used({"message_id": "L5"}, {"note": "<script>x</script>"})
    attempt = Built([Did("a", "look", used=[used], asked=[Asked("Hello?", "hi")])]).attempt()
    lanes = {lane.title: lane.marks for lane in read_timeline(attempt).lanes}
    shown = tools_used(attempt)

    assert lanes["Model calls (1)"][0].label == "sim-small"
    assert lanes["Tools used (1)"][0].label == "desk_book L5"
    assert (attempt.about.totals.calls, attempt.about.totals.tools) == (1, 1)
    assert "1 use of the exercise" in shown and "<script>" not in shown
    assert tools_used(Built([Did("a", "look")]).attempt()) == ""


def test_the_timeline_folds_idle_time_and_tells_changes_of_mind() -> None:
    idea = {"id": "h1", "text": "the order", "status": "open"}
    cells = [code("d", "V = {'ship': 'no'}", kind="artefact", name="decision")]
    did = [
        Did("d", "V = {'ship': 'yes'}", notes=[("hypothesis", idea)]),
        Did("x", "1", after_s=3000, notes=[("hypothesis", idea | {"status": "refuted"})]),
        Did("d", "V = {'ship': 'no'}"),
    ]

    timeline = read_timeline(Built(did, cells=cells).attempt())

    assert [turn.label for turn in timeline.turns] == [
        "own idea dropped", "V['ship'] 'yes' → 'no'",
    ]  # fmt: skip
    assert len(timeline.folds) == 1
    titles = [lane.title for lane in timeline.lanes]
    assert titles == ["Ideas", "Cell decision, as run"]
    assert [mark.sign for mark in timeline.lanes[0].marks] == ["open", "dropped"]
    assert [mark.label for mark in timeline.lanes[1].marks] == ["v1", "v2"]


def test_every_picture_has_a_sentence_and_a_text_form() -> None:
    page = outline(render(evidence(Built([Did("a", "1", asked=[Asked("Hello there", "x")])]))))

    pictures = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert pictures
    for attrs in pictures:
        assert attrs["role"] == "img"
        assert str(attrs["aria-label"]).startswith("Session: ")
    assert [tag for tag, _ in page.tags].count("details") >= len(pictures)


def test_words_are_shown_and_not_obeyed() -> None:
    assert words("<b>") == "&lt;b&gt;"
    assert visible("a\u202eb\x07\x1b[1mc") == "a[U+202E]b[U+0007]c"
    assert words("x" * 700).endswith("[100 characters more]")
    assert word_diff("keep <old>", "keep <new>") == ("keep &lt;<del>old</del><ins>new</ins>&gt;")


def test_the_command_writes_the_page_and_the_same_as_json(tmp_path: Path) -> None:
    path, out = tmp_path / "s.zip", tmp_path / "deep" / "r.html"
    path.write_bytes(Built([Did("a", "1")]).archive())

    argv: list[Any] = [str(path), "--out", str(out), "--no-replay"]
    done = CliRunner().invoke(report, argv, catch_exceptions=False)

    assert done.stdout.split() == [str(out), str(out.with_suffix(".json"))]
    again = Evidence.model_validate_json(out.with_suffix(".json").read_bytes())
    assert render(again) == out.read_text()
    assert "Not run again: it was not asked for" in out.read_text()


@pytest.mark.parametrize("text", ["a" * 1_000_000, "\ud800", "\x00" * 50, "é" * 5])
def test_odd_texts_are_capped_and_shown(text: str) -> None:
    assert len(words(text)) < 10_000
    words(text).encode()


def test_the_kill_matrix_says_what_was_missed_first_and_has_a_text_form() -> None:
    runs = [
        {"id": "M01", "about": "polite bug to question", "group": "mutant", "weight": 3,
         "seeds": ["no_ship"] * 3, "resamples": ["no_ship"] * 30, "fired": 4},
        {"id": "M18", "about": "rare catastrophe", "group": "mutant", "weight": 3,
         "seeds": ["ship"] * 3, "cost_eur_per_1000": 4100.0},
        {"id": "B8", "about": "abstains at times", "group": "counted", "weight": 0,
         "seeds": ["ship"] * 19 + ["no_ship"]},
    ]  # fmt: skip
    parts = {"K": {"value": 0.5, "low": 0.4, "high": 0.6, "status": "scored", "why": "3 of 6"}}
    score = Score.model_validate({
        "submission": "sub-test", "exercise": "practice", "exercise_version": "1.0.0",
        "index": 40.0, "is_partial": True, "components": parts, "runs": runs,
        "flags": [{"code": "few_calls", "message": "The log shows 1 call. Help me understand."}],
        "scorer": "mutation", "scorer_version": "1.0.0",
    })  # fmt: skip
    attempt = Built([Did("a", "1")]).attempt()

    text = render(gather(attempt, signals=(), replay=None, score=score))

    page = outline(text)
    labels = [str(attrs["aria-label"]) for tag, attrs in page.tags if tag == "svg"]
    assert any("1 of 2 planted faults always refused" in label for label in labels)
    assert "missed: rare catastrophe" in text
    assert "blind to rare catastrophe" in text
    assert "4,100" in text and ".40–.60" in text
    assert "Help me understand" in text
    assert "40.0" not in text
