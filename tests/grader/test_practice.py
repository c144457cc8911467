"""The practice exercise as a newcomer, the proctor and a screen reader meet it."""

from __future__ import annotations

import csv
import itertools
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.authoring.folder import read_exercise
from harness.core.card import ArtefactRule, ExerciseCard
from tests.conftest import ROOT

FOLDER = ROOT / "grader/exercises/practice"
INNER = ROOT / "harness/proctor/photographs/practice"
IDS = [
    "head", "parameters", "recorded", "story", "messages", "live", "first-call", "plan-head",
    "plan", "plan-after", "part-two", "ask-head", "ask", "book-head", "book", "sorter-head",
    "sorter", "try-head", "try", "idea-head",
    "idea", "confidence-head", "confidence", "words", "check-head", "check", "purse",
    "versions-head", "submit-head", "submit",
]  # fmt: skip
PROBES = {"reference": FOLDER / "hidden/reference.py", "empty": FOLDER / "hidden/empty.py"}


def _part_one() -> list[Any]:
    path = ROOT / "notebooks/practice/practice.ipynb"
    return list(nbformat.read(path, as_version=4).cells)


def _part_two() -> list[Any]:
    part = json.loads((INNER / "part-2.json").read_text())
    return [nbformat.from_dict(cell) for cell in part["cells"]]


def _card() -> ExerciseCard:
    return ExerciseCard.model_validate_json((INNER / "card.json").read_text())


def _facts() -> list[dict[str, Any]]:
    return list(json.loads((INNER / "facts.json").read_text())["facts"])


