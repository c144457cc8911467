"""Vectors of fact sheets: ours lie there as they would be made, others' are made once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from harness.models.encoder import DATA, Encoder
from harness.proctor.matching import Matcher
from harness.proctor.photographs import INSTALLED as SHEETS
from harness.proctor.photographs import Photographs
from harness.proctor.shelf import ENCODER_SHA256, INSTALLED, WIDTH, Shelf, pack, unpack

SLUGS = sorted(path.parent.name for path in SHEETS.glob("*/facts.json"))
BEHIND = "vectors are behind; run: python -m scripts.encode_facts"


def test_the_encoder_is_the_one_the_vectors_were_made_with() -> None:
    files = [(DATA / name).read_bytes() for name in ("minilm_int8.npz", "minilm_words.npy")]

    assert hashlib.sha256(b"".join(files)).hexdigest() == ENCODER_SHA256, BEHIND


@pytest.mark.parametrize("slug", SLUGS)
def test_each_sheet_of_ours_comes_with_the_vectors_of_its_very_texts(slug: str) -> None:
    texts = Matcher(Photographs().facts(slug)).texts
    packed = Shelf(None).find(texts)
    assert packed is not None, BEHIND
    kept = np.array(unpack(packed))
    some = range(0, len(texts), len(texts) // 12)
    made = Encoder().encode([texts[number] for number in some])

    assert kept.shape == (len(texts), WIDTH)
    assert float((kept[list(some)] * made).sum(1).min()) > 0.999


def test_no_sheet_names_the_other_files() -> None:
    shelf = Shelf(INSTALLED)
    named = {shelf.path(Matcher(Photographs().facts(slug)).texts) for slug in SLUGS}

    assert set(INSTALLED.glob("*.bin")) == named, BEHIND


def test_what_was_made_once_is_found_by_its_texts_alone(tmp_path: Path) -> None:
    shelf, vectors = Shelf(tmp_path / "own"), [[0.5] * WIDTH, [0.0, -1.0] * (WIDTH // 2)]
    shelf.keep(["one", "two"], pack(vectors))
    found = shelf.find(["one", "two"])

    assert found == pack(vectors) and shelf.find(["two", "one"]) is None
    assert [round(sum(one * one for one in row), 9) for row in unpack(found)] == [1.0, 1.0]
    assert unpack(found)[1][:2].tolist() == pytest.approx([0.0, -((WIDTH / 2) ** -0.5)])


def test_what_is_broken_or_cannot_be_kept_is_made_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "own")
    shelf.keep(["one"], pack([[1.0] + [0.0] * (WIDTH - 1)]))
    shelf.path(["one"]).write_bytes(b"cut")
    (tmp_path / "file").write_text("in the way")
    nowhere = Shelf(tmp_path / "file")
    nowhere.keep(["one"], b"x" * WIDTH)

    assert shelf.find(["one"]) is None and nowhere.find(["one"]) is None
    assert unpack(pack([[0.0] * WIDTH]))[0].tolist() == [0.0] * WIDTH
