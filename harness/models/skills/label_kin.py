"""How near the labels of a prompt stand to each other, and how near a text must be to fit one.

Runs in the model worker; plain arithmetic on cosines. Labels whose names share their words
("gate_pass_lost", "gate_pass_expired") are all somewhat near to any text of their trade, so that a
text which fits none is nearer to one of them than it would be among labels that are strangers. What
fools it: names of one family that sound unlike, and neighbours that use the family's own words.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from harness.models.layers import Matrix

Cosines = NDArray[np.float64]

_LEAST_LABELS = 5
"""From this many labels on their nearness is more than chance."""
_STRANGERS = 0.17
_RISE = 1.3
_FLOOR = 0.25
_MOST = 0.45
"""Fitted, as the three above, on two draws of ten intents from each of two public sets and on our
own ten; measured on three other draws of each (docs/model-card.md)."""


def kin_of(names: Matrix) -> Cosines:
    """Mean cosine of each name with the others; all 0 for fewer than two.

    Args:
        names: unit vectors of the labels' names, shape (labels, 384).
    """
    count = len(names)
    if count < 2:
        return np.zeros(count)
    near = (names @ names.T).astype(np.float64)
    mean: Cosines = (near.sum(1) - np.diag(near)) / (count - 1)
    return mean


def least_likeness(kin: Cosines, usual: float) -> float:
    """The cosine below which a text is called none of the labels.

    Args:
        kin: of the labels that mean something, from kin_of.
        usual: what holds for a few labels.
    """
    if len(kin) < _LEAST_LABELS:
        return usual
    return min(_MOST, _FLOOR + _RISE * max(0.0, float(kin.mean()) - _STRANGERS))
