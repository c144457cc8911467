"""An order over each row of a list: rows, labels and layout."""

from __future__ import annotations

import pytest

from harness.models.engine import Engine
from harness.models.labels import Label
from harness.models.rows_asked import rows_of
from harness.models.skills.labelling_forms import form_leans
from harness.models.skills.labelling_rows import laid_out
from harness.models.skills.naming_language import language_of
from tests.models.asking import say


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        (
            "Tell me for every line if it is an order (O), a question (Q) or a statement (S).\n"
            "1. Sweep the yard.\n2. The yard is wet\n3. Did Piet sweep it",
            "1. O\n2. S\n3. Q",
        ),
        (
            "Mark each sentence past, present or future.\n"
            "a) We will plant beans.\nb) They sold the mill in 1971.\nc) She sings.",
            "a) future\nb) past\nc) present",
        ),
        (
            "fact or opinion? one per line\n\n"
            "The tower has 90 steps.\nThis is the loveliest tower of all.\nI think it is too tall.",
            "fact\nopinion\nopinion",
        ),
        (
            "Which of these are complaints? Write yes or no for each.\n"
            "1. The tap has dripped for weeks and nobody cares.\n2. When do you open?",
            "1. yes\n2. no",
        ),
        (
            "Label each as active or passive, as a JSON array:\n"
            "- The hay was cut by hand.\n- Otto cut the hay.",
            '["passive", "active"]',
        ),
        (
            "Name the language of each line, comma separated.\n"
            "1. Guten Abend, wo ist der Markt?\n2. Où est le marché ?\n3. ¿Dónde está el mercado?",
            "German, French, Spanish",
        ),
        (
            "sort these into Barn / Office: hay fork, stapler, saddle, printer",
            "Barn: hay fork, saddle\nOffice: stapler, printer",
        ),
        (
            "Group into fruit and tools: plum, hammer, cherry, saw",
            "fruit: plum, cherry\ntools: hammer, saw",
        ),
        ("Label each as even or odd: 4, 9, 30", "4: even\n9: odd\n30: even"),
        (
            "Rank by urgency, most urgent first. Numbers only.\n1. The sign is crooked.\n"
            "2. Smoke comes out of the boiler room.",
            "2, 1",
        ),
        (
            "Order from most positive to most negative, like A > B.\nA. Never again, awful.\n"
            "B. Wonderful evening, thank you!\nC. It was open.",
            "B > C > A",
        ),
        (
            "add a column `kind` (fruit, tools), csv only\n\nid,thing,price\n1,ripe "
            "plum,2\n2,saw,9\n"
            "3,red cherry,1",
            "id,thing,price,kind\n1,ripe plum,2,fruit\n2,saw,9,tools\n3,red cherry,1,fruit",
        ),
        (
            "odd or even? Markdown table with columns line and verdict, for each.\n1. 8\n2. 5",
            "| line | verdict |\n|---|---|\n| 1 | even |\n| 2 | odd |",
        ),
        (
            "What language is each sentence in? ISO 639-1 codes, numbered.\n\n"
            "Waar is mijn fiets?\nGdzie jest mój rower?",
            "1. nl\n2. pl",
        ),
    ],
)
def test_each_row_gets_its_label(engine: Engine, prompt: str, wanted: str) -> None:
    assert say(engine, prompt) == wanted


def test_rows_are_parted_from_the_order_around_them() -> None:
    found = rows_of("Sort each line:\n\nred kite\nblue tit\n\nOne word per line.")

    assert found is not None
    assert found.rows == (("", "red kite"), ("", "blue tit"))
    assert "One word per line." in found.order


def test_a_text_in_lines_is_no_list_of_rows() -> None:
    assert rows_of("Sum up this text:\n\nIt rained.\nWe went home.") is None
    assert rows_of("One line only.") is None


@pytest.mark.parametrize(
    ("names", "text", "wanted"),
    [
        (("question", "command", "statement"), "Hand me the ladder, will you?", "command"),
        (("question", "command", "statement"), "Paint costs too much.", "statement"),
        (("past", "present", "future"), "I'm going to mow the lawn.", "future"),
        (("FACT", "OPINION"), "Dogs make better friends than cats.", "OPINION"),
        (("odd", "even"), "1,208", "even"),
        (("singular", "plural"), "two geese", "plural"),
    ],
)
def test_labels_that_name_a_form_are_told_by_the_form(
    names: tuple[str, ...], text: str, wanted: str
) -> None:
    leans = form_leans([Label(name) for name in names], text)

    assert leans is not None
    assert names[int(leans.argmax())] == wanted


def test_labels_of_other_kinds_have_no_form() -> None:
    assert form_leans([Label("past"), Label("billing")], "It rained.") is None


def test_labels_are_laid_out_as_the_order_says() -> None:
    rows = (("-", "oak"), ("-", "carp"))

    assert laid_out("Plant or animal?", rows, ["plant", "animal"]) == "oak: plant\ncarp: animal"
    assert laid_out("labels only", rows, ["plant", "animal"]) == "plant\nanimal"
    assert laid_out("as a json array", rows, ["plant", "animal"]) == '["plant", "animal"]'
    assert laid_out("comma separated", rows, ["plant", "animal"]) == "plant, animal"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ho perso il cappello.", "Italian"),
        ("Zgubiłam zegarek.", "Polish"),
        ("Katten sover i trädgården", "Swedish"),
        ("Dank je wel, tot morgen!", "Dutch"),
        ("Não encontro o meu relógio", "Portuguese"),
        ("I lost my watch", "English"),
    ],
)
def test_a_short_sentence_tells_its_language(text: str, wanted: str) -> None:
    assert language_of(text) == wanted


_SECTIONS = (
    "Notes of the rowing club:\n\n1. Boats. A single may be taken out by day.\n"
    "2. Money. Renting an oar costs 4 crowns and its deposit is 10.\n"
    "3. Keys. The shed is opened by Runa at eight.\n\n"
)


@pytest.mark.parametrize("asks", ["Question: What does an oar cost?\nAnswer:", "what's an oar?"])
def test_numbered_sections_below_a_question_are_its_document(engine: Engine, asks: str) -> None:
    order = (
        "Answer from the notes alone.\nFollow these examples of style.\n"
        "A good answer means that the value and its unit are given.\n\n"
    )
    said = say(engine, f"{order}{_SECTIONS}{asks}")

    assert not said.startswith(("{", "1"))
    assert "4 crowns" in said


def test_plain_text_and_no_json_is_no_order_for_json(engine: Engine) -> None:
    order = "Return plain text, no JSON, with the number of the section.\n\n"
    said = say(engine, f"{order}{_SECTIONS}Question: Who opens the shed?")

    assert "{" not in said
    assert "Runa" in said
