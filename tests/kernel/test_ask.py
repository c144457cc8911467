"""ask() and hypothesis(): words to people, printed and on record."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from harness.kernel import ask, hypothesis, words
from harness.kernel.errors import AnswerKept, LineDown, Misuse, NoLine, Refused
from tests.kernel.conftest import Serve
from tests.kernel.fake_proctor import Says, refuses

Output = pytest.CaptureFixture[str]


def test_a_question_brings_the_answer_printed_and_in_pieces(serve: Serve, capsys: Output) -> None:
    answer = {
        "answers": [{"topic": "trays", "answer": "Questions go to Jon."}],
        "nearest": [],
        "text": "Questions go to Jon.",
    }
    proctor = serve(lambda asked: Says(answer))
    reply = ask("Where do questions go?")

    assert proctor.last.path == "/k/ask"
    assert proctor.last.body == {"question": "Where do questions go?"}
    assert capsys.readouterr().out == "Questions go to Jon.\n"
    assert str(reply) == "Questions go to Jon."
    assert [(fact.topic, fact.answer) for fact in reply.facts] == [
        ("trays", "Questions go to Jon.")
    ]


def test_what_matches_nothing_names_at_most_two_topics(serve: Serve) -> None:
    answer = {"answers": [], "nearest": ["a", "b", "c"], "text": "I do not know."}
    serve(lambda asked: Says(answer))
    reply = ask("What?")

    assert reply.nearest == ("a", "b")
    assert "Nearest topics I can speak to: a · b." in reply.text


ANSWER = {"answers": [], "nearest": [], "text": "Jon does.", "live": True}


def test_a_question_with_the_interviewer_is_said_to_be_and_waited_for(
    serve: Serve, capsys: Output
) -> None:
    waits = Says({"waiting": "q-1"}, status=202)
    said = iter([waits, waits, Says(ANSWER)])
    proctor = serve(lambda asked: next(said))
    reply = ask("Who reads it?")

    assert reply.text == "Jon does."
    assert [(one.method, one.path) for one in proctor.asked] == [
        ("POST", "/k/ask"), ("GET", "/k/ask/q-1"), ("GET", "/k/ask/q-1"),
    ]  # fmt: skip
    assert capsys.readouterr().out == f"{words.ASK_WAITS}\nJon does.\n"


def test_an_answer_of_the_interviewers_that_is_there_prints_the_same(
    serve: Serve, capsys: Output
) -> None:
    serve(lambda asked: Says(ANSWER))
    ask("Who reads it?")

    assert capsys.readouterr().out == f"{words.ASK_WAITS}\nJon does.\n"


@pytest.mark.parametrize(
    "down", [Says(raw=b"<html>"), refuses(503, "upstream_error", "Away."), Says({}, status=500)]
)
def test_a_line_lost_while_waiting_is_taken_up_again_or_says_that_the_question_is_kept(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, down: Says
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    said = iter([Says({"waiting": "q-1"}, status=202), down, down, Says(ANSWER)])
    serve(lambda asked: next(said))
    assert ask("Who?").text == "Jon does."

    module = sys.modules["harness.kernel.ask"]  # the package has a function of that name
    monkeypatch.setattr(module, "LONGEST_SILENCE_S", -1.0)
    serve(lambda asked: Says({"waiting": "q-1"}, status=202) if asked.method == "POST" else down)
    with pytest.raises(AnswerKept) as caught:
        ask("Who?")
    assert str(caught.value) == words.ASK_KEPT


def test_a_question_that_is_gone_and_a_strange_name_are_not_waited_for(serve: Serve) -> None:
    waits, gone = Says({"waiting": "q-1"}, status=202), refuses(404, "not_found", "There is none.")
    serve(lambda asked: waits if asked.method == "POST" else gone)
    with pytest.raises(Refused, match="There is none"):
        ask("Who?")

    proctor = serve(lambda asked: Says({"waiting": "../submit"}, status=202))
    with pytest.raises(LineDown):
        ask("Who?")
    assert len(proctor.asked) == 1


@pytest.mark.parametrize("question", ["", "   \n", None, 7])
def test_no_question_is_not_sent(question: Any) -> None:
    with pytest.raises(Misuse, match="There is no question yet"):
        ask(question)


@pytest.mark.parametrize(
    "says", [Says({}), Says([]), Says({"text": 7}), Says(raw=b"<html>"), Says(raw=b"x", status=500)]
)
def test_a_question_that_did_not_get_through_is_told(serve: Serve, says: Says) -> None:
    serve(lambda asked: says)

    with pytest.raises(LineDown) as caught:
        ask("Who?")
    assert str(caught.value) == words.ASK_LOST


def test_without_a_line_trying_again_is_not_advised() -> None:
    with pytest.raises(NoLine, match="AUDITION_URL is not set"):
        ask("Who?")


def test_rows_that_are_none_are_left_out(serve: Serve) -> None:
    answer = {"answers": [1, None, {"topic": 3}], "nearest": "x", "text": "Yes."}
    serve(lambda asked: Says(answer))
    reply = ask("Who?")

    assert [(fact.topic, fact.answer) for fact in reply.facts] == [("3", "")]


def test_an_idea_is_noted_and_can_be_changed(serve: Serve, capsys: Output) -> None:
    proctor = serve(lambda asked: Says({"id": "h1", "at": "2026-01-01T00:00:00.000000Z"}))
    noted = hypothesis("Long mails fail more.")
    hypothesis("Long mails fail more.", "refuted", id=noted.id)

    assert (noted.id, noted.status) == ("h1", "open")
    assert proctor.asked[0].body == {"text": "Long mails fail more.", "status": "open"}
    assert proctor.asked[1].body == {
        "text": "Long mails fail more.",
        "status": "refuted",
        "id": "h1",
    }
    assert capsys.readouterr().out == "Noted as h1 (open).\nNoted as h1 (refuted).\n"


@pytest.mark.parametrize(("text", "status"), [("", "open"), (None, "open"), ("x", "maybe")])
def test_no_idea_or_no_status_is_not_sent(text: Any, status: str) -> None:
    with pytest.raises(Misuse):
        hypothesis(text, status)


def test_a_refused_idea_is_told_in_the_proctors_words(serve: Serve) -> None:
    serve(lambda asked: refuses(404, "no_hypothesis", "There is no h9."))

    with pytest.raises(Refused, match=r"There is no h9\."):
        hypothesis("x", id="h9")
