"""%%plan, in a real IPython shell that loaded the extension as a kernel does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from harness.kernel import words


@pytest.fixture(scope="module")
def shell() -> Iterator[Any]:
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.extension_manager.load_extension("harness.kernel.startup")
    yield shell
    InteractiveShell.clear_instance()


def run(shell: Any, source: str) -> Any:
    with capture_output() as captured:
        shell.run_cell(source)
    return captured


def test_a_plan_is_said_to_be_on_record_and_not_shown_a_second_time(shell: Any) -> None:
    captured = run(shell, "%%plan\n1. Read the *six*.\n2. Compare.\n")

    assert captured.outputs == []
    assert captured.stdout == words.PLAN_KEPT + "\n"


def test_words_on_the_first_line_are_part_of_it(shell: Any) -> None:
    assert run(shell, "%%plan first\n  \n").stdout == words.PLAN_KEPT + "\n"


def test_a_plan_is_never_run_whatever_stands_in_it(shell: Any) -> None:
    run(shell, "%%plan\nimport os; planned = 1\n!touch planned\n{planned} $HOME\n")

    assert "planned" not in shell.user_ns


def test_an_empty_plan_is_asked_for(shell: Any) -> None:
    captured = run(shell, "%%plan\n   \n\n")

    assert captured.stdout == words.PLAN_EMPTY + "\n"
    assert captured.outputs == []


def test_the_extension_puts_no_name_into_the_notebook(shell: Any) -> None:
    assert not {"plan", "llm", "ask", "check"} & set(shell.user_ns)
