"""Which doubtful pieces of a prompt are data, once its task is known.

Runs in the model worker (zone G); the text is hostile.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.apart import LABEL_AT_FRONT
from harness.models.prompt import Prompt, Span, Unit, clean
from harness.models.tasks import is_question

_ASKS_FOR_LABEL = re.compile(
    r"^\W*\w+ ?:|\b(?:which|labels?|categor\w+|class(?:es|ify)?|intents?|tags?|topics?|fits?|best|"
    r"following|these|this (?:text|message|mail|review|ticket|comment|one)|above|below)\b",
    re.I,
)


def settle(prompt: Prompt, task: str, question: str) -> tuple[Prompt, str]:
    """Move a doubtful piece to the side where the task needs it.

    Args:
        prompt: taken apart.
        task: what it asks for.
        question: the one that it puts; empty for none.

    Returns:
        The prompt with its data settled, and the question.
    """
    if task in ("qa", "chat"):
        kept = tuple(
            span
            for span, text in zip(prompt.spans, prompt.data, strict=True)
            if not (
                is_question(clean(text)) and len(text) < 300 and _is_all_question(text, question)
            )
        )
        units = tuple(
            replace(u, is_data=u.is_data and any(_inside(u.start, u.message, s) for s in kept))
            for u in prompt.units
        )
        return replace(prompt, spans=kept, units=units), question
    prompt = prompt if prompt.spans else _with_last_as_data(prompt)
    if task == "classify" and prompt.menu and (whole := _whole_last_line(prompt)):
        prompt = with_data(prompt, whole)
    return prompt, question


def _with_last_as_data(prompt: Prompt) -> Prompt:
    """A prompt without data, where a task needs some: behind `Query:`, else its end."""
    if asked := _under_its_label(prompt):
        return with_data(prompt, asked)
    last = max(
        (
            i
            for i, u in enumerate(prompt.units)
            if not u.is_example and not re.fullmatch(r"\W*\w+\s?:\W*", u.text)
        ),
        default=-1,
    )
    if not prompt.units or (last < 1 and len(prompt.messages) == 1):
        return prompt
    unit = prompt.units[last]
    span = Span(
        unit.message,
        unit.start,
        len(prompt.messages[unit.message][1].rstrip())
        if last == len(prompt.units) - 1
        else unit.end,
    )
    return with_data(prompt, span)


def _under_its_label(prompt: Prompt) -> Span | None:
    """Where the text behind `Query:` stands: if nobody asks for an answer, it is what is given."""
    message = len(prompt.messages) - 1
    start = prompt.messages[message][1].rfind(prompt.question) if prompt.question else -1
    return Span(message, start, start + len(prompt.question)) if start >= 0 else None


def _whole_last_line(prompt: Prompt) -> Span | None:
    """The last line, where its end is all the data and a question that it begins with is not.

    Below a menu such a question is part of what is to be sorted, unless it asks for the label.
    """
    if len(prompt.spans) != 1:
        return None
    span = prompt.spans[0]
    text = prompt.messages[span.message][1]
    start = text.rfind("\n", 0, span.start) + 1
    before = text[start : span.start].strip()
    is_last = not text[span.end :].strip() and "\n" not in text[span.start : span.end]
    if start == 0 or not is_last or not before.endswith("?") or _ASKS_FOR_LABEL.search(before):
        return None
    return Span(span.message, start, span.end)


def with_data(prompt: Prompt, span: Span) -> Prompt:
    """The same prompt with one stretch of it as data.

    Args:
        prompt: taken apart.
        span: the stretch.
    """
    units = tuple(replace(u, is_data=u.is_data or _is_mostly_in(u, span)) for u in prompt.units)
    return replace(prompt, spans=(span,), units=units)


def _is_mostly_in(unit: Unit, span: Span) -> bool:
    inside = min(unit.end, span.end) - max(unit.start, span.start)
    return unit.message == span.message and 2 * inside > unit.end - unit.start


def _is_all_question(text: str, question: str) -> bool:
    bare = LABEL_AT_FRONT.sub("", clean(text))
    return (
        len(bare) <= len(question) + 12 if question else is_question(bare) and bare.count(".") == 0
    )


def _inside(start: int, message: int, span: Span) -> bool:
    return span.message == message and span.start <= start < span.end
