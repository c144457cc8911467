"""One request, read: what is handed from the engine to the work on it.

Runs in the model worker; pure values.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.models.aliased import Addressed
from harness.models.grounded_profile import GroundedProfile
from harness.models.profiles import Profile
from harness.models.reading import Reading
from harness.models.tiers import Tier


@dataclass(frozen=True)
class Job:
    """One request, read.

    Attributes:
        seed: whose luck it is.
        profile: the alias's, None for a tier's own name.
        place: the caller's message that the alias reads.
        grounded: the alias's profile where it works under the caller's prompt.
    """

    tier: Tier
    reading: Reading
    seed: int
    profile: Profile | None = None
    place: Addressed | None = None
    grounded: GroundedProfile | None = None

    @property
    def is_free(self) -> bool:
        """Whether a tier is called by its own name; aliases do as their tables were measured."""
        return self.profile is None and self.grounded is None

    @property
    def shift_weight(self) -> float:
        """How much of its data's shift adds to its faults, 0 to 1."""
        alias = self.profile or self.grounded
        return 1.0 if alias is None else alias.shift
