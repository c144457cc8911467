"""A proctor of its own process over the fake worker, its log in a file.

HOME PHOTOGRAPHS [simulate [DRAIN_S [MODELS]]]
"""

import asyncio
import json
import os
import sys
from pathlib import Path

import uvloop

from harness.core.settings import ProctorSettings, Settings
from harness.proctor.command import keep_log, serve
from harness.proctor.worker import Worker

home, root = (Path(word) for word in sys.argv[1:3])
drain_s = float(sys.argv[4]) if len(sys.argv) > 4 else 30.0
own = ProctorSettings(
    photographs=root, simulate_latency=len(sys.argv) > 3, drain_s=drain_s,
    database=os.environ.get("AUDITION_PROCTOR__DATABASE", ""),
)  # fmt: skip
keep_log(home, in_file=True)  # a pipe that nobody reads would stop it
fake = Worker((sys.executable, str(Path(__file__).with_name("fake_worker.py"))))
with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    models = json.loads(sys.argv[5]) if len(sys.argv) > 5 else {}
    settings = Settings(home=home, proctor=own, models=models)
    runner.run(serve(settings, 0, worker=fake))
