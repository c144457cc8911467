"""What the model understood of a prompt: task, instructions, data, question, labels, stance.

Runs in the model worker (zone G); the text is hostile. Reading is the same for every tier and
draws no chance; what a tier makes of it is decided in faults.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.models.apart import LABEL_AT_FRONT, take_apart
from harness.models.features import Bank
from harness.models.kinds import KindReading, is_soup, read_kinds
from harness.models.labels import Label, find_labels
from harness.models.learnt import learnt_kinds, learnt_stance, read_at_once
from harness.models.markup import blocks
from harness.models.parting import see_prompt
from harness.models.prompt import Prompt, clean
from harness.models.scales import Scale
from harness.models.settling import settle
from harness.models.stance import Stance, read_stance
from harness.models.tasks import NAMES as TASKS
from harness.models.tasks import Shape, is_question, route, with_cues
from harness.models.turns_again import Again

_INDIRECT = re.compile(
    r"\b(?:would like to know|'d like to know|wants? to know|tell me|"
    r"asks?(?: about)?|wonders?|let me know)\b[ :]+(.{4,200})",
    re.I,
)

_MOST_FREE_CHARS = 6_000
_SURE_MARK = 8.0
_CUES = 0.5
"""How much cue words and shape weigh beside the network's scores of a task."""


@dataclass(frozen=True)
class Reading:
    """One prompt, understood.

    Attributes:
        question: the question put to a document or to the model, empty when there is none.
        data: the texts of the data spans, in order.
        scale: the numbers on which the text is to be rated.
        items: several texts to be labelled one by one, each behind its mark ("1.").
        coded: the labels are told apart by their definitions, whatever their names.
        said: the answer, where a conversation's last turn needs no other work.
        again: the last answer, where the user doubts it.
        renames: labels and what the user wants them called, agreed on in a conversation.
        preface: a sentence to stand in front of the answer.
        keeps: texts of the system message that no answer may hold.
        system: what the system messages say, for what they want of every answer.
        bound: the form leaves no doubt that labels are given, whatever words the texts hold.
        talk: the conversation that the prompt was made of; empty for a prompt as it was sent.
    """

    prompt: Prompt
    task: str
    question: str
    data: tuple[str, ...]
    labels: tuple[Label, ...]
    found: KindReading
    stance: Stance
    scale: Scale | None = None
    items: tuple[tuple[str, str], ...] = ()
    coded: bool = False
    said: str = ""
    again: Again | None = None
    renames: tuple[tuple[str, str], ...] = ()
    talk: tuple[tuple[str, str], ...] = ()
    preface: str = ""
    keeps: tuple[str, ...] = ()
    bound: bool = False
    system: str = ""

    @property
    def data_text(self) -> str:
        """The texts to work on as one: those to be labelled one by one, else the data."""
        return "\n".join(text for _, text in self.items) or "\n".join(self.data)

    @property
    def is_sorting(self) -> bool:
        """Whether the prompt's form leaves no doubt that it sorts or rates."""
        return self.task == "classify" and bool(
            self.scale or self.items or self.coded or self.bound
        )

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
    """Understand a chat prompt: by its form where that decides, else by the trained reader.

    Args:
        bank: the fitted bank.
        messages: (role, text) pairs, oldest first.
    """
    return read_free(bank, messages[0]) if is_free(messages) else read_formal(bank, messages)


def is_free(messages: Sequence[tuple[str, str]]) -> bool:
    """Whether form leaves the reading open.

    So it does in a single message without tag, fence, label, menu, example or marked question.
    """
    if len(messages) != 1:
        return False
    text = messages[0][1][: _MOST_FREE_CHARS + 1]
    if len(text) > _MOST_FREE_CHARS:
        return False
    found = blocks(text)
    is_marked = any(block.weight >= _SURE_MARK for block in found.blocks)
    return not (is_marked or found.menu or found.examples or found.question)


def read_formal(bank: Bank, messages: Sequence[tuple[str, str]]) -> Reading:
    """Understand a prompt by rules: marks, roles, menus, cue words, fitted heads."""
    prompt = take_apart(bank, messages)
    labels = find_labels(prompt)
    question, explicit = _question(prompt, labels)
    shape = _shape(prompt, labels, question, is_explicit=explicit)
    task = route(bank, _asking(prompt), shape)
    prompt, question = settle(prompt, task, question)
    sorted_into = labels if task in ("classify", "judge") else ()
    found = read_kinds(bank, prompt.instructions, prompt.directions, sorted_into, prompt.examples)
    stance = read_stance(s for s in prompt.instructions if not is_soup(s))
    return Reading(prompt, task, question, prompt.data, labels, found, stance)


def read_free(bank: Bank, message: tuple[str, str]) -> Reading:
    """Understand a prompt of one message by the trained reader."""
    seen = see_prompt(bank.reader, message)
    prompt = seen.prompt
    labels = find_labels(prompt)
    question, explicit = _question(prompt, labels)
    shape = _shape(prompt, labels, question, is_explicit=explicit)
    cues = with_cues(dict.fromkeys(TASKS, 0.0), _asking(prompt), shape)
    learnt = bank.reader.task(seen.sight)
    task = max(TASKS, key=lambda name: learnt[TASKS.index(name)] + _CUES * cues[name])
    prompt, question = settle(prompt, task, question)
    sorted_into = labels if task in ("classify", "judge") else ()
    whole = bank.reader.kinds(seen.sight, replace(seen, prompt=prompt).told())
    read_at_once(bank.reader, prompt.instructions)
    found = learnt_kinds(bank.reader, prompt, whole, sorted_into)
    stance = learnt_stance(bank.reader, [s for s in prompt.instructions if not is_soup(s)])
    return Reading(prompt, task, question, prompt.data, labels, found, stance)


def _asking(prompt: Prompt) -> list[str]:
    return [
        bare
        for sentence in prompt.instructions
        if re.search(r"\w", bare := LABEL_AT_FRONT.sub("", sentence) or sentence)
    ][:40]


def _shape(prompt: Prompt, labels: Sequence[Label], question: str, *, is_explicit: bool) -> Shape:
    return Shape(
        question,
        is_explicit,
        sum(len(text) for text in prompt.data),
        len(prompt.spans),
        len(labels),
        len(prompt.examples),
        any(answer.count('":') >= 2 for _, answer in prompt.examples),
        _shows_prose(prompt),
        prompt.menu is not None,
    )


def _shows_prose(prompt: Prompt) -> bool:
    """The outputs of the worked examples are four words and more on the mean, and no records."""
    outputs = [answer for _, answer in prompt.examples]
    words = sum(len(answer.split()) for answer in outputs)
    return bool(outputs) and words >= 4 * len(outputs) and not any("{" in one for one in outputs)


def _question(prompt: Prompt, labels: Sequence[Label]) -> tuple[str, bool]:
    """The question of a prompt and whether it stands under its own label; no meaning is one."""
    if prompt.question:
        return clean(prompt.question), True
    asked = [clean(u.text) for u in prompt.units if not u.is_data and not u.is_example]
    meant = {label.definition for label in labels if label.definition}  # "late: why it is late"
    direct = [
        text
        for text in asked
        if text.strip(' ."') not in meant and is_question(LABEL_AT_FRONT.sub("", text))
    ]
    labelled = [text for text in direct if LABEL_AT_FRONT.match(text)]
    for text in (*labelled[::-1], *direct[::-1]):
        bare = LABEL_AT_FRONT.sub("", text)
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
        return LABEL_AT_FRONT.sub("", data_questions[-1]), False
    return "", False
