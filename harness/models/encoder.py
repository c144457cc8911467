"""Sentence embeddings: all-MiniLM-L6-v2 with int8 weights, in plain numpy.

Runs in the model worker (zone G) and in scripts/make_bank.py; trusts the two weight files beside
it. Text is hostile: length is capped before any work is done.
"""

from __future__ import annotations

import mmap
import re
import unicodedata
import zipfile
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.models.errors import BankBroken
from harness.models.halves import Halves
from harness.models.layers import WIDTH, Matrix, Weights, in_blocks, norm, run_layer, runs_of
from harness.models.vocabulary import Vocabulary, vocabulary_of

DATA = Path(__file__).parent / "data"
LAYERS = 6
_MAX_TOKENS = 128
_MAX_CHARS = 1_200  # more than 128 word pieces of any real sentence
_MAX_WORD = 60
_MOST_ROWS = 192  # pieces in one pass, unless one text has more: bounds each buffer to 0.3 MB
_CACHE_ROWS = 1_024
_CACHE_WORDS = 8_192
_ASCII_WORD = re.compile(r"[^\x00-/:-@\[-`{-\x7f]+|[!-/:-@\[-`{-~]")


class WordPiece:
    """BERT's uncased tokenizer."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._ids = vocabulary
        self._unknown = self._ids["[UNK]"]
        self._words: dict[str, tuple[int, ...]] = {}

    @property
    def marks(self) -> tuple[int, int]:
        """Ids of [CLS] and [SEP]."""
        return self._ids["[CLS]"], self._ids["[SEP]"]

    def ids(self, text: str) -> list[int]:
        """Ids with [CLS] and [SEP], at most 128."""
        pieces: list[int] = []
        for word in basic_words(text[:_MAX_CHARS]):
            pieces.extend(self.pieces(word))
            if len(pieces) >= _MAX_TOKENS - 2:
                break
        return [self._ids["[CLS]"], *pieces[: _MAX_TOKENS - 2], self._ids["[SEP]"]]

    def reads_whole(self, text: str) -> bool:
        """Whether no piece of the text is left out by ids()."""
        if len(text) > _MAX_CHARS:
            return False
        return sum(len(self.pieces(word)) for word in basic_words(text)) <= _MAX_TOKENS - 2

    def pieces(self, word: str) -> tuple[int, ...]:
        """Ids of one word in lower case."""
        known = self._words.get(word)
        if known is None:
            known = self._split(word)
            if len(self._words) < _CACHE_WORDS and len(word) <= _MAX_WORD:
                self._words[word] = known
        return known

    def _split(self, word: str) -> tuple[int, ...]:
        if len(word) > _MAX_WORD:
            return (self._unknown,)
        out: list[int] = []
        start = 0
        while start < len(word):
            end = len(word)
            prefix = "##" if start else ""
            while end > start and prefix + word[start:end] not in self._ids:
                end -= 1
            if end == start:
                return (self._unknown,)
            out.append(self._ids[prefix + word[start:end]])
            start = end
        return tuple(out)


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Every array of an .npz file; pickled objects are refused with a ValueError."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return {key: stored[key] for key in stored.files}


def layer_weights(path: Path) -> dict[str, NDArray[Any]]:
    """Every array of an .npz file of layers, maps of layers in blocks."""
    return in_blocks(load_arrays(path))


def in_batches(lengths: Sequence[int]) -> list[list[int]]:
    """Numbers of texts, the shortest first, in batches that are run through the layers at once.

    Args:
        lengths: pieces of each text.
    """
    batches: list[list[int]] = []
    rows = 0
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not batches or rows + lengths[i] > _MOST_ROWS:
            batches.append([])
            rows = 0
        batches[-1].append(i)
        rows += lengths[i]
    return batches


class Rows:
    """An int8 table left on the disk: rows are read when they are asked for, and not kept."""

    def __init__(self, path: Path) -> None:
        table = np.load(path, mmap_mode="r", allow_pickle=False)
        if not isinstance(table.base, mmap.mmap) or table.dtype != np.int8:
            raise ValueError(f"{path.name} is no table of int8 that can be mapped")
        self._table: NDArray[np.int8] = table.view(np.ndarray)
        self._map = table.base

    def __getitem__(self, ids: Any) -> NDArray[np.int8]:
        """A copy of the rows with these ids; pages go back, with the neighbours they brought."""
        rows: NDArray[np.int8] = self._table[ids]
        self._map.madvise(mmap.MADV_DONTNEED)
        return rows


def basic_words(text: str) -> list[str]:
    """Lower-cased words and single punctuation marks, accents stripped."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    out: list[str] = []
    word: list[str] = []
    for char in unicodedata.normalize("NFD", text.lower()):
        kind = unicodedata.category(char)
        if kind == "Mn":
            continue
        breaks = char.isspace() or kind[0] == "C"
        marks = kind[0] == "P" or char in "$+<=>^`|~"
        if (breaks or marks) and word:
            out.append("".join(word))
            word = []
        if marks:
            out.append(char)
        elif not breaks:
            word.append(char)
    if word:
        out.append("".join(word))
    return out


