"""What a prompt sorts into: explained labels, offers, scales, several texts; and rerouting."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.models.definitions import meanings
from harness.models.engine import Engine
from harness.models.labels import Label
from harness.models.reading import Reading
from harness.models.request import ChatReply, ChatRequest
from harness.models.scales import Scale, find_scale
from harness.models.skills.acts import feeling, leans

Ask = Callable[..., ChatReply]
WORK = Path(__file__).parent / "data" / "work_convo.jsonl"


def _read(engine: Engine, prompt: str) -> Reading:
    return engine.read((("user", prompt),))


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("P = order, Q = complaint, R = question", "PQR"),
        ("Reply with P for a booking, Q for a complaint and R for anything else.", "PQR"),
        ("Say P if a key is lost, Q if a window is broken, otherwise R.", "PQR"),
        ("Tray P is for sick notes, tray Q for holiday requests.", "PQ"),
        ('A "P" is a mail that thanks us and a "Q" is a mail that moans.', "PQ"),
        ("P (about animals), Q (about machines) or R (neither)", "PQR"),
        ("P means a delivery went astray, Q means somebody wants work.", "PQ"),
    ],
)
def test_labels_are_explained_in_many_ways(prompt: str, names: str) -> None:
    assert [one.name.split()[-1] for one in meanings(prompt)] == list(names)


def test_a_letter_of_an_office_explains_no_labels() -> None:
    assert meanings("Dear all,\n\nthe lift is broken. Please use the stairs.\n\nYours, Ada") == ()


@pytest.mark.parametrize(
    ("directions", "wanted"),
    [
        ("Rate it from 0 (calm) to 10 (furious).", Scale(0, 10, "calm", "furious")),
        ("How many stars out of 5?", Scale(1, 5, unit="star")),
        ("1 is excellent and 6 is dreadful. Which mark?", Scale(1, 6, "excellent", "dreadful")),
        ("Score how urgent this is, 1-4.", Scale(1, 4, subject="urgent")),
    ],
)  # fmt: skip
def test_scales_are_found_with_their_ends(directions: str, wanted: Scale) -> None:
    assert find_scale(directions) == wanted


@pytest.mark.parametrize(
    "directions", ["List 3 to 5 facts.", "One point each for date and name, 0 to 2."]
)
def test_what_is_no_scale_of_feeling_is_none(directions: str) -> None:
    assert find_scale(directions) is None


def test_words_of_feeling_know_a_negation() -> None:
    assert feeling("The rooms were lovely and the staff kind.") > 0.4
    assert feeling("The soup was cold and nobody helped.") < -0.4
    assert feeling("Not bad at all, and I could not fault the tea.") > 0.3
    assert feeling("The bus leaves at noon.") == 0


def test_acts_stay_silent_where_they_are_too_coarse() -> None:
    labels = (Label("card payment"), Label("cash payment"), Label("card arrival"))

    assert not leans(labels, "I paid twice with my card.").any()


def test_numbers_stay_on_the_scale(ask: Ask) -> None:
    for text in ("Marvellous, best week ever!", "Filthy, never again.", "It was fine."):
        said = ask(f'Rate this review from 1 to 5. Number only.\n\n"{text}"').choices[0].text

        assert said in ("1", "2", "3", "4", "5")


def test_a_scale_upside_down_turns_the_number(ask: Ask) -> None:
    text = '\n\n"Filthy room, rude porter, we left at once."'
    up = ask(f"1 star is awful, 5 stars is superb. How many stars?{text}").choices[0].text
    down = ask(f"1 star is superb, 5 stars is awful. How many stars?{text}").choices[0].text

    assert int(up[0]) <= 2
    assert int(down[0]) >= 4


def test_every_text_gets_a_label_under_its_number(ask: Ask) -> None:
    said = ask("praise or complaint, for each:\n1. Lovely cake!\n2. The tea was cold.\n3. So kind!")

    assert said.choices[0].text == "1. praise\n2. complaint\n3. praise"


def test_a_confidence_is_given_when_asked_for(ask: Ask) -> None:
    said = ask('spam or ham, with a confidence: "Win a prize, click here"').choices[0].text

    assert re.search(r"spam.*0?\.\d", said)


@pytest.mark.parametrize(
    ("prompt", "task"),
    [
        ("write a sql query that counts the rows of two tables", "chat"),
        ('Make this friendlier, keep the facts: "No dogs. Gate shut at nine."', "rewrite"),
        ("Answer A: We open at 9.\nAnswer B: Dear guest, what a pleasure!\n\nWhich answer is "
         "better?", "judge"),
        ('sweet or salty?\n\n"The crisps were covered in rock salt."', "classify"),
        ('¿queja o elogio? "La sopa estaba muy rica y el camarero amable."', "classify"),
        ("The red bag weighs 4 kilos and the blue bag 7. Which is heavier?", "qa"),
    ],
)  # fmt: skip
def test_the_task_is_what_the_order_names(engine: Engine, prompt: str, task: str) -> None:
    assert _read(engine, prompt).task == task


def test_a_question_is_read_whole_and_its_facts_are_the_text(engine: Engine) -> None:
    read = _read(engine, "The red bag weighs 4 kilos and the blue bag 7. Which is heavier?")

    assert read.question == "Which is heavier?"
    assert "4 kilos" in " ".join(read.data)


def test_follow_ups_and_labels_come_to_what_was_written_down(engine: Engine) -> None:
    """A share, since answers from texts are other modules' work and a few stay wrong."""
    rows = [json.loads(line) for line in WORK.read_text(encoding="utf-8").splitlines()]
    right = 0
    for row in rows:
        request = ChatRequest.from_wire(
            "sim-medium", row["messages"], {"temperature": 0, "seed": 1}
        )
        said = engine.chat(request).choices[0].text
        right += all(re.search(p, said, re.I) for p in row["must"]) and not any(
            re.search(p, said, re.I) for p in row["must_not"]
        )

    assert right / len(rows) >= SHARE


SHARE = 0.85
