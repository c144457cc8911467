"""The trained reader: what it is given to read, and laws that hold whatever it has learnt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from harness.models.encoder import Encoder
from harness.models.errors import BankBroken
from harness.models.features import Bank
from harness.models.pieces import KEPT_FIRST, KEPT_LAST, MOST_PIECES, TAIL_PIECES, windows_of
from harness.models.reader import Reader

NOTICE = "Summarise the notice.\n\nThe pool is closed. Swimmers may use the lake. It is cold."


def test_pieces_know_where_they_stand_and_how_they_are_written(bank: Bank) -> None:
    text = "Héllo JSON\n\nworld"
    (window,) = windows_of(bank.features.encoder.tokenizer, text)
    words = [text[a:b] for a, b in zip(window.starts, window.ends, strict=True)]

    assert list(dict.fromkeys(words)) == ["Héllo", "JSON", "world"]
    assert (window.shapes[0], window.shapes[1], window.shapes[-1]) == (1, 2, 6)


def test_of_a_long_text_the_beginning_and_the_end_are_read(bank: Bank) -> None:
    text = "first " + "word " * 100_000 + "last"
    head, tail = windows_of(bank.features.encoder.tokenizer, text)

    assert (len(head.ids), len(tail.ids)) == (MOST_PIECES, TAIL_PIECES)
    assert (head.starts[0], tail.ends[-1]) == (0, len(text))
    assert head.ends[-1] <= tail.starts[0]


def test_of_known_data_the_ends_are_read(bank: Bank) -> None:
    text = "Sum up. " + "word " * 200 + "Be brief."
    span = (8, 8 + 5 * 200)
    (window,) = windows_of(bank.features.encoder.tokenizer, text, [span])
    inside = [at for at in window.starts if span[0] <= at < span[1]]

    assert len(inside) == KEPT_FIRST + KEPT_LAST
    assert text[window.starts[-2] :] == "brief."


def test_a_sentence_is_read_alike_alone_and_among_others(bank: Bank) -> None:
    texts = ["Never guess.", "If the leaflet is silent, say so and stop.", "Be kind to the reader."]
    reader = Reader(bank.features.encoder)
    together, alone = reader.sentences(texts), Reader(bank.features.encoder).sentences(texts[:1])

    assert np.abs(together[0] - alone[0]).max() <= 0.002
    assert (reader.sentences(texts[::-1])[::-1] == together).all()


def test_a_text_without_a_word_is_read_as_nothing(bank: Bank) -> None:
    sight = bank.reader.see(" \n")

    assert len(sight.starts) == 0
    assert (bank.reader.kinds(sight, sight.within(0, 9)) < 0).all()
    assert bank.reader.sentences([]).shape == (0, 16)


def test_reading_leaves_the_encoder_as_it_was(bank: Bank) -> None:
    encoder = bank.features.encoder
    before = Encoder().encode(["A boat."])
    bank.reader.see(NOTICE)

    assert (encoder.encode(["A boat."]) == before).all()


def test_the_notice_is_data_and_the_order_is_not(bank: Bank) -> None:
    sight = bank.reader.see(NOTICE)
    at = NOTICE.index("The pool")

    assert sight.data[sight.within(0, at - 2)].mean() < 0
    assert sight.data[sight.within(at, len(NOTICE))].mean() > 0


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken"])
def test_weights_that_do_not_fit_are_named(bank: Bank, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "reader_int8.npz"
    path.write_bytes(content)

    with pytest.raises(BankBroken, match="train_reader"):
        Reader(bank.features.encoder, path)
