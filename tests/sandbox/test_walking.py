"""Folders that change while they are walked, and what is left behind by launchers that died."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from harness.sandbox import cgroup
from harness.sandbox.run_folder import new_run, prepare_run, seal_sockets
from harness.sandbox.walking import WalkBroken, remove_tree, walk


def ended_process() -> int:
    """Return the pid of a process that is no more."""
    done = subprocess.Popen(["true"])
    done.wait()
    return done.pid


def test_a_walk_sees_everything_once_and_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").touch()
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "up").symlink_to("/")
    names = sorted(entry.name for entry in walk(tmp_path))

    assert names == ["a", "b", "c", "file", "up"]


def test_a_folder_moved_while_we_are_in_it_does_not_lead_us_out(tmp_path: Path) -> None:
    work, elsewhere = tmp_path / "work", tmp_path / "elsewhere"
    (work / "a" / "b").mkdir(parents=True)
    (work / "a" / "b" / "file").touch()
    elsewhere.mkdir()
    (elsewhere / "secret").touch()
    seen = []
    with pytest.raises(WalkBroken, match="moved"):
        for entry in walk(work):
            seen.append(entry.name)
            if entry.name == "file":
                (work / "a" / "b").rename(elsewhere / "b")

    assert "secret" not in seen


def test_a_folder_that_becomes_a_link_before_we_enter_it_is_passed_by(tmp_path: Path) -> None:
    work, elsewhere = tmp_path / "work", tmp_path / "elsewhere"
    (work / "a").mkdir(parents=True)
    elsewhere.mkdir()
    (elsewhere / "secret").touch()
    seen = []
    for entry in walk(work):
        seen.append(entry.name)
        (work / "a").rmdir()
        (work / "a").symlink_to(elsewhere)

    assert seen == ["a"]


def test_a_walk_that_ends_early_leaves_no_handle_open(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        next(walking := walk(tmp_path))
        walking.close()  # type: ignore[attr-defined]

    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_tree_of_any_depth_can_be_removed(tmp_path: Path) -> None:
    made = "import os\nfor n in range(2500):\n    os.mkdir('d'); os.chdir('d')"
    (tmp_path / "deep").mkdir()
    subprocess.run(["python3", "-c", made], cwd=tmp_path / "deep", check=True)
    remove_tree(tmp_path / "deep")

    assert not (tmp_path / "deep").exists()


def test_folders_of_launchers_that_died_are_removed_and_of_living_ones_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    dead = Path(f"/tmp/aud-{ended_process()}-test")
    alive = Path(f"/tmp/aud-{os.getppid()}-test")
    for folder in (dead, alive):
        (folder / "ipc").mkdir(parents=True)
    run = new_run()
    left = (dead.exists(), alive.exists(), run.stat().st_mode & 0o777)
    remove_tree(alive)
    remove_tree(run)

    assert left == (False, True, 0o700)


def test_sockets_are_sealed_only_when_all_are_sockets(tmp_path: Path) -> None:
    import socket

    run = tmp_path / "run"
    prepare_run(run, None)
    opened = []
    for n in range(1, 5):
        one = socket.socket(socket.AF_UNIX)
        one.bind(str(run / "ipc" / f"k-{n}"))
        opened.append(one)
    too_few = seal_sockets(run)
    (run / "ipc" / "k-5").symlink_to("/run/other.sock")
    with_a_link = seal_sockets(run)
    (run / "ipc" / "k-5").unlink()
    last = socket.socket(socket.AF_UNIX)
    last.bind(str(run / "ipc" / "k-5"))
    done = seal_sockets(run)
    for one in (*opened, last):
        one.close()

    assert (too_few, with_a_link, done) == (False, False, True)


def fake_v2(root: Path, own: str, handed_on: dict[str, str]) -> Path:
    """Make folders that look like version 2's, and the file that says which group is ours."""
    (root / "cgroup.controllers").write_text("cpu memory pids")
    for path, controllers in handed_on.items():
        (root / path).mkdir(parents=True, exist_ok=True)
        (root / path / "cgroup.subtree_control").write_text(controllers)
        (root / path / "cgroup.procs").write_text("")
    membership = root / "membership"
    membership.write_text(f"0::/{own}\n")
    return membership


@pytest.mark.parametrize(
    ("own", "handed_on", "place"),
    [
        ("u/app/ours", {"": "memory pids", "u/app": "memory pids", "u/app/ours": ""}, "u/app"),
        ("u/app/ours", {"": "memory pids", "u/app": "cpu", "u/app/ours": ""}, ""),
        ("", {"": "cpu memory pids"}, ""),
    ],
)
def test_in_version_2_a_group_is_made_where_both_controllers_are_handed_on(
    tmp_path: Path, own: str, handed_on: dict[str, str], place: str
) -> None:
    membership = fake_v2(tmp_path, own, handed_on)
    group = cgroup.make(1 << 28, 64, root=tmp_path, membership=membership)

    assert [folder.parent for folder in group.folders] == [tmp_path / place]
    assert (group.folders[0] / "memory.max").read_text() == str(1 << 28)
    assert (group.folders[0] / "pids.max").read_text() == "64"


def test_in_version_2_without_delegation_no_group_is_made(tmp_path: Path) -> None:
    membership = fake_v2(tmp_path, "user", {"": "cpu", "user": "pids"})

    with pytest.raises(OSError, match="hands on memory and pids"):
        cgroup.make(1 << 28, 64, root=tmp_path, membership=membership)
    assert list(tmp_path.rglob("audition-*")) == []


@pytest.mark.sandbox
@pytest.mark.skipif(
    cgroup.why_not() != "" or not (cgroup.ROOT / "memory").is_dir(), reason="needs version 1"
)
def test_in_version_1_what_was_half_made_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / "memory").symlink_to(cgroup.ROOT / "memory")  # and no pids beside it

    with pytest.raises(FileNotFoundError):
        cgroup.make(1 << 28, 64, root=tmp_path)
    assert list((cgroup.ROOT / "memory").glob(f"audition-{os.getpid()}-*")) == []


@pytest.mark.sandbox
@pytest.mark.skipif(cgroup.why_not() != "", reason="control groups cannot be made here")
def test_a_group_is_removed_with_whoever_is_still_in_it_and_so_are_dead_launchers_groups() -> None:
    group = cgroup.make(64 << 20, 16)
    stale = [folder.with_name(f"audition-{ended_process()}-test") for folder in group.folders]
    for folder in stale:
        folder.mkdir()
    sleeper = subprocess.Popen(["sleep", "60"], preexec_fn=group.enter())
    inside = group.pids()
    is_removed = group.remove()
    another = cgroup.make(64 << 20, 16)
    another.remove()

    assert inside == [sleeper.pid]
    assert is_removed and sleeper.wait(5) == -9
    assert not any(folder.exists() for folder in (*stale, *group.folders))
