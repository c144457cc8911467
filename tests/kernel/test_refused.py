"""Which words stand above an error that the sandbox is behind."""

from __future__ import annotations

import errno
import os

import pytest

from harness.kernel import refused
from harness.kernel.refused import tell


class _Disk:
    f_frsize, f_blocks = 4096, 65536

    def __init__(self, free: int) -> None:
        self.f_bavail = free


@pytest.mark.parametrize(
    ("full", "words"),
    [("/tmp", "/tmp is full (256 MB)."), ("/dev/shm", "/dev/shm is full (256 MB)."),
     ("", "The work folder is full (")],
)  # fmt: skip
def test_the_place_that_is_full_is_named(
    monkeypatch: pytest.MonkeyPatch, full: str, words: str
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda place: _Disk(0 if place == full else 4096))

    assert str(tell(OSError(errno.ENOSPC, "x"))).startswith(words)


def test_what_led_to_an_error_counts_too() -> None:
    try:
        try:
            raise MemoryError
        except MemoryError as problem:
            raise ValueError("a library's own") from problem
    except ValueError as problem:
        said = tell(problem)

    assert said is not None and said.startswith("This cell asked for more memory")


@pytest.mark.parametrize(
    "value",
    [ValueError("x"), FileNotFoundError(errno.ENOENT, "x"), RuntimeError("can't start new thread"),
     OSError("no number")],
)  # fmt: skip
def test_errors_of_ones_own_are_left_alone(value: Exception) -> None:
    assert tell(value) is None


def test_a_note_that_breaks_keeps_no_error_from_being_shown() -> None:
    class Hostile(MemoryError):
        @property
        def __cause__(self) -> None:  # type: ignore[override]
            raise RuntimeError

    shown = []

    class Shell:
        def _showtraceback(self, etype: object, value: object, lines: list[str]) -> None:
            shown.append(lines)

    shell = Shell()
    refused.register(shell)
    shell._showtraceback(Hostile, Hostile(), ["its own"])

    assert shown[0][-1] == "its own"
