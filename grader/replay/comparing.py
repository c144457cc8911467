"""A cell then and now: outputs made comparable, and the word for how they compare.

Runs in T; pure functions of hostile text. Addresses, durations, colours and progress bars may
differ from run to run and are taken out; the order of anything is not.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from grader.records import CellReplay, CellWord
from grader.replay.engine import Ran
from grader.replay.recording import Run
from grader.replay.tape import CellAccount

_ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_TIME = re.compile(
    r"\b\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\b(?: UTC)?|\b\d+(?:\.\d+)? ?(?:ms|µs|s|it/s|s/it)\b"
)
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}[T ]?")
_FILE = re.compile(r"(?:/tmp/ipykernel_\d+/\d+\.py|ipykernel_\d+)")
_INSTALLED = re.compile(r"/\S*/(?:site|dist)-packages/")
_CUT = re.compile(r"\[\d+ bytes cut\]")
_SAVED_AGO = re.compile(
    r"This is your notebook as saved \d{1,9} \w{4,8} ago\. If you changed it since, save it "
    r"\(Ctrl S\) and run check\(\) again\."
)
"""What check() says of a save of a while ago; a replay's notebook is always just laid out."""
_LONGEST_DIFF = 20_000
_NAME_ERROR = re.compile(r"NameError: name '([^']{1,100})' is not defined")


def compare(
    place: tuple[str, int], source: str, run: Run | None, ran: Ran, account: CellAccount
) -> CellReplay:
    """Return the verdict on one cell.

    Args:
        place: its id and its index in the notebook.
        source: as submitted.
        run: its last recorded run; None if it has none.
        ran: what it did now.
        account: what it asked of the tape.
    """
    then = normalised(run.outputs) if run else []
    now = normalised(_as_recorded(ran.outputs))
    word, why = _word(source, run, ran, (then, now), account)
    diff = "" if word == "same" or run is None else _diff(then, now)
    return CellReplay(
        cell_id=place[0],
        index=place[1],
        word=word,
        why=why[:600],
        diff=diff,
        fallbacks=account.fallbacks,
        reused=account.reused,
        calls=account.answered,
        misses=tuple(account.misses),
    )


def _word(
    source: str, run: Run | None, ran: Ran, shown: tuple[list[str], list[str]], account: CellAccount
) -> tuple[CellWord, str]:
    edited = run is not None and run.source.rstrip() != source.rstrip()
    told = "it was edited after its last run; " if edited else ""
    raised = ran.end == "error" or (ran.end == "dead")
    if ran.end == "not_reached":
        return "not_reached", "the kernel had ended, or the time was over, before it"
    if ran.end == "timed_out":
        return "timed_out", told + "it ran longer than a cell may"
    if run is None:
        missed = f", and {_tell_misses(account)}" if account.misses else ""
        why = missed or (", and raises now" if raised else "")
        return "not_run", "it was not run in the session" + why
    if account.misses:
        return "not_recorded", told + _tell_misses(account)
    if run.status is None:
        return "not_run", "its end is not on record: it was running when the record was closed"
    if ran.end == "dead":
        return "error_now", told + "the kernel ended in it"
    if raised and not run.has_raised:
        return "error_now", told + (shown[1][-1][:300] if shown[1] else "it raises now")
    if run.has_raised and not raised:
        return "error_then", told + (shown[0][-1][:300] if shown[0] else "it raised then")
    if _same(*shown):
        return "same", (told + _tell_answers(account)).rstrip("; ")
    return "different", told + _tell_answers(account) + "it shows something else"


def gone(verdict: CellReplay, ran: Ran, defined: Mapping[str, str]) -> CellReplay:
    """Return the verdict, or cell_gone where a name is missing that a cell gone since defined.

    Args:
        verdict: the cell's.
        ran: what it did now.
        defined: name to id of the cell that defined it and is not in the notebook.
    """
    text = "\n".join(str(out.get("ename")) + ": " + str(out.get("evalue")) for out in ran.outputs)
    found = _NAME_ERROR.search(text)
    if verdict.word != "error_now" or found is None or found[1] not in defined:
        return verdict
    why = f"{found[1]} was defined in cell {defined[found[1]]}, which is no longer there"
    return verdict.model_copy(update={"word": "cell_gone", "why": why[:600]})


def normalised(outputs: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """Return outputs as lines that equal runs have in common.

    Args:
        outputs: (kind, content) in order; streams of one name in a row are one text.
    """
    texts: list[list[str]] = []
    for kind, load in outputs:
        tag, text = _text(kind, load)
        if texts and kind == "stream" and texts[-1][0] == tag:
            texts[-1][1] += text
        else:
            texts.append([tag, text])
    return [line for tag, text in texts for line in _lines(tag, text)]


def _text(kind: str, load: Mapping[str, Any]) -> tuple[str, str]:
    if kind == "stream":
        return f"[{load.get('name')}]", str(load.get("text", ""))
    if kind == "error":
        return "[error]", f"{load.get('ename')}: {load.get('evalue')}"
    data = load.get("data")
    if not isinstance(data, dict):
        return f"[{kind}]", str(load.get("text", ""))
    parts = []
    for mime, value in sorted(data.items()):
        if mime.startswith(("text/", "application/json")) and not isinstance(value, dict):
            parts.append("".join(value) if isinstance(value, list) else str(value))
        else:
            sha = value.get("sha256") if isinstance(value, dict) else None
            parts.append(f"{mime} {sha or hashlib.sha256(str(value).encode()).hexdigest()}")
    return f"[{kind}]", "\n".join(parts)


def _lines(tag: str, text: str) -> list[str]:
    text = _ANSI.sub("", text).replace("\r\n", "\n")
    rows = [row.rsplit("\r", 1)[-1] for row in text.split("\n")]  # what a progress bar left
    for pattern, word in (
        (_INSTALLED, "…/"), (_ADDRESS, "0x…"), (_FILE, "<cell>"), (_DATE, ""), (_TIME, "<time>"),
        (_CUT, "[bytes cut]"), (_SAVED_AGO, ""),
    ):  # fmt: skip
        rows = [pattern.sub(word, row).rstrip() for row in rows]
    return [f"{tag} {row}" for row in rows if row]


def _as_recorded(outputs: list[dict[str, Any]]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for output in outputs:
        yield str(output.get("output_type")), output


def _same(then: list[str], now: list[str]) -> bool:
    """Whether they are equal, as far as the record was kept."""
    if then == now:
        return True
    for place, line in enumerate(then):
        if "[bytes cut]" in line:
            return then[:place] == now[:place]
    return False


def _diff(then: list[str], now: list[str]) -> str:
    lines = difflib.unified_diff(then[:2000], now[:2000], "then", "now", lineterm="", n=2)
    return "\n".join(lines)[:_LONGEST_DIFF]


def _tell_answers(account: CellAccount) -> str:
    """Return which answers were not simply the cell's own, each told with a semicolon behind it."""
    fallbacks, reused = account.fallbacks, account.reused
    told = f"answers from other cells' calls: {fallbacks}; " if fallbacks else ""
    if reused:
        told += f"answers given once more, as it asks more often than is on record: {reused}; "
    return told


def _tell_misses(account: CellAccount) -> str:
    first = account.misses[0]
    more = f" and {len(account.misses) - 1} more" if len(account.misses) > 1 else ""
    what = f"{first.what} of {first.model}" if first.model else first.what
    return f"asks for what is not on record: {what}{more}"
