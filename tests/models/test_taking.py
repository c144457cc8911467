"""Values, rows and records taken out of running text in the form that an order asks for."""

from __future__ import annotations

import json
import re

import pytest

from harness.models.engine import Engine
from harness.models.faults import Luck
from harness.models.request import ChatRequest
from harness.models.skills.corrections import corrected
from harness.models.skills.making_taken import taken
from harness.models.skills.record_keys import keys_in


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(autouse=True)
def _no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)


def _said(engine: Engine, prompt: str) -> str:
    wire = [{"role": "user", "content": prompt}]
    request = ChatRequest.from_wire("sim-medium", wire, {"seed": 1, "temperature": 0})
    return engine.chat(request).choices[0].text


@pytest.mark.parametrize(
    ("told", "right"),
    [
        ("two kegs, nine, no wait, eleven cups", "two kegs, eleven cups"),
        ("a dozen... no, make it ten planks", "ten planks"),
        ("5 jars (sorry, 7) of jam", "7 jars of jam"),
        ("come on Sunday, I mean Monday, at 4 pm", "come on Monday, at 4 pm"),
        ("a bag of oats, actually three bags of oats", "three bags of oats"),
        ("12 stools, no cushions, and no rugs", "12 stools, no cushions, and no rugs"),
        ("They sold 8 boats, actually. Three were new.", None),
    ],
)
def test_a_value_that_is_taken_back_makes_room_for_the_next(told: str, right: str | None) -> None:
    assert corrected(told) == (told if right is None else right)


@pytest.mark.parametrize(
    ("order", "text", "right"),
    [
        (
            "Find the dates and write them as DD.MM.YYYY.",
            "The kiln was lit on 2 June 2027 and cooled by the 9th of June 2027.",
            "02.06.2027\n09.06.2027",
        ),
        (
            "List all times in 24h format, comma separated:",
            "Doors 7.30 pm, the play at quarter past eight in the evening.",
            "19:30, 20:15",
        ),
        ("every price, in cents", "Rope is €1.50 a metre, a hook 2 euros.", "150\n200"),
        ("Which weekdays are mentioned?", "Glass on Tuesdays, paper on Friday.", "Tuesday, Friday"),
        (
            "Give me all dates, latest first, like 2024-12-31",
            "Sown 3 May 2029, cut 8 Aug 2030.",
            "2030-08-08\n2029-05-03",
        ),
        ("Get all dates. If there is none, write NONE.", "We meet when it rains.", "NONE"),
        ("Which dates fall in May?", "3 May 2031, 4 June 2031", None),
        ("Write the dates of the trips to Orb", "3 May 2031 to Orb", None),
    ],
)
def test_an_order_for_all_of_a_kind_gives_values_in_its_form(
    order: str, text: str, right: str | None
) -> None:
    assert taken(f"{order} … ", text) == right


@pytest.mark.parametrize(
    ("order", "right"),
    [
        ("fields: firm, contact, number of guests. plain list", "firm contact number_of_guests"),
        ("turn into yaml: host, ports (list), tls (bool)", "host ports tls"),
        ("buyer / lot / sum, one per line as key: value", "buyer lot sum"),
        ("name and phone from: …", "name phone"),
        ("csv, header boat,knots, then the rows:", "boat knots"),
        ("make a table (dish, price): …", "dish price"),
        ("Summarise it, then list the pros and cons.", ""),
        ("Extract names and ages.", ""),
    ],
)
def test_keys_are_read_from_informal_orders(order: str, right: str) -> None:
    fields = keys_in(order)
    fields = fields[0].inner if fields and fields[0].inner else fields

    assert [field.name for field in fields] == right.split()


@pytest.mark.parametrize(
    ("prompt", "rows"),
    [
        (
            "CSV, header town,degrees:\n\nIn Pell it was 6 degrees, in Gorm minus 4, and people in "
            "Old Sark had 11.",
            ["town,degrees", "Pell,6", "Gorm,-4", "Old Sark,11"],
        ),
        (
            "csv with columns who, shed, age: Ulla (51) works in Kell, Jos (38) in Orm.",
            ["who,shed,age", "Ulla,Kell,51", "Jos,Orm,38"],
        ),
        (
            "as csv (columns: hall;seats): The Long Hall seats 90, the Loft 20.",
            ["hall;seats", "Long Hall;90", "Loft;20"],
        ),
    ],
)
def test_rows_are_told_in_clauses(engine: Engine, prompt: str, rows: list[str]) -> None:
    said = _said(engine, prompt).splitlines()

    assert [re.sub("[;,]", ",", line) for line in said] == [re.sub(";", ",", row) for row in rows]


def test_a_row_may_be_told_by_the_one_before(engine: Engine) -> None:
    prompt = (
        "markdown table: smith | nails | day\n\nAri made 40 nails on Monday. Bea made half of "
        "that, on Friday. Cid was there on Monday too and made nine."
    )
    said = _said(engine, prompt)

    assert "| Bea | 20 | Friday |" in said and "| Cid | 9 | Monday |" in said


def test_lines_of_things_give_prices_and_stock(engine: Engine) -> None:
    prompt = (
        "to json array, keys thing, price, stock (number, null if unknown)\n\n* Awl – 3.50, a dozen"
        " left\n* Clamp: sold out, was 12.00\n* wood glue @4.25"
    )

    assert json.loads(_said(engine, prompt)) == [
        {"thing": "Awl", "price": 3.5, "stock": 12},
        {"thing": "Clamp", "price": 12.0, "stock": 0},
        {"thing": "wood glue", "price": 4.25, "stock": None},
    ]


def test_the_wanted_lines_of_a_log_become_records(engine: Engine) -> None:
    prompt = (
        "one json object per line, keys at, svc, msg. errors only\n\n07:01:02 INFO  [mill] start\n"
        "07:01:09 ERROR [mill] belt slipped\n07:02:00 ERROR [pump] no water"
    )
    said = [json.loads(line) for line in _said(engine, prompt).splitlines()]

    assert said == [
        {"at": "07:01:09", "svc": "mill", "msg": "belt slipped"},
        {"at": "07:02:00", "svc": "pump", "msg": "no water"},
    ]


def test_an_order_number_is_no_telephone(engine: Engine) -> None:
    assert _said(engine, 'Return a JSON array of phone numbers.\n\n"Order 5550999, paid."') == "[]"
