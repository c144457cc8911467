"""A linear head on sentence vectors: which of a few classes a sentence belongs to.

Runs in the model worker (zone G). Learnt in one solve from a few dozen examples a class, so it
can be learnt anew at each start and is never kept.

Source: ridge regression on class indicators (Hoerl and Kennard 1970).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def learn_head(
    vectors: NDArray[np.float32], classes: Sequence[int], weights: Sequence[float], *, ridge: float
) -> tuple[Floats, Floats]:
    """Return the examples' mean and the head; (vector - mean) @ head is a score for each class.

    Args:
        vectors: one row an example, unit length.
        classes: the class of each example, from 0, none left out.
        weights: how much each example counts, above 0.
        ridge: how strongly the head is held to zero, above 0.

    Returns:
        Shapes (width,) and (width, number of classes).
    """
    rows, share = vectors.astype(np.float64), np.asarray(weights, np.float64)
    mean = share @ rows / share.sum()
    centred = rows - mean
    wanted = np.eye(max(classes) + 1)[np.asarray(classes)]
    wanted -= share @ wanted / share.sum()
    inner = (centred.T * share) @ centred + ridge * np.eye(rows.shape[1])
    return mean, np.linalg.solve(inner, (centred.T * share) @ wanted)
