"""`audition model mutants` and `audition model mutate NAME`: see the planted faults, try one.

Runs on the trusted side, as whoever types it; the prompt on stdin is hostile text.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from harness.models.errors import BadRequest, ModelRefused

if TYPE_CHECKING:
    from harness.models.engine import Engine
    from harness.models.mutants.chat import Turn
    from harness.models.mutants.described import Mutant
    from harness.models.mutants.scene import Scene


@click.command()
@click.option("--family", help="Only classify, answer, extract or summarise.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def mutants(family: str | None, as_json: bool) -> None:
    """List the models with a planted fault, and the harmless ones beside them."""
    from harness.models.mutants.registry import FAMILIES
    from harness.models.mutants.registry import mutants as known

    if family is not None and family not in FAMILIES:
        raise click.BadParameter(f"{family!r} is none of {', '.join(FAMILIES)}")
    rows = [one for one in known().values() if family in (None, one.family)]
    if as_json:
        click.echo(json.dumps({"mutants": [told(one) for one in rows]}, indent=2))
        return
    for one in rows:
        kind = "equivalent" if one.is_equivalent else "mutant"
        click.echo(f"{one.name} ({kind})\n  {one.changes}\n  Fires: {one.fires}")
        click.echo(f"  Noticed by: {one.noticed_by}\n")


@click.command()
@click.argument("name")
@click.option(
    "--tier",
    type=click.Choice(["small", "medium", "large"]),
    default="medium",
    show_default=True,
    help="Which simulated model is spoilt.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the mutant's luck.")
@click.option("--label", "labels", multiple=True, help="A label offered; read from the prompt.")
@click.option("--costly", default="", help="The label whose loss hurts most; the first.")
@click.option("--abstain", default="", help="The label that calls a person.")
@click.option("--key", default="label", show_default=True, help="Of the label in JSON.")
@click.option("--absent", default="not stated", show_default=True, help="Words for a gap.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def mutate(name: str, tier: str, seed: int, as_json: bool, **told_of: Any) -> None:
    """Answer a prompt from stdin with the mutant NAME, beside the answer of the model as it is.

    The prompt is text, or one JSON object {"prompt": "..."} or {"messages": [...]}.
    """
    from harness.models.engine import Engine
    from harness.models.mutants.registry import mutant_named

    try:
        one = mutant_named(name)
        messages = read_messages(sys.stdin.buffer.read())
        found = beside(Engine(), f"sim-{tier}", one, messages, seed=seed, told_of=told_of)
    except ModelRefused as exc:
        raise click.UsageError(str(exc)) from exc
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    click.echo(f"as it is: {found['unmutated']}\n{name}: {found['mutated']}")
    if not found["changed"]:
        click.echo(f"Nothing has changed. It fires: {one.fires}", err=True)


def beside(
    engine: Engine,
    model: str,
    mutant: Mutant,
    messages: list[Turn],
    *,
    seed: int,
    told_of: dict[str, Any],
) -> dict[str, Any]:
    """Return both answers to a prompt.

    Args:
        engine: the embedded model.
        model: name of the tier.
        mutant: what is planted.
        messages: the prompt.
        seed: of the mutant's luck.
        told_of: what was said of the task: labels, costly, abstain, key, absent; "" is not said.
    """
    from harness.models.mutants.chat import engine_chat
    from harness.models.mutants.registry import mutated

    chat, scene = engine_chat(engine, model), seen(engine, messages, told_of)
    before = chat(messages)
    after = mutated(chat, mutant, scene, seed=seed)(messages)
    return {
        "mutant": mutant.name,
        "model": model,
        "seed": seed,
        "labels": list(scene.labels),
        "unmutated": before,
        "mutated": after,
        "changed": before != after,
    }


def seen(engine: Engine, messages: list[Turn], told_of: dict[str, Any]) -> Scene:
    """Return the task as the embedded model reads it, where nothing else was said."""
    from harness.models.mutants.scene import ALLOWANCES, Scene, question, read_by

    understood = engine.explain(tuple((turn["role"], turn["content"]) for turn in messages))
    labels = tuple(told_of["labels"]) or understood.labels
    is_about = understood.task == "qa"
    return Scene(
        text=read_by(engine),
        item=question if is_about else None,
        labels=labels,
        costly=told_of["costly"],
        abstain=told_of["abstain"],
        absent=told_of["absent"],
        key=told_of["key"],
        allows=ALLOWANCES,
    )


def read_messages(raw: bytes) -> list[Turn]:
    """Return what stdin held as messages.

    Raises:
        BadRequest: there is nothing, or messages of another form.
    """
    from harness.models.mutants.chat import Turn
    from harness.models.request import ChatRequest

    text = raw.decode("utf-8", "replace").strip()
    if not text:
        raise BadRequest("there is no prompt on stdin")
    try:
        given = json.loads(text) if text.startswith("{") else None
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or not given.keys() & {"messages", "prompt"}:
        return [Turn(role="user", content=text)]
    raw_messages = given.get("messages", [{"role": "user", "content": given.get("prompt")}])
    request = ChatRequest.from_wire("sim-medium", raw_messages)
    return [Turn(role=one.role, content=one.text) for one in request.messages]


def told(mutant: Mutant) -> dict[str, Any]:
    """Return a mutant as plain values, without its code."""
    return {
        "name": mutant.name,
        "family": mutant.family,
        "is_equivalent": mutant.is_equivalent,
        "changes": mutant.changes,
        "fires": mutant.fires,
        "noticed_by": mutant.noticed_by,
    }
