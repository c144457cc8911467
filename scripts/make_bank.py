"""Fit harness/models/data/bank.npz from the written bank beside it.

Runs on a developer's machine, never in a session: `.venv/bin/python scripts/make_bank.py`. Takes a
minute or two. Closed-form ridge regression throughout, so the same words give the same file.
"""

from __future__ import annotations

import random
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.models.encoder import DATA, Encoder, Matrix
from harness.models.features import BUCKETS, Bank, Features, Heads, hashed_ngrams
from harness.models.reader import Reader
from harness.models.skills.retrieval import evidence_features

RIDGE = 0.6
MIXTURES = 900
SHARED_WEIGHT_PENALTY = 1e-3


@dataclass(frozen=True)
class Words:
    """The written bank: lists of sentences by what they are examples of."""

    kinds: dict[str, list[str]]
    tasks: dict[str, list[str]]
    sentences: dict[str, list[str]]
    concepts: dict[str, dict[str, list[str]]]
    other: list[str]


def lines(block: str) -> list[str]:
    """The non-empty lines of a TOML block."""
    return [line.strip() for line in block.splitlines() if line.strip()]


def read_words(path: Path) -> Words:
    """The written bank from its TOML file."""
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Words(
        {name: lines(block) for name, block in raw["kinds"].items()},
        {name: lines(block) for name, block in raw["tasks"].items()},
        {name: lines(block) for name, block in raw["sentences"].items()},
        {
            name: {"aliases": lines(c["aliases"]), "examples": lines(c["examples"])}
            for name, c in raw["concepts"].items()
        },
        lines(raw["other"]["aliases"]),
    )


def mixtures(words: Words, pool: Sequence[str]) -> list[tuple[str, set[str]]]:
    """Two sentences joined, labelled with the kinds of both: real prompts run them together."""
    rng = random.Random(11)  # noqa: S311 - a fixed sample, nothing secret
    labelled = [(text, {kind}) for kind, texts in words.kinds.items() for text in texts]
    labelled += [(text, set()) for text in pool]
    out: list[tuple[str, set[str]]] = []
    while len(out) < MIXTURES:
        (a, ka), (b, kb) = rng.sample(labelled, 2)
        if len(a) + len(b) < 170:
            out.append(
                (a.rstrip(".") + rng.choice([". ", ", ", " and ", "; ", ", but "]) + b, ka | kb)
            )
    return out


def fit_head(
    rows: Matrix, gram: NDArray[np.float64], wanted: NDArray[np.bool_], originals: int
) -> tuple[Matrix, float]:
    """Ridge weights and offset of one yes/no head, scaled to log-odds.

    Args:
        rows: feature rows, the unmixed sentences first.
        gram: inner products of the rows, plus one: it costs most, and all heads on them share it.
        wanted: for each row whether the property holds.
        originals: how many rows are unmixed; the scale is fitted on their left-out predictions.
    """
    dual = np.linalg.solve(*balanced(gram, wanted))
    weights, bias = (rows.T @ dual).astype(np.float32), float(dual.sum())
    kernel, target = balanced(gram[:originals, :originals], wanted[:originals])
    inverse = np.linalg.inv(kernel)
    left_out = (target - (inverse @ target) / np.diag(inverse)).astype(np.float32)
    slope, shift = platt(left_out, wanted[:originals])
    return weights * slope, bias * slope + shift


