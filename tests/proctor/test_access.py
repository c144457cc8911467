"""Who gets in: roles, replaced passes, and what a stranger learns."""

import hashlib
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.core.doors import doors_folder
from tests.proctor.builders import Up, operator_token, proctor, settings_for

pytestmark = pytest.mark.anyio

OPERATOR = [("POST", "/sessions"), ("GET", "/sessions"), ("GET", "/sessions/x"),
            ("POST", "/sessions/x/tokens")]  # fmt: skip
KERNEL = [("GET", "/v1/models"), ("GET", "/v1/prices"), ("POST", "/v1/chat/completions"),
          ("GET", "/k/budget")]  # fmt: skip


async def status_of(up: Up, token: str | None) -> int:
    async with up.http(token) as client:
        return (await client.get("/session")).status_code


NO_PASS: list[dict[str, Any]] = [
    {}, {"Authorization": "Bearer"}, {"Authorization": "Bearer nobody"},
    {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer " + "x" * 5000},
    {"Authorization": b"Bearer \xff\xfe"}, {"Authorization": "bearer\tx"}, {"x-api-key": "sk-1"},
]  # fmt: skip


async def test_without_a_good_pass_every_door_but_health_is_shut(tmp_path: Path) -> None:
    doors = [*OPERATOR, *KERNEL, ("GET", "/session")]
    async with proctor(settings_for(tmp_path)) as up, httpx.AsyncClient(base_url=up.url) as client:
        answers = [
            await client.request(method, path, headers=header)
            for method, path in doors
            for header in NO_PASS
        ]
        health = [await client.get("/healthz", headers=header) for header in NO_PASS]

    assert {a.status_code for a in answers} == {401}
    assert {a.json()["error"]["code"] for a in answers} == {"invalid_api_key"}
    assert {a.status_code for a in health} == {200}


async def test_each_pass_opens_its_own_doors_and_no_others(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        async with up.kernel as kernel, up.lab as lab, up.operator as operator:
            refused = [await kernel.request(*door) for door in OPERATOR]
            refused += [await lab.request(*door) for door in OPERATOR + KERNEL]
            refused += [await operator.request(*door) for door in [*KERNEL, ("GET", "/session")]]
            own = [await kernel.get("/session"), await lab.get("/session")]
            own += [await operator.get("/sessions"), await kernel.get("/k/budget")]

    assert {a.status_code for a in refused} == {403}
    assert {a.status_code for a in own} == {200}


async def test_a_replaced_pass_is_no_longer_good_also_after_a_restart(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        async with up.operator as operator:
            fresh = (await operator.post(f"/sessions/{up.card.session}/tokens")).json()
        old = [up.card.lab_token, up.card.kernel_token]
        new = [fresh["lab_token"], fresh["kernel_token"]]
        before = [await status_of(up, token) for token in old + new]
    async with proctor(settings) as up:
        after = [await status_of(up, token) for token in old + new]

    assert before == [401, 401, 200, 200]
    assert after == [401, 401, 200, 200]


async def test_no_token_lies_in_the_database(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        tokens = [up.card.lab_token, up.card.kernel_token, operator_token(settings)]
    folder = settings.home / "proctor"
    stored = b"".join(p.read_bytes() for p in folder.glob("*.sqlite*"))

    assert all(token and token.encode() not in stored for token in tokens)
    assert hashlib.sha256(str(tokens[0]).encode()).hexdigest().encode() in stored


async def test_the_proctors_folder_and_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings):
        folder = settings.home / "proctor"
        names = ("operator.token", "keys/signing.key", "identity.sqlite", "witness.sqlite")
        modes = {name: stat.S_IMODE((folder / name).stat().st_mode) for name in names}
        place = doors_folder(folder)  # elsewhere when this test's own path is long
        doors = sorted(path.name for path in place.iterdir())
        doors_mode = stat.S_IMODE(place.stat().st_mode)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(modes.values()) == {0o600}
    assert doors == ["kernel.sock", "lab.sock"] and doors_mode == 0o711


async def test_the_operators_pass_stays_the_same(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings):
        first = operator_token(settings)
    async with proctor(settings):
        second = operator_token(settings)

    assert first == second and len(first) >= 40


async def test_unknown_doors_and_methods_are_told_on_the_same_wire(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, up.kernel as client:
        answers = [
            await client.get("/nothing"), await client.get("/v1/chat/completions"),
            await client.get("/session/"), await client.get("/../../etc/passwd"),
            await client.put("/v1/models"), await client.post("/v1/images", json={}),
        ]  # fmt: skip

    assert [a.status_code for a in answers] == [404, 405, 404, 404, 405, 404]
    assert all(set(a.json()["error"]) == {"message", "type", "param", "code"} for a in answers)
