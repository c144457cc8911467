"""litellm's models: loaded only where wanted, asked once, told in our words, paid by our table."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import SettingsError
from harness.core.model_settings import ModelSettings
from harness.core.settings import Settings, load_settings
from tests.conftest import ROOT
from tests.proctor.builders import ask, proctor, settings_for
from tests.proctor.test_functions import TILL, called
from tests.proctor.test_init_command import init, there  # noqa: F401  a fixture
from tests.proctor.test_passing import events, text_of
from tests.proctor.upstream import SECRET, Upstream, good, upstream

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.filterwarnings("ignore"),  # litellm's own, on import
]
CLAUDE = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": "c", "stop_reason": "tool_use",
    "content": [{"type": "text", "text": "I open it."},
                {"type": "tool_use", "id": "toolu_1", "name": "open_till", "input": {"n": 4}}],
    "usage": {"input_tokens": 7, "output_tokens": 3},
}  # fmt: skip


def with_models(tmp_path: Path, url: str) -> Settings:
    """Two aliases of litellm's, `gpt` and `claude`."""
    key = tmp_path / "provider.key"
    key.write_text(SECRET + "\n")
    key.chmod(0o600)
    about: dict[str, Any] = {
        "route": "litellm", "key_file": key, "window": 8_000, "usd_in_per_million": Decimal("2"),
        "usd_out_per_million": Decimal("10"), "answer_within_s": 30,
    }  # fmt: skip
    models = {
        "gpt": ModelSettings(model="openai/some-name", url=url, **about),
        "claude": ModelSettings(
            model="anthropic/claude-some", url=url.removesuffix("/v1"), **about
        ),
    }
    return settings_for(tmp_path).model_copy(update={"models": models})


@pytest.mark.anyio
async def test_an_answer_is_one_request_and_paid_by_our_table(tmp_path: Path) -> None:
    async with upstream() as up_there, proctor(with_models(tmp_path, up_there.url)) as up:
        async with up.kernel as client:
            client.timeout = 120  # type: ignore[assignment]  litellm loads meanwhile
            body = ask("hello", model="gpt", max_tokens=50, temperature=0.3)
            plain = await client.post("/v1/chat/completions", json=body)
            up_there.body = called()
            tools = await client.post(
                "/v1/chat/completions", json=ask("open", model="gpt", tools=[TILL])
            )
            up_there.body = CLAUDE
            claude = await client.post(
                "/v1/chat/completions", json=ask("open", model="claude", tools=[TILL])
            )
            streamed = await client.post(
                "/v1/chat/completions", json=ask("open", model="claude", stream=True)
            )
        calls, budget = await up.calls(), await up.budget()
    sent = [(path, body) for path, _, body in up_there.asked]

    assert plain.json()["choices"][0]["message"]["content"] == "well answered"
    assert plain.json()["model"] == "gpt"
    assert tools.json()["choices"][0]["message"]["tool_calls"][0]["id"] == "call_a"
    told = claude.json()["choices"][0]
    assert told["message"]["content"] == "I open it." and told["finish_reason"] == "tool_calls"
    assert told["message"]["tool_calls"][0]["function"] == {
        "name": "open_till", "arguments": '{"n": 4}',
    }  # fmt: skip
    assert text_of(events(streamed)) == "I open it."
    assert [path for path, _ in sent] == ["/v1/chat/completions"] * 2 + ["/v1/messages"] * 2
    assert {"model": "some-name", "max_tokens": 50, "temperature": 0.3}.items() <= sent[0][
        1
    ].items()
    assert sent[2][1]["tools"][0]["name"] == "open_till" and sent[3][1]["max_tokens"] == 4096
    assert [row.route for row in calls] == ["litellm"] * 4
    assert {row.status for row in calls} == {"settled"}
    assert Decimal(budget["usd_spent"]) == 4 * Decimal("0.000044")


HTML = b"<html>" + SECRET.encode()
ERROR = {"error": {"message": f"your key {SECRET}", "type": "x"}}
FAULTS: dict[str, tuple[dict[str, Any], set[int]]] = {
    "key-refused": ({"status": 401, "body": ERROR}, {502}),
    "key-forbidden": ({"status": 403, "body": ERROR}, {502}),
    "not-there": ({"status": 404, "body": ERROR}, {502}),
    "too-fast": ({"status": 429, "body": ERROR}, {503}),
    "their-fault": ({"status": 500, "body": HTML}, {503}),
    "overloaded": ({"status": 503, "body": ERROR}, {503}),
    "bad-value": ({"status": 400, "body": ERROR}, {400}),
    "html": ({"body": HTML}, {503}),
    "no-choices": ({"body": good() | {"choices": []}}, {502, 503}),
    "no-usage": ({"body": good() | {"usage": None}}, {502, 503}),
    "no-text": ({"body": good() | {"choices": [{"index": 0, "message": {}}]}}, {502, 503}),
    "no-claude": ({"body": {k: v for k, v in CLAUDE.items() if k != "usage"}}, {502, 503}),
    "cut": ({"cut_after": 120}, {503}),
}


