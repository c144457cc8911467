"""What the model understood of a prompt: task, instructions, data, question, labels, stance.

Runs in the model worker (zone G); the text is hostile. Reading is the same for every tier and
draws no chance; what a tier makes of it is decided in faults.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.models.features import Bank
from harness.models.kinds import KindReading, is_soup, read_kinds
from harness.models.labels import Label, find_labels
from harness.models.prompt import Prompt, Span, clean, take_apart
from harness.models.stance import Stance, read_stance
from harness.models.tasks import Shape, is_question, route

_LABEL_AT_FRONT = re.compile(
    r"^\W*(?:question|query|q|visitor|customer|customer asks|user|user asks|ask)\s*:\s*", re.I
)
_INDIRECT = re.compile(
    r"\b(?:would like to know|'d like to know|wants? to know|tell me|"
    r"asks?(?: about)?|wonders?|let me know)\b[ :]+(.{4,200})",
    re.I,
)


@dataclass(frozen=True)
class Reading:
    """One prompt, understood.

    Attributes:
        question: the question put to a document or to the model, empty when there is none.
        data: the texts of the data spans, in order.
    """

    prompt: Prompt
    task: str
    question: str
    data: tuple[str, ...]
    labels: tuple[Label, ...]
    found: KindReading
    stance: Stance

    @property
    def signature(self) -> str:
        """What can change the answer apart from data and question.

        Spacing, politeness and shouting leave it as it is, so they leave the luck as it is.
        """
        kinds = "".join(
            f"{name}{getattr(self.found.kinds, name):.1f}" for name in self.found.kinds.given
        )
        stance = "".join(
            f"{value:+.1f}"
            for value in (
                self.stance.admit_absence,
                self.stance.stay_inside,
                self.stance.always_answer,
                self.stance.go_outside,
            )
        )
        return f"{self.task}|{kinds}|{stance}|{round(self.found.count)}|{len(self.labels)}"


def read_prompt(bank: Bank, messages: Sequence[tuple[str, str]]) -> Reading:
    """Understand a chat prompt.

    Args:
        bank: the fitted bank.
        messages: (role, text) pairs, oldest first.
    """
    prompt = take_apart(bank, messages)
    labels = find_labels(prompt)
    question, explicit = _question(prompt)
    shape = Shape(
        question,
        explicit,
        sum(len(text) for text in prompt.data),
        len(prompt.spans),
        len(labels),
        len(prompt.examples),
        any(answer.count('":') >= 2 for _, answer in prompt.examples),
        _shows_prose(prompt),
        prompt.menu is not None,
    )
    sentences = [_LABEL_AT_FRONT.sub("", s) or s for s in prompt.instructions]
    task = route(bank, sentences, shape)
    prompt, question = _settle(prompt, task, question)
    sorted_into = labels if task in ("classify", "judge") else ()
    found = read_kinds(bank, prompt.instructions, prompt.directions, sorted_into, prompt.examples)
    stance = read_stance(s for s in prompt.instructions if not is_soup(s))
    return Reading(prompt, task, question, prompt.data, labels, found, stance)


def _shows_prose(prompt: Prompt) -> bool:
    """The outputs of the worked examples are four words and more on the mean, and no records."""
    outputs = [answer for _, answer in prompt.examples]
    words = sum(len(answer.split()) for answer in outputs)
    return bool(outputs) and words >= 4 * len(outputs) and not any("{" in one for one in outputs)


def _question(prompt: Prompt) -> tuple[str, bool]:
    """The question of a prompt and whether it stands under its own label."""
    if prompt.question:
        return clean(prompt.question), True
    asked = [clean(u.text) for u in prompt.units if not u.is_data and not u.is_example]
    direct = [text for text in asked if is_question(_LABEL_AT_FRONT.sub("", text))]
    labelled = [text for text in direct if _LABEL_AT_FRONT.match(text)]
    for text in (*labelled[::-1], *direct[::-1]):
        bare = _LABEL_AT_FRONT.sub("", text)
        if len(bare.split()) >= 2:
            return bare, bool(labelled)
    for text in asked[::-1]:
        indirect = _INDIRECT.search(text)
        if indirect:
            return indirect[1].strip(), False
    data_questions = [
        clean(u.text) for u in prompt.units if u.is_data and is_question(clean(u.text))
    ]
    last = clean(prompt.units[-1].text) if prompt.units else ""
    if data_questions and (data_questions[-1] == last or len(prompt.messages) > 1):
        return _LABEL_AT_FRONT.sub("", data_questions[-1]), False
    return "", False


def _settle(prompt: Prompt, task: str, question: str) -> tuple[Prompt, str]:
    """Move a last doubtful piece to the side where the task needs it."""
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
    if prompt.spans or not prompt.units:
        return prompt, question
    last = max(
        (
            i
            for i, u in enumerate(prompt.units)
            if not u.is_example and not re.fullmatch(r"\W*\w+\s?:\W*", u.text)
        ),
        default=-1,
    )
    if last < 1 and len(prompt.messages) == 1:
        return prompt, question
    unit = prompt.units[last]
    span = Span(
        unit.message,
        unit.start,
        len(prompt.messages[unit.message][1].rstrip())
        if last == len(prompt.units) - 1
        else unit.end,
    )
    units = tuple(replace(u, is_data=u.is_data or u is unit) for u in prompt.units)
    return replace(prompt, spans=(span,), units=units), question


def _is_all_question(text: str, question: str) -> bool:
    bare = _LABEL_AT_FRONT.sub("", clean(text))
    return (
        len(bare) <= len(question) + 12 if question else is_question(bare) and bare.count(".") == 0
    )


def _inside(start: int, message: int, span: Span) -> bool:
    return span.message == message and span.start <= start < span.end
