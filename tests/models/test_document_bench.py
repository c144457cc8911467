"""The document bench: the order of prompt wordings, with a tolerance, on shared luck."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

import pytest

from harness.models import bench
from harness.models.engine import Engine
from harness.models.features import Bank
from harness.models.skills.retrieval import find_evidence, split_passages


@pytest.fixture(scope="module")
def engines(bank: Bank) -> list[Engine]:
    return [Engine(seed=seed, bank=bank) for seed in (20, 21, 22)]


@pytest.fixture(scope="module")
def rows(engines: list[Engine]) -> dict[str, bench.Row]:
    return {row.prompt: row for row in bench.table(engines)}


def test_the_naive_prompt_invents_and_spoils_answers(rows: dict[str, bench.Row]) -> None:
    assert 13 <= rows["naive"].invented <= 19
    assert 9 <= rows["naive"].right <= 16


def test_shouting_has_no_real_effect(rows: dict[str, bench.Row]) -> None:
    assert abs(rows["shouting"].invented - rows["naive"].invented) <= 1
    assert abs(rows["shouting"].right - rows["naive"].right) <= 1


def test_each_step_of_the_fix_invents_less(rows: dict[str, bench.Row]) -> None:
    steps = ["naive", "bad line deleted", "bad line replaced", "replaced, only facts"]
    invented = [rows[step].invented for step in steps]

    assert all(later < earlier - 1 for earlier, later in pairwise(invented))
    assert invented[-1] <= 4


def test_a_sound_fix_keeps_right_answers_right(rows: dict[str, bench.Row]) -> None:
    assert rows["bad line replaced"].right >= rows["naive"].right
    assert rows["replaced, only facts"].right >= 14


def test_keeping_the_bad_line_is_clearly_worse_than_replacing_it(
    rows: dict[str, bench.Row],
) -> None:
    kept, replaced = rows["bad line kept, fix added"], rows["replaced, only facts"]

    assert kept.invented >= replaced.invented + 2


def test_over_rewriting_refuses_what_the_text_says(rows: dict[str, bench.Row]) -> None:
    over = rows["over-rewritten"]

    assert over.invented <= rows["bad line deleted"].invented / 2
    assert over.right <= rows["bad line deleted"].right - 4


def test_a_keyword_soup_is_no_better_than_deleting_the_bad_line(
    rows: dict[str, bench.Row],
) -> None:
    assert rows["keyword soup"].invented >= rows["bad line deleted"].invented - 1


def test_wordings_of_one_fix_differ_little_and_none_is_a_magic_phrase(
    engines: list[Engine],
) -> None:
    base = bench.PROMPTS["bad line deleted"]
    before, *found = (
        bench.measure(engines[:1], prompt, "sim-medium").invented
        for prompt in (base, *(f"{base}\n{fix}" for fix in bench.FIXES))
    )
    effects = [before - invented for invented in found]

    assert max(found) - min(found) <= 4, found
    assert max(effects) <= 1.5 * median(effects), effects


def test_abler_tiers_invent_less(engines: list[Engine]) -> None:
    prompt = bench.PROMPTS["bad line replaced"]
    invented = [
        bench.measure(engines[:2], prompt, tier).invented
        for tier in ("sim-small", "sim-medium", "sim-large")
    ]

    assert invented == sorted(invented, reverse=True)
    assert invented[0] > invented[-1]


def test_retrieval_finds_the_sentences_that_answer(bank: Bank) -> None:
    asked = bench.questions()
    best = [find_evidence(bank, asked.document, question) for question, _ in asked.answerable]
    hits = [
        found is not None and gold.lower() in found.ranked[0].text.lower()
        for found, (_, gold) in zip(best, asked.answerable, strict=True)
    ]

    assert sum(hits) >= 18


def test_passages_know_their_section() -> None:
    passages = split_passages("HOUSE RULES\n\n1. Dogs. Dogs stay outside.\n\n2. Noise. None.")

    assert [(p.section, p.heading, p.text) for p in passages] == [
        ("1", "Dogs", "Dogs stay outside."),
        ("2", "Noise", "None."),
    ]


def test_the_table_prints_a_line_for_each_row(rows: dict[str, bench.Row]) -> None:
    text = bench.as_text(list(rows.values()))

    assert len(text.splitlines()) == 1 + len(bench.PROMPTS)
