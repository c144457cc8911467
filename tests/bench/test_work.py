"""Small jobs with checked answers: read, done, counted by area, and shown when wrong."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.bench.command import bench
from harness.bench.work import AREAS, Done, Job, do_jobs, read_jobs, work_figures, wrong_text
from harness.core.errors import UsageError
from harness.models.engine import Engine
from harness.models.errors import BadRequest

DATA = Path(__file__).parents[1] / "models" / "data"
FILES = (DATA / "work_dev.jsonl", DATA / "work_unseen.jsonl")


def row(**changes: object) -> dict[str, object]:
    """A job that is well formed, some of its fields changed."""
    messages = [{"role": "user", "content": "Ilka has 3 pears. How many pears has Ilka?"}]
    fields = {"id": "a-0", "area": "reckon", "messages": messages, "must": [r"\b(?:3|three)\b"]}
    return {**fields, "must_not": [r"\bfour\b"], "expected": "3", **changes}


def written(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    return path


def one_job(tmp_path: Path, **changes: object) -> Job:
    (job,) = read_jobs(written(tmp_path / "one.jsonl", row(**changes)))
    return job


def test_an_answer_is_right_with_all_that_must_and_nothing_that_must_not_occur(
    tmp_path: Path,
) -> None:
    job = one_job(tmp_path)

    assert job.accepts("THREE pears.")
    assert not job.accepts("13")
    assert not job.accepts("Three or four.")
    assert not one_job(tmp_path, must=[r"^\W*$"], must_not=[]).accepts("  \n")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"area": "sums"}, "area is 'sums'"),
        ({"must": []}, "must is empty"),
        ({"must": "three"}, "list of patterns"),
        ({"must_not": ["("]}, "unterminated"),
        ({"messages": [{"role": "assistant", "content": "Hello."}]}, "the user's"),
        ({"messages": [{"role": "user"}]}, "content"),
        ({"extra": 1}, "its keys"),
    ],
)
def test_a_line_that_is_no_job_is_named(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    path = written(tmp_path / "odd.jsonl", row(), row(id="a-1", **changes))

    with pytest.raises(UsageError, match=rf"odd\.jsonl, line 2 .*{said}"):
        read_jobs(path)


def test_a_file_without_jobs_or_with_one_id_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="empty"):
        read_jobs(written(tmp_path / "none.jsonl"))
    with pytest.raises(UsageError, match="'a-0' comes twice"):
        read_jobs(written(tmp_path / "twice.jsonl", row(), row()))


def test_the_shares_are_counted_by_area_and_the_wrong_are_named(tmp_path: Path) -> None:
    jobs = read_jobs(
        written(tmp_path / "two.jsonl", row(), row(id="a-1"), row(id="t", area="texts"))
    )
    answers = ["3", "Four, I think.", "three"]
    done = [Done(job, said, job.accepts(said)) for job, said in zip(jobs, answers, strict=True)]
    reckon, texts = work_figures(done, "two")

    assert (reckon.name, reckon.ours, reckon.met) == ("work, reckon, two", 0.5, False)
    assert reckon.how.endswith("1 of 2, sim-medium, temperature 0; wrong: a-1")
    assert (texts.ours, texts.met) == (1, True)
    assert texts.how.endswith("wrong: none")
    assert "Four, I think." in wrong_text(done)
    assert "three" not in wrong_text(done)


def test_a_call_that_is_refused_counts_as_wrong_and_a_tier_that_is_not_there_is_named(
    tmp_path: Path,
) -> None:
    engine = Engine()
    messages = [{"role": "user", "content": "pear " * 200_000}]
    (done,) = do_jobs(engine, [one_job(tmp_path, messages=messages, must=["refused"])])

    assert not done.is_right
    assert done.answer.startswith("refused: ")
    with pytest.raises(BadRequest, match="sim-huge"):
        do_jobs(engine, [one_job(tmp_path)], tier="sim-huge")


def test_the_command_prints_a_table_and_what_was_wrong(tmp_path: Path) -> None:
    anything = row(must=["."], must_not=[])
    never = row(id="a-1", must=["never said by anyone"])
    path = written(tmp_path / "mine.jsonl", anything, never)
    shown = CliRunner().invoke(bench, ["--work", str(path), "--show"])
    parsed = CliRunner().invoke(bench, ["--work", str(path), "--json", "--show"])
    alone = CliRunner().invoke(bench, ["--show"])

    assert shown.exit_code == 0
    assert "work, reckon, mine" in shown.stdout
    assert "a-1 (reckon)" in shown.stdout
    assert json.loads(parsed.stdout)["figures"][0]["ours"] == 0.5
    assert "a-1 (reckon)" in parsed.stderr
    assert alone.exit_code == 2


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_our_files_hold_twenty_jobs_an_area_that_no_empty_or_repeated_prompt_passes(
    path: Path,
) -> None:
    jobs = read_jobs(path)

    assert Counter(job.area for job in jobs) == dict.fromkeys(AREAS, 20)
    assert [job.id for job in jobs if job.accepts(job.messages[-1]["content"])] == []
    assert [job.id for job in jobs if job.accepts("Let me think about that for a moment.")] == []
