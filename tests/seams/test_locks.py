"""The locks pin and hash everything, name no host, and environment.yml says the same."""

from __future__ import annotations

import re

import pytest

from scripts.environment_yml import environment_yml
from tests.conftest import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pin_of_a_lock_has_a_hash_and_no_line_names_a_host(lock: object) -> None:
    text = lock.read_text()  # type: ignore[attr-defined]
    pins = re.findall(r"^\S+==\S+", text, re.MULTILINE)
    entries = re.split(r"^(?=\S+==)", text, flags=re.MULTILINE)[1:]

    assert pins
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "--find-links" not in text and "index-url" not in text


def test_environment_yml_is_the_candidates_lock() -> None:
    lock = (ROOT / "requirements/candidate.lock").read_text()

    assert (ROOT / "environment.yml").read_text() == environment_yml(lock)


def test_both_sides_speak_the_same_jupyter_and_openai() -> None:
    pins = {}
    for name in ("candidate", "trusted"):
        text = (ROOT / f"requirements/{name}.lock").read_text()
        pins[name] = dict(re.findall(r"^([a-z0-9_\-]+)==(\S+)", text, re.MULTILINE))

    for package in ("jupyter-client", "openai", "litellm", "nbformat", "pydantic", "ipykernel"):
        assert pins["candidate"][package] == pins["trusted"][package], package
