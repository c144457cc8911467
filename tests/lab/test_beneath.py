"""The work folder's door holds while hostile code moves the folder's insides about."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.lab.beneath import Beneath, names_of
from harness.lab.errors import RefusedPath


@pytest.fixture
def beneath(tmp_path: Path) -> Beneath:
    (tmp_path / "work" / "in").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "secret").write_text("secret", encoding="utf-8")
    return Beneath(tmp_path / "work", owner=None)


def test_what_is_written_reads_back(beneath: Beneath) -> None:
    beneath.make_folder("in/deeper")
    beneath.write("in/deeper/a.txt", b"bytes")

    assert beneath.read("in/deeper/a.txt", max_bytes=10)[0] == b"bytes"
    assert [name for name, _ in beneath.listed("in/deeper")] == ["a.txt"]
    assert beneath.stat("in/none") is None


def test_a_write_replaces_a_link_and_not_what_it_points_to(beneath: Beneath) -> None:
    (beneath.root / "link").symlink_to(beneath.root.parent / "out" / "secret")
    beneath.write("link", b"new")

    assert (beneath.root.parent / "out" / "secret").read_text(encoding="utf-8") == "secret"
    assert not (beneath.root / "link").is_symlink()
    assert (beneath.root / "link").read_bytes() == b"new"


@pytest.mark.parametrize("act", ["read", "write", "remove", "rename", "listed", "make_folder"])
def test_a_link_on_the_way_is_followed_by_nothing(beneath: Beneath, act: str) -> None:
    (beneath.root / "way").symlink_to(beneath.root.parent / "out")
    doings: dict[str, Callable[[], object]] = {
        "read": lambda: beneath.read("way/secret", max_bytes=10),
        "write": lambda: beneath.write("way/new", b"x"),
        "remove": lambda: beneath.remove("way/secret"),
        "rename": lambda: beneath.rename("in", "way/in"),
        "listed": lambda: beneath.listed("way"),
        "make_folder": lambda: beneath.make_folder("way/folder"),
    }

    with pytest.raises(RefusedPath):
        doings[act]()
    assert [path.name for path in (beneath.root.parent / "out").iterdir()] == ["secret"]


def test_a_folder_with_links_in_it_is_deleted_without_what_they_point_to(
    beneath: Beneath,
) -> None:
    (beneath.root / "in" / "link").symlink_to(beneath.root.parent / "out")
    beneath.remove("in")

    assert not (beneath.root / "in").exists()
    assert (beneath.root.parent / "out" / "secret").exists()


def test_a_folder_swapped_for_a_link_at_any_moment_leads_nowhere(beneath: Beneath) -> None:
    way, aside = beneath.root / "swap", beneath.root / "aside"
    way.mkdir()
    (way / "secret").write_text("ours", encoding="utf-8")
    done = threading.Event()

    def swap() -> None:
        while not done.is_set():
            way.rename(aside)
            way.symlink_to(beneath.root.parent / "out")
            way.unlink()
            aside.rename(way)

    thread = threading.Thread(target=swap)
    thread.start()
    read: set[bytes] = set()
    numbers, give_up = itertools.count(), time.monotonic() + 60
    # at least 1500 times, and on a busy machine until one of them met the folder in its place
    while (number := next(numbers)) < 1500 or (not read and time.monotonic() < give_up):
        try:
            read.add(beneath.read("swap/secret", max_bytes=10)[0])
            beneath.write(f"swap/{number}", b"x")
        except RefusedPath:
            continue
    done.set()
    thread.join()

    assert read == {b"ours"}
    assert [path.name for path in (beneath.root.parent / "out").iterdir()] == ["secret"]


def test_pipes_devices_and_large_files_are_refused(beneath: Beneath) -> None:
    os.mkfifo(beneath.root / "pipe")
    beneath.write("large", b"x" * 100)

    for path in ("pipe", "large", "in"):
        with pytest.raises(RefusedPath):
            beneath.read(path, max_bytes=50)


def test_a_rename_writes_over_nothing(beneath: Beneath) -> None:
    beneath.write("one", b"1")
    beneath.write("two", b"2")

    with pytest.raises(RefusedPath, match="is there already"):
        beneath.rename("one", "two")
    assert (beneath.root / "two").read_bytes() == b"2"


def test_a_write_that_fails_leaves_nothing_behind(
    beneath: Beneath, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RefusedPath, match="work folder is full"):
        beneath.write("big", b"x")
    assert sorted(path.name for path in beneath.root.iterdir()) == ["in"]


@pytest.mark.parametrize(
    "path", ["..", "a/../b", "./a", ".hidden", "a/.git/config", "a\0b", "x" * 300, "a/" * 40]
)
def test_names_that_are_closed_are_refused(path: str) -> None:
    with pytest.raises(RefusedPath):
        names_of(path)


def test_an_absolute_path_is_read_as_beneath_the_root(beneath: Beneath) -> None:
    assert names_of("/etc/passwd") == ("etc", "passwd")
    with pytest.raises(RefusedPath):
        beneath.read("/etc/passwd", max_bytes=1 << 20)
