"""The network that is trained: frozen lower layers, trained upper ones, heads.

Runs on a developer's machine. Its arithmetic is that of harness/models/reader.py, which reads the
weights it leaves.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

WIDTH, HEADS, INNER, LAYERS = 384, 12, 1536, 6


class Layer(nn.Module):
    """One transformer layer of BERT, the norm behind the sum."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value, self.mixed = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm1, self.norm2 = (nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))
        self.dropout = dropout

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Hidden states behind the layer."""
        batch, length, _ = x.shape
        split = [
            part(x).view(batch, length, HEADS, -1).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        ]
        drop = self.dropout if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(
            *split, attn_mask=mask[:, None, None, :], dropout_p=drop
        )
        mixed = self.mixed(mixed.transpose(1, 2).reshape(batch, length, WIDTH))
        x = self.norm1(x + functional.dropout(mixed, drop))
        inner = self.outer(functional.gelu(self.inner(x), approximate="tanh"))
        return self.norm2(x + functional.dropout(inner, drop))


NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mixed": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "inner": "intermediate.dense",
    "outer": "output.dense",
    "norm2": "output.LayerNorm",
}


class Pool(nn.Module):
    """A score for each of several questions: each looks where in the text its answer stands."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.look = nn.Parameter(torch.randn(count, WIDTH) * 0.02)
        self.weigh = nn.Parameter(torch.randn(count, WIDTH) * 0.02)
        self.bias = nn.Parameter(torch.zeros(count))

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """A score for each question, shape (texts, questions)."""
        look = (x @ self.look.T).masked_fill(~mask[:, :, None], -1e4)
        return (look.float().softmax(1) * (x @ self.weigh.T)).sum(1) + self.bias


class Net(nn.Module):
    """Encoder and heads; layers below `first` stay as they are."""

    def __init__(self, folder: Path, *, first: int, dropout: float, shapes: int) -> None:
        super().__init__()
        with np.load(folder / "minilm_int8.npz") as stored:
            held = {key: stored[key] for key in stored.files}
        words = np.load(folder / "minilm_words.npy").astype(np.float32)
        words *= held["embeddings.word_embeddings.weight#s"][:, None]
        self.register_buffer("words", torch.from_numpy(words), persistent=False)
        self.register_buffer(
            "places", dense(held, "embeddings.position_embeddings.weight"), persistent=False
        )
        self.register_buffer(
            "kind0",
            torch.from_numpy(held["embeddings.token_type_embeddings.weight"][0]),
            persistent=False,
        )
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.norm.weight.data = torch.from_numpy(held["embeddings.LayerNorm.weight"])
        self.norm.bias.data = torch.from_numpy(held["embeddings.LayerNorm.bias"])
        self.layers = nn.ModuleList(Layer(dropout if i >= first else 0.0) for i in range(LAYERS))
        for number, layer in enumerate(self.layers):
            fill(layer, held, number)
        self.first = first
        self.shapes = nn.Parameter(torch.zeros(shapes, WIDTH))
        self.data = nn.Linear(WIDTH, 1)
        self.task, self.kinds, self.stance = Pool(7), Pool(12), Pool(4)
        for part in (self.norm, *self.layers[:first]):
            part.requires_grad_(False)

    def forward(self, ids: torch.Tensor, shapes: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Hidden states of all pieces."""
        x = self.norm(self.words[ids] + self.places[: ids.shape[1]] + self.kind0)
        with torch.set_grad_enabled(False):
            for layer in self.layers[: self.first]:
                x = layer(x, mask)
        x = x + self.shapes[shapes]
        for layer in self.layers[self.first :]:
            x = layer(x, mask)
        return x


def dense(held: dict[str, Any], name: str) -> torch.Tensor:
    """A packed array as float32."""
    return torch.from_numpy(held[name + "#q"].astype(np.float32) * held[name + "#s"][:, None])


def fill(layer: Layer, held: dict[str, Any], number: int) -> None:
    """Put the encoder's weights into a layer."""
    for mine, theirs in NAMES.items():
        part, at = getattr(layer, mine), f"encoder.layer.{number}.{theirs}"
        is_norm = mine.startswith("norm")
        part.weight.data = (
            torch.from_numpy(held[at + ".weight"]) if is_norm else dense(held, at + ".weight")
        )
        part.bias.data = torch.from_numpy(held[at + ".bias"])
