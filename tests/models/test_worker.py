"""The worker's lines: hostile ones get an error line, none ends it but the end of input."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from harness.models import worker
from harness.models.engine import Engine
from harness.proctor.shelf import pack

CHAT = {
    "id": "1",
    "op": "chat",
    "model": "sim-small",
    "messages": [{"role": "user", "content": "hello"}],
    "params": {"temperature": 0},
}


def served(engine: Engine, *lines: bytes) -> list[dict[str, Any]]:
    sink = io.BytesIO()
    worker.serve(engine, io.BytesIO(b"".join(lines)), sink)
    return [json.loads(line) for line in sink.getvalue().splitlines()]


def line(**fields: Any) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def test_the_process_says_ready_answers_and_ends_with_its_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "harness.models.worker"],
        input=json.dumps(CHAT).encode() + b"\nnot json\n" + line(id=2, op="ping"),
        capture_output=True,
        timeout=60,
        check=False,
    )
    lines = [json.loads(raw) for raw in done.stdout.splitlines()]

    assert done.returncode == 0
    assert lines[0] == {"ready": True}
    assert [one.get("ok") for one in lines[1:]] == [True, False, True]
    assert lines[1]["choices"][0]["finish_reason"] == "stop"
    assert set(lines[1]["usage"]) == {"prompt_tokens", "completion_tokens"}
    assert lines[1]["understood"]["task"] == "chat"


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe\x00\n",
        b"[1, 2]\n",
        b"null\n",
        b'"text"\n',
        b"{\n",
        b"[" * 100_000 + b"\n",
        b'{"op":' * 50_000 + b"\n",
        b'{"id": 1}\n',
        b'{"id": 1, "op": ["chat"]}\n',
        b'{"id": 1, "op": "shutdown"}\n',
        b'{"id": 1, "op": "chat"}\n',
        b'{"id": 1, "op": "chat", "model": "sim-small", "messages": 7}\n',
        b'{"id": 1, "op": "encode", "texts": "x"}\n',
        b'{"id": 1, "op": "encode", "texts": [1]}\n',
        b'{"id":1, "op":"chat", "model":"sim-small", "messages":[{"role":"user","content":"x"}],'
        b' "params": {"temperature": NaN}}\n',
        b"not json and no newline",
    ],
)
def test_a_bad_line_gets_an_error_and_the_next_one_an_answer(engine: Engine, raw: bytes) -> None:
    raw = raw if raw.endswith(b"\n") else raw + b"\n"
    replies = served(engine, raw, b"\n", line(id="after", op="ping"))

    assert replies[0] == {"ready": True}
    assert replies[1]["ok"] is False
    assert replies[1]["code"] == "bad_request"
    assert replies[1]["message"]
    assert replies[2] == {"id": "after", "ok": True}


def test_an_error_carries_the_id_of_its_request(engine: Engine) -> None:
    reply = served(engine, line(**{**CHAT, "id": "x7", "params": {"tools": []}}))[1]

    assert (reply["id"], reply["code"]) == ("x7", "unsupported_parameter")


def test_a_defect_is_answered_as_internal_without_its_words(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("secret prompt text")

    monkeypatch.setattr(engine, "chat", broken)
    replies = served(engine, line(**CHAT), line(id=2, op="ping"))

    assert replies[1]["code"] == "internal"
    assert "secret" not in replies[1]["message"]
    assert replies[2]["ok"] is True


def test_a_line_past_the_limit_is_refused_whole(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_LONGEST_LINE", 64)
    replies = served(engine, b"x" * 1_000 + b"\n", line(id=2, op="ping"))

    assert [reply.get("ok") for reply in replies[1:]] == [False, True]


def test_models_carry_price_and_window(engine: Engine) -> None:
    models = served(engine, line(id=1, op="models"))[1]["models"]

    assert [m["name"] for m in models] == ["sim-small", "sim-medium", "sim-large", "sim-embed"]
    assert all(
        m["simulated"] and m["window"] > 0 and float(m["usd_in_per_million"]) for m in models
    )


def test_an_embedding_is_the_encoders_own_vector_and_its_tokens_are_counted(
    engine: Engine,
) -> None:
    texts = ["the till will not open", "opening hours?"]
    replies = served(
        engine, line(id=1, op="embed", texts=texts), line(id=2, op="encode", texts=texts)
    )
    vectors = [np.frombuffer(base64.b64decode(row), "<f4") for row in replies[1]["vectors"]]

    assert replies[1]["prompt_tokens"] == 8
    assert np.allclose(vectors, replies[2]["vectors"], atol=1e-6)


@pytest.mark.parametrize("text", ["word " * 127, "x" * 1_201, "w" * 59 + " " + "ab " * 400])
def test_a_text_that_would_be_read_by_half_is_refused(engine: Engine, text: str) -> None:
    reply = served(engine, line(id=1, op="embed", texts=["short", text]))[1]

    assert (reply["ok"], reply["code"]) == (False, "context_length_exceeded")
    assert "input[1]" in reply["message"]


def test_a_text_of_126_pieces_is_read_whole(engine: Engine) -> None:
    assert served(engine, line(id=1, op="embed", texts=["word " * 126]))[1]["ok"] is True


def test_vectors_have_384_numbers(engine: Engine) -> None:
    reply = served(engine, line(id=1, op="encode", texts=["a", ""]))[1]

    assert [len(row) for row in reply["vectors"]] == [384, 384]


def test_a_head_learnt_from_a_few_examples_leans_to_the_right_class(engine: Engine) -> None:
    texts = ["What does it cost?", "Is it expensive?", "Who reads it?", "Which person is it for?"]
    vectors = base64.b64encode(pack(engine.encode(texts).tolist())).decode()
    asked = {"vectors": vectors, "classes": [0, 0, 1, 1], "weights": [1.0] * 4, "ridge": 0.5}
    learnt, encoded = served(
        engine,
        line(id=1, op="learn", **asked),
        line(id=2, op="encode", texts=["What is the price?"]),
    )[1:]
    aside = np.array(encoded["vectors"][0]) - learnt["mean"]
    cost, person = (float(np.dot(aside, direction)) for direction in learnt["head"])

    assert learnt["ok"] and len(learnt["mean"]) == 384 and len(learnt["head"]) == 2
    assert cost > person


@pytest.mark.parametrize(
    "wrong",
    [
        {"vectors": ""}, {"vectors": "AAAA"}, {"vectors": "?"}, {"vectors": 5},
        {"classes": [0]}, {"classes": [0, 2]}, {"classes": [0, -1]},
        {"classes": "01"},
        {"classes": [0, True]}, {"weights": [1.0, 0.0]}, {"weights": [1.0, "1"]}, {"weights": None},
        {"ridge": 0.0}, {"ridge": None}, {"ridge": 1e9},
    ],
)  # fmt: skip
def test_nothing_is_learnt_from_what_is_off(engine: Engine, wrong: dict[str, Any]) -> None:
    vectors = base64.b64encode(b"\1" * 2 * 384).decode()
    asked = {"vectors": vectors, "classes": [0, 1], "weights": [1.0, 1.0], "ridge": 0.5} | wrong
    (reply,) = served(engine, line(id=1, op="learn", **asked))[1:]

    assert reply["ok"] is False and reply["code"] == "bad_request"
