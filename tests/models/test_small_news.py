"""Short talk that sets no task: moods, news, the weather, a bare "it", a choice of two."""

from __future__ import annotations

import pytest

from harness.models.engine import Engine
from harness.models.request import ChatRequest
from harness.models.small_news import said_to_news, weighed


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("just passed my sailing exam!", "Congratulations"),
        ("we finally got married last week", "Congratulations"),
        ("our old horse died this morning", "sorry"),
        ("two night shifts in a row and i'm knackered", "sorry that you are knackered"),
        ("do I need an umbrella today?", "cannot see the weather"),
        ("please improve this", "“this”"),
        ("can you make it shorter?", "“it”"),
    ],
)
def test_talk_gets_a_reply_that_fits(said: str, wanted: str) -> None:
    assert wanted in said_to_news(said)


@pytest.mark.parametrize(
    "said",
    [
        "Is this positive or negative: I'm exhausted",
        "The mill died down in 1932. When?",
        "summarise it in one line, I'm tired",
        "Fix the spelling of recieve",
        "Who got promoted in the text?",
    ],
)
def test_a_task_is_no_talk(said: str) -> None:
    assert said_to_news(said) == ""


def test_a_choice_is_weighed_by_what_was_told_of_it() -> None:
    told = "Oakley is 90 a month, Birchway is 70 but far off. which one would you take?"

    assert weighed(told).startswith("By price alone I would take Birchway: 70 against 90")
    assert "mow now" in weighed("we could mow now, or wait for rain. what would you do?")
    assert weighed("Oakley is 90 a month, Birchway is 70.") == ""


def test_it_is_asked_whether_a_person_writes(engine: Engine) -> None:
    wire = [{"role": "user", "content": "am I speaking to a human or a machine here"}]
    request = ChatRequest.from_wire("sim-medium", wire, {"temperature": 0})

    assert "simulated" in engine.chat(request).choices[0].text
