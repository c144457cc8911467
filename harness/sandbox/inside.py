"""First process inside the sandbox: the line, the limits, the fall of privileges, then the kernel.

Runs inside, before any code of the candidate, as `python -I -S inside.py JSON COMMAND...`;
standard library alone. What it sets cannot be taken back by what it starts.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import socket
import struct
import sys

_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER, _CAPBSET_DROP = 38, 22, 2, 24
_EPERM, _ENOSYS, _EPROTONOSUPPORT, _EOPNOTSUPP, _EAFNOSUPPORT = 1, 38, 93, 95, 97
_NOSUID, _NODEV, _NOEXEC = 2, 4, 8
_CAPABILITY_VERSION = 0x20080522
_NEWUSER, _KEEP_SIZE, _X32 = 0x10000000, 1, 0x40000000
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _VERDICT = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _FIRST, _SECOND, _THIRD = 0, 4, 16, 24, 32  # places in struct seccomp_data
_UNIX, _INET, _NETLINK, _INET6, _TCP, _UDP, _ROUTE = 1, 2, 16, 10, 6, 17, 0
_CLONE3 = 435
_REFUSED_EVERYWHERE = {
    "pidfd_getfd": 438, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432,
    "fspick": 433, "process_madvise": 440, "mount_setattr": 442, "quotactl_fd": 443,
    "open_tree_attr": 467,
}  # fmt: skip
_TABLES: dict[str, tuple[int, dict[str, int], dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {"clone": 56, "socket": 41, "socketpair": 53, "fallocate": 285},
        {
            "bpf": 321, "add_key": 248, "request_key": 249, "keyctl": 250, "perf_event_open": 298,
            "userfaultfd": 323, "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161,
            "unshare": 272, "setns": 308, "ptrace": 101, "process_vm_readv": 310,
            "process_vm_writev": 311, "kexec_load": 246, "kexec_file_load": 320,
            "init_module": 175, "finit_module": 313, "delete_module": 176,
            "open_by_handle_at": 304, "name_to_handle_at": 303, "swapon": 167, "swapoff": 168,
            "reboot": 169, "syslog": 103, "acct": 163, "quotactl": 179, "kcmp": 312, "iopl": 172,
            "ioperm": 173, "modify_ldt": 154, "fanotify_init": 300, "fanotify_mark": 301,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {"clone": 220, "socket": 198, "socketpair": 199, "fallocate": 47},
        {
            "bpf": 280, "add_key": 217, "request_key": 218, "keyctl": 219, "perf_event_open": 241,
            "userfaultfd": 282, "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51,
            "unshare": 97, "setns": 268, "ptrace": 117, "process_vm_readv": 270,
            "process_vm_writev": 271, "kexec_load": 104, "kexec_file_load": 294,
            "init_module": 105, "finit_module": 273, "delete_module": 106,
            "open_by_handle_at": 265, "name_to_handle_at": 264, "swapon": 224, "swapoff": 225,
            "reboot": 142, "syslog": 116, "acct": 89, "quotactl": 60, "kcmp": 272,
            "fanotify_init": 262, "fanotify_mark": 263,
        },
    ),
}  # fmt: skip
"""By machine: the architecture's mark, the calls looked at more closely, the calls refused."""
_FOR_WALLS = frozenset({"mount", "umount2", "pivot_root", "unshare"})
"""What bubblewrap itself calls, besides clone with a new user namespace."""
_Line = str | tuple[int, int | str, int | str, int]


def main() -> None:
    """Prepare this process as the JSON says and become the command."""
    given = json.loads(sys.argv[1])
    if given.get("mount_proc"):
        _mount_proc()
    if given.get("control"):
        _open_line(given["control"], given["port"])
    for name, limit in given["rlimits"].items():
        _limit(getattr(resource, f"RLIMIT_{name}"), limit)
    _drop(given.get("uid"))
    _enter(given.get("folders", []))
    _filter_calls(may_nest=bool(given.get("may_nest")))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606  this process becomes the kernel


def _mount_proc() -> None:
    """Mount /proc bare; within bubblewrap's, which is partly covered, no further one can be had."""
    flags = _NOSUID | _NODEV | _NOEXEC
    if ctypes.CDLL(None, use_errno=True).mount(b"proc", b"/proc", b"proc", flags, None):
        raise SystemExit(f"/proc could not be mounted (errno {ctypes.get_errno()})")


