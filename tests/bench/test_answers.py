"""The tables of answers: quick ones here, all seeds and tiers in the long proofs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.bench import answers
from harness.bench.command import bench
from harness.bench.intents import intent_figures, measure_intents, read_definitions, read_texts
from harness.models.engine import Engine
from harness.models.errors import BadRequest


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def test_temperature_0_repeats_and_temperature_1_varies_at_the_stated_rate(engine: Engine) -> None:
    rates = answers.differing(engine)

    assert rates.at_zero == 0
    assert 0.4 <= rates.at_one <= 0.95


def test_claims_on_a_document_are_judged_right(engine: Engine) -> None:
    assert answers.claims_figure(engine).met


def test_any_set_of_intents_can_be_measured(engine: Engine, tmp_path: Path) -> None:
    texts, meanings = tmp_path / "texts.csv", tmp_path / "meanings.csv"
    texts.write_text(
        "text,label\nMy parcel never came.,shipping_of_a_parcel_that_was_never_delivered\n"
        "I was charged twice.,billing\nThe courier lost the box.,"
        "shipping_of_a_parcel_that_was_never_delivered\nThe invoice is wrong.,billing\n"
    )
    meanings.write_text(
        "label,definition\nbilling,money was charged or an invoice is wrong\n"
        "shipping_of_a_parcel_that_was_never_delivered,a delivery is late or lost\n"
    )
    found = measure_intents(
        engine, read_texts(texts), read_definitions(meanings), ["Who won the cup in 1998?"]
    )

    assert min(found.by_definition) >= 0.75
    assert len(found.by_name) == 3
    assert found.outside_found == 1


def test_a_file_without_the_columns_is_named(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("a,b\n1,2\n")

    with pytest.raises(BadRequest, match="text,label"):
        read_texts(path)


def test_a_set_in_which_nothing_has_a_label_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("text,label\nWho sings?,\n")

    with pytest.raises(BadRequest, match="no text has a label"):
        intent_figures(path, None)


def test_the_command_prints_the_figures_of_a_set_or_says_what_is_wrong(tmp_path: Path) -> None:
    good, bad = tmp_path / "texts.csv", tmp_path / "bad.csv"
    good.write_text(
        "text,label\nI was charged twice.,billing\nMy parcel never came.,shipping\nWho sings?,\n"
    )
    bad.write_text("a,b\n1,2\n")
    told = CliRunner().invoke(bench, ["--intents", str(good), "--json"])
    refused = CliRunner().invoke(bench, ["--intents", str(bad)])
    alone = CliRunner().invoke(bench, ["--definitions", str(good)])

    names = [one["name"] for one in json.loads(told.output)["figures"]]
    assert told.exit_code == 0 and {"intents by name, spread", "outside found"} <= set(names)
    assert isinstance(refused.exception, BadRequest)
    assert alone.exit_code == 2 and "--intents" in alone.output


@pytest.mark.soak
def test_every_table_of_answers_keeps_its_bands(engine: Engine) -> None:
    figures = answers.measure_answers(engine, is_quick=False)
    missed = [(item.name, item.ours, item.target) for item in figures if not item.met]

    assert not missed
