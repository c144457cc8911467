"""The hosted way: links, one walled server a candidate, and the proxy before them."""

from harness.core.light import leave_out_slow_grammars

leave_out_slow_grammars()
