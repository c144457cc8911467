"""Zone S: the candidate's Jupyter server and its recorder. Holds no key and no answer."""

from harness.core.light import leave_out_slow_grammars

leave_out_slow_grammars()
