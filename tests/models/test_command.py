"""`audition model explain` and `chat` as a person or a script types them."""

from __future__ import annotations

import json

from click.testing import CliRunner

from harness.models.command import model

KEYS = {"task", "kinds", "data_spans", "labels", "faults", "stance", "shift"}


def test_explain_prints_one_object_a_line() -> None:
    prompt = "cat or dog? Text: It barks."
    lines = [
        {"prompt": prompt},
        {"messages": [{"role": "system", "content": "cat or dog?"},
                      {"role": "user", "content": "It barks."}]},
    ]  # fmt: skip
    given = "\n".join(json.dumps(line) for line in lines) + "\n\n"
    result = CliRunner().invoke(model, ["explain", "--json"], input=given)
    found = [json.loads(line) for line in result.stdout.splitlines()]

    assert result.exit_code == 0
    assert [set(one) for one in found] == [KEYS, KEYS]
    assert [one["task"] for one in found] == ["classify", "classify"]
    assert [prompt[a:b] for a, b in found[0]["data_spans"]] == ["It barks."]
    assert found[1]["data_spans"] == [[1, 0, 9]]
    assert set(found[0]["stance"]) == {
        "admit_absence",
        "stay_inside",
        "always_answer",
        "go_outside",
    }


def test_explain_answers_every_line_even_the_bad_ones() -> None:
    given = b'nope\n{"x": 1}\n{"prompt": 5}\n{"prompt": "hello"}\n'
    result = CliRunner().invoke(model, ["explain", "--json"], input=given)
    found = [json.loads(line) for line in result.stdout.splitlines()]

    assert result.exit_code == 1
    assert [("error" in one) for one in found] == [True, True, True, False]


def test_chat_answers_each_message_and_leaves_at_the_end() -> None:
    result = CliRunner().invoke(model, ["chat", "--tier", "small"], input="hello\n\nthanks\n")

    assert result.exit_code == 0
    assert "simulated" in result.output
    assert result.output.count(" tokens; ") == 2


def test_a_plain_prompt_is_explained_in_lines_a_person_reads() -> None:
    given = "Label the message: billing or shipping.\n\nMessage: My parcel never came.\n"
    result = CliRunner().invoke(model, ["explain", "--text"], input=given)
    lines = dict(line.split(maxsplit=1) for line in result.stdout.splitlines() if line.strip())

    assert result.exit_code == 0
    assert lines["task"] == "classify"
    assert lines["labels"] == "billing, shipping"
    assert lines["data"].endswith("My parcel never came.")


def test_explain_tells_how_far_the_data_is_from_plain_english_and_why() -> None:
    head = "Label the message: billing or shipping.\n\nMessage: "
    plain, far = "My parcel never came.", "Mein Paket ist nicht angekommen und die Rechnung fehlt."
    told = {
        text: dict(
            line.split(maxsplit=1)
            for line in CliRunner()
            .invoke(model, ["explain", "--text"], input=head + text)
            .stdout.splitlines()
            if line.strip()
        )["shift"]
        for text in (plain, far)
    }

    assert told[plain] == "none: plain English, or no data"
    assert "another language" in told[far] and float(told[far].split()[0]) > 0.5


def test_a_line_that_is_no_json_points_to_the_plain_form() -> None:
    result = CliRunner().invoke(model, ["explain"], input="Summarise this.\n")

    assert result.exit_code == 1
    assert "--text" in result.stdout


def test_chat_gives_one_object_a_reply_and_takes_a_system_message() -> None:
    asked = ["chat", "--tier", "large", "--json", "--temperature", "0"]
    system = ["--system", "Label the message: billing or shipping. Label only."]
    result = CliRunner().invoke(model, [*asked, *system], input="My parcel never came.\n")
    found = json.loads(result.stdout.splitlines()[-1])

    assert result.exit_code == 0
    assert found["reply"] == "shipping"
    assert found["usage"]["prompt_tokens"] > 0


def test_chat_says_in_json_why_it_refused() -> None:
    result = CliRunner().invoke(
        model, ["chat", "--tier", "small", "--json"], input="word " * 9_000 + "\n"
    )

    assert json.loads(result.stdout.splitlines()[-1])["error"]["code"] == "context_length_exceeded"
