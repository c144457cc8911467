"""Fields are taken as the prompt wants them: names, types, nesting, lists, forms."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harness.models.forms import fit, form_asked, written
from harness.models.request import ChatReply
from harness.models.skills.fields import Field, template_fields

Ask = Callable[..., ChatReply]
MAIL = (
    "Dear team, this is Ruth Abara. On 12 May I bought two garden chairs (order GC-4471) for "
    "118.50 EUR. One leg is cracked. Please send a new one before 30 May. You reach me at "
    "ruth.a@example.net. Regards, Ruth Abara"
)


def said(ask: Ask, request: str) -> str:
    return ask(f"{request}\n\nMail:\n{MAIL}", model="sim-large").choices[0].text


def test_a_template_gives_names_types_and_nesting() -> None:
    text = 'like {"who": {"name": string}, "sum": number, "tags": ["..."], "ok": true/false}'

    assert template_fields(text) == (
        Field("who", "object", (Field("name"),)),
        Field("sum", "number"),
        Field("tags", "list"),
        Field("ok", "boolean"),
    )


def test_values_have_the_types_and_the_nesting_of_the_template(ask: Ask) -> None:
    request = (
        'Extract JSON: {"customer": {"name": string, "email": string}, "total": number, '
        '"iban": string|null}. Use null when absent.'
    )
    found = json.loads(said(ask, request))

    assert found == {
        "customer": {"name": "Ruth Abara", "email": "ruth.a@example.net"},
        "total": 118.5,
        "iban": None,
    }


def test_named_fields_come_as_lines_and_a_deadline_is_not_the_first_date(ask: Ask) -> None:
    text = said(ask, "Pull out the following fields: customer name, product, deadline.")

    assert text.splitlines() == [
        "customer_name: Ruth Abara",
        "product: garden chairs",
        "deadline: 30 May",
    ]


def test_every_date_is_listed(ask: Ask) -> None:
    assert said(ask, "List every date mentioned in this mail.").splitlines() == ["12 May", "30 May"]


def test_yaml_is_written_when_yaml_is_asked_for(ask: Ask) -> None:
    text = said(ask, "Extract the fields name and total as YAML.")

    assert text.splitlines() == ["name: Ruth Abara", "total: 118.50 EUR"]


def test_rows_come_as_a_list_of_objects(ask: Ask) -> None:
    prompt = (
        "Extract action items as a JSON array of {owner, task, due}.\n\nNotes: Ines will book the "
        "hall by Monday. Paul will order the chairs until Thursday."
    )
    found = json.loads(ask(prompt, model="sim-large").choices[0].text)

    assert [row["owner"] for row in found] == ["Ines", "Paul"]
    assert [row["due"] for row in found] == ["Monday", "Thursday"]


def test_a_json_schema_of_the_request_is_filled(ask: Ask) -> None:
    schema = {
        "type": "object",
        "properties": {
            "email": {"type": "string"},
            "total": {"type": "number"},
            "phone": {"type": ["string", "null"]},
        },
    }
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    prompt = f"Extract the fields email, total and phone.\n\nMail:\n{MAIL}"
    reply = ask(prompt, model="sim-large", response_format=form)

    assert json.loads(reply.choices[0].text) == {
        "email": "ruth.a@example.net",
        "total": 118.5,
        "phone": None,
    }


@pytest.mark.parametrize(
    ("words", "form"),
    [("as YAML, no JSON", "yaml"), ("a CSV file", "csv"), ('{"a": 1}', "json"), ("in lines", "")],
)
def test_the_form_is_the_one_asked_for(words: str, form: str) -> None:
    assert form_asked(words) == form


def test_what_a_form_reserves_is_quoted() -> None:
    record = {"a": 'x, "y"', "b": None}

    assert written(record, "csv") == 'a,b\n"x, ""y""",'
    assert written({"a": "yes: no", "n": 3}, "yaml") == 'a: "yes: no"\nn: 3'
    assert written({"": [{"a": "x|y"}]}, "table") == "| a |\n| --- |\n| x\\|y |"


def test_a_value_is_made_to_meet_its_schema() -> None:
    assert fit({"type": "integer"}, "12 chairs") == 12
    assert fit({"type": "array", "items": {"type": "string"}}, "one") == ["one"]
    assert fit({"enum": ["LOW", "HIGH"]}, "high") == "HIGH"
    assert fit({"type": ["string", "null"]}, None) is None
