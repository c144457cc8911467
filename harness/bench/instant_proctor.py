"""`python -m harness.bench.instant_proctor HOME PHOTOGRAPHS UPSTREAM`: the proctor to be measured.

Runs as a process of its own. It is the proctor as `audition proctor` starts it, with a model
worker that answers at once in the place of the embedded one, and an alias to the bench's own
upstream. Nothing but the bench starts it.
"""

from __future__ import annotations

import asyncio
import sys
from decimal import Decimal
from pathlib import Path

import uvloop

from harness.bench.instant import USD_IN, USD_OUT
from harness.core.model_settings import ModelSettings
from harness.core.settings import ProctorSettings, Settings
from harness.proctor.command import serve
from harness.proctor.worker import Worker

ALIAS = "through"
ARGV = (sys.executable, "-m", "harness.bench.instant")


def settings_of(home: Path, photographs: Path, upstream: str) -> Settings:
    """Return the settings: everything on, as it is by default, but for simulated latency."""
    through = ModelSettings(
        url=upstream, model="instant", window=8192,
        usd_in_per_million=Decimal(USD_IN), usd_out_per_million=Decimal(USD_OUT),
    )  # fmt: skip
    own = ProctorSettings(photographs=photographs, simulate_latency=False)
    return Settings(home=home, proctor=own, models={ALIAS: through})


def main() -> None:
    """Serve until a signal."""
    settings = settings_of(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(settings, 0, worker=Worker(ARGV)))


if __name__ == "__main__":
    main()
