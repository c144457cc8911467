"""The counting behind `audition bench model`: what is separated, paired and labelled rightly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.bench.model import labelled_folder, measure_model
from harness.bench.reading import (
    Labelled,
    Read,
    kind_f1,
    overlap,
    paired,
    read_labelled,
    read_pairs,
    reading_figures,
    routed,
    separated,
)
from harness.core.errors import EnvironmentLacks, UsageError
from harness.core.settings import Settings
from harness.models.features import Bank, load_bank


def labelled(prompt: str, data: str = "", *kinds: str) -> Labelled:
    at = prompt.find(data)
    spans = ((at, at + len(data)),) if data else ()
    return Labelled(prompt, "classify", frozenset(kinds), spans)


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prompt = "Is this mail a complaint or praise?\n<mail>The soup was cold.</mail>"
    row = {"prompt": prompt, "task": "classify", "kinds": [], "data_spans": [[42, 60]]}
    (tmp_path / "prompts_dev.jsonl").write_text(json.dumps(row) + "\n")
    (tmp_path / "polarity_pairs.txt").write_text("# a | b\nNever guess. | Guess freely.\n")
    return tmp_path


@pytest.mark.parametrize(
    ("prompt", "data", "delimiting"),
    [
        ("Sort this.\n<mail>Cold soup.</mail>", "Cold soup.", "delimited"),
        ('Sort this.\n"""\nCold soup.\n"""', "Cold soup.", "delimited"),
        ("Sort this.\n## Mail\nCold soup.", "Cold soup.", "delimited"),
        ("Sort this.\n> Cold soup.", "Cold soup.", "delimited"),
        ("Sort this.\n--- mail ---\nCold soup.", "Cold soup.", "delimited"),
        ("Sort this. Cold soup.", "Cold soup.", "undelimited"),
        ("Sort this.\nMail: Cold soup.", "Cold soup.", "undelimited"),
        ("Hello there.", "", "none"),
    ],
)
def test_only_marks_of_their_own_make_data_delimited(
    prompt: str, data: str, delimiting: str
) -> None:
    assert labelled(prompt, data).delimiting == delimiting


def test_overlap_is_intersection_over_union_of_characters() -> None:
    assert overlap([(0, 10)], [(5, 15)]) == pytest.approx(1 / 3)
    assert overlap([], []) == 1
    assert overlap([(0, 4)], []) == 0


def test_shares_and_f1_count_what_was_read_and_what_was_wanted() -> None:
    wanted = labelled("x", "", "brief", "cite")
    reads = [
        Read(wanted, "classify", frozenset({"brief", "lang"}), 0.81),
        Read(wanted, "qa", frozenset({"brief"}), 0.8),
    ]
    f1 = kind_f1(reads)

    assert routed(reads) == 0.5
    assert separated(reads) == 0.5
    assert f1["brief"] == 1
    assert f1["cite"] == 0
    assert f1["ground"] is None
    assert f1["micro"] == pytest.approx(4 / 7)


def test_a_pair_counts_only_when_both_of_its_sides_are_read_rightly() -> None:
    right = ("Never guess.", "Guess freely.")

    assert paired([right]) == 1
    assert paired([right, right[::-1], ("Never guess.", "Be kind.")]) == pytest.approx(1 / 3)


def test_every_file_gets_figures_with_the_targets_of_the_model(bank: Bank, folder: Path) -> None:
    figures = {item.name: item for item in reading_figures(bank, folder)}

    assert figures["routed, prompts_dev"].ours == 1
    assert figures["data, delimited, prompts_dev"].met
    assert figures["polarity, polarity_pairs"].how.startswith("1 pairs")
    assert figures["data, undelimited, prompts_dev"].target == ">= 0.90"


def test_a_folder_without_labelled_files_is_refused(bank: Bank, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"prompts_dev\.jsonl"):
        reading_figures(bank, tmp_path)


def test_a_broken_line_is_refused_with_its_file(tmp_path: Path) -> None:
    prompts, pairs = tmp_path / "prompts.jsonl", tmp_path / "pairs.txt"
    prompts.write_text('{"prompt": "x"}\n')
    pairs.write_text("no bar here\n")

    with pytest.raises(UsageError, match=r"prompts\.jsonl"):
        read_labelled(prompts)
    with pytest.raises(UsageError, match=r"pairs\.txt"):
        read_pairs(pairs)


def test_outside_a_checkout_with_tests_the_bench_says_where_to_run_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("notebooks", "datasets"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError, match="inside a checkout"):
        measure_model(Settings(), is_quick=True)
    with pytest.raises((UsageError, EnvironmentLacks)):
        labelled_folder()
