"""Which rung there is, said aloud; the job's file; files given away without following links."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from pydantic import ValidationError

from harness.core.errors import EnvironmentLacks, SettingsError
from harness.core.settings import SandboxSettings
from harness.sandbox import ladder
from harness.sandbox.bubblewrap import Walls, argv_of, interpreter_trees
from harness.sandbox.job import SandboxJob, read_job
from harness.sandbox.ladder import CGROUP, NONE, RLIMITS, Ladder, Step, choose, probe
from harness.sandbox.own import own, own_tree, size_of_tree
from tests.conftest import ROOT


@pytest.mark.sandbox
def test_this_machine_has_walls() -> None:
    found = probe(SandboxSettings())
    available = {step.rung.name for step in found.steps if step.is_available}

    assert "bwrap+rlimits" in available, found
    assert choose(found, trust_code=False).is_sandboxed


def test_without_bubblewrap_every_rung_says_so_and_names_the_next_step(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = probe(SandboxSettings())

    assert [step.is_available for step in found.steps] == [False, False, True]
    assert {step.remedy for step in found.steps[:2]} == {"make system"}
    with pytest.raises(EnvironmentLacks, match=r"bubblewrap is not installed.*make system"):
        choose(found, trust_code=False)
    assert choose(found, trust_code=True) is NONE


def test_trusting_the_code_never_steps_down_where_there_are_walls() -> None:
    found = Ladder((Step(CGROUP, False, "x", "y"), Step(RLIMITS, True), Step(NONE, True)))

    assert choose(found, trust_code=True) is RLIMITS


AS_ANOTHER = """
import asyncio, os, sys
from pathlib import Path
from harness.core.settings import SandboxSettings
from harness.sandbox.ladder import probe
from tests.sandbox.kernels import started

folder, python = map(Path, sys.argv[1:])
steps = probe(SandboxSettings(), python=python).steps
print([(step.rung.name, step.is_available) for step in steps], steps[0].why_not, steps[0].remedy)

LOOK = '''
import os, stat
print(os.getuid(), *[line.split()[1] for line in open('/proc/self/status')
      if line.startswith(('CapEff', 'CapPrm', 'CapBnd', 'NoNewPrivs', 'Seccomp:'))])
for fd in os.listdir('/proc/self/fd'):
    try:
        path = f'/proc/self/fd/{fd}'
        if stat.S_ISREG(os.stat(path).st_mode): print(os.readlink(path))
    except OSError: pass
children = []
try:
    for _ in range(400):
        pid = os.fork()
        if pid == 0:
            os.pause() if hasattr(os, 'pause') else __import__('signal').pause()
        children.append(pid)
except OSError as problem: print(type(problem).__name__, len(children) < 128)
for pid in children: os.kill(pid, 9); os.waitpid(pid, 0)
_ = open('mine', 'w').write('kept')
'''

async def main():
    async with started(folder, python, rung="bwrap+rlimits") as cell:
        found = await cell.run(LOOK)
        print(found.text, found.error)
        mine = folder / "work" / "mine"
        print(mine.read_text(), mine.stat().st_uid == os.getuid() == 4242)

