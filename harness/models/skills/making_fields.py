"""The fields that an order names in so many words: after "keys", "columns" or the verb that takes.

Runs in the model worker; the order is hostile: capped, every pattern is bounded.
"""

from __future__ import annotations

import re

from harness.models.skills.fields import Field, template_fields

_MOST = 1_200
_MOST_FIELDS = 16
_HEAD = re.compile(
    r"\b(?:keys?|fields?|columns?|headers?|header (?:line|row)|attributes|"
    r"properties)\b(?: (?:are|named|called|of|for|"
    r"with))*\W{1,3}(?P<names>[A-Za-z_][^.\n:{}]{2,300}?)(?=\s*(?:[.:\n…{]|"
    r"$|\b(?:from|out of|only|and nothing|null|use|no other|in this order|"
    r"taken|please|one row|as (?:json|yaml|csv|an?|one))\b))",
    re.I,
)
_VERB = re.compile(
    r"(?:^|[.!?:\n…]\s*|\b(?:please|pls|just|and|can you|could you) "
    r")(?:extract|pull(?: out)?|get|give me|return|take(?: out)?|list|"
    r"note(?: down)?|collect|find|fetch|parse(?: out)?|grab|capture|i need|"
    r"i want|json with|yaml with|csv with|a json with)\s+(?:(?:me|the|all|"
    r"every|each|out|following|these|json|yaml|csv|as|with|a|an|only|just|"
    r"of|fields?|keys?|values?)\s+)*"
    r"(?P<names>[a-z_][\w' ()/-]{1,40}?(?:\s*,\s*(?:and )?[\w' ()/-]{2,40}?|"
    r"\s+and\s+[\w' ()/-]{2,40}?){1,14}?)(?=\s*(?:[.:\n…;]|$|\b(?:from|out "
    r"of|as|in json|in yaml|in csv|of (?:each|every|all|the|this)|for "
    r"(?:each|every)|into|to json|json|yaml|csv|per)\b))",
    re.I,
)
_TYPES = {
    "number": "number",
    "num": "number",
    "float": "number",
    "decimal": "number",
    "int": "integer",
    "integer": "integer",
    "bool": "boolean",
    "boolean": "boolean",
    "true/false": "boolean",
    "yes/no": "boolean",
    "list": "list",
    "a list": "list",
    "array": "list",
    "strings": "list",
}
_MANY = re.compile(
    r"\bcsv\b|\btable\b|\barray\b|\bone row\b|\b(?:of|for) (?:each|every|"
    r"all)\b|\bper (?:person|line|item|row)\b|\blist of obj|\bjson lines\b",
    re.I,
)
_NO_FIELD = re.compile(
    r"\b(?:it|them|this|that|json|yaml|csv|text|only|nothing|else|null|"
    r"missing|values?|rest|everything|example|answer|summary|sentence|"
    r"words?|lines?|list|order)\b",
    re.I,
)


def said_fields(asked: str) -> tuple[Field, ...]:
    """The fields that an order names; empty where it names none or only one."""
    asked = asked[:_MOST]
    found = template_fields(asked)
    if found:
        return found
    for pattern in (_HEAD, _VERB):
        for mark in pattern.finditer(asked):
            fields = _named(mark["names"], is_verb=pattern is _VERB)
            if len(fields) >= 2:
                if _MANY.search(asked):
                    return (
                        Field("", "list", tuple(Field(_single(f.name), f.kind) for f in fields)),
                    )
                return fields
    return ()


def _single(name: str) -> str:
    return (
        name[:-1]
        if name.endswith("s")
        and not name.endswith("ss")
        and name in ("names", "ages", "prices", "towns", "cities", "jobs", "dates", "amounts")
        else name
    )


def _named(said: str, *, is_verb: bool) -> tuple[Field, ...]:
    out: list[Field] = []
    for part in re.split(r"\s*[,;|]\s*(?:and\s+)?|\s+and\s+", said):
        note = re.search(r"\(([^)]{1,30})\)", part)
        name = re.sub(r"\([^)]*\)?", "", part).strip(" \"'`“”*-)")
        name = re.sub(r"^(?:the|an?|his|her|their|its|all|every|each) ", "", name, flags=re.I)
        if not name:
            continue
        if (
            len(name.split()) > 3
            or (_NO_FIELD.search(name) and is_verb)
            or not re.match(r"[A-Za-z_]", name)
        ):
            return ()
        kind = _TYPES.get(note[1].strip().lower(), "text") if note else "text"
        choice = (
            tuple(p.strip() for p in re.split(r"[/|]| or ", note[1]))
            if note and kind == "text" and re.search(r"[/|]| or ", note[1])
            else ()
        )
        out.append(Field(re.sub(r"\s+", "_", name), kind, (), choice))
    names = [f.name.lower() for f in out]
    return tuple(out) if len(set(names)) == len(names) <= _MOST_FIELDS else ()
