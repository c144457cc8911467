"""The keys that an order lists in so many words, without the sketch of a record.

Runs in the model worker; the order is hostile and capped, every repeat is bounded. A list of keys
stands behind "fields", behind the name of a form ("yaml: host, port"), behind the verb that takes
("pull out buyer, seller"), before "from", or by itself between slashes. What fools it: an order
that lists things to be done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.reading import Reading
from harness.models.skills.fields import Field
from harness.models.skills.making_order import orders_of

_MOST_ORDER = 500
_MOST_SAID = 6_000
_MOST_KEYS = 16
_POLITE = (
    r"(?:(?:please|pls|plz|just|now|and|then|can you|could you|would you|i need|need)\W+){0,3}"
)
_FORM = (
    r"(?:json(?: (?:array|object|list|lines))?|yaml|csv|(?:markdown |md )?table|"
    r"key ?[:=]? ?values?(?: (?:pairs|lines|list))?|record|(?:plain |bullet )?list)"
)
_HEADS = (
    re.compile(
        r"\b(?:fields?|keys?|columns?|cols|headers?|attributes)\b"
        r"(?: (?:are|is|named|called|row|line|with|exactly|these|only|"
        r"of)){0,3}\s{0,2}[:=(]{0,2}\s{1,2}",
        re.I,
    ),
    re.compile(
        rf"(?:^|\n)\W{{0,3}}{_POLITE}(?:(?:turn|make|convert|put|write|give me|get|parse|extract|"
        rf"return|output|build|produce|format|bring|fill|to|in|as|into)\b[^:\n]{{0,40}})?"
        rf"\b{_FORM}\b(?:[^:,\n]{{0,24}}:|,)\s{{0,3}}",
        re.I,
    ),
    re.compile(rf"\b{_FORM} (?:with|of|containing)(?: the)?\s{{1,2}}", re.I),
    re.compile(
        rf"(?:^|[.!?\n…]\s{{0,3}}){_POLITE}(?:extract|pull out|pull|get|give me|take(?: out)?|"
        r"note(?: down)?|find|return|write down|fill in|collect|capture|grab)\s"
        r"(?:me |out |only |just ){0,2}(?:the (?:following )?)?",
        re.I,
    ),
)
_SLASHED = re.compile(
    r"(?:^|[\n…])[ \t]{0,3}(?P<list>[a-z][\w ]{1,24}(?:\s?[/|]\s?[a-z][\w ]{1,24}){1,8})"
    r"(?=\s{0,2}(?:[,.:\n…]|$|->| from\b))",
    re.I,
)
_WORDS = r"[a-z][\w-]{1,20}(?: (?!and\b)[a-z][\w-]{0,20}){0,2}"
_BEFORE_FROM = re.compile(
    rf"(?:^|[\n…])[ \t]{{0,3}}(?P<list>{_WORDS}(?:(?:, and |, | and ){_WORDS}){{1,8}})"
    r"(?=\s{1,2}(?:from|out of)\b[^.\n]{0,40}[:…])",
    re.I,
)
_END = re.compile(
    r"\.(?=\s|$)|\n|:(?=\s|$)|->|=>|→|…|;\s|\b(?:from|out of|as|into|for (?:each|every|all)|"
    r"per|one|"
    r"use|with|taken|of (?:each|every|all|the|this)|in (?:json|yaml|csv|a|the|this|that|english|"
    r"order)|null|no other|nothing|and nothing)\b",
    re.I,
)
_NAME = re.compile(r"[A-Za-z][\w'’-]{0,24}(?: [a-z][\w'’-]{0,20}){0,3}$")
_NO_KEY = re.compile(
    r"\b(?:it|them|this|that|these|those|json|yaml|csv|text|only|nothing|else|everything|sentences?|"
    r"words?|lines?|paragraphs?|summary|answer|it's|you|we|i|is|are|was|were|do|does|don['’]t|not|if|"
    r"sort|sorted|write|keep|add|the same|each|every|all|any|one|what|who|which|how|why)\b",
    re.I,
)
_ENOUGH = re.compile(r"(?:then|no|with|without|using|please|in that|in this|thanks)\b", re.I)
_IN_BRACKETS = re.compile(
    rf"\b(?:{_FORM}|rows?|columns|fields|keys)\s?\(\s?(?P<list>[A-Za-z][^()\n]{{3,160}})\)", re.I
)
_KEYS_INSIDE = re.compile(r"\b(?:fields?|keys?|columns?|cols|headers?)\b", re.I)
_MANY = re.compile(
    r"\bcsv\b|\btable\b|\barray\b|\b(?:list|rows) of\b|\b(?:for )?each\b|"
    r"\bper (?:person|line|item|row|product|entry)\b|\bevery\b|\bjson (?:lines|list)\b|\brows?\b",
    re.I,
)
_ONE_LINE = re.compile(
    r"\b(?:each|one|a) (?:key |field |value )?(?:per|a|on (?:its|a)) (?:own )?line", re.I
)
_TYPES = (
    ("boolean", re.compile(r"true|false|bool|yes/no", re.I)),
    ("integer", re.compile(r"\bint|whole number", re.I)),
    ("number", re.compile(r"\bnumber|numeric|float|decimal", re.I)),
    ("list", re.compile(r"\blist\b|\barray\b", re.I)),
)


@dataclass(frozen=True)
class Listed:
    """A text and the keys that the order beside it lists."""

    fields: tuple[Field, ...]
    text: str
    order: str


def listed_keys(reading: Reading) -> Listed | None:
    """The keys that a prompt of one message lists, with its text; None where it lists none."""
    messages = reading.prompt.messages
    said = messages[-1][1] if messages else ""
    if len(said) > _MOST_SAID or "{" in said or any(role == "assistant" for role, _ in messages):
        return None
    best: Listed | None = None
    for order in orders_of(reading):
        if len(order.text.split()) < 3 or (best and len(order.text) < 1.5 * len(best.text)):
            continue
        fields = keys_in(order.asked)
        if fields:
            best = Listed(fields, order.text, order.asked)
    return best


def keys_in(order: str) -> tuple[Field, ...]:
    """The fields of an order's list of keys; empty where it has none of two keys and more."""
    if len(order) > _MOST_ORDER:
        return ()
    hints: list[str] = []

    def hide(mark: re.Match[str]) -> str:
        if _KEYS_INSIDE.search(mark[1]):
            return f" {mark[1]}."
        hints.append(mark[1])
        return f" HINT{len(hints) - 1}"

    bare = re.sub(r"\s?\(([^()\n]{1,80})\)", hide, order)
    lists = [bare[mark.end() :] for head in _HEADS for mark in head.finditer(bare)]
    lists += [
        f"{mark['list']}." for shape in (_SLASHED, _BEFORE_FROM) for mark in shape.finditer(bare)
    ]
    lists += [mark["list"] for mark in _IN_BRACKETS.finditer(order)]
    for listed in lists:
        end = _END.search(listed)
        fields = _fields(listed[: end.start()] if end else listed, hints)
        if fields:
            is_rows = bool(_MANY.search(_ONE_LINE.sub(" ", bare)))
            return (Field("", "list", fields),) if is_rows else fields
    return ()


