"""Which numbers of a list an order means, and how programs write a name.

Runs in the model worker; pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable


def number_test(asked: str) -> Callable[[float], bool] | None:
    """Which numbers an order means: odd, even, prime, or on one side of a limit."""
    kind = re.search(r"\b(odd|even|prime|negative|positive)\b(?: numbers?| ones?)?", asked, re.I)
    if kind:
        return _KINDS[kind[1].lower()]
    divisible = re.search(r"\b(?:divisible by|multiples? of) (\d{1,4})\b", asked, re.I)
    if divisible and int(divisible[1]):
        by = int(divisible[1])
        return lambda n: n % by == 0
    limit = re.search(
        r"\b(greater than|larger than|bigger than|more than|over|above|at least|"
        r"less than|smaller than|fewer than|under|below|at most|up to) "
        r"(-?\d[\d.]*)",
        asked,
        re.I,
    )
    if limit is None or re.search(
        r"\bletters?|characters?|words\b", asked[limit.end() : limit.end() + 14], re.I
    ):
        return None
    way, edge = limit[1].lower(), float(limit[2].rstrip("."))
    if way == "at least":
        return lambda n: n >= edge
    if way in ("at most", "up to"):
        return lambda n: n <= edge
    return (
        (lambda n: n > edge)
        if re.match(r"great|larg|big|more|over|above", way)
        else (lambda n: n < edge)
    )


def _is_prime(n: float) -> bool:
    return n == int(n) and 1 < n < 10**9 and all(int(n) % k for k in range(2, int(n**0.5) + 1))


_KINDS: dict[str, Callable[[float], bool]] = {
    "odd": lambda n: n % 2 == 1,
    "even": lambda n: n % 2 == 0,
    "prime": _is_prime,
    "negative": lambda n: n < 0,
    "positive": lambda n: n > 0,
}


def in_style(part: str, glue: str, way: str) -> str:
    """A name as programs write it: snake_case, kebab-case, camelCase or PascalCase."""
    spread = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", part)
    held = [w for w in re.split(r"[^A-Za-z0-9À-ÿ]+", spread) if w]
    if way in ("camel", "pascal"):
        said = "".join(w.capitalize() for w in held)
        return said[:1].lower() + said[1:] if way == "camel" else said
    return glue.join(w.upper() if way == "upper" else w.lower() for w in held)
