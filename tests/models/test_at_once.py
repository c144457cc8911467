"""What is read at once is read as it would be alone."""

from __future__ import annotations

import numpy as np
import pytest

from harness.models.apart import take_apart
from harness.models.features import Bank
from harness.models.layers import Matrix

_SENTENCES = ("Label only.", "3.", "Keep to the list and say nothing else.", "Induction.")
_TEXT = "Label the rule. Rule: 3. Induction. Nobody may use the lathe without an induction."


def test_sentences_read_beside_a_text_are_what_they_are_alone(bank: Bank) -> None:
    bank.reader._sentences.clear()
    alone = bank.reader.sentences(_SENTENCES)
    sight = bank.reader.see(_TEXT)
    bank.reader._sentences.clear()
    beside = bank.reader.see(_TEXT, (), [*_SENTENCES, "", _SENTENCES[0]])

    assert all(bank.reader.knows(one) for one in _SENTENCES)
    np.testing.assert_allclose(bank.reader.sentences(_SENTENCES), alone, atol=2e-3)
    np.testing.assert_allclose(beside.data, sight.data, atol=2e-3)


def test_a_marked_prompt_takes_one_run_for_judging_and_routing(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = bank.features.encoder
    runs: list[int] = []
    run = encoder._forward

    def counted(sequences: list[list[int]]) -> Matrix:
        runs.append(len(sequences))
        return run(sequences)

    monkeypatch.setattr(encoder, "_forward", counted)
    asked = "Where do the violet herons of Quill Bay sleep?"
    prompt = f"Answer from the notes, heron keeper.\n\nNotes:\nAll is well.\n\nQuestion: {asked}"

    take_apart(bank, [("user", prompt)])
    first = len(runs)
    encoder.encode([asked])

    assert first == len(runs) == 1


def test_a_remembered_row_keeps_no_other_row(bank: Bank) -> None:
    encoder = bank.features.encoder
    encoder.encode([f"row number {n} of a boat" for n in range(9)])

    assert all(row.base is None for row in encoder._rows.values())