def _open_line(control: str, port: int) -> None:
    """Listen on loopback in here and hand the listener out; wait until it is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    with socket.socket(socket.AF_UNIX) as out:
        out.settimeout(20)
        out.connect(control)
        socket.send_fds(out, [b"L"], [listener.fileno()])
        if out.recv(1) != b"k":
            raise SystemExit("the line to the models was not taken")
    listener.close()


def _limit(which: int, limit: int) -> None:
    _, hard = resource.getrlimit(which)
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(which, (limit, limit))


def _drop(uid: int | None) -> None:
    """Lose root and every capability, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    if uid is not None:
        for capability in range(64):
            libc.prctl(_CAPBSET_DROP, capability, 0, 0, 0)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        header, nothing = struct.pack("Ii", _CAPABILITY_VERSION, 0), bytes(24)
        if libc.capset(header, nothing):
            raise SystemExit("capabilities could not be dropped")
        if os.geteuid() == 0 or os.getresuid() != (uid, uid, uid):
            raise SystemExit("privileges could not be dropped")
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise SystemExit("no_new_privs could not be set")


def _enter(folders: list[str]) -> None:
    """Go to the first folder that its owner can enter, now that we are its owner."""
    for folder in folders:
        try:
            os.chdir(folder)
            os.environ["PWD"] = folder  # noqa: TID251  bubblewrap's names the root
            return
        except OSError:
            continue


def _filter_calls(*, may_nest: bool) -> None:
    """Refuse system calls no notebook needs and many escapes begin with.

    A candidate's server puts up its kernels' walls, so it may nest; what it starts gets this
    filter once more, whole.
    """
    table = _TABLES.get(platform.machine())
    if table is None:
        raise SystemExit(f"no list of system calls for {platform.machine()}")
    arch, looked_at, refused = table
    if may_nest:
        looked_at = {name: at for name, at in looked_at.items() if name != "clone"}
        refused = {name: at for name, at in refused.items() if name not in _FOR_WALLS}
    program = _program(arch, looked_at, refused)
    buffer = ctypes.create_string_buffer(program)
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    held = ctypes.create_string_buffer(header)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(held), 0, 0):
        raise SystemExit(f"system calls could not be filtered (errno {ctypes.get_errno()})")


def _program(arch: int, looked_at: dict[str, int], refused: dict[str, int]) -> bytes:
    """Return the filter.

    Besides the calls refused whole: no new user namespace; of sockets only UNIX, TCP, UDP and
    the routing table's, since others (vsock among them) are no part of a network namespace; no
    space reserved beyond a file's end, which the limits on size would not see.
    """
    lines: list[_Line] = [
        (_LOAD, 0, 0, _ARCH), (_EQUAL, 0, "kill", arch),
        (_LOAD, 0, 0, _NUMBER), (_AT_LEAST, "refuse", 0, _X32), (_EQUAL, "unknown", 0, _CLONE3),
        *((_EQUAL, name, 0, number) for name, number in looked_at.items()),
        *((_EQUAL, "refuse", 0, number)
          for number in sorted({*refused.values(), *_REFUSED_EVERYWHERE.values()})),
        (_EQUAL, "allow", "allow", 0),
        "clone", (_LOAD, 0, 0, _FIRST), (_ANY_BIT, "refuse", "allow", _NEWUSER),
        "fallocate", (_LOAD, 0, 0, _SECOND), (_ANY_BIT, "unsupported", "allow", _KEEP_SIZE),
        "socket", "socketpair",
        (_LOAD, 0, 0, _FIRST), (_EQUAL, "allow", 0, _UNIX), (_EQUAL, "internet", 0, _INET),
        (_EQUAL, "internet", 0, _INET6), (_EQUAL, "netlink", "family", _NETLINK),
        "internet", (_LOAD, 0, 0, _THIRD), (_EQUAL, "allow", 0, 0), (_EQUAL, "allow", 0, _TCP),
        (_EQUAL, "allow", "protocol", _UDP),
        "netlink", (_LOAD, 0, 0, _THIRD), (_EQUAL, "allow", "protocol", _ROUTE),
        "allow", (_VERDICT, 0, 0, _ALLOW),
        "kill", (_VERDICT, 0, 0, _KILL),
        "refuse", (_VERDICT, 0, 0, _ERRNO | _EPERM),
        "unknown", (_VERDICT, 0, 0, _ERRNO | _ENOSYS),
        "unsupported", (_VERDICT, 0, 0, _ERRNO | _EOPNOTSUPP),
        "family", (_VERDICT, 0, 0, _ERRNO | _EAFNOSUPPORT),
        "protocol", (_VERDICT, 0, 0, _ERRNO | _EPROTONOSUPPORT),
    ]  # fmt: skip
    return _assemble(lines)


def _assemble(lines: list[_Line]) -> bytes:
    """Return the instructions, each jump to a label made a number of instructions to skip."""
    places: dict[str, int] = {}
    code: list[tuple[int, int | str, int | str, int]] = []
    for line in lines:
        if isinstance(line, str):
            places[line] = len(code)
        else:
            code.append(line)

    def skip(target: int | str, at: int) -> int:
        return places[target] - at - 1 if isinstance(target, str) else target

    return b"".join(
        struct.pack("HBBI", operation, skip(yes, at), skip(no, at), value)
        for at, (operation, yes, no, value) in enumerate(code)
    )


if __name__ == "__main__":
    main()
