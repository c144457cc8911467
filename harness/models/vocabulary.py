"""The words of the encoder's vocabulary, without a Python object for each of them.

Runs in the model worker and in scripts. A dict of 30,000 words takes 3.5 MB, and the spelling of
words needs them as well; here the file itself is kept, with where its lines begin and an index.
"""

from __future__ import annotations

import re
from array import array
from functools import lru_cache
from pathlib import Path
from zlib import crc32


class Vocabulary:
    """Words and their numbers.

    Args:
        data: a word a line, in UTF-8; empty lines have no number.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._places = array("I")  # of each word: where it begins and ends
        words = [mark.span() for mark in re.finditer(rb"[^\n]+", data)]
        self._mask = (1 << (2 * len(words) + 1).bit_length()) - 1
        self._index = array("I", bytes(4 * (self._mask + 1)))  # 1 + the number of a word, or 0
        for number, (start, end) in enumerate(words, 1):
            self._places.extend((start, end))
            slot = crc32(data[start:end]) & self._mask
            while self._index[slot]:
                slot = (slot + 1) & self._mask
            self._index[slot] = number

    def get(self, word: str) -> int | None:
        """The number of a word, counted from 0; None for one that is not there."""
        data = word.encode("utf-8", "surrogatepass")
        slot = crc32(data) & self._mask
        while number := self._index[slot]:
            if self._data[self._places[2 * number - 2] : self._places[2 * number - 1]] == data:
                return number - 1
            slot = (slot + 1) & self._mask
        return None

    def __getitem__(self, word: str) -> int:
        number = self.get(word)
        if number is None:
            raise KeyError(word)
        return number

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def matching(self, pattern: bytes) -> list[str]:
        """Every word that is as a pattern says, in order."""
        lines = re.finditer(rb"^(?:" + pattern + rb")$", self._data, re.M)
        return [mark[0].decode("utf-8") for mark in lines]


@lru_cache(maxsize=2)
def vocabulary_of(path: Path) -> Vocabulary:
    """The words of a file.

    Raises:
        OSError: it cannot be read.
    """
    return Vocabulary(path.read_bytes())
