"""The arithmetic of a BERT encoder in plain numpy, over int8 weights.

Runs in the model worker (zone G) and in scripts; trusts the weights that it is handed. Texts lie
one behind the other without padding. Each layer is done in two halves, of the heads and then of
the feed-forward width, whose results are added: two cores can share it, and one gives the same
bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.models.halves import Desk, Halves

Matrix = NDArray[np.float32]
Arrays = Mapping[str, NDArray[Any]]

WIDTH = 384
HEADS = 12
_HALF = WIDTH // 2
_HEAD = WIDTH // HEADS
_INNER = 4
"""How many times wider than WIDTH the feed-forward map is; it is done in so many blocks."""
_CUBE, _SLOPE = np.float32(0.044715 * 0.7978846), np.float32(0.7978846)


@dataclass(frozen=True)
class Run:
    """Neighbouring texts of one length.

    Attributes:
        start: row of the first piece of the first text.
        end: row behind the last piece of the last.
        length: pieces of each text.
    """

    start: int
    end: int
    length: int


def runs_of(lengths: Sequence[int]) -> list[Run]:
    """Neighbours of one length together, for texts that lie one behind the other."""
    out: list[Run] = []
    at = 0
    for length, same in groupby(lengths):
        end = at + length * sum(1 for _ in same)
        out.append(Run(at, end, length))
        at = end
    return out


def in_blocks(stored: Arrays) -> dict[str, NDArray[Any]]:
    """Arrays as run_layer takes them.

    Args:
        stored: of whole layers, maps of shape (outputs, inputs) and their scales and biases.

    Returns:
        The same, with each map in blocks of shape (inputs, outputs): a half of the heads' query,
        key and value in one, scaled for the score; the feed-forward width in quarters.
    """
    held = dict(stored)
    for name in stored:
        at, _, kind = name.rpartition(".")
        if at.endswith("attention.self.query"):
            of = at.removesuffix("query")
            three = [held.pop(f"{of}{one}.{kind}") for one in ("query", "key", "value")]
            if kind != "weight#q":
                three[0] = three[0] * np.float32(_HEAD**-0.5)
            halves = zip(*(np.split(one, 2) for one in three), strict=True)
            held[of + kind] = _turned([np.concatenate(half) for half in halves])
        elif at.endswith("intermediate.dense"):
            held[name] = _turned(np.split(stored[name], _INNER))
        elif at.endswith("output.dense") and kind == "weight#q":
            count = 2 if "attention" in at else _INNER
            held[name] = _turned(np.split(stored[name], count, axis=1))
    return held


def _turned(blocks: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Blocks one behind the other, those of maps with their inputs first."""
    return np.ascontiguousarray(np.stack([block.T for block in blocks]))


class Weights:
    """Linear maps kept as int8, a quarter of the memory, and unpacked a block at a time.

    Args:
        arrays: for each map `name#q`, int8 blocks as in_blocks makes them, and `name#s`, the scale
            of each output; vectors as they are.
        halves: who does the work; may be shared, but not by two calls at a time.
    """

    def __init__(self, arrays: Arrays, halves: Halves) -> None:
        self._arrays = arrays
        self.halves = halves

    def block(self, name: str, number: int, desk: Desk) -> Matrix:
        """A block of whole numbers: scale the product. Valid until the desk's next one."""
        return desk.unpacked(self._arrays[name + ".weight#q"][number])

    def scale(self, name: str) -> Matrix:
        """The scale of each output of a map."""
        scale: Matrix = self._arrays[name + ".weight#s"]
        return scale

    def vector(self, name: str) -> Matrix:
        """A bias, or the scale of a norm."""
        vector: Matrix = self._arrays[name]
        return vector


def run_layer(w: Weights, x: Matrix, runs: Sequence[Run], at: str) -> None:
    """One layer, in place.

    Args:
        w: the weights.
        x: hidden states, shape (pieces of all texts, WIDTH).
        runs: which rows make up texts.
        at: what the names of its weights begin with.
    """
    _add(w, x, f"{at}attention.output", lambda desk: _attended(w, desk, x, runs, at))
    _add(w, x, f"{at}output", lambda desk: _fed_forward(w, desk, x, at))


def _add(w: Weights, x: Matrix, name: str, part: Callable[[Desk], Matrix]) -> None:
    """Add what both halves of a map make to the hidden states, and norm them; in place."""
    first, second = w.halves.both(len(x), part)
    first += second
    first *= w.scale(f"{name}.dense")
    first += w.vector(f"{name}.dense.bias")
    x += first
    norm(w, x, f"{name}.LayerNorm")


def _attended(w: Weights, desk: Desk, x: Matrix, runs: Sequence[Run], at: str) -> Matrix:
    """What half of the heads add, neither scaled nor moved."""
    of = f"{at}attention.self"
    out, seen = desk.held(len(x), WIDTH, 3 * _HALF)
    np.matmul(x, w.block(of, desk.number, desk), out=seen)
    seen *= w.scale(of)[desk.number]
    seen += w.vector(of + ".bias")[desk.number]
    query, key, value = np.split(seen, 3, axis=1)
    for run in runs:
        asks, has, gives = (
            y[run.start : run.end].reshape(-1, run.length, HEADS // 2, _HEAD).transpose(0, 2, 1, 3)
            for y in (query, key, value)
        )
        score = asks @ has.transpose(0, 1, 3, 2)
        score -= score.max(-1, keepdims=True)
        np.exp(score, out=score)
        score /= score.sum(-1, keepdims=True)
        asks[...] = score @ gives
    return np.matmul(query, w.block(f"{at}attention.output.dense", desk.number, desk), out=out)


def _fed_forward(w: Weights, desk: Desk, x: Matrix, at: str) -> Matrix:
    """What half of the feed-forward width adds, neither scaled nor moved."""
    out, inner, spare = desk.held(len(x), WIDTH, WIDTH, WIDTH)
    wide = f"{at}intermediate.dense"
    first = desk.number * _INNER // 2
    for number in range(first, first + _INNER // 2):
        np.matmul(x, w.block(wide, number, desk), out=inner)
        inner *= w.scale(wide)[number]
        inner += w.vector(wide + ".bias")[number]
        _gelu(inner, spare)
        block = w.block(f"{at}output.dense", number, desk)
        if number == first:
            np.matmul(inner, block, out=out)
        else:
            out += np.matmul(inner, block, out=spare)
    return out


def norm(w: Weights, x: Matrix, name: str) -> None:
    """Give each row mean 0 and spread 1, scale and move it; in place."""
    x -= x.mean(-1, keepdims=True)
    spread = np.einsum("ij,ij->i", x, x)[:, None]
    spread /= np.float32(x.shape[-1])
    spread += np.float32(1e-12)
    x /= np.sqrt(spread, out=spread)
    x *= w.vector(name + ".weight")
    x += w.vector(name + ".bias")


def _gelu(x: Matrix, spare: Matrix) -> None:
    """The tanh approximation, at most 1e-3 off; in place."""
    np.multiply(x, x, out=spare)
    spare *= _CUBE
    spare += _SLOPE
    spare *= x
    np.tanh(spare, out=spare)
    spare += 1
    spare *= np.float32(0.5)
    x *= spare
