"""What a made-up function or operator gives, from what it gave before.

Runs in the model worker; pure. A rule is taken only if it fits everything that is shown, the
simplest first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from harness.models.skills.reckoning_figures import plain

_NAME = r"(?P<name>[A-Za-z][\w-]{0,20})"


_CALL = re.compile(
    rf"{_NAME}\s?\(\s*(?P<args>-?\d[\d.]*(?:\s*,\s*-?\d[\d.]*){{0,2}})\s*\)\s"
    rf"*(?:=|->|→|is|gives|:)\s*(?P<out>-?\d[\d.]*|\?|_+|…|\.{{3}})?"
)


_OPERATOR = re.compile(
    r"(?<![\w.])(?P<a>-?\d{1,6})\s*(?P<name>[@#$%&~◊★⊕⊗∘*?]|"
    r"[a-z]{2,12})\s*(?P<b>-?\d{1,6})\s*(?:=|->|→)\s*(?P<out>-?\d{1,9}|\?|"
    r"_+)?(?![\w.])",
    re.I,
)


_ARROW = re.compile(
    r"(?:^|[\n,;])\s*(?P<a>-?\d[\d.]*)\s*(?:->|=>|→|:|=|becomes|"
    r"gives)\s*(?P<out>-?\d[\d.]*|\?|_+)?(?=\s*(?:[\n,;]|$))"
)


def called(said: str) -> str | None:
    """The value of a made-up function or operator by its others; None where none is shown."""
    if len(said) > 1_500:
        return None
    calls = list(_CALL.finditer(said))
    if len(calls) >= 3:
        known = [
            ([Fraction(a) for a in _args(m["args"])], Fraction(m["out"]))
            for m in calls
            if is_number(m["out"])
        ]
        asked = [m for m in calls if not is_number(m["out"])]
        if asked and len(known) >= 2 and len({m["name"].lower() for m in calls}) == 1:
            values = [value_at(known, [Fraction(a) for a in _args(m["args"])]) for m in asked]
            return _told([plain(v) for v in values if v is not None], len(asked))
    marks = list(_OPERATOR.finditer(said))
    if len(marks) >= 3 and len({m["name"].lower() for m in marks}) == 1:
        known = [
            ([Fraction(m["a"]), Fraction(m["b"])], Fraction(m["out"]))
            for m in marks
            if is_number(m["out"])
        ]
        asked = [m for m in marks if not is_number(m["out"])]
        if asked and len(known) >= 2:
            values = [value_at(known, [Fraction(m["a"]), Fraction(m["b"])]) for m in asked]
            return _told([plain(v) for v in values if v is not None], len(asked))
    arrows = list(_ARROW.finditer(said))
    if len(arrows) >= 3 and len(arrows) * 2 >= len(
        [p for p in re.split(r"[\n,;]", said) if p.strip()]
    ):
        known = [([Fraction(m["a"])], Fraction(m["out"])) for m in arrows if is_number(m["out"])]
        asked = [m for m in arrows if not is_number(m["out"])]
        if len(asked) == 1 and len(known) >= 2:
            value = value_at(known, [Fraction(asked[0]["a"])])
            return None if value is None else plain(value)
    return None


def _told(values: list[str], wanted: int) -> str | None:
    return ", ".join(values) if len(values) == wanted else None


def _args(said: str) -> list[str]:
    return [a.strip() for a in said.split(",")]


def is_number(said: str | None) -> bool:
    """Whether what is said is a plain number."""
    return said is not None and bool(re.fullmatch(r"-?\d+(?:\.\d+)?", said))


def value_at(
    known: Sequence[tuple[list[Fraction], Fraction]], at: list[Fraction]
) -> Fraction | None:
    """What the simplest rule that fits all of the known gives."""
    if any(len(args) != len(at) for args, _ in known):
        return None
    rules = (
        _of_two(known)
        if len(at) == 2
        else _of_one([(a[0], out) for a, out in known])
        if len(at) == 1
        else []
    )
    for rule in rules:
        try:
            if all(rule(args) == out for args, out in known):
                return rule(at)
        except (ZeroDivisionError, OverflowError):
            continue
    return None


def _of_one(
    known: Sequence[tuple[Fraction, Fraction]],
) -> list[Callable[[list[Fraction]], Fraction]]:
    (x0, y0), (x1, y1) = known[0], known[1]
    rules: list[Callable[[list[Fraction]], Fraction]] = []
    if x0 and y0 / x0 * x1 == y1:
        rules.append(lambda a: a[0] * y0 / x0)
    if len(known) >= 3 or (x1 != x0 and ((y1 - y0) / (x1 - x0)).denominator == 1):
        for plus in (y0 - x0**2,):
            rules.append(lambda a, plus=plus: a[0] ** 2 + plus)  # type: ignore[misc]
    if x1 != x0:
        slope = (y1 - y0) / (x1 - x0)
        rules.append(lambda a: y0 + slope * (a[0] - x0))
    rules += [
        lambda a: a[0] ** 2 + (y0 - x0**2),
        lambda a: a[0] ** 3 + (y0 - x0**3),
        lambda a: a[0] ** 2 + a[0] + (y0 - x0**2 - x0),
        lambda a: a[0] ** 2 - a[0] + (y0 - x0**2 + x0),
        lambda a: (
            Fraction(2) ** int(a[0]) + (y0 - Fraction(2) ** int(x0))
            if abs(a[0]) < 64 and a[0].denominator == 1
            else Fraction(-1)
        ),
        lambda a: a[0] * (a[0] + 1) / 2 + (y0 - x0 * (x0 + 1) / 2),
        lambda a: Fraction(sum(map(int, re.findall(r"\d", plain(a[0]))))),
        lambda a: Fraction(plain(abs(a[0])).replace(".", "")[::-1]),
        lambda a: Fraction(len(plain(a[0]))),
    ]
    if x0:
        rules.append(lambda a: a[0] ** 2 * y0 / x0**2)
    if len(known) >= 3:
        rules.append(lambda a: _through(known[:3], a[0]))
    return rules


def _through(points: Sequence[tuple[Fraction, Fraction]], x: Fraction) -> Fraction:
    """The parabola through three points, at x."""
    total = Fraction(0)
    for i, (xi, yi) in enumerate(points):
        term = yi
        for j, (xj, _) in enumerate(points):
            if i != j:
                term *= (x - xj) / (xi - xj)
        total += term
    return total


def _of_two(
    known: Sequence[tuple[list[Fraction], Fraction]],
) -> list[Callable[[list[Fraction]], Fraction]]:
    basic: list[Callable[[Fraction, Fraction], Fraction]] = [
        lambda a, b: a + b,
        lambda a, b: a * b,
        lambda a, b: a - b,
        lambda a, b: b - a,
        lambda a, b: abs(a - b),
        lambda a, b: a / b,
        lambda a, b: max(a, b),
        lambda a, b: min(a, b),
        lambda a, b: a * a + b * b,
        lambda a, b: a * a - b * b,
        lambda a, b: a * b + a + b,
        lambda a, b: a * b + a,
        lambda a, b: a * b + b,
        lambda a, b: a * b - a,
        lambda a, b: a * b - b,
        lambda a, b: (a + b) * 2,
        lambda a, b: 2 * a + b,
        lambda a, b: a + 2 * b,
        lambda a, b: a * a + b,
        lambda a, b: a + b * b,
        lambda a, b: (a + b) ** 2,
        lambda a, b: (a + b) / 2,
        lambda a, b: 3 * a + b,
        lambda a, b: a + 3 * b,
        lambda a, b: 2 * a - b,
        lambda a, b: 2 * a + 3 * b,
        lambda a, b: 3 * a + 2 * b,
        lambda a, b: a % b,
        lambda a, b: a ** int(b) if 0 <= b <= 12 else Fraction(-1),
        lambda a, b: Fraction(int(f"{int(a)}{abs(int(b))}")),
        lambda a, b: a * b - a - b,
        lambda a, b: 2 * a * b,
    ]
    rules: list[Callable[[list[Fraction]], Fraction]] = []
    for rule in basic:
        rules.append(lambda a, rule=rule: rule(a[0], a[1]))  # type: ignore[misc]
    for rule in basic:
        try:
            args, out = known[0]
            shift = out - rule(args[0], args[1])
        except ZeroDivisionError:
            continue
        rules.append(lambda a, rule=rule, shift=shift: rule(a[0], a[1]) + shift)  # type: ignore[misc]
    return rules
