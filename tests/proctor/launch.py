"""A proctor of its own process over the fake worker: HOME PHOTOGRAPHS [simulate [DRAIN_S]]."""

import asyncio
import sys
from pathlib import Path

import uvloop

from harness.core.settings import ProctorSettings, Settings
from harness.proctor.command import keep_log, serve
from harness.proctor.worker import Worker

home, root = (Path(word) for word in sys.argv[1:3])
drain_s = float(sys.argv[4]) if len(sys.argv) > 4 else 30.0
own = ProctorSettings(photographs=root, simulate_latency=len(sys.argv) > 3, drain_s=drain_s)
keep_log(home, in_file=False)
fake = Worker((sys.executable, str(Path(__file__).with_name("fake_worker.py"))))
with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    runner.run(serve(Settings(home=home, proctor=own), 0, worker=fake))
