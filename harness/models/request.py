"""A chat request and its reply as the worker's wire carries them.

Runs in the model worker (zone G). What arrives is hostile: every value is checked here, and
nothing behind this module meets an unchecked one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.models.errors import BadRequest, UnsupportedParameter
from harness.models.schemas import whole_schema

MOST_MESSAGES = 400
MOST_CHOICES = 16
MOST_STOPS = 4
_ROLES = ("system", "developer", "user", "assistant", "tool")
_PARAMETERS = (
    "temperature", "top_p", "n", "seed", "max_tokens", "stop", "response_format", "truncation",
)  # fmt: skip
_MOST_SCHEMA_CHARS = 40_000
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Message(_Record):
    """One message of a chat."""

    role: str
    """system, developer, user, assistant or tool."""
    text: str
    """The text parts joined; lone surrogates are replaced one by one, so offsets hold."""


class Options(_Record):
    """Sampling and output options."""

    temperature: float = 1.0
    """0 to 2; 0 is reproducible byte for byte."""
    top_p: float = 1.0
    """Above 0 to 1; scales the temperature, since there is no token distribution to cut."""
    n: int = 1
    """Number of choices."""
    seed: int | None = None
    """With a seed, samples above temperature 0 repeat; without one they do not."""
    max_tokens: int | None = None
    """Most completion tokens a choice."""
    stop: tuple[str, ...] = ()
    """A choice ends before the first of these."""
    json_mode: Literal["none", "object", "schema"] = "none"
    """Whether the reply must be JSON."""
    json_schema: str = ""
    """The wanted JSON schema as text; empty unless json_mode is schema."""
    is_cut: bool = False
    """Whether a prompt that exceeds the window is cut to it rather than refused."""

    @property
    def heat(self) -> float:
        """The temperature that the fault layer works with."""
        return self.temperature * self.top_p


class ChatRequest(_Record):
    """One chat completion to make."""

    model: str
    """Name of a tier."""
    messages: tuple[Message, ...]
    """Oldest first, at least one."""
    options: Options = Options()
    """How to sample and what to return."""

    @classmethod
    def from_wire(cls, model: object, messages: object, params: object = None) -> ChatRequest:
        """A checked request from parsed JSON.

        Raises:
            BadRequest: a message or value cannot be used.
            UnsupportedParameter: a parameter that this model does not have.
        """
        if not isinstance(model, str) or not model:
            raise BadRequest(
                "model is missing; give the name of a model, such as 'sim-medium'", param="model"
            )
        return cls(model=model, messages=_messages(messages), options=_options(params))


class Usage(_Record):
    """Tokens of a call, counted with o200k_base."""

    prompt_tokens: int
    """Tokens of the messages with their frames."""
    completion_tokens: int
    """Tokens of all choices together."""


class Choice(_Record):
    """One answer."""

    text: str
    """The answer."""
    finish_reason: Literal["stop", "length"]
    """length when max_tokens or the window cut it."""


class Understood(_Record):
    """What the model made of a prompt; shown to reviewers."""

    task: str
    """classify, extract, qa, summarise, rewrite, judge or chat."""
    kinds: tuple[str, ...]
    """Kinds of instruction that count as given."""
    data_spans: tuple[tuple[int, int, int], ...]
    """(message, start, end) of what was read as data."""
    labels: tuple[str, ...]
    """Labels offered, as the prompt writes them."""
    stance: dict[str, float]
    """admit_absence, stay_inside, always_answer and go_outside, each -1 to 1."""
    faults: tuple[tuple[str, ...], ...]
    """For each choice the faults that were drawn."""
    shift: dict[str, float] = Field(default_factory=dict, exclude_if=lambda causes: not causes)
    """How far the data is from plain English, 0 to 1 for each cause, in plain words; no field where
    it is plain, or an alias's own faults stand for it."""


class ChatReply(_Record):
    """One chat completion."""

    choices: tuple[Choice, ...]
    """As many as asked for."""
    usage: Usage
    """Token counts."""
    understood: Understood
    """The reading behind the answer."""


def _messages(raw: object) -> tuple[Message, ...]:
    if not isinstance(raw, list) or not raw:
        raise BadRequest("messages must be a list with at least one message", param="messages")
    if len(raw) > MOST_MESSAGES:
        raise BadRequest(
            f"messages has {len(raw)} entries; send at most {MOST_MESSAGES}", param="messages"
        )
    return tuple(_message(i, entry) for i, entry in enumerate(raw))


