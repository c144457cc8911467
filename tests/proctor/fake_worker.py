"""A worker with the real wire and no model: what a message says is what it does.

`sleep N` waits, `die` ends the process, `hang` reads no more, `long` answers a hundred words,
`too long` refuses, `nonsense` breaks the wire; anything else is answered in capitals.
"""

import base64
import json
import struct
import sys
import time

TIERS = [
    {
        "name": name,
        "simulated": True,
        "window": window,
        "usd_in_per_million": usd_in,
        "usd_out_per_million": usd_out,
        "first_token_s": 0.05,
        "tokens_per_s": 400,
    }
    for name, window, usd_in, usd_out in (
        ("sim-small", 8192, "0.15", "0.60"),
        ("sim-medium", 32768, "0.80", "3.20"),
        ("sim-large", 131072, "3.00", "15.00"),
        ("sim-embed", 258048, "0.02", "0"),
    )
]


def say(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def text_of(message):
    content = message.get("content") or ""
    return content if isinstance(content, str) else "\n".join(p["text"] for p in content)


def chat(asked):
    said = text_of(asked["messages"][-1])
    word, _, rest = said.partition(" ")
    if word == "sleep":
        time.sleep(float(rest))
    elif word == "die":
        sys.exit(9)
    elif word == "hang":
        time.sleep(3600)
    elif said == "nonsense":
        sys.stdout.write("this is no JSON\n")
        sys.stdout.flush()
    elif said == "too long":
        return {"ok": False, "code": "context_length_exceeded", "message": "it has 9 tokens",
                "param": "messages"}  # fmt: skip
    lengths = {"long": 100, "very long": 3000}
    text = " ".join(f"word{i}" for i in range(lengths.get(said, 0))) or said.upper()
    n = asked["params"].get("n", 1)
    tokens = len(text.split())
    return {
        "ok": True,
        "choices": [{"text": text, "finish_reason": "stop"} for _ in range(n)],
        "usage": {"prompt_tokens": len(said.split()) + 7, "completion_tokens": n * tokens},
        "understood": {"task": "chat", "secret": "for reviewers alone"},
    }


def answer(asked):
    op = asked["op"]
    if op == "models":
        return {"ok": True, "models": TIERS}
    if op == "count":
        words = sum(len(text_of(m).split()) for m in asked["messages"])
        return {"ok": True, "prompt_tokens": words + 7}
    if op == "embed":
        if "too long" in asked["texts"]:
            return {"ok": False, "code": "context_length_exceeded", "message": "input[0] is long"}
        rows = [struct.pack("<3f", len(text), 0.5, 0.0) for text in asked["texts"]]
        told = [base64.b64encode(row).decode() for row in rows]
        return {"ok": True, "vectors": told, "prompt_tokens": 4 * len(rows)}
    if op == "encode":
        return {"ok": True, "vectors": [[1.0] + [0.0] * 383 for _ in asked["texts"]]}
    if op == "learn":
        return {"ok": True, "mean": [0.0] * 384, "head": [[0.0] * 384 for _ in {*asked["classes"]}]}
    return chat(asked)


if len(sys.argv) > 1:
    time.sleep(float(sys.argv[1]))
say({"ready": True})
for line in sys.stdin:
    asked = json.loads(line)
    say({"id": asked["id"], **answer(asked)})
