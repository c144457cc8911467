"""Unchanged clients work with two environment variables alone, against the live model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import ROOT, lacking
from tests.proctor.test_functions import CALLS, called
from tests.proctor.upstream import Upstream, upstream_in_a_thread

pytestmark = pytest.mark.timeout(180)

QUESTION = "Is this a complaint or a question? Answer with one word.\n\nMessage: When do you open?"
TOOL = {
    "type": "function",
    "function": {"name": "open_till", "parameters": {"type": "object", "properties": {
        "number": {"type": "integer"}}}},
}  # fmt: skip
OPENAI = f"""
from openai import OpenAI, AuthenticationError, BadRequestError, NotFoundError
client, asked = OpenAI(), [{{"role": "user", "content": {QUESTION!r}}}]
told["chat"] = client.chat.completions.create(
    model="sim-medium", messages=asked, temperature=0).choices[0].message.content
told["stream"] = "".join(c.choices[0].delta.content or "" for c in client.chat.completions.create(
    model="sim-medium", messages=asked, temperature=0, stream=True))
told["responses"] = client.responses.create(
    model="sim-medium", input={QUESTION!r}, temperature=0).output_text
with client.responses.stream(model="sim-medium", input={QUESTION!r}, temperature=0) as events:
    told["events"] = [event.type for event in events]
    told["streamed response"] = events.get_final_response().output_text
tool = {TOOL!r}
ask = dict(model="house", messages=[{{"role": "user", "content": "open the till"}}], tools=[tool])
with client.chat.completions.stream(**ask) as pieces:
    for _ in pieces:
        pass
    streamed = pieces.get_final_completion().choices[0].message.tool_calls
flat = [{{"type": "function", "name": "open_till", "parameters": tool["function"]["parameters"],
         "strict": False}}]
with client.responses.stream(model="house", input="open the till", tools=flat) as pieces:
    for _ in pieces:
        pass
    flat_calls = pieces.get_final_response().output
calls = client.chat.completions.create(**ask).choices[0].message
told["calls"] = [[c.id, c.function.arguments] for c in calls.tool_calls]
told["streamed calls"] = [[c.id, c.function.arguments] for c in streamed]
told["response calls"] = [[c.call_id, c.arguments] for c in flat_calls]
answers = [{{"role": "tool", "tool_call_id": c.id, "content": "open"}} for c in calls.tool_calls]
client.chat.completions.create(**(ask | {{"messages": [*ask["messages"], calls, *answers]}}))
try:
    client.chat.completions.create(**(ask | {{"model": "sim-small"}}))
except BadRequestError as no:
    told["no tools"] = [no.param, "house" in no.message]
told["vectors"] = [len(row.embedding) for form in ("float", "base64", None)
    for row in client.embeddings.create(model="sim-embed", input=["a till", "a queue"],
        **({{"encoding_format": form}} if form else {{}})).data]
told["n"] = len(client.chat.completions.create(model="sim-small", messages=asked, n=3).choices)
told["json"] = client.chat.completions.create(model="sim-medium", temperature=0, messages=[
    {{"role": "user", "content": 'Answer as JSON with the key "kind". ' + {QUESTION!r}}}],
    response_format={{"type": "json_object"}}).choices[0].message.content
told["models"] = sorted(m.id for m in client.models.list())
for name, wrong in (("model", dict(model="gpt-9")), ("parameter", dict(store=True))):
    try:
        client.chat.completions.create(**({{"model": "sim-small", "messages": asked}} | wrong))
    except (BadRequestError, NotFoundError) as no:
        told[name] = [type(no).__name__, no.code]
try:
    OpenAI(api_key="x", max_retries=5).chat.completions.create(model="sim-small", messages=asked)
except AuthenticationError as no:
    told["pass"] = [type(no).__name__, no.code]
"""
LITELLM = f"""
import litellm
asked = dict(model="openai/sim-medium", temperature=0,
             messages=[{{"role": "user", "content": {QUESTION!r}}}])
told["chat"] = litellm.completion(**asked).choices[0].message.content
told["stream"] = "".join(
    c.choices[0].delta.content or "" for c in litellm.completion(**asked, stream=True))
ask = dict(model="openai/house", tools=[{TOOL!r}],
           _skip_mcp_handler=True,  # this version's own needs a package that it does not require
           messages=[{{"role": "user", "content": "open the till"}}])
told["calls"] = [[c.id, c.function.arguments]
                 for c in litellm.completion(**ask).choices[0].message.tool_calls]
whole = litellm.stream_chunk_builder(list(litellm.completion(**ask, stream=True)))
told["streamed calls"] = [[c.id, c.function.arguments]
                          for c in whole.choices[0].message.tool_calls]
try:
    litellm.completion(**(asked | {{"model": "openai/gpt-9"}}))
except litellm.NotFoundError as no:
    told["model"] = [type(no).__name__, no.status_code]
