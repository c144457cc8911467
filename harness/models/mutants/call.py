"""One call on its way to a model, as a fault sees it.

Pure but for the wrapped callable. Luck is by hash of fault, seed and item: equal items meet equal
luck under every prompt, and a fault that fires at 5% fires on a part of what it does at 20%.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.models.faults import uniform
from harness.models.mutants.chat import Chat, Turn
from harness.models.mutants.scene import Locate, Scene

_RULE = re.compile(r"^[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]+.*(?:\n|$)", re.MULTILINE)
_SYSTEM = ("system", "developer")
_LINE = re.compile(r"^[ \t]*\S.*(?:\n|$)", re.MULTILINE)


@dataclass(frozen=True)
class Call:
    """Messages and whom to ask.

    Attributes:
        messages: oldest first.
        scene: the task.
        inner: the wrapped callable.
        fault: whose luck it is; without the rate, so that rates share it.
        seed: of the luck.
        turn: how many calls for an equal item came before.
        params: the caller's.
    """

    messages: tuple[Turn, ...]
    scene: Scene
    inner: Chat
    fault: str
    seed: int = 0
    turn: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)

    def answer(self) -> str:
        """Return what the wrapped callable answers to the messages as they are now."""
        return self.inner(self.messages, **self.params)

    @property
    def text(self) -> str:
        """The text that is worked on; "" when it is not found."""
        return self._at(self.scene.text)

    @property
    def item(self) -> str:
        """What tells this item from others."""
        found = self._at(self.scene.item or self.scene.text)
        return found or "\x1e".join(turn["content"] for turn in self.messages)

    def draw(self, what: str = "", *, by_turn: bool = False) -> float:
        """Return a number in (0, 1): this item's luck with this fault.

        Args:
            what: tells several draws of one fault apart.
            by_turn: whether equal calls draw anew.
        """
        return uniform(self.fault, self.seed, what, self.turn if by_turn else "", self.item)

    def pick(self, options: tuple[str, ...], what: str = "which", *, by_turn: bool = False) -> str:
        """Return one of the options, by luck; there is at least one."""
        return options[int(self.draw(what, by_turn=by_turn) * len(options))]

    def with_text(self, text: str) -> Call:
        """Return the call with another text in the old one's place."""
        place = self.scene.text(self.messages)
        if place is None:
            return self
        content = self.messages[place.message]["content"]
        return self._with(place.message, content[: place.start] + text + content[place.end :])

    def without_rule(self, number: int) -> Call:
        """Return the call without the n-th instruction, counted from 1; the same if it has fewer.

        Instructions are the listed lines of the first system message, or its lines where it lists
        none. Without one they are the listed lines before the text.
        """
        systems = [i for i, turn in enumerate(self.messages) if turn["role"] in _SYSTEM]
        index = systems[0] if systems else 0
        content, place = self.messages[index]["content"], self.scene.text(self.messages)
        is_before = place is not None and place.message == index and place.start > 0
        head = content[: place.start] if place is not None and is_before else content
        found = list(_RULE.finditer(head)) or (list(_LINE.finditer(head)) if systems else [])
        if len(found) < number:
            return self
        start, end = found[number - 1].span()
        return self._with(index, content[:start] + content[end:])

    def first_named(self) -> str:
        """Return the label that the prompt names first, outside the text; "" without labels."""
        told = "\n".join(turn["content"] for turn in self.with_text("").messages).casefold()
        places = {label: _place_of(label, told) for label in self.scene.labels}
        return min(places, key=lambda label: places[label]) if places else ""

    def _with(self, index: int, content: str) -> Call:
        turn = Turn(role=self.messages[index]["role"], content=content)
        return replace(self, messages=(*self.messages[:index], turn, *self.messages[index + 1 :]))

    def _at(self, locate: Locate) -> str:
        place = locate(self.messages)
        return "" if place is None else place.of(self.messages)


def _place_of(word: str, text: str) -> int:
    found = re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", text)
    return found.start() if found else len(text)


Fault = Callable[[Call], str]
"""A wrapper: asks the wrapped callable, before it or after it does harm. Its docstring has three
parts: what it changes (first paragraph), `Fires:`, `Noticed by:`."""
