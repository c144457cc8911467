"""Settings come from one place and a misspelling is an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import SettingsError
from harness.core.settings import describe, load_settings


def test_without_a_file_or_variables_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings(folder=tmp_path, environ={})

    assert settings.home == tmp_path / ".audition"
    assert settings.sandbox.trust_code is False


def test_a_variable_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "audition.toml").write_text("[sandbox]\nprocesses = 64\n")
    settings = load_settings(folder=tmp_path, environ={"AUDITION_SANDBOX__PROCESSES": "32"})

    assert settings.sandbox.processes == 32


@pytest.mark.parametrize(
    ("text", "environ", "named"),
    [
        ("colour = 'red'", {}, "colour"),
        ("[sandbox]\nmemory_bytes = 5", {}, "sandbox.memory_bytes"),
        ("home = [", {}, "not TOML"),
        ("", {"AUDITION_HOEM": "x"}, "hoem"),
        ("", {"AUDITION_SANDBOX__PROCESSES": "many"}, "sandbox.processes"),
        ("home = 'x'", {"AUDITION_HOME__DEEP": "x"}, "single value"),
    ],
)
def test_what_cannot_be_used_is_named(
    tmp_path: Path, text: str, environ: dict[str, str], named: str
) -> None:
    (tmp_path / "audition.toml").write_text(text)

    with pytest.raises(SettingsError, match=named):
        load_settings(folder=tmp_path, environ=environ)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "audition.toml").write_bytes(b"\xff\xfe\0")

    with pytest.raises(SettingsError, match="not TOML"):
        load_settings(folder=tmp_path, environ={})


def test_every_setting_says_what_it_is() -> None:
    rows = describe()

    assert len(rows) > 12
    assert all(meaning for _, _, meaning in rows)


def test_the_settings_page_is_what_the_code_says() -> None:
    from scripts.settings_table import settings_table
    from tests.conftest import ROOT

    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == settings_table()
