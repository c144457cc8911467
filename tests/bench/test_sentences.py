"""Figures of a file that is named: its form says what it holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.bench.sentences import file_figures, read_sentences
from harness.core.errors import UsageError
from harness.models.features import Bank, load_bank


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


def written(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_single_instructions_get_the_f1_of_their_kinds(bank: Bank, tmp_path: Path) -> None:
    path = written(
        tmp_path / "clauses.jsonl",
        {"text": "Answer in one sentence at most.", "kinds": ["brief"]},
        {"text": "Reply in Spanish.", "kinds": ["brief"]},
    )
    (figure,) = file_figures(bank, path)

    assert figure.name == "kinds of single instructions, micro F1, clauses"
    assert figure.ours == pytest.approx(0.5)


def test_stances_are_counted_by_sign(bank: Bank, tmp_path: Path) -> None:
    path = written(
        tmp_path / "stances.jsonl",
        {"text": "Never guess.", "stance": 1},
        {"text": "Be kind to everybody.", "stance": 0},
        {"text": "Never guess.", "stance": -1},
    )
    figures = {item.name: item.ours for item in file_figures(bank, path)}

    assert figures["stance, stances"] == pytest.approx(2 / 3, abs=1e-4)
    assert (figures["stance +1, stances"], figures["stance -1, stances"]) == (1, 0)


def test_prompts_and_pairs_are_known_by_their_form(bank: Bank, tmp_path: Path) -> None:
    row = {"prompt": "Hello there.", "task": "chat", "kinds": [], "data_spans": []}
    prompts = file_figures(bank, written(tmp_path / "one.jsonl", row))
    (tmp_path / "two.txt").write_text("# a | b\nNever guess. | Guess freely.\n")

    assert prompts[0].name == "routed, one"
    assert file_figures(bank, tmp_path / "two.txt")[0].name == "polarity, two"


@pytest.mark.parametrize("content", ["", "not json\n", '{"text": "a"}\n', '["a"]\n'])
def test_a_file_of_another_form_is_refused(bank: Bank, tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text(content)

    with pytest.raises(UsageError, match=r"odd\.jsonl"):
        file_figures(bank, path)


def test_a_line_says_either_kinds_or_a_stance(tmp_path: Path) -> None:
    (one,) = read_sentences(written(tmp_path / "s.jsonl", {"text": "x", "stance": -1}))

    assert (one.kinds, one.stance) == (None, -1)
