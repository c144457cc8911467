"""The data a candidate gets: data.toml names each file of public/; what it does not name stays.

Runs in T, on an author's own files.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.errors import NotReleasable
from harness.core.card import tell_validation

MAX_FILE_BYTES = 16 << 20
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$")
_strict = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class DataFile(BaseModel):
    """What an author says of one file."""

    model_config = _strict

    name: str
    """Its name in public/, without folders."""
    about: str = Field(min_length=1)
    """What it holds, in one or two sentences."""
    origin: str = Field(min_length=1)
    """Where it comes from, and how it was made."""
    licence: str = Field(min_length=1)
    """Under which terms it may be passed on."""
    alike: str = ""
    """Why its rows resemble one another, where they are meant to: a log, a form letter."""


class DataList(BaseModel):
    """data.toml."""

    model_config = _strict

    file: tuple[DataFile, ...] = ()
    """Every file a candidate gets."""


@dataclass(frozen=True)
class Given:
    """One data file with its bytes.

    Attributes:
        said: what the author says of it.
        data: its bytes.
    """

    said: DataFile
    data: bytes

    @property
    def rows(self) -> int:
        """Data rows of a table (without its head), entries of a JSON file, lines of other text."""
        text = self.data.decode("utf-8")
        if self.said.name.endswith((".csv", ".tsv")):
            tab = "\t" if self.said.name.endswith(".tsv") else ","
            return max(sum(1 for row in csv.reader(io.StringIO(text), delimiter=tab) if row) - 1, 0)
        if self.said.name.endswith(".json"):
            with contextlib.suppress(ValueError, RecursionError):
                whole = json.loads(text)
                return len(whole) if isinstance(whole, dict | list) else 1
        return len(text.splitlines())


def read_data(folder: Path) -> tuple[Given, ...]:
    """Return the named data files of an exercise, sorted by name.

    Args:
        folder: the exercise's folder.

    Raises:
        NotReleasable: a name that leaves public/, a file without a name or a name without a file.
    """
    listed = _read_list(folder / "data.toml").file
    names = [said.name for said in listed]
    for name in names:
        _check_name(name)
        if names.count(name) > 1:
            raise NotReleasable.at("data.toml", f"{name!r} stands twice", "keep one entry")
    public = folder / "public"
    there = {str(p.relative_to(public)) for p in public.rglob("*") if not p.is_dir()}
    for extra in sorted(there - set(names)):
        raise NotReleasable.at(
            f"public/{extra}", "data.toml does not name it", "add a [[file]] for it, or move it out"
        )
    return tuple(_given(public, said) for said in sorted(listed, key=lambda said: said.name))


def data_card(title: str, given: tuple[Given, ...]) -> str:
    """Return CARD.md: what each file is, where it comes from, its rows and hash."""
    lines = [f"# Data of: {title}", ""]
    if not given:
        lines += ["This exercise has no data files.", ""]
    for one in given:
        lines += [
            f"## {one.said.name}",
            "",
            one.said.about,
            "",
            f"- Origin: {one.said.origin}",
            f"- Licence: {one.said.licence}",
            f"- Rows: {one.rows}",
            f"- Size: {len(one.data)} bytes",
            f"- SHA-256: `{hashlib.sha256(one.data).hexdigest()}`",
            "",
        ]
    return "\n".join(lines)


def _read_list(path: Path) -> DataList:
    try:
        return DataList.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as problem:
        raise NotReleasable.at(
            "data.toml", "it is missing", "name each file of public/ in it; it may be empty"
        ) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise NotReleasable.at("data.toml", f"it is not TOML ({problem})", "mend it") from problem
    except ValidationError as problem:
        raise NotReleasable.at(
            "data.toml", tell_validation(problem), "a [[file]] has name, about, origin and licence"
        ) from problem


def _check_name(name: str) -> None:
    if not _NAME.match(name) or name.lower() == "card.md":
        raise NotReleasable.at(
            "data.toml",
            f"{name!r} is no plain file name, or is CARD.md, which release writes",
            "name a file directly in public/: letters, digits, _ . and -",
        )


def _given(public: Path, said: DataFile) -> Given:
    path = public / said.name
    if not path.is_file():
        raise NotReleasable.at(
            "data.toml", f"there is no public/{said.name}", "add the file, or take the entry out"
        )
    data = path.read_bytes()
    if len(data) > MAX_FILE_BYTES:
        raise NotReleasable.at(f"public/{said.name}", f"it has {len(data)} bytes", "16 MiB at most")
    given = Given(said=said, data=data)
    place = f"public/{said.name}"
    try:
        _ = given.rows  # reads it whole
    except UnicodeDecodeError as problem:
        raise NotReleasable.at(place, "it is not UTF-8 text", "save it as UTF-8") from problem
    except csv.Error as problem:
        raise NotReleasable.at(
            place, f"it cannot be read as a table ({problem})", "quote it anew, or name it .txt"
        ) from problem
    return given
