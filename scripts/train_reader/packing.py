"""The trained layers and heads as int8, as harness/models/reader.py reads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from .net import NAMES, Net, fill


def write_packed(net: Net, path: Path) -> None:
    """Write what was trained; rows of matrices share a scale, the rest stays float32."""
    out: dict[str, NDArray[np.generic]] = {}
    for number, layer in list(enumerate(net.layers))[net.first :]:
        for mine, theirs in NAMES.items():
            part, at = getattr(layer, mine), f"encoder.layer.{number}.{theirs}"
            weight = part.weight.detach().numpy()
            if weight.ndim == 1:
                out[at + ".weight"] = weight
            else:
                out[at + ".weight#q"], out[at + ".weight#s"] = packed(weight)
            out[at + ".bias"] = part.bias.detach().numpy()
    out["shapes"] = net.shapes.detach().numpy()
    out["data.weigh"], out["data.bias"] = (
        net.data.weight.detach().numpy(),
        net.data.bias.detach().numpy(),
    )
    for name in ("task", "kinds", "stance"):
        for part in ("look", "weigh", "bias"):
            out[f"{name}.{part}"] = getattr(getattr(net, name), part).detach().numpy()
    np.savez_compressed(path, **out)


def packed(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers from -127 to 127 and the scale of each row."""
    scale = np.maximum(np.abs(weight).max(1), 1e-8).astype(np.float32) / np.float32(127)
    return np.rint(weight / scale[:, None]).astype(np.int8), scale


def read_packed(net: Net, path: Path) -> None:
    """Put what was written into a network with the same trained layers.

    Raises:
        ValueError: the file holds other layers.
    """
    with np.load(path, allow_pickle=False) as stored:
        held = {key: stored[key] for key in stored.files}
    layers = {int(key.split(".")[2]) for key in held if key.startswith("encoder")}
    if layers != set(range(net.first, len(net.layers))):
        raise ValueError(f"{path} holds the layers {sorted(layers)}; give --first {min(layers)}")
    for number in sorted(layers):
        fill(net.layers[number], held, number)
    net.shapes.data = torch.from_numpy(held["shapes"])
    net.data.weight.data = torch.from_numpy(held["data.weigh"])
    net.data.bias.data = torch.from_numpy(held["data.bias"])
    for name in ("task", "kinds", "stance"):
        for part in ("look", "weigh", "bias"):
            getattr(getattr(net, name), part).data = torch.from_numpy(held[f"{name}.{part}"])
