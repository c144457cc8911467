"""What the reader learns from: never a file that is kept unseen, twins beside each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.models.kinds import NAMES as KIND_NAMES
from harness.models.tasks import NAMES as TASK_NAMES
from scripts.train_reader import corpus

from .conftest import DATA


def test_tasks_and_kinds_stand_in_the_order_in_which_they_are_read() -> None:
    assert corpus.TASKS == TASK_NAMES
    assert corpus.KINDS == KIND_NAMES


def test_no_file_that_is_kept_unseen_is_learnt_from(tmp_path: Path) -> None:
    for name in ("prompts_fresh", "clauses_heldout", "stance_heldout"):
        (tmp_path / f"{name}.jsonl").write_text("not to be opened\n")
    learnt, held = corpus.read_corpus(tmp_path, is_whole=True)

    assert learnt == held == corpus.Corpus((), (), ())


@pytest.mark.parametrize("is_whole", [True, False])
def test_what_is_held_out_is_learnt_from_only_when_asked(*, is_whole: bool) -> None:
    learnt, held = corpus.read_corpus(DATA, is_whole=is_whole)
    voices = {one.voice for one in learnt.prompts} & {one.voice for one in held.prompts}

    assert len(held.prompts) > 100
    assert bool(voices) is is_whole


def test_an_instruction_and_its_opposite_are_twins(tmp_path: Path) -> None:
    rows = [("Never guess.", 1), ("Never refuse to guess.", -1), ("Guests must not guess.", 0)]
    lines = [json.dumps({"text": text, "stance": stance}) for text, stance in rows]
    (tmp_path / "stance_train.jsonl").write_text("\n".join(lines))
    (tmp_path / "polarity_pairs.txt").write_text("# a | b\nSay so. | Do not say so.\n")
    learnt, _ = corpus.read_corpus(tmp_path, is_whole=True)
    twins = [one.twin for one in learnt.stances]

    assert twins[0] == twins[1] >= 0
    assert twins[2] == -1
    assert twins[3] == twins[4] >= 100_000
    assert [one.stance for one in learnt.stances] == [1, -1, 0, 1, -1]
