"""The plain files of a submission: artefacts.py, texts.md, journal.jsonl, ledger.jsonl; read.

Runs in T. The files are a candidate's: bytes with a size, decoded and parsed, never run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.core.canonical import parse_json
from harness.core.errors import BadJournal, UsageError

LARGEST_FILE_BYTES = 32 << 20
MOST_LINES = 200_000
_CELL = re.compile(r"^# cell: *([A-Za-z_][A-Za-z0-9_\-]{0,63}) *$", re.MULTILINE)
_HEADING = re.compile(r"^## +(\S.*?) *$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class PlainFiles:
    """What a folder holds.

    Attributes:
        artefacts: artefact cell's name to source; the name "" holds a file without `# cell:` lines.
        texts: heading to the words below it.
        journal: rows in SPEC 0.5's fields, in file order; may be empty.
        ledger: rows of ledger.jsonl; None when there is no such file.
    """

    artefacts: Mapping[str, str]
    texts: Mapping[str, str]
    journal: tuple[dict[str, Any], ...]
    ledger: tuple[dict[str, Any], ...] | None


def read_files(folder: Path) -> PlainFiles:
    """Return the plain files in a folder.

    Args:
        folder: holds artefacts.py; texts.md, journal.jsonl and ledger.jsonl may be missing.

    Raises:
        UsageError: no folder, a file missing, too large, a link, no UTF-8, or a line that is no
            JSON object.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; it should hold artefacts.py and texts.md")
    artefacts = _read(folder / "artefacts.py")
    if artefacts is None:
        raise UsageError(
            f"{folder} has no artefacts.py; put the artefact cells' source there, each below a "
            "line '# cell: NAME'"
        )
    ledger = _rows(folder / "ledger.jsonl")
    return PlainFiles(
        artefacts=_cells(artefacts, folder / "artefacts.py"),
        texts=_texts(_read(folder / "texts.md") or "", folder / "texts.md"),
        journal=tuple(_rows(folder / "journal.jsonl") or ()),
        ledger=None if ledger is None else tuple(ledger),
    )


def _read(path: Path) -> str | None:
    """Return a file's text; None if there is no such file. A link is not followed."""
    if path.is_symlink():
        raise UsageError(f"{path} is a symbolic link; put the file itself there")
    if not path.exists():
        return None
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise UsageError(f"{path} is larger than {LARGEST_FILE_BYTES >> 20} MiB")
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as problem:
        raise UsageError(f"{path} is not UTF-8: byte {problem.start}") from problem
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}") from problem


def _cells(text: str, path: Path) -> dict[str, str]:
    """Return name to source; what stands above the first `# cell:` line is a comment."""
    heads = list(_CELL.finditer(text))
    if not heads:
        return {"": text.strip("\n") + "\n"}
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found: dict[str, str] = {}
    for head, end in zip(heads, ends, strict=True):
        if head[1] in found:
            raise UsageError(f"{path}: cell {head[1]!r} stands twice; name each cell once")
        found[head[1]] = text[head.end() : end].strip("\n") + "\n"
    return found


def _texts(text: str, path: Path) -> dict[str, str]:
    text = _COMMENT.sub("", text)
    heads = list(_HEADING.finditer(text))
    if not heads:
        if text.strip():
            raise UsageError(f"{path}: there is no heading '## NAME' above the words")
        return {}
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found: dict[str, str] = {}
    for head, end in zip(heads, ends, strict=True):
        if head[1] in found:
            raise UsageError(f"{path}: '## {head[1][:60]}' stands twice; name each text once")
        found[head[1]] = text[head.end() : end].strip()
    return found


def _rows(path: Path) -> list[dict[str, Any]] | None:
    """Return the objects of a JSON-lines file; a line with a canary and no kind is a comment."""
    text = _read(path)
    if text is None:
        return None
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise UsageError(f"{path} has {len(lines)} lines; at most {MOST_LINES} are read")
    rows = []
    for number, line in lines:
        try:
            row = parse_json(line.encode(), what=f"{path}, line {number}")
        except (BadJournal, UnicodeEncodeError) as problem:
            raise UsageError(str(problem)) from problem
        if not isinstance(row, dict):
            raise UsageError(f"{path}, line {number}: it is no JSON object")
        if set(row) != {"canary"}:
            rows.append(row)
    return rows
