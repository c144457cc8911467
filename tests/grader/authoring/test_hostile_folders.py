"""Whatever lies in a folder, the check has findings to tell and nothing is followed or lost."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.authoring.checks import Finding, check
from tests.grader.authoring.folders import TINY, make_tiny
from tests.grader.builders import everything_below

DEEP = "[" * 100_000 + "]" * 100_000


def errors(folder: Path) -> list[Finding]:
    found = check(folder, fast=True)
    for one in found:
        assert one.place and one.what and one.remedy
        assert max(map(len, (one.place, one.what, one.remedy))) <= 400
    return [one for one in found if one.severity == "error"]


def _write(name: str, data: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        path.unlink(missing_ok=True)
        path.write_bytes(data)

    return change


def _sparse(folder: Path) -> None:
    with (folder / "hidden" / "huge.jsonl").open("wb") as file:
        file.truncate(5 << 30)


def _secret_link(folder: Path) -> None:
    path = folder / "proctor" / "facts.toml"
    path.unlink()
    path.symlink_to("/etc/passwd")


HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "a card of noise": (_write("exercise.toml", bytes(range(256)) * 40), "card"),
    "a card nested too deeply": (_write("exercise.toml", f"x = {DEEP}".encode()), "card"),
    "a source of noise": (_write("source.py", bytes(range(256)) * 40), "source"),
    "a source of three megabytes": (_write("source.py", b"# %%\n" * 600_000), "source"),
    "an empty source": (_write("source.py", b""), "plan"),
    "facts that are no TOML": (_write("proctor/facts.toml", b"[[facts"), "facts"),
    "facts nested too deeply": (_write("proctor/facts.toml", f"x = {DEEP}".encode()), "facts"),
    "data that is no text": (_write("public/export.csv", b"\xff\xfe\x00"), "data"),
    "a table with a null byte": (_write("public/export.csv", b"msg_id,text\nE01,\0\n"), "gold"),
    "a table with one field of a megabyte": (
        _write("public/export.csv", b'msg_id,text\nE01,"' + b"x" * (1 << 20) + b'"\n'),
        "data",
    ),
    "data.toml with a list for a name": (_write("data.toml", b"[[file]]\nname = [1]\n"), "data"),
    "hidden noise": (_write("hidden/mutants.toml", bytes(range(256)) * 40), "hidden-readable"),
    "a hidden row nested too deeply": (
        _write("hidden/holdout.jsonl", DEEP.encode()), "hidden-readable",
    ),
    "a hidden table nested too deeply": (
        _write("hidden/probes.toml", f"x = {DEEP}".encode()), "hidden-readable",
    ),
    "rows of the wrong kind": (
        _write("hidden/export_gold.jsonl", b'{"msg_id": ["E01"], "accept": 7}\n'), "gold",
    ),
    "probes that are no tables": (_write("hidden/probes.toml", b"probe = 7\norder = 3\n"), "sizes"),
    "a probe's index that is text": (
        _write("hidden/probes.toml", b'[probe.reference]\nindex = "high"\n'), "probes-there",
    ),
    "forms that are no forms": (_write("hidden/forms.toml", b"form = [1, {slug = 2}]\n"), "forms"),
    "a measured purse of words": (
        _write("hidden/measured.toml", b"[measured]\ncalls = 'many'\nusd = nan\n"), "purse",
    ),
    "a file of five gigabytes": (_sparse, "layout"),
    "a link to the system's passwords": (_secret_link, "layout"),
    "a pipe": (lambda folder: os.mkfifo(folder / "hidden" / "pipe"), "layout"),
    "a folder where a file is wanted": (
        lambda folder: ((folder / "data.toml").unlink(), (folder / "data.toml").mkdir()), "data",
    ),
    "a source of another name": (
        lambda folder: (folder / "source.py").rename(folder / "source.txt"), "source",
    ),
}  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_a_finding_and_no_traceback(what: str, tmp_path: Path) -> None:
    folder = make_tiny(tmp_path)
    change, rule = HOSTILE[what]
    change(folder)

    found = errors(folder)

    assert rule in {one.rule for one in found}, found
    assert "root:" not in " ".join(one.what for one in found)


def test_a_folder_that_is_not_there_or_is_empty_or_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(TINY)

    for name in ("nowhere", "file", "link"):
        assert [one.rule for one in errors(tmp_path / name)] == ["layout"]
    assert {"card", "source", "facts", "data"} <= {one.rule for one in errors(tmp_path / "empty")}


def test_very_many_files_are_one_finding(tmp_path: Path) -> None:
    folder = make_tiny(tmp_path)
    for number in range(5_001):
        (folder / "hidden" / f"f{number}").touch()

    assert [(one.rule, "5000 files" in one.what) for one in errors(folder)] == [("layout", True)]


@pytest.mark.timeout(240)
def test_bytes_changed_at_random_never_end_the_check(tmp_path: Path) -> None:
    """Sixty folders, each with one file spoilt; seeded, so that a failure can be had again."""
    folder = make_tiny(tmp_path)
    good = {Path(name): data for name, data in everything_below([folder]).items()}
    luck = random.Random(20261129)
    for _ in range(60):
        path = luck.choice(sorted(good))
        data = bytearray(good[path])
        for _ in range(luck.randint(1, 12)):
            where = luck.randrange(len(data))
            data[where : where + luck.randint(0, 9)] = luck.randbytes(luck.randint(0, 9))
        path.write_bytes(bytes(data))
        errors(folder)
        path.write_bytes(good[path])


def test_nothing_in_a_folder_is_changed_by_a_check(tmp_path: Path) -> None:
    folder = make_tiny(tmp_path)
    before = everything_below([tmp_path])

    check(folder, fast=True)

    assert everything_below([tmp_path]) == before


def test_a_name_that_is_no_text_can_be_told(tmp_path: Path) -> None:
    folder = make_tiny(tmp_path)
    Path(os.fsdecode(os.fsencode(folder / "hidden") + b"/\xff\n\x1b[2J.toml")).write_text("x = 1")

    [one] = [one for one in errors(folder) if one.rule == "canary"]
    assert one.place.startswith("hidden/\\udcff") and one.model_dump_json()


def test_half_a_character_in_a_notebook_is_named(tmp_path: Path) -> None:
    folder = make_tiny(tmp_path)
    mark = {"id": "head", "audition": {"kind": "given", "part": 1}}
    cell = {"cell_type": "markdown", "id": "head", "metadata": mark, "source": "half: \ud83d"}
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "source.py").unlink()
    (folder / "source.ipynb").write_text(json.dumps(book))

    [one] = [one for one in errors(folder) if one.rule == "source"]
    assert "lone surrogate" in one.what and one.place == "source.ipynb, cell 1 ('head')"


def test_a_large_file_takes_seconds(tmp_path: Path) -> None:
    folder = make_tiny(tmp_path)
    luck = random.Random(7)
    lines = ("".join(luck.choices("abcdefghij klmnop", k=90)) for _ in range(30_000))
    (folder / "public" / "large.txt").write_text("\n".join(lines))
    with (folder / "data.toml").open("a") as file:
        file.write('[[file]]\nname = "large.txt"\nabout = "Much."\nlicence = "Apache-2.0"\n')
        file.write('origin = "Drawn at random here."\nalike = "It was drawn."\n')

    assert errors(folder) == []


def test_deep_json_in_a_contract_is_named(tmp_path: Path) -> None:
    folder = make_tiny(tmp_path)
    path = folder / "exercise.toml"
    path.write_text(path.read_text().replace('"[]"', json.dumps(DEEP)))

    assert "contract-examples" in {one.rule for one in errors(folder)}
