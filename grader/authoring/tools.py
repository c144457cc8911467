"""An exercise's tools: proctor/tools/<name>.toml and its data, read, checked, made one sheet.

Runs in T, on an author's own files. What it yields goes to the proctor and to nobody else; what
candidates see of a tool stands in exercise.toml.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from grader.errors import NotReleasable
from harness.core.card import ExerciseCard, tell_validation
from harness.core.tools import Tool
from harness.proctor.tools.sheet import MOST_ROWS, Plain, Row, ToolSheet

FOLDER = "tools"
LARGEST_FILE_BYTES = 4 << 20
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?")
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)


def read_tools(folder: Path, card: ExerciseCard) -> ToolSheet:
    """Return what an exercise's tools answer from; empty where it has none.

    Args:
        folder: the exercise's folder.
        card: with the tools' declarations.

    Raises:
        NotReleasable: a tool without data, data without a tool, a file that cannot be read, or a
            field off. Whether data and declaration fit is checked by the rules.
    """
    room = folder / "proctor" / FOLDER
    found: dict[str, Any] = {}
    used = set()
    for tool in card.tools:
        path = room / f"{tool.name}.toml"
        if not path.is_file():
            raise NotReleasable.at(
                f"proctor/{FOLDER}/{tool.name}.toml",
                f"exercise.toml declares the tool {tool.name!r} and there is no such file",
                "write what it answers from: kind = table, document, menu, settings or trial",
            )
        used.add(path.name)
        found[tool.name] = _read_toml(path)
        data = found[tool.name].pop("data", None)
        if data is not None:
            used.add(str(data))
            found[tool.name] |= _read_data(room, str(data), found[tool.name].get("kind"), path.name)
    for extra in sorted(path.name for path in room.glob("*") if path.name not in used):
        raise NotReleasable.at(
            f"proctor/{FOLDER}/{extra}",
            "no tool of exercise.toml uses it",
            "declare its tool as [[tools]], or move it to hidden/",
        )
    return _sheet(found)


def _sheet(found: dict[str, Any]) -> ToolSheet:
    for name, value in found.items():
        try:
            ToolSheet.model_validate({"schema": 1, "tools": {name: value}})
        except ValidationError as problem:
            raise NotReleasable.at(
                f"proctor/{FOLDER}/{name}.toml",
                tell_validation(problem).replace(f"tools.{name}.", ""),
                "docs/authoring.md shows each kind with its fields",
            ) from problem
    return ToolSheet.model_validate({"schema": 1, "tools": found})


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise NotReleasable.at(
            f"proctor/{FOLDER}/{path.name}", f"it is not TOML ({problem})", "mend it"
        ) from problem


def _read_data(room: Path, name: str, kind: object, whose: str) -> dict[str, Any]:
    place, path = f"proctor/{FOLDER}/{name}", room / name
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}", name) or not path.is_file():
        raise NotReleasable.at(
            f"proctor/{FOLDER}/{whose}",
            f"data = {name!r} is no file beside it",
            f"put the file into proctor/{FOLDER}/, without folders",
        )
    if path.stat().st_size > LARGEST_FILE_BYTES:
        raise NotReleasable.at(
            place, f"it is larger than {LARGEST_FILE_BYTES >> 20} MiB", "make it smaller"
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise NotReleasable.at(place, "it is not UTF-8 text", "save it as UTF-8") from problem
    if kind == "document":
        return {"sections": _sections(text, place)}
    return {"rows": _rows(text, place)}


def _sections(text: str, place: str) -> list[dict[str, str]]:
    parts = _HEADING.split(text)
    if len(parts) < 3:
        raise NotReleasable.at(
            place, "no section is in it", "begin each section with ## and a title"
        )
    return [
        {"title": title, "text": body.strip()}
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
    ]


def _rows(text: str, place: str) -> list[Row]:
    table = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    head = table[0] if table else []
    if len(table) < 2 or len(set(head)) != len(head) or not all(head):
        raise NotReleasable.at(
            place, "it is no table", "have a line of column names, each once, and a row below it"
        )
    if len(table) - 1 > MOST_ROWS:
        raise NotReleasable.at(place, f"it has more than {MOST_ROWS} rows", "take fewer")
    for number, row in enumerate(table, 1):
        if len(row) != len(head):
            raise NotReleasable.at(
                f"{place}, row {number}",
                f"it has {len(row)} values and there are {len(head)} columns",
                "give each row as many; quote a value that holds a comma",
            )
    columns = [_column([row[n] for row in table[1:]]) for n in range(len(head))]
    return [dict(zip(head, values, strict=True)) for values in zip(*columns, strict=True)]


def _column(texts: list[str]) -> list[Plain]:
    """Return a column's values: numbers where every one of them is written as a plain number."""
    if not all(_NUMBER.fullmatch(text) for text in texts):
        return list(texts)
    return [float(text) if "." in text else int(text) for text in texts]


def telling_texts(sheet: ToolSheet) -> list[tuple[str, str]]:
    """Return every text of the sheet with the tool it is of, for the alarm against leaks."""
    return [
        (name, text)
        for name, one in sheet.tools.items()
        for text in _texts(one.model_dump(mode="json"))
    ]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.splitlines()
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return []


def declared(card: ExerciseCard, name: str) -> Tool:
    """Return the declaration of a tool that the sheet has."""
    return next(tool for tool in card.tools if tool.name == name)
