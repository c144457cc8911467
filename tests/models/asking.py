"""What the medium tier says to a conversation at temperature 0."""

from __future__ import annotations

from harness.models.engine import Engine
from harness.models.request import ChatRequest

ROLES = ("user", "assistant")


def say(engine: Engine, *turns: str, system: str = "") -> str:
    """The answer to turns of user and assistant by turns, the user's first and last."""
    wire = [{"role": "system", "content": system}] if system else []
    wire += [{"role": ROLES[i % 2], "content": turn} for i, turn in enumerate(turns)]
    request = ChatRequest.from_wire("sim-medium", wire, {"temperature": 0})
    return engine.chat(request).choices[0].text


def say_under(engine: Engine, system: str, *turns: str) -> str:
    """The same below a system message."""
    return say(engine, *turns, system=system)