def balanced(
    gram: NDArray[np.float64], wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The system of a class-balanced ridge regression on targets of +1 and -1."""
    share = max(wanted.mean(), 1e-3)
    importance = np.where(wanted, 0.5 / share, 0.5 / (1 - share))
    return gram + RIDGE * np.diag(1 / importance), np.where(wanted, 1.0, -1.0)


def inner_products(rows: Matrix) -> NDArray[np.float64]:
    """Inner products of all pairs of rows, plus one for the offset."""
    return (rows @ rows.T).astype(np.float64) + 1.0


def platt(scores: Matrix, wanted: NDArray[np.bool_], *, steps: int = 60) -> tuple[float, float]:
    """Slope and shift that turn scores into log-odds (Platt, 1999), classes weighted equally."""
    share = wanted.mean()
    importance = np.where(wanted, 0.5 / share, 0.5 / (1 - share))
    design = np.stack([scores.astype(np.float64), np.ones(len(scores))], 1)
    return tuple(logistic(design, wanted, importance, steps=steps))


def logistic(
    design: NDArray[np.float64],
    wanted: NDArray[np.bool_],
    importance: NDArray[np.float64],
    *,
    steps: int = 60,
    penalty: float = SHARED_WEIGHT_PENALTY,
) -> NDArray[np.float64]:
    """Weights of a logistic regression by Newton's method."""
    beta = np.zeros(design.shape[1])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (importance * (wanted - p)) / len(p) - penalty * beta
        curve = (design * (importance * p * (1 - p))[:, None]).T @ design / len(p)
        beta = beta + np.linalg.solve(curve + penalty * np.eye(len(beta)), gradient)
    return beta


def fit_heads(features: Features, words: Words) -> Heads:
    """All heads: kinds, tasks, data or instruction, stance, vague, label concepts."""
    plain = [*words.sentences["plain"], *[t for texts in words.tasks.values() for t in texts]]
    pool = [*plain, *words.sentences["data"], *words.sentences["vague"], *words.sentences["anti"]]
    kind_texts = [(text, {kind}) for kind, texts in words.kinds.items() for text in texts]
    originals = [*kind_texts, *[(text, set()) for text in pool]]
    mixed = mixtures(words, pool)
    rows = features.rows([text for text, _ in (*originals, *mixed)])
    gram = inner_products(rows)
    out: list[tuple[str, Matrix, float]] = []
    for kind in words.kinds:
        wanted = np.array([kind in labels for _, labels in (*originals, *mixed)])
        out.append((f"kind.{kind}", *fit_head(rows, gram, wanted, len(originals))))
    out += one_against_rest(features, "task.", words.tasks)
    instructions = [*plain, *[t for t, _ in kind_texts], *words.sentences["anti"]]
    stance_rest = [*[t for t, _ in kind_texts], *words.sentences["pro"], *plain]
    vague_rest = [*[t for t, _ in kind_texts], *words.sentences["pro"], *plain]
    out += one_against_rest(
        features, "data.", {"yes": words.sentences["data"] + concept_examples(words)}, instructions
    )
    out += one_against_rest(features, "anti.", {"yes": words.sentences["anti"]}, stance_rest)
    out += one_against_rest(features, "vague.", {"yes": words.sentences["vague"]}, vague_rest)
    examples = {name: c["examples"] for name, c in words.concepts.items()}
    out += one_against_rest(features, "concept.", examples)
    names, weights, offsets = zip(*out, strict=True)
    return Heads(tuple(names), np.stack(weights, 1), np.array(offsets, np.float32))


def concept_examples(words: Words) -> list[str]:
    """Every example message of the label concepts: they are data in a prompt."""
    return [text for c in words.concepts.values() for text in c["examples"]]


def one_against_rest(
    features: Features, prefix: str, groups: dict[str, list[str]], rest: Sequence[str] = ()
) -> list[tuple[str, Matrix, float]]:
    """One head for each group against all other groups and the rest."""
    texts = [*[t for group in groups.values() for t in group], *rest]
    member = [name for name, group in groups.items() for _ in group] + [""] * len(rest)
    rows = features.rows(texts)
    gram = inner_products(rows)
    return [
        (prefix + name, *fit_head(rows, gram, np.array([m == name for m in member]), len(texts)))
        for name in groups
    ]


def fit_answerable(bank: Bank, path: Path) -> NDArray[np.float32]:
    """Weights of 'does this sentence answer this question', over all documents at once."""
    rows: list[list[float]] = []
    wanted: list[bool] = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["documents"]:
        asked = [(q.partition("|")[0], True) for q in lines(entry["answerable"])]
        asked += [(q, False) for q in lines(entry["unanswerable"])]
        for question, is_answerable in asked:
            rows.append(evidence_features(bank, entry["text"], question))
            wanted.append(is_answerable)
    design = np.hstack([np.array(rows), np.ones((len(rows), 1))])
    flags = np.array(wanted)
    beta = logistic(design, flags, np.ones(len(flags)), penalty=0.01)
    right = ((design @ beta > 0) == flags).mean()
    print(f"answerability: {right:.2f} of {len(flags)} questions on the fitting documents")
    return beta.astype(np.float32)


def main() -> int:
    """Fit everything and write bank.npz."""
    words = read_words(DATA / "bank.toml")
    encoder = Encoder()
    corpus = [t for texts in words.kinds.values() for t in texts]
    corpus += [t for texts in words.tasks.values() for t in texts]
    corpus += [t for texts in words.sentences.values() for t in texts] + concept_examples(words)
    seen = np.stack([hashed_ngrams(text) for text in corpus]).sum(0)
    idf = np.log((len(corpus) + 1) / (seen + 1)).astype(np.float32)
    features = Features(encoder, idf)
    heads = fit_heads(features, words)
    concepts = {name: c["aliases"] for name, c in words.concepts.items()} | {"other": words.other}
    aliases = [(alias, name) for name, texts in concepts.items() for alias in texts]
    alias_rows = encoder.encode([alias for alias, _ in aliases])
    alias_of = tuple(name for _, name in aliases)
    bank = Bank(features, heads, alias_rows, alias_of, np.zeros(0, np.float32), Reader(encoder))
    answerable = fit_answerable(bank, DATA / "answerability.toml")
    assert idf.shape == (BUCKETS,)
    np.savez_compressed(
        DATA / "bank.npz",
        heads=np.array(heads.names),
        weights=heads.weights.astype(np.float16),
        offsets=heads.offsets,
        idf=idf,
        alias_rows=alias_rows.astype(np.float16),
        alias_of=np.array(alias_of),
        answerable=answerable,
    )
    print(f"{len(heads.names)} heads, {(DATA / 'bank.npz').stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
