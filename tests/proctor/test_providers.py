"""A provider's model behind an alias: one call a request, paid by our table, no key told."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from pydantic import ValidationError

from harness.core.errors import SettingsError
from harness.core.model_settings import ModelSettings
from harness.core.settings import Settings, load_settings
from tests.proctor.builders import Up, ask, proctor, settings_for
from tests.proctor.upstream import SECRET, good, upstream

pytestmark = pytest.mark.anyio


def with_model(tmp_path: Path, url: str, **about: Any) -> Settings:
    """Settings with one model of a provider's, called `house`."""
    key = tmp_path / "provider.key"
    key.write_text(SECRET + "\n")
    key.chmod(0o600)
    model = ModelSettings(
        url=url, model="their-name", key_file=key, window=8_000,
        usd_in_per_million=Decimal("2"), usd_out_per_million=Decimal("10"), **about,
    )  # fmt: skip
    return settings_for(tmp_path).model_copy(update={"models": {"house": model}})


async def call(up: Up, **more: Any) -> httpx.Response:
    async with up.kernel as client:
        body = ask("hello there", model="house") | more
        return await client.post("/v1/chat/completions", json=body)


async def test_an_alias_is_answered_by_its_provider_and_paid_by_our_table(tmp_path: Path) -> None:
    async with upstream() as there, proctor(with_model(tmp_path, there.url)) as up:
        answer = await call(up, temperature=0.3, seed=7, max_tokens=50)
        (row,), budget = await up.calls(), await up.budget()
    path, headers, sent = there.asked[0]

    assert answer.json()["choices"][0]["message"]["content"] == "well answered"
    assert answer.json()["model"] == "house"
    assert (path, headers["authorization"]) == ("/v1/chat/completions", f"Bearer {SECRET}")
    assert sent == {
        "model": "their-name", "messages": [{"role": "user", "content": "hello there"}],
        "temperature": 0.3, "seed": 7, "max_tokens": 50, "stream": False,
    }  # fmt: skip
    assert (row.route, row.alias, row.status) == ("provider", "house", "settled")
    assert row.usage is not None and row.usage.cost_usd == Decimal("0.000044")
    assert Decimal(budget["usd_spent"]) == Decimal("0.000044")


async def test_a_stream_and_the_openai_client_work(tmp_path: Path) -> None:
    async with upstream() as there, proctor(with_model(tmp_path, there.url)) as up:
        client = up.openai()
        stream = await client.chat.completions.create(
            model="house", messages=[{"role": "user", "content": "x"}], stream=True,
            stream_options={"include_usage": True},
        )  # fmt: skip
        chunks = [chunk async for chunk in stream]
        await client.close()
        (row,) = await up.calls()

    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert text == "well answered" and chunks[-1].usage is not None
    assert row.streamed and row.status == "settled"


async def test_every_request_states_its_length_so_that_the_worst_case_is_one(
    tmp_path: Path,
) -> None:
    other = "max_completion_tokens"
    async with upstream() as there:
        async with proctor(with_model(tmp_path, there.url)) as up:
            await call(up)
        async with proctor(with_model(tmp_path, there.url, length_parameter=other)) as up:
            await call(up, max_tokens=9)

    assert there.asked[0][2]["max_tokens"] == 4096
    assert there.asked[1][2][other] == 9 and "max_tokens" not in there.asked[1][2]


def error(**about: str) -> dict[str, Any]:
    return {"error": {"message": f"your key {SECRET} …", **about}}


def changed(**about: Any) -> dict[str, Any]:
    return good() | about


