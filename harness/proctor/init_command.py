"""`audition init`: put a provider's model, or an embedded tier, behind an alias.

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
from harness.core.errors import SettingsError, UsageError
from harness.core.model_settings import EmbeddedModel, ModelSettings
from harness.core.settings import FILE_NAME, Settings, load_settings
from harness.proctor.alias_trial import try_embedded, try_provider
from harness.proctor.litellm_route import listed_price


@click.command()
@click.option("--alias", prompt="What candidates call the model", help="Lower case, no spaces.")
@click.option("--litellm", "by_litellm", is_flag=True,
              help="litellm asks it; --model is what litellm calls it.")  # fmt: skip
@click.option("--embedded", is_flag=True,
              help="The embedded model answers; --model is its tier (sim-small …).")  # fmt: skip
@click.option("--profile", metavar="SLUG",
              help="With --embedded: the exercise whose own model's faults it has.")  # fmt: skip
@click.option("--url", help="OpenAI-compatible address, for instance http://127.0.0.1:11434/v1 for "
              "Ollama; with --litellm only where it is not the provider's own.")  # fmt: skip
@click.option("--model", prompt="What the provider calls it (or the tier)",
              help="Name at the provider, or the tier.")  # fmt: skip
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
    alias: str, by_litellm: bool, embedded: bool, profile: str | None, url: str | None, model: str,
    window: int | None, usd_in: str | None, usd_out: str | None, exercises: tuple[str, ...],
    embeddings: bool, key_stdin: bool, no_key: bool, no_test: bool,
) -> None:  # fmt: skip
    """Put a model behind an alias: asks, makes one test call, writes audition.toml."""
    settings, toml = load_settings(), Path.cwd() / FILE_NAME
    if alias in settings.models:
        raise UsageError(f"{toml} has a model {alias} already; choose another alias")
    if profile is not None and not embedded:
        raise UsageError("--profile is for --embedded; a provider's model fails in its own ways")
    if embedded:
        if by_litellm or embeddings or key_stdin or url is not None or window is not None:
            raise UsageError("--embedded takes --model, --profile, prices and --exercise alone")
        _name_tier(alias, model, profile, (usd_in, usd_out), exercises, settings, no_test)
        click.echo(f"{toml}: candidates of new sessions can call {alias!r}")
        return
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
    assert isinstance(made, ModelSettings)  # its route is not "embedded"
    values["window"] = made.window
    if not no_key:
        _keep_key(key_path, _ask_key(key_stdin))
    try:
        if not no_test:
            click.echo(f"one test call to {made.url or made.model} …", err=True)
            click.echo(_tell_test(alias, asyncio.run(try_provider(alias, made))), err=True)
        _append(toml, alias, values)
    except BaseException:
        key_path.unlink(missing_ok=True)
        raise
    click.echo(f"{toml}: candidates of new sessions can call {alias!r}")


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


def _name_tier(
    alias: str, tier: str, profile: str | None, usd: tuple[str | None, str | None],
    exercises: tuple[str, ...], settings: Settings, no_test: bool,
) -> None:  # fmt: skip
    """Write an embedded tier's table, once it has answered."""
    values: dict[str, Any] = {
        "route": "embedded", "model": tier, "profile": profile,
        "usd_in_per_million": usd[0], "usd_out_per_million": usd[1], "exercises": list(exercises),
    }  # fmt: skip
    made = _checked(alias, values)
    assert isinstance(made, EmbeddedModel)  # its route says so
    if not no_test:
        click.echo(f"one test call to the embedded {made.model} …", err=True)
        usage = asyncio.run(try_embedded(alias, made, settings.proctor.photographs))
        click.echo(_tell_test(alias, usage), err=True)
    _append(Path.cwd() / FILE_NAME, alias, values)


def _checked(alias: str, values: dict[str, Any]) -> ModelSettings | EmbeddedModel:
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
