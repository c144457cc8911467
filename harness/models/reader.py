"""The trained reader: what a prompt asks for, and which of its words are data.

Runs in the model worker (zone G); the text is hostile, and of a long one only the ends are read.
The weights are copies of the encoder's upper layers, trained on labelled prompts
(scripts/train_reader), with heads that look for their answer among the pieces of a text.
"""

from __future__ import annotations

import zipfile
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.models.encoder import DATA, LAYERS, Encoder, in_batches, layer_weights
from harness.models.errors import BankBroken
from harness.models.layers import WIDTH, Arrays, Matrix, Weights, run_layer, runs_of
from harness.models.pieces import Pieces, pieces_of, pieces_read

Flags = NDArray[np.bool_]

_MOST_CHARS = 1_200
_MOST_SENTENCE = 126
_CACHE_ROWS = 4_096
_DECIMALS = 3
_SAYS_NOTHING = np.array([-9.0] * 12 + [-9.0, 9.0, -9.0, 0.0], np.float32)
"""Scores are rounded, so that sums in another order seldom decide anything."""


@dataclass(frozen=True)
class Sight:
    """A text, read.

    Attributes:
        starts: offset of each piece that was read.
        ends: offset behind it.
        data: log-odds that it is data.
        states: what the heads look at, one row a piece.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    data: Matrix
    states: Matrix

    def within(self, start: int, end: int) -> Flags:
        """Which pieces begin in a stretch."""
        return (self.starts >= start) & (self.starts < end)


class Reader:
    """Reads prompts and single sentences; remembers the last few thousand sentences.

    Raises:
        BankBroken: its file is missing or does not fit.
    """

    def __init__(self, encoder: Encoder, path: Path = DATA / "reader_int8.npz") -> None:
        try:
            self._held: Arrays = layer_weights(path)
            self._first = min(int(k.split(".")[2]) for k in self._held if k.startswith("encoder"))
            if self._held["task.look"].shape != (7, WIDTH):
                raise ValueError("it has other heads")
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as exc:
            raise BankBroken(f"{path}: {exc}; make it with scripts.train_reader") from exc
        self._encoder = encoder
        self._layers = Weights(self._held, encoder.layers.halves)
        self._sentences: OrderedDict[str, Matrix] = OrderedDict()

    def see(
        self, text: str, skipped: Sequence[tuple[int, int]] = (), ahead: Sequence[str] = ()
    ) -> Sight:
        """Read a text whole.

        Args:
            text: any string.
            skipped: (start, end) of data that is known; the inside of a long one is not read.
            ahead: sentences that sentences() will be asked for next, read in the same go.
        """
        read = pieces_read(self._encoder.tokenizer, text, skipped)
        states = np.zeros((0, WIDTH), np.float32)
        if read.ids:
            known = self._windows([one for one in dict.fromkeys(ahead) if not self.knows(one)])
            states, *others = self._states([read, *(window for _, window in known)])
            self._keep(known, others)
        data = states @ self._held["data.weigh"][0] + self._held["data.bias"]
        starts, ends = np.array(read.starts, np.int64), np.array(read.ends, np.int64)
        return Sight(starts, ends, np.round(data, _DECIMALS), states)

    def task(self, sight: Sight) -> Matrix:
        """A score for each task, in the order of tasks.NAMES."""
        return self._pool("task", sight.states)

    def kinds(self, sight: Sight, within: Flags) -> Matrix:
        """Log-odds of each kind of instruction in a part of a text, in the order of kinds.NAMES."""
        return self._pool("kinds", sight.states[within])

    def sentences(self, texts: Sequence[str]) -> Matrix:
        """Read sentences, each alone.

        Returns:
            A row a sentence: log-odds of the twelve kinds; scores of stance -1, 0 and 1; log-odds
            that it is about sources rather than about gaps.
        """
        read = [text[:_MOST_CHARS] for text in texts]
        known = self._windows([text for text in dict.fromkeys(read) if not self.knows(text)])
        rows = {text: self._sentences.get(text, _SAYS_NOTHING) for text in read}
        if known:
            rows |= self._keep(known, self._states([window for _, window in known]))
        return np.stack([rows[text] for text in read]) if texts else np.zeros((0, 16), np.float32)

    def knows(self, sentence: str) -> bool:
        """Whether a sentence has been read, and is remembered."""
        return sentence[:_MOST_CHARS] in self._sentences

    def _windows(self, texts: Sequence[str]) -> list[tuple[str, Pieces]]:
        """Sentences with the pieces of them that are read, those without any left out."""
        words = self._encoder.tokenizer
        windows = [(one, pieces_of(words, one).part(0, _MOST_SENTENCE)) for one in texts]
        return [(text, window) for text, window in windows if window.ids]

    def _keep(
        self, known: Sequence[tuple[str, Pieces]], states: Sequence[Matrix]
    ) -> dict[str, Matrix]:
        """What the heads say of sentences; remembered."""
        rows = {
            text: np.concatenate([self._pool("kinds", one), self._pool("stance", one)])
            for (text, _), one in zip(known, states, strict=True)
        }
        self._sentences.update(rows)
        while len(self._sentences) > _CACHE_ROWS:
            self._sentences.popitem(last=False)
        return rows

    def _pool(self, name: str, states: Matrix) -> Matrix:
        """Scores of one head: each of its questions weighs the pieces where it finds its answer."""
        if not len(states):
            return np.full(len(self._held[name + ".bias"]), -9, np.float32)
        look = states @ self._held[name + ".look"].T
        look = np.exp(look - look.max(0))
        look /= look.sum(0)
        found = (look * (states @ self._held[name + ".weigh"].T)).sum(0)
        scores: Matrix = np.round(found + self._held[name + ".bias"], _DECIMALS)
        return scores

    def _states(self, windows: Sequence[Pieces]) -> list[Matrix]:
        """Hidden states of the pieces of each window, without its marks."""
        out: dict[int, Matrix] = {}
        for batch in in_batches([len(one.ids) + 2 for one in windows]):
            states = self._run([windows[i] for i in batch])
            end = 0
            for i in batch:
                start, end = end, end + len(windows[i].ids) + 2
                out[i] = states[start + 1 : end - 1]
        return [out[i] for i in range(len(windows))]

    def _run(self, windows: Sequence[Pieces]) -> Matrix:
        begin, end = self._encoder.tokenizer.marks
        looks = np.concatenate([[0, *one.shapes, 0] for one in windows])
        x = self._encoder.lower([[begin, *one.ids, end] for one in windows], self._first)
        x += self._held["shapes"][looks]
        runs = runs_of([len(one.ids) + 2 for one in windows])
        for number in range(self._first, LAYERS):
            run_layer(self._layers, x, runs, f"encoder.layer.{number}.")
        return x
