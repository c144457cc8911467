"""How a network does on what was held out, in one line.

Runs on a developer's machine. A rough view while training; `audition bench model` measures what is
shipped.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from .batches import Mixer, covered
from .corpus import Corpus, Sample
from .net import Net


@torch.no_grad()
def look_at(net: Net, mixer: Mixer, held: Corpus) -> str:
    """Return the figures of a network on held-out samples."""
    net.eval()
    parts = [
        _prompts(net, mixer, held.prompts),
        _clauses(net, mixer, held.clauses),
        _stances(net, mixer, held.stances),
    ]
    return "  ".join(part for part in parts if part)


def _prompts(net: Net, mixer: Mixer, samples: Sequence[Sample]) -> str:
    if not samples:
        return ""
    right = apart = hit = missed = 0
    for sample in samples:
        batch = mixer.batch([sample])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            x = net(batch.ids, batch.shapes, batch.mask)
            is_data = (net.data(x)[..., 0] > 0) & batch.words
            told = batch.words & ~is_data
            told = told if told.any() else batch.words
            task, kinds = net.task(x, batch.words), net.kinds(x, told)[0] > 0
        right += int(task.argmax()) == sample.task
        gold = torch.tensor(sample.kinds) > 0
        hit += int((gold & kinds).sum())
        missed += int((gold ^ kinds).sum())
        window = mixer.window(sample)
        mine, theirs = is_data[0, 1:-1].numpy(), covered(window, sample.data or ())
        long = np.array(window.ends) - np.array(window.starts)
        both, any_ = (long * (mine & theirs)).sum(), (long * (mine | theirs)).sum()
        apart += both > 0.8 * any_ if any_ else True
    n = len(samples)
    return (
        f"task {right / n:.3f} data {apart / n:.3f} kinds {2 * hit / max(1, 2 * hit + missed):.3f}"
    )


def _batches(samples: Sequence[Sample], size: int = 48) -> list[Sequence[Sample]]:
    return [samples[i : i + size] for i in range(0, len(samples), size)]


def _clauses(net: Net, mixer: Mixer, samples: Sequence[Sample]) -> str:
    hit = missed = 0
    for group in _batches(samples):
        batch = mixer.batch(group)
        kinds = net.kinds(net(batch.ids, batch.shapes, batch.mask), batch.words) > 0
        gold = torch.tensor([s.kinds for s in group]) > 0
        hit += int((gold & kinds).sum())
        missed += int((gold ^ kinds).sum())
    return f"clauses {2 * hit / max(1, 2 * hit + missed):.3f}"


def _stances(net: Net, mixer: Mixer, samples: Sequence[Sample]) -> str:
    right = 0
    twins: dict[int, list[bool]] = {}
    for group in _batches(samples):
        batch = mixer.batch(group)
        scores = net.stance(net(batch.ids, batch.shapes, batch.mask), batch.words)[:, :3]
        for sample, sign in zip(group, (scores.argmax(1) - 1).tolist(), strict=True):
            right += sign == sample.stance
            if sample.twin >= 0:
                twins.setdefault(sample.twin, []).append(sign == sample.stance)
    pairs = {k: v for k, v in twins.items() if len(v) == 2}
    harder = [all(v) for k, v in pairs.items() if k >= 100_000]
    near = [all(v) for k, v in pairs.items() if k < 100_000]
    both = f"pairs {np.mean(harder):.3f} of {len(harder)}, {np.mean(near):.3f} of {len(near)}"
    return f"stance {right / max(1, len(samples)):.3f} {both}"
