"""`audition init` and `audition models`: put a provider's model behind an alias, and look after it.

Runs on the operator's machine. The key goes into a file of its own, mode 0600, and is neither
shown nor kept anywhere else; one test call is made before anything is written.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from harness.core.card import tell_validation
from harness.core.errors import EnvironmentLacks, SettingsError, UsageError
from harness.core.settings import FILE_NAME, ModelSettings, Settings, load_settings
from harness.proctor.errors import Refusal
from harness.proctor.litellm_route import listed_price
from harness.proctor.overruns import Overruns
from harness.proctor.providers import Provider, Providers
from harness.proctor.wire import read_chat

_TEST = {"messages": [{"role": "user", "content": "Answer with the word ok."}], "max_tokens": 16}


@click.command()
@click.option("--alias", prompt="What candidates call the model", help="Lower case, no spaces.")
@click.option("--litellm", "by_litellm", is_flag=True,
              help="litellm asks it; --model is what litellm calls it.")  # fmt: skip
@click.option("--url", help="OpenAI-compatible address, for instance http://127.0.0.1:11434/v1 for "
              "Ollama; with --litellm only where it is not the provider's own.")  # fmt: skip
@click.option("--model", prompt="What the provider calls it", help="Name at the provider.")
@click.option("--window", type=int, help="Context window: tokens of prompt and answer together.")
@click.option("--usd-in", help="US dollars for a million prompt tokens.")
@click.option("--usd-out", help="US dollars for a million answer tokens.")
@click.option("--exercise", "exercises", multiple=True, metavar="SLUG",
              help="Exercises that have it; may be repeated; none named is all.")  # fmt: skip
@click.option("--embeddings", is_flag=True, help="It makes vectors and answers no chat.")
@click.option("--key-stdin", is_flag=True, help="Read the key from stdin instead of asking.")
@click.option("--no-key", is_flag=True, help="The provider asks for none.")
@click.option("--no-test", is_flag=True, help="Make no test call.")
def init(
    alias: str, by_litellm: bool, url: str | None, model: str, window: int | None,
    usd_in: str | None, usd_out: str | None, exercises: tuple[str, ...], embeddings: bool,
    key_stdin: bool, no_key: bool, no_test: bool,
) -> None:  # fmt: skip
    """Put a provider's model behind an alias: asks, makes one test call, writes audition.toml."""
    settings, toml = load_settings(), Path.cwd() / FILE_NAME
    if alias in settings.models:
        raise UsageError(f"{toml} has a model {alias} already; choose another alias")
    key_path = settings.home / "provider-keys" / f"{alias}.key"
    if url is None and not by_litellm:
        url = click.prompt("Its OpenAI-compatible address, ending in /v1")
    values: dict[str, Any] = {
        "route": "litellm" if by_litellm else None, "url": url, "model": model,
        **_terms(model if by_litellm else None, window, usd_in, usd_out),
        "exercises": list(exercises), "key_file": None if no_key else str(key_path),
        "kind": "embeddings" if embeddings else None,
    }  # fmt: skip
    made = _checked(alias, values)
    values["window"] = made.window
    if not no_key:
        _keep_key(key_path, _ask_key(key_stdin))
    try:
        if not no_test:
            click.echo(f"one test call to {made.url or made.model} …", err=True)
            click.echo(_tell_test(alias, asyncio.run(try_model(alias, made))), err=True)
        _append(toml, alias, values)
    except BaseException:
        key_path.unlink(missing_ok=True)
        raise
    click.echo(f"{toml}: candidates of new sessions can call {alias!r}")


