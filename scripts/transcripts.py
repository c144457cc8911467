"""Write what `sim-medium` answers to a file of sceptical prompts, for readers to judge.

`python -m scripts.transcripts tests/models/data/prompts_sceptic_2.jsonl docs/transcripts/DATE.md`.
Runs on a developer's machine; trusts the prompts of the checkout.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from harness.models.engine import Engine
from harness.models.request import ChatRequest

MODEL = "sim-medium"


def answer(engine: Engine, messages: list[dict[str, str]]) -> str:
    """What the model says to a conversation at its usual temperature, or why it refuses."""
    return engine.chat(ChatRequest.from_wire(MODEL, messages, {"seed": 1})).choices[0].text


def transcript(engine: Engine, row: dict[str, Any]) -> str:
    """One prompt with the answer, as Markdown.

    Args:
        engine: the embedded model.
        row: `id`, `what_is_tested`, `messages` and `expected`, as in the prompts' README.
    """
    parts = [f"## {row['id'].rpartition('-')[2]}. {row['what_is_tested']}"]
    for message in row["messages"]:
        said = "\n".join(f"> {line}".rstrip() for line in message["content"].split("\n"))
        parts.append(said if message["role"] == "user" else f"> *{message['role']}*:\n>\n{said}")
    fence = "~~~~"
    parts.append(f"{fence}text\n{answer(engine, row['messages'])}\n{fence}")
    parts.append(f"Expected: {row['expected']}")
    return "\n\n".join(parts)


def main() -> None:
    """Read the prompts, write the transcripts."""
    parser = argparse.ArgumentParser(description="Write transcripts for readers to judge.")
    parser.add_argument("prompts", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.prompts.read_text("utf-8").splitlines() if line]
    engine = Engine()
    head = (
        f"# {len(rows)} fresh prompts, {options.out.stem}\n\n"
        f"What `{MODEL}` answered, at its usual temperature, to the prompts of "
        f"`{options.prompts}`.\nNo reader has judged these answers yet."
    )
    whole = "\n\n".join([head, *(transcript(engine, row) for row in rows)])
    options.out.write_text(whole + "\n", encoding="utf-8")
    print(f"{options.out}: {len(rows)} transcripts")


if __name__ == "__main__":
    main()
