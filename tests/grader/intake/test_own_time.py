"""Own time: what lies in a pause is nobody's work, and no share of it."""

from __future__ import annotations

import datetime as dt

import pytest

from grader.attempt import IDLE_SHOWN_S, OwnTime

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def test_a_pause_is_left_out_of_own_time() -> None:
    times = [at(0), at(100), at(200)]
    own = OwnTime.of(times, [(at(120), at(180))])

    assert own.length_s == 140
    assert own.share(at(100)) == pytest.approx(100 / 140)
    assert own.share(at(110)) == pytest.approx(110 / 140)
    assert own.share(at(150)) == own.share(at(120)) == own.share(at(180))
    assert own.share(at(190)) == pytest.approx(130 / 140)


def test_a_gap_that_was_a_pause_is_no_idle_stretch() -> None:
    times = [at(0), at(60), at(660), at(700)]
    paused = OwnTime.of(times, [(at(70), at(655))])
    idle = OwnTime.of(times)

    assert paused.folds() == [] and paused.length_s == 60 + 15 + 40
    assert len(idle.folds()) == 1 and idle.length_s == 60 + IDLE_SHOWN_S + 40


def test_two_who_paused_and_did_not_have_the_same_shares() -> None:
    work = [0.0, 30.0, 60.0, 90.0]
    plain = OwnTime.of([at(s) for s in work])
    paused = OwnTime.of([at(s + (50 if s > 30 else 0)) for s in work], [(at(40), at(90))])

    assert [plain.share(at(s)) for s in work] == pytest.approx(
        [paused.share(at(s + (50 if s > 30 else 0))) for s in work]
    )


@pytest.mark.parametrize(
    "pauses",
    [
        [], [(at(500), at(900))], [(at(-90), at(-10))], [(at(-10), at(900))],
        [(at(20), at(20))], [(at(10), at(40)), (at(20), at(60))],
    ],
)  # fmt: skip
def test_shares_stay_between_nothing_and_all_and_never_fall(
    pauses: list[tuple[dt.datetime, dt.datetime]],
) -> None:
    own = OwnTime.of([at(0), at(50), at(100)], pauses)
    shares = [own.share(at(s)) for s in range(-20, 130, 3)]

    assert shares == sorted(shares)
    assert 0 <= shares[0] and shares[-1] <= 1
