"""A chat request on OpenAI's wire: read by allow-list, made canonical, keyed.

Runs in zone G; pure functions of hostile JSON. What can change an answer is in the canonical
request and its key; what cannot (stream, stream_options, user, metadata) is left out, so that a
streamed and an unstreamed call are the same call. Nothing inside a text is normalised.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.canonical import canonical_json
from harness.core.errors import BadJournal
from harness.proctor import functions, pictures, sampling, words

ENDPOINT, EMBEDDINGS = "chat.completions", "embeddings"
KEY_VERSION = "k1"
"""Of the canonical form that keys are made of. A change in what joins it or how it is spelled takes
the next number: a tape then says by itself which requests are to be keyed anew to be compared."""
_LENGTHS = ("max_tokens", "max_completion_tokens")
_UNKEYED = ("stream", "stream_options", "user", "metadata")
OFFERED = frozenset(
    {"model", "messages", *sampling.PARAMETERS, *functions.PARAMETERS, *_LENGTHS, *_UNKEYED}
)
"""Every parameter that is taken; which of them a model takes is the model's."""
_NEUTRAL: dict[str, object] = {
    "frequency_penalty": 0, "presence_penalty": 0, "logit_bias": {}, "store": False,
}  # fmt: skip
"""Not offered, but taken with the value that changes nothing, which some clients always send."""
_MESSAGE_FIELDS = frozenset({"role", "content", "name", "tool_call_id"})
_ECHOED = frozenset({"refusal", "annotations", "audio", "function_call", "tool_calls"})
"""What a client's own message object carries along, empty, when it is sent back."""
_ROLES = ("system", "developer", "user", "assistant", "tool")
CALL_ID_HEADER = "x-call-id"
_TEXT = {"type": "text"}
EMBEDDER = "sim-embed"
"""The model that makes vectors and answers no chat."""
_CALL_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
MOST_MESSAGES = 400
MOST_TOKENS = 10_000_000
_PER_MESSAGE_TOKENS = 16
"""Above the frame of one message (role and marks): the count's upper bound stays one."""


@dataclass(frozen=True)
class Asked:
    """A chat request that can be answered.

    Attributes:
        model: the alias.
        messages: cleaned, oldest first.
        params: what the model is given besides.
        n: how many choices.
        max_tokens: most tokens a choice; None when the request does not say.
        is_streamed: whether the answer goes out in pieces.
        with_usage: whether a stream ends with its usage.
        canonical: all that can change the answer.
        key: KEY_VERSION, a colon and the SHA-256 of endpoint and canonical JSON.
        endpoint: chat completions, in whichever spelling, or embeddings.
    """

    model: str
    messages: list[dict[str, Any]]
    params: dict[str, Any]
    n: int
    max_tokens: int | None
    is_streamed: bool
    with_usage: bool
    canonical: dict[str, Any]
    key: str
    endpoint: str = ENDPOINT

    @property
    def most_prompt_tokens(self) -> int:
        """An upper bound for the text, without a tokenizer: no token is shorter than a byte."""
        size = sum(_text_bytes(message) for message in self.messages)
        size += functions.most_tokens(self.params)
        calls = sum(len(message.get("tool_calls", ())) for message in self.messages)
        return size + _PER_MESSAGE_TOKENS * (len(self.messages) + calls + 1)

    @property
    def pictures(self) -> int:
        """How many pictures there are, each counted by the model's own bound for one."""
        contents = (message.get("content", "") for message in self.messages)
        parts = (part for content in contents if isinstance(content, list) for part in content)
        return sum(part["type"] == "image_url" for part in parts)

    @property
    def needs(self) -> tuple[str, ...]:
        """Parameters that not every model takes, as far as they are asked for here."""
        asks = {
            "tools": "tools" in self.params and self.params.get("tool_choice") != "none",
            "response_format": self.params.get("response_format", _TEXT) != _TEXT,
            "logprobs": "logprobs" in self.params,
            "n": self.n > 1,
            "seed": "seed" in self.params,
            "images": self.pictures > 0,
            "truncation": "truncation" in self.params,
        }
        return tuple(name for name, is_asked in asks.items() if is_asked)


def read_chat(body: Mapping[str, Any], *, call_id: str | None = None) -> Asked:
    """Return the request in a body.

    Args:
        body: the parsed JSON object; a null is as good as absent.
        call_id: of the header x-call-id: what a caller names equal requests by that run at once,
            so that each gets its own answer again in replay. It joins the key.

    Raises:
        Refusal: 400 with the parameter's name and what to send instead.
    """
    given = {
        name: value
        for name, value in body.items()
        if value is not None and not _is_neutral(name, value)
    }
    for name in given:
        if name not in OFFERED:
            raise words.parameter_not_offered(name)
    model = _model(given.get("model"))
    messages = _messages(given.get("messages"), model)
    params = sampling.read_sampling(given) | functions.read_functions(given)
    n = params.get("n", 1)
    max_tokens = _max_tokens(given)
    if max_tokens is not None:
        params["max_tokens"] = max_tokens
    canonical = {"model": model, "messages": messages, **params}
    if call_id is not None:
        canonical["call_id"] = call_id_of(call_id)
    is_streamed, with_usage = _streaming(given)
    return Asked(
        model=model,
        messages=messages,
        params=params,
        n=n,
        max_tokens=max_tokens,
        is_streamed=is_streamed,
        with_usage=with_usage,
        canonical=canonical,
        key=request_key(canonical),
    )


