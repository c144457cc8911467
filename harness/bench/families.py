"""The four families of witnesses: prompts, and a reader that is right on them.

Runs on the trusted side, over labelled files that lie in the checkout and are in no package. The
reader is a table of right answers over the real prompt: it looks in the messages for the rules
and pieces of text that an answer hangs on, and answers as somebody who never saw what is gone.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.bench.soundness import (
    Item,
    is_right_answer,
    is_right_label,
    is_right_record,
    is_right_summary,
    record,
)
from harness.core.errors import UsageError
from harness.models.mutants.chat import Chat, Turn
from harness.models.mutants.scene import Scene, tagged

_ID = re.compile(r'id="(\w+)"')


@dataclass(frozen=True)
class Family:
    """Items of one kind of task.

    Attributes:
        name: one of harness.models.mutants.registry.FAMILIES.
        raw: the fixture.
        scene: what a wrapper is told.
        right: the right answer's text for an item.
        user: the user message for an item.
        is_sound: whether an answer is right for an item, as a careful eval would say.
    """

    name: str
    raw: dict[str, Any]
    scene: Scene
    right: Callable[[Item], str]
    user: Callable[[Item], str]
    is_sound: Callable[[Item, str], bool]

    @property
    def items(self) -> list[Item]:
        """What the fixture asks, in its order."""
        found: list[Item] = self.raw["items"]
        return found

    def messages(self, item: Item) -> list[Turn]:
        """Return the whole prompt for an item."""
        system = Turn(role="system", content=self.raw["system"].strip())
        return [system, Turn(role="user", content=self.user(item))]

    def reader(self) -> Chat:
        """Return a chat callable that is right as long as the prompt holds what it hangs on."""
        known = {item["id"]: item for item in self.items}

        def chat(messages: Sequence[Turn], /, **_: Any) -> str:
            prompt = "\n".join(turn["content"] for turn in messages)
            item = known[_ID.findall(prompt)[-1]]
            for piece, instead in item.get("without", {}).items():
                if piece not in prompt:
                    return self._instead(item, instead)
            for piece, form in self.raw["without"].items():
                if piece not in prompt:
                    return self._by_form(item, form)
            return self.right(item)

        return chat

    def _instead(self, item: Item, instead: str) -> str:
        if self.name == "classify":
            return json.dumps({"label": instead})
        if instead == "{first}":
            return json.dumps(record(item) | {"items": item["gold"]["items"][:1]})
        return self._by_form(item, instead)

    def _by_form(self, item: Item, form: str) -> str:
        if form == "{filled}":
            return json.dumps({k: "n/a" if v is None else v for k, v in record(item).items()})
        right = self.right(item)
        return (
            form.replace("{label}", item.get("label", ""))
            .replace("{guess}", item.get("guess", right))
            .replace("{short}", item.get("short", right))
            .replace("{summary}", item.get("summary", ""))
        )


_LABELS = ("fault", "wish", "question", "person")


def read_witnesses(folder: Path, name: str) -> dict[str, Any]:
    """Return one of the witnesses' files.

    Args:
        folder: tests/models/data/witnesses of a checkout.
        name: of a family, or "expected".

    Raises:
        UsageError: it cannot be read.
    """
    path = folder / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise UsageError(f"{path} cannot be read: {problem}; put it there") from problem


def families(folder: Path) -> dict[str, Family]:
    """Return the families by name, in the order of the registry.

    Args:
        folder: tests/models/data/witnesses of a checkout.

    Raises:
        UsageError: a file of theirs cannot be read.
    """
    sheet = read_witnesses(folder, "answer")
    return {
        "classify": Family(
            "classify",
            read_witnesses(folder, "classify"),
            Scene(
                tagged("message"), labels=_LABELS, costly="fault", abstain="person",
                allows=frozenset({"case", "extra_keys"}),
            ),
            lambda item: json.dumps({"label": item["label"]}),
            lambda item: f'<message id="{item["id"]}">{item["text"]}</message>',
            is_right_label,
        ),
        "answer": Family(
            "answer",
            sheet,
            Scene(
                tagged("sheet"), tagged("question"), absent=sheet["absent"],
                allows=frozenset({"synonyms", "citation_forms"}),
            ),
            lambda item: str(item["answer"]),
            lambda item: f"<sheet>{sheet['document']}</sheet>\n"
            f'<question id="{item["id"]}">{item["question"]}</question>',
            lambda item, answer: is_right_answer(item, answer, sheet["document"]),
        ),
        "extract": Family(
            "extract",
            read_witnesses(folder, "extract"),
            Scene(tagged("mail"), allows=frozenset({"fence", "order"})),
            lambda item: json.dumps(record(item)),
            lambda item: f'<mail id="{item["id"]}">{item["text"]}</mail>',
            is_right_record,
        ),
        "summarise": Family(
            "summarise",
            read_witnesses(folder, "summarise"),
            Scene(tagged("ticket"), allows=frozenset({"order", "bullets"})),
            lambda item: str(item["summary"]),
            lambda item: f'<ticket id="{item["id"]}">{item["text"]}</ticket>',
            is_right_summary,
        ),
    }  # fmt: skip
