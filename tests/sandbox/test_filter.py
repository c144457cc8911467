"""The filter of system calls, run by a small interpreter: for the machine that is not here, too."""

from __future__ import annotations

import errno
import struct

import pytest

from harness.sandbox import inside

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
MACHINES = sorted(inside._TABLES)


def verdict(machine: str, number: int, *given: int, arch: int | None = None) -> int | str:
    """Return what the filter says of a call: "allow", "kill" or an errno."""
    table = inside._TABLES[machine]
    program = [*struct.iter_unpack("HBBI", inside._program(*table))]
    data = struct.pack("<IIQ6Q", number, table[0] if arch is None else arch, 0,
                       *[*given, 0, 0, 0, 0, 0, 0][:6])  # fmt: skip
    at, held = 0, 0
    while True:
        operation, yes, no, value = program[at]
        at += 1
        if operation == 0x20:
            held = int(struct.unpack_from("<I", data, value)[0])
        elif operation == 0x06:
            named = {ALLOW: "allow", KILL: "kill"}
            return named[value] if value in named else int(value) - ERRNO
        else:
            is_so = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[operation]
            at += yes if is_so else no


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_on_the_list_is_refused_and_its_neighbours_are_not(machine: str) -> None:
    _, looked_at, refused = inside._TABLES[machine]
    numbers = {*refused.values(), *inside._REFUSED_EVERYWHERE.values()}
    others = set(range(500)) - numbers - set(looked_at.values()) - {inside._CLONE3}

    assert {verdict(machine, number) for number in numbers} == {errno.EPERM}
    assert {verdict(machine, number) for number in others} == {"allow"}


@pytest.mark.parametrize("machine", MACHINES)
def test_another_architecture_is_killed_and_another_numbering_refused(machine: str) -> None:
    other = next(inside._TABLES[name][0] for name in MACHINES if name != machine)

    assert verdict(machine, 0, arch=other) == "kill"
    assert verdict(machine, 0, arch=0x40000003) == "kill"
    assert verdict(machine, 0x40000000 + 41) == errno.EPERM
    assert verdict(machine, inside._CLONE3) == errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("call", "given", "said"),
    [
        ("clone", (0x01200011,), "allow"),
        ("clone", (0x10000011,), errno.EPERM),
        ("clone", (0x7E020011,), errno.EPERM),
        ("fallocate", (3, 0), "allow"),
        ("fallocate", (3, 1), errno.EOPNOTSUPP),
        ("fallocate", (3, 3), errno.EOPNOTSUPP),
        ("socket", (1, 0x80001, 0), "allow"),
        ("socket", (2, 1, 0), "allow"),
        ("socket", (10, 2, 17), "allow"),
        ("socket", (2, 1, 132), errno.EPROTONOSUPPORT),
        ("socket", (16, 3, 0), "allow"),
        ("socket", (16, 3, 17), errno.EPROTONOSUPPORT),
        ("socket", (16, 3, 6), errno.EPROTONOSUPPORT),
        ("socket", (40, 1, 0), errno.EAFNOSUPPORT),
        ("socket", (0, 1, 0), errno.EAFNOSUPPORT),
        ("socketpair", (1, 1, 0), "allow"),
        ("socketpair", (30, 1, 0), errno.EAFNOSUPPORT),
        # the registers are 64 bits wide, and Linux reads 32 of them
        ("socket", (1 << 32 | 40, 1, 0), errno.EAFNOSUPPORT),
        ("clone", (1 << 32 | 0x10000011,), errno.EPERM),
    ],
)
def test_calls_that_depend_on_what_is_asked(
    machine: str, call: str, given: tuple[int, ...], said: int | str
) -> None:
    assert verdict(machine, inside._TABLES[machine][1][call], *given) == said