def _is_neutral(name: str, value: object) -> bool:
    """Whether a parameter that is not offered says no more than if it were left out."""
    return name in _NEUTRAL and type(value) is not str and value == _NEUTRAL[name]


def request_key(canonical: Mapping[str, Any], endpoint: str = ENDPOINT) -> str:
    """Return the key of a canonical request.

    Raises:
        Refusal: 400, a number in it has no JSON form.
    """
    try:
        data = endpoint.encode() + b"\n" + canonical_json(canonical)
    except BadJournal as problem:
        raise words.bad_value("A number in the request is too large to be kept.") from problem
    return f"{KEY_VERSION}:{hashlib.sha256(data).hexdigest()}"


def key_version(key: str) -> str:
    """Return the version of the form that a recorded key was made in; empty for what is none."""
    version, colon, _ = key.partition(":")
    return version if colon else ""


def call_id_of(value: str) -> str:
    """Return what a caller named a call by.

    Raises:
        Refusal: 400, it is no name.
    """
    if not _CALL_ID.fullmatch(value):
        raise words.bad_value(
            'The header "x-call-id" should be up to 100 letters, digits and . : _ -.',
            param=CALL_ID_HEADER,
        )
    return value


def _model(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise words.bad_value('"model" should be the name of a model.', param="model")
    return value


def _messages(value: object, model: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value:
        raise words.bad_value(
            '"messages" should be a list with at least one message.', param="messages"
        )
    if len(value) > MOST_MESSAGES:
        raise words.bad_value(
            f'"messages" has {len(value)} entries; send at most {MOST_MESSAGES}.', param="messages"
        )
    return [_message(f"messages[{i}]", message, model) for i, message in enumerate(value)]


def _message(at: str, value: object, model: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise words.bad_value(f'"{at}" should be an object with role and content.', param=at)
    role = value.get("role")
    if role not in _ROLES:
        raise words.bad_value(
            f'"{at}.role" should be one of {", ".join(_ROLES)}.', param=f"{at}.role"
        )
    clean: dict[str, Any] = {"role": role}
    for name, field in value.items():
        if field is None or (name in _ECHOED and not field) or name == "role":
            continue
        if name == "content":
            clean[name] = _content(f"{at}.content", field, model, takes_pictures=role == "user")
        elif name == "tool_calls" and role == "assistant":
            clean[name] = functions.read_calls(f"{at}.tool_calls", field)
        elif name not in _MESSAGE_FIELDS:
            raise words.parameter_not_offered(f"{at}.{name}")
        elif not isinstance(field, str):
            raise words.bad_value(f'"{at}.{name}" should be a text.', param=f"{at}.{name}")
        else:
            clean[name] = field
    if role == "tool" and not clean.get("tool_call_id"):
        where = f"{at}.tool_call_id"
        raise words.bad_value(f'"{where}" should name the call this answers.', param=where)
    return clean


def _content(
    at: str, value: object, model: str, *, takes_pictures: bool
) -> str | list[dict[str, Any]]:
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        raise words.bad_value(f'"{at}" should be a text or a list of text parts.', param=at)
    return [_part(f"{at}[{i}]", part, model, takes_pictures) for i, part in enumerate(value)]


def _part(at: str, value: object, model: str, takes_pictures: bool) -> dict[str, Any]:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(kind, str):
        raise words.bad_value(f'"{at}" should be an object with a type.', param=at)
    if kind == "image_url" and takes_pictures:
        return pictures.read_picture(at, value)
    if kind != "text":
        raise words.reads_text_only(model, at) if _is_inline(value) else words.no_links_or_files(at)
    text = value.get("text")
    if not isinstance(text, str):
        raise words.bad_value(f'"{at}.text" should be a text.', param=at)
    if extra := sorted(set(value) - {"type", "text"}):
        raise words.parameter_not_offered(f"{at}.{extra[0]}")
    return {"type": "text", "text": text}


def _is_inline(part: Mapping[str, Any]) -> bool:
    """Whether a part that is not taken carries its bytes with it rather than pointing elsewhere."""
    image = part.get("image_url")
    url = image.get("url") if isinstance(image, dict) else image
    return (isinstance(url, str) and url.startswith("data:")) or part["type"] == "input_audio"


def _max_tokens(given: Mapping[str, Any]) -> int | None:
    found = {sampling.whole(given, name, 1, MOST_TOKENS) for name in _LENGTHS} - {None}
    if len(found) > 1:
        raise words.bad_value(
            '"max_tokens" and "max_completion_tokens" mean the same here and differ. Send one.',
            param="max_tokens",
        )
    return found.pop() if found else None


def _streaming(given: Mapping[str, Any]) -> tuple[bool, bool]:
    stream, options = given.get("stream", False), given.get("stream_options", {})
    if not isinstance(stream, bool):
        raise words.bad_value('"stream" should be true or false.', param="stream")
    if not isinstance(options, dict):
        raise words.bad_value('"stream_options" should be an object.', param="stream_options")
    for name in options:
        if name not in ("include_usage", "include_obfuscation"):
            raise words.parameter_not_offered(f"stream_options.{name}")
    return stream, stream and options.get("include_usage") is True


def _text_bytes(message: Mapping[str, Any]) -> int:
    content = message.get("content", "")
    parts = [{"text": content}] if isinstance(content, str) else content
    texts = [part["text"] + "\n" for part in parts if "text" in part]
    size = sum(len(text.encode("utf-8")) for text in texts)
    size += sum(len(message.get(name, "").encode("utf-8")) for name in ("name", "tool_call_id"))
    return size + functions.json_bytes(message["tool_calls"]) if "tool_calls" in message else size
