"""The operator's commands for rounds, against a proctor that is a process of its own."""

from __future__ import annotations

import csv
import io
import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from harness.cli.live import live
from harness.cli.proctor_client import ProctorClient
from harness.cli.rounds import invite, read_names, round_, sittings
from harness.core.errors import ProctorAway, SessionRefused, UsageError
from tests.proctor.builders import FAKE, photographs

LAUNCH = FAKE.with_name("launch.py")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("rounds")
    root = photographs(folder / "photographs")
    argv = [sys.executable, str(LAUNCH), str(folder / "home"), str(root)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "address" in json.loads(process.stdout.readline())
        yield folder / "home"
        process.terminate()
        process.wait(20)


@pytest.fixture(autouse=True)
def _here(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITION_HOME", str(home))


def run(command: Any, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments])


def links(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_round_is_made_and_shown() -> None:
    made = run(round_, "new", "first", "--exercise", "practice", "--days", 3)
    shown = run(round_, "show")

    assert made.output.startswith("round first: practice ") and "3 days" in made.output
    assert "first" in shown.output
    assert json.loads(run(round_, "show", "--json").output)["rounds"][0]["days"] == 3
    assert isinstance(run(round_, "new", "first", "--exercise", "practice").exception,
                      SessionRefused)  # fmt: skip


def test_one_link_is_printed_once_and_listed_without_its_secret() -> None:
    run(round_, "new", "one", "--exercise", "practice")
    (row,) = links(run(invite, "--round", "one", "--candidate", "Ada Example").output)
    shown = run(round_, "show", "one")
    ended = run(invite, "--revoke", row["invite"])

    assert row["candidate"] == "Ada Example"
    assert row["link"].startswith("http://127.0.0.1:8000/hub/start#")
    assert row["invite"] in shown.output and "open" in shown.output
    assert row["link"].partition("#")[2] not in shown.output
    assert "Ada" not in shown.output
    assert "opens nothing any more" in ended.output
    assert "revoked" in run(round_, "show", "one").output


def test_many_are_invited_from_a_file_into_a_file_that_only_we_may_read(tmp_path: Path) -> None:
    run(round_, "new", "many", "--exercise", "practice")
    given, out = tmp_path / "in.csv", tmp_path / "out.csv"
    given.write_bytes("\ufeffcandidate,mail\nZoë Ünder,z@x\n Bob ,b@x\n".encode())

    done = run(invite, "--round", "many", "--csv", given, "--out", out)
    again = run(invite, "--round", "many", "--csv", given, "--out", out)

    rows = links(out.read_text(encoding="utf-8"))
    assert done.output.strip() == str(out)
    assert [row["candidate"] for row in rows] == ["Zoë Ünder", "Bob"]
    assert len({row["link"] for row in rows}) == 2
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert isinstance(again.exception, UsageError)


def test_links_that_cannot_be_written_are_printed_instead_of_lost(tmp_path: Path) -> None:
    run(round_, "new", "lost", "--exercise", "practice")
    done = run(invite, "--round", "lost", "--candidate", "A", "--out", tmp_path / "no" / "x.csv")

    assert isinstance(done.exception, UsageError)
    assert links(done.stdout)[0]["candidate"] == "A"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "head line"), (b"candidate\n", "head line"), (b"name\nAda\n", "head line"),
        (b"candidate\nAda\n\xff\n", "not CSV in UTF-8"), (b"candidate,x\n,1\n", "row 2"),
        (b"candidate\nAda\n  \n", "row 3"), (b"candidate\n" + b"a\n" * 2_000_000, "2 MiB"),
        (b"candidate\n" + b'"' + b"a" * 200_000, "not CSV"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_in_words(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(data)

    with pytest.raises(UsageError, match=why):
        read_names(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_names(tmp_path / "gone.csv")


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["--round", "one"], ["--candidate", "A"], ["--revoke", "inv-1", "--round", "one"],
        ["--round", "one", "--candidate", "A", "--csv", "x.csv"],
    ],
)  # fmt: skip
def test_flags_that_do_not_fit_are_refused(arguments: list[str]) -> None:
    assert isinstance(run(invite, *arguments).exception, UsageError)


@pytest.mark.parametrize("name", ["nowhere", "../sessions", "a/b", "ü", " "])
def test_a_round_that_is_none_is_refused(name: str) -> None:
    assert isinstance(run(round_, "show", name).exception, SessionRefused)
    done = run(invite, "--round", name, "--candidate", "A")
    assert isinstance(done.exception, SessionRefused)


def test_sittings_are_listed_or_said_to_be_none() -> None:
    assert run(sittings).output == "Nobody has begun yet.\n"
    assert json.loads(run(sittings, "--json").output) == {"sittings": []}


def test_without_a_proctor_the_next_step_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITION_HOME", str(tmp_path))
    done = run(sittings)

    assert isinstance(done.exception, ProctorAway)
    assert "audition proctor" in str(done.exception)


def test_a_proctor_that_ended_leaves_no_address(home: Path, tmp_path: Path) -> None:
    argv = [sys.executable, str(LAUNCH), str(tmp_path / "h"), str(home)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        word = json.loads(process.stdout.readline())
        held = (tmp_path / "h/proctor/address").read_text().strip()
        process.terminate()
        process.wait(20)

    assert held == word["address"]
    assert not (tmp_path / "h/proctor/address").exists()


def test_extra_time_is_said_with_the_link_and_shown_nowhere() -> None:
    run(round_, "new", "longer", "--exercise", "practice")
    made = run(invite, "--round", "longer", "--candidate", "Extra Ada", "--extra-time", "1.25")
    off = run(invite, "--round", "longer", "--candidate", "Bob", "--extra-time", "a lot")

    assert made.exit_code == 0 and "1.25" not in made.output
    assert "1.25" not in run(round_, "show", "longer", "--json").output
    assert isinstance(off.exception, SessionRefused) and "extra_time" in str(off.exception)


def test_what_a_round_may_spend_is_set_shown_and_released() -> None:
    run(round_, "new", "capped", "--exercise", "practice", "--usd", "40", "--calls", 900)
    before = run(round_, "show", "capped").output
    changed = run(round_, "set", "capped", "--usd", "60.5", "--calls", "none",
                  "--calls-per-minute", 30, "--pause-minutes", 5)  # fmt: skip
    released = run(round_, "release", "capped").output
    card = json.loads(run(round_, "show", "capped", "--json").output)["card"]

    assert "usd: $0 of $40, $0 set aside" in before and "calls: 0 of 900" in before
    assert "10 minutes of pause" in before and "tokens: 0 no limit" in before
    assert changed.exit_code == 0 and "usd: $0 of $60.5" in changed.output
    assert "set 20" in changed.output and "calls none" in changed.output
    assert "5 minutes of pause" in released and "a minute: 30 calls" in released
    assert "never settled" not in released  # nothing was
    assert card["round"]["cap"] == {
        "usd": "60.5", "tokens": None, "calls": None, "calls_per_minute": 30,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["set", "capless"], UsageError), (["set", "capless", "--usd", "much"], UsageError),
        (["set", "capless", "--calls", "1.5"], UsageError),
        (["set", "capless", "--usd", "-3"], SessionRefused),
        (["set", "capless", "--usd", "nan"], SessionRefused),
        (["set", "nowhere", "--usd", "3"], SessionRefused),
        (["release", "nowhere"], SessionRefused), (["release", "../sessions"], SessionRefused),
        (["new", "bad", "--exercise", "practice", "--usd", "0"], SessionRefused),
        (["new", "bad", "--exercise", "practice", "--tokens", ""], UsageError),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_said_and_leaves_the_round_as_it_was(
    arguments: list[str], error: type[Exception]
) -> None:
    run(round_, "new", "capless", "--exercise", "practice")
    done = run(round_, *arguments)
    card = json.loads(run(round_, "show", "capless", "--json").output)["card"]

    assert isinstance(done.exception, error)
    assert set(card["round"]["cap"].values()) == {None} and card["changes"] == []


def test_a_sitting_is_extended_by_its_id(home: Path) -> None:
    run(round_, "new", "long", "--exercise", "practice", "--minutes", 30)
    (link,) = links(run(invite, "--round", "long", "--candidate", "Eve Example").output)
    address = (home / "proctor" / "address").read_text(encoding="ascii").strip()
    client = ProctorClient.of_home(address, home)
    sitting = client.post("/sittings", {"secret": link["link"].partition("#")[2]})["sitting"]
    card = client.post(f"/sittings/{sitting}/session", {})
    early = run(sittings, "--extend", sitting, "--minutes", 10)
    kernel = ProctorClient(address, card["kernel_token"])
    body = {"model": "sim-small", "messages": [{"role": "user", "content": "hi"}]}
    kernel.post("/v1/chat/completions", body)
    done = run(sittings, "--extend", sitting, "--minutes", 10)

    assert isinstance(early.exception, SessionRefused)
    assert done.output == f"{sitting}: one exercise ends 10 minutes later\n"
    assert isinstance(run(sittings, "--extend", sitting).exception, UsageError)
    assert isinstance(run(sittings, "--minutes", 5).exception, UsageError)
    unknown = run(sittings, "--extend", "sit-0", "--minutes", 5)
    assert isinstance(unknown.exception, SessionRefused)


def test_a_live_round_says_so_and_a_link_for_an_interviewer_is_printed_and_ended() -> None:
    made = run(round_, "new", "spoken", "--exercise", "practice", "--live")
    link = run(live).output.strip()
    ended = run(live, "--end")

    assert "questions to a person" in made.output
    assert any("spoken" in row and "live" in row for row in run(round_, "show").output.splitlines())
    address, _, secret = link.partition("/live#")
    assert address.startswith("http://127.0.0.1:") and len(secret) > 40
    assert ended.output.startswith("1 ended")
