"""Vectors of a provider's: counted, of one length, paid, and the same as numbers and as base64."""

from __future__ import annotations

import base64
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.proctor.builders import ask, proctor
from tests.proctor.test_init_command import init, there  # noqa: F401  a fixture
from tests.proctor.test_providers import with_model
from tests.proctor.upstream import SECRET, Upstream, upstream

ASKED = {"model": "house", "input": ["one", "two"]}


def vectors(*rows: list[Any], **usage: Any) -> dict[str, Any]:
    """An answer on OpenAI's wire."""
    return {
        "object": "list", "model": "up", "usage": {"prompt_tokens": 5, "total_tokens": 5} | usage,
        "data": [{"object": "embedding", "index": i, "embedding": row}
                 for i, row in enumerate(rows)],
    }  # fmt: skip


GOOD = vectors([0.25, -1.0, 0.5], [1e-3, 2, 3])


@pytest.mark.anyio
async def test_they_come_as_numbers_and_as_base64_in_the_order_of_their_texts(
    tmp_path: Path,
) -> None:
    turned = GOOD | {"data": GOOD["data"][::-1]}
    async with upstream(body=turned) as up_there:
        settings = with_model(tmp_path, up_there.url, kind="embeddings", dimensions=3)
        async with proctor(settings) as up:
            client = up.openai()
            usual = await client.embeddings.create(model="house", input=["one", "two"])
            floats = await client.embeddings.create(**ASKED, encoding_format="float")  # type: ignore[arg-type]
            await client.close()
            async with up.kernel as kernel:
                raw = await kernel.post(
                    "/v1/embeddings", json=ASKED | {"encoding_format": "base64"}
                )
            calls, budget = await up.calls(), await up.budget()
    path, headers, sent = up_there.asked[0]

    assert usual.data[0].embedding == floats.data[0].embedding == [0.25, -1.0, 0.5]
    assert struct.unpack("<3f", base64.b64decode(raw.json()["data"][1]["embedding"]))[1:] == (2, 3)
    assert (path, headers["authorization"]) == ("/v1/embeddings", f"Bearer {SECRET}")
    assert sent == {"model": "their-name", "input": ["one", "two"], "encoding_format": "float"}
    assert {(row.status, row.route) for row in calls} == {("settled", "provider")}
    assert len({row.key for row in calls}) == 1
    assert Decimal(budget["usd_spent"]) == 3 * Decimal("0.00001")


WRONG: dict[str, Any] = {
    "html": b"<html>" + SECRET.encode(),
    "one-too-few": vectors([1.0, 2, 3]),
    "one-too-many": vectors([1.0, 2, 3], [1.0, 2, 3], [1.0, 2, 3]),
    "other-dimension": vectors([1.0, 2], [1.0, 2]),
    "unlike": vectors([1.0, 2, 3], [1.0, 2]),
    "empty": vectors([], []),
    "text": vectors(["x", 2, 3], [1, 2, 3]),
    "nothing": vectors([None, 2, 3], [1, 2, 3]),
    "too-large": vectors([1e300, 2, 3], [1, 2, 3]),
    "infinite": b'{"data": [{"embedding": [1e999, 1, 1]}, {"embedding": [1, 1, 1]}], "usage": {}}',
    "base64": vectors([1.0, 2, 3]) | {"data": [{"index": 0, "embedding": "AAAA"}] * 2},
    "twice-one": GOOD | {"data": [GOOD["data"][0]] * 2},
    "no-usage": GOOD | {"usage": None},
    "usage-below-nothing": vectors([1.0, 2, 3], [1, 2, 3], prompt_tokens=-5),
    "a-chat": {"choices": []},
}


@pytest.mark.anyio
async def test_vectors_that_are_none_cost_nothing(tmp_path: Path) -> None:
    async with upstream() as up_there:
        settings = with_model(tmp_path, up_there.url, kind="embeddings", dimensions=3)
        async with proctor(settings) as up, up.kernel as client:
            answers = {}
            for wrong, body in WRONG.items():
                up_there.body = body
                answers[wrong] = await client.post("/v1/embeddings", json=ASKED)
            up_there.status = 401
            answers["key"] = await client.post("/v1/embeddings", json=ASKED)
            calls, budget = await up.calls(), await up.budget()

    assert {name: one.status_code for name, one in answers.items()} == dict.fromkeys(answers, 502)
    assert {row.status for row in calls} == {"failed"} and len(up_there.asked) == len(answers)
    assert (budget["usd_spent"], budget["usd_reserved"]) == ("0", "0")
    assert SECRET not in "".join(one.text for one in answers.values())


@pytest.mark.anyio
async def test_each_model_answers_at_its_own_door_and_long_texts_are_set_aside_each(
    tmp_path: Path,
) -> None:
    async with upstream(body=vectors([1.0], [1.0])) as up_there:
        settings = with_model(tmp_path, up_there.url, kind="embeddings")
        async with proctor(settings) as up, up.kernel as client:
            chat = await client.post("/v1/chat/completions", json=ask("x", model="house"))
            names = [one["id"] for one in (await client.get("/v1/models")).json()["data"]]
            long = await client.post("/v1/embeddings", json=ASKED | {"input": ["a" * 20_000] * 2})
            (row,) = await up.calls()

    assert chat.status_code == 404 and "house" in names
    assert "house" not in chat.json()["error"]["message"].split("You can call")[1]
    assert long.status_code == 200  # 8,000 tokens a text are its window, so 16,000 for two
    assert row.reserved_usd >= Decimal("0.000002") * 16_000


def test_init_makes_one_with_a_test_call(tmp_path: Path, there: Upstream) -> None:  # noqa: F811
    there.body = vectors([1.0, 2.0])
    done = init(tmp_path, there.url, "--embeddings")

    assert done.returncode == 0, done.stderr
    assert there.asked[0][0] == "/v1/embeddings" and "5 tokens in, 0 out" in done.stderr
    assert 'kind = "embeddings"' in (tmp_path / "audition.toml").read_text()
