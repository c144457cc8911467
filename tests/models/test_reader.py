"""The trained reader: what it is given to read, and laws that hold whatever it has learnt."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from harness.models.encoder import Encoder
from harness.models.engine import Engine
from harness.models.errors import BankBroken
from harness.models.features import Bank
from harness.models.pieces import KEPT_FIRST, KEPT_LAST, LAST_PIECES, MOST_PIECES, pieces_read
from harness.models.reader import Reader
from harness.models.reading import is_free, read_formal, read_free

NOTICE = "Summarise the notice.\n\nThe pool is closed. Swimmers may use the lake. It is cold."


def test_pieces_know_where_they_stand_and_how_they_are_written(bank: Bank) -> None:
    text = "Héllo JSON\n\nworld"
    read = pieces_read(bank.features.encoder.tokenizer, text)
    words = [text[a:b] for a, b in zip(read.starts, read.ends, strict=True)]

    assert list(dict.fromkeys(words)) == ["Héllo", "JSON", "world"]
    assert (read.shapes[0], read.shapes[1], read.shapes[-1]) == (1, 2, 6)


def test_of_a_long_text_the_beginning_and_the_end_are_read(bank: Bank) -> None:
    text = "first " + "word " * 100_000 + "last"
    read = pieces_read(bank.features.encoder.tokenizer, text)

    assert len(read.ids) == MOST_PIECES
    assert (read.starts[0], read.ends[-1]) == (0, len(text))
    assert all(one < next_ for one, next_ in pairwise(read.starts))
    assert read.starts[-LAST_PIECES] > 400_000


def test_of_known_data_the_ends_are_read(bank: Bank) -> None:
    text = "Sum up. " + "word " * 200 + "Be brief."
    span = (8, 8 + 5 * 200)
    read = pieces_read(bank.features.encoder.tokenizer, text, [span])
    inside = [at for at in read.starts if span[0] <= at < span[1]]

    assert len(inside) == KEPT_FIRST + KEPT_LAST
    assert text[read.starts[-2] :] == "brief."


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


@pytest.mark.parametrize(
    ("messages", "is_read_freely"),
    [
        ([("user", "what does the notice say about dogs: no dogs after six")], True),
        ([("user", "Summarise.\n\nThe pool is closed on Monday.")], True),
        ([("user", "Summarise.\n<text>The pool is closed on Monday.</text>")], False),
        ([("user", "Summarise.\n```\nThe pool is closed on Monday.\n```")], False),
        ([("user", "One of: order, question, complaint.\n\nTwo loaves.")], False),
        ([("user", "The pool is closed on Monday.\nQuestion: when is it closed?")], False),
        ([("system", "Summarise."), ("user", "The pool is closed on Monday.")], False),
        ([("user", "Sum up. " + "word " * 2_000)], False),
    ],
)
def test_the_network_reads_where_form_decides_nothing(
    messages: list[tuple[str, str]], *, is_read_freely: bool
) -> None:
    assert is_free(messages) is is_read_freely


def test_the_alias_of_an_exercise_reads_its_own_prompt_by_the_rules(bank: Bank) -> None:
    messages = (("user", "tidy this up and say what it is about: the pool shuts, the lake stays"),)
    engine = Engine(bank=bank)
    ruled, learnt = engine.read(messages, by_rules=True), engine.read(messages)

    assert ruled.prompt == read_formal(bank, messages).prompt
    assert learnt.prompt == read_free(bank, messages[0]).prompt


def test_two_labels_to_choose_from_are_no_rule_for_ties(bank: Bank) -> None:
    def is_tiebreak(prompt: str) -> bool:
        return "tiebreak" in read_free(bank, ("user", prompt)).found.kinds.given

    assert not is_tiebreak("Label as RUST or PAINT.\n\nThe door went brown in the rain.")
    assert is_tiebreak("Label as rust or paint. If both, rust.\n\nThe door went brown in the rain.")
