"""How well the embedded model reads prompts: routing, data, kinds of instruction, polarity.

Runs on the trusted side, over labelled prompts that lie in the checkout and are in no package. The
reader learnt from these prompts, and the pairs are read by the rules that stand beside it, so the
figures guard; a file that nothing has learnt from is named to `audition bench --reading FILE`
(sentences.py).
Counting is apart from loading the model, so tests and a first look share one reader.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.bench.figures import Figure, figure
from harness.core.errors import UsageError
from harness.models.features import Bank
from harness.models.kinds import NAMES
from harness.models.reading import read_prompt
from harness.models.stance import Stance, read_sentence

PROMPT_FILES = ("prompts_dev.jsonl", "prompts_voices_dev.jsonl", "prompts_voices_unseen.jsonl")
PAIR_FILES = ("polarity_pairs.txt", "polarity_pairs_dev.txt", "polarity_pairs_unseen.txt")
SEPARATED = 0.8
"""Overlap (intersection over union of characters) above which data counts as separated."""
Delimiting = Literal["delimited", "undelimited", "none"]
_OPENED = re.compile(
    r"(?:<[A-Za-z_][\w-]{0,30}(?: [^<>\n]{0,80})?>|```[\w-]*|~~~|\"\"\"|'''|<<<|\[\[|"
    r"(?:^|\n)[ \t]*(?:[-=*#_]{3,}|#{1,6} [^\n]{1,60}|\*\*[^*\n]{1,50}\*\*:?|"
    r"[-=]{2,}[^\n]{1,40}[-=]{2,})"
    r"|(?:^|\n)[ \t]*>)\s*[\"“«]?$"
)


@dataclass(frozen=True)
class Labelled:
    """A prompt and what a careful person reads in it.

    Attributes:
        task: one of harness.models.tasks.NAMES.
        kinds: some of harness.models.kinds.NAMES.
        spans: (start, end) offsets of its data, in order; empty when it has none.
    """

    prompt: str
    task: str
    kinds: frozenset[str]
    spans: tuple[tuple[int, int], ...]

    @property
    def delimiting(self) -> Delimiting:
        """Whether tags, fences, headings or quote marks stand before all of its data."""
        if not self.spans:
            return "none"
        marked = all(_OPENED.search(self.prompt[max(0, a - 160) : a]) for a, _ in self.spans)
        return "delimited" if marked else "undelimited"


@dataclass(frozen=True)
class Read:
    """What the model read of one labelled prompt.

    Attributes:
        overlap: intersection over union of its data, in characters; 1 when both are empty.
    """

    wanted: Labelled
    task: str
    kinds: frozenset[str]
    overlap: float


def read_labelled(path: Path) -> list[Labelled]:
    """Return the prompts in a file, one JSON object a line.

    Raises:
        UsageError: it cannot be read, or a line is no labelled prompt.
    """
    try:
        rows = [json.loads(x) for x in path.read_text(encoding="utf-8").splitlines() if x.strip()]
        return [
            Labelled(
                str(row["prompt"]),
                str(row["task"]),
                frozenset(row["kinds"]),
                tuple((int(a), int(b)) for a, b in row["data_spans"]),
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UsageError(f"{path} is no list of labelled prompts: {problem!r}") from problem


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Return the (grounded, opposite) sentences of a file, `one | other` a line, # for comments.

    Raises:
        UsageError: it cannot be read, or holds no pair.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as problem:
        raise UsageError(f"{path} is no list of pairs: {problem!r}") from problem
    halves = [line.partition(" | ") for line in lines if not line.startswith("#")]
    pairs = [(one.strip(), other.strip()) for one, bar, other in halves if bar]
    if not pairs:
        raise UsageError(f"{path} holds no pair; write one `this | its opposite` a line")
    return pairs


def overlap(found: Iterable[tuple[int, int]], wanted: Iterable[tuple[int, int]]) -> float:
    """Return the intersection over union of two sets of spans; 1 when both are empty."""
    one = {i for a, b in found for i in range(a, b)}
    two = {i for a, b in wanted for i in range(a, b)}
    return len(one & two) / len(one | two) if one | two else 1.0


def read_all(bank: Bank, prompts: Sequence[Labelled]) -> list[Read]:
    """Return what the model reads of each prompt, in order."""
    out = []
    for wanted in prompts:
        found = read_prompt(bank, (("user", wanted.prompt),))
        spans = [(span.start, span.end) for span in found.prompt.spans]
        kinds = frozenset(found.found.kinds.given)
        out.append(Read(wanted, found.task, kinds, overlap(spans, wanted.spans)))
    return out


def routed(reads: Sequence[Read]) -> float:
    """Return the share that went to the right task."""
    return _share([one.task == one.wanted.task for one in reads])


def separated(reads: Sequence[Read]) -> float:
    """Return the share whose data was separated."""
    return _share([one.overlap > SEPARATED for one in reads])


def kind_f1(reads: Sequence[Read]) -> dict[str, float | None]:
    """Return the F1 of each kind of instruction, and of all together under "micro".

    A kind that is neither given nor read has None.
    """
    hit: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for one in reads:
        hit.update(one.kinds & one.wanted.kinds)
        missed.update(one.kinds ^ one.wanted.kinds)
    counts = {name: (hit[name], missed[name]) for name in NAMES}
    counts["micro"] = (hit.total(), missed.total())
    return {name: 2 * h / (2 * h + m) if h + m else None for name, (h, m) in counts.items()}


def paired(
    pairs: Sequence[tuple[str, str]], read: Callable[[str], Stance] = read_sentence
) -> float:
    """Return the share of pairs of which both sides are read with the right sign.

    Args:
        pairs: an instruction to stay grounded, and its opposite.
        read: how one sentence is read; by the rules, if it is not given.
    """
    return _share([read(a).grounded > 0 and read(b).grounded < 0 for a, b in pairs])


def reading_figures(bank: Bank, folder: Path, *, is_quick: bool = False) -> list[Figure]:
    """Return the figures of every file that lies in a folder.

    Args:
        bank: the fitted bank.
        folder: tests/models/data of a checkout.
        is_quick: every third prompt instead of all.

    Raises:
        UsageError: no file of labelled prompts lies there, or one cannot be read.
    """
    figures: list[Figure] = []
    for name in PROMPT_FILES:
        if (folder / name).exists():
            prompts = read_labelled(folder / name)[:: 3 if is_quick else 1]
            figures += prompt_figures(read_all(bank, prompts), name.removesuffix(".jsonl"))
    for name in PAIR_FILES:
        if (folder / name).exists():
            pairs = read_pairs(folder / name)
            how = f"{len(pairs)} pairs, both sides of each"
            figures.append(floor_figure(f"polarity, {name[:-4]}", paired(pairs), 0.92, how))
    if not figures:
        raise UsageError(f"{folder} holds none of {', '.join(PROMPT_FILES + PAIR_FILES)}")
    return figures


def prompt_figures(reads: Sequence[Read], name: str) -> list[Figure]:
    """Return the figures of prompts that were read, under the name of their file."""

    def some(holds: Callable[[Read], bool]) -> list[Read]:
        return [one for one in reads if holds(one)]

    tagged = some(lambda one: one.wanted.delimiting == "delimited")
    bare = some(lambda one: one.wanted.delimiting == "undelimited")
    without = some(lambda one: one.wanted.delimiting == "none")
    how = f"overlap above {SEPARATED:g}"
    f1 = kind_f1(reads)
    out = [
        floor_figure(f"routed, {name}", routed(reads), 0.93, f"{len(reads)} prompts"),
        floor_figure(f"data, delimited, {name}", separated(tagged), 0.99, f"{len(tagged)}, {how}"),
        floor_figure(f"data, undelimited, {name}", separated(bare), 0.90, f"{len(bare)}, {how}"),
        floor_figure(
            f"no data found where none is, {name}", separated(without), 0.90, f"{len(without)}"
        ),
        floor_figure(
            f"kinds, micro F1, {name}", f1.pop("micro") or 0.0, 0.85, f"{len(reads)} prompts"
        ),
    ]
    for kind, value in f1.items():
        given = sum(kind in one.wanted.kinds for one in reads)
        if value is not None:
            out.append(floor_figure(f"kind {kind}, F1, {name}", value, 0.65, f"given in {given}"))
    return out


def floor_figure(name: str, value: float, floor: float, how: str) -> Figure:
    """Return a share with the least that is asked of it."""
    return figure(
        name, ours=value, peer=None, target=f">= {floor:.2f}", met=value >= floor, how=how
    )


def _share(holds: Sequence[bool]) -> float:
    """The share that holds; 1 of none, since nothing failed."""
    return sum(holds) / len(holds) if holds else 1.0