@click.command()
@click.option("--open", "reopen", metavar="ALIAS", help="Open a route that was closed.")
@click.option("--acknowledge", is_flag=True, help="Make the operator's reserve whole again.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def models(reopen: str | None, acknowledge: bool, as_json: bool) -> None:
    """List providers' models of the proctor that is up, and open a route that was closed.

    What a provider takes above what was set aside is charged to the operator's reserve. When that
    is used up every route is closed until --acknowledge.
    """
    from harness.cli.proctor_client import ProctorClient
    from harness.core.errors import ProctorAway

    home = load_settings().home
    try:
        address = (home / "proctor" / "address").read_text(encoding="ascii").strip()
        client = ProctorClient.of_home(address, home)
    except OSError as problem:
        raise ProctorAway(f"no proctor is up for {home}; start: audition proctor") from problem
    if reopen is not None:
        client.post(f"/models/{reopen}/open", {})
    if acknowledge:
        client.post("/reserve/acknowledge", {})
    answer = client.get("/models")
    if as_json:
        click.echo(json.dumps(answer, indent=1))
        return
    lines = [_tell_model(one) for one in answer["models"]]
    click.echo("\n".join(lines) or "There is none yet: audition init")
    if answer["reserve"]["overruns"]:
        click.echo("\n".join(_tell_reserve(answer["reserve"])))


async def try_model(alias: str, made: ModelSettings) -> dict[str, Any]:
    """Make one call as a candidate's would be made, and return its usage.

    Args:
        alias: what candidates call it.
        made: where it is.

    Raises:
        EnvironmentLacks: no whole answer came.
    """
    providers = Providers({alias: made}, Overruns())
    provider = providers.find(alias)
    assert provider is not None
    try:
        usage = await _usage(providers, provider)
    except Refusal as no:
        raise EnvironmentLacks(
            f"the test call did not succeed (status {no.status}): {no}. Nothing was written; look "
            "at the address, the name and the key, or leave the call out with --no-test"
        ) from no
    finally:
        await providers.close()
    return usage | {"usd": provider.tier.cost_usd(*usage.values())}


async def _usage(providers: Providers, provider: Provider) -> dict[str, Any]:
    if provider.makes_vectors:
        _, count = await providers.embed(provider, ["ok"])
        return {"prompt_tokens": count, "completion_tokens": 0}
    asked = read_chat({"model": provider.alias, **_TEST})
    usage: dict[str, Any] = (await providers.chat(provider, asked, 16))["usage"]
    return usage


def _terms(
    model: str | None, window: int | None, usd_in: str | None, usd_out: str | None
) -> dict[str, Any]:
    """Return window and prices, asked for where they are not given; litellm's table may know."""
    listed = listed_price(model) if model and None in (window, usd_in, usd_out) else None
    known = (str(listed[2]), *(format(usd, "f") for usd in listed[:2])) if listed else (None,) * 3
    asked = (
        ("window", window, "Tokens of prompt and answer together"),
        ("usd_in_per_million", usd_in, "US dollars for a million prompt tokens"),
        ("usd_out_per_million", usd_out, "US dollars for a million answer tokens"),
    )
    return {
        name: given if given is not None else click.prompt(text, default=default)
        for (name, given, text), default in zip(asked, known, strict=True)
    }


def _checked(alias: str, values: dict[str, Any]) -> ModelSettings:
    given = {name: value for name, value in values.items() if value is not None}
    try:
        return Settings.model_validate({"models": {alias: given}}).models[alias]
    except ValidationError as problem:
        raise UsageError(f"the model cannot be used: {tell_validation(problem)}") from problem


def _ask_key(from_stdin: bool) -> str:
    key = sys.stdin.readline() if from_stdin else click.prompt("Its key", hide_input=True)
    if not key.strip():
        raise UsageError("the key is empty; give one, or --no-key")
    return str(key).strip()


def _keep_key(path: Path, key: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError as problem:
        raise UsageError(
            f"{path} is there already; remove it, or choose another alias"
        ) from problem
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())


def _append(toml: Path, alias: str, values: dict[str, Any]) -> None:
    """Write the table behind what stands there; whole or not at all, and only if it can be read."""
    lines = [f"[models.{json.dumps(alias)}]"]
    lines += [f"{name} = {_toml(value)}" for name, value in values.items() if value is not None]
    before = toml.read_text(encoding="utf-8") if toml.exists() else ""
    text = before + ("\n" if before else "") + "\n".join(lines) + "\n"
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise SettingsError(f"{toml} cannot be added to: {problem}") from problem
    part = toml.with_name(toml.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(toml)


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _tell_test(alias: str, usage: dict[str, Any]) -> str:
    cost = format(Decimal(usage["usd"]), "f")
    return (
        f"{alias} answered: {usage['prompt_tokens']} tokens in, {usage['completion_tokens']} out, "
        f"${cost} by your prices"
    )


def _tell_reserve(reserve: dict[str, Any]) -> list[str]:
    state = "; every route is closed until --acknowledge" if reserve["is_used_up"] else ""
    head = f"reserve: ${reserve['used_usd']} of ${reserve['limit_usd']} used{state}"
    return [head] + [
        f"  {one['alias']}  {one['round'] or 'no round'}  ${one['usd']} above, "
        f"{one['calls']} call{'s' if one['calls'] > 1 else ''}"
        for one in reserve["overruns"]
    ]


def _tell_model(one: dict[str, Any]) -> str:
    state = "closed" if one["closed"] else "open"
    over = f", took ${one['overrun_usd']} above" if one["overrun_usd"] != "0" else ""
    who, where = ", ".join(one["exercises"]) or "every exercise", one["url"] or one["model"]
    return (
        f"{one['name']}  {state}{over}  {where}  ${one['usd_in_per_million']} in, "
        f"${one['usd_out_per_million']} out a million tokens  {who}"
    )