@pytest.mark.anyio
async def test_what_goes_wrong_is_asked_once_costs_nothing_and_tells_no_key(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with upstream() as up_there, proctor(with_models(tmp_path, up_there.url)) as up:
        async with up.kernel as client:
            client.timeout = 120  # type: ignore[assignment]
            told = {}
            for fault, (about, _) in FAULTS.items():
                for model in ("gpt", "claude"):
                    up_there.status, up_there.body, up_there.cut_after = 200, good(), None
                    for name, value in about.items():
                        setattr(up_there, name, value)
                    body = ask("hello", model=model)
                    told[fault, model] = await client.post("/v1/chat/completions", json=body)
        calls, budget = await up.calls(), await up.budget()
    out = capfd.readouterr()

    odd = {where: one.status_code for where, one in told.items()
           if one.status_code not in FAULTS[where[0]][1]}  # fmt: skip
    assert odd == {}
    assert len(up_there.asked) == len(told)  # no retry of its own
    assert {row.status for row in calls} == {"failed"}
    assert (budget["usd_spent"], budget["usd_reserved"]) == ("0", "0")
    kept = "".join(one.text for one in told.values()) + json.dumps([r.response for r in calls])
    ours = "".join(one.getMessage() for one in caplog.records)
    assert "TESTSECRET" not in kept + ours + out.out + out.err


@pytest.mark.anyio
async def test_a_redirect_takes_no_key_elsewhere(tmp_path: Path) -> None:
    async with upstream() as elsewhere, upstream(status=307, body=b"") as up_there:
        up_there.headers = f"location: {elsewhere.url}/chat/completions\r\n"
        async with proctor(with_models(tmp_path, up_there.url)) as up, up.kernel as client:
            client.timeout = 120  # type: ignore[assignment]
            for model in ("gpt", "claude"):
                body = ask("hello", model=model)
                answer = await client.post("/v1/chat/completions", json=body)

                assert answer.status_code in (502, 503)

    assert len(up_there.asked) == 2 and not elsewhere.asked


@pytest.mark.anyio
async def test_an_answer_that_does_not_come_in_time_is_given_up(tmp_path: Path) -> None:
    async with upstream() as up_there:
        settings = with_models(tmp_path, up_there.url)
        async with proctor(settings) as up, up.kernel as client:
            client.timeout = 120  # type: ignore[assignment]
            first = await client.post("/v1/chat/completions", json=ask("x", model="gpt"))
            up_there.pause_s = 20
            provider = up.service.providers.find("gpt")
            assert provider is not None and first.status_code == 200
            object.__setattr__(
                provider, "settings", provider.settings.model_copy(update={"answer_within_s": 0.3})
            )
            slow = await client.post("/v1/chat/completions", json=ask("x", model="gpt"))

    assert (slow.status_code, slow.json()["error"]["code"]) == (504, "timeout")


@pytest.mark.anyio
async def test_it_is_not_loaded_where_no_alias_wants_it(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\nfrom harness.core.settings import Settings\n"
        "from harness.proctor.service import Service\n"
        f"service = Service(Settings(home={str(tmp_path)!r}))\n"
        "service.providers.start()\nprint('litellm' in sys.modules)"
    )
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip

    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "change", [{"route": "openai"}, {"kind": "embeddings"}, {"usd_in_per_million": None},
               {"route": "anthropic"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_the_start(tmp_path: Path, change: dict[str, Any]) -> None:
    given: dict[str, Any] = {
        "route": "litellm", "model": "anthropic/claude-x", "window": 1000,
        "usd_in_per_million": "1", "usd_out_per_million": "1",
    }  # fmt: skip

    def load(values: dict[str, Any]) -> Settings:
        rows = [f"{k} = {json.dumps(v)}" for k, v in values.items() if v is not None]
        (tmp_path / "audition.toml").write_text("[models.claude]\n" + "\n".join(rows))
        return load_settings(folder=tmp_path, environ={})

    assert load(given).models["claude"].url is None
    with pytest.raises(SettingsError):
        load(given | change)


def test_init_takes_prices_of_its_table_and_makes_one_test_call(
    tmp_path: Path,
    there: Upstream,  # noqa: F811
) -> None:
    there.body = CLAUDE
    argv = [
        sys.executable, "-m", "harness.cli", "init", "--alias", "claude", "--litellm", "--model",
        "anthropic/claude-sonnet-4-5", "--url", there.url.removesuffix("/v1"), "--no-key",
    ]  # fmt: skip
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "ANTHROPIC_API_KEY": SECRET}
    done = subprocess.run(
        argv, cwd=tmp_path, env=environment | {"PYTHONPATH": str(ROOT)}, input="\n\n\n",
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    model = load_settings(folder=tmp_path, environ={}).models["claude"]

    assert (model.route, model.window) == ("litellm", 200_000)
    assert (model.usd_in_per_million, model.usd_out_per_million) == (3, 15)
    assert len(there.asked) == 1 and there.asked[0][0] == "/v1/messages"
    assert SECRET not in done.stdout + done.stderr
    unpriced = init(tmp_path, there.url, "--alias", "other", "--litellm", "--usd-in", "")
    assert unpriced.returncode == 2 and "usd_in_per_million" in unpriced.stderr