UNFINISHED = [{"index": 0, "finish_reason": None, "message": {"content": "x"}}]
NO_NUMBERS = {"prompt_tokens": "7", "completion_tokens": True}
OURS, AGAIN = (502, "upstream_error"), (503, "upstream_error")
FAULTS: dict[str, tuple[dict[str, Any], tuple[int, str]]] = {
    "key-refused": ({"status": 401, "body": error()}, OURS),
    "key-forbidden": ({"status": 403, "body": error()}, OURS),
    "too-fast": ({"status": 429, "body": error()}, AGAIN),
    "their-fault": ({"status": 500, "body": b"<html>" + SECRET.encode()}, AGAIN),
    "too-long": (
        {"status": 400, "body": error(code="context_length_exceeded")},
        (400, "context_length_exceeded"),
    ),
    "bad-parameter": ({"status": 400, "body": error(param="temperature")}, (400, "bad_request")),
    "not-there": ({"status": 404, "body": error()}, OURS),
    "moved": ({"status": 307, "body": b""}, OURS),
    "html": ({"body": b"<html>" + SECRET.encode()}, OURS),
    "no-object": ({"body": [1]}, OURS),
    "no-choices": ({"body": changed(choices=[])}, OURS),
    "no-usage": ({"body": changed(usage=None)}, OURS),
    "usage-no-number": ({"body": changed(usage=NO_NUMBERS)}, OURS),
    "no-text": ({"body": changed(choices=[{**good()["choices"][0], "message": {}}])}, OURS),
    "no-end": ({"body": changed(choices=UNFINISHED)}, OURS),
    "more-choices": ({"body": changed(choices=good()["choices"] * 3)}, OURS),
    "cut": ({"cut_after": 120}, AGAIN),
    "nothing": ({"cut_after": 0}, AGAIN),
    "endless": ({"body": b" " * (9 << 20)}, OURS),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_a_provider_does_wrong_is_an_error_that_costs_nothing_and_tells_no_key(
    tmp_path: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    about, expected = FAULTS[fault]
    caplog.set_level(logging.DEBUG)
    async with upstream(**about) as there, proctor(with_model(tmp_path, there.url)) as up:
        answer = await call(up)
        (row,), budget = await up.calls(), await up.budget()

    assert (answer.status_code, answer.json()["error"]["code"]) == expected
    assert len(there.asked) == 1  # one call a request, whatever comes of it
    assert (row.status, row.usage) == ("failed", None)
    assert (budget["usd_spent"], budget["usd_reserved"]) == ("0", "0")
    told = answer.text + json.dumps(row.response) + caplog.text
    assert SECRET not in told and "TESTSECRET" not in told


async def test_a_provider_that_does_not_answer_in_time_is_given_up(tmp_path: Path) -> None:
    async with upstream(pause_s=20) as there:
        async with proctor(with_model(tmp_path, there.url, answer_within_s=0.3)) as up:
            answer = await call(up)

    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "timeout")


async def test_a_whole_answer_that_drips_is_given_up(tmp_path: Path) -> None:
    async with upstream(drip_s=0.05) as there:
        async with proctor(with_model(tmp_path, there.url, answer_within_s=0.4)) as up:
            answer = await call(up)

    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "timeout")


async def test_no_redirect_is_followed_and_nothing_packed_is_unpacked(tmp_path: Path) -> None:
    async with upstream() as elsewhere, upstream(status=307, body=b"") as there:
        there.headers = f"location: {elsewhere.url}/chat/completions\r\n"
        async with proctor(with_model(tmp_path, there.url)) as up:
            moved = await call(up)
            there.status, there.headers = 200, "content-encoding: gzip\r\n"
            there.body = gzip.compress(json.dumps(good()).encode())
            packed = await call(up)

    assert (moved.status_code, packed.status_code) == (502, 502)
    assert not elsewhere.asked and there.asked[0][1]["accept-encoding"] == "identity"


async def test_a_provider_that_is_not_there_is_our_outage(tmp_path: Path) -> None:
    async with proctor(with_model(tmp_path, "http://127.0.0.1:9/v1")) as up:
        answer = await call(up)

    assert answer.status_code == 503 and answer.headers["x-should-retry"] == "true"


async def test_usage_above_what_was_set_aside_closes_the_route_until_it_is_acknowledged(
    tmp_path: Path,
) -> None:
    over = good(prompt_tokens=50_000, completion_tokens=50_000)
    async with upstream(body=over) as there:
        settings = with_model(tmp_path, there.url)
        async with proctor(settings) as up:
            first = await call(up, max_tokens=10)
            (row,), budget = await up.calls(), await up.budget()
            second = await call(up)
        async with proctor(settings) as up:
            after_restart = await call(up)
            async with up.operator as operator, up.kernel as kernel:
                listed = (await operator.get("/models")).json()["models"]
                strangers = await kernel.post("/models/house/open", json={})
                opened = await operator.post("/models/house/open", json={})
            there.body = good()
            at_last = await call(up)

    assert first.status_code == 200  # the answer is the candidate's; the operator pays the rest
    assert row.usage is not None and row.usage.cost_usd == row.reserved_usd
    assert Decimal(budget["usd_spent"]) == row.reserved_usd
    assert (second.status_code, after_restart.status_code) == (503, 503)
    assert len(there.asked) == 2
    (house,) = [one for one in listed if one["name"] == "house"]
    assert Decimal(house["overrun_usd"]) > 0 and house["closed"] is True
    assert strangers.status_code == 403 and opened.json()["closed"] is False
    assert at_last.status_code == 200


