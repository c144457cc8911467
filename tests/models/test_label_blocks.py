"""Labels are read wherever they stand apart: YAML, a table, JSON, tags, arrows, a sentence each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.models.engine import Engine
from harness.models.faults import Luck
from harness.models.request import ChatReply

Ask = Callable[..., ChatReply]
TEXT = "My key snapped off and I can't get in."
FORMS = {
    "a map": "Categories:\n  heating: radiators, boiler, hot water\n  electric: sockets, lights\n"
    "  doors: locks, keys, hinges\n\nTenant: \"%s\"\nWhich category? One word.",
    "records": "Assign a category.\n\n```yaml\ncategories:\n  - name: heating\n    description: "
    "radiators, boiler\n  - name: electric\n    description: sockets, lights\n  - name: doors\n"
    "    description: locks, keys, hinges\n```\n\nMessage: %s\n\nAnswer with the name only.",
    "a list": "labels:\n  - heating\n  - electric\n  - doors\n\ntext: \"%s\"\n\nPick one label, "
    "output only the label.",
    "a table": "Which team?\n\n| team | handles |\n|---|---|\n| heating | radiators, boiler |\n"
    "| electric | sockets, lights |\n| doors | locks, keys, hinges |\n\nTicket: %s\nTeam only.",
    "arrows": "radiators, boiler, hot water -> heating\nsockets, lights, fuses -> electric\n"
    "locks, keys, hinges -> doors\n\nWhere does this go? One word.\n\n%s",
    "a sentence each": "Messages about radiators and the boiler go to heating, messages about "
    "sockets and lights go to electric, and messages about locks, keys and hinges go to doors. "
    "Where does this one go? One word.\n\n\"%s\"",
    "uses": "Tell me the label. Use heating for anything about radiators, electric for sockets and "
    "lights, and doors for locks, keys or hinges. Label only.\n\n%s",
    "tags": "<task>Classify the request.</task>\n<labels>\n  <label>heating</label>\n  "
    "<label>electric</label>\n  <label>doors</label>\n</labels>\n<request>%s</request>\n"
    "<output_format>label only</output_format>",
    "courtesy": "Would you please tell me which of these fits best: heating, electric, doors? Just "
    "the word please, thank you!\n\n%s",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)


@pytest.mark.parametrize("form", FORMS)
def test_a_text_gets_one_of_the_labels_that_stand_apart(ask: Ask, form: str) -> None:
    assert ask(FORMS[form] % TEXT).choices[0].text.strip() == "doors"


def test_names_under_a_line_of_a_system_message_are_labels(engine: Engine) -> None:
    system = "Read the message and return exactly one of these intents:\n\nberth\nfuel\nrepair\n"
    read = engine.read((("system", system), ("user", "Is the pump open when I come at six?")))

    assert read.task == "classify"
    assert [label.name for label in read.labels] == ["berth", "fuel", "repair"]


def test_an_array_and_what_is_left_over_are_labels(engine: Engine) -> None:
    array = (
        'intents = ["book_berth", "cancel_berth", "ask_fee"]\n'
        'message = "What is it a night?"\nintent ='
    )
    told = (
        'Notes about invoices are "billing", notes about passwords are "access", and everything '
        'else is "other". What is this note? One word.\n\n"I forgot my password again."'
    )
    reads = [engine.read((("user", sent),)) for sent in (array, told)]

    assert [label.name for label in reads[0].labels] == ["book_berth", "cancel_berth", "ask_fee"]
    assert [label.name for label in reads[1].labels] == ["billing", "access", "other"]
    assert reads[1].data == ("I forgot my password again.",)


def test_a_row_of_labels_is_taken_whole(engine: Engine) -> None:
    sent = (
        "Please file this under one desk: TIDES, BOATS, BIRDS, ROPES, WEEDS.\n\nTwo hundred "
        "curlews "
        "rested on the sand bank.\n\nDesk (one word, in capitals):"
    )
    names = [label.name for label in engine.read((("user", sent),)).labels]

    assert names == ["TIDES", "BOATS", "BIRDS", "ROPES", "WEEDS"]


def test_a_table_that_is_the_text_gives_no_labels(engine: Engine) -> None:
    sent = (
        "How many crates does the shed hold?\n\n| place | crates |\n|---|---|\n| shed | 40 |\n"
        "| barn | 12 |\n"
    )

    assert engine.read((("user", sent),)).task != "classify"


def test_points_of_a_rubric_are_no_texts(ask: Ask) -> None:
    sent = (
        "Score the reply by the rubric, one digit.\n\nRubric\n3 = answers the question, polite\n"
        '2 = hardly answers\n1 = does not answer, or is rude\n\nGuest: "Is there a lift?"\n'
        'Reply: "Find out yourself and stop bothering me."\n\nScore:'
    )

    assert ask(sent).choices[0].text.strip() == "1"
