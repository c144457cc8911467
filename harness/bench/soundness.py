"""What a careful eval calls right in each family of witnesses (families.py).

Runs on the trusted side; pure. An answer may be any text: what cannot be read is not right. What
fools these checks: a sentence of the text's own words that says something else.
"""

from __future__ import annotations

import json
import re
from typing import Any

_GERMAN = {"die", "das", "der", "ein", "ist", "sind", "nicht", "und", "mit", "für", "von", "hat"}
_GLUE = set(
    "that this there they them then than with from have been were was will would said says "
    "reports report told about yes".split()
)

Item = dict[str, Any]
"""An item as its file has it: id, text or question, and what is right."""


def record(item: Item) -> dict[str, Any]:
    """Return the whole record of a mail; TOML has no null, so what is not there is put here."""
    keys = ("customer", "order_no", "items", "total_eur", "deliver_on", "phone")
    return {key: item["gold"].get(key) for key in keys}


def plain(text: str) -> str:
    """Return a text as contracts compare it: one space, no thousands separators, 24 hours."""
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
    """Whether a label is right, in strict JSON; its case and space and other keys do not count."""
    try:
        label = json.loads(answer)["label"]
    except (ValueError, KeyError, TypeError):
        return False
    return isinstance(label, str) and label.strip().casefold() == item["label"]


def is_right_answer(item: Item, answer: str, document: str) -> bool:
    """Whether it says what must be said, from where, and nothing that the sheet does not say."""
    text, source = plain(answer), plain(document)
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
    """Whether keys, values and types are the same; lists in any order, a fence is allowed."""
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
    """Whether it says what must be said in 45 words, and no number or end of its own."""
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