async def test_the_operator_sees_and_opens_routes_on_the_command_line(tmp_path: Path) -> None:
    over = good(prompt_tokens=50_000, completion_tokens=50_000)
    async with upstream(body=over) as there, proctor(with_model(tmp_path, there.url)) as up:
        await call(up, max_tokens=10)
        home = up.service.settings.home
        (home / "proctor" / "address").write_text(up.url + "\n")

        def run(*more: str) -> subprocess.CompletedProcess[str]:
            argv = [sys.executable, "-m", "harness.cli", "models", *more]
            environment = {"PATH": os.environ["PATH"], "AUDITION_HOME": str(home)}
            return subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=60)

        closed = await asyncio.to_thread(run)
        unknown = await asyncio.to_thread(run, "--open", "nobody")
        opened = await asyncio.to_thread(run, "--open", "house", "--json")

    assert "house  closed, took $" in closed.stdout
    assert unknown.returncode == 1 and "Traceback" not in unknown.stderr
    assert json.loads(opened.stdout)["models"][0]["closed"] is False
    assert SECRET not in closed.stdout + opened.stdout


async def test_an_exercise_outside_the_allow_list_does_not_have_the_model(tmp_path: Path) -> None:
    async with upstream() as there:
        async with proctor(with_model(tmp_path, there.url, exercises=("other",))) as up:
            answer = await call(up)
            async with up.kernel as client:
                listed = (await client.get("/v1/models")).json()["data"]

    assert answer.status_code == 404 and not there.asked
    assert "house" not in {one["id"] for one in listed}


async def test_models_and_prices_list_it_with_our_prices(tmp_path: Path) -> None:
    async with upstream() as there, proctor(with_model(tmp_path, there.url)) as up:
        async with up.kernel as client:
            models = {one["id"] for one in (await client.get("/v1/models")).json()["data"]}
            prices = (await client.get("/v1/prices")).json()["models"]
    (house,) = [one for one in prices if one["name"] == "house"]

    assert "house" in models
    assert (house["simulated"], house["usd_in_per_million"]) == (False, "2")


async def test_a_purse_that_cannot_cover_the_worst_case_asks_nobody(tmp_path: Path) -> None:
    async with upstream() as there:
        settings = with_model(tmp_path, there.url)
        dear = settings.models["house"].model_copy(update={"usd_out_per_million": Decimal("9999")})
        async with proctor(settings.model_copy(update={"models": {"house": dear}})) as up:
            answer = await call(up)

    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "insufficient_quota")
    assert not there.asked


@pytest.mark.parametrize(
    ("name", "change"),
    [("house", {"usd_in_per_million": None}), ("house", {"window": None}),
     ("house", {"usd_out_per_million": "-1"}), ("house", {"url": "ftp://x/v1"}),
     ("house", {"url": "http://user:pass@x/v1"}), ("house", {"api_key": "sk-1"}),
     ("sim-medium", {}), ("House", {}), ("a" * 60, {}), ("house", {"url": None})],
)  # fmt: skip
def test_a_model_without_a_price_or_with_what_cannot_be_is_refused_at_the_start(
    tmp_path: Path, name: str, change: dict[str, Any]
) -> None:
    given = {
        "url": "http://127.0.0.1:1/v1", "model": "m", "window": 1000,
        "usd_in_per_million": "1", "usd_out_per_million": "1",
    } | change  # fmt: skip
    lines = [f"{key} = {json.dumps(value)}" for key, value in given.items() if value is not None]
    (tmp_path / "audition.toml").write_text(f'[models."{name}"]\n' + "\n".join(lines))

    with pytest.raises(SettingsError):
        load_settings(folder=tmp_path, environ={})


@pytest.mark.parametrize("how", ["missing", "readable", "empty", "two-lines"])
async def test_a_key_file_that_cannot_be_used_ends_the_start_with_a_next_step(
    tmp_path: Path, how: str
) -> None:
    settings = with_model(tmp_path, "http://127.0.0.1:1/v1")
    key = tmp_path / "provider.key"
    if how == "missing":
        key.unlink()
    elif how == "readable":
        key.chmod(0o644)
    else:
        key.write_text("" if how == "empty" else "a\nb\n")

    with pytest.raises(SettingsError, match=r"provider\.key"):
        async with proctor(settings):
            pass


def test_settings_with_models_go_over_a_file_and_back(tmp_path: Path) -> None:
    settings = with_model(tmp_path, "http://127.0.0.1:1/v1")

    assert Settings.model_validate_json(settings.model_dump_json()) == settings
    with pytest.raises(ValidationError):
        ModelSettings.model_validate({"url": "x"})


def test_the_openai_package_is_what_candidates_use() -> None:
    assert openai.__version__.startswith("2.")