class Encoder:
    """Turns sentences into unit vectors; remembers the last few thousand."""

    def __init__(self, folder: Path = DATA) -> None:
        try:
            vocabulary = vocabulary_of(folder / "vocab.txt")
            self._weights = layer_weights(folder / "minilm_int8.npz")
            self._words = Rows(folder / "minilm_words.npy")
        except (OSError, ValueError, zipfile.BadZipFile) as exc:
            raise BankBroken(f"encoder files in {folder} cannot be read: {exc}") from exc
        self.layers = Weights(self._weights, Halves())
        self.tokenizer = WordPiece(vocabulary)
        self._rows: OrderedDict[str, Matrix] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit vectors of the texts.

        Args:
            texts: any strings; only the first 128 word pieces of each are read.

        Returns:
            float32 array of shape (len(texts), 384), rows of length 1.
        """
        read = [text[:_MAX_CHARS] for text in texts]
        distinct = list(dict.fromkeys(read))
        missing = [text for text in distinct if text not in self._rows]
        rows = {text: self._rows[text] for text in distinct if text in self._rows}
        sequences = [self.tokenizer.ids(text) for text in missing]
        for batch in in_batches([len(one) for one in sequences]):
            vectors = self._forward([sequences[i] for i in batch])
            for i, vector in zip(batch, vectors, strict=True):
                rows[missing[i]] = vector.copy()  # a view of it would keep its neighbours
        for text in distinct:
            self._rows[text] = rows[text]
            self._rows.move_to_end(text)
        while len(self._rows) > _CACHE_ROWS:
            self._rows.popitem(last=False)
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        return np.stack([rows[text] for text in read])

    def reads_whole(self, text: str) -> bool:
        """Whether encode() reads all of a text."""
        return self.tokenizer.reads_whole(text)

    def word_vectors(self, words: Sequence[str]) -> Matrix:
        """Context-free unit vectors of single words: the mean of their pieces' input embeddings."""
        pieces = [self.tokenizer.ids(word)[1:-1] for word in words]
        lengths = np.array([len(one) for one in pieces], np.int64)
        out = np.zeros((len(words), WIDTH), np.float32)
        ids = np.array([i for one in pieces for i in one], np.int64)
        if ids.size:
            rows = self._words[ids].astype(np.float32)
            rows *= self._weights["embeddings.word_embeddings.weight#s"][ids][:, None]
            held = lengths > 0
            starts = (np.cumsum(lengths) - lengths)[held]
            out[held] = np.add.reduceat(rows, starts) / lengths[held, None].astype(np.float32)
        unit: Matrix = out / (np.linalg.norm(out, axis=1, keepdims=True) + np.float32(1e-9))
        return unit

    def _forward(self, sequences: Sequence[Sequence[int]]) -> Matrix:
        lengths = np.array([len(one) for one in sequences], np.int64)
        hidden = self.lower(sequences, LAYERS)
        pooled = np.add.reduceat(hidden, np.cumsum(lengths) - lengths) / lengths[:, None]
        unit: Matrix = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return unit.astype(np.float32)

    def lower(self, sequences: Sequence[Sequence[int]], layers: int) -> Matrix:
        """Hidden states behind the first layers, of all pieces of all texts in order.

        Args:
            sequences: pieces of each text with their marks, at most 512.
            layers: how many layers to run.
        """
        hidden = self._embed(sequences)
        runs = runs_of([len(one) for one in sequences])
        for number in range(layers):
            run_layer(self.layers, hidden, runs, f"encoder.layer.{number}.")
        return hidden

    def _embed(self, sequences: Sequence[Sequence[int]]) -> Matrix:
        w = self._weights
        ids = np.concatenate(sequences)
        hidden = self._words[ids].astype(np.float32)
        hidden *= w["embeddings.word_embeddings.weight#s"][ids][:, None]
        longest = max(map(len, sequences))
        places = w["embeddings.position_embeddings.weight#q"][:longest].astype(np.float32)
        places *= w["embeddings.position_embeddings.weight#s"][:longest, None]
        places += w["embeddings.token_type_embeddings.weight"][0].astype(np.float32)
        hidden += np.concatenate([places[: len(one)] for one in sequences])
        norm(self.layers, hidden, "embeddings.LayerNorm")
        return hidden
