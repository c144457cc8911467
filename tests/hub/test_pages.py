"""What the candidate's pages ask, behind the hub's walls: a kernel for the check, own minutes."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.hub.hosting import ADA, BOB, Hosting, Visitor

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(240)]


def test_a_hosted_server_checks_itself_with_a_kernel_behind_the_same_walls(ada: Visitor) -> None:
    steps = ada.ask("GET", "/audition/api/system-check").json()["steps"]
    kernels = ada.ask("GET", "/api/kernels").json()

    assert [one["name"] for one in steps] == ["server", "proctor", "kernel", "model"]
    assert {one["state"] for one in steps} <= {"good", "slow"}, steps
    assert kernels == []


def test_a_hosted_candidate_downloads_the_own_record_and_nobody_elses(
    ada: Visitor, bob: Visitor
) -> None:
    records = []
    for visitor in (ada, bob):
        note = {"exercise": "practice", "text": f"An idea of {visitor.sitting}."}
        assert visitor.ask("POST", "/audition/api/hypotheses", note).status_code == 200
        records.append(visitor.ask("GET", "/audition/api/record").content)
    members = [_members(data) for data in records]

    assert f"idea of {ada.sitting}".encode() in members[0]
    assert f"idea of {bob.sitting}".encode() in members[1]
    assert f"idea of {bob.sitting}".encode() not in members[0]
    assert f"idea of {ada.sitting}".encode() not in members[1]
    assert not [name for name in (ADA, BOB) if name.encode() in members[0]]


def test_extra_time_is_in_the_minutes_that_its_own_candidate_reads(up: Hosting) -> None:
    up.audition("round", "new", "timed", "--exercise", "eval-design", "--minutes", "40")
    zoe = up.visitor().enter(up.invite("timed", "Zoe", "--extra-time", "1.25"))
    told = zoe.ask("GET", "/audition/api/sitting").json()["exercises"][0]["minutes"]
    clock = zoe.ask("POST", "/audition/api/clock/start", {"exercise": "eval-design"}).json()

    assert told == 50.0
    assert 49 * 60 < clock["exercises"][0]["left_s"] <= 50 * 60


def _members(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())
