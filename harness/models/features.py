"""Sentence features and the linear heads fitted on them.

Runs in the model worker and in scripts/make_bank.py, which must see the same features; trusts
bank.npz. Embeddings say what a sentence is about, hashed n-grams how it is worded.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.models.encoder import DATA, Encoder, load_arrays
from harness.models.errors import BankBroken
from harness.models.layers import WIDTH, Matrix
from harness.models.reader import Reader

BUCKETS = 4_096
WORDING_WEIGHT = 0.8
_MAX_CHARS = 600
_MAX_WORDS = 80
_WORD = re.compile(r"[^\W_]+|[^\w\s]")


def hashed_ngrams(text: str) -> NDArray[np.float32]:
    """Word 1- and 2-grams and character 3- and 4-grams in 4,096 buckets, each counted once."""
    row = np.zeros(BUCKETS, np.float32)
    row[_buckets(text.lower()[:_MAX_CHARS])] = 1.0
    return row


@lru_cache(maxsize=512)  # at most 3 kB each
def _buckets(text: str) -> NDArray[np.int16]:
    words = _WORD.findall(text)[:_MAX_WORDS]
    grams = set(words)
    grams.update(f"{a} {b}" for a, b in pairwise(words))
    for word in words:
        padded = f"#{word[:20]}#"
        for size in (3, 4):
            grams.update("~" + padded[i : i + size] for i in range(len(padded) - size + 1))
    return np.array(
        [zlib.crc32(gram.encode("utf-8", "replace")) % BUCKETS for gram in grams], np.int16
    )


@dataclass(frozen=True)
class Features:
    """Rows of embedding and weighted n-grams, with the bank's inverse document frequencies."""

    encoder: Encoder
    idf: NDArray[np.float32]

    def rows(self, texts: Sequence[str]) -> Matrix:
        """Feature matrix of shape (len(texts), 384 + 4096)."""
        if not texts:
            return np.zeros((0, WIDTH + BUCKETS), np.float32)
        wording = np.stack([hashed_ngrams(text) for text in texts])
        wording *= self.idf
        wording /= np.linalg.norm(wording, axis=1, keepdims=True) + np.float32(1e-6)
        return np.hstack([self.encoder.encode(texts), np.float32(WORDING_WEIGHT) * wording])


@dataclass(frozen=True)
class Heads:
    """Linear scores of named yes/no properties, calibrated to log-odds."""

    names: tuple[str, ...]
    weights: Matrix
    offsets: Matrix
    _parts: dict[str, tuple[Matrix, Matrix]] = field(default_factory=dict, repr=False)

    def log_odds(self, rows: Matrix, prefix: str) -> Matrix:
        """Log-odds of every head whose name starts with prefix, in the bank's order."""
        if prefix not in self._parts:
            columns = [i for i, name in enumerate(self.names) if name.startswith(prefix)]
            self._parts[prefix] = self.weights[:, columns], self.offsets[columns]
        weights, offsets = self._parts[prefix]
        scored: Matrix = rows @ weights + offsets
        return scored

    def after(self, prefix: str) -> tuple[str, ...]:
        """Names of those heads without the prefix."""
        return tuple(n.removeprefix(prefix) for n in self.names if n.startswith(prefix))


@dataclass(frozen=True)
class Bank:
    """Everything fitted from the written bank.

    Attributes:
        alias_rows: embeddings of the words for known label kinds ("defect", "wish" ...).
        alias_of: for each alias row the concept's name.
        answerable: weights of the answerability model, bias last.
        reader: the trained reader of prompts in free form.
    """

    features: Features
    heads: Heads
    alias_rows: Matrix
    alias_of: tuple[str, ...]
    answerable: NDArray[np.float32]
    reader: Reader


def load_bank(path: Path = DATA / "bank.npz") -> Bank:
    """The fitted bank with its encoder.

    Raises:
        BankBroken: the file is missing or was made for other features.
    """
    try:
        held = load_arrays(path)
        heads = Heads(
            tuple(str(name) for name in held["heads"]),
            held["weights"].astype(np.float32),
            held["offsets"],
        )
        encoder = Encoder(path.parent)
        bank = Bank(
            Features(encoder, held["idf"]),
            heads,
            held["alias_rows"].astype(np.float32),
            tuple(str(name) for name in held["alias_of"]),
            held["answerable"],
            Reader(encoder, path.parent / "reader_int8.npz"),
        )
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as exc:
        raise BankBroken(f"{path}: {exc}; make it with scripts/make_bank.py") from exc
    if heads.weights.shape != (WIDTH + BUCKETS, len(heads.names)):
        raise BankBroken(f"{path} was made for other features; run scripts/make_bank.py")
    return bank
