"""Recorded answers, log lines and the menu's figures of a triage exercise, as texts.

Runs in T, on the author's machine, for `draw_triage`. What is said stands in hidden/world.toml and
hidden/menu.toml, by an author's hand; times and numbers are drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from grader.authoring.draw_requests import Requests
from grader.authoring.draw_world import One, Said, WorldSheet
from harness.core.errors import BadExercise

_FIGURE = re.compile(r"\{([a-z][a-z0-9_]*)(?: by ([a-z][a-z0-9_]*))?( before)?\}")
_QUIET_HOURS = (7, 8, 9, 11, 12, 14, 15, 16, 22)
_A_DAY = 24 * 60


def menu_text(text: str, requests: Requests) -> str:
    """Return the menu with its figures filled in and without the canary's line.

    Args:
        text: hidden/menu.toml.
        requests: what the figures come of.

    Raises:
        BadExercise: a figure of a column that is not there.
    """

    def fill(match: re.Match[str]) -> str:
        return requests.figure(match[1], match[2], is_before=match[3] is not None)

    kept = [line for line in text.splitlines() if not line.startswith("#")]
    drawn = "# Drawn from hidden/menu.toml by audition exercise draw SLUG"
    return "\n".join([drawn, *(_FIGURE.sub(fill, line) for line in kept)]) + "\n"


def trace_pages(sheet: WorldSheet) -> str:
    """Return the recorded answers as pages, oldest first."""
    generator = np.random.default_rng(sheet.seed + 1)
    many = len(sheet.traces.one)
    days = sorted(int(generator.integers(sheet.since, 1)) for _ in range(many))
    told = [
        _trace(number, day, one, sheet, generator)
        for number, (day, one) in enumerate(zip(days, sheet.traces.one, strict=True), 1)
    ]
    return _pages(told, sheet.traces.a_page, "\n\n")


def _trace(
    number: int, day: int, one: One, sheet: WorldSheet, generator: np.random.Generator
) -> str:
    hour = int(generator.choice(_QUIET_HOURS)) if one.hour is None else one.hour
    way = {**sheet.traces.usual, **one.way}
    lines = [f"tr-{number:02} day {day} {hour:02}:{int(generator.integers(60)):02}, {one.house}, "
             f"turn {one.turns}, rated {one.rated}", f"  asked: {one.asked}"]  # fmt: skip
    lines += [f"  {name}: {_number(text, generator, 2, 7)}" for name, text in way.items()]
    return "\n".join([*lines, f"  answer: {one.answer}"])


def log_pages(sheet: WorldSheet) -> str:
    """Return the log as pages, oldest first.

    Raises:
        BadExercise: two lines in one place, or lines that are not in the order of time.
    """
    generator = np.random.default_rng(sheet.seed + 2)
    said = {one.line: one for one in sheet.log.said}
    marks = [(0, sheet.log.said[0].day * _A_DAY)]
    marks += [(one.line, _minute(one)) for one in sheet.log.said] + [(sheet.log.lines + 1, 9 * 60)]
    if marks != sorted(marks) or len(said) < len(sheet.log.said):
        raise BadExercise(
            "hidden/world.toml, log: lines and times go up, and no place is taken twice"
        )
    told = [f"lg-{line:02} {text}" for line, text in _lines(sheet, said, marks, generator)]
    return _pages(told, sheet.log.a_page, "\n")


def _lines(
    sheet: WorldSheet, said: dict[int, Said], marks: list[tuple[int, int]],
    generator: np.random.Generator,
) -> Iterator[tuple[int, str]]:  # fmt: skip
    places, times = zip(*marks, strict=True)
    for line in range(1, sheet.log.lines + 1):
        at = int(np.interp(line, places, times))
        when = f"day {at // _A_DAY} {at % _A_DAY // 60:02}:{at % 60:02}"
        one = said.get(line)
        filler = sheet.log.filler[int(generator.integers(len(sheet.log.filler)))]
        yield line, f"{when} {one.text if one else _number(filler, generator, 300, 3000)}"


def _minute(one: Said) -> int:
    hour, minute = map(int, one.time.split(":"))
    return one.day * _A_DAY + hour * 60 + minute


def _number(text: str, generator: np.random.Generator, low: int, high: int) -> str:
    return text.replace("{n}", str(int(generator.integers(low, high))))


def _pages(told: list[str], a_page: int, between: str) -> str:
    starts = enumerate(range(0, len(told), a_page), 1)
    pages = [f"## Page {n}\n\n{between.join(told[at : at + a_page])}\n" for n, at in starts]
    return "\n".join(pages)
