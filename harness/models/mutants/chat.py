"""The one form of a chat callable, and the ones that this project has: embedded and over HTTP.

Runs on the trusted side. Messages are in the form that every provider's client takes, and the
answer is its text: a callable of a candidate's, of litellm or of a test is wrapped as it stands.
The project's own ChatRequest was rejected for this: it knows the embedded model's options alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

from harness.models.errors import ChatFailed
from harness.models.request import ChatRequest

if TYPE_CHECKING:
    import httpx

    from harness.models.engine import Engine


class Turn(TypedDict):
    """One message of a chat."""

    role: str
    content: str


class Chat(Protocol):
    """Anything that answers a chat."""

    def __call__(self, messages: Sequence[Turn], /, **params: Any) -> str:
        """Return the answer's text.

        Args:
            messages: oldest first, at least one.
            params: the callable's own, such as temperature; handed on untouched.
        """
        ...


def engine_chat(engine: Engine, model: str = "sim-medium") -> Chat:
    """Return the embedded model as a chat callable, at temperature 0 unless told otherwise."""

    def chat(messages: Sequence[Turn], /, **params: Any) -> str:
        asked = ChatRequest.from_wire(model, list(messages), {"temperature": 0, **params})
        return engine.chat(asked).choices[0].text

    return chat


def http_chat(client: httpx.Client, model: str) -> Chat:
    """Return a model behind OpenAI's wire form as a chat callable.

    Args:
        client: with the address up to and with /v1 as base_url, and what authorises it.
        model: its name there.

    Raises:
        ChatFailed: by the callable; there was no answer, or one that is none.
    """
    import httpx

    def chat(messages: Sequence[Turn], /, **params: Any) -> str:
        body = {"model": model, "messages": list(messages), **params}
        try:
            answer = client.post("chat/completions", json=body).raise_for_status().json()
            text = answer["choices"][0]["message"]["content"]
        except httpx.HTTPError as exc:
            raise ChatFailed(f"model {model!r} at {client.base_url}: {exc}") from exc
        except (ValueError, LookupError, TypeError) as exc:
            raise ChatFailed(f"model {model!r} at {client.base_url} sent no chat answer") from exc
        return text if isinstance(text, str) else ""

    return chat
