"""The practice as a candidate would run it: a real kernel, real cells, a small real proctor."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from tests.kernel.fake_proctor import Asked, FakeProctor, Says, fake_proctor
from tests.kernel.test_submit import receipt

ROOT = Path(__file__).resolve().parents[2]
PRACTICE = ROOT / "notebooks/practice"
PART_TWO = ROOT / "harness/proctor/photographs/practice/part-2.json"
IMPORT = "from harness.kernel import llm, ask, hypothesis, check, budget, submit"
SORTER = (
    "from harness.kernel import llm\n"
    "def classify(text):\n"
    "    return llm(text, model='sim-small').strip()\n"
)


def answer(asked: Asked) -> Says:
    if asked.path == "/v1/chat/completions":
        value = {
            "model": asked.body["model"],
            "choices": [{"message": {"content": "question"}}],
            "usage": {"prompt_tokens": 5, "completion_tokens": 1},
        }
        return Says(value, headers={"x-cost-usd": "0.000010"})
    if asked.path == "/k/ask":
        return Says({"text": "Ask Jon.", "answers": [], "nearest": []})
    return Says(receipt() if asked.path == "/k/submit" else {})


@dataclass
class Ran:
    """What a cell brought back."""

    printed: str = ""
    shown: list[dict[str, Any]] = field(default_factory=list)
    error: list[str] | None = None


class Kernel:
    """A running kernel in an exercise's folder."""

    def __init__(self, folder: Path, proctor: FakeProctor, python: str = sys.executable) -> None:
        self.folder, self.proctor = folder, proctor
        self._manager = KernelManager()
        self._manager.kernel_cmd = []
        environment = {**os.environ, "AUDITION_URL": proctor.address, "PYTHONPATH": str(ROOT)}
        self._manager.kernel_spec.argv = [
            python, "-m", "ipykernel_launcher", "-f", "{connection_file}",
            "--HistoryManager.enabled=False", "--ext=harness.kernel.startup",
        ]  # fmt: skip
        self._manager.start_kernel(cwd=str(folder), env=environment | {"HOME": str(folder.parent)})
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    def run(self, source: str) -> Ran:
        ran = Ran()

        def take(message: dict[str, Any]) -> None:
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                ran.printed += content["text"]
            elif kind in ("display_data", "execute_result"):
                ran.shown.append(content["data"])
            elif kind == "error":
                ran.error = content["traceback"]

        self._client.execute_interactive(source, timeout=60, output_hook=take)
        return ran

    def run_as_page(
        self, source: str, saves: Callable[[dict[str, Any]], None], **metadata: Any
    ) -> str:
        """Run a cell as a page does, which saves when it is asked; return what was printed.

        Args:
            source: of the cell.
            saves: called with each comm message.
            **metadata: of the request; none is what both pages send.
        """
        told = metadata or {"cellId": "practice-submit", "deletedCells": [], "recordTiming": True}
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        made = self._client.session.msg("execute_request", content, metadata=told)
        self._client.shell_channel.send(made)
        printed, is_idle = "", False
        while not is_idle:
            message = self._client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != made["header"]["msg_id"]:
                continue
            kind, said = message["msg_type"], message["content"]
            if kind == "comm_msg":
                saves(said)
            printed += said["text"] if kind == "stream" else ""
            printed += "\n".join(said["traceback"]) if kind == "error" else ""
            is_idle = kind == "status" and said["execution_state"] == "idle"
        return printed

    def completions(self, text: str) -> list[str]:
        reply = self._client.complete(text, reply=True, timeout=120)
        found: list[str] = reply["content"]["matches"]
        return found

    def stop(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_resources()


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    folder = tmp_path_factory.mktemp("home") / "practice"
    shutil.copytree(PRACTICE, folder)
    with fake_proctor(answer) as proctor:
        kernel = Kernel(folder, proctor)
        try:
            kernel.run(IMPORT)
            yield kernel
        finally:
            kernel.stop()


def save(kernel: Kernel, sources: dict[str, str]) -> None:
    """Save the practice with part two delivered and these marked cells written."""
    book = json.loads((PRACTICE / "practice.ipynb").read_text())
    book["cells"] += json.loads(PART_TWO.read_text())["cells"]
    for cell in book["cells"]:
        name = cell["metadata"].get("audition", {}).get("name")
        cell["source"] = sources.get(name, cell["source"])
    (kernel.folder / "practice.ipynb").write_text(json.dumps(book))


def test_the_plan_cell_is_there_from_the_start(kernel: Kernel) -> None:
    ran = kernel.run("%%plan\nRead the six first.")

    assert ran.shown == []  # it stands in the cell
    assert ran.printed == "Your plan is on record.\n"


def test_a_call_shows_its_text_and_its_price(kernel: Kernel) -> None:
    (shown,) = kernel.run("llm('Where do I park?')").shown

    assert "$0.000010" not in shown["text/markdown"]  # the dollar would be read as mathematics
    assert "&#36;0.000010" in shown["text/markdown"]


def test_an_answer_that_was_printed_is_not_shown_a_second_time(kernel: Kernel) -> None:
    ran = kernel.run("ask('Who reads the answers?')")

    assert (ran.printed, ran.shown) == ("Ask Jon.\n", [])


def test_an_error_of_ours_is_one_sentence(kernel: Kernel) -> None:
    ran = kernel.run("ask('')")

    assert ran.error is not None
    assert len(ran.error) == 1
    assert ran.error[0].startswith("Misuse: There is no question yet.")


def test_the_practice_as_given_before_part_two(kernel: Kernel) -> None:
    shutil.copy(PRACTICE / "practice.ipynb", kernel.folder)

    assert kernel.run("check()").printed.startswith("check() opens with part two.")


def test_the_practice_with_part_two_untouched_has_two_things_to_look_at(kernel: Kernel) -> None:
    save(kernel, {})
    printed = kernel.run("check()").printed

    assert printed.startswith("2 to look at:")
    assert "\x1b[1mclassify\x1b[0m should give back text and gave None." in printed
    assert "There is no \x1b[1mCONFIDENCE\x1b[0m yet." in printed


def test_the_practice_done_can_be_read_and_is_handed_in(kernel: Kernel) -> None:
    save(kernel, {"sorter": SORTER, "confidence": "CONFIDENCE = 0.7"})
    checked = kernel.run("check()")

    assert (
        checked.printed.startswith("We can read what your marked cells define: ")
        and checked.shown == []
    )

    submitted = kernel.run("submit()")

    assert submitted.printed.startswith("Submitted: Practice: a morning's mail, submission 2, ")
    kept = json.loads((kernel.folder / "receipt.json").read_text())
    assert dt.datetime.fromisoformat(kept["at"]).tzinfo is not None
    assert [asked.path for asked in kernel.proctor.asked if asked.path.startswith("/k/")] == [
        "/k/ask", "/k/check", "/k/check", "/k/submit",
    ]  # fmt: skip


def test_submit_has_the_open_page_save_first_and_says_which_save_it_took(kernel: Kernel) -> None:
    asked: list[dict[str, Any]] = []

    def saves(message: dict[str, Any]) -> None:
        asked.append(message)
        save(kernel, {"sorter": f"# saved for the {len(asked)}. time\n{SORTER}"})

    printed = kernel.run_as_page("submit()", saves)
    silent = kernel.run_as_page("submit()", lambda message: None)

    assert asked == [{"comm_id": "audition.save", "data": {"exercise": "practice"}}]
    assert "It holds your notebook as saved at" in printed and "it was saved first" in printed
    assert "no open page saved it first" in silent


def test_check_has_the_open_page_save_first(kernel: Kernel) -> None:
    save(kernel, {})
    written = {"sorter": SORTER, "confidence": "CONFIDENCE = 0.7"}
    printed = kernel.run_as_page("check()", lambda message: save(kernel, written))

    assert printed.startswith("We can read what your marked cells define: ")


def test_check_waits_for_the_end_of_a_save(kernel: Kernel) -> None:
    save(kernel, {})
    written = {"sorter": SORTER, "confidence": "CONFIDENCE = 0.7"}

    def save_slowly(message: dict[str, Any]) -> None:
        (kernel.folder / "practice.ipynb").write_text("")
        time.sleep(0.3)
        save(kernel, written)

    assert kernel.run_as_page("check()", save_slowly).startswith(
        "We can read what your marked cells define: "
    )


def test_a_script_that_submits_waits_for_no_page(kernel: Kernel) -> None:
    save(kernel, {})
    started = dt.datetime.now(dt.UTC)
    printed = kernel.run("submit()").printed

    assert "It holds your notebook as saved at" in printed
    assert (dt.datetime.now(dt.UTC) - started).total_seconds() < 3.5


@pytest.mark.parametrize("code", ["submit()", "check()"])
def test_a_client_that_names_its_cell_and_is_no_page_waits_for_none(
    kernel: Kernel, code: str
) -> None:
    save(kernel, {})
    asked: list[dict[str, Any]] = []
    started = time.monotonic()
    printed = kernel.run_as_page(code, asked.append, cellId="practice-submit")

    assert printed and asked == []
    assert time.monotonic() - started < 3.5
