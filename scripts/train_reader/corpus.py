"""What the reader learns from: prompts, single instructions, sentences with their stance.

Runs on a developer's machine; trusts the labelled files of the checkout. What is held out is
chosen by voice, or in runs of neighbouring lines where no voice is named.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

TASKS = ("classify", "extract", "qa", "summarise", "rewrite", "judge", "chat")
KINDS = (
    "ground", "abstain", "cite", "schema", "defs", "tiebreak",
    "data", "steps", "fewshot", "brief", "cutoff", "lang",
)  # fmt: skip
PROMPT_FILES = (
    "prompts_train",
    "prompts_train_2",
    "prompts_short",
    "prompts_dev",
    "prompts_voices_dev",
    "prompts_voices_unseen",
)
CLAUSE_FILES = ("clauses_train", "clauses_short")
STANCE_FILES = ("stance_train", "stance_train_2")
PAIR_FILES = ("polarity_pairs", "polarity_pairs_dev", "polarity_pairs_unseen")
_PLAIN = frozenset({"brief", "lang", "defs", "steps", "fewshot", "tiebreak"})
"""Kinds that say nothing about gaps or sources: such a clause has stance 0."""


@dataclass(frozen=True)
class Sample:
    """One text with what is known of it.

    Attributes:
        task: index into TASKS, -1 when unknown.
        kinds: for each of KINDS 1, 0, or -1 when unknown.
        stance: -1, 0, 1, or None when unknown.
        data: (start, end) offsets of its data; None when unknown.
        unsure: (start, end) of what may be data or not.
        twin: number shared by an instruction and its opposite, -1 for others.
        voice: who is meant to have written it.
    """

    text: str
    task: int = -1
    kinds: tuple[int, ...] = (-1,) * len(KINDS)
    stance: int | None = None
    data: tuple[tuple[int, int], ...] | None = None
    unsure: tuple[tuple[int, int], ...] = ()
    twin: int = -1
    voice: str = ""


@dataclass(frozen=True)
class Corpus:
    """Prompts, clauses and stance sentences, to learn from or to look at."""

    prompts: tuple[Sample, ...]
    clauses: tuple[Sample, ...]
    stances: tuple[Sample, ...]


def read_corpus(folder: Path, *, is_whole: bool) -> tuple[Corpus, Corpus]:
    """Return what is learnt from and what is held out.

    Args:
        folder: tests/models/data of a checkout; files that are missing are left out.
        is_whole: learn from all; what is held out is then learnt from as well.
    """
    prompts = [_prompt(row) for name in PROMPT_FILES for row in _rows(folder / f"{name}.jsonl")]
    clauses = [_clause(row) for name in CLAUSE_FILES for row in _rows(folder / f"{name}.jsonl")]
    stances: list[Sample] = []
    for name in STANCE_FILES:
        stances += _twinned(
            [_sentence(row, name) for row in _rows(folder / f"{name}.jsonl")], len(stances)
        )
    for name in PAIR_FILES:
        stances += _pairs(folder / f"{name}.txt", 100_000 + len(stances))
    held = Corpus(
        tuple(p for p in prompts if _is_held(p.voice)),
        tuple(c for at, c in enumerate(clauses) if at // 40 % 8 == 3),
        tuple(
            s
            for at, s in enumerate(stances)
            if s.voice == "polarity_pairs_unseen"
            or (s.voice == "stance_train" and at // 40 % 8 == 3)
        ),
    )
    if is_whole:
        return Corpus(tuple(prompts), tuple(clauses), tuple(stances)), held
    out = set(map(id, (*held.prompts, *held.clauses, *held.stances)))
    return (
        Corpus(
            *(tuple(s for s in part if id(s) not in out) for part in (prompts, clauses, stances))
        ),
        held,
    )


def _is_held(voice: str) -> bool:
    return zlib.crc32(voice.encode()) % 7 == 3


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [
        json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def _prompt(row: dict[str, Any]) -> Sample:
    return Sample(
        row["prompt"],
        TASKS.index(row["task"]),
        tuple(int(kind in row["kinds"]) for kind in KINDS),
        data=tuple((a, b) for a, b in row["data_spans"]),
        voice=row["persona"],
    )


def _clause(row: dict[str, Any]) -> Sample:
    kinds = set(row["kinds"])
    grounded = bool(kinds & {"ground", "abstain"})
    stance = 1 if grounded else 0 if kinds and kinds <= _PLAIN else None
    return Sample(row["text"], kinds=tuple(int(kind in kinds) for kind in KINDS), stance=stance)


def _sentence(row: dict[str, Any], name: str) -> Sample:
    """The opposite of an instruction, and what is none, asks neither to ground nor to abstain."""
    kinds = [-1] * len(KINDS)
    if row["stance"] <= 0:
        kinds[KINDS.index("ground")] = kinds[KINDS.index("abstain")] = 0
    return Sample(row["text"], kinds=tuple(kinds), stance=row["stance"], voice=name)


def _twinned(samples: Sequence[Sample], first: int) -> list[Sample]:
    """The same, where neighbours of opposite stance that share half their words are twins."""
    out = list(samples)
    at = 0
    while at + 1 < len(out):
        one, other = out[at], out[at + 1]
        if {one.stance, other.stance} == {1, -1} and _shared(one.text, other.text) >= 0.5:
            out[at : at + 2] = [replace(one, twin=first + at), replace(other, twin=first + at)]
            at += 1
        at += 1
    return out


def _shared(one: str, other: str) -> float:
    a, b = set(one.lower().split()), set(other.lower().split())
    return len(a & b) / max(1, min(len(a), len(b)))


def _pairs(path: Path, first: int) -> Iterable[Sample]:
    if not path.exists():
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(line for line in lines if " | " in line and line[0] != "#"):
        for text, stance in zip(line.split(" | "), (1, -1), strict=True):
            yield replace(
                _sentence({"text": text.strip(), "stance": stance}, path.stem), twin=first + number
            )
