"""Uncaught errors with one paragraph above them, installations answered at once, pictures in words.

A real kernel and real cells; the proctor is small and says what it is told to.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.kernel import words
from tests.kernel.fake_proctor import Asked, Says, fake_proctor
from tests.kernel.test_in_a_kernel import PRACTICE, Kernel

OUR_WORDS = "The purse of this exercise is empty, so this call was not made."
SET_UP = """
import openai
def ask(**more):
    import os
    client = openai.OpenAI(base_url=os.environ["AUDITION_URL"] + "/v1", api_key="x", max_retries=0)
    asked = [{"role": "user", "content": "hi"}]
    return client.chat.completions.create(**{"model": "sim-small", "messages": asked} | more)
"""
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def refuse(asked: Asked) -> Says:
    error = {
        "message": OUR_WORDS, "type": "insufficient_quota", "param": None,
        "code": "insufficient_quota",
    }  # fmt: skip
    return Says({"error": error}, status=429, headers={"x-should-retry": "false"})


@pytest.fixture(scope="module")
def kernel(candidate_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel of the candidate's environment."""
    folder = tmp_path_factory.mktemp("home") / "practice"
    shutil.copytree(PRACTICE, folder)
    with fake_proctor(refuse) as proctor:
        kernel = Kernel(folder, proctor, str(candidate_python))
        try:
            kernel.run(SET_UP)
            yield kernel
        finally:
            kernel.stop()


def told(kernel: Kernel, source: str) -> list[str]:
    """The traceback of a cell, without colours, an entry a line."""
    error = kernel.run(source).error
    assert error is not None
    return [_ANSI.sub("", line) for line in error]


def _flat(text: str) -> str:
    return " ".join(text.split())


def test_our_words_stand_alone_above_the_traceback_and_libraries_are_folded(kernel: Kernel) -> None:
    lines = told(kernel, "ask()")
    whole = "\n".join(lines)

    assert _flat(lines[0]) == OUR_WORDS
    assert "RateLimitError" in whole and "ask()" in whole
    assert "site-packages/openai" not in whole
    assert lines[-1].endswith("steps inside libraries are folded here; %tb shows them.)")


def test_the_whole_traceback_is_one_word_away(kernel: Kernel) -> None:
    told(kernel, "ask()")
    lines = told(kernel, "%tb")

    assert _flat(lines[0]) == OUR_WORDS
    assert "site-packages/openai" in "\n".join(lines)


def test_errors_of_ones_own_are_as_they_always_were(kernel: Kernel) -> None:
    lines = told(kernel, "{}['a']")

    assert lines[0].startswith("-----") and lines[-1] == "KeyError: 'a'"


def test_an_error_whose_text_cannot_be_had_is_still_shown(kernel: Kernel) -> None:
    kernel.run(
        "class Odd(openai.APIStatusError):\n"
        "    def __init__(self): pass\n"
        "    body = property(lambda self: 1 / 0)\n"
        "    def __str__(self): return 'odd'"
    )

    assert told(kernel, "raise Odd()")[-1] == "Odd: odd"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("raise ConnectionError() from OSError(101, 'Network is unreachable')", words.NO_NETWORK),
        ("import socket\nraise socket.gaierror(-2, 'Name or service not known')", words.NO_NETWORK),
        ("raise openai.APITimeoutError(request=None)", words.BY_STATUS[504]),
        ("raise openai.APIConnectionError(request=None)", words.LINE_DOWN),
    ],
)
def test_no_network_and_no_answer_are_told_in_our_words(
    kernel: Kernel, source: str, said: str
) -> None:
    assert _flat(told(kernel, source)[0]) == said


def test_a_package_that_is_not_there_is_named_with_those_that_are(kernel: Kernel) -> None:
    first = _flat(told(kernel, "import seaborn_of_nobody.plots")[0])

    assert first.startswith("There is no package seaborn_of_nobody here")
    assert "pandas" in first and "under Packages" in first


def test_a_part_missing_from_a_package_that_is_there_is_pythons_own_to_tell(kernel: Kernel) -> None:
    assert told(kernel, "import json.nothing")[0].startswith("-----")


@pytest.mark.parametrize(
    "source",
    ["!pip install nothing-of-ours", "%pip install -q nothing-of-ours",
     "!python3 -m pip install --upgrade nothing-of-ours", "!uv pip install nothing-of-ours",
     "%conda install nothing-of-ours"],
)  # fmt: skip
def test_an_installation_is_answered_at_once_in_one_paragraph(kernel: Kernel, source: str) -> None:
    printed = kernel.run(source).printed

    assert printed.startswith("Nothing was installed: cells have no internet")
    assert _flat(printed).endswith("and %pip list prints it.")
    assert max(map(len, printed.split("\n"))) <= 88


def test_what_is_here_already_is_named_with_its_version(kernel: Kernel) -> None:
    assert re.fullmatch(
        r"Installed already: pandas \d\S+, numpy \d\S+\. Import it and go on\.\n",
        kernel.run("%pip install -U pandas 'numpy>=2'").printed,
    )


def test_other_commands_and_pips_own_list_run_as_ever(kernel: Kernel) -> None:
    assert kernel.run("!echo pip install is a phrase").printed.split() == [
        "pip", "install", "is", "a", "phrase",
    ]  # fmt: skip
    assert "pandas" in kernel.run("%pip list").printed


def test_a_plot_is_a_picture_of_a_readable_size_with_a_text_form(kernel: Kernel) -> None:
    ran = kernel.run(
        "import pandas as pd\n"
        "pd.DataFrame({'loss': [3, 2], 'kept': [1, 2]}).plot(title='By epoch', xlabel='epoch');"
    )
    (shown,) = ran.shown

    assert ran.printed == ""
    assert shown["image/png"]
    assert shown["text/plain"].startswith("Picture with 1 plot. “By epoch”: epoch from ")
    assert "2 lines (loss, kept)" in shown["text/plain"]
    size = kernel.run("import matplotlib\nmatplotlib.rcParams['figure.figsize']")
    assert size.shown[0]["text/plain"] == "[7.2, 4.2]"


def test_history_help_and_tokens_work(kernel: Kernel) -> None:
    kernel.run("marker_of_this_test = 1")

    assert "marker_of_this_test" in kernel.run("%history").printed
    counted = kernel.run("import tiktoken\nlen(tiktoken.get_encoding('cl100k_base').encode('a b'))")
    assert counted.shown[0]["text/plain"] == "2"
    assert "marker_of_this_test" in kernel.completions("marker_of")


def test_settings_of_ones_own_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from harness.kernel.pictures import _lay

    (tmp_path / "matplotlibrc").write_text("figure.dpi: 50\n")
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    _lay()

    assert (tmp_path / "matplotlibrc").read_text() == "figure.dpi: 50\n"
