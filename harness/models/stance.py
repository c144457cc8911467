"""How a prompt wants gaps in its source treated: admit them, or answer all the same?

Runs in the model worker (zone G); the text is hostile. The trained reader gives each sentence a
sign; what it is about, gaps or sources, says on which axis it counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.models.layers import Matrix
from harness.models.reader import Reader

_KINDS = 12
_APPEAL = re.compile(
    r"\W*(?:please )?(?:(?:do not|don['’]?t|never|no) hallucinat\w*|"
    r"be (?:very |as |always )*(?:accurate|precise|careful|correct|thorough))\W*",
    re.I,
)
"""An appeal that names nothing to do; by design it has no effect, whoever it reminds of a rule."""
_MOST_SENTENCES = 60


@dataclass(frozen=True)
class Stance:
    """How a prompt wants gaps in its source treated, each from -1 (the opposite) to 1."""

    admit_absence: float = 0.0
    stay_inside: float = 0.0
    always_answer: float = 0.0
    go_outside: float = 0.0

    @property
    def grounded(self) -> float:
        """Above 0 when the prompt on the whole asks for the source and for honest gaps."""
        return self.admit_absence + self.stay_inside - self.always_answer - self.go_outside


def read_sentence(reader: Reader, sentence: str) -> Stance:
    """The stance of one instruction sentence; zeros when it has none."""
    return Stance() if _APPEAL.fullmatch(sentence) else _stance_of(reader.sentences([sentence])[0])


def read_stance(reader: Reader, sentences: Sequence[str]) -> Stance:
    """The stance of a whole prompt: on each axis the mean of the sentences that take one."""
    read = [one for one in sentences if not _APPEAL.fullmatch(one)][:_MOST_SENTENCES]
    found = [_stance_of(row) for row in reader.sentences(read)]

    def mean(axis: str) -> float:
        values = [value for one in found if (value := float(getattr(one, axis)))]
        return sum(values) / len(values) if values else 0.0

    return Stance(
        *(mean(axis) for axis in ("admit_absence", "stay_inside", "always_answer", "go_outside"))
    )


def _stance_of(row: Matrix) -> Stance:
    sign = int(np.argmax(row[_KINDS : _KINDS + 3])) - 1
    is_about_sources = bool(row[_KINDS + 3] > 0)
    if sign > 0:
        return Stance(stay_inside=1.0) if is_about_sources else Stance(admit_absence=1.0)
    if sign < 0:
        return Stance(go_outside=1.0) if is_about_sources else Stance(always_answer=1.0)
    return Stance()
