"""What lies in the package: no text of the development set, a notice, files that load safely."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from harness.models import encoder
from harness.models.encoder import Encoder, Rows
from harness.models.errors import BankBroken
from harness.models.features import load_bank

from .conftest import DevPrompt

PACKAGE = Path(encoder.__file__).parent
EXERCISES = Path(__file__).parents[2] / "grader" / "exercises"
TEXTS = [
    p for p in PACKAGE.rglob("*") if p.suffix in (".py", ".toml", ".txt") or p.name == "NOTICE"
]
SHARED = {
    "answer in at most three sentences",  # exercise 2's prompt, and a sentence of bank.toml
    "is there a discount for students",  # exercise 2's holdout, and a question of bench.toml
    "how do i change my password",  # a probe of exercise 1, and two lines of bank.toml
    "thank you for your message",  # in letters everywhere
}
"""What is in both all the same; to be taken out when the bank is fitted anew."""
LEAST = 25
"""Characters from which a sentence is somebody's own."""


def folded(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def test_no_sentence_of_the_development_prompts_occurs_in_the_package(
    dev_prompts: list[DevPrompt],
) -> None:
    held = "\n".join(folded(path.read_text(encoding="utf-8")) for path in TEXTS)
    sentences = {
        folded(piece)
        for one in dev_prompts
        for piece in re.split(r"(?<=[.!?])\s+|\n|<[^>]+>", one.prompt)
    }
    copied = [s for s in sentences if len(s) >= 25 and s in held]

    assert len([s for s in sentences if len(s) >= 25]) > 100
    assert copied == []


def written_by_authors(folder: Path) -> Iterator[str]:
    """What exercises give, hide, and hold against themselves: their texts, and code's strings."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".csv", ".json", ".jsonl", ".md", ".txt"):
            yield path.read_text(encoding="utf-8").replace("\\n", "\n")
        elif path.suffix == ".py":
            yield "\n".join(strings_of(path.read_text(encoding="utf-8")))


def strings_of(code: str) -> list[str]:
    """The texts in code; of a notebook with gaps, which is no code yet, what is quoted or told."""
    try:
        nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
    except SyntaxError:
        return re.findall(r"(?m)(?:^# |(?<=\"))[^\"\n]{10,}(?=\"|$)", code)
    return [node.value for node in nodes if isinstance(node.value, str)]


def test_no_sentence_of_an_exercise_or_of_its_probes_occurs_in_the_package() -> None:
    held = "\n".join(folded(path.read_text(encoding="utf-8")) for path in TEXTS)
    sentences = {
        folded(piece)
        for text in written_by_authors(EXERCISES)
        for piece in re.split(r"(?<=[.!?])\s+|\n|<[^>]+>|[\"|]", text)
    }
    whole = {one for one in sentences if len(one) >= LEAST}

    assert len(whole) > 5_000
    assert {one for one in whole if one in held} == SHARED


def test_the_weights_come_with_their_notice() -> None:
    notice = (PACKAGE / "data" / "NOTICE").read_text(encoding="utf-8")

    assert "all-MiniLM-L6-v2" in notice
    assert "Apache License" in notice


@pytest.mark.parametrize("name", ["bank.npz", "minilm_int8.npz", "reader_int8.npz"])
def test_arrays_load_without_pickle(name: str) -> None:
    with np.load(PACKAGE / "data" / name, allow_pickle=False) as stored:
        assert all(stored[key].dtype != object for key in stored.files)


def test_the_table_of_words_is_read_from_the_disk_row_by_row() -> None:
    place = PACKAGE / "data" / "minilm_words.npy"
    whole, rows = np.load(place, allow_pickle=False), Rows(place)
    ids = np.array([[0, 101, 30_521], [7, 7, 2_000]])

    assert whole.shape == (30_522, 384)
    assert (rows[ids] == whole[ids]).all() and rows[ids].dtype == np.int8
    assert rows[ids].flags.owndata


def test_a_table_of_another_kind_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "words.npy", np.zeros((2, 3), np.float32))

    with pytest.raises(ValueError, match="no table of int8"):
        Rows(tmp_path / "words.npy")


def test_a_missing_bank_names_the_script_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(BankBroken, match="make_bank"):
        load_bank(tmp_path / "bank.npz")


def test_a_damaged_encoder_is_named(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("[UNK]\n[CLS]\n[SEP]\n")
    (tmp_path / "minilm_int8.npz").write_bytes(b"PK\x03\x04 broken")

    with pytest.raises(BankBroken, match="cannot be read"):
        Encoder(tmp_path)


def test_the_encoder_tells_likeness_from_difference() -> None:
    one, two, three = Encoder().encode(
        ["The cat sleeps.", "A kitten is asleep.", "Tax law changed."]
    )

    assert one @ two > 0.6
    assert one @ three < 0.25


def test_development_prompts_are_well_formed() -> None:
    path = Path(__file__).parent / "data" / "prompts_dev.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]

    assert len(rows) == 84
    assert all(0 <= a < b <= len(r["prompt"]) for r in rows for a, b in r["data_spans"])