asyncio.run(main())
"""


@pytest.mark.sandbox
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_gets_walls_without_control_groups(candidate_python: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chown(folder, 4242, 4242)
        log = folder / "log"
        log.touch(mode=0o600)
        os.chown(log, 4242, 4242)
        with log.open("w") as stderr:
            done = subprocess.run(
                [*as_user(4242, candidate_python), sys.executable, "-B", "-c", AS_ANOTHER,
                 str(folder), str(candidate_python)],
                stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=ROOT, timeout=90,
                env={"PATH": "/usr/bin:/bin", "TMPDIR": "/tmp"},
            )  # fmt: skip
        rungs, found, *rest = done.stdout.splitlines() or ["", ""]
        said = done.stdout + log.read_text()

    assert "('bwrap+rlimits', True)" in rungs, said
    assert "('bwrap+cgroup', False)" in rungs and "control groups cannot be made here" in rungs
    assert "systemd-run" in rungs
    assert found.split() == ["1000", *["0" * 16] * 3, "1", "2"], said
    assert [line.strip() for line in rest if line.strip()] == [
        "BlockingIOError True", "kept True",
    ], said  # fmt: skip


def as_user(uid: int, python: Path) -> list[str]:
    """Return what runs a command as an ordinary user who may read these two interpreters.

    They may lie in root's own folder, which is closed: there it is replaced by an empty one.
    """
    argv = ["bwrap", "--dev-bind", "/", "/"]
    trees = {*interpreter_trees(Path(sys.executable)), *interpreter_trees(python)}
    closed = [tree for tree in trees if tree.is_relative_to("/root")]
    argv += ["--perms", "0755", "--tmpfs", "/root"] if closed else []
    for tree in closed:
        for parent in reversed(tree.relative_to("/root").parents[:-1]):
            argv += ["--perms", "0755", "--dir", f"/root/{parent}"]
        argv += ["--ro-bind", str(tree), str(tree)]
    drop = ["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups",
            "--inh-caps=-all"]  # fmt: skip
    return [*argv, *drop]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.chmod(0o644), "0600"),
        (lambda p: p.unlink(), "cannot be read"),
        (lambda p: p.write_text("{"), "json"),
        (lambda p: p.write_text('{"rung":"best","work":"/w"}'), "rung"),
        (lambda p: p.write_text('{"rung":"none","work":"/w","more":1}'), "more"),
        (lambda p: (p.rename(p.with_name("other")), p.symlink_to("other")), "0600"),
    ],
)
def test_a_job_that_is_off_is_refused(tmp_path: Path, change: object, words: str) -> None:
    path = tmp_path / "job.json"
    path.touch(mode=0o600)
    path.write_text(SandboxJob(rung="none", work=tmp_path).model_dump_json())
    assert read_job(path).rung == "none"
    change(path)  # type: ignore[operator]

    with pytest.raises(SettingsError, match=f"(?i){words}"):
        read_job(path)


@pytest.mark.parametrize("token", ["two\nlines", "two words", ""])
def test_a_token_that_would_break_the_greeting_is_refused(tmp_path: Path, token: str) -> None:
    with pytest.raises(ValidationError, match="kernel_token"):
        SandboxJob(rung="none", work=tmp_path, kernel_token=token)


def test_an_interpreter_whose_folder_holds_the_work_as_well_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    walls = Walls(python=tmp_path / "bin" / "python", run=tmp_path / "run", work=Path("/srv/work"))

    with pytest.raises(EnvironmentLacks, match="cells would see all of it"):
        argv_of(walls)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"uid": 0}, "uid is 0"),
        ({"capabilities": 1}, "capabilities is 1"),
        ({"devices": ["lo", "eth0"]}, "eth0"),
        ({"ours": ["/home/me/secret"]}, "secret"),
        ({"filter": False}, "filter is False"),
        ({"namespaces": True}, "namespaces is True"),
        ({"variables": ["TOKEN"]}, "TOKEN"),
        (None, "said nothing"),
    ],
)
def test_walls_that_do_not_hold_are_not_called_walls(
    change: dict[str, object] | None, words: str
) -> None:
    told = {**ladder._WANTED, "uid": 1000} | (change or {})
    why, remedy = ladder._judge(json.dumps(told) if change is not None else "Traceback")

    assert ladder._judge(json.dumps({**ladder._WANTED, "uid": 1000})) == ("", "")
    assert words in why and remedy


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_giving_a_tree_away_follows_no_link_and_takes_no_second_name(tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    ours.write_text("ours")
    tree = tmp_path / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "deep" / "theirs").write_text("theirs")
    (tree / "soft").symlink_to(ours)
    (tree / "up").symlink_to(tmp_path)
    os.link(ours, tree / "hard")
    os.mkfifo(tree / "pipe")
    own_tree(tree, 61184, 61184)
    owners = {p.name: p.lstat().st_uid for p in tree.rglob("*")}

    assert owners == {"deep": 61184, "theirs": 61184, "soft": 0, "up": 0, "hard": 0, "pipe": 0}
    assert ours.stat().st_uid == 0
    assert not own(tree / "soft", 61184, 61184)
    assert not own(tree / "hard", 61184, 61184)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_giving_one_file_away_follows_no_link_on_the_way_to_it(tmp_path: Path) -> None:
    work, ours = tmp_path / "work", tmp_path / "ours"
    for folder in (work / "real", ours):
        folder.mkdir(parents=True)
        (folder / "file").write_text("x")
    (work / "practice").symlink_to(ours)

    assert not own(work / "practice" / "file", 61184, 61184, beneath=work)
    assert own(work / "real" / "file", 61184, 61184, beneath=work)
    assert not own(work / "gone" / "file", 61184, 61184, beneath=work)
    assert (ours / "file").stat().st_uid == 0
    assert (work / "real" / "file").stat().st_uid == 61184
    with pytest.raises(ValueError, match="climbs"):
        own(work / ".." / "ours" / "file", 61184, 61184, beneath=work)


def test_the_size_of_a_tree_counts_no_link_twice(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100_000)
    (tmp_path / "loop").symlink_to(tmp_path)

    assert 100_000 <= size_of_tree(tmp_path) < 200_000
