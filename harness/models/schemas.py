"""A JSON schema made whole: what it refers to put in its place, and slips refused.

Runs in the model worker; the schema is hostile. Clients that make schemas from classes, as `parse`
of openai-python does from pydantic's, write a class within a class as a reference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from harness.models.errors import BadRequest

_DEEPEST = 12
_MOST_PARTS = 2_000
_MOST_CHARS = 400_000
"""Of all that references stand for: a long word that is referred to often fills no memory."""
_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_HOLDERS = ("$defs", "definitions")
_NAMED = ("properties", "patternProperties")
_LISTED = ("anyOf", "oneOf", "allOf", "prefixItems")
_ALONE = ("items", "additionalProperties", "contains", "not")
"""Where schemas stand within a schema: by an author's names, in a list, alone."""


def whole_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema without references.

    Args:
        schema: any JSON object.

    Raises:
        BadRequest: it refers to what is not in it, or to itself without end; it is too large; it
            has a type that JSON does not know.
    """
    found = _Schema(schema).whole(schema, 0)
    return {name: value for name, value in found.items() if name not in _HOLDERS}


class _Schema:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._parts = 0
        self._room = _MOST_CHARS
        self._sizes: dict[int, int] = {}

    def whole(self, part: Mapping[str, Any], depth: int) -> dict[str, Any]:
        self._parts += 1
        if depth > _DEEPEST or self._parts > _MOST_PARTS:
            raise _off(
                f"nests deeper than {_DEEPEST} levels or has over {_MOST_PARTS} parts with what it "
                "refers to; a type that holds itself cannot be filled. Make it flat"
            )
        if "$ref" in part:
            named = self._named(part["$ref"])
            self._room -= self._size(named)
            if self._room < 0:
                raise _off(f"has over {_MOST_CHARS:,} characters with what it refers to")
            beside = {name: value for name, value in part.items() if name != "$ref"}
            return self.whole({**named, **beside}, depth + 1)
        _check_type(part.get("type"))
        made = {
            name: self._inside(name, value, depth)
            for name, value in part.items()
            if name not in _HOLDERS
        }
        for one in made.pop("allOf", ()):  # how a reference with words beside it was once written
            made = {**one, **made} if isinstance(one, dict) else made
        return made

    def _inside(self, name: str, value: Any, depth: int) -> Any:
        if name in _NAMED and isinstance(value, Mapping):
            return {key: self._part(one, depth) for key, one in value.items()}
        if name in _LISTED and isinstance(value, list):
            return [self._part(one, depth) for one in value]
        return self._part(value, depth) if name in _ALONE else value

    def _part(self, value: Any, depth: int) -> Any:
        return self.whole(value, depth + 1) if isinstance(value, Mapping) else value

    def _size(self, part: Mapping[str, Any]) -> int:
        """Characters of a part of the root as it was sent; counted once."""
        if id(part) not in self._sizes:
            self._sizes[id(part)] = len(json.dumps(part))
        return self._sizes[id(part)]

    def _named(self, reference: object) -> Mapping[str, Any]:
        """What a reference such as `#/$defs/Address` means."""
        found: Any = self._root
        way = reference.split("/") if isinstance(reference, str) else [""]
        for step in way[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, Mapping) else None
        if way[0] != "#" or not isinstance(found, Mapping):
            raise _off(f"refers to {str(reference)[:60]!r}, which is not in it; put it into $defs")
        return found


def _check_type(told: object) -> None:
    for one in told if isinstance(told, list) else [told]:
        if one is not None and (not isinstance(one, str) or one not in _TYPES):
            raise _off(f"has the type {str(one)[:40]!r}; use one of {', '.join(sorted(_TYPES))}")


def _off(what: str) -> BadRequest:
    return BadRequest(f"response_format's schema {what}", param="response_format")
