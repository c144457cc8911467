"""Which rung there is, said aloud; the job's file; files given away without following links."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from harness.core.errors import EnvironmentLacks, SettingsError
from harness.core.settings import SandboxSettings
from harness.sandbox.job import SandboxJob, read_job
from harness.sandbox.ladder import CGROUP, NONE, RLIMITS, Ladder, Step, choose, probe
from harness.sandbox.own import own, own_tree, size_of_tree
from tests.conftest import ROOT


@pytest.mark.sandbox
def test_this_machine_has_walls() -> None:
    ladder = probe(SandboxSettings())
    available = {step.rung.name for step in ladder.steps if step.is_available}

    assert "bwrap+rlimits" in available, ladder
    assert choose(ladder, trust_code=False).is_sandboxed


def test_without_bubblewrap_every_rung_says_so_and_names_the_next_step(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ladder = probe(SandboxSettings())

    assert [step.is_available for step in ladder.steps] == [False, False, True]
    assert {step.remedy for step in ladder.steps[:2]} == {"make system"}
    with pytest.raises(EnvironmentLacks, match=r"bubblewrap is not installed.*make system"):
        choose(ladder, trust_code=False)
    assert choose(ladder, trust_code=True) is NONE


def test_trusting_the_code_never_steps_down_where_there_are_walls() -> None:
    ladder = Ladder((Step(CGROUP, False, "x", "y"), Step(RLIMITS, True), Step(NONE, True)))

    assert choose(ladder, trust_code=True) is RLIMITS


AS_ANOTHER = """
import os, shutil, sys
from pathlib import Path
from harness.core.settings import SandboxSettings
from harness.sandbox import bubblewrap
from harness.sandbox.ladder import probe
shutil.copy(bubblewrap.INSIDE, sys.argv[1])
bubblewrap.INSIDE = Path(sys.argv[1]) / "inside.py"
os.setgroups([]); os.setgid(4242); os.setuid(4242)
steps = probe(SandboxSettings(), python=Path("/usr/bin/python3")).steps
print([(step.rung.name, step.is_available) for step in steps], steps[0].why_not)
"""


@pytest.mark.sandbox
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="needs a system Python")
def test_an_ordinary_user_gets_walls_without_control_groups() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-c", AS_ANOTHER, folder],
            capture_output=True, text=True, cwd=ROOT, env={"PATH": "/usr/bin:/bin"},
        )  # fmt: skip

    assert "('bwrap+rlimits', True)" in done.stdout, done.stdout + done.stderr
    assert "('bwrap+cgroup', False)" in done.stdout
    assert "control groups cannot be made here" in done.stdout


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


def test_the_size_of_a_tree_counts_no_link_twice(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100_000)
    (tmp_path / "loop").symlink_to(tmp_path)

    assert 100_000 <= size_of_tree(tmp_path) < 200_000
