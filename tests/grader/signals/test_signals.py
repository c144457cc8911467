"""Process evidence: what each signal says of a record, and where it points."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from grader.records import Signal
from grader.signals import SIGNALS, read_signals
from grader.signals.command import signals
from grader.signals.versions import changed_share, versions
from tests.grader.attempts import Asked, Built, Did, Used, code

ROWS = "L1  Could you keep the new atlas of birds for me? Card 2217.\nL2 and more\n"
SORTER = "def classify(text): ..."


def found(built: Built) -> dict[str, Signal]:
    return {signal.name: signal for signal in read_signals(built.attempt())}


def prompt(rule: str, message: str) -> Asked:
    return Asked(f"You sort letters for a small library. {rule}\n\nMessage: {message}", "question")


def worked(*did: Did, **more: object) -> Built:
    cells = [code(one.cell_id, one.source) for one in did if one.cell_id != "sorter"]
    cells.append(code("sorter", SORTER, kind="artefact", name="sorter"))
    return Built(did, cells=cells, **more)  # type: ignore[arg-type]


def test_every_signal_says_how_it_misleads_and_an_empty_record_scores_none_but_the_data() -> None:
    empty = read_signals(Built([Did("a", "1")]).attempt())

    assert [signal.name for signal in empty] == [
        "looked_at_data", "hypothesis_before_change", "prompt_edit_sizes", "number_provenance",
        "budget_use",
    ]  # fmt: skip
    assert all(len(signal.misleads) > 20 for signal in empty)
    assert [signal.status for signal in empty[1:]] == ["unscored"] * 4
    assert len(SIGNALS) == 5


def test_records_count_as_looked_at_when_shown_before_the_first_artefact() -> None:
    did = [
        Did("look", "show()", out=ROWS),
        Did("sorter", SORTER),
        Did("later", "show()", out="L3 L4 L5\n"),
    ]

    signal = found(worked(*did))["looked_at_data"]

    assert signal.value == "2 of 6 in messages.csv"
    assert signal.moments[0].cell_id == "look"
    assert signal.moments[0].share is not None


def test_a_text_printed_without_its_id_is_recognised_and_said_to_be_inferred() -> None:
    text = ROWS.splitlines()[0].removeprefix("L1  ")

    signal = found(worked(Did("look", "print(x)", out=text + "\n")))["looked_at_data"]

    assert signal.value == "1 of 6 in messages.csv"
    assert "1 of them inferred" in signal.why


def test_calls_that_share_a_template_are_one_version_and_an_idea_before_a_change_counts() -> None:
    noted = ("hypothesis", {"id": "h1", "text": "order matters", "status": "open"})
    one, two = "Answer with one word.", "Answer with one word; complaints win over all else."
    three = "Say which tray it belongs to, and nothing more than that."
    did = [
        Did("a", "1", asked=[prompt(one, "Where do I park?"), prompt(one, "When do you close?")]),
        Did("b", "2", notes=[noted]),
        Did("c", "3", asked=[prompt(two, "Where do I park?"), prompt(two, "Too loud here!")]),
        Did("d", "4", asked=[prompt(three, "Where do I park?"), prompt(three, "Keep it for me")]),
    ]

    signals_ = found(worked(*did))

    assert signals_["hypothesis_before_change"].value == "1 of 2 changes"
    labels = [moment.label for moment in signals_["hypothesis_before_change"].moments]
    assert labels == ["idea before version 2", "version 3 without an idea noted"]
    assert "of 2 changes" in signals_["prompt_edit_sizes"].value


def test_bare_messages_are_no_prompt_versions() -> None:
    did = Did("a", "1", asked=[Asked("Where is it?", "x"), Asked("The printer smokes", "y")])

    assert found(worked(did))["prompt_edit_sizes"].status == "unscored"


def test_a_small_change_is_small_and_a_rewrite_is_not() -> None:
    before = "Sort the letter below into one of three trays."
    small, hunks = changed_share(before, before.replace("three", "four"))
    large, _ = changed_share(before, "Tell me a poem about rivers, please, in rhymes.")

    assert small < 0.1 and hunks == 1
    assert large > 0.5
    assert versions([]) == ()


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("0.67 of them were right, or 67 percent.", "2 of 2 numbers"),
        ("About 0.7 were right.", "1 of 1 numbers"),
        ("In 2026 P04 failed, see section 3, v2.", None),
        ("We need 138 more.", "0 of 1 numbers"),
        ("1,900 places and 12 rows", "2 of 2 numbers"),
    ],
)
def test_numbers_in_texts_are_looked_for_in_what_was_shown(words: str, value: str | None) -> None:
    book = {
        "cells": [
            code("run", "score()"),
            {"cell_type": "markdown", "id": "practice-words", "source": words,
             "metadata": {"audition": {"kind": "text"}}},
        ],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    did = [Did("run", "score()", out="accuracy 0.6667 on 12 rows of 1900\n")]

    signal = found(Built(did, notebook=json.dumps(book).encode()))["number_provenance"]

    assert (signal.value or None) == value
    if value == "0 of 1 numbers":
        assert signal.moments[0].cell_id == "practice-words"


def test_the_budget_is_told_by_phase_with_equal_calls_and_what_was_left() -> None:
    asked = Asked("Is this one urgent or can it wait?", "wait")
    did = [
        Did("a", "1", asked=[asked]),
        Did("sorter", SORTER),
        Did("b", "2", asked=[asked, asked]),
    ]

    signal = found(worked(*did))["budget_use"]

    assert signal.value.startswith("1 calls before the first artefact, 2 from then on")
    assert "2 sent again unchanged" in signal.value
    assert signal.value.endswith("% unspent")


def test_a_tool_is_no_model_call_and_stands_beside_them() -> None:
    looked = [Used({"message_id": name}, {"note": "x"}) for name in ("L5", "L6")]
    asked = Asked("Is this one urgent or can it wait?", "wait")

    both = found(worked(Did("a", "1", asked=[asked], used=looked)))["budget_use"]
    alone = found(worked(Did("a", "1", used=looked)))["budget_use"]

    assert both.value.startswith("1 calls before the first artefact, 0 from then on")
    assert both.value.endswith("tools used 2 times, 4 simulated minutes")
    assert (alone.status, alone.value[:9]) == ("scored", "tools use")


def test_the_command_prints_one_json_document(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("s") / "submission.zip"
    path.write_bytes(worked(Did("look", "show()", out=ROWS)).archive())

    done = CliRunner().invoke(signals, [str(path), "--json"], catch_exceptions=False)
    told = CliRunner().invoke(signals, [str(path)], catch_exceptions=False)

    assert len(json.loads(done.stdout)["signals"]) == 5
    assert "Data looked at: 2 of 6" in told.stdout
