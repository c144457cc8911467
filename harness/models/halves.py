"""Work in two halves: on two cores where there are two, one after the other where there is one.

Runs in the model worker (zone G). Which half is which never depends on the cores, so the results
are the same bytes either way.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

_LEAST_ROWS = 8
"""Below this, handing over takes longer than the half that is handed over."""


class Desk:
    """Where one half does its work: room that is used again instead of asked for anew.

    Attributes:
        number: of the half, 0 or 1.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self._room: Matrix = np.empty(0, np.float32)
        self._held: Matrix = np.empty(0, np.float32)

    def unpacked(self, block: NDArray[np.int8]) -> Matrix:
        """The same numbers as float32, in room that the next call takes."""
        if self._room.size < block.size:
            self._room = np.empty(block.size, np.float32)
        room = self._room[: block.size].reshape(block.shape)
        np.copyto(room, block)
        return room

    def held(self, rows: int, *widths: int) -> list[Matrix]:
        """Arrays of so many rows and these widths, with whatever was last in their room.

        They lie one behind the other in one room and are valid until it is asked for again.
        """
        size = rows * sum(widths)
        if self._held.size < size:
            self._held = np.empty(size, np.float32)
        made, start = [], 0
        for width in widths:
            made.append(self._held[start : start + rows * width].reshape(rows, width))
            start += rows * width
        return made


class Halves:
    """Does both halves of a piece of work.

    Args:
        cores: how many the process may use; by default as many as it is let.
    """

    def __init__(self, cores: int | None = None) -> None:
        cores = len(os.sched_getaffinity(0)) if cores is None else cores
        self._desks = (Desk(0), Desk(1))
        self._other = ThreadPoolExecutor(1, "half") if cores > 1 else None

    def both(self, rows: int, work: Callable[[Desk], Matrix]) -> tuple[Matrix, Matrix]:
        """The results of both halves; what no other core has begun in time is done here too.

        Args:
            rows: how much there is to do.
            work: does the half that the desk's number says; may write to nothing but its desk.
        """
        first, second = self._desks
        if self._other is None or rows < _LEAST_ROWS:
            return work(first), work(second)
        waiting = self._other.submit(work, second)
        try:
            done = work(first)
        except BaseException:
            wait([waiting])  # its desk is free before anything else is done
            raise
        return done, work(second) if waiting.cancel() else waiting.result()
