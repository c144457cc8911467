"""`audition model`: see what the embedded model understands, or talk to it.

Runs on the trusted side (zone G's wheel), as whoever types it; prompts on stdin are hostile text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

import click

from harness.models.errors import BadRequest, ModelRefused

if TYPE_CHECKING:
    from harness.models.engine import Engine


@click.group()
def model() -> None:
    """The embedded model: what it understands, and a small chat."""


@model.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
def explain(as_json: bool) -> None:
    """Read prompts from stdin, one JSON object a line, and print what was understood.

    A line is {"prompt": "..."} or {"messages": [...]}.
    """
    from harness.models.engine import Engine

    engine = Engine()
    failed = False
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        try:
            found = explained(engine, line)
        except ModelRefused as exc:
            failed = True
            found = {"error": {"code": exc.code, "message": str(exc)}}
        click.echo(json.dumps(found) if as_json else _as_text(found))
    sys.exit(1 if failed else 0)


def explained(engine: Engine, line: str | bytes) -> dict[str, Any]:
    """What the model understands of one line's prompt.

    Returns:
        task, kinds, data_spans (offsets into `prompt`, or [message, start, end] into `messages`),
        faults drawn by sim-medium at temperature 0, and stance.

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
        raise BadRequest('the line is not JSON; write {"prompt": "..."}') from exc
    if not isinstance(asked, dict) or not ("prompt" in asked or "messages" in asked):
        raise BadRequest('the line has neither "prompt" nor "messages"')
    if "prompt" in asked and not isinstance(asked["prompt"], str):
        raise BadRequest('"prompt" must be a string')
    return asked


def _as_text(found: dict[str, Any]) -> str:
    if "error" in found:
        return f"error: {found['error']['message']}"
    return "\n".join(f"{name}: {json.dumps(value)}" for name, value in found.items()) + "\n"


@model.command()
@click.option(
    "--tier",
    type=click.Choice(["small", "medium", "large"]),
    default="medium",
    show_default=True,
    help="Which simulated model answers.",
)
@click.option("--temperature", type=click.FloatRange(0, 2), default=1.0, show_default=True)
def chat(tier: str, temperature: float) -> None:
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
        for line in replied(engine, f"sim-{tier}", text, temperature):
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


def replied(engine: Engine, name: str, text: str, temperature: float) -> Iterator[str]:
    """The reply to one message with a line on tokens, price and understanding."""
    from harness.models.request import ChatRequest
    from harness.models.tiers import tier_named

    try:
        request = ChatRequest.from_wire(
            name, [{"role": "user", "content": text}], {"temperature": temperature}
        )
        reply = engine.chat(request)
    except ModelRefused as exc:
        yield f"refused: {exc}"
        return
    usage = reply.usage
    cost = tier_named(name).cost_usd(usage.prompt_tokens, usage.completion_tokens)
    yield reply.choices[0].text
    yield (
        f"[{reply.understood.task}; {usage.prompt_tokens} + {usage.completion_tokens} tokens; "
        f"{cost:f} USD; kinds: {', '.join(reply.understood.kinds) or 'none'}]"
    )
