"""The four families of witnesses: prompts, a reader that is right on them, and a sound check.

The reader is a table of right answers over the real prompt: it looks in the messages for the rules
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

from harness.models.mutants.chat import Chat, Turn
from harness.models.mutants.scene import Scene, tagged

WITNESSES = Path(__file__).parents[1] / "data" / "witnesses"
EXPECTED = tomllib.loads((WITNESSES / "expected.toml").read_text(encoding="utf-8"))
_ID = re.compile(r'id="(\w+)"')
_GERMAN = {"die", "das", "der", "ein", "ist", "sind", "nicht", "und", "mit", "für", "von", "hat"}
_GLUE = set(
    "that this there they them then than with from have been were was will would said says "
    "reports report told about yes".split()
)

Item = dict[str, Any]


@dataclass(frozen=True)
class Family:
    """Items of one kind of task.

    Attributes:
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
        found: list[Item] = self.raw["items"]
        return found

    def messages(self, item: Item) -> list[Turn]:
        system = Turn(role="system", content=self.raw["system"].strip())
        return [system, Turn(role="user", content=self.user(item))]

    def reader(self) -> Chat:
        """A chat callable that is right as long as the prompt holds what it hangs on."""
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


def record(item: Item) -> dict[str, Any]:
    """The whole record of a mail; TOML has no null, so what is not there is put here."""
    keys = ("customer", "order_no", "items", "total_eur", "deliver_on", "phone")
    return {key: item["gold"].get(key) for key in keys}


def plain(text: str) -> str:
    """A text as contracts compare it: one space, no thousands separators, 24 hours."""
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", " ".join(text.split()))
    return re.sub(r"\b(\d{1,2}) (am|pm)\b", _of_24, text)


def _of_24(found: re.Match[str]) -> str:
    return f"{int(found[1]) % 12 + 12 * (found[2] == 'pm')}:00"


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.:]\d+)*", plain(text)))


def _is_english(text: str) -> bool:
    return not _GERMAN & set(_words(text))


def _is_grounded(sentence: str, source: str) -> bool:
    known = set(_words(source)) | _GLUE
    content = [word for word in _words(sentence) if len(word) > 3]
    return sum(word in known for word in content) >= 0.75 * len(content)


def _sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?])\s+", text) if one]


def is_right_label(item: Item, answer: str) -> bool:
    """Strict JSON; case and space of the label, and other keys, are ignored."""
    try:
        label = json.loads(answer)["label"]
    except (ValueError, KeyError, TypeError):
        return False
    return isinstance(label, str) and label.strip().casefold() == item["label"]


def is_right_answer(item: Item, answer: str) -> bool:
    """What must be said, from where, and nothing that the sheet does not say."""
    text, source = plain(answer), plain(ANSWER["document"])
    if "cite" not in item:
        says_so = r"does not say|not stated|says nothing|no information"
        return bool(re.search(says_so, text)) and not _numbers(text)
    cited = re.search(r"[\[(](\d+)[\])]$", text)
    body = re.sub(r"\s*[\[(]\d+[\])]$", "", text)
    return (
        cited is not None
        and int(cited[1]) == item["cite"]
        and all(plain(one).casefold() in body.casefold() for one in item["must"])
        and len(_sentences(body)) <= 2
        and _numbers(body) <= _numbers(source)
        and all(_is_grounded(one, source) for one in _sentences(body))
        and _is_english(body)
    )


def is_right_record(item: Item, answer: str) -> bool:
    """The same keys, values and types; entries of lists in any order; a fence is allowed."""
    bare = re.sub(r"\A\s*```(?:json)?\n|\n```\s*\Z", "", answer)
    try:
        found = json.loads(bare)
    except ValueError:
        return False
    return isinstance(found, dict) and _typed(found) == _typed(record(item))


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _typed(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted((_typed(one) for one in value), key=repr)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number else (type(value).__name__, value)


def is_right_summary(item: Item, answer: str) -> bool:
    """What must be said, at most 45 words, no number and no end that the ticket does not have."""
    text = plain(re.sub(r"^\s*-\s+", "", answer, flags=re.MULTILINE))
    claims_end = re.search(r"\b(?:resolved|fixed|solved|closed)\b", text)
    return (
        len(_words(text)) <= 48  # hyphens and marks aside, 45 as the prompt counts
        and all(plain(one) in text for one in item["must"])
        and (item.get("is_resolved", False) or not claims_end)
        and _numbers(text) <= _numbers(item["text"])
        and all(_is_grounded(one, item["text"]) for one in _sentences(text))
        and _is_english(text)
    )


def _raw(name: str) -> dict[str, Any]:
    return tomllib.loads((WITNESSES / f"{name}.toml").read_text(encoding="utf-8"))


ANSWER = _raw("answer")
_LABELS = ("fault", "wish", "question", "person")


def families() -> dict[str, Family]:
    """By name, in the order of the registry."""
    return {
        "classify": Family(
            "classify",
            _raw("classify"),
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
            ANSWER,
            Scene(
                tagged("sheet"), tagged("question"), absent=ANSWER["absent"],
                allows=frozenset({"synonyms", "citation_forms"}),
            ),
            lambda item: str(item["answer"]),
            lambda item: f"<sheet>{ANSWER['document']}</sheet>\n"
            f'<question id="{item["id"]}">{item["question"]}</question>',
            is_right_answer,
        ),
        "extract": Family(
            "extract",
            _raw("extract"),
            Scene(tagged("mail"), allows=frozenset({"fence", "order"})),
            lambda item: json.dumps(record(item)),
            lambda item: f'<mail id="{item["id"]}">{item["text"]}</mail>',
            is_right_record,
        ),
        "summarise": Family(
            "summarise",
            _raw("summarise"),
            Scene(tagged("ticket"), allows=frozenset({"order", "bullets"})),
            lambda item: str(item["summary"]),
            lambda item: f'<ticket id="{item["id"]}">{item["text"]}</ticket>',
            is_right_summary,
        ),
    }  # fmt: skip
