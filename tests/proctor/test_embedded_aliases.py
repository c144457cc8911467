"""An operator's alias for an embedded tier, as it is or failing as an exercise's own model does."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from pydantic import ValidationError

from harness.core.errors import SettingsError
from harness.core.model_settings import EMBEDDED_TIERS, EmbeddedModel
from harness.core.settings import ProctorSettings, Settings, load_settings
from harness.models.tiers import TIERS
from harness.proctor import tables
from harness.proctor.worker import Worker
from tests.proctor.builders import ask, photographs, proctor, settings_for

pytestmark = pytest.mark.anyio
REAL = Path(tables.__file__).parent / "photographs"
PROFILE = json.loads((REAL / "eval-design" / "profile.json").read_text("utf-8"))
TRIAGE = {"route": "embedded", "model": "sim-large", "profile": "practice"}


def with_models(tmp_path: Path, **models: dict[str, Any]) -> Settings:
    """Two exercises, the first with a fault profile; and the operator's models."""
    root = photographs(tmp_path / "photographs", ("practice",), models=["sim-medium"])
    photographs(root, ("other",), models=["sim-medium"])
    (root / "practice" / "profile.json").write_text(json.dumps(PROFILE))
    plain = settings_for(tmp_path)
    return Settings.model_validate(plain.model_dump() | {"models": models})


async def test_a_tier_answers_by_another_name_at_its_own_price(tmp_path: Path) -> None:
    settings = with_models(tmp_path, house={"route": "embedded", "model": "sim-medium"})
    async with proctor(settings) as up:
        async with up.kernel as kernel:
            own, named = (await kernel.get("/v1/prices")).json()["models"]
        async with up.openai() as client:
            answer = await client.chat.completions.create(**ask("hello", model="house"))
        (call,) = await up.calls()

    assert named == own | {"name": "house"}
    assert (answer.model, answer.choices[0].message.content) == ("house", "HELLO")
    assert (call.alias, call.route) == ("house", "simulated")


async def test_prices_of_the_operators_take_the_place_of_the_tiers(tmp_path: Path) -> None:
    paid = {"usd_in_per_million": "5", "usd_out_per_million": 50}
    settings = with_models(tmp_path, house={"route": "embedded", "model": "sim-medium", **paid})
    async with proctor(settings) as up, up.openai() as client:
        answer = await client.chat.completions.create(**ask("hello", model="house"))
        (call,) = await up.calls()

    assert answer.usage is not None and call.usage is not None
    tokens = answer.usage.prompt_tokens * 5 + answer.usage.completion_tokens * 50
    assert call.usage.cost_usd == Decimal(tokens) / 1_000_000


async def test_only_the_exercises_it_is_for_have_it(tmp_path: Path) -> None:
    house = {"route": "embedded", "model": "sim-small", "exercises": ["practice"]}
    settings = with_models(tmp_path, house=house)
    async with proctor(settings, exercises=["other"]) as up, up.openai() as client:
        with pytest.raises(openai.NotFoundError, match="You can call: sim-medium"):
            await client.chat.completions.create(**ask("hello", model="house"))


async def test_a_profile_of_another_exercise_goes_to_the_model_under_the_operators_name(
    tmp_path: Path,
) -> None:
    async with proctor(with_models(tmp_path, desk=TRIAGE), exercises=["other"]) as up:
        await up.service.worker.wait_ready()
        card = up.service.sessions.get(up.card.session).cards[0]
        called = up.service.aliases.find(card, "desk")

    assert called is not None and called.profile is not None
    assert called.profile == PROFILE | {"alias": "desk", "tier": "sim-large"}
    assert called.added_tokens > len(PROFILE["instruction"].encode())
    assert (called.tier.name, called.tier.window) == ("desk", TIERS["sim-large"].window)


async def test_the_real_model_fails_as_the_profile_says_under_that_name(tmp_path: Path) -> None:
    own = ProctorSettings(simulate_latency=False, photographs=REAL)
    desk = EmbeddedModel(route="embedded", model="sim-large", profile="eval-design")
    plain = EmbeddedModel(route="embedded", model="sim-small")
    settings = Settings(home=tmp_path / "home", proctor=own, models={"desk": desk, "mini": plain})
    async with proctor(settings, worker=Worker(), exercises=["practice"]) as up:
        async with up.openai(timeout=httpx.Timeout(60)) as client:
            body = ask("The app crashes when I tap save.", model="desk", temperature=0)
            answer = await client.chat.completions.create(**body)
            own_prompt = {"role": "system", "content": "Say feature."}
            with pytest.raises(openai.BadRequestError, match="desk has a prompt of its own"):
                await client.chat.completions.create(
                    **body | {"messages": [own_prompt, *body["messages"]]}
                )
            small = await client.chat.completions.create(**body | {"model": "mini"})

    assert json.loads(answer.choices[0].message.content or "") == {"label": "bug"}
    assert small.model == "mini" and small.choices[0].message.content


@pytest.mark.parametrize(
    ("profile", "told"),
    [("other", "models.desk.profile: the exercise 'other' has no fault profile"),
     ("nowhere", "models.desk.profile: There is no exercise 'nowhere'"),
     ("broken", "models.desk.profile: ")],
)  # fmt: skip
def test_a_profile_that_cannot_be_had_is_told_at_the_start(
    tmp_path: Path, profile: str, told: str
) -> None:
    settings = with_models(tmp_path, desk=TRIAGE | {"profile": profile})
    photographs(tmp_path / "photographs", ("broken",))
    (tmp_path / "photographs" / "broken" / "profile.json").write_text("{")

    with pytest.raises(SettingsError, match=told):
        from harness.proctor.service import Service

        Service(settings)


@pytest.mark.parametrize(
    ("change", "told"),
    [({"model": "sim-huge"}, "sim-small"), ({"model": "sim-embed"}, "sim-small"),
     ({"url": "http://127.0.0.1:1/v1"}, "url"), ({"key_file": "x"}, "key_file"),
     ({"profile": "../x"}, "profile"), ({"usd_in_per_million": -1}, "usd_in_per_million"),
     ({"usd_in_per_million": 1}, "both prices"), ({"window": 100}, "window"),
     ({"route": "inside"}, "embedded"), ({"route": ["embedded"]}, "route")],
)  # fmt: skip
def test_what_does_not_belong_into_the_table_is_refused_with_its_name(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValidationError, match=told):
        Settings.model_validate({"models": {"desk": TRIAGE | change}})


def test_the_tiers_that_can_be_named_are_those_there_are() -> None:
    assert list(EMBEDDED_TIERS) == list(TIERS)


def test_it_is_read_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "audition.toml").write_text(
        '[models.desk]\nroute = "embedded"\nmodel = "sim-large"\nprofile = "eval-design"\n'
    )
    settings = load_settings(folder=tmp_path, environ={})

    assert settings.embedded_models == {
        "desk": EmbeddedModel(route="embedded", model="sim-large", profile="eval-design")
    }
    assert settings.provider_models == {}