def _messages() -> list[dict[str, str]]:
    with (ROOT / "datasets/practice/messages.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _probe_cells(path: Path) -> dict[str, str]:
    """A probe's artefact cells: `# cell: name` begins one."""
    pieces = re.split(r"^# cell: (\w+)\n", path.read_text(), flags=re.MULTILINE)
    return dict(zip(pieces[1::2], (text.strip("\n") for text in pieces[2::2]), strict=True))


def test_cell_ids_are_the_ones_that_records_were_made_with() -> None:
    cells = [*_part_one(), *_part_two()]

    assert [cell.id for cell in cells] == [f"practice-{name}" for name in IDS]


def test_the_two_parts_together_are_a_valid_notebook() -> None:
    book = nbformat.v4.new_notebook(cells=[*_part_one(), *_part_two()])

    nbformat.validate(book)
    assert book.nbformat_minor == 5


def test_nbgrader_accepts_every_cells_metadata(tmp_path: Path) -> None:
    path = tmp_path / "practice.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[*_part_one(), *_part_two()]), path)
    check = (
        "import sys\n"
        "from nbgrader.nbgraderformat import read\n"
        "from nbgrader.preprocessors import CheckCellMetadata\n"
        "from nbgrader.utils import is_grade, is_solution, is_locked\n"
        "book = read(sys.argv[1], as_version=4)\n"
        "CheckCellMetadata().preprocess(book, {})\n"
        "print(sum(map(is_grade, book.cells)), sum(map(is_solution, book.cells)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", check, str(path)], capture_output=True, text=True, timeout=90
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["4", "4"]


def test_the_card_is_untimed_not_kept_and_has_a_small_purse() -> None:
    card = _card()

    assert (card.minutes, card.kept, card.published) == (None, False, True)
    assert card.models == ("sim-small", "sim-medium", "sim-large", "sim-embed")
    assert (str(card.purse.usd), card.purse.calls) == ("0.50", 400)


def test_part_one_says_nothing_that_part_two_asks_for() -> None:
    said = "\n".join(cell.source for cell in _part_one())

    for rule in _card().contract:
        assert rule.name.casefold() not in said.casefold()
    for word in ("check(", "contract", "submit", "trust", "artefact", "ask(", "marked cell"):
        assert word not in said


def test_the_plan_cell_is_open_and_the_proctor_knows_its_given_text() -> None:
    plan, below = _part_one()[-2:]
    after = json.loads((INNER / "part-2.json").read_text())["after"]

    assert plan.metadata.audition == {"kind": "plan", "part": 1}
    assert below.cell_type == "markdown"  # so that no empty cell comes as the plan is run
    assert plan.source.startswith("%%plan\n")
    assert after == {"cell_id": plan.id, "given": plan.source}


def test_there_are_six_messages_each_written_once() -> None:
    texts = [row["text"] for row in _messages()]

    assert len(texts) == len(set(texts)) == 6
    assert all(20 <= len(text) <= 200 for text in texts)


def test_every_tool_is_met_once() -> None:
    sources = [cell.source for cell in [*_part_one(), *_part_two()] if cell.cell_type == "code"]

    for call in ("OpenAI()", "ask(", "check()", "budget()", "submit()", "hypothesis(", "%%plan"):
        assert sum(call in source for source in sources) == 1, call


def test_facts_are_eight_with_fifteen_distinct_phrasings_each_and_more() -> None:
    facts = _facts()
    phrasings = [said.casefold() for fact in facts for said in fact["phrasings"]]

    assert 6 <= len(facts) <= 8
    assert len({fact["id"] for fact in facts}) == len({fact["topic"] for fact in facts}) == 8
    assert all(len(fact["phrasings"]) >= 15 for fact in facts)
    assert len(set(phrasings)) == len(phrasings)
    assert {fact["matters"] for fact in facts} <= {0, 1, 2, 3}


def test_a_phrasing_is_no_cue_and_a_cue_points_to_one_fact() -> None:
    facts = _facts()
    cues = [cue.casefold() for fact in facts for cue in fact["cues"]]
    phrasings = {said.casefold().strip("?. ") for fact in facts for said in fact["phrasings"]}

    assert len(set(cues)) == len(cues)
    assert phrasings & set(cues) <= {"languages"}


def test_headings_go_in_order_and_nothing_leans_on_colour_or_pictures() -> None:
    texts = [cell.source for cell in [*_part_one(), *_part_two()] if cell.cell_type == "markdown"]
    levels = [len(m) for text in texts for m in re.findall(r"^(#+) ", text, re.MULTILINE)]
    words = set(re.findall(r"[a-z]+", " ".join(texts).lower()))

    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert not words & {"red", "green", "blue", "amber", "yellow", "grey", "gray", "orange"}
    assert not [text for text in texts if "![" in text or "<img" in text]


def test_the_words_are_the_workspaces_own() -> None:
    texts = [cell.source for cell in [*_part_one(), *_part_two()] if cell.cell_type == "markdown"]
    texts += [fact["answer"] for fact in _facts()]
    words = set(re.findall(r"[a-z]+", " ".join(texts).lower()))

    unwanted = {
        "test", "tests", "fail", "fails", "failed", "score", "scored", "scores", "invalid", "quota",
        "ticket", "violation", "suspicious", "monitor", "expire", "expires", "revert", "grade",
    }  # fmt: skip
    assert not words & unwanted


def test_sentences_are_short_enough_to_read_once() -> None:
    texts = [cell.source for cell in [*_part_one(), *_part_two()] if cell.cell_type == "markdown"]
    sentences = [s for text in texts for s in re.split(r"(?<=[.?!:])\s|\n\n|\n- ", text)]
    lengths = [len(sentence.split()) for sentence in sentences if sentence.strip()]

    assert max(lengths) <= 30
    assert sum(lengths) / len(lengths) <= 14


def test_what_is_recorded_is_said_in_the_words_of_the_briefing() -> None:
    said = " ".join("\n".join(cell.source for cell in _part_one()).split())

    assert "keystrokes, typing speed, camera, microphone, screen, other windows" in said
    assert "No software decides about you" in said
    assert "They know you by a number only" in said


def test_both_probes_cover_the_artefact_cells_and_nothing_else() -> None:
    names = [c.mark.name for c in read_exercise(FOLDER).cells if c.mark.kind == "artefact"]

    assert {probe: list(_probe_cells(path)) for probe, path in PROBES.items()} == {
        "reference": names,
        "empty": names,
    }


def test_the_empty_probe_is_what_a_candidate_is_given() -> None:
    given = {
        cell.metadata.audition.name: cell.source
        for cell in _part_two()
        if cell.metadata.audition.kind == "artefact"
    }

    assert _probe_cells(PROBES["empty"]) == given


def _own_solution() -> dict[str, str]:
    cells = read_exercise(FOLDER).cells
    return {cell.mark.name: cell.text for cell in cells if cell.mark.name is not None}


SAYS_WHATEVER_COMES_FIRST = """
def llm(prompt, **params):
    return "complaint" if "froze" in prompt else " Request" if "atlas" in prompt else "question."
"""
ASKS_THE_EMBEDDED_MODEL = """
from harness.models.engine import Engine
from harness.models.request import ChatRequest
engine = Engine()
def llm(prompt, model="sim-medium", **params):
    messages = [{"role": "user", "content": prompt}]
    return engine.chat(ChatRequest.from_wire(model, messages, params)).choices[0].text
"""
RUN = """
import json, sys, types
asked = json.loads(sys.stdin.read())
names = {}
exec(asked["llm"], names)
kernel = types.ModuleType("harness.kernel")
kernel.llm = names["llm"]
sys.modules["harness.kernel"] = kernel
space = {}
for source in asked["cells"]:
    exec(source, space)
said = [space["classify"](text) for text in asked["texts"]]
print(json.dumps({"said": said, "confidence": space.get("CONFIDENCE")}))
"""


def _run(cells: dict[str, str], llm: str, texts: list[str]) -> dict[str, Any]:
    """Run artefact cells alone in a process of their own, models answered by llm."""
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps({"cells": list(cells.values()), "llm": llm, "texts": texts}),
        cwd=ROOT, capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _rule(name: str) -> ArtefactRule:
    return next(rule for rule in _card().contract if rule.name == name)


@pytest.mark.parametrize("whose", ["reference", "the author's own"])
def test_a_sound_answer_keeps_the_contract_in_a_clean_process(whose: str) -> None:
    cells = _own_solution() if whose != "reference" else _probe_cells(PROBES["reference"])
    rule = _rule("classify")
    examples = [json.loads(call)[0] for call in rule.calls]
    found = _run(cells, SAYS_WHATEVER_COMES_FIRST, examples + [row["text"] for row in _messages()])

    assert set(found["said"]) == set(rule.one_of) == {"request", "question", "complaint"}
    assert isinstance(found["confidence"], float) and 0 <= found["confidence"] <= 1


def test_examples_of_the_contract_are_public() -> None:
    texts = {row["text"] for row in _messages()}

    assert {json.loads(call)[0] for call in _rule("classify").calls} <= texts


def test_the_empty_probe_gives_nothing_back() -> None:
    found = _run(_probe_cells(PROBES["empty"]), SAYS_WHATEVER_COMES_FIRST, ["Anything?"])

    assert found == {"said": [None], "confidence": None}


@pytest.mark.parametrize("whose", ["reference", "the author's own"])
def test_the_embedded_model_sorts_the_plain_messages_as_a_person_would(whose: str) -> None:
    cells = _own_solution() if whose != "reference" else _probe_cells(PROBES["reference"])
    found = _run(cells, ASKS_THE_EMBEDDED_MODEL, [row["text"] for row in _messages()])

    assert found["said"][:4] == ["request", "question", "complaint", "question"]
    assert found["said"][4] in ("complaint", "request")
