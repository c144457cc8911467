"""The embedded model: simulated, seeded, honest about both.

Runs in zone G, in a worker process of its own. Prompts are hostile text and are only read; nothing
in this package opens a path or an address that a prompt names.

Its products are cut for two cores already (halves.py). Threads of the library's own would wait for
each other and make a call seven times as long, so numpy is told so before it is loaded.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251
