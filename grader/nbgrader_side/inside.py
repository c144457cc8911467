"""Looks at the contract's names in a kernel that holds nothing else. Read as text, run in there.

Runs inside, in a fresh sandboxed kernel with the candidate's interpreter. The kernel runs our
lines alone; the marked cells run in a clean Python that check() starts as well, where there is no
IPython to turn them into something else. One line goes out, under a word that the cells never see.
"""

from __future__ import annotations

import ctypes
import json
from pathlib import Path
from typing import Any

from harness.core.card import ArtefactRule
from harness.kernel.checking import Limits, look
from harness.kernel.exercise import Cell
from harness.kernel.telling import Teller

_NOT_DUMPABLE = 4


def look_at(job: dict[str, Any]) -> None:
    """Print which names can be read, and what is to be said of the others.

    Args:
        job: {"word", "cells": [[number, name or None, source]], "rules": [...]}.
    """
    ctypes.CDLL(None).prctl(_NOT_DUMPABLE, 0, 0, 0, 0)  # our memory and handles are not theirs
    every = [
        Cell(number, "artefact" if name else None, name, source, True)
        for number, name, source in job["cells"]
    ]
    rules = [ArtefactRule.model_validate(rule) for rule in job["rules"]]
    marked, limits = [cell for cell in every if cell.is_artefact], Limits()
    looked = look(marked, rules, folder=Path.cwd(), limits=limits)
    odd = {finding.step.name for finding in looked.findings}
    said = Teller(every, rules, limits).tell_all(looked.findings)
    told = {
        "whole": looked.is_whole,
        "readable": [rule.name for rule in rules if rule.name not in odd],
        "said": [[one.cell, str(one)] for one in said],
    }
    print(job["word"], json.dumps(told))  # noqa: T201  the one way out
