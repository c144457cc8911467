"""Train the reader: `python -m scripts.train_reader --out harness/models/data/reader_int8.npz`.

Runs on a developer's machine in an environment of its own, made from requirements/train_reader.in
(not locked, part of no other environment). Two threads and a fixed seed; about ten minutes. Without
`--whole` an eighth of the voices is held out and looked at after each pass.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from harness.models.encoder import DATA
from harness.models.pieces import SHAPES

from .batches import Batch, Mixer
from .corpus import KINDS, Corpus, read_corpus
from .look import look_at
from .net import Net
from .packing import read_packed, write_packed

GROUND, ABSTAIN = KINDS.index("ground"), KINDS.index("abstain")


def losses(net: Net, batch: Batch, *, is_late: bool) -> torch.Tensor:
    """All that a batch says is wrong, summed."""
    x = net(batch.ids, batch.shapes, batch.mask)
    samples = batch.samples
    total = x.new_zeros((), dtype=torch.float32)
    kinds = net.kinds(x, batch.told).float()
    wanted = torch.tensor([s.kinds for s in samples], dtype=torch.float32)
    weight = (wanted >= 0).float() * torch.where(wanted > 0, 2.0, 1.0)
    wrong = functional.binary_cross_entropy_with_logits(kinds, wanted.clamp(0, 1), reduction="none")
    total = total + (wrong * weight).sum() / len(samples)
    if samples[0].task >= 0:
        task = torch.tensor([s.task for s in samples])
        total = total + functional.cross_entropy(
            net.task(x, batch.words).float(), task, label_smoothing=0.05
        )
        known = batch.data >= 0
        data = net.data(x)[..., 0].float()
        each = functional.binary_cross_entropy_with_logits(
            data, batch.data.clamp(0, 1).float(), reduction="none"
        )
        share = known / known.sum(1, keepdim=True).clamp(min=1)
        return total + 1.5 * (each * share).sum() / len(samples)
    return total + stance_loss(net, x, batch, kinds, is_late=is_late)


def stance_loss(
    net: Net, x: torch.Tensor, batch: Batch, kinds: torch.Tensor, *, is_late: bool
) -> torch.Tensor:
    """Sign of each sentence, distance of twins, and whether it is about gaps or about sources."""
    samples = batch.samples
    scores = net.stance(x, batch.words).float()
    known = torch.tensor([s.stance is not None for s in samples])
    total = scores.new_zeros(())
    if known.any():
        signs = torch.tensor([1 + (s.stance or 0) for s in samples])
        total = total + 1.5 * functional.cross_entropy(
            scores[known, :3], signs[known], label_smoothing=0.03
        )
    lean = scores[:, 2] - scores[:, 0]
    pairs: dict[int, dict[int, int]] = {}
    for i, s in enumerate(samples):
        if s.twin >= 0:
            pairs.setdefault(s.twin, {})[s.stance or 0] = i
    pairs = {k: v for k, v in pairs.items() if {1, -1} <= v.keys()}
    aspect = torch.full((len(samples),), -1.0)
    for i, s in enumerate(samples):
        if s.stance == 1 and s.kinds[GROUND] + s.kinds[ABSTAIN] == 1 and s.kinds[GROUND] >= 0:
            aspect[i] = float(s.kinds[GROUND])
    if pairs:
        up = torch.tensor([v[1] for v in pairs.values()])
        down = torch.tensor([v[-1] for v in pairs.values()])
        total = total + 0.5 * functional.relu(3.0 - (lean[up] - lean[down])).mean()
        if is_late:
            about = torch.sigmoid(kinds[up, GROUND] - kinds[up, ABSTAIN]).detach()
            aspect[up] = aspect[down] = about
    told = aspect >= 0
    if told.any():
        total = total + 0.5 * functional.binary_cross_entropy_with_logits(
            scores[told, 3], aspect[told]
        )
    plus = torch.tensor([s.stance == 1 and s.kinds[GROUND] < 0 for s in samples])
    if plus.any():
        neither = functional.logsigmoid(-kinds[plus, GROUND]) + functional.logsigmoid(
            -kinds[plus, ABSTAIN]
        )
        total = total - torch.log1p(-neither.exp().clamp(max=0.9999)).mean()
    return total


def train(corpus: Corpus, held: Corpus, options: argparse.Namespace) -> None:
    """Train, and write the weights after each pass, so that a run may be broken off."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    vocabulary = [p for p in (DATA / "vocab.txt").read_text(encoding="utf-8").split("\n") if p]
    net = Net(DATA, first=options.first, dropout=options.dropout, shapes=SHAPES)
    if options.start:
        read_packed(net, options.start)
    mixer = Mixer(vocabulary, options.seed)
    layers = [p for layer in net.layers[options.first :] for p in layer.parameters()]
    heads = [p for part in (net.data, net.task, net.kinds, net.stance) for p in part.parameters()]
    groups = [
        {"params": layers, "lr": options.rate},
        {"params": [*heads, net.shapes], "lr": 10 * options.rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = sum(1 for _ in mixer.epoch(corpus, options.size)) * options.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.06 * steps), max(0.02, (steps - step) / steps))
    )
    began = time.monotonic()
    for epoch in range(options.epochs):
        net.train()
        sums: list[float] = []
        for batch in mixer.epoch(corpus, options.size):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                loss = losses(net, batch, is_late=epoch > 0 or bool(options.start))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*layers, *heads, net.shapes], 1.0)
            optimiser.step()
            schedule.step()
            sums.append(loss.item())
        seen = (
            look_at(net, mixer, held)
            if epoch % options.every == options.every - 1 or epoch == options.epochs - 1
            else ""
        )
        write_packed(net, options.out)
        print(
            f"{epoch + 1:2d} {time.monotonic() - began:5.0f} s  loss {np.mean(sums):.3f}  {seen}",
            flush=True,
        )


def main() -> None:
    """Read the command line, train, write."""
    parser = argparse.ArgumentParser(description="Train the reader of prompts.")
    parser.add_argument("--data", type=Path, default=Path("tests/models/data"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--first", type=int, default=2, help="the first layer that is trained, of 0 to 5"
    )
    parser.add_argument("--start", type=Path, help="weights of an earlier run to go on from")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--every", type=int, default=2)
    parser.add_argument("--size", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--threads", type=int, default=1, help="more than one waits on a shared machine"
    )
    parser.add_argument(
        "--whole", action="store_true", help="learn from the held-out voices as well"
    )
    options = parser.parse_args()
    corpus, held = read_corpus(options.data, is_whole=options.whole)
    print({k: len(v) for k, v in vars(corpus).items()}, {k: len(v) for k, v in vars(held).items()})
    train(corpus, held, options)


if __name__ == "__main__":
    main()
