"""One call to a model as a candidate's would be made, before it is written down as one.

Runs on the operator's machine, for `audition init`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.core.errors import EnvironmentLacks, SettingsError
from harness.core.model_settings import EmbeddedModel, ModelSettings
from harness.proctor.embedded_aliases import EmbeddedAliases
from harness.proctor.errors import Refusal, WorkerAway, WorkerBroken, WorkerRefused, WorkerSlow
from harness.proctor.overruns import Overruns
from harness.proctor.photographs import Photographs
from harness.proctor.prices import Tier, read_tier
from harness.proctor.providers import Provider, Providers
from harness.proctor.wire import read_chat
from harness.proctor.worker import Worker

_LONGEST_ANSWER = 16
_TEST: dict[str, Any] = {
    "messages": [{"role": "user", "content": "Answer with the word ok."}],
    "max_tokens": _LONGEST_ANSWER,
}


async def try_provider(alias: str, made: ModelSettings) -> dict[str, Any]:
    """Ask a provider once, and return the usage with its price in USD.

    Args:
        alias: what candidates call the model.
        made: where it is.

    Raises:
        EnvironmentLacks: no whole answer came.
    """
    providers = Providers({alias: made}, Overruns())
    provider = providers.find(alias)
    assert provider is not None
    try:
        usage = await _usage(providers, provider)
    except Refusal as no:
        raise EnvironmentLacks(
            f"the test call did not succeed (status {no.status}): {no}. Nothing was written; look "
            "at the address, the name and the key, or leave the call out with --no-test"
        ) from no
    finally:
        await providers.close()
    return usage | {"usd": provider.tier.cost_usd(*usage.values())}


async def try_embedded(alias: str, made: EmbeddedModel, photographs: Path | None) -> dict[str, Any]:
    """Ask the embedded model once, and return the usage with its price in USD.

    Args:
        alias: what candidates call the model.
        made: which tier, with whose faults.
        photographs: where released exercises are; None is the installed ones.

    Raises:
        SettingsError: there is no such profile.
        EnvironmentLacks: no answer came.
    """
    table = _Table()
    aliases = EmbeddedAliases({alias: made}, Photographs(photographs))
    worker = Worker()
    worker.start(table.take)
    try:
        await worker.wait_ready()
        called = aliases.find(alias, table)
        if called is None:
            raise SettingsError(f"models.{alias}.model: the model worker has no {made.model}")
        answer = await worker.chat(
            called.worker_name, _TEST["messages"], {"max_tokens": _LONGEST_ANSWER},
            profile=called.profile,
        )  # fmt: skip
    except (WorkerAway, WorkerBroken, WorkerRefused, WorkerSlow) as problem:
        raise EnvironmentLacks(
            f"the embedded model did not answer: {problem}. Nothing was written; "
            "run: audition doctor"
        ) from problem
    finally:
        await worker.close()
    counted = answer["usage"]
    usage = {name: int(counted[name]) for name in ("prompt_tokens", "completion_tokens")}
    return usage | {"usd": called.tier.cost_usd(*usage.values())}


class _Table:
    """The worker's own list of prices, kept nowhere."""

    def __init__(self) -> None:
        self._tiers: dict[str, Tier] = {}

    async def take(self, listed: Sequence[Any]) -> None:
        self._tiers = {tier.name: tier for tier in map(read_tier, listed)}

    def tier(self, name: str) -> Tier | None:
        return self._tiers.get(name)


async def _usage(providers: Providers, provider: Provider) -> dict[str, Any]:
    if provider.makes_vectors:
        _, count = await providers.embed(provider, ["ok"])
        return {"prompt_tokens": count, "completion_tokens": 0}
    asked = read_chat({"model": provider.alias, **_TEST})
    usage: dict[str, Any] = (await providers.chat(provider, asked, _LONGEST_ANSWER))["usage"]
    return usage
