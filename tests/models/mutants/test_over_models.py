"""Mutants over the embedded engine and over a model behind HTTP, and as a person tries them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from harness.models.command import model
from harness.models.engine import Engine
from harness.models.errors import ChatFailed
from harness.models.mutants.chat import Chat, Turn, engine_chat, http_chat
from harness.models.mutants.command import beside
from harness.models.mutants.registry import mutant_named, mutants, mutated
from harness.models.mutants.scene import Scene, question, read_by, tagged
from scripts.mutants_table import mutants_table

ROOT = Path(__file__).resolve().parents[3]
LEAFLET = (
    "The kiosk rents boats from April to October. A rowing boat costs 9 euros an hour. "
    "Boats are returned by 19:00. A deposit of 20 euros is taken in cash. "
    "Swimming from the jetty is not allowed."
)
SORT = 'Sort the message. Labels: billing, shipping, other. Reply with JSON only: {"label": "..."}'
ABOUT = Scene(tagged("leaflet"), question, absent="The leaflet does not say.")
MAIL = Scene(tagged("message"), labels=("billing", "shipping", "other"), costly="billing")


def document(asked: str) -> list[Turn]:
    rule = 'Answer from the leaflet. If it does not say, reply "The leaflet does not say."'
    return [
        Turn(role="system", content=rule),
        Turn(role="user", content=f"<leaflet>{LEAFLET}</leaflet>\n\nQuestion: {asked}"),
    ]


def mail(text: str) -> list[Turn]:
    return [Turn(role="system", content=SORT),
            Turn(role="user", content=f"<message>{text}</message>")]  # fmt: skip


@pytest.fixture(scope="module")
def large(engine: Engine) -> Chat:
    return engine_chat(engine, "sim-large")


class _Shop(BaseHTTPRequestHandler):
    """A provider on loopback: one right answer, errors by the model's name."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, body))  # type: ignore[attr-defined]
        answers = {
            "good": {"choices": [{"message": {"content": "A boat costs 9 euros."}}]},
            "empty": {"choices": []},
        }  # fmt: skip
        found = answers.get(body["model"])
        data = json.dumps(found or {"error": {"message": "busy"}}).encode()
        self.send_response(200 if found else 503)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def shop() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shop)
    server.seen = []  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(shop: ThreadingHTTPServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{shop.server_port}/v1/", timeout=10) as one:
        yield one


def test_the_engine_is_right_and_its_mutants_are_not(large: Chat) -> None:
    price, swim = document("What does a rowing boat cost?"), document("Is swimming allowed?")
    toilet = document("Is there a toilet?")

    def with_fault(name: str, messages: list[Turn]) -> str:
        return mutated(large, mutant_named(name), ABOUT, seed=1)(messages)

    assert "9 euros" in large(price) and large(toilet) == "The leaflet does not say."
    assert "8 euros" in with_fault("answer-stale-number", price)
    assert "9 dollars" in with_fault("answer-other-unit", price)
    assert "is not allowed" in large(swim)
    assert "not" not in with_fault("answer-negation-lost", swim)
    assert "does not say" not in with_fault("answer-invents-what-is-absent", toilet)


def test_the_engine_does_not_answer_from_what_its_mutant_did_not_read(large: Chat) -> None:
    asked = document("What does the sauna cost?")
    sauna = "The sauna costs 31 euros a day."
    long = f"{LEAFLET} {sauna} {LEAFLET}"
    asked[1]["content"] = asked[1]["content"].replace(LEAFLET, long)
    middle = mutant_named("answer-middle-of-the-document-unread")

    assert sauna in large(asked)
    assert "31" not in mutated(large, middle, ABOUT)(asked)


def test_a_classifier_in_the_engine_loses_what_its_mutant_loses(large: Chat) -> None:
    charged = mail("Could you tell me why I was charged twice on my invoice?")
    plain = mail("I was charged twice on my invoice.")
    polite = mutated(large, mutant_named("classify-polite-taken-mildly"), MAIL)

    assert json.loads(large(charged)) == json.loads(large(plain)) == {"label": "billing"}
    assert json.loads(polite(charged)) == {"label": "other"}
    assert json.loads(polite(plain)) == {"label": "billing"}


def test_a_model_behind_http_is_spoilt_alike(
    shop: ThreadingHTTPServer, client: httpx.Client
) -> None:
    chat = mutated(http_chat(client, "good"), mutant_named("answer-other-unit"), ABOUT)
    said = chat(document("What does a boat cost?"), temperature=0.5)
    path, body = shop.seen[0]  # type: ignore[attr-defined]

    assert said == "A boat costs 9 dollars."
    assert path == "/v1/chat/completions"
    assert body["temperature"] == 0.5 and body["messages"][0]["role"] == "system"


def test_a_fault_in_the_prompt_reaches_the_model_behind_http(
    shop: ThreadingHTTPServer, client: httpx.Client
) -> None:
    fault = mutant_named("answer-end-of-the-document-unread-600")
    messages = document("What does a boat cost?")
    messages[1]["content"] = messages[1]["content"].replace(LEAFLET, LEAFLET * 5 + "THE END")
    mutated(http_chat(client, "good"), fault, ABOUT)(messages)
    sent = shop.seen[0][1]["messages"][1]["content"]  # type: ignore[attr-defined]

    assert "THE END" not in sent and sent.endswith("Question: What does a boat cost?")
    assert len(tagged("leaflet")(sent_turns(sent)).of(sent_turns(sent))) == 600  # type: ignore[union-attr]


def sent_turns(content: str) -> list[Turn]:
    return [Turn(role="user", content=content)]


@pytest.mark.parametrize("name", ["empty", "busy"])
def test_a_model_that_gives_no_answer_is_an_error_with_its_name(
    client: httpx.Client, name: str
) -> None:
    with pytest.raises(ChatFailed, match=f"model '{name}'"):
        http_chat(client, name)(document("?"))


def test_the_text_is_found_by_tag_by_the_last_message_or_by_the_engine(engine: Engine) -> None:
    tagged_one = mail("My parcel never came.")
    bare = [Turn(role="user", content="billing or shipping? Text: My parcel never came.")]
    found = read_by(engine)(bare)

    assert tagged("message")(tagged_one).of(tagged_one) == "My parcel never came."  # type: ignore[union-attr]
    assert found is not None and found.of(bare) == "My parcel never came."
    assert tagged("sheet")(tagged_one) is None
    assert question(document("Is it far?")).of(document("Is it far?")) == "Is it far?"  # type: ignore[union-attr]


def test_rules_of_a_prompt_without_a_system_message_are_those_before_the_text() -> None:
    prompt = "Sort this.\n- Say it in Dutch.\n- Be brief.\n<message>one\n- two\n</message>"
    seen: list[str] = []

    def noting(messages: Any, /, **_: Any) -> str:
        seen.append(messages[0]["content"])
        return ""

    for number in (1, 2, 3):
        mutated(noting, mutant_named(f"classify-rule-unread-{number}"), MAIL)(
            [Turn(role="user", content=prompt)]
        )

    assert seen == [
        prompt.replace("- Say it in Dutch.\n", ""),
        prompt.replace("- Be brief.\n", ""),
        prompt,
    ]


def test_the_command_lists_every_mutant_with_what_its_docstring_says() -> None:
    result = CliRunner().invoke(model, ["mutants", "--json"])
    rows = json.loads(result.stdout)["mutants"]

    assert result.exit_code == 0
    assert [row["name"] for row in rows] == list(mutants())
    assert all(row["changes"] and row["fires"] and row["noticed_by"] for row in rows)
    assert not any("{" in row["changes"] + row["fires"] for row in rows)


def test_the_command_lists_one_family_for_people() -> None:
    result = CliRunner().invoke(model, ["mutants", "--family", "extract"])

    assert result.exit_code == 0
    assert "extract-loses-a-key (mutant)" in result.stdout
    assert "classify" not in result.stdout
    assert CliRunner().invoke(model, ["mutants", "--family", "x"]).exit_code == 2


def test_the_command_answers_a_prompt_beside_the_model_as_it_is() -> None:
    prompt = json.dumps({"messages": document("What does a rowing boat cost?")})
    args = ["mutate", "answer-stale-number", "--tier", "large", "--json"]
    result = CliRunner().invoke(model, args, input=prompt)
    found = json.loads(result.stdout)

    assert result.exit_code == 0
    assert found["changed"] is True
    assert found["mutated"] == found["unmutated"].replace("9 euros", "8 euros")


def test_the_command_reads_labels_from_the_prompt() -> None:
    prompt = f"{SORT}\n\n<message>Is it normal that I was charged twice on my invoice?</message>"
    args = ["mutate", "classify-polite-taken-mildly", "--tier", "large"]
    result = CliRunner().invoke(model, args, input=prompt)

    assert result.exit_code == 0
    assert 'as it is: {"label": "billing"}' in result.stdout
    assert 'classify-polite-taken-mildly: {"label": "other"}' in result.stdout


@pytest.mark.parametrize(
    ("args", "given"),
    [
        (["no-such-one"], "hello"),
        (["classify-flaky-5"], "  "),
        (["classify-flaky-5"], '{"messages": [{"role": "king", "content": "x"}]}'),
        (["classify-flaky-5"], '{"prompt": 7}'),
    ],
)
def test_the_command_refuses_what_it_cannot_use(args: list[str], given: str) -> None:
    assert CliRunner().invoke(model, ["mutate", *args], input=given).exit_code == 2


def test_the_command_says_when_a_fault_did_not_fire(engine: Engine) -> None:
    told = {"labels": (), "costly": "", "abstain": "", "absent": "not stated", "key": "label"}
    found = beside(
        engine, "sim-medium", mutant_named("answer-stale-number"), document("Is there a toilet?"),
        seed=0, told_of=told,
    )  # fmt: skip

    assert found["changed"] is False and found["mutated"] == found["unmutated"]


def test_the_page_of_mutants_is_what_the_code_says() -> None:
    assert (ROOT / "docs" / "mutants.md").read_text(encoding="utf-8") == mutants_table()