def _fields(said: str, hints: list[str]) -> tuple[Field, ...]:
    out: list[Field] = []
    for part in re.split(r"\s*[,/|;+&]\s*(?:and\s+)?|\s+and\s+", said.strip(" \t.:,")):
        noted = re.search(r"\s?HINT(\d{1,2})", part)
        hint = hints[int(noted[1])] if noted and int(noted[1]) < len(hints) else ""
        name = re.sub(r"\s?HINT\d{1,2}", "", part).strip(" \"'`“”*")
        name = re.sub(r"^(?:the|an?|his|her|their|its) ", "", name, flags=re.I)
        if len(out) >= 2 and _ENOUGH.match(name):
            break
        is_asking = name.lower() in ("who", "what", "when", "where")
        if not name or not _NAME.match(name) or (_NO_KEY.search(name) and not is_asking):
            return ()
        out.append(field_of(name, hint))
    names = {field.name.lower() for field in out}
    if not 2 <= len(out) <= _MOST_KEYS or len(names) < len(out):
        return ()
    is_lists = all(name.endswith("s") and not name.endswith(("ss", "us")) for name in names)
    return () if is_lists else tuple(out)


def field_of(name: str, hint: str) -> Field:
    """A field by its name and what stands in brackets behind it: a type, or what it may say."""
    name = re.sub(r"[\s-]+", "_", name.strip("\"'` "))
    kind = next((kind for kind, shape in _TYPES if shape.search(hint)), "text")
    choices = [c.strip(" \"'") for c in re.split(r"\s*[/|]\s*|,\s*|\s+or\s+", hint)]
    is_menu = len(choices) >= 2 and all(0 < len(c.split()) <= 2 for c in choices)
    if kind == "text" and is_menu and not re.search(r"[A-Z]{2}|null", hint):
        return Field(name, "text", (), tuple(choices))
    return Field(name, kind)
