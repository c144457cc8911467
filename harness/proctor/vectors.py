"""Vectors of a provider's, read strictly and packed as the record keeps them.

Runs in zone G; pure functions of bytes from outside.
"""

from __future__ import annotations

import base64
import math
import struct
from typing import Any

from harness.proctor.provider_answers import no_answer, value_of

MOST_BYTES = 48 << 20
"""Of an answer: 512 texts with 4,096 numbers each, as decimals."""
_MOST_DIMENSIONS = 65_536


def read_vectors(
    alias: str, data: bytes, *, count: int, dimensions: int | None
) -> tuple[list[str], int]:
    """Return vectors as base64 of float32, in the order of their texts, and the prompt's tokens.

    Args:
        alias: whose.
        data: the body.
        count: how many texts were sent.
        dimensions: numbers in each; None takes what comes, if all are alike.

    Raises:
        Refusal: 502, it is not one vector a text, all of one length, finite, with its usage.
    """
    value = value_of(data)
    rows, usage = value.get("data"), value.get("usage")
    if not isinstance(rows, list) or len(rows) != count:
        raise no_answer(alias, "without a vector for each text")
    vectors: list[str | None] = [None] * count
    for place, row in enumerate(rows):
        index = row.get("index", place) if isinstance(row, dict) else None
        if type(index) is not int or not 0 <= index < count or vectors[index] is not None:
            raise no_answer(alias, "without a vector for each text")
        numbers = row.get("embedding")
        if not isinstance(numbers, list) or not 0 < len(numbers) <= _MOST_DIMENSIONS:
            raise no_answer(alias, "with a vector that is none")
        dimensions = dimensions or len(numbers)
        if len(numbers) != dimensions:
            raise no_answer(alias, "with vectors of another length")
        vectors[index] = _packed(alias, numbers)
    tokens = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    if type(tokens) is not int or not 0 <= tokens < 1 << 40:
        raise no_answer(alias, "without its usage")
    return [vector for vector in vectors if vector is not None], tokens


def _packed(alias: str, numbers: list[Any]) -> str:
    try:
        if not all(math.isfinite(number) for number in numbers):
            raise no_answer(alias, "with a vector that is none")
        data = struct.pack(f"<{len(numbers)}f", *numbers)
    except (TypeError, struct.error, OverflowError) as problem:
        raise no_answer(alias, "with a vector that is none") from problem
    return base64.b64encode(data).decode("ascii")
