"""Tiers of the embedded model by the operator's names: [models.ALIAS] of route "embedded".

Runs in zone G. A table may give its tier the prompt and the faults of an exercise's own model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from harness.core.card import tell_validation
from harness.core.errors import BadExercise, SettingsError
from harness.core.model_settings import EmbeddedModel
from harness.proctor.called import Called, PriceTable, added_tokens
from harness.proctor.errors import Refusal
from harness.proctor.photographs import ModelProfile, Photographs


@dataclass(frozen=True)
class _Named:
    settings: EmbeddedModel
    profile: ModelProfile | None


class EmbeddedAliases:
    """Every alias of a tier's.

    Args:
        models: of the settings.
        photographs: the exercises whose profiles they may have.

    Raises:
        SettingsError: a tier is to have a profile that cannot be had.
    """

    def __init__(self, models: Mapping[str, EmbeddedModel], photographs: Photographs) -> None:
        self._named = {
            alias: _Named(one, _profile_of(alias, one, photographs))
            for alias, one in models.items()
        }

    def __contains__(self, alias: str) -> bool:
        return alias in self._named

    def has(self, alias: str, exercise: str) -> bool:
        """Tell whether an exercise may call an alias that there is."""
        return self._named[alias].settings.has(exercise)

    def of_exercise(self, slug: str) -> tuple[str, ...]:
        """Return the aliases an exercise may call."""
        return tuple(alias for alias in self._named if self.has(alias, slug))

    def find(self, alias: str, prices: PriceTable) -> Called | None:
        """Return the tier behind an alias that there is; None before prices are known."""
        one, profile = self._named[alias].settings, self._named[alias].profile
        tier = prices.tier(one.model)
        if tier is None:
            return None
        named = replace(tier, name=alias)
        if one.usd_in_per_million is not None and one.usd_out_per_million is not None:
            named = replace(
                named,
                usd_in_per_million=one.usd_in_per_million,
                usd_out_per_million=one.usd_out_per_million,
            )
        if profile is None:
            return Called(named, behind=one.model)
        return Called(named, profile.to_value(), added_tokens(profile))

    def listed(self, prices: PriceTable) -> list[dict[str, Any]]:
        """Return every alias for the operator; none before prices are known."""
        found = ((alias, self.find(alias, prices)) for alias in self._named)
        return [self._row(alias, called) for alias, called in found if called is not None]

    def _row(self, alias: str, called: Called) -> dict[str, Any]:
        one = self._named[alias].settings
        faults = f", failing as in {one.profile}" if one.profile else ""
        return called.tier.to_value() | {
            "url": None,
            "model": f"embedded {one.model}{faults}",
            "exercises": list(one.exercises),
            "closed": False,
            "overrun_usd": "0",
        }


def _profile_of(alias: str, one: EmbeddedModel, photographs: Photographs) -> ModelProfile | None:
    """Return the profile a tier is to have, under the operator's name for it."""
    if one.profile is None:
        return None
    place = f"models.{alias}.profile"
    try:
        profile = photographs.profile(one.profile)
        if profile is None:
            raise SettingsError(f"{place}: the exercise {one.profile!r} has no fault profile")
        changed = profile.to_value() | {"alias": alias, "tier": one.model}
        return ModelProfile.model_validate(changed)
    except ValidationError as problem:
        raise SettingsError(f"{place}: {tell_validation(problem)}") from problem
    except (Refusal, BadExercise) as problem:
        raise SettingsError(f"{place}: {problem}") from problem
