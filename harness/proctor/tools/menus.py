"""Which check of a menu a text is about: by its title, else the encoder's likeness and words.

Runs in zone G. The text is a candidate's and bounded. Where the encoder is away, words alone
decide, and the use goes on. What fools it: a wish for two things at once gets the nearer one,
which is why a check is proposed with its price before it is done.
"""

from __future__ import annotations

import asyncio
import logging
from operator import mul

from harness.core.errors import AuditionError
from harness.proctor.matching import Vector, words_of
from harness.proctor.tools.sheet import Check, Menu
from harness.proctor.worker import Worker

NEAR_ENOUGH = 0.30
"""Below this nothing is proposed. Of thirty wishes for the fifteen checks of a menu like exercise
4's, tests/proctor/test_tool_menus.py holds that 27 find theirs and none of ten about nothing does;
cues and wishes are by one hand, so the figure flatters."""
_BY_ENCODER = 0.7
_TEXTS_AT_ONCE = 32
_SMALL = frozenset(
    "a an and are at be by do for how i in is it of on or the to we what with".split()
)
_log = logging.getLogger(__name__)


class Menus:
    """The menus of every exercise, with the vectors of their cues.

    Args:
        worker: the encoder.
    """

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._vectors: dict[tuple[str, str], list[list[Vector]]] = {}
        self._turn = asyncio.Lock()

    async def nearest(self, at: tuple[str, str], menu: Menu, wish: str) -> Check | None:
        """Return the check that a text is about; None when none is near.

        Args:
            at: exercise and tool, under which the vectors are kept.
            menu: the checks.
            wish: what to look at, in the candidate's words.
        """
        plain = " ".join(wish.casefold().split())
        for check in menu.checks:
            if plain == " ".join(check.title.casefold().split()):
                return check
        scores = [_shared(check, wish) for check in menu.checks]
        try:
            vectors = await self._of(at, menu)
            asked = (await self._worker.encode([wish]))[0]
            likeness = [max(sum(map(mul, one, asked)) for one in cues) for cues in vectors]
            scores = [
                _BY_ENCODER * like + (1 - _BY_ENCODER) * word
                for like, word in zip(likeness, scores, strict=True)
            ]
        except AuditionError as problem:
            _log.warning("a menu goes by words alone: %s", type(problem).__name__)
        best = max(range(len(scores)), key=lambda place: (scores[place], -place))
        return menu.checks[best] if scores[best] >= NEAR_ENOUGH else None

    async def _of(self, at: tuple[str, str], menu: Menu) -> list[list[Vector]]:
        """Return a vector for the title and each cue of each check, computed once."""
        async with self._turn:
            known = self._vectors.get(at)
            if known is None:
                texts = [(check.title, *check.cues) for check in menu.checks]
                flat = [text for one in texts for text in one]
                found: list[Vector] = []
                for start in range(0, len(flat), _TEXTS_AT_ONCE):
                    found += await self._worker.encode(flat[start : start + _TEXTS_AT_ONCE])
                rest = iter(found)
                known = self._vectors[at] = [[next(rest) for _ in one] for one in texts]
            return known


def _shared(check: Check, wish: str) -> float:
    """Return the largest share (0 to 1) of a cue's or the title's words that the wish has."""
    own = set(words_of(wish)) - _SMALL
    shares = []
    for text in (check.title, *check.cues):
        wanted = set(words_of(text)) - _SMALL
        shares.append(len(own & wanted) / len(wanted) if wanted else 0.0)
    return max(shares)
