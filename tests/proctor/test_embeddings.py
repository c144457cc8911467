"""Vectors are calls like any other: paid, kept, and told as numbers or as base64 of the same."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import openai
import pytest

from harness.proctor.embeddings import as_numbered, read_embeddings
from harness.proctor.errors import Refusal
from tests.proctor.builders import ask, proctor, settings_for

pytestmark = pytest.mark.anyio

ASKED = {"model": "sim-embed", "input": ["one", "three"]}


async def test_numbers_and_base64_are_the_same_and_the_ledger_has_each_call(
    tmp_path: Path,
) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        client = up.openai()
        usual = await client.embeddings.create(model="sim-embed", input=["one", "three"])
        floats = await client.embeddings.create(**ASKED, encoding_format="float")
        await client.close()
        calls, budget = await up.calls(), await up.budget()

    assert [row.embedding for row in usual.data] == [[3.0, 0.5, 0.0], [5.0, 0.5, 0.0]]
    assert [row.embedding for row in floats.data] == [row.embedding for row in usual.data]
    assert usual.usage.prompt_tokens == 8
    assert [call.status for call in calls] == ["settled", "settled"]
    assert calls[0].key == calls[1].key and [call.occurrence for call in calls] == [0, 1]
    assert calls[0].usage is not None and calls[0].usage.cost_usd == Decimal("0.00000016")
    assert isinstance(calls[0].response["data"][0]["embedding"], str)  # type: ignore[index,call-overload]
    assert Decimal(budget["usd_spent"]) == Decimal("0.00000032")


async def test_a_text_too_long_is_a_400_that_costs_nothing(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        client = up.openai()
        with pytest.raises(openai.BadRequestError) as no:
            await client.embeddings.create(model="sim-embed", input="too long")
        await client.close()
        (row,), budget = await up.calls(), await up.budget()

    assert no.value.code == "context_length_exceeded"
    assert row.status == "failed" and budget["usd_spent"] == "0"


async def test_each_model_answers_at_its_own_door(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.kernel as client:
        chat = await client.post("/v1/chat/completions", json=ask("x", model="sim-embed"))
        vectors = await client.post("/v1/embeddings", json=ASKED | {"model": "sim-small"})
        unknown = await client.post("/v1/embeddings", json=ASKED | {"model": "gpt-9"})

    assert (chat.status_code, vectors.status_code, unknown.status_code) == (404, 404, 404)
    assert "sim-embed" not in chat.json()["error"]["message"].split("You can call")[1]
    assert vectors.json()["error"]["message"].endswith("You can call: sim-embed.")


async def test_an_exercise_without_it_does_not_have_it(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path, models=["sim-small"])) as up, up.kernel as client:
        answer = await client.post("/v1/embeddings", json=ASKED)

    assert answer.status_code == 404


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"input": None}, "input"), ({"input": []}, "input"), ({"input": ["x"] * 513}, "input"),
    ({"input": [1, 2]}, "input[0]"), ({"input": [[1, 2]]}, "input[0]"), ({"input": 5}, "input"),
    ({"input": ["a", ""]}, "input[1]"), ({"input": ""}, "input[0]"), ({"model": None}, "model"),
    ({"encoding_format": "hex"}, "encoding_format"), ({"dimensions": 5}, "dimensions"),
    ({"api_base": "http://x"}, "api_base"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "param"), REFUSED)
async def test_what_is_not_offered_is_a_400_that_names_it(
    change: dict[str, Any], param: str
) -> None:
    with pytest.raises(Refusal) as no:
        read_embeddings(ASKED | change)

    assert (no.value.status, no.value.param) == (400, param)


async def test_a_text_alone_and_a_list_of_it_are_one_request() -> None:
    alone, _ = read_embeddings({"model": "sim-embed", "input": "x"})
    listed, as_numbers = read_embeddings(
        {"model": "sim-embed", "input": ["x"], "encoding_format": "base64"}
    )

    assert alone.key == listed.key and not as_numbers


async def test_vectors_of_a_record_become_numbers() -> None:
    told = as_numbered({"data": [{"index": 0, "embedding": "AACAPwAAAAA="}]})

    assert told["data"][0]["embedding"] == [1.0, 0.0]
