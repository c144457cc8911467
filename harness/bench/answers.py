"""Tables of answers: what wording does to the embedded model, and how well it works.

Runs on the trusted side; calls the engine in this process. Every row is counted anew, on the same
questions and the same luck for every prompt (common random numbers).
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from harness.bench.effects import change_figure, wording_figures
from harness.bench.figures import Figure, figure
from harness.models import bench
from harness.models.encoder import DATA
from harness.models.engine import Engine
from harness.models.features import load_bank
from harness.models.request import ChatRequest

SEEDS = (20, 21, 22)
EFFECT_SEEDS = range(20, 32)
_BASE = bench.PROMPTS["bad line deleted"]
NULL_EDITS: dict[str, str] = {
    "spacing": "  " + _BASE.replace(". ", ".   ").replace("\n", "\n\n") + "\n",
    "politeness": f"{_BASE} Please, and thank you very much.",
    "shouting": f"{_BASE}\nTHIS IS VERY IMPORTANT!!!",
    "a tip": f"{_BASE}\nI'll tip you $200 for a perfect answer.",
}
EFFECTS: dict[str, str] = {
    "stay within the text": "Use only what is stated in the rules.",
    "say when absent": 'If the rules do not say it, reply "The rules do not say."',
    "cite": "Quote the sentence of the rules that your answer rests on.",
}
_STEPS = ("naive", "bad line deleted", "bad line replaced", "replaced, only facts")


@dataclass(frozen=True)
class Rates:
    """How often the same call gives another answer, 0 to 1.

    Attributes:
        at_zero: share of questions whose answer at temperature 0 was not the same twice.
        at_one: share of pairs of samples at temperature 1 that differ.
    """

    at_zero: float
    at_one: float


def measure_answers(engine: Engine, *, is_quick: bool) -> list[Figure]:
    """The document bench, paraphrases, null edits, effects and reproducibility as figures.

    Args:
        engine: the model whose reproducibility is measured; its bank is not loaded twice when it is
            the only seed (is_quick).
        is_quick: one seed, and no instruction whose effect needs many to show.
    """
    engines = [engine] if is_quick else _engines(SEEDS)
    return [
        *document_figures(engines),
        spread_figure(engines[:1]),
        *null_figures(engines),
        *effect_figures(engines if is_quick else _engines(EFFECT_SEEDS)),
        *([] if is_quick else wording_figures(_engines(EFFECT_SEEDS))),
        *rate_figures(engine),
        claims_figure(engine),
    ]


def document_figures(engines: Sequence[Engine]) -> list[Figure]:
    """Inventions of 20 under each prompt of the document bench, and whether the order holds."""
    rows = {row.prompt: row for row in bench.table(engines)}
    how = (
        f"sim-medium, temperature 0, {len(engines)} seed(s), 20 unanswerable questions; right of 20"
    )
    falls = [rows[b].invented < rows[a].invented for a, b in pairwise(_STEPS)]
    met = {
        "naive": True,
        "shouting": abs(rows["shouting"].invented - rows["naive"].invented) <= 1,
        "bad line deleted": falls[0],
        "bad line replaced": falls[1],
        "replaced, only facts": falls[2],
        "bad line kept, fix added": rows["bad line kept, fix added"].invented
        >= rows["replaced, only facts"].invented + 2,
        "over-rewritten": rows["over-rewritten"].right <= rows["bad line deleted"].right - 4,
        "keyword soup": rows["keyword soup"].invented >= rows["bad line deleted"].invented - 1,
    }
    target = {
        "naive": "the reference",
        "shouting": "naive ±1",
        "bad line kept, fix added": "≥ replaced + 2",
        "over-rewritten": "refuses: right ≤ deleted − 4",
        "keyword soup": "≥ deleted − 1",
    }
    return [
        figure(
            f"{name}: invented of 20",
            ours=row.invented,
            peer=None,
            target=target.get(name, "less than the step before"),
            met=met[name],
            how=f"{how}: {row.right:.1f}",
        )
        for name, row in rows.items()
    ]


def spread_figure(engines: Sequence[Engine]) -> Figure:
    """Most less least inventions over eight wordings of one fix."""
    found = [
        bench.measure(engines, f"{_BASE}\n{fix}", "sim-medium").invented for fix in bench.FIXES
    ]
    return figure(
        "eight wordings of one fix: spread of inventions, of 20",
        ours=max(found) - min(found),
        peer=None,
        target="≤ 4",
        met=max(found) - min(found) <= 4,
        how="invented: " + ", ".join(f"{value:g}" for value in found),
    )


def null_figures(engines: Sequence[Engine]) -> list[Figure]:
    """How far an edit that says nothing moves inventions; it should not."""
    base = bench.measure(engines, _BASE, "sim-medium").invented
    changes = {
        name: bench.measure(engines, prompt, "sim-medium").invented - base
        for name, prompt in NULL_EDITS.items()
    }
    return [
        figure(
            f"null edit, {name}: change of inventions, of 20",
            ours=change,
            peer=None,
            target="within ±1",
            met=abs(change) <= 1,
            how=f"against {base:g} without the edit",
        )
        for name, change in changes.items()
    ]


def effect_figures(engines: Sequence[Engine]) -> list[Figure]:
    """What one instruction changes in the mean, paired over seeds: fewer inventions.

    Seven hundredths of an item's luck are the prompt's own, so a weak instruction may gain or
    lose a question under one seed; its mean over the seeds lies two standard errors below 0.
    """
    before = [bench.measure([one], _BASE, "sim-medium").invented for one in engines]
    out = []
    for name, line in EFFECTS.items():
        changes = [
            bench.measure([one], f"{_BASE}\n{line}", "sim-medium").invented - base
            for one, base in zip(engines, before, strict=True)
        ]
        out.append(change_figure(f"instruction, {name}: change of inventions, of 20", changes))
    return out


def rate_figures(engine: Engine) -> list[Figure]:
    """How often the same call gives another answer at temperature 0 and 1."""
    rates = differing(engine)
    return [
        figure(
            "temperature 0: share of calls answered otherwise the second time",
            ours=rates.at_zero,
            peer=None,
            target="0",
            met=rates.at_zero == 0,
            how="20 questions, twice each",
        ),
        figure(
            "temperature 1: share of pairs of samples that differ",
            ours=rates.at_one,
            peer=None,
            target="0.4 to 0.9: what is made up is made up anew",
            met=0.4 <= rates.at_one <= 0.9,
            how="20 open questions, four samples each, neighbours compared",
        ),
    ]


def differing(engine: Engine, *, count: int = 20) -> Rates:
    """How often answers differ between equal calls on the bench's open questions.

    Samples at temperature 1 are drawn by seeds, so that the rate is the same every time.
    """
    asked = bench.questions()
    zero = one = pairs = 0
    for number, question in enumerate(asked.unanswerable[:count]):
        content = f"{_BASE}\n\nHouse rules:\n{asked.document}\n\nQuestion: {question}\nAnswer:"
        cold = [_texts(engine, content, 0.0, 1) for _ in range(2)]
        zero += cold[0] != cold[1]
        warm = _texts(engine, content, 1.0, 4, seed=number)
        one += sum(a != b for a, b in pairwise(warm))
        pairs += len(warm) - 1
    return Rates(zero / count, one / pairs)


def claims_figure(engine: Engine) -> Figure:
    """Share of right verdicts on short claims, each put to the model as a prompt."""
    raw = tomllib.loads((DATA / "bench.toml").read_text(encoding="utf-8"))
    document = raw["document"].strip()
    lines = [line.partition("|") for line in raw["claims"].strip().splitlines()]
    right = 0
    for verdict, _, claim in lines:
        content = f"Is the claim supported by the text? Claim: {claim.strip()} Text: {document}"
        said = _texts(engine, content, 0.0, 1)[0].lower()
        right += said.startswith("supported") == (verdict.strip() == "yes")
    return figure(
        "claims judged right, share",
        ours=right / len(lines),
        peer=None,
        target="≥ 0.83",
        met=right / len(lines) >= 0.83,
        how=f"{len(lines)} claims on the bench's document, sim-medium, temperature 0",
    )


def _texts(
    engine: Engine, content: str, temperature: float, count: int, *, seed: int | None = None
) -> list[str]:
    options = {"temperature": temperature, "n": count}
    request = ChatRequest.from_wire(
        "sim-medium",
        [{"role": "user", "content": content}],
        options if seed is None else options | {"seed": seed},
    )
    return [choice.text for choice in engine.chat(request).choices]


def _engines(seeds: Sequence[int]) -> list[Engine]:
    bank = load_bank()
    return [Engine(seed=seed, bank=bank) for seed in seeds]
