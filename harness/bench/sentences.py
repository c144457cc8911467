"""How well the embedded model reads whatever file is named: prompts, instructions, stances, pairs.

Runs on the trusted side. The form of a file's first line says what it holds; one that was kept
unseen is measured on by naming it, and by nothing else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.bench.figures import Figure
from harness.bench.reading import (
    floor_figure,
    paired,
    prompt_figures,
    read_all,
    read_labelled,
    read_pairs,
)
from harness.core.errors import UsageError
from harness.models.features import Bank
from harness.models.kinds import NAMES
from harness.models.learnt import learnt_sentence


@dataclass(frozen=True)
class Sentence:
    """An instruction with its label.

    Attributes:
        kinds: some of harness.models.kinds.NAMES; None in a file of stances.
        stance: -1, 0 or 1; None in a file of instructions.
    """

    text: str
    kinds: frozenset[str] | None
    stance: int | None


def file_figures(bank: Bank, path: Path) -> list[Figure]:
    """Return the reading figures of one labelled file.

    Args:
        bank: the fitted bank.
        path: prompts (`prompt`, `task`, `kinds`, `data_spans`), instructions (`text`, `kinds`) or
            stances (`text`, `stance`), one JSON object a line; or pairs, `this | its opposite`.

    Raises:
        UsageError: it is none of them, or cannot be read.
    """
    first = _first_line(path)
    if path.suffix == ".txt":
        pairs = read_pairs(path)
        how = f"{len(pairs)} pairs, both sides of each"
        both = paired(pairs, lambda sentence: learnt_sentence(bank.reader, sentence))
        return [floor_figure(f"polarity, {path.stem}", both, 0.92, how)]
    if '"prompt"' in first:
        return prompt_figures(read_all(bank, read_labelled(path)), path.stem)
    sentences = read_sentences(path)
    if sentences[0].kinds is not None:
        return [_kinds(bank, sentences, path.stem)]
    return _stances(bank, sentences, path.stem)


def read_sentences(path: Path) -> list[Sentence]:
    """Return the labelled instructions or stances in a file, at least one.

    Raises:
        UsageError: it cannot be read, or a line is neither.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [_sentence(json.loads(line)) for line in lines if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UsageError(
            f"{path} is no list of instructions or stances: {problem!r}; write "
            '{"text": ..., "kinds": [...]} or {"text": ..., "stance": -1|0|1} a line'
        ) from problem


def _first_line(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            first = file.readline(1_000_000)
    except (OSError, ValueError) as problem:
        raise UsageError(f"{path} cannot be read: {problem}") from problem
    if not first.strip():
        raise UsageError(f"{path} is empty; name a file of labelled prompts, sentences or pairs")
    return first


def _sentence(row: dict[str, Any]) -> Sentence:
    if "kinds" in row:
        return Sentence(str(row["text"]), frozenset(row["kinds"]), None)
    return Sentence(str(row["text"]), None, int(row["stance"]))


def _kinds(bank: Bank, sentences: Sequence[Sentence], name: str) -> Figure:
    rows = bank.reader.sentences([one.text for one in sentences])
    hit = missed = 0
    for one, row in zip(sentences, rows, strict=True):
        found = {kind for kind, odds in zip(NAMES, row, strict=False) if odds > 0}
        hit += len(found & (one.kinds or frozenset()))
        missed += len(found ^ (one.kinds or frozenset()))
    value = 2 * hit / (2 * hit + missed) if hit + missed else 1.0
    how = f"{len(sentences)} instructions, each read alone"
    return floor_figure(f"kinds of single instructions, micro F1, {name}", value, 0.85, how)


def _stances(bank: Bank, sentences: Sequence[Sentence], name: str) -> list[Figure]:
    signs: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for one in sentences:
        leans = learnt_sentence(bank.reader, one.text).grounded
        sign = (leans > 0) - (leans < 0)
        signs[one.stance or 0] += 1
        right[one.stance or 0] += sign == one.stance
    out = [
        floor_figure(
            f"stance, {name}",
            right.total() / signs.total(),
            0.92,
            f"{signs.total()} sentences, each read alone",
        )
    ]
    for sign, count in sorted(signs.items()):
        out.append(
            floor_figure(f"stance {sign:+d}, {name}", right[sign] / count, 0.85, f"{count} of them")
        )
    return out
