"""The script that packs the encoder's weights gives the files that lie in the package."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from harness.models.encoder import DATA
from scripts.make_encoder import WORDS, read_safetensors, write_encoder


@pytest.fixture(scope="module")
def stored() -> dict[str, NDArray[np.generic]]:
    with np.load(DATA / "minilm_int8.npz", allow_pickle=False) as file:
        held = {name: file[name] for name in file.files}
    return held | {f"{WORDS}#q": np.load(DATA / "minilm_words.npy", allow_pickle=False)}


def unpacked(stored: dict[str, NDArray[np.generic]]) -> dict[str, NDArray[np.float32]]:
    """The weights as they are published, as far as int8 holds them."""
    out = {name: value for name, value in stored.items() if name[-2:] not in ("#q", "#s")}
    for name in (name[:-2] for name in stored if name.endswith("#q")):
        out[name] = stored[f"{name}#q"].astype(np.float32) * stored[f"{name}#s"][:, None]
    return {name: value.astype(np.float32) for name, value in out.items()}


def written(weights: dict[str, NDArray[np.float32]], path: Path) -> Path:
    """A safetensors file with these weights."""
    header, parts, at = {}, [], 0
    for name, value in weights.items():
        parts.append(value.tobytes())
        ends = [at, at + len(parts[-1])]
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": ends}
        at = ends[1]
    head = json.dumps(header).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + b"".join(parts))
    return path


def test_weights_that_were_unpacked_are_packed_into_the_same_files(
    stored: dict[str, NDArray[np.generic]], tmp_path: Path
) -> None:
    weights = read_safetensors(written(unpacked(stored), tmp_path / "model.safetensors"))
    write_encoder(weights, tmp_path)
    with np.load(tmp_path / "minilm_int8.npz", allow_pickle=False) as file:
        made = {name: file[name] for name in file.files}
    made[f"{WORDS}#q"] = np.load(tmp_path / "minilm_words.npy", allow_pickle=False)

    assert set(made) == set(stored)
    for name, value in stored.items():
        assert made[name].dtype == value.dtype
        if name.endswith("#q"):
            assert (made[name] == value).all(), name
        else:
            assert np.allclose(made[name], value, rtol=1e-6, atol=0), name


@pytest.mark.parametrize("content", [b"", b"not weights at all", b"\x04" + b"\x00" * 7])
def test_what_is_no_file_of_weights_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)

    with pytest.raises(ValueError, match="no safetensors"):
        read_safetensors(path)


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="all-MiniLM"):
        write_encoder({"a": np.zeros(3, np.float32)}, tmp_path)
