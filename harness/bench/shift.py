"""What each cause of shift costs each tier: messages sorted under three labels, paired over seeds.

Runs on the trusted side; calls the engine in this process. The same messages meet the same luck
with and without the term that is measured, so that a difference is the term's. Thirty messages a
cause, ten of each label, so that a guess is right in a third.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from harness.bench.figures import Figure, figure, median_ms
from harness.core.card import tell_validation
from harness.core.errors import UsageError
from harness.models.bench import questions
from harness.models.engine import Engine
from harness.models.features import Bank
from harness.models.request import ChatRequest
from harness.models.shift import shift_of
from harness.models.tiers import TIERS

LABELS = ("bug", "feature", "question")
CAUSES = ("plain", "slang", "long", "other-languages", "new-names")
PROMPT = "Classify the message as bug, feature or question. Answer with one word."
SEEDS = (20, 21, 22, 23, 24)
_EVERY = 3
"""Of the plain messages every third: as many as there are of the others."""

_LONG_WORDS, _SAMPLES, _MOST_MS = 600, 50, 0.3

Messages = Mapping[str, Sequence[tuple[str, str]]]
"""By cause: messages and their labels."""
_Share = Annotated[float, Field(ge=0, le=1)]
Bands = Mapping[str, Mapping[str, tuple[_Share, _Share]]]
"""By cause and tier: the least and the greatest share that is right."""
_BANDS: TypeAdapter[Bands] = TypeAdapter(Bands)


@dataclass(frozen=True)
class Cost:
    """Shares that are right.

    Attributes:
        without: with the term left out.
        felt: with it, as the tier is.
    """

    without: float
    felt: float


def read_messages(folder: Path) -> Messages:
    """Return the messages of each cause, and plain ones.

    Args:
        folder: tests/models/data of a checkout.

    Raises:
        UsageError: a file cannot be read, or lacks a kind.
    """
    try:
        plain, far = (
            tomllib.loads((folder / name).read_text(encoding="utf-8"))
            for name in ("triage_kinds.toml", "shift_kinds.toml")
        )
        out = {
            "plain": [pair for one in LABELS for pair in _rows(plain[f"clear-{one}"]["texts"], one)]
        }
        out["plain"] = out["plain"][::_EVERY]
        talk = far["long"]["talk"]
        out["long"] = [
            (_beside(text, talk, n), label) for n, (text, label) in enumerate(out["plain"])
        ]
        for cause in CAUSES:
            if cause not in out:
                out[cause] = [pair for one in LABELS for pair in _rows(far[cause][one], one)]
    except (OSError, ValueError, KeyError) as problem:
        raise UsageError(f"{folder} holds no messages to measure shift on: {problem}") from problem
    return out


def read_bands(path: Path) -> Bands:
    """Return what each tier has to come to.

    Raises:
        UsageError: the file cannot be read, or a band is off.
    """
    try:
        return _BANDS.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as problem:
        raise UsageError(f"{path}: {tell_validation(problem)}") from problem
    except (OSError, ValueError) as problem:
        raise UsageError(f"{path} holds no bands: {problem}") from problem


def cost_of(
    bank: Bank, messages: Sequence[tuple[str, str]], tier: str, seeds: Sequence[int]
) -> Cost:
    """Return the shares of messages that a tier sorts right at temperature 0, over seeds.

    Args:
        bank: the fitted bank.
        messages: texts and their labels.
        tier: name of the model.
        seeds: the luck of one deployment each.
    """
    shares = []
    for weight in (0.0, 1.0):
        engines = [Engine(bank=bank, seed=seed, shift_weight=weight) for seed in seeds]
        right = sum(
            _sorted_by(engine, tier, text) == label
            for text, label in messages
            for engine in engines
        )
        shares.append(right / len(messages) / len(seeds))
    return Cost(*shares)


def shift_figures(
    bank: Bank, messages: Messages, bands: Bands, *, is_quick: bool = False
) -> list[Figure]:
    """Return what each cause comes to on each tier, beside its band, and what looking for it costs.

    Args:
        bank: the fitted bank.
        messages: by cause.
        bands: what each has to come to.
        is_quick: two seeds instead of five.

    Raises:
        UsageError: a band is of nothing that is measured.
    """
    seeds = SEEDS[:2] if is_quick else SEEDS
    out = []
    for cause, by_tier in bands.items():
        for tier, (low, high) in by_tier.items():
            if cause not in messages or tier not in TIERS:
                raise UsageError(f"a band is of {cause!r} on {tier!r}, which is not measured")
            cost = cost_of(bank, messages[cause], tier, seeds)
            out.append(
                figure(
                    f"shift, {cause}, {tier}: sorted right, share",
                    ours=cost.felt, peer=None, target=f"{low:.2f} to {high:.2f}",
                    met=low <= cost.felt <= high,
                    how=f"without the term {cost.without:.2f}; {len(messages[cause])} messages, "
                    f"three labels by name, {len(seeds)} seeds, temperature 0",
                )
            )  # fmt: skip
    return [*out, _duration(bank)]


def _duration(bank: Bank) -> Figure:
    """Return how long it takes to see how far a new text is from plain English."""
    tokenizer = bank.features.encoder.tokenizer
    document = questions().document.split()
    words = [document[n % len(document)] for n in range(_LONG_WORDS)]
    samples = []
    for number in range(_SAMPLES):  # a word more in front: no text was seen before
        text = " ".join((f"{number}", *words))
        began = perf_counter()
        shift_of(tokenizer, text, is_sorted=True)
        samples.append(perf_counter() - began)
    took = median_ms(samples)
    return figure(
        f"shift of a new text of {_LONG_WORDS} words, ms",
        ours=took, peer=None, target="under 0.3", met=took < _MOST_MS,
        how=f"median of {_SAMPLES}; its words were seen before, as the encoder sees them in a call",
    )  # fmt: skip


def _sorted_by(engine: Engine, tier: str, text: str) -> str:
    request = ChatRequest.from_wire(
        tier, [{"role": "user", "content": f"{PROMPT}\n\nMessage: {text}"}], {"temperature": 0}
    )
    return engine.chat(request).choices[0].text.strip().strip(".").lower()


def _rows(texts: str, label: str) -> list[tuple[str, str]]:
    return [(line, label) for line in texts.splitlines() if line.strip()]


def _beside(text: str, talk: Sequence[str], number: int) -> str:
    """A message behind or in front of talk that has nothing to do with it."""
    own = talk[number % len(talk)]
    return f"{own} {text}" if number % 2 else f"{text} {own}"
