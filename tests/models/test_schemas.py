"""A schema with references is filled like one without; a broken one is refused in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from harness.models.errors import BadRequest
from harness.models.request import ChatReply
from harness.models.schemas import whole_schema

Ask = Callable[..., ChatReply]


class Address(BaseModel):
    """Where somebody lives."""

    street: str
    city: str


class Guest(BaseModel):
    """Somebody who comes."""

    name: str
    address: Address
    diet: Literal["meat", "fish", "none"] | None = None


def format_of(model: type[BaseModel]) -> dict[str, Any]:
    schema = {"name": "record", "schema": model.model_json_schema(), "strict": True}
    return {"type": "json_schema", "json_schema": schema}


def test_a_class_within_a_class_comes_back_as_one(ask: Ask) -> None:
    text = "Extract the guest: Mr Olav Brekke, 12 Quay Street, Tromso, is coming and eats fish."

    said = ask(text, response_format=format_of(Guest)).choices[0].text

    guest = Guest.model_validate_json(said)
    assert "Brekke" in guest.name
    assert isinstance(guest.address, Address)


def test_references_are_put_in_place_wherever_they_stand() -> None:
    found = whole_schema(
        {
            "type": "object",
            "$defs": {"Kind/of": {"enum": ["a", "b"]}, "Item": {"type": "object", "properties": {
                "kind": {"$ref": "#/$defs/Kind~1of"}}}},
            "properties": {
                "type": {"type": "string", "default": {"type": "no type of a schema"}},
                "items": {"type": "array", "items": {"$ref": "#/$defs/Item"}},
                "one": {"anyOf": [{"$ref": "#/$defs/Item"}, {"type": "null"}]},
                "old": {"allOf": [{"$ref": "#/$defs/Item"}], "description": "as it was"},
            },
        }
    )  # fmt: skip

    item = {"type": "object", "properties": {"kind": {"enum": ["a", "b"]}}}
    assert "$defs" not in found and "$ref" not in json.dumps(found)
    assert found["properties"]["items"]["items"] == item
    assert found["properties"]["one"]["anyOf"] == [item, {"type": "null"}]
    assert found["properties"]["old"] == item | {"description": "as it was"}
    assert found["properties"]["type"]["default"] == {"type": "no type of a schema"}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "banana"}, "'banana'"),
        ({"type": ["string", 5]}, "'5'"),
        ({"$ref": "#/$defs/Nobody"}, "not in it"),
        ({"$ref": "https://example.org/schema"}, "not in it"),
        ({"$ref": 7}, "not in it"),
        ({"$ref": "#"}, "deeper than"),
        (
            {"$defs": {"N": {"type": "object", "properties": {"next": {"$ref": "#/$defs/N"}}}},
             "$ref": "#/$defs/N"},
            "holds itself",
        ),
    ],
)  # fmt: skip
def test_a_schema_that_cannot_be_filled_is_refused(schema: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRequest, match=words) as caught:
        whole_schema(schema)

    assert caught.value.param == "response_format"


def test_a_schema_that_grows_without_end_is_refused_before_it_has_grown() -> None:
    layers = {
        f"L{n}": {"type": "object", "properties": {
            f"p{k}": {"$ref": f"#/$defs/L{n + 1}"} for k in range(9)}}
        for n in range(9)
    } | {"L9": {"type": "string"}}  # fmt: skip

    with pytest.raises(BadRequest, match="2000 parts"):
        whole_schema({"$defs": layers, "$ref": "#/$defs/L0"})


def test_a_long_word_that_is_referred_to_often_is_refused_before_it_fills_the_memory() -> None:
    one = {"$ref": "#/$defs/Long"}
    schema = {
        "$defs": {"Long": {"type": "string", "description": "so " * 30_000}},
        "properties": {f"p{n}": one for n in range(1_500)},
    }

    with pytest.raises(BadRequest, match="400,000 characters"):
        whole_schema(schema)
