"""The picture of an exercise's probes: right dots and squares, words beside it, out of the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from grader.authoring.check_command import Manner, _row
from grader.authoring.folder import read_exercise
from grader.authoring.new import make_exercise
from grader.authoring.photograph import photograph
from grader.authoring.picture import Drawn, Probe, draw, probes_of, tell
from grader.authoring.picture_making import make_picture
from grader.authoring.picture_scores import content_of, read_kept
from grader.bench import Bench
from grader.records import ModelRun, Score
from harness.core.errors import BadExercise
from harness.core.settings import load_settings
from tests.grader.authoring.folders import make_tiny
from tests.grader.builders import swap

ROOT = Path(__file__).resolve().parents[3]


def run(id_: str, *seeds: str, group: str = "mutant", about: str = "a fault") -> ModelRun:
    return ModelRun.model_validate(
        {"id": id_, "about": about, "group": group, "weight": 1, "seeds": seeds}
    )


def scored(index: float | None, *runs: ModelRun) -> Score:
    return Score(
        submission="sub-1",
        exercise="tiny",
        exercise_version="1.0.0",
        index=index,
        is_partial=False,
        components={},
        runs=runs,
        scorer="mutation",
        scorer_version="1.0.0",
    )


def drawn(*probes: Probe, is_current: bool = True) -> Drawn:
    return Drawn("x 1.0.0", probes, is_current)


def shapes(svg: str, tag: str) -> list[dict[str, str]]:
    root = ElementTree.fromstring(svg)
    return [dict(one.attrib) for one in root.iter(f"{{http://www.w3.org/2000/svg}}{tag}")]


def test_a_dot_lies_on_the_scale_and_one_outside_has_another_sign() -> None:
    inside = Probe("good", 75, 100, scored(80))
    outside = Probe("bad", 0, 25, scored(50))
    svg, words = draw(drawn(inside, outside)), tell(drawn(inside, outside))
    [dot] = shapes(svg, "circle")
    band = shapes(svg, "rect")[1]

    assert float(band["x"]) < float(dot["cx"]) < float(band["x"]) + float(band["width"])
    assert len(shapes(svg, "path")) == 1
    assert words.splitlines()[1:] == [
        "  1 good: 80.0, expected 75 to 100",
        "  2 bad: 50.0, expected 0 to 25, OUTSIDE",
    ]


@pytest.mark.parametrize(("index", "is_outside"), [(0, True), (10, False), (20, False), (21, True)])
def test_the_bounds_belong_to_the_range(index: float, is_outside: bool) -> None:
    assert Probe("p", 10, 20, scored(index)).is_outside is is_outside


def test_squares_tell_refused_from_at_times_from_let_through() -> None:
    rows = [run("M01", "no_ship", "no_ship"), run("M02", "no_ship", "ship"), run("M03", "ship"),
            run("B1", "ship", group="counted"), run("M04", "error")]  # fmt: skip
    one = drawn(Probe("p", 0, 100, scored(50, *rows)), Probe("q", 0, 100, None))

    assert tell(one).splitlines()[3:] == [
        "M01 a fault: 1 refused, 2 not run",
        "M02 a fault: 1 refused 50% of runs, 2 not run",
        "M03 a fault: 1 let through, 2 not run",
        "M04 a fault: 1 failed, 2 not run",
        "B1 a fault (harmless): 1 let through, 2 not run",
    ]
    filled = [r for r in shapes(draw(one), "rect") if r.get("height") == "12" and "fill" in r
              and r["fill"] != "none"]  # fmt: skip
    assert [r["width"] for r in filled] == ["12", "6"]


def test_words_of_an_author_stay_words() -> None:
    fault = run("M01", "ship", about='<script>"&')
    svg = draw(drawn(Probe("<b>", 0, 100, scored(50, fault))))

    assert "<script" not in svg and "<b>" not in svg
    assert '<script>"&' in "".join(ElementTree.fromstring(svg).itertext())


def test_a_picture_without_colour_or_eyes_has_all_of_it_in_its_description() -> None:
    one = drawn(Probe("p", 0, 100, scored(50, run("M01", "no_ship"))))
    root = ElementTree.fromstring(draw(one))
    described = root.find("{http://www.w3.org/2000/svg}desc")

    assert root.get("role") == "img" and described is not None
    assert "M01 a fault: 1 refused" in (described.text or "")


def test_a_range_in_another_form_is_none() -> None:
    table: dict[str, Any] = {"probe": {
        "a": {"index": [0, 10]}, "b": {"index": [10, 0]}, "c": {"index": [0, True]},
        "d": {"index": "all"}, "e": 3, "f": {"index": [-1, 500]},
    }}  # fmt: skip
    found = {one.name: (one.low, one.high) for one in probes_of(table, {})}

    assert found["a"] == (0, 10)
    assert all(found[name] == (None, None) for name in "bcdef")
    assert probes_of({"probe": []}, {}) == ()


def test_what_is_not_run_or_of_another_state_is_said() -> None:
    assert "Not run yet" in tell(drawn(Probe("p", 0, 9, None)))
    assert "of an earlier state" in tell(drawn(Probe("p", 0, 9, scored(5)), is_current=False))
    assert "has no probes yet" in tell(drawn())
    ElementTree.fromstring(draw(drawn()))


@pytest.mark.sandbox
def test_probes_are_run_once_and_again_when_the_folder_changes(tmp_path: Path) -> None:
    folder, home = make_exercise("trial", "classify", tmp_path), tmp_path / "home"
    asked: list[int] = []

    def bench() -> Bench:
        asked.append(1)
        return Bench.of(load_settings())

    picture = make_picture(folder, home, bench=bench)
    first = picture.with_suffix(".txt").read_text()
    make_picture(folder, home, bench=bench)

    assert picture == home / "pictures" / "trial" / "probes.svg"
    assert len(asked) == 3 and "OUTSIDE" not in first
    assert "M01" in first and "earlier state" not in first
    reference, empty = folder / "hidden/probes/reference", folder / "hidden/probes/empty"
    for path in empty.iterdir():
        shutil.copyfile(path, reference / path.name)
    make_picture(folder, home)
    assert "earlier state" in picture.with_suffix(".txt").read_text()
    make_picture(folder, home, bench=bench)
    assert len(asked) == 6
    assert "OUTSIDE" in picture.with_suffix(".txt").read_text()


def test_what_was_kept_and_broken_is_no_reason_to_stop(tmp_path: Path) -> None:
    folder, home = make_exercise("trial", "classify", tmp_path), tmp_path / "home"
    kept = home / "pictures" / "trial" / "scores.json"
    kept.parent.mkdir(parents=True)
    kept.write_text('{"content": 3')

    assert read_kept(kept) is None
    assert "Not run yet" in make_picture(folder, home).with_suffix(".txt").read_text()


def test_content_is_names_and_bytes_and_no_droppings(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    before = content_of(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("2")
    assert content_of(tmp_path) == before
    (tmp_path / "a").rename(tmp_path / "b")
    assert content_of(tmp_path) != before


def test_neither_folder_nor_photograph_has_the_picture(tmp_path: Path) -> None:
    folder = make_exercise("trial", "classify", tmp_path)
    before = content_of(folder)
    make_picture(folder, tmp_path / "home")

    assert content_of(folder) == before
    assert not [name for name in photograph(read_exercise(folder)) if "probes" in name]


def test_a_table_that_is_none_is_named(tmp_path: Path) -> None:
    folder = make_exercise("trial", "classify", tmp_path)
    with (folder / "hidden" / "probes.toml").open("a") as more:
        more.write("[[[")

    with pytest.raises(BadExercise, match=r"hidden/probes\.toml is not TOML"):
        make_picture(folder, tmp_path / "home")


def audition(cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "harness.cli", "exercise", *words],
        cwd=cwd, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_check_and_a_release_draw_and_say_where(tmp_path: Path) -> None:
    make_tiny(tmp_path)
    picture = tmp_path / ".audition" / "pictures" / "tiny" / "probes.svg"
    none = audition(tmp_path, "check", "tiny", "--fast", "--no-picture")
    assert not picture.exists() and none.returncode == 0
    checked = audition(tmp_path, "check", "tiny", "--fast")
    assert str(picture) in checked.stderr and picture.is_file()
    picture.unlink()
    released = audition(tmp_path, "release", "tiny")

    assert released.returncode == 0 and picture.is_file()
    assert "picture" not in released.stdout + checked.stdout
    there = audition(tmp_path, "check", "tiny", "--fast", "--pictures", "seen")
    assert (tmp_path / "seen" / "tiny" / "probes.svg").is_file() and there.returncode == 0


def test_pictures_do_not_go_into_an_exercise(tmp_path: Path) -> None:
    folder = make_tiny(tmp_path)
    done = audition(tmp_path, "check", "tiny", "--fast", "--pictures", str(folder / "seen"))

    assert done.returncode == 2 and "takes no pictures; name another" in done.stderr
    assert not (folder / "seen").exists()


def test_a_file_that_is_saved_draws_anew(tmp_path: Path) -> None:
    folder = make_tiny(tmp_path)
    picture = tmp_path / ".audition" / "pictures" / "tiny" / "probes.svg"
    words = [sys.executable, "-m", "harness.cli", "exercise", "check", "tiny", "--fast", "--watch"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    log = tmp_path / "said.txt"
    with log.open("w") as said, subprocess.Popen(
        words, cwd=tmp_path, env=environment, stdout=said, stderr=said
    ) as process:  # fmt: skip
        try:
            until(lambda: "watching" in log.read_text())
            assert picture.is_file()
            picture.unlink()
            os.utime(folder / "source.py")
            until(picture.is_file)
        finally:
            process.terminate()


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so; 60 seconds at most."""
    ends_at = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.1)


def test_a_folder_that_cannot_be_drawn_is_checked_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_tiny(tmp_path)
    swap(folder / "exercise.toml", 'slug = "tiny"', 'slug = "other"')
    monkeypatch.chdir(tmp_path)
    row = _row(folder, Manner("pilot", fast=True, as_json=False))

    assert row["errors"] >= 1
    assert "tiny: no picture of the probes: exercise.toml" in capsys.readouterr().err
