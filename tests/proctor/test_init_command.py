"""A provider's model is put behind an alias by asking, one test call, and nothing by halves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.settings import load_settings
from tests.proctor.upstream import SECRET, Upstream, upstream_in_a_thread


@pytest.fixture
def there() -> Iterator[Upstream]:
    """A provider in a thread of its own."""
    with upstream_in_a_thread() as one:
        yield one


def init(folder: Path, url: str, *more: str, key: str = SECRET) -> subprocess.CompletedProcess[str]:
    argv = [
        sys.executable, "-m", "harness.cli", "init", "--alias", "house", "--url", url,
        "--model", "their-name", "--window", "8000", "--usd-in", "0.15", "--usd-out", "0.6",
        "--key-stdin", *more,
    ]  # fmt: skip
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(
        argv, cwd=folder, env=environment, input=key + "\n", capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


def test_it_tests_writes_and_keeps_the_key_in_one_place(tmp_path: Path, there: Upstream) -> None:
    (tmp_path / "audition.toml").write_text("[lab]\nport = 9999  # mine\n")
    done = init(tmp_path, there.url, "--exercise", "eval-design")
    settings = load_settings(folder=tmp_path, environ={})
    model = settings.models["house"]

    assert done.returncode == 0, done.stderr
    assert "7 tokens in, 3 out, $0.00000285" in done.stderr
    assert len(there.asked) == 1 and there.asked[0][2]["max_tokens"] == 16
    assert settings.lab.port == 9999 and "# mine" in (tmp_path / "audition.toml").read_text()
    assert (model.url, model.exercises) == (there.url, ("eval-design",))
    assert model.key_file is not None and model.key_file.read_text().strip() == SECRET
    assert model.key_file.stat().st_mode & 0o777 == 0o600
    assert SECRET not in done.stdout + done.stderr + (tmp_path / "audition.toml").read_text()


def test_a_test_call_that_fails_writes_nothing(tmp_path: Path, there: Upstream) -> None:
    there.status, there.body = 401, {"error": {"message": f"bad {SECRET}"}}
    done = init(tmp_path, there.url)

    assert done.returncode == 3 and "with status 401" in done.stderr
    assert "Traceback" not in done.stderr and SECRET not in done.stdout + done.stderr
    assert not (tmp_path / "audition.toml").exists()
    assert not list(tmp_path.glob("**/*.key"))


def test_an_alias_that_is_there_is_not_written_twice(tmp_path: Path, there: Upstream) -> None:
    first = init(tmp_path, there.url)
    before = (tmp_path / "audition.toml").read_text()
    second = init(tmp_path, there.url)

    assert (first.returncode, second.returncode) == (0, 2)
    assert "has a model house already" in second.stderr
    assert (tmp_path / "audition.toml").read_text() == before


@pytest.mark.parametrize(
    ("more", "told"),
    [(("--url", "ftp://x"), "models.house.url"), (("--usd-in", "free"), "usd_in_per_million"),
     (("--usd-out", "-1"), "usd_out_per_million"), (("--alias", "sim-small"), "sim-"),
     (("--alias", "../x"), "models"), (("--window", "1"), "window"),
     (("--exercise", "No Slug"), "exercises")],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_anything_is_asked_or_written(
    tmp_path: Path, there: Upstream, more: tuple[str, str], told: str
) -> None:
    done = init(tmp_path, there.url, *more)

    assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr
    assert not there.asked and list(tmp_path.iterdir()) == []


def test_an_empty_key_is_refused(tmp_path: Path, there: Upstream) -> None:
    done = init(tmp_path, there.url, key="")

    assert done.returncode == 2 and "--no-key" in done.stderr and not there.asked


def test_a_provider_without_a_key_and_without_a_test(tmp_path: Path) -> None:
    done = init(tmp_path, "http://127.0.0.1:9/v1", "--no-key", "--no-test")
    model = load_settings(folder=tmp_path, environ={}).models["house"]

    assert done.returncode == 0, done.stderr
    assert model.key_file is None


def test_a_file_that_is_no_toml_is_left_as_it_is(tmp_path: Path, there: Upstream) -> None:
    (tmp_path / "audition.toml").write_text("this is = not = toml")
    done = init(tmp_path, there.url)

    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert (tmp_path / "audition.toml").read_text() == "this is = not = toml"


def embedded(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "harness.cli", "init", "--alias", "house", "--embedded", *more]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(
        argv, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_tier_with_an_exercises_faults_answers_once_and_is_written(tmp_path: Path) -> None:
    done = embedded(tmp_path, "--model", "sim-large", "--profile", "eval-design",
                    "--exercise", "practice")  # fmt: skip
    (model,) = load_settings(folder=tmp_path, environ={}).embedded_models.values()

    assert done.returncode == 0, done.stderr
    assert "house answered: " in done.stderr and "by your prices" in done.stderr
    assert (model.model, model.profile, model.exercises) == (
        "sim-large", "eval-design", ("practice",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "told"),
    [(("--model", "sim-huge"), "models.house.model"),
     (("--model", "sim-small", "--profile", "nowhere"), "models.house.profile"),
     (("--model", "sim-small", "--usd-in", "1"), "both prices"),
     (("--model", "sim-small", "--url", "http://127.0.0.1:1/v1"), "--embedded takes"),
     (("--model", "sim-small", "--litellm"), "--embedded takes")],
)  # fmt: skip
def test_a_tier_that_cannot_be_is_refused_and_nothing_written(
    tmp_path: Path, more: tuple[str, ...], told: str
) -> None:
    done = embedded(tmp_path, *more)

    assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "audition.toml").exists()


def test_a_profile_without_the_embedded_model_is_refused(tmp_path: Path, there: Upstream) -> None:
    done = init(tmp_path, there.url, "--profile", "eval-design")

    assert done.returncode == 2 and "--profile is for --embedded" in done.stderr
    assert not there.asked and list(tmp_path.iterdir()) == []
