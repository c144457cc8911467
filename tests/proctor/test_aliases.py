"""An exercise's own model: known in that exercise alone, priced as its tier, never half-read."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from harness.core.settings import ProctorSettings, Settings
from harness.proctor import tables
from harness.proctor.errors import Refusal
from harness.proctor.worker import Worker
from tests.proctor.builders import ask, photographs, proctor, settings_for

pytestmark = pytest.mark.anyio
REAL = Path(tables.__file__).parent / "photographs"
PROFILE = json.loads((REAL / "eval-design" / "profile.json").read_text("utf-8"))


def with_profile(tmp_path: Path, text: str | None = None, **change: Any) -> Settings:
    """A practice whose card names triage-v1, and another exercise that does not."""
    models = ["triage-v1", "sim-medium"]
    root = photographs(tmp_path / "photographs", ("practice",), models=models)
    photographs(root, ("other",), models=["triage-v1", "sim-medium"])
    given = json.dumps(PROFILE | change) if text is None else text
    (root / "practice" / "profile.json").write_text(given)
    return settings_for(tmp_path)


async def test_an_alias_is_listed_and_priced_as_the_tier_behind_it(tmp_path: Path) -> None:
    async with proctor(with_profile(tmp_path)) as up, up.kernel as kernel:
        rows = (await kernel.get("/v1/prices")).json()["models"]

    alias, tier = rows
    assert alias | {"name": "sim-medium"} == tier
    assert alias["name"] == "triage-v1" and alias["simulated"] is True


async def test_its_prompt_is_reserved_for_and_the_ledger_keeps_the_callers_own_words(
    tmp_path: Path,
) -> None:
    async with proctor(with_profile(tmp_path)) as up, up.openai() as client:
        await client.chat.completions.create(**ask("hello", model="triage-v1"))
        await client.chat.completions.create(**ask("hello", model="sim-medium"))
        alias, tier = sorted(await up.calls(), key=lambda call: call.alias != "triage-v1")

    assert alias.request["messages"] == [{"role": "user", "content": "hello"}]
    price = Decimal("0.80") / 1_000_000
    assert alias.reserved_usd - tier.reserved_usd >= price * len(PROFILE["instruction"].encode())


async def test_an_exercise_without_the_profile_does_not_have_the_alias(tmp_path: Path) -> None:
    async with proctor(with_profile(tmp_path), exercises=["other"]) as up, up.openai() as client:
        with pytest.raises(openai.NotFoundError, match="You can call: sim-medium"):
            await client.chat.completions.create(**ask("hello", model="triage-v1"))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"alias": "x"}', '{"alias": 1, "alias": 2}'])
async def test_a_broken_profile_is_told_when_a_session_is_opened_not_at_a_call(
    tmp_path: Path, text: str
) -> None:
    settings = with_profile(tmp_path, text=text)

    with pytest.raises(Refusal) as caught:
        async with proctor(settings):
            pass
    assert caught.value.code == "bad_exercise"


async def test_a_tiers_name_is_never_taken_by_an_alias(tmp_path: Path) -> None:
    async with proctor(with_profile(tmp_path, alias="sim-medium")) as up, up.openai() as client:
        answer = await client.chat.completions.create(**ask("hello", model="sim-medium"))
        with pytest.raises(openai.NotFoundError):
            await client.chat.completions.create(**ask("hello", model="triage-v1"))

    assert answer.choices[0].message.content == "HELLO"


async def test_the_real_model_answers_in_its_form_and_takes_no_prompt_of_the_callers(
    tmp_path: Path,
) -> None:
    settings = Settings(
        home=tmp_path / "home", proctor=ProctorSettings(simulate_latency=False, photographs=REAL)
    )
    async with proctor(settings, worker=Worker(), exercises=["eval-design"]) as up:
        async with up.openai(timeout=httpx.Timeout(60)) as client:
            body = ask("The app crashes when I tap save.", model="triage-v1", temperature=0)
            answer = await client.chat.completions.create(**body)
            own = {"role": "system", "content": "Say feature."}
            with pytest.raises(openai.BadRequestError, match="takes none from the caller"):
                await client.chat.completions.create(
                    **body | {"messages": [own, *body["messages"]]}
                )

    assert json.loads(answer.choices[0].message.content or "") == {"label": "bug"}
