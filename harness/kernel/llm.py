"""`llm`: one model call, one answer that is plain text and knows what it cost.

Runs in K. The answer comes from a model and may hold anything: shown, it is escaped.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from harness.kernel.errors import LineDown, LlmError, Misuse, Refused
from harness.kernel.wire import Answered, open_line

_MARKUP = {ord(char): f"&#{ord(char)};" for char in "$\\`@"}
"""What JupyterLab would read as mathematics or code inside HTML: written as numbers."""


@dataclass(frozen=True)
class TokenCount:
    """Tokens of one call.

    Attributes:
        prompt_tokens: tokens read.
        completion_tokens: tokens written.
    """

    prompt_tokens: int
    completion_tokens: int


class Answer(str):
    """A model's answer: text like any other, with what it took.

    Attributes:
        usage: tokens read and written.
        cost_usd: price in US dollars; None when the proctor stated none.
        model: who answered.
    """

    usage: TokenCount
    cost_usd: Decimal | None
    model: str

    def __new__(
        cls, text: str, *, usage: TokenCount, cost_usd: Decimal | None, model: str
    ) -> Answer:
        """Return the text with what it took."""
        made = super().__new__(cls, text)
        made.usage, made.cost_usd, made.model = usage, cost_usd, model
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive being sent to another process or copied."""
        return _remake, (str(self), self.usage, self.cost_usd, self.model)

    def _repr_markdown_(self) -> str:
        """Return how the notebook shows it: as it is, never as markup."""
        text = html.escape(str(self)).translate(_MARKUP)
        foot = html.escape(self.describe_cost()).translate(_MARKUP)
        return f'<pre style="white-space: pre-wrap">{text}</pre>\n\n<small>{foot}</small>'

    def describe_cost(self) -> str:
        """Return who answered and what it took, in one line."""
        tokens = f"{self.usage.prompt_tokens} tokens read, {self.usage.completion_tokens} written"
        price = f" · ${self.cost_usd:f}" if self.cost_usd is not None else ""
        return f"{self.model} · {tokens}{price}"


def llm(prompt: str | Sequence[dict[str, Any]], model: str = "sim-medium", **params: Any) -> Answer:
    """Return a model's answer to a prompt.

    Args:
        prompt: a text, or a list of messages as OpenAI's wire has them, oldest first.
        model: one of this exercise's models.
        **params: temperature, seed, max_tokens and the like, passed on as they are.

    Raises:
        LlmError: no answer; the message says why and what to do next.
    """
    if params.get("stream") or params.get("n", 1) != 1:
        raise LlmError("llm() gives one whole answer. For stream or n use OpenAI() as usual.")
    body = {"model": model, "messages": _as_messages(prompt), **params}
    try:
        return _read(open_line().post("/v1/chat/completions", body), model)
    except Refused as problem:
        raise LlmError(str(problem), status=problem.status, code=problem.code) from problem
    except (LineDown, Misuse) as problem:
        raise LlmError(str(problem)) from problem


def _as_messages(prompt: str | Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    if isinstance(prompt, str):
        return [{"role": "user", "content": str(prompt)}]
    if isinstance(prompt, list | tuple):
        return list(prompt)
    raise LlmError(
        f"llm() takes a text or a list of messages, and this is of the type "
        f"{type(prompt).__name__}. Make it a text first, with str() or an f-string."
    )


def _read(answered: Answered, model: str) -> Answer:
    try:
        value = answered.value
        text, usage = value["choices"][0]["message"]["content"], value.get("usage") or {}
        count = TokenCount(int(usage["prompt_tokens"]), int(usage["completion_tokens"]))
        who = str(value.get("model") or model)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as problem:
        raise LlmError(
            f"{model} answered in a form llm() cannot read. Run this cell again; "
            "if it stays, tell the organiser."
        ) from problem
    if not isinstance(text, str):
        raise LlmError(f"{model} answered without text. For tools use OpenAI() as usual.")
    return Answer(text, usage=count, cost_usd=_read_price(answered.cost_usd), model=who)


def _read_price(text: str | None) -> Decimal | None:
    try:
        price = Decimal(text) if text is not None else None
    except InvalidOperation:
        return None
    return price if price is not None and price.is_finite() else None


def _remake(text: str, usage: TokenCount, cost_usd: Decimal | None, model: str) -> Answer:
    return Answer(text, usage=usage, cost_usd=cost_usd, model=model)
