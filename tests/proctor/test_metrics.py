"""Ready or not, and figures that say nothing of anybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from harness.proctor.errors import WriteFailed
from tests.proctor.builders import Up, ask, fake_worker, proctor, settings_for

pytestmark = pytest.mark.anyio


async def told(up: Up) -> dict[tuple[str, ...], float]:
    async with up.operator as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = [one for family in text_string_to_metric_families(answer.text)
               for one in family.samples]  # fmt: skip
    return {(one.name, *one.labels.values()): one.value for one in samples}


async def test_figures_count_calls_dollars_and_sessions_and_go_on_over_a_restart(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        async with up.kernel as client:
            await client.post("/v1/chat/completions", json=ask("go", max_tokens=1))
            await client.post("/v1/chat/completions", json=ask("too long"))
        first = await told(up)
        session = up.card.session
        async with up.operator as client:
            text = (await client.get("/metrics")).text
    async with proctor(settings) as up:
        later = await told(up)

    assert first["audition_calls_total", "sim-small", "settled"] == 1
    assert first["audition_calls_total", "sim-small", "failed"] == 1
    assert first["audition_spent_usd_total", "sim-small"] == pytest.approx(0.0000018)
    assert (first[("audition_sessions_total",)], later[("audition_sessions_total",)]) == (1, 2)
    assert later["audition_calls_total", "sim-small", "settled"] == 1
    assert first[("audition_model_ready",)] == 1 and first[("audition_events_total",)] > 0
    assert session not in text and "cand-" not in text


async def test_figures_are_for_the_operator_alone(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        async with up.lab as lab, up.kernel as kernel, up.http(None) as nobody:
            answers = [(await one.get("/metrics")).status_code for one in (lab, kernel, nobody)]

    assert answers == [403, 403, 401]


async def test_it_is_ready_when_the_model_is_and_says_which_part_is_not(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path), worker=fake_worker("3")) as up:
        async with up.http(None) as client:
            before = await client.get("/readyz")
            await up.service.worker.wait_ready()
            after = await client.get("/readyz")
            alive = await client.get("/healthz")

    assert (before.status_code, before.json()) == (
        503, {"ready": False, "store": True, "model": False, "open": True},
    )  # fmt: skip
    assert (after.status_code, after.json()["ready"]) == (200, True)
    assert alive.status_code == 200


async def test_a_store_that_cannot_write_is_not_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(job: object) -> None:
        raise WriteFailed("the disk is full")

    async with proctor(settings_for(tmp_path)) as up:
        await up.service.worker.wait_ready()
        with monkeypatch.context() as broken:
            broken.setattr(up.service.writer, "do", fails)
            async with up.http(None) as client:
                answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()["store"]) == (503, False)
