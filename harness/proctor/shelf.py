"""Vectors of a fact sheet's examples, kept: the encoder takes ten seconds for a sheet.

Runs in zone G. Exercises of ours come with theirs (scripts/encode_facts.py makes them, a test says
when they are behind); those of others are kept in the home once they were made. A file is named by
the encoder and the texts, so one that is behind is not found. Kept or new, the same rounded vectors
are used: 384 signed bytes a text.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
from array import array
from collections.abc import Sequence
from pathlib import Path

WIDTH = 384
ENCODER_SHA256 = "d1ee9f002fb8eaa97dc09d7b4b049fe3e5d678283133fe40a7e176c312ca5489"
"""Of the weights and the words that the vectors were made with; a test holds it to the files."""
INSTALLED = Path(__file__).with_name("fact_vectors")
_MOST = 127
_log = logging.getLogger(__name__)


class Shelf:
    """Where vectors are kept.

    Args:
        own: home/proctor/vectors, made when there is something to keep; None keeps nothing.
        installed: the ones that came with the exercises.
    """

    def __init__(self, own: Path | None, installed: Path = INSTALLED) -> None:
        self._own, self._installed = own, installed

    def find(self, texts: Sequence[str]) -> bytes | None:
        """Return the packed vectors of these texts, in order; None if they are not kept."""
        for folder in (self._installed, self._own):
            if folder is None:
                continue
            try:
                data = (folder / _name(texts)).read_bytes()
            except OSError:
                continue
            if len(data) == WIDTH * len(texts):
                return data
        return None

    def path(self, texts: Sequence[str]) -> Path:
        """Return where keep() puts the vectors of these texts."""
        assert self._own is not None
        return self._own / _name(texts)

    def keep(self, texts: Sequence[str], packed: bytes) -> None:
        """Keep vectors; whether that succeeds stops nobody."""
        if self._own is None:
            return
        path = self.path(texts)
        part = path.with_suffix(".part")
        try:
            self._own.mkdir(mode=0o700, exist_ok=True)
            part.write_bytes(packed)
            part.replace(path)
        except OSError as problem:
            _log.warning("the vectors of a fact sheet are not kept: %s", problem.strerror)


def pack(vectors: Sequence[Sequence[float]]) -> bytes:
    """Return vectors as signed bytes, each as large as it fits."""
    packed = array("b")
    for vector in vectors:
        most = max(map(abs, vector)) or 1.0
        packed.extend(round(_MOST * one / most) for one in vector)
    return packed.tobytes()


def unpack(packed: bytes) -> list[array[float]]:
    """Return packed vectors, each of length 1."""
    values = array("b", packed)
    found = []
    for start in range(0, len(values), WIDTH):
        row = values[start : start + WIDTH]
        length = math.sqrt(sum(one * one for one in row)) or 1.0
        found.append(array("d", (one / length for one in row)))
    return found


def _name(texts: Sequence[str]) -> str:
    told = json.dumps([ENCODER_SHA256, *texts], ensure_ascii=True)
    return hashlib.sha256(told.encode("ascii")).hexdigest()[:32] + ".bin"