def _message(number: int, raw: object) -> Message:
    at = f"messages[{number}]"
    if not isinstance(raw, Mapping):
        raise BadRequest(f"{at} must be an object with role and content", param=at)
    role = raw.get("role")
    if not isinstance(role, str) or role not in _ROLES:
        raise BadRequest(
            f"{at}.role is {_short(role)}; use one of {', '.join(_ROLES)}", param=f"{at}.role"
        )
    return Message(role=role, text=_SURROGATE.sub("\ufffd", _content(at, raw.get("content"))))


def _content(at: str, raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, str):
        return raw
    if not isinstance(raw, list):
        raise BadRequest(
            f"{at}.content must be a string or a list of text parts", param=f"{at}.content"
        )
    texts: list[str] = []
    for part in raw:
        kind = part.get("type") if isinstance(part, Mapping) else None
        text = part.get("text") if isinstance(part, Mapping) else None
        if kind != "text":
            raise BadRequest(
                f"{at}.content holds a part of type {_short(kind)}; this model reads text only, "
                "so send parts of type 'text'",
                param=f"{at}.content",
            )
        if not isinstance(text, str):
            raise BadRequest(f"{at}.content holds a text part without text", param=f"{at}.content")
        texts.append(text)
    return "\n".join(texts)


def _options(raw: object) -> Options:
    if raw is None:
        return Options()
    if not isinstance(raw, Mapping):
        raise BadRequest("params must be an object")
    for name, value in raw.items():
        if name not in _PARAMETERS and value is not None:
            raise UnsupportedParameter(
                f"parameter {_short(name)} is not supported by the embedded model; "
                f"it knows {', '.join(_PARAMETERS)}",
                param=str(name)[:80],
            )
    mode, schema = _response_format(raw.get("response_format"))
    seed = raw.get("seed")
    return Options(
        temperature=_number(raw, "temperature", 1.0, 0.0, 2.0),
        top_p=_number(raw, "top_p", 1.0, 1e-6, 1.0),
        n=_integer(raw, "n", 1, MOST_CHOICES) or 1,
        seed=None if seed is None else _integer(raw, "seed", -(2**63), 2**63 - 1),
        max_tokens=_integer(raw, "max_tokens", 1, 10_000_000),
        stop=_stop(raw.get("stop")),
        json_mode=mode,
        json_schema=schema,
        is_cut=_truncation(raw.get("truncation")),
    )


def _truncation(raw: object) -> bool:
    if raw not in (None, "auto", "disabled"):
        raise BadRequest(f"truncation is {_short(raw)}; use auto or disabled", param="truncation")
    return raw == "auto"


def _number(raw: Mapping[str, Any], name: str, default: float, low: float, high: float) -> float:
    value = raw.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise BadRequest(
            f"{name} is {_short(value)}; give a number from {low:g} to {high:g}", param=name
        )
    return float(value)


def _integer(raw: Mapping[str, Any], name: str, low: int, high: int) -> int | None:
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadRequest(
            f"{name} is {_short(value)}; give a whole number from {low} to {high}", param=name
        )
    return value


def _stop(raw: object) -> tuple[str, ...]:
    if raw is None:
        return ()
    given = [raw] if isinstance(raw, str) else raw
    if not isinstance(given, list) or not all(isinstance(s, str) and s for s in given):
        raise BadRequest(
            "stop must be a string or a list of strings, none of them empty", param="stop"
        )
    if len(given) > MOST_STOPS:
        raise BadRequest(f"stop has {len(given)} strings; give at most {MOST_STOPS}", param="stop")
    return tuple(given)


def _response_format(raw: object) -> tuple[Literal["none", "object", "schema"], str]:
    if raw is None:
        return "none", ""
    kind = raw.get("type") if isinstance(raw, Mapping) else None
    if kind == "text":
        return "none", ""
    if kind == "json_object":
        return "object", ""
    if kind != "json_schema" or not isinstance(raw, Mapping):
        raise BadRequest(
            f"response_format.type is {_short(kind)}; use text, json_object or json_schema",
            param="response_format",
        )
    holder = raw.get("json_schema")
    schema = holder.get("schema") if isinstance(holder, Mapping) else None
    if not isinstance(schema, Mapping):
        raise BadRequest(
            "response_format.json_schema.schema is missing; give a JSON schema object",
            param="response_format",
        )
    written = json.dumps(whole_schema(schema))
    if len(written) > _MOST_SCHEMA_CHARS:
        raise BadRequest(
            f"response_format's schema is longer than {_MOST_SCHEMA_CHARS} characters",
            param="response_format",
        )
    return "schema", written


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
