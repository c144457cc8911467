"""What helps a reader who knows nothing but the page: order, evidence, the task, what was asked."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from grader.records import CellReplay, Replay
from grader.report import Evidence, gather, render
from grader.report.debrief import FollowUp, _lines_apart
from grader.report.prompting import prompts, word_diff
from grader.report.rendering import render_sitting
from grader.report.sections import replayed, runs, session
from grader.report.sitting import SittingEvidence
from grader.signals import read_signals
from grader.timeline import draw
from grader.timeline.reading import Lane, Mark, Timeline, Turn
from tests.grader.attempts import Asked, Built, Did, code

SHIP = "VERDICT = {'decision': 'ship', 'n': 1}"
NO_SHIP = "VERDICT = {'decision': 'no_ship', 'n': 2}"
CELL = "practice-sorter"


def evidence(did: list[Did], replay: Replay | None = None) -> Evidence:
    cells = [code(CELL, NO_SHIP, kind="artefact", name="sorter")]
    attempt = Built(did, cells=cells).attempt()
    return gather(attempt, signals=read_signals(attempt), replay=replay)


def test_a_change_with_nothing_printed_before_it_is_told_as_that() -> None:
    page = session(evidence([Did("own", "look", out="31% wrong"), Did(CELL, SHIP),
                             Did(CELL, NO_SHIP)]))  # fmt: skip

    assert "nothing was printed between the two versions: ask what changed" in page
    assert re.search(r"Printed before both: <a href=\"#run-\d+\">own</a>", page)


def test_what_was_printed_between_two_versions_stands_beside_the_change() -> None:
    before, between = Did("first", "look", out="fine"), Did("second", "try", out="31% wrong")
    page = session(evidence([before, Did(CELL, SHIP), between, Did(CELL, NO_SHIP)]))

    told = page[page.index("Changes of mind") :]
    assert "printed between the two versions" in told
    assert ">second</a>" in told and ">first</a>" not in told
    assert "In the same run:<ul><li>VERDICT[&#x27;n&#x27;] 1 → 2</li></ul>" in told


def test_a_cell_run_again_is_told_once_unless_it_printed_something_else() -> None:
    call = [Asked("What is this about? A long enough prompt of some words.", "x")]
    found = evidence([Did("own", "ask()", out="a", asked=call), Did("own", "ask()", out="a"),
                      Did("own", "ask()", out="b", asked=call)])  # fmt: skip

    assert [(one.times, one.calls, one.output) for one in found.runs] == [(2, 1, "a"), (1, 1, "b")]
    page = runs(found)
    assert "run 2 times" in page and "1 model call" in page


def test_a_link_leads_into_a_run_so_that_a_browser_opens_it() -> None:
    page = runs(evidence([Did("own", "import json\nimport os\nROWS = [\n    1,\n]", out="x")]))

    assert re.search(r'<details class="ran"><summary>[^\n]*</summary><div id="run-\d+">', page)
    assert "ROWS = [ 1," in page and "<code>import" not in page


def test_questions_stand_with_their_answers_and_the_task_as_it_was_given() -> None:
    known = ("ask", {"question": "Who reads <this>?", "facts": ["f01"], "text": "The desk."})
    lost = ("ask", {"question": "How many?", "facts": [], "text": "I do not know."})
    found = evidence([Did("own", "ask()", notes=[known, lost])])
    page = render(found)

    assert [one.is_known for one in found.asked] == [True, False]
    assert "Who reads &lt;this&gt;?" in page and "<i>no answer:</i> I do not know." in page
    assert [part.number for part in found.task] == [1, 2]
    assert "BEGIN SOLUTION" not in "".join(part.text for part in found.task)
    assert "Part one: before the form" in page


def asked(rule: str, count: int = 2) -> list[Asked]:
    words = f"You are the help desk of a hire shop. {rule} Use the terms below and nothing else. "
    return [Asked(f"{words}Question: {'xyz'[n] * (9 + n)}?", "a") for n in range(count)]


def test_a_prompt_stands_beside_the_version_it_was_made_from() -> None:
    long = "Answer in one short sentence and say which section it is from, in brackets, at the end."
    other = "Never guess: where the terms do not say it, write that they do not, and stop there."
    found = evidence([
        Did("a", "1", asked=asked(long)), Did("a", "2", asked=asked(other)),
        Did("a", "3", asked=asked(long.replace("one short", "a single"))),
    ])  # fmt: skip

    assert [(one.number, one.made_from) for one in found.prompts] == [(1, None), (2, 1), (3, 1)]
    assert "beside version 1" in prompts(found)
    sizes = next(one for one in found.signals if one.name == "prompt_edit_sizes")
    assert [moment.label.split(":")[0] for moment in sizes.moments] == [
        "version 1 to 2", "version 1 to 3",
    ]  # fmt: skip


def test_a_long_stretch_that_stayed_is_cut_and_counted() -> None:
    long = " ".join(f"word{n}" for n in range(500))
    shown = word_diff(f"old {long}", f"new {long}")

    assert "<del>old</del><ins>new</ins>" in shown
    assert re.search(r"\[… \d+ words\]", shown) and "word250" not in shown and "word499" in shown
    assert word_diff("a b c", "a x c") == "a <del>b</del><ins>x</ins> c"


def test_what_has_no_end_on_record_is_not_compared() -> None:
    cell = CellReplay(cell_id="practice-submit", index=0, word="not_run", why="no end on record",
                      diff="- sha256 1\n+ sha256 2", fallbacks=0, reused=0, calls=0,
                      misses=())  # fmt: skip
    replay = Replay(submission="sub-test", status="whole", why="", rung="none", cells=(cell,),
                    recorded_calls=0)  # fmt: skip
    page = replayed(evidence([Did("own", "1")], replay))

    assert "no end on record" in page and "Then and now" not in page


def test_diamonds_that_would_lie_on_one_another_stand_side_by_side() -> None:
    turns = tuple(Turn(share=share, label=f"turn {share}") for share in (0.3, 0.301, 0.302))
    svg = draw(Timeline(lanes=(Lane(title="Plan", marks=()),), turns=turns)).split("</svg>")[0]
    places = [float(x) for x in re.findall(r'<path d="M([\d.]+) 0l9 9', svg)]

    assert len(places) == 3
    assert all(b - a >= 18 for a, b in pairwise(places))


def test_the_text_form_says_how_many_marks_it_leaves_out() -> None:
    marks = tuple(Mark(share=n / 100, label=f"call {n}") for n in range(94))
    text = draw(Timeline(lanes=(Lane(title="Model calls (94)", marks=marks),))).split("</svg>")[1]

    assert text.count("Model calls (94)") == 61 and "and 34 more" in text


def test_which_exercise_came_first_is_told_where_it_is_on_record() -> None:
    one = evidence([Did("own", "1")])
    two = one.model_copy(
        update={"about": one.about.model_copy(update={"exercise": "other", "began_seq": 900})}
    )
    none = one.model_copy(
        update={"about": one.about.model_copy(update={"exercise": "third", "began_seq": None})}
    )
    assert one.about.began_seq is not None and one.about.began_seq < 900

    both = render_sitting(SittingEvidence.of([two, one]))
    assert both.index("sat second; ") < both.index("sat first; ")
    assert "sat " not in render_sitting(SittingEvidence.of([two, none])).split("</table>")[0]


def test_a_question_about_a_cell_leads_to_its_first_run_or_to_what_was_handed_in() -> None:
    found = evidence([Did(CELL, SHIP, out="x"), Did(CELL, NO_SHIP, out="y")])
    first, last = (
        FollowUp(text="Why?", why="asked", anchor="written", cell="sorter", first=is_first)
        for is_first in (True, False)
    )
    page = render(found.model_copy(update={"debrief": (first, last)}))

    [one, two] = re.findall(r'href="#([\w-]+)">here</a>', page)
    assert one == f"run-{found.runs[0].seq}" and two in ("text-1", f"run-{found.runs[0].seq}")


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ("a\nfill gaps from what you know\nc", "a\nsay that it is not there, in one line\nc", 1),
        ("a\nb\nc\nd", "a\nx\nc\ny", 2), ("a\nb", "a\nb", 0), ("", "a", 1),
        ("rule\nQuestion: … ?", "another\nQuestion: Is it free?", 1),
    ],
)  # fmt: skip
def test_a_line_said_anew_is_one_place_however_many_words_differ(
    before: str, after: str, places: int
) -> None:
    assert _lines_apart(before, after) == places