"""
INSPECT = f"""
import asyncio
from inspect_ai.model import GenerateConfig, get_model
model = get_model("openai/sim-medium", config=GenerateConfig(temperature=0, max_tokens=50))
told["chat"] = asyncio.run(model.generate({QUESTION!r})).completion
"""
DEEPEVAL = f"""
from deepeval.models import GPTModel
told["chat"] = GPTModel(model="sim-medium", temperature=0).generate({QUESTION!r})[0]
"""
MADE = [[one["id"], one["function"]["arguments"]] for one in CALLS]  # type: ignore[index]
PRICES = {"OPENAI_COST_PER_INPUT_TOKEN": "0.0000008", "OPENAI_COST_PER_OUTPUT_TOKEN": "0.0000032"}
QUIET = {"DEEPEVAL_TELEMETRY_OPT_OUT": "YES", "LITELLM_LOCAL_MODEL_COST_MAP": "True",
         "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1"}  # fmt: skip


@dataclass(frozen=True)
class Proctor:
    """A proctor with the embedded model, and the passes of one session."""

    address: str
    operator: str
    session: dict[str, Any]

    def calls(self) -> dict[str, float]:
        """How many calls of each status it counts."""
        head = {"Authorization": f"Bearer {self.operator}"}
        text = httpx.get(f"{self.address}/metrics", headers=head).text
        rows = [line for line in text.splitlines() if line.startswith("audition_calls_total")]
        found: dict[str, float] = {}
        for row in rows:
            status = row.partition('status="')[2].partition('"')[0]
            found[status] = found.get(status, 0) + float(row.rpartition(" ")[2])
        return found


@pytest.fixture(scope="module")
def house() -> Iterator[Upstream]:
    """A provider that calls two functions, whatever it is asked."""
    with upstream_in_a_thread(body=called()) as one:
        yield one


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, house: Upstream) -> Iterator[Proctor]:
    home = tmp_path_factory.mktemp("peers") / "home"
    argv = [sys.executable, "-m", "harness.proctor", "--home", str(home), "--port", "0"]
    alias = {"URL": house.url, "MODEL": "m", "WINDOW": "9000", "USD_IN_PER_MILLION": "1",
             "USD_OUT_PER_MILLION": "1"}  # fmt: skip
    environment = {"PATH": os.environ["PATH"], "AUDITION_PROCTOR__SIMULATE_LATENCY": "false"}
    environment |= {f"AUDITION_MODELS__HOUSE__{name}": value for name, value in alias.items()}
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["address"]
        operator = (home / "proctor" / "operator.token").read_text().strip()
        head = {"Authorization": f"Bearer {operator}"}
        body = {"exercises": ["practice"]}
        session = httpx.post(f"{address}/sessions", json=body, headers=head).json()
        yield Proctor(address, operator, session)
        process.terminate()


def run(up: Proctor, peer: str, code: str, folder: Path, **more: str) -> dict[str, Any]:
    """Run code in a peer's own environment with the two variables, and return what it told."""
    python = ROOT / ".venv-peers" / peer / "bin" / "python"
    if not python.exists():
        lacking(f"the environment of {peer}", "run: make peers")
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", **QUIET, **more,
        "OPENAI_BASE_URL": f"{up.address}/v1", "OPENAI_API_KEY": up.session["kernel_token"],
    }  # fmt: skip
    program = f"import json\ntold = {{}}\n{code}\nprint('TOLD' + json.dumps(told))"
    done = subprocess.run(
        [str(python), "-I", "-"], input=program, capture_output=True, text=True, cwd=folder,
        env=environment, timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.rpartition("TOLD")[2])
    return found


def test_the_newest_openai_client(up: Proctor, tmp_path: Path) -> None:
    before = up.calls().get("settled", 0)
    told = run(up, "openai", OPENAI, tmp_path)

    assert "question" in told["chat"].lower()
    assert told["stream"] == told["chat"]
    assert told["responses"] == told["streamed response"] == told["chat"]
    assert told["events"][0] == "response.created" and told["events"][-1] == "response.completed"
    assert told["calls"] == told["streamed calls"] == told["response calls"] == MADE
    assert told["no tools"] == ["tools", True]
    # who asks for base64 by name gets its 2,048 letters; the client's own default is decoded
    assert told["vectors"] == [384, 384, 2048, 2048, 384, 384]
    assert told["n"] == 3
    assert isinstance(json.loads(told["json"]), dict)
    assert told["models"] == ["house", "sim-embed", "sim-large", "sim-medium", "sim-small"]
    assert told["model"] == ["NotFoundError", "model_not_found"]
    assert told["parameter"] == ["BadRequestError", "unsupported_parameter"]
    assert told["pass"] == ["AuthenticationError", "invalid_api_key"]
    assert up.calls()["settled"] == before + 13  # one call a request; refusals are none


def test_litellm(up: Proctor, tmp_path: Path) -> None:
    before = up.calls().get("settled", 0)
    told = run(up, "litellm", LITELLM, tmp_path)

    assert "question" in told["chat"].lower() and told["stream"] == told["chat"]
    assert told["calls"] == told["streamed calls"] == MADE
    assert told["model"] == ["NotFoundError", 404]
    assert up.calls()["settled"] == before + 4


def test_inspect(up: Proctor, tmp_path: Path) -> None:
    before = up.calls().get("settled", 0)
    told = run(up, "inspect", INSPECT, tmp_path)

    assert "question" in told["chat"].lower()
    assert up.calls()["settled"] == before + 1


def test_deepeval(up: Proctor, tmp_path: Path) -> None:
    before = up.calls().get("settled", 0)
    told = run(up, "deepeval", DEEPEVAL, tmp_path, **PRICES)

    assert "question" in told["chat"].lower()
    assert up.calls()["settled"] == before + 1
