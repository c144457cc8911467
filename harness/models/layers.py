"""The arithmetic of a BERT encoder in plain numpy, over int8 weights.

Runs in the model worker (zone G) and in scripts; trusts the weights that it is handed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Arrays = Mapping[str, NDArray[Any]]

WIDTH = 384
HEADS = 12


class Weights:
    """Linear maps kept as int8, a quarter of the memory, and unpacked one at a time.

    Args:
        arrays: for each map `name#q`, int8 of shape (inputs, outputs), and `name#s`, the scale of
            each output; vectors as they are.
        room: where maps are unpacked, by shape; sharers of one may not run at the same time.
    """

    def __init__(self, arrays: Arrays, room: dict[tuple[int, ...], Matrix] | None = None) -> None:
        self._arrays = arrays
        self.room: dict[tuple[int, ...], Matrix] = {} if room is None else room

    def matrix(self, name: str) -> Matrix:
        """Weights of a linear map, shape (inputs, outputs); valid until the next call."""
        whole = self._arrays[name + "#q"]
        if whole.shape not in self.room:
            self.room[whole.shape] = np.empty(whole.shape, np.float32)
        return np.multiply(whole, self._arrays[name + "#s"], out=self.room[whole.shape])

    def vector(self, name: str) -> Matrix:
        """A bias, or the scale of a norm."""
        vector: Matrix = self._arrays[name]
        return vector


def run_layer(w: Weights, x: Matrix, bias: Matrix, at: str) -> Matrix:
    """One layer.

    Args:
        w: the weights.
        x: hidden states, shape (texts, pieces, WIDTH).
        bias: 0 for pieces, -1e9 for padding, shape (texts, 1, 1, pieces).
        at: what the names of its weights begin with.
    """
    batch, length, _ = x.shape

    def heads(name: str) -> Matrix:
        y = linear(w, x, at + "attention.self." + name)
        return y.reshape(batch, length, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)

    query, key, value = heads("query"), heads("key"), heads("value")
    score = query @ key.transpose(0, 1, 3, 2) / np.float32((WIDTH // HEADS) ** 0.5) + bias
    score = np.exp(score - score.max(-1, keepdims=True))
    score /= score.sum(-1, keepdims=True)
    mixed = (score @ value).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH)
    attended = linear(w, mixed, at + "attention.output.dense")
    x = norm(w, x + attended, at + "attention.output.LayerNorm")
    inner = _gelu(linear(w, x, at + "intermediate.dense"))
    return norm(w, x + linear(w, inner, at + "output.dense"), at + "output.LayerNorm")


def linear(w: Weights, x: Matrix, name: str) -> Matrix:
    """A linear map."""
    y: Matrix = x @ w.matrix(name + ".weight")
    y += w.vector(name + ".bias")
    return y


def norm(w: Weights, x: Matrix, name: str) -> Matrix:
    """Each row with mean 0 and spread 1, scaled and moved."""
    centred = x - x.mean(-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(-1, keepdims=True) + np.float32(1e-12))
    y: Matrix = centred / spread * w.vector(name + ".weight")
    y += w.vector(name + ".bias")
    return y


def _gelu(x: Matrix) -> Matrix:
    """The tanh approximation, at most 1e-3 off; in place, because the buffers are the peak."""
    y: Matrix = x * x
    y *= np.float32(0.044715)
    y += 1
    y *= x
    y *= np.float32(0.7978846)
    np.tanh(y, out=y)
    y += 1
    y *= x
    y *= np.float32(0.5)
    return y
