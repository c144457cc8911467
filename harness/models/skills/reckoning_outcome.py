"""What a piece of reckoning hands back.

Runs in the model worker; pure values.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Worked:
    """One result.

    Attributes:
        bare: the answer alone: "51 crowns".
        working: how it came about: "18 + 24 + 9"; may be empty.
        slip: what a careless model says instead; empty where none lies near.
        sentence: the answer as a sentence where "bare" is none; else empty.
    """

    bare: str
    working: str = ""
    slip: str = ""
    sentence: str = ""
