"""The encoder's arithmetic: the same bytes on one core and on two, and what a plain one gives."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from harness.models.encoder import DATA, Encoder, basic_words, in_batches, load_arrays
from harness.models.halves import Desk, Halves
from harness.models.layers import Run, Weights, in_blocks, run_layer, runs_of

TEXTS = ["A boat.", "The boats are let by the hour, from April on.", "A dog.", "Héllo, wörld"]
AT = "encoder.layer.0."


@pytest.fixture(scope="module")
def stored() -> dict[str, NDArray[Any]]:
    held = load_arrays(DATA / "minilm_int8.npz")
    return {name: array for name, array in held.items() if name.startswith(AT)}


def plain_layer(
    stored: dict[str, NDArray[Any]], x: NDArray[np.float64], runs: list[Run]
) -> NDArray[np.float64]:
    """The layer in doubles, a text and a head at a time, as papers write it."""

    def linear(y: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        whole = stored[f"{AT}{name}.weight#q"] * stored[f"{AT}{name}.weight#s"][:, None].astype(
            np.float64
        )
        out: NDArray[np.float64] = y @ whole.T + stored[f"{AT}{name}.bias"]
        return out

    def norm(y: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        y = (y - y.mean(1, keepdims=True)) / y.std(1, keepdims=True)
        out: NDArray[np.float64] = y * stored[f"{AT}{name}.weight"] + stored[f"{AT}{name}.bias"]
        return out

    query, key, value = (linear(x, f"attention.self.{n}") for n in ("query", "key", "value"))
    mixed = np.zeros_like(x)
    for run in runs:
        for start in range(run.start, run.end, run.length):
            rows = slice(start, start + run.length)
            for head in range(12):
                of = slice(32 * head, 32 * head + 32)
                score = np.exp(query[rows, of] @ key[rows, of].T / 32**0.5)
                mixed[rows, of] = score / score.sum(1, keepdims=True) @ value[rows, of]
    x = norm(x + linear(mixed, "attention.output.dense"), "attention.output.LayerNorm")
    inner = linear(x, "intermediate.dense")
    inner *= 0.5 * (1 + np.tanh(0.7978846 * (inner + 0.044715 * inner**3)))
    return norm(x + linear(inner, "output.dense"), "output.LayerNorm")


def test_a_layer_gives_what_a_plain_one_gives(stored: dict[str, NDArray[Any]]) -> None:
    runs = runs_of([3, 3, 7])
    x = np.random.default_rng(1).standard_normal((13, 384)).astype(np.float32)
    wanted = plain_layer(stored, x.astype(np.float64), runs)
    run_layer(Weights(in_blocks(stored), Halves(2)), x, runs, AT)

    assert np.abs(x - wanted).max() < 1e-4


def test_neighbours_of_one_length_run_together() -> None:
    assert runs_of([2, 2, 5, 2]) == [Run(0, 4, 2), Run(4, 9, 5), Run(9, 11, 2)]


def test_batches_hold_every_text_once_and_few_pieces() -> None:
    lengths = [100, 3, 100, 90, 500, 2]
    batches = in_batches(lengths)

    assert sorted(i for batch in batches for i in batch) == list(range(6))
    assert all(len(batch) == 1 or sum(lengths[i] for i in batch) <= 192 for batch in batches)
    assert in_batches([]) == []


def test_one_core_and_two_give_the_same_bytes() -> None:
    one, two = Encoder(), Encoder()
    one.layers.halves, two.layers.halves = Halves(1), Halves(2)

    assert one.encode(TEXTS).tobytes() == two.encode(TEXTS).tobytes()


def test_a_text_has_one_vector_alone_and_among_others() -> None:
    together, alone = Encoder().encode(TEXTS), Encoder()

    assert all(
        np.abs(alone.encode([t])[0] - v).max() < 1e-6 for t, v in zip(TEXTS, together, strict=True)
    )


def test_words_have_the_mean_of_their_pieces_whoever_is_beside_them(bank: Any) -> None:
    encoder = bank.features.encoder
    words = ["boat", "", "hydrofoilists", "dog"]
    together = encoder.word_vectors(words)

    assert (together == np.vstack([encoder.word_vectors([word]) for word in words])).all()
    assert (together[1] == 0).all() and np.allclose(np.linalg.norm(together[2]), 1)
    assert encoder.word_vectors([]).shape == (0, 384)


def test_ascii_is_cut_like_any_other_text() -> None:
    every = "".join(map(chr, range(128))) + " Don't (stop)! a_b $5 `x`\x1cy\tz"

    assert basic_words(every + "é") == [*basic_words(every + "e")[:-1], "ze"]


def numbered(desk: Desk) -> NDArray[np.float32]:
    return np.full((1, 1), desk.number, np.float32)


def test_what_no_other_core_begins_is_done_here() -> None:
    halves, free = Halves(2), threading.Event()
    assert halves._other is not None
    taken = halves._other.submit(free.wait, 60)
    try:
        first, second = halves.both(100, numbered)
    finally:
        free.set()
        taken.result()

    assert (first[0, 0], second[0, 0]) == (0, 1)


@pytest.mark.parametrize("broken", [0, 1])
def test_a_half_that_fails_is_told_and_the_next_call_works(broken: int) -> None:
    halves = Halves(2)

    def work(desk: Desk) -> NDArray[np.float32]:
        if desk.number == broken:
            raise MemoryError("no room")
        return numbered(desk)

    with pytest.raises(MemoryError, match="no room"):
        halves.both(100, work)
    assert [one[0, 0] for one in halves.both(100, numbered)] == [0, 1]


def test_little_work_is_not_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    halves = Halves(2)
    monkeypatch.setattr(ThreadPoolExecutor, "submit", lambda *_: pytest.fail("it was handed over"))

    assert [one[0, 0] for one in halves.both(1, numbered)] == [0, 1]


def test_of_a_hostile_text_only_what_is_read_is_kept(bank: Any) -> None:
    encoder, reader = bank.features.encoder, bank.reader
    vector = encoder.encode(["word " * 100_000])
    row = reader.sentences(["x" * 5_000 + " y"])

    assert max(map(len, encoder._rows)) <= 1_200 and max(map(len, reader._sentences)) <= 1_200
    assert max(map(len, encoder.tokenizer._words)) <= 60
    assert (encoder.encode(["word " * 240]) == vector).all() and row.shape == (1, 16)
