"""`python -m harness.bench.instant`: a model that has answered before it was asked.

Runs as the proctor's model worker, started by the bench alone: no setting and no command leads
to it. It speaks the worker's whole wire over the same pipe and answers every chat with the same
text, so that what is measured is the proctor and not a model.
"""

from __future__ import annotations

import json
import sys
from typing import Any

NAME = "sim-instant"
PIECES = 24
TEXT = " ".join(["instantaneous"] * PIECES)
"""Words of 13 letters: a stream sends each as a piece of its own."""
PROMPT_TOKENS, COMPLETION_TOKENS = 120, 72
USD_IN, USD_OUT = "0.15", "0.60"
TIER = {
    "name": NAME, "simulated": True, "window": 8192, "usd_in_per_million": USD_IN,
    "usd_out_per_million": USD_OUT, "first_token_s": 0.0, "tokens_per_s": 1e9,
}  # fmt: skip
CHAT = {
    "choices": [{"text": TEXT, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": COMPLETION_TOKENS},
    "understood": {"task": "chat", "kinds": [], "faults": []},
}


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what one line of the worker's wire is answered with."""
    if asked["op"] == "models":
        return {"models": [TIER]}
    if asked["op"] == "count":
        return {"prompt_tokens": PROMPT_TOKENS}
    return CHAT


def main() -> None:
    """Answer line by line until the input ends."""
    sink = sys.stdout.buffer
    sink.write(b'{"ready": true}\n')
    sink.flush()
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        told = {"id": asked["id"], "ok": True, **answer(asked)}
        sink.write(json.dumps(told).encode() + b"\n")
        sink.flush()


if __name__ == "__main__":
    main()
