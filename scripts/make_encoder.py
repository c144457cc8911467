"""Pack the published weights of all-MiniLM-L6-v2 as the two files the embedded model reads.

Runs on a developer's machine, never in a session, on a file that was fetched beforehand:
`.venv/bin/python -m scripts.make_encoder model.safetensors OUT` writes `minilm_int8.npz` and
`minilm_words.npy` into the folder OUT. Needs numpy alone. The notice lies beside the files, in
harness/models/data/NOTICE.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WORDS = "embeddings.word_embeddings.weight"
"""The table of words: kept apart, so that rows are read from the disk."""
_IDS = "embeddings.position_ids"
_KINDS_OF_NUMBER = {"F32": np.float32, "F16": np.float16, "I64": np.int64}
_FEW_ROWS = 8
_LONGEST_HEADER = 100 << 20


def read_safetensors(path: Path) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of a file: eight bytes of length, a JSON header, then the numbers.

    Raises:
        ValueError: it is no such file, or holds numbers of another kind.
    """
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    if not 0 < size <= min(len(data) - 8, _LONGEST_HEADER):
        raise ValueError(f"{path} is no safetensors file; fetch model.safetensors anew")
    header, body = json.loads(data[8 : 8 + size]), data[8 + size :]
    header.pop("__metadata__", None)
    found: dict[str, NDArray[np.generic]] = {}
    for name, about in header.items():
        kind, (start, end) = _KINDS_OF_NUMBER.get(about["dtype"]), about["data_offsets"]
        if kind is None:
            raise ValueError(f"{path}: {name} is {about['dtype']}; give the float32 weights")
        found[name] = np.frombuffer(body[start:end], kind).reshape(about["shape"])
    return found


def packed(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return whole numbers from -127 to 127, and the scale of each row."""
    scale = np.maximum(np.abs(weight).max(1), 1e-8).astype(np.float32) / np.float32(127)
    return np.rint(weight / scale[:, None]).astype(np.int8), scale


def write_encoder(weights: dict[str, NDArray[np.generic]], folder: Path) -> None:
    """Write both files: maps as int8 with a scale a row, vectors and maps of few rows as they are.

    Args:
        weights: by their published names.
        folder: must be there; files of the same names are overwritten.

    Raises:
        ValueError: the table of words is missing.
    """
    if WORDS not in weights:
        raise ValueError(f"the weights have no {WORDS}; give those of all-MiniLM-L6-v2")
    out: dict[str, NDArray[np.generic]] = {}
    for name in sorted(set(weights) - {_IDS}):
        weight = np.asarray(weights[name], np.float32)
        if weight.ndim < 2 or len(weight) < _FEW_ROWS:
            out[name] = weight
            continue
        whole, out[f"{name}#s"] = packed(weight)
        if name == WORDS:
            np.save(folder / "minilm_words.npy", whole)
        else:
            out[f"{name}#q"] = whole
    np.savez_compressed(folder / "minilm_int8.npz", allow_pickle=False, **out)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m scripts.make_encoder model.safetensors OUT")
    write_encoder(read_safetensors(Path(sys.argv[1])), Path(sys.argv[2]))
