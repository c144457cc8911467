"""`audition model`: see what the embedded model understands, or talk to it.

Runs on the trusted side (zone G's wheel), as whoever types it; prompts on stdin are hostile text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import click

from harness.models.errors import BadRequest, ModelRefused
from harness.models.mutants.command import mutants, mutate

if TYPE_CHECKING:
    from harness.models.engine import Engine


@click.group()
def model() -> None:
    """The embedded model: what it understands, a small chat, and models with planted faults."""


model.add_command(mutants)
model.add_command(mutate)


@model.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
@click.option("--text", "is_text", is_flag=True, help="All of stdin is one prompt, as it stands.")
def explain(as_json: bool, is_text: bool) -> None:
    """Read prompts from stdin and print what was understood of each.

    A line is {"prompt": "..."} or {"messages": [...]}; with --text stdin is one plain prompt.
    """
    from harness.models.engine import Engine

    if sys.stdin.isatty():
        click.echo("Type a prompt as described in --help; Ctrl-D ends it.", err=True)
    engine = Engine()
    failed = False
    for line in _prompts(sys.stdin.buffer, is_text=is_text):
        try:
            found = explained(engine, line)
        except ModelRefused as exc:
            failed = True
            found = {"error": {"code": exc.code, "message": str(exc)}}
        click.echo(json.dumps(found) if as_json else _as_text(found, line))
    sys.exit(1 if failed else 0)


def _prompts(source: BinaryIO, *, is_text: bool) -> Iterator[bytes]:
    """One JSON line for each prompt; a plain text becomes one such line."""
    if is_text:
        text = source.read().decode("utf-8", "replace").rstrip("\n")
        if text.strip():
            yield json.dumps({"prompt": text}).encode()
        return
    for line in source:
        if line.strip():
            yield line


def explained(engine: Engine, line: str | bytes) -> dict[str, Any]:
    """What the model understands of one line's prompt.

    Returns:
        task, kinds, data_spans (offsets into `prompt`, or [message, start, end] into `messages`),
        faults drawn by sim-medium at temperature 0, stance, and shift (how far the data is from
        plain English, 0 to 1 by cause; empty where it is plain).

    Raises:
        BadRequest: the line holds no prompt.
    """
    from harness.models.request import ChatRequest

    asked = _parsed(line)
    single = "prompt" in asked
    messages = [{"role": "user", "content": asked["prompt"]}] if single else asked.get("messages")
    request = ChatRequest.from_wire("sim-medium", messages, {"temperature": 0})
    understood = engine.explain(tuple((m.role, m.text) for m in request.messages))
    spans = understood.data_spans
    return {
        "task": understood.task,
        "kinds": list(understood.kinds),
        "data_spans": [[a, b] for _, a, b in spans] if single else [list(span) for span in spans],
        "labels": list(understood.labels),
        "faults": _faults(engine, request),
        "stance": understood.stance,
        "shift": understood.shift,
    }


def _faults(engine: Engine, request: Any) -> list[str]:
    """Faults drawn, or the reason why the call could not be made."""
    try:
        return list(engine.chat(request).understood.faults[0])
    except ModelRefused as exc:
        return [exc.code]


def _parsed(line: str | bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise BadRequest(
            'the line is not JSON; write {"prompt": "..."}, or use --text for a plain prompt'
        ) from exc
    if not isinstance(asked, dict) or not ("prompt" in asked or "messages" in asked):
        raise BadRequest('the line has neither "prompt" nor "messages"')
    if "prompt" in asked and not isinstance(asked["prompt"], str):
        raise BadRequest('"prompt" must be a string')
    return asked


def _as_text(found: dict[str, Any], line: bytes) -> str:
    """What was understood, a line each, with the beginnings of the stretches read as data."""
    if "error" in found:
        return f"error: {found['error']['message']}"
    asked = _parsed(line)
    single = "prompt" in asked
    spans = [[0, *span] if single else span for span in found["data_spans"]]
    texts = [asked["prompt"]] if single else [m.get("content") for m in asked["messages"]]
    rows = [
        ("task", found["task"]),
        ("instructions", ", ".join(found["kinds"]) or "none of the kinds it knows"),
        *(("data", _shown(texts[at], start, end)) for at, start, end in spans),
        *((("labels", ", ".join(found["labels"])),) if found["labels"] else ()),
        ("stance", ", ".join(f"{k} {v:+g}" for k, v in found["stance"].items() if v) or "neutral"),
        ("shift", _far(found["shift"])),
        ("faults drawn", ", ".join(found["faults"]) or "none"),
    ]
    return "\n".join(f"{name:<13} {value}" for name, value in rows) + "\n"


def _far(causes: dict[str, float]) -> str:
    """How far the data is from plain English, in all and by cause."""
    from harness.models.shift import together

    if not causes:
        return "none: plain English, or no data"
    told = ", ".join(f"{name} {value:g}" for name, value in causes.items())
    return f"{together(causes.values()):g} ({told})"


def _shown(text: object, start: int, end: int) -> str:
    """A stretch of a message on one line, cut at 70 characters, with its offsets."""
    part = " ".join(text[start:end].split()) if isinstance(text, str) else "(text parts)"
    cut = part if len(part) <= 70 else part[:69] + "…"
    return f"[{start}:{end}] {cut}"


@model.command()
@click.option(
    "--tier",
    type=click.Choice(["small", "medium", "large"]),
    default="medium",
    show_default=True,
    help="Which simulated model answers.",
)
@click.option("--temperature", type=click.FloatRange(0, 2), default=1.0, show_default=True)
@click.option("--system", default="", help="A system message put before each of yours.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a reply instead of text.")
def chat(tier: str, temperature: float, system: str, as_json: bool) -> None:
    """Talk to the embedded model. An empty line sends the message, end of input leaves."""
    from harness.models.engine import Engine

    engine = Engine()
    engine.warm()
    click.echo(
        f"sim-{tier}: a simulated model, not a language model. "
        "End a message with an empty line; Ctrl-D leaves.",
        err=True,
    )
    for text in written_messages(sys.stdin):
        for line in replied(
            engine, f"sim-{tier}", text, temperature, system=system, as_json=as_json
        ):
            click.echo(line)


def written_messages(source: TextIO) -> Iterator[str]:
    """Messages typed on source, each ended by an empty line or by the end of input."""
    lines: list[str] = []
    for line in source:
        if line.strip():
            lines.append(line.rstrip("\n"))
        elif lines:
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)


def replied(
    engine: Engine,
    name: str,
    text: str,
    temperature: float,
    *,
    system: str = "",
    as_json: bool = False,
) -> Iterator[str]:
    """The reply to one message with a line on tokens, price and understanding, or all as JSON."""
    from harness.models.request import ChatRequest
    from harness.models.tiers import tier_named

    before = [{"role": "system", "content": system}] if system else []
    messages = [*before, {"role": "user", "content": text}]
    try:
        request = ChatRequest.from_wire(name, messages, {"temperature": temperature})
        reply = engine.chat(request)
    except ModelRefused as exc:
        error = {"error": {"code": exc.code, "message": str(exc)}}
        yield json.dumps(error) if as_json else f"refused: {exc}"
        return
    usage = reply.usage
    cost = tier_named(name).cost_usd(usage.prompt_tokens, usage.completion_tokens)
    if as_json:
        reading = {"task": reply.understood.task, "kinds": list(reply.understood.kinds)}
        used = usage.model_dump() | {"cost_usd": f"{cost:f}"}
        yield json.dumps({"reply": reply.choices[0].text, **reading, "usage": used})
        return
    yield reply.choices[0].text
    yield (
        f"[{reply.understood.task}; {usage.prompt_tokens} + {usage.completion_tokens} tokens; "
        f"{cost:f} USD; kinds: {', '.join(reply.understood.kinds) or 'none'}]"
    )
